"""A small model that guesses for a large one of the same vocabulary."""

from __future__ import annotations

import time
from collections.abc import Sequence as Tokens
from typing import Any

from desktop_app.engine.llama.library import C
from desktop_app.engine.llama.model import Model
from desktop_app.engine.llama.vocabulary import Vocabulary
from desktop_app.errors import DraftModelUnsuitable

_MAX_LENGTH_DIFFERENCE = 128
"""Vocabularies may differ in unused tokens at their end. Source: `common_speculative` in llama.cpp."""


class DraftModel:
    """Wraps the small model, with one sequence that follows the text it guesses for."""

    def __init__(self, model: Model, large: Vocabulary) -> None:
        """Take over `model`, also to close it. Raises: DraftModelUnsuitable."""
        if not _is_same_vocabulary(model.vocabulary, large):
            raise DraftModelUnsuitable(str(model.path))
        self._model = model
        self._sequence = model.sequences[0]
        self._array = (C.llama_token * model.n_batch)()
        self._batch: Any = C.llama_batch_get_one(self._array, 1)
        self._sampler = C.llama_sampler_init_greedy()
        self._n_tokens = min(model.vocabulary.n_tokens, large.n_tokens)
        self.seconds_each = 0.0
        """What one guess took lately."""

    def guess(self, tokens: Tokens[int], n_guesses: int) -> list[int]:
        """Give what the small model takes for the next tokens; [] where it cannot read the text."""
        if len(tokens) + n_guesses > self._model.n_ctx or not tokens:
            return []
        self._sequence.keep(self._sequence.usable(tokens))
        if not self._read(tokens[len(self._sequence.tokens) :]):
            return []
        started = time.perf_counter()
        guesses: list[int] = []
        while True:
            token: int = C.llama_sampler_sample(self._sampler, self._model.context, -1)
            if token >= self._n_tokens:
                break
            guesses.append(token)
            if len(guesses) == n_guesses or not self._read([token]):
                break
        self.seconds_each = (time.perf_counter() - started) / max(1, len(guesses))
        return guesses

    def _read(self, tokens: Tokens[int]) -> bool:
        for start in range(0, len(tokens), self._model.n_batch):
            chunk = tokens[start : start + self._model.n_batch]
            self._array[: len(chunk)] = chunk
            self._batch.n_tokens = len(chunk)
            if C.llama_decode(self._model.context, self._batch):
                self._sequence.clear()
                return False
            self._sequence.tokens.extend(chunk)
        return True

    def close(self) -> None:
        """Free the model."""
        C.llama_sampler_free(self._sampler)
        self._model.close()


def _is_same_vocabulary(small: Vocabulary, large: Vocabulary) -> bool:
    if abs(small.n_tokens - large.n_tokens) > _MAX_LENGTH_DIFFERENCE:
        return False
    if (small.bos, small.eos, small.adds_bos) != (large.bos, large.eos, large.adds_bos):
        return False
    text, n_tokens = C.llama_vocab_get_text, min(small.n_tokens, large.n_tokens)
    return all(text(small.pointer, token) == text(large.pointer, token) for token in range(n_tokens))
