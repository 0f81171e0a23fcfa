"""The branch on show and the title."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from desktop_app.chat.conversation import branch, first_line
from desktop_app.chat.message import Message, Role


def _messages(*parents: tuple[str, str | None]) -> dict[str, Message]:
    return {id_: Message(id_, "c", parent_id, Role.USER, id_, 0) for id_, parent_id in parents}


def _ids(messages: dict[str, Message], leaf_id: str | None) -> str:
    return "".join(message.id for message in branch(messages, leaf_id))


def test_the_branch_goes_from_the_first_message_to_the_leaf() -> None:
    messages = _messages(("d", "b"), ("a", None), ("c", "b"), ("b", "a"))

    assert _ids(messages, "c") == "abc"
    assert _ids(messages, "d") == "abd"
    assert _ids(messages, "b") == "ab"


def test_without_a_leaf_there_is_nothing() -> None:
    assert _ids(_messages(("a", None)), None) == ""
    assert _ids(_messages(("a", None)), "missing") == ""


def test_a_missing_parent_or_a_cycle_ends_the_walk() -> None:
    assert _ids(_messages(("b", "missing"), ("c", "b")), "c") == "bc"
    assert _ids(_messages(("a", "c"), ("b", "a"), ("c", "b")), "c") == "abc"
    assert _ids(_messages(("a", "a")), "a") == "a"


def test_removed_messages_are_walked_through() -> None:
    messages = _messages(("a", None), ("b", "a"), ("c", "b"), ("d", "c"))
    for id_ in "bd":
        messages[id_] = replace(messages[id_], removed_ms=1)

    assert _ids(messages, "d") == "ac"


def test_a_long_branch_needs_no_recursion() -> None:
    messages = _messages(("0", None), *((str(n), str(n - 1)) for n in range(1, 20_000)))

    assert len(branch(messages, "19999")) == 20_000


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("How are you?", "How are you?"),
        ("\n  \n\tHow are you?  \nFine.", "How are you?"),
        ("", ""),
        (" \n\t\n", ""),
        ("word " * 30, "word word word word word word word word word word word word…"),
        ("x" * 100, "x" * 60 + "…"),
        ("x" * 60, "x" * 60),
        ("天" * 61, "天" * 60 + "…"),
        (
            "Tell me all about the history, the art and the people, please, of Ghent.",
            "Tell me all about the history, the art and the people…",
        ),
    ],
)
def test_the_first_line_that_is_not_blank(text: str, expected: str) -> None:
    assert first_line(text) == expected


@given(st.text(max_size=300))
def test_a_title_is_short_and_one_line(text: str) -> None:
    title = first_line(text)

    assert len(title) <= 61
    assert len(title.splitlines()) <= 1
    assert title == title.strip()
