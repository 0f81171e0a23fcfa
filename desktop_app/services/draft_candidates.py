"""Which of the models on this computer may guess for a larger one: as far as their headers tell. The engine looks closer."""

from __future__ import annotations

from collections.abc import Iterable

from desktop_app.library.model_file import ModelFile

_MAX_LENGTH_DIFFERENCE = 128
"""As in `engine.llama.draft_model`: tokens at the end of a vocabulary that nobody uses."""
_SHARE_MAX = 0.5
"""Of the large one's size: a larger model would take as long to guess as the other to answer."""


def draft_candidates(file: ModelFile, models: Iterable[ModelFile]) -> list[ModelFile]:
    """Give the models that have the same tokenizer and as many tokens, and are a good deal smaller; the smallest first."""
    found = [one for one in models if one.path != file.path and _has_same_vocabulary(one, file)]
    found = [one for one in found if not one.problem and not one.is_embedding]
    return sorted((one for one in found if one.size_bytes <= file.size_bytes * _SHARE_MAX), key=lambda one: one.size_bytes)


def _has_same_vocabulary(small: ModelFile, large: ModelFile) -> bool:
    if small.facts is None or large.facts is None or not small.facts.n_vocab or not large.facts.n_vocab:
        return False
    if small.facts.tokenizer != large.facts.tokenizer:
        return False
    return abs(small.facts.n_vocab - large.facts.n_vocab) <= _MAX_LENGTH_DIFFERENCE
