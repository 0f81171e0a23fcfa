"""The screens about models: those on this computer, those of the hub, downloads, the network, the first start."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from desktop_app.errors import DraftModelUnsuitable
from desktop_app.services.upgrade import Upgrade
from desktop_app.ui.dialogs.upgrade import UpgradeDialog
from tests.screens_of_downloads import DOWNLOADS_SCREENS
from tests.screens_of_hub import HUB_SCREENS
from tests.screens_of_local_models import LOCAL_SCREENS
from tests.screens_of_network import NETWORK_SCREENS

if TYPE_CHECKING:
    from tests.screens import Scene


def upgrade(scene: Scene) -> None:
    """The copy before the first start of a version, half done."""
    work = Upgrade(scene.services.paths)
    work._pace.copied = 0.41
    dialog = UpgradeDialog(work, scene.studio.appearance.theme)
    dialog.setParent(scene.window, dialog.windowFlags())
    dialog.open()


def card_failed(scene: Scene) -> None:
    """The model is on the processor, since the graphics card has failed."""
    engine = scene.services.engine
    engine._model = engine.model.replaced(device_reason="failed")
    engine.model_loaded.emit(engine.model)
    engine.stepped_down.emit(engine.model)


def draft_left_out(scene: Scene) -> None:
    """The small model that was chosen cannot guess for this one."""
    scene.services.engine.draft_refused.emit(DraftModelUnsuitable("/home/anna/Models/Qwen3-0.6B-Q8_0.gguf", "vocabulary"))


MODELS_SCREENS: dict[str, Callable[[Scene], None]] = {
    **LOCAL_SCREENS, **HUB_SCREENS, **DOWNLOADS_SCREENS, **NETWORK_SCREENS, "upgrade": upgrade,
    "card-failed": card_failed, "draft-left-out": draft_left_out,
}  # fmt: skip
