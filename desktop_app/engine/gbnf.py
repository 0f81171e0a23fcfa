"""Where a grammar is wrong, while it is being written: the first mistake, by the rules of llama.cpp's own reader.

Source: `llama_grammar_parser` in llama.cpp, src/llama-grammar.cpp. That one writes to standard error and says no place.
"""

from __future__ import annotations

from desktop_app.engine.parameters import FORM_CHARACTERS_MAX, no_text_at
from desktop_app.record import Record

N_NESTED_MAX = 100
"""Open brackets. llama.cpp reads them by recursion, and a deep one would end the process."""
N_CHAINED_MAX = 2000
"""Rules and groups of which each begins with the next; for the same reason."""
N_REPEATED_MAX = 2000
"""Source: MAX_REPETITION_THRESHOLD."""
_DIGITS = frozenset("0123456789")
_WORD = frozenset("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ-") | _DIGITS
_HEX = frozenset("0123456789abcdefABCDEF")
_ESCAPED = frozenset('trn\\"[]-')
_N_HEX = {"x": 2, "u": 4, "U": 8}


class FormMistake(Record):
    """What is wrong in the text of a grammar or a schema, from `start` up to `end`.

    `kind` of a grammar: "character", "end", "escape", "name", "definition", "bracket", "repeat", "number", "many", "deep",
    "long", "undefined" (`name`: the rule), "circle" (the same), "root". Of a schema: "json", "schema" (`name`: the keyword
    or place).
    """

    kind: str
    start: int
    end: int
    name: str = ""


class _Wrong(Exception):
    def __init__(self, kind: str, start: int, end: int | None = None, name: str = "") -> None:
        super().__init__(kind)
        self.mistake = FormMistake(kind, start, start + 1 if end is None else end, name)


class _Item:
    """One element of a sequence: a character (no alternatives, no name), a rule's name, or a group.

    `may_lack`: it may come no time; `goes_round`: it may come any number of times.
    """

    def __init__(self, name: str = "", alternatives: list[list[_Item]] | None = None) -> None:
        self.name, self.alternatives = name, alternatives
        self.start = 0
        self.may_lack = self.goes_round = self.is_empty = False


def grammar_mistake(text: str) -> FormMistake | None:
    """Give the first mistake of a grammar, None when llama.cpp reads it."""
    if len(text) > FORM_CHARACTERS_MAX or "\0" in text:
        return FormMistake("long", 0, len(text))
    if (at := no_text_at(text)) >= 0:
        return FormMistake("character", at, at + 1)
    try:
        rules = _Reader(text).read()
        _check_names(rules)
        _check_circles(rules)
    except _Wrong as wrong:
        return wrong.mistake.replaced(end=min(wrong.mistake.end, len(text)), start=min(wrong.mistake.start, len(text)))
    return None


