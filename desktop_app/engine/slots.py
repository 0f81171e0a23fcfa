"""Where conversations lie in the model's memory: who may stay, who leaves, and who finds its beginning there."""

from __future__ import annotations

import itertools
from collections.abc import Collection
from collections.abc import Sequence as Tokens

import psutil

from desktop_app.engine.llama.library import C
from desktop_app.engine.llama.model import Model
from desktop_app.engine.llama.sequence import Sequence
from desktop_app.engine.model_states import N_TOKENS_MIN, ModelStates

MIN_COPIED = 8
"""Tokens. A shorter beginning shared with another conversation is read again, which takes no longer."""
GROWTH = 64
"""Tokens of room that an answer must find when it begins."""
ASIDE_BYTES_MAX = 128 << 20
"""A larger state stays where it is: to put it aside takes longer than a short answer wins."""
_ASIDE_SHARE = 8
"""What is put aside takes at most this part of the main memory that is free."""


class Slot:
    """One sequence and whose it is. `is_busy`: an answer is being read or written in it."""

    def __init__(self, sequence: Sequence) -> None:
        self.sequence = sequence
        self.conversation = ""
        """Of whom the tokens are; "" when nothing of them may be written to disk."""
        self.is_busy = False
        self.n_wanted = 0
        """Tokens that the answer in it is going to have there at least."""
        self.is_dirty = False
        """Whether something of it may not be among the kept states."""
        self.is_in_front = False
        """Whether nothing lay before it in the model's memory when it came there."""
        self.last_used = 0


