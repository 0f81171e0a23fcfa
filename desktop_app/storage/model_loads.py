"""With which parameters a model has been loaded on a machine, so that the next load begins with what worked."""

from __future__ import annotations

from desktop_app.storage.database import Database

N_KEPT = 500
"""Of so many loads, those used last, the parameters are kept."""


def model_load(database: Database, model: str, machine: str) -> str | None:
    """Give the JSON that was kept for this model on this machine; None when there is none."""
    row = database.row("SELECT record FROM model_load WHERE model = ? AND machine = ?", model, machine)
    return str(row[0]) if row else None


def save_model_load(database: Database, model: str, machine: str, record: str, used_ms: int) -> None:
    """Keep a JSON for this model on this machine, in place of what was there."""
    with database.transaction():
        database.execute("INSERT OR REPLACE INTO model_load VALUES (?, ?, ?, ?)", model, machine, record, used_ms)
        database.execute(
            """DELETE FROM model_load WHERE (model, machine) NOT IN (
                SELECT model, machine FROM model_load ORDER BY used_ms DESC LIMIT ?)""",
            N_KEPT,
        )
