from __future__ import annotations

import shutil
import subprocess
import sys
import zipfile
from pathlib import Path

from desktop_app import resources

ROOT = Path(__file__).parents[1]


def test_a_checkout_finds_its_resources_beside_the_package() -> None:
    assert resources.resource("icons") == ROOT / "resources" / "icons"


def test_a_missing_starter_model_is_none(tmp_path: Path, monkeypatch) -> None:
    package = tmp_path / "desktop_app"
    (package / "_resources").mkdir(parents=True)
    monkeypatch.setattr(resources, "__file__", str(package / "resources.py"))

    assert resources.starter_model() is None


def test_the_starter_model_is_found_where_it_is_fetched_to(starter_model: Path) -> None:
    assert resources.starter_model() == starter_model


def test_a_wheel_carries_the_resources_but_no_model(tmp_path: Path) -> None:
    source = tmp_path / "source"
    (source / "resources" / "models").mkdir(parents=True)
    (source / "resources" / "themes").mkdir()
    (source / "resources" / "themes" / "light.json").write_text("x = 1\n")
    (source / "resources" / "models" / "big.gguf").write_text("GGUF")
    for name in ("pyproject.toml", "README.md", "LICENSE"):
        shutil.copy(ROOT / name, source / name)
    (source / "desktop_app").mkdir()
    for name in ("__init__.py", "resources.py"):
        shutil.copy(ROOT / "desktop_app" / name, source / "desktop_app" / name)

    command = [sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", str(tmp_path / "dist")]
    subprocess.run(command, cwd=source, check=True, capture_output=True)
    (wheel,) = (tmp_path / "dist").glob("*.whl")
    site = tmp_path / "site"
    zipfile.ZipFile(wheel).extractall(site)
    program = "from desktop_app.resources import resource; print(resource('themes', 'light.json').read_text())"
    printed = subprocess.run([sys.executable, "-S", "-c", program], cwd=site, check=True, capture_output=True, text=True).stdout

    assert printed.strip() == "x = 1"
    assert not list(site.rglob("*.gguf"))
    assert [path.name for path in site.iterdir() if not path.name.endswith(".dist-info")] == ["desktop_app"]
