"""The screens about where the person's data lie, and about what the program tells of itself."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any, cast

from PySide6.QtWidgets import QScrollArea

from desktop_app.errors import DataFolderGone, DataPlaceUnsuitable, DiskFull
from desktop_app.ui.diagnostics.diagnostics_dialog import DiagnosticsDialog
from desktop_app.ui.dialogs.move_data import MoveDataDialog
from desktop_app.ui.dialogs.moving import MovingDialog
from desktop_app.ui.dialogs.place_problem import PlaceProblemDialog
from tests.reliability.planted_data import FakeMove, FakePlan

if TYPE_CHECKING:
    from tests.screens import Scene


def _asked(scene: Scene) -> tuple[FakePlan, MoveDataDialog]:
    plan = FakePlan("/home/mia/.local/share/hearth", scene.window)
    dialog = MoveDataDialog(cast(Any, plan), scene.theme, scene.window)
    dialog.open()
    return plan, dialog


def move_data(scene: Scene) -> None:
    """Before a folder is chosen."""
    _asked(scene)


def move_data_chosen(scene: Scene) -> None:
    """When one is."""
    _asked(scene)[0].folder_found.emit(Path("/run/media/mia/Backup of everything since 2019/Hearth"))


def move_data_unsuitable(scene: Scene) -> None:
    """When it is none to move into."""
    _asked(scene)[0].failed.emit(DataPlaceUnsuitable("/run/media/mia/Hearth", "not_empty"))


def _moving(scene: Scene) -> tuple[FakeMove, MovingDialog]:
    move = FakeMove(scene.window)
    dialog = MovingDialog(cast(Any, move), "/run/media/mia/Backup/Hearth", scene.theme)
    dialog.setParent(scene.window, dialog.windowFlags())
    dialog.open()
    return move, dialog


def moving(scene: Scene) -> None:
    """Half of it is there."""
    _moving(scene)


def moving_failed(scene: Scene) -> None:
    """The disk is full."""
    _moving(scene)[0].failed.emit(DiskFull("/run/media/mia/Backup/Hearth/models/Qwen3-4B-Q4_K_M.gguf"))


def data_gone(scene: Scene) -> None:
    """The disk with everything is not there."""
    dialog = PlaceProblemDialog(DataFolderGone("/run/media/mia/Backup/Hearth"), scene.theme)
    dialog.setParent(scene.window, dialog.windowFlags())
    dialog.open()


def diagnostics(scene: Scene) -> None:
    """What to copy into a report."""
    DiagnosticsDialog(scene.services, scene.theme, scene.window).open()


def settings_data(scene: Scene) -> None:
    """The end of the page of settings, with one set back a moment ago."""
    scene.services.preferences.set("thinking", "off")
    scene.window.actions_.show_settings.trigger()
    scene.window.settings.page.sections["answers"].rows["thinking"].reset.click()
    scene.window.settings.page.foot.show()
    scene.studio.settle(0.4)
    (area,) = scene.window.settings.page.findChildren(QScrollArea)
    area.verticalScrollBar().setValue(area.verticalScrollBar().maximum())


DATA_SCREENS: dict[str, Callable[[Scene], None]] = {
    "move-data": move_data, "move-data-chosen": move_data_chosen, "move-data-unsuitable": move_data_unsuitable,
    "moving": moving, "moving-failed": moving_failed, "data-gone": data_gone, "diagnostics": diagnostics,
    "settings-data": settings_data,
}  # fmt: skip
