"""Downloads for tests of the window: they are where the test puts them, and calls are written down."""

from __future__ import annotations

from typing import Any

from PySide6.QtCore import QObject, Signal

from desktop_app.hub.offer import Offer
from desktop_app.library.fit import Fit
from desktop_app.services.download_item import DownloadItem


class FakeDownloads(QObject):
    """In the place of `services.Downloads`."""

    download_added = Signal(str)
    download_changed = Signal(str)
    download_finished = Signal(str, object)
    download_failed = Signal(str, object)
    download_removed = Signal(str)
    order_changed = Signal()

    def __init__(self) -> None:
        super().__init__()
        self.stored: dict[str, DownloadItem] = {}
        self.calls: list[tuple[Any, ...]] = []

    def put(self, id_: str, **values: Any) -> DownloadItem:
        """Have a download, or have it changed."""
        usual: dict[str, Any] = {
            "id": id_, "title": id_.title(), "quantization": "Q4_K_M", "level": "balanced", "repository": f"acme/{id_}",
            "revision": "c0ffee", "state": "queued", "done_bytes": 0, "total_bytes": 5_000_000_000,
        }  # fmt: skip
        is_new = id_ not in self.stored
        before = usual if is_new else self.stored[id_].as_dict()
        self.stored[id_] = DownloadItem(**(before | values))
        (self.download_added if is_new else self.download_changed).emit(id_)
        return self.stored[id_]

    def items(self) -> list[DownloadItem]:
        """Give those that are not over, then the others."""
        return sorted(self.stored.values(), key=lambda item: item.is_over)

    def get(self, id_: str) -> DownloadItem:
        """Give one."""
        return self.stored[id_]

    def add(self, offer: Offer, *, is_wanted_next: bool = False, fit: Fit | None = None) -> str:
        """Have one more."""
        self.calls.append(("add", offer, is_wanted_next))
        self.put(offer.repository, title=offer.title, repository=offer.repository, total_bytes=offer.size_bytes, fit=fit)
        return offer.repository

    def pause(self, id_: str) -> None:
        """Write it down."""
        self.calls.append(("pause", id_))
        self.put(id_, state="paused")

    def resume(self, id_: str) -> None:
        """Write it down."""
        self.calls.append(("resume", id_))
        self.put(id_, state="queued", reason=None, waits_for="")

    def try_now(self, id_: str) -> None:
        """Write it down."""
        self.calls.append(("try_now", id_))

    def cancel(self, id_: str) -> None:
        """Write it down."""
        self.calls.append(("cancel", id_))
        del self.stored[id_]
        self.download_removed.emit(id_)

    def move(self, id_: str, position: int) -> None:
        """Write it down."""
        self.calls.append(("move", id_, position))

    def close(self) -> None:
        """Nothing runs."""
