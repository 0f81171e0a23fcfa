"""Notices that the folder of models has another path than last time, and lets all that is kept under the old one follow.

It was moved, or a stick has come back under another name.
"""

from __future__ import annotations

import logging
from functools import partial
from pathlib import Path

from desktop_app.errors import AppError
from desktop_app.services.conversations import Conversations
from desktop_app.services.preferences import Preferences
from desktop_app.storage.database import Database
from desktop_app.storage.relocation import relocate, relocated

SETTING = "models_place"
WITH_PATHS = (
    "last_model", "model_files", "chat_templates", "edited_chat_templates", "chat_template_drafts", "draft_models",
    "load_parameters",
)  # fmt: skip

log = logging.getLogger(__name__)


def follow_models(models: Path, preferences: Preferences, conversations: Conversations) -> None:
    """Do so, and remember the path; returns when it is written, after some milliseconds. Where nothing can be, next time."""
    old, new = str(preferences.get(SETTING)), str(models)
    if not old:
        preferences.set(SETTING, new)
        return
    for key in WITH_PATHS:
        preferences.set(key, relocated(preferences.get(key), old, new))
    conversations.in_writer(partial(_relocate, old, new), lambda _: preferences.set(SETTING, new), _leave)
    conversations.flush()


def _relocate(old: str, new: str, database: Database) -> None:
    relocate(database, old, new)


def _leave(error: AppError) -> None:
    log.warning("what is kept of models cannot follow them: %s", type(error).__name__)
