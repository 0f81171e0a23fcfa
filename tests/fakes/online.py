"""What the pages about models talk to, without a network: calls are written down, answers come when the test says."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from PySide6.QtCore import QObject

from desktop_app.hub.query import Query
from desktop_app.hub.repository import Repository, RepositoryFile
from desktop_app.library.model_shape import LayerShape, ModelShape
from desktop_app.services.hub import Hub
from tests.fakes.downloads import FakeDownloads
from tests.fakes.network import FakeNetwork


def repository(id_: str = "acme/Tiny-4B-Instruct-GGUF", **changes: Any) -> Repository:
    """Give a repository with four quantizations of one model."""
    sizes = {"Q3_K_M": 2_080_000_000, "Q4_K_M": 2_500_000_000, "Q8_0": 4_280_000_000, "F16": 8_050_000_000}
    name = id_.rpartition("/")[2].removesuffix("-GGUF")
    values: dict[str, Any] = {
        "revision": "c0ffee" * 6 + "c0ff",
        "files": tuple(RepositoryFile(f"{name}-{one}.gguf", size, f"{size:064x}") for one, size in sizes.items()),
        "license": "apache-2.0", "downloads": 1_234_567, "likes": 340, "updated": "2026-03-12T08:30:00.000Z",
        "tags": ("gguf", "text-generation"), "languages": ("en", "zh"), "architecture": "qwen3",
        "n_parameters": 4_022_000_000, "n_ctx_train": 40_960, "task": "text-generation", "endpoint": "https://huggingface.co",
    }  # fmt: skip
    return Repository(id_, **(values | changes))


def listed(one: Repository) -> Repository:
    """Give a repository as a list of results has it: names of files only, and no commit."""
    return one.replaced(revision="", files=tuple(RepositoryFile(file.name, 0) for file in one.files))


def shape(n_layers: int = 36, size_bytes: int = 2_500_000_000) -> ModelShape:
    """Give a dense model of this many layers."""
    part = size_bytes // (n_layers + 1)
    layer = LayerShape(part, 0, n_key=1024, n_value=1024, is_sliding=False, state_bytes=0)
    return ModelShape(
        (layer,) * n_layers, n_embd=2560, n_ff=9728, n_head=32, n_vocab=151_936, n_ctx_train=40_960, n_swa=0, input_bytes=0,
        output_bytes=part, can_quantize_cache=True, is_tied=False,
    )  # fmt: skip


class FakeHub(Hub):
    """A hub that answers what the test says, under the number of the request."""

    def __init__(self) -> None:
        QObject.__init__(self)
        self.calls: list[tuple[Any, ...]] = []
        self.cancelled: list[int] = []

    def _note(self, *call: Any) -> int:
        self.calls.append(call)
        return len(self.calls)

    def search(self, query: Query) -> int:
        """Take a search."""
        return self._note("search", query)

    def more(self, number: int) -> int:
        """Take the wish for more."""
        return self._note("more", number)

    def info(self, repository: str, revision: str = "") -> int:
        """Take the question what a repository holds."""
        return self._note("info", repository)

    def card(self, repository: str, revision: str = "") -> int:
        """Take the question for a card."""
        return self._note("card", repository, revision)

    def header(self, repository: str, revision: str, file: str) -> int:
        """Take the question for the first bytes of a file."""
        return self._note("header", repository, revision, file)

    def cancel(self, number: int) -> None:
        """Remember that nobody wants to hear of it."""
        self.cancelled.append(number)

    def close(self) -> None:
        """Nothing runs."""

    def number_of(self, kind: str) -> int:
        """Give the number of the last request of a kind."""
        return max(number for number, call in enumerate(self.calls, 1) if call[0] == kind)

    def kinds(self) -> list[str]:
        """Give what was asked for, in order."""
        return [call[0] for call in self.calls]


class UnreachedNetwork(FakeNetwork):
    """A network that is only asked whether there is one."""

    is_offline_for_this_run = False

    def endpoints(self) -> tuple[Any, ...]:
        """Give the one endpoint."""
        return self.access().endpoints


@dataclass
class FakeOnline:
    """In the place of `services.online.Online`."""

    network: UnreachedNetwork = field(default_factory=lambda: UnreachedNetwork({}, "https://huggingface.co"))
    hub: FakeHub = field(default_factory=FakeHub)
    downloads: FakeDownloads = field(default_factory=FakeDownloads)
    speeds: None = None