class _Reader:
    def __init__(self, text: str) -> None:
        self._text, self._at, self._depth = text, 0, 0
        self._n_symbols = 0

    def read(self) -> dict[str, list[list[_Item]]]:
        rules: dict[str, list[list[_Item]]] = {}
        self._skip(is_over_lines=True)
        while self._at < len(self._text):
            name = self._name()
            self._skip(is_over_lines=False)
            if not self._text.startswith("::=", self._at):
                raise _Wrong("definition", self._at)
            self._at += 3
            self._skip(is_over_lines=True)
            self._n_symbols += 1
            rules[name] = self._alternatives(is_nested=False)
            if self._here() not in ("", "\r", "\n"):
                raise _Wrong("character", self._at)
            self._skip(is_over_lines=True)
        return rules

    def _here(self) -> str:
        return self._text[self._at : self._at + 1]

    def _skip(self, *, is_over_lines: bool) -> None:
        blank = " \t\r\n" if is_over_lines else " \t"
        while (here := self._here()) and (here in blank or here == "#"):
            if here == "#":
                while self._here() not in ("", "\r", "\n"):
                    self._at += 1
            else:
                self._at += 1

    def _name(self) -> str:
        start = self._at
        while self._here() and self._here() in _WORD:
            self._at += 1
        if self._at == start:
            raise _Wrong("name", start)
        return self._text[start : self._at]

    def _alternatives(self, *, is_nested: bool) -> list[list[_Item]]:
        found = [self._sequence(is_nested=is_nested)]
        while self._here() == "|":
            self._at += 1
            self._skip(is_over_lines=True)
            found.append(self._sequence(is_nested=is_nested))
        return found

    def _sequence(self, *, is_nested: bool) -> list[_Item]:
        items: list[_Item] = []
        n_rules = 1
        while here := self._here():
            start, n_before = self._at, self._n_symbols
            if here in "*+?{":
                n_rules *= self._repetition(items, n_rules, is_nested=is_nested)
                continue
            if here in _WORD:
                items.append(_Item(self._name()))
            elif here == '"':
                items.append(self._literal())
            elif here == "[":
                items.append(self._range())
            elif here in "<!":
                items.append(self._token())
            elif here == ".":
                self._at += 1
                items.append(_Item())
            elif here == "(":
                items.append(self._group())
            else:
                break
            items[-1].start = start
            n_rules = max(1, self._n_symbols - n_before)
            self._skip(is_over_lines=is_nested)
        return items

    def _group(self) -> _Item:
        start = self._at
        self._depth += 1
        self._n_symbols += 1
        if self._depth > N_NESTED_MAX:
            raise _Wrong("deep", start)
        self._at += 1
        self._skip(is_over_lines=True)
        found = self._alternatives(is_nested=True)
        if self._here() != ")":
            raise _Wrong("bracket", start) if not self._here() else _Wrong("character", self._at)
        self._at += 1
        self._depth -= 1
        return _Item(alternatives=found)

    def _literal(self) -> _Item:
        start, n_characters = self._at, 0
        self._at += 1
        while self._here() != '"':
            self._character(start)
            n_characters += 1
        self._at += 1
        item = _Item()
        item.is_empty = not n_characters
        return item

    def _range(self) -> _Item:
        start, n_characters = self._at, 0
        self._at += 1
        if self._here() == "^":
            self._at += 1
        while self._here() != "]":
            self._character(start)
            n_characters += 1
            if self._here() == "-" and self._text[self._at + 1 : self._at + 2] != "]":
                self._at += 1
                self._character(start)
        self._at += 1
        item = _Item()
        item.is_empty = not n_characters
        return item

    def _character(self, opened: int) -> None:
        here = self._here()
        if not here:
            raise _Wrong("end", opened)
        self._at += 1
        if here != "\\":
            return
        escaped = self._here()
        if n_hex := _N_HEX.get(escaped, 0):
            digits = self._text[self._at + 1 : self._at + 1 + n_hex]
            if len(digits) < n_hex or not _HEX.issuperset(digits):
                raise _Wrong("escape", self._at - 1, self._at + 1 + len(digits))
            self._at += n_hex
        elif not escaped or escaped not in _ESCAPED:
            raise _Wrong("escape", self._at - 1, self._at + 1)
        self._at += 1

    def _token(self) -> _Item:
        start = self._at
        if self._here() == "!":
            self._at += 1
        end = self._text.find(">", self._at)
        if self._here() != "<" or end < 0:
            raise _Wrong("bracket", start)
        self._at = end + 1
        return _Item()

    def _repetition(self, items: list[_Item], n_rules: int, *, is_nested: bool) -> int:
        """Take what repeats the last of `items`, and give by how much that makes it longer."""
        start, here = self._at, self._here()
        least, most = (1 if here == "+" else 0), (1 if here == "?" else None)
        self._at += 1
        self._skip(is_over_lines=is_nested)
        if here == "{":
            least, most = self._times(start, is_nested=is_nested)
        if not items or items[-1].is_empty:
            raise _Wrong("repeat", start, self._at)
        n_times = most or least or 1
        if least > N_REPEATED_MAX or n_rules * n_times > N_REPEATED_MAX:
            raise _Wrong("many", start, self._at)
        self._n_symbols += 1 if most is None else most - least
        last = items[-1]
        again = _Item(alternatives=[[last]])
        again.start, again.may_lack, again.goes_round = last.start, not least, most is None
        items[-1] = again
        return n_times

    def _times(self, start: int, *, is_nested: bool) -> tuple[int, int | None]:
        least = self._number(is_nested=is_nested)
        most: int | None = least
        if self._here() == ",":
            self._at += 1
            self._skip(is_over_lines=is_nested)
            most = self._number(is_nested=is_nested) if self._here() in _DIGITS else None
        if self._here() != "}":
            raise _Wrong("bracket", start) if not self._here() else _Wrong("character", self._at)
        self._at += 1
        self._skip(is_over_lines=is_nested)
        if most is not None and most < least:
            raise _Wrong("number", start, self._at)
        return least, None if most is not None and most > N_REPEATED_MAX else most

    def _number(self, *, is_nested: bool) -> int:
        start = self._at
        while self._here() and self._here() in _DIGITS:
            self._at += 1
        if self._at == start or self._at - start > 9:
            raise _Wrong("number", start, self._at + 1)
        found = int(self._text[start : self._at])
        self._skip(is_over_lines=is_nested)
        return found


