"""The files that make up a person's data, copied to another place and taken away from an old one.

Only what Hearth made is touched, by its name or in a folder of its own; what the person keeps beside it stays. A file
has its name in the new place only when it has been read back and is the same, byte for byte.
"""

from __future__ import annotations

import hashlib
import os
import shutil
import stat
import threading
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

import psutil

from desktop_app.durable import sync_folder
from desktop_app.errors import DataFolderGone, DataPlaceUnsuitable, NotEnoughDiskSpace, WriteFailed
from desktop_app.paths import Paths
from desktop_app.record import Record
from desktop_app.services.place import Place, Spot, read_place, write_place
from desktop_app.services.reserve import reserve_file
from desktop_app.services.single_instance import take_lock
from desktop_app.storage.faults import of_the_disk
from desktop_app.storage.own_folder import OwnFolder

FOLDER = "Hearth"
"""Made in the folder that the person chooses, unless that one is empty."""
KEPT_FREE_BYTES = 256 * 1024 * 1024
"""What has to stay free beside the data: a database that cannot grow is no use."""
UNFINISHED = ".moving"
_PIECE = 1 << 20
_SYNC_BYTES = 64 << 20
"""So much is written out at once: who stops a move waits for no more than that."""
_SAME_TIME_NS = 2_000_000_000
"""Some file systems keep the time of a file in steps of two seconds."""
_NETWORK = ("nfs", "cifs", "smb", "9p", "afp", "webdav", "fuse.sshfs", "fuse.rclone", "fuse.davfs", "fuse.gvfs", "ceph")
_LINKED = ("backups", "models")
"""What never changes once it is written: on the same disk it only gets a second name."""


class MoveStopped(Exception):
    """The person has given the move up."""


class Held(Record):
    """One file: the area it belongs to, its place in there, its size."""

    area: str
    name: Path
    n_bytes: int


class Progress:
    """How far a move is, and whether it is to stop; asked and told from two threads."""

    def __init__(self) -> None:
        self.n_bytes = 0
        self.total_bytes = 0
        self.is_stopped = threading.Event()

    def add(self, n_bytes: int) -> None:
        """Count what is done. Raises: MoveStopped."""
        if self.is_stopped.is_set():
            raise MoveStopped
        self.n_bytes += n_bytes


def held_by(paths: Paths) -> list[Held]:
    """Give all files that belong to the person's data, sorted; links, and what stands in links, are none of ours.

    But for the settings: who keeps them in another folder wants to have them in the new place, too.
    """
    areas = _areas(paths)
    found = [(area, path) for area in ("backups", "states", "models") for path in _tree(areas[area])]
    found += [("data", path) for name in ("quarantine", "recovery") for path in _tree(paths.data / name)]
    found += [("data", path) for path in _named(paths.data, paths.database.name, paths.kv_states_key.name)]
    found += [("config", path) for path in _named(paths.config, "settings.json")]
    settings = paths.config / "settings.json"
    found += [("config", settings)] if settings.is_symlink() and settings.is_file() else []
    held = []
    for area, path in found:
        with suppress(FileNotFoundError):  # the window goes on writing while one looks how much there is
            held.append(Held(area, path.relative_to(areas[area]), path.stat().st_size))
    return sorted(held, key=lambda one: (one.area, one.name))


def size_of(paths: Paths) -> tuple[int, int]:
    """Give the bytes of the models, and of all the rest. Raises: WriteFailed."""
    try:
        held = held_by(paths)
    except OSError as error:
        raise of_the_disk(Path(error.filename or paths.data), error) from error
    n_models = sum(one.n_bytes for one in held if one.area == "models")
    return n_models, sum(one.n_bytes for one in held) - n_models


def fitting_folder(chosen: Path, paths: Paths) -> Path:
    """Give the folder that a move into `chosen` would make or use. Raises: DataPlaceUnsuitable, WriteFailed."""
    folder = chosen if _is_empty(chosen) else chosen / FOLDER
    if not _is_empty(folder) and not OwnFolder(folder).is_ours():
        raise DataPlaceUnsuitable(str(folder), "not_empty")
    if Paths.under(folder).database.exists():
        raise DataPlaceUnsuitable(str(folder), "not_empty")
    real = folder.resolve()
    if any(real.is_relative_to(one.resolve()) for one in _areas(paths).values()):
        raise DataPlaceUnsuitable(str(folder), "inside")
    if is_on_network(real):
        raise DataPlaceUnsuitable(str(folder), "network")
    return folder


