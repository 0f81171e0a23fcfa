"""The files of a question, in its bubble above the text: a row each, which shows the file when it is pressed."""

from __future__ import annotations

from PySide6.QtCore import QPoint, QRect, QRectF, Qt
from PySide6.QtGui import QColor, QPainter

from desktop_app.chat.attachment import Attachment
from desktop_app.ui.icons import pixmap
from desktop_app.ui.transcript.attached_row import GAP, HEIGHT, ICON, size_of
from desktop_app.ui.transcript.formats import Formats
from desktop_app.ui.transcript.message_layout import MessageLayout
from desktop_app.ui.transcript.shown import Button, Part, Shown
from desktop_app.ui.widgets.sides import corner, mirrored

_PAD = 8
_RADIUS = 8
_FIRST = -2
"""`Part.box` of the first file; -3 of the second, and so on: boxes of text count from 0, and -1 is no box."""


def part_of(number: int, index: int) -> Part:
    """Give the file `index` of message `number` as something that can be pressed."""
    return Part(number, _FIRST - index, Button.ATTACHMENT)


def index_of(part: Part) -> int:
    """Give which file of its message a part is."""
    return _FIRST - part.box


class AttachedFiles:
    """Says where the rows are and paints them, in the formats of one theme."""

    def __init__(self, formats: Formats) -> None:
        self._formats = formats

    def rects(self, layout: MessageLayout, x: int, y: int) -> list[QRect]:
        """Give the rows of a message whose column begins at `x`, `y`."""
        if not layout.is_user or layout.covered_height:
            return []
        top, left = y + layout.attached_top, x + layout.body_x - _PAD
        width = layout.bubble_text_width() + 2 * _PAD
        return [QRect(left, top + index * HEIGHT, width, HEIGHT) for index in range(len(layout.message.attachments))]

    def part_at(self, layout: MessageLayout, number: int, x: int, y: int, point: QPoint) -> Part | None:
        """Give the file under `point`."""
        for index, rect in enumerate(self.rects(layout, x, y)):
            if rect.contains(point):
                return part_of(number, index)
        return None

    def paint(self, painter: QPainter, layout: MessageLayout, number: int, x: int, y: int, shown: Shown) -> None:
        """Paint the rows of message `number`."""
        for index, rect in enumerate(self.rects(layout, x, y)):
            part = part_of(number, index)
            self._paint_row(painter, layout.message.attachments[index], rect, part in (shown.hovered, shown.focused))

    def _paint_row(self, painter: QPainter, attachment: Attachment, rect: QRect, is_lit: bool) -> None:
        theme = self._formats.theme
        painter.setPen(Qt.PenStyle.NoPen)
        if is_lit:
            painter.setBrush(QColor(theme.pressed))
            painter.drawRoundedRect(QRectF(rect), _RADIUS, _RADIUS)
        direction, line = self._formats.direction, Qt.TextFlag.TextSingleLine
        icon = corner(QPoint(rect.left() + _PAD, rect.top() + (rect.height() - ICON) // 2), ICON, rect, direction)
        painter.drawPixmap(icon, pixmap("file", theme.muted, ICON))
        place = mirrored(rect.adjusted(_PAD + ICON + GAP, 0, -_PAD, 0), rect, direction)
        size = size_of(attachment)
        painter.setFont(self._formats.name_font)
        painter.setPen(QColor(theme.muted))
        painter.drawText(place, self._formats.at_end | line, size)
        painter.setPen(QColor(theme.text))
        room = place.width() - painter.fontMetrics().horizontalAdvance(size) - GAP
        name = painter.fontMetrics().elidedText(attachment.name, Qt.TextElideMode.ElideMiddle, room)
        painter.drawText(place, self._formats.at_start | line, name)
