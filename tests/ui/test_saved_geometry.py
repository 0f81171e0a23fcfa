"""Where the window comes up: where it stood, or where the person can see it when that screen is gone."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from PySide6.QtCore import QRect
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QWidget
from pytestqt.qtbot import QtBot

from desktop_app.ui.main_window import SIZE_MIN, MainWindow
from tests.fakes.services import fake_services
from tests.ui.talks import Talk

Make = Callable[[Any], MainWindow]


def stored(place: QRect, *, is_maximized: bool = False) -> str:
    """Give what a window at `place` leaves behind, on whatever screens there were."""
    window = QWidget()
    window.setGeometry(place)
    if is_maximized:
        window.showMaximized()
        window.hide()
    geometry = bytes(window.saveGeometry().toBase64().data()).decode()
    window.deleteLater()
    return geometry


def visible_part(window: QWidget) -> QRect:
    return window.frameGeometry().intersected(QGuiApplication.primaryScreen().availableGeometry())


@pytest.mark.parametrize(
    "place",
    [
        QRect(5000, 300, 700, 600),
        QRect(-3000, 100, 700, 600),
        QRect(100, -4000, 700, 600),
        QRect(100, 9000, 700, 600),
        QRect(2000, 2000, 5000, 4000),
    ],
)
def test_a_window_of_a_screen_that_is_gone_comes_up_where_it_can_be_seen(tmp_path: Path, make_window: Make, place: QRect) -> None:
    window = make_window(fake_services(tmp_path, window_geometry=stored(place)))
    shown = visible_part(window)
    screen = QGuiApplication.primaryScreen().availableGeometry()

    # Its upper edge is what a hand takes it by.
    assert screen.contains(window.frameGeometry().topLeft())
    assert shown.width() >= SIZE_MIN.width() and shown.height() >= SIZE_MIN.height()
    assert window.width() <= screen.width() and window.height() <= screen.height()


def test_a_window_comes_up_where_it_was(tmp_path: Path, make_window: Make) -> None:
    place = QRect(40, 50, 720, 560)
    services = fake_services(tmp_path, window_geometry=stored(place))
    window = make_window(services)
    assert window.geometry() == place
    window.setGeometry(QRect(20, 60, 700, 600))
    window.close()
    again = make_window(fake_services(tmp_path, window_geometry=services.preferences.get("window_geometry")))

    assert again.geometry() == QRect(20, 60, 700, 600)


@pytest.mark.parametrize("text", ["", "no geometry", "AAAA"])
def test_what_is_no_geometry_gives_the_usual_size(tmp_path: Path, make_window: Make, text: str) -> None:
    window = make_window(fake_services(tmp_path, window_geometry=text))
    screen = QGuiApplication.primaryScreen().availableGeometry()

    assert screen.contains(window.geometry().topLeft())
    assert window.width() == max(SIZE_MIN.width(), min(1240, screen.width()))


def test_the_edge_of_the_sidebar_is_kept(tmp_path: Path, make_window: Make) -> None:
    services = fake_services(tmp_path, sidebar_width=333, sidebar_visible=False)
    window = make_window(services)
    assert not window._splitter.is_side_visible()
    window._splitter.toggle_side()
    assert services.preferences.get("sidebar_visible") and services.preferences.get("sidebar_width") == 333
    again = make_window(fake_services(tmp_path, sidebar_width=services.preferences.get("sidebar_width")))

    assert abs(again.sidebar.width() - 333) <= 1


def test_the_edge_of_the_panel_at_the_right_is_kept(services: Any, make_window: Make, tmp_path: Path, qtbot: QtBot) -> None:
    talk = Talk(services, make_window, tmp_path, qtbot)
    window = talk.window
    window.show_prompts()
    window.resize(1400, 700)
    toggle = window.actions_.show_talk_panel.trigger
    toggle()
    assert window.talk.panel.width() == 320
    window._splitter.moveSplitter(window._splitter.width() - 412, 2)
    kept = services.preferences.get("talk_panel_width")
    toggle()
    toggle()
    width = window.talk.panel.width()
    talk.settle()
    talk.close()

    assert abs(kept - 412) <= 2 and abs(width - kept) <= 1
