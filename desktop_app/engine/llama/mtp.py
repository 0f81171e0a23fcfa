"""The layers of a model for multi-token prediction (MTP): what they take for the next tokens.

Such a layer reads pairs: a token, and the hidden state that the model's last layer left for the token before it. It has
a context of its own, in which the pairs of every sequence lie side by side. They are read when guesses are wanted: to
keep them until then takes a copy of one row a token. Where a part is missing because the model's memory came from
elsewhere (from disk, or as the beginning of another sequence), the pairs begin behind it.

The functions for hidden states are C++ and stand in llama.cpp's llama-ext.h, not in llama.h: where a build does not have
them, there are no guesses. Of several layers, each for a token further ahead, llama.cpp's architectures here know one.
"""

from __future__ import annotations

import ctypes
import time
from collections.abc import Sequence as Tokens
from typing import Any

from desktop_app.engine.llama.library import C, optional_function
from desktop_app.engine.llama.sequence import Sequence

_N_WAITING_MAX = 64
"""Tokens whose pairs are kept when nobody wants guesses; with more the pairs begin anew."""
_NAMES = {
    "set_rows": ("_Z26llama_set_embeddings_nextnP13llama_contextbb", "?llama_set_embeddings_nextn@@YAXPEAUllama_context@@_N1@Z"),
    "row": (
        "_Z30llama_get_embeddings_nextn_ithP13llama_contexti",
        "?llama_get_embeddings_nextn_ith@@YAPEAMPEAUllama_context@@H@Z",
    ),
}
"""As GCC and Clang spell them, and as MSVC does."""


class _Trail:
    """How far the pairs of one sequence are: read up to `n_read` tokens, and waiting behind that.

    `rows[i]` is the hidden state of the token at position `n_read - 1 + i`; zeros where it is not known, as for the
    first token of a text, which has none before it.
    """

    def __init__(self, n_embd: int) -> None:
        self.text: list[int] | None = None
        """The very list of the sequence: with another one its memory holds something else."""
        self.n_read = 0
        self.waiting: list[int] = []
        self.rows = (ctypes.c_float * (n_embd * (_N_WAITING_MAX + 1)))()

    @property
    def n_tokens(self) -> int:
        return self.n_read + len(self.waiting)


