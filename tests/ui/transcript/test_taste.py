"""The transcript follows the width and the density that a person wants, at once, and the reader keeps their place."""

from __future__ import annotations

import pytest

from desktop_app.ui.theme import Taste, load_theme
from desktop_app.ui.transcript.transcript_view import TranscriptView
from tests.ui.transcript.views import answer, document, idle, shown_view, user

MESSAGES = [
    user(0, "A question that is long enough for a bubble as wide as it may be. " * 4),
    answer(1, "A sentence of an answer. " * 40),
]


def between(view: TranscriptView) -> int:
    """Give the room between the first two messages."""
    conversation = view.conversation
    return conversation.tops[1] - conversation.tops[0] - conversation.messages[0].height


@pytest.mark.parametrize("column_px", [520, 608, 736])
def test_text_is_as_wide_as_wanted_and_bubbles_in_proportion(qtbot, column_px: int) -> None:
    view = shown_view(qtbot, MESSAGES)
    view.resize(1400, 900)
    view.set_theme(load_theme("light", 1.0, Taste(column_px=column_px)))
    idle(view)
    bubble, text = view.conversation.messages
    assert view.conversation.column == text.body_width == column_px
    assert bubble.body_width + 32 == round(column_px * 560 / 736)
    assert view.places.x == (view.width() - column_px) // 2 - view.viewport().x(), "in the middle"


def test_a_narrow_window_has_less(qtbot) -> None:
    view = shown_view(qtbot, MESSAGES)
    view.resize(600, 700)
    view.set_theme(load_theme("light", 1.0, Taste(column_px=736)))
    idle(view)
    assert view.conversation.column == 600 - 2 * 24


def test_a_compact_look_shows_more_of_the_same_text(qtbot) -> None:
    view = shown_view(qtbot, MESSAGES * 3)
    usual, n_px = view.conversation.height, view.places.formats.text_font.pixelSize()
    pitch = view.places.formats.text_pitch
    assert between(view) == 24
    view.set_theme(load_theme("light", 1.0, Taste(is_compact=True)))
    idle(view)
    assert view.conversation.height < usual
    assert between(view) == 16
    assert view.places.formats.text_pitch < pitch
    assert view.places.formats.text_font.pixelSize() == n_px


def test_the_code_font_is_the_one_that_was_chosen(qtbot) -> None:
    view = shown_view(qtbot, [answer(0, "```\ncode\n```")])
    view.set_theme(load_theme("light", 1.0, Taste(mono_family="DejaVu Serif", font_family="DejaVu Sans Mono")))
    formats = view.places.formats
    assert formats.mono_font.family() == "DejaVu Serif"
    assert formats.text_font.family() == "DejaVu Sans Mono"


def n_lines_of_blocks(view: TranscriptView) -> dict[str, int]:
    """Give for the text of each cell how many lines it takes."""
    block, n_lines = document(view, 0).begin(), {}
    while block.isValid():
        n_lines[block.text()] = block.layout().lineCount()
        block = block.next()
    return n_lines


@pytest.mark.parametrize("percent", range(70, 205, 5))
def test_no_word_of_a_table_is_broken_where_there_is_room(qtbot, percent: int) -> None:
    view = shown_view(qtbot, [answer(0, "| Step | Time | Memory |\n|---|---|---|\n| Sort | n log n | n |\n| Walk | n | n |")])
    view.set_theme(load_theme("light", percent / 100))
    idle(view)
    n_lines = n_lines_of_blocks(view)
    assert {"Step", "Time", "Memory"} < n_lines.keys() and [word for word, n in n_lines.items() if n > 1] == []


@pytest.mark.parametrize(
    ("cell", "beside"), [("i i i i i i i i i<br>internationally", "and so on " * 30), ("iiiiiiiiiiii<br>WWWWWWWWWW", "x")]
)
def test_no_word_of_a_table_is_broken_in_a_shorter_line_of_a_cell(qtbot, cell: str, beside: str) -> None:
    view = shown_view(qtbot, [answer(0, f"| Kind | What |\n|---|---|\n| {cell} | {beside} |")])
    assert n_lines_of_blocks(view)[cell.replace("<br>", "\u2028")] == 2
