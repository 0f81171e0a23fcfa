"""What is told while the person is in another program, and the icon beside the clock."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from PySide6.QtCore import QEvent
from PySide6.QtGui import QCloseEvent, QGuiApplication
from PySide6.QtWidgets import QApplication, QSystemTrayIcon

from desktop_app.errors import EngineCrashed
from desktop_app.services.desktop_notices import DesktopNotice
from desktop_app.ui import notifications as module
from desktop_app.ui.main_window import MainWindow
from desktop_app.ui.notifications import LONG_S, Notifications
from desktop_app.ui.tray import Tray

SECRET = "Zyzzyvaquark"
# The offscreen platform has no place for an icon and says so.
pytestmark = pytest.mark.qt_log_ignore("systemTrayWindowChanged", extend=True)


@pytest.fixture
def tray(window: MainWindow, monkeypatch: pytest.MonkeyPatch) -> Iterator[Tray]:
    monkeypatch.setattr(QSystemTrayIcon, "isSystemTrayAvailable", lambda: True)
    tray = Tray(window._services.preferences, window.actions_, window)
    yield tray
    tray.close()


@pytest.fixture
def told(monkeypatch: pytest.MonkeyPatch) -> list[DesktopNotice]:
    told: list[DesktopNotice] = []
    monkeypatch.setattr(module.DesktopNotices, "show", lambda _, notice: told.append(notice))
    return told


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> list[float]:
    now = [1000.0]
    monkeypatch.setattr(module.time, "monotonic", lambda: now[0])
    return now


@pytest.fixture
def notifications(
    window: MainWindow, tray: Tray, told: list[DesktopNotice], monkeypatch: pytest.MonkeyPatch
) -> Iterator[Notifications]:
    monkeypatch.setattr(module.sys, "platform", "linux")
    monkeypatch.setattr(QApplication, "activeWindow", lambda: None)
    notifications = Notifications(window._services.generation, window._services.preferences, tray, window)
    yield notifications
    notifications.close()


def answer(services: Any, clock: list[float], seconds: float, *, fails: bool = False) -> str:
    id_ = str(services.conversations.put(SECRET))
    services.generation.answer_started.emit(id_)
    clock[0] += seconds
    if fails:
        services.generation.answer_failed.emit(id_, "m1", EngineCrashed(""))
    else:
        services.generation.answer_finished.emit(id_, "m1")
    return id_


def test_a_long_answer_is_told_and_a_click_brings_its_chat(
    notifications: Notifications, services: Any, told: list[DesktopNotice], clock: list[float]
) -> None:
    shown: list[str] = []
    notifications.conversation_requested.connect(shown.append)
    id_ = answer(services, clock, LONG_S)
    assert [one.sentence for one in told] == ["An answer is ready."]
    notifications._on_desktop().clicked.emit(told[0].about)

    assert shown == [id_] and SECRET not in repr(told[0])


def test_a_short_answer_is_not_told(notifications: Notifications, services: Any, told: list[Any], clock: list[float]) -> None:
    answer(services, clock, LONG_S - 0.1)

    assert told == []


def test_a_long_answer_that_failed_is_told(
    notifications: Notifications, services: Any, told: list[DesktopNotice], clock: list[float]
) -> None:
    answer(services, clock, LONG_S, fails=True)

    assert [one.sentence for one in told] == ["An answer could not be finished."]


def test_nothing_is_told_to_somebody_who_looks_or_does_not_want_it(
    notifications: Notifications,
    window: MainWindow,
    services: Any,
    told: list[Any],
    clock: list[float],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    services.preferences.set("notifications", False)
    answer(services, clock, LONG_S)
    services.preferences.set("notifications", True)
    monkeypatch.setattr(QApplication, "activeWindow", lambda: window)
    answer(services, clock, LONG_S)

    assert told == []


def test_a_download_is_told_by_its_name(notifications: Notifications, told: list[DesktopNotice]) -> None:
    shown: list[bool] = []
    notifications.window_requested.connect(lambda: shown.append(True))
    notifications.tell_downloaded("d1", Path("/models/a/Tiny-4B.gguf"))
    notifications._on_desktop().clicked.emit(told[0].about)

    assert [one.sentence for one in told] == ["“Tiny-4B.gguf” is on this computer now."] and shown == [True]


def test_where_there_is_no_bus_the_icon_says_it(
    notifications: Notifications, tray: Tray, services: Any, clock: list[float], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module.sys, "platform", "win32")
    said: list[tuple[str, str]] = []
    monkeypatch.setattr(QSystemTrayIcon, "showMessage", lambda _, title, text, *rest: said.append((title, text)))
    shown: list[str] = []
    notifications.conversation_requested.connect(shown.append)
    first = answer(services, clock, LONG_S)
    assert notifications._passing_icon is not None
    notifications._passing_icon.messageClicked.emit()
    services.preferences.set("tray", True)
    second = answer(services, clock, LONG_S)
    assert tray.icon is not None
    tray.icon.messageClicked.emit()

    assert said == [("Hearth", "An answer is ready.")] * 2 and shown == [first, second]


def press_close(window: MainWindow) -> None:
    """Close it as the person does, with the button of its frame."""
    handle = window.windowHandle()
    assert handle is not None
    QApplication.sendEvent(handle, QCloseEvent())


def test_there_is_no_icon_until_it_is_wanted(tray: Tray, services: Any) -> None:
    assert tray.icon is None
    services.preferences.set("tray", True)
    assert tray.is_there and tray._menu is not None
    assert [action.text() for action in tray._menu.actions() if action.text()] == [
        "Show the window", "New chat", "Quick question, from any program", "Quit"
    ]  # fmt: skip
    services.preferences.set("tray", False)

    assert tray.icon is None


def test_the_button_of_the_frame_hides_the_window_only_when_that_was_chosen(
    tray: Tray, window: MainWindow, services: Any
) -> None:
    services.preferences.set("tray", True)
    services.preferences.set("close_to_tray", True)
    press_close(window)
    assert not window.isVisible() and not QGuiApplication.quitOnLastWindowClosed()
    tray.window_requested.connect(window.bring_to_front)
    assert tray.icon is not None
    tray.icon.activated.emit(QSystemTrayIcon.ActivationReason.Trigger)
    assert window.isVisible() and QGuiApplication.quitOnLastWindowClosed()
    services.preferences.set("close_to_tray", False)
    closed: list[bool] = []
    services.preferences.setting_changed.connect(lambda key: closed.append(key == "window_geometry"))
    press_close(window)

    assert not window.isVisible() and closed == [True]


def test_going_on_without_a_window_and_the_icon_come_and_go_together(tray: Tray, services: Any) -> None:
    services.preferences.set("close_to_tray", True)
    assert services.preferences.get("tray") and tray.icon is not None
    services.preferences.set("tray", False)

    assert not services.preferences.get("close_to_tray") and tray.icon is None


def test_quit_ends_and_does_not_hide(tray: Tray, window: MainWindow, services: Any) -> None:
    services.preferences.set("tray", True)
    services.preferences.set("close_to_tray", True)
    press_close(window)
    tray.window_requested.connect(window.bring_to_front)
    tray._on_quit()

    assert not window.isVisible() and QGuiApplication.quitOnLastWindowClosed()
    assert services.preferences.get("window_geometry") != ""


def test_without_a_place_for_the_icon_the_window_closes_as_ever(
    tray: Tray, window: MainWindow, services: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(QSystemTrayIcon, "isSystemTrayAvailable", lambda: False)
    missing: list[bool] = []
    tray.missing.connect(lambda: missing.append(True))
    services.preferences.set("tray", True)
    services.preferences.set("close_to_tray", True)
    press_close(window)

    assert missing == [True] and services.preferences.get("window_geometry") != ""


def test_the_menu_speaks_the_new_language(tray: Tray, window: MainWindow, services: Any) -> None:
    services.preferences.set("tray", True)
    services.preferences.set("language", "zh_CN")
    QApplication.sendEvent(window, QEvent(QEvent.Type.LanguageChange))
    assert tray._menu is not None
    words = [action.text() for action in tray._menu.actions()]
    services.preferences.set("language", "en")

    assert words[0] == "显示窗口"
