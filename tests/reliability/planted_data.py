"""The dialogs about where the data lie and what is told of the program, with markup in every name of a folder."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from types import SimpleNamespace
from typing import Any, cast

from PySide6.QtCore import QObject, Signal
from PySide6.QtWidgets import QWidget

from desktop_app.errors import DataPlaceUnsuitable
from desktop_app.ui.dialogs.move_data import MoveDataDialog
from desktop_app.ui.dialogs.moving import MovingDialog
from desktop_app.ui.dialogs.place_problem import PlaceProblemDialog
from desktop_app.ui.theme import Theme

DATA_PLACES = {"now lies", "new place", "moved to"}


class FakePlan(QObject):
    """A move that is being chosen."""

    sizes_found, folder_found = Signal(float, float), Signal(object)
    planned, failed = Signal(), Signal(object)
    is_away = True

    def __init__(self, folder: str, parent: QObject) -> None:
        super().__init__(parent)
        self.paths = SimpleNamespace(main_folder=folder)
        self.begun: list[tuple[object, bool]] = []
        self.chosen: list[object] = []

    def measure(self) -> None:
        """Give sizes at once."""
        self.sizes_found.emit(98e6, 4e6)

    def choose(self, folder: object) -> None:
        """Take any."""
        self.chosen.append(folder)
        self.folder_found.emit(folder)

    def begin(self, folder: object, *, has_models: bool) -> None:
        """Write it down."""
        self.begun.append((folder, has_models))

    def close(self) -> None:
        """Nothing goes on."""


class FakeMove(QObject):
    """A move that is half done."""

    finished, failed = Signal(), Signal(object)
    n_bytes = (49_000_000, 98_000_000)

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.calls: list[str] = []

    def start(self) -> None:
        """Write it down."""
        self.calls.append("start")

    def stop(self) -> None:
        """Write it down."""
        self.calls.append("stop")


def data_dialogs(plant: Callable[[str], str], theme: Theme, window: QWidget) -> Iterator[QWidget]:
    """Show each of them with what the person and the disk can put in."""
    plan = FakePlan(plant("now lies"), window)
    dialog = MoveDataDialog(cast(Any, plan), theme, window)
    plan.folder_found.emit(plant("new place"))
    yield dialog
    plan.failed.emit(DataPlaceUnsuitable(plant("unsuitable"), "not_empty"))
    yield dialog
    move = FakeMove(window)
    moving = MovingDialog(cast(Any, move), plant("moved to"), theme)
    moving.setParent(window, moving.windowFlags())
    yield moving
    problem = PlaceProblemDialog(DataPlaceUnsuitable(plant("gone"), "inside"), theme)
    problem.setParent(window, problem.windowFlags())
    yield problem
