"""Model files of a few hundred bytes, and where a test looks for them."""

from __future__ import annotations

import os
import time
from pathlib import Path
from typing import Any

from desktop_app.library.collect import Found, Wanted, collect
from desktop_app.library.stores import Surroundings
from tests.fakes.gguf_file import header

TENSORS = [("token_embd.weight", (32, 2))]


def put(path: Path, n_bytes: int = 0, seed: int = 0, **changes: Any) -> Path:
    """Write a small model whose header says `changes` ("__" for ".", None leaves out); `seed` makes it another one."""
    pairs: dict[str, Any] = {
        "general.architecture": "llama",
        "general.name": f"Model {seed} {path.name}",
        "llama.block_count": 2,
        "llama.context_length": 4096,
        "llama.embedding_length": 32,
        "llama.attention.head_count": 4,
    }
    pairs.update({key.replace("__", "."): value for key, value in changes.items()})
    # Where a real file has it: after all that says what the model is.
    pairs["tokenizer.ggml.tokens"] = pairs.pop("tokenizer.ggml.tokens", ["a", "b"])
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(header({key: value for key, value in pairs.items() if value is not None}, TENSORS) + bytes(256 + n_bytes))
    age(path)
    return path


def put_projector(path: Path, width: int = 0, seed: int = 0) -> Path:
    """Write what lets a model of this width see."""
    pairs: dict[str, Any] = {"general.architecture": "clip", "general.type": "mmproj", "general.name": f"{seed} {path}"}
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(header({**pairs, **({"clip.vision.projection_dim": width} if width else {})}, TENSORS) + bytes(64))
    age(path)
    return path


def age(path: Path) -> None:
    """Have a file lie there for an hour."""
    then = time.time() - 3600
    os.utime(path, (then, then))


def surroundings(home: Path, system: str = "linux", **environment: str) -> Surroundings:
    """Give a computer whose whole disk is `home`."""
    return Surroundings(home, environment, system, home)


def look(
    own: Path,
    *folders: Path,
    known: Found | None = None,
    opened: tuple[Path, ...] = (),
    stores: tuple[str, ...] = (),
    starter: Path | None = None,
    home: Path | None = None,
) -> Found:
    """Search once; `known`: what an earlier search has found."""
    around = surroundings(home or own / "nobody")
    wanted = Wanted(starter, own, folders, opened, stores, around)
    return collect(wanted, known.known if known is not None else {})


def names_of(found: Found) -> list[str]:
    """Give the names of the files that are listed."""
    return [model.path.name for model in found.models]
