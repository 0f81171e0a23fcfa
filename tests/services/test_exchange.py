"""An import from the window's side: read by a process, stored in turn with everything else, and told at the end."""

from __future__ import annotations

import json
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import QCoreApplication
from pytestqt.qtbot import QtBot

from desktop_app.errors import DiskFull, FileUnreadable
from desktop_app.exchange.found import SkipReason, Words
from desktop_app.services import exchange
from desktop_app.services.conversations import Conversations
from desktop_app.services.exchange import ImportReport, Imports
from tests.exchange import corpus

WORDS = Words("[Image]", "[File: {name}]")


@pytest.fixture
def conversations(qapp: QCoreApplication, tmp_path: Path) -> Iterator[Conversations]:
    conversations = Conversations(tmp_path / "data" / "hearth.sqlite3")
    yield conversations
    conversations.close()


@pytest.fixture(autouse=True)
def data(tmp_path: Path) -> None:
    (tmp_path / "data").mkdir()


@pytest.fixture
def imports(conversations: Conversations) -> Iterator[Imports]:
    imports = Imports(conversations)
    yield imports
    imports.close()


def export(tmp_path: Path, n_conversations: int) -> Path:
    path = tmp_path / "conversations.json"
    values = [corpus.chatgpt_conversation(number) for number in range(n_conversations)]
    path.write_text(json.dumps([*values, {"mapping": {}, "title": "Empty"}]), encoding="utf-8")
    return path


def finished(qtbot: QtBot, imports: Imports, path: Path, meanwhile: Callable[[], None] | None = None) -> ImportReport:
    with qtbot.waitSignal(imports.finished, timeout=30_000) as signal:
        imports.start(path, WORDS)
        if meanwhile is not None:
            meanwhile()
    return signal.args[0]


def test_everything_is_here_afterwards_and_announced(
    qtbot: QtBot, tmp_path: Path, conversations: Conversations, imports: Imports
) -> None:
    added: list[str] = []
    progress: list[tuple[int, int, int]] = []
    conversations.conversation_added.connect(added.append)
    imports.progressed.connect(lambda *values: progress.append(values))
    path = export(tmp_path, 30)
    report = finished(qtbot, imports, path)
    assert (report.name, report.n_imported, report.skipped) == ("conversations.json", 30, ((SkipReason.EMPTY, 1),))
    assert {one.title for one in conversations.all()} == {f"Conversation {number}" for number in range(30)}
    assert sorted(added) == sorted(one.id for one in conversations.all())
    assert [one.name for one in report.outcomes if one.reason is SkipReason.EMPTY] == ["Empty"]
    assert progress[-1] == (31, path.stat().st_size, path.stat().st_size)
    assert not imports.is_running and not report.is_cancelled and not report.is_cut_short and report.error is None
    again = finished(qtbot, imports, path)
    assert (again.n_imported, dict(again.skipped)) == (0, {SkipReason.ALREADY_HERE: 30, SkipReason.EMPTY: 1})
    assert len(conversations.all()) == 30


def test_cancel_stops_it_and_what_had_come_in_stays_whole(
    qtbot: QtBot, tmp_path: Path, conversations: Conversations, imports: Imports, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(exchange, "BATCH_CHARACTERS", 1)
    imports.progressed.connect(lambda n_done, *_: imports.cancel() if n_done >= 3 else None)
    report = finished(qtbot, imports, export(tmp_path, 200))
    assert report.is_cancelled
    assert 3 <= report.n_imported < 200
    stored = {one.id: one for one in conversations.all()}
    assert len(stored) == report.n_imported
    for id_, one in stored.items():
        number = int(one.title.split()[1])
        whole = [
            node for node in corpus.chatgpt_conversation(number)["mapping"].values() if (node["message"] or {}).get("create_time")
        ]
        branch = conversations.branch(id_)
        assert branch and sum(len(conversations.versions(message.id)) for message in branch) == len(whole)


def test_a_question_in_between_does_not_wait_for_the_end(
    qtbot: QtBot, tmp_path: Path, conversations: Conversations, imports: Imports, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(exchange, "BATCH_CHARACTERS", 1)
    order: list[str] = []
    asked: list[str] = []
    imports.finished.connect(lambda _: order.append("import"))
    conversations.message_added.connect(lambda *_: order.append("question"))

    def ask(n_done: int, *_: object) -> None:
        if n_done >= 3 and not asked:
            asked.append(conversations.ask(None, "Why?", "SmolLM2"))

    imports.progressed.connect(ask)
    finished(qtbot, imports, export(tmp_path, 60))
    assert order == ["question", "question", "import"]


def test_a_full_disk_ends_it_and_says_which_are_not_here(
    qtbot: QtBot, tmp_path: Path, conversations: Conversations, imports: Imports
) -> None:
    connection = conversations._writer._database._connection
    conversations._writer.post(lambda _: connection.pragma("max_page_count", 1))
    report = finished(qtbot, imports, export(tmp_path, 40))
    assert isinstance(report.error, DiskFull)
    # A small one may find room in what the file has already.
    assert len(conversations.all()) == report.n_imported < 40
    assert dict(report.skipped)[SkipReason.NOT_SAVED] >= 1


def test_a_file_that_cannot_be_read_is_told_of(qtbot: QtBot, tmp_path: Path, imports: Imports) -> None:
    report = finished(qtbot, imports, tmp_path / "gone.json")
    assert report.error == FileUnreadable(str(tmp_path / "gone.json"), "No such file or directory")


@pytest.mark.parametrize(
    "program", ["raise SystemExit(3)", "print('nonsense', flush=True); input(); input()", "print('{\"kind\": \"End\"}', flush=True); input(); input()"]
)  # fmt: skip
def test_a_process_that_dies_or_talks_nonsense_ends_the_import_and_nothing_else(
    qtbot: QtBot, tmp_path: Path, conversations: Conversations, program: str, expected_log: Callable[[str], None]
) -> None:
    if "print" in program:
        expected_log("wrote no line of ours")
    imports = Imports(conversations, command=(sys.executable, ["-c", program]))
    report = finished(qtbot, imports, export(tmp_path, 3))
    imports.close()
    assert report.is_cut_short
    assert conversations.all() == []


class RefusingBackups:
    """Backups on a full disk, or slow ones."""

    def __init__(self, is_full: bool) -> None:
        self.is_full, self.reasons = is_full, []

    def make(self, reason: str, then: Callable[[], None], on_error: Callable[[object], None]) -> None:
        self.reasons.append(reason)
        on_error(DiskFull("/backups")) if self.is_full else then()


def test_a_backup_is_made_first_and_without_one_nothing_is_imported(
    qtbot: QtBot, tmp_path: Path, conversations: Conversations
) -> None:
    for is_full in (True, False):
        backups = RefusingBackups(is_full)
        imports = Imports(conversations, backups)  # type: ignore[arg-type]
        report = finished(qtbot, imports, export(tmp_path, 2))
        imports.close()
        assert backups.reasons == ["import"]
        assert report.error == (DiskFull("/backups") if is_full else None)
        assert len(conversations.all()) == (0 if is_full else 2)


def test_the_end_of_the_application_ends_it(qtbot: QtBot, tmp_path: Path, conversations: Conversations) -> None:
    imports = Imports(conversations)
    told: list[object] = []
    imports.finished.connect(told.append)
    imports.start(export(tmp_path, 50), WORDS)
    imports.close()
    imports.close()
    assert not imports.is_running
    assert told == []
