"""A7, of a large file: the window is there at once, on an empty file, and everything comes back while it is open."""

from __future__ import annotations

import random
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
from PySide6.QtCore import QCoreApplication
from pytestqt.qtbot import QtBot

from desktop_app.chat.message import MessageState
from desktop_app.paths import Paths
from desktop_app.services import opening
from desktop_app.services.conversations import Conversations
from desktop_app.services.opening import is_put_off, open_conversations
from desktop_app.services.repair import Repair
from desktop_app.storage import conversations as store
from desktop_app.storage import folders, trash
from desktop_app.storage.database import Database
from desktop_app.storage.recovery import Recovery
from tests.reliability.chats import held, problems
from tests.reliability.test_a7_damaged_database import BESIDE, CASES, COSTS_NOTHING, SEED, Original, _number, _set_up
from tests.reliability.test_a7_damaged_database import original as original
from tests.services.conversation_signals import settle
from tests.storage.index_check import index_problems

PUT_OFF = "the database was damaged; it is repaired behind the window"
BACK = "conversations are back"
BROKEN = (sys.executable, ["-c", "import os, signal; os.kill(os.getpid(), signal.SIGKILL)"])


@pytest.fixture(autouse=True)
def every_file_is_large(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(opening, "MIN_PUT_OFF_BYTES", 0)


def _damaged(original: Original, folder: Path, case: str) -> tuple[Paths, dict[str, bytes]]:
    paths = _set_up(original, folder)
    CASES[_number(case)][1](paths.database, random.Random(SEED + _number(case)))
    files = {f"{paths.database.name}{ending}": Path(f"{paths.database}{ending}") for ending in BESIDE[:2]}
    return paths, {name: file.read_bytes() for name, file in files.items() if file.is_file()}


def _repaired(qtbot: QtBot, conversations: Conversations, paths: Paths, *command: tuple[str, list[str]]) -> Recovery:
    repair = Repair(conversations, paths, *command)
    with qtbot.waitSignal(repair.ended, timeout=90_000) as signal:
        assert repair.begin()
    repair.close()
    result: Recovery = signal.args[0]
    return result


def _wrong(original: Original, conversations: Conversations, found: Recovery, files: dict[str, bytes], case: str) -> list[str]:
    """Give what is lost, or not as it should be."""
    database = conversations.file.reading
    now, wrong = held(database), problems(database) + index_problems(conversations.file.writing)
    for id_, (conversation_id, _, text, attached) in original.backed_up.messages.items():
        here = now.messages.get(id_)
        if here is None or (here[0], here[2], here[3]) != (conversation_id, text, attached):
            wrong.append(f"lost: {id_}")
    if case in COSTS_NOTHING:
        wrong += [f"lost since the backup: {id_}" for id_ in original.now.messages if id_ not in now.messages]
    kept = {path.name: path.read_bytes() for path in found.folder.iterdir()}
    return wrong + [f"not set aside as it was: {name}" for name, content in files.items() if kept.get(name) != content]


@pytest.mark.parametrize("case", ["wrong magic", "half a log", "everything at once"])
def test_the_window_is_there_at_once_and_nothing_is_lost(
    qtbot: QtBot, original: Original, tmp_path: Path, case: str, expected_log: Callable[[str], None]
) -> None:
    for words in (PUT_OFF, BACK):
        expected_log(words)
    paths, files = _damaged(original, tmp_path, case)
    opened = open_conversations(paths, is_repair_wanted=True)
    conversations = opened.conversations
    assert (opened.recovery, conversations.all(), is_put_off(paths)) == (None, [], True)
    asked_id = conversations.ask(None, "asked meanwhile", "m")
    settle(conversations)
    conversations.finish(conversations.branch(asked_id)[1].id, MessageState.DONE, None, rest="and answered")

    found = _repaired(qtbot, conversations, paths)

    assert _wrong(original, conversations, found, files, case) == []
    assert [one.text for one in conversations.branch(asked_id)] == ["asked meanwhile", "and answered"]
    assert found.n_conversations == len(conversations.all()) - 1
    assert not is_put_off(paths) and not paths.data.joinpath("recovery").exists()
    conversations.close()


def test_what_belongs_to_no_conversation_and_the_trash_are_as_they_were(
    qtbot: QtBot, original: Original, tmp_path: Path, expected_log: Callable[[str], None]
) -> None:
    for words in (PUT_OFF, BACK):
        expected_log(words)
    paths = _set_up(original, tmp_path)
    database = Database.writing(paths.database)
    store.save_draft(database, None, "typed")
    trashed = [(one.id, one.trashed_ms) for one in store.trashed_conversations(database)]
    titles, tags = [one.title for one in store.all_conversations(database)], folders.tags(database)
    database.close()
    CASES[_number("wrong magic")][1](paths.database, random.Random(1))
    conversations = open_conversations(paths).conversations

    _repaired(qtbot, conversations, paths)

    assert [(one.id, one.trashed_ms) for one in conversations.trashed()] == trashed != []
    assert ([one.title for one in conversations.all()], conversations.tags()) == (titles, tags)
    assert conversations.draft(None) == "typed"
    conversations.close()


@pytest.mark.posix("Windows has no signals")
def test_when_the_process_dies_the_backup_comes_back(
    qtbot: QtBot, original: Original, tmp_path: Path, expected_log: Callable[[str], None]
) -> None:
    for words in (PUT_OFF, "the process that repairs", BACK):
        expected_log(words)
    paths, files = _damaged(original, tmp_path, "wrong magic")
    conversations = open_conversations(paths).conversations

    found = _repaired(qtbot, conversations, paths, BROKEN)

    assert (found.is_whole, found.backup_ms is not None) == (False, True)
    assert _wrong(original, conversations, found, files, "") == []
    conversations.close()


@pytest.mark.posix("Windows has no signals")
def test_without_a_backup_a_dead_process_leaves_the_file_set_aside(
    qtbot: QtBot, original: Original, tmp_path: Path, expected_log: Callable[[str], None]
) -> None:
    for words in (PUT_OFF, "the process that repairs", "0 conversations are back"):
        expected_log(words)
    paths, files = _damaged(original, tmp_path, "wrong magic")
    for path in paths.backups.iterdir():
        path.unlink()
    conversations = open_conversations(paths).conversations

    found = _repaired(qtbot, conversations, paths, BROKEN)

    assert (found.n_conversations, found.backup_ms) == (0, None)
    assert {path.name: path.read_bytes() for path in found.folder.iterdir() if path.name in files} == files
    conversations.close()


def test_a_window_that_closes_in_the_middle_leaves_the_rest_to_the_next_start(
    qtbot: QtBot, original: Original, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, expected_log: Callable[[str], None]
) -> None:
    for words in (PUT_OFF, BACK):
        expected_log(words)
    monkeypatch.setattr("desktop_app.services.backup_work.N_CONVERSATIONS", 4)
    paths, files = _damaged(original, tmp_path, "wrong magic")
    conversations = open_conversations(paths).conversations
    repair = Repair(conversations, paths)
    with qtbot.waitSignal(conversations.conversation_added, timeout=90_000):
        assert repair.begin()
    repair.close()
    n_back = len(conversations.all())
    conversations.purge_expired()
    conversations.close()
    assert is_put_off(paths)

    again = open_conversations(paths)
    assert (again.recovery, len(again.conversations.all()) >= n_back > 0) == (None, True)
    found = _repaired(qtbot, again.conversations, paths)

    assert _wrong(original, again.conversations, found, files, "wrong magic") == []
    again.conversations.close()


@pytest.mark.parametrize("at", ["replace", "rename"])
def test_a_start_that_is_cut_off_while_it_sets_the_file_aside_goes_on(
    qtbot: QtBot,
    original: Original,
    tmp_path: Path,
    at: str,
    monkeypatch: pytest.MonkeyPatch,
    expected_log: Callable[[str], None],
) -> None:
    for words in (BACK, PUT_OFF)[: 2 if at == "replace" else 1]:
        expected_log(words)
    paths, files = _damaged(original, tmp_path, "wrong magic")

    class CutOff(BaseException):
        pass

    def cut(*_: object, **__: object) -> None:
        raise CutOff

    with monkeypatch.context() as patched:
        patched.setattr(Path, at, cut)
        with pytest.raises(CutOff):
            open_conversations(paths)

    opened = open_conversations(paths)
    found = _repaired(qtbot, opened.conversations, paths)

    assert _wrong(original, opened.conversations, found, files, "wrong magic") == []
    opened.conversations.close()


@pytest.mark.posix("Windows has no signals")
def test_planted_a_repair_that_forgets_the_damaged_file_is_seen(
    qtbot: QtBot, original: Original, tmp_path: Path, expected_log: Callable[[str], None]
) -> None:
    for words in (PUT_OFF, "the process that repairs", BACK):
        expected_log(words)
    paths, files = _damaged(original, tmp_path, "wrong magic")
    conversations = open_conversations(paths).conversations

    found = _repaired(qtbot, conversations, paths, BROKEN)

    wrong = _wrong(original, conversations, found, files, "wrong magic")
    assert wrong and all("lost since the backup" in one for one in wrong)
    trash.purge(conversations.file.writing, [conversations.all()[0].id])
    QCoreApplication.processEvents()
    assert any("lost: " in one for one in _wrong(original, conversations, found, files, ""))
    conversations.close()
