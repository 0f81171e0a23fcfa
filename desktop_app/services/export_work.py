"""The work behind `Exports`, none of it on the window's thread: conversations are read one by one, and written as they come.

Reading has connections of its own. Nothing is held but the conversation that is being written.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import closing
from dataclasses import replace
from enum import StrEnum
from functools import partial
from pathlib import Path
from typing import BinaryIO, Protocol

from desktop_app.chat.message import Message, new_id
from desktop_app.exchange.export import NamedText, files, pieces, write_archive
from desktop_app.exchange.exported import Exported, ExportFormat, ExportWords, title_of
from desktop_app.exchange.file_names import file_name
from desktop_app.markdown.html_form import html_form
from desktop_app.record import Record
from desktop_app.storage import branches, folders, personas
from desktop_app.storage import conversations as store
from desktop_app.storage.database import Database
from desktop_app.storage.summaries import summaries
from desktop_app.storage.whole_file import write_folder, write_new, write_whole

TELL_INTERVAL_S = 0.1


class FileFormat(StrEnum):
    """What a file can be; the value is its suffix."""

    PDF = "pdf"
    MARKDOWN = "md"
    HTML = "html"
    TEXT = "txt"
    JSON = "json"


class Form(StrEnum):
    """What several conversations become."""

    FOLDER = "folder"
    """A new folder with a file for each."""
    FILE = "file"
    """One file of JSON, or an archive with a file for each."""


class Stopped(Exception):
    """The person wants it no more."""


class Track:
    """How far a piece of work is, and whether it is still wanted. The work calls `step`, the others `stop`."""

    def __init__(self, tell: Callable[[int, int], object]) -> None:
        self._tell = tell
        self._stopped = threading.Event()
        self._told_s = 0.0

    def stop(self) -> None:
        """See that the next `step` ends the work."""
        self._stopped.set()

    @property
    def is_stopped(self) -> bool:
        """Say whether it is not wanted any more."""
        return self._stopped.is_set()

    def check(self) -> None:
        """Raises: Stopped, when the work is not wanted any more."""
        if self._stopped.is_set():
            raise Stopped

    def step(self, n_done: int, n_all: int) -> None:
        """Say how far it is; told on a few times a second. Raises: Stopped."""
        self.check()
        now_s = time.monotonic()
        if now_s - self._told_s >= TELL_INTERVAL_S:
            self._told_s = now_s
            self._tell(n_done, n_all)


class PdfMaker(Protocol):
    """Makes PDF files; it needs fonts, which services know nothing of."""

    def pdf(self, exported: Exported, words: ExportWords, step: Callable[[int, int], object]) -> bytes:
        """Give the file; `step` may raise."""


class ExportOrder(Record):
    """What is to go out, and where."""

    format: FileFormat
    path: Path
    """Of the file; of the new folder where `form` is FOLDER."""
    words: ExportWords
    pdf: PdfMaker
    ids: tuple[str, ...] | None = ()
    """Conversations; None: all that are on disk and not in the trash."""
    part: Exported | None = None
    """Some messages of a conversation, instead of `ids`."""
    form: Form | None = None
    """None: one conversation or a part of one, in a file."""
    may_replace: bool = False
    """True: the person has agreed that a file of this name is replaced."""


class Reading:
    """Conversations as they are on disk now, for this thread. `sources` belong to another one."""

    def __init__(self, sources: Sequence[Database]) -> None:
        self._own = [source.another() for source in sources]
        self._folders = [folder for own in self._own for folder in folders.folders(own)]

    def close(self) -> None:
        """Let go of the file."""
        for own in self._own:
            own.close()

    def ids(self) -> list[str]:
        """Give all conversations on disk that are not in the trash, the newest first."""
        return [one.id for own in self._own if not own.is_private for one in store.all_conversations(own)]

    def exported(self, conversation_id: str, is_lossless: bool) -> Exported | None:
        """Give a conversation: what is on show, or all there is of it; None when it is gone."""
        for own in self._own:
            if not store.has_conversation(own, conversation_id):
                continue
            read = branches.all_messages if is_lossless else branches.branch_on_show
            try:
                found, messages = store.conversation(own, conversation_id), read(own, conversation_id)
            except LookupError:
                break
            names = {folder.id: folder.name for folder in self._folders}
            whole = summaries(own, conversation_id) if is_lossless else ()
            persona = self._persona(found.persona_id) if is_lossless else ""
            return Exported(found, messages, names.get(found.folder_id or "", ""), summaries=whole, persona=persona)
        return None

    def _persona(self, persona_id: str | None) -> str:
        """Give the name of a persona of the person's own; one that comes with the application is known by its id."""
        found = (personas.persona(own, persona_id) for own in self._own if persona_id is not None)
        return next((one.name for one in found if one is not None), "")


