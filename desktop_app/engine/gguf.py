"""The header of a GGUF file: what the model says about itself, and where its tensors lie.

Read in Python, since llama.cpp ends its process for about one in a hundred damaged headers. It allocates by what is
in the file, never by what the file says that there is. Knows nothing of what a usable model must have: see `inspect`.

Source: https://github.com/ggml-org/ggml/blob/master/docs/gguf.md; sizes from ggml.c, `type_traits`.
"""

from __future__ import annotations

import errno
import math
import os
import stat
import struct
from pathlib import Path
from typing import Any, BinaryIO

from desktop_app.errors import ModelFileNotFound, NotAModelFile, NotAModelReason
from desktop_app.record import Record

_CHUNK = 1 << 20
_FIRST_CHUNK = 1 << 16
"""All that comes before the vocabulary is in these bytes of most files."""
_MAX_HEADER = 256 << 20
"""Bytes. A vocabulary of 256,000 tokens with its merges has some 15 MB."""
_MAX_PAIRS, _MAX_TENSORS, _MAX_KEY = 65_536, 65_536, 65_535
_MAX_ARRAY_DEPTH = 4
_MAX_DIMENSIONS = 4
_MAX_DIMENSION = 1 << 40
_STRING, _ARRAY, _BOOL = 8, 9, 7
_LAYOUTS = {0: "<B", 1: "<b", 2: "<H", 3: "<h", 4: "<I", 5: "<i", 6: "<f", _BOOL: "<B", 10: "<Q", 11: "<q", 12: "<d"}
"""struct layouts of the value types that are neither text nor array."""
TENSOR_TYPES = {
    0: (1, 4), 1: (1, 2), 2: (32, 18), 3: (32, 20), 6: (32, 22), 7: (32, 24), 8: (32, 34), 9: (32, 36), 10: (256, 84),
    11: (256, 110), 12: (256, 144), 13: (256, 176), 14: (256, 210), 15: (256, 292), 16: (256, 66), 17: (256, 74),
    18: (256, 98), 19: (256, 50), 20: (32, 18), 21: (256, 110), 22: (256, 82), 23: (256, 136), 24: (1, 1), 25: (1, 2),
    26: (1, 4), 27: (1, 8), 28: (1, 8), 29: (256, 56), 30: (1, 2), 34: (256, 54), 35: (256, 66), 39: (32, 17),
    40: (64, 36), 41: (128, 18), 42: (64, 18),
}  # fmt: skip
"""Numbers in a block and bytes of a block, by `ggml_type`; compared with the library by a test."""

_KEPT = 4096
"""Items of an array that are kept: more than any model has layers."""


class BadHeader(Exception):
    """Carries the reason out of the reader."""

    def __init__(self, reason: NotAModelReason) -> None:
        super().__init__(reason)
        self.reason: NotAModelReason = reason


class _Cursor:
    """Reads forward through the header, growing its buffer by what the file really holds."""

    def __init__(self, file: BinaryIO, chunk_bytes: int = _CHUNK) -> None:
        self._file = file
        self._chunk_bytes = chunk_bytes
        self._data = bytearray()
        self.position = 0

    def _need(self, n_bytes: int) -> None:
        end = self.position + n_bytes
        if end > _MAX_HEADER:
            raise BadHeader("impossible_values")
        while len(self._data) < end:
            chunk = self._file.read(self._chunk_bytes)
            if not chunk:
                raise BadHeader("truncated")
            self._data += chunk

    def number(self, layout: str) -> Any:
        n_bytes = struct.calcsize(layout)
        self._need(n_bytes)
        value = struct.unpack_from(layout, self._data, self.position)[0]
        self.position += n_bytes
        return value

    def numbers(self, layout: str, n_numbers: int) -> list[Any]:
        n_bytes = struct.calcsize(layout) * n_numbers
        self._need(n_bytes)
        values = struct.unpack_from(f"<{n_numbers}{layout[1:]}", self._data, self.position)
        self.position += n_bytes
        return list(values)

    def skip(self, n_bytes: int) -> None:
        self._need(n_bytes)
        self.position += n_bytes

    def text(self, max_length: int) -> str:
        length = self.number("<Q")
        if length > max_length:
            raise BadHeader("impossible_values")
        self._need(length)
        value = self._data[self.position : self.position + min(length, _MAX_KEY)]
        self.position += length
        return value.decode("utf-8", "replace")

    def skip_texts(self, n_texts: int) -> None:
        # Two lists of 49,000 strings take 20 ms this way, and four times that through text().
        unpack, data, position = struct.Struct("<Q").unpack_from, self._data, self.position
        for _ in range(n_texts):
            if position + 8 > len(data):
                self.position = position
                self._need(8)
            position += 8 + unpack(data, position)[0]
            if position > len(data):
                self.position = len(data)
                self._need(position - len(data))
        self.position = position


