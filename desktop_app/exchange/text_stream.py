"""Bytes of a file become text, a piece at a time, in whichever encoding of Unicode they are."""

from __future__ import annotations

import codecs
from collections.abc import Iterator
from typing import Protocol

from desktop_app.exchange.limits import CHUNK_BYTES

_MARKS = (
    # The longer ones first: the mark of UTF-32 begins with that of UTF-16.
    (codecs.BOM_UTF32_LE, "utf-32-le"),
    (codecs.BOM_UTF32_BE, "utf-32-be"),
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)


class Readable(Protocol):
    """What gives bytes: a file, or one in an archive."""

    def read(self, size: int = -1, /) -> bytes:
        """Give up to `size` bytes; none at the end."""
        ...


def encoding_of(start: bytes) -> tuple[str, int]:
    """Give the encoding of text by its first bytes, and how many of them are only a mark of it."""
    for mark, name in _MARKS:
        if start.startswith(mark):
            return name, len(mark)
    # JSON begins with an ASCII character: where its other bytes are zero tells the encoding.
    zeros = "".join("0" if byte == 0 else "x" for byte in start[:4])
    without_mark = {"000x": "utf-32-be", "x000": "utf-32-le", "0x0x": "utf-16-be", "x0x0": "utf-16-le"}
    return without_mark.get(zeros, "utf-8"), 0


def text_chunks(stream: Readable) -> Iterator[str]:
    """Give the text of `stream`, a piece at a time; bytes that mean nothing become U+FFFD."""
    start = stream.read(CHUNK_BYTES)
    encoding, n_mark = encoding_of(start)
    decoder = codecs.getincrementaldecoder(encoding)("replace")
    chunk = start[n_mark:]
    while chunk:
        if text := decoder.decode(chunk):
            yield text
        chunk = stream.read(CHUNK_BYTES)
    if text := decoder.decode(b"", final=True):
        yield text
