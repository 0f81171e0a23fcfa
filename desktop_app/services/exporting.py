"""Conversations go out to files, off the window's thread: every order is a run that tells how far it is and can be stopped."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal

from desktop_app.errors import AppError
from desktop_app.services.background import Background, post
from desktop_app.services.export_work import ExportOrder, Stopped, Track, export, read_one, save

if TYPE_CHECKING:
    from desktop_app.exchange.exported import Exported
    from desktop_app.services.conversations import Conversations

Step = Callable[[int, int], object]


class ExportRun(QObject):
    """One piece of work.

    Signals:
        progressed(n_done, n_all): conversations, or messages of the only one.
        ended(path): where it is now; None for what goes to a printer.
        failed(AppError), cancelled(): instead of `ended`; nothing is left behind then.
    """

    progressed = Signal(int, int)
    ended = Signal(object)
    failed = Signal(object)
    cancelled = Signal()

    def __init__(self, parent: QObject) -> None:
        super().__init__(parent)
        self._post = post()
        self.track = Track(self._tell)

    def cancel(self) -> None:
        """Stop soon; `cancelled` follows, or `ended` if it was too late."""
        self.track.stop()

    def _tell(self, n_done: int, n_all: int) -> None:
        """In the thread that does it."""
        self._post.tell(self, lambda: self.progressed.emit(n_done, n_all))


class Exports(QObject):
    """Does what goes out. Nothing is overwritten that the order does not allow."""

    def __init__(
        self, conversations: Conversations, parent: QObject | None = None, before_work: Callable[[], None] = lambda: None
    ) -> None:
        """`before_work` is called on this object's thread each time before the other one begins."""
        super().__init__(parent)
        self._conversations = conversations
        self._before_work = before_work
        self._background = Background(self)
        self._runs: list[ExportRun] = []

    def export(self, order: ExportOrder) -> ExportRun:
        """Write what `order` says."""
        sources = self._conversations.databases()
        return self._begin(lambda track: export(sources, order, track))

    def save(self, path: Path, text: str, *, may_replace: bool) -> ExportRun:
        """Write `text` into a file, byte for byte."""
        return self._begin(lambda _: save(path, text, may_replace))

    def hand_over(self, conversation_id: str, use: Callable[[Exported, Step], object]) -> ExportRun:
        """Read what is on show of a conversation and call `use` with it, in that thread: to print it, say."""
        sources = self._conversations.databases()

        def work(track: Track) -> None:
            found = read_one(sources, conversation_id)
            if found is not None:
                use(found, track.step)

        return self._begin(work)

    def close(self) -> None:
        """Stop what is running and wait for it; nothing is told any more."""
        for run in self._runs:
            run.blockSignals(True)
            run.cancel()
        self._background.close()
        self._runs.clear()

    def _begin(self, work: Callable[[Track], Path | None]) -> ExportRun:
        run = ExportRun(self)
        self._runs.append(run)
        self._before_work()
        self._background.run(partial(_until_stopped, work, run.track), partial(self._on_done, run), partial(self._on_failed, run))
        return run

    def _on_done(self, run: ExportRun, result: tuple[Path | None] | None) -> None:
        self._forget(run)
        if result is None:
            run.cancelled.emit()
        else:
            run.ended.emit(result[0])

    def _on_failed(self, run: ExportRun, error: AppError) -> None:
        self._forget(run)
        run.failed.emit(error)

    def _forget(self, run: ExportRun) -> None:
        if run in self._runs:
            self._runs.remove(run)
        run.deleteLater()


def _until_stopped(work: Callable[[Track], Path | None], track: Track) -> tuple[Path | None] | None:
    """Give what `work` gives; None when it was stopped."""
    try:
        return (work(track),)
    except Stopped:
        return None