def _items(alternatives: list[list[_Item]]) -> list[_Item]:
    """Give all items, those in groups too."""
    found: list[_Item] = []
    waiting = [item for sequence in alternatives for item in sequence]
    while waiting:
        item = waiting.pop()
        found.append(item)
        waiting += [one for sequence in item.alternatives or [] for one in sequence]
    return found


def _check_names(rules: dict[str, list[list[_Item]]]) -> None:
    missing = [item for rule in rules.values() for item in _items(rule) if item.name and item.name not in rules]
    if missing:
        first = min(missing, key=lambda item: item.start)
        raise _Wrong("undefined", first.start, first.start + len(first.name), first.name)
    if "root" not in rules:
        raise _Wrong("root", 0, 0)


def _check_circles(rules: dict[str, list[list[_Item]]]) -> None:
    """Find a rule that would begin with itself: it could be read for ever.

    llama.cpp overlooks some of them, where a rule may be empty only by another one, and would never come to an end.
    """
    for item in (item for rule in rules.values() for item in _items(rule) if item.goes_round):
        if _is_plainly_empty((item.alternatives or [[]])[0][0], rules):
            raise _Wrong("circle", item.start)
    begins = _beginnings(rules)
    done: set[str | _Item] = set()
    for name in rules:
        if name not in done:
            _walk(name, begins, done)


def _is_plainly_empty(item: _Item, rules: dict[str, list[list[_Item]]]) -> bool:
    """Tell whether llama.cpp sees that an item may be empty: one of its ways has nothing in it."""
    ways = rules[item.name] if item.name else item.alternatives or []
    return item.may_lack or any(all(one.is_empty for one in way) for way in ways)


_Node = str | _Item
"""A rule by its name, or a group: what has alternatives."""


def _node(item: _Item) -> _Node | None:
    return item.name or (item if item.alternatives is not None else None)


def _ways(rules: dict[str, list[list[_Item]]]) -> dict[_Node, list[list[_Item]]]:
    ways: dict[_Node, list[list[_Item]]] = dict(rules.items())
    ways.update((item, item.alternatives) for rule in rules.values() for item in _items(rule) if item.alternatives is not None)
    return ways


def _empty_nodes(ways: dict[_Node, list[list[_Item]]]) -> set[_Node]:
    """Give the rules and groups that may be empty. Each way goes on where it stopped once that is known to be empty."""
    empty: set[_Node] = set()
    stopped: dict[_Node, list[tuple[_Node, list[_Item], int]]] = {}
    waiting = [(node, way, 0) for node, alternatives in ways.items() for way in alternatives]
    while waiting:
        node, way, at = waiting.pop()
        while at < len(way) and (way[at].may_lack or way[at].is_empty or _node(way[at]) in empty):
            at += 1
        if at < len(way):
            if (awaited := _node(way[at])) is not None:
                stopped.setdefault(awaited, []).append((node, way, at))
        elif node not in empty:
            empty.add(node)
            waiting += stopped.pop(node, [])
    return empty


def _beginnings(rules: dict[str, list[list[_Item]]]) -> dict[_Node, list[tuple[_Node, int]]]:
    """Give with which rules and groups each of them can begin, and where in the text that stands."""
    ways = _ways(rules)
    empty = _empty_nodes(ways)
    found: dict[_Node, list[tuple[_Node, int]]] = {}
    for node, alternatives in ways.items():
        found[node] = begins = []
        for way in alternatives:
            for item in way:
                if (first := _node(item)) is not None:
                    begins.append((first, item.start))
                if not (item.may_lack or item.is_empty or first in empty):
                    break
    return found


def _walk(name: str, begins: dict[_Node, list[tuple[_Node, int]]], done: set[_Node]) -> None:
    """Follow what a rule can begin with, and that again. Not by recursion: a chain can be as long as the text."""
    path: dict[_Node, list[tuple[_Node, int]]] = {name: list(reversed(begins[name]))}
    while path:
        node, left = next(reversed(path.items()))
        if not left:
            del path[node]
            done.add(node)
            continue
        first, start = left.pop()
        if isinstance(first, str) and first in path:
            raise _Wrong("circle", start, start + len(first), first)
        if first not in done:
            if len(path) >= N_CHAINED_MAX:
                raise _Wrong("deep", start)
            path[first] = list(reversed(begins[first]))
