"""The record of everything that went over the network: to whom, when, why, and how much."""

from __future__ import annotations

from desktop_app.record import Record
from desktop_app.storage.database import Database

N_KEPT = 10_000
"""Rows; the oldest go first."""


class Connection(Record):
    """Requests to one host for one purpose, close together in time. Times in milliseconds since 1970, UTC."""

    number: int
    began_ms: int
    ended_ms: int
    host: str
    """With its port where that is not the usual one."""
    purpose: str
    repository: str
    endpoint: str
    """In whose name the host was reached."""
    n_requests: int
    n_bytes: int
    """Received."""
    status: int
    """HTTP status of the last answer; 0: none came."""


_COLUMNS = "number, began_ms, ended_ms, host, purpose, repository, endpoint, n_requests, n_bytes, status"


def save_connection(database: Database, connection: Connection) -> None:
    """Write a row, in place of the one with the same number."""
    with database.transaction():
        database.execute(
            f"INSERT OR REPLACE INTO connection ({_COLUMNS}) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",  # noqa: S608 (our own constant)
            *connection.as_dict().values(),
        )
        database.execute("DELETE FROM connection WHERE number <= ?", connection.number - N_KEPT)


def connections(database: Database, limit: int, before: int | None = None) -> list[Connection]:
    """Give the newest rows, or those before the number `before`; the newest first."""
    rows = database.rows(
        f"SELECT {_COLUMNS} FROM connection WHERE ? IS NULL OR number < ? ORDER BY number DESC LIMIT ?",  # noqa: S608 (our own constant)
        before,
        before,
        limit,
    )
    return [Connection(*row) for row in rows]


def last_number(database: Database) -> int:
    """Give the highest number in use; 0 when there is no row."""
    row = database.row("SELECT coalesce(max(number), 0) FROM connection")
    return int(row[0]) if row else 0


def forget_connections(database: Database) -> None:
    """Delete all rows."""
    database.execute("DELETE FROM connection")
