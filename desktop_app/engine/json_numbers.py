"""Numbers between two bounds as a grammar: digits for digits."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping
from typing import Any

_MAX_DIGITS = 16


def integer_range(bounds: Mapping[str, Any]) -> str | None:
    """Give the GBNF of the integers within `minimum`, `maximum`, `exclusiveMinimum`, `exclusiveMaximum`; None: there are none."""
    if not all(_is_number(value) for value in bounds.values()):
        return None
    limit = 10**_MAX_DIGITS - 1
    low, high = -limit, limit
    if "minimum" in bounds:
        low = max(low, math.ceil(bounds["minimum"]))
    if "exclusiveMinimum" in bounds:
        low = max(low, math.floor(bounds["exclusiveMinimum"]) + 1)
    if "maximum" in bounds:
        high = min(high, math.floor(bounds["maximum"]))
    if "exclusiveMaximum" in bounds:
        high = min(high, math.ceil(bounds["exclusiveMaximum"]) - 1)
    return " | ".join(_signed(low, high)) if low <= high else None


def number_range(bounds: Mapping[str, Any]) -> str | None:
    """Give the GBNF of numbers within bounds that are whole; None when they are not, or nothing is within.

    An excluded bound is left out with the fractions beside it: the grammar is narrower than the bounds, never wider.
    """
    if not all(_is_number(value) and float(value).is_integer() for value in bounds.values()):
        return None
    limit = 10**_MAX_DIGITS - 1
    low, high = int(bounds.get("minimum", -limit)), int(bounds.get("maximum", limit))
    above, below = bounds.get("exclusiveMinimum"), bounds.get("exclusiveMaximum")
    parts = []
    if above is not None:
        low = max(low, int(above) + 1)
    if below is not None:
        high = min(high, int(below) - 1)
    if low > high:
        return None
    # Between two whole numbers there may be a fraction behind the smaller one, seen from 0; at the end there is none.
    if high > 0:
        parts += [f"({' | '.join(_between(max(low, 0), high - 1))}) fraction?"] if high - 1 >= max(low, 0) else []
    if low < 0:
        parts += [f'"-" ({" | ".join(_between(max(-high, 0), -low - 1))}) fraction?'] if -low - 1 >= max(-high, 0) else []
    parts += [" | ".join(_signed(high, high))] if high >= 0 else []
    parts += [" | ".join(_signed(low, low))] if low <= 0 else []
    # Written out, since the rules of the schema have no such rule.
    return " | ".join(parts).replace("fraction", f'("." [0-9]{{1,{_MAX_DIGITS}}})')


def _is_number(value: object) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool) and math.isfinite(value)


def _signed(low: int, high: int) -> Iterator[str]:
    if high >= 0:
        yield from _between(max(low, 0), high)
    if low < 0:
        yield from (f'"-" ({part})' for part in _between(max(-high, 1), -low))


def _between(low: int, high: int) -> Iterator[str]:
    """Give alternatives for the whole numbers from `low` to `high`, neither below 0: one for each length."""
    for n_digits in range(len(str(low)), len(str(high)) + 1):
        first = max(low, 10 ** (n_digits - 1) if n_digits > 1 else 0)
        last = min(high, 10**n_digits - 1)
        yield " | ".join(_digits(str(first), str(last)))


def _digits(low: str, high: str) -> Iterator[str]:
    """Give alternatives for the numbers of one length, written with leading zeros, from `low` to `high`."""
    if low == high:
        yield f'"{low}"' if low else '""'
        return
    n_free = len(low) - 1
    if low.strip("0") == "" and high.strip("9") == "":
        yield f"[0-9]{{{len(low)}}}"
        return
    if low[0] == high[0]:
        yield f'"{low[0]}" ({" | ".join(_digits(low[1:], high[1:]))})'
        return
    first, last = int(low[0]), int(high[0])
    if n_free and low[1:].strip("0"):
        yield f'"{low[0]}" ({" | ".join(_digits(low[1:], "9" * n_free))})'
        first += 1
    is_cut = bool(n_free and high[1:].strip("9"))
    if first <= last - is_cut:
        yield f"[{first}-{last - is_cut}]" + (f" [0-9]{{{n_free}}}" if n_free else "")
    if is_cut:
        yield f'"{high[0]}" ({" | ".join(_digits("0" * n_free, high[1:]))})'
