"""One model on this computer, as far as its file name and size tell. Values only; the file is not opened."""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path

_SHARD = re.compile(r"-(?P<number>\d{5})-of-(?P<count>\d{5})$")
"""Source: llama.cpp, `LLM_KV_SPLIT` and `llama_split_path`: name-00001-of-00003.gguf, counted from 1."""
_QUANTIZATION = re.compile(
    r"[-_.]?(?:UD[-_])?(?P<type>I?Q[1-9]_(?:[01]|K(?:_(?:XXS|XS|S|M|L|XL))?|XXS|XS|S|M|NL|XL)|TQ[12]_0|MXFP4(?:_MOE)?|BF16|F16|F32|FP16|FP32)$",
    re.IGNORECASE,
)
"""Source: llama.cpp, `llama_ftype` names; UD- is what one publisher puts before its own mixtures."""


@dataclass(frozen=True, slots=True)
class ModelFile:
    """A model that can be loaded."""

    path: Path
    """The file to load; of a model in several parts (shards) the first."""
    name: str
    """For a person: "SmolLM2 135M Instruct"."""
    size_bytes: int
    """All shards together."""
    is_starter: bool = False
    """True for the tiny model that comes with the application."""
    quantization: str = ""
    """As in the file name, upper-case: "Q4_K_M"; "" when the name does not tell."""


def is_shard_name(stem: str) -> tuple[int, int] | None:
    """Give (number, count) when `stem`, a file name without .gguf, is a part of a model; None otherwise."""
    match = _SHARD.search(stem)
    return (int(match["number"]), int(match["count"])) if match else None


def names(path: Path) -> tuple[str, str]:
    """Give (name for a person, quantization) that the file name tells."""
    stem = _SHARD.sub("", path.stem)
    match = _QUANTIZATION.search(stem)
    quantization = match["type"].upper() if match else ""
    base = stem[: match.start()] if match else stem
    name = re.sub(r"[-_\s]+", " ", base).strip(" .")
    return name or path.stem, quantization
