"""What the KV cache holds of one conversation, and how tokens get into it."""

from __future__ import annotations

from collections.abc import Callable
from collections.abc import Sequence as Tokens
from typing import Any

from desktop_app.engine.llama.library import C
from desktop_app.errors import DecodeFailed

ABORTED = 2
"""What `llama_decode` answers when the abort callback ended it."""


class Sequence:
    """One sequence of a context: `tokens` are exactly those whose keys and values are in the cache."""

    # One sequence per context so far, number 0. With several, `id` tells them apart in
    # `llama_memory_seq_*`, and the batch names it for every token.
    def __init__(self, context: Any, n_batch: int, n_swa: int, can_cut: bool, id: int = 0) -> None:
        self.tokens: list[int] = []
        self._context = context
        self._memory = C.llama_get_memory(context)
        self._n_swa = n_swa
        self._can_cut = can_cut
        self._id = id
        self._array = (C.llama_token * n_batch)()
        self._batch = C.llama_batch_get_one(self._array, n_batch)
        self._one_array = (C.llama_token * 1)()
        self._one = C.llama_batch_get_one(self._one_array, 1)
        self._n_batch = n_batch

    def common_prefix(self, tokens: Tokens[int]) -> int:
        """Give how many tokens at the start of `tokens` are in the cache already."""
        n_common = 0
        for ours, theirs in zip(self.tokens, tokens, strict=False):
            if ours != theirs:
                break
            n_common += 1
        return n_common

    def reuse(self, tokens: Tokens[int]) -> int:
        """Keep what `tokens` and the cache share, at most all but one token; give how many that are."""
        # llama_decode must be given the last token, because only then there are logits to draw from.
        return self.cut(min(self.common_prefix(tokens), len(tokens) - 1))

    def cut(self, n_keep: int) -> int:
        """Keep the first `n_keep` tokens; give how many are left, 0 where the model's memory cannot be cut there."""
        if n_keep < len(self.tokens):
            if self._is_cuttable(n_keep) and C.llama_memory_seq_rm(self._memory, self._id, n_keep, -1):
                del self.tokens[n_keep:]
            else:
                self.clear()
        return len(self.tokens)

    def _is_cuttable(self, n_keep: int) -> bool:
        if n_keep == 0 or not self._can_cut:
            return False
        if self._n_swa == 0:
            return True
        # A sliding window forgets positions before it: what is kept must still see its whole window.
        first: int = C.llama_memory_seq_pos_min(self._memory, self._id)
        return first <= max(0, n_keep - self._n_swa)

    def clear(self) -> None:
        """Forget everything."""
        # A rolled-up state is multiplied by 0 for a new sequence, not overwritten: what is infinite in the old
        # one becomes NaN in the new one. So its data is cleared too; of a KV cache the bookkeeping is enough.
        C.llama_memory_clear(self._memory, not self._can_cut)
        self.tokens.clear()

    def read(self, tokens: Tokens[int], on_read: Callable[[int], bool]) -> bool:
        """Put `tokens` into the cache, `n_batch` at a time; give False when it was stopped.

        `on_read(n_tokens in the cache)` is asked after each batch whether to go on. Raises: DecodeFailed.
        """
        for start in range(0, len(tokens), self._n_batch):
            chunk = tokens[start : start + self._n_batch]
            self._array[: len(chunk)] = chunk
            self._batch.n_tokens = len(chunk)
            code = C.llama_decode(self._context, self._batch)
            if code:
                return self._stopped(code, chunk)
            self.tokens.extend(chunk)
            if not on_read(len(self.tokens)):
                return False
        C.llama_synchronize(self._context)
        return True

    def append(self, token: int) -> bool:
        """Put one token into the cache; give False when it was stopped. Raises: DecodeFailed."""
        self._one_array[0] = token
        code = C.llama_decode(self._context, self._one)
        if code:
            return self._stopped(code, (token,))
        self.tokens.append(token)
        return True

    def _stopped(self, code: int, chunk: Tokens[int]) -> bool:
        """Make `tokens` say again what the cache holds: whole micro-batches of `chunk` may be in it."""
        self.tokens.extend(chunk)
        n_held = C.llama_memory_seq_pos_max(self._memory, self._id) + 1
        if self._can_cut and 0 <= n_held <= len(self.tokens):
            del self.tokens[n_held:]
        else:
            self.clear()
        if code != ABORTED:
            raise DecodeFailed(code)
        return False
