"""Tokens guessed ahead, so that one `llama_decode` can check several: what is right is kept, what is wrong is cut off.

The answer is the one that would have been written without them: every token is drawn from the model's own logits.
Guesses come from the text itself (what was rewritten, summarised or quoted before comes again), and where that knows
nothing, from a small model of the same vocabulary, if one was chosen, or from the model's own layer for multi-token
prediction (MTP), if it has one.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

from desktop_app.engine.draft_payoff import Payoff
from desktop_app.engine.llama.mtp import MtpLayer
from desktop_app.engine.protocol import GenerateRequest

if TYPE_CHECKING:
    from desktop_app.engine.chat_model import ChatModel
    from desktop_app.engine.llama.draft_model import DraftModel

_N_GRAM = 3
_MAX_MATCHED = 32
"""A match is followed back so far; more of it says no more."""
_N_CANDIDATES = 8
"""Earlier places that are looked at, from the last one on."""
_LENGTHS = (3, 5, 9, 17)
"""A match is of the kind of the last of these that it reaches."""
_RESUMED, _MODEL, _MTP = range(len(_LENGTHS), len(_LENGTHS) + 3)
_ASSUMED = (0.4, 0.6, 0.9, 0.96, 0.94, 0.7, 0.7)
"""How often a guess is right: for the four lengths, a copy that goes on behind a change, a draft model, and an MTP layer."""
_NEAR = 16
"""Tokens by which a copy may be displaced by a change."""


def new_payoff() -> Payoff:
    """Give what a model's answers share, with nothing learned yet."""
    return Payoff(_ASSUMED)


def drafts_for(chat: ChatModel, request: GenerateRequest) -> Drafts | None:
    """Give the guesses for one answer; None when they are not wanted, or the model's memory cannot be taken back."""
    if not request.adds_drafts or not chat.model.n_guesses_max:
        return None
    return Drafts(chat.payoff, chat.draft_model or chat.model.mtp)


class PromptLookup:
    """Finds where the end of the text stood before, and what came after it."""

    def __init__(self) -> None:
        self.tokens: list[int] = []
        self._last: dict[tuple[int, ...], int] = {}
        self._earlier: list[int] = []
        """For every position, the last earlier one behind the same tokens; -1: none."""
        self._copied_to = -1
        """Where the source of the last guesses would go on, were it not for what has come since."""

    def extend(self, tokens: Iterable[int]) -> None:
        """Take in what now stands in the sequence behind the rest."""
        ours, last, earlier = self.tokens, self._last, self._earlier
        for token in tokens:
            ours.append(token)
            # The place behind the last three tokens.
            key = tuple(ours[-_N_GRAM:])
            earlier.append(last.get(key, -1))
            last[key] = len(ours)
            if self._copied_to >= 0:
                self._copied_to += 1

    def match(self) -> tuple[int, int]:
        """Give how well the end is known (a kind of `_ASSUMED`, -1: not) and the position of what came after it."""
        best, best_length = -1, _N_GRAM - 1
        place = self._earlier[-1] if len(self.tokens) > _N_GRAM else -1
        for _ in range(_N_CANDIDATES):
            if place < 0:
                break
            length = self._length(place)
            if length >= _N_GRAM and self._copied_to >= 0 and abs(place - self._copied_to) <= _NEAR:
                return (_RESUMED if length < _LENGTHS[-1] else _RESUMED - 1), place
            if length > best_length:
                best, best_length = place, length
            place = self._earlier[place - 1]
        kind = sum(length <= best_length for length in _LENGTHS) - 1
        return kind, best

    def _length(self, place: int) -> int:
        """Give how many tokens before `place` are those at the end."""
        tokens, n_tokens = self.tokens, len(self.tokens)
        most = min(place, _MAX_MATCHED)
        for length in range(most):
            if tokens[place - 1 - length] != tokens[n_tokens - 1 - length]:
                return length
        return most

    def judged(self, n_right: int) -> None:
        """Hear how many of the last guesses were right: so few mean that it was no copy."""
        if n_right < _N_GRAM:
            self._copied_to = -1

    def guess(self, place: int, n_tokens: int) -> list[int]:
        """Give what came after `place`; past the end what was just guessed, so that a repetition goes on."""
        known = self.tokens[place : place + n_tokens]
        while len(known) < n_tokens:
            known += known[: n_tokens - len(known)]
        self._copied_to = place
        return known


class Drafts:
    """The guesses for one answer."""

    def __init__(self, payoff: Payoff, model: DraftModel | MtpLayer | None = None) -> None:
        """`model`: what guesses where the text does not know."""
        self._payoff = payoff
        self._lookup = PromptLookup()
        self._model = model
        self._model_kind = _MTP if isinstance(model, MtpLayer) else _MODEL
        self._kind = 0

    def extend(self, tokens: Iterable[int]) -> None:
        """Say what now stands in the sequence: the prompt first, then every token that was drawn."""
        self._lookup.extend(tokens)

    def propose(self, n_max: int) -> list[int]:
        """Give tokens that may come next, at most `n_max`; [] when none are worth a try."""
        kind, place = self._lookup.match()
        if kind >= 0 and (n_tokens := self._payoff.best_size(kind, n_max)):
            self._kind = kind
            return self._lookup.guess(place, n_tokens)
        if self._model is not None:
            n_tokens = self._payoff.best_size(self._model_kind, n_max, self._model.seconds_each)
            if n_tokens:
                self._kind = self._model_kind
                return self._model.guess(self._lookup.tokens, n_tokens)
        return []

    def judged(self, n_proposed: int, n_accepted: int, step_s: float) -> None:
        """Learn from a step of this answer alone: also from one with nothing proposed, which the others are held against."""
        if n_proposed:
            self._lookup.judged(n_accepted)
        self._payoff.judged(self._kind, n_proposed, n_accepted, step_s)

    def close(self) -> None:
        """Let go of the text."""
        self._lookup = PromptLookup()
