"""A calendar below a field: one month, with the ways to its neighbours, and to today."""

from __future__ import annotations

import datetime

from PySide6.QtCore import QDate, QEvent, QLocale, QObject, QPoint, QRect, QRectF, Qt, Signal, Slot
from PySide6.QtGui import QColor, QFont, QKeyEvent, QPainter, QPaintEvent, QPen, QTextCharFormat
from PySide6.QtWidgets import QCalendarWidget, QHBoxLayout, QPushButton, QTableView, QVBoxLayout, QWidget

from desktop_app.ui.theme import Theme
from desktop_app.ui.widgets.buttons import DISABLED_OPACITY, IconButton, press_by_enter
from desktop_app.ui.widgets.focus_ring import FocusRing
from desktop_app.ui.widgets.labels import ElidedLabel

_RADIUS, _DAY_RADIUS = 14, 8
_WIDTH, _HEIGHT = 296, 224
_GAP = 4
"""Between the field and the calendar, and at least to the edge of the screen."""


class _Month(QCalendarWidget):
    """The days. The chosen one is filled, today is strong, those of other months are pale."""

    def __init__(self, theme: Theme) -> None:
        super().__init__()
        self._theme = theme

    def paintCell(self, painter: QPainter, rect: QRect, date: QDate | datetime.date) -> None:
        """Paint one day."""
        theme, day = self._theme, QDate(date.year, date.month, date.day) if isinstance(date, datetime.date) else date
        is_chosen, is_today = day == self.selectedDate(), day == QDate.currentDate()
        colour = QColor(theme.on_accent if is_chosen else theme.accent if is_today else theme.text)
        if not is_chosen and (day.year(), day.month()) != (self.yearShown(), self.monthShown()):
            colour.setAlphaF(DISABLED_OPACITY)
        painter.save()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        if is_chosen:
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(QColor(theme.accent))
            painter.drawRoundedRect(QRectF(rect).adjusted(2, 1, -2, -1), _DAY_RADIUS, _DAY_RADIUS)
        painter.setFont(theme.font(theme.secondary_px, QFont.Weight.DemiBold if is_today else QFont.Weight.Normal))
        painter.setPen(colour)
        painter.drawText(rect, Qt.AlignmentFlag.AlignCenter, QLocale().toString(day.day()))
        painter.restore()


