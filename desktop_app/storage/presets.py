"""Named sets of sampling parameters. Each function that changes something is one transaction."""

from __future__ import annotations

import json
from typing import Any

from desktop_app.chat.preset import Preset
from desktop_app.engine.parameters import SamplingParameters, sound
from desktop_app.storage.database import Database
from desktop_app.storage.trash import KEPT_MS


def presets(database: Database) -> list[Preset]:
    """Give all that are not removed, by name. What makes no sense in one of them is left out of it."""
    rows = database.rows("SELECT id, name, record FROM parameter_preset WHERE removed_ms IS NULL ORDER BY name, number")
    return [Preset(id_, name, _parameters(record)) for id_, name, record in rows]


def save(database: Database, preset: Preset, now_ms: int) -> None:
    """Store a new preset, or a change. One that was removed is there again."""
    record = json.dumps(preset.parameters.chosen)
    database.execute(
        """INSERT INTO parameter_preset (id, name, record, created_ms, updated_ms) VALUES (?1, ?2, ?3, ?4, ?4)
        ON CONFLICT (id) DO UPDATE SET name = ?2, record = ?3, updated_ms = ?4, removed_ms = NULL""",
        preset.id, preset.name, record, now_ms,
    )  # fmt: skip


def remove(database: Database, preset_id: str, now_ms: int) -> None:
    """Mark a preset as removed, and delete for ever those that have been for `KEPT_MS`."""
    with database.transaction():
        database.execute("UPDATE parameter_preset SET removed_ms = ? WHERE id = ?", now_ms, preset_id)
        database.execute("DELETE FROM parameter_preset WHERE removed_ms < ?", now_ms - KEPT_MS)


def _parameters(text: str) -> SamplingParameters:
    try:
        record: Any = json.loads(text)
    except (ValueError, RecursionError):
        record = None
    return sound(record) if isinstance(record, dict) else SamplingParameters()
