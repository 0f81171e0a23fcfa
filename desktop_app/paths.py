"""The folders that Hearth writes to; one override moves them all."""

from __future__ import annotations

import os
import sys
from pathlib import Path

from desktop_app import APP_NAME
from desktop_app.record import Record

PORTABLE = "portable"
"""A file of this name beside the program, whatever is in it: everything is kept in `PORTABLE_DATA` beside it."""
PORTABLE_DATA = "data"


class Paths(Record):
    """Folders, each private to the person (mode 0700) and made by `create`."""

    config: Path
    data: Path
    models: Path
    cache: Path
    logs: Path
    backups: Path
    """Outside `data`, so that what befalls that folder leaves them alone. Made with the first backup."""

    @classmethod
    def standard(cls) -> Paths:
        """Give the places that this system keeps for applications."""
        config, data, cache, logs = _on_linux() if sys.platform == "linux" else _by_platformdirs()
        backups = data.with_name(f"{data.name}-backups")
        return cls(config=config, data=data, models=data / "models", cache=cache, logs=logs, backups=backups)

    @classmethod
    def under(cls, folder: Path) -> Paths:
        """Give the folders inside `folder` (`--data-dir`)."""
        folder = folder.expanduser().absolute()
        return cls(*(folder / name for name in ("config", "data", "models", "cache", "logs", "backups")))

    @classmethod
    def portable(cls) -> Paths | None:
        """Give the folders beside the program where the marker lies there, for instance on a stick; None: it does not.

        None too for a program of Windows' setup, whose next upgrade or removal deletes everything beside the program.
        """
        folder = program_folder()
        is_of_setup = folder.name == "app" and (folder.parent / "uninstall.exe").is_file()
        return cls.under(folder / PORTABLE_DATA) if (folder / PORTABLE).is_file() and not is_of_setup else None

    def create(self) -> None:
        """Make the folders that are missing and that every start needs. Raises: OSError."""
        for folder in (self.config, self.data, self.cache, self.logs):
            folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        # Models that stayed elsewhere may lie on a disk that is not there: its place is not taken.
        if self.models.parent in (self.data, self.data.parent) or self.models.parent.is_dir():
            self.models.mkdir(mode=0o700, exist_ok=True)

    @property
    def main_folder(self) -> Path:
        """What a person is shown as the place of everything: the one folder around all, or the one of the conversations."""
        return self.data.parent if self.config.parent == self.data.parent == self.logs.parent else self.data

    @property
    def place_note(self) -> Path:
        """Of the usual folders: where it is said that everything was moved elsewhere, see `services.place`."""
        return self.config / "place.json"

    @property
    def database(self) -> Path:
        """The one SQLite file."""
        return self.data / "hearth.sqlite3"

    @property
    def quarantine(self) -> Path:
        """Where a damaged file is set aside: on the same disk, so that it only gets another name."""
        return self.data / "quarantine"

    @property
    def kv_states(self) -> Path:
        """Where the engine keeps what models have read of conversations; nothing in it is lost if it is deleted."""
        return self.cache / "kv-states"

    @property
    def kv_states_key(self) -> Path:
        """The key of this profile, by which files in `kv_states` are known to be its own."""
        return self.data / "kv-states.key"

    @property
    def starts(self) -> Path:
        """The note of how the last runs ended."""
        return self.data / "starts.json"


def path_key(path: Path) -> str:
    """Give the text under which a database keeps a path: a name in an unknown encoding is none that it takes."""
    return str(path).encode("utf-8", "backslashreplace").decode()


def program_file() -> Path | None:
    """Give what a person starts when this application is frozen: its executable, or the AppImage; None in a checkout.

    Source: `APPIMAGE` and `APPDIR` in the documentation of AppImage.
    """
    if not getattr(sys, "frozen", False):
        return None
    program = Path(sys.executable).absolute()
    image, unpacked = os.environ.get("APPIMAGE"), os.environ.get("APPDIR")
    # Set by the AppImage itself, or inherited from another one that has started this program.
    return Path(image).absolute() if image and unpacked and program.is_relative_to(unpacked) else program


def program_folder() -> Path:
    """Give the folder in which a person sees the program: of macOS the one of the bundle, of a checkout its root."""
    program = program_file()
    if program is None:
        return Path(__file__).absolute().parent.parent
    bundles = [folder for folder in program.parents if folder.suffix == ".app"]
    return bundles[-1].parent if bundles else program.parent


def _by_platformdirs() -> tuple[Path, Path, Path, Path]:
    import platformdirs

    dirs = platformdirs.PlatformDirs(APP_NAME.lower(), appauthor=False)
    return dirs.user_config_path, dirs.user_data_path, dirs.user_cache_path, dirs.user_log_path


def _on_linux() -> tuple[Path, Path, Path, Path]:
    """Give the same without platformdirs, whose import takes a thirtieth of the time to the first painted window.

    Source: XDG Base Directory Specification.
    """
    name = APP_NAME.lower()
    usual = (
        ("XDG_CONFIG_HOME", ".config"), ("XDG_DATA_HOME", ".local/share"), ("XDG_CACHE_HOME", ".cache"),
        ("XDG_STATE_HOME", ".local/state"),
    )  # fmt: skip
    config, data, cache, state = (
        Path(os.environ[key] if os.environ.get(key, "").strip() else Path.home() / folder) / name for key, folder in usual
    )
    return config, data, cache, state / "log"
