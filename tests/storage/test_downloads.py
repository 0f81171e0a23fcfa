"""The queue of downloads on disk."""

from __future__ import annotations

from pathlib import Path

import pytest

from desktop_app.storage.database import Database
from desktop_app.storage.downloads import (
    N_DONE_KEPT,
    DownloadRow,
    downloads,
    place_downloads,
    remove_download,
    save_download,
)


@pytest.fixture
def database(tmp_path: Path) -> Database:
    return Database.writing(tmp_path / "hearth.sqlite3")


def row(id_: str, position: int = 0, state: str = "queued", **values: int) -> DownloadRow:
    return DownloadRow(id_, position, state, '{"title": "Qwen3"}', "", 1, **values)


def test_rows_come_back_in_the_order_of_the_queue(database: Database) -> None:
    for one in (row("a", 2), row("b", 0), row("c", 1)):
        save_download(database, one)
    assert [one.id for one in downloads(database)] == ["b", "c", "a"]
    place_downloads(database, ["a", "b", "c"])

    assert [(one.id, one.position) for one in downloads(database)] == [("a", 0), ("b", 1), ("c", 2)]
    database.close()


def test_a_row_is_replaced_and_removed(database: Database) -> None:
    save_download(database, row("a"))
    changed = row("a", 3, "failed", finished_ms=9).replaced(reason='{"error": "NoInternet", "fields": {}}')
    save_download(database, changed)
    assert downloads(database) == [changed]
    remove_download(database, "a")

    assert downloads(database) == []
    database.close()


def test_of_what_is_done_only_the_last_is_kept(database: Database) -> None:
    save_download(database, row("waiting"))
    save_download(database, row("failed", state="failed", finished_ms=0))
    for number in range(N_DONE_KEPT + 3):
        save_download(database, row(f"done {number}", state="done", finished_ms=number))

    kept = {one.id for one in downloads(database)}
    assert len(kept) == N_DONE_KEPT + 2 and {"waiting", "failed", "done 3"} <= kept and "done 2" not in kept
    database.close()
