"""Ids and the figures of an answer."""

from __future__ import annotations

import time
from dataclasses import replace
from typing import Any

import pytest

from desktop_app.chat.message import GenerationStats, Message, MessageState, Role, new_id


def test_ids_are_32_hexadecimal_digits_of_uuid_version_7() -> None:
    for _ in range(200):
        id_ = new_id()
        assert len(id_) == 32
        assert set(id_) <= set("0123456789abcdef")
        assert id_[12] == "7"
        assert id_[16] in "89ab"


def test_ids_sort_by_time_and_never_repeat() -> None:
    ids = []
    for _ in range(20):
        ids += [new_id() for _ in range(100)]
        time.sleep(0.002)

    assert len(set(ids)) == len(ids)
    assert sorted(ids[::100]) == ids[::100]


def test_an_id_holds_the_moment_it_was_made() -> None:
    assert abs(int(new_id()[:12], 16) - time.time() * 1000) < 1000


def test_speed_counts_the_tokens_after_the_first() -> None:
    def speed(n_predicted: int, predicted_ms: float) -> float:
        return GenerationStats("eos", 1, 0, n_predicted, 1.0, predicted_ms, 1.0).tokens_per_s

    assert speed(41, 2000.0) == 20.0
    assert speed(1, 2000.0) == 0.0
    assert speed(0, 0.0) == 0.0
    assert speed(10, 0.0) == 0.0


def test_a_message_is_done_and_without_figures_unless_it_says_otherwise() -> None:
    message = Message("m", "c", None, Role.USER, "text", 1)

    assert (message.state, message.model, message.stats, message.error) == (MessageState.DONE, "", None, None)


def _stats(**values: float | str) -> GenerationStats:
    usual: dict[str, Any] = {
        "stop": "limit", "n_prompt": 10, "n_reused": 2, "n_predicted": 5, "prompt_ms": 8.0, "predicted_ms": 50.0,
        "first_token_ms": 9.0, "reasoning_ms": 20.0,
    }  # fmt: skip
    return GenerationStats(**(usual | values))


def test_the_work_of_a_continued_answer_adds_up_and_its_beginning_stays() -> None:
    later = _stats(stop="eos", n_prompt=15, n_reused=14, n_predicted=3, prompt_ms=1.0, predicted_ms=30.0, reasoning_ms=1.0)

    assert _stats().continued_by(later) == _stats(stop="eos", n_predicted=8, prompt_ms=9.0, predicted_ms=80.0, reasoning_ms=21.0)


def test_an_answer_that_had_not_begun_has_the_numbers_of_its_continuation() -> None:
    assert _stats(n_predicted=0).continued_by(_stats(n_prompt=1)) == _stats(n_prompt=1)


@pytest.mark.parametrize(
    ("stop", "is_cut"), [("eos", False), ("word", False), ("limit", True), ("cancelled", True), ("context", True)]
)
def test_an_answer_can_be_continued_when_there_was_more_to_say(stop: str, is_cut: bool) -> None:
    stats = GenerationStats(stop, 1, 0, 2, 1.0, 1.0, 1.0)
    answer = Message("a", "c", None, Role.ASSISTANT, "Half", 0, stats=stats)

    assert answer.is_cut is is_cut
    assert not replace(answer, text="").is_cut
