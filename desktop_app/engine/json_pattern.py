"""The `pattern` of a JSON schema, a regular expression, as a grammar for the inside of a JSON string."""

from __future__ import annotations

import re
import sys
import warnings
from collections.abc import Sequence
from typing import Any

# The interpreter's own reader of regular expressions: what it takes apart is what `re` would match.
with warnings.catch_warnings():
    warnings.simplefilter("ignore", DeprecationWarning)
    from re import _constants, _parser  # type: ignore[attr-defined]

_CLASSES = {
    _constants.CATEGORY_DIGIT: [(48, 57)],
    _constants.CATEGORY_WORD: [(48, 57), (65, 90), (95, 95), (97, 122)],
    # Of white space only what stands in a JSON string as it is.
    _constants.CATEGORY_SPACE: [(32, 32)],
}
_NEGATED = {
    _constants.CATEGORY_NOT_DIGIT: _constants.CATEGORY_DIGIT,
    _constants.CATEGORY_NOT_WORD: _constants.CATEGORY_WORD,
    _constants.CATEGORY_NOT_SPACE: _constants.CATEGORY_SPACE,
}
_ENDS = {_constants.AT_BEGINNING, _constants.AT_BEGINNING_STRING, _constants.AT_END, _constants.AT_END_STRING}
_MAX_LENGTH = 2000
_MAX_REPEATED = 2000
_ESCAPED = {34: '"\\\\\\""', 92: '"\\\\\\\\"'}
"""How a quotation mark and a backslash stand in a JSON string, in GBNF."""


class UnsupportedPattern(ValueError):
    """The expression has a part that no grammar can say."""


def pattern_grammar(pattern: str) -> str:
    """Give the GBNF of what fits `pattern`, as in ECMA-262 not anchored by itself. Raises: UnsupportedPattern."""
    if len(pattern) > _MAX_LENGTH:
        raise UnsupportedPattern("it is too long")
    try:
        # \d, \w, \s are ASCII in ECMA-262.
        parsed = list(_parser.parse(pattern, re.ASCII))
    except (re.error, RecursionError, OverflowError):
        raise UnsupportedPattern("it is no regular expression") from None
    before, after = "char* ", " char*"
    if parsed and _is_end(parsed[0], "BEGINNING"):
        before, parsed = "", parsed[1:]
    if parsed and _is_end(parsed[-1], "END"):
        after, parsed = "", parsed[:-1]
    return f"{before}({_sequence(parsed)}){after}"


def _is_end(item: Any, which: str) -> bool:
    kind, value = item
    return kind is _constants.AT and value in _ENDS and which in str(value)


def _sequence(items: Sequence[Any]) -> str:
    return " ".join(_item(*item) for item in items) or '""'


def _item(kind: Any, value: Any) -> str:
    if kind is _constants.LITERAL:
        return _characters([(value, value)])
    if kind is _constants.NOT_LITERAL:
        return _characters(_inverted([(value, value)]))
    if kind is _constants.ANY:
        return _characters(_inverted([(10, 10)]))
    if kind is _constants.IN:
        return _characters(_class(value))
    if kind is _constants.BRANCH:
        return f"({' | '.join(_sequence(branch) for branch in value[1])})"
    if kind is _constants.SUBPATTERN:
        return f"({_sequence(value[3])})"
    if kind in (_constants.MAX_REPEAT, _constants.MIN_REPEAT):
        least, most, repeated = value
        if least > _MAX_REPEATED or (most is not _constants.MAXREPEAT and most > _MAX_REPEATED):
            raise UnsupportedPattern(f"more than {_MAX_REPEATED} cannot be counted")
        return f"({_sequence(repeated)}){{{least},{'' if most is _constants.MAXREPEAT else most}}}"
    raise UnsupportedPattern(f"{str(kind).lower()} cannot be kept")


def _class(items: Sequence[Any]) -> list[tuple[int, int]]:
    is_negated = bool(items) and items[0][0] is _constants.NEGATE
    ranges: list[tuple[int, int]] = []
    for kind, value in items[1:] if is_negated else items:
        if kind is _constants.LITERAL:
            ranges.append((value, value))
        elif kind is _constants.RANGE:
            ranges.append(value)
        elif kind is _constants.CATEGORY:
            ranges += _CLASSES[value] if value in _CLASSES else _inverted(_CLASSES[_NEGATED[value]])
        else:
            raise UnsupportedPattern(f"{str(kind).lower()} cannot be kept")
    return _inverted(ranges) if is_negated else ranges


def _inverted(ranges: Sequence[tuple[int, int]]) -> list[tuple[int, int]]:
    found, start = [], 32
    for first, last in sorted(ranges):
        if first > start:
            found.append((start, first - 1))
        start = max(start, last + 1)
    return [*found, (start, sys.maxunicode)] if start <= sys.maxunicode else found


def _characters(ranges: Sequence[tuple[int, int]]) -> str:
    """Give the GBNF of one character of `ranges`; control characters have no place in it."""
    plain: list[tuple[int, int]] = []
    special = [code for code in _ESCAPED if any(first <= code <= last for first, last in ranges)]
    for first, last in ranges:
        start = max(first, 32)
        for code in (*sorted(_ESCAPED), last + 1):
            if start <= min(code - 1, last):
                plain.append((start, min(code - 1, last)))
            start = max(start, code + 1)
    parts = [f"[{''.join(f'{_code(first)}-{_code(last)}' for first, last in plain)}]"] if plain else []
    parts += [_ESCAPED[code] for code in special]
    if not parts:
        raise UnsupportedPattern("a control character cannot be kept")
    return parts[0] if len(parts) == 1 else f"({' | '.join(parts)})"


def _code(code: int) -> str:
    return f"\\U{code:08X}"
