"""Conversations go out to files: off the window's thread, whole or not at all, over nobody's file."""

from __future__ import annotations

import errno
import json
import threading
import zipfile
from collections.abc import Callable, Iterator
from contextlib import closing
from functools import partial
from pathlib import Path
from typing import Any

import pytest
from pytestqt.qtbot import QtBot

from desktop_app.chat.conversation import Conversation
from desktop_app.chat.message import Message, MessageState, Role
from desktop_app.chat.persona import Persona
from desktop_app.errors import DiskFull, WriteFailed
from desktop_app.exchange.exported import Exported, ExportWords
from desktop_app.exchange.found import Words
from desktop_app.exchange.reader import read
from desktop_app.services.conversations import Conversations
from desktop_app.services.export_work import ExportOrder, FileFormat, Form
from desktop_app.services.exporting import ExportRun, Exports
from desktop_app.storage import conversations as stored
from desktop_app.storage import personas, whole_file
from desktop_app.storage.arrivals import Arrival, take_in
from desktop_app.storage.database import Database
from tests.services.stored import put_conversation

CODE = 'if a < b && c:\r\n\tprint("&amp; <tag> \'")  \n\n# \u202e文\n'
ANSWER = f"Look:\n\n````py\n{CODE}````\nDone."


class FakePdf:
    """Makes files that say what they were made of; `hold` keeps it until the test lets go."""

    def __init__(self) -> None:
        self.made: list[str] = []
        self.threads: set[int] = set()
        self.begun = threading.Event()
        self.go_on = threading.Event()
        self.go_on.set()

    def pdf(self, exported: Exported, words: ExportWords, step: Callable[[int, int], object]) -> bytes:
        self.threads.add(threading.get_ident())
        self.begun.set()
        for _ in range(300):
            if self.go_on.wait(0.01):
                break
            step(0, 1)
        step(len(exported.messages), len(exported.messages))
        self.made.append(exported.conversation.title)
        return b"%PDF " + "|".join(message.text for message in exported.messages).encode()


@pytest.fixture
def conversations(tmp_path: Path, qapp: object) -> Iterator[Conversations]:
    (tmp_path / "out").mkdir()
    conversations = Conversations(tmp_path / "hearth.sqlite3")
    yield conversations
    conversations.close()


@pytest.fixture
def exports(conversations: Conversations) -> Iterator[Exports]:
    exports = Exports(conversations)
    yield exports
    exports.close()


@pytest.fixture
def pdf() -> FakePdf:
    return FakePdf()


def have(conversations: Conversations, title: str, *texts: str, **values: Any) -> str:
    """Store a conversation of questions and answers."""
    messages: list[Message] = []
    for number, text in enumerate(texts or ("Why?", ANSWER)):
        parent_id = messages[-1].id if messages else None
        role = (Role.USER, Role.ASSISTANT)[number % 2]
        messages.append(Message(f"m{number}", "c", parent_id, role, text, 1000 + number, model="Starter" if number % 2 else ""))
    found = Conversation("c", title, True, 1000, 2000, leaf_id=messages[-1].id, **values)
    id_ = put_conversation(conversations, found, messages)
    assert conversations.flush()
    return id_


def order(folder: Path, name: str, format: FileFormat, pdf: FakePdf, **values: Any) -> ExportOrder:
    return ExportOrder(format, folder / "out" / name, ExportWords(when=lambda _: ""), pdf, **values)


def done(qtbot: QtBot, run: ExportRun) -> Path:
    """Wait for the end and give where it is."""
    failures: list[object] = []
    run.failed.connect(failures.append)
    with qtbot.waitSignal(run.ended, raising=False, timeout=10_000) as signal:
        pass
    assert not failures, failures
    path: Path = signal.args[0]
    return path


def names(folder: Path) -> list[str]:
    return sorted(path.name for path in (folder / "out").iterdir())


