"""Settings are declared once; the page shows what is declared, with words, and a way back."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QAction
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QPushButton
from pytestqt.qtbot import QtBot

from desktop_app.settings import SETTINGS
from desktop_app.ui.main_window import MainWindow
from desktop_app.ui.settings.look_controls import ColourChoice
from desktop_app.ui.settings.settings_page import SECTIONS, SettingRow, SettingsPage
from desktop_app.ui.settings.text_field import SettingField
from desktop_app.ui.settings.words import SettingTexts
from desktop_app.ui.theme import load_theme
from desktop_app.ui.widgets.check_box import CheckBox
from desktop_app.ui.widgets.choice_box import ChoiceBox
from tests.fakes.services import FakePreferences

SHOWN = [key for key, setting in SETTINGS.items() if setting.section]


@pytest.fixture
def page(window: MainWindow) -> SettingsPage:
    window.show_prompts()
    window.actions_.show_settings.trigger()
    return window.settings.page


@pytest.fixture(scope="module")
def preferences() -> Any:
    return FakePreferences()


@pytest.fixture(scope="module")
def lone_page(preferences: Any, qapp: QApplication) -> Iterator[SettingsPage]:
    """Give a page in no window, for all tests that change one thing and set it back: nothing else follows that."""
    page = SettingsPage(preferences, {}, load_theme("light", 1.0), None)  # type: ignore[arg-type]
    page.show()
    yield page
    page.close()
    page.deleteLater()


def _row(page: SettingsPage, key: str) -> SettingRow:
    return page.sections[SETTINGS[key].section].rows[key]


@pytest.mark.parametrize("key", SHOWN)
def test_every_setting_with_a_section_has_words_and_can_be_changed(lone_page: SettingsPage, preferences: Any, key: str) -> None:
    setting, row = SETTINGS[key], _row(lone_page, key)
    assert setting.section in SECTIONS
    assert setting.default in setting.choices or isinstance(setting.default, bool) or setting.control
    assert all(setting.check(choice) for choice in setting.choices)
    other: Any
    if isinstance(row.control, ColourChoice):
        other = "teal"
        row.control.discs[other].click()
    elif isinstance(row.control, SettingField):
        other = "Mia"
        QTest.keyClicks(row.control, f" {other} ")
        QTest.keyClick(row.control, Qt.Key.Key_Return)
    elif isinstance(row.control, ChoiceBox) and not setting.choices:
        other = row.control.itemText(1)
        row.control.setCurrentIndex(1)
    elif isinstance(row.control, ChoiceBox):
        assert [row.control.itemText(n) for n in range(row.control.count())] == [
            SettingTexts().value(key, value) for value in setting.choices
        ]
        other = next(value for value in setting.choices if value != setting.default)
        row.control.setCurrentIndex(setting.choices.index(other))
    else:
        assert isinstance(row.control, CheckBox)
        other = not setting.default
        row.control.click()
    assert preferences.get(key) == other
    assert row.reset.isVisible()
    row.reset.click()

    assert preferences.get(key) == setting.default
    assert not row.reset.isVisible()


def test_a_value_from_elsewhere_is_shown_and_stays(page: SettingsPage, services: Any) -> None:
    services.preferences.set("idle_unload_minutes", 7)

    control = _row(page, "idle_unload_minutes").control
    assert isinstance(control, ChoiceBox) and control.currentText() == "After 7 minutes"
    assert services.preferences.get("idle_unload_minutes") == 7


def test_words_and_values_are_found(page: SettingsPage) -> None:
    page.filter.edit.setText("dark")
    assert _row(page, "theme").isVisible()
    assert not _row(page, "language").isVisible()
    assert not page.sections["data"].isVisible()
    page.filter.edit.setText("no such thing")
    assert page._nothing.isVisible()
    page.filter.edit.clear()

    assert all(section.isVisible() for section in page.sections.values())


def test_the_page_is_left_with_escape(window: MainWindow, page: SettingsPage, qtbot: QtBot) -> None:
    assert window.centre.page is page
    qtbot.keyClick(page.filter.edit, Qt.Key.Key_Escape)

    assert window.centre.page is None


def test_buttons_do_what_their_actions_do(window: MainWindow, services: Any, qtbot: QtBot) -> None:
    action = QAction("Do it", window)
    page = SettingsPage(services.preferences, {"data": [action]}, window._appearance.theme, window)
    ((_, button),) = page.sections["data"].deeds.buttons
    with qtbot.waitSignal(action.triggered):
        button.click()

    assert button.text() == "Do it"


def _press_undo(window: MainWindow) -> None:
    (button,) = (one for one in window.notices.findChildren(QPushButton) if one.text() == "Undo" and one.isVisible())
    button.click()


def test_what_was_reset_can_be_had_back(window: MainWindow, page: SettingsPage, services: Any) -> None:
    services.preferences.set("thinking", "off")
    _row(page, "thinking").reset.click()
    assert services.preferences.get("thinking") == "auto"
    assert window.notices.sentences() == ["“Thinking” is back to its default."]
    _press_undo(window)

    assert services.preferences.get("thinking") == "off"


def _press_reset_all(window: MainWindow, page: SettingsPage) -> None:
    next(button for action, button in page.foot.buttons if action is window.actions_.reset_settings).click()


def test_all_settings_are_reset_and_nothing_that_is_none(window: MainWindow, page: SettingsPage, services: Any) -> None:
    changed = {"thinking": "off", "idle_unload_minutes": 5, "kv_states_gib": 0}
    for key, value in {**changed, "model_folders": ["/models"], "sidebar_width": 300}.items():
        services.preferences.set(key, value)
    _press_reset_all(window, page)

    assert window.notices.sentences() == ["All settings are back to their defaults."]
    assert {key: services.preferences.get(key) for key in changed} == {key: SETTINGS[key].default for key in changed}
    assert services.preferences.get("model_folders") == ["/models"] and services.preferences.get("sidebar_width") == 300
    _press_undo(window)
    assert {key: services.preferences.get(key) for key in changed} == changed


def test_who_stays_offline_stays_so_when_all_settings_are_reset(window: MainWindow, page: SettingsPage, services: Any) -> None:
    for key, value in {"offline": True, "looks_for_updates": True, "thinking": "off"}.items():
        services.preferences.set(key, value)
    _press_reset_all(window, page)

    assert services.preferences.get("offline") is True
    assert (services.preferences.get("looks_for_updates"), services.preferences.get("thinking")) == (False, "auto")
    assert window.notices.sentences() == ["All settings are back to their defaults, but Hearth stays offline."]
    _press_undo(window)
    assert (services.preferences.get("offline"), services.preferences.get("thinking")) == (True, "off")


def test_with_nothing_to_reset_there_is_nothing_to_undo(window: MainWindow, page: SettingsPage, services: Any) -> None:
    _press_reset_all(window, page)  # what the tests themselves have set
    services.preferences.set("offline", True)
    _press_reset_all(window, page)

    assert window.notices.sentences() == ["All settings are back to their defaults, but Hearth stays offline."]
    assert not [one for one in window.notices.findChildren(QPushButton) if one.text() == "Undo" and one.isVisible()]


def test_the_page_says_where_everything_lies(window: MainWindow, page: SettingsPage, services: Any) -> None:
    assert page.sections["data"].note.text() == f"Your conversations are in “{services.paths.main_folder}”."
    window.actions_.move_data.setEnabled(False)

    assert "--data-dir" in page.sections["data"].note.text()
    assert not next(
        button for action, button in page.sections["data"].deeds.buttons if action is window.actions_.move_data
    ).isEnabled()


def test_all_of_it_is_there_a_moment_later_and_tab_goes_from_the_top_down(page: SettingsPage, qtbot: Any) -> None:
    qtbot.waitUntil(lambda: page._foot is not None)
    rows = {row.control: key for section in page.sections.values() for key, row in section._rows.items()}
    place, found = page.filter.nextInFocusChain(), list[str]()
    while place is not page.filter:
        if place in rows:
            found.append(rows[place])
        place = place.nextInFocusChain()

    assert found == [key for section in SECTIONS for key, setting in SETTINGS.items() if setting.section == section]
    assert all(control.isVisible() for control in rows)
