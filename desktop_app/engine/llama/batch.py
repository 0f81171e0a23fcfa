"""The tokens of one `llama_decode` call: some of one conversation, one of another."""

from __future__ import annotations

import ctypes
from collections.abc import Sequence as Tokens
from typing import Any

from desktop_app.engine.llama.library import C


class Batch:
    """At most `n_max` tokens, each with its sequence and position."""

    # The arrays are made once and written in slices: 512 tokens take 20 µs this way, and one token 2 µs.
    def __init__(self, n_max: int, n_sequences: int) -> None:
        self.n_max = n_max
        self._tokens = (C.llama_token * n_max)()
        self._positions = (C.llama_pos * n_max)()
        self._n_ids = (ctypes.c_int32 * n_max)(*[1] * n_max)
        self._logits: Any = (ctypes.c_int8 * n_max)()
        # Every token points to the number of its sequence; all tokens of one sequence to the same number.
        self._ids = (C.llama_seq_id * n_sequences)(*range(n_sequences))
        self._id_addresses = [ctypes.addressof(self._ids) + ctypes.sizeof(C.llama_seq_id) * id for id in range(n_sequences)]
        self._id_pointers = (ctypes.c_void_p * n_max)()
        self.struct: Any = C.llama_batch(
            0,
            ctypes.cast(self._tokens, ctypes.POINTER(C.llama_token)),
            None,
            ctypes.cast(self._positions, ctypes.POINTER(C.llama_pos)),
            self._n_ids,
            ctypes.cast(self._id_pointers, ctypes.POINTER(ctypes.POINTER(C.llama_seq_id))),
            self._logits,
        )
        self.n_tokens = 0

    def clear(self) -> None:
        """Take everything out."""
        self.n_tokens = 0

    def add(self, sequence_id: int, tokens: Tokens[int], position: int, n_logits: int) -> int:
        """Put `tokens` of a sequence in, the first at `position`; the last `n_logits` of them shall be drawn from.

        Gives the index of the first one to draw from. There must be room for them.
        """
        start, n_tokens = self.n_tokens, len(tokens)
        end = start + n_tokens
        if n_tokens == 1:
            self._tokens[start], self._positions[start] = tokens[0], position
            self._id_pointers[start], self._logits[start] = self._id_addresses[sequence_id], n_logits
            self.n_tokens = self.struct.n_tokens = end
            return end - n_logits
        self._tokens[start:end] = tokens
        self._positions[start:end] = range(position, position + n_tokens)
        self._id_pointers[start:end] = [self._id_addresses[sequence_id]] * n_tokens
        self._logits[start:end] = [0] * (n_tokens - n_logits) + [1] * n_logits
        self.n_tokens = self.struct.n_tokens = end
        return end - n_logits
