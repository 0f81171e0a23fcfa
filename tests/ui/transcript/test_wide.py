"""What is wider than the column: all of it can be seen, with the mouse and with keys."""

from __future__ import annotations

import pytest
from PySide6.QtCore import QPoint, QPointF, Qt
from PySide6.QtGui import QWheelEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication

from desktop_app.ui.transcript.revealing import reveal
from desktop_app.ui.transcript.sideways import move, offset_of, room_of
from tests.ui.transcript.test_selection import point_of
from tests.ui.transcript.views import answer, document, idle, picture, shown_view


def table(n_columns, cell="v{}", head="c{}"):
    rows = ["".join(f"| {one.format(number)} " for number in range(n_columns)) + "|" for one in (head, cell)]
    return f"{rows[0]}\n{'|---' * n_columns}|\n{rows[1]}\n"


def wheel(view, point, delta):
    event = QWheelEvent(
        QPointF(point), QPointF(view.mapToGlobal(point)), QPoint(), QPoint(delta, 0), Qt.MouseButton.NoButton,
        Qt.KeyboardModifier.NoModifier, Qt.ScrollPhase.NoScrollPhase, False,
    )  # fmt: skip
    QApplication.sendEvent(view.viewport(), event)


@pytest.mark.parametrize(("cell", "head"), [("v{}", "c{}"), ("1", "a"), ("مرحبا {}", "اسم {}")])
def test_a_wide_table_is_moved_to_the_side_to_its_last_column(qtbot, cell, head):
    view = shown_view(qtbot, [answer(1, table(24, cell, head))])
    layout = view.conversation.messages[0]
    doc = document(view, 0)
    frame = doc.rootFrame().childFrames()[0]
    blocks = [frame.cellAt(1, column).firstCursorPosition().block() for column in range(24)]
    places = [doc.documentLayout().blockBoundingRect(block) for block in blocks]
    assert all(place.left() >= 0 and place.right() <= doc.textWidth() for place in places)
    room = room_of(layout, 0)
    assert room == doc.idealWidth() - 736 > 0
    at_right = offset_of(layout, 0) == room
    assert at_right == layout.boxes[0].is_rtl
    point = QPoint(450, view.conversation.tops[0] - view.places.value + layout.ys[0] + 10)
    before = view.places.position_at(QPoint(800, point.y()))
    wheel(view, point, 4000 if at_right else -4000)
    assert offset_of(layout, 0) == (0.0 if at_right else room)
    assert view.places.position_at(QPoint(800, point.y())) != before
    view.finding.find(cell.format(23))
    assert picture(view) != picture(shown_view(qtbot, [answer(1, table(24, cell, head))]))


def test_what_is_hidden_of_a_wide_table_cannot_be_clicked(qtbot):
    view = shown_view(qtbot, [answer(1, table(24, "[value{}](https://example.org)"))])
    layout = view.conversation.messages[0]
    y = point_of(view, 0, 0, document(view, 0).toPlainText().index("value0")).y()

    def linked():
        return [x for x in range(900) if view.places.link_at(QPoint(x, y))]

    left = view.places.x + layout.body_x
    for offset in (0.0, 100.0):
        move(layout, 0, offset)
        assert left <= min(linked()) < max(linked()) < left + layout.boxes[0].width


@pytest.mark.parametrize("n_columns", [3, 6, 8])
def test_a_table_that_fits_with_broken_words_stays_in_the_column(qtbot, n_columns):
    view = shown_view(qtbot, [answer(1, table(n_columns, "internationalisation{}"))])
    assert document(view, 0).idealWidth() <= 736
    assert room_of(view.conversation.messages[0], 0) == 0


def test_a_cell_that_is_cut_says_so(qtbot):
    view = shown_view(qtbot, [answer(1, f"| a | b |\n|---|---|\n| {'x' * 1_990} yyyyy {'z' * 600} | c |\n")])
    assert "x yyyyy zzz…" in document(view, 0).toPlainText()


def code(n_lines=3, width=400):
    return answer(1, "```\n" + "\n".join(f"{number} {'x' * width} end{number}" for number in range(n_lines)) + "\n```\n\nAfter")


def bar_of(view, message=0, box=0):
    layout = view.conversation.messages[message]
    top = view.conversation.tops[message] - view.places.value
    return view.places.painter.side_bar.track(layout, box, view.places.x, top)


