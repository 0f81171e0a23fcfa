"""The clock of a reasoning runs from the first text to the closing tag."""

from __future__ import annotations

import itertools

from desktop_app.chat.reasoning_clock import ReasoningClock


def _timed(pieces: list[str], earlier: str = "") -> float:
    """Give what the clock says when the pieces come a second apart."""
    clock = ReasoningClock(earlier)
    for number, piece in enumerate(pieces):
        clock.feed(piece, 100.0 + number)
    return clock.reasoning_ms


def test_the_clock_runs_from_the_first_text_to_the_closing_tag() -> None:
    assert _timed(["<think>", "Hm", ".</think>", "Hello", " there"]) == 2000


def test_the_clock_sees_tags_that_come_in_pieces() -> None:
    text = "<thinking>Hm</thinking>Hello"
    for cuts in itertools.combinations(range(1, len(text)), 3):
        pieces = [text[start:end] for start, end in itertools.pairwise((0, *cuts, len(text)))]
        closed_in = next(n for n in range(4) if "</thinking>" in "".join(pieces[: n + 1]))
        assert _timed(pieces) == closed_in * 1000, pieces


def test_an_answer_without_reasoning_takes_no_time_to_think() -> None:
    assert _timed(["Hello", " <think>", "a", "</think>"]) == 0
    assert _timed([" ", "\n", "Hello"]) == 0


def test_reasoning_that_is_never_closed_counts_to_the_last_piece() -> None:
    assert _timed(["<think>", "a", "b"]) == 2000


def test_the_clock_of_a_continued_answer_measures_what_is_new() -> None:
    assert _timed(["b", "c</think>", "Hello", "!"], earlier="<think>a") == 1000
    assert _timed(["b", "c"], earlier="<think>a</think>Hello") == 0
    assert _timed(["nk>a", "b</think>"], earlier="<thi") == 1000
