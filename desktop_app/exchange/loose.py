"""Values of a file from outside, taken for what they should be; what is anything else counts as missing.

Nothing here raises: every function takes whatever JSON can hold.
"""

from __future__ import annotations

import hashlib
import json
import math
from datetime import UTC, datetime
from typing import Any

from desktop_app.chat.message import storable
from desktop_app.exchange.limits import MAX_TAG_CHARACTERS, MAX_TAGS

_LONGEST_NUMBER = 40
"""Digits of an integer that can mean something; Python refuses those of more than 4,300 with an exception."""


def parsed(text: str) -> Any:
    """Give the value of JSON text; NaN, Infinity and integers of a thousand digits become None.

    Raises: ValueError for what is no JSON, RecursionError, MemoryError.
    """
    return json.loads(text, parse_int=_integer, parse_constant=_nothing)


def _integer(digits: str) -> int | None:
    return int(digits) if len(digits) <= _LONGEST_NUMBER else None


def _nothing(_name: str) -> None:
    return None


def text_of(value: object) -> str:
    """Give a string as it can be stored; "" for anything else."""
    return storable(value) if isinstance(value, str) else ""


def line_of(value: object, n_characters: int) -> str:
    """Give a string on one line, cut after `n_characters`."""
    return " ".join(text_of(value)[: n_characters * 4].split())[:n_characters].strip()


def name_of(value: object, n_characters: int = 120) -> str:
    """Give the last part of what may be a path, on one line: a name without a place."""
    return line_of(text_of(value).replace("\\", "/").rstrip("/").rpartition("/")[2], n_characters)


def key_of(value: object) -> str | None:
    """Give an identity, which may be a string or a number; None where there is none."""
    if isinstance(value, str):
        return storable(value)[:200] or None
    return str(value) if isinstance(value, int) and not isinstance(value, bool) else None


def record_of(value: object) -> dict[str, Any]:
    """Give an object of JSON; {} for anything else."""
    return value if isinstance(value, dict) else {}


def list_of(value: object) -> list[Any]:
    """Give a list of JSON; [] for anything else."""
    return value if isinstance(value, list) else []


def records_of(value: object) -> list[dict[str, Any]]:
    """Give the objects in a list of JSON."""
    return [one for one in list_of(value) if isinstance(one, dict)]


def tags_of(value: object) -> tuple[str, ...]:
    """Give the tags in a list of names or of objects with a name, in order, each once."""
    names = [one.get("name") if isinstance(one, dict) else one for one in list_of(value)[: MAX_TAGS * 4]]
    return tuple(sorted({name for one in names if (name := line_of(one, MAX_TAG_CHARACTERS))})[:MAX_TAGS])


def when_ms(value: object) -> int | None:
    """Give a point in time as milliseconds since 1970; None where there is none.

    A number is taken for seconds, milliseconds, microseconds or nanoseconds by its size: seconds of the year 5138
    are milliseconds of 1973. Text is ISO 8601, of UTC where it does not say.
    """
    if isinstance(value, str):
        value = _seconds_of(value.strip()[:64])
    if isinstance(value, bool) or not isinstance(value, int | float) or not math.isfinite(value) or value <= 0:
        return None
    for unit, per_ms in ((1e17, 1e-6), (1e14, 1e-3), (1e11, 1.0)):
        if value > unit:
            return int(min(value, 1e19) * per_ms)
    return int(value * 1000)


def _seconds_of(text: str) -> float | None:
    try:
        return float(text)
    except ValueError:
        pass
    try:
        moment = datetime.fromisoformat(text)
        return (moment if moment.tzinfo else moment.replace(tzinfo=UTC)).timestamp()
    except (ValueError, OverflowError, OSError):
        return None


def clamped_ms(value: int | None, now_ms: int) -> int | None:
    """Give a time that is not in the future, where a broken clock would keep it on top of the list for years."""
    return None if value is None else max(0, min(value, now_ms))


def derived_id(*names: str) -> str:
    """Give an identity that is the same for the same names at any time: the layout of UUID version 8.

    Importing an export twice must not double it, so a conversation is known by where it comes from.
    """
    digest = hashlib.sha256("\0".join(names).encode("utf-8", "replace")).digest()
    number = int.from_bytes(digest[:16], "big")
    number = number & ~(0xF << 76) & ~(0x3 << 62) | (8 << 76) | (2 << 62)
    return f"{number:032x}"
