"""The net itself holds: each kind of leak fails its test, run here in a small test session of its own."""

from __future__ import annotations

import os
import re
import subprocess
import sys
import time
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
PLANTED = """
import logging, subprocess, threading, time, warnings
from PySide6.QtCore import qWarning
from PySide6.QtWidgets import QWidget
KEPT = []

def test_widget(qapp):
    KEPT.append(QWidget(objectName="lost"))

def test_thread():
    threading.Thread(target=time.sleep, args=(2,), name="lost").start()

def test_process():
    KEPT.append(subprocess.Popen(["sleep", "30"]))

def test_the_process_was_ended():
    assert KEPT[-1].wait(5) == -9

def test_log():
    logging.getLogger("a").warning("odd %d", 7)

def test_never_logged(expected_log):
    expected_log("no such line")

def test_qt(qapp):
    qWarning("Qt is cross")

def test_warning():
    warnings.warn("out of date")

def test_clean(qtbot, expected_log):
    expected_log("WARNING a: fine")
    qtbot.addWidget(QWidget())
    logging.getLogger("a").warning("fine")
    subprocess.run(["true"])
    threading.Thread(target=time.sleep, args=(0.1,)).start()
"""


def session(folder: Path, *options: str) -> str:
    """Give what pytest prints for the tests in a folder, under the project's own settings."""
    command = [sys.executable, "-m", "pytest", "-c", str(ROOT / "pyproject.toml"), "--rootdir", str(folder)]
    command += ["-p", "no:cacheprovider", *options, str(folder)]
    return subprocess.run(command, capture_output=True, text=True, timeout=100, cwd=ROOT).stdout


@pytest.fixture(scope="module")
def report(tmp_path_factory: pytest.TempPathFactory) -> str:
    """Give what pytest prints for the planted tests, under the project's own conftest and settings."""
    folder = tmp_path_factory.mktemp("planted")
    # Importing everything of conftest.py gives the small session the same fixtures; what is lost here never comes back.
    (folder / "conftest.py").write_text(
        "from tests.conftest import *\nfrom tests.conftest import _announced\n"
        "GRACE_S.update(widget=0.2, thread=1.0, process=0.2)\n"
    )
    (folder / "test_planted.py").write_text(PLANTED)
    return session(folder, "-q", "--tb=short")


@pytest.mark.posix("what is planted starts a program of POSIX")
@pytest.mark.parametrize(
    ("test", "message"),
    [
        ("test_widget", "left behind, widget: QWidget 'lost'"),
        ("test_thread", "left behind, thread: lost"),
        ("test_process", "left behind, process: "),
        ("test_log", "unexpected in the log: WARNING a: odd 7"),
        ("test_never_logged", "never logged: 'no such line'"),
        ("test_qt", "Qt is cross"),
        ("test_warning", "UserWarning: out of date"),
    ],
)
def test_what_a_test_leaves_behind_fails_it(report: str, test: str, message: str) -> None:
    failed = [
        line for line in report.splitlines() if line.startswith(("ERROR", "FAILED")) and line.split("::")[1].split()[0] == test
    ]

    assert message in report
    assert len(failed) == 1


@pytest.mark.posix("what is planted starts a program of POSIX")
def test_a_clean_test_passes_and_a_leaked_process_is_ended(report: str) -> None:
    assert "test_clean" not in report
    assert "test_the_process_was_ended" not in report


def test_the_application_can_be_started_from_a_test(hearth) -> None:
    application = hearth("--version")

    assert application.wait() == 0
    assert application.stdout().startswith("Hearth ")


@pytest.mark.posix("Windows has no such shell")
def test_an_application_that_is_still_running_is_ended_with_its_children(hearth) -> None:
    application = hearth(prefix=["sh", "-c", "sleep 60 & sleep 60", "sh"])
    deadline = time.monotonic() + 10
    while len(application.children()) < 2 and time.monotonic() < deadline:
        time.sleep(0.01)
    family = application.children()

    application.kill()

    assert len(family) == 2
    assert not any(child.is_running() for child in family)


@pytest.mark.posix("Windows asks its registry")
def test_home_and_temporary_folders_are_not_the_persons_own() -> None:
    program = "import tempfile, platformdirs; print(tempfile.gettempdir(), platformdirs.user_data_dir('x'), sep=chr(10))"
    places = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True).stdout.splitlines()

    root = Path(os.environ["HOME"]).parent
    assert root.name.startswith("hearth-")
    assert all(Path(place).is_relative_to(root) for place in places)


def test_of_files_for_several_processes_those_with_long_tests_begin_and_those_with_few_end(tmp_path: Path) -> None:
    test = "import pytest\n@pytest.mark.parametrize('number', range({n}))\n@pytest.mark.timeout({s})\ndef test_it(number): pass\n"
    for name, n_tests, timeout_s in (("few", 1, 120), ("long", 1, 400), ("many", 3, 120), ("some", 2, 60)):
        (tmp_path / f"test_{name}.py").write_text(test.format(n=n_tests, s=timeout_s))
    hooks = "pytest_configure, pytest_collection_modifyitems"
    (tmp_path / "conftest.py").write_text(f"from tests.conftest import {hooks}\n")

    said = session(tmp_path, "-v", "-n", "1", "--dist", "loadfile")

    done = re.findall(r"PASSED.*test_(\w+)\.py", said)
    assert done == ["long", "many", "many", "many", "some", "some", "few"]


@pytest.mark.parametrize(("system", "fonts"), [("win32", "Fonts"), ("linux", "")])
def test_on_windows_letters_come_from_the_folder_of_the_system(system: str, fonts: str) -> None:
    """Qt's platform without a screen warns there of a folder that is missing, and a warning fails a test."""
    program = (
        "import os, sys, tempfile, psutil, pytest, PySide6.QtCore, desktop_app.services.garbage, tests.application\n"
        "os.environ.pop('QT_QPA_FONTDIR', None)\nsys.platform = sys.argv[1]\nimport tests.conftest\n"
        "print(os.path.basename(os.environ.get('QT_QPA_FONTDIR', '')))"
    )
    done = subprocess.run([sys.executable, "-c", program, system], cwd=ROOT, capture_output=True, text=True, check=True)
    assert done.stdout.strip() == fonts


def test_what_a_release_asks_of_its_tools_changes_no_test() -> None:
    program = "import os, psutil, desktop_app.services.garbage, tests.conftest; print(os.environ.get('HEARTH_RELEASE'))"
    environment = {**os.environ, "HEARTH_RELEASE": "1"}
    done = subprocess.run([sys.executable, "-c", program], cwd=ROOT, env=environment, capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "None"
