"""Writes down every connection that the child processes report, so that a person can read it."""

from __future__ import annotations

import logging
from functools import partial

from PySide6.QtCore import QObject, QTimer, Signal, Slot

from desktop_app.clock import now_ms
from desktop_app.errors import AppError
from desktop_app.hub.access import Connected
from desktop_app.services.addresses import shown_host
from desktop_app.services.conversation_reading import ConversationReading
from desktop_app.storage.connections import Connection, connections, forget_connections, last_number, save_connection

__all__ = ["Connection", "ConnectionLog"]

log = logging.getLogger(__name__)

JOINED_MS = 60_000
"""Requests to one host for the same purpose stand in one row while no pause between them is longer."""
WRITE_DELAY_MS = 2000
"""A new row is written at once; its numbers grow for hours while a model is fetched, and are written so often."""


class ConnectionLog(QObject):
    """The rows, the newest first; what is not on disk yet is among them.

    Signals:
        recorded(): there is a new row, or one has changed.
    """

    recorded = Signal()

    def __init__(self, conversations: ConversationReading, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._conversations = conversations
        self._open: dict[tuple[str, str, str, str], Connection] = {}
        self._fresh: dict[int, Connection] = {}
        """By number, what is not on disk as it is."""
        self._due: set[int] = set()
        """Numbers of those that nobody has been asked to write."""
        self._last_number = 0
        self._timer = QTimer(self, singleShot=True, interval=WRITE_DELAY_MS)
        self._timer.timeout.connect(self._on_write_due)

    def record(self, made: Connected) -> None:
        """Add what a child has reported."""
        host, at_ms = shown_host(made.host, made.port), now_ms()
        key = (host, made.purpose, made.repository, made.endpoint)
        row = self._open.get(key)
        is_new = row is None or at_ms - row.ended_ms > JOINED_MS
        if row is None or is_new:
            if not self._can_count():
                return
            row = Connection(self._next_number(), at_ms, at_ms, *key, n_requests=0, n_bytes=0, status=0)
        row = row.replaced(
            ended_ms=at_ms,
            n_requests=row.n_requests + made.n_requests,
            n_bytes=row.n_bytes + made.n_bytes,
            status=made.status or row.status,
        )
        self._open[key] = self._fresh[row.number] = row
        self._due.add(row.number)
        if is_new:
            self._on_write_due()
        elif not self._timer.isActive():
            self._timer.start()
        self.recorded.emit()

    def rows(self, limit: int, before: int | None = None) -> list[Connection]:
        """Give the newest rows, or those before the number `before`."""
        fresh = {number: row for number, row in self._fresh.items() if before is None or number < before}
        stored = {row.number: row for row in self._stored(limit, before)}
        return sorted((stored | fresh).values(), key=lambda row: -row.number)[:limit]

    def forget(self) -> None:
        """Delete all of it."""
        if not self._can_count():
            return
        self._open.clear()
        self._fresh.clear()
        self._due.clear()
        self._conversations.in_writer(forget_connections, self._tell_forgotten)

    def close(self) -> None:
        """Write what is not written."""
        self._timer.stop()
        self._due = set(self._fresh)
        self._on_write_due()

    def _stored(self, limit: int, before: int | None) -> list[Connection]:
        try:
            return connections(self._conversations.databases()[-1], limit, before)
        except AppError:
            return []  # a database in trouble has told so elsewhere

    def _can_count(self) -> bool:
        """Know the last number; False when the database does not give it, which has been told elsewhere."""
        try:
            self._last_number = self._last_number or last_number(self._conversations.databases()[-1])
        except AppError:
            log.error("the connections of this run are not written down: the database cannot be read")
            return False
        return True

    def _next_number(self) -> int:
        self._last_number += 1
        return self._last_number

    @Slot()
    def _on_write_due(self) -> None:
        for number in self._due:
            row = self._fresh[number]
            self._conversations.in_writer(partial(save_connection, connection=row), partial(self._note_written, row), _do_nothing)
        self._due.clear()

    def _tell_forgotten(self, _: None) -> None:
        self.recorded.emit()

    def _note_written(self, row: Connection, _: None) -> None:
        if self._fresh.get(row.number) is row:
            del self._fresh[row.number]


def _do_nothing(_: object) -> None:
    """Whoever writes conversations tells of a disk in trouble."""