class Slots:
    """All sequences of a model. They share its cells: what one uses is not there for the others."""

    def __init__(self, model: Model) -> None:
        self.states: ModelStates | None = None
        """Where conversations are kept that leave; None: nowhere."""
        self._slots = [Slot(sequence) for sequence in model.sequences]
        self._n_cells: int = C.llama_n_ctx(model.context)
        self._clock = itertools.count(1)
        # Of a sliding window a state has less than the memory, and how a card passes over cells was not measured.
        self._puts_aside = model.can_cut and not model.n_swa and not model.n_gpu_layers

    def place(self, tokens: Tokens[int], conversation: str, *, is_short: bool = False) -> Slot | None:
        """Give a slot that begins with as much of `tokens` as is in memory or kept; None while there is no room.

        `is_short`: not for so long that others should make way. Raises: GivenUp, when somebody is to be stopped while
        what is kept is read.
        """
        free = [slot for slot in self._slots if not slot.is_busy]
        if not free or not self._has_room(len(tokens)):
            return None
        slot = self._take_kept(free, tokens, conversation) or self._take_held(free, tokens, conversation)
        if not is_short:
            self._make_way(slot)
        if slot.sequence.is_aside:
            self.make_room(len(slot.sequence.tokens))
            slot.sequence.bring_back()
        slot.sequence.keep(slot.sequence.usable(tokens))
        slot.conversation, slot.n_wanted = conversation, len(tokens)
        slot.is_busy = slot.is_dirty = True
        return slot

    def _take_kept(self, free: list[Slot], tokens: Tokens[int], conversation: str) -> Slot | None:
        """Give a slot with what is kept of a conversation that is not in memory; None when that is too little."""
        if self.states is None or self.holds(conversation):
            return None
        outline = self.states.outline(conversation)
        n_held = max(slot.sequence.usable(tokens) for slot in self._slots)
        if outline is None or outline.n_usable(tokens) < n_held + N_TOKENS_MIN:
            return None
        slot = self._least_needed(free, None)
        self._leave(slot)
        self._make_way(slot)
        self.make_room(len(outline.tokens))
        return slot if self.states.load(slot.sequence, conversation) else None

    def _take_held(self, free: list[Slot], tokens: Tokens[int], conversation: str) -> Slot:
        """Give a slot with what of `tokens` is in memory, be it of the same conversation or of another."""
        source = max(self._slots, key=lambda slot: (slot.sequence.usable(tokens), not slot.is_busy, slot.last_used))
        n_usable = source.sequence.usable(tokens)
        if source in free and self._is_continued(source, n_usable, conversation):
            slot = source
        else:
            slot = self._least_needed(free, source if n_usable >= MIN_COPIED else None)
            if slot is not source:
                self._leave(slot)
                if n_usable >= MIN_COPIED:
                    slot.sequence.copy(source.sequence, n_usable)
                return slot
        if slot.conversation != conversation:
            self._save(slot)
        return slot

    def _make_way(self, slot: Slot) -> None:
        """Put aside what nobody works in, and let `slot` lie in front.

        Attention goes over all cells up to the last one in use, and shares them out among the threads: an answer behind
        three other conversations of 1,000 tokens each was written 12 % slower than alone, and none of its own cells
        were in the other thread's share (`ggml_compute_forward_flash_attn_ext_f16`).
        """
        if not self._puts_aside:
            return
        others = [other for other in self._slots if other is not slot]
        for other in others:
            if other.is_busy or (other.sequence.n_used and self._may_put_aside(other)):
                # Those that are written at once grow around each other.
                other.is_in_front = False
                if not other.is_busy:
                    other.sequence.put_aside()
        has_company = any(other.is_busy for other in others)
        is_first = not has_company and not any(other.sequence.n_used for other in others)
        if is_first and slot.sequence.n_used and not slot.is_in_front and self._may_put_aside(slot):
            slot.sequence.put_aside()  # and back at once, see `place`
        slot.is_in_front = is_first or (slot.is_in_front and not has_company)

    def _may_put_aside(self, slot: Slot) -> bool:
        n_bytes, n_aside = slot.sequence.n_state_bytes, sum(other.sequence.n_aside_bytes for other in self._slots)
        n_free = psutil.virtual_memory().available + n_aside
        return n_bytes <= ASIDE_BYTES_MAX and n_aside + n_bytes <= n_free // _ASIDE_SHARE

    def tokens_of(self, conversation: str) -> Tokens[int]:
        """Give the tokens of a conversation that are in memory or kept; none when there are none."""
        if not conversation:
            return ()
        for slot in self._slots:
            if slot.conversation == conversation:
                return slot.sequence.tokens
        outline = self.states.outline(conversation) if self.states is not None else None
        return outline.tokens if outline is not None else ()

    def holds(self, conversation: str) -> bool:
        """Tell whether a conversation is in memory."""
        return any(slot.conversation == conversation for slot in self._slots)

    def release(self, slot: Slot) -> None:
        """Let others have `slot` when they need it; what is in it stays until then."""
        slot.is_busy = False
        slot.last_used = next(self._clock)

    def make_room(self, n_tokens: int) -> None:
        """Let slots that nobody works in leave until `n_tokens` more find room, the least recently used first."""
        while n_tokens > self.n_free and self.drop_one():
            pass

    @property
    def n_free(self) -> int:
        """Tokens for which there is room without that anybody leaves; below 0 when what is shared was counted twice."""
        return self._n_cells - self._n_used(self._slots)

    def drop_one(self) -> bool:
        """Let the slot leave that nobody has used for the longest time; give False when all are busy or empty."""
        idle = [slot for slot in self._slots if not slot.is_busy and slot.sequence.n_used]
        if not idle:
            return False
        self._leave(min(idle, key=lambda slot: slot.last_used))
        return True

    @property
    def has_unsaved(self) -> bool:
        """Whether `save` has something to do."""
        return self.states is not None and any(slot.is_dirty and not slot.is_busy for slot in self._slots)

    def save(self) -> None:
        """Keep what nobody works in, as far as it may be written: it stays in memory, too."""
        for slot in self._slots:
            if not slot.is_busy:
                self._save(slot)

    def forget(self, conversations: Collection[str]) -> None:
        """Write nothing of these conversations from now on; what is in memory is of use to others."""
        for slot in self._slots:
            if slot.conversation in conversations:
                slot.conversation = ""

    def distrust(self) -> None:
        """Keep nothing of what is in memory now: something went wrong."""
        for slot in self._slots:
            slot.is_dirty = False

    def close(self) -> None:
        """Let all leave: the model goes out of memory."""
        for slot in self._slots:
            self._leave(slot)

    @staticmethod
    def _n_used(slots: Collection[Slot]) -> int:
        # What two sequences share is counted twice: rather one leaves too early than a step that fails.
        return sum(slot.sequence.n_used for slot in slots)

    def _has_room(self, n_tokens: int) -> bool:
        busy = [slot for slot in self._slots if slot.is_busy]
        n_taken = sum(max(len(slot.sequence.tokens), slot.n_wanted) + GROWTH for slot in busy)
        return not busy or n_taken + n_tokens + GROWTH <= self._n_cells

    @staticmethod
    def _is_continued(slot: Slot, n_usable: int, conversation: str) -> bool:
        """Tell whether a prompt goes on with what is in `slot`, rather than to share its beginning by chance."""
        if conversation or slot.conversation:
            return slot.conversation == conversation
        return n_usable > 0 and 2 * n_usable >= len(slot.sequence.tokens)

    @staticmethod
    def _least_needed(free: list[Slot], source: Slot | None) -> Slot:
        """Give an empty slot, or the one that was not used for the longest time, if possible not `source`."""
        return min(free, key=lambda slot: (slot is source, bool(slot.sequence.tokens), slot.last_used))

    def _save(self, slot: Slot) -> None:
        if self.states is not None and slot.is_dirty:
            self.states.save(slot.sequence, slot.conversation)
            slot.is_dirty = False

    def _leave(self, slot: Slot) -> None:
        self._save(slot)
        slot.is_dirty = False
        slot.sequence.clear()
        slot.conversation, slot.is_in_front = "", False
