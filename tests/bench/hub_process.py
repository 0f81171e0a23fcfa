"""The test hub as a process of its own, so that it takes no interpreter from what is measured."""

from __future__ import annotations

import json
import subprocess
import sys
import urllib.request
from pathlib import Path
from typing import Any, Self

from tests.fakes.hub import write_gguf

HUB = Path(__file__).resolve().parents[1] / "fakes" / "hub.py"
_OPENER = urllib.request.build_opener(urllib.request.ProxyHandler({}))
REPOSITORY = "acme/model-GGUF"


class HubProcess:
    """`hub.py` over `root`; `url` is where its API is."""

    def __init__(self, root: Path) -> None:
        self._process = subprocess.Popen([sys.executable, str(HUB), "--root", str(root)], stdout=subprocess.PIPE, text=True)
        assert self._process.stdout is not None
        self.url = self._process.stdout.readline().strip()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._process.terminate()
        self._process.wait(10)
        self._process.stdout.close()

    def add_fault(self, **fields: Any) -> None:
        """Let something go wrong, as `hub.Fault` has it."""
        self._ask("POST", "faults", fields)

    def clear_faults(self) -> None:
        """Let everything be right."""
        self._ask("DELETE", "faults")

    def requests(self) -> list[dict[str, Any]]:
        """Give the log."""
        return self._ask("GET", "requests")

    def commit(self, repository: str, name: str) -> str:
        """Give the commit of a repository; the hash of its file `name` is computed now, and not while something is measured."""
        files = self._open(f"api/models/{repository}/tree/main")
        assert any(file["path"] == name for file in files)
        return str(self._open(f"api/models/{repository}")["sha"])

    def clear_requests(self) -> None:
        """Forget the log."""
        self._ask("DELETE", "requests")

    def _ask(self, method: str, what: str, body: object = None) -> Any:
        return self._open(f"__hub__/{what}", method, None if body is None else json.dumps(body).encode())

    def _open(self, path: str, method: str = "GET", data: bytes | None = None) -> Any:
        request = urllib.request.Request(f"{self.url}/{path}", data=data, method=method)
        with _OPENER.open(request, timeout=60) as answer:
            return json.load(answer)


def write_model(root: Path, name: str, size_bytes: int) -> Path:
    """Make a file of random weights in `REPOSITORY`."""
    return write_gguf(root / REPOSITORY / name, size=size_bytes)
