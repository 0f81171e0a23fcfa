"""Labels that show any text exactly as it is: a file name or a title is never read as rich text."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QSize, Qt
from PySide6.QtGui import QFontMetrics, QResizeEvent
from PySide6.QtWidgets import QLabel, QWidget


def plain_tooltip(text: str) -> str:
    """Give `text` so that a tooltip shows it literally: Qt guesses there, and rich text opens local files."""
    # html.escape is this too, with a table of 2,000 entities to import at every start.
    escaped = text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
    return f"<qt>{escaped}</qt>" if text else ""


class PlainLabel(QLabel):
    """A label of plain text. `kind` names a rule of the style sheet: "muted", "caption", "heading", "strong"."""

    def __init__(self, text: str = "", kind: str = "", parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setTextFormat(Qt.TextFormat.PlainText)
        if kind:
            self.setProperty("kind", kind)
        self.setText(text)


class ElidedLabel(PlainLabel):
    """One line that is shortened with … where it does not fit; the whole text is in its tooltip then."""

    def __init__(
        self,
        kind: str = "",
        mode: Qt.TextElideMode = Qt.TextElideMode.ElideRight,
        parent: QWidget | None = None,
    ) -> None:
        self._full = ""
        self._mode = mode
        super().__init__("", kind, parent)

    def setText(self, text: str) -> None:
        """Show `text`; line breaks become spaces."""
        self._full = " ".join(text.split())
        self.setAccessibleName(self._full)
        self._elide()

    def full_text(self) -> str:
        """Give the text before it was shortened."""
        return self._full

    def sizeHint(self) -> QSize:
        """Ask for the width of the whole text."""
        return QSize(QFontMetrics(self.font()).horizontalAdvance(self._full) + 4, super().sizeHint().height())

    def minimumSizeHint(self) -> QSize:
        """Be content with a few letters."""
        return QSize(min(self.sizeHint().width(), 48), super().minimumSizeHint().height())

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Fit the text to the new width."""
        super().resizeEvent(event)
        self._elide()

    def event(self, event: QEvent) -> bool:
        """Fit the text again when the font has changed."""
        handled = super().event(event)
        if event.type() in (QEvent.Type.FontChange, QEvent.Type.StyleChange):
            self._elide()
        return handled

    def _elide(self) -> None:
        shown = QFontMetrics(self.font()).elidedText(self._full, self._mode, max(0, self.width()))
        if shown != self.text():
            super().setText(shown)
        self.setToolTip(plain_tooltip(self._full) if shown != self._full else "")
        self.updateGeometry()
