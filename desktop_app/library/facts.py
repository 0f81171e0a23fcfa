"""What the first bytes of a model file say about it, read in a fraction of a millisecond and never trusted.

Source of the keys: https://github.com/ggml-org/ggml/blob/master/docs/gguf.md; of what is no model of its own: llama.cpp,
gguf-py/gguf/constants.py (`GGUFType`) and clip-impl.h.
"""

from __future__ import annotations

import hashlib
import os
from pathlib import Path
from typing import Any, BinaryIO

from desktop_app.engine.gguf import BadHeader, Header, open_plain, read_start
from desktop_app.errors import ModelFileNotFound, NotAModelFile
from desktop_app.record import Record

N_CHARACTERS_MAX = 200
"""Of a text that a header gives; what is longer is no name."""
_JOINERS = "\u200c\u200d"
"""Not printable by themselves, and needed between the letters of several scripts."""
_NUMBER_MAX = 1 << 40
_MAGIC = b"GGUF"
_SAMPLE_BYTES = 1 << 16
_FILE_TYPES = {
    0: "F32", 1: "F16", 2: "Q4_0", 3: "Q4_1", 7: "Q8_0", 8: "Q5_0", 9: "Q5_1", 10: "Q2_K", 11: "Q3_K_S", 12: "Q3_K_M",
    13: "Q3_K_L", 14: "Q4_K_S", 15: "Q4_K_M", 16: "Q5_K_S", 17: "Q5_K_M", 18: "Q6_K", 19: "IQ2_XXS", 20: "IQ2_XS",
    21: "Q2_K_S", 22: "IQ3_XS", 23: "IQ3_XXS", 24: "IQ1_S", 25: "IQ4_NL", 26: "IQ3_S", 27: "IQ3_M", 28: "IQ2_S",
    29: "IQ2_M", 30: "IQ4_XS", 31: "IQ1_M", 32: "BF16", 36: "TQ1_0", 37: "TQ2_0", 38: "MXFP4_MOE", 39: "NVFP4",
}  # fmt: skip
"""Source: llama.h, `enum llama_ftype`."""
_EMBEDDING = ("bert", "nomic-bert", "nomic-bert-moe", "jina-bert-v2", "jina-bert-v3", "neo-bert", "modern-bert", "t5encoder",
              "gemma-embedding", "eurobert")  # fmt: skip
"""Architectures that only read. Source: llama-arch.cpp."""


class ModelFacts(Record):
    """What a header says. Texts have at most `N_CHARACTERS_MAX` characters and no line breaks; numbers are 0 when unknown."""

    kind: str
    """"model", "embedding"; "projector", "adapter", "imatrix", "vocabulary": none of its own."""
    architecture: str = ""
    title: str = ""
    """`general.name`: often not what a person would call it."""
    file_type: str = ""
    """The quantization that most of it has: "Q4_K_M"."""
    size_label: str = ""
    """How many parameters, in short: "135M", "8x7B"."""
    license: str = ""
    n_layers: int = 0
    n_embd: int = 0
    n_vocab: int = 0
    n_ctx_train: int = 0
    n_projected: int = 0
    """Of a projector: how wide what it gives is, as far as it says."""
    n_shards: int = 0
    """Of how many files it is one, as it says itself."""
    digest: str = ""
    """Tells this file from any other, as far as its size and three samples of it tell."""
    tokenizer: str = ""
    """How it takes texts apart: "llama-bpe", "qwen2"."""


class FileState(Record):
    """One state of a file; another size or time is another state."""

    size_bytes: int
    modified_ns: int


