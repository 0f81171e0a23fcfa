"""The backups that are there, and which of them are kept: 7 daily ones, 4 weekly ones, the last before risky work, and
the last 3 that the person has made.

What a clock says is taken with care: one that was wrong for a while must not cost what was made under the right one.
"""

from __future__ import annotations

import calendar
import re
import time
from collections.abc import Callable, Iterable
from pathlib import Path

from desktop_app.storage.backup import Backup
from desktop_app.storage.own_folder import OwnFolder

N_DAYS, N_WEEKS, N_MANUAL = 7, 4, 3
_NAME = re.compile(r"hearth-(\d{8}-\d{6})-(\d{3})-(daily|manual|migration|import|restore)\.sqlite3")


def list_backups(folder: OwnFolder) -> list[Backup]:
    """Give the backups in `folder`, newest first; what has another name or is a link is none."""
    found = []
    for path in folder.files():
        if (match := _NAME.fullmatch(path.name)) is not None and (seconds := _seconds(match[1])) is not None:
            made_ms = seconds * 1000 + int(match[2])
            found.append(Backup(path, made_ms, match[3], path.stat().st_size))  # type: ignore[arg-type]  # one of them
    return sorted(found, key=lambda backup: backup.made_ms, reverse=True)


def _seconds(stamp: str) -> int | None:
    try:
        return calendar.timegm(time.strptime(stamp, "%Y%m%d-%H%M%S"))
    except ValueError:  # the 39th of some month: not a name of ours
        return None


def is_due(backups: Iterable[Backup], now_ms: int) -> bool:
    """Say whether the daily backup of the person's own calendar day is still to be made."""
    return not any(_day(one.made_ms) == _day(now_ms) for one in backups if one.reason in ("daily", "manual"))


def superfluous(backups: Iterable[Backup], now_ms: int) -> list[Backup]:
    """Give those that are not kept.

    Kept are the newest of each of the last `N_DAYS` days that have one, the newest of each of the `N_WEEKS` weeks
    before these, the last before each kind of risky work, and the last `N_MANUAL` that the person has made. A clock
    that was wrong for a while must not cost what was made under the right one: what lies in the future is thinned out
    by itself.
    """
    found = sorted(backups, key=lambda backup: backup.made_ms, reverse=True)
    is_past = [one.made_ms <= now_ms for one in found]
    kept: set[Path] = set()
    for group in (
        [one for one, past in zip(found, is_past, strict=True) if past],
        [one for one, past in zip(found, is_past, strict=True) if not past],
    ):
        daily = _newest_of_each(group, _day, N_DAYS)
        of_days = {_week(one.made_ms) for one in group if one.path in daily}
        older = [one for one in group if _week(one.made_ms) not in of_days]
        kept |= daily | _newest_of_each(older, _week, N_WEEKS)
        for reason, n_kept in (("migration", 1), ("import", 1), ("restore", 1), ("manual", N_MANUAL)):
            kept |= _newest_of_each([one for one in group if one.reason == reason], lambda made_ms: made_ms, n_kept)
    return [one for one in found if one.path not in kept]


def _newest_of_each(backups: list[Backup], period: Callable[[int], object], n_periods: int) -> set[Path]:
    newest: dict[object, Path] = {}
    for one in backups:  # newest first
        newest.setdefault(period(one.made_ms), one.path)
    return set(list(newest.values())[:n_periods])


def _day(made_ms: int) -> tuple[int, int]:
    then = time.localtime(made_ms / 1000)
    return then.tm_year, then.tm_yday


def _week(made_ms: int) -> int:
    then = time.localtime(made_ms / 1000)
    # Days since 1970 of the Monday before, whatever the year.
    return (_days(then) - then.tm_wday) // 7


def _days(then: time.struct_time) -> int:
    return calendar.timegm((then.tm_year, then.tm_mon, then.tm_mday, 0, 0, 0, 0, 0, 0)) // 86400


def thin_out(folder: OwnFolder, now_ms: int, spared: Path | None = None) -> None:
    """Take away what is `superfluous`, but not `spared`. Raises: StorageError."""
    for one in superfluous(list_backups(folder), now_ms):
        if one.path != spared:
            folder.remove(one.path.name)
