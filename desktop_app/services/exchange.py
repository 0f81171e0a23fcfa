"""Conversations of other applications come in: read by a process of their own, stored here a few at a time.

Measured with an export of 60 MB and 12,500 conversations: the process that reads takes 22 MB of memory (with one of 300
MB, too), and the window's thread is held for 10 ms at most. What is read is stored in small transactions, one after
another, so that a question in between waits for one of them at most.
"""

from __future__ import annotations

import gc
import logging
from collections import Counter, deque
from functools import partial
from pathlib import Path
from typing import NamedTuple

from PySide6.QtCore import QObject, QTimer, Signal, Slot

from desktop_app.clock import now_ms
from desktop_app.errors import AppError, FileUnreadable
from desktop_app.exchange.found import Ended, Event, Found, Progress, Skipped, SkipReason, Source, Words
from desktop_app.exchange.wire import MAX_LINE_BYTES, Decoder, Failed, Request, weight
from desktop_app.record import Record
from desktop_app.services.backups import Backups
from desktop_app.services.conversations import Conversations
from desktop_app.services.worker_process import WorkerProcess, own_command
from desktop_app.storage.arrivals import Arrival, Taken, take_in

log = logging.getLogger(__name__)

BATCH_CHARACTERS = 100_000
"""Of conversations in one transaction, unless one alone has more."""
TELL_INTERVAL_MS = 100
"""How often new conversations are announced: some 40, for which the list takes 5 ms."""
MAX_OUTCOMES = 50_000
"""Conversations of which the report tells one by one."""


class Outcome(NamedTuple):
    """What became of one conversation. A tuple: of 50,000 records the collection of garbage would take twice as long."""

    name: str
    reason: SkipReason | None = None
    """Why it was skipped; None: it was not."""
    source: Source | None = None
    is_new: bool = False
    """False: it was here, and messages were added."""
    n_messages: int = 0
    n_placeholders: int = 0
    n_left_out: int = 0


class ImportReport(Record):
    """What became of everything in a file."""

    name: str
    """Of the file or folder."""
    outcomes: tuple[Outcome, ...] = ()
    """The first `MAX_OUTCOMES`, in order; the numbers count all."""
    n_imported: int = 0
    n_completed: int = 0
    """Conversations that were here already and got messages that were missing."""
    n_messages: int = 0
    n_placeholders: int = 0
    n_left_out: int = 0
    n_other_files: int = 0
    skipped: tuple[tuple[SkipReason, int], ...] = ()
    """How often for each reason there was, the most frequent first."""
    is_cancelled: bool = False
    error: AppError | None = None
    """Why it ended before the end of the file, if it was the file or the disk."""
    is_cut_short: bool = False
    """True: the process that reads has died."""


def import_command() -> tuple[str, list[str]]:
    """Give program and arguments that start this same application as the process that reads."""
    return own_command("import")


