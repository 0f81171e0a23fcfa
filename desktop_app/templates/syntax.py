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

_OPENING = re.compile(r"(?P<escape>\\)?\{\{")
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


def mistakes(text: str) -> tuple[TemplateSyntaxError, ...]:
    """Give every mistake, in order: what an editor marks."""
    return tuple(token for token in _tokens(text) if isinstance(token, TemplateSyntaxError))


def parse_loosely(text: str) -> tuple[Variable, ...]:
    """Give the variables; mistakes are passed over."""
    return tuple(token for token in _tokens(text) if isinstance(token, Variable))


def variable_names(text: str) -> tuple[str, ...]:
    """Give the names of the variables, each once, in the order of their first use; mistakes are passed over."""
    return tuple(dict.fromkeys(variable.name for variable in parse_loosely(text)))


def escaped(text: str) -> str:
    """Give a template that renders to `text`, whatever that holds."""
    # A backslash before braces that are to stay would itself be taken for the escape.
    return text.replace("{{", "\\{{")


def _tokens(text: str) -> Iterator[Token | TemplateSyntaxError]:
    position = 0
    while (opening := _OPENING.search(text, position)) is not None:
        if opening["escape"]:
            yield Literal(text[position : opening.start()] + "{{")
            position = opening.end()
            continue
        if opening.start() > position:
            yield Literal(text[position : opening.start()])
        token, position = _variable(text, opening.start())
        yield token
    if position < len(text):
        yield Literal(text[position:])


def _variable(text: str, start: int) -> tuple[Variable | TemplateSyntaxError, int]:
    """Give the variable whose braces open at `start`, or its mistake, and where the text goes on."""
    line_end = text.find("\n", start)
    line_end = len(text) if line_end < 0 else line_end
    closing = text.find("}}", start + 2, line_end)
    opened_again = text.find("{{", start + 2, closing if closing >= 0 else line_end)
    if closing < 0 or opened_again >= 0:
        end = opened_again if opened_again >= 0 else line_end
        return _error(text, start, end, "not_closed"), end
    end = closing + 2
    name = text[start + 2 : closing].strip()
    if not name:
        return _error(text, start, end, "no_name"), end
    if _NAME.fullmatch(name) is None:
        return _error(text, start, end, "bad_name"), end
    if len(name) > N_NAME_MAX:
        return _error(text, start, end, "long_name"), end
    return Variable(name, start, end), end


def _error(text: str, start: int, end: int, mistake: TemplateMistake) -> TemplateSyntaxError:
    line = text.count("\n", 0, start) + 1
    column = start - (text.rfind("\n", 0, start) + 1) + 1
    return TemplateSyntaxError(line, column, mistake, start, end, text[start:end])