def facts_of(header: Header) -> ModelFacts:
    """Give what is worth showing of a header that `read_start` or `read_header` gave."""
    architecture = _text(header, "general.architecture")
    return ModelFacts(
        kind=_kind(header, architecture),
        architecture=architecture,
        title=_text(header, "general.name"),
        file_type=_file_type(header.values.get("general.file_type")),
        size_label=_text(header, "general.size_label"),
        license=_text(header, "general.license"),
        n_layers=_number(header.number("block_count")),
        n_embd=_number(header.number("embedding_length")),
        n_vocab=_number(header.lengths.get("tokenizer.ggml.tokens", 0)) or _number(header.number("vocab_size")),
        tokenizer=_text(header, "tokenizer.ggml.pre") or _text(header, "tokenizer.ggml.model"),
        n_ctx_train=_number(header.number("context_length")),
        n_projected=_number(header.values.get("clip.vision.projection_dim")),
        n_shards=_number(header.values.get("split.count")),
    )


def read_facts(path: Path) -> tuple[FileState, ModelFacts]:
    """Read what the first bytes of a file say, and in which state it is. Raises: ModelFileNotFound, NotAModelFile."""
    try:
        with open_plain(path) as file:
            before = state_of(os.fstat(file.fileno()))
            facts = facts_of(read_start(file, before.size_bytes)).replaced(digest=_digest(file, before.size_bytes))
            if state_of(os.fstat(file.fileno())) != before:
                raise BadHeader("truncated")  # it is being written
            return before, facts
    except FileNotFoundError as error:
        raise ModelFileNotFound(str(path)) from error
    except OSError as error:
        raise NotAModelFile(str(path), "not_readable") from error
    except BadHeader as error:
        raise NotAModelFile(str(path), error.reason) from error


def see_to_start(path: Path) -> None:
    """Check that a file begins as a model does. Raises: ModelFileNotFound, NotAModelFile."""
    try:
        with open_plain(path) as file:
            start = file.read(len(_MAGIC))
    except FileNotFoundError as error:
        raise ModelFileNotFound(str(path)) from error
    except OSError as error:
        raise NotAModelFile(str(path), "not_readable") from error
    if start != _MAGIC:
        raise NotAModelFile(str(path), "not_gguf" if start else "empty")


def state_of(status: os.stat_result) -> FileState:
    """Give the state that the system tells of a file."""
    return FileState(status.st_size, status.st_mtime_ns)


def _kind(header: Header, architecture: str) -> str:
    kind = header.values.get("general.type")
    if architecture == "clip" or kind == "mmproj":
        return "projector"
    if kind in ("adapter", "imatrix") or architecture == "imatrix":
        return str(kind) if kind == "adapter" else "imatrix"
    if kind == "vocab" or (header.n_tensors == 0 and not header.values.get("split.count")):
        return "vocabulary"
    # One that sums a text up in one vector says how; a model that talks does not.
    is_embedding = architecture in _EMBEDDING or _number(header.number("pooling_type")) > 0
    return "embedding" if is_embedding else "model"


def one_line(text: str) -> str:
    """Give a text of a stranger as it can stand in a list: short, on one line, and in the order in which it is written."""
    shown = "".join(one if one.isprintable() or one in _JOINERS else " " for one in text[: 4 * N_CHARACTERS_MAX])
    return " ".join(shown.split())[:N_CHARACTERS_MAX]


def _text(header: Header, key: str) -> str:
    value = header.values.get(key)
    return one_line(value) if isinstance(value, str) else ""


def _file_type(value: Any) -> str:
    return _FILE_TYPES.get(value, "") if type(value) is int else ""


def _number(value: Any) -> int:
    return value if type(value) is int and 0 <= value <= _NUMBER_MAX else 0


def _digest(file: BinaryIO, size_bytes: int) -> str:
    # The first bytes are much the same in all quantizations of a model; weights from the middle and the end are not.
    digest = hashlib.sha256(size_bytes.to_bytes(8, "little"))
    for place in (0, size_bytes // 2, max(0, size_bytes - _SAMPLE_BYTES)):
        file.seek(place)
        digest.update(file.read(_SAMPLE_BYTES) or b"")
    return digest.hexdigest()[:32]
