"""Footnotes, boxes of tasks, and lists that are written from right to left."""

from __future__ import annotations

import pytest
from PySide6.QtCore import QPoint, QRect, Qt
from PySide6.QtGui import QGuiApplication, QTextCharFormat, QTextCursor
from PySide6.QtTest import QTest

from desktop_app.chat.message import MessageState
from desktop_app.ui.transcript.selection import END
from tests.ui.transcript.test_selection import point_of
from tests.ui.transcript.views import answer, document, idle, picture, shown_view

NOTES = "Some text[^1] and more[^word].\n\n" + "Filler.\n\n" * 40 + "[^1]: The *first* note.\n[^word]: The second."


def colours(view, rect) -> set[str]:
    image = picture(view).copy(rect)
    return {image.pixelColor(x, y).name() for x in range(image.width()) for y in range(image.height())}


def beside(view, box: int) -> tuple[set[str], set[str]]:
    """Give the colours at the left and at the right of the text of a box."""
    layout = view.conversation.messages[0]
    top = view.conversation.tops[0] + layout.ys[box] - view.places.value
    one = layout.boxes[box]
    left, right = view.places.x, view.places.x + view.conversation.column
    rect = document(view, 0, box).documentLayout().blockBoundingRect(document(view, 0, box).firstBlock())
    height = max(24, round(rect.height()))
    return colours(view, QRect(left - 4, top, one.x + 2, height)), colours(view, QRect(right - 24, top, 28, height))


def test_a_reference_is_small_and_high_and_leads_to_the_note(qtbot):
    view = shown_view(qtbot, [answer(0, NOTES)])
    view.verticalScrollBar().setValue(0)
    idle(view)
    doc = document(view, 0)
    assert doc.toPlainText() == "Some text[1] and more[word]."
    cursor = QTextCursor(doc)
    cursor.setPosition(len("Some text[1"))
    assert cursor.charFormat().verticalAlignment() is QTextCharFormat.VerticalAlignment.AlignSuperScript
    point = point_of(view, 0, 0, len("Some text[")) + QPoint(2, -4)
    assert view.places.note_at(point) == "1"
    assert view.places.link_at(point) == ""
    assert view.pointer._tooltip(point) == "The *first* note."
    with qtbot.assertNotEmitted(view.link_clicked):
        QTest.mouseClick(view.viewport(), Qt.MouseButton.LeftButton, pos=point)
    idle(view)
    layout = view.conversation.messages[0]
    note = next(index for index, box in enumerate(layout.boxes) if box.leaf.lines == ["The *first* note."])
    top = view.conversation.tops[0] + layout.ys[note] - view.places.value
    assert 0 < top < view.viewport().height()


def test_notes_are_smaller_and_quieter_than_the_text(qtbot):
    view = shown_view(qtbot, [answer(0, "Text[^1]\n\n[^1]: Note")])
    cursors = [QTextCursor(document(view, 0, box)) for box in (0, 1)]
    for cursor in cursors:
        cursor.setPosition(1)
    text, note = (cursor.charFormat() for cursor in cursors)
    theme = view._formats.theme
    assert (text.font().pixelSize(), note.font().pixelSize()) == (theme.text_px, theme.secondary_px)
    assert note.foreground().color().name() == theme.muted.lower()


def test_a_late_note_makes_its_references(qtbot):
    view = shown_view(qtbot, [answer(0, "", MessageState.GENERATING)])
    view.append_text("m0", "Text[^1].\n\n")
    assert document(view, 0).toPlainText() == "Text[^1]."
    view.append_text("m0", "[^1]: Note\n")
    idle(view)
    assert document(view, 0).toPlainText() == "Text[1]."


def test_part_of_a_note_is_copied_with_its_label(qtbot):
    view = shown_view(qtbot, [answer(0, "Text[^1]\n\n[^1]: A note")])
    view.selection.set((0, 0, 2), (0, 1, 3))
    view.copy()
    assert QGuiApplication.clipboard().text() == "xt[1]\n\n[^1]: A n"


TASKS = "- [ ] open\n- [x] done\n- plain\n1. [x] numbered\n\n- [x]\n- [y] no task\n- word [x]"


@pytest.fixture
def tasks(qtbot):
    return shown_view(qtbot, [answer(0, TASKS)])


def test_the_box_of_a_task_is_painted_and_not_written(tasks):
    boxes = tasks.conversation.messages[0].boxes
    assert [box.task for box in boxes] == [False, True, None, None, True, None, None]
    texts = [document(tasks, 0, index).toPlainText() for index in range(7)]
    assert texts == ["open", "done", "plain", "☑ numbered", "", "[y] no task", "word [x]"]
    accent = tasks._formats.theme.accent.lower()
    assert [accent in beside(tasks, index)[0] for index in range(5)] == [False, True, False, False, True]


def test_part_of_a_task_is_copied_with_its_box(tasks):
    tasks.selection.set((0, 0, 0), (0, 1, 2))
    tasks.copy()
    assert QGuiApplication.clipboard().text() == "- [ ] open\n☑ do"


def test_a_task_that_is_being_written_does_not_flash(qtbot):
    view = shown_view(qtbot, [answer(0, "", MessageState.GENERATING)])
    seen = set()
    for char in "- [x] done":
        view.append_text("m0", char)
        if view.conversation.messages[0].boxes:
            seen.add(document(view, 0).toPlainText())
    assert not any("[" in text for text in seen)


RTL = "- مرحبا بالعالم\n- Left\n- **عالم** text\n\n> اقتباس\n\n1. עולם\n\n- [x] مهمة\n\n- 123 مرحبا"


def test_markers_of_text_from_right_to_left_stand_at_its_right(qtbot):
    view = shown_view(qtbot, [answer(0, RTL)])
    boxes = view.conversation.messages[0].boxes
    assert [box.is_rtl for box in boxes] == [True, False, True, True, True, True, True]
    background = {view._formats.theme.background.lower()}
    for index, box in enumerate(boxes):
        left, right = beside(view, index)
        assert (left == background) == box.is_rtl, index
        assert (right != background) == box.is_rtl, index
        assert box.x == (0 if box.is_rtl else 24)


def test_text_from_right_to_left_is_selected_where_it_stands(qtbot):
    view = shown_view(qtbot, [answer(0, RTL)])
    point = point_of(view, 0, 0, 2)
    assert view.places.position_at(point) in ((0, 0, 2), (0, 0, 1), (0, 0, 3))
    view.selection.set((0, 0, 0), (0, 0, END))
    view.copy()
    assert QGuiApplication.clipboard().text() == "- مرحبا بالعالم"
