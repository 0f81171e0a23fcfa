"""What the reader asks for with a button or a menu of a message: Copy is done here, everything else is told to others."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QPoint
from PySide6.QtGui import QContextMenuEvent

from desktop_app.ui.transcript.attached import index_of
from desktop_app.ui.transcript.shown import Button, Part

if TYPE_CHECKING:
    from desktop_app.ui.transcript.transcript_view import TranscriptView

_MENU_GAP = 4


class Requests:
    """Speaks for one view, through its signals."""

    def __init__(self, view: TranscriptView) -> None:
        self._view = view

    def press(self, part: Part) -> None:
        """Do or tell what a button is for."""
        view = self._view
        if part.button is Button.COPY:
            view.copying.copy_part(part)
            return
        if part.button is Button.ATTACHMENT:
            view.attachment_pressed.emit(view.conversation.messages[part.message].message.attachments[index_of(part)])
            return
        if part.button is Button.SAVE:
            view.save_requested.emit(*view.copying.code_at(part))
            return
        if part.button is Button.REASONING:
            view.unfolding.toggle(part.message)
            return
        if part.button in (Button.PREVIOUS, Button.NEXT):
            view.replacing.hold(part)
        where = view.places.part_rect(part).bottomLeft() + QPoint(0, _MENU_GAP)
        message_id = view.conversation.messages[part.message].message.id
        view.button_pressed.emit(part.button.value, message_id, view.viewport().mapToGlobal(where))

    def menu(self, event: QContextMenuEvent) -> None:
        """Ask for the menu of the message under the mouse, or of the one that keys act on."""
        view = self._view
        is_key = event.reason() is QContextMenuEvent.Reason.Keyboard
        number = view.message_focus.current() if is_key else view.places.message_at(event.pos())
        message_id = view.conversation.messages[number].message.id if number >= 0 else ""
        href = "" if is_key else view.places.link_at(event.pos())
        where = view.message_focus.menu_place() if is_key and number >= 0 else event.globalPos()
        view.menu_requested.emit(message_id, href, where)