def is_on_network(folder: Path) -> bool:
    """Say whether another computer keeps the folder: the log of a database does not work there.

    Source: "Write-Ahead Logging" in the documentation of SQLite: all processes must be on the same computer.
    """
    if str(folder).startswith("\\\\"):
        return True
    disks = [disk for disk in psutil.disk_partitions(all=True) if folder.is_relative_to(disk.mountpoint)]
    # Of two with one path the later one is seen.
    disk = max(reversed(disks), key=lambda one: len(Path(one.mountpoint).parts), default=None)
    return disk is not None and (disk.fstype.lower().startswith(_NETWORK) or "remote" in disk.opts.split(","))


def plan(paths: Paths, chosen: Path | None, *, has_models: bool) -> Place:
    """Note that everything is to be moved into the folder `chosen`, None: to the usual places; the next start does it.

    `has_models`: the models come along, otherwise they stay where they are.
    Raises: DataPlaceUnsuitable, NotEnoughDiskSpace, FileUnreadable, DiskFull, WriteFailed.
    """
    if paths.database.is_symlink():  # nobody knows what else stands where it leads to
        raise DataPlaceUnsuitable(str(paths.database), "link")
    note = Paths.standard().place_note
    place = read_place(note)
    wanted = Spot(str(fitting_folder(chosen.absolute(), paths)) if chosen is not None else "")
    left = tuple(spot for spot in place.left if spot.folder != wanted.folder)
    for spot in set(place.left) - set(left):
        _clear(spot, place.used)
    if not wanted.folder and Paths.standard().database.exists():
        raise DataPlaceUnsuitable(str(Paths.standard().data), "not_empty")
    models = "" if has_models or wanted.paths().models == paths.models else str(paths.models)
    planned = Place(place.used, wanted.replaced(models=models), left)
    try:
        _check_room(planned)
    except OSError as error:
        raise of_the_disk(Path(error.filename or paths.data), error) from error
    if wanted.folder:
        OwnFolder(Path(wanted.folder)).create()
    write_place(note, planned)
    return planned


def _check_room(place: Place) -> None:
    """Raise NotEnoughDiskSpace when what is missing in the wanted place does not fit its disk."""
    needed, free = _missing_bytes(place), shutil.disk_usage(_existing(_wanted(place).data)).free
    if needed + KEPT_FREE_BYTES > free:
        raise NotEnoughDiskSpace(needed + KEPT_FREE_BYTES, free)


def move(note: Path, place: Place, progress: Progress) -> Place:
    """Copy everything to the wanted place, verified, and switch to it; give what the note says then.

    What is there already from a move that was cut off is not copied again. Nothing is taken away.
    Raises: MoveStopped, DataFolderGone, DataPlaceUnsuitable, NotEnoughDiskSpace, DiskFull, WriteFailed.
    """
    assert place.wanted is not None
    here, there = place.used.paths(), place.wanted.paths()
    try:
        # A disk that was pulled out holds nothing, and to copy nothing would always succeed.
        if not here.database.is_file():
            raise DataFolderGone(str(here.main_folder))
        _check_target(here, there)
        known = _database_files(here)
        # Made by the plan. Were it made here, a disk that is not there now would be one on which its name lies.
        if place.wanted.folder and not OwnFolder(Path(place.wanted.folder)).is_ours():
            raise DataFolderGone(place.wanted.folder)
        _check_room(place)
        there.create()
        # A log that does not belong to the database beside it would be taken for its own.
        for ending in ("", "-wal", "-journal"):
            there.database.with_name(there.database.name + ending).unlink(missing_ok=True)
        held = _to_move(here, there)
        progress.n_bytes, progress.total_bytes = 0, sum(one.n_bytes for one in held)
        for one in held:
            _copy(one, here, there, progress)
        for folder in {folder for one in held for folder in _folders_of(there, one)}:
            sync_folder(folder)
        if _database_files(here) != known:
            raise WriteFailed(str(here.database), "changed while it was copied")
    except OSError as error:
        raise of_the_disk(Path(error.filename or there.data), error) from error
    moved = Place(place.wanted, None, (*place.left, place.used.replaced(files=known)))
    write_place(note, moved)
    return moved


def _check_target(here: Paths, there: Paths) -> None:
    """Raise DataPlaceUnsuitable when conversations lie there that are no copy of those here: on another disk of that name."""
    if _is_same(here.data, there.data):
        raise DataPlaceUnsuitable(str(there.main_folder), "inside")
    if there.database.exists() and not _is_there(here.database, there.database):
        raise DataPlaceUnsuitable(str(there.main_folder), "not_empty")


def give_up(note: Path, place: Place) -> Place:
    """Stay where the data are; what was copied is left to be taken away. Raises: DiskFull, WriteFailed."""
    assert place.wanted is not None
    # A copy has the size and the time of what it was made of.
    wanted = place.wanted.replaced(files=_database_files(place.used.paths()))
    stays = Place(place.used, None, (*place.left, wanted))
    write_place(note, stays)
    return stays


