"""A7: sixty ways in which a disk, a program or the power can damage the file; nothing that a backup holds is lost.

For each: the file opens at once or after a repair, and everything in it can be read; every message of the last backup
is there with its text; whatever was found damaged lies in the quarantine, byte for byte, and nothing was deleted.
"""

from __future__ import annotations

import random
import shutil
import tempfile
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import apsw
import pytest
from PySide6.QtCore import QCoreApplication

from desktop_app.errors import DatabaseUnreadable
from desktop_app.paths import Paths
from desktop_app.services.opening import Opened, open_conversations
from desktop_app.storage import recovery, trash
from desktop_app.storage.backup import make_backup
from desktop_app.storage.conversations import mark_interrupted
from desktop_app.storage.database import Database
from desktop_app.storage.merge import merge
from desktop_app.storage.own_folder import OwnFolder
from desktop_app.storage.recovery import Recovery, recover
from desktop_app.storage.recovery_names import recovered_file
from desktop_app.storage.salvage import salvage
from tests.reliability.chats import Held, fill, held, problems
from tests.reliability.killed import Driven
from tests.reliability.released import VERSIONS, file_of_version
from tests.storage.index_check import index_problems

SEED = 20261122
NOW_MS = 1_790_000_000_000
PAGE = 4096
BESIDE = ("", "-wal", "-shm")

Damage = Callable[[Path, random.Random], None]


@dataclass(frozen=True)
class Original:
    """The file to be damaged, with what was written last in its log, and a backup from some time before."""

    folder: Path
    files: dict[str, bytes]
    backed_up: Held
    now: Held


@pytest.fixture(scope="module")
def original() -> Iterator[Original]:
    folder = Path(tempfile.mkdtemp(prefix="a7-"))
    paths = Paths.under(folder)
    paths.data.mkdir()
    database = Database.writing(paths.database)
    fill(database, 40, SEED, (20, 1000, 15_000))
    make_backup(paths.database, OwnFolder(paths.backups), "daily", NOW_MS)
    backed_up = held(database)
    database.empty_log()  # as `Backups` does: the log never holds what a backup holds
    fill(database, 6, SEED + 1)
    files = {ending: Path(f"{paths.database}{ending}").read_bytes() for ending in BESIDE}
    now = held(database)
    database.close()
    assert len(files[""]) > 1_900_000 and len(files["-wal"]) > 200_000
    yield Original(folder, files, backed_up, now)
    shutil.rmtree(folder)


def _write(path: Path, change: Callable[[bytearray], object]) -> None:
    content = bytearray(path.read_bytes())
    change(content)
    path.write_bytes(content)


def _log(path: Path) -> Path:
    return Path(f"{path}-wal")


def _flip(n_bits: int) -> Damage:
    def damage(path: Path, chance: random.Random) -> None:
        def flip(content: bytearray) -> None:
            for _ in range(n_bits):
                content[chance.randrange(100, len(content))] ^= 1 << chance.randrange(8)

        _write(path, flip)

    return damage


def _flip_header(path: Path, chance: random.Random) -> None:
    # Not the number of the schema: a higher one is what a newer Hearth writes, and is left alone.
    places = [place for place in range(100) if not 60 <= place < 64]

    def flip(content: bytearray) -> None:
        content[chance.choice(places)] ^= 1 << chance.randrange(8)

    _write(path, flip)


