"""Names for files that every system takes, whatever a conversation is called."""

from __future__ import annotations

import re
import unicodedata

MAX_CHARACTERS = 100
MAX_BYTES = 200
"""Of a whole name in UTF-8; file systems take 255, and the path before it is somebody else's."""

_FORBIDDEN = re.compile(r'[<>:"/\\|?*]')
_RESERVED = re.compile(r"(?:con|prn|aux|nul|conin\$|conout\$|com[0-9¹²³]|lpt[0-9¹²³])(?:\..*)?\Z", re.IGNORECASE)
"""Source: Windows, "Naming Files, Paths, and Namespaces"; also with an extension, and in any case."""
_ENDS = " .-_~"
"""A name must not end in a dot or a space on Windows; one that begins with a dash or a tilde means something to a shell."""


def file_name(title: str, extension: str, taken: set[str], otherwise: str) -> str:
    """Give a name like "Why is the sky blue.md" that is not in `taken`, and add it there; `otherwise` for an empty title.

    `taken` holds the names of the same folder in the form of `folded`.
    """
    stem = _stem(title) or _stem(otherwise) or "conversation"
    number = 1
    while True:
        suffix = f" ({number})" if number > 1 else ""
        name = f"{_cut(stem, len(f'{suffix}.{extension}'.encode()))}{suffix}.{extension}"
        if folded(name) not in taken:
            taken.add(folded(name))
            return name
        number += 1


def folded(name: str) -> str:
    """Give what two names must not share: some systems know no case, some store accents apart."""
    return unicodedata.normalize("NFKC", unicodedata.normalize("NFKC", name).casefold())


def _stem(title: str) -> str:
    text = unicodedata.normalize("NFC", title.encode("utf-8", "replace").decode())
    # Control characters, marks that turn the direction of text, halves of characters, places that nobody has named.
    text = "".join(" " if unicodedata.category(one) in ("Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp") else one for one in text)
    text = " ".join(_FORBIDDEN.sub("-", text).split()).strip(_ENDS)
    return f"_{text}" if _RESERVED.match(text) else text


def _cut(stem: str, n_more_bytes: int) -> str:
    text = stem[:MAX_CHARACTERS]
    while len(text.encode()) + n_more_bytes > MAX_BYTES:
        text = text[:-1]
    return text.rstrip(_ENDS) or "_"
