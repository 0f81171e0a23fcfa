"""Conversations go out: as Markdown, as a page of HTML, as plain text, or as JSON that keeps everything.

Pure functions: values in, text out. Whoever calls them decides where it goes, and says the words in a language.
"""

from __future__ import annotations

import zipfile
from collections.abc import Callable, Iterable, Iterator
from datetime import UTC, datetime
from typing import Any, BinaryIO

from desktop_app.exchange import own_json
from desktop_app.exchange.export_html import page, plain_body
from desktop_app.exchange.export_markdown import markdown
from desktop_app.exchange.export_text import plain_text
from desktop_app.exchange.exported import Exported, ExportFormat, ExportWords, title_of
from desktop_app.exchange.file_names import file_name
from desktop_app.record import Record

_FIRST_YEAR = 1980
"""An archive knows no earlier one."""


class NamedText(Record):
    """A file to be written: bytes, or text in UTF-8 with its line ends as they are."""

    name: str
    pieces: Iterable[str | bytes]
    modified_ms: int


def pieces(
    exports: Iterable[Exported], format: ExportFormat, words: ExportWords, body: Callable[[str], str] = plain_body
) -> Iterator[str]:
    """Give one file with all of them, a piece at a time; `body` gives the HTML of an answer's Markdown."""
    match format:
        case ExportFormat.JSON:
            yield from own_json.document(_record(one) for one in exports)
        case ExportFormat.HTML:
            yield from page(exports, words, body)
        case _:
            write = markdown if format is ExportFormat.MARKDOWN else plain_text
            for number, one in enumerate(exports):
                yield ("\n" if number else "") + write(one, words)


def _record(one: Exported) -> dict[str, Any]:
    persona = (one.conversation.persona_id or "", one.persona)
    return own_json.record(one.conversation, one.messages, one.folder, one.summaries, persona)


def text(exported: Exported, format: ExportFormat, words: ExportWords, body: Callable[[str], str] = plain_body) -> str:
    """Give the text of one file with one conversation, a selection of its messages, or one message."""
    return "".join(pieces([exported], format, words, body))


def files(
    exports: Iterable[Exported], format: ExportFormat, words: ExportWords, body: Callable[[str], str] = plain_body
) -> Iterator[NamedText]:
    """Give a file for each, with a name that every system takes and no other has."""
    taken: set[str] = set()
    for one in exports:
        name = file_name(title_of(one, words), format.value, taken, words.untitled)
        yield NamedText(name, pieces([one], format, words, body), one.conversation.updated_ms)


def write_archive(stream: BinaryIO, named: Iterable[NamedText]) -> None:
    """Write an archive with `named` into a file that is open for writing. Raises: OSError."""
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as archive:
        for one in named:
            moment = datetime.fromtimestamp(max(0, one.modified_ms) / 1000, UTC)
            time = moment.timetuple()[:6] if moment.year >= _FIRST_YEAR else (_FIRST_YEAR, 1, 1, 0, 0, 0)
            entry = zipfile.ZipInfo(one.name, time)
            entry.compress_type = zipfile.ZIP_DEFLATED
            entry.external_attr = 0o600 << 16
            with archive.open(entry, "w") as file:
                for piece in one.pieces:
                    file.write(piece if isinstance(piece, bytes) else piece.encode("utf-8", "replace"))
