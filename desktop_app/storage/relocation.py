"""The folder of models has another path: what is kept of the models in it follows."""

from __future__ import annotations

import json
import os
from pathlib import Path
from typing import Any

from desktop_app.paths import path_key
from desktop_app.storage.database import Database

_COLUMNS = (("model_file", "path"), ("model_note", "path"), ("model_load", "model"))
_RECORDS = ("download", "persona")
"""Tables whose `record` is JSON with paths somewhere in it."""


def relocated(value: Any, old: str, new: str) -> Any:
    """Give a JSON value with `new` in place of the folder `old`, wherever a text is that path or one in it."""
    if isinstance(value, str):
        return new + value[len(old) :] if value == old or value.startswith(old + os.sep) else value
    if isinstance(value, list):
        return [relocated(one, old, new) for one in value]
    if isinstance(value, dict):
        return {key: relocated(one, old, new) for key, one in value.items()}
    return value


def relocate(database: Database, old: str, new: str) -> None:
    """Let every row that names a file in the folder `old` name the same file in `new`. Raises: StorageError."""
    old_key, new_key = path_key(Path(old)), path_key(Path(new))
    with database.transaction():
        for table, column in _COLUMNS:
            database.execute(
                f"UPDATE OR REPLACE {table} SET {column} = ? || substr({column}, ?) WHERE substr({column}, 1, ?) = ?",  # noqa: S608 (our own constants)
                new_key, len(old_key) + 1, len(old_key) + 1, old_key + os.sep,
            )  # fmt: skip
        for table in _RECORDS:
            for number, record in list(database.rows(f"SELECT number, record FROM {table}")):  # noqa: S608 (our own constant)
                _follow(database, table, number, record, old, new)


def _follow(database: Database, table: str, number: int, record: str, old: str, new: str) -> None:
    try:
        found = json.loads(record)
    except ValueError:  # of a damaged file; nothing is lost by leaving it
        return
    moved = relocated(found, old, new)
    if moved != found:
        text = json.dumps(moved)
        database.execute(f"UPDATE {table} SET record = ? WHERE number = ?", text, number)  # noqa: S608 (our own constant)
