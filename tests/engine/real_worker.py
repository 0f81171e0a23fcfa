"""The real engine process on two pipes, as the window has it, driven line by line."""

from __future__ import annotations

import os
import queue
import subprocess
import sys
import tempfile
import threading
import time
from pathlib import Path
from types import TracebackType
from typing import Any, TypeVar

from desktop_app.engine.parameters import LoadParameters, SamplingParameters
from desktop_app.engine.protocol import (
    FINAL,
    ChatMessage,
    EngineReady,
    Event,
    GenerateRequest,
    GenerationFinished,
    LoadRequest,
    ModelInfo,
    ModelLoaded,
    PromptProgress,
    Request,
    TextDelta,
)
from desktop_app.engine.wire import decode_event, encode

E = TypeVar("E", bound=Event)
TIMEOUT_S = 60.0
_ROOT = Path(__file__).resolve().parents[2]


class RealWorker:
    """One engine process. As a context manager it ends it."""

    def __init__(self, prelude: str = "") -> None:
        """Start it; `prelude` is Python that runs in it first."""
        code = f"{prelude}\nimport sys\nfrom desktop_app.app import main\nsys.exit(main(['--role', 'engine']))"
        self._log = tempfile.TemporaryFile()  # noqa: SIM115 (closed in __exit__)
        self.process = subprocess.Popen(
            [sys.executable, "-c", code], cwd=_ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=self._log
        )
        self.lines: list[bytes] = []
        self._events: queue.Queue[Event | None] = queue.Queue()
        self._thread = threading.Thread(target=self._read, daemon=True)
        self._thread.start()
        self._task = 100

    def _read(self) -> None:
        assert self.process.stdout is not None
        for line in self.process.stdout:
            self.lines.append(line)
            self._events.put(decode_event(line))
        self._events.put(None)

    def __enter__(self) -> RealWorker:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        self.process.kill()
        self.process.wait()
        self._thread.join(5)
        for pipe in (self.process.stdin, self.process.stdout, self._log):
            if pipe is not None:
                pipe.close()

    @property
    def log(self) -> str:
        """What it has written to its standard error."""
        self._log.seek(0)
        return self._log.read().decode("utf-8", "replace")

    def write(self, data: bytes) -> None:
        """Write raw bytes to its standard input."""
        assert self.process.stdin is not None
        self.process.stdin.write(data)
        self.process.stdin.flush()

    def send(self, request: Request) -> None:
        """Send one request."""
        self.write(encode(request))

    def end_input(self) -> float:
        """Close its standard input; give the seconds until the process is gone."""
        assert self.process.stdin is not None
        started = time.monotonic()
        self.process.stdin.close()
        self.process.wait(TIMEOUT_S)
        return time.monotonic() - started

    def next(self) -> Event:
        """Give the next event."""
        event = self._events.get(timeout=TIMEOUT_S)
        assert event is not None, f"the engine ended: {self.process.wait(TIMEOUT_S)}\n{self.log[-2000:]}"
        return event

    def until(self, kind: type[E]) -> E:
        """Give the next event of `kind`, leaving out others."""
        while True:
            event = self.next()
            if isinstance(event, kind):
                return event

    def final(self, task: int) -> Any:
        """Give the final message of `task`."""
        while True:
            event = self.next()
            if isinstance(event, FINAL) and event.task == task:
                return event

    def ready(self) -> EngineReady:
        """Give the first event."""
        event = self.next()
        assert isinstance(event, EngineReady)
        return event

    def new_task(self) -> int:
        """Give a task number that was not used."""
        self._task += 1
        return self._task

    def load(self, path: Path, **parameters: int) -> ModelInfo:
        """Load a model and give what it says about itself. More than one thread would wait for each other beside other tests."""
        task = self.new_task()
        self.send(LoadRequest(task, str(path), LoadParameters(**{"n_threads": 1, **parameters})))
        event = self.final(task)
        assert isinstance(event, ModelLoaded), event
        return event.model

    def start(self, *messages: tuple[str, str], **sampling: Any) -> int:
        """Ask for an answer; give its task."""
        task = self.new_task()
        given = tuple(ChatMessage(*item) for item in messages)
        # Without drafts: when they pay depends on the clock, and a batch of another shape rounds otherwise.
        self.send(GenerateRequest(task, given, SamplingParameters(**sampling), adds_drafts=False))
        return task

    def answer(self, *messages: tuple[str, str], **sampling: Any) -> tuple[str, GenerationFinished]:
        """Ask, and give the whole text and the final message."""
        task = self.start(*messages, **{"temperature": 0.0, **sampling})
        return self.rest_of(task)

    def go_on(self, *messages: tuple[str, str], **sampling: Any) -> tuple[str, GenerationFinished]:
        """Have the last message, an answer, continued; give the rest of it and the final message."""
        task = self.new_task()
        given = tuple(ChatMessage(*item) for item in messages)
        parameters = SamplingParameters(**{"temperature": 0.0, **sampling})
        self.send(GenerateRequest(task, given, parameters, is_continued=True, adds_drafts=False))
        return self.rest_of(task)

    def rest_of(self, task: int) -> tuple[str, GenerationFinished]:
        """Give the text that is still to come of `task`, and its final message."""
        text = ""
        while True:
            event = self.next()
            if isinstance(event, TextDelta):
                text += event.text
            elif isinstance(event, FINAL) and event.task == task:
                assert isinstance(event, GenerationFinished), event
                return text, event

    def reading(self, task: int) -> PromptProgress:
        """Wait until `task` reads its prompt."""
        event = self.until(PromptProgress)
        assert event.task == task
        return event


def is_running(pid: int) -> bool:
    """Whether a process exists and is no zombie."""
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    return Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()[0] != "Z"
