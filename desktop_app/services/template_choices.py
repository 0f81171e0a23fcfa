"""Which chat template the person has chosen for which model file, as the settings keep it."""

from __future__ import annotations

from pathlib import Path

from desktop_app.services.preferences import Preferences

_KEY = "chat_templates"
_N_KEPT = 200


class TemplateChoices:
    """The choices; a model without one gets whichever template is right."""

    def __init__(self, preferences: Preferences) -> None:
        self._preferences = preferences

    def of(self, path: Path) -> str:
        """Give the name of the template chosen for a file, "" for none."""
        return next((str(name) for file, name in self._preferences.get(_KEY) if file == str(path)), "")

    def choose(self, path: Path, name: str) -> None:
        """Keep a choice; "": there is none any more."""
        others = [pair for pair in self._preferences.get(_KEY) if pair[0] != str(path)]
        chosen = [[str(path), name]] if name else []
        self._preferences.set(_KEY, [*others, *chosen][-_N_KEPT:])