def export(sources: Sequence[Database], order: ExportOrder, track: Track) -> Path:
    """Do what `order` says and give where it is now. Raises: StorageError, Stopped."""
    with closing(Reading(sources)) as reading:
        match order.form:
            case Form.FOLDER:
                return write_folder(order.path, partial(_fill, _named(_all(reading, order, track), order, track)))
            case Form.FILE if order.format is FileFormat.JSON:
                return _write(order, pieces(_all(reading, order, track), ExportFormat.JSON, order.words))
            case Form.FILE:
                named = _named(_all(reading, order, track), order, track)
                return write_whole(order.path, partial(write_archive, named=named), may_replace=order.may_replace)
            case _:
                return _write(order, _pieces(_one(reading, order), order, track.step))


def read_one(sources: Sequence[Database], conversation_id: str) -> Exported | None:
    """Give what is on show of a conversation; None when it is gone. Raises: StorageError."""
    with closing(Reading(sources)) as reading:
        return reading.exported(conversation_id, is_lossless=False)


def save(path: Path, text: str, may_replace: bool) -> Path:
    """Write a file with just this text, its line ends as they are. Raises: StorageError."""
    return write_whole(path, partial(_put, [text]), may_replace=may_replace)


def _one(reading: Reading, order: ExportOrder) -> Exported:
    if order.part is not None:
        return _by_itself(order.part) if order.format is FileFormat.JSON else order.part
    one = reading.exported((order.ids or ("",))[0], order.format is FileFormat.JSON)
    if one is None:
        raise Stopped  # it was deleted for ever a moment ago
    return one


def _by_itself(part: Exported) -> Exported:
    """Give some messages of a conversation as a conversation of its own: none that comes in again must be taken for the other."""
    id_ = new_id()
    messages: list[Message] = []
    for one in part.messages:
        parent_id = messages[-1].id if messages else None
        messages.append(replace(one, id=new_id(), conversation_id=id_, parent_id=parent_id))
    leaf_id = messages[-1].id if messages else None
    conversation = replace(part.conversation, id=id_, leaf_id=leaf_id, draft="", trashed_ms=None)
    return Exported(conversation, messages, part.folder, part.is_whole)


def _all(reading: Reading, order: ExportOrder, track: Track) -> Iterator[Exported]:
    ids = reading.ids() if order.ids is None else order.ids
    for number, id_ in enumerate(ids):
        track.step(number, len(ids))
        one = reading.exported(id_, order.format is FileFormat.JSON)
        if one is not None:
            yield one


def _pieces(one: Exported, order: ExportOrder, step: Callable[[int, int], object]) -> Iterator[str | bytes]:
    if order.format is FileFormat.PDF:
        yield order.pdf.pdf(one, order.words, step)
    else:
        yield from pieces([one], ExportFormat(order.format.value), order.words, html_form)


def _named(exports: Iterable[Exported], order: ExportOrder, track: Track) -> Iterator[NamedText]:
    """Give a file for each, with a name that no other has."""
    if order.format is not FileFormat.PDF:
        yield from files(exports, ExportFormat(order.format.value), order.words, html_form)
        return
    taken: set[str] = set()
    for one in exports:
        name = file_name(title_of(one, order.words), order.format.value, taken, order.words.untitled)
        # Many count, not the messages of one.
        yield NamedText(name, _pieces(one, order, lambda _done, _all: track.check()), one.conversation.updated_ms)


def _fill(named: Iterable[NamedText], folder: Path) -> None:
    for one in named:
        write_new(folder / one.name, partial(_put, one.pieces))


def _write(order: ExportOrder, parts: Iterable[str | bytes]) -> Path:
    return write_whole(order.path, partial(_put, parts), may_replace=order.may_replace)


def _put(parts: Iterable[str | bytes], stream: BinaryIO) -> None:
    for part in parts:
        stream.write(part if isinstance(part, bytes) else part.encode("utf-8", "replace"))
