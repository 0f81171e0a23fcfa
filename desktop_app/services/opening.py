"""The conversations are opened, whatever the disk does: repaired when they are damaged, read when they cannot be written."""

from __future__ import annotations

import logging
from functools import partial
from typing import TYPE_CHECKING

from desktop_app.clock import now_ms
from desktop_app.errors import DatabaseTooNew, DatabaseUnreadable, DiskFull, StorageError
from desktop_app.paths import Paths
from desktop_app.record import Record
from desktop_app.services.conversations import Conversations
from desktop_app.storage.database import version_on_disk
from desktop_app.storage.migrations import SCHEMA_VERSION
from desktop_app.storage.recovery_names import note_of, recovered_file

if TYPE_CHECKING:
    from desktop_app.storage.recovery import Recovery

__all__ = ["Opened", "Recovery", "open_conversations"]

MAX_VERSION = 10_000
"""No Hearth will ever write a higher number into a file: a bit of it has turned."""

MIN_PUT_OFF_BYTES = 32 * 1024 * 1024
"""A smaller file is repaired before the window comes, in 2 s: then everything is there at once."""

MIN_SHOWN_BYTES = 64 * 1024 * 1024
"""A smaller file is copied and checked in less than 2 s, on the way to the window."""

log = logging.getLogger(__name__)


class Opened(Record):
    """The open conversations, and what had to be done for that."""

    conversations: Conversations
    recovery: Recovery | None
    """What came of repairing them; None when nothing was damaged."""
    is_repair_due: bool = False
    """A repair was wanted and could not be made, for instance on a full disk."""


def open_conversations(paths: Paths, *, is_repair_wanted: bool = False, is_copied: bool = False) -> Opened:
    """Open the file; set it aside and make a new one when it is damaged, or `is_repair_wanted` and it is.

    `is_copied`: a backup of the file as an older version left it has just been made.
    Raises: DatabaseTooNew, and StorageError when nothing can be read at all.
    """
    recovery = None
    if recovered_file(paths.database).exists():  # a process was killed between two steps of a repair
        _finish(paths)
    is_behind = is_put_off(paths)
    if is_behind:
        _finish_putting_off(paths)
    is_repair_due = False
    if is_repair_wanted and (is_behind or not _put_off(paths)):
        try:
            recovery = _repair(paths)
        except StorageError as error:  # what can be read of the file as it is may be nearly everything
            log.warning("no repair: %s", type(error).__name__)
            is_repair_due = True
    try:
        return Opened(_open(paths, is_copied=is_copied), recovery, is_repair_due)
    except (DatabaseUnreadable, DatabaseTooNew) as error:
        if recovery is not None or (isinstance(error, DatabaseTooNew) and error.found <= MAX_VERSION):
            raise
        if not is_behind and _put_off(paths):
            return Opened(_open(paths), None)
        recovery = _repair(paths)
        if recovery is None:  # what could not be read is whole; then it is the disk, or a mistake of ours
            raise
        return Opened(_open(paths), recovery)


def is_copy_long(paths: Paths) -> bool:
    """Say whether a copy is due, of a file that an older version left and that takes seconds to copy."""
    try:
        return paths.database.stat().st_size >= MIN_SHOWN_BYTES and 0 < version_on_disk(paths.database) < SCHEMA_VERSION
    except OSError:
        return False


def _open(paths: Paths, *, is_copied: bool = False) -> Conversations:
    open_ = partial(Conversations, paths.database, back_up=None if is_copied else partial(_back_up, paths))
    conversations = open_()
    if isinstance(conversations.file.problem, DiskFull):
        from desktop_app.services.reserve import release

        if release(paths.data):
            conversations.close()
            conversations = open_()
    return conversations


def _back_up(paths: Paths) -> None:
    from desktop_app.services.backup_work import make_before_migration

    make_before_migration(paths.database, paths.backups, now_ms())


def _finish(paths: Paths) -> None:
    from desktop_app.storage.recovery import finish_recovery

    finish_recovery(paths.database, paths.quarantine, now_ms())


def is_put_off(paths: Paths) -> bool:
    """Say whether a repair goes on behind the window."""
    return note_of(paths.database).exists()


def _finish_putting_off(paths: Paths) -> None:
    from desktop_app.storage.recovery import put_off_recovery

    put_off_recovery(paths.database, paths.quarantine)


def _put_off(paths: Paths) -> bool:
    """Set a large damaged file aside and let the person begin with an empty one; see `services.repair`."""
    from desktop_app.storage.backup import size_on_disk
    from desktop_app.storage.recovery import put_off

    if size_on_disk(paths.database) < MIN_PUT_OFF_BYTES:
        return False
    put_off(paths.database, paths.quarantine, now_ms())
    log.warning("the database was damaged; it is repaired behind the window")
    return True


def _repair(paths: Paths) -> Recovery | None:
    from desktop_app.storage.recovery import recover

    if not paths.database.is_file():
        return None
    recovery = recover(paths.database, paths.backups, paths.quarantine, now_ms())
    if recovery is not None:
        log.warning("the database was damaged; %d conversations are in the new one", recovery.n_conversations)
    return recovery
