"""Which chat template the person has chosen for which model file, or has written for it, as the settings keep it.

A text that was written and is not used is kept apart from the one in use: what a model gets changes when somebody says so.
"""

from __future__ import annotations

from pathlib import Path

from desktop_app.engine.parameters import EDITED_TEMPLATE
from desktop_app.services.preferences import Preferences
from desktop_app.settings import SETTINGS

_KEY = "chat_templates"
_EDITED, _DRAFTS = "edited_chat_templates", "chat_template_drafts"
_N_KEPT = 200


class TemplateChoices:
    """The choices; a model without one gets whichever template is right."""

    def __init__(self, preferences: Preferences) -> None:
        self._preferences = preferences

    def of(self, path: Path) -> str:
        """Give the choice for a file as the engine takes it: a name, the source of a template, or "" for none."""
        name = self.chosen(path)
        return self._text(_EDITED, path) if name == EDITED_TEMPLATE else name

    def chosen(self, path: Path) -> str:
        """Give the name of the template chosen for a file, `EDITED_TEMPLATE` for the person's own; "" for none."""
        return self._text(_KEY, path)

    def edited(self, path: Path) -> str:
        """Give what the person has written for a file last, used or not; "" for nothing."""
        return self._text(_DRAFTS, path) or self._text(_EDITED, path)

    def choose(self, path: Path, name: str) -> None:
        """Keep a choice; "": there is none any more. What was written for the file stays."""
        chosen = [[str(path), name]] if name else []
        self._preferences.set(_KEY, [*self._others(_KEY, path), *chosen][-_N_KEPT:])

    def use(self, path: Path, source: str) -> None:
        """Keep what the person has written, and choose it."""
        self._keep(_EDITED, path, source)
        self.keep_draft(path, "")
        self.choose(path, EDITED_TEMPLATE)

    def keep_draft(self, path: Path, source: str) -> None:
        """Keep what the person has written without using it; "": there is nothing any more."""
        self._keep(_DRAFTS, path, "" if source == self._text(_EDITED, path) else source)

    def _keep(self, key: str, path: Path, source: str) -> None:
        """Keep a text of at most `TEMPLATE_CHARACTERS_MAX` characters, and the newest others as far as there is room."""
        newest = [[str(path), source.replace("\0", "")]] if source else []
        pairs = [*self._others(key, path), *newest][-_N_KEPT:]
        while len(pairs) > len(newest) and not SETTINGS[key].check(pairs):
            del pairs[0]
        self._preferences.set(key, pairs)

    def _others(self, key: str, path: Path) -> list[list[str]]:
        return [pair for pair in self._preferences.get(key) if pair[0] != str(path)]

    def _text(self, key: str, path: Path) -> str:
        return next((str(text) for file, text in self._preferences.get(key) if file == str(path)), "")
