"""Linux without packages: Flatpak and AppImage, and whether every library is inside or on every desktop."""

from __future__ import annotations

import importlib
import shutil
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from types import ModuleType
from typing import Any

import PySide6
import pytest
import yaml

from desktop_app import APP_ID

ROOT = Path(__file__).parents[1]


def of_packaging(name: str, monkeypatch: pytest.MonkeyPatch) -> ModuleType:
    monkeypatch.setattr(sys, "path", [str(ROOT / "packaging"), *sys.path])
    return importlib.import_module(name)


@pytest.fixture
def needs(monkeypatch: pytest.MonkeyPatch) -> ModuleType:
    return of_packaging("linux.needs", monkeypatch)


def script(job: str, word: str) -> str:
    """Give what the one step of a job does that has this word in it."""
    workflow = yaml.safe_load((ROOT / ".github" / "workflows" / "release.yml").read_text(encoding="utf-8"))
    (found,) = [str(step["run"]) for step in workflow["jobs"][job]["steps"] if word in step.get("run", "")]
    return found


def test_what_draws_its_icons_can_read_an_svg():
    """Source: flatpak-builder's issue 619 and runner-images' 11359."""
    assert "librsvg2-common" in script("flatpak", "flatpak-builder")


def application(folder: Path, needs: ModuleType, monkeypatch: pytest.MonkeyPatch, named: dict[str, list[str]]) -> Path:
    """Make an application of these files, each of which names these libraries."""
    for place in named:
        (folder / place).parent.mkdir(parents=True, exist_ok=True)
        (folder / place).touch()
    lines = {Path(place).name: "".join(f" 0x01 (NEEDED)  [{name}]\n" for name in names) for place, names in named.items()}
    monkeypatch.setattr(needs, "run", lambda line: lines[line[-1].name])
    return folder


@pytest.mark.linux("packages of Debian")
def test_a_library_that_is_neither_inside_nor_on_every_desktop_is_named(needs: ModuleType, tmp_path: Path, monkeypatch):
    named = {
        "hearth": ["libc.so.6", "ld-linux-x86-64.so.2"],
        "_internal/Qt/lib/libQt6Network.so.6": ["libown.so.1", "libgssapi_krb5.so.2", "libz.so.1"],
        "_internal/libown.so.1": ["libc.so.6"],
        # Without these the rest works.
        f"_internal/{needs.CARDS}/libggml-vulkan.so": ["libvulkan.so.1"],
        f"_internal/{needs.ONLY_FOR_PRINTING}": ["libcups.so.2"],
    }
    folder = application(tmp_path, needs, monkeypatch, named)
    assert needs.missing(folder) == {"_internal/Qt/lib/libQt6Network.so.6": ["libgssapi_krb5.so.2"]}
    with pytest.raises(needs.Problem, match=r"libQt6Network\.so\.6 needs libgssapi_krb5\.so\.2"):
        needs.see_to_needs(folder)

    (folder / "_internal" / "libgssapi_krb5.so.2").touch()
    monkeypatch.setattr(needs, "run", lambda _line: "")
    needs.see_to_needs(folder)


@pytest.mark.linux("packages of Debian")
def test_kerberos_goes_in_and_is_not_left_to_a_system_that_may_have_none(needs: ModuleType, monkeypatch):
    content = of_packaging("content", monkeypatch)
    names = ("gssapi_krb5.so.2", "krb5.so.3", "k5crypto.so.3", "krb5support.so.0", "com_err.so.2", "keyutils.so.1")
    assert all(content.is_wanted(f"lib{name}", "linux") for name in names)
    # What is left out must be there.
    left_out = {name for name in needs.ON_EVERY_DESKTOP if not content.is_wanted(name, "linux")}
    assert {"libstdc++.so.6", "libglib-2.0.so.0", "libfontconfig.so.1"} <= left_out


@pytest.mark.linux("Flatpak")
def test_the_flatpak_is_asked_in_its_window_and_told_to_quit(tmp_path: Path, monkeypatch):
    module = of_packaging("flatpak.try_installed", monkeypatch)
    done: list[Any] = []

    class Person:
        def __getattr__(self, name: str) -> Any:
            return lambda *values: done.append((name, *values))

    @contextmanager
    def at(program: Path, home: Path, display: str, *arguments: str, **more: Any) -> Iterator[Person]:
        done.append((program, more["prefix"]))
        yield Person()

    @contextmanager
    def screen() -> Iterator[str]:
        yield ":7"

    monkeypatch.setattr(module, "at", at)
    monkeypatch.setattr(module, "screen", screen)
    monkeypatch.setenv("DBUS_SESSION_BUS_ADDRESS", "unix:path=/bus")
    module.check(tmp_path, tmp_path / "a.png")

    (program, prefix), asked, *rest = done
    assert str(program) == APP_ID
    assert "DBUS_SESSION_BUS_ADDRESS=unix:path=/bus" in prefix
    assert f"--filesystem={tmp_path / 'notes'}" in prefix
    assert asked[0] == "ask"
    assert asked[-1] == tmp_path / ".var" / "app" / APP_ID / "data" / "hearth" / "hearth.sqlite3"
    assert [step[0] for step in rest] == ["take_picture", "press", "wait_until_ended"]
    assert "dbus-run-session python3 packaging/flatpak/try_installed.py" in script("flatpak", "flatpak-builder")


def test_the_appimage_opens_its_window_before_it_is_released():
    tried = script("build", "appimage/make.py")
    assert tried.index("--appimage-extract >") < tried.index("packaging/smoke.py build/squashfs-root/AppRun")


@pytest.mark.skipif(shutil.which("readelf") is None, reason="binutils is not installed")
@pytest.mark.linux("readelf reads its libraries")
def test_what_a_library_names_is_read_out_of_it(needs: ModuleType, tmp_path: Path):
    network = "libQt6Network.so.6"
    shutil.copy(Path(PySide6.__file__).parent / "Qt" / "lib" / network, tmp_path)
    assert set(needs.missing(tmp_path)[network]) == {"libgssapi_krb5.so.2", "libQt6Core.so.6"}
