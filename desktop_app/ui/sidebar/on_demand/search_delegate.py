"""How what was found looks: the title, the day, two lines of the message, and the words marked in both."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from PySide6.QtCore import QModelIndex, QPersistentModelIndex, QPointF, QRect, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QFont, QFontMetrics, QPainter, QPen, QTextCharFormat, QTextLayout, QTextOption
from PySide6.QtWidgets import QAbstractItemView, QStyle, QStyledItemDelegate

from desktop_app.chat.search import MessageHit
from desktop_app.ui.sidebar.conversation_delegate import MARGIN
from desktop_app.ui.sidebar.on_demand.search_hits import SearchHitsModel
from desktop_app.ui.theme import Theme
from desktop_app.ui.widgets.buttons import RADIUS, paint_ground
from desktop_app.ui.widgets.labels import shortened
from desktop_app.ui.widgets.sides import mirrored

if TYPE_CHECKING:
    from PySide6.QtWidgets import QStyleOptionViewItem

Index = QModelIndex | QPersistentModelIndex
Marks = Sequence[tuple[int, int]]
_SIDE = 12
_PADDING = 8
_N_LINES = 2
_N_BEFORE_MARK = 20
"""Characters that are kept at most before what was found, of a title that is too long."""


class SearchDelegate(QStyledItemDelegate):
    """Paints the rows."""

    def __init__(self, theme: Theme, model: SearchHitsModel, view: QAbstractItemView) -> None:
        super().__init__(view)
        self._view = view
        self._model = model
        self.set_theme(theme)

    def set_theme(self, theme: Theme) -> None:
        """Take other colours and sizes."""
        self._theme = theme
        self._font = theme.font(theme.control_px)
        self._text_font = theme.font(theme.secondary_px)
        self._small_font = theme.font(theme.caption_px)
        self._line_height = max(QFontMetrics(self._text_font).lineSpacing(), round(1.4 * theme.secondary_px))
        self._title_height = QFontMetrics(self._small_font).lineSpacing() + 3

    def sizeHint(self, option: QStyleOptionViewItem, index: Index) -> QSize:
        """Give 36 px at the usual font size, for a message as much as its lines need."""
        if not isinstance(self._model.hit(index.row()), MessageHit):
            return QSize(100, self._theme.row(36))
        return QSize(100, 2 * _PADDING + self._title_height + _N_LINES * self._line_height)

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: Index) -> None:
        """Paint one row."""
        painter.save()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        bar = self._view.verticalScrollBar()
        place: QRect = option.rect.adjusted(0, 0, -max(0, MARGIN - (bar.width() if bar.isVisible() else 0)), 0)
        hit = self._model.hit(index.row())
        if self._model.section(index.row()) is not None:
            self._paint_background(painter, place, option, index)
            painter.setFont(self._text_font)
            painter.setPen(QColor(self._theme.accent))
            painter.drawText(place.adjusted(_SIDE, 0, -_SIDE, 0), Qt.AlignmentFlag.AlignVCenter, str(index.data()))
        elif hit is None:
            painter.setFont(self._small_font)
            painter.setPen(QColor(self._theme.muted))
            # A little below the middle: a heading belongs to what follows it.
            painter.drawText(place.adjusted(_SIDE, 4, -_SIDE, 0), Qt.AlignmentFlag.AlignVCenter, str(index.data()))
        else:
            is_selected = bool(option.state & QStyle.StateFlag.State_Selected)
            self._mark = QTextCharFormat()
            self._mark.setBackground(QColor(self._theme.surface if is_selected else self._theme.selection))
            self._mark.setForeground(QColor(self._theme.accent))
            self._paint_background(painter, place, option, index)
            if isinstance(hit, MessageHit):
                self._paint_message(painter, place.adjusted(_SIDE, _PADDING, -_SIDE, -_PADDING), hit)
            else:
                text = place.adjusted(_SIDE, 0, -_SIDE, 0)
                text.adjust(0, (text.height() - QFontMetrics(self._font).lineSpacing()) // 2, 0, 0)
                shown = with_its_mark(hit.title, hit.marks, QFontMetrics(self._font), text.width())
                self._paint_lines(painter, text, *shown, self._font, 1)
        painter.restore()

    def _paint_background(self, painter: QPainter, place: QRect, option: QStyleOptionViewItem, index: Index) -> None:
        theme = self._theme
        is_selected = bool(option.state & QStyle.StateFlag.State_Selected)
        if is_selected or option.state & QStyle.StateFlag.State_MouseOver:
            paint_ground(painter, QRectF(place), theme.accent_soft if is_selected else theme.hover, theme)
        by_keys = self._view.window().testAttribute(Qt.WidgetAttribute.WA_KeyboardFocusChange)
        if by_keys and self._view.hasFocus() and index == self._view.currentIndex():
            painter.setPen(QPen(QColor(theme.accent), 2))
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.drawRoundedRect(QRectF(place).adjusted(1, 1, -1, -1), RADIUS - 1, RADIUS - 1)

    def _paint_message(self, painter: QPainter, text: QRect, hit: MessageHit) -> None:
        first = QRect(text.left(), text.top(), text.width(), self._title_height)
        date = self._model.date(hit)
        painter.setFont(self._small_font)
        painter.setPen(QColor(self._theme.muted))
        painter.drawText(first, Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignRight, date)
        width = first.width() - painter.fontMetrics().horizontalAdvance(date) - 8
        title = shortened(self._model.title(hit), painter.fontMetrics(), width)
        place = mirrored(QRect(first.topLeft(), QSize(width, first.height())), first, self._view.layoutDirection())
        painter.drawText(place, Qt.AlignmentFlag.AlignVCenter | Qt.TextFlag.TextSingleLine, title)
        body = text.adjusted(0, self._title_height, 0, 0)
        self._paint_lines(painter, body, hit.snippet, hit.marks, self._text_font, _N_LINES)

    def _paint_lines(self, painter: QPainter, place: QRect, text: str, marks: Marks, font: QFont, n_lines: int) -> None:
        """Paint the first lines of `text` from the top of `place`, the last one shortened where there is more."""
        layout = self._laid_out(text, marks, font, place.width(), n_lines)
        if layout.lineCount() > n_lines:
            # In UTF-16, as Qt counts.
            start = len(text.encode("utf-16-le")[: 2 * layout.lineAt(n_lines - 1).textStart()].decode("utf-16-le"))
            rest = QFontMetrics(font).elidedText(text[start:], Qt.TextElideMode.ElideRight, place.width())
            end = start + max(0, len(rest) - 1)
            kept = [(first, min(last, end)) for first, last in marks if first < end]
            layout = self._laid_out(text[:start] + rest, kept, font, place.width(), n_lines)
        painter.setPen(QColor(self._theme.text))
        for number in range(min(n_lines, layout.lineCount())):
            layout.lineAt(number).draw(painter, QPointF(place.left(), place.top() + number * self._line_height))

    def _laid_out(self, text: str, marks: Marks, font: QFont, width: int, n_lines: int) -> QTextLayout:
        layout = QTextLayout(text, font)
        option = QTextOption()
        option.setWrapMode(QTextOption.WrapMode.WrapAtWordBoundaryOrAnywhere)
        layout.setTextOption(option)
        layout.setFormats([self._marked(text, start, end) for start, end in marks])
        layout.beginLayout()
        for _ in range(n_lines + 1):
            line = layout.createLine()
            if not line.isValid():
                break
            line.setLineWidth(width)
        layout.endLayout()
        return layout

    def _marked(self, text: str, start: int, end: int) -> QTextLayout.FormatRange:
        found = QTextLayout.FormatRange()
        found.start = start + _n_astral(text[:start])
        found.length = end - start + _n_astral(text[start:end])
        found.format = self._mark
        return found


def with_its_mark(title: str, marks: Marks, metrics: QFontMetrics, width: int) -> tuple[str, Marks]:
    """Give a title and its marks, without its beginning where that would leave no room for the first mark."""
    if not marks or metrics.horizontalAdvance(title[: marks[0][1]] + "…") <= width:
        return title, marks
    first_mark = marks[0][0]
    start = max(0, first_mark - _N_BEFORE_MARK)
    # From a word on, where words have spaces between them.
    start = title.find(" ", start, first_mark) + 1 or start
    return "…" + title[start:], [(first - start + 1, end - start + 1) for first, end in marks]


def _n_astral(text: str) -> int:
    """Give how many characters of `text` count twice in UTF-16."""
    return sum(one > "\uffff" for one in text)
