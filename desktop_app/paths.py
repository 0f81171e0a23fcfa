"""The folders that Hearth writes to; one override moves them all."""

from __future__ import annotations

import os
import sys
from pathlib import Path

from desktop_app import APP_NAME
from desktop_app.record import Record


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

    def create(self) -> None:
        """Make the folders that are missing and that every start needs. Raises: OSError."""
        for folder in (self.config, self.data, self.models, self.cache, self.logs):
            folder.mkdir(mode=0o700, parents=True, exist_ok=True)

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