class MtpLayer:
    """Guesses for the model that it is part of. `close` frees its context."""

    def __init__(self, context: Any, main: Any) -> None:
        """Take over `context`, of the type for MTP; `main`: that of the model itself."""
        set_rows = optional_function(_NAMES["set_rows"], None, [ctypes.c_void_p, ctypes.c_bool, ctypes.c_bool])
        row = optional_function(_NAMES["row"], ctypes.c_void_p, [ctypes.c_void_p, ctypes.c_int])
        if set_rows is None or row is None:
            raise ImportError("llama.cpp gives no hidden states")
        self._row = row
        self.context, self._main = context, main
        self._memory = C.llama_get_memory(context)
        self._n_embd: int = C.llama_model_n_embd_out(C.llama_get_model(context))
        self._row_bytes = self._n_embd * ctypes.sizeof(ctypes.c_float)
        # Those of all tokens: where only some have logits, llama.cpp gives the rows of the first ones instead of theirs.
        for one in (main, context):
            set_rows(one, True, False)
        self._trails = [_Trail(self._n_embd) for _ in range(C.llama_n_seq_max(context))]
        self._id = 0
        """The sequence that guesses are wanted for."""
        self._is_asked = True
        self._sampler = C.llama_sampler_init_greedy()
        self._n_max: int = C.llama_n_batch(context)
        self._make_arrays(self._n_max)
        self.seconds_each = 0.0
        """What one guess took lately, with the reading before it."""

    def _make_arrays(self, n_max: int) -> None:
        self._tokens, self._positions = (C.llama_token * n_max)(), (C.llama_pos * n_max)()
        self._logits: Any = (ctypes.c_int8 * n_max)()
        self._n_ids = (ctypes.c_int32 * n_max)(*[1] * n_max)
        self._sequence_id = (C.llama_seq_id * 1)(0)
        self._ids = (ctypes.c_void_p * n_max)(*[ctypes.addressof(self._sequence_id)] * n_max)
        self._many = (ctypes.c_float * (self._n_embd * (_N_WAITING_MAX + C.llama_n_batch(self._main) + 1)))()
        """Room for the rows of a chunk behind those that wait."""
        self._batch: Any = C.llama_batch(
            0,
            ctypes.cast(self._tokens, ctypes.POINTER(C.llama_token)),
            None,
            ctypes.cast(self._positions, ctypes.POINTER(C.llama_pos)),
            self._n_ids,
            ctypes.cast(self._ids, ctypes.POINTER(ctypes.POINTER(C.llama_seq_id))),
            self._logits,
        )

    def attend(self, sequence: Sequence) -> None:
        """Guess for this sequence from now on."""
        self._id = sequence.id

    def follow(self, sequence: Sequence, n_new: int, index: int) -> None:
        """Take in that the last `n_new` tokens of `sequence` were just computed, from `index` of the batch on."""
        trail = self._trails[sequence.id]
        n_tokens = len(sequence.tokens)
        self._go_back(sequence, n_tokens - n_new)
        rows, n_waiting = self._row(self._main, index), len(trail.waiting)
        new = sequence.tokens[n_tokens - n_new :]
        if rows is None:
            self._begin(trail, sequence.id, sequence.tokens, n_tokens)
            return
        if n_waiting + n_new <= _N_WAITING_MAX:
            ctypes.memmove(self._at(trail.rows, n_waiting + 1), rows, n_new * self._row_bytes)
            trail.waiting += new
            return
        if self._is_asked and n_new > 1:
            # The chunk of a prompt.
            ctypes.memmove(self._many, trail.rows, (n_waiting + 1) * self._row_bytes)
            ctypes.memmove(self._at(self._many, n_waiting + 1), rows, n_new * self._row_bytes)
            self._read(sequence.id, [*trail.waiting, *new], self._many)
        else:
            self._begin(trail, sequence.id, sequence.tokens, n_tokens)
            self._is_asked = False
        ctypes.memmove(trail.rows, rows + (n_new - 1) * self._row_bytes, self._row_bytes)

    def guess(self, tokens: Tokens[int], n_guesses: int) -> list[int]:
        """Give what comes next for the sequence attended to, whose text is `tokens`; [] where it did not follow that.

        The last token is the one that was drawn and not computed yet.
        """
        trail, self._is_asked = self._trails[self._id], True
        if trail.n_tokens != len(tokens) - 1:
            return []
        started = time.perf_counter()
        n_waiting = len(trail.waiting)
        is_read = self._read(self._id, [*trail.waiting, tokens[-1]], trail.rows, draws=True)
        if not is_read:
            return []
        # The last one is read again with the hidden states of those that come true.
        trail.n_read -= 1
        ctypes.memmove(trail.rows, self._at(trail.rows, n_waiting), self._row_bytes)
        guesses: list[int] = []
        # Where the last token is in what was computed last.
        index = n_waiting % self._n_max
        while True:
            guesses.append(C.llama_sampler_sample(self._sampler, self.context, index))
            if len(guesses) == n_guesses:
                break
            position = len(tokens) + len(guesses) - 1
            row = self._row(self.context, index)
            if row is None or not self._decode(guesses[-1:], position, row, draws=True):
                break
            index = 0
        self.seconds_each = (time.perf_counter() - started) / len(guesses)
        return guesses

    def close(self) -> None:
        """Free the context."""
        C.llama_sampler_free(self._sampler)
        C.llama_free(self.context)

    def _at(self, rows: Any, index: int) -> int:
        return int(ctypes.addressof(rows) + index * self._row_bytes)

    def _begin(self, trail: _Trail, id: int, text: list[int] | None, n_tokens: int) -> None:
        """Let the pairs of a sequence begin behind its first `n_tokens`."""
        C.llama_memory_seq_rm(self._memory, id, -1, -1)
        trail.text, trail.n_read, trail.waiting = text, n_tokens, []
        ctypes.memset(trail.rows, 0, self._row_bytes)

    def _go_back(self, sequence: Sequence, n_tokens: int) -> None:
        """Let the pairs of a sequence end where its first `n_tokens` do."""
        trail = self._trails[sequence.id]
        if trail.text is not sequence.tokens or n_tokens > trail.n_tokens:
            self._begin(trail, sequence.id, sequence.tokens, n_tokens)
        elif n_tokens >= trail.n_read:
            del trail.waiting[n_tokens - trail.n_read :]
        else:
            trail.n_read, trail.waiting = n_tokens, []
            ctypes.memset(trail.rows, 0, self._row_bytes)

    def _read(self, id: int, tokens: Tokens[int], rows: Any, *, draws: bool = False) -> bool:
        """Read these pairs behind what was read; False when that does not work, and all sequences begin anew."""
        trail = self._trails[id]
        self._sequence_id[0] = id
        # What was guessed last lies there.
        C.llama_memory_seq_rm(self._memory, id, trail.n_read, -1)
        for start in range(0, len(tokens), self._n_max):
            chunk = tokens[start : start + self._n_max]
            is_last = start + len(chunk) == len(tokens)
            if not self._decode(chunk, trail.n_read + start, self._at(rows, start), draws=draws and is_last):
                n_tokens = trail.n_read + len(tokens)
                for other, one in enumerate(self._trails):
                    self._begin(one, other, None, 0)
                trail.n_read = n_tokens
                return False
        trail.n_read, trail.waiting = trail.n_read + len(tokens), []
        return True

    def _decode(self, tokens: Tokens[int], position: int, rows: int, *, draws: bool) -> bool:
        n_tokens = len(tokens)
        self._tokens[:n_tokens] = tokens
        self._positions[:n_tokens] = range(position, position + n_tokens)
        self._logits[:n_tokens] = [0] * (n_tokens - 1) + [int(draws)]
        self._batch.n_tokens = n_tokens
        self._batch.embd = ctypes.cast(rows, ctypes.POINTER(ctypes.c_float))
        return bool(C.llama_decode(self.context, self._batch) == 0)
