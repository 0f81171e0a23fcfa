"""The choice between the two pages about what models are told: prompt templates and personas."""

from __future__ import annotations

from PySide6.QtCore import QEvent, Signal, Slot
from PySide6.QtWidgets import QWidget

from desktop_app.ui.widgets.segments import Segments


class PromptSegments(Segments):
    """Stands in the head of both pages; `here` is the one it stands on.

    Signals:
        templates_requested(), personas_requested()
    """

    templates_requested = Signal()
    personas_requested = Signal()

    def __init__(self, here: str, parent: QWidget | None = None) -> None:
        super().__init__(("templates", "personas"), parent)
        self._here = here
        self.set_current(here)
        self.chosen.connect(self._on_chosen)
        self._retranslate()

    @Slot(str)
    def _on_chosen(self, key: str) -> None:
        # The other page has segments of its own; these show this one when the person is back.
        self.set_current(self._here)
        if key != self._here:
            (self.templates_requested if key == "templates" else self.personas_requested).emit()

    def changeEvent(self, event: QEvent) -> None:
        """Speak the new language."""
        super().changeEvent(event)
        if event.type() is QEvent.Type.LanguageChange:
            self._retranslate()

    def _retranslate(self) -> None:
        self.set_words("templates", self.tr("Templates"))
        self.set_words("personas", self.tr("Personas"))
