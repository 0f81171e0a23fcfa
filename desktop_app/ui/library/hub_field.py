"""The field of the hub's page that words, names and addresses are typed or pasted into."""

from __future__ import annotations

from PySide6.QtCore import QEvent
from PySide6.QtWidgets import QWidget

from desktop_app.ui.theme import Theme
from desktop_app.ui.widgets.filter_field import FilterField

N_CHARACTERS_MAX = 500
"""More than any address of the hub has."""


class HubField(FilterField):
    """A field that knows its own words."""

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(theme, parent, n_characters_max=N_CHARACTERS_MAX)
        self._retranslate()

    def changeEvent(self, event: QEvent) -> None:
        """Speak the new language."""
        super().changeEvent(event)
        if event.type() is QEvent.Type.LanguageChange:
            self._retranslate()

    def _retranslate(self) -> None:
        placeholder = self.tr("Search Hugging Face: words, owner/name, or an address")
        self.set_words(placeholder, self.tr("Clear the search"), self.tr("Search Hugging Face"))
