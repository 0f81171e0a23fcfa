"""What is kept of models beside their files: a cache of what headers say, and what the person and the hub said."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from typing import Any

from desktop_app.chat.message import storable
from desktop_app.library.model_note import ModelNote
from desktop_app.storage.database import Database

N_FILES_MAX = 50_000
"""Rows of the cache; what was read last is kept."""


def model_files(database: Database) -> dict[str, tuple[int, int, dict[str, Any]]]:
    """Give by path in which state (size in bytes, time in ns) a file was read, and what it said. Bad rows are left out."""
    found: dict[str, tuple[int, int, dict[str, Any]]] = {}
    for path, size_bytes, modified_ns, record in database.rows("SELECT path, size_bytes, modified_ns, record FROM model_file"):
        try:
            value = json.loads(record)
        except ValueError:
            continue
        if isinstance(value, dict):
            found[path] = (size_bytes, modified_ns, value)
    return found


def save_model_files(database: Database, files: Mapping[str, tuple[int, int, dict[str, Any]]], gone: Iterable[str]) -> None:
    """Keep what was read of these files, and forget those that are gone."""
    with database.transaction():
        for path, (size_bytes, modified_ns, record) in files.items():
            text = json.dumps(record, ensure_ascii=False)
            database.execute("INSERT OR REPLACE INTO model_file VALUES (?, ?, ?, ?)", path, size_bytes, modified_ns, text)
        for path in gone:
            database.execute("DELETE FROM model_file WHERE path = ?", path)
        database.execute(
            "DELETE FROM model_file WHERE path NOT IN (SELECT path FROM model_file ORDER BY modified_ns DESC LIMIT ?)",
            N_FILES_MAX,
        )


def model_notes(database: Database) -> dict[str, ModelNote]:
    """Give by path what is noted of models."""
    found: dict[str, ModelNote] = {}
    rows = database.rows(
        "SELECT path, note, is_favourite, used_ms, repository, revision, sha256, tokens_per_s, record FROM model_note"
    )
    for path, text, is_favourite, used_ms, repository, revision, sha256, tokens_per_s, record in rows:
        newest = _newest(record)
        found[path] = ModelNote(
            text, bool(is_favourite), used_ms, repository, revision, sha256, tokens_per_s,
            newest_revision=newest.get("revision", ""), newest_sha256=newest.get("sha256", ""),
        )  # fmt: skip
    return found


def save_model_note(database: Database, path: str, note: ModelNote) -> None:
    """Keep a note in place of the one that was there; an empty one is taken away."""
    if note == ModelNote():
        database.execute("DELETE FROM model_note WHERE path = ?", path)
        return
    database.execute(
        """INSERT OR REPLACE INTO model_note
            (path, note, is_favourite, used_ms, repository, revision, sha256, tokens_per_s, record)
            VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)""",
        path, storable(note.text), note.is_favourite, note.used_ms, note.repository, note.revision, note.sha256,
        note.tokens_per_s,
        json.dumps({"revision": note.newest_revision, "sha256": note.newest_sha256}),
    )  # fmt: skip


def _newest(record: str) -> dict[str, str]:
    try:
        value = json.loads(record)
    except ValueError:
        return {}
    return {key: one for key, one in value.items() if isinstance(one, str)} if isinstance(value, dict) else {}
