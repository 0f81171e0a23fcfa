"""B9: text stays what it is: from the bytes of tokens over the disk into a file and back, whatever it is made of."""

from __future__ import annotations

import tempfile
from collections.abc import Callable, Sequence
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from desktop_app.chat.message import MessageState
from desktop_app.engine.protocol import TextDelta
from desktop_app.engine.stream import TextStream
from desktop_app.engine.wire import decode_event, encode
from desktop_app.exchange import own_json
from desktop_app.exchange.exported import ExportWords
from desktop_app.services import conversations as service
from desktop_app.services import export_work
from desktop_app.services.conversations import Conversations
from desktop_app.services.export_work import ExportOrder, FileFormat, Track
from desktop_app.storage import conversations as store
from desktop_app.storage.branches import branch_on_show
from desktop_app.storage.database import Database
from tests.exchange import reading

HARD = (
    "a\0b",
    "\0",
    "\r\n\r",
    "\u202eback\u2066x\u2069\u200f",
    "👩‍👩‍👧 中文 é e\u0301",
    "\ufeff\uffff\U0010ffff",
    "\u2028\u2029\x85\x1b",
)
HALVES = ("a\ud800b", "\udcff", "\ud83d\ude00", "\ude00\ud83d")
"""Halves of surrogate pairs: no character, and no encoding of Unicode can hold one."""
BYTES = st.binary(max_size=24) | st.text(max_size=8).map(lambda text: text.encode("utf-8", "surrogatepass"))
TEXT = st.text(
    st.characters(exclude_categories=()) | st.sampled_from("\0\r\n\u202e\u2066\u2069\ud800\udfff\ufeff😀"), max_size=20
)


def streamed(data: Sequence[bytes]) -> str:
    """Give the text that is shown of tokens with these bytes."""
    text = TextStream()
    return "".join([*(text.feed(piece) for piece in data), text.finish()])


def check_split(data: bytes) -> None:
    """See that bytes give the text that they have as a whole, cut at every place, and in the line to the window as well."""
    whole = data.decode("utf-8", "replace")
    assert streamed([data[at : at + 1] for at in range(len(data))]) == whole
    for at in range(len(data) + 1):
        assert streamed([data[:at], data[at:]]) == whole, at
    assert decode_event(encode(TextDelta(1, whole, 1))) == TextDelta(1, whole, 1)
    whole.encode("utf-8")  # no half of a surrogate pair


@given(BYTES)
@example("👩‍👩‍👧\0\r\u202e".encode())
@example(b"\xed\xa0\x80\xf0\x9f")
def test_bytes_cut_anywhere_give_the_text_of_the_whole(data: bytes) -> None:
    check_split(data)


def characters(text: str) -> str:
    """Give `text` with U+FFFD for each half of a surrogate pair that stands alone."""
    return text.encode("utf-16-le", "surrogatepass").decode("utf-16-le", "replace")


def export(database: Database, path: Path, id_: str, format: FileFormat) -> Path:
    """Have a conversation written into a file as the window has it."""
    return export_work.export([database], ExportOrder(format, path, ExportWords(), NoPdf(), (id_,)), Track(lambda *_: None))


class NoPdf:
    def pdf(self, *_: object) -> bytes:
        raise NotImplementedError


def check_kept(folder: Path, texts: Sequence[str]) -> None:
    """See that questions, and answers that come in pieces, are the same on disk, in files, and back from one."""
    expected = [each for text in texts for each in (characters(text), characters(text) * 3)]
    id_ = stored(folder, texts)
    with closing(Database.writing(folder / "hearth.sqlite3")) as database:
        assert [one.text for one in branch_on_show(database, id_)] == expected, "on disk"
        found, *_ = reading.events(export(database, folder / "out.json", id_, FileFormat.JSON))
        assert [one.text for one in found.messages] == expected, "out and back"
        for format in (FileFormat.MARKDOWN, FileFormat.TEXT):
            out = export(database, folder / f"out.{format}", id_, format).read_bytes().decode("utf-8")
            assert all(text.rstrip("\n") in out for text in expected), "in a file of text"


def stored(folder: Path, texts: Sequence[str]) -> str:
    """Ask these questions in one conversation, answer each with its own words three times, and give its id."""
    id_: str | None = None
    with closing(Conversations(folder / "hearth.sqlite3")) as conversations:
        for text in texts:
            id_ = conversations.ask(id_, text, "m")
            assert conversations.flush()
            answer_id = conversations.branch(id_)[-1].id
            for _ in range(2):
                conversations.append_text(answer_id, text)
            conversations.finish(answer_id, MessageState.DONE, None, rest=text)
        assert id_ is not None and conversations.flush()
    return id_


def test_what_is_hard_to_keep_survives_the_disk_and_the_way_out(tmp_path: Path, qapp: object) -> None:
    check_kept(tmp_path, HARD + HALVES)


@settings(max_examples=10, deadline=None)
@given(st.lists(TEXT, min_size=5, max_size=10))
def test_any_text_survives_the_disk_and_the_way_out(qapp: object, texts: list[str]) -> None:
    with tempfile.TemporaryDirectory() as folder:
        check_kept(Path(folder), texts)


# Planted faults


@pytest.mark.parametrize("errors", ["replace", "surrogateescape"])
def test_planted_tokens_decoded_one_by_one_are_seen(errors: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(TextStream, "feed", lambda _, data: data.decode("utf-8", errors))
    with pytest.raises(AssertionError):
        check_split("é".encode())


def _cut(write: Callable[..., Any]) -> Callable[..., Any]:
    """As a text of C ends."""
    return lambda database, id_, text: write(database, id_, text.split("\0")[0])


def _one_kind_of_line_end(put: Callable[..., Any]) -> Callable[..., Any]:
    return lambda parts, stream: put([part.replace("\r\n", "\n").replace("\r", "\n") for part in parts], stream)


def _unmarked(split: Callable[..., Any]) -> Callable[..., Any]:
    return lambda message: split(message) | {"text": message.text.replace("\u202e", "")}


def _without_halves(_storable: Callable[..., str]) -> Callable[..., str]:
    return lambda text: text.encode("utf-8", "ignore").decode("utf-8")


@pytest.mark.parametrize(
    ("where", "what", "fault", "seen"),
    [
        (store, "append_text", _cut, "on disk"),
        (own_json, "message_record", _unmarked, "out and back"),
        (export_work, "_put", _one_kind_of_line_end, "in a file of text"),
        (service, "storable", _without_halves, "on disk"),
    ],
    ids=["cut at zero", "no marks", "line ends", "halves"],
)
def test_planted_ways_of_changing_a_text_are_seen(
    where: Any, what: str, fault: Any, seen: str, tmp_path: Path, qapp: object, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(where, what, fault(getattr(where, what)))
    with pytest.raises(AssertionError, match=seen):
        check_kept(tmp_path, HARD + HALVES)
