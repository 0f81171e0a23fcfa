"""The queue of downloads as it is on disk. What a row's record means is known to `services.download_store`."""

from __future__ import annotations

from collections.abc import Sequence

from desktop_app.record import Record
from desktop_app.storage.database import Database

N_DONE_KEPT = 20
"""Of downloads that are done, so many rows are kept, those that were done last."""


class DownloadRow(Record):
    """One download. `state` is that of a queue that does not run: queued, paused, done, failed."""

    id: str
    position: int
    """Its place in the queue, from 0; rows of the same place are in the order in which they came."""
    state: str
    record: str
    """JSON: what is fetched, and what is shown of it."""
    reason: str
    """JSON of the error that it has failed with; "" for none."""
    created_ms: int
    finished_ms: int | None = None


def downloads(database: Database) -> list[DownloadRow]:
    """Give all rows in the order of the queue."""
    rows = database.rows(
        "SELECT id, position, state, record, reason, created_ms, finished_ms FROM download ORDER BY position, number"
    )
    return [DownloadRow(*row) for row in rows]


def save_download(database: Database, row: DownloadRow) -> None:
    """Keep a row, in place of what was there for its id."""
    with database.transaction():
        database.execute(
            """INSERT INTO download (id, position, state, record, reason, created_ms, finished_ms)
            VALUES (?, ?, ?, ?, ?, ?, ?)
            ON CONFLICT (id) DO UPDATE SET position = excluded.position, state = excluded.state, record = excluded.record,
                reason = excluded.reason, finished_ms = excluded.finished_ms""",
            row.id, row.position, row.state, row.record, row.reason, row.created_ms, row.finished_ms,
        )  # fmt: skip
        database.execute(
            """DELETE FROM download WHERE state = 'done' AND number NOT IN (
                SELECT number FROM download WHERE state = 'done' ORDER BY finished_ms DESC LIMIT ?)""",
            N_DONE_KEPT,
        )


def place_downloads(database: Database, ids: Sequence[str]) -> None:
    """Give these downloads the places 0, 1, 2, … in this order."""
    with database.transaction():
        for position, id_ in enumerate(ids):
            database.execute("UPDATE download SET position = ? WHERE id = ?", position, id_)


def remove_download(database: Database, id_: str) -> None:
    """Drop a row."""
    database.execute("DELETE FROM download WHERE id = ?", id_)
