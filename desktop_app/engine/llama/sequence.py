"""What the memory of a model holds of one conversation: kept as far as the next prompt begins with it."""

from __future__ import annotations

from collections.abc import Sequence as Tokens
from typing import Any

from desktop_app.engine.llama import state
from desktop_app.engine.llama.checkpoints import N_CHECKPOINTS_MAX, Checkpoint, CheckpointRoom, thinned
from desktop_app.engine.llama.library import C

_WIDE_POSITIONS = C.LLAMA_ROPE_TYPE_MROPE, C.LLAMA_ROPE_TYPE_IMROPE
"""Positions of several numbers, which llama.cpp does not shift: it would end the process."""
_NO_POSITIONS = 2**31 - 3, 2**31 - 2
"""A range that no token is ever in."""


def n_common(first: Tokens[int], second: Tokens[int]) -> int:
    """Give how many tokens two lists have in common at their beginning."""
    n_max = min(len(first), len(second))
    if first[:n_max] == second[:n_max]:
        return n_max
    # Slices are compared in C: 30,000 tokens take 0.2 ms this way, one by one 1.5 ms.
    low, high = 0, n_max
    while high - low > 1:
        middle = (low + high) // 2
        if first[low:middle] == second[low:middle]:
            low = middle
        else:
            high = middle
    return low