class Imports(QObject):
    """One import at a time.

    Signals:
        progressed(n_done, n_bytes_done, n_bytes): conversations that are stored or skipped, and how much is read.
        finished(ImportReport): always the last, whatever happened.
    """

    progressed = Signal(int, object, object)
    finished = Signal(object)

    def __init__(
        self,
        conversations: Conversations,
        backups: Backups | None = None,
        command: tuple[str, list[str]] | None = None,
        parent: QObject | None = None,
    ) -> None:
        """`backups`: asked for one before anything is stored."""
        super().__init__(parent)
        self._conversations = conversations
        self._backups = backups
        self._command = command or import_command()
        self._process: WorkerProcess | None = None
        self._run: _Run | None = None
        self._added: list[str] = []
        self._completed: list[str] = []
        self._tell_timer = QTimer(self, singleShot=True, interval=TELL_INTERVAL_MS)
        self._tell_timer.timeout.connect(self._tell_stored)

    @property
    def is_running(self) -> bool:
        """Say whether an import has begun and not finished."""
        return self._run is not None

    def start(self, path: Path, words: Words) -> None:
        """Import what is in a file, an archive or a folder; `words` stand where a picture or a file was."""
        if self._run is not None:
            raise RuntimeError("an import is running")
        self._run = run = _Run(path, words)
        if self._backups is None:
            self._read(run)
        else:
            self._backups.make("import", partial(self._read, run), partial(self._on_no_backup, run))

    def _read(self, run: _Run) -> None:
        if self._run is not run or run.is_over:
            return
        program, arguments = self._command
        self._process = process = WorkerProcess(program, arguments, MAX_LINE_BYTES, self, name="import")
        process.line_received.connect(self._on_line)
        process.ended.connect(self._on_process_ended)
        process.stopped.connect(self._on_process_stopped)
        process.start()
        process.send(Request(str(run.path), now_ms(), run.words.image, run.words.file).as_line())

    def _on_no_backup(self, run: _Run, error: AppError) -> None:
        if self._run is run:
            run.error = error
            self._finish_if_done()

    def cancel(self) -> None:
        """Store nothing more but what is being stored; `finished` follows."""
        if self._run is not None:
            self._run.is_cancelled = True
            self._stop_reading()
            self._finish_if_done()

    def close(self) -> None:
        """End at once, for the end of the application; nothing is told any more."""
        self._tell_timer.stop()
        process, self._process, self._run = self._process, None, None
        if process is not None:
            process.blockSignals(True)
            process.kill()
            process.stop_and_wait()

    def _stop_reading(self) -> None:
        if self._run is not None:
            self._run.waiting.clear()
        if self._process is not None:
            self._process.kill()

    # What is read

    @Slot(bytes)
    def _on_line(self, line: bytes) -> None:
        run = self._run
        if run is None or run.is_over:
            return
        try:
            event = run.decoder.take(line)
        except (ValueError, KeyError, TypeError, LookupError) as error:
            log.warning("the process that reads an import wrote no line of ours: %s", type(error).__name__)
            run.is_cut_short = True
            self._stop_reading()
            return
        if event is not None:
            self._take(run, event)

    def _take(self, run: _Run, event: Event | Failed) -> None:
        match event:
            case Found():
                run.waiting.append(event)
                self._store_next()
            case Skipped():
                run.note(Outcome(event.name, event.reason))
                self._acknowledge(weight(event))
            case Progress():
                run.n_bytes_done, run.n_bytes = event.n_bytes_done, event.n_bytes
                self._tell_progress(run)
            case Ended():
                run.n_other_files, run.is_read = event.n_other_files, True
            case Failed():
                run.error, run.is_read = FileUnreadable(str(run.path), event.detail), True

    def _acknowledge(self, n_characters: int) -> None:
        if self._process is not None:
            self._process.send(b"%d\n" % n_characters)

    def _tell_progress(self, run: _Run) -> None:
        self.progressed.emit(run.n_done, run.n_bytes_done, run.n_bytes)

    @Slot(str, str)
    def _on_process_ended(self, _reason: str, _log_tail: str) -> None:
        if self._run is not None and not self._run.is_read:
            self._run.is_cut_short = True
        self._on_process_stopped()

    @Slot()
    def _on_process_stopped(self) -> None:
        if self._process is not None:
            self._process.deleteLater()
            self._process = None
        self._finish_if_done()

    # What is stored

    def _store_next(self) -> None:
        run = self._run
        if run is None or run.storing or not run.waiting:
            return
        run.storing = run.next_batch()
        arrivals = [
            Arrival(found.conversation, found.messages, found.folder, found.summaries, found.persona) for found in run.storing
        ]
        self._conversations.in_writer(partial(take_in, arrivals=arrivals), self._on_stored, self._on_not_stored)

    def _on_stored(self, taken: list[Taken]) -> None:
        run = self._run
        if run is None:
            return
        stored, run.storing = run.storing, []
        for found, one in zip(stored, taken, strict=True):
            run.note_stored(found, one)
        self._added += [one.conversation_id for one in taken if one.is_new]
        self._completed += [one.conversation_id for one in taken if one.n_messages and not one.is_new]
        if not self._tell_timer.isActive():
            self._tell_timer.start()
        self._acknowledge(sum(weight(found) for found in stored))
        self._tell_progress(run)
        self._store_next()
        self._finish_if_done()

    def _on_not_stored(self, error: AppError) -> None:
        run = self._run
        if run is None:
            return
        for found in (*run.storing, *run.waiting):
            run.note(Outcome(found.conversation.title, SkipReason.NOT_SAVED, found.source))
        run.storing, run.error = [], error
        self._stop_reading()
        self._finish_if_done()

    @Slot()
    def _tell_stored(self) -> None:
        """Announce what is new in the list, several at a time: the list is painted for each time."""
        self._tell_timer.stop()
        # What has come is there to stay. Looked through for garbage, 12,500 conversations would stop the window for 35 ms.
        gc.freeze()
        added, completed = self._added, self._completed
        self._added, self._completed = [], []
        if added or completed:
            self._conversations.tell_restored(added, completed)

    def _finish_if_done(self) -> None:
        run = self._run
        if run is None or run.storing or run.waiting or self._process is not None:
            return
        self._run = None
        self._tell_stored()
        self.finished.emit(run.report())