def _clear_pages(n_pages: int, first: int | None = None) -> Damage:
    def damage(path: Path, chance: random.Random) -> None:
        def clear(content: bytearray) -> None:
            for _ in range(n_pages):
                number = chance.randrange(len(content) // PAGE) if first is None else first
                content[number * PAGE : (number + 1) * PAGE] = bytes(PAGE)

        _write(path, clear)

    return damage


def _swap_pages(path: Path, chance: random.Random) -> None:
    def swap(content: bytearray) -> None:
        one, other = (chance.randrange(1, len(content) // PAGE) * PAGE for _ in range(2))
        kept = content[one : one + PAGE]
        content[one : one + PAGE] = content[other : other + PAGE]
        content[other : other + PAGE] = kept

    _write(path, swap)


def _cut(path: Path, chance: random.Random) -> None:
    _write(path, lambda content: content.__delitem__(slice(chance.randrange(1, len(content)), None)))


def _noise(path: Path, chance: random.Random) -> None:
    start = chance.randrange(0, path.stat().st_size - 70_000)
    _write(path, lambda content: content.__setitem__(slice(start, start + 65_536), chance.randbytes(65_536)))


def _clear_root(table: str) -> Damage:
    """Take the page where the tree of a table begins: nothing below it can be found."""

    def damage(path: Path, _chance: random.Random) -> None:
        connection = apsw.Connection(
            f"{path.as_uri()}?mode=ro&immutable=1", flags=apsw.SQLITE_OPEN_READONLY | apsw.SQLITE_OPEN_URI
        )
        root = connection.execute("SELECT rootpage FROM sqlite_schema WHERE name = ?", (table,)).get
        connection.close()
        _write(path, lambda content: content.__setitem__(slice((root - 1) * PAGE, root * PAGE), bytes(PAGE)))

    return damage


def _of_another_program(path: Path, _chance: random.Random) -> None:
    _write(path, lambda content: content.__setitem__(slice(68, 72), b"WXYZ"))


def _rename_column(path: Path, _chance: random.Random) -> None:
    """One letter of the schema: SQLite finds nothing wrong with it."""
    _write(
        path,
        lambda content: content.__setitem__(slice(content.index(b"system_prompt"), content.index(b"system_prompt") + 1), b"t"),
    )


def _break_text(path: Path, _chance: random.Random) -> None:
    """A byte that no UTF-8 has, in the first message: SQLite finds nothing wrong with that either."""
    at = path.read_bytes().index("défg".encode())
    _write(path, lambda content: content.__setitem__(at + 1, 0xFF))


CASES: list[tuple[str, Damage]] = [
    *[(f"{n} bits, {number}", _flip(n)) for n in (1, 20, 500) for number in range(4)],
    *[(f"a bit of the header, {number}", _flip_header) for number in range(5)],
    *[(f"{n} pages of zeros, {number}", _clear_pages(n)) for n in (1, 8, 60) for number in range(3)],
    *[
        (f"the first page of {table}", _clear_root(table))
        for table in ("conversation", "message", "message_search_data", "value")
    ],
    *[(f"two pages changed over, {number}", _swap_pages) for number in range(3)],
    *[(f"cut off, {number}", _cut) for number in range(5)],
    *[(f"64 KB of noise, {number}", _noise) for number in range(4)],
    ("no first page", _clear_pages(1, 0)),
    ("all NUL", lambda path, _: path.write_bytes(bytes(path.stat().st_size))),
    ("one byte", lambda path, _: path.write_bytes(b"S")),
    ("text", lambda path, _: path.write_text("<html>404</html>" * 1000)),
    ("wrong magic", lambda path, _: _write(path, lambda content: content.__setitem__(slice(0, 16), b"SQLite format 4\0"))),
    ("of another program", _of_another_program),
    ("a letter of the schema", _rename_column),
    ("a byte of a text", _break_text),
    ("no log", lambda path, _: _log(path).unlink()),
    ("no log and no shared memory", lambda path, _: [Path(f"{path}{one}").unlink() for one in ("-wal", "-shm")]),  # type: ignore[func-returns-value]
    ("no shared memory", lambda path, _: Path(f"{path}-shm").unlink()),
    ("noise for a log", lambda path, chance: _log(path).write_bytes(chance.randbytes(300_000))),
    ("a log of zeros", lambda path, _: _log(path).write_bytes(bytes(300_000))),
    ("half a log", lambda path, _: _write(_log(path), lambda content: content.__delitem__(slice(len(content) // 2, None)))),
    ("20 bits of the log", lambda path, chance: _flip(20)(_log(path), chance)),
    ("a bit of the log", lambda path, _: _write(_log(path), lambda content: content.__setitem__(9000, content[9000] ^ 1))),
    ("20 bytes of a log", lambda path, _: _write(_log(path), lambda content: content.__delitem__(slice(20, None)))),
    ("noise for shared memory", lambda path, chance: Path(f"{path}-shm").write_bytes(chance.randbytes(32768))),
    ("everything at once", lambda path, chance: [_flip(500)(Path(f"{path}{one}"), chance) for one in BESIDE]),  # type: ignore[func-returns-value]
]


@dataclass(frozen=True)
class Outcome:
    """What a person has after all starts that it took."""

    found: Held
    recovery: Recovery | None
    wrong: list[str]


def _files(paths: Paths) -> dict[str, bytes]:
    files = {ending: Path(f"{paths.database}{ending}") for ending in ("", "-wal")}
    return {ending: file.read_bytes() for ending, file in files.items() if file.is_file() and file.stat().st_size}


def _start(paths: Paths, *, is_repair_wanted: bool = False) -> tuple[Opened, list[str]]:
    """Open as a start does; say what is wrong with what was set aside."""
    before = _files(paths)
    opened = open_conversations(paths, is_repair_wanted=is_repair_wanted)
    if opened.recovery is None:
        return opened, []
    kept = {path.name: path.read_bytes() for path in opened.recovery.folder.iterdir()}
    return opened, [f"not set aside as it was: {one}" for one in before if kept.get(f"{paths.database.name}{one}") != before[one]]


def _live_with(paths: Paths) -> Outcome:
    """Start, read everything, and start again for a repair when something cannot be read, as the window does."""
    opened, wrong = _start(paths)
    recovery = opened.recovery
    try:
        found = held(opened.conversations.file.reading)
    except (DatabaseUnreadable, LookupError):  # for both the next start looks through the file
        opened.conversations.close()
        opened, more = _start(paths, is_repair_wanted=True)
        wrong += more
        recovery = opened.recovery or recovery
        found = held(opened.conversations.file.reading)
    if recovery is not None:
        wrong += problems(opened.conversations.file.reading) + index_problems(opened.conversations.file.writing)
    opened.conversations.close()
    return Outcome(found, recovery, wrong)


COSTS_NOTHING = (
    "wrong magic", "of another program", "a letter of the schema", "a byte of a text", "the first page of message_search_data",
    "no shared memory", "noise for shared memory", "a bit of the log",
)  # fmt: skip
"""With these the file itself still holds every message, those since the backup too."""


MUST_BE_TOLD = (*COSTS_NOTHING[:4], "all NUL", "text", "one byte", "noise for a log", "20 bytes of a log", "a bit of the log")
"""No start may take these for nothing: SQLite would write over them."""


def _set_up(original: Original, folder: Path) -> Paths:
    paths = Paths.under(folder)
    paths.data.mkdir(parents=True)
    for ending, content in original.files.items():
        Path(f"{paths.database}{ending}").write_bytes(content)
    shutil.copytree(Paths.under(original.folder).backups, paths.backups)
    return paths


def _lost(original: Original, outcome: Outcome) -> list[str]:
    """Give what the backup holds and the person has no more, or has otherwise."""
    lost = [id_ for id_ in original.backed_up.conversations if id_ not in outcome.found.conversations]
    for id_, (conversation_id, _, text, files) in original.backed_up.messages.items():
        if id_ not in outcome.found.messages:
            lost.append(id_)
        elif outcome.recovery is not None:
            found = outcome.found.messages[id_]
            lost += [id_] if (found[0], found[2], found[3]) != (conversation_id, text, files) else []
    return lost


def _lost_since(original: Original, outcome: Outcome) -> list[str]:
    return [id_ for id_ in original.now.messages if id_ not in outcome.found.messages]


def check(original: Original, folder: Path, number: int) -> tuple[list[str], Outcome]:
    """Damage, start, and give what is wrong then."""
    name, damage = CASES[number]
    paths = _set_up(original, folder)
    damage(paths.database, random.Random(SEED + number))
    outcome = _live_with(paths)
    wrong = [f"lost: {one}" for one in _lost(original, outcome)] + outcome.wrong
    if name in MUST_BE_TOLD and outcome.recovery is None:
        wrong.append("taken for nothing")
    if name in COSTS_NOTHING:
        wrong += [f"lost since the backup: {one}" for one in _lost_since(original, outcome)]
    return [f"{name}: {one}" for one in wrong], outcome


def test_there_are_sixty() -> None:
    assert len(CASES) >= 60 and len({name for name, _ in CASES}) == len(CASES)


@pytest.mark.parametrize("number", range(len(CASES)), ids=[name for name, _ in CASES])
def test_nothing_that_a_backup_holds_is_lost(
    number: int, original: Original, tmp_path: Path, qapp: QCoreApplication, expected_log: Callable[[str], None]
) -> None:
    wrong, outcome = check(original, tmp_path, number)

    if outcome.recovery is not None:
        expected_log("the database was damaged")
    assert wrong == [], f"seed {SEED}"


def test_what_was_purged_since_the_backup_stays_away_when_nothing_is_missing(
    original: Original, tmp_path: Path, qapp: QCoreApplication, expected_log: Callable[[str], None]
) -> None:
    paths = _set_up(original, tmp_path)
    purged = next(iter(original.backed_up.conversations))
    database = Database.writing(paths.database)
    trash.purge(database, [purged])
    database.close()
    expected_log("the database was damaged")
    _write(paths.database, lambda content: content.__setitem__(slice(0, 16), b"SQLite format 4\0"))

    outcome = _live_with(paths)

    assert outcome.recovery is not None and outcome.recovery.is_whole and outcome.wrong == []
    assert outcome.found.conversations.keys() == original.now.conversations.keys() - {purged}


def test_the_backup_before_is_taken_when_the_newest_is_damaged(
    original: Original, tmp_path: Path, qapp: QCoreApplication, expected_log: Callable[[str], None]
) -> None:
    paths = _set_up(original, tmp_path)
    newest = OwnFolder(paths.backups).path / "hearth-20991231-235959-000-daily.sqlite3"
    newest.write_bytes(b"\0" * 100_000)
    paths.database.write_bytes(bytes(100_000))
    _log(paths.database).unlink()
    expected_log("the database was damaged")

    outcome = _live_with(paths)

    assert outcome.found == original.backed_up
    assert newest.is_file()


def test_without_a_backup_what_can_be_read_comes_back(
    original: Original, tmp_path: Path, qapp: QCoreApplication, expected_log: Callable[[str], None]
) -> None:
    paths = _set_up(original, tmp_path)
    shutil.rmtree(paths.backups)
    _clear_pages(1, 0)(paths.database, random.Random(1))
    expected_log("the database was damaged")

    outcome = _live_with(paths)

    assert len(outcome.found.messages) == len(original.now.messages) and outcome.wrong == []


def test_a_process_killed_in_the_middle_of_it_is_made_good_by_the_next_start(
    original: Original, tmp_path: Path, qapp: QCoreApplication, monkeypatch: pytest.MonkeyPatch
) -> None:
    """At every change of a name."""
    rename, n_left = Path.rename, 0

    def killed(path: Path, target: Path) -> Path:
        nonlocal n_left
        n_left -= 1
        if n_left == 0:
            raise KeyboardInterrupt
        return rename(path, target)

    monkeypatch.setattr(Path, "rename", killed)
    for number in range(1, 20):
        paths = _set_up(original, tmp_path / str(number))
        _write(paths.database, lambda content: content.__setitem__(slice(0, 16), b"SQLite format 4\0"))
        damaged = paths.database.read_bytes()
        n_left = number
        try:
            recover(paths.database, paths.backups, paths.quarantine, NOW_MS)
        except KeyboardInterrupt:
            pass
        else:
            break
        n_left = 0
        outcome = _live_with(paths)
        assert outcome.found.messages.keys() == original.now.messages.keys()
        assert any(one.read_bytes() == damaged for one in paths.quarantine.rglob("hearth.sqlite3"))
    assert number > 3


def test_a_file_that_is_not_damaged_is_left_alone(original: Original, tmp_path: Path, qapp: QCoreApplication) -> None:
    paths = _set_up(original, tmp_path)

    opened = open_conversations(paths, is_repair_wanted=True)
    found = held(opened.conversations.file.reading)
    opened.conversations.close()

    assert (opened.recovery, found, paths.quarantine.exists()) == (None, original.now, False)


@pytest.mark.parametrize("case", ["wrong magic", "the first page of conversation"])
def test_the_window_opens_and_a_question_can_be_asked(original: Original, tmp_path: Path, case: str) -> None:
    """The whole application. Of the second damage only the list of conversations hears."""
    paths = _set_up(original, tmp_path)
    CASES[_number(case)][1](paths.database, random.Random(1))
    began = time.monotonic()
    driven = Driven(tmp_path, "--ask", "Why", "--engine=--words 3")
    driven.wait_for_text()
    print(f"{case}: first text of an answer after {time.monotonic() - began:.1f} s")
    driven.kill()
    driven.close()

    database = Database.writing(paths.database)
    found = held(database)
    database.close()
    assert original.backed_up.conversations.keys() <= found.conversations.keys()
    assert "Why 1" in [text for _, _, text, _ in found.messages.values()]
    assert any(paths.quarantine.rglob("hearth.sqlite3"))


# Planted faults: each must be seen by the check above


def _delete(database: Path, quarantine: Path, now_ms: int) -> Path:
    for ending in BESIDE:
        Path(f"{database}{ending}").unlink(missing_ok=True)
    quarantine.mkdir(parents=True, exist_ok=True)
    recovered_file(database).rename(database)
    return quarantine


def _number(name: str) -> int:
    return next(number for number, case in enumerate(CASES) if case[0] == name)


@pytest.mark.parametrize(
    ("what", "planted", "case", "seen"),
    [
        ("finish_recovery", _delete, "wrong magic", "not set aside"),
        ("newest_whole", lambda *_: None, "all NUL", "lost"),
        ("merge", lambda *_, **__: None, "wrong magic", "lost since the backup"),
        ("merge", lambda database, copy, _, **__: _overwrite(database, copy), "a byte of a text", "lost"),
    ],
)
def test_planted_faults_are_seen(what, planted, case, seen, original, tmp_path, qapp, expected_log, monkeypatch) -> None:
    monkeypatch.setattr(recovery, what, planted)
    expected_log("the database was damaged")

    wrong, _ = check(original, tmp_path, _number(case))

    assert any(seen in one for one in wrong)


def _overwrite(database: Database, copy: Path) -> None:
    """Let what was read of the damaged file win over the backup, whatever it says."""
    merge(database, copy, NOW_MS, is_newer=True)
    database.execute("ATTACH DATABASE ? AS copy", str(copy))
    database.execute("UPDATE main.message SET text = o.text FROM copy.message AS o WHERE o.id = message.id")
    database.execute("DETACH DATABASE copy")


@pytest.mark.parametrize("version", VERSIONS)
def test_of_an_older_version_everything_is_saved_too(tmp_path: Path, version: int) -> None:
    path = tmp_path / "hearth.sqlite3"
    file_of_version(version, path, "big " * 5000)
    database = Database.writing(path)
    mark_interrupted(database)
    expected = held(database)
    database.close()
    path.unlink()
    file_of_version(version, path, "big " * 5000)
    _write(path, lambda content: content.__setitem__(slice(0, 16), bytes(16)))

    saved = salvage(path, _workspace(tmp_path))
    empty = Database.writing(tmp_path / "empty.sqlite3")
    merge(empty, saved.path, NOW_MS, is_newer=True)
    found = held(empty)
    empty.close()

    assert found == expected and len(found.messages) >= 8


def _workspace(folder: Path) -> Path:
    workspace = folder / "workspace"
    workspace.mkdir()
    return workspace
