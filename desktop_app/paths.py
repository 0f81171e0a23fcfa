"""The folders that Hearth writes to; one override moves them all."""

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
    backups: Path
    """Outside `data`, so that what befalls that folder leaves them alone. Made with the first backup."""

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
            backups=dirs.user_data_path.with_name(f"{dirs.user_data_path.name}-backups"),
        )

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
