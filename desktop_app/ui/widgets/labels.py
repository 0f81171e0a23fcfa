"""Labels that show any text exactly as it is: a file name or a title is never read as rich text."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6 import QtGui
from PySide6.QtCore import QEvent, QPointF, QSize, Qt
from PySide6.QtGui import QFontMetrics, QPainter
from PySide6.QtWidgets import QLabel, QWidget

from desktop_app.ui.icons import pixmap

if TYPE_CHECKING:
    from PySide6.QtGui import QPaintEvent, QResizeEvent, QTextLayout

PITCH = 1.45
"""From one line of a paragraph to the next, as a multiple of the size of the type."""
_ICON, _GAP = 16, 6
"""The sign beside what warns, and the room between it and the words."""
N_WIDTHS_KEPT = 64
"""Heights that a label remembers; a window that is being resized asks for a new one with every pixel."""


def plain_tooltip(text: str) -> str:
    """Give `text` so that a tooltip shows it literally: Qt guesses there, and rich text opens local files."""
    # html.escape is this too, with a table of 2,000 entities to import at every start.
    escaped = text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
    return f"<qt>{escaped}</qt>" if text else ""


class PlainLabel(QLabel):
    """A label of plain text. `kind` names a rule of the style sheet: "muted", "caption", "heading", "strong".

    One that breaks its lines sets them itself: those of `QLabel` stand as close as the font allows. A "warning" of that
    kind has its sign before the first line: colour alone tells nothing.
    """

    def __init__(self, text: str = "", kind: str = "", parent: QWidget | None = None) -> None:
        self._heights: dict[int, int] = {}
        """The heights that the text has as it is now, by width."""
        super().__init__(parent)
        self.setTextFormat(Qt.TextFormat.PlainText)
        self._beside = _ICON + _GAP if kind == "warning" else 0
        if kind:
            self.setProperty("kind", kind)
        self.setText(text)

    def sizeHint(self) -> QSize:
        """Ask for the height of the lines that there are at the width asked for."""
        size = super().sizeHint()
        return QSize(size.width(), self.heightForWidth(size.width())) if self._sets_lines() else size

    def setText(self, text: str) -> None:
        """Show `text`."""
        self._heights.clear()
        super().setText(text)

    def set_kind(self, kind: str) -> None:
        """Take the look of another rule of the style sheet."""
        self._beside = _ICON + _GAP if kind == "warning" else 0
        self.setProperty("kind", kind)
        self.style().unpolish(self)
        self.style().polish(self)
        self._heights.clear()
        self.updateGeometry()

    def setWordWrap(self, on: bool) -> None:
        """Break lines, or not."""
        self._heights.clear()
        super().setWordWrap(on)

    def changeEvent(self, event: QEvent) -> None:
        """Measure again: another font, another style, other margins."""
        self._heights.clear()
        super().changeEvent(event)

    def heightForWidth(self, width: int) -> int:
        """Give the height of all lines."""
        # A layout asks for the same few widths again and again, thousands of times for a page of rows.
        height = self._heights.get(width)
        if height is None:
            height = self._height_at(width)
            if len(self._heights) > N_WIDTHS_KEPT:
                self._heights.clear()
            self._heights[width] = height
        return height

    def _height_at(self, width: int) -> int:
        if not self._sets_lines():
            return super().heightForWidth(width)
        around = self.contentsMargins()
        height = self._laid_out(width - around.left() - around.right() - self._beside)[1]
        return height + around.top() + around.bottom()

    def paintEvent(self, event: QPaintEvent) -> None:
        """Paint the lines."""
        if not self._sets_lines():
            super().paintEvent(event)
            return
        place = self.contentsRect()
        layout, height = self._laid_out(place.width() - self._beside)
        free = 0
        if not self.alignment() & Qt.AlignmentFlag.AlignTop:
            free = place.height() - height if self.alignment() & Qt.AlignmentFlag.AlignBottom else (place.height() - height) // 2
        top = place.top() + max(0, free)
        colour = self.palette().color(self.foregroundRole())
        painter = QPainter(self)
        painter.setPen(colour)
        is_turned = self.layoutDirection() is Qt.LayoutDirection.RightToLeft
        layout.draw(painter, QPointF(place.left() + (0 if is_turned else self._beside), top))
        if self._beside and self.text():
            left = place.right() + 1 - _ICON if is_turned else place.left()
            middle = top + layout.lineAt(0).height() / 2
            painter.drawPixmap(QPointF(left, middle - _ICON / 2), pixmap("warning", colour.name(), _ICON))
        painter.end()

    def _sets_lines(self) -> bool:
        # Text that can be selected is the document's of `QLabel`.
        return self.wordWrap() and self.textInteractionFlags() == Qt.TextInteractionFlag.LinksAccessibleByMouse

    def _seen_alignment(self) -> Qt.AlignmentFlag:
        # As QStyle.visualAlignment, whose class takes 4 ms of a start.
        alignment = self.alignment()
        left, right = Qt.AlignmentFlag.AlignLeft, Qt.AlignmentFlag.AlignRight
        is_turned = self.layoutDirection() is Qt.LayoutDirection.RightToLeft and not alignment & Qt.AlignmentFlag.AlignAbsolute
        return alignment ^ (left | right) if is_turned and bool(alignment & left) != bool(alignment & right) else alignment

    def _laid_out(self, width: int) -> tuple[QTextLayout, int]:
        font = self.font()
        option = QtGui.QTextOption(self._seen_alignment() & Qt.AlignmentFlag.AlignHorizontal_Mask)
        # As the text itself runs: a sentence in Hebrew ends at its left.
        option.setTextDirection(Qt.LayoutDirection.LayoutDirectionAuto)
        option.setWrapMode(QtGui.QTextOption.WrapMode.WrapAtWordBoundaryOrAnywhere)
        layout = QtGui.QTextLayout(self.text().replace("\n", "\u2028"), font)
        layout.setTextOption(option)
        layout.beginLayout()
        bottom, top = 0.0, 0.0
        while (line := layout.createLine()).isValid():
            line.setLineWidth(max(1, width))
            line.setPosition(QPointF(0, top))
            bottom = top + line.height()
            top += max(line.height(), round(font.pixelSize() * PITCH))
        layout.endLayout()
        return layout, round(bottom)


def shortened(text: str, metrics: QFontMetrics, width: int) -> str:
    """Give as many whole words of `text` as `width` has room for, and dots; cut a word that would leave little else."""
    shown = metrics.elidedText(text, Qt.TextElideMode.ElideRight, width)
    kept = shown[:-1]
    if shown == text or text[len(kept) : len(kept) + 1] == " ":
        return shown
    space = kept.rfind(" ")
    return kept[:space].rstrip(" ,.;:") + "…" if space > len(kept) // 2 else shown


class ElidedLabel(PlainLabel):
    """One line that is shortened with … where it does not fit; the whole text is in its tooltip then.

    `is_whole`: nothing is shown then, for words that are worth reading as a whole only.
    """

    def __init__(
        self,
        kind: str = "",
        mode: Qt.TextElideMode = Qt.TextElideMode.ElideRight,
        parent: QWidget | None = None,
        *,
        is_whole: bool = False,
    ) -> None:
        self._full = ""
        self._mode = mode
        self._is_whole = is_whole
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

    def changeEvent(self, event: QEvent) -> None:
        """Fit the text again when the font has changed."""
        super().changeEvent(event)
        if event.type() in (QEvent.Type.FontChange, QEvent.Type.StyleChange):
            self._elide()

    def _elide(self) -> None:
        shown = QFontMetrics(self.font()).elidedText(self._full, self._mode, max(0, self.width()))
        is_cut = shown != self._full
        shown = "" if is_cut and self._is_whole else shown
        if shown != self.text():
            super().setText(shown)
        self.setToolTip(plain_tooltip(self._full) if is_cut and shown else "")
        self.updateGeometry()