@pytest.mark.parametrize("format", [FileFormat.MARKDOWN, FileFormat.TEXT, FileFormat.HTML, FileFormat.JSON])
def test_code_is_in_every_file_of_text_byte_for_byte(
    qtbot: QtBot, tmp_path: Path, conversations: Conversations, exports: Exports, pdf: FakePdf, format: FileFormat
) -> None:
    id_ = have(conversations, "Sky")
    path = done(qtbot, exports.export(order(tmp_path, f"a.{format}", format, pdf, ids=(id_,))))
    text = path.read_bytes().decode()
    if format is FileFormat.HTML:
        text = text.replace("&#13;", "\r")
        for entity, char in (("&lt;", "<"), ("&gt;", ">"), ("&quot;", '"'), ("&#x27;", "'"), ("&#39;", "'"), ("&amp;", "&")):
            text = text.replace(entity, char)
        assert f'<pre><code class="language-py">{CODE}</code></pre>' in text
    elif format is FileFormat.JSON:
        assert [message["text"] for message in json.loads(text)["conversations"][0]["messages"]] == ["Why?", ANSWER]
    else:
        assert CODE in text and "Why?" in text


def test_a_conversation_as_json_comes_in_again_as_it_was(
    qtbot: QtBot, tmp_path: Path, conversations: Conversations, exports: Exports, pdf: FakePdf
) -> None:
    folder_id = conversations.add_folder("Work")
    id_ = have(conversations, "Sky", "Why?", ANSWER, tags=("blue",))
    conversations.move([id_], folder_id)
    answer = conversations.branch(id_)[1]
    conversations.edit(answer.id, "Another", "Other")
    assert conversations.flush()
    path = done(qtbot, exports.export(order(tmp_path, "a.json", FileFormat.JSON, pdf, ids=(id_,))))

    [found] = [one for one in read(path, Words("", ""), 0) if hasattr(one, "conversation")]

    assert (found.conversation.title, found.conversation.tags, found.folder) == ("Sky", ("blue",), "Work")
    assert [message.text for message in found.messages] == ["Why?", ANSWER, "Another"]
    assert found.conversation.id == id_
    assert found.persona == ("", "")


def test_a_conversation_finds_the_persona_that_its_file_names(
    qtbot: QtBot, tmp_path: Path, conversations: Conversations, exports: Exports, pdf: FakePdf
) -> None:
    own, other = Persona("p1", "Editor"), Persona("p2", "Another")
    with closing(Database.writing(tmp_path / "elsewhere.sqlite3")) as elsewhere:
        personas.add(elsewhere, [other, own.replaced(id="p9")], 1)
        for chosen, expected in (("p1", "p9"), ("p2", "p2"), ("shipped:translator", "shipped:translator"), ("p3", None)):
            id_ = have(conversations, chosen, "Why?", "Because.", system_prompt="Be brief.")
            conversations.in_writer(partial(personas.add, personas=[own, other, Persona("p3", "Gone")], now_ms=1), id, id)
            conversations.in_writer(partial(personas.choose, conversation_id=id_, persona_id=chosen), id, id)
            assert conversations.flush()
            path = done(qtbot, exports.export(order(tmp_path, f"{chosen[-2:]}.json", FileFormat.JSON, pdf, ids=(id_,))))
            [found] = [one for one in read(path, Words("", ""), 0) if hasattr(one, "conversation")]
            take_in(elsewhere, [Arrival(found.conversation, found.messages, persona=found.persona)])

            arrived = stored.conversation(elsewhere, id_)
            assert (arrived.persona_id, arrived.system_prompt) == (expected, "Be brief.")


def test_several_become_a_new_folder_with_a_file_for_each(
    qtbot: QtBot, tmp_path: Path, conversations: Conversations, exports: Exports, pdf: FakePdf
) -> None:
    ids = tuple(have(conversations, title) for title in ("Sky", "SKY", "a/b", ""))
    (tmp_path / "out" / "All").mkdir()
    wanted = order(tmp_path, "All", FileFormat.MARKDOWN, pdf, ids=ids, form=Form.FOLDER)
    path = done(qtbot, exports.export(wanted))
    assert path.name == "All (2)" and names(tmp_path) == ["All", "All (2)"]
    assert sorted(one.name for one in path.iterdir()) == ["Conversation.md", "SKY (2).md", "Sky.md", "a-b.md"]
    assert all(CODE.encode() in one.read_bytes() for one in path.iterdir())


@pytest.mark.parametrize("format", [FileFormat.HTML, FileFormat.PDF])
def test_several_become_one_archive(
    qtbot: QtBot, tmp_path: Path, conversations: Conversations, exports: Exports, pdf: FakePdf, format: FileFormat
) -> None:
    ids = tuple(have(conversations, "Same") for _ in range(3))
    path = done(qtbot, exports.export(order(tmp_path, "All.zip", format, pdf, ids=ids, form=Form.FILE)))
    with zipfile.ZipFile(path) as archive:
        assert archive.testzip() is None
        assert archive.namelist() == [f"Same.{format}", f"Same (2).{format}", f"Same (3).{format}"]
        assert archive.read(f"Same.{format}").startswith(b"%PDF Why?|" if format is FileFormat.PDF else b"<!DOCTYPE html>")
    assert threading.get_ident() not in pdf.threads


