"""Where Hearth writes: everything under one folder, and backups never in the folder of the database."""

from __future__ import annotations

from pathlib import Path

import pytest

from desktop_app.paths import Paths


@pytest.mark.parametrize("paths", [Paths.standard(), Paths.under(Path("somewhere"))], ids=["standard", "under"])
def test_what_befalls_the_folder_of_the_database_leaves_the_backups_alone(paths: Paths) -> None:
    assert paths.database.parent == paths.data
    assert not paths.backups.is_relative_to(paths.data)
    assert not paths.data.is_relative_to(paths.backups)
    # A damaged file only gets another name, which it does on its own disk alone.
    assert paths.quarantine.parent == paths.data


def test_only_what_a_start_needs_is_made_by_it(tmp_path: Path) -> None:
    paths = Paths.under(tmp_path / "hearth")
    paths.create()

    assert sorted(path.name for path in (tmp_path / "hearth").iterdir()) == ["cache", "config", "data", "logs", "models"]
    assert all(path.stat().st_mode & 0o077 == 0 for path in (tmp_path / "hearth").iterdir())
