"""Folders become a list of models: the parts of one model joined, what is no model of its own left out."""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator
from pathlib import Path

from desktop_app.library.model_file import ModelFile, is_shard_name, names

N_ENTRIES_MAX = 100_000
"""Folder entries looked at; a models folder that points at a whole disk must not keep a thread busy for minutes."""


def scan(folder: Path) -> list[ModelFile]:
    """Give the models in `folder` and all folders below it, by name. What cannot be read is left out."""
    found = {path: size for path, size in _gguf_files(folder) if not _is_projector(path)}
    models = [model for path in found if (model := _joined(path, found)) is not None]
    return sorted(models, key=lambda model: (model.name.casefold(), model.quantization, str(model.path)))


def model_file(path: Path, *, is_starter: bool = False) -> ModelFile:
    """Give the model in `path`, with the shards that lie beside it. Raises: OSError when it cannot be looked at."""
    name, quantization = names(path)
    size_bytes = path.stat().st_size + sum(shard.stat().st_size for shard in other_shards(path) if shard.is_file())
    return ModelFile(path, name, size_bytes, is_starter, quantization)


def _gguf_files(folder: Path) -> Iterator[tuple[Path, int]]:
    seen: set[tuple[int, int]] = set()
    n_entries = 0
    for current, folders, files in os.walk(folder, followlinks=True):
        try:
            place = Path(current).stat()
        except OSError:
            continue
        # Links to folders are followed, since models are large and often live elsewhere; circles end here.
        if (place.st_dev, place.st_ino) in seen or n_entries > N_ENTRIES_MAX:
            folders.clear()
            continue
        seen.add((place.st_dev, place.st_ino))
        n_entries += len(files) + len(folders)
        folders[:] = sorted(name for name in folders if not name.startswith("."))
        yield from _sizes(Path(current), files)


def _sizes(folder: Path, names_in_it: Iterable[str]) -> Iterator[tuple[Path, int]]:
    for name in sorted(names_in_it):
        # Names with a dot first are not the person's: "._model.gguf" is what macOS leaves on foreign disks.
        if not name.lower().endswith(".gguf") or name.startswith("."):
            continue
        try:
            status = (folder / name).stat()
        except OSError:
            continue  # a broken link, or gone in the meantime
        yield folder / name, status.st_size


def _is_projector(path: Path) -> bool:
    """Tell whether it is the image part of another model. Source: llama.cpp's converter names them mmproj-*."""
    return "mmproj" in path.name.lower()


def _joined(path: Path, found: dict[Path, int]) -> ModelFile | None:
    """Give the model that starts with `path`; None for a later shard, and for a first one that lacks others."""
    shard = is_shard_name(path.stem)
    name, quantization = names(path)
    if shard is None:
        return ModelFile(path, name, found[path], False, quantization)
    others = other_shards(path)
    if shard[0] != 1 or any(other not in found for other in others):
        return None
    return ModelFile(path, name, found[path] + sum(found[other] for other in others), False, quantization)


def other_shards(path: Path) -> list[Path]:
    """Give the later parts of the model whose first part is in `path`; [] when it has none."""
    shard = is_shard_name(path.stem)
    if shard is None or shard[0] != 1:
        return []
    base = path.stem[: -len("-00001-of-00001")]
    return [path.with_name(f"{base}-{number:05}-of-{shard[1]:05}{path.suffix}") for number in range(2, shard[1] + 1)]
