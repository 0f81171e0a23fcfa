"""A text in Markdown from outside, to be read: set like an answer, with nothing loaded and no link followed unasked."""

from __future__ import annotations

from PySide6 import QtGui
from PySide6.QtCore import QUrl, Signal, Slot
from PySide6.QtWidgets import QVBoxLayout, QWidget

from desktop_app.chat.message import Message, Role
from desktop_app.ui.dialogs.links import LinkDialog, checked_link
from desktop_app.ui.theme import Theme
from desktop_app.ui.transcript.transcript_view import TranscriptView

_ID = "text"


class MarkdownText(QWidget):
    """Shows one text from its beginning.

    Signals:
        save_requested(info, code): of a block of code, as in `TranscriptView`.
    """

    save_requested = Signal(str, str)

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._theme = theme
        self._shown = ("", "")
        self.view = TranscriptView(theme, self)
        self.view.set_mode(is_answering=False, is_read_only=True)
        self.view.link_clicked.connect(self._on_link_clicked)
        self.view.save_requested.connect(self.save_requested)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.addWidget(self.view)
        self.setFocusProxy(self.view)

    def set_text(self, title: str, text: str) -> None:
        """Show `text`; `title` stands small above it, and names it for a screen reader."""
        if (title, text) == self._shown:
            return
        self._shown = (title, text)
        self.view.setAccessibleName(title)
        self.view.set_messages([Message(_ID, "", None, Role.SYSTEM, text, 0, model=title)])
        self.view.verticalScrollBar().setValue(0)

    def set_theme(self, theme: Theme) -> None:
        """Take other colours."""
        self._theme = theme
        self.view.set_theme(theme)

    @Slot(str)
    def _on_link_clicked(self, href: str) -> None:
        """Show where a link leads and ask. What is no address of the web leads nowhere."""
        url = checked_link(href)
        if url is not None:
            ask_to_open(url, self._theme, self.window())


def ask_to_open(url: QUrl, theme: Theme, window: QWidget) -> None:
    """Show an address and open it in the browser if the person says so."""
    dialog = LinkDialog(url, theme, window)
    dialog.open_requested.connect(_open)
    dialog.open()


def _open(url: QUrl) -> None:
    QtGui.QDesktopServices.openUrl(url)
