"""What goes to the clipboard: a selection, a whole message, the code of one block."""

from __future__ import annotations

import atexit
from typing import TYPE_CHECKING

from PySide6.QtCore import QMimeData, QObject, QTimer, Slot
from PySide6.QtGui import QGuiApplication

from desktop_app.markdown.scanner import code_of
from desktop_app.ui.transcript.painter import Part
from desktop_app.ui.transcript.selection import SelectedText

if TYPE_CHECKING:
    from desktop_app.ui.transcript.transcript_view import TranscriptView

_MARKDOWN = "text/markdown"
_OURS = "application/x-hearth-text"
"""Tells at the end whether what is on the clipboard came from here; not every platform knows its owner."""
_COPIED_MS = 1_500


def _hand_over() -> None:
    """Let the clipboard keep text of its own at the very end.

    WORKAROUND: data made in Python dies with Qt's static objects, when Python is gone already, and crashes the
    process at its exit (PySide6 6.11, offscreen platform).
    """
    if QGuiApplication.instance() is not None:
        clipboard = QGuiApplication.clipboard()
        if clipboard.mimeData().hasFormat(_OURS):
            clipboard.setText(clipboard.text())


class Copying(QObject):
    """Copies for one view, and lets the pressed button say so for a moment."""

    def __init__(self, view: TranscriptView) -> None:
        super().__init__(view)
        self._view = view
        self._timer = QTimer(self, interval=_COPIED_MS, singleShot=True)
        self._timer.timeout.connect(self._on_timeout)

    def copy_selected(self) -> None:
        """Copy the selection as text/plain and text/markdown; nothing when there is none."""
        if not self._view.selection.is_empty:
            text = SelectedText(self._view.conversation, self._view.selection)
            self._put(text.plain(), text.markdown())

    def copy_part(self, part: Part) -> None:
        """Copy the source of a message, or the code of a block from all its chunks, not from what is drawn."""
        layout = self._view.conversation.messages[part.message]
        if part.box < 0:
            self._put(layout.source, layout.source)
        else:
            boxes = layout.boxes[part.box : layout.last_chunk(part.box) + 1]
            self._put(code_of(box.leaf for box in boxes), "")
        self._view.shown.copied = part
        self._timer.start()
        self._view.viewport().update(self._view.places.part_rect(part))

    def _put(self, plain: str, markdown: str) -> None:
        data = QMimeData()
        data.setText(plain)
        data.setData(_OURS, b"1")
        if markdown:
            data.setData(_MARKDOWN, markdown.encode("utf-8", "surrogatepass"))
        QGuiApplication.clipboard().setMimeData(data)
        atexit.register(_hand_over)
        self._view.copied.emit(plain)

    @Slot()
    def _on_timeout(self) -> None:
        self._view.shown.copied = None
        self._view.viewport().update()
