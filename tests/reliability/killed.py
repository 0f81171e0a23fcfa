"""Runs `tests/driven.py`, kills it, and compares what it had acknowledged with what is on disk."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import threading
import time
from dataclasses import dataclass, field
from pathlib import Path

from desktop_app.logs import crash_file
from desktop_app.paths import Paths

ROOT = Path(__file__).resolve().parents[2]


@dataclass
class Acknowledged:
    """What the application said that it had stored or shown, with the moment (monotonic seconds)."""

    asked: list[str] = field(default_factory=list)
    shown: list[tuple[float, str, int]] = field(default_factory=list)
    typed: list[tuple[float, int]] = field(default_factory=list)
    n_finished: int = 0
    engine_pid: int = 0


class Driven:
    """One run of the driven application."""

    def __init__(self, data_dir: Path, *options: str, arguments: tuple[str, ...] = ()) -> None:
        command = [sys.executable, str(ROOT / "tests" / "driven.py"), *options, "--", "--data-dir", str(data_dir), *arguments]
        environment = {**os.environ, "QT_QPA_PLATFORM": "offscreen"}
        self._crash_file = crash_file(Paths.under(data_dir).logs)
        self.process = subprocess.Popen(
            command, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, env=environment
        )
        self.said = Acknowledged()
        self._changed = threading.Condition()
        self._reader = threading.Thread(target=self._read, daemon=True)
        self._reader.start()

    def _read(self) -> None:
        assert self.process.stdout is not None
        for line in self.process.stdout:
            try:
                facts = json.loads(line)
            except ValueError:
                continue  # cut off by the kill: not acknowledged
            with self._changed:
                self._note(facts, time.monotonic())
                self._changed.notify_all()

    def _note(self, facts: dict[str, object], now: float) -> None:
        if "asked" in facts:
            self.said.asked.append(str(facts["asked"]))
        if "shown" in facts:
            self.said.shown.append((now, str(facts["message"]), int(str(facts["shown"]))))
        if "typed" in facts:
            self.said.typed.append((now, int(str(facts["typed"]))))
        if "finished" in facts:
            self.said.n_finished += 1
        if "engine" in facts:
            self.said.engine_pid = int(str(facts["engine"]))

    def wait_for_text(self, timeout_s: float = 60) -> None:
        """Return when the first text of an answer is on the screen."""
        with self._changed:
            is_there = self._changed.wait_for(lambda: self.said.shown or self.process.poll() is not None, timeout_s)
        assert is_there and self.said.shown, f"no text came ({self.end()})"

    def wait_for_letters(self, n_letters: int, timeout_s: float = 60) -> None:
        """Return when so many letters were typed."""
        with self._changed:
            self._changed.wait_for(lambda: len(self.said.typed) >= n_letters or self.process.poll() is not None, timeout_s)
        assert len(self.said.typed) >= n_letters, f"{len(self.said.typed)} letters ({self.end()})"

    def end(self) -> str:
        """Give how it ended, if it did, with where it crashed."""
        stack = self._crash_file.read_text("utf-8") if self._crash_file.exists() else ""
        return f"exit status {self.process.poll()}\n{stack}"

    def kill(self) -> float:
        """End it without a warning, give the moment, and hear the last of what it had said."""
        moment = time.monotonic()
        self.process.kill()
        self.process.wait(10)
        self._reader.join(10)
        return moment

    def close(self) -> None:
        """Make sure that nothing is left."""
        if self.process.poll() is None:
            self.process.kill()
            self.process.wait(10)
        self._reader.join(10)
        assert self.process.stdout is not None
        self.process.stdout.close()
