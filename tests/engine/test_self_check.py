"""The self-check prints one JSON object and nothing else."""

from __future__ import annotations

import importlib.metadata
import json
import subprocess
import sys
from pathlib import Path
from typing import Any

_ROOT = Path(__file__).resolve().parents[2]


def _run(model: str) -> tuple[int, dict[str, Any]]:
    code = (
        "import sys\nfrom pathlib import Path\nfrom desktop_app.engine import self_check\n"
        f"sys.exit(self_check.run({model}, {{'hearth': '1', 'qt': '2'}}))"
    )
    done = subprocess.run([sys.executable, "-c", code], cwd=_ROOT, capture_output=True, check=False, timeout=60)
    lines = done.stdout.splitlines()
    assert len(lines) == 1, done.stderr
    return done.returncode, json.loads(lines[0])


def test_a_good_model(starter_model: Path) -> None:
    code, report = _run(f"Path({str(starter_model)!r})")
    assert (code, report["ok"]) == (0, True)
    assert report["versions"]["llama_cpp_python"] == importlib.metadata.version("llama-cpp-python")
    assert (report["versions"]["hearth"], report["versions"]["qt"]) == ("1", "2")
    assert "CPU" in report["backends"]
    assert report["devices"][0]["type"] == "cpu"
    assert report["model"]["n_layers"] == 30
    assert report["tokens_per_s"] > 0


def test_no_model() -> None:
    code, report = _run("None")
    assert (code, report["ok"], report["reason"]) == (1, False, "there is no model")


def test_a_file_that_is_no_model(tmp_path: Path) -> None:
    (tmp_path / "m.gguf").write_bytes(b"<html>")
    code, report = _run(f"Path({str(tmp_path / 'm.gguf')!r})")
    assert (code, report["ok"]) == (1, False)
    assert report["reason"].startswith("NotAModelFile: ")
    assert "not_gguf" in report["reason"]
