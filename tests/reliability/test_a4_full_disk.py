"""A4: the disk is full, or the folder read-only: it is said, nothing in memory is lost, and all goes on by itself.

The disk is one of our own with so many bytes, below SQLite; the reserve lies on it as an ordinary file. The read-only
folder is a real one.
"""

from __future__ import annotations

import os
import shutil
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from PySide6.QtCore import QCoreApplication
from pytestqt.qtbot import QtBot

from desktop_app.chat.attachment import Attachment
from desktop_app.chat.message import MessageState, new_id
from desktop_app.chat.search import SearchFilters, SearchResult
from desktop_app.errors import DiskFull, WriteFailed
from desktop_app.paths import Paths
from desktop_app.services import reserve as reserve_module
from desktop_app.services import writer as writer_module
from desktop_app.services.conversations import Conversations
from desktop_app.services.load_records import LoadRecords
from desktop_app.services.opening import open_conversations
from desktop_app.services.personas import Personas
from desktop_app.services.prompt_templates import PromptTemplates
from desktop_app.services.reserve import Reserve, reserve_file
from desktop_app.services.search import Search
from desktop_app.services.single_instance import take_lock
from tests.reliability.faulty_disk import FaultyDisk, faulty_disk
from tests.reliability.released import VERSIONS, file_of_version
from tests.services.conversation_signals import settle

RESERVE_BYTES = 2 * 1024 * 1024
LONG = "a long question " * 2000