@pytest.mark.parametrize("message", [code(), code(100), answer(1, table(24))], ids=["code", "long", "table"])
def test_a_bar_moves_what_is_wider_than_the_column(qtbot, message):
    view = shown_view(qtbot, [message])
    layout = view.conversation.messages[0]
    last = layout.last_chunk(0)
    if last:
        reveal(view, 0, last, 0)
    track = bar_of(view, 0, last)
    assert track is not None
    assert all(bar_of(view, 0, index) is None for index in range(last))
    before = picture(view)
    start = track.center() - QPoint(track.width() // 2 - 10, 0)
    QTest.mousePress(view.viewport(), Qt.MouseButton.LeftButton, pos=start)
    QTest.mouseMove(view.viewport(), QPoint(track.right() + 200, start.y() + 90))
    assert offset_of(layout, 0) == room_of(layout, 0) > 0
    QTest.mouseMove(view.viewport(), QPoint(track.left() - 50, start.y()))
    assert offset_of(layout, 0) == 0
    QTest.mouseRelease(view.viewport(), Qt.MouseButton.LeftButton, pos=start)
    assert view.selection.is_empty
    QTest.mouseClick(view.viewport(), Qt.MouseButton.LeftButton, pos=QPoint(track.right() - 5, start.y()))
    assert offset_of(layout, 0) == room_of(layout, 0)
    assert picture(view) != before


@pytest.mark.parametrize("message", [code(1, 70), answer(1, table(9, "value{}"))], ids=["code", "table"])
def test_what_fits_after_all_in_a_wider_window_is_seen_whole(qtbot, message):
    view = shown_view(qtbot, [message])
    view.resize(500, 700)
    idle(view)
    layout = view.conversation.messages[0]
    move(layout, 0, 1_000.0)
    assert offset_of(layout, 0) > 0
    view.resize(900, 700)
    idle(view)
    assert room_of(layout, 0) < 1
    assert offset_of(layout, 0) == room_of(layout, 0)


def test_what_fits_has_no_bar(qtbot):
    view = shown_view(qtbot, [answer(1, "```\nshort\n```\n\n| a | b |\n|---|---|\n| c | d |")])
    assert [bar_of(view, 0, index) for index in (0, 1)] == [None, None]
    assert view.conversation.messages[0].boxes[1].below == 0


def test_a_selection_drawn_to_the_edge_of_code_moves_it(qtbot):
    view = shown_view(qtbot, [code(1)])
    layout = view.conversation.messages[0]
    start = point_of(view, 0, 0, 3)
    QTest.mousePress(view.viewport(), Qt.MouseButton.LeftButton, pos=start)
    QTest.mouseMove(view.viewport(), QPoint(view.viewport().width() - 2, start.y()))
    qtbot.waitUntil(lambda: offset_of(layout, 0) == room_of(layout, 0))
    qtbot.waitUntil(lambda: view.selection.cursor == (0, 0, document(view, 0).characterCount() - 1))
    QTest.mouseMove(view.viewport(), QPoint(2, start.y()))
    qtbot.waitUntil(lambda: offset_of(layout, 0) == 0)
    QTest.mouseRelease(view.viewport(), Qt.MouseButton.LeftButton, pos=start)


def test_keys_select_from_the_first_character_in_sight_and_what_they_select_is_seen(qtbot):
    text = "\n\n".join(f"Paragraph {number} " + "and so on " * 30 for number in range(60))
    view = shown_view(qtbot, [answer(0, "Before"), answer(1, text)])
    bar = view.verticalScrollBar()
    bar.setValue(1_500)
    shift = Qt.KeyboardModifier.ShiftModifier
    for _ in range(60):
        QTest.keyClick(view, Qt.Key.Key_Down, shift)
    first, last = view.selection.bounds()
    assert 0 <= point_of(view, *first).y() + bar.value() - 1_500 < 40
    assert bar.value() > 1_600
    assert 0 < point_of(view, *last).y() < view.viewport().height()
    for _ in range(80):
        QTest.keyClick(view, Qt.Key.Key_Up, shift)
    assert bar.value() < 1_500
    cursor = view.selection.cursor
    assert cursor is not None and 0 < point_of(view, *cursor).y() < view.viewport().height()


def test_keys_move_code_to_the_side(qtbot):
    view = shown_view(qtbot, [code(1)])
    view.selection.set((0, 0, 0), (0, 0, 60))
    for _ in range(60):
        QTest.keyClick(view, Qt.Key.Key_Right, Qt.KeyboardModifier.ShiftModifier)
    assert view.conversation.messages[0].code_offsets[0] > 0


def test_keys_begin_at_the_top_of_a_short_message(qtbot):
    view = shown_view(qtbot, [answer(0, "One two")])
    QTest.keyClick(view, Qt.Key.Key_Right, Qt.KeyboardModifier.ShiftModifier)
    assert view.selection.bounds() == ((0, 0, 0), (0, 0, 1))
