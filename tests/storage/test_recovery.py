"""A repair that is put off: what is written down about it. The repairs themselves: tests/reliability/test_a7_*."""

from __future__ import annotations

import os
import stat
from pathlib import Path

import pytest

from desktop_app.storage.recovery import PutOff, put_off, put_off_recovery
from desktop_app.storage.recovery_names import note_of

NOW_MS = 1_700_000_000_000


def test_the_note_about_a_repair_is_on_the_disk_before_it_has_its_name(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    database, quarantine = tmp_path / "hearth.sqlite3", tmp_path / "quarantine"
    database.write_bytes(b"damaged")
    synced: list[int] = []
    fsync, replace = os.fsync, Path.replace

    def sync(number: int) -> None:
        found = os.fstat(number)
        synced.append(found.st_size if stat.S_ISREG(found.st_mode) else 0)
        fsync(number)

    def put(path: Path, target: Path) -> Path:
        if target == note_of(database):
            assert synced == [path.stat().st_size]
        return replace(path, target)

    monkeypatch.setattr(os, "fsync", sync)
    monkeypatch.setattr(Path, "replace", put)
    put_off(database, quarantine, NOW_MS)

    found = put_off_recovery(database, quarantine)
    assert isinstance(found, PutOff) and found.since_ms == NOW_MS
    assert (found.folder / database.name).read_bytes() == b"damaged" and not database.exists()
