"""One model on this computer: where it lies, what its file name tells, and what was read of it. Values only.

Imported before the first paint; what reads files stands in `facts` and `scan`.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from desktop_app.errors import NotAModelReason
    from desktop_app.library.facts import ModelFacts

STORES = ("lm_studio", "ollama", "gpt4all", "jan", "llama_cpp", "hugging_face")
"""Other applications whose models are used where they lie, read-only."""

# Patterns as text: each is compiled when the first file is looked at, after the first paint.
_SHARD = r"-(?P<number>\d{5})-of-(?P<count>\d{5})$"
"""Source: llama.cpp, `LLM_KV_SPLIT` and `llama_split_path`: name-00001-of-00003.gguf, counted from 1."""
N_SHARDS_MAX = 1000
"""A name with more is none of a model; the largest ones have some 60."""
_QUANTIZATION = (
    r"[-_.]?(?:UD[-_])?(?P<type>I?Q[1-9]_(?:[01]|K(?:_(?:XXS|XS|S|M|L|XL))?|XXS|XS|S|M|NL|XL)"
    r"|TQ[12]_0|NVFP4|MXFP4(?:_MOE)?|BF16|F16|F32|FP16|FP32)$"
)
"""Source: llama.cpp, `llama_ftype` names; UD- is what one publisher puts before its own mixtures."""

_FORMAT = r"(?i)[-_. ]gguf$"


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
    """Upper-case: "Q4_K_M"; as in the file name, else as in the header; "" when neither tells."""
    store: str = ""
    """Which of `STORES` it belongs to; "": the person's own, in a folder of models or opened as a file."""
    shards: tuple[Path, ...] = ()
    """The parts of it after the first."""
    projector: Path | None = None
    """What lets it see pictures: a file beside it (mmproj)."""
    drafts: tuple[Path, ...] = ()
    """Files beside it that guess its next words."""
    copies: tuple[Path, ...] = ()
    """Other places where the same file lies once more; they are not listed by themselves."""
    disk_bytes: int = 0
    """What it takes on disk, its shards included: less than `size_bytes` for a link or a file with holes."""
    modified_ms: int = 0
    facts: ModelFacts | None = None
    """What its header says; None: not read yet, or it cannot be read."""
    problem: NotAModelReason | str = ""
    """Why the header cannot be read; "": it can, or was not tried yet."""
    repository: str = ""
    """"owner/name" on the hub, where the store or a download says so."""
    revision: str = ""
    sha256: str = ""

    @property
    def is_removable(self) -> bool:
        """Whether it can be put into the trash: not what comes with Hearth, nor what belongs to another application."""
        return not self.is_starter and not self.store

    @property
    def is_embedding(self) -> bool:
        """Whether it turns texts into numbers and cannot talk."""
        return self.facts is not None and self.facts.kind == "embedding"

    @property
    def n_ctx_train(self) -> int:
        """The longest context that it was trained for, in tokens; 0 when it is not known."""
        return self.facts.n_ctx_train if self.facts is not None else 0


def is_shard_name(stem: str) -> tuple[int, int] | None:
    """Give (number, count) when `stem`, a file name without .gguf, is a part of a model; None otherwise."""
    match = re.search(_SHARD, stem)
    return (int(match["number"]), int(match["count"])) if match else None


def names(path: Path) -> tuple[str, str]:
    """Give (name for a person, quantization) that the file name tells."""
    stem = re.sub(_SHARD, "", path.stem)
    match = re.search(_QUANTIZATION, stem, re.IGNORECASE)
    quantization = match["type"].upper() if match else ""
    base = re.sub(_FORMAT, "", stem[: match.start()] if match else stem)
    name = re.sub(r"[-_\s]+", " ", base).strip(" .")
    return name or path.stem, quantization


def other_shards(path: Path) -> list[Path]:
    """Give the later parts of the model whose first part is in `path`; [] when it has none."""
    shard = is_shard_name(path.stem)
    if shard is None or shard[0] != 1 or shard[1] > N_SHARDS_MAX:
        return []
    base = path.stem[: -len("-00001-of-00001")]
    return [path.with_name(f"{base}-{number:05}-of-{shard[1]:05}{path.suffix}") for number in range(2, shard[1] + 1)]


def model_file(path: Path, *, is_starter: bool = False) -> ModelFile:
    """Give the model in `path`, with the shards that lie beside it. Raises: OSError when it cannot be looked at."""
    name, quantization = names(path)
    status = path.stat()
    shards = tuple(shard for shard in other_shards(path) if shard.is_file())
    size_bytes = status.st_size + sum(shard.stat().st_size for shard in shards)
    return ModelFile(path, name, size_bytes, is_starter, quantization, shards=shards, modified_ms=status.st_mtime_ns // 1_000_000)
