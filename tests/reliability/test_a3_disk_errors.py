"""A3: every single write, sync and truncation fails once, with an I/O error and with a full disk, alone and for good.

Whatever fails: the program hears of it as a `StorageError` and of nothing else, everything that was acknowledged
before is there, and the next start, with a disk that works, finds a whole file.
"""

from __future__ import annotations

import contextlib
import shutil
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

import apsw
import pytest

from desktop_app.chat.message import MessageState
from desktop_app.errors import StorageError
from desktop_app.storage import branches, trash
from desktop_app.storage import conversations as store
from desktop_app.storage.conversations import Exchange
from desktop_app.storage.database import Database
from tests.reliability.chats import problems
from tests.reliability.faulty_disk import FaultyDisk, faulty_disk
from tests.storage.index_check import index_problems

START = "start.sqlite3"
FAULTS = [(error, is_sticky) for error in (apsw.IOError, apsw.FullError) for is_sticky in (False, True)]


@dataclass
class Told:
    """What the program was told: texts by message that are on disk, and errors."""

    stored: dict[str, str] = field(default_factory=dict)
    trashed: list[str] = field(default_factory=list)
    n_errors: int = 0
    wrong: list[str] = field(default_factory=list)


def _session(path: Path, told: Told) -> None:
    """Open, talk, check in between, close; each step is tried even when the one before has failed, as in the window."""
    try:
        database = Database.writing(path)
    except StorageError:
        told.n_errors += 1
        return

    def step(work: Callable[[], object], note: Callable[[], object]) -> None:
        try:
            work()
        except StorageError:
            told.n_errors += 1
        except LookupError:
            told.wrong += [] if told.n_errors else ["what this step stands on was acknowledged and is lost"]
        else:
            note()

    def note(id_: str, text: str) -> Callable[[], object]:
        return lambda: told.stored.__setitem__(id_, text)

    # So that the log comes into the file in the middle of it, too.
    database._connection.pragma("wal_autocheckpoint", 12)
    exchange = Exchange("c", True, "q", "a", "one question " * 300, "m")
    step(lambda: store.ask(database, exchange), note("q", exchange.text))
    step(lambda: store.append_text(database, "a", "to begin with, "), note("a", "to begin with, "))
    whole = told.stored.get("a", "") + "done"
    step(lambda: store.finish(database, "a", MessageState.DONE, None, None, "done"), note("a", whole))
    step(lambda: branches.edit(database, "q", "q2", "a2", "another question", "m"), note("q2", "another question"))
    step(lambda: store.append_text(database, "a2", "half"), note("a2", "half"))
    step(lambda: trash.trash(database, ["c"]), lambda: told.trashed.append("c"))
    try:
        database.close()
    except StorageError:
        told.n_errors += 1


def _problems_after(path: Path, told: Told) -> list[str]:
    """Give what is wrong at the next start."""
    database = Database.writing(path)
    try:
        store.mark_interrupted(database)
        wrong = problems(database) + index_problems(database)
        for id_, text in told.stored.items():
            try:
                found = store.message(database, id_).text
            except LookupError:
                found = ""
            wrong += [] if found.startswith(text) else [f"{id_} was acknowledged and is lost"]
        wrong += [f"{id_} is not in the trash" for id_ in told.trashed if id_ not in trash.trashed_ids(database)]
        return wrong
    finally:
        database.close()


def _fail_at(folder: Path, disk: FaultyDisk, number: int, error: type[apsw.Error], is_sticky: bool) -> list[str]:
    """Give what is wrong when the `number`-th operation on a copy of the file `start` fails, or on a new one."""
    path = folder / "hearth.sqlite3"
    if (folder / START).is_file():
        shutil.copyfile(folder / START, path)
    told = Told()
    disk.n_done, disk.fail_at, disk.error, disk.is_sticky = 0, number, error, is_sticky
    _session(path, told)
    disk.fail_at = 0
    wrong = told.wrong + _problems_after(path, told)
    for ending in ("", "-wal", "-shm", "-journal"):
        Path(f"{path}{ending}").unlink(missing_ok=True)
    return [f"{number}: {one}" for one in wrong]


def _n_operations(folder: Path, disk: FaultyDisk, *, is_new: bool = False) -> int:
    """Make the file to begin with, and give how many operations a session takes that meets no fault."""
    if not is_new:
        Database.writing(folder / START).close()
        shutil.copyfile(folder / START, folder / "whole.sqlite3")
    disk.n_done = 0
    told = Told()
    _session(folder / "whole.sqlite3", told)
    assert told.n_errors == 0 and len(told.stored) == 4
    return disk.n_done


def _all_faults(folder: Path, error: type[apsw.Error], is_sticky: bool, *, is_new: bool) -> list[str]:
    with faulty_disk(folder) as disk:
        n_operations = _n_operations(folder, disk, is_new=is_new)
        numbers = range(1, n_operations + 1, 2 if is_new else 1)
        wrong = [one for number in numbers for one in _fail_at(folder, disk, number, error, is_sticky)]
    print(f"{error.__name__}, {'for good' if is_sticky else 'once'}: {n_operations} operations, {len(wrong)} wrong")
    assert n_operations > 60
    return wrong


@pytest.mark.parametrize(("error", "is_sticky"), FAULTS, ids=lambda one: getattr(one, "__name__", one))
def test_a_fault_at_any_operation_costs_nothing_acknowledged(tmp_path: Path, error: type[apsw.Error], is_sticky: bool) -> None:
    assert _all_faults(tmp_path, error, is_sticky, is_new=False) == []


def test_a_full_disk_at_any_operation_of_the_first_start_leaves_a_file_that_the_next_can_use(tmp_path: Path) -> None:
    assert _all_faults(tmp_path, apsw.FullError, False, is_new=True) == []


def test_every_fault_that_costs_something_is_told_of(tmp_path: Path) -> None:
    """A session whose every step seemed to work has stored all of it."""
    with faulty_disk(tmp_path) as disk:
        for number in range(1, _n_operations(tmp_path, disk) + 1, 3):
            told = Told()
            path = tmp_path / f"{number}.sqlite3"
            shutil.copyfile(tmp_path / START, path)
            disk.n_done, disk.fail_at, disk.error, disk.is_sticky = 0, number, apsw.FullError, True
            _session(path, told)
            disk.fail_at = 0
            assert told.n_errors or len(told.stored) == 4


# Planted faults


def _without_telling(work: Callable[..., object]) -> Callable[..., object]:
    def quiet(*arguments: object) -> None:
        with contextlib.suppress(StorageError):
            work(*arguments)

    return quiet


@pytest.mark.parametrize("name", ["ask", "finish"])
def test_planted_a_swallowed_error_is_seen(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, name: str) -> None:
    monkeypatch.setattr(store, name, _without_telling(getattr(store, name)))
    wrong: list[str] = []
    with faulty_disk(tmp_path) as disk:
        for number in range(1, _n_operations(tmp_path, disk) + 1, 2):
            wrong += _fail_at(tmp_path, disk, number, apsw.FullError, False)

    assert any("acknowledged and is lost" in one for one in wrong)
