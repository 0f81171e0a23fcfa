"""B5: a chat template is a program from the internet. Whatever it tries, it starts nothing, opens nothing, ends soon."""

from __future__ import annotations

import json
import re
import shutil
import signal
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest

from tests.engine.real_worker import RealWorker
from tests.fakes.gguf_file import write_tiny_model
from tests.reliability.hostile_templates import BACKDOORS, HOSTILE, SHOWN
from tests.reliability.killed import ROOT

LIMIT_S, LIMIT_BYTES = 2.0, 512e6
CALLS = "execve,execveat,open,openat,creat,socket,connect,fork,vfork,write"
needs_strace = pytest.mark.skipif(shutil.which("strace") is None, reason="strace is not installed")


def _ran(*arguments: str, prefix: Sequence[str] = ()) -> list[dict[str, Any]]:
    """Run Python and give the lines of JSON that it writes; it has to come to its end."""
    command = [*prefix, sys.executable, *arguments]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, check=True, timeout=100)
    return [json.loads(line) for line in done.stdout.splitlines() if line.startswith(b"{")]


def _traced(log: Path, *arguments: str) -> list[dict[str, Any]]:
    prefix = ["strace", "-f", "-qq", "--seccomp-bpf", "-e", f"trace={CALLS}", "-s", "16", "-o", str(log)]
    return _ran(*arguments, prefix=prefix)


def done_by_templates(log: str) -> list[str]:
    """Give what was called between the two lines of the process, besides writing its own lines."""
    calls = log.splitlines()
    first, last = (next(at for at, call in enumerate(calls) if f'write(1, "# {word}' in call) for word in ("begins", "ends"))
    # The C library asks so when a thread begins to use memory.
    own = re.compile(r'\bwrite\(1, |openat\(AT_FDCWD, "/proc/sys/vm/overcommit_memory"')
    return [call for call in calls[first + 1 : last] if not own.search(call)]


def check_bounds(found: list[dict[str, Any]]) -> None:
    """See that each template was replaced, within two seconds and half a gigabyte."""
    for one in found:
        assert one["seconds"] < LIMIT_S, f"{one['name']}: slow"
        assert one["peak_bytes"] < LIMIT_BYTES, f"{one['name']}: large"
        assert one["problem"], one["name"]
        assert one["template"] == "chatml", one["name"]
        assert one["prompt"] == "<|im_start|>user\nHello<|im_end|>\n<|im_start|>assistant\n", one["name"]


def check_flagged(found: list[dict[str, Any]]) -> None:
    """See that the canary conversation has found every backdoor."""
    flagged = {one["name"]: one["fault"] for one in found if one["name"] in BACKDOORS}
    assert flagged and all(fault in ("adds", "changes", "confuses") for fault in flagged.values()), flagged


@pytest.fixture(scope="module")
def run(tmp_path_factory: pytest.TempPathFactory) -> tuple[list[dict[str, Any]], str]:
    """Give what became of every template, and what the process called."""
    log = tmp_path_factory.mktemp("b5") / "strace"
    lines = _traced(log, "-m", "tests.reliability.template_process")
    return lines, log.read_text("utf-8", "replace")


@pytest.mark.linux("only Linux has strace")
@needs_strace
def test_no_template_starts_a_program_or_opens_a_file(run: tuple[list[dict[str, Any]], str]) -> None:
    assert done_by_templates(run[1]) == []


@pytest.mark.linux("only Linux has strace")
@needs_strace
def test_the_check_sees_a_program_and_a_file(tmp_path: Path) -> None:
    code = "import os; os.write(1, b'# begins\\n'); open('/etc/hostname').close(); os.system('true'); os.write(1, b'# ends\\n')"
    _traced(tmp_path / "strace", "-c", code)
    seen = " ".join(done_by_templates((tmp_path / "strace").read_text("utf-8")))
    assert "/etc/hostname" in seen
    assert "execve" in seen


@pytest.mark.linux("only Linux has strace")
@needs_strace
def test_each_is_replaced_within_two_seconds_and_half_a_gigabyte(run: tuple[list[dict[str, Any]], str]) -> None:
    assert len(HOSTILE) >= 40
    assert {one["name"] for one in run[0]} == HOSTILE.keys() | BACKDOORS.keys()
    check_bounds(run[0])


@pytest.mark.linux("only Linux has strace")
@needs_strace
def test_every_backdoor_is_flagged_by_the_canary_conversation(run: tuple[list[dict[str, Any]], str]) -> None:
    assert len(BACKDOORS) >= 3
    check_flagged(run[0])


def test_a_model_with_such_a_template_is_loaded_answers_and_says_so(tmp_path: Path) -> None:
    with RealWorker() as worker:
        worker.ready()
        for name in ("loops in loops", "classes", "a hidden line when a word appears"):
            source = {**HOSTILE, **BACKDOORS}[name]
            model = worker.load(write_tiny_model(tmp_path / "m.gguf", tokenizer__chat_template=source))
            assert (model.has_chat_template, model.template) == (False, "chatml"), name
            assert model.template_fault, name
            assert worker.answer(("user", "Hi"), n_predict=2)[1].timings.n_predicted > 0


# Planted faults

FAULTY = """
from desktop_app.engine import chat_template, template_doctor
from desktop_app.engine.template_sandbox import Sandbox
from tests.reliability import template_process
{faults}
template_process.HOSTILE, template_process.BACKDOORS = {templates}, {{}}
template_process.main()
"""
OPENS, LARGE, HIDDEN = "opens a file", "makes 600 MB", "a hidden line when a word appears"
PLANTED = {
    OPENS: "{{ raise_exception.__globals__.__builtins__.open('/etc/hostname').close() }}" + SHOWN,
    HIDDEN: BACKDOORS[HIDDEN],
    LARGE: "{{ 'a'.center(600000000) }}" + SHOWN,
}


@pytest.mark.linux("only Linux has strace")
@needs_strace
def test_planted_a_sandbox_and_a_doctor_that_let_all_pass_are_seen(tmp_path: Path) -> None:
    faults = """
Sandbox.is_safe_attribute = lambda *_: True
Sandbox._pay = lambda *_: None
template_doctor.added_text = lambda *_: ""
"""
    log = tmp_path / "strace"
    found = {one["name"]: one for one in _traced(log, "-c", FAULTY.format(faults=faults, templates=PLANTED))}

    assert "/etc/hostname" in " ".join(done_by_templates(log.read_text("utf-8", "replace")))
    with pytest.raises(AssertionError, match=HIDDEN):
        check_flagged([found[HIDDEN]])
    with pytest.raises(AssertionError, match=f"{LARGE}: large"):
        check_bounds([found[LARGE]])


@pytest.mark.posix("Windows has no such limit")
def test_planted_a_template_that_runs_without_a_limit_is_seen() -> None:
    faults = "chat_template.run_bounded = lambda work, limit_s: work()"
    templates = {"endless": HOSTILE["a macro that calls itself twice"]}

    with pytest.raises(subprocess.CalledProcessError) as ended:
        _ran("-c", FAULTY.format(faults=faults, templates=templates))

    assert ended.value.returncode == -signal.SIGXCPU