def clear_left(note: Path, place: Place) -> Place:
    """Take away what is left in places that nothing reads any more; one that is not as it was left, or not there, waits.

    A file goes only if the place in use has it, too. Gives what the note says then.
    Raises: FileUnreadable, DiskFull, WriteFailed.
    """
    cleared = [spot for spot in place.left if _clear(spot, place.used)]
    # It takes a while, in which another move may have been planned.
    now = read_place(note)
    if cleared:
        now = now.replaced(left=tuple(spot for spot in now.left if spot not in cleared))
        write_place(note, now)
    return now


def _areas(paths: Paths) -> dict[str, Path]:
    return {
        "config": paths.config, "data": paths.data, "backups": paths.backups, "states": paths.kv_states, "models": paths.models
    }  # fmt: skip


def _at(paths: Paths, held: Held) -> Path:
    return _areas(paths)[held.area] / held.name


def _named(folder: Path, *names: str) -> Iterator[Path]:
    """Give the plain files in `folder` that begin with one of `names`, but for memory that SQLite shares."""
    for path in _entries(folder):
        if path.name.startswith(names) and not path.name.endswith("-shm") and _is_plain(path):
            yield path


def _tree(folder: Path) -> Iterator[Path]:
    for parent, _, names in os.walk(folder, onerror=_raise_unless_missing):
        yield from (path for name in names if _is_plain(path := Path(parent, name)))


def _raise_unless_missing(error: OSError) -> None:
    if not isinstance(error, FileNotFoundError | NotADirectoryError):
        raise error


def _database_files(paths: Paths) -> tuple[tuple[str, int, int], ...]:
    """Give name, bytes and time (ns) of the files of the database, sorted."""
    found = [path for path in _named(paths.data, paths.database.name) if path.suffix != UNFINISHED]
    return tuple(sorted((path.name, (status := path.lstat()).st_size, status.st_mtime_ns) for path in found))


def _entries(folder: Path) -> list[Path]:
    with suppress(FileNotFoundError, NotADirectoryError):
        return list(folder.iterdir())
    return []


def _is_plain(path: Path) -> bool:
    with suppress(OSError):
        return stat.S_ISREG(path.lstat().st_mode)
    return False


def _is_empty(folder: Path) -> bool:
    try:
        return not _entries(folder) if folder.exists() else True
    except OSError as error:
        raise of_the_disk(folder, error) from error


def _existing(folder: Path) -> Path:
    return next(one for one in (folder, *folder.parents) if one.exists())


def _wanted(place: Place) -> Paths:
    assert place.wanted is not None
    return place.wanted.paths()


def _to_move(here: Paths, there: Paths) -> list[Held]:
    return [one for one in held_by(here) if _at(here, one) != _at(there, one)]


def _missing_bytes(place: Place) -> int:
    here, there = place.used.paths(), _wanted(place)
    is_same_disk = _existing(here.data).stat().st_dev == _existing(there.data).stat().st_dev
    missing = [one for one in _to_move(here, there) if not _is_there(_at(here, one), _at(there, one))]
    return sum(one.n_bytes for one in missing if not (is_same_disk and one.area in _LINKED))


def _is_there(source: Path, target: Path) -> bool:
    """Say whether a file was copied and verified before: it has its name, and is of the same size and time."""
    if not _is_plain(target):
        return False
    one, other = source.lstat(), target.lstat()
    return one.st_size == other.st_size and abs(one.st_mtime_ns - other.st_mtime_ns) < _SAME_TIME_NS


def _folders_of(paths: Paths, held: Held) -> Iterator[Path]:
    """Give the folders that a file stands in, up to the one that may have been there before."""
    area = _areas(paths)[held.area]
    return (one for one in _at(paths, held).parents if one == area.parent or one.is_relative_to(area))


def _copy(held: Held, here: Paths, there: Paths, progress: Progress) -> None:
    source, target = _at(here, held), _at(there, held)
    progress.add(0)
    if _is_there(source, target):
        progress.add(held.n_bytes)
        return
    target.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    unfinished = target.with_name(target.name + UNFINISHED)
    unfinished.unlink(missing_ok=True)
    if held.area in _LINKED and _is_linked(source, unfinished):
        progress.add(held.n_bytes)
    else:
        _copy_bytes(source, unfinished, progress)
    unfinished.replace(target)


def _is_linked(source: Path, target: Path) -> bool:
    """Give a file a second name; False: on another disk, or where no file has two."""
    try:
        os.link(source, target)
    except OSError:
        return False
    return True