class DayPopup(QWidget):
    """The calendar; it ends itself when it closes. Arrow keys go through the days, Page Up and Down through the months.

    Signals:
        chosen(QDate)
    """

    chosen = Signal(QDate)

    def __init__(self, name: str, day: QDate, theme: Theme, parent: QWidget) -> None:
        """Show the month of `day`; `name`: what the day is for."""
        super().__init__(parent, Qt.WindowType.Popup | Qt.WindowType.FramelessWindowHint | Qt.WindowType.NoDropShadowWindowHint)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setAttribute(Qt.WidgetAttribute.WA_TranslucentBackground)
        self.setAccessibleName(name)
        self._theme = theme
        self.month = ElidedLabel("strong")
        self.before, self.after = IconButton("chevron-left", theme), IconButton("chevron-right", theme)
        self.before.set_words(self.tr("Month before"), self.tr("Page Up"))
        self.after.set_words(self.tr("Next month"), self.tr("Page Down"))
        self.calendar = self._make_calendar(name, day)
        self.today = QPushButton(self.tr("Today"))
        self.today.setProperty("kind", "small")
        self._build()
        self.before.clicked.connect(self.calendar.showPreviousMonth)
        self.after.clicked.connect(self.calendar.showNextMonth)
        self.today.clicked.connect(self._on_today_clicked)
        self.calendar.currentPageChanged.connect(self._on_page_changed)
        # A click, and Enter or a double click.
        self.calendar.clicked.connect(self._on_chosen)
        self.calendar.activated.connect(self._on_chosen)
        self._ring = FocusRing(theme, self)
        self._on_page_changed(self.calendar.yearShown(), self.calendar.monthShown())

    def _make_calendar(self, name: str, day: QDate) -> QCalendarWidget:
        calendar = _Month(self._theme)
        calendar.setLocale(QLocale())
        calendar.setFirstDayOfWeek(QLocale().firstDayOfWeek())
        calendar.setNavigationBarVisible(False)
        calendar.setVerticalHeaderFormat(QCalendarWidget.VerticalHeaderFormat.NoVerticalHeader)
        calendar.setSelectedDate(day)
        calendar.setFixedSize(self._theme.scaled(_WIDTH), self._theme.scaled(_HEIGHT))
        head = QTextCharFormat()
        head.setForeground(QColor(self._theme.muted))
        calendar.setHeaderTextFormat(head)
        for one in (Qt.DayOfWeek.Saturday, Qt.DayOfWeek.Sunday):  # which Qt has in red
            calendar.setWeekdayTextFormat(one, head)
        self._view: QTableView = calendar.findChild(QTableView)  # type: ignore[assignment]
        for part in (calendar, self._view):
            part.setAccessibleName(name)
        self._view.ring_radius = 8  # type: ignore[attr-defined]  # for the focus ring
        self._view.installEventFilter(self)
        return calendar

    def _build(self) -> None:
        head = QHBoxLayout()
        head.setContentsMargins(8, 0, 0, 0)
        head.setSpacing(4)
        head.addWidget(self.month, 1)
        head.addWidget(self.before)
        head.addWidget(self.after)
        column = QVBoxLayout(self)
        column.setContentsMargins(12, 12, 12, 12)
        column.setSpacing(8)
        column.addLayout(head)
        column.addWidget(self.calendar)
        column.addWidget(self.today, 0, Qt.AlignmentFlag.AlignLeft)

    def pop_up(self, below: QWidget) -> None:
        """Show it below the field, or above where there is no room."""
        self.adjustSize()
        screen = below.screen().availableGeometry()
        is_turned = below.layoutDirection() is Qt.LayoutDirection.RightToLeft
        at = below.mapToGlobal(QPoint(below.width() - self.width() if is_turned else 0, below.height() + _GAP))
        if at.y() + self.height() > screen.bottom():
            at.setY(below.mapToGlobal(QPoint()).y() - self.height() - _GAP)
        x = min(max(at.x(), screen.left() + _GAP), screen.right() - self.width() - _GAP)
        self.move(x, max(at.y(), screen.top() + _GAP))
        self.show()
        self._view.setFocus(Qt.FocusReason.PopupFocusReason)

    @Slot(int, int)
    def _on_page_changed(self, year: int, month: int) -> None:
        self.month.setText(QLocale().toString(QDate(year, month, 1), self.tr("MMMM yyyy")))

    @Slot(QDate)
    def _on_chosen(self, day: QDate) -> None:
        self.close()
        self.chosen.emit(day)

    @Slot()
    def _on_today_clicked(self) -> None:
        self._on_chosen(QDate.currentDate())

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Close with Escape, which the calendar would take to go back to the day it began with."""
        if event.type() is QEvent.Type.KeyPress and isinstance(event, QKeyEvent) and event.key() == Qt.Key.Key_Escape:
            self.close()
            return True
        return False

    def focusNextPrevChild(self, next: bool) -> bool:
        """Go on as it is read, and show where the keyboard is, from the first Tab on."""
        return self._ring.tab(next) or super().focusNextPrevChild(next)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Close with Escape; press the button where the keyboard is with Enter."""
        if event.key() == Qt.Key.Key_Escape:
            self.close()
        elif not press_by_enter(self, event):
            super().keyPressEvent(event)

    def paintEvent(self, event: QPaintEvent) -> None:
        """Paint the card."""
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(QPen(QColor(self._theme.line), 1))
        painter.setBrush(QColor(self._theme.surface))
        painter.drawRoundedRect(QRectF(self.rect()).adjusted(0.5, 0.5, -0.5, -0.5), _RADIUS, _RADIUS)
        painter.end()
