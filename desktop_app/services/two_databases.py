"""The file, and beside it the database in memory with the conversations that are never written to disk.

Both have the same tables, so that what works on one works on the other; only here is decided on which. The one in
memory is made with the first private conversation and is gone with the process. Each has a connection for reading,
on the window's thread, and one for writing, on the writer's.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TypeVar

from desktop_app.chat.message import new_id
from desktop_app.storage import conversations as store
from desktop_app.storage.database import Database

T = TypeVar("T")


class PurgedError(LookupError):
    """What was to be written belongs to a conversation that was purged in the meantime: there is nothing to do."""


class TwoDatabases:
    """Says which database a conversation or a message is in."""

    def __init__(self, reading: Database) -> None:
        self.reading = reading
        self.private_reading: Database | None = None
        self.private_writing: Database | None = None
        self._purged: set[str] = set()

    def open_private(self) -> None:
        """Make the database in memory, unless it is there."""
        if self.private_reading is None:
            name = f"hearth-{new_id()}"
            self.private_writing = Database.in_memory(name)
            self.private_reading = Database.in_memory(name)

    def close_reading(self) -> None:
        """Close what the window's thread has open."""
        self.reading.close()
        if self.private_reading is not None:
            self.private_reading.close()

    def close_private(self) -> None:
        """Let go of what is in memory, when the writer has ended."""
        if self.private_writing is not None:
            self.private_writing.close()

    # For reading

    def of_conversation(self, conversation_id: str | None) -> Database:
        """Give the database to read a conversation from; the file when it is in neither."""
        private = self.private_reading
        is_private = private is not None and conversation_id is not None and store.has_conversation(private, conversation_id)
        return private if private is not None and is_private else self.reading

    def of_message(self, message_id: str) -> Database:
        """Give the database to read a message from; the file when it is in neither."""
        private = self.private_reading
        is_private = private is not None and store.conversation_of_message(private, message_id) is not None
        return private if private is not None and is_private else self.reading

    # For writing; on the writer's thread. `main` is the file.

    def home(self, main: Database, conversation_id: str | None) -> Database:
        """Give the database to write a conversation to; None, the chat that does not exist yet: the file.

        Raises: PurgedError.
        """
        if conversation_id in self._purged:
            raise PurgedError(conversation_id)
        private = self.private_writing
        is_private = private is not None and conversation_id is not None and store.has_conversation(private, conversation_id)
        return private if private is not None and is_private else main

    def home_of_message(self, main: Database, message_id: str) -> Database:
        """Give the database to write a message to. Raises: PurgedError."""
        if message_id in self._purged:
            raise PurgedError(message_id)
        private = self.private_writing
        is_private = private is not None and store.conversation_of_message(private, message_id) is not None
        return private if private is not None and is_private else main

    def homes(self, main: Database, conversation_ids: Sequence[str]) -> list[tuple[Database, list[str]]]:
        """Give each database with those of the conversations that are in it; the purged ones are left out."""
        found: dict[bool, list[str]] = {False: [], True: []}
        for id_ in conversation_ids:
            if id_ not in self._purged:
                found[self.home(main, id_).is_private].append(id_)
        pairs = [(main, found[False])] + ([(self.private_writing, found[True])] if self.private_writing else [])
        return [(database, ids) for database, ids in pairs if ids]

    def both(self, main: Database) -> list[Database]:
        """Give the database or the two that there are."""
        return [main] if self.private_writing is None else [main, self.private_writing]

    def is_purged(self, id_: str | None) -> bool:
        """Say whether a conversation was purged, or an answer in progress with its conversation."""
        return id_ in self._purged

    def note_purged(self, ids: Sequence[str]) -> None:
        """Let nothing more be written to these conversations and messages."""
        self._purged.update(ids)

    def note_restored(self, ids: Sequence[str]) -> None:
        """Let these conversations be written to again: they came back from a backup."""
        self._purged.difference_update(ids)


def first_found(databases: Sequence[Database], find: Callable[[Database], T | None]) -> T | None:
    """Give what `find` gives for the first database in which it finds something."""
    return next((found for database in databases if (found := find(database)) is not None), None)