def _copy_bytes(source: Path, target: Path, progress: Progress) -> None:
    status, code = source.stat(), hashlib.blake2b()
    number = os.open(target, os.O_WRONLY | os.O_CREAT | os.O_EXCL | getattr(os, "O_BINARY", 0), 0o600)
    with os.fdopen(number, "wb") as copy, source.open("rb") as file:
        n_unsynced = 0
        while piece := file.read(_PIECE):
            progress.add(len(piece))
            code.update(piece)
            copy.write(piece)
            n_unsynced += len(piece)
            if n_unsynced >= _SYNC_BYTES:
                n_unsynced = 0
                copy.flush()
                os.fsync(copy.fileno())
        copy.flush()
        os.fsync(copy.fileno())
        if hasattr(os, "posix_fadvise"):  # so that it is the disk that is read, not what the system has in mind of it
            os.posix_fadvise(copy.fileno(), 0, 0, os.POSIX_FADV_DONTNEED)
    if _digest(target, progress) != code.digest():
        raise WriteFailed(str(target), "the disk gives back other bytes than were written")
    after = source.stat()
    if (after.st_size, after.st_mtime_ns) != (status.st_size, status.st_mtime_ns):
        raise WriteFailed(str(source), "changed while it was copied")
    os.utime(target, ns=(status.st_atime_ns, status.st_mtime_ns))


def _digest(path: Path, progress: Progress) -> bytes:
    code = hashlib.blake2b()
    with path.open("rb") as file:
        while piece := file.read(_PIECE):
            progress.add(0)
            code.update(piece)
    return code.digest()


# Taking away


def _clear(spot: Spot, used: Spot) -> bool:
    """Take away what is left in `spot`; False: it is not there, or in use, or not what was left, and has to wait."""
    old, now = spot.paths(), used.paths()
    if spot.folder and not Path(spot.folder).is_dir():
        return False
    is_used = _is_same(old.data, now.data)
    try:
        if not is_used and not _is_as_left(spot, old):
            return False
        lock = None if is_used or not old.data.is_dir() else take_lock(old.data)
        if lock is None and not is_used and old.data.is_dir():
            return False
        for held in held_by(old):
            if _may_go(held, old, now):
                _at(old, held).unlink(missing_ok=True)
        if lock is not None:
            lock.unlock()
        if not is_used:
            _clear_passing(old)
        for folder in _folders(old):
            if not any(_is_same(folder, one) for one in _areas(now).values()):
                with suppress(OSError):  # it holds something of the person's, or is not there
                    folder.rmdir()
        if spot.folder:
            OwnFolder(Path(spot.folder)).dissolve()
    except OSError as error:
        raise of_the_disk(Path(error.filename or old.data), error) from error
    return True


def _is_as_left(spot: Spot, old: Paths) -> bool:
    """Say whether the database is the one that was left: not of another disk of that name, and not used since."""
    known = {name: (size, time) for name, size, time in spot.files}
    return all(
        name in known and size == known[name][0] and abs(time - known[name][1]) < _SAME_TIME_NS
        for name, size, time in _database_files(old)
    )


def _may_go(held: Held, old: Paths, now: Paths) -> bool:
    """Say whether the place in use holds the same; the log of a database goes with it."""
    path, is_unfinished = _at(old, held), held.name.suffix == UNFINISHED
    if path.is_symlink() or _is_same(path.parent, _at(now, held).parent):
        return False
    if held.area == "data" and held.name.parent == Path() and held.name.name.startswith(now.database.name):
        return now.database.is_file()
    kept = _at(now, held.replaced(name=held.name.with_suffix("")) if is_unfinished else held)
    # What is written again and again has become another; of the rest one of the same name may be.
    is_changing = is_unfinished or held.area in ("config", "states")
    return kept.is_file() and (is_changing or kept.stat().st_size == held.n_bytes)


def _clear_passing(old: Paths) -> None:
    """Take away what no start needs: logs, the note of the last end, the reserve, what SQLite shares."""
    shared = old.database.with_name(f"{old.database.name}-shm")
    passing = [old.starts, reserve_file(old.data), shared, old.data / "hearth.lock"]
    passing += [path for path in _entries(old.logs) if path.name.startswith("hearth") and ".log" in path.name]
    for path in passing:
        if _is_plain(path):
            path.unlink()


def _folders(paths: Paths) -> list[Path]:
    """Give the folders that Hearth makes, the inner ones first."""
    grown = (paths.models, paths.backups, paths.kv_states, paths.data / "quarantine", paths.data / "recovery")
    inner = sorted((Path(parent) for top in grown for parent, _, _ in os.walk(top)), key=lambda one: -len(one.parts))
    return [*inner, paths.cache, paths.logs, paths.data, paths.config]


def _is_same(one: Path, other: Path) -> bool:
    try:
        return one.samefile(other)
    except OSError:
        return one == other