class Sequence:
    """One sequence of a context: `tokens` are exactly those whose keys and values are in its memory, or put aside."""

    def __init__(self, context: Any, id: int, n_swa: int, can_cut: bool, room: CheckpointRoom) -> None:
        """`room`: what the checkpoints of all sequences share."""
        self.id = id
        self.tokens: list[int] = []
        self.checkpoints: list[Checkpoint] = []
        """In order of `n_tokens`, for models whose memory cannot be cut anywhere."""
        self._room = room
        room.holders.append(self)
        self._aside = bytearray()
        """The state, while it is not in the context's memory."""
        self._rolled_back_to = -1
        """Tokens that were left by `roll_back`: until the next one is computed, no other sequence can share its state."""
        self._context = context
        self._memory = C.llama_get_memory(context)
        self._n_swa = n_swa
        self._can_cut = can_cut
        # As many cells as llama.cpp gives a context with one sequence: the window, and what is read at once.
        self._n_cells = n_swa + C.llama_n_ubatch(context)
        self._can_reuse = n_swa > 0 and can_cut and C.llama_model_rope_type(C.llama_get_model(context)) not in _WIDE_POSITIONS

    @property
    def needs_checkpoints(self) -> bool:
        """Whether cutting it is not always possible."""
        return self._n_swa > 0 or not self._can_cut

    @property
    def is_aside(self) -> bool:
        """Whether what it holds is in main memory only; `bring_back` comes before anything is read, cut or written."""
        return bool(self._aside)

    @property
    def n_used(self) -> int:
        """Cells of the context that it takes."""
        return 0 if self._aside else len(self.tokens)

    @property
    def n_aside_bytes(self) -> int:
        """Main memory that it takes outside of the context."""
        return len(self._aside)

    @property
    def n_state_bytes(self) -> int:
        """How large its state is; 0 when there is none."""
        return len(self._aside) or state.n_bytes_of(self._context, self.id)

    def state_bytes(self) -> bytearray:
        """Give what the context holds of it, or held, not to be changed; empty when the library does not give it."""
        return self._aside or state.copy_of(self._context, self.id, state.n_bytes_of(self._context, self.id))

    def put_aside(self) -> None:
        """Take it out of the context, where the attention of others would pass over it. 20 MB take 1 ms."""
        if not self._aside and (data := self.state_bytes()):
            C.llama_memory_seq_rm(self._memory, self.id, -1, -1)
            self._aside = data

    def bring_back(self) -> None:
        """Put it into the context again, into the first cells that are free; without room for it, it is empty."""
        data, self._aside = self._aside, bytearray()
        if data and not state.put_back(self._context, self.id, data):
            self.clear()

    def usable(self, tokens: Tokens[int]) -> int:
        """Give how many tokens at the beginning of `tokens` need not be read: at most all but one.

        llama.cpp must be given the last token, because only then there are logits to draw from.
        """
        n_keep = min(n_common(self.tokens, tokens), len(tokens) - 1)
        if n_keep == len(self.tokens) or self._is_cuttable(n_keep):
            return n_keep
        return max((point.n_tokens for point in self.checkpoints if point.n_tokens <= n_keep), default=0)

    def keep(self, n_keep: int) -> int:
        """Keep the first `n_keep` tokens, a number that `usable` gave; give how many are left: 0 if that failed."""
        if n_keep < len(self.tokens):
            self._go_back(n_keep)
        return len(self.tokens)

    def roll_back(self, n_keep: int) -> int:
        """Keep the first `n_keep` tokens where the rest was computed in the last step: a recurrent state can do that, too.

        Gives how many are left: 0 if that failed. At most `Model.n_guesses_max` tokens go.
        """
        if not C.llama_memory_seq_rm(self._memory, self.id, n_keep, -1):
            self.clear()
        del self.tokens[n_keep:]
        self._rolled_back_to = len(self.tokens)
        return len(self.tokens)

    def copy(self, other: Sequence, n_tokens: int) -> None:
        """Be the first `n_tokens` of `other`, a number that its `usable` gave. Nothing is computed."""
        self.clear()
        if other._aside:
            if state.put_back(self._context, self.id, other._aside):
                self.tokens = list(other.tokens)
                self.keep(n_tokens)
            return
        is_whole = n_tokens == len(other.tokens) != other._rolled_back_to
        if is_whole or other._is_cuttable(n_tokens):
            C.llama_memory_seq_cp(self._memory, other.id, self.id, -1 if is_whole else 0, -1 if is_whole else n_tokens)
            self.tokens = other.tokens[:n_tokens]

    def clear(self) -> None:
        """Forget everything."""
        self._aside = bytearray()
        C.llama_memory_seq_rm(self._memory, self.id, -1, -1)
        if not self._can_cut and self._is_memory_empty():
            # A rolled-up state is multiplied by 0 for a new sequence, not overwritten: what is infinite in the old
            # one becomes NaN in the new one. So its data is cleared too.
            C.llama_memory_clear(self._memory, True)
        self.tokens = []
        self.checkpoints = []

    def reuse_window(self) -> None:
        """Let what comes next take the cells that have left a sliding window, before new ones.

        llama.cpp goes on behind the cell it used last, and attention looks at all up to the highest in use: with cells for
        four windows a step costs 1.5 % more after 2,048 tokens than with those for one. A shift of nothing makes it search
        from the front (llama-kv-cache.cpp, `seq_add`).
        """
        if self._can_reuse and len(self.tokens) >= self._n_cells:
            C.llama_memory_seq_add(self._memory, self.id, *_NO_POSITIONS, 1)

    def take_checkpoint(self) -> None:
        """Remember this moment, if a later cut may need it."""
        n_tokens = len(self.tokens)
        if not self.needs_checkpoints or n_tokens == 0 or any(point.n_tokens == n_tokens for point in self.checkpoints):
            return
        if data := state.partial_copy_of(self._context, self.id, self._room.make):
            points = self.checkpoints if len(self.checkpoints) < N_CHECKPOINTS_MAX else thinned(self.checkpoints)
            self.checkpoints = [*points, Checkpoint(n_tokens, data)]

    def resynchronize(self, chunk: Tokens[int]) -> None:
        """Make `tokens` say again what is held after a `llama_decode` that ended early: whole micro-batches may be in."""
        if not self._can_cut:
            self._go_back(max((point.n_tokens for point in self.checkpoints), default=0))
            return
        n_held = C.llama_memory_seq_pos_max(self._memory, self.id) + 1
        self.tokens.extend(chunk)
        if 0 < n_held <= len(self.tokens):
            del self.tokens[n_held:]
        else:
            self.clear()

    def _is_cuttable(self, n_keep: int) -> bool:
        if n_keep == 0:
            return True
        if not self._can_cut:
            return False
        if self._n_swa == 0:
            return True
        # A sliding window forgets positions before it: what is kept must still see its whole window.
        first: int = C.llama_memory_seq_pos_min(self._memory, self.id)
        return first <= max(0, n_keep - self._n_swa)

    def _is_memory_empty(self) -> bool:
        ids = range(C.llama_n_seq_max(self._context))
        return all(C.llama_memory_seq_pos_max(self._memory, id) < 0 for id in ids)

    def _go_back(self, n_keep: int) -> None:
        is_kept = n_keep > 0 and (self._is_cuttable(n_keep) or self._restore(n_keep))
        if not is_kept or not C.llama_memory_seq_rm(self._memory, self.id, n_keep, -1):
            self.clear()
        del self.tokens[n_keep:]
        self.checkpoints = [point for point in self.checkpoints if point.n_tokens <= n_keep]

    def _restore(self, n_keep: int) -> bool:
        point = next((point for point in self.checkpoints if point.n_tokens == n_keep), None)
        return point is not None and state.put_partial_back(self._context, self.id, point.data)
