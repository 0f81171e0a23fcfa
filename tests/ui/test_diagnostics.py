"""Diagnostics can be sent to somebody: what helps is in it, what is private is not."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from PySide6.QtGui import QGuiApplication
from pytestqt.qtbot import QtBot

from desktop_app import __version__
from desktop_app.engine.protocol import Device
from desktop_app.logs import crash_file, log_file
from desktop_app.services import diagnostics
from desktop_app.services.diagnostics import N_LOG_LINES, without_home
from desktop_app.services.template_choices import TemplateChoices
from desktop_app.settings import SETTINGS
from desktop_app.ui.diagnostics.diagnostics_dialog import DiagnosticsDialog
from desktop_app.ui.theme import load_theme
from tests.fakes.services import model_info

CANARY = "canary-4711"
TOKEN = "hf_canaryCanaryCanary"


@pytest.fixture
def home(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Path:
    folder = tmp_path / "the name of a person"
    folder.mkdir()
    monkeypatch.setenv("HOME", str(folder))
    monkeypatch.setenv("USERPROFILE", str(folder))
    return folder


@pytest.fixture
def private(services: Any, home: Path) -> Any:
    """Give services that know much that is nobody's business."""
    conversation = services.conversations.put(CANARY)
    services.conversations.say(conversation, "user", CANARY)
    services.preferences.set("proxy_address", f"http://user:{CANARY}@proxy")
    services.preferences.set("hub_endpoints", [[f"https://{CANARY}.example", True]])
    services.preferences.set("export_folder", str(home / CANARY))
    services.preferences.set("has_access_token", True)
    services.paths.logs.mkdir(parents=True, exist_ok=True)
    lines = [f"line {n} of {home / 'models' / 'a.gguf'}" for n in range(200)]
    log_file(services.paths.logs, "window").write_text("\n".join(lines), encoding="utf-8")
    return services


def _text(services: Any, window: Any, qtbot: QtBot) -> str:
    dialog = DiagnosticsDialog(services, load_theme("light", 1.0), window)
    dialog.open()
    qtbot.waitUntil(dialog.copy.isEnabled)
    dialog.copy.click()
    text = dialog.text.toPlainText()
    assert QGuiApplication.clipboard().text() == text
    dialog.accept()
    return text


def test_what_helps_is_in_it(private: Any, window: Any, qtbot: QtBot) -> None:
    private.preferences.set("zoom", 125)
    device = Device("Vulkan0", "NVIDIA H200", "gpu", 140 << 30, 100 << 30)
    private.engine.devices, private.engine.model = (device,), model_info(device="NVIDIA H200")

    text = _text(private, window, qtbot)

    assert f"Hearth {__version__}" in text and "Qt 6." in text and "SQLite 3." in text
    assert "device Vulkan0 (gpu): NVIDIA H200, 100.0 GiB of 140.0 GiB free" in text
    assert "model: SmolLM2, llama" in text and "runs on: NVIDIA H200" in text
    assert "zoom: 125" in text and "has_access_token: True" in text
    assert "line 199" in text and f"line {200 - N_LOG_LINES - 1} " not in text
    assert f"data: {private.paths.data} (" in text


def test_a_chat_template_that_somebody_has_written_is_named_and_not_shown(private: Any, window: Any, qtbot: QtBot) -> None:
    source = f"{{{{ {CANARY} }}}}"
    TemplateChoices(private.preferences).use(Path("/models/starter.gguf"), source)
    for name, fault, said in (("edited", "", "chat template: edited\n"), ("own", "edited", "chat template: own (edited)\n")):
        private.engine.model = model_info(
            template=name, template_source=source, template_fault=fault, template_problem=f"line 1: {CANARY}"
        )
        text = _text(private, window, qtbot)
        assert said in text and CANARY not in text


def test_of_crashes_the_last_one_is_in_it(private: Any, window: Any, qtbot: QtBot) -> None:
    assert "The last crash of the window:\n  none" in _text(private, window, qtbot)
    frames = "".join(f'  File "fatal/app.py", line {n} in a_function\n' for n in range(N_LOG_LINES + 20))
    crashes = [f"Fatal Python error: {reason}\n\n{frames}" for reason in ("Bus error", "Segmentation fault")]
    crash_file(private.paths.logs).write_text("".join(crashes), encoding="utf-8")

    text = _text(private, window, qtbot)

    assert "Fatal Python error: Segmentation fault" in text and f"line {N_LOG_LINES + 19} in a_function" in text
    assert "Bus error" not in text


def test_nothing_private_is_in_it(private: Any, window: Any, qtbot: QtBot, home: Path) -> None:
    text = _text(private, window, qtbot)

    assert CANARY not in text and TOKEN not in text
    assert str(home) not in text and str(Path("~/models/a.gguf")) in text


@pytest.mark.parametrize("fault", ["every setting", "home as it is"])
def test_a_planted_leak_is_seen(private: Any, window: Any, qtbot: QtBot, home: Path, monkeypatch, fault: str) -> None:
    if fault == "every setting":
        for module in ("desktop_app.services.diagnostics", "desktop_app.ui.diagnostics.diagnostics_dialog"):
            monkeypatch.setattr(f"{module}.TOLD", tuple(SETTINGS))
    else:
        monkeypatch.setattr(diagnostics, "without_home", lambda text: text)

    text = _text(private, window, qtbot)

    assert CANARY in text or str(home) in text


def test_the_home_folder_is_found_however_it_is_written(home: Path) -> None:
    assert without_home(f"{home}/a {home.as_posix()}/b") == "~/a ~/b"


def test_the_name_of_the_person_is_in_no_other_path(home: Path) -> None:
    name = home.name

    assert without_home(f"data: /run/media/{name}/Stick/data, {home}, {home}/a and {home}2") == (
        f"data: /run/media/~/Stick/data, ~, ~/a and {home}2"
    )
