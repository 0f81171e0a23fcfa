"""The keyboard on messages: which message the keys act on, and which of its buttons Enter presses.

Alt with Up and Down goes from message to message; plain arrows go on scrolling. Tab goes from the message to its
buttons, Left and Right go along them, and the next Tab leaves the transcript: three steps, however many buttons there are.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QPoint, QRect, Qt
from PySide6.QtGui import QAccessible, QAccessibleEvent, QKeyEvent

from desktop_app.ui.transcript import accessible
from desktop_app.ui.transcript.shown import Button, Part

if TYPE_CHECKING:
    from desktop_app.ui.transcript.transcript_view import TranscriptView

_BY_KEY = (Qt.FocusReason.TabFocusReason, Qt.FocusReason.BacktabFocusReason, Qt.FocusReason.ShortcutFocusReason)
_COMES_BACK = (Qt.FocusReason.PopupFocusReason, Qt.FocusReason.ActiveWindowFocusReason)
_MARGIN = 16


class MessageFocus:
    """Follows the keyboard in one view. -1 is no message."""

    def __init__(self, view: TranscriptView) -> None:
        self._view = view
        self.number = -1
        self.part: Part | None = None

    # -- coming and going ---------------------------------------------------------------------------------------------

    def arrive(self, reason: Qt.FocusReason) -> None:
        """The view has got the keyboard."""
        if reason in _BY_KEY:
            self.number, self.part = self.last_visible(), None
            self._announce()
        self._show()

    def leave(self, reason: Qt.FocusReason) -> None:
        """Another has got the keyboard; a menu gives it back."""
        if reason not in _COMES_BACK:
            self.number, self.part = -1, None
        self._show()

    def clear(self) -> None:
        """The mouse is used, or there are other messages."""
        self.number, self.part = -1, None
        self._show()

    def leave_part(self) -> None:
        """The buttons change: go back from them to their message."""
        if self.part is not None:
            self._take_part(None)

    def go_to(self, number: int) -> None:
        """Let the keys act on message `number`, and bring it on screen."""
        self.number, self.part = number, None
        self.reveal(number)
        self._show()
        self._announce()

    def go_to_part(self, part: Part) -> None:
        """Let Enter press `part`, and bring it on screen."""
        self.number = part.message
        self._take_part(part)

    def _show(self) -> None:
        shown, has_focus = self._view.shown, self._view.hasFocus()
        number, part = (self.number, self.part) if has_focus else (-1, None)
        if (shown.focused_message, shown.focused) != (number, part):
            shown.focused_message, shown.focused = number, part
            self._view.viewport().update()

    def last_visible(self) -> int:
        """Give the lowest message on screen; -1 when there is none."""
        view = self._view
        if not view.conversation.messages:
            return -1
        return view.conversation.message_at(view.places.value + view.viewport().height() - 1)

    def current(self) -> int:
        """Give the message that keys act on: the one with the focus, else the lowest on screen."""
        return self.number if self.number >= 0 else self.last_visible()

    # -- keys -------------------------------------------------------------------------------------------------------------

    def press(self, event: QKeyEvent) -> bool:
        """Do what a key asks of a message; False when it asks for nothing here."""
        modifiers = event.modifiers() & ~Qt.KeyboardModifier.KeypadModifier
        if modifiers == Qt.KeyboardModifier.AltModifier:
            return self._press_alt(event.key())
        if modifiers or self.part is None:
            return False
        match event.key():
            case Qt.Key.Key_Left | Qt.Key.Key_Right:
                is_right = event.key() == Qt.Key.Key_Right
                self._step_part(1 if is_right != self._view.isRightToLeft() else -1)
            case Qt.Key.Key_Return | Qt.Key.Key_Enter | Qt.Key.Key_Space:
                if not event.isAutoRepeat():
                    self._view.press(self.part)
            case Qt.Key.Key_Escape:
                self._take_part(None)
            case _:
                return False
        return True

    def _press_alt(self, key: int) -> bool:
        match key:
            case Qt.Key.Key_Up | Qt.Key.Key_Down:
                self._step_message(1 if key == Qt.Key.Key_Down else -1)
            case Qt.Key.Key_Left | Qt.Key.Key_Right:
                self._step_version(Button.NEXT if key == Qt.Key.Key_Right else Button.PREVIOUS)
            case _:
                return False
        return True

    def tab(self, is_forward: bool) -> bool:
        """Go from the message to its buttons, or back; False when Tab leaves the transcript."""
        if self.number < 0 or not self._view.hasFocus():
            return False
        if is_forward and self.part is None:
            parts = self._view.places.parts_of(self.number)
            if not parts:
                return False
            # The row first: it is what most come for. Left goes up to the code blocks.
            in_row = [part for part in parts if part.box == -1 and part.button is not Button.REASONING]
            self._take_part((in_row or parts)[0])
            return True
        if not is_forward and self.part is not None:
            self._take_part(None)
            return True
        return False

    def _step_message(self, step: int) -> None:
        n_messages = len(self._view.conversation.messages)
        if not n_messages:
            return
        number = self.last_visible() if self.number < 0 else self.number + step
        self.go_to(max(0, min(n_messages - 1, number)))

    def _step_version(self, button: Button) -> None:
        number = self.number if self.number >= 0 else self._view.shown.last_answer
        if number >= 0 and self._view.conversation.messages[number].n_versions > 1:
            self._view.press(Part(number, -1, button))

    def _step_part(self, step: int) -> None:
        parts = self._view.places.parts_of(self.number)
        if not parts or self.part is None:
            return
        at = parts.index(self.part) + step if self.part in parts else 0
        self._take_part(parts[max(0, min(len(parts) - 1, at))])

    def _take_part(self, part: Part | None) -> None:
        self.part = part
        if part is not None:
            rect = self._view.places.part_rect(part)
            self._reveal_rect(rect.adjusted(0, -_MARGIN, 0, _MARGIN))
        self._show()
        self._announce()

    # -- on screen --------------------------------------------------------------------------------------------------------

    def reveal(self, number: int) -> None:
        """Bring a message on screen; its top, when there is no room for all of it."""
        # Twice: what comes into view gets its true height by that.
        for _ in range(2):
            layout = self._view.conversation.messages[number]
            top = self._view.conversation.tops[number] - self._view.places.value
            self._reveal_rect(QRect(0, top - _MARGIN, 1, layout.height_with_footer + 2 * _MARGIN))

    def _reveal_rect(self, rect: QRect) -> None:
        """Scroll until `rect` of the viewport is on screen; its top, when there is no room for all of it."""
        bar, height = self._view.verticalScrollBar(), self._view.viewport().height()
        if rect.top() < 0 or rect.height() > height:
            bar.setValue(bar.value() + rect.top())
        elif rect.bottom() >= height:
            bar.setValue(bar.value() + rect.bottom() - height + 1)

    def menu_place(self) -> QPoint:
        """Give where a menu of the current message opens when a key asks for it: below its button, or below its top."""
        number = self.current()
        if self.part is not None:
            at = self._view.places.part_rect(self.part).bottomLeft()
        else:
            layout = self._view.conversation.messages[number]
            at = self._view.places.message_rect(number).topLeft() + QPoint(0, layout.body_top)
        height = self._view.viewport().height()
        return self._view.viewport().mapToGlobal(QPoint(at.x(), max(0, min(height - 1, at.y()))))

    def _announce(self) -> None:
        """Tell a screen reader where the keyboard is."""
        if self.number < 0 or not QAccessible.isActive():
            return
        found = accessible.part_of(self._view, self.number, self.part)
        if found is not None:
            QAccessible.updateAccessibility(QAccessibleEvent(found, QAccessible.Event.Focus))
