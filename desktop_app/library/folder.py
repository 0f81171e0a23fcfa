"""A place where models are looked for, and what was found there. Values only."""

from __future__ import annotations

from pathlib import Path

from desktop_app.record import Record


class LibraryFolder(Record):
    """One folder of the library."""

    path: Path
    kind: str
    """"own": the folder of Hearth; "added": by the person; else which of `STORES` it belongs to."""
    n_models: int = 0
    size_bytes: int = 0
    is_there: bool = True
    """False: a disk that is not connected, or a folder that was moved."""
    is_cut_short: bool = False
    """True: it holds more than is looked at, so that models may be missing."""


class Removal(Record):
    """What would go into the trash with a model. `refusal` says why nothing can: then there are no files."""

    files: tuple[Path, ...] = ()
    freed_bytes: int = 0
    """What the disk has more when the trash is emptied."""
    refusal: str = ""
    """"starter": it comes with Hearth; "store": it belongs to another application; "unknown": it is not in the library."""
    store: str = ""
    """With "store": which of `STORES`."""
