"""The real process that looks around on the hub, with the real client in it, asked from a test.

The client reads its environment once, when it is imported: each of these is a process of its own.
"""

from __future__ import annotations

import os
import queue
import subprocess
import sys
import threading
from pathlib import Path
from typing import Any

from desktop_app.hub.access import Connected, Endpoint, HubAccess
from desktop_app.hub.hub_messages import Event, HubReady, Open, Request, decode_event, encode

ANSWER_LIMIT_S = 60


class HubProcess:
    """One process; `ask` gives its final answer to one request."""

    def __init__(self, home: Path, access: HubAccess, *options: str) -> None:
        command = [sys.executable, "-P", "-m", "desktop_app", "--role", "hub", "--home", str(home), *options]
        # As the window starts it: nothing of the hub's variables, except one that must not count.
        environment = {name: value for name, value in os.environ.items() if not name.startswith(("HF_", "HTTP", "http", "ALL_"))}
        environment["HF_TOKEN"] = "hf_of_another_application"
        self._child = subprocess.Popen(
            command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE, env=environment
        )
        self._events: queue.SimpleQueue[Event | None] = queue.SimpleQueue()
        self._reader = threading.Thread(target=self._read, daemon=True)
        self._reader.start()
        self._next_number = 1
        self.connected: list[Connected] = []
        self.send(Open(access))
        assert isinstance(self._next(), HubReady)

    def send(self, request: Request) -> None:
        """Write a request."""
        assert self._child.stdin is not None
        self._child.stdin.write(encode(request))
        self._child.stdin.flush()

    def ask(self, kind: type[Any], **fields: Any) -> Any:
        """Send a request of this kind under a new number, and give its answer."""
        request = kind(id=self._next_number, **fields)
        self._next_number += 1
        self.send(request)
        return self.answer(request.id)

    def answer(self, number: int) -> Any:
        """Give the final answer to a request."""
        while True:
            event = self._next()
            if getattr(event, "id", None) == number:
                return event

    def close(self) -> tuple[int, str]:
        """End the input, as the window does; give the exit code and the log."""
        assert self._child.stdin is not None and self._child.stderr is not None
        self._child.stdin.close()
        log = self._child.stderr.read().decode()
        exit_code = self._child.wait(ANSWER_LIMIT_S)
        self._reader.join()
        while not self._events.empty():
            event = self._events.get()
            if isinstance(event, Connected):
                self.connected.append(event)
        for stream in (self._child.stdout, self._child.stderr):
            if stream is not None:
                stream.close()
        return exit_code, log

    def _next(self) -> Event:
        while True:
            event = self._events.get(timeout=ANSWER_LIMIT_S)
            if isinstance(event, Connected):
                self.connected.append(event)
            elif event is None:
                raise AssertionError("the process has ended")
            else:
                return event

    def _read(self) -> None:
        assert self._child.stdout is not None
        for line in self._child.stdout:
            self._events.put(decode_event(line))
        self._events.put(None)


def access_to(*urls: str, **others: Any) -> HubAccess:
    """Give what the window tells a child; short limits, so that a hang is noticed soon."""
    limits = {"connect_timeout_s": 1.0, "read_timeout_s": 1.0}
    return HubAccess(endpoints=tuple(Endpoint(url, sends_token=True) for url in urls), **(limits | others))
