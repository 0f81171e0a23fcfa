"""The row below a message: which buttons, where, when they can be seen, and that they are pressed where they are drawn."""

from __future__ import annotations

import itertools
from dataclasses import replace

import pytest
from PySide6.QtCore import QEvent, QPoint, Qt
from PySide6.QtGui import QAccessible, QHelpEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QToolTip

from desktop_app.chat.message import MessageState
from desktop_app.chat.note import summary_note
from desktop_app.chat.summary import Summary
from desktop_app.ui.theme import Taste, load_theme
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


@pytest.mark.parametrize("scale", [0.7, 1.0, 1.25, 2.0])
@pytest.mark.parametrize("is_compact", [False, True])
def test_messages_stand_at_even_distances(view, scale: float, is_compact: bool):
    view.set_theme(load_theme("light", scale, Taste(is_compact=is_compact)))
    idle(view)
    tops, layouts = view.conversation.tops, view.conversation.messages
    # From the end of what is read to the beginning of what comes next.
    ends = [top + one.body_top + one.body_height + (10 if one.is_user else 0) for top, one in zip(tops, layouts, strict=True)]
    assert {top - end for end, top in zip(ends, tops[1:], strict=False)} == {view.places.formats.message_gap}


@pytest.mark.parametrize("scale", [0.7, 1.0, 1.25, 2.0])
def test_the_row_of_an_earlier_answer_stands_between_it_and_the_next_question(view, qtbot, scale: float):
    view.set_theme(load_theme("light", scale))
    idle(view)
    text_ends = view.places.message_rect(1).top() + view.conversation.messages[1].height
    parts = view.places.parts_of(1)
    assert buttons(view, 1) == ["copy", "regenerate", "regenerate_with", "edit", "branch", "delete", "more"]
    for part in parts:
        rect = view.places.part_rect(part)
        assert text_ends <= rect.top() and rect.bottom() < view.places.message_rect(2).top()
        assert view.places.part_at(rect.center()) == part and view.places.message_at(rect.center()) == 1
    with qtbot.waitSignal(view.button_pressed) as signal:
        QTest.mouseClick(view.viewport(), Qt.MouseButton.LeftButton, pos=center(view, parts[-1]))
    assert signal.args[:2] == ["more", "m1"]


def test_the_row_of_an_earlier_answer_is_seen_on_hover_and_with_the_keyboard(view):
    row = view.places.part_rect(Part(1))
    before = picture(view).copy(row)
    for y in (row.top() - 4, row.top(), row.bottom()):
        QTest.mouseMove(view.viewport(), QPoint(row.center().x(), y))
        assert view.shown.hovered_message == 1 and picture(view).copy(row) != before
    QTest.mouseMove(view.viewport(), QPoint(row.center().x(), row.bottom() + 1))
    assert view.shown.hovered_message == 2
    QApplication.sendEvent(view.viewport(), QEvent(QEvent.Type.Leave))
    assert picture(view).copy(row) == before
    view.setFocus()
    view.message_focus.go_to_part(Part(1, -1, Button.EDIT))
    assert picture(view).copy(row) != before


def test_the_row_of_an_earlier_answer_is_where_a_screen_reader_is_told(view):
    message = QAccessible.queryAccessibleInterface(view).child(1)
    assert [message.child(n).text(QAccessible.Text.Name) for n in (0, 3)] == ["Copy", "Edit"]
    for n in range(message.childCount()):
        button = message.child(n).rect()
        assert message.rect().contains(button.center())
        assert message.childAt(button.center().x(), button.center().y()) is message.child(n)


def test_below_the_last_answer_there_is_room_for_its_row_from_the_beginning(qtbot):
    view = shown_view(qtbot, [user(0, "One"), answer(1, "First"), user(2, "Two"), answer(3, "Se", MessageState.GENERATING)])
    height = view.conversation.height
    view.update_message(answer(3, "Second"))
    row = view.places.painter.footer.row_rect(view.conversation.messages[3], 0, view.conversation.tops[3])
    assert view.conversation.height == height == row.bottom() + 1 + view.places.formats.bottom
    assert row.top() >= view.conversation.tops[3] + view.conversation.messages[3].height + 8
    # The next question takes that room.
    top = view.conversation.tops[3] + view.conversation.messages[3].height + 24
    view.add_message(user(4, "Three"))
    assert view.conversation.tops[4] == top


def test_a_note_keeps_room_for_its_button_which_is_always_shown(qtbot):
    note = summary_note(Summary("s", "c", "m1", "Up to here.", "Starter", 0), 2)
    view = shown_view(qtbot, [user(0, "One"), answer(1, "First"), note, user(3, "Two"), answer(4, "Second")])
    rect = view.places.part_rect(Part(2, -1, Button.UNDO_SUMMARY))
    layout = view.conversation.messages[2]
    assert rect.bottom() < view.conversation.tops[2] - view.places.value + layout.height
    assert view.places.part_at(rect.center()) == Part(2, -1, Button.UNDO_SUMMARY)


@pytest.mark.parametrize("scale", [1.0, 1.5, 2.0])
def test_icons_and_their_buttons_grow_with_the_text(view, scale: float):
    view.set_theme(load_theme("light", scale))
    idle(view)
    rect = view.places.part_rect(Part(3, -1, Button.COPY))
    assert (rect.width(), rect.height()) == (32 * scale, 32 * scale)
    assert view.places.painter.footer._scaled(16) == 16 * scale
    # The first icon stands below the first letter.
    assert rect.left() == view.places.x - 8 * scale


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