class _Run:
    """One import: what was read, what waits, what became of it."""

    def __init__(self, path: Path, words: Words) -> None:
        self.path, self.words = path, words
        self.decoder = Decoder()
        self.waiting: deque[Found] = deque()
        self.storing: list[Found] = []
        self.is_read = self.is_cancelled = self.is_cut_short = False
        self.error: AppError | None = None
        self.n_bytes_done = self.n_bytes = self.n_other_files = 0
        self.n_done = 0
        self._outcomes: list[Outcome] = []
        self._sums: Counter[str] = Counter()
        self._skipped: Counter[SkipReason] = Counter()

    @property
    def is_over(self) -> bool:
        """Say whether nothing more of the file is wanted."""
        return self.is_cancelled or self.is_cut_short or self.error is not None

    def next_batch(self) -> list[Found]:
        """Give those that are stored next, together."""
        batch = [self.waiting.popleft()]
        n_characters = weight(batch[0])
        while self.waiting and n_characters + weight(self.waiting[0]) <= BATCH_CHARACTERS:
            n_characters += weight(self.waiting[0])
            batch.append(self.waiting.popleft())
        return batch

    def note(self, outcome: Outcome) -> None:
        """Take down what became of one."""
        self.n_done += 1
        if len(self._outcomes) < MAX_OUTCOMES:
            self._outcomes.append(outcome)
        if outcome.reason is not None:
            self._skipped[outcome.reason] += 1
            return
        self._sums["n_imported" if outcome.is_new else "n_completed"] += 1
        for name in ("n_messages", "n_placeholders", "n_left_out"):
            self._sums[name] += getattr(outcome, name)

    def note_stored(self, found: Found, taken: Taken) -> None:
        """Take down what became of one that was stored, or was here already."""
        title, source = found.conversation.title, found.source
        if not taken.is_new and not taken.n_messages:
            self.note(Outcome(title, SkipReason.ALREADY_HERE, source))
        else:
            losses = (found.n_placeholders, found.n_left_out) if taken.is_new else (0, 0)
            self.note(Outcome(title, None, source, taken.is_new, taken.n_messages, *losses))

    def report(self) -> ImportReport:
        """Give what is told of it."""
        return ImportReport(
            name=self.path.name, outcomes=tuple(self._outcomes), n_other_files=self.n_other_files,
            skipped=tuple(self._skipped.most_common()), is_cancelled=self.is_cancelled, error=self.error,
            is_cut_short=self.is_cut_short, **self._sums,
        )  # fmt: skip
