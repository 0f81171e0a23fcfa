"""The screens of what makes of the window a desktop application."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from desktop_app import PROJECT_URL
from desktop_app.errors import DiskFull, HubUnreachable
from desktop_app.ui.desktop_place import DesktopPlace
from tests.fakes.online import FakeOnline

if TYPE_CHECKING:
    from tests.screens import Scene


def _place(scene: Scene) -> DesktopPlace:
    return DesktopPlace(scene.services, FakeOnline(), scene.window._appearance, scene.window)  # type: ignore[arg-type]


def quick_window(scene: Scene) -> None:
    """The small window, with a question of two lines."""
    quick = _place(scene).quick
    quick.open()
    quick.window.edit.setPlainText("What does the error “resource temporarily unavailable” mean,\nand what can I do about it?")


def quick_window_trouble(scene: Scene) -> None:
    """The small window when the disk has not taken the question."""
    quick = _place(scene).quick
    quick.open()
    quick.window.edit.setPlainText("How far away is the Moon?")
    quick.window.tell(quick._error_text.describe(DiskFull("/home/mia/.local/share/hearth/hearth.sqlite3")).sentence)


def newer_version(scene: Scene) -> None:
    """A newer version."""
    updates = _place(scene).updates
    updates._check.newer_found.emit("0.2.0", f"{PROJECT_URL}/releases/tag/v0.2.0")


def no_answer(scene: Scene) -> None:
    """Nobody says which version is the latest."""
    updates = _place(scene).updates
    updates._check.failed.emit(HubUnreachable(PROJECT_URL))


DESKTOP_SCREENS: dict[str, Callable[[Scene], None]] = {
    "quick-window": quick_window, "quick-window-trouble": quick_window_trouble, "newer-version": newer_version,
    "version-no-answer": no_answer,
}  # fmt: skip
