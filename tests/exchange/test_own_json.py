"""What goes out in our own form comes in as it was: every field of every message of every branch."""

from __future__ import annotations

import json
import tempfile
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from desktop_app.chat.attachment import Attachment
from desktop_app.chat.conversation import Conversation
from desktop_app.chat.message import GenerationStats, Message, MessageState, Role
from desktop_app.chat.summary import Summary
from desktop_app.errors import ContextFull, EngineCrashed, NoModel, to_wire
from desktop_app.exchange import own_json, wire
from desktop_app.exchange.export import ExportFormat, pieces
from desktop_app.exchange.exported import Exported, ExportWords
from desktop_app.exchange.found import Found, Source
from desktop_app.exchange.wire import Decoder, encode
from tests.exchange import corpus
from tests.exchange.corpus import NOW_MS
from tests.exchange.reading import events, found, one, reasons

# NUL, line ends, right-to-left marks and characters of four bytes on purpose; what is stored has no lone surrogates.
TEXT = st.text(st.characters(exclude_categories=["Cs"]) | st.sampled_from("\0\r\n\u202e\u2028\ufeff😀'\"\\"), max_size=30)
LINE = st.text(st.characters(exclude_categories=["Cs", "Cc", "Zl", "Zp"]), max_size=20)
NAME = LINE.map(lambda text: " ".join(text.split())).filter(bool)
FILE_NAME = NAME.map(lambda text: text.replace("/", "").replace("\\", "").strip()).filter(bool)
TIME = st.integers(0, NOW_MS)
NUMBER = st.floats(0, 1e9) | st.integers(0, 10**9).map(float)
STATS = st.builds(
    GenerationStats, st.sampled_from(["eos", "limit", ""]), *[st.integers(0, 10**6)] * 3, *[NUMBER] * (len(GenerationStats.__slots__) - 4)
)  # fmt: skip
ERRORS = st.sampled_from([NoModel(), ContextFull(5, 4), EngineCrashed("ended", "tail")]).map(
    lambda error: (to_wire(error)["error"], json.dumps(to_wire(error)["fields"]))
)
ID = st.integers(0, 2**128 - 1).map(lambda number: f"{number:032x}")


@st.composite
def conversations(draw: st.DrawFn) -> Found:
    """Draw a conversation with a tree of messages."""
    id_ = draw(ID)
    messages: list[Message] = []
    for message_id in draw(st.lists(ID, min_size=1, max_size=6, unique=True)):
        role = draw(st.sampled_from(Role))
        is_answer = role is Role.ASSISTANT
        parent = draw(st.none() | st.sampled_from(messages).map(lambda above: above.id)) if messages else None
        attachments = draw(
            st.lists(st.builds(Attachment, ID, FILE_NAME, TEXT, st.integers(0, 10**9)), max_size=2, unique_by=lambda a: a.id)
        )
        states = [MessageState.DONE, MessageState.INTERRUPTED, MessageState.FAILED] if is_answer else [MessageState.DONE]
        messages.append(
            Message(
                message_id, id_, parent, role, draw(TEXT), draw(TIME), draw(st.sampled_from(states)), draw(NAME) if is_answer else "",
                draw(st.none() | STATS) if is_answer else None, draw(st.none() | ERRORS) if is_answer else None,
                tuple(attachments), draw(st.none() | TIME), draw(st.booleans()),
            )
        )  # fmt: skip
    conversation = Conversation(
        id_, draw(LINE), draw(st.booleans()), draw(TIME), draw(TIME), draw(st.sampled_from(messages)).id, draw(st.none() | TIME),
        draw(TEXT), draw(TEXT), pinned_ms=draw(st.none() | TIME),
        tags=tuple(sorted(draw(st.sets(NAME, max_size=3)))), is_unread=draw(st.booleans()),
        context_policy=draw(st.sampled_from([None, "stop", "drop", "summarise"])),
    )  # fmt: skip
    places = draw(st.lists(st.sampled_from(messages), max_size=2))
    summaries = tuple(
        Summary(draw(ID), id_, one.id, draw(TEXT), draw(NAME), draw(TIME), draw(st.none() | TIME)) for one in places
    )
    persona = draw(st.just(("", "")) | st.tuples(ID, NAME))
    return Found(Source.HEARTH, conversation, tuple(messages), draw(NAME | st.just("")), summaries=summaries, persona=persona)


def exported_from(found: Found) -> Exported:
    """Give what goes out for it: a conversation of this computer has the persona's id."""
    conversation = replace(found.conversation, persona_id=found.persona[0] or None)
    return Exported(conversation, found.messages, found.folder, summaries=found.summaries, persona=found.persona[1])


