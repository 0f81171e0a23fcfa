"""A loop is seen for what it is, and nothing else is taken for one."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from desktop_app.engine import answer as answer_module
from desktop_app.engine.parameters import SamplingParameters
from desktop_app.engine.repetition import N_PASSAGE_MAX, N_SAME_MIN, N_TIMES_MIN, goes_round
from tests.engine.room import Room

BEFORE = list(range(1000, 1300))


def passage(n_tokens: int) -> list[int]:
    return [(3 * at) % 7 + at for at in range(n_tokens)]


@pytest.mark.parametrize("length", [1, 2, 10, 50, 75, N_SAME_MIN // N_TIMES_MIN, 97, 200, N_PASSAGE_MAX])
def test_a_loop_is_seen_when_it_has_gone_on_for_long_enough_and_not_before(length):
    n_same = max(N_SAME_MIN, N_TIMES_MIN * length)
    loop = [passage(length)[at % length] for at in range(n_same)]
    assert goes_round(BEFORE + loop)
    assert goes_round(loop)
    assert not goes_round(BEFORE + loop[1:])


def test_a_passage_may_hold_the_same_words_twice():
    refrain = list(range(20))
    verse = [*passage(30), *refrain, 700, *refrain]
    assert goes_round(BEFORE + verse * 8)


@pytest.mark.parametrize("changed", [-1, -5, -200, -N_SAME_MIN])
def test_what_differs_anywhere_is_no_loop(changed):
    text = BEFORE + passage(48) * (N_SAME_MIN // 48)
    assert goes_round(text)
    text[changed] += 5000
    assert not goes_round(text)


def test_a_longer_passage_said_again_is_no_loop():
    assert not goes_round(BEFORE + passage(N_PASSAGE_MAX + 1) * 6)
    assert not goes_round(BEFORE + passage(48) * (N_TIMES_MIN - 1))


@given(st.integers(1, 300), st.integers(0, 1200), st.integers(0, 40))
def test_it_says_what_looking_at_every_length_says(length, n_tokens, n_after):
    tokens = [passage(length)[at % length] for at in range(n_tokens)] + list(range(9000, 9000 + n_after))

    def is_loop(period: int) -> bool:
        n_same = max(N_SAME_MIN, N_TIMES_MIN * period)
        end = tokens[-n_same:]
        return len(end) == n_same and end[period:] == end[:-period]

    assert goes_round(tokens) == any(is_loop(period) for period in range(1, N_PASSAGE_MAX + 1))


@pytest.fixture
def room(quick_room: Room, monkeypatch: pytest.MonkeyPatch) -> Room:
    """Give one that sends each token at once."""
    for name in ("FLUSH_INTERVAL_S", "FLUSH_INTERVAL_PROCESSOR_S"):
        monkeypatch.setattr(answer_module, name, 0.0)
    return quick_room


def going_round(n_predict: int) -> SamplingParameters:
    """Give parameters with which one token comes, whatever was before."""
    return SamplingParameters(temperature=0.0, n_predict=n_predict, logit_bias=((10, 1000.0),))


def test_an_answer_that_goes_round_ends_and_says_so(room):
    text, final = room.answer("Say hello.", sampling=going_round(-1))
    assert final.stop == "repetition"
    assert final.timings.n_predicted == N_SAME_MIN
    # What was said of the loop is kept.
    assert len(text) >= N_SAME_MIN
    # Beside others, too: they are written another way.
    tasks = [room.ask(question, sampling=going_round(-1)) for question in ("Say hello.", "Say hello.")]
    room.run()
    assert {room.final(task).stop for task in tasks} == {"repetition"}


def test_a_limit_or_a_grammar_lets_it_go_round(room):
    _text, final = room.answer("Say hello.", sampling=going_round(600))
    assert (final.stop, final.timings.n_predicted) == ("limit", 600)
    # Of two ways to write "a" one, or it would be no loop of tokens.
    form = SamplingParameters(temperature=0.0, grammar='root ::= "ha"{200} "."', logit_bias=((100, 100.0),))
    text, final = room.answer("Say hello.", sampling=form)
    assert (final.stop, text) == ("eos", "ha" * 200 + ".")
    assert goes_round(room.answers[2].target[:-1]), "before the point"
