"""Brings back from another copy of the file what is missing in this one: by identity, never over what is there.

Two uses. A *restore* takes from a backup what was lost since: everything that exists stays as it is. A *recovery*
begins with a backup and takes what could be read of a damaged file, which is newer: there (`is_newer`) what has
changed since the backup is taken over too, but never a text that does not go on where the backup's ends.

All of it is SQL between two attached files: a million messages never pass through Python.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path

from desktop_app.chat.conversation import first_line
from desktop_app.record import Record
from desktop_app.storage.branches import show
from desktop_app.storage.database import Database
from desktop_app.storage.migrations import TO_BE_INDEXED

# An answer in progress has its text in parts; whoever wrote it is gone.
_TEXT = """CASE o.state WHEN 'generating' THEN o.text || coalesce(
    (SELECT group_concat(part.text, '' ORDER BY part.seq) FROM copy.message_part AS part WHERE part.message_id = o.id), '')
    ELSE o.text END"""
_STATE = "CASE o.state WHEN 'generating' THEN 'interrupted' ELSE o.state END"
_PARENT = """CASE WHEN o.parent_id IN (SELECT id FROM temp.coming) OR o.parent_id IN (SELECT id FROM main.message)
    THEN o.parent_id END"""
_OWN = ("prompt_template", "persona", "parameter_preset")
"""What the person has made besides conversations, each with when it was changed last."""
_FOLDER = "(SELECT id FROM main.folder WHERE folder.id = o.folder_id)"


class Merged(Record):
    """What came back."""

    added: tuple[str, ...] = ()
    """Conversations that were missing."""
    completed: tuple[str, ...] = ()
    """Conversations that were there, and in which messages were missing."""
    n_messages: int = 0
    n_own: int = 0
    """Prompt templates, personas and presets."""

    def plus(self, other: Merged) -> Merged:
        """Give both together."""
        return Merged(
            self.added + other.added,
            self.completed + other.completed,
            self.n_messages + other.n_messages,
            self.n_own + other.n_own,
        )


def missing(database: Database, copy: Path) -> list[tuple[str, int]]:
    """Give each conversation of which `copy` has something that is not here, and how many messages of it."""
    with _attached(database, copy):
        return [
            (row[0], row[1])
            for row in database.rows(
                """SELECT id, sum(n) FROM (
                    SELECT conversation_id AS id, count(*) AS n FROM copy.message
                    WHERE id NOT IN (SELECT id FROM main.message) GROUP BY conversation_id
                    UNION ALL
                    SELECT id, 0 FROM copy.conversation WHERE id NOT IN (SELECT id FROM main.conversation)
                ) GROUP BY id ORDER BY id"""
            )
        ]


def merge(
    database: Database,
    copy: Path,
    now_ms: int,
    wanted: Sequence[str] | None = None,
    *,
    is_newer: bool = False,
    is_same: bool = False,
) -> Merged:
    """Take over what is missing of the conversations `wanted`, None: of all, in one transaction.

    What was in the trash of a backup is in the trash again, from now on for as long as everything there. Of the same
    file of before (`is_same`) it is there as it was, and what belongs to no conversation comes back, too.
    """
    with _attached(database, copy):
        try:
            with database.transaction():
                # A message may come before its parent.
                database.execute("PRAGMA defer_foreign_keys = 1")
                return _Merge(database, now_ms, is_newer, is_same).run(wanted)
        finally:
            for name in ("wanted", "added", "coming", "touched"):
                database.execute(f"DROP TABLE IF EXISTS temp.{name}")


def drop_others(database: Database, copy: Path) -> int:
    """Delete the conversations that `copy` does not have, and give how many."""
    with _attached(database, copy), database.transaction():
        return database.execute("DELETE FROM main.conversation WHERE id NOT IN (SELECT id FROM copy.conversation)")


@contextmanager
def _attached(database: Database, copy: Path) -> Iterator[None]:
    database.execute("ATTACH DATABASE ? AS copy", str(copy))
    try:
        yield
    finally:
        database.execute("DETACH DATABASE copy")


class _Merge:
    """One merge, step by step. The tables `wanted`, `added`, `coming` and `touched` hold ids."""

    def __init__(self, database: Database, now_ms: int, is_newer: bool, is_same: bool) -> None:
        self._database = database
        self._now_ms = now_ms
        self._is_newer = is_newer
        self._is_same = is_same
        self._is_backup = not is_newer and not is_same

    def run(self, wanted: Sequence[str] | None) -> Merged:
        """Do all of it, in a transaction that has begun."""
        self._list("wanted", "SELECT id FROM copy.conversation UNION SELECT conversation_id FROM copy.message", wanted)
        self._list("added", "SELECT id FROM wanted WHERE id NOT IN (SELECT id FROM main.conversation)")
        self._list(
            "coming",
            """SELECT id FROM copy.message WHERE conversation_id IN (SELECT id FROM wanted)
            AND id NOT IN (SELECT id FROM main.message)""",
        )
        self._take_conversations()
        self._take_attachments()
        n_messages = self._take_messages()
        self._copy("conversation_tag", "conversation_id IN (SELECT id FROM added)")
        self._copy("shown_child", "conversation_id IN (SELECT id FROM added) AND child_id IN (SELECT id FROM main.message)")
        is_home = "o.up_to_message_id IN (SELECT id FROM main.message WHERE conversation_id = o.conversation_id)"
        is_wanted = "o.conversation_id IN (SELECT id FROM wanted)"
        self._copy("summary", "o.id NOT IN (SELECT id FROM main.summary)", is_wanted, is_home)
        self._copy("edit_draft", "message_id IN (SELECT id FROM coming)")
        n_own = self._take_what_belongs_to_none()
        if self._is_newer:
            self._take_changes()
        elif self._is_same:
            self._database.execute("INSERT OR IGNORE INTO main.value SELECT * FROM copy.value WHERE key <> ?", TO_BE_INDEXED)
        added = self._column("SELECT id FROM added")
        completed = self._column(
            """SELECT DISTINCT conversation_id FROM main.message WHERE id IN (SELECT id FROM coming)
            AND conversation_id NOT IN (SELECT id FROM added)"""
        )
        self._list("touched", "SELECT id FROM wanted", None if self._is_newer else [*added, *completed])
        self._mend()
        return Merged(tuple(added), tuple(completed), n_messages, n_own)

    def _list(self, name: str, query: str, ids: Sequence[str] | None = None) -> None:
        self._database.execute(f"CREATE TEMP TABLE {name} (id TEXT PRIMARY KEY) WITHOUT ROWID")
        if ids is None:
            self._database.execute(f"INSERT OR IGNORE INTO temp.{name} {query}")
        for id_ in ids or ():
            self._database.execute(f"INSERT OR IGNORE INTO temp.{name} VALUES (?)", id_)  # noqa: S608 (our own constant)

    def _column(self, query: str) -> list[str]:
        return [row[0] for row in self._database.rows(query)]

    def _columns(self, table: str) -> list[str]:
        """Give the columns that both files have: a backup may be older than a migration. A rowid is given anew."""
        ours, theirs = (
            [row[0] for row in self._database.rows("SELECT name FROM pragma_table_info(?, ?)", table, schema)]
            for schema in ("main", "copy")
        )
        return [name for name in ours if name in theirs and name != "number"]

    def _copy(self, table: str, *conditions: str, values: Mapping[str, str] | None = None) -> int:
        """Take those rows of `table` over, `values` instead of what stands in these columns; give how many."""
        columns = self._columns(table)
        if not columns:
            return 0
        taken = ", ".join((values or {}).get(name, f"o.{name}") for name in columns)
        order = "ORDER BY o.number" if "id" in columns else ""
        condition = " AND ".join(conditions)
        return self._database.execute(
            f"INSERT INTO main.{table} ({', '.join(columns)}) SELECT {taken} FROM copy.{table} AS o WHERE {condition} {order}"  # noqa: S608 (our own names)
        )

    def _take_conversations(self) -> None:
        if "folder_id" in self._columns("conversation"):
            used = "o.id IN (SELECT folder_id FROM copy.conversation WHERE id IN (SELECT id FROM added))"
            self._copy("folder", "o.id NOT IN (SELECT id FROM main.folder)", used if self._is_backup else "true")
        trashed = f"CASE WHEN o.trashed_ms IS NOT NULL THEN {self._now_ms} END" if self._is_backup else "o.trashed_ms"
        self._copy("conversation", "o.id IN (SELECT id FROM added)", values={"folder_id": _FOLDER, "trashed_ms": trashed})
        # Of what is read from a damaged file the conversation itself may be lost, and its messages not.
        for id_, first_ms, last_ms in self._database.rows(
            """SELECT conversation_id, min(created_ms), max(created_ms) FROM copy.message
            WHERE conversation_id IN (SELECT id FROM added) AND conversation_id NOT IN (SELECT id FROM main.conversation)
            GROUP BY conversation_id"""
        ):
            row = self._database.row(
                "SELECT text FROM copy.message WHERE conversation_id = ? AND role = 'user' ORDER BY number LIMIT 1", id_
            )
            self._database.execute(
                "INSERT INTO main.conversation (id, title, created_ms, updated_ms) VALUES (?, ?, ?, ?)",
                id_, first_line(row[0]) if row else "", first_ms, last_ms,
            )  # fmt: skip

    def _take_attachments(self) -> None:
        """Before their messages, whose words are indexed together with the names of the files."""
        is_wanted = "true" if self._is_newer else "o.conversation_id IN (SELECT id FROM added)"
        is_wanted += " OR o.conversation_id IS NULL" if self._is_same else ""
        is_home = "(o.conversation_id IS NULL OR o.conversation_id IN (SELECT id FROM main.conversation))"
        is_held = "(o.queued_id IS NULL OR o.queued_id IN (SELECT id FROM main.queued_message))"
        is_sent = "o.message_id IN (SELECT id FROM coming)"
        is_new = "o.id NOT IN (SELECT id FROM main.attachment)"
        self._copy("queued_message", "o.id NOT IN (SELECT id FROM main.queued_message)", is_home, f"({is_wanted})")
        self._copy("attachment", is_new, is_home, is_sent)
        self._copy("attachment", is_new, is_home, is_held, "o.message_id IS NULL", f"({is_wanted})")

    def _take_messages(self) -> int:
        n_messages = self._copy(
            "message", "o.id IN (SELECT id FROM coming)", values={"text": _TEXT, "state": _STATE, "parent_id": _PARENT}
        )
        for id_ in self._column(
            """SELECT o.id FROM copy.message AS o JOIN main.message AS m ON m.id = o.id
            WHERE o.id IN (SELECT id FROM coming) AND o.parent_id IS NOT NULL AND m.parent_id IS NULL ORDER BY m.number"""
        ):
            self._adopt(id_)
        return n_messages

    def _adopt(self, id_: str) -> None:
        """Put a message whose parent is lost below the last one before it, so that all of the conversation is shown."""
        self._database.execute(
            """UPDATE main.message SET parent_id = (
                SELECT before.id FROM main.message AS before WHERE before.conversation_id = message.conversation_id
                AND (before.created_ms, before.number) < (message.created_ms, message.number)
                AND before.id NOT IN (
                    WITH RECURSIVE below (id) AS (
                        SELECT message.id UNION
                        SELECT child.id FROM main.message AS child JOIN below ON child.parent_id = below.id
                    ) SELECT id FROM below
                ) ORDER BY before.created_ms DESC, before.number DESC LIMIT 1
            ) WHERE id = ?""",
            id_,
        )

    def _take_what_belongs_to_none(self) -> int:
        """Take over what the person has made and noted that is not here; downloads only of this same file.

        Gives how many of `_OWN` there are now that were not.
        """
        n_own = 0
        for table in _OWN:
            is_new = f"o.id NOT IN (SELECT id FROM main.{table})"  # noqa: S608 (our own names)
            n_own += self._copy(table, is_new, "o.removed_ms IS NULL")
            self._copy(table, is_new, "o.removed_ms IS NOT NULL")
            if self._is_backup:
                n_own += self._take_back_removals(table)
        is_new = "o.id NOT IN (SELECT id FROM main.prompt_template_version)"
        self._copy("prompt_template_version", is_new, "o.template_id IN (SELECT id FROM main.prompt_template)")
        self._copy("prompt_template_use", "o.template_id NOT IN (SELECT template_id FROM main.prompt_template_use)")
        self._copy("model_note", "o.path NOT IN (SELECT path FROM main.model_note)")
        if not self._is_backup:
            self._copy("download", "o.id NOT IN (SELECT id FROM main.download)")
        return n_own

    def _take_back_removals(self, table: str) -> int:
        """Bring back, as it is here, what was removed since the backup; give how many."""
        if not self._columns(table):
            return 0
        return self._database.execute(
            f"""UPDATE main.{table} SET removed_ms = NULL, updated_ms = ? FROM copy.{table} AS o
            WHERE o.id = {table}.id AND o.removed_ms IS NULL AND {table}.removed_ms IS NOT NULL""",  # noqa: S608 (our own names)
            self._now_ms,
        )

    def _take_changes(self) -> None:
        """Take over what a newer file says of what is here."""
        columns = [name for name in self._columns("conversation") if name != "id"]
        changes = ", ".join(f"{name} = {_FOLDER if name == 'folder_id' else f'o.{name}'}" for name in columns)
        self._database.execute(
            f"""UPDATE main.conversation SET {changes} FROM copy.conversation AS o
            WHERE o.id = conversation.id AND o.id NOT IN (SELECT id FROM added)"""  # noqa: S608 (our own names)
        )
        kept = [name for name in ("stats", "error", "model", "removed_ms", "is_pinned") if name in self._columns("message")]
        values = {"text": _TEXT, "state": _STATE} | {name: f"o.{name}" for name in kept}
        changes = ", ".join(f"{name} = {value}" for name, value in values.items())
        is_changed = " OR ".join(f"{value} IS NOT message.{name}" for name, value in values.items())
        # As bytes: the length of a text ends for SQLite at the first NUL. What has ended goes on only with other numbers.
        has_gone_on = "(message.state <> 'done' OR o.stats IS NOT message.stats AND o.stats IS NOT NULL)"
        begins_alike = f"substr(CAST({_TEXT} AS BLOB), 1, length(CAST(message.text AS BLOB))) = CAST(message.text AS BLOB)"
        goes_on = f"({_TEXT} IS message.text OR {has_gone_on} AND {begins_alike})"
        self._database.execute(
            f"""UPDATE main.message SET {changes} FROM copy.message AS o
            WHERE o.id = message.id AND o.id NOT IN (SELECT id FROM coming) AND ({is_changed}) AND {goes_on}"""  # noqa: S608 (our own names)
        )
        for table in _OWN:
            self._take_later(table)
        self._take_small_things()

    def _take_later(self, table: str) -> None:
        """Take over rows that were changed after those that are here."""
        columns = [name for name in self._columns(table) if name != "id"]
        if columns:
            changes = ", ".join(f"{name} = o.{name}" for name in columns)
            self._database.execute(
                f"""UPDATE main.{table} SET {changes} FROM copy.{table} AS o WHERE o.id = {table}.id
                AND (o.updated_ms > {table}.updated_ms OR o.updated_ms = {table}.updated_ms AND o.removed_ms IS NOT NULL)"""  # noqa: S608 (our own names)
            )

    def _take_small_things(self) -> None:
        # How far an index has come is no news of another file.
        self._database.execute("INSERT OR REPLACE INTO main.value SELECT * FROM copy.value WHERE key <> ?", TO_BE_INDEXED)
        if self._columns("shown_child"):
            self._database.execute(
                """INSERT OR REPLACE INTO main.shown_child SELECT * FROM copy.shown_child AS o
                WHERE o.child_id IN (SELECT id FROM main.message) AND o.conversation_id IN (SELECT id FROM main.conversation)"""
            )
            self._database.execute(
                """INSERT OR IGNORE INTO main.conversation_tag SELECT * FROM copy.conversation_tag AS o
                WHERE o.conversation_id IN (SELECT id FROM main.conversation)"""
            )
            # A file that was in the composer may have been sent since.
            self._database.execute(
                """UPDATE main.attachment SET conversation_id = o.conversation_id, message_id = o.message_id, queued_id = NULL
                FROM copy.attachment AS o WHERE o.id = attachment.id AND attachment.message_id IS NULL
                AND o.message_id IN (SELECT id FROM main.message WHERE conversation_id = o.conversation_id)"""
            )

        if self._columns("summary"):
            self._database.execute(
                "UPDATE main.summary SET text = o.text, removed_ms = o.removed_ms FROM copy.summary AS o WHERE o.id = summary.id"
            )
            self._database.execute(
                """INSERT OR REPLACE INTO main.edit_draft SELECT * FROM copy.edit_draft AS o
                WHERE o.message_id IN (SELECT id FROM main.message)"""
            )

    def _mend(self) -> None:
        """Let every branch that was touched end at a message, and every fork know which way it goes."""
        self._database.execute(
            """UPDATE main.conversation SET leaf_id = (
                SELECT id FROM main.message WHERE conversation_id = conversation.id
                ORDER BY removed_ms IS NULL DESC, number DESC LIMIT 1
            ) WHERE id IN (SELECT id FROM touched) AND NOT EXISTS (
                SELECT 1 FROM main.message WHERE message.id = conversation.leaf_id AND conversation_id = conversation.id
            )"""
        )
        self._database.execute(
            """INSERT OR IGNORE INTO main.shown_child
            SELECT conversation_id, above, id FROM (
                SELECT conversation_id, coalesce(parent_id, '') AS above, id, max(number) FROM main.message
                WHERE conversation_id IN (SELECT id FROM touched) GROUP BY 1, 2 HAVING count(*) > 1
            )"""
        )
        for id_, leaf_id in self._database.rows(
            """SELECT id, leaf_id FROM main.conversation WHERE leaf_id IS NOT NULL AND id IN (SELECT id FROM touched)
            AND id IN (SELECT conversation_id FROM main.shown_child)"""
        ):
            show(self._database, id_, leaf_id)
