"""The one search that the page shows: what was wanted, what is on its way, and which answers are still for it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal, Slot

from desktop_app.errors import AppError
from desktop_app.hub.query import Query
from desktop_app.hub.repository import Repository

if TYPE_CHECKING:
    from desktop_app.services.hub import Hub


class HubSearch(QObject):
    """Asks the hub; a later search takes the place of an earlier one, whose answer is then dropped.

    Signals:
        found(tuple[Repository, ...], has_more): the first results.
        more_found(tuple[Repository, ...], has_more)
        failed(AppError), more_failed(AppError)
    """

    found = Signal(object, bool)
    more_found = Signal(object, bool)
    failed = Signal(object)
    more_failed = Signal(object)

    def __init__(self, hub: Hub, parent: QObject) -> None:
        super().__init__(parent)
        self._hub = hub
        self._number: int | None = None
        """The search that is on show or on its way."""
        self._more_number: int | None = None
        self.query: Query | None = None
        """What was searched for last; None while nothing is wanted."""
        hub.found.connect(self._on_found)
        hub.failed.connect(self._on_failed)

    def begin(self, query: Query) -> bool:
        """Search, unless just this is on show or on its way; say whether it was begun."""
        if self._number is not None and query == self.query:
            return False
        self.query = query
        self.again()
        return True

    def again(self) -> None:
        """Search for the same."""
        self.cancel()
        if self.query is not None:
            self._number = self._hub.search(self.query)

    def more(self) -> bool:
        """Ask for more results; False when they are on their way."""
        if self._number is None or self._more_number is not None:
            return False
        self._more_number = self._hub.more(self._number)
        return True

    def cancel(self) -> None:
        """Wait for nothing."""
        for number in (self._number, self._more_number):
            if number is not None:
                self._hub.cancel(number)
        self._number = self._more_number = None

    def forget(self) -> None:
        """Want nothing."""
        self.cancel()
        self.query = None

    @Slot(int, object, bool)
    def _on_found(self, number: int, found: tuple[Repository, ...], has_more: bool) -> None:
        if number == self._more_number:
            self._more_number = None
            self.more_found.emit(found, has_more)
        elif number == self._number:
            self.found.emit(found, has_more)

    @Slot(int, object)
    def _on_failed(self, number: int, error: AppError) -> None:
        if number == self._more_number:
            self._more_number = None
            self.more_failed.emit(error)
        elif number == self._number:
            self._number = None
            self.failed.emit(error)
