"""Settings are declared once; the page shows what is declared, with words, and a way back."""

from __future__ import annotations

from typing import Any

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QAction
from pytestqt.qtbot import QtBot

from desktop_app.settings import SETTINGS
from desktop_app.ui.main_window import MainWindow
from desktop_app.ui.settings.settings_page import SECTIONS, SettingRow, SettingsPage
from desktop_app.ui.settings.words import SettingTexts
from desktop_app.ui.widgets.check_box import CheckBox
from desktop_app.ui.widgets.choice_box import ChoiceBox

SHOWN = [key for key, setting in SETTINGS.items() if setting.section]


@pytest.fixture
def page(window: MainWindow) -> SettingsPage:
    window.show_prompts()
    window.actions_.show_settings.trigger()
    return window.settings.page


def _row(page: SettingsPage, key: str) -> SettingRow:
    return page.sections[SETTINGS[key].section].rows[key]


@pytest.mark.parametrize("key", SHOWN)
def test_every_setting_with_a_section_has_words_and_can_be_changed(page: SettingsPage, services: Any, key: str) -> None:
    setting, row = SETTINGS[key], _row(page, key)
    assert setting.section in SECTIONS
    assert setting.default in setting.choices or isinstance(setting.default, bool)
    assert all(setting.check(choice) for choice in setting.choices)
    if isinstance(row.control, ChoiceBox):
        assert [row.control.itemText(n) for n in range(row.control.count())] == [
            SettingTexts().value(key, value) for value in setting.choices
        ]
        other = next(value for value in setting.choices if value != setting.default)
        row.control.setCurrentIndex(setting.choices.index(other))
    else:
        assert isinstance(row.control, CheckBox)
        other = not setting.default
        row.control.click()
    assert services.preferences.get(key) == other
    assert row.reset.isVisible()
    row.reset.click()

    assert services.preferences.get(key) == setting.default
    assert not row.reset.isVisible()


def test_a_value_from_elsewhere_is_shown_and_stays(page: SettingsPage, services: Any) -> None:
    services.preferences.set("idle_unload_minutes", 7)

    assert _row(page, "idle_unload_minutes").control.currentText() == "After 7 minutes"
    assert services.preferences.get("idle_unload_minutes") == 7


def test_words_and_values_are_found(page: SettingsPage) -> None:
    page.filter.setText("dark")
    assert _row(page, "theme").isVisible()
    assert not _row(page, "language").isVisible()
    assert not page.sections["data"].isVisible()
    page.filter.setText("no such thing")
    assert page._nothing.isVisible()
    page.filter.clear()

    assert all(section.isVisible() for section in page.sections.values())


def test_the_page_is_left_with_escape(window: MainWindow, page: SettingsPage, qtbot: QtBot) -> None:
    assert window.centre.page is page
    qtbot.keyClick(page.filter, Qt.Key.Key_Escape)

    assert window.centre.page is None


def test_buttons_do_what_their_actions_do(window: MainWindow, services: Any, qtbot: QtBot) -> None:
    action = QAction("Do it", window)
    page = SettingsPage(services.preferences, {"data": [action]}, window._appearance.theme, window)
    ((_, button),) = page.sections["data"]._deeds
    with qtbot.waitSignal(action.triggered):
        button.click()

    assert button.text() == "Do it"
