"""A file offered as a model is looked at before llama.cpp is trusted with it."""

from __future__ import annotations

import ctypes
import random
import struct
import time
from pathlib import Path
from typing import Any

import pytest

from desktop_app.engine.gguf import TENSOR_TYPES
from desktop_app.engine.inspect import inspect
from desktop_app.engine.llama.library import C
from desktop_app.errors import ModelFileNotFound, NotAModelFile
from tests.fakes.gguf_file import U64, header, tiny_pairs, tiny_tensors, write_tiny_model


def _reason(path: Path) -> str:
    with pytest.raises(NotAModelFile) as caught:
        inspect(path)
    assert caught.value.path == str(path)
    return caught.value.reason


def _written(path: Path, data: bytes) -> Path:
    path.write_bytes(data)
    return path


def test_a_good_model_passes(tiny_model: Path) -> None:
    inspect(tiny_model)


def test_the_starter_model_passes_within_100_ms(starter_model: Path) -> None:
    # The best of three: this machine may be busy with something else.
    times = []
    for _ in range(3):
        started = time.perf_counter()
        inspect(starter_model)
        times.append(time.perf_counter() - started)
    assert min(times) < 0.1


def test_a_missing_file(tmp_path: Path) -> None:
    with pytest.raises(ModelFileNotFound):
        inspect(tmp_path / "none.gguf")


def test_a_folder(tmp_path: Path) -> None:
    assert _reason(tmp_path) == "not_readable"


@pytest.mark.parametrize(
    ("data", "reason"),
    [
        (b"", "empty"),
        (b"GG", "not_gguf"),
        (b"<!DOCTYPE html><html>", "not_gguf"),
        (b"GGUF", "truncated"),
        (b"GGUF" + struct.pack("<I", 1) + bytes(16), "version"),
        (b"GGUF" + struct.pack(">IQQ", 3, 1, 1), "version"),
        (b"GGUF" + struct.pack("<IQQ", 3, 1, 2**63), "impossible_values"),
        (b"GGUF" + struct.pack("<IQQ", 3, 2**40, 1), "impossible_values"),
        (b"GGUF" + struct.pack("<IQQQ", 3, 0, 1, 0), "impossible_values"),
        (b"GGUF" + struct.pack("<IQQQ", 3, 0, 1, 9), "truncated"),
        (b"GGUF" + struct.pack("<IQQQ", 3, 0, 1, 2**40), "impossible_values"),
        (b"GGUF" + struct.pack("<IQQ", 3, 0, 0), "impossible_values"),
    ],
)
def test_a_foreign_or_broken_file(tmp_path: Path, data: bytes, reason: str) -> None:
    assert _reason(_written(tmp_path / "m.gguf", data)) == reason


@pytest.mark.parametrize(
    ("changes", "reason"),
    [
        ({"general__architecture": None}, "impossible_values"),
        ({"general__architecture": 7}, "impossible_values"),
        ({"llama__block_count": 0}, "impossible_values"),
        ({"llama__block_count": None}, "impossible_values"),
        ({"llama__block_count": U64(2**63)}, "impossible_values"),
        ({"llama__embedding_length": 0}, "impossible_values"),
        ({"llama__context_length": 0}, "impossible_values"),
        ({"llama__attention__head_count": 0}, "impossible_values"),
        ({"llama__attention__head_count": "four"}, "impossible_values"),
        ({"llama__rope__dimension_count": 72}, "impossible_values"),
        ({"general__alignment": 3}, "impossible_values"),
        ({"tokenizer__ggml__model": None}, "no_vocabulary"),
        ({"tokenizer__ggml__tokens": None}, "no_vocabulary"),
        ({"tokenizer__ggml__tokens": []}, "no_vocabulary"),
    ],
)
def test_impossible_values(tmp_path: Path, changes: dict[str, Any], reason: str) -> None:
    pairs = tiny_pairs(**changes)
    assert _reason(_written(tmp_path / "m.gguf", header(pairs))) == reason


def test_one_number_for_each_layer_is_possible(tmp_path: Path) -> None:
    inspect(_written(tmp_path / "m.gguf", header(tiny_pairs(llama__attention__head_count=[4, 0, 4]))))


def test_a_file_that_was_cut_off(tiny_model: Path, tmp_path: Path) -> None:
    data = tiny_model.read_bytes()
    for length in (30, 1000, 6000, len(data) - 1):
        assert _reason(_written(tmp_path / "m.gguf", data[:length])) == "truncated"


def test_a_tensor_beyond_the_end(tmp_path: Path) -> None:
    assert _reason(_written(tmp_path / "m.gguf", header(tiny_pairs(), tiny_tensors(300)))) == "truncated"
    huge = [("token_embd.weight", (2**39, 2**39, 2**39))]
    assert _reason(_written(tmp_path / "m.gguf", header(tiny_pairs(), huge))) == "truncated"


def test_arrays_in_arrays_end(tmp_path: Path) -> None:
    nested: Any = 1
    for _ in range(20):
        nested = [nested]
    assert _reason(_written(tmp_path / "m.gguf", header({"a": nested}))) == "impossible_values"


def test_the_sizes_of_tensor_types_are_those_of_the_library() -> None:
    size, block = C._lib.ggml_type_size, C._lib.ggml_blck_size
    size.restype, block.restype = ctypes.c_size_t, ctypes.c_int64
    theirs = {kind: (block(kind), size(kind)) for kind in range(C.GGML_TYPE_COUNT) if block(kind)}
    assert theirs == TENSOR_TYPES


def _mutated(data: bytes, generator: random.Random) -> bytes:
    damaged = bytearray(data)
    for _ in range(generator.choice((1, 1, 2, 8))):
        place = generator.randrange(min(len(damaged), 9000))
        match generator.randrange(5):
            case 0:
                damaged[place] ^= 1 << generator.randrange(8)
            case 1:
                damaged[place : place + 8] = struct.pack("<Q", generator.choice((0, 1, 2**32, 2**62, 2**63, 2**64 - 1)))
            case 2:
                del damaged[place : place + generator.randrange(1, 64)]
            case 3:
                damaged[place:place] = generator.randbytes(generator.randrange(1, 64))
            case 4:
                del damaged[place:]
        if not damaged:
            break
    return bytes(damaged)


def test_500_damaged_headers_end_in_one_of_the_reasons(tmp_path: Path) -> None:
    data = write_tiny_model(tmp_path / "tiny.gguf").read_bytes()
    generator = random.Random(20)
    path = tmp_path / "m.gguf"
    n_refused = 0
    for _ in range(500):
        path.write_bytes(_mutated(data, generator))
        started = time.perf_counter()
        try:
            inspect(path)
        except NotAModelFile:
            n_refused += 1
        assert time.perf_counter() - started < 5
    assert n_refused > 200
