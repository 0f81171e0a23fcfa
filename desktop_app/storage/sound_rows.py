"""Rows of a damaged file made sound: what no value can be becomes the default, and text is always text.

Knows the tables of `storage.migrations`. A row is only given up when nothing says whose it is.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence

from desktop_app.chat.message import MessageState, Role
from desktop_app.record import Record
from desktop_app.storage.raw_pages import Value

MAX_MS = 32_503_680_000_000
"""The year 3000; a later time is a damaged one."""

_ROLES = frozenset(role.value.encode() for role in Role)
_STATES = frozenset(state.value.encode() for state in MessageState)
_FLAGS = ("title_is_custom", "is_unread", "is_pinned")
_NAMES = ("id", "conversation_id", "message_id", "child_id", "up_to_message_id", "key")
"""Columns that say whose a row is, where they may not be empty."""


class Column(Record):
    """A column of one of our tables."""

    name: str
    is_text: bool
    is_needed: bool
    """NOT NULL."""
    default: str | int


def make_sound(row: Mapping[str, Value], columns: Sequence[Column]) -> tuple[dict[str, str | int | None], bool] | None:
    """Give a row that its table takes, and whether it is as it was; None when nothing can be made of it."""
    sound: dict[str, str | int | None] = {}
    is_same = True
    for column in columns:
        if column.name not in row:
            continue
        found = row[column.name]
        right = _text(found, column) if column.is_text else _number(found, column)
        if column.name == "role" and found not in _ROLES:
            right = Role.ASSISTANT.value if row.get("model") or row.get("stats") else Role.USER.value
        elif column.name == "state" and found not in _STATES:
            right = MessageState.INTERRUPTED.value
        elif column.name in ("stats", "error", "parameters"):
            right = right if _is_object(right) else ("{}" if column.is_needed else None)
        if column.name in _NAMES and column.is_needed and not found:
            return None
        is_same &= (right.encode() if isinstance(right, str) else right) == found
        sound[column.name] = right
    return sound, is_same


def _text(found: Value, column: Column) -> str | None:
    if isinstance(found, bytes):
        return found.decode("utf-8", "replace")
    return str(column.default) if column.is_needed else None


def _number(found: Value, column: Column) -> int | None:
    is_right = isinstance(found, int)
    if column.name in _FLAGS:
        is_right = found in (0, 1)
    elif column.name.endswith("_ms"):
        is_right = isinstance(found, int) and 0 <= found <= MAX_MS
    if is_right and isinstance(found, int):
        return found
    return int(column.default or 0) if column.is_needed else None


def _is_object(text: str | int | None) -> bool:
    """Say whether it is JSON of the kind that our columns hold; of an error it must be told which it is."""
    if text is None:
        return False
    try:
        found = json.loads(str(text))
    except (ValueError, RecursionError):
        return False
    return isinstance(found, dict) and ("error" not in found or isinstance(found.get("fields"), dict))


def table_of(values: Sequence[Value]) -> str | None:
    """Give the table that a raw row belongs to, as far as its values tell; None for any other table."""
    kinds = "".join("t" if isinstance(one, bytes) else "i" if isinstance(one, int) else "-" for one in values)
    if kinds[:2] != "it" or not values[1]:
        return None
    if len(values) >= 11 and kinds[2] == "t" and (values[4] in _ROLES or values[5] in _STATES):
        return "message"
    if len(values) >= 11 and kinds[2:6] == "tiii" and kinds[8:11] == "ttt":
        return "conversation"
    if len(values) == 9 and kinds[5:] == "itti":
        return "attachment"
    if len(values) == 8 and kinds[:7] == "ittttti":
        return "summary"
    if kinds in ("itti", "itt"):
        return "folder" if kinds == "itti" else "message_part"
    return "queued_message" if kinds == "ittt" else None
