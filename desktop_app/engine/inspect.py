"""Whether a file can be a GGUF model, before llama.cpp is trusted with it.

llama.cpp ends its process for about one in a hundred damaged headers and gives one generic error for
the rest. This reader looks at the header alone, in Python, and says which of a few reasons it is.
It allocates by what is in the file, never by what the file says that there is.

Source: https://github.com/ggml-org/ggml/blob/master/docs/gguf.md; sizes from ggml.c, `type_traits`.
"""

from __future__ import annotations

import math
import os
import struct
from pathlib import Path
from typing import Any, BinaryIO

from desktop_app.errors import ModelFileNotFound, NotAModelFile, NotAModelReason

_CHUNK = 1 << 20
_MAX_HEADER = 256 << 20
"""Bytes. A vocabulary of 256,000 tokens with its merges has some 15 MB."""
_MAX_PAIRS, _MAX_TENSORS, _MAX_KEY = 65_536, 65_536, 65_535
_MAX_ARRAY_DEPTH = 4
_MAX_DIMENSIONS = 4
_MAX_LAYERS, _MAX_WIDTH, _MAX_HEADS = 4096, 1 << 20, 1 << 16
_MAX_DIMENSION = 1 << 40
_STRING, _ARRAY, _BOOL = 8, 9, 7
_LAYOUTS = {0: "<B", 1: "<b", 2: "<H", 3: "<h", 4: "<I", 5: "<i", 6: "<f", _BOOL: "<B", 10: "<Q", 11: "<q", 12: "<d"}
"""struct layouts of the value types that are neither text nor array."""
_TENSOR_TYPES = {
    0: (1, 4), 1: (1, 2), 2: (32, 18), 3: (32, 20), 6: (32, 22), 7: (32, 24), 8: (32, 34), 9: (32, 36), 10: (256, 84),
    11: (256, 110), 12: (256, 144), 13: (256, 176), 14: (256, 210), 15: (256, 292), 16: (256, 66), 17: (256, 74),
    18: (256, 98), 19: (256, 50), 20: (32, 18), 21: (256, 110), 22: (256, 82), 23: (256, 136), 24: (1, 1), 25: (1, 2),
    26: (1, 4), 27: (1, 8), 28: (1, 8), 29: (256, 56), 30: (1, 2), 34: (256, 54), 35: (256, 66), 39: (32, 17),
    40: (64, 36), 41: (128, 18), 42: (64, 18),
}  # fmt: skip
"""Numbers in a block and bytes of a block, by `ggml_type`; compared with the library by a test."""

_KEPT = 64
"""Characters of a text value, and items of an array, that are looked at."""


class _Bad(Exception):
    """Carries the reason out of the reader."""

    def __init__(self, reason: NotAModelReason) -> None:
        super().__init__(reason)
        self.reason: NotAModelReason = reason


class _Cursor:
    """Reads forward through the header, growing its buffer by what the file really holds."""

    def __init__(self, file: BinaryIO) -> None:
        self._file = file
        self._data = bytearray()
        self.position = 0

    def _need(self, n_bytes: int) -> None:
        end = self.position + n_bytes
        if end > _MAX_HEADER:
            raise _Bad("impossible_values")
        while len(self._data) < end:
            chunk = self._file.read(_CHUNK)
            if not chunk:
                raise _Bad("truncated")
            self._data += chunk

    def number(self, layout: str) -> Any:
        n_bytes = struct.calcsize(layout)
        self._need(n_bytes)
        value = struct.unpack_from(layout, self._data, self.position)[0]
        self.position += n_bytes
        return value

    def skip(self, n_bytes: int) -> None:
        self._need(n_bytes)
        self.position += n_bytes

    def text(self, max_length: int) -> str:
        length = self.number("<Q")
        if length > max_length:
            raise _Bad("impossible_values")
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


