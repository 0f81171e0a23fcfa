"""A field for a day: written as the person's language does, or picked from a calendar; told as ISO 8601."""

from __future__ import annotations

from PySide6.QtCore import QDate, QLocale, Qt, Signal, Slot
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QHBoxLayout, QLineEdit, QWidget

from desktop_app.ui.theme import Theme
from desktop_app.ui.widgets.buttons import IconButton
from desktop_app.ui.widgets.day_popup import DayPopup

EXAMPLE = QDate(2026, 11, 22)
"""Of which nobody takes the day for the month."""


def day_text(day: QDate) -> str:
    """Give a day in few characters, as the person's language writes it, with the whole year."""
    form = _form()
    return QLocale().toString(day, form) if form else str(day.toString(Qt.DateFormat.ISODate))


def _form() -> str:
    """Give how the language writes days; "" for one that Qt does not read as it writes it."""
    locale = QLocale()
    form = locale.dateFormat(QLocale.FormatType.ShortFormat)
    form = form if "yyyy" in form else form.replace("yy", "yyyy")
    return form if locale.toDate(locale.toString(EXAMPLE, form), form) == EXAMPLE else ""


def day_of(text: str) -> QDate:
    """Give the day that is meant by what is written; an invalid one where none is."""
    text, form = text.strip(), _form()
    found = QDate.fromString(text, Qt.DateFormat.ISODate) if len(text) == len("2026-11-22") else QDate()
    found = QLocale().toDate(text, form) if form and not found.isValid() else found
    return found if found.isValid() and 1 <= found.year() <= 9999 else QDate()


class _Line(QLineEdit):
    """The line. Alt and Down, or F4, open the calendar, as they open a box of choices.

    Signals:
        opened()
    """

    opened = Signal()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        is_down = event.key() == Qt.Key.Key_Down and event.modifiers() & Qt.KeyboardModifier.AltModifier
        if is_down or event.key() == Qt.Key.Key_F4:
            self.opened.emit()
        else:
            super().keyPressEvent(event)


class DayField(QWidget):
    """The line, which may be empty, and a button for the calendar.

    Signals:
        changed(): by the person or by `set_value`.
    """

    changed = Signal()

    def __init__(self, name: str, theme: Theme, parent: QWidget | None = None) -> None:
        """`name`: what the day is for."""
        super().__init__(parent)
        self._name, self._theme = name, theme
        self.line = _Line()
        self.line.setMinimumHeight(theme.row(36))
        self.line.setAccessibleName(name)
        self.line.setPlaceholderText(self.tr("as in {day}").format(day=day_text(EXAMPLE)))
        self.button = IconButton("calendar", theme)
        self.button.set_words(self.tr("Choose from a calendar: {name}").format(name=name))
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(4)
        row.addWidget(self.line, 1)
        row.addWidget(self.button)
        self.setFocusProxy(self.line)
        self.line.textChanged.connect(self.changed)
        self.line.editingFinished.connect(self._on_editing_finished)
        self.line.opened.connect(self._open)
        self.button.clicked.connect(self._open)

    def value(self) -> str:
        """Give the day as YYYY-MM-DD, "" for none; what is written as it is where it is no day."""
        day = day_of(self.line.text())
        return str(day.toString(Qt.DateFormat.ISODate)) if day.isValid() else self.line.text().strip()

    def set_value(self, value: str) -> None:
        """Show a day given as YYYY-MM-DD; anything else as it is."""
        day = day_of(value)
        self.line.setText(day_text(day) if day.isValid() else value)

    def describe(self, text: str) -> None:
        """Say to a screen reader what is to be known of it."""
        self.line.setAccessibleDescription(text)

    @Slot()
    def _on_editing_finished(self) -> None:
        self.set_value(self.line.text())

    @Slot()
    def _open(self) -> None:
        day = day_of(self.line.text())
        popup = DayPopup(self._name, day if day.isValid() else QDate.currentDate(), self._theme, self)
        popup.chosen.connect(self._on_day_chosen)
        popup.pop_up(self.line)

    @Slot(QDate)
    def _on_day_chosen(self, day: QDate) -> None:
        self.line.setText(day_text(day))
        self.line.setFocus(Qt.FocusReason.OtherFocusReason)
