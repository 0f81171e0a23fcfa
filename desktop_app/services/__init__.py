"""QObjects that own the running things, between the rooms and the windows. QtCore only."""

from __future__ import annotations

from desktop_app.paths import Paths
from desktop_app.record import Record
from desktop_app.services.backups import Backups
from desktop_app.services.conversations import Conversations
from desktop_app.services.engine import Engine
from desktop_app.services.formulas import Formulas
from desktop_app.services.generation import Generation
from desktop_app.services.model_library import ModelLibrary
from desktop_app.services.preferences import Preferences
from desktop_app.services.search import Search

__all__ = ["Backups", "Conversations", "Engine", "Formulas", "Generation", "ModelLibrary", "Preferences", "Search", "Services"]


class Services(Record):
    """Everything that the window talks to; built once in `app.py`."""

    paths: Paths
    preferences: Preferences
    conversations: Conversations
    engine: Engine
    generation: Generation
    library: ModelLibrary
    search: Search
    formulas: Formulas
    backups: Backups
