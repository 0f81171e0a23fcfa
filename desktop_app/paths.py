"""The five folders that Hearth writes to; one override moves them all."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import platformdirs

from desktop_app import APP_NAME


@dataclass(frozen=True, slots=True)
class Paths:
    """Folders, each private to the person (mode 0700) and made by `create`."""

    config: Path
    data: Path
    models: Path
    cache: Path
    logs: Path

    @classmethod
    def standard(cls) -> Paths:
        """Give the places that this system keeps for applications."""
        dirs = platformdirs.PlatformDirs(APP_NAME.lower(), appauthor=False)
        return cls(
            config=dirs.user_config_path,
            data=dirs.user_data_path,
            models=dirs.user_data_path / "models",
            cache=dirs.user_cache_path,
            logs=dirs.user_log_path,
        )

    @classmethod
    def under(cls, folder: Path) -> Paths:
        """Give the five folders inside `folder` (`--data-dir`)."""
        folder = folder.expanduser().absolute()
        return cls(folder / "config", folder / "data", folder / "models", folder / "cache", folder / "logs")

    def create(self) -> None:
        """Make the folders that are missing. Raises: OSError."""
        for folder in (self.config, self.data, self.models, self.cache, self.logs):
            folder.mkdir(mode=0o700, parents=True, exist_ok=True)

    @property
    def database(self) -> Path:
        """The one SQLite file."""
        return self.data / "hearth.sqlite3"
