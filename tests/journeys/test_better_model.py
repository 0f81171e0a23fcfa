"""The journey to the better model: no click to the first answer, two to the first answer of a model that fits.

A fresh profile without a connection, the real engine and the starter model; then a hub, a download that is killed in
the middle together with the application, a second start in which it goes on by itself, and an answer of the new model.
"""

from __future__ import annotations

import json
import os
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import psutil
import pytest

from desktop_app.hub.catalog import read_catalog
from desktop_app.resources import resource, starter_model
from tests.fakes.hub import TestHub

pytestmark = pytest.mark.timeout(400)

ROOT = Path(__file__).parents[2]
RATE = 6_000_000
"""Bytes a second on each connection: slow enough to be killed in the middle."""


class Start:
    """One start of the application with a person at it."""

    def __init__(self, folder: Path, hub_url: str, *options: str) -> None:
        self._log = folder / f"said-{time.monotonic_ns()}"
        command = [sys.executable, str(ROOT / "tests" / "first_start.py"), *options, "--", "--data-dir", str(folder / "data")]
        environment = {
            **os.environ,
            "QT_QPA_PLATFORM": "offscreen",
            "HF_ENDPOINT": hub_url,
            "LANGUAGE": "en",
            "LC_ALL": "C.UTF-8",
        }
        with self._log.open("wb") as output:
            self.process = subprocess.Popen(command, stdout=output, stdin=subprocess.DEVNULL, env=environment, cwd=folder)

    def said(self) -> list[dict[str, Any]]:
        lines = self._log.read_bytes().split(b"\n")[:-1]
        return [json.loads(line) for line in lines]

    def wait_for(self, is_it: Callable[[dict[str, Any]], bool], limit_s: float = 150) -> dict[str, Any]:
        """Give the first thing said for which `is_it` holds."""
        deadline = time.monotonic() + limit_s
        while True:
            found = next((one for one in self.said() if is_it(one)), None)
            if found is not None:
                return found
            assert self.process.poll() is None, self.said()[-5:]
            assert time.monotonic() < deadline, self.said()[-5:]
            time.sleep(0.05)

    def kill(self) -> None:
        family = [self.process, *psutil.Process(self.process.pid).children(recursive=True)]
        for one in family:
            one.kill()
        psutil.wait_procs(family[1:], timeout=10)
        self.process.wait(10)


@pytest.fixture
def starts() -> Iterator[list[Start]]:
    made: list[Start] = []
    yield made
    for start in made:
        if start.process.poll() is None:
            start.kill()


def _free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as server:
        return int(server.getsockname()[1])


def _fill(hub_folder: Path, model: Path) -> None:
    """Let the hub have everything that may be recommended, whatever computer this is: the starter model by other names."""
    for entry in read_catalog(resource("catalog.json")):
        for file in entry.files:
            target = hub_folder / entry.repository / file.name
            target.parent.mkdir(parents=True, exist_ok=True)
            os.link(model, target)


def test_the_better_model_answers_after_two_clicks(tmp_path: Path, starts: list[Start]) -> None:
    model = starter_model()
    assert model is not None
    # Another file by its bytes: the same one twice would be recognised, and have one name.
    data = model.read_bytes()
    assert data.count(b"Mix1 Ep2") == 1
    (tmp_path / "model.gguf").write_bytes(data.replace(b"Mix1 Ep2", b"Better 1"))
    _fill(tmp_path / "hub", tmp_path / "model.gguf")
    port, online = _free_port(), tmp_path / "online"
    url = f"http://127.0.0.1:{port}"

    # No connection: the starter model answers, and nobody has clicked.
    first = Start(tmp_path, url, "--ask", "What is a stove?", "--online", str(online), "--press", "Get it")
    starts.append(first)
    answer = first.wait_for(lambda said: "answered" in said)
    assert (answer["n_clicks"], bool(answer["text"])) == (0, True), answer

    with TestHub(tmp_path / "hub", port=port) as hub:
        assert hub.requests() == []  # nothing was asked for without a click
        hub.add_fault(path="/cdn/*", rate=RATE, times=None)
        online.touch()
        first.wait_for(lambda said: said.get("done", 0) > 0.3 * said.get("total", 1e12))
        first.kill()
        second = Start(tmp_path, url, "--press", "Answer again with it")
        starts.append(second)
        # It goes on by itself, from where it was.
        resumed = second.wait_for(lambda said: said.get("state") == "downloading" and "done" in said)
        assert resumed["done"] > 0.2 * resumed["total"]
        again = second.wait_for(lambda said: "answered" in said)

        pressed = [one for start in starts for one in start.said() if "pressed" in one]
        assert [one["pressed"] for one in pressed] == ["Get it", "Answer again with it"]
        assert again["text"]
        assert again["answered"] not in ("", answer["answered"])
        n_sent = sum(one["sent"] for one in hub.requests(path="/cdn/*"))
        assert n_sent <= 1.05 * model.stat().st_size
