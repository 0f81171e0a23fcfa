"""The person's own prompt templates, with what they were before each change.

Each function that changes something is one transaction.
"""

from __future__ import annotations

import json
from collections.abc import Iterable
from functools import lru_cache
from typing import Any

from desktop_app.chat.message import new_id, storable
from desktop_app.chat.removed import Removed
from desktop_app.storage.database import Database
from desktop_app.templates.template import PromptTemplate, TemplateVersion, field_from

N_VERSIONS_MAX = 100
"""Versions of a template that are kept; the oldest go first."""

_COLUMNS = "id, title, text, fields, folder, icon, system_prompt"
_INSERT = f"INSERT INTO prompt_template ({_COLUMNS}, created_ms, updated_ms) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)"  # noqa: S608 (our own constant)


def templates(database: Database) -> list[PromptTemplate]:
    """Give all that are not removed, by title."""
    rows = database.rows(f"SELECT {_COLUMNS} FROM prompt_template WHERE removed_ms IS NULL ORDER BY title, number")  # noqa: S608 (our own constant)
    return [_template(row) for row in rows]


def versions(database: Database, template_id: str) -> list[TemplateVersion]:
    """Give what a template was before, the newest first."""
    rows = database.rows(
        "SELECT id, record, saved_ms FROM prompt_template_version WHERE template_id = ? ORDER BY number DESC", template_id
    )
    return [TemplateVersion(id_, _from_record(template_id, json.loads(record)), saved_ms) for id_, record, saved_ms in rows]


def used(database: Database) -> dict[str, int]:
    """Give when each template was used last, in milliseconds since 1970; also those that come with the application."""
    return dict(database.rows("SELECT template_id, used_ms FROM prompt_template_use"))


def save(database: Database, template: PromptTemplate, now_ms: int, *, keeps_version: bool = True) -> None:
    """Store a new template, or a change; with `keeps_version` what it was before becomes a version.

    One that was removed is there again.
    """
    values = _values(template)
    with database.transaction():
        row = database.row(f"SELECT {_COLUMNS} FROM prompt_template WHERE id = ?", template.id)  # noqa: S608 (our own constant)
        if row is None:
            database.execute(_INSERT, template.id, *values, now_ms, now_ms)
            return
        if keeps_version and tuple(row[1:]) != values:
            _keep(database, _template(row), now_ms)
        database.execute(
            """UPDATE prompt_template SET title = ?, text = ?, fields = ?, folder = ?, icon = ?, system_prompt = ?,
            updated_ms = ?, removed_ms = NULL WHERE id = ?""",
            *values, now_ms, template.id,
        )  # fmt: skip


def add(database: Database, templates: Iterable[PromptTemplate], now_ms: int) -> None:
    """Store templates that are all new, in one transaction."""
    with database.transaction():
        for template in templates:
            database.execute(_INSERT, template.id, *_values(template), now_ms, now_ms)


def remove(database: Database, template_id: str, now_ms: int) -> None:
    """Mark a template as removed."""
    database.execute("UPDATE prompt_template SET removed_ms = ? WHERE id = ?", now_ms, template_id)


def removed(database: Database, since_ms: int) -> list[Removed]:
    """Give what was removed since that moment, the last first."""
    rows = database.rows(
        """SELECT id, title, text, removed_ms FROM prompt_template WHERE removed_ms >= ?
        ORDER BY removed_ms DESC, number DESC""",
        since_ms,
    )
    return [Removed(*row) for row in rows]


def restore(database: Database, template_ids: Iterable[str], now_ms: int) -> None:
    """Take removals back."""
    with database.transaction():
        for id_ in template_ids:
            database.execute("UPDATE prompt_template SET removed_ms = NULL, updated_ms = ? WHERE id = ?", now_ms, id_)


def note_use(database: Database, template_id: str, now_ms: int) -> None:
    """Remember that a template was used."""
    database.execute("INSERT OR REPLACE INTO prompt_template_use VALUES (?, ?)", template_id, now_ms)


def _values(template: PromptTemplate) -> tuple[str, ...]:
    # A file may spell out halves of surrogate pairs.
    fields = storable(json.dumps([field.as_dict() for field in template.fields], ensure_ascii=False))
    title, text, folder, icon, system_prompt = map(
        storable, (template.title, template.text, template.folder, template.icon, template.system_prompt)
    )
    return title, text, fields, folder, icon, system_prompt


def _keep(database: Database, template: PromptTemplate, now_ms: int) -> None:
    record = {name: value for name, value in template.as_dict().items() if name != "id"}
    record["fields"] = [field.as_dict() for field in template.fields]
    database.execute(
        "INSERT INTO prompt_template_version (id, template_id, record, saved_ms) VALUES (?, ?, ?, ?)",
        new_id(), template.id, json.dumps(record, ensure_ascii=False), now_ms,
    )  # fmt: skip
    database.execute(
        """DELETE FROM prompt_template_version WHERE template_id = ? AND number NOT IN (
            SELECT number FROM prompt_template_version WHERE template_id = ? ORDER BY number DESC LIMIT ?)""",
        template.id, template.id, N_VERSIONS_MAX,
    )  # fmt: skip


# The list is asked for with every change of one; to take 5,000 apart anew takes 150 ms.
@lru_cache(maxsize=8192)
def _template(row: tuple[Any, ...]) -> PromptTemplate:
    id_, title, text, fields, folder, icon, system_prompt = row
    return PromptTemplate(id_, title, text, _fields(json.loads(fields)), folder, icon, system_prompt)


def _from_record(template_id: str, record: dict[str, Any]) -> PromptTemplate:
    known = {name: value for name, value in record.items() if name in ("title", "text", "folder", "icon", "system_prompt")}
    return PromptTemplate(template_id, fields=_fields(record.get("fields", [])), **known)


def _fields(records: list[dict[str, Any]]) -> tuple[Any, ...]:
    return tuple(field_from(record) for record in records)
