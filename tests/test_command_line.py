"""What may stand on the command line, and what a wrong one gets: a usage line and exit code 2."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest

from desktop_app.command_line import parse
from desktop_app.options import Options


def test_every_field_of_the_options_comes_from_the_command_line(tmp_path: Path) -> None:
    assert set(parse([])) == set(Options().as_dict())


def test_files_and_folders_are_made_absolute(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "a.gguf").touch()
    found = parse(["--data-dir", "here", "--model", "a.gguf", "a.gguf", "--offline"])
    assert found["data_dir"] == tmp_path / "here"
    assert found["model"] == found["file"] == tmp_path / "a.gguf"
    assert found["offline"] is True


@pytest.mark.parametrize("name", ["missing.gguf", "notes.txt", "x" * 300])
def test_what_is_wrong_with_the_file_is_left_to_the_window(name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    assert parse([name])["file"] == tmp_path / name


@pytest.mark.parametrize(
    "arguments",
    [
        ["--bogus"],
        ["--off"],
        ["~nosuchuser/x.gguf"],
        ["--model", "missing.gguf"],
        ["--model", "~nosuchuser/x.gguf"],
        ["--model", "x" * 300],
        ["--data-dir", "pyproject.toml"],
        ["--data-dir", "~nosuchuser/x"],
        ["--data-dir"],
        ["one.gguf", "two.gguf"],
    ],
)
def test_wrong_arguments_get_a_usage_line_and_exit_code_2(
    arguments: list[str], capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(Path(__file__).parents[1])
    with pytest.raises(SystemExit) as left:
        parse(arguments)
    assert left.value.code == 2
    assert capsys.readouterr().err.startswith("usage: hearth")


def run(*arguments: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "desktop_app", *arguments]
    return subprocess.run(command, capture_output=True, text=True, timeout=60, check=False, stdin=subprocess.DEVNULL)


def test_the_self_check_prints_one_json_object_and_exits_0(starter_model: Path) -> None:
    done = run("--self-check", "--model", str(starter_model))
    assert done.returncode == 0, done.stderr
    report = json.loads(done.stdout)
    assert report["ok"] is True
    assert report["tokens_per_s"] > 0
    assert {"hearth", "python", "qt", "sqlite", "llama_cpp_python"} <= set(report["versions"])
    assert report["devices"] and report["backends"] and report["model"]["n_layers"] == 30


def test_the_self_check_of_a_foreign_file_exits_1_with_the_reason(tmp_path: Path) -> None:
    foreign = tmp_path / "page.gguf"
    foreign.write_text("<html>", "utf-8")
    done = run("--self-check", "--model", str(foreign))
    assert done.returncode == 1
    assert "page.gguf" in json.loads(done.stdout)["reason"]


def test_a_wrong_argument_imports_no_window() -> None:
    code = "import sys; from desktop_app.app import main\ntry: main(['--bogus'])\nexcept SystemExit as e: print(e.code, 'PySide6' in sys.modules)"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, timeout=60, check=False)
    assert done.stdout.strip() == "2 False"
