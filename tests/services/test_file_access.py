"""A file that could only be read can be written again: it is read on as before, whatever the disk does at that moment."""

from __future__ import annotations

from pathlib import Path

import pytest
from PySide6.QtCore import QCoreApplication

from desktop_app.errors import DiskFull
from desktop_app.services import file_access
from desktop_app.services.file_access import FileAccess
from desktop_app.storage.conversations import add_conversation, all_conversations
from desktop_app.storage.database import Database


def test_where_it_cannot_be_opened_anew_the_first_way_to_read_stays(
    tmp_path: Path, qapp: QCoreApplication, monkeypatch: pytest.MonkeyPatch, expected_log
) -> None:
    def refuse(*_: object) -> None:
        raise DiskFull("/x")

    path = tmp_path / "hearth.sqlite3"
    database = Database.writing(path)
    add_conversation(database, "c1")
    expected_log("can only be read: DiskFull")
    monkeypatch.setattr(file_access, "_open_for_writing", refuse)
    access = FileAccess(path)
    with monkeypatch.context() as planted:
        planted.setattr(Database, "reading", refuse)
        with pytest.raises(DiskFull):
            access._on_opened()
    assert isinstance(access.problem, DiskFull) and [one.id for one in all_conversations(access.reading)] == ["c1"]

    access._on_opened()
    assert access.problem is None and [one.id for one in all_conversations(access.reading)] == ["c1"]
    access.reading.close()
    database.close()
