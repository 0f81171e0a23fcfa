"""Everything about parameters with markup in whatever is not ours."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from PySide6.QtWidgets import QWidget

from desktop_app.chat.preset import Preset
from desktop_app.engine.parameters import LoadParameters, SamplingParameters
from desktop_app.engine.protocol import ModelInfo
from desktop_app.services.sampling_levels import Level, taken_together
from desktop_app.ui.dialogs.parameters import ParametersDialog
from desktop_app.ui.dialogs.presets import PresetsDialog
from desktop_app.ui.parameters.words import GROUPS
from desktop_app.ui.talk_panel.talk_panel import TalkPanel
from desktop_app.ui.theme import Theme
from tests.fakes.services import model_info

PARAMETER_PLACES = {
    "stop word", "breaker", "grammar here", "schema of all", "recommending model", "recommended stop", "preset", "preset stop",
    "own instructions", "recommending", "removed preset",
}  # fmt: skip


def parameter_dialogs(plant: Callable[[str], str], theme: Theme, window: QWidget) -> Iterator[QWidget]:
    """Give the dialogs."""
    of_all = [(Level.APPLICATION, SamplingParameters(grammar=plant("schema of all")))]
    dialog = ParametersDialog(taken_together(of_all), plant("recommending"), theme, window)
    for group in GROUPS:
        dialog.list.open_group(group)
    yield dialog
    preset = Preset("p", plant("preset"), SamplingParameters(stop=(plant("preset stop"),)))
    presets = PresetsDialog([preset], theme, window, can_save=True, persona=plant("persona"))
    presets.offer_undo_of_removal(preset.replaced(name=plant("removed preset")), list)
    yield presets


def parameter_panel(plant: Callable[[str], str], theme: Theme, window: QWidget) -> QWidget:
    """Give the panel of a conversation with everything open."""
    own = SamplingParameters(stop=(plant("stop word"),), dry_multiplier=1.0, dry_sequence_breakers=(plant("breaker"),))
    model: ModelInfo = model_info(
        name=plant("recommending model"), recommended=SamplingParameters(stop=(plant("recommended stop"),), top_k=3)
    )
    panel = TalkPanel(theme, window)
    levels = [(Level.PERSONA, SamplingParameters(grammar=plant("grammar here"))), (Level.CONVERSATION, own)]
    panel.show_values(plant("own instructions"), own, taken_together(levels))
    panel.show_model(model, LoadParameters(), is_busy=False)
    panel.more.setChecked(True)
    for group in GROUPS:
        panel.list.open_group(group)
    panel.resize(320, 800)
    panel.show()
    return panel