def test_everything_leaves_out_the_trash_and_what_is_never_on_disk(
    qtbot: QtBot, tmp_path: Path, conversations: Conversations, exports: Exports, pdf: FakePdf
) -> None:
    have(conversations, "Kept")
    conversations.trash(have(conversations, "Thrown away"))
    private = conversations.ask(None, "Secret", "Starter", is_private=True)
    assert conversations.flush()
    path = done(qtbot, exports.export(order(tmp_path, "a.json", FileFormat.JSON, pdf, ids=None, form=Form.FILE)))
    assert [one["title"] for one in json.loads(path.read_text("utf-8"))["conversations"]] == ["Kept"]
    # One that the person names goes out all the same.
    path = done(qtbot, exports.export(order(tmp_path, "b.txt", FileFormat.TEXT, pdf, ids=(private,))))
    assert "Secret" in path.read_text("utf-8")


def test_a_part_goes_out_alone_and_as_json_under_names_of_its_own(
    qtbot: QtBot, tmp_path: Path, conversations: Conversations, exports: Exports, pdf: FakePdf
) -> None:
    id_ = have(conversations, "Sky", "One", "Two", "Three", "Four")
    part = Exported(conversations.get(id_), conversations.branch(id_)[1:3], is_whole=False)
    path = done(qtbot, exports.export(order(tmp_path, "a.md", FileFormat.MARKDOWN, pdf, part=part)))
    assert path.read_text("utf-8") == "## Starter\n\nTwo\n\n## You\n\nThree\n"
    path = done(qtbot, exports.export(order(tmp_path, "a.json", FileFormat.JSON, pdf, part=part)))
    [record] = json.loads(path.read_text("utf-8"))["conversations"]
    first, second = record["messages"]
    assert (first["parent_id"], second["parent_id"], record["leaf_id"]) == (None, first["id"], second["id"])
    assert not {record["id"], first["id"], second["id"]} & {id_, *(message.id for message in part.messages)}


def test_messages_of_a_conversation_in_the_trash_are_not_in_the_trash_themselves(
    qtbot: QtBot, tmp_path: Path, conversations: Conversations, exports: Exports, pdf: FakePdf
) -> None:
    id_ = have(conversations, "Sky")
    conversations.trash(id_)
    assert conversations.flush()
    part = Exported(conversations.get(id_), conversations.branch(id_)[:1], is_whole=False)
    assert part.conversation.trashed_ms is not None

    path = done(qtbot, exports.export(order(tmp_path, "a.json", FileFormat.JSON, pdf, part=part)))
    assert json.loads(path.read_text("utf-8"))["conversations"][0]["trashed_ms"] is None


def test_code_is_saved_as_it_is(qtbot: QtBot, tmp_path: Path, exports: Exports) -> None:
    path = done(qtbot, exports.save(tmp_path / "out" / "a.py", CODE, may_replace=True))
    assert path.read_bytes() == CODE.encode()
    done(qtbot, exports.save(path, "half \ud800", may_replace=True))
    assert path.read_bytes() == b"half ?"


def test_no_file_is_replaced_unless_that_was_agreed_to(
    qtbot: QtBot, tmp_path: Path, conversations: Conversations, exports: Exports, pdf: FakePdf
) -> None:
    id_ = have(conversations, "Sky")
    mine = tmp_path / "out" / "a.md"
    mine.write_bytes(b"mine")
    assert done(qtbot, exports.export(order(tmp_path, "a.md", FileFormat.MARKDOWN, pdf, ids=(id_,)))).name == "a (2).md"
    assert mine.read_bytes() == b"mine"
    assert done(qtbot, exports.export(order(tmp_path, "a.md", FileFormat.MARKDOWN, pdf, ids=(id_,), may_replace=True))) == mine
    assert b"Why?" in mine.read_bytes()


