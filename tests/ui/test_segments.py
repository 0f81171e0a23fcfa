"""A row of choices: one is in force, Tab reaches it, the arrow keys go to its neighbours."""

from __future__ import annotations

import pytest
from PySide6.QtCore import Qt
from pytestqt.qtbot import QtBot

from desktop_app.ui.widgets.segments import Segments


@pytest.fixture
def segments(qtbot: QtBot) -> Segments:
    segments = Segments(("a", "b", "c"))
    qtbot.addWidget(segments)
    segments.set_current("a")
    segments.show()
    return segments


def test_the_one_that_is_pressed_is_in_force_and_told(segments: Segments, qtbot: QtBot) -> None:
    with qtbot.waitSignal(segments.chosen) as chosen:
        segments.button("b").click()

    assert chosen.args == ["b"]
    assert segments.current == "b"
    assert [segments.button(key).isChecked() for key in "abc"] == [False, True, False]
    assert [segments.button(key).focusPolicy() is Qt.FocusPolicy.TabFocus for key in "abc"] == [False, True, False]


def test_arrow_keys_go_to_the_neighbours_and_not_beyond(segments: Segments, qtbot: QtBot) -> None:
    for key, current in ((Qt.Key.Key_Left, "a"), (Qt.Key.Key_Right, "b"), (Qt.Key.Key_Right, "c"), (Qt.Key.Key_Right, "c")):
        qtbot.keyClick(segments.button(segments.current), key)
        assert segments.current == current


def test_written_from_the_right_they_go_the_other_way(segments: Segments, qtbot: QtBot) -> None:
    segments.setLayoutDirection(Qt.LayoutDirection.RightToLeft)
    qtbot.keyClick(segments.button("a"), Qt.Key.Key_Left)

    assert segments.current == "b"


def test_one_that_has_no_button_leaves_none_marked_and_the_first_in_reach(segments: Segments) -> None:
    segments.set_current("elsewhere")

    assert segments.current == ""
    assert segments.button("a").focusPolicy() is Qt.FocusPolicy.TabFocus
