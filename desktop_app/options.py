"""What a start was asked for."""

from __future__ import annotations

from pathlib import Path

from desktop_app.record import Record


class Options(Record):
    """What the command line asks for."""

    file: Path | None = None
    """Ask whether to use this file as a model."""
    data_dir: Path | None = None
    """Keep everything in this folder; None: where this system keeps such things."""
    model: Path | None = None
    """Load this model at the start; None: the one of last time, else the starter model."""
    offline: bool = False
    self_check: bool = False
