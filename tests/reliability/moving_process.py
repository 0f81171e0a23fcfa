"""Moves a profile and is killed at the n-th thing it does to the disk, for every n: one process, a fork for each.

Usage: moving_process.py FOLDER [FAULT], where FOLDER/before holds a profile and the XDG variables name FOLDER/home.
Prints one JSON object for each n: whether it was killed, and what was wrong after it and after the next start.
"""

from __future__ import annotations

import json
import os
import shutil
import signal
import sys
from pathlib import Path

from desktop_app.paths import Paths
from desktop_app.services import data_files
from desktop_app.services.data_files import Progress, clear_left, give_up, plan
from desktop_app.services.place import Place, Spot, read_place, write_place
from desktop_app.storage.own_folder import MARKER

WATCHED = ("os.rename", "os.remove", "os.rmdir", "os.mkdir", "os.link", "os.utime", "os.truncate")


def watch(kill_at: int) -> None:
    """Have this process killed at its `kill_at`-th change of the disk."""
    count = 0

    def hook(event: str, arguments: tuple[object, ...]) -> None:
        nonlocal count
        is_written = event == "open" and isinstance(arguments[2], int) and arguments[2] & (os.O_WRONLY | os.O_RDWR)
        if event in WATCHED or is_written:
            count += 1
            if count == kill_at:
                os.kill(os.getpid(), signal.SIGKILL)

    sys.addaudithook(hook)


def go_on(*, gives_up: bool = False) -> None:
    """Do what starts do: move what is to be moved, and take away what is left."""
    note = Paths.standard().place_note
    place = read_place(note)
    if place.wanted is not None:
        place = give_up(note, place) if gives_up else data_files.move(note, place, Progress())
    clear_left(note, place)


def plant(fault: str) -> None:
    """Make the mistake that the test is to see."""
    if fault == "switch before the copy":
        real = data_files.move

        def hasty(note: Path, place: Place, progress: Progress) -> Place:
            assert place.wanted is not None
            moved = Place(place.wanted, None, (*place.left, place.used))
            write_place(note, moved)
            real(note, place, progress)
            return moved

        data_files.move = hasty
    if fault == "clear before the switch":
        real_write = write_place

        def late(note: Path, place: Place) -> None:
            if place.left:
                clear = data_files._clear
                clear(place.left[-1], place.used)
            real_write(note, place)

        data_files.write_place = late  # type: ignore[attr-defined]
    if fault == "take all away":

        def whole(spot: Spot, used: Spot) -> bool:
            shutil.rmtree(spot.paths().data.parent)
            return True

        data_files._clear = whole
    if fault == "name before the bytes":

        def bare(source: Path, target: Path, progress: Progress) -> None:
            final = target.with_name(target.name.removesuffix(data_files.UNFINISHED))
            status = source.stat()
            final.write_bytes(bytes(status.st_size))
            os.utime(final, ns=(status.st_atime_ns, status.st_mtime_ns))
            target.write_bytes(source.read_bytes())
            os.utime(target, ns=(status.st_atime_ns, status.st_mtime_ns))

        data_files._copy_bytes = bare


def main() -> None:
    """Try every n until nothing is killed any more, once on the way there and once on the way back."""
    folder, fault = Path(sys.argv[1]), (sys.argv[2] if len(sys.argv) > 2 else "")
    plant(fault)
    # The disk itself lives on: what it has been told is there, and to wait for it takes most of the time.
    os.fsync = lambda _: None  # type: ignore[assignment]
    for gives_up in (False, True):
        n = status = 1
        while status:
            around = begin(folder, is_half_way=gives_up)
            before = found()
            status = forked(n, gives_up=gives_up)
            problems = [f"after the kill: {one}" for one in missing(before)]
            go_on(gives_up=gives_up)
            problems += [f"in the end: {one}" for one in missing(before)]
            after = lying_around(folder)
            problems += [f"still there: {one}" for one in sorted(after - around)]
            problems += [f"taken away: {one}" for one in sorted(around - after)]
            print(json.dumps({"n": n, "gives_up": gives_up, "killed": status != 0, "problems": problems}), flush=True)
            if fault and problems:
                return
            n += 1


def begin(folder: Path, *, is_half_way: bool) -> set[str]:
    """Make the profile anew, with a move that is planned, or one of which all is copied and that is not switched to.

    Gives what lies around it.
    """
    for place in ("home", "stick"):
        shutil.rmtree(folder / place, ignore_errors=True)
    shutil.copytree(folder / "before", folder / "home", symlinks=True)
    (folder / "stick").mkdir()
    (folder / "stick" / "mine.txt").write_text("mine")
    around = lying_around(folder)
    plan(Paths.standard(), folder / "stick", has_models=True)
    if is_half_way:
        real, data_files.write_place = data_files.write_place, lambda note, place: None  # type: ignore[attr-defined]
        note = Paths.standard().place_note
        data_files.move(note, read_place(note), Progress())
        data_files.write_place = real  # type: ignore[attr-defined]
    return around


def forked(n: int, *, gives_up: bool) -> int:
    """Go on in a process that is killed at its n-th step; give how it ended, 0: by itself."""
    child = os.fork()
    if child == 0:
        watch(n)
        try:
            go_on(gives_up=gives_up)
        finally:
            os._exit(0)
    return os.waitpid(child, 0)[1]


def found() -> dict[str, bytes]:
    """Give what the place in use holds."""
    paths = read_place(Paths.standard().place_note).used.paths()
    held = data_files.held_by(paths)
    return {f"{one.area}/{one.name.as_posix()}": data_files._at(paths, one).read_bytes() for one in held}


def missing(before: dict[str, bytes]) -> list[str]:
    """Give what the place in use does not hold as it was."""
    now = found()
    return [name for name in before if now.get(name) != before[name]] + [name for name in now if name not in before]


def lying_around(folder: Path) -> set[str]:
    """Give all files that belong to no place in use, but for the note."""
    paths = read_place(Paths.standard().place_note).used.paths()
    used = {data_files._at(paths, one) for one in data_files.held_by(paths)} | {Paths.standard().place_note}
    places = (folder / "home", folder / "stick")
    around = {path for place in places for path in place.rglob("*") if path.is_symlink() or not path.is_dir()}
    # A note that was being written when the process was killed has a name that nobody reads.
    return {path.relative_to(folder).as_posix() for path in around - used if path.name != MARKER and ".json." not in path.name}


if __name__ == "__main__":
    main()