@pytest.fixture(autouse=True)
def quick(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(writer_module, "RETRY_INTERVAL_S", 0.05)
    monkeypatch.setattr(reserve_module, "SIZE_BYTES", RESERVE_BYTES)
    monkeypatch.setattr(reserve_module, "MIN_FREE_BYTES", 0)


@pytest.fixture
def disk(tmp_path: Path) -> Iterator[FaultyDisk]:
    with faulty_disk(tmp_path) as disk:
        yield disk


@pytest.fixture
def conversations(qapp: QCoreApplication, disk: FaultyDisk) -> Iterator[Conversations]:
    conversations = Conversations(disk.folder / "hearth.sqlite3")
    yield conversations
    disk.capacity_bytes = None
    conversations.close()


class Heard:
    """What a window hears."""

    def __init__(self, conversations: Conversations) -> None:
        self.errors: list[object] = []
        self.refused: list[str] = []
        self.n_recovered = 0
        conversations.write_failed.connect(self.errors.append)
        conversations.ask_failed.connect(lambda id_, _error: self.refused.append(id_))
        conversations.write_recovered.connect(self._on_recovered)

    def _on_recovered(self) -> None:
        self.n_recovered += 1


@pytest.fixture
def heard(conversations: Conversations) -> Heard:
    return Heard(conversations)


def fill_up(disk: FaultyDisk, n_left: int = 0) -> None:
    disk.capacity_bytes = sum(path.stat().st_size for path in disk.folder.iterdir() if path.is_file()) + n_left


def _talk(conversations: Conversations, text: str = "a question") -> tuple[str, str]:
    conversation_id = conversations.ask(None, text, "m")
    settle(conversations)
    return conversation_id, conversations.branch(conversation_id)[-1].id


def test_a_question_is_refused_and_can_be_asked_when_there_is_room(qtbot, conversations, disk, heard) -> None:
    first, _ = _talk(conversations)
    fill_up(disk)
    refused = conversations.ask(first, LONG, "m")
    qtbot.waitUntil(lambda: bool(heard.errors))

    assert heard.errors == [DiskFull(str(disk.folder / "hearth.sqlite3"))] and heard.refused == [refused]
    assert [one.text for one in conversations.branch(first)] == ["a question", ""]
    disk.capacity_bytes = None
    conversations.ask(first, LONG, "m")
    settle(conversations)
    assert conversations.branch(first)[2].text == LONG


def test_an_answer_that_comes_meanwhile_is_kept_and_stored_when_there_is_room(qtbot, conversations, disk, heard) -> None:
    conversation_id, answer_id = _talk(conversations)
    fill_up(disk)
    for part in ("first ", LONG, " last"):
        conversations.append_text(answer_id, part)
    conversations.finish(answer_id, MessageState.DONE, None, rest=".")
    conversations.save_draft(conversation_id, "typed meanwhile")
    qtbot.waitUntil(lambda: bool(heard.errors))

    assert not conversations.flush(2000)
    assert conversations.unsaved_drafts() == ["typed meanwhile"]
    disk.capacity_bytes = None
    qtbot.waitUntil(lambda: heard.n_recovered == 1)

    assert conversations.flush(2000)
    assert conversations.message(answer_id).text == f"first {LONG} last."
    assert conversations.draft(conversation_id) == "typed meanwhile"
    assert len(heard.errors) == 1


def test_what_is_pasted_and_changed_meanwhile_is_stored_when_there_is_room(qtbot, conversations, disk, heard) -> None:
    conversation_id, _ = _talk(conversations)
    queued_id = conversations.queue(conversation_id, "waits")
    settle(conversations)
    fill_up(disk)
    conversations.save_draft_attachment(conversation_id, Attachment(new_id(), "pasted.txt", LONG, len(LONG)))
    conversations.edit_queued(queued_id, LONG)
    qtbot.waitUntil(lambda: bool(heard.errors))
    disk.capacity_bytes = None
    qtbot.waitUntil(lambda: heard.n_recovered == 1)
    assert conversations.flush(2000)
    assert [one.text for one in conversations.draft_attachments(conversation_id)] == [LONG]
    assert [one.text for one in conversations.queued(conversation_id)] == [LONG]


def test_on_a_full_disk_nothing_can_be_deleted_until_the_reserve_is_released(qtbot, conversations, disk, heard) -> None:
    ids = [_talk(conversations, LONG)[0] for _ in range(3)]
    reserve = Reserve(disk.folder)
    with qtbot.waitSignal(reserve.filled):
        reserve.fill()
    assert reserve_file(disk.folder).stat().st_blocks * 512 >= RESERVE_BYTES
    fill_up(disk)
    conversations.purge(ids[0])
    qtbot.waitUntil(lambda: bool(heard.errors))
    assert len(conversations.all()) == 3 and conversations.branch(ids[0])

    assert reserve.release() and not reserve.release()
    for id_ in ids:
        conversations.purge(id_)
    settle(conversations)

    assert conversations.all() == []
    assert heard.errors == [DiskFull(str(disk.folder / "hearth.sqlite3"))]
    disk.capacity_bytes = None
    with qtbot.waitSignal(reserve.refilled):
        reserve.fill()
    assert reserve_file(disk.folder).stat().st_size == RESERVE_BYTES
    reserve.close()


def test_the_reserve_is_not_made_where_there_is_little_room(qtbot, disk, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(reserve_module, "MIN_FREE_BYTES", 1 << 60)
    reserve = Reserve(disk.folder)
    with qtbot.waitSignal(reserve.filled):
        reserve.fill()
    reserve.close()

    assert not reserve_file(disk.folder).exists()


def test_a_start_on_a_full_disk_opens_for_reading_and_goes_on_by_itself(qtbot, qapp, disk, expected_log) -> None:
    conversations = Conversations(disk.folder / "hearth.sqlite3")
    conversation_id, _ = _talk(conversations)
    conversations.close()
    fill_up(disk)
    expected_log("can only be read: DiskFull")

    conversations = Conversations(disk.folder / "hearth.sqlite3")
    heard = Heard(conversations)
    conversations.ask(conversation_id, "more", "m")
    qtbot.waitUntil(lambda: bool(heard.errors))

    assert isinstance(conversations.file.problem, DiskFull)
    assert conversations.branch(conversation_id)[0].text == "a question"
    disk.capacity_bytes = None
    conversations.save_draft(conversation_id, "kept")
    qtbot.waitUntil(lambda: heard.n_recovered > 0)
    conversations.ask(conversation_id, "more", "m")
    settle(conversations)
    assert conversations.file.problem is None
    assert [one.text for one in conversations.branch(conversation_id)][::2] == ["a question", "more"]
    # What a dead process left in progress is ended as soon as it can be written down.
    assert conversations.branch(conversation_id)[1].state is MessageState.INTERRUPTED
    conversations.close()


# The read-only folder


@contextmanager
def as_somebody(monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """Be a person without special rights, and give a folder of theirs; root may write everywhere."""
    # Locks of folders that cannot be written lie there.
    monkeypatch.setenv("XDG_RUNTIME_DIR", "/tmp")
    folder = Path(tempfile.mkdtemp(prefix="a4-", dir="/tmp"))
    is_root = os.geteuid() == 0
    if is_root:
        os.chown(folder, 65534, 65534)
        os.seteuid(65534)
    try:
        yield folder
    finally:
        if is_root:
            os.seteuid(0)
        folder.chmod(0o700)
        shutil.rmtree(folder)


@pytest.mark.linux("modes of posix")
def test_a_read_only_folder_opens_for_reading_and_goes_on_by_itself(
    qtbot: QtBot, qapp: QCoreApplication, expected_log, monkeypatch
) -> None:
    with as_somebody(monkeypatch) as folder:
        conversations = Conversations(folder / "hearth.sqlite3")
        conversation_id, _ = _talk(conversations)
        conversations.close()
        folder.chmod(0o500)
        (folder / "hearth.sqlite3").chmod(0o400)
        expected_log("can only be read: WriteFailed")

        lock = take_lock(folder)
        conversations = Conversations(folder / "hearth.sqlite3")
        heard = Heard(conversations)
        refused = conversations.ask(conversation_id, "more", "m")
        qtbot.waitUntil(lambda: bool(heard.errors))

        assert lock is not None and take_lock(folder) is None
        assert isinstance(conversations.file.problem, WriteFailed) and heard.refused == [refused]
        assert [one.text for one in conversations.branch(conversation_id)] == ["a question", ""]
        assert conversations.all() and conversations.draft(None) == ""
        folder.chmod(0o700)
        (folder / "hearth.sqlite3").chmod(0o600)
        conversations.in_writer(lambda database: database.row("SELECT 1"), lambda _: None)
        qtbot.waitUntil(lambda: heard.n_recovered == 1)
        conversations.ask(conversation_id, "more", "m")
        settle(conversations)
        assert conversations.branch(conversation_id)[2].text == "more"
        conversations.close()
        lock.unlock()


@pytest.mark.linux("modes of posix")
@pytest.mark.parametrize("version", VERSIONS)
def test_an_older_file_in_a_read_only_folder_is_read_and_not_taken_for_damaged(
    version: int, qtbot: QtBot, qapp: QCoreApplication, expected_log, monkeypatch
) -> None:
    with as_somebody(monkeypatch) as folder:
        paths = Paths.under(folder)
        paths.create()
        file_of_version(version, paths.database)
        before = paths.database.read_bytes()
        paths.data.chmod(0o500)
        paths.database.chmod(0o400)
        expected_log("can only be read: WriteFailed")

        opened = open_conversations(paths)
        conversations = opened.conversations
        templates, loads = PromptTemplates(conversations), LoadRecords(conversations)
        search = Search(conversations)
        found: list[SearchResult] = []
        search.found.connect(found.append)
        search.find("egg", SearchFilters())
        qtbot.waitUntil(lambda: bool(found))

        assert opened.recovery is None and isinstance(conversations.file.problem, WriteFailed)
        assert {one.title for one in conversations.all()} == {"中文标题", "Eggs and bacon", ""}
        assert conversations.branch("c1")[0].text == "How do I boil an egg?" and not conversations.get("c1").is_private
        assert isinstance(conversations.edits_begun("c1"), set) and loads.file(Path("m.gguf")) is None
        assert [one.title for one in templates.own()] == (["Summarise"] if version >= 5 else [])
        assert Personas(conversations, lambda: "en").own() == [] and [one.conversation_id for one in found[0].titles] == ["c1"]
        assert paths.database.read_bytes() == before and not paths.quarantine.exists()
        paths.data.chmod(0o700)
        paths.database.chmod(0o600)
        conversations.in_writer(lambda database: database.row("SELECT 1"), lambda _: None)
        qtbot.waitUntil(lambda: conversations.file.problem is None)
        assert conversations.branch("c1")[0].text == "How do I boil an egg?"
        search.close()
        templates.close()
        conversations.close()


# Planted faults


def test_planted_without_a_reserve_nothing_can_be_deleted(qtbot, conversations, disk, heard) -> None:
    id_, _ = _talk(conversations, LONG)
    reserve = Reserve(disk.folder)
    fill_up(disk)
    reserve.release()
    conversations.purge(id_)
    qtbot.waitUntil(lambda: bool(heard.errors))
    reserve.close()

    assert [one.id for one in conversations.all()] == [id_]


def test_planted_a_reserve_of_holes_is_seen(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def with_holes(number: int, _start: int, n_bytes: int) -> None:
        os.truncate(number, n_bytes)

    monkeypatch.setattr(os, "posix_fallocate", with_holes, raising=False)
    assert reserve_module.fill(tmp_path)

    assert reserve_file(tmp_path).stat().st_blocks * 512 < RESERVE_BYTES


def test_planted_a_file_that_must_be_written_to_be_read_is_seen(disk, qapp, monkeypatch: pytest.MonkeyPatch) -> None:
    conversations = Conversations(disk.folder / "hearth.sqlite3")
    _talk(conversations)
    conversations.close()
    fill_up(disk)
    monkeypatch.setattr("desktop_app.services.file_access.FileAccess._open_for_reading_only", _refuse)

    with pytest.raises(DiskFull):
        Conversations(disk.folder / "hearth.sqlite3")


def _refuse(_access: object, problem: Exception) -> Callable[..., object]:
    raise problem
