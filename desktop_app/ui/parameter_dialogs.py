"""The dialogs about parameters beside the panel: presets, and what holds for all chats."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Slot

from desktop_app.chat.preset import Preset
from desktop_app.engine.parameters import SamplingParameters
from desktop_app.services.presets import Presets
from desktop_app.services.sampling_levels import SamplingLevels
from desktop_app.ui.model_names import ModelNames

if TYPE_CHECKING:
    from PySide6.QtWidgets import QWidget

    from desktop_app.services import Services
    from desktop_app.ui.dialogs.parameters import ParametersDialog
    from desktop_app.ui.dialogs.presets import PresetsDialog
    from desktop_app.ui.talk_panel.talk_panel import TalkPanel
    from desktop_app.ui.theme import Theme


class ParameterDialogs(QObject):
    """Opens them and does what they say. At most one of each is open."""

    def __init__(self, levels: SamplingLevels, services: Services, window: QWidget) -> None:
        super().__init__(window)
        self._levels, self._engine, self._library, self._window = levels, services.engine, services.library, window
        self._presets = Presets(services.conversations, self)
        self._presets.changed.connect(self._on_presets_changed)
        self._presets.failed.connect(services.conversations.write_failed)
        levels.changed.connect(self._on_levels_changed)
        self._dialog: PresetsDialog | None = None
        self._for_all: ParametersDialog | None = None
        self._panel: TalkPanel | None = None
        self.persona_name: Callable[[], str] = lambda: ""
        """What the persona of the conversation on show is called, "" for none."""
        self.choose_for_persona: Callable[[SamplingParameters], SamplingParameters] = lambda chosen: chosen
        """Lets that persona have these parameters, and gives those that it had."""

    # Presets

    def show_presets(self, panel: TalkPanel, theme: Theme) -> None:
        """Show the presets; what is used goes to the conversation in `panel`, and what is saved comes from there."""
        from desktop_app.ui.dialogs.presets import PresetsDialog

        self._panel = panel
        can_save = bool(panel.sampling.leaving("unfinished").chosen)
        dialog = PresetsDialog(self._presets.all(), theme, self._window, can_save=can_save, persona=self.persona_name())
        dialog.save_requested.connect(self._on_save_requested)
        dialog.use_requested.connect(self._on_use_requested)
        dialog.changed.connect(self._presets.save)
        dialog.remove_requested.connect(self._on_remove_requested)
        dialog.finished.connect(self._on_presets_closed)
        self._dialog = dialog
        dialog.open()

    @Slot(str)
    def _on_save_requested(self, name: str) -> None:
        if self._panel is None or self._dialog is None:
            return
        before = self._presets.named(name)
        self._presets.add(name, self._panel.sampling)
        if before is not None:
            self._dialog.offer_undo_of_change(before, partial(self._presets.save, before))

    @Slot(object, str)
    def _on_use_requested(self, preset: Preset, where: str) -> None:
        from desktop_app.ui.dialogs.presets import EVERYWHERE, HERE

        if self._panel is None or self._dialog is None:
            return
        choose: Callable[[SamplingParameters], SamplingParameters] = self.choose_for_persona
        if where == HERE:
            choose = partial(self._choose_here, self._panel)
        elif where == EVERYWHERE:
            choose = self._choose_for_all
        before = choose(preset.parameters)
        self._dialog.offer_undo_of_use(preset, partial(choose, before))

    @staticmethod
    def _choose_here(panel: TalkPanel, chosen: SamplingParameters) -> SamplingParameters:
        before = panel.sampling
        panel.choose_all(chosen)
        return before

    def _choose_for_all(self, chosen: SamplingParameters) -> SamplingParameters:
        before = self._levels.for_all
        self._levels.choose_for_all(chosen)
        return before

    @Slot(object)
    def _on_remove_requested(self, preset: Preset) -> None:
        self._presets.remove(preset.id)
        if self._dialog is not None:
            self._dialog.offer_undo_of_removal(preset, partial(self._presets.save, preset))

    @Slot()
    def _on_presets_changed(self) -> None:
        if self._dialog is not None:
            self._dialog.show_presets(self._presets.all())

    def close_presets(self) -> None:
        """Close them, if they are open: what they use, save and take back is of the conversation that was on show."""
        if self._dialog is not None:
            self._dialog.accept()

    @Slot()
    def _on_presets_closed(self) -> None:
        self._dialog = None

    # All chats

    def show_for_all(self, theme: Theme) -> None:
        """Show what holds for all chats."""
        from desktop_app.ui.dialogs.parameters import ParametersDialog

        model = self._engine.model
        name = ""
        if model is not None and model.recommended.chosen:
            name = ModelNames().named(model, self._library).name
        dialog = ParametersDialog(self._levels.of_all(), name, theme, self._window)
        dialog.chosen.connect(self._on_chosen)
        dialog.dropped.connect(self._on_dropped)
        dialog.reset_requested.connect(self._on_reset_requested)
        dialog.finished.connect(self._on_for_all_closed)
        self._for_all = dialog
        dialog.open()

    @Slot(str, object)
    def _on_chosen(self, name: str, value: object) -> None:
        self._levels.choose_for_all(self._levels.for_all.choosing(name, value))

    @Slot(str)
    def _on_dropped(self, name: str) -> None:
        self._levels.choose_for_all(self._levels.for_all.leaving(name))

    @Slot()
    def _on_reset_requested(self) -> None:
        self._levels.choose_for_all(SamplingParameters())

    @Slot()
    def _on_levels_changed(self) -> None:
        if self._for_all is not None:
            self._for_all.show_values(self._levels.of_all())

    @Slot()
    def _on_for_all_closed(self) -> None:
        self._for_all = None
