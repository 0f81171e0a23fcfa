"""The mouse on the transcript: selecting, buttons, links, what lights up under it."""

from __future__ import annotations

import html
from typing import TYPE_CHECKING

from PySide6.QtCore import QElapsedTimer, QEvent, QObject, QPoint, Qt, QTimer, Slot
from PySide6.QtGui import QGuiApplication, QHelpEvent, QMouseEvent, QTextCursor, QWheelEvent
from PySide6.QtWidgets import QToolTip

from desktop_app.ui.transcript import notes
from desktop_app.ui.transcript.selection import END, Position
from desktop_app.ui.transcript.shown import Button, Part
from desktop_app.ui.transcript.sideways import Sideways, move, offset_of

if TYPE_CHECKING:
    from desktop_app.ui.transcript.transcript_view import TranscriptView

_AUTO_SCROLL_MS = 30
_N_TOOLTIP_CHARS = 300
_LINE_END = "\n"


class Pointer(QObject):
    """Follows the mouse over the viewport of one view."""

    def __init__(self, view: TranscriptView) -> None:
        super().__init__(view)
        self._view = view
        self._pressed_part: Part | None = None
        self._pressed_link = ""
        self._press_point = QPoint()
        self._is_selecting = False
        self._last_point = QPoint(-1, -1)
        self._since_double = QElapsedTimer()
        self._sideways = Sideways(view)
        self._scroll_timer = QTimer(self, interval=_AUTO_SCROLL_MS)
        self._scroll_timer.timeout.connect(self._on_scroll_timeout)
        view.viewport().installEventFilter(self)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Take the events of the viewport that are about the mouse."""
        if isinstance(event, QMouseEvent):
            return self._take_mouse(event)
        if isinstance(event, QWheelEvent):
            return self._take_wheel(event)
        if event.type() is QEvent.Type.ToolTip and isinstance(event, QHelpEvent):
            self._show_target(event)
            return True
        if event.type() is QEvent.Type.Leave:
            self._light_up(-1, None)
        return super().eventFilter(watched, event)

    def _take_mouse(self, event: QMouseEvent) -> bool:
        point = event.position().toPoint()
        kind = event.type()
        if kind is QEvent.Type.MouseMove:
            self._move(point)
        elif event.button() is not Qt.MouseButton.LeftButton:
            return False
        elif kind is QEvent.Type.MouseButtonPress:
            self._press(point, bool(event.modifiers() & Qt.KeyboardModifier.ShiftModifier))
        elif kind is QEvent.Type.MouseButtonDblClick:
            self._select_word(point)
        elif kind is QEvent.Type.MouseButtonRelease:
            self._release(point)
        return True

    def stop(self) -> None:
        """Let go of whatever is being drawn."""
        self._is_selecting = False
        self._sideways.release()
        self._scroll_timer.stop()

    def moved_under(self) -> None:
        """The text moved under a mouse that stands still."""
        if self._last_point.y() >= 0 and not self._is_selecting:
            self._hover(self._last_point)

    # -- press, move, release ---------------------------------------------------------------------------------------------

    def _press(self, point: QPoint, is_extending: bool) -> None:
        view = self._view
        view.setFocus(Qt.FocusReason.MouseFocusReason)
        view.message_focus.clear()
        self._press_point = point
        self._pressed_part = view.places.part_at(point)
        if self._pressed_part is not None or self._sideways.press(point):
            return
        self._pressed_link = view.places.link_at(point)
        position = view.places.position_at(point)
        if position is None:
            return
        interval_ms = QGuiApplication.styleHints().mouseDoubleClickInterval()
        if self._since_double.isValid() and self._since_double.elapsed() < interval_ms:
            self._since_double.invalidate()
            self._select_block(position)
            return
        anchor = view.selection.anchor
        view.selection.set(anchor if is_extending and anchor is not None else position, position)
        self._is_selecting = True
        view.viewport().update()

    def _move(self, point: QPoint) -> None:
        self._last_point = point
        if self._sideways.is_held:
            self._sideways.draw(point)
            return
        if not self._is_selecting:
            self._hover(point)
            return
        self._draw_to(point)
        is_outside = not self._view.viewport().rect().contains(QPoint(1, point.y()))
        is_outside = is_outside or self._sideways.pull(point, is_moving=False) != 0
        if is_outside and not self._scroll_timer.isActive():
            self._scroll_timer.start()
        elif not is_outside:
            self._scroll_timer.stop()

    def _draw_to(self, point: QPoint) -> None:
        position = self._view.places.position_at(point)
        selection = self._view.selection
        if position is not None and selection.anchor is not None and position != selection.cursor:
            selection.set(selection.anchor, position)
            self._view.viewport().update()

    @Slot()
    def _on_scroll_timeout(self) -> None:
        """Scroll on while the mouse is held above or below, or beside code, the faster the further away."""
        height = self._view.viewport().height()
        y = self._last_point.y()
        distance = y if y < 0 else max(0, y - height)
        bar = self._view.verticalScrollBar()
        bar.setValue(bar.value() + max(-120, min(120, distance)))
        beyond = self._sideways.pull(self._last_point, is_moving=True)
        self._draw_to(QPoint(self._last_point.x() - beyond, max(0, min(height - 1, y))))

    def _release(self, point: QPoint) -> None:
        was_bar = self._sideways.is_held
        self.stop()
        if was_bar:
            return
        part, self._pressed_part = self._pressed_part, None
        link, self._pressed_link = self._pressed_link, ""
        if part is not None:
            if self._view.places.part_at(point) == part:
                self._view.press(part)
            return
        if self._view.selection.is_empty and (label := self._view.places.note_at(point)):
            notes.go_to(self._view, self._view.places.message_at(point), label)
            return
        # Whoever selects the text of a link does not want to go there.
        if link and self._view.selection.is_empty and self._view.places.link_at(point) == link:
            self._view.link_clicked.emit(link)

    def _select_word(self, point: QPoint) -> None:
        if self._sideways.press(point):
            return
        self._since_double.start()
        if self._view.places.part_at(point) is not None:
            self._pressed_part = self._view.places.part_at(point)
            return
        position = self._view.places.position_at(point)
        if position is None:
            return
        number, index, at = position
        boxes = self._view.conversation.messages[number].boxes
        doc = boxes[index].doc if index < len(boxes) else None
        if doc is None:
            return
        cursor = QTextCursor(doc)
        cursor.setPosition(min(at, doc.characterCount() - 1))
        cursor.select(QTextCursor.SelectionType.WordUnderCursor)
        self._view.selection.set((number, index, cursor.selectionStart()), (number, index, cursor.selectionEnd()))
        self._view.viewport().update()

    def _select_block(self, position: Position) -> None:
        """Select the whole block, all its chunks."""
        number, index, _ = position
        layout = self._view.conversation.messages[number]
        if index < len(layout.boxes):
            first, last = layout.first_chunk(index), layout.last_chunk(index)
            self._view.selection.set((number, first, 0), (number, last, END))
            self._view.viewport().update()

    # -- hovering ---------------------------------------------------------------------------------------------------------

    def _hover(self, point: QPoint) -> None:
        places = self._view.places
        part = places.part_at(point)
        bar = self._sideways.bar_at(point) if part is None else None
        self._light_up(places.message_at(point), part, bar)
        if part is not None or places.link_at(point) or places.note_at(point):
            shape = Qt.CursorShape.PointingHandCursor
        elif bar is None and places.is_text_at(point):
            shape = Qt.CursorShape.IBeamCursor
        else:
            shape = Qt.CursorShape.ArrowCursor
        if self._view.viewport().cursor().shape() is not shape:
            self._view.viewport().setCursor(shape)

    def _light_up(self, message: int, part: Part | None, bar: tuple[int, int] | None = None) -> None:
        shown = self._view.shown
        if (shown.hovered_message, shown.hovered, shown.lit_bar) != (message, part, bar):
            shown.hovered_message, shown.hovered, shown.lit_bar = message, part, bar
            self._view.viewport().update()

    def _show_target(self, event: QHelpEvent) -> None:
        """Show where a link goes or what a button is for, as plain text: Qt would take what looks like HTML for HTML."""
        text = self._tooltip(event.pos())
        if text:
            text = text if len(text) <= _N_TOOLTIP_CHARS else text[:_N_TOOLTIP_CHARS] + "…"
            where, view = event.globalPos(), self._view.viewport()
            QToolTip.showText(where, f"<qt>{html.escape(text).replace(_LINE_END, '<br>')}</qt>", view)
        else:
            QToolTip.hideText()

    def _tooltip(self, point: QPoint) -> str:
        view = self._view
        if href := view.places.link_at(point):
            return href
        if label := view.places.note_at(point):
            return notes.text_of(view.conversation.messages[view.places.message_at(point)], label)
        part = view.places.part_at(point)
        if part is not None:
            has_words = part.box >= 0 and part.button is Button.COPY
            return "" if has_words else view.words.tooltip(part, part.message == view.shown.last_message)
        number = view.places.numbers_at(point)
        stats = view.conversation.messages[number].message.stats if number >= 0 else None
        return view.words.ending(stats) if stats is not None else ""

    def _take_wheel(self, event: QWheelEvent) -> bool:
        """Move code and tables to the side; everything else is for the scroll bar."""
        delta = event.pixelDelta() if not event.pixelDelta().isNull() else event.angleDelta() / 2
        is_sideways = abs(delta.x()) > abs(delta.y())
        if event.modifiers() & Qt.KeyboardModifier.ShiftModifier and not is_sideways:
            delta, is_sideways = QPoint(delta.y(), 0), True
        found = self._view.places.code_at(event.position().toPoint()) if is_sideways else None
        if found is None:
            return is_sideways
        move(*found, offset_of(*found) - delta.x())
        self._view.viewport().update()
        return True
