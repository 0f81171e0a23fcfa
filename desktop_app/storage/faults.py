"""What SQLite and the disk may do to us, as `StorageError`; whatever is not the world's fault rises as it is.

Exceptions carry the name of SQLite's result, never a statement's values: those are conversation text.
"""

from __future__ import annotations

import errno
import re
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import apsw

from desktop_app.errors import DatabaseUnreadable, DiskFull, StorageError, WriteFailed
from desktop_app.storage.migrations import MIGRATIONS

_UNREADABLE = (apsw.NotADBError, apsw.CorruptError)
_WORLD = (
    apsw.ReadOnlyError, apsw.IOError, apsw.CantOpenError, apsw.BusyError, apsw.LockedError,
    apsw.PermissionsError, apsw.ProtocolError,
)  # fmt: skip
_UNREADABLE_IO = (apsw.SQLITE_IOERR_READ, apsw.SQLITE_IOERR_SHORT_READ, apsw.SQLITE_IOERR_CORRUPTFS)
_LOST = r"no such (?:table|column): (?:\w+\.)?(\w+)"


def result_name(error: apsw.Error) -> str:
    """Give SQLite's name for what happened, for instance "SQLITE_IOERR_WRITE"."""
    code = getattr(error, "extendedresult", 0)
    name = apsw.mapping_extended_result_codes.get(code) or apsw.mapping_result_codes.get(code)
    return str(name or type(error).__name__)


class Interrupted(Exception):
    """Nobody waits for the answer any more; see `Database.interrupt`."""


@contextmanager
def world_faults(path: Path) -> Iterator[None]:
    """Raise a StorageError for what the disk or another program did; everything else is ours and rises."""
    try:
        yield
    except apsw.InterruptError:
        raise Interrupted from None
    except apsw.FullError as error:
        raise DiskFull(str(path)) from error
    except _UNREADABLE as error:
        raise DatabaseUnreadable(str(path), result_name(error)) from error
    except _WORLD as error:
        code = getattr(error, "extendedresult", 0)
        if code in _UNREADABLE_IO:
            raise DatabaseUnreadable(str(path), result_name(error)) from error
        # For the memory that readers share there has to be room on the disk, too.
        if code == apsw.SQLITE_IOERR_SHMSIZE:
            raise DiskFull(str(path)) from error
        raise WriteFailed(str(path), result_name(error)) from error
    except apsw.SQLError as error:
        if not _is_lost(str(error)):
            raise
        raise DatabaseUnreadable(str(path), "a part of the schema is missing") from error
    except UnicodeDecodeError:
        # Only damage makes bytes that are no text. Without its cause: that holds the bytes.
        raise DatabaseUnreadable(str(path), "text that is not UTF-8") from None
    except MemoryError as error:
        # Of 140 GB, say: a length that a flipped bit has made.
        raise DatabaseUnreadable(str(path), "a length that cannot be") from error


def _is_lost(text: str) -> bool:
    """Say whether the file lacks what our own schema declares. A misspelled name is our mistake and stands nowhere there."""
    found = re.match(_LOST, text)
    return found is not None and re.search(rf"\b{found[1]}\b", "".join(MIGRATIONS)) is not None


def of_the_disk(path: Path, error: OSError) -> StorageError:
    """Give what an OSError of writing at `path` means."""
    if error.errno in (errno.ENOSPC, getattr(errno, "EDQUOT", None)):
        return DiskFull(str(path))
    return WriteFailed(str(path), error.strerror or type(error).__name__)
