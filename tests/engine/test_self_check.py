"""The self-check prints one JSON object and nothing else."""

from __future__ import annotations

import importlib.metadata
import io
import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from desktop_app.engine import self_check
from desktop_app.engine.llama import library
from tests.fakes.refusing_card import prelude

_ROOT = Path(__file__).resolve().parents[2]


def _run(model: str) -> tuple[int, dict[str, Any]]:
    code = f"import sys\nfrom pathlib import Path\nfrom desktop_app.engine import self_check\nsys.exit(self_check.run({model}))"
    done = subprocess.run([sys.executable, "-c", code], cwd=_ROOT, capture_output=True, check=False, timeout=60)
    lines = done.stdout.splitlines()
    assert len(lines) == 1, done.stderr
    return done.returncode, json.loads(lines[0])


def test_a_good_model(starter_model: Path) -> None:
    code, report = _run(f"Path({str(starter_model)!r})")
    assert (code, report["ok"]) == (0, True)
    assert report["versions"]["llama_cpp_python"] == importlib.metadata.version("llama-cpp-python")
    assert "CPU" in report["backends"]
    # On macOS there is Accelerate too, which is told before the processor.
    assert {device["type"] for device in report["devices"]} - {"accel"} == {"cpu"}
    assert report["model"]["n_layers"] == 30
    assert report["tokens_per_s"] > 0


def test_a_backend_whose_driver_is_not_here_is_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "cards").mkdir()
    for name in ("libggml-cuda.so", "libggml-vulkan.so", "libcublas.so.13"):
        (tmp_path / "cards" / name).touch()
    monkeypatch.setattr(library, "_FOLDER", tmp_path)
    monkeypatch.setattr(library.LibraryLog, "install", lambda _log: None)
    monkeypatch.setattr(library, "load_backends", lambda *, with_cards: None)
    monkeypatch.setattr(library, "backend_names", lambda: ("CPU", "Vulkan"))

    (sentence,) = self_check._report(None, with_cards=True)["left_out"]

    assert sentence.startswith("libggml-cuda.so was not loaded: ")
    assert "left_out" not in self_check._report(None, with_cards=False)
    monkeypatch.setattr(library, "backend_names", lambda: ("CPU", "Vulkan", "CUDA"))
    assert "left_out" not in self_check._report(None, with_cards=True)


def test_no_model() -> None:
    code, report = _run("None")
    assert (code, report["ok"], report["reason"]) == (1, False, "there is no model")


def test_a_file_that_is_no_model(tmp_path: Path) -> None:
    (tmp_path / "m.gguf").write_bytes(b"<html>")
    code, report = _run(f"Path({str(tmp_path / 'm.gguf')!r})")
    assert (code, report["ok"]) == (1, False)
    assert report["reason"].startswith("NotAModelFile: ")
    assert "not_gguf" in report["reason"]


@pytest.mark.parametrize("end", ["os.abort()", "print('{', flush=True) or os.abort()", "time.sleep(60)"])
def test_a_driver_that_ends_or_holds_up_the_process_is_left_alone_the_second_time(
    end: str, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(self_check, "LIMIT_S", 0.6)
    report = '{"ok": true, "versions": {"llama_cpp": "1"}}'
    code = f"import os, sys, time\nif '--no-cards' not in sys.argv: {end}\nprint({report!r})"
    assert self_check.supervise([sys.executable, "-S", "-c", code], {"hearth": "2"}) == 0
    said = json.loads(capsys.readouterr().out)
    assert said == {"ok": True, "versions": {"llama_cpp": "1", "hearth": "2"}, "cards": "failed"}


@pytest.mark.parametrize("script", [{"n_layers_max": 0}, {"fails": "first_token"}])
def test_a_card_that_refuses_in_good_order_is_left_alone_the_second_time(
    tiny_model: Path, script: dict[str, Any], capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(_ROOT)
    check = f"self_check.run(Path({str(tiny_model)!r}), with_cards='--no-cards' not in sys.argv)"
    imports = "import sys\nfrom pathlib import Path\nfrom desktop_app.engine import self_check"
    command = [sys.executable, "-c", f"{prelude(**script)}\n{imports}\nsys.exit({check})"]

    assert self_check.supervise(command, {}) == 0

    said = json.loads(capsys.readouterr().out)
    assert (said["ok"], said["cards"]) == (True, "failed")
    assert {device["type"] for device in said["devices"]} - {"accel"} == {"cpu"}


@pytest.mark.parametrize(("devices", "n_runs"), [('[{"type": "gpu"}]', 2), ('[{"type": "igpu"}]', 2), ('[{"type": "cpu"}]', 1)])
def test_what_is_no_fault_of_a_card_keeps_its_reason(
    tmp_path: Path, devices: str, n_runs: int, capsys: pytest.CaptureFixture[str]
) -> None:
    runs = tmp_path / "runs"
    report = f'{{"ok": false, "reason": "no model: %d", "devices": {devices}}}'
    code = f"import sys\nopen({str(runs)!r}, 'a').write('.')\nprint({report!r} % len(sys.argv))"

    assert self_check.supervise([sys.executable, "-S", "-c", code], {}) == 1

    said = json.loads(capsys.readouterr().out)
    assert (said["reason"], "cards" in said, runs.read_text()) == ("no model: 1", False, "." * n_runs)


def test_an_engine_that_ends_without_cards_too_is_said_to_be_broken(capsys: pytest.CaptureFixture[str]) -> None:
    assert self_check.supervise([sys.executable, "-S", "-c", "import os; os.abort()"], {"hearth": "2"}) == 1
    said = json.loads(capsys.readouterr().out)
    assert (said["ok"], said["reason"], said["versions"]) == (False, "the engine stopped", {"hearth": "2"})


def test_what_it_says_goes_through_a_pipe_of_any_encoding(monkeypatch: pytest.MonkeyPatch) -> None:
    pipe = io.TextIOWrapper(io.BytesIO(), encoding="cp1252")
    monkeypatch.setattr(sys, "stdout", pipe)
    code = "import json; print(json.dumps({'ok': False, 'reason': 'NotAModelFile: path=/模型/😀.gguf'}))"

    assert self_check.supervise([sys.executable, "-S", "-c", code], {}) == 1

    pipe.flush()
    assert json.loads(pipe.buffer.getvalue())["reason"] == "NotAModelFile: path=/模型/😀.gguf"  # type: ignore[attr-defined]
