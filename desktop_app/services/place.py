"""Where the person's data lie when that is not where this system keeps such things: one small note says so.

The note stays in the usual folder for settings, whatever is moved. It is the only truth about a move, and each of its
states is one whole file: what is *in use*, what is *wanted* (it is being copied, and nothing reads it yet), and what is
*left* (a copy that nothing reads any more). So a process may be killed anywhere, and the next one goes on from here.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from desktop_app import settings
from desktop_app.errors import DataFolderGone, FileUnreadable
from desktop_app.paths import Paths
from desktop_app.record import Record


class Spot(Record):
    """One place for everything. `folder`: "" is the usual places; `models`: "" is with the rest. Both absolute."""

    folder: str = ""
    models: str = ""
    files: tuple[tuple[str, int, int], ...] = ()
    """Of a place that is left: name, bytes and time (ns) of the files of its database. Others are not the ones left there."""

    def paths(self) -> Paths:
        """Give the folders."""
        paths = Paths.under(Path(self.folder)) if self.folder else Paths.standard()
        return paths.replaced(models=Path(self.models)) if self.models else paths


class Place(Record):
    """What the note says."""

    used: Spot = Spot()
    wanted: Spot | None = None
    left: tuple[Spot, ...] = ()

    def paths(self) -> Paths:
        """Give the folders in use. Raises: DataFolderGone: they were moved to a disk that is not there."""
        paths = self.used.paths()
        if self.used.folder and not paths.data.is_dir():
            raise DataFolderGone(self.used.folder)
        return paths


def read_place(note: Path) -> Place:
    """Read the note. Raises: FileUnreadable: without it nobody knows where the conversations are."""
    try:
        found = json.loads(note.read_text(encoding="utf-8", errors="surrogatepass"))
        wanted = found["wanted"]
        return Place(_spot(found["used"]), _spot(wanted) if wanted else None, tuple(_spot(one) for one in found["left"]))
    except FileNotFoundError:
        return Place()
    except OSError as error:
        raise FileUnreadable(str(note), error.strerror or type(error).__name__) from error
    except (ValueError, TypeError, KeyError, RecursionError) as error:
        raise FileUnreadable(str(note), f"not what it should be: {error}") from error


def write_place(note: Path, place: Place) -> None:
    """Write the note so that it is whole at every moment. Raises: DiskFull, WriteFailed."""
    wanted = place.wanted.as_dict() if place.wanted is not None else None
    values = {"used": place.used.as_dict(), "wanted": wanted, "left": [one.as_dict() for one in place.left]}
    settings.save(note, settings.Settings(values))


def place_in_use(paths: Paths) -> Place | None:
    """Give the note's content if `paths` are those it names; None: `--data-dir` or the marker beside the program chose them."""
    try:
        place = read_place(Paths.standard().place_note)
    except FileUnreadable:
        return None
    return place if place.used.paths() == paths else None


def use_folder(folder: Path) -> None:
    """Take `folder`, to which the data were moved, as their place from now on: a disk may come back under another name.

    Raises: DataFolderGone: there are none in it; DiskFull, WriteFailed.
    """
    note = Paths.standard().place_note
    spot = Spot(str(folder))
    if not spot.paths().database.is_file():
        raise DataFolderGone(str(folder))
    before = read_place(note)
    models = before.used.models
    is_with_rest = not models or spot.paths().models.is_dir()
    # A move into this very folder has come to an end, and what it holds is nothing that may be taken away.
    left = tuple(one for one in before.left if one.folder != spot.folder)
    wanted = before.wanted if before.wanted is not None and before.wanted.folder != spot.folder else None
    write_place(note, Place(spot if is_with_rest else spot.replaced(models=models), wanted, left))


def leave_folder() -> None:
    """Begin in the usual places, since the disk with the data is gone for good; nothing on it will be touched.

    Raises: FileUnreadable, DiskFull, WriteFailed.
    """
    note = Paths.standard().place_note
    write_place(note, Place(left=tuple(one for one in read_place(note).left if one.folder)))


def _spot(values: Mapping[str, Any]) -> Spot:
    folder, models = values["folder"], values["models"]
    if not all(isinstance(one, str) and (not one or Path(one).is_absolute()) for one in (folder, models)):
        raise ValueError("no absolute folders")
    return Spot(folder, models, tuple((str(name), int(size), int(time)) for name, size, time in values.get("files", ())))
