"""How a text becomes the words of the full-text index: for the index and for what is searched for alike.

Words as Unicode divides text (Chinese and Japanese one character each), without case and without accents: see
`chat.matching`. Must be registered on every connection that writes messages or searches. The division takes 15 ms to
import and is imported when the first text is taken apart: SQLite asks for the tokenizer as soon as it sees the tables.

A word of letters has a mark before it in the index and a character of Chinese or Japanese has none. So an index of
the first two to four characters of each word holds the first one to three letters of words with letters, which makes
the first keys of a search fast (175, 40 and 20 ms without, among 500,000 messages), and leaves out Chinese, where it
would double the index for nothing.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any

import apsw

TOKENIZER = "hearth"
"""The name by which the schema knows it; what stands behind the name must not change without a new index."""

_MARK = "_"
"""No word has one: `pieces` divides there."""


def register(connection: apsw.Connection) -> None:
    """Make the tokenizer known to `connection`."""
    connection.register_fts5_tokenizer(TOKENIZER, _tokenizer)


def words(text: str) -> Iterator[tuple[int, str]]:
    """Give each word of `text` as it stands in the index, and where in `text` it ends."""
    import apsw.unicode

    from desktop_app.chat.matching import is_character, pieces

    # What `apsw.fts5.UnicodeWordsTokenizer` does, without the 40 ms that its module takes to import. Declared as text only.
    found: Any = apsw.unicode.word_iter_with_offsets(text, emoji=True, regional_indicator=True)
    for _, end, word in found:
        if word.isascii() and word.isalnum():
            yield end, _MARK + word.lower()
        elif "\u3041" <= word <= "\u9fff" and len(word) == 1:
            yield end, word
        else:
            for piece in pieces(word):
                yield end, piece if is_character(piece) else _MARK + piece


def expression(text: str) -> str:
    """Give what a person typed as a query of FTS5, whatever it was; "" when there is no word in it.

    What stands between spaces has to follow one another, as has what stands in quotation marks; the last word may be
    the beginning of a longer one while it is being typed.
    """
    from desktop_app.chat.matching import parts

    found = []
    for part in parts(text):
        # No quotation marks: they divide parts. SQLite ends a text at a zero, and has no lone surrogates.
        chunk = part.text.replace("\0", " ").encode("utf-8", "replace").decode()
        in_it = list(words(chunk))
        if in_it:
            end, last = in_it[-1]
            is_beginning = part.is_open and end == len(chunk) and last.startswith(_MARK)
            found.append(f'"{chunk}"{" *" if is_beginning else ""}')
    return " AND ".join(found)


def _tokenizer(_connection: apsw.Connection, _arguments: list[str]) -> Any:
    return _taken_apart


def _taken_apart(utf8: bytes, _flags: int, _locale: str | None) -> Iterable[str]:
    # Places in the text are left out: only snippets made by SQLite need them, and we make our own.
    return [word for _, word in words(utf8.decode("utf-8", "replace"))]