class Header(Record):
    """What a header says. Of long lists only the first `_KEPT` items are kept, and of texts in lists none."""

    values: dict[str, Any]
    lengths: dict[str, int]
    """Number of items of every list."""
    tensors: dict[str, int]
    """Bytes of each tensor, by name."""
    is_whole: bool = True
    """False when it was read up to the vocabulary only."""
    n_tensors: int = 0

    def number(self, key: str, default: int = 0) -> int:
        """Give a whole number under "<architecture>.<key>"; the largest where the layers differ."""
        value = self.values.get(f"{self.values.get('general.architecture')}.{key}", default)
        numbers = value if isinstance(value, list) else [value]
        return max((number for number in numbers if isinstance(number, int)), default=default)


class _Reader:
    """Reads one header from its first byte to the last, and checks that what it names lies within the file."""

    def __init__(self, file: BinaryIO, size_bytes: int, chunk_bytes: int = _CHUNK) -> None:
        self._cursor = _Cursor(file, chunk_bytes)
        self._size_bytes = size_bytes
        self._lengths: dict[str, int] = {}
        self._tensors: dict[str, int] = {}

    def read(self) -> Header:
        values: dict[str, Any] = {}
        n_tensors, n_pairs = self._start()
        for _ in range(n_pairs):
            key = self._cursor.text(_MAX_KEY)
            if not key:
                raise BadHeader("impossible_values")
            values[key] = self._value(key, self._cursor.number("<I"))
        ends = [self._tensor() for _ in range(n_tensors)]
        alignment = values.get("general.alignment", 32)
        if not isinstance(alignment, int) or alignment <= 0 or alignment & (alignment - 1):
            raise BadHeader("impossible_values")
        start = -(-self._cursor.position // alignment) * alignment
        if ends and start + max(ends) > self._size_bytes:
            raise BadHeader("truncated")
        return Header(values, self._lengths, self._tensors, n_tensors=n_tensors)

    def read_start(self) -> Header:
        values: dict[str, Any] = {}
        n_tensors, n_pairs = self._start()
        for _ in range(n_pairs):
            key = self._cursor.text(_MAX_KEY)
            kind = self._cursor.number("<I")
            if not key:
                raise BadHeader("impossible_values")
            if kind == _ARRAY and key.startswith("tokenizer.") and f"{values.get('general.architecture')}.block_count" in values:
                self._cursor.number("<I")
                self._lengths[key] = self._cursor.number("<Q")
                return Header(values, self._lengths, {}, is_whole=False, n_tensors=n_tensors)
            values[key] = self._value(key, kind)
        return Header(values, self._lengths, {}, is_whole=False, n_tensors=n_tensors)

    def _start(self) -> tuple[int, int]:
        if self._size_bytes == 0:
            raise BadHeader("empty")
        if self._size_bytes < 4 or self._cursor.number("<I") != int.from_bytes(b"GGUF", "little"):
            raise BadHeader("not_gguf")
        if self._cursor.number("<I") not in (2, 3):
            raise BadHeader("version")
        n_tensors, n_pairs = self._cursor.number("<Q"), self._cursor.number("<Q")
        if n_tensors > _MAX_TENSORS or not 0 < n_pairs <= _MAX_PAIRS:
            raise BadHeader("impossible_values")
        return n_tensors, n_pairs

    def _value(self, key: str, kind: int) -> Any:
        if kind == _STRING:
            return self._cursor.text(_MAX_HEADER)
        if kind == _ARRAY:
            items, self._lengths[key] = self._array(0)
            return items
        if kind not in _LAYOUTS:
            raise BadHeader("impossible_values")
        return self._cursor.number(_LAYOUTS[kind])

    def _array(self, depth: int) -> tuple[list[Any], int]:
        """Give the first items of a list, and how many it has."""
        kind, length = self._cursor.number("<I"), self._cursor.number("<Q")
        # An item has at least one byte, so a longer list can't be in the file.
        if depth >= _MAX_ARRAY_DEPTH or length > self._size_bytes:
            raise BadHeader("impossible_values" if depth >= _MAX_ARRAY_DEPTH else "truncated")
        n_kept = min(length, _KEPT)
        if kind == _STRING:
            self._cursor.skip_texts(length)
            return [""] * n_kept, length
        if kind == _ARRAY:
            return [self._array(depth + 1)[0] for _ in range(length)][:_KEPT], length
        if kind not in _LAYOUTS:
            raise BadHeader("impossible_values")
        items = self._cursor.numbers(_LAYOUTS[kind], n_kept)
        self._cursor.skip((length - n_kept) * struct.calcsize(_LAYOUTS[kind]))
        return items, length

    def _tensor(self) -> int:
        """Give where a tensor ends, in bytes after the start of the tensors."""
        name = self._cursor.text(_MAX_KEY)
        if not name:
            raise BadHeader("impossible_values")
        n_dimensions = self._cursor.number("<I")
        if n_dimensions > _MAX_DIMENSIONS:
            raise BadHeader("impossible_values")
        dimensions = [self._cursor.number("<Q") for _ in range(n_dimensions)]
        kind, offset = self._cursor.number("<I"), self._cursor.number("<Q")
        if not all(0 < dimension <= _MAX_DIMENSION for dimension in dimensions) or kind not in TENSOR_TYPES:
            raise BadHeader("impossible_values")
        n_per_block, block_bytes = TENSOR_TYPES[kind]
        if dimensions and dimensions[0] % n_per_block:
            raise BadHeader("impossible_values")
        self._tensors[name] = math.prod(dimensions) // n_per_block * block_bytes
        return int(offset + self._tensors[name])


def read_start(file: BinaryIO, size_bytes: int) -> Header:
    """Read from the first byte of a file of `size_bytes` up to its vocabulary: what it is, and its shape, but no tensors.

    The vocabulary's own length is known, since it stands before its first token. `file` may hold just the first part,
    as a server sends it: when that ends too early, the reason is "truncated". Raises: BadHeader, OSError.
    """
    return _Reader(file, size_bytes, _FIRST_CHUNK).read_start()


def open_plain(path: Path) -> BinaryIO:
    """Open a file for reading if it is a plain one: a FIFO with a model's name would be waited for without end.

    Raises: OSError.
    """
    number = os.open(path, os.O_RDONLY | getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_BINARY", 0))
    if not stat.S_ISREG(os.fstat(number).st_mode):
        os.close(number)
        raise OSError(errno.EINVAL, "no plain file", str(path))
    return os.fdopen(number, "rb", buffering=0)


def read_header(path: Path) -> Header:
    """Read the header of `path`. Raises: ModelFileNotFound, NotAModelFile."""
    try:
        with open_plain(path) as file:
            return _Reader(file, os.fstat(file.fileno()).st_size).read()
    except FileNotFoundError as error:
        raise ModelFileNotFound(str(path)) from error
    except OSError as error:
        raise NotAModelFile(str(path), "not_readable") from error
    except BadHeader as error:
        raise NotAModelFile(str(path), error.reason) from error
