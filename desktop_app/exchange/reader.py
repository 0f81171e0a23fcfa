"""A file, a folder or an archive becomes conversations, one after another, whoever wrote them.

What a file is, its content tells, never its name. Whatever is wrong with one conversation is told of that one, and the
next is read.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from desktop_app.exchange import gpt4all
from desktop_app.exchange.containers import ZIP_MAGIC, Place, Refused, file_place, folder_places, opened_archive
from desktop_app.exchange.data_stream import DataStream
from desktop_app.exchange.drafts import finished
from desktop_app.exchange.found import Ended, Event, Progress, Skipped, SkipReason, Words
from desktop_app.exchange.json_file import JsonFile, made
from desktop_app.exchange.json_items import items
from desktop_app.exchange.limits import PEEK_BYTES
from desktop_app.exchange.text_stream import Readable, encoding_of, text_chunks


def read(path: Path, words: Words, now_ms: int) -> Iterator[Event]:
    """Give what is in `path`, with the progress in between; the last event is `Ended`.

    Raises: OSError when `path` itself cannot be read.
    """
    return _Reading(words, now_ms).read(path)


class _Again:
    """A stream whose beginning has been looked at; counts what is read of it."""

    def __init__(self, start: bytes, stream: Readable) -> None:
        self._start, self._stream = start, stream
        self.n_read = 0

    def read(self, size: int = -1, /) -> bytes:
        if self._start:
            found, self._start = (self._start, b"") if size < 0 else (self._start[:size], self._start[size:])
        else:
            found = self._stream.read(size)
        self.n_read += len(found)
        return found


class _Reading:
    """One run over a file, a folder or an archive."""

    def __init__(self, words: Words, now_ms: int) -> None:
        self._words, self._now_ms = words, now_ms
        self._n_done = 0
        self._n_bytes = 0
        self._n_other_files = 0

    def read(self, path: Path) -> Iterator[Event]:
        if path.is_dir():
            yield from self._read_folder(path)
        else:
            self._n_bytes = path.stat().st_size
            yield from self._read_file(path, file_place(path), is_chosen=True)
        yield Ended(self._n_other_files)

    def _read_folder(self, folder: Path) -> Iterator[Event]:
        try:
            places = list(folder_places(folder))
        except Refused as refused:
            yield Skipped(folder.name, refused.reason)
            return
        self._n_bytes = sum(place.n_bytes for place in places)
        for place in places:
            try:
                yield from self._read_file(folder / place.name, place, is_chosen=False)
            except OSError:
                yield Skipped(place.name, SkipReason.UNREADABLE)

    def _read_file(self, path: Path, place: Place, *, is_chosen: bool) -> Iterator[Event]:
        """Give what is in a file of the disk, which may be an archive."""
        with path.open("rb") as file:
            is_archive = file.read(len(ZIP_MAGIC)) == ZIP_MAGIC
        if is_archive:
            n_after = self._n_done + place.n_bytes
            yield from self._read_archive(path, place.name)
            self._n_done = n_after
            yield Progress(self._n_done, self._n_bytes)
        else:
            yield from self._read_place(place, is_chosen=is_chosen)

    def _read_archive(self, path: Path, name: str) -> Iterator[Event]:
        n_found = 0
        try:
            with opened_archive(path) as places:
                for place in places:
                    for event in self._read_place(place, is_chosen=False):
                        n_found += not isinstance(event, Progress)
                        yield event
        except Refused as refused:
            yield Skipped(name, refused.reason)
        else:
            if not n_found:
                yield Skipped(name, SkipReason.NO_CONVERSATIONS)

    def _read_place(self, place: Place, *, is_chosen: bool) -> Iterator[Event]:
        """Give what is in one file that is no archive."""
        n_after, n_found = self._n_done + place.n_bytes, 0
        for event in self._without_raising(place, is_chosen=is_chosen):
            n_found += not isinstance(event, Progress)
            yield event
        if is_chosen and not n_found:
            yield Skipped(place.name, SkipReason.NO_CONVERSATIONS)
        self._n_other_files += not n_found and not is_chosen
        self._n_done = n_after
        yield Progress(self._n_done, self._n_bytes)

    def _without_raising(self, place: Place, *, is_chosen: bool) -> Iterator[Event]:
        try:
            if place.refusal is not None:
                raise Refused(place.refusal)
            with place.open() as stream:
                yield from self._read_stream(place, stream, is_chosen=is_chosen)
        except Refused as refused:
            yield Skipped(place.name, refused.reason)
        except OSError:
            if is_chosen:
                raise
            yield Skipped(place.name, SkipReason.UNREADABLE)

    def _read_stream(self, place: Place, stream: Readable, *, is_chosen: bool) -> Iterator[Event]:
        start = stream.read(PEEK_BYTES)
        again = _Again(start, stream)
        if gpt4all.recognises(start):
            yield made(place.name, lambda: finished(gpt4all.read(DataStream(again), self._words), self._now_ms))
        elif _may_be_json(start):
            file = JsonFile(place, self._words, self._now_ms, is_chosen=is_chosen)
            for number, item in enumerate(items(text_chunks(again)), start=1):
                yield from file.take(item, number)
                yield Progress(min(self._n_done + min(again.n_read, place.n_bytes), self._n_bytes), self._n_bytes)
            yield from file.end()


def _may_be_json(start: bytes) -> bool:
    encoding, n_mark = encoding_of(start)
    return start[n_mark:].decode(encoding, "replace").lstrip()[:1] in ("{", "[")
