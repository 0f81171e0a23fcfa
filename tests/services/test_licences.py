"""What the program is made of is told with its licences, from an installer and from a checkout."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from desktop_app import __version__
from desktop_app.services import licences
from desktop_app.services.licences import BILL, Part, parts


@pytest.fixture
def installed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Give the folder of licences that an installer carries."""
    (tmp_path / "jinja2").mkdir()
    (tmp_path / "jinja2" / "LICENSE.txt").write_text("Copyright 2007 Pallets")
    (tmp_path / "system").mkdir()
    (tmp_path / "system" / "libxcb1.txt").write_text("Copyright of XCB")
    (tmp_path / "Python.txt").write_text("PSF")
    components = [
        {"name": "jinja2", "version": "3.1.6", "licenses": [{"license": {"name": "BSD-3-Clause"}}]},
        {"name": "CPython", "version": "3.11.7"},
        {"name": "libxcb1", "version": "1.15-1"},
    ]
    own = {"name": "hearth", "version": "0.1.0", "licenses": [{"license": {"id": "Apache-2.0"}}]}
    (tmp_path / BILL).write_text(json.dumps({"metadata": {"component": own}, "components": components}))
    monkeypatch.setattr(licences, "licences", lambda: (tmp_path,))
    monkeypatch.setattr(licences, "resource", lambda: tmp_path / "resources")
    return tmp_path


def test_an_installer_tells_what_it_carries(installed: Path) -> None:
    assert parts() == [
        Part("Hearth", "0.1.0", "Apache-2.0", ""),
        Part("jinja2", "3.1.6", "BSD-3-Clause", "Copyright 2007 Pallets"),
        Part("libxcb1", "1.15-1", "", "Copyright of XCB"),
        Part("Python", "3.11.7", "", "PSF"),
    ]


@pytest.mark.parametrize("text", ["", "[]", '{"components": [7], "metadata": {"component": {}}}'])
def test_a_bill_that_cannot_be_read_costs_versions_and_no_texts(installed: Path, text: str, monkeypatch) -> None:
    (installed / BILL).write_text(text)
    monkeypatch.setattr(licences, "_installed", lambda *_: iter(()))

    assert {part.name: part.text for part in parts() if part.text} == {
        "jinja2": "Copyright 2007 Pallets", "libxcb1": "Copyright of XCB", "Python": "PSF"
    }  # fmt: skip


def test_a_checkout_tells_what_is_installed() -> None:
    found = {part.name: part for part in parts()}

    assert next(iter(found)) == "Hearth" and found["Hearth"].version == __version__ and "Apache License" in found["Hearth"].text
    assert {"apsw", "jinja2", "pyside6-essentials", "llama.cpp", "LGPL-3.0"} <= set(found)
    assert all(part.licence or part.text for part in found.values())
