"""Which way a text is read: by its own letters, whatever the language of the interface is. Knows nothing of Qt.

The first letter decides, as Qt and browsers have it, but for one thing: an Arabic or Hebrew text often begins with a name
in Latin letters. So a text that begins with those is read from right to left, too, when most of its letters are.
"""

from __future__ import annotations

import re
from itertools import islice

ISOLATE, END = "\u2066", "\u2069"
"""Between them text is read from left to right, whatever stands around it; both are invisible."""
_N_CHARS = 300
_N_LETTERS = 120
"""So much of the beginning is looked at: from there on a text that grows keeps its direction."""
_RIGHT = "\u0590-\u07bf\u0840-\u08ff\ufb1d-\ufdff\ufe70-\ufeff"
"""Hebrew, Arabic, Syriac, Thaana, Mandaic and their forms."""
_FAR_EAST, _FORMS = "\u2e80", "\ufb1d"
_RIGHT_LETTER = re.compile(f"[{_RIGHT}]")
_LETTER = re.compile(
    # Code and formulas do not count: they are read from left to right in every language.
    r"`[^`]{1,200}`|\$[^$\n]{1,200}\$|\\\([^\n]{1,200}?\\\)|([^\W\d_])"
)


def has_right_letters(text: str) -> bool:
    """Say whether there is anything in `text` that is read from right to left."""
    return not text.isascii() and _RIGHT_LETTER.search(text) is not None


def reads_from_right(text: str) -> bool | None:
    """Say whether `text` is read from right to left; None when it has no letters that would tell."""
    text = text[:_N_CHARS]
    first = next(filter(str.isalpha, text), "")
    # The usual cases, in a microsecond: letters of the Far East at the beginning, or nothing but Latin ones.
    if _FAR_EAST <= first < _FORMS or not has_right_letters(text):
        return False if first else None
    letters = (found[1] for found in _LETTER.finditer(text) if found[1])
    first = next(letters, "")
    if not first:
        return None
    if _RIGHT_LETTER.match(first):
        return True
    rest = list(islice(letters, _N_LETTERS))
    n_right = sum(_RIGHT_LETTER.match(letter) is not None for letter in rest)
    return 2 * n_right > len(rest) + 1


def isolated(code: str) -> str:
    """Give `code` so that it stays as it is between words that are read from right to left."""
    return f"{ISOLATE}{code}{END}"


def without_isolates(text: str) -> str:
    """Give `text` as it was before any of it was isolated."""
    return text if text.isascii() else text.replace(ISOLATE, "").replace(END, "")
