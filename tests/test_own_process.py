"""What every child process does first."""

from __future__ import annotations

import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest


def _ignores_ctrl_c(pid: int) -> bool:
    lines = Path(f"/proc/{pid}/status").read_text().splitlines()
    ignored = int(next(line for line in lines if line.startswith("SigIgn")).split()[1], 16)
    return bool(ignored >> (signal.SIGINT - 1) & 1)


@pytest.mark.linux("reads /proc")
@pytest.mark.parametrize("role", ["engine", "inspect", "formulas", "import", "repair", "hub", "download"])
def test_ctrl_c_in_the_window_s_terminal_does_not_end_a_child(tmp_path: Path, role: str) -> None:
    command = [sys.executable, "-m", "desktop_app", "--role", role, "--home", str(tmp_path)]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL) as child:
        try:
            until = time.monotonic() + 20
            while not _ignores_ctrl_c(child.pid) and child.poll() is None and time.monotonic() < until:
                time.sleep(0.05)
            assert child.poll() is None and _ignores_ctrl_c(child.pid)
        finally:
            child.kill()


@pytest.mark.posix("Windows has no such limits")
def test_what_a_library_prints_does_not_get_between_the_lines_and_memory_has_a_limit() -> None:
    program = (
        "import os, resource; from desktop_app.own_process import begin, limit_memory; output = begin();"
        "limit_memory(1 << 32, is_mapped_counted=False); print('a library prints', flush=True);"
        "os.write(output, repr([resource.getrlimit(one)[0] for one in (resource.RLIMIT_CORE, resource.RLIMIT_DATA)]).encode())"
    )
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True, timeout=30)

    assert (done.stdout, done.stderr) == (f"[0, {1 << 32}]", "a library prints\n")
