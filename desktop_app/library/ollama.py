"""Ollama's models: manifests that name blobs.

    <models>/manifests/<host>/<namespace>/<model>/<tag>       JSON, a manifest or a list of them
    <models>/manifests-v2/…                                   the same, as links to blobs, since 2026
    <models>/blobs/sha256-<64 digits>                         the files themselves, without a telling name

Source: ollama/ollama: manifest/manifest.go, manifest/paths.go, envconfig/config.go, docs/faq.md (the folder of the
service on Linux).
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

from desktop_app.engine.gguf import open_plain
from desktop_app.library.model_file import names
from desktop_app.library.scan import FoundFile, found_file, matching

_MAX_MANIFEST_BYTES = 1 << 20
_N_MANIFESTS_MAX = 10_000
_DIGEST = re.compile(r"sha256[:-]([0-9a-fA-F]{64})")
_LAYER = "application/vnd.ollama.image."
_HUB_HOSTS = ("hf.co", "huggingface.co")


def folders(home: Path, environment: Mapping[str, str], root: Path) -> list[Path]:
    """Give where its models may lie: of this person, and of the service of a Linux system."""
    models, own_home = (environment.get(key, "").strip("\"' ") for key in ("OLLAMA_MODELS", "OLLAMA_HOME"))
    named = [Path(models)] if models else []
    named += [Path(own_home) / "models"] if own_home else []
    return [*named, home / ".ollama" / "models", root / "usr" / "share" / "ollama" / ".ollama" / "models"]


def files(models: Path) -> Iterator[FoundFile]:
    """Give every model that a manifest names, once, with its projector."""
    seen: set[Path] = set()
    for manifests in ("manifests-v2", "manifests"):
        for path in matching(models / manifests, "*/*/*/*", _N_MANIFESTS_MAX):
            for layers in _layers_of(models, _json(path)):
                file = _model(models, layers)
                if file is not None and file.path not in seen:
                    seen.add(file.path)
                    yield _named(file, *path.parts[-4:])


def _json(path: Path) -> dict[str, Any]:
    try:
        with open_plain(path) as file:
            value = json.loads(file.read(_MAX_MANIFEST_BYTES))
    except (OSError, ValueError, RecursionError):
        return {}
    return value if isinstance(value, dict) else {}


def _layers_of(models: Path, manifest: dict[str, Any]) -> Iterator[dict[str, Path]]:
    """Give for each manifest the blob of each kind of layer; a list of manifests has one for each engine that reads it."""
    children = manifest.get("manifests")
    if isinstance(children, list):
        for child in children:
            if isinstance(child, dict) and child.get("runner") != "mlx":
                inner = child if "layers" in child else _json(_blob(models, child.get("digest")) or Path())
                yield from _layers_of(models, {key: value for key, value in inner.items() if key != "manifests"})
    layers = manifest.get("layers")
    if isinstance(layers, list):
        blobs: dict[str, Path] = {}
        for layer in layers:
            kind = layer.get("mediaType") if isinstance(layer, dict) else None
            blob = _blob(models, layer.get("digest")) if isinstance(kind, str) and kind.startswith(_LAYER) else None
            if blob is not None and isinstance(kind, str):
                blobs.setdefault(kind.removeprefix(_LAYER), blob)
        yield blobs


def _blob(models: Path, digest: Any) -> Path | None:
    found = _DIGEST.fullmatch(digest) if isinstance(digest, str) else None
    return models / "blobs" / f"sha256-{found[1].lower()}" if found else None


def _model(models: Path, blobs: dict[str, Path]) -> FoundFile | None:
    # With an adapter it is another model than the file alone.
    path = blobs.get("model") if "adapter" not in blobs else None
    file = found_file(path) if path is not None else None
    return replace(file, projector=blobs.get("projector")) if file is not None else None


def _named(file: FoundFile, host: str, namespace: str, model: str, tag: str) -> FoundFile:
    """Add the name that a person knows: "llama3.2 3b" for registry.ollama.ai/library/llama3.2/3b."""
    # The names of quantizations stand in tags as they stand in names of files.
    name, quantization = names(Path(f"{model}.gguf" if tag == "latest" else f"{model}-{tag}.gguf"))
    repository = f"{namespace}/{model}" if host in _HUB_HOSTS else ""
    sha256 = file.path.name.removeprefix("sha256-")
    return replace(file, name=name, quantization=quantization, repository=repository, sha256=sha256)
