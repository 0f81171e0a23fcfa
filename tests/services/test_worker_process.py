"""A child that speaks lines: what it says arrives whole, and every way in which it can end is told apart."""

from __future__ import annotations

import sys
import time

import psutil
import pytest
from PySide6.QtCore import QTimer
from pytestqt.qtbot import QtBot

from desktop_app.services.worker_process import WorkerProcess, child_environment, is_fault, was_killed

MAX_LINE_BYTES = 10_000


def python(code: str, qtbot: QtBot) -> WorkerProcess:
    # As our own processes do: elsewhere a line that is printed ends with two characters.
    code = f"import sys; sys.stdout.reconfigure(newline='\\n')\n{code}"
    process = WorkerProcess(sys.executable, ["-c", code], MAX_LINE_BYTES)
    process.lines = []  # type: ignore[attr-defined]
    process.line_received.connect(process.lines.append)  # type: ignore[attr-defined]
    return process


def test_lines_arrive_whole_and_in_order_however_they_were_written(qtbot: QtBot) -> None:
    code = (
        "import sys,time\nfor part in ('a','b\\nc','c\\n','d\\n'):\n sys.stdout.write(part); sys.stdout.flush(); time.sleep(0.02)"
    )
    process = python(code, qtbot)
    with qtbot.waitSignal(process.ended):
        process.start()
    assert process.lines == [b"ab", b"cc", b"d"]  # type: ignore[attr-defined]


def test_everything_said_before_the_end_is_heard_before_the_end(qtbot: QtBot) -> None:
    process = python("print('x\\n' * 50_000, end='')", qtbot)
    seen_at_end: list[int] = []
    process.ended.connect(lambda: seen_at_end.append(len(process.lines)))  # type: ignore[attr-defined]
    with qtbot.waitSignal(process.ended, timeout=20_000):
        process.start()
    assert seen_at_end == [50_000]


def test_a_flood_leaves_turns_of_the_event_loop_to_others(qtbot: QtBot) -> None:
    process = python("print('x\\n' * 60, end='')", qtbot)
    turns: list[int] = []
    timer = QTimer(interval=0)
    timer.timeout.connect(lambda: turns.append(len(process.lines)))  # type: ignore[attr-defined]
    process.line_received.connect(lambda _line: time.sleep(0.002))  # what a window does with a line
    with qtbot.waitSignal(process.ended):
        process.start()
        timer.start()
    timer.stop()
    assert len(process.lines) == 60  # type: ignore[attr-defined]
    assert [n for n in turns if 0 < n < 60], "all lines were taken in one turn"


@pytest.mark.parametrize(
    ("code", "words"),
    [
        pytest.param("import os; os.kill(os.getpid(), 9)", "SIGKILL", marks=pytest.mark.posix("Windows has no signals")),
        pytest.param("import os; os.kill(os.getpid(), 11)", "SIGSEGV", marks=pytest.mark.posix("Windows has no signals")),
        ("import sys; sys.exit(7)", "exit code 7"),
        ("import os; os.close(1); os.write(1, b'x')", "exit code 1"),
        ("print('y' * 20_000, flush=True); import time; time.sleep(60)", "too long"),
        ("print('y' * 20_000, end='', flush=True); import time; time.sleep(60)", "too long"),
    ],
)
def test_the_reason_of_an_end_is_named(qtbot: QtBot, code: str, words: str) -> None:
    process = python(code, qtbot)
    with qtbot.waitSignal(process.ended, timeout=5000) as ended:
        process.start()
    assert words in ended.args[0]


def test_a_program_that_is_not_there_is_an_end_too(qtbot: QtBot) -> None:
    process = WorkerProcess("/no/such/program", [], MAX_LINE_BYTES)
    with qtbot.waitSignal(process.ended) as ended:
        process.start()
    assert "could not be started" in ended.args[0]


def test_the_last_lines_of_the_log_come_with_the_end(qtbot: QtBot) -> None:
    process = python("import sys; print('ggml: out of memory', file=sys.stderr); sys.exit(1)", qtbot)
    with qtbot.waitSignal(process.ended) as ended:
        process.start()
    assert ended.args[1] == "ggml: out of memory"


def test_a_child_that_ignores_the_end_of_its_input_is_killed(qtbot: QtBot) -> None:
    process = python("import time; print('up', flush=True); time.sleep(60)", qtbot)
    with qtbot.waitSignal(process.line_received):
        process.start()
    pid = process.pid
    with qtbot.waitSignal(process.stopped, timeout=5000), qtbot.assertNotEmitted(process.ended):
        process.stop()
    assert not psutil.pid_exists(pid)


def test_stop_and_wait_leaves_no_process(qtbot: QtBot) -> None:
    process = python("import sys; print('up', flush=True); sys.stdin.read()", qtbot)
    with qtbot.waitSignal(process.line_received):
        process.start()
    pid = process.pid
    process.stop_and_wait()
    assert not psutil.pid_exists(pid)


def test_the_childs_environment_holds_no_secret(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in (
        "HF_TOKEN", "HF_ENDPOINT", "HTTPS_PROXY", "AWS_SECRET_ACCESS_KEY", "SSH_AUTH_SOCK", "HOMEBREW_GITHUB_API_TOKEN",
        "LANGCHAIN_API_KEY", "NVIDIA_API_KEY", "USER_PASSWORD", "VK_TOKEN", "CUDA_SECRET",
    ):  # fmt: skip
        monkeypatch.setenv(name, "canary")
    monkeypatch.setenv("CUDA_VISIBLE_DEVICES", "1")
    environment = child_environment()
    assert "canary" not in [environment.value(name) for name in environment.keys()]  # noqa: SIM118 (not a dict)
    assert environment.value("CUDA_VISIBLE_DEVICES") == "1"
    assert environment.value("GGML_NO_BACKTRACE") == "1"


def test_an_end_is_told_once_when_the_last_line_is_answered_with_stop(qtbot: QtBot) -> None:
    process = python("print('last')", qtbot)
    ends: list[str] = []
    process.stopped.connect(lambda: ends.append("stopped"))
    process.ended.connect(lambda *_: ends.append("ended"))
    # Line and end are met in the same turn of the event loop.
    process._process.readyReadStandardOutput.disconnect()
    process.line_received.connect(process.stop)
    with qtbot.waitSignal(process.stopped):
        process.start()

    assert ends == ["stopped"]


def test_a_child_finds_the_certificates_that_the_shell_names(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SSL_CERT_FILE", "/etc/company.pem")
    assert child_environment().value("SSL_CERT_FILE") == "/etc/company.pem"


@pytest.mark.posix("Windows has no signals")
@pytest.mark.parametrize(
    ("reason", "fault", "killed"),
    [
        ("was ended by SIGSEGV", True, False),
        ("was ended by SIGABRT", True, False),
        ("crashed with code -1073741819", True, False),
        ("was ended by SIGKILL", False, True),
        ("was ended by SIGTERM", False, True),
        ("ended with exit code 0", False, False),
        ("sent something that is no message", False, False),
    ],
)
def test_a_fault_is_told_apart_from_being_killed(reason: str, fault: bool, killed: bool) -> None:
    assert (is_fault(reason), was_killed(reason)) == (fault, killed)
