"""The row below a message: which buttons, where, when they can be seen, and that they are pressed where they are drawn."""

from __future__ import annotations

import itertools
from dataclasses import replace

import pytest
from PySide6.QtCore import QEvent, QPoint, Qt
from PySide6.QtGui import QHelpEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QToolTip

from desktop_app.chat.message import MessageState
from desktop_app.ui.transcript.shown import Button, Part
from tests.bench import corpus
from tests.ui.transcript.test_selection import point_of
from tests.ui.transcript.views import answer, idle, picture, shown_view, user

CUT = replace(corpus.STATS, stop="limit")


def buttons(view, number: int) -> list[str]:
    return [part.button.value for part in view.places.parts_of(number) if part.box < 0]


def center(view, part: Part) -> QPoint:
    return view.places.part_rect(part).center()


@pytest.fixture
def view(qtbot):
    return shown_view(qtbot, [user(0, "One"), answer(1, "First"), user(2, "Two"), answer(3, "Second")])


def test_an_answer_and_a_question_have_their_buttons(view):
    assert buttons(view, 3) == ["copy", "regenerate", "regenerate_with", "edit", "branch", "delete", "more"]
    assert buttons(view, 2) == ["copy", "edit", "branch", "delete"]


def test_a_cut_answer_can_be_continued_while_it_is_the_last(qtbot):
    cut = replace(answer(1, "First"), stats=CUT)
    view = shown_view(qtbot, [user(0, "One"), cut])
    assert "continue" in buttons(view, 1)
    view.set_mode(is_answering=True, is_read_only=False)
    assert "continue" not in buttons(view, 1)
    view.set_mode(is_answering=False, is_read_only=False)
    view.add_message(user(2, "Two"))
    assert "continue" not in buttons(view, 1)


def test_a_question_without_an_answer_can_be_answered(qtbot):
    view = shown_view(qtbot, [user(0, "One")])
    assert "regenerate" in buttons(view, 0)


def test_a_failed_answer_can_be_regenerated_and_has_nothing_to_copy(qtbot):
    failed = replace(answer(1, "", MessageState.FAILED), error=("NoModel", "{}"))
    view = shown_view(qtbot, [user(0, "One"), failed])
    assert buttons(view, 1)[0] == "regenerate"
    assert "copy" not in buttons(view, 1)


def test_in_the_trash_there_is_only_copy(view):
    view.set_mode(is_answering=False, is_read_only=True)
    assert [buttons(view, number) for number in range(4)] == [["copy"]] * 4


def test_an_answer_in_progress_has_no_row(qtbot):
    view = shown_view(qtbot, [user(0, "One"), answer(1, "Fi", MessageState.GENERATING)])
    assert buttons(view, 1) == []


def test_every_button_is_pressed_where_it_is_drawn(view, qtbot):
    for part in view.places.parts_of(3):
        if part.button is Button.COPY:
            continue
        with qtbot.waitSignal(view.button_pressed) as signal:
            QTest.mouseClick(view.viewport(), Qt.MouseButton.LeftButton, pos=center(view, part))
        assert signal.args[:2] == [part.button.value, "m3"]


def test_buttons_do_not_lie_over_each_other_and_stay_in_the_column(qtbot):
    for width in (900, 560, 420, 360):
        view = shown_view(qtbot, [user(0, "One"), replace(answer(1, "First"), stats=CUT)])
        view.resize(width, 700)
        view.set_versions({"m0": ("m0", "x"), "m1": ("y", "m1", "x")})
        idle(view)
        for number in (0, 1):
            rects = [view.places.part_rect(part) for part in view.places.parts_of(number)]
            assert all(one.right() < other.left() + 1 for one, other in itertools.pairwise(rects))
            column = range(view.places.x - 9, view.places.x + view.conversation.column + 10)
            assert rects[0].left() in column and rects[-1].right() in column


def test_what_has_no_room_is_in_the_menu(qtbot):
    view = shown_view(qtbot, [user(0, "One"), answer(1, "First")])
    view.resize(260, 700)
    idle(view)
    assert buttons(view, 1)[0] == "copy" and buttons(view, 1)[-1] == "more"
    assert "delete" not in buttons(view, 1)


def test_the_row_of_a_question_is_seen_on_hover_and_reaches_beside_the_next_name(view):
    row = view.places.part_rect(Part(2, -1, Button.EDIT))
    assert row.bottom() > view.conversation.tops[3] - view.places.value
    before = picture(view).copy(row)
    QTest.mouseMove(view.viewport(), point_of(view, 2, 0, 1))
    over_bubble = picture(view).copy(row)
    assert over_bubble != before
    # From the bubble down to the row, and along its lower edge, it stays.
    for y in (view.places.part_rect(Part(2)).top() - 1, row.center().y(), row.bottom()):
        QTest.mouseMove(view.viewport(), QPoint(row.center().x(), y))
        assert view.shown.hovered_message == 2
    QApplication.sendEvent(view.viewport(), QEvent(QEvent.Type.Leave))
    assert picture(view).copy(row) == before


def test_versions_are_seen_without_hover(view):
    view.set_versions({"m1": ("m1", "x")})
    rect = view.places.part_rect(Part(1, -1, Button.PREVIOUS)).united(view.places.part_rect(Part(1, -1, Button.NEXT)))
    before = picture(view).copy(rect)
    view.set_versions({})
    assert before != picture(view).copy(rect)


def test_why_an_answer_ended_is_told_on_hover(view):
    point = QPoint(view.places.x + view.conversation.column - 20, center(view, Part(3)).y())
    QTest.mouseMove(view.viewport(), point)
    QApplication.sendEvent(view.viewport(), QHelpEvent(QEvent.Type.ToolTip, point, view.viewport().mapToGlobal(point)))
    assert QToolTip.text() == "<qt>The model came to the end of its answer.<br>100 tokens read, 0 of them known from before.</qt>"
    point = center(view, Part(3, -1, Button.BRANCH))
    QApplication.sendEvent(view.viewport(), QHelpEvent(QEvent.Type.ToolTip, point, view.viewport().mapToGlobal(point)))
    assert QToolTip.text() == "<qt>Branch into a new conversation</qt>"
    QToolTip.hideText()


def test_numbers_give_way_where_there_is_no_room(qtbot):
    view = shown_view(qtbot, [user(0, "One"), answer(1, "First")])
    footer, layout = view.places.painter.footer, view.conversation.messages[1]
    whole = view.words.numbers(corpus.STATS)
    assert footer.fitting(layout, 1_000) == whole
    found = [footer.fitting(layout, width) for width in range(1_000, 0, -20)]
    assert list(dict.fromkeys(found)) == [whole, whole.rpartition(" · ")[0], "214 tokens", ""]
