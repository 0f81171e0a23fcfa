"""Whether there is a newer version of the application: asked when the person says so, or once a day when they want that.

One request by the process that looks around on the hub, in the record of connections like every other. Nothing is
fetched and nothing replaces itself: what is found is the address of a page.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal, Slot

from desktop_app import PROJECT_URL, __version__
from desktop_app.clock import now_ms

if TYPE_CHECKING:
    from desktop_app.services.hub import Hub
    from desktop_app.services.preferences import Preferences

DAY_MS = 86_400_000
_VERSION = re.compile(r"v?(\d{1,6})\.(\d{1,6})\.(\d{1,6})", re.ASCII)
"""A release. One for trying out has more behind it and is nobody's newer version."""


class UpdateCheck(QObject):
    """Asks the project at `url`.

    Signals:
        newer_found(version, page), none_newer(): of what the person has asked, and of what was asked by itself only the first.
        failed(AppError): what the person has asked could not be found out.
    """

    newer_found = Signal(str, str)
    none_newer = Signal()
    failed = Signal(object)

    def __init__(self, hub: Hub, preferences: Preferences, parent: QObject | None = None, *, url: str = PROJECT_URL) -> None:
        super().__init__(parent)
        self._hub, self._preferences, self._url = hub, preferences, url
        self._number = 0
        self._is_wanted = False
        hub.release_found.connect(self._on_release_found)
        hub.failed.connect(self._on_failed)

    def look(self) -> None:
        """Ask, because the person wants to know."""
        self._is_wanted = True
        self._ask()

    def look_if_due(self) -> None:
        """Ask, if the person wants that to be done by itself and it was not done today."""
        at_ms, last_ms = now_ms(), int(self._preferences.get("updates_looked_ms"))
        # A clock that was wrong may have left a time to come.
        is_due = at_ms - last_ms >= DAY_MS or last_ms > at_ms
        if self._preferences.get("looks_for_updates") and is_due and not self._number:
            self._ask()

    def _ask(self) -> None:
        if not self._number:
            self._number = self._hub.latest_release(self._url)

    @Slot(int, str)
    def _on_release_found(self, number: int, page: str) -> None:
        if not self._number or number != self._number:
            return
        self._number = 0
        self._preferences.set("updates_looked_ms", now_ms())
        tag = page.removeprefix(f"{self._url}/releases/tag/")
        if tag != page and is_newer(tag, __version__):
            self.newer_found.emit(tag.removeprefix("v"), page)
        elif self._is_wanted:
            self.none_newer.emit()
        self._is_wanted = False

    @Slot(int, object)
    def _on_failed(self, number: int, error: object) -> None:
        if not self._number or number != self._number:
            return
        self._number = 0
        if self._is_wanted:
            self.failed.emit(error)
        self._is_wanted = False


def is_newer(tag: str, version: str) -> bool:
    """Tell whether the release `tag` ("v1.2.3") is newer than `version`; False for what is no release."""
    found, own = _VERSION.fullmatch(tag), _VERSION.match(version)
    assert own is not None
    return found is not None and tuple(map(int, found.groups())) > tuple(map(int, own.groups()))
