"""What comes from a file is here once, however often it comes, and never over what was here."""

from __future__ import annotations

from dataclasses import replace

import pytest

from desktop_app.chat.attachment import Attachment
from desktop_app.chat.conversation import Conversation
from desktop_app.chat.message import GenerationStats, Message, MessageState, Role
from desktop_app.chat.persona import Persona
from desktop_app.chat.summary import Summary
from desktop_app.storage import branches, folders, personas, summaries, trash
from desktop_app.storage import conversations as store
from desktop_app.storage.arrivals import Arrival, Taken, take_in
from desktop_app.storage.conversations import Exchange
from desktop_app.storage.database import Database

STATS = GenerationStats("eos", 1, 2, 3, 4.0, 5.0, 6.0)


def conversation(id_: str = "c", **values: object) -> Conversation:
    return Conversation(**{"id": id_, "title": "Sky", "title_is_custom": True, "created_ms": 5, "updated_ms": 9} | values)


def message(id_: str, parent: str | None, text: str = "", conversation_id: str = "c", **values: object) -> Message:
    role = Role.ASSISTANT if id_.startswith("a") else Role.USER
    return Message(id_, conversation_id, parent, role, text or id_, 7, **values)


def arrival(*messages: Message, folder: str = "", **values: object) -> Arrival:
    return Arrival(conversation(**{"leaf_id": messages[-1].id} | values), messages, folder)


def shown(database: Database, id_: str = "c") -> list[str]:
    return [one.text for one in branches.branch_on_show(database, id_)]


TALK = (message("q1", None), message("a1", "q1"), message("q2", "a1"), message("a2", "q2"))


def test_it_is_stored_as_it_was(database: Database) -> None:
    files = (Attachment("f", "n.txt", "text", 4),)
    messages = (
        message("q1", None, attachments=files), message("a1", "q1", model="SmolLM2", stats=STATS),
        message("a2", "q1", state=MessageState.FAILED, error=("NoModel", "{}"), removed_ms=8),
    )  # fmt: skip
    given = conversation(leaf_id="a1", system_prompt="p", draft="d", tags=("x",), pinned_ms=3, is_unread=True)
    assert take_in(database, [Arrival(given, messages, "Physics")]) == [Taken("c", True, 3)]
    [folder] = folders.folders(database)
    assert folder.name == "Physics"
    assert store.conversation(database, "c") == replace(given, folder_id=folder.id)
    assert branches.all_messages(database, "c") == list(messages)


def test_what_was_in_the_trash_when_it_was_written_is_in_the_list(database: Database) -> None:
    take_in(database, [arrival(*TALK, trashed_ms=5)])
    assert [one.id for one in store.all_conversations(database)] == ["c"]
    assert trash.trashed_ids(database, until_ms=store.now_ms()) == [], "the next start would delete it for ever"


def test_it_has_the_persona_of_that_id_else_of_that_name_and_none_that_was_removed(database: Database) -> None:
    personas.add(database, [Persona("a", "Editor"), Persona("b", "Poet"), Persona("c", "Poet")], 1)
    for number, (named, expected) in enumerate(
        [(("c", "Editor"), "c"), (("x", "Editor"), "a"), (("x", "Poet"), "b"), (("x", "Nobody"), None), (("", ""), None)]
    ):
        id_ = f"t{number}"
        given = Arrival(
            conversation(id_, leaf_id=f"q{number}"), [message(f"q{number}", None, conversation_id=id_)], persona=named
        )
        take_in(database, [given])
        assert store.conversation(database, id_).persona_id == expected
    personas.remove(database, "a", 2)
    take_in(
        database, [Arrival(conversation("z", leaf_id="q"), [message("q", None, conversation_id="z")], persona=("a", "Editor"))]
    )
    assert store.conversation(database, "z").persona_id is None


def test_what_shortens_a_conversation_comes_along_once(database: Database) -> None:
    pinned = replace(TALK[0], is_pinned=True)
    early, late = (Summary(name, "c", up_to, name, "m", 7) for name, up_to in (("early", "a1"), ("late", "a2")))
    given = conversation(leaf_id="a2", context_policy="drop")
    take_in(database, [Arrival(given, (pinned, *TALK[1:]), summaries=(early,))])
    take_in(database, [Arrival(given, TALK, summaries=(early, late, late.replaced(id="odd", up_to_message_id="nowhere")))])

    assert summaries.summaries(database, "c") == (early, late)
    assert [one.is_pinned for one in branches.branch_on_show(database, "c")] == [True, False, False, False]
    assert store.conversation(database, "c").context_policy == "drop"


