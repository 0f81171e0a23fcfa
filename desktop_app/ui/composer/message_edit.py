"""The field that a message is written in: plain text, grows line by line, Enter sends."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QSize, Qt, Signal, Slot
from PySide6.QtGui import QFontMetrics, QTextOption
from PySide6.QtWidgets import QFrame, QPlainTextEdit, QSizePolicy, QWidget

if TYPE_CHECKING:
    from PySide6.QtCore import QMimeData
    from PySide6.QtGui import QInputMethodEvent, QKeyEvent

N_LINES_MAX = 10


class MessageEdit(QPlainTextEdit):
    """The field.

    Signals:
        send_requested(): Enter was pressed, and no input method was composing.
    """

    send_requested = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._is_composing = False
        self.setProperty("kind", "composer")
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setTabChangesFocus(True)
        self.setWordWrapMode(QTextOption.WrapMode.WrapAtWordBoundaryOrAnywhere)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.document().setDocumentMargin(0)
        self.document().documentLayout().documentSizeChanged.connect(self._on_size_changed)
        self._on_size_changed()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Send with Enter, begin a line with Shift and Enter."""
        if event.key() not in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            super().keyPressEvent(event)
        elif self._is_composing:
            # It confirms what the input method offers; some systems show us the key all the same.
            event.accept()
        elif event.modifiers() & Qt.KeyboardModifier.ShiftModifier:
            self.textCursor().insertBlock()
            self.ensureCursorVisible()
        elif not event.isAutoRepeat():
            self.send_requested.emit()

    def inputMethodEvent(self, event: QInputMethodEvent) -> None:
        """Know whether an input method is in the middle of a word."""
        self._is_composing = bool(event.preeditString())
        super().inputMethodEvent(event)

    def canInsertFromMimeData(self, source: QMimeData) -> bool:
        """Take text; leave files to the window."""
        return source.hasText() and not source.hasUrls()

    def sizeHint(self) -> QSize:
        """Ask for the lines that there are, from 1 to `N_LINES_MAX`."""
        # The document of a QPlainTextEdit measures its height in lines.
        n_lines = round(self.document().documentLayout().documentSize().height())
        line_px = QFontMetrics(self.font()).lineSpacing()
        return QSize(super().sizeHint().width(), min(max(n_lines, 1), N_LINES_MAX) * line_px + 4)

    @Slot()
    def _on_size_changed(self) -> None:
        height = self.sizeHint().height()
        if height != self.maximumHeight():
            self.setFixedHeight(height)
        has_more = round(self.document().documentLayout().documentSize().height()) > N_LINES_MAX
        policy = Qt.ScrollBarPolicy.ScrollBarAsNeeded if has_more else Qt.ScrollBarPolicy.ScrollBarAlwaysOff
        self.setVerticalScrollBarPolicy(policy)

    def refit(self) -> None:
        """Measure again after the font has changed."""
        self._on_size_changed()
