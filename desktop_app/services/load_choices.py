"""What the person has chosen for the loads of a model file, as the settings keep it: only what is not left to us.

A choice holds on the computer it was made on: settings may travel on a stick, and another computer has other cards.
"""

from __future__ import annotations

import platform
from pathlib import Path
from typing import Any

from desktop_app.engine.parameters import LoadParameters
from desktop_app.services.preferences import Preferences

_KEY = "load_parameters"
_DRAFTS = "draft_models"
_N_KEPT = 200


class LoadChoices:
    """The choices; a model without one is loaded as suits this computer."""

    def __init__(self, preferences: Preferences, machine: str = "") -> None:
        """`machine`: the name of the computer; "": of this one."""
        self._preferences = preferences
        self._machine = machine or platform.node()

    def of(self, path: Path) -> LoadParameters:
        """Give the parameters for a file, with what was never chosen as it is at first."""
        ours = [changes for file, changes, *machine in self._preferences.get(_KEY) if self._is_of(path, file, machine)]
        return LoadParameters(**_known(ours[-1] if ours else {}))

    def _is_of(self, path: Path, file: str, machine: list[str]) -> bool:
        return file == str(path) and machine in ([], [self._machine])

    def choose(self, path: Path, parameters: LoadParameters) -> None:
        """Keep a choice."""
        plain = LoadParameters().as_dict()
        changes = {name: value for name, value in parameters.as_dict().items() if value != plain[name]}
        others = [one for one in self._preferences.get(_KEY) if not self._is_of(path, one[0], one[2:])]
        ours = [[str(path), _plain(changes), self._machine]] if changes else []
        self._preferences.set(_KEY, [*others, *ours][-_N_KEPT:])

    def draft_of(self, path: Path) -> str:
        """Give the file of the small model that guesses for a file, "" for none."""
        return next((str(draft) for file, draft in self._preferences.get(_DRAFTS) if file == str(path)), "")

    def choose_draft(self, path: Path, draft: str) -> None:
        """Keep which small model guesses; "": none does any more."""
        others = [pair for pair in self._preferences.get(_DRAFTS) if pair[0] != str(path)]
        self._preferences.set(_DRAFTS, [*others, *([[str(path), draft]] if draft else [])][-_N_KEPT:])

    def forget_draft(self, draft: str) -> None:
        """Have nothing guessed by a file that is no good for it, or is gone."""
        self._preferences.set(_DRAFTS, [pair for pair in self._preferences.get(_DRAFTS) if pair[1] != draft])


def _plain(changes: dict[str, Any]) -> dict[str, Any]:
    """Give what JSON gives back, so that the setting is the same before and after a start."""
    return {name: list(value) if isinstance(value, tuple) else value for name, value in changes.items()}


def _known(kept: dict[str, Any]) -> dict[str, Any]:
    """Leave out what another version has written and this one does not know, or knows as something else."""
    known: dict[str, Any] = {}
    for name, value in LoadParameters().as_dict().items():
        chosen = kept.get(name, value)
        if isinstance(value, tuple) and isinstance(chosen, list) and all(isinstance(part, int | float) for part in chosen):
            known[name] = tuple(float(part) for part in chosen)
        elif type(chosen) is type(value):
            known[name] = chosen
    return known
