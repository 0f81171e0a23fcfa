"""The application as a process of its own, for tests that look at it from outside."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path

import psutil


class Application:
    """One run of `python -m desktop_app --data-dir DIR ...`; what it prints goes into two files."""

    def __init__(
        self,
        folder: Path,
        arguments: Sequence[str] = (),
        *,
        data_dir: Path | None = None,
        environment: Mapping[str, str] | None = None,
        prefix: Sequence[str] = (),
    ) -> None:
        """Start it. `folder` takes the output; `prefix` goes before the command line, for instance strace."""
        folder.mkdir(parents=True, exist_ok=True)
        self.data_dir = data_dir or folder / "data"
        self._stdout, self._stderr = folder / "stdout", folder / "stderr"
        command = [*prefix, sys.executable, "-m", "desktop_app", "--data-dir", str(self.data_dir), *arguments]
        with self._stdout.open("wb") as stdout, self._stderr.open("wb") as stderr:
            self.process = subprocess.Popen(
                command,
                stdin=subprocess.DEVNULL,
                stdout=stdout,
                stderr=stderr,
                env={**os.environ, **(environment or {})},
                cwd=folder,
            )

    def wait(self, timeout_s: float = 30) -> int:
        """Give the exit status. Raises: subprocess.TimeoutExpired."""
        return self.process.wait(timeout_s)

    def stdout(self) -> str:
        """Give what it has printed so far."""
        return self._stdout.read_text(encoding="utf-8", errors="replace")

    def stderr(self) -> str:
        """Give what it and its children have written to standard error so far."""
        return self._stderr.read_text(encoding="utf-8", errors="replace")

    def children(self) -> list[psutil.Process]:
        """Give all its living descendants; the engine is one of them."""
        try:
            return psutil.Process(self.process.pid).children(recursive=True)
        except psutil.NoSuchProcess:
            return []

    def kill(self) -> None:
        """End it and everything it started, at once and without a chance to clean up."""
        family = self.children()
        self.process.kill()
        for child in family:
            try:
                child.kill()
            except psutil.NoSuchProcess:
                continue
        self.process.wait(10)
        psutil.wait_procs(family, timeout=10)
