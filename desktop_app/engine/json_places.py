"""Where in the text of a JSON document a part of it stands."""

from __future__ import annotations

import json
from json.decoder import WHITESPACE, JSONDecoder, scanstring  # type: ignore[attr-defined]
from typing import Any


def place_of(text: str, pointer: str) -> tuple[int, int]:
    """Give start and end of what a JSON pointer ("#/properties/age") leads to; of what is nearest when there is none.

    `text` is a valid document.
    """
    decoder, at = JSONDecoder(), _skip(text, 0)
    for part in pointer.removeprefix("#").split("/")[1:]:
        found = _member(text, at, part.replace("~1", "/").replace("~0", "~"), decoder)
        if found is None:
            break
        at = found
    return at, decoder.raw_decode(text, at)[1]


def _skip(text: str, at: int) -> int:
    return int(WHITESPACE.match(text, at).end())


def _member(text: str, at: int, name: str, decoder: JSONDecoder) -> int | None:
    """Give where the value of a name, or of an index, begins in the object or list at `at`."""
    opening, number = text[at], 0
    if opening not in "{[":
        return None
    at = _skip(text, at + 1)
    while text[at] not in "}]":
        key: Any = str(number)
        if opening == "{":
            key, at = scanstring(text, at + 1, True)
            at = _skip(text, _skip(text, at) + 1)
        if key == name:
            return at
        at = _skip(text, decoder.raw_decode(text, at)[1])
        at = _skip(text, at + 1) if text[at] == "," else at
        number += 1
    return None


def json_mistake(text: str) -> int | None:
    """Give where a text stops being JSON; None when it is some."""
    try:
        json.loads(text)
    except json.JSONDecodeError as error:
        return error.pos
    except (ValueError, RecursionError):
        return 0
    return None
