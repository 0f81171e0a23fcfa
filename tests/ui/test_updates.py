"""What is said about a newer version, and what its button does."""

from __future__ import annotations

from typing import Any

import pytest
from PySide6.QtCore import QObject, Signal
from PySide6.QtGui import QDesktopServices

from desktop_app import PROJECT_URL, __version__
from desktop_app.errors import HubFailed, OfflineSwitchOn
from desktop_app.ui.main_window import MainWindow
from desktop_app.ui.updates import Updates

PAGE = f"{PROJECT_URL}/releases/tag/v9.1.0"


class FakeCheck(QObject):
    newer_found = Signal(str, str)
    none_newer = Signal()
    failed = Signal(object)

    def __init__(self) -> None:
        super().__init__()
        self.n_looks = 0

    def look(self) -> None:
        self.n_looks += 1


@pytest.fixture
def check(window: MainWindow) -> FakeCheck:
    check = FakeCheck()
    check.setParent(window)
    Updates(check, window.actions_.look_for_updates, window.notices, window)  # type: ignore[arg-type]
    return check


def shown(window: MainWindow) -> Any:
    (bar,) = window.notices._bars
    return bar


def test_the_page_is_opened_by_the_button_and_not_before(
    check: FakeCheck, window: MainWindow, monkeypatch: pytest.MonkeyPatch
) -> None:
    opened: list[str] = []
    monkeypatch.setattr(QDesktopServices, "openUrl", lambda url: opened.append(url.toString()))
    window.actions_.look_for_updates.trigger()
    assert check.n_looks == 1 and window.notices.sentences() == ["Looking for a newer version"]
    check.newer_found.emit("9.1.0", PAGE)
    assert window.notices.sentences() == [f"Hearth 9.1.0 is available; you have {__version__}."] and opened == []
    shown(window)._action.click()

    assert opened == [PAGE]


def test_no_newer_version_is_said_quietly(check: FakeCheck, window: MainWindow) -> None:
    check.none_newer.emit()

    assert __version__ in window.notices.sentences()[0] and shown(window).notice.is_quiet


def test_trouble_is_one_sentence_and_one_button(check: FakeCheck, window: MainWindow) -> None:
    check.failed.emit(HubFailed(PROJECT_URL, 500))
    assert "try again later" in window.notices.sentences()[0] and shown(window)._action.text() == "Try again"
    shown(window)._action.click()
    assert check.n_looks == 1
    check.failed.emit(OfflineSwitchOn())

    assert "offline" in window.notices.sentences()[0] and shown(window)._action.text() == "Network settings"
