"""The screens about sampling parameters: the panel, what holds for all chats, presets."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from desktop_app.engine.parameters import SamplingParameters
from desktop_app.ui.dialogs.parameters import ParametersDialog
from desktop_app.ui.dialogs.presets import PresetsDialog

if TYPE_CHECKING:
    from desktop_app.ui.talk_panel.talk_panel import TalkPanel
    from tests.screens import Scene

SCHEMA = '{"type": "object",\n "properties": {\n  "name": {"type": "string"},\n  "age": {"multipleOf": 3}}}'


def talk_panel(scene: Scene) -> TalkPanel:
    """Instructions and parameters of a conversation, with a model whose author recommends some."""
    scene.conversations.save_system_prompt(scene.id, "Answer in short sentences, and name the cost in O notation.")
    scene.conversations.save_sampling(scene.id, SamplingParameters(temperature=0.4, top_k=20, stop=("\n\n", "User:")))
    scene.services.preferences.set("sampling", {"min_p": 0.1})
    scene.flush()
    engine = scene.services.engine
    if engine.model is not None:
        engine._model = engine.model.replaced(recommended=SamplingParameters(temperature=0.7, top_p=0.8, top_k=40))
    scene.window.actions_.show_talk_panel.trigger()
    panel: TalkPanel = scene.window.talk.panel
    return panel


def talk_panel_all(scene: Scene) -> None:
    """All parameters, one group open."""
    panel = talk_panel(scene)
    panel.more.setChecked(True)
    panel.list.open_group("randomness")
    panel.list.open_group("choice")
    panel.list.open_group("steering")
    scene.studio.settle(0.3)
    _scroll(panel, 0.52)


def talk_panel_form(scene: Scene) -> None:
    """A schema with a mistake, and what is known of the model."""
    panel = talk_panel(scene)
    panel.more.setChecked(True)
    panel.list.open_group("end")
    panel.list.open_group("form")
    panel.model_view.loading.set_open(True)
    panel.model_view.thinking.set_open(True)
    edit = panel.list.rows["json_schema"].edit
    edit.setPlainText(SCHEMA)
    edit.store()
    scene.studio.settle(0.3)
    _scroll(panel, 1.0)


def parameters(scene: Scene) -> None:
    """What holds for all chats."""
    talk_panel(scene)
    scene.window.actions_.show_parameters.trigger()
    (dialog,) = scene.window.findChildren(ParametersDialog)
    dialog.list.open_group("choice")
    scene.studio.settle(0.3)


def presets(scene: Scene) -> None:
    """Two presets, one of them just used."""
    talk_panel(scene)
    scene.window.talk.show_presets()
    (dialog,) = scene.window.findChildren(PresetsDialog)
    for name, chosen in (
        ("Facts only", SamplingParameters(temperature=0.0, n_predict=300)),
        ("Brainstorm", SamplingParameters(temperature=1.2, min_p=0.05, presence_penalty=0.4)),
    ):
        preset = scene.window.talk.dialogs._presets.add(name, chosen)
    dialog.name.setText("Mine")
    dialog.use_requested.emit(preset, "here")
    scene.studio.settle(0.3)


def _scroll(panel: TalkPanel, share: float) -> None:
    from PySide6.QtWidgets import QScrollArea

    (area,) = panel.findChildren(QScrollArea)
    bar = area.verticalScrollBar()
    bar.setValue(round(bar.maximum() * share))


PARAMETER_SCREENS: dict[str, Callable[[Scene], object]] = {
    "talk-panel": talk_panel, "talk-panel-all": talk_panel_all, "talk-panel-form": talk_panel_form,
    "parameters": parameters, "presets": presets,
}  # fmt: skip
