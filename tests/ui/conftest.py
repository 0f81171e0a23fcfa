"""A window over services that do what the test says."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from PySide6.QtWidgets import QApplication

from desktop_app.ui.appearance import Appearance
from desktop_app.ui.main_window import MainWindow
from desktop_app.ui.theme import Theme, load_theme
from tests.fakes.services import fake_services


@pytest.fixture
def services(tmp_path: Path, qapp: QApplication) -> Any:
    """Give services without a disk and without a model."""
    return fake_services(tmp_path)


@pytest.fixture
def make_window(qapp: QApplication) -> Iterator[Callable[[Any], MainWindow]]:
    """Give a function that makes a window, painted once; all go after the test."""
    made: list[tuple[MainWindow, Appearance]] = []
    palette, font = qapp.palette(), qapp.font()
    qapp.setStyle("Fusion")

    def make(services: Any) -> MainWindow:
        appearance = Appearance(qapp, services.preferences)
        window = MainWindow(services, appearance)
        made.append((window, appearance))
        window.show()
        qapp.processEvents()
        return window

    yield make
    for window, appearance in made:
        window.close()
        window.deleteLater()
        appearance.close()
        appearance.deleteLater()
    qapp.setPalette(palette)
    qapp.setFont(font)


@pytest.fixture
def window(services: Any, make_window: Callable[[Any], MainWindow]) -> MainWindow:
    """Give a window over `services`."""
    return make_window(services)


@pytest.fixture
def theme(qapp: QApplication) -> Theme:
    """Give the light theme at the usual size."""
    return load_theme("light", 1.0)
