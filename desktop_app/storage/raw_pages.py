"""Reads rows out of the pages of a file without SQLite, for what it can no longer find its way to.

A table is a tree of pages; when a page in the middle is gone, the rows below it are still there. Every leaf of every
table is read, and its rows are told apart by what stands in them. Rows that were deleted are not found again: their
bytes are overwritten (`secure_delete`).

Source: sqlite.org/fileformat2.html, 1.6 "B-tree Pages", 2.1 "Record Format", 4.1 "WAL File Format".
"""

from __future__ import annotations

import mmap
from collections.abc import Callable, Iterator
from pathlib import Path

PAGE_BYTES = 4096
"""Of every file that Hearth has made: SQLite's default since 2016."""
_LEAF_OF_TABLE = 13
_WAL_HEADER, _FRAME_HEADER = 32, 24
_MAX_ROW_BYTES = 200 * 1024 * 1024
"""A longer row has a damaged length; SQLite itself takes up to 1 GB."""

Value = int | float | bytes | None
"""As it stands in the file: text as bytes of UTF-8."""


class RawPages:
    """The pages of a file, the newer ones in its log taken first."""

    def __init__(self, file: Path, log: Path) -> None:
        """Read the log, which SQLite takes away when it opens the file; `rows` reads the file."""
        self._file = file
        self._newer = dict(_frames(log.read_bytes())) if log.is_file() else {}
        self._content: mmap.mmap | bytes = b""

    def rows(self) -> Iterator[tuple[Value, ...]]:
        """Give the columns of every row that can be read, the rowid in place of a first column without a value."""
        n_pages = self._file.stat().st_size // PAGE_BYTES
        with self._file.open("rb") as file:
            # A file may be larger than the memory; one of no bytes cannot be mapped.
            self._content = mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ) if n_pages else b""
            for number in sorted({*range(1, n_pages + 1), *self._newer}):
                yield from self._rows_of(number)

    def _page(self, number: int) -> bytes:
        return self._newer.get(number) or self._content[(number - 1) * PAGE_BYTES : number * PAGE_BYTES]

    def _rows_of(self, number: int) -> Iterator[tuple[Value, ...]]:
        page = self._page(number)
        start = 100 if number == 1 else 0
        if len(page) < PAGE_BYTES or page[start] != _LEAF_OF_TABLE:
            return
        n_cells = int.from_bytes(page[start + 3 : start + 5], "big")
        for cell in range(min(n_cells, PAGE_BYTES // 4)):
            place = start + 8 + 2 * cell
            at = int.from_bytes(page[place : place + 2], "big")
            row = self._row(page, at)
            if row is not None:
                yield row

    def _row(self, page: bytes, at: int) -> tuple[Value, ...] | None:
        """Give the row of the cell at `at`; None when it makes no sense."""
        try:
            n_bytes, at = _varint(page, at)
            rowid, at = _varint(page, at)
            if not 0 < n_bytes <= _MAX_ROW_BYTES:
                return None
            payload = self._payload(page, at, n_bytes)
            values = _record(payload)
        except IndexError:
            return None
        return (rowid, *values[1:]) if values and values[0] is None else values

    def _payload(self, page: bytes, at: int, n_bytes: int) -> bytes:
        """Give the bytes of a row, of which the first are on its page and the rest on a chain of others."""
        most = PAGE_BYTES - 35
        if n_bytes <= most:
            return page[at : at + n_bytes]
        least = (PAGE_BYTES - 12) * 32 // 255 - 23
        n_here = least + (n_bytes - least) % (PAGE_BYTES - 4)
        n_here = n_here if n_here <= most else least
        parts = [page[at : at + n_here]]
        following = int.from_bytes(page[at + n_here : at + n_here + 4], "big")
        n_left, seen = n_bytes - n_here, set[int]()
        while n_left > 0 and following not in seen:
            seen.add(following)
            rest = self._page(following) if following else b""
            if len(rest) < PAGE_BYTES:
                break  # what is there of a long text is better than nothing
            parts.append(rest[4 : 4 + n_left])
            n_left -= len(parts[-1])
            following = int.from_bytes(rest[:4], "big")
        return b"".join(parts)


def _frames(log: bytes) -> Iterator[tuple[int, bytes]]:
    """Give number and content of each page in a log that belongs to the last time it was begun, oldest first."""
    salt = log[16:24]
    for at in range(_WAL_HEADER, len(log) - _FRAME_HEADER - PAGE_BYTES + 1, _FRAME_HEADER + PAGE_BYTES):
        if log[at + 8 : at + 16] == salt:
            content = at + _FRAME_HEADER
            yield int.from_bytes(log[at : at + 4], "big"), log[content : content + PAGE_BYTES]


def _varint(data: bytes, at: int) -> tuple[int, int]:
    """Give the number at `at` and where it ends. Raises: IndexError."""
    value = 0
    for place in range(8):
        byte = data[at + place]
        value = value << 7 | byte & 0x7F
        if byte < 0x80:
            return value, at + place + 1
    return value << 8 | data[at + 8], at + 9


def _record(payload: bytes) -> tuple[Value, ...]:
    """Give the values of a record; what is missing at its end is left out. Raises: IndexError for nonsense."""
    n_header, at = _varint(payload, 0)
    kinds = []
    while at < n_header:
        kind, at = _varint(payload, at)
        kinds.append(kind)
    values: list[Value] = []
    at = n_header
    for kind in kinds:
        n_bytes, read = _kind(kind)
        values.append(read(payload[at : at + n_bytes]))
        at += n_bytes
    return tuple(values)


_N_INTEGER_BYTES = (0, 1, 2, 3, 4, 6, 8)


def _kind(kind: int) -> tuple[int, Callable[[bytes], Value]]:
    """Give how many bytes a value of this serial type takes and how to read it."""
    if kind >= 12:
        return (kind - 12) // 2, bytes
    if kind == 0 or kind in (10, 11):
        return 0, lambda _: None
    if kind < 7:
        return _N_INTEGER_BYTES[kind], lambda data: int.from_bytes(data, "big", signed=True)
    if kind == 7:
        return 8, lambda _: None  # a float; there is none in our tables
    return 0, (lambda _: 0) if kind == 8 else (lambda _: 1)
