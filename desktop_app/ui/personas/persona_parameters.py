"""The parameters of a persona, in a dialog over its page."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Slot

from desktop_app.chat.persona import Persona
from desktop_app.engine.parameters import SamplingParameters
from desktop_app.services.sampling_levels import SamplingLevels
from desktop_app.ui.dialogs.parameters import ParametersDialog
from desktop_app.ui.personas.persona_editor import PersonaEditor

if TYPE_CHECKING:
    from PySide6.QtWidgets import QWidget

    from desktop_app.ui.theme import Theme


class PersonaParameters(QObject):
    """Opens the dialog, and has stored what is chosen there."""

    def __init__(self, levels: SamplingLevels, editor: PersonaEditor, window: QWidget) -> None:
        super().__init__(editor)
        self._levels, self._editor, self._window = levels, editor, window
        self._dialog: ParametersDialog | None = None
        self._persona = Persona("", "")
        """Whose they are: the page may show another one meanwhile."""

    def show(self, persona: Persona, theme: Theme) -> None:
        """Show what a persona chooses."""
        self._persona = persona
        values = self._levels.of_persona(persona.parameters)
        dialog = self._dialog = ParametersDialog(values, "", theme, self._window, persona=persona.name)
        dialog.chosen.connect(self._on_chosen)
        dialog.dropped.connect(self._on_dropped)
        dialog.reset_requested.connect(self._on_reset_requested)
        dialog.finished.connect(self._on_finished)
        dialog.open()

    @Slot(str, object)
    def _on_chosen(self, name: str, value: object) -> None:
        self._take(self._persona.parameters.choosing(name, value))

    @Slot(str)
    def _on_dropped(self, name: str) -> None:
        self._take(self._persona.parameters.leaving(name))

    @Slot()
    def _on_reset_requested(self) -> None:
        self._take(SamplingParameters())

    def _take(self, chosen: SamplingParameters) -> None:
        self._persona = self._persona.replaced(parameters=chosen)
        self._editor.changed.emit(self._persona)
        if self._dialog is not None:
            self._dialog.show_values(self._levels.of_persona(self._persona.parameters))

    @Slot()
    def _on_finished(self) -> None:
        self._dialog = None
