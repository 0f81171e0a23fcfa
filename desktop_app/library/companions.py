"""Files that belong to a model and are none of their own: projectors, by which it sees, and small drafts that guess for it.

Source: llama.cpp, common/download.cpp, `find_best_sibling` and `gguf_filename_is_model`: in the nearest folder, then the
name that is most alike, then the quantization.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

from desktop_app.library.facts import ModelFacts
from desktop_app.library.model_file import names

_DRAFT = re.compile(r"(^|[-_.])(mtp|eagle3|dflash|dspark)-", re.IGNORECASE)
_WORDS = re.compile(r"[^\W_]+")
_TELLS_NOTHING = {"mmproj", "model", "gguf", "ggml", "mtp", "eagle3", "dflash", "dspark", "f16", "f32", "bf16"}
_N_FOLDERS_UP = 2
"""A projector may lie beside the folder of a quantization, not further away."""


@dataclass(frozen=True, slots=True)
class Member:
    """A model, or a companion of one, with what its header says."""

    path: Path
    facts: ModelFacts | None

    @property
    def words(self) -> frozenset[str]:
        """What its name tells of which model it is."""
        return frozenset(word.lower() for word in _WORDS.findall(names(self.path)[0])) - _TELLS_NOTHING


def is_projector_name(name: str) -> bool:
    """Tell whether a file is by its name the image part of a model."""
    return "mmproj" in name.lower()


def is_draft_name(name: str) -> bool:
    """Tell whether a file is by its name a part that guesses words for a model."""
    return _DRAFT.search(name) is not None


def is_companion_name(name: str) -> bool:
    """Tell whether a file is by its name no model of its own."""
    return is_projector_name(name) or is_draft_name(name)


def tie(models: Sequence[Member], companions: Sequence[Member]) -> dict[Path, list[Path]]:
    """Give for each model the companions that belong to it, the best first; models without any are left out.

    One whose name says for which model it is belongs to that alone. One with a name like "mmproj-F16" belongs to the
    model beside it; where there are several, to those of its width, because a wrong one makes an answer nonsense.
    """
    if not companions:
        return {}
    near: dict[Path, list[Member]] = defaultdict(list)
    """By folder, the models in it and not far below."""
    for model in models:
        for folder in _above(model.path):
            near[folder].append(model)
    found: dict[Path, list[tuple[int, int, bool, Path]]] = defaultdict(list)
    for companion in companions:
        told, quantization = companion.words, names(companion.path)[1]
        for model in _wanted_by(companion, told, near[companion.path.parent]):
            distance = _above(model.path).index(companion.path.parent)
            is_other = names(model.path)[1] != quantization
            found[model.path].append((distance, -len(told & model.words), is_other, companion.path))
    return {path: [one[-1] for one in sorted(some)] for path, some in found.items()}


def _wanted_by(companion: Member, told: frozenset[str], models: Iterable[Member]) -> list[Member]:
    models = list(models)
    if told:
        return [model for model in models if told <= model.words or (model.words and model.words <= told)]
    if len({model.words for model in models}) <= 1:
        return models
    width = companion.facts.n_projected if companion.facts is not None else 0
    return [model for model in models if width and model.facts is not None and model.facts.n_embd == width]


def _above(path: Path) -> list[Path]:
    return [path.parent, *path.parent.parents][: _N_FOLDERS_UP + 1]
