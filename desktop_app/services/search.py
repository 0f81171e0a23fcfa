"""Search as the windows see it: asked for with every key, answered for the newest one.

What is asked runs off the window's thread on connections of its own. There is one question at a time: another one
interrupts it, and only the answer to the last is told. Private conversations are searched too, in memory.
"""

from __future__ import annotations

import logging
from collections.abc import Sequence
from functools import partial
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, QTimer, Signal, Slot

from desktop_app.services.background import Background

if TYPE_CHECKING:
    from desktop_app.chat.search import SearchFilters, SearchLimits, SearchResult
    from desktop_app.errors import AppError
    from desktop_app.services.conversations import Conversations
    from desktop_app.storage.database import Database


log = logging.getLogger(__name__)

INDEXING_PAUSE_MS = 40
"""Between two slices of some 20 ms: words are taken apart in Python, which the window's thread has to share."""


class Search(QObject):
    """Searches all conversations.

    Signals:
        found(SearchResult): for what was asked last.
        failed(AppError): the file could not be read.
        completed(): all messages can be found now; only where an older version's were indexed behind the window.
    """

    found = Signal(object)
    failed = Signal(object)
    completed = Signal()

    def __init__(self, conversations: Conversations, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._conversations = conversations
        self._background = Background(self)
        self._wanted: tuple[str, SearchFilters, SearchLimits | None] | None = None
        self._is_running = False
        self._is_awaited = False
        # Filled by what runs, emptied when nothing runs any more; what another thread does with one is to interrupt it.
        self._own: dict[Database, Database] = {}
        self._indexing: QTimer | None = None

    def begin(self) -> None:
        """See to it that messages of an older version can be found, behind everything else; costs nothing when they can."""
        from desktop_app.storage.indexing import is_index_whole

        if not is_index_whole(self._conversations.databases()[-1]):
            self._indexing = QTimer(self, singleShot=True, interval=INDEXING_PAUSE_MS)
            self._indexing.timeout.connect(self._index_more)
            self._indexing.start()

    def find(self, text: str, filters: SearchFilters, limits: SearchLimits | None = None) -> None:
        """Look for the newest that have the words; `found` comes later, unless `find` or `forget` comes first.

        `limits`: how many at most; None: as many as a person sees at first.
        """
        self._wanted = (text, filters, limits)
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
        if self._indexing is not None:
            self._indexing.stop()
            self._indexing = None
        self._background.close()
        for own in self._own.values():
            own.close()
        self._own.clear()

    def _start(self) -> None:
        if self._wanted is None:
            return
        text, filters, limits = self._wanted
        self._wanted = None
        self._is_running = self._is_awaited = True
        work = partial(self._search, self._conversations.databases(), text, filters, limits)
        self._background.run(work, self._on_found, self._on_failed)

    def _interrupt(self) -> None:
        self._is_awaited = False
        # A copy: the other thread may be opening one.
        for own in list(self._own.values()):
            own.interrupt()

    @Slot()
    def _index_more(self) -> None:
        from desktop_app.storage.indexing import index_more

        self._conversations.in_writer(index_more, self._on_indexed, self._on_not_indexed)

    def _on_indexed(self, is_more: bool) -> None:
        if self._indexing is None:
            return
        if is_more:
            self._indexing.start()
        else:
            self._indexing = None
            self.completed.emit()

    def _on_not_indexed(self, error: AppError) -> None:
        # How far it has come stands in the file: the next start goes on.
        log.warning("not indexed any further: %s", type(error).__name__)
        self._indexing = None

    # In another thread

    def _search(
        self, sources: Sequence[Database], text: str, filters: SearchFilters, limits: SearchLimits | None
    ) -> SearchResult | None:
        """Give what is found, or None when it was interrupted."""
        # Not needed before somebody searches.
        from desktop_app.chat.search import FIRST
        from desktop_app.storage import search

        for source in sources:
            if source not in self._own:
                self._own[source] = search.prepared(source.another())
        return search.find([self._own[source] for source in sources], text, filters, limits or FIRST)

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