class _Header:
    """The pairs of a header that tell what the model is, and its tensors' extents."""

    def __init__(self, file: BinaryIO, size_bytes: int) -> None:
        self._cursor = _Cursor(file)
        self._size_bytes = size_bytes
        self.values: dict[str, Any] = {}
        n_tensors, n_pairs = self._start()
        for _ in range(n_pairs):
            key = self._cursor.text(_MAX_KEY)
            if not key:
                raise _Bad("impossible_values")
            self.values[key] = self._value(self._cursor.number("<I"), 0)
        self._tensors(n_tensors)

    def _start(self) -> tuple[int, int]:
        if self._size_bytes == 0:
            raise _Bad("empty")
        if self._size_bytes < 4 or self._cursor.number("<I") != int.from_bytes(b"GGUF", "little"):
            raise _Bad("not_gguf")
        if self._cursor.number("<I") not in (2, 3):
            raise _Bad("version")
        n_tensors, n_pairs = self._cursor.number("<Q"), self._cursor.number("<Q")
        if n_tensors > _MAX_TENSORS or not 0 < n_pairs <= _MAX_PAIRS:
            raise _Bad("impossible_values")
        return n_tensors, n_pairs

    def _value(self, kind: int, depth: int) -> Any:
        if kind == _STRING:
            return self._cursor.text(_MAX_HEADER)
        if kind == _ARRAY:
            return self._array(depth)
        if kind not in _LAYOUTS:
            raise _Bad("impossible_values")
        return self._cursor.number(_LAYOUTS[kind])

    def _array(self, depth: int) -> list[Any]:
        """Give the first items of an array; its length is `values[key + ".length"]` of nobody: only tokens need it."""
        kind, length = self._cursor.number("<I"), self._cursor.number("<Q")
        # An item has at least one byte, so a longer array can't be in the file.
        if depth >= _MAX_ARRAY_DEPTH or length > self._size_bytes:
            raise _Bad("impossible_values" if depth >= _MAX_ARRAY_DEPTH else "truncated")
        if kind == _STRING:
            self._cursor.skip_texts(length)
            return [""] * min(length, _KEPT)
        if kind == _ARRAY:
            return [self._array(depth + 1) for _ in range(length)][:_KEPT]
        if kind not in _LAYOUTS:
            raise _Bad("impossible_values")
        n_kept = min(length, _KEPT)
        items = [self._cursor.number(_LAYOUTS[kind]) for _ in range(n_kept)]
        self._cursor.skip((length - n_kept) * struct.calcsize(_LAYOUTS[kind]))
        return items

    def _tensors(self, n_tensors: int) -> None:
        ends = [self._tensor() for _ in range(n_tensors)]
        alignment = self.values.get("general.alignment", 32)
        if not isinstance(alignment, int) or alignment <= 0 or alignment & (alignment - 1):
            raise _Bad("impossible_values")
        start = -(-self._cursor.position // alignment) * alignment
        if ends and start + max(ends) > self._size_bytes:
            raise _Bad("truncated")

    def _tensor(self) -> int:
        """Give where a tensor ends, in bytes after the start of the tensors."""
        if not self._cursor.text(_MAX_KEY):
            raise _Bad("impossible_values")
        n_dimensions = self._cursor.number("<I")
        if n_dimensions > _MAX_DIMENSIONS:
            raise _Bad("impossible_values")
        dimensions = [self._cursor.number("<Q") for _ in range(n_dimensions)]
        kind, offset = self._cursor.number("<I"), self._cursor.number("<Q")
        if not all(0 < dimension <= _MAX_DIMENSION for dimension in dimensions) or kind not in _TENSOR_TYPES:
            raise _Bad("impossible_values")
        n_per_block, block_bytes = _TENSOR_TYPES[kind]
        if dimensions and dimensions[0] % n_per_block:
            raise _Bad("impossible_values")
        return int(offset + math.prod(dimensions) // n_per_block * block_bytes)


def _check_range(value: Any, low: int, high: int) -> None:
    """Some models give one number for each layer: then all of them must be possible, and one not 0."""
    numbers = value if isinstance(value, list) else [value]
    if not numbers or not all(type(number) is int and 0 <= number <= high for number in numbers) or max(numbers) < low:
        raise _Bad("impossible_values")


def _check_model(values: dict[str, Any]) -> None:
    architecture = values.get("general.architecture")
    if not isinstance(architecture, str) or not architecture or len(architecture) > _KEPT:
        raise _Bad("impossible_values")
    _check_range(values.get(f"{architecture}.block_count"), 1, _MAX_LAYERS)
    _check_range(values.get(f"{architecture}.embedding_length"), 1, _MAX_WIDTH)
    _check_range(values.get(f"{architecture}.context_length"), 1, 1 << 31)
    # Recurrent architectures (Mamba, RWKV) have no attention heads and say 0 or nothing.
    is_recurrent = any(key.startswith((f"{architecture}.ssm.", f"{architecture}.wkv.")) for key in values)
    _check_range(values.get(f"{architecture}.attention.head_count", 0), 0 if is_recurrent else 1, _MAX_HEADS)
    tokenizer, tokens = values.get("tokenizer.ggml.model"), values.get("tokenizer.ggml.tokens")
    if not isinstance(tokenizer, str) or tokenizer in ("", "no_vocab", "none") or not isinstance(tokens, list) or not tokens:
        raise _Bad("no_vocabulary")


def inspect(path: Path) -> None:
    """Look at the header of `path`. Raises: ModelFileNotFound, NotAModelFile."""
    try:
        with path.open("rb", buffering=0) as file:
            size_bytes = os.fstat(file.fileno()).st_size
            _check_model(_Header(file, size_bytes).values)
    except FileNotFoundError as error:
        raise ModelFileNotFound(str(path)) from error
    except OSError as error:
        raise NotAModelFile(str(path), "not_readable") from error
    except _Bad as error:
        raise NotAModelFile(str(path), error.reason) from error
