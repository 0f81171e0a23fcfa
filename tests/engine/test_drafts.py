"""Tokens guessed ahead: where they come from, when they pay, and that they never change an answer."""

from __future__ import annotations

import pytest

from desktop_app.engine.draft_payoff import Payoff
from desktop_app.engine.drafts import Drafts, PromptLookup, new_payoff

SENTENCE = list(range(100, 140))


def _lookup(*tokens: int) -> PromptLookup:
    lookup = PromptLookup()
    lookup.extend(tokens)
    return lookup


def _guessed(lookup: PromptLookup, n_tokens: int) -> list[int]:
    kind, place = lookup.match()
    return lookup.guess(place, n_tokens) if kind >= 0 else []


def test_what_came_after_the_same_words_is_guessed() -> None:
    assert _guessed(_lookup(*SENTENCE, 1, 2, *SENTENCE[:5]), 4) == SENTENCE[5:9]


def test_two_words_are_too_few() -> None:
    assert _guessed(_lookup(*SENTENCE, 1, 2, *SENTENCE[:2]), 4) == []
    assert _guessed(_lookup(), 4) == []


def test_of_several_places_the_one_that_agrees_longest_is_taken() -> None:
    lookup = _lookup(*SENTENCE, 7, 8, 9, *SENTENCE[7:10], 50, 51, 1, *SENTENCE[:10])
    assert _guessed(lookup, 2) == SENTENCE[10:12]


def test_a_repetition_goes_on_past_the_end() -> None:
    assert _guessed(_lookup(9, 1, 2, 3, 1, 2, 3), 7) == [1, 2, 3, 1, 2, 3, 1]


def test_the_longer_the_match_the_surer() -> None:
    kinds = [_lookup(*SENTENCE, 1, *SENTENCE[:length]).match()[0] for length in (3, 5, 9, 17, 30)]
    assert kinds == [0, 1, 2, 3, 3]


def test_behind_a_changed_word_the_copy_goes_on_at_once() -> None:
    lookup = _lookup(*SENTENCE, 1, *SENTENCE[:17])
    kind, place = lookup.match()
    guesses = lookup.guess(place, 7)
    lookup.judged(5)
    lookup.extend([*guesses[:5], 77, *SENTENCE[23:26]])
    resumed, place = lookup.match()
    assert (kind, resumed) == (3, 4)
    assert lookup.guess(place, 3) == SENTENCE[26:29]


def test_a_guess_that_was_wrong_at_once_was_no_copy() -> None:
    lookup = _lookup(*SENTENCE, 1, *SENTENCE[:17])
    lookup.guess(lookup.match()[1], 7)
    lookup.judged(1)
    lookup.extend([SENTENCE[17], 77, *SENTENCE[19:22]])
    assert lookup.match()[0] == 0


class Machine:
    """Takes `cost[n]` for a step that checks n guesses; of these `rate` are right, one after the other."""

    def __init__(self, each: float, rate: float) -> None:
        self.payoff = Payoff([0.96])
        self._each, self._rate = each, rate
        self._due = 0.0

    def step(self) -> int:
        """Take one step and give how many tokens were guessed."""
        n_guessed = self.payoff.best_size(0, 31)
        n_right = 0
        while n_right < n_guessed:
            # Wrong ones come at even distances, so that nothing here is left to chance.
            self._due += 1 - self._rate
            if self._due >= 1:
                self._due -= 1
                break
            n_right += 1
        self.payoff.judged(0, n_guessed, n_right, 0.01 * (1 + self._each * n_guessed))
        return n_guessed

    def share(self, n_steps: int) -> float:
        """Give the share of steps with guesses."""
        return sum(self.step() > 0 for _ in range(n_steps)) / n_steps


def test_nothing_is_guessed_before_a_step_without_guesses_was_timed() -> None:
    machine = Machine(0.0, 1.0)
    assert [machine.step() for _ in range(3)] == [0, 0, 0]
    assert machine.step() > 0


@pytest.mark.parametrize(("each", "rate", "pays"), [(0.02, 0.5, True), (0.5, 0.98, True), (0.5, 0.6, False), (1.1, 1.0, False)])
def test_guessing_stops_where_it_does_not_pay(each: float, rate: float, pays: bool) -> None:
    machine = Machine(each, rate)
    machine.share(200)
    assert (machine.share(300) > 0.9) if pays else (machine.share(300) < 0.05)


def test_it_is_tried_again_later() -> None:
    machine = Machine(0.4, 0.2)
    assert machine.share(300) < 0.1
    machine._rate = 1.0
    machine.share(2500)
    assert machine.share(100) > 0.9


def test_the_cheaper_a_check_the_more_is_guessed() -> None:
    sizes = []
    for each in (0.05, 0.6):
        machine = Machine(each, 0.95)
        machine.share(200)
        sizes.append(machine.step())
    assert sizes[0] > sizes[1] > 0


def test_a_moment_of_a_busy_machine_does_not_count() -> None:
    payoff = Payoff([0.96])
    for seconds in (0.01, 0.01, 0.01):
        payoff.judged(0, 0, 0, seconds)
    for seconds in (0.04, 0.04, 1.0, 0.04, 2.0):
        payoff.judged(0, 15, 15, seconds)
    assert payoff.best_size(0, 31) >= 15


def test_no_more_is_guessed_than_there_is_room_for() -> None:
    machine = Machine(0.01, 1.0)
    machine.share(50)
    assert [machine.payoff.best_size(0, room) for room in (0, 2, 3, 10)] == [0, 0, 3, 7]


def test_an_answer_shares_what_another_one_learned() -> None:
    payoff = new_payoff()
    for _ in range(3):
        Drafts(payoff).judged(0, 0, 0.01)
    drafts = Drafts(payoff)
    drafts.extend([*SENTENCE, 1, *SENTENCE[:20]])
    assert drafts.propose(7) == SENTENCE[20:27]
    assert drafts.propose(2) == []