@settings(max_examples=60, deadline=None)
@given(st.lists(conversations(), min_size=1, max_size=3))
def test_what_goes_out_comes_in_as_it_was(exported: list[Found]) -> None:
    values = [exported_from(each) for each in exported]
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder, "export.json")
        path.write_bytes("".join(pieces(values, ExportFormat.JSON, ExportWords())).encode())
        *read, _ = events(path)
    assert read == exported


@settings(max_examples=40, deadline=None)
@given(conversations(), st.integers(1, 10))
def test_what_crosses_from_the_reading_process_is_what_was_read(sent: Found, piece: int) -> None:
    usual, wire.PIECE_CHARACTERS = wire.PIECE_CHARACTERS, piece
    try:
        decoder = Decoder()
        *nothing, received = [decoder.take(line) for line in encode(sent)]
    finally:
        wire.PIECE_CHARACTERS = usual
    assert received == sent
    assert set(nothing) == {None}


def test_one_conversation_alone_is_read_as_well_as_a_file_of_them(tmp_path: Path) -> None:
    assert (
        one(tmp_path, corpus.own_conversation(1))
        == found(tmp_path, {"hearth": 1, "conversations": [corpus.own_conversation(1)]})[0]
    )


def test_a_summary_of_messages_that_are_not_there_and_an_unknown_policy_are_left_out() -> None:
    value = corpus.own_conversation(1) | {"context_policy": "burn"}
    last = value["messages"][-1]["id"]
    value["summaries"] = [
        {"id": "mine", "up_to_message_id": last, "text": "kept", "created_ms": "soon", "removed_ms": -1},
        {"id": "a", "up_to_message_id": "nowhere", "text": "no"}, {"up_to_message_id": last}, "no", {"id": "b"},
    ]  # fmt: skip

    read = own_json.read(value, NOW_MS)

    [summary] = read.summaries
    assert (summary.text, summary.up_to_message_id, len(summary.id)) == ("kept", read.messages[-1].id, 32)
    assert (summary.created_ms, summary.removed_ms, summary.model) == (NOW_MS, 0, "")
    assert read.conversation.context_policy is None


def test_a_file_that_names_no_persona_or_names_it_wrongly_is_read(tmp_path: Path) -> None:
    older = {name: value for name, value in corpus.own_conversation(1).items() if name != "persona"}
    for value in (older, *(older | {"persona": odd} for odd in (None, "p", 5, [], {"id": 5}, {"name": ["x"]}))):
        assert own_json.read(value, NOW_MS).persona == ("", "")
    long = older | {"persona": {"id": "i" * 500, "name": "a\nb " + "n" * 500}}
    assert [len(part) for part in own_json.read(long, NOW_MS).persona] == [80, 80]
    assert "persona" in own_json.record(Conversation("c", "", False, 0, 0, None), ())


def test_a_file_of_a_newer_version_says_so(tmp_path: Path) -> None:
    path = tmp_path / "x.json"
    path.write_text(json.dumps(corpus.own_conversation(1) | {"hearth": 2}), encoding="utf-8")
    assert reasons(path) == ["newer_version"]


def test_identities_that_were_written_by_hand_become_some_of_ours(tmp_path: Path) -> None:
    value = corpus.own_conversation(1) | {"id": "mine", "leaf_id": "b"}
    value["messages"] = [
        {"id": "a", "role": "user", "text": "Hi"}, {"id": "b", "parent_id": "a", "role": "assistant", "text": "Ho"},
        {"id": "c", "role": "robot", "text": "no"}, {"role": "user", "text": "no"},
    ]  # fmt: skip
    read = one(tmp_path, value)
    first, second = read.messages
    assert second.parent_id == first.id
    assert read.conversation.leaf_id == second.id
    assert all(len(id_) == 32 for id_ in (read.conversation.id, first.id, second.id))


@pytest.mark.parametrize(
    "error",
    [
        {"name": "Nonsense", "fields": {}},
        {"name": "Any", "fields": {}},
        {"name": "to_wire", "fields": {}},
        {"name": 7},
        {"name": "ContextFull", "fields": {"n_needed": 1}},
        "NoModel",
        ["NoModel", "{}"],
    ],
)
def test_an_error_that_is_none_of_ours_is_left_out(error: object) -> None:
    value = corpus.own_conversation(1)
    value["messages"][2]["error"] = error
    assert own_json.read(value, NOW_MS).messages[2].error is None


def test_of_a_path_in_an_error_only_the_name_of_the_file_comes_in() -> None:
    value = corpus.own_conversation(1)
    value["messages"][2]["error"] = {"name": "ModelFileNotFound", "fields": {"path": "\\\\host\\share\\a.gguf", "run": "/bin/sh"}}
    assert own_json.read(value, NOW_MS).messages[2].error == ("ModelFileNotFound", '{"path": "a.gguf"}')
