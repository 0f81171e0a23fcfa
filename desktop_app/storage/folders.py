"""Where conversations stand in the list: folders, tags and pins. Each change is one transaction for all that it names."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from desktop_app.chat.folder import Folder
from desktop_app.clock import now_ms
from desktop_app.storage.conversations import update
from desktop_app.storage.database import Database

MAX_NAME_CHARACTERS = 100
"""A longer name of a folder or tag is cut."""


def one_line(name: str) -> str:
    """Give the name of a folder or tag as it is stored: one line without space around it."""
    return " ".join(name.split())[:MAX_NAME_CHARACTERS].rstrip()


def folders(database: Database) -> list[Folder]:
    """Give all folders, by name without regard to case."""
    rows = [Folder(*row) for row in database.rows("SELECT id, name, created_ms FROM folder ORDER BY number")]
    return sorted(rows, key=lambda folder: folder.name.casefold())


def tags(database: Database) -> list[str]:
    """Give the tags of conversations that are not in the trash, by name without regard to case."""
    rows = database.rows(
        """SELECT tag FROM (SELECT DISTINCT tag FROM conversation_tag) AS name WHERE EXISTS (
            SELECT 1 FROM conversation_tag AS tagged JOIN conversation ON conversation.id = tagged.conversation_id
            WHERE tagged.tag = name.tag AND conversation.trashed_ms IS NULL)"""
    )
    return sorted(sorted(tag for (tag,) in rows), key=str.casefold)


def put_folder(database: Database, folder: Folder) -> None:
    """Make a folder; one of that id that is there stays as it is."""
    database.execute(
        "INSERT OR IGNORE INTO folder (id, name, created_ms) VALUES (?, ?, ?)", folder.id, folder.name, folder.created_ms
    )


def rename_folder(database: Database, folder_id: str, name: str) -> None:
    """Give a folder another name."""
    database.execute("UPDATE folder SET name = ? WHERE id = ?", name, folder_id)


def remove_folder(database: Database, folder_id: str) -> list[str]:
    """Remove a folder and give the ids of the conversations in it, which stay and are in no folder now."""
    with database.transaction():
        rows = database.rows("SELECT id FROM conversation WHERE folder_id = ?", folder_id)
        database.execute("DELETE FROM folder WHERE id = ?", folder_id)
    return [row[0] for row in rows]


def move(database: Database, conversation_ids: Sequence[str], folder_id: str | None) -> None:
    """Put conversations into a folder; None, or a folder that has gone: into none. Raises: LookupError."""
    with database.transaction():
        for id_ in conversation_ids:
            update(database, "folder_id = (SELECT id FROM folder WHERE id = ?)", id_, folder_id)


def pin(database: Database, conversation_ids: Sequence[str], is_pinned: bool) -> None:
    """Pin conversations to the top of the list, or let them go. One that is pinned keeps its place among the pinned."""
    now = now_ms()
    with database.transaction():
        for id_ in conversation_ids:
            update(database, "pinned_ms = CASE ? WHEN 1 THEN coalesce(pinned_ms, ?) END", id_, int(is_pinned), now)


def tag(database: Database, conversation_ids: Sequence[str], add: Iterable[str] = (), remove: Iterable[str] = ()) -> None:
    """Give conversations tags and take others away; blank ones are passed over."""
    added, removed = list(add), list(remove)
    with database.transaction():
        for id_ in conversation_ids:
            for name in removed:
                database.execute("DELETE FROM conversation_tag WHERE conversation_id = ? AND tag = ?", id_, name)
            put_tags(database, id_, added)


def put_tags(database: Database, conversation_id: str, names: Iterable[str]) -> None:
    """Give a conversation tags, in a transaction that has begun; blank ones are passed over."""
    for name in map(one_line, names):
        if name:
            sql = "INSERT OR IGNORE INTO conversation_tag (conversation_id, tag) VALUES (?, ?)"
            database.execute(sql, conversation_id, name)


def have_tags(database: Database, conversation_ids: Sequence[str]) -> bool:
    """Say whether one of these conversations has a tag."""
    sql = "SELECT 1 FROM conversation_tag WHERE conversation_id = ? LIMIT 1"
    return any(database.row(sql, id_) for id_ in conversation_ids)
