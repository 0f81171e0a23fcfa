"""What differs between two texts, and that it is found out in bounded time."""

from __future__ import annotations

import pytest

from desktop_app.chat.changes import N_LINES_MAX, N_WORDS_MAX, Changes, changes


def marked(found: Changes) -> tuple[list[str], list[str]]:
    """Give the marked words of both texts."""
    sides = (found.left, found.right)
    return tuple([line.text[start:end] for line in side for start, end in line.marks] for side in sides)  # type: ignore[return-value]


def changed(found: Changes) -> tuple[list[str], list[str]]:
    """Give the changed lines of both texts."""
    return tuple([line.text for line in side if line.is_changed] for side in (found.left, found.right))  # type: ignore[return-value]


def test_the_same_text_has_no_changes() -> None:
    assert changes("one\ntwo", "one\ntwo").are_equal
    assert changes("", "").are_equal


def test_changed_words_of_a_line_are_marked() -> None:
    found = changes("same\nthe quick brown fox\nend", "same\nthe slow brown fox\nend")
    assert changed(found) == (["the quick brown fox"], ["the slow brown fox"])
    assert marked(found) == (["quick"], ["slow"])


def test_chinese_is_compared_by_characters() -> None:
    assert marked(changes("早上去清水寺散步", "早上去金阁寺散步")) == (["清水"], ["金阁"])


def test_lines_with_little_in_common_are_marked_whole() -> None:
    found = changes("completely different words stand here", "一二三四五六")
    assert marked(found) == ([], [])
    assert changed(found) == (["completely different words stand here"], ["一二三四五六"])


def test_every_line_knows_what_stands_at_its_height() -> None:
    found = changes("a\nb\nc", "a\nx\ny\nb\nc")
    assert [line.number for line in found.left] == [0, 3, 4]
    assert [line.number for line in found.right][:1] + [line.number for line in found.right][3:] == [0, 1, 2]
    assert changed(found) == ([], ["x", "y"])


@pytest.mark.parametrize(
    ("left", "right"),
    [
        ("a b\n" * (N_LINES_MAX + 500), "a c\n" * (N_LINES_MAX + 600)),
        ("w " * 100_000, "w " * 100_001),
        (f"{'x ' * (N_WORDS_MAX - 3)}\n" * 500, f"{'y ' * (N_WORDS_MAX - 3)}x\n" * 500),
        ("\n".join("abc"[n % 3] for n in range(N_LINES_MAX)), "\n".join("cab"[n % 2] for n in range(N_LINES_MAX))),
    ],
    ids=["many lines", "one long line", "many words", "few kinds of lines"],
)
def test_no_line_is_lost_however_hard_the_texts_are(left: str, right: str) -> None:
    found = changes(left, right)
    assert [line.text for line in found.left] == left.splitlines()
    assert [line.text for line in found.right] == right.splitlines()
    assert not found.are_equal
