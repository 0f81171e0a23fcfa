"""A8: a year of days under a clock of our own: a backup a day, 7 daily and 4 weekly ones kept, each of them whole.

The clock jumps as clocks do: to 2030 and back, and to 1980 when the battery is empty. What was made under the right
time must survive it.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from pathlib import Path

import pytest

from desktop_app.services.backup_work import Pace, make_before_migration, make_daily
from desktop_app.storage.backup import Backup, Reason, make_backup, verify
from desktop_app.storage.database import Database
from desktop_app.storage.kept_backups import is_due, list_backups, superfluous
from desktop_app.storage.merge import merge
from desktop_app.storage.own_folder import OwnFolder
from tests.reliability.chats import clear_messages, fill, held, held_in
from tests.reliability.released import file_of_version
from tests.reliability.test_a6_migration import _content_at
from tests.storage.talk import talk

DAY_MS = 24 * 3600 * 1000
# A Monday, at noon: so that no time zone makes two days of one.
MONDAY_MS = 1_793_620_800_000
WORD = "correct-horse-battery-staple"


def _date(made_ms: int) -> str:
    return time.strftime("%Y-%m-%d", time.localtime(made_ms / 1000))


def _live(first_ms: int, n_days: int, backups: list[Backup], reason: Reason = "daily") -> list[Backup]:
    """Give the backups that there are after so many days with one each, without making files."""
    for day in range(n_days):
        now_ms = first_ms + day * DAY_MS
        made = Backup(Path(f"/{now_ms}-{reason}"), now_ms, reason, 1)
        gone = {one.path for one in superfluous([made, *backups], now_ms)}
        assert made.path not in gone
        backups = [one for one in [made, *backups] if one.path not in gone]
    return backups


def test_after_a_year_there_are_seven_days_and_the_four_weeks_before() -> None:
    kept = _live(MONDAY_MS, 365, [])

    last = MONDAY_MS + 364 * DAY_MS
    ages = [(last - one.made_ms) // DAY_MS for one in kept]
    assert ages[:7] == [0, 1, 2, 3, 4, 5, 6]
    assert len(ages) == 11 and ages[-1] >= 28
    weeks = {(one.made_ms - MONDAY_MS) // (7 * DAY_MS) for one in kept[7:]}
    assert len(weeks) == 4


def test_of_one_day_only_the_newest_is_kept_and_the_last_before_each_risk() -> None:
    made = [
        Backup(Path(f"/{hour}-{reason}"), MONDAY_MS + hour * 3600_000, reason, 1)
        for hour in range(3)
        for reason in ("daily", "migration", "import", "restore")
    ]

    gone = {one.path for one in superfluous(made, MONDAY_MS + DAY_MS)}

    assert {one.path.name for one in made if one.path not in gone} >= {"2-migration", "2-import", "2-restore"}
    assert len(made) - len(gone) <= 4


def test_the_last_three_that_the_person_made_are_kept_whatever_is_made_by_itself() -> None:
    made = [Backup(Path(f"/{hour}"), MONDAY_MS + hour * 3600_000, "manual", 1) for hour in range(5)]
    later = [Backup(Path(f"/later-{day}"), MONDAY_MS + day * DAY_MS + 12 * 3600_000, "import", 1) for day in range(90)]

    gone = {one.path.name for one in superfluous([*made, *later], MONDAY_MS + 100 * DAY_MS)}
    assert {"2", "3", "4"}.isdisjoint(gone) and {"0", "1"} <= gone
    assert {one.path.name for one in superfluous(made[:1] + later[:1], MONDAY_MS + DAY_MS)} == set()


@pytest.mark.parametrize(("years", "name"), [(4, "2030"), (-46, "1980")])
def test_a_clock_that_was_wrong_for_three_days_costs_the_newest_four_made_under_the_right_one_nothing(
    years: int, name: str
) -> None:
    right = _live(MONDAY_MS, 40, [])
    wrong_ms = MONDAY_MS + years * 365 * DAY_MS
    during = _live(wrong_ms, 3, right)
    after = _live(MONDAY_MS + 43 * DAY_MS, 1, during)

    assert {one.path for one in right[:4]} <= {one.path for one in during}, name
    assert {one.path for one in right[:4]} <= {one.path for one in after}, name
    assert is_due(during, MONDAY_MS + 43 * DAY_MS)


def test_a_wrong_clock_does_not_fill_the_disk() -> None:
    kept = _live(MONDAY_MS, 40, _live(MONDAY_MS + 1500 * DAY_MS, 40, []))

    assert len(kept) <= 22


def test_a_backup_is_made_once_a_day_and_is_what_the_file_was(tmp_path: Path) -> None:
    database = Database.writing(tmp_path / "hearth.sqlite3")
    folder = tmp_path / "backups"
    expected = {}
    for day in range(12):
        talk(database, f"question of day {day}", "answer")
        now_ms = MONDAY_MS + day * DAY_MS
        made = make_daily(database.path, folder, now_ms, Pace())
        assert made is not None and make_daily(database.path, folder, now_ms + 3600_000, Pace()) is None
        expected[made.path] = held(database)
    database.close()

    found = list_backups(OwnFolder(folder))

    assert [_date(one.made_ms) for one in found[:7]] == [_date(MONDAY_MS + day * DAY_MS) for day in range(11, 4, -1)]
    for one in found:
        verify(one.path)
        assert held_in(one.path) == expected[one.path]


def test_a_restore_gives_back_what_there_was(tmp_path: Path) -> None:
    database = Database.writing(tmp_path / "hearth.sqlite3")
    fill(database, 20)
    before = held(database)
    made = make_backup(database.path, OwnFolder(tmp_path / "backups"), "daily", MONDAY_MS)
    database.execute("DELETE FROM conversation WHERE number % 2")
    merge(database, made.path, MONDAY_MS)
    after = held(database)
    database.close()

    assert after == before


def test_no_secret_and_no_private_conversation_is_in_it(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HF_TOKEN", WORD)
    database = Database.writing(tmp_path / "hearth.sqlite3")
    talk(database, "of the disk", "and to be kept")
    private = Database.in_memory("a8")
    talk(private, f"private {WORD}", WORD)

    made = make_backup(database.path, OwnFolder(tmp_path / "backups"), "daily", MONDAY_MS)

    assert WORD.encode() not in made.path.read_bytes()
    assert b"to be kept" in made.path.read_bytes()
    for one in (private, database):
        one.close()


# Before a migration (the backup's part of A6)


def test_before_a_migration_the_old_file_is_kept_as_it_was(tmp_path: Path) -> None:
    path, folder = tmp_path / "hearth.sqlite3", tmp_path / "backups"
    file_of_version(1, path, "big " * 1000)
    before = _content_at(path, 1)

    database = Database.writing(path, lambda: make_before_migration(path, folder, MONDAY_MS))
    database.close()

    [made] = list_backups(OwnFolder(folder))
    assert (made.reason, _content_at(made.path, 1)) == ("migration", before)
    verify(made.path)
    Database.writing(path, lambda: pytest.fail("a file that is up to date needs no backup")).close()


def test_a_migration_that_has_no_backup_is_not_begun(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "hearth.sqlite3"
    file_of_version(1, path)
    before = path.read_bytes()

    def fail() -> None:
        raise OSError("no backup")

    with pytest.raises(OSError, match="no backup"):
        Database.writing(path, fail)

    assert path.read_bytes() == before


# Planted faults: the same checks must see them


def _keep_everything(*_: object) -> list[Backup]:
    return []


def _keep_the_oldest(backups: list[Backup], _now_ms: int) -> list[Backup]:
    return sorted(backups, key=lambda one: one.made_ms)[11:]


def _trust_the_clock(backups: list[Backup], now_ms: int) -> list[Backup]:
    return [one for one in backups if not 0 <= now_ms - one.made_ms < 35 * DAY_MS]


@pytest.mark.parametrize("planted", [_keep_everything, _keep_the_oldest, _trust_the_clock])
def test_planted_wrong_thinning_is_seen(planted: Callable[..., list[Backup]], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(globals(), "superfluous", planted)
    checks: list[Callable[[], None]] = [
        test_after_a_year_there_are_seven_days_and_the_four_weeks_before,
        lambda: test_a_clock_that_was_wrong_for_three_days_costs_the_newest_four_made_under_the_right_one_nothing(4, "2030"),
    ]

    def passes(check: Callable[[], None]) -> bool:
        try:
            check()
        except AssertionError:
            return False
        return True

    assert not all(passes(check) for check in checks)


def test_planted_an_unverified_backup_is_seen(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("desktop_app.storage.backup.verify", lambda *_: None)
    database = Database.writing(tmp_path / "hearth.sqlite3")
    fill(database, 10)
    database.close()
    clear_messages(database.path)

    made = make_backup(database.path, OwnFolder(tmp_path / "backups"), "daily", MONDAY_MS)

    with pytest.raises(Exception, match="damaged"):
        verify(made.path)
