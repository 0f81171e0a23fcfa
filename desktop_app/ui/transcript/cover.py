"""A widget in the place of a message: the field that it is edited in. It moves with the text and makes room for itself."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QEvent, QObject
from PySide6.QtWidgets import QWidget

if TYPE_CHECKING:
    from desktop_app.ui.transcript.transcript_view import TranscriptView

_MARGIN = 16


class CoverCard(QWidget):
    """What can stand in the place of a message."""

    def fit(self, room: int) -> int:
        """Take a new width or text; give the height that it asks for, at most `room` pixels."""
        raise NotImplementedError


class Cover(QObject):
    """Places at most one card in one view; whoever made it hides and deletes it."""

    def __init__(self, view: TranscriptView) -> None:
        super().__init__(view)
        self._view = view
        self._card: CoverCard | None = None
        self._message_id = ""
        self._is_placing = False

    @property
    def is_on(self) -> bool:
        """Say whether there is a card."""
        return self._card is not None

    def put(self, message_id: str, card: CoverCard) -> None:
        """Put `card` in the place of a message that is on show, and bring it on screen."""
        self.take_away()
        self._card, self._message_id = card, message_id
        card.setParent(self._view.viewport())
        card.installEventFilter(self)
        self._view.settle()
        card.show()
        index = self._view.conversation.index_of(message_id)
        if index is not None:
            self._view.message_focus.reveal(index)

    def take_away(self) -> None:
        """Show the message again."""
        card, self._card = self._card, None
        if card is None:
            return
        card.removeEventFilter(self)
        card.hide()
        self._cover(0)
        self._view.settle()
        self._view.viewport().update()

    def measure(self) -> None:
        """Ask the card for its height, before the messages are laid out."""
        if self._card is None:
            return
        self._card.resize(self._view.conversation.column, self._card.height())
        self._cover(self._card.fit(max(120, self._view.viewport().height() - 2 * _MARGIN)))

    def _cover(self, height: int) -> None:
        index = self._view.conversation.index_of(self._message_id)
        if index is None:
            return
        layout = self._view.conversation.messages[index]
        if layout.covered_height != height:
            layout.covered_height = height
            layout.refresh_height()
            self._view.conversation.refresh_tops(index + 1)

    def place(self) -> None:
        """Move the card to where its message is now."""
        index = self._view.conversation.index_of(self._message_id) if self._card is not None else None
        if self._card is None or index is None:
            return
        layout = self._view.conversation.messages[index]
        top = self._view.conversation.tops[index] - self._view.places.value + layout.cover_top
        self._is_placing = True
        self._card.setGeometry(self._view.places.x, top, layout.column, layout.covered_height)
        self._is_placing = False

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Follow the text as it grows."""
        if event.type() is QEvent.Type.LayoutRequest and not self._is_placing:
            self._view.settle()
            self._view.viewport().update()
        return super().eventFilter(watched, event)
