"""Search as the windows see it: asked for with every key, answered for the newest one.

What is asked runs off the window's thread on connections of its own. There is one question at a time: another one
interrupts it, and only the answer to the last is told. Private conversations are searched too, in memory.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal

from desktop_app.services.background import Background

if TYPE_CHECKING:
    from desktop_app.chat.search import SearchFilters, SearchResult
    from desktop_app.errors import AppError
    from desktop_app.services.conversations import Conversations
    from desktop_app.storage.database import Database


class Search(QObject):
    """Searches all conversations.

    Signals:
        found(SearchResult): for what was asked last.
        failed(AppError): the file could not be read.
    """

    found = Signal(object)
    failed = Signal(object)

    def __init__(self, conversations: Conversations, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._conversations = conversations
        self._background = Background(self)
        self._wanted: tuple[str, SearchFilters] | None = None
        self._is_running = False
        self._is_awaited = False
        # Filled by what runs, emptied when nothing runs any more; what another thread does with one is to interrupt it.
        self._own: dict[Database, Database] = {}

    def find(self, text: str, filters: SearchFilters) -> None:
        """Look for the newest that have the words; `found` comes later, unless `find` or `forget` comes first."""
        self._wanted = (text, filters)
        if self._is_running:
            self._interrupt()
        else:
            self._start()

    def forget(self) -> None:
        """Nobody waits for what was asked."""
        self._wanted = None
        self._is_awaited = False
        self._interrupt()

    def close(self) -> None:
        """End what runs and let go of the file; nothing may be asked afterwards."""
        self.forget()
        self._background.close()
        for own in self._own.values():
            own.close()
        self._own.clear()

    def _start(self) -> None:
        if self._wanted is None:
            return
        text, filters = self._wanted
        self._wanted = None
        self._is_running = self._is_awaited = True
        work = partial(self._search, self._conversations.databases(), text, filters)
        self._background.run(work, self._on_found, self._on_failed)

    def _interrupt(self) -> None:
        self._is_awaited = False
        # A copy: the other thread may be opening one.
        for own in list(self._own.values()):
            own.interrupt()

    # In another thread

    def _search(self, sources: Sequence[Database], text: str, filters: SearchFilters) -> SearchResult | None:
        """Give what is found, or None when it was interrupted."""
        # Not needed before somebody searches.
        from desktop_app.storage import search

        for source in sources:
            if source not in self._own:
                self._own[source] = search.prepared(source.another())
        return search.find([self._own[source] for source in sources], text, filters)

    # Back on the window's thread

    def _on_found(self, result: SearchResult | None) -> None:
        self._is_running = False
        if self._is_awaited and result is not None:
            self.found.emit(result)
        self._start()

    def _on_failed(self, error: AppError) -> None:
        self._is_running = False
        if self._is_awaited:
            self.failed.emit(error)
        self._start()
