"""What Pythons newer than 3.11 have in another place, or ask of a Windows that a test only plays."""

from __future__ import annotations

import ntpath
import shutil
from pathlib import PureWindowsPath
from types import SimpleNamespace


def is_reserved(name: str) -> bool:
    """Say whether Windows keeps this name for itself. Since 3.13 `pathlib` is not to be asked any more."""
    newer = getattr(ntpath, "isreserved", None)
    return bool(newer(name)) if newer is not None else PureWindowsPath(name).is_reserved()


def let_windows_be_played() -> None:
    """Give `shutil.which` what it asks for since 3.12 where `sys.platform` is "win32", and only Windows has."""
    if vars(shutil).get("_winapi", ...) is None:
        vars(shutil)["_winapi"] = SimpleNamespace(NeedCurrentDirectoryForExePath=lambda _program: False)
