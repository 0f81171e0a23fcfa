"""The screens of the page *Downloads*: what is coming in, what waits, what has come, and what has gone wrong."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QPoint

from desktop_app.errors import (
    AccessRequired,
    ChecksumMismatch,
    DownloadProcessEnded,
    ModelFolderGone,
    ModelInUse,
    NoInternet,
    NotEnoughDiskSpace,
    OfflineSwitchOn,
)
from desktop_app.library.fit import Fit
from desktop_app.ui.library.downloads_page import DownloadsPage
from desktop_app.ui.models_place import ModelsPlace
from tests.fakes.online import FakeOnline

if TYPE_CHECKING:
    from tests.screens import Scene

GB = 1_000_000_000
FINISHED_MS = 1_790_000_000_000


def _page(scene: Scene, *items: dict[str, Any]) -> DownloadsPage:
    window, online = scene.window, FakeOnline()
    shown = (window.actions_, window.centre, window.sidebar, window._choice, window.notices)
    window.models = ModelsPlace(scene.services, online, *shown, scene.theme, window)  # type: ignore[arg-type]
    for number, values in enumerate(items):
        online.downloads.put(f"download {number}", **values)
    window.models.show("downloads")
    page = window.models.page.part("downloads")
    assert isinstance(page, DownloadsPage)
    scene.studio.settle(0.3)
    return page


def downloads(scene: Scene) -> DownloadsPage:
    """A queue, one that has come, and one that has failed."""
    return _page(
        scene,
        {"title": "Qwen3 8B", "state": "downloading", "done_bytes": 31 * GB // 10, "total_bytes": 503 * GB // 100,
         "bytes_per_s": 11_200_000.0, "left_s": 170, "fit": Fit("fast", "card", 7 * GB, 11 * GB, 37, 37, 24.0, "RTX 3060", 8192)},
        {"title": "Gemma 3 4B it", "quantization": "IQ4_XS", "level": "small", "state": "paused", "done_bytes": 4 * GB // 10,
         "total_bytes": 25 * GB // 10},
        {"title": "Mistral Small 3.2 24B Instruct", "level": "", "total_bytes": 143 * GB // 10},
        {"title": "Qwen3 4B", "state": "done", "done_bytes": 25 * GB // 10, "total_bytes": 25 * GB // 10,
         "finished_ms": FINISHED_MS},
        {"title": "Llama 3.1 8B Instruct", "state": "failed", "done_bytes": GB, "total_bytes": 49 * GB // 10,
         "reason": ChecksumMismatch("Llama-3.1-8B-Instruct-Q4_K_M.gguf")},
    )  # fmt: skip


def waiting(scene: Scene) -> None:
    """All that a download can wait for."""
    _page(
        scene,
        {"title": "Qwen3 8B", "state": "stalled", "done_bytes": 31 * GB // 10},
        {"title": "Llama 3.2 3B", "quantization": "Q8_0", "level": "large", "state": "waiting", "done_bytes": GB,
         "waits_for": "network", "reason": NoInternet()},
        {"title": "Phi 4", "state": "waiting", "waits_for": "space", "reason": NotEnoughDiskSpace(96 * GB // 10, 41 * GB // 10)},
        {"title": "Gemma 3 4B it", "state": "waiting", "waits_for": "folder", "reason": ModelFolderGone("/media/anna/models")},
        {"title": "Phi 4 mini", "state": "verifying", "done_bytes": 5 * GB},
    )  # fmt: skip


def waiting_too(scene: Scene) -> None:
    """The rest of it."""
    _page(
        scene,
        {"title": "Qwen3 8B", "state": "checking", "done_bytes": GB},
        {"title": "Llama 3.2 3B", "state": "waiting", "waits_for": "rate"},
        {"title": "Phi 4", "state": "waiting", "waits_for": "online", "reason": OfflineSwitchOn()},
        {"title": "Gemma 3 4B it", "state": "waiting", "waits_for": "restart", "reason": DownloadProcessEnded("died")},
        {"title": "Qwen3 4B", "state": "waiting", "waits_for": "model", "done_bytes": 5 * GB,
         "reason": ModelInUse("/home/anna/models/Qwen3-4B-Q4_K_M.gguf")},
        {"title": "Gemma 3 12B it", "state": "failed",
         "reason": AccessRequired("google/gemma-3-12b-it", "https://huggingface.co/google/gemma-3-12b-it")},
    )  # fmt: skip


def empty(scene: Scene) -> None:
    """Nothing yet."""
    _page(scene)


def cancel(scene: Scene) -> None:
    """The question before much is thrown away."""
    page = downloads(scene)
    page._on_requested("download 0", "cancel")


def order(scene: Scene) -> None:
    """The menu of a card."""
    page = downloads(scene)
    page._on_menu_requested("download 1", scene.window.mapToGlobal(QPoint(560, 330)))


DOWNLOADS_SCREENS: dict[str, Callable[[Scene], Any]] = {
    "downloads": downloads, "downloads-waiting": waiting, "downloads-waiting-too": waiting_too, "downloads-empty": empty,
    "downloads-cancel": cancel, "downloads-order": order,
}  # fmt: skip