@pytest.mark.parametrize("form", [Form.FOLDER, Form.FILE, None])
def test_what_is_cancelled_leaves_nothing(
    qtbot: QtBot, tmp_path: Path, conversations: Conversations, exports: Exports, pdf: FakePdf, form: Form | None
) -> None:
    ids = tuple(have(conversations, f"Title {number}") for number in range(1 if form is None else 3))
    pdf.go_on.clear()
    run = exports.export(order(tmp_path, "x", FileFormat.PDF, pdf, ids=ids, form=form))
    assert pdf.begun.wait(10)
    with qtbot.waitSignal(run.cancelled):
        run.cancel()
    assert names(tmp_path) == []


def test_how_far_it_is_is_told(
    qtbot: QtBot, tmp_path: Path, conversations: Conversations, exports: Exports, pdf: FakePdf
) -> None:
    ids = tuple(have(conversations, f"Title {number}") for number in range(3))
    run = exports.export(order(tmp_path, "x", FileFormat.TEXT, pdf, ids=ids, form=Form.FOLDER))
    told: list[tuple[int, int]] = []
    run.progressed.connect(lambda n_done, n_all: told.append((n_done, n_all)))
    done(qtbot, run)
    assert told[0] == (0, 3)


@pytest.mark.parametrize(("number", "kind"), [(errno.ENOSPC, DiskFull), (errno.EROFS, WriteFailed)])
@pytest.mark.parametrize("form", [Form.FOLDER, Form.FILE, None])
def test_a_full_disk_is_told_of_and_nothing_is_left(
    qtbot: QtBot, tmp_path: Path, conversations: Conversations, exports: Exports, pdf: FakePdf,
    monkeypatch: pytest.MonkeyPatch, number: int, kind: type[Exception], form: Form | None,
) -> None:  # fmt: skip
    ids = tuple(have(conversations, f"Title {n}") for n in range(1 if form is None else 3))

    def fsync(_: int) -> None:
        raise OSError(number, "no")

    monkeypatch.setattr(whole_file.os, "fsync", fsync)
    run = exports.export(order(tmp_path, "x", FileFormat.TEXT, pdf, ids=ids, form=form))
    with qtbot.waitSignal(run.failed) as signal:
        pass
    monkeypatch.undo()
    assert type(signal.args[0]) is kind
    assert names(tmp_path) == []


def test_one_that_is_deleted_for_ever_meanwhile_is_left_out(
    qtbot: QtBot, tmp_path: Path, conversations: Conversations, exports: Exports, pdf: FakePdf
) -> None:
    kept, gone = have(conversations, "Kept"), have(conversations, "Gone")
    conversations.trash(gone)
    conversations.purge(gone)
    assert conversations.flush()
    path = done(qtbot, exports.export(order(tmp_path, "x", FileFormat.TEXT, pdf, ids=(kept, gone), form=Form.FOLDER)))
    assert [one.name for one in path.iterdir()] == ["Kept.txt"]


def test_the_end_of_the_application_stops_what_is_running(tmp_path: Path, conversations: Conversations, pdf: FakePdf) -> None:
    exports = Exports(conversations)
    pdf.go_on.clear()
    run = exports.export(order(tmp_path, "x.pdf", FileFormat.PDF, pdf, ids=(have(conversations, "Sky"),)))
    told: list[object] = []
    run.cancelled.connect(lambda: told.append("cancelled"))
    assert pdf.begun.wait(10)
    exports.close()
    assert (names(tmp_path), told) == ([], [])


def test_what_is_on_show_is_handed_over_in_another_thread(qtbot: QtBot, conversations: Conversations, exports: Exports) -> None:
    id_ = have(conversations, "Sky", "One", "Two")
    taken: list[tuple[str, int, int]] = []

    def use(exported: Exported, step: Callable[[int, int], object]) -> None:
        step(0, 2)
        taken.append((exported.conversation.title, len(exported.messages), threading.get_ident()))

    assert done(qtbot, exports.hand_over(id_, use)) is None
    assert taken[0][:2] == ("Sky", 2) and taken[0][2] != threading.get_ident()


def test_an_answer_in_progress_goes_out_as_far_as_it_is(
    qtbot: QtBot, tmp_path: Path, conversations: Conversations, exports: Exports, pdf: FakePdf
) -> None:
    id_ = conversations.ask(None, "Why?", "Starter")
    assert conversations.flush()
    answer = conversations.branch(id_)[1]
    assert answer.state is MessageState.GENERATING
    conversations.append_text(answer.id, "Because")
    assert conversations.flush()
    path = done(qtbot, exports.export(order(tmp_path, "a.txt", FileFormat.TEXT, pdf, ids=(id_,))))
    assert "Because" in path.read_text("utf-8")