def test_a_summary_follows_its_message_to_another_id(database: Database) -> None:
    take_in(database, [arrival(*TALK)])
    theirs = tuple(replace(one, conversation_id="copy") for one in TALK)
    given = conversation("copy", leaf_id="a2")

    take_in(database, [Arrival(given, theirs, summaries=(Summary("s", "copy", "a1", "short", "m", 7),))])

    [summary] = summaries.summaries(database, "copy")
    assert summary.up_to_message_id == branches.branch_on_show(database, "copy")[1].id != "a1"


def test_coming_twice_changes_nothing(database: Database) -> None:
    take_in(database, [arrival(*TALK)])
    before = (store.conversation(database, "c"), branches.all_messages(database, "c"))
    store.rename(database, "c", "Mine")
    assert take_in(database, [arrival(*TALK)]) == [Taken("c", False, 0)]
    assert store.conversation(database, "c").title == "Mine"
    assert branches.all_messages(database, "c") == before[1]


def test_what_was_said_since_is_added_and_shown(database: Database) -> None:
    take_in(database, [arrival(*TALK[:2])])
    assert take_in(database, [arrival(*TALK, updated_ms=99)]) == [Taken("c", False, 2)]
    assert shown(database) == ["q1", "a1", "q2", "a2"]
    assert store.conversation(database, "c").updated_ms == 99


def test_what_was_said_elsewhere_since_does_not_push_away_what_is_on_show_here(database: Database) -> None:
    take_in(database, [arrival(*TALK[:2])])
    store.ask(database, Exchange("c", False, "mine", "answer", "mine", "m"))
    assert take_in(database, [arrival(*TALK)]) == [Taken("c", False, 2)]
    assert shown(database) == ["q1", "a1", "mine", ""]
    assert branches.versions(database, "mine") == ("mine", "q2")


def test_one_that_was_put_into_the_trash_stays_there(database: Database) -> None:
    take_in(database, [arrival(*TALK[:2])])
    trash.trash(database, ["c"])
    assert take_in(database, [arrival(*TALK)]) == [Taken("c", False, 0)]
    assert store.conversation(database, "c").trashed_ms is not None


def test_ids_of_another_conversation_are_not_taken_from_it(database: Database) -> None:
    file = Attachment("f", "n.txt", "text", 4)
    take_in(database, [arrival(message("q1", None, attachments=(file,)), message("a1", "q1"))])
    copied = [message("q1", None, conversation_id="d", attachments=(file,)), message("a1", "q1", conversation_id="d")]
    twin = Arrival(conversation("d", leaf_id="a1"), copied)
    assert take_in(database, [twin]) == [Taken("d", True, 2)]
    assert take_in(database, [twin]) == [Taken("d", False, 0)]
    assert shown(database, "c") == shown(database, "d") == ["q1", "a1"]
    assert [one.attachments[0].text for id_ in "cd" for one in branches.branch_on_show(database, id_)[:1]] == ["text"] * 2


def test_a_folder_of_that_name_is_used_and_made_once(database: Database) -> None:
    take_in(database, [Arrival(conversation(id_), [message(f"q{id_}", None, conversation_id=id_)], "A  b") for id_ in "xyz"])
    assert [folder.name for folder in folders.folders(database)] == ["A b"]


def test_when_one_cannot_be_stored_nothing_of_it_and_of_those_beside_it_is(database: Database) -> None:
    broken = Arrival(conversation("d"), [message("q9", None, conversation_id="d", error=("X", "no json"))])
    with pytest.raises(ValueError, match="Expecting value"):
        take_in(database, [arrival(*TALK), broken])
    assert store.all_conversations(database) == []
    assert database.rows("SELECT * FROM message") == []


def test_an_answer_in_progress_is_none_any_more(database: Database) -> None:
    take_in(database, [arrival(message("q1", None), message("a1", "q1", state=MessageState.GENERATING))])
    assert branches.branch_on_show(database, "c")[1].state is MessageState.INTERRUPTED
