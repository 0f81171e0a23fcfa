"""E1 and E3: a whole session with `--offline` opens no internet socket, and at no time does a port listen."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import psutil
import pytest
from PySide6.QtWidgets import QApplication

from desktop_app import app
from desktop_app.paths import Paths
from desktop_app.services.conversations import Conversations
from desktop_app.services.preferences import Preferences
from tests.reliability.killed import ROOT, Driven

needs_strace = pytest.mark.skipif(shutil.which("strace") is None, reason="strace is not installed")


def session(folder: Path, prefix: list[str]) -> subprocess.CompletedProcess[bytes]:
    """Start, load the starter model, ask twice, close the window; all with the real engine."""
    command = [
        *prefix, sys.executable, str(ROOT / "tests" / "driven.py"), "--ask", "Hello number", "--questions", "2", "--quit",
        "--stop-after", "200",  # a small model may not find an end: one of fifty answers had no end after a minute
        "--", "--data-dir", str(folder / "data"), "--offline",
    ]  # fmt: skip
    environment = {**os.environ, "QT_QPA_PLATFORM": "offscreen"}
    return subprocess.run(command, stdin=subprocess.DEVNULL, capture_output=True, timeout=180, check=False, env=environment)


def internet_sockets(log: str) -> list[str]:
    """Give the lines of an strace log that make, connect or bind a socket of the internet families."""
    return [line for line in log.splitlines() if re.search(r"\b(socket|connect|bind)\(.*AF_INET", line)]


@pytest.mark.linux("only Linux has strace")
@needs_strace
@pytest.mark.timeout(300)
def test_a_whole_session_opens_no_internet_socket(tmp_path: Path, starter_model: Path) -> None:
    log = tmp_path / "strace"
    prefix = ["strace", "-f", "-qq", "--seccomp-bpf", "-e", "trace=socket,connect,bind,execve", "-o", str(log)]
    done = session(tmp_path, prefix)
    assert done.returncode == 0, done.stderr[-2000:]
    assert done.stdout.count(b'"finished"') == 2
    text = log.read_text("utf-8", "replace")
    assert text.count('"--role", "engine"') >= 1, "the log does not cover the engine"
    assert internet_sockets(text) == []


@pytest.mark.linux("only Linux has strace")
@needs_strace
def test_the_check_sees_an_internet_socket(tmp_path: Path) -> None:
    log = tmp_path / "strace"
    code = "import socket; socket.socket(socket.AF_INET, socket.SOCK_STREAM).close()"
    subprocess.run(
        ["strace", "-f", "-qq", "--seccomp-bpf", "-e", "trace=socket,connect,bind", "-o", str(log), sys.executable, "-c", code],
        check=True,
    )
    assert len(internet_sockets(log.read_text("utf-8"))) == 1


def test_no_port_listens_while_it_answers(tmp_path: Path, starter_model: Path) -> None:
    driven = Driven(tmp_path, "--ask", "Tell me a long story about the sea, part")
    try:
        driven.wait_for_text()
        family = [psutil.Process(driven.process.pid), *psutil.Process(driven.process.pid).children(recursive=True)]
        assert len(family) >= 2, "the engine is not there: the test says nothing"
        assert [c for process in family for c in process.net_connections(kind="inet")] == []
    finally:
        driven.kill()
        driven.close()


@pytest.mark.parametrize("is_offline", [True, False])
def test_the_switch_counts_for_the_engine_as_the_command_line_does(tmp_path: Path, qapp: QApplication, is_offline: bool) -> None:
    paths = Paths.under(tmp_path)
    paths.create()
    preferences = Preferences(paths.config / "settings.json")
    preferences.set("offline", is_offline)
    services = app._build_services(paths, preferences, Conversations(paths.database))
    try:
        assert ("--offline" in services.engine._command[1]) is is_offline
    finally:
        app._close_services(services)
        preferences.close()


def test_there_is_no_local_api_server() -> None:
    names = [path.relative_to(ROOT) for path in (ROOT / "desktop_app").rglob("*.py")]
    assert [name for name in names if "server" in name.parts or name.stem in ("api_server", "routes")] == []
