"""A fresh file for every test of storage."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from desktop_app.storage.database import Database


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "hearth.sqlite3"


@pytest.fixture
def database(path: Path) -> Iterator[Database]:
    database = Database.writing(path)
    yield database
    database.close()
