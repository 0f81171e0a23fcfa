"""A day by keys, by letters or from a calendar: shown as the language writes it, told as YYYY-MM-DD."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from PySide6.QtCore import QDate, QLocale, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QTableView
from pytestqt.qtbot import QtBot

from desktop_app.ui.theme import Theme
from desktop_app.ui.widgets.day_field import DayField, day_of, day_text
from desktop_app.ui.widgets.day_popup import DayPopup
from tests.ui.accessible import unnamed, without_role

Key = Qt.Key


@pytest.fixture
def locale() -> Iterator[Any]:
    """Give a function that takes another language; all of it is in that of the United States otherwise."""
    before = QLocale()
    QLocale.setDefault(QLocale("en_US"))
    yield lambda name: QLocale.setDefault(QLocale(name))
    QLocale.setDefault(before)


@pytest.fixture
def field(theme: Theme, locale: Any, qtbot: QtBot) -> Any:
    """Give an empty field, shown."""
    made = DayField("When", theme)
    qtbot.addWidget(made)
    made.resize(300, 40)
    made.show()
    made.line.setFocus()
    return made


def popup() -> DayPopup:
    found = QApplication.activePopupWidget()
    assert isinstance(found, DayPopup)
    return found


def days() -> QTableView:
    return popup()._view


@pytest.mark.parametrize(
    ("language", "shown"), [("en_US", "11/22/2026"), ("en_GB", "22/11/2026"), ("de_DE", "22.11.2026"), ("zh_CN", "2026/11/22")]
)
def test_a_day_is_shown_as_the_language_writes_it(field: DayField, locale: Any, language: str, shown: str) -> None:
    locale(language)
    field.set_value("2026-11-22")
    assert (field.line.text(), field.value()) == (shown, "2026-11-22")
    for written in (shown, "2026-11-22", f" {shown} "):
        field.line.setText(written)
        assert field.value() == "2026-11-22"


def test_every_language_understands_what_it_writes(locale: Any) -> None:
    for one in QLocale.matchingLocales(QLocale.Language.AnyLanguage, QLocale.Script.AnyScript, QLocale.Country.AnyCountry):
        QLocale.setDefault(one)
        for day in (QDate(2026, 11, 22), QDate(1987, 2, 3)):
            assert day_of(day_text(day)) == day, (one.name(), day_text(day))


def test_what_is_no_day_is_told_as_it_is_written(field: DayField) -> None:
    for written in ("", "someday", "13/45/2026", "2026-02-30", "11/22/26", "11/22"):
        field.line.setText(written)
        assert field.value() == written
    field.set_value("today")
    assert (field.line.text(), field.value()) == ("today", "today")


def test_a_day_that_was_written_in_another_way_is_put_in_order_at_the_end(field: DayField, qtbot: QtBot) -> None:
    qtbot.keyClicks(field.line, "2026-11-02")
    assert field.line.text() == "2026-11-02"
    qtbot.keyClick(field.line, Key.Key_Return)
    assert (field.line.text(), field.value()) == ("11/2/2026", "2026-11-02")


def test_a_day_is_picked_with_keys_alone(field: DayField, qtbot: QtBot) -> None:
    field.set_value("2026-11-22")
    qtbot.keyClick(field.line, Key.Key_Down, Qt.KeyboardModifier.AltModifier)
    assert popup().month.full_text() == "November 2026"
    assert popup().calendar.selectedDate() == QDate(2026, 11, 22)
    qtbot.keyClick(days(), Key.Key_Right)
    qtbot.keyClick(days(), Key.Key_PageDown)
    assert popup().month.full_text() == "December 2026"
    with qtbot.waitSignal(field.changed):
        qtbot.keyClick(days(), Key.Key_Return)
    assert QApplication.activePopupWidget() is None
    assert (field.value(), field.line.hasFocus()) == ("2026-12-23", True)


def test_escape_leaves_the_day_as_it_was(field: DayField, qtbot: QtBot) -> None:
    qtbot.keyClick(field.line, Key.Key_F4)
    assert popup().calendar.selectedDate() == QDate.currentDate()
    qtbot.keyClick(days(), Key.Key_Right)
    qtbot.keyClick(days(), Key.Key_Escape)
    assert QApplication.activePopupWidget() is None and field.value() == ""


def test_today_and_the_months_beside_are_buttons(field: DayField, qtbot: QtBot) -> None:
    field.set_value("2026-01-15")
    field.button.click()
    popup().before.click()
    assert popup().month.full_text() == "December 2025"
    popup().after.click()
    popup().after.click()
    assert popup().month.full_text() == "February 2026"
    popup().today.click()
    assert field.value() == QDate.currentDate().toString(Qt.DateFormat.ISODate)


def test_a_click_on_a_day_takes_it(field: DayField) -> None:
    field.set_value("2026-11-22")
    field.button.click()
    view = days()
    index = next(view.model().index(row, column) for row in range(1, 7) for column in range(7)
                 if view.model().index(row, column).data() == 10)  # fmt: skip
    QTest.mouseClick(view.viewport(), Qt.MouseButton.LeftButton, pos=view.visualRect(index).center())
    assert field.value() == "2026-11-10" and QApplication.activePopupWidget() is None


def test_tab_goes_round_in_the_calendar_and_everything_has_a_name(field: DayField, qtbot: QtBot) -> None:
    field.button.click()
    shown = popup()
    assert unnamed(field) == [] and unnamed(shown) == [] and without_role(shown) == []
    found = []
    for _ in range(4):
        shown.focusNextPrevChild(True)
        found.append(shown.focusWidget())
    assert found == [shown.today, shown.before, shown.after, days()]
    shown.close()


def test_it_stays_on_the_screen(field: DayField) -> None:
    screen = field.screen().availableGeometry()
    field.move(screen.bottomRight() - field.rect().bottomRight())
    field.button.click()
    assert screen.contains(popup().geometry())
    assert popup().geometry().bottom() < field.mapToGlobal(field.line.pos()).y()
    popup().close()
