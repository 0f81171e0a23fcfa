"""What is wider than the column: all of it can be seen, with the mouse and with keys."""

from __future__ import annotations

import pytest
from PySide6.QtCore import QPoint, QPointF, Qt
from PySide6.QtGui import QWheelEvent
from PySide6.QtWidgets import QApplication

from desktop_app.ui.transcript.sideways import offset_of, room_of
from tests.ui.transcript.views import answer, document, picture, shown_view


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


@pytest.mark.parametrize("n_columns", [3, 6, 8])
def test_a_table_that_fits_with_broken_words_stays_in_the_column(qtbot, n_columns):
    view = shown_view(qtbot, [answer(1, table(n_columns, "internationalisation{}"))])
    assert document(view, 0).idealWidth() <= 736
    assert room_of(view.conversation.messages[0], 0) == 0


def test_a_cell_that_is_cut_says_so(qtbot):
    view = shown_view(qtbot, [answer(1, f"| a | b |\n|---|---|\n| {'x' * 1_990} yyyyy {'z' * 600} | c |\n")])
    assert "x yyyyy zzz…" in document(view, 0).toPlainText()
