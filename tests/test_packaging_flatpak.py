"""The Flatpak: what it is made with, and whether it has all that it needs."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import yaml

ROOT = Path(__file__).parents[1]


def steps() -> list[dict[str, Any]]:
    """Give the steps of the job that makes it."""
    workflow = yaml.safe_load((ROOT / ".github" / "workflows" / "release.yml").read_text(encoding="utf-8"))
    found: list[dict[str, Any]] = workflow["jobs"]["flatpak"]["steps"]
    return found


def test_what_draws_its_icons_can_read_an_svg():
    """Source: flatpak-builder's issue 619 and runner-images' 11359."""
    (made,) = [step["run"] for step in steps() if "flatpak-builder" in step.get("run", "")]
    assert "librsvg2-common" in made
