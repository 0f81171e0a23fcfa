"""Keys of the transcript: scrolling, and a selection that grows with Shift and an arrow."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QPoint, Qt
from PySide6.QtGui import QKeyEvent, QKeySequence, QTextCursor
from PySide6.QtWidgets import QAbstractSlider

from desktop_app.ui.transcript.leaf_document import LeafDocument
from desktop_app.ui.transcript.revealing import keep_in_sight
from desktop_app.ui.transcript.selection import END, Position
from desktop_app.ui.widgets.sides import RIGHT_TO_LEFT

if TYPE_CHECKING:
    from desktop_app.ui.transcript.transcript_view import TranscriptView

_MOVES = {
    Qt.Key.Key_Left: QTextCursor.MoveOperation.Left,
    Qt.Key.Key_Right: QTextCursor.MoveOperation.Right,
    Qt.Key.Key_Up: QTextCursor.MoveOperation.Up,
    Qt.Key.Key_Down: QTextCursor.MoveOperation.Down,
}
_SCROLLS = {
    Qt.Key.Key_PageUp: QAbstractSlider.SliderAction.SliderPageStepSub,
    Qt.Key.Key_PageDown: QAbstractSlider.SliderAction.SliderPageStepAdd,
    Qt.Key.Key_Home: QAbstractSlider.SliderAction.SliderToMinimum,
    Qt.Key.Key_End: QAbstractSlider.SliderAction.SliderToMaximum,
    Qt.Key.Key_Up: QAbstractSlider.SliderAction.SliderSingleStepSub,
    Qt.Key.Key_Down: QAbstractSlider.SliderAction.SliderSingleStepAdd,
}


class Keys:
    """Answers the keys of one view."""

    def __init__(self, view: TranscriptView) -> None:
        self._view = view

    def press(self, event: QKeyEvent) -> bool:
        """Do what a key asks for; False when it asks for nothing here."""
        if event.matches(QKeySequence.StandardKey.Copy):
            self._view.copy()
        elif event.matches(QKeySequence.StandardKey.SelectAll):
            self._view.select_all()
        elif event.key() in _MOVES and event.modifiers() & Qt.KeyboardModifier.ShiftModifier:
            return self._extend(Qt.Key(event.key()))
        elif event.key() in _SCROLLS and not event.modifiers() & ~Qt.KeyboardModifier.KeypadModifier:
            self._view.verticalScrollBar().triggerAction(_SCROLLS[Qt.Key(event.key())])
        else:
            return False
        return True

    def _extend(self, key: Qt.Key) -> bool:
        selection = self._view.selection
        if selection.anchor is None or selection.cursor is None:
            start = self._first_in_sight()
            if start is None:
                return False
            selection.set(start, start)
        assert selection.anchor is not None
        assert selection.cursor is not None
        cursor = self._moved(selection.cursor, key)
        selection.set(selection.anchor, cursor)
        keep_in_sight(self._view, *cursor)
        return True

    def _first_in_sight(self) -> Position | None:
        """Give the first character on screen of the message that keys act on; None: there are no messages."""
        view = self._view
        number = view.message_focus.current()
        if number < 0:
            return None
        layout = view.conversation.messages[number]
        top = view.conversation.tops[number] - view.places.value
        if not layout.boxes or top + layout.ys[0] >= 0:
            return (number, 0, 0)
        position = view.places.position_at(QPoint(view.places.x + layout.body_x, 0))
        if position is None or position[0] != number:
            return (number, 0, 0)
        return (*position[:2], _start_of_line(self._document(*position[:2]), position[2]))

    def _moved(self, position: Position, key: Qt.Key) -> Position:
        number, index, at = self._clamped(position)
        doc = self._document(number, index)
        is_forward = key in (Qt.Key.Key_Right, Qt.Key.Key_Down)
        if doc is not None:
            cursor = QTextCursor(doc)
            cursor.setPosition(min(at, doc.characterCount() - 1))
            if cursor.block().textDirection() == RIGHT_TO_LEFT and key in (Qt.Key.Key_Left, Qt.Key.Key_Right):
                is_forward = key == Qt.Key.Key_Left
            if cursor.movePosition(_MOVES[key]):
                return (number, index, cursor.position())
        return self._next_box(number, index, is_forward)

    def _clamped(self, position: Position) -> Position:
        """Give a real place for one that lies beyond the end."""
        messages = self._view.conversation.messages
        number = min(position[0], len(messages) - 1)
        messages[number].scan()
        index = min(position[1], max(0, len(messages[number].boxes) - 1))
        return (number, index, END if index < position[1] else position[2])

    def _next_box(self, number: int, index: int, is_forward: bool) -> Position:
        messages = self._view.conversation.messages
        step = 1 if is_forward else -1
        index += step
        while not 0 <= index < len(messages[number].boxes):
            number += step
            if not 0 <= number < len(messages):
                # Beyond the first or the last character there is nothing.
                return (0, 0, 0) if not is_forward else (len(messages) - 1, END, END)
            messages[number].scan()
            index = 0 if is_forward else len(messages[number].boxes) - 1
        doc = self._document(number, index)
        end = doc.characterCount() - 1 if doc is not None else 0
        return (number, index, 0 if is_forward else end)

    def _document(self, number: int, index: int) -> LeafDocument | None:
        layout = self._view.conversation.messages[number]
        if index >= len(layout.boxes):
            return None
        self._view.conversation.show(layout, index)
        return layout.boxes[index].doc


def _start_of_line(doc: LeafDocument | None, at: int) -> int:
    block = doc.findBlock(at) if doc is not None else None
    if block is None or not block.isValid():
        return at
    line = block.layout().lineForTextPosition(at - block.position())
    return block.position() + line.textStart() if line.isValid() else at
