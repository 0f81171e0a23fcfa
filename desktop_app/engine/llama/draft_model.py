"""A small model that guesses for a large one of the same vocabulary."""

from __future__ import annotations

import time
from collections.abc import Sequence as Tokens

from desktop_app.engine.llama.batch import Batch
from desktop_app.engine.llama.library import C
from desktop_app.engine.llama.model import Model
from desktop_app.engine.llama.sequence import Sequence
from desktop_app.engine.llama.vocabulary import Vocabulary
from desktop_app.errors import DraftModelUnsuitable

_MAX_LENGTH_DIFFERENCE = 128
"""Vocabularies may differ in unused tokens at their end. Source: `common_speculative` in llama.cpp."""
_MIN_CHUNK = 32
_CHUNK_S = 0.05
"""Of a text that is new to it, it reads for about so long before each token of the answer."""


class DraftModel:
    """Wraps the small model, whose sequences follow the texts it guesses for, as long as they find room beside each other."""

    def __init__(self, model: Model, large: Vocabulary) -> None:
        """Take over `model`, also to close it. Raises: DraftModelUnsuitable."""
        if not _is_same_vocabulary(model.vocabulary, large):
            raise DraftModelUnsuitable(str(model.path), "vocabulary")
        if not model.can_cut:
            # After every guess that was wrong it would read the whole text again.
            raise DraftModelUnsuitable(str(model.path), "memory")
        self._model = model
        self._sequences = list(model.sequences)
        """The least recently used first."""
        self._text: Tokens[int] = ()
        """The very list that the last sequence follows."""
        self._n_chunk = min(_MIN_CHUNK, model.n_batch)
        self._batch = Batch(model.n_batch, len(model.sequences))
        self._sampler = C.llama_sampler_init_greedy()
        self._n_tokens = min(model.vocabulary.n_tokens, large.n_tokens)
        self.seconds_each = 0.0
        """What one guess took lately."""

    def guess(self, tokens: Tokens[int], n_guesses: int) -> list[int]:
        """Give what the small model takes for the next tokens; [] where it cannot read the text, or is not so far yet.

        A text that is new to it is read in chunks, one each time: the answer that it guesses for does not wait for the rest.
        """
        if len(tokens) + n_guesses > self._model.n_ctx or not tokens:
            return []
        started = time.perf_counter()
        sequence = self._follow(tokens)
        n_missing = len(tokens) - len(sequence.tokens)
        self._make_room(min(n_missing, self._n_chunk) + n_guesses)
        if n_missing > self._n_chunk:
            self._read_chunk(sequence, tokens)
            return []
        if not self._read(sequence, tokens[-n_missing:]):
            return []
        guesses: list[int] = []
        while True:
            token: int = C.llama_sampler_sample(self._sampler, self._model.context, -1)
            if token >= self._n_tokens:
                break
            guesses.append(token)
            if len(guesses) == n_guesses or not self._read(sequence, [token]):
                break
        self.seconds_each = (time.perf_counter() - started) / max(1, len(guesses))
        return guesses

    def _follow(self, tokens: Tokens[int]) -> Sequence:
        """Give the sequence for a text, with what it has in common with it."""
        if tokens is not self._text:
            best = max(self._sequences, key=lambda one: one.usable(tokens))
            # The beginning alone is shared with every other conversation.
            sequence = best if 2 * best.usable(tokens) >= len(best.tokens) > 0 else self._sequences[0]
            self._sequences.remove(sequence)
            self._sequences.append(sequence)
            self._text = tokens
        sequence = self._sequences[-1]
        sequence.keep(sequence.usable(tokens))
        return sequence

    def _make_room(self, n_tokens: int) -> None:
        """Let others leave, the least recently used first: all share the cells of the context."""
        for other in self._sequences[:-1]:
            if sum(len(one.tokens) for one in self._sequences) + n_tokens > self._model.n_ctx:
                other.clear()

    def _read_chunk(self, sequence: Sequence, tokens: Tokens[int]) -> None:
        started, n_held = time.perf_counter(), len(sequence.tokens)
        if self._read(sequence, tokens[n_held : n_held + self._n_chunk]):
            n_in_time = int(self._n_chunk * _CHUNK_S / (time.perf_counter() - started))
            self._n_chunk = min(max(_MIN_CHUNK, n_in_time), self._model.n_batch)

    def _read(self, sequence: Sequence, tokens: Tokens[int]) -> bool:
        """Put at most a batch of tokens behind a sequence."""
        self._batch.clear()
        self._batch.add(sequence.id, tokens, len(sequence.tokens), 1)
        if C.llama_decode(self._model.context, self._batch.struct):
            sequence.resynchronize(tokens)
            return False
        sequence.tokens.extend(tokens)
        return True

    def use_threads(self, n_threads: int) -> None:
        """Compute with so many threads from now on."""
        self._model.use_threads(n_threads)

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
