"""How well a few typed letters fit a text: words that begin with them first, then letters that follow one another."""

from __future__ import annotations

import unicodedata
from functools import lru_cache

_AT_WORD, _IN_ROW, _LATER = 8, 5, 1


def folded(text: str) -> str:
    """Give `text` without case and accents, as it is compared; each character stays one character."""
    return text.lower() if text.isascii() else "".join(map(_folded, text))


@lru_cache(maxsize=4096)
def _folded(one: str) -> str:
    return unicodedata.normalize("NFKD", one)[:1].casefold()[:1] or one


def score(wanted: str, text: str) -> int:
    """Give how well `text` fits, the higher the better; 0 when it lacks a letter. Both are `folded`, spaces do not count."""
    if not wanted:
        return 1
    if wanted in text:
        # As one piece: at the start of all, of a word, or within one.
        at = text.index(wanted)
        return 1000 - min(at, 200) + (400 if at == 0 else 200 if not text[at - 1].isalnum() else 0)
    points, position = 0, -1
    for letter in wanted:
        if letter.isspace():
            continue
        found = text.find(letter, position + 1)
        if found < 0:
            return 0
        is_at_word = found == 0 or not text[found - 1].isalnum()
        points += _AT_WORD if is_at_word else _IN_ROW if found == position + 1 else _LATER
        position = found
    return points
