"""Reasoning that comes in pieces is told apart as the whole text is, and never more than a tag is held back."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from desktop_app.chat.reasoning import split
from desktop_app.chat.reasoning_stream import ReasoningStream, has_reasoning

texts = st.lists(
    st.sampled_from((
        "<think>", "</think>", "<thinking>", "</thinking>", "<thin", "</thi", "</think", "<", ">", "/", " ", "\n", "a", "Hm.", "思",
    )),
    max_size=12,
).map("".join)  # fmt: skip
sizes = st.lists(st.integers(1, 9), min_size=1, max_size=40)


def streamed(text: str, sizes: list[int]) -> tuple[str, str]:
    stream, reasoning, answer, at = ReasoningStream(), "", "", 0
    for turn in range(len(text)):
        if at >= len(text):
            break
        size = sizes[turn % len(sizes)]
        more, said = stream.feed(text[at : at + size])
        reasoning, answer, at = reasoning + more, answer + said, at + size
        n_shown = len(reasoning) + len(answer)
        if stream.is_thinking:
            assert len(text[:at].lstrip()) - n_shown <= len("<thinking>") + len("</thinking>") - 1
    more, said = stream.finish()
    return reasoning + more, answer + said


@settings(max_examples=500, deadline=None)
@given(texts, sizes)
def test_pieces_give_what_the_whole_text_gives(text: str, sizes: list[int]) -> None:
    whole = split(text)
    assert streamed(text, sizes) == (whole.text, whole.answer)


@pytest.mark.parametrize("size", [1, 2, 5, 100])
def test_a_closing_tag_cut_in_two_is_a_closing_tag(size: int) -> None:
    assert streamed("<think>a </thi b</think>c", [size]) == ("a </thi b", "c")


def test_an_answer_without_reasoning_is_not_held_back() -> None:
    stream = ReasoningStream()
    assert stream.feed("H") == ("", "H")
    assert stream.feed("ello <think>") == ("", "ello <think>")


def test_what_was_held_back_comes_at_the_end() -> None:
    stream = ReasoningStream()
    assert stream.feed("<thi") == ("", "")
    assert stream.finish() == ("", "<thi")
    stream = ReasoningStream()
    assert stream.feed("<think>a</th") == ("a", "")
    assert stream.is_thinking
    assert stream.finish() == ("</th", "")


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("", False),
        ("<think>", False),
        ("<think>\n\n</think>\n\nHello", False),
        ("<think>Hm", True),
        ("a <think>b</think>", False),
    ],
)
def test_empty_tags_are_no_reasoning(text: str, expected: bool) -> None:
    assert has_reasoning(text) is expected
