"""Token bytes to text: whole characters, and no part of a stop text."""

from __future__ import annotations

import itertools

import pytest
from hypothesis import given
from hypothesis import strategies as st

from desktop_app.engine.stream import Seam, TextStream


def _streamed(pieces: list[bytes], stop: tuple[str, ...] = ()) -> tuple[list[str], TextStream]:
    stream = TextStream(stop)
    texts = []
    for piece in pieces:
        texts.append(stream.feed(piece))
        if stream.stopped:
            break
    texts.append(stream.finish())
    return texts, stream


def _pieces(data: bytes, cuts: list[int]) -> list[bytes]:
    edges = [0, *sorted(cut % (len(data) + 1) for cut in cuts), len(data)]
    return [data[start:end] for start, end in itertools.pairwise(edges)]


@given(st.binary(max_size=200), st.lists(st.integers(0, 200), max_size=20))
def test_any_bytes_split_anywhere_give_the_one_shot_text(data: bytes, cuts: list[int]) -> None:
    texts, _ = _streamed(_pieces(data, cuts))
    assert "".join(texts) == data.decode("utf-8", "replace")
    "".join(texts).encode("utf-8")  # no lone surrogate


@given(st.text(max_size=60), st.lists(st.integers(0, 200), max_size=20))
def test_text_comes_in_whole_characters(text: str, cuts: list[int]) -> None:
    texts, _ = _streamed(_pieces(text.encode("utf-8", "replace"), cuts))
    assert "".join(texts) == text.encode("utf-8", "replace").decode()
    assert "\ufffd" not in "".join(texts) or "\ufffd" in text


def test_a_character_split_over_three_tokens_is_shown_once_it_is_whole() -> None:
    texts, _ = _streamed([b"\xf0\x9f", b"\x94", b"\xa5!"])
    assert texts == ["", "", "🔥!", ""]


@given(
    st.text("abc", max_size=60),
    st.lists(st.text("abc", min_size=1, max_size=4), min_size=1, max_size=3),
    st.lists(st.integers(0, 60), max_size=30),
)
def test_a_stop_text_never_appears_and_what_is_before_it_is_complete(text: str, stop: list[str], cuts: list[int]) -> None:
    texts, stream = _streamed(_pieces(text.encode(), cuts), tuple(stop))
    shown = "".join(texts)
    assert not any(word in shown for word in stop)
    assert text.startswith(shown)
    if stream.stopped:
        assert any(text[len(shown) :].startswith(word) for word in stop)
    else:
        assert shown == text


def test_a_stop_text_split_over_tokens_is_held_back() -> None:
    texts, stream = _streamed([b"yes</", b"s", b">no"], ("</s>",))
    assert texts == ["yes", "", "", ""]
    assert stream.stopped


def test_what_only_looked_like_a_stop_text_is_given_at_the_end() -> None:
    texts, stream = _streamed([b"a <", b"/"], ("</s>",))
    assert texts == ["a ", "", "</"]
    assert not stream.stopped


def test_an_empty_stop_text_stops_nothing() -> None:
    texts, stream = _streamed([b"a", b"b"], ("",))
    assert "".join(texts) == "ab"
    assert not stream.stopped


def test_a_character_that_is_cut_is_left_out_and_counted() -> None:
    stream = TextStream()
    assert stream.feed(b"a\xf0\x9f") == "a"
    assert stream.n_incomplete == 2
    assert stream.finish(is_cut=True) == ""


def test_what_was_held_back_is_given_when_an_answer_is_cut() -> None:
    stream = TextStream(("</s>",))
    assert stream.feed(b"a <\xf0") == "a "
    assert stream.finish(is_cut=True) == "<"


@pytest.mark.parametrize(
    ("repeated", "pieces", "shown"),
    [
        ("", [" a", " b"], " a b"),
        (" ", [" a", " b"], "a b"),
        (" ", ["a", " b"], "a b"),
        ("    ", ["  ", "  x"], "x"),
        ("    ", ["  x", "  y"], "x  y"),
        (" \t", [" ", "\t", "\t"], "\t"),
        (" ", ["\n", " a"], "\n a"),
    ],
)
def test_white_space_before_the_seam_is_not_shown_again(repeated: str, pieces: list[str], shown: str) -> None:
    seam = Seam(repeated)
    assert "".join(seam.feed(piece) for piece in pieces) == shown
