r"""The text of a prompt template as literals and variables, with the place of every mistake.

A variable is a name in double braces, `{{language}}`; spaces around the name do not count. A name begins with a letter
or an underscore, of any script, and goes on with letters, digits, underscores and single spaces. To write two braces as
such, put a backslash before them: `\{{`. There is no logic, and nothing else has a meaning.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from desktop_app.errors import TemplateMistake, TemplateSyntaxError
from desktop_app.record import Record

N_NAME_MAX = 60
"""Characters of a name: it stands before a field of the form."""

_NAME = re.compile(r"[^\W\d]\w*(?: \w+)*")


class Literal(Record):
    """Text that stands for itself."""

    text: str


class Variable(Record):
    """The place of a value; `start` and `end` in the template's text, braces included."""

    name: str
    start: int
    end: int


Token = Literal | Variable


def parse(text: str) -> tuple[Token, ...]:
    """Give the tokens in order. Raises: TemplateSyntaxError, the first one."""
    tokens: list[Token] = []
    for token in _tokens(text):
        if isinstance(token, TemplateSyntaxError):
            raise token
        tokens.append(token)
    return tuple(tokens)


def places(text: str) -> Iterator[Variable | TemplateSyntaxError]:
    """Give what stands in double braces, in order, as it is found: what an editor marks."""
    found, position = _Places(text), 0
    # Not by a pattern with the backslash in it: that takes 20 times as long where there is nothing to find.
    while (start := text.find("{{", position)) >= 0:
        is_escaped = start > position and text[start - 1] == "\\"
        position = start + 2
        if not is_escaped:
            place, position = _variable(found, start)
            yield place


def mistakes(text: str) -> tuple[TemplateSyntaxError, ...]:
    """Give every mistake, in order."""
    return tuple(place for place in places(text) if isinstance(place, TemplateSyntaxError))


def parse_loosely(text: str) -> tuple[Variable, ...]:
    """Give the variables; mistakes are passed over."""
    return tuple(place for place in places(text) if isinstance(place, Variable))


def variable_names(text: str) -> tuple[str, ...]:
    """Give the names of the variables, each once, in the order of their first use; mistakes are passed over."""
    return tuple(dict.fromkeys(variable.name for variable in parse_loosely(text)))


def escaped(text: str) -> str:
    """Give a template that renders to `text`, whatever that holds."""
    # A backslash before braces that are to stay would itself be taken for the escape.
    return text.replace("{{", "\\{{")


def _tokens(text: str) -> Iterator[Token | TemplateSyntaxError]:
    position = 0
    for place in places(text):
        yield from _literals(text[position : place.start])
        yield place
        position = place.end
    yield from _literals(text[position:])


def _literals(text: str) -> Iterator[Literal]:
    """Give a text without variables, cut behind every escape."""
    *before, rest = text.split("\\{{")
    yield from (Literal(part + "{{") for part in before)
    if rest:
        yield Literal(rest)


class _Places:
    """Where lines and braces end, asked for from front to back; each is looked for once, however many mistakes there are."""

    def __init__(self, text: str) -> None:
        self.text = text
        self._found: dict[str, int] = {}
        self._counted = self._n_lines = self._line_start = 0

    def after(self, wanted: str, start: int) -> int:
        """Give where the next `wanted` is, from `start` on; behind the text when there is none."""
        if self._found.get(wanted, -1) < start:
            found = self.text.find(wanted, start)
            self._found[wanted] = found if found >= 0 else len(self.text)
        return self._found[wanted]

    def error(self, start: int, end: int, mistake: TemplateMistake) -> TemplateSyntaxError:
        """Give a mistake with its line and column."""
        n_more = self.text.count("\n", self._counted, start)
        if n_more:
            self._n_lines += n_more
            self._line_start = self.text.rfind("\n", self._counted, start) + 1
        self._counted = start
        column = start - self._line_start + 1
        return TemplateSyntaxError(self._n_lines + 1, column, mistake, start, end, self.text[start:end])


def _variable(places: _Places, start: int) -> tuple[Variable | TemplateSyntaxError, int]:
    """Give the variable whose braces open at `start`, or its mistake, and where the text goes on."""
    text, line_end = places.text, places.after("\n", start)
    closing = places.after("}}", start + 2)
    is_closed = closing < line_end
    opened_again = text.find("{{", start + 2, closing if is_closed else line_end)
    if not is_closed or opened_again >= 0:
        end = opened_again if opened_again >= 0 else line_end
        return places.error(start, end, "not_closed"), end
    end = closing + 2
    name = text[start + 2 : closing].strip()
    if not name:
        return places.error(start, end, "no_name"), end
    if _NAME.fullmatch(name) is None:
        return places.error(start, end, "bad_name"), end
    if len(name) > N_NAME_MAX:
        return places.error(start, end, "long_name"), end
    return Variable(name, start, end), end
