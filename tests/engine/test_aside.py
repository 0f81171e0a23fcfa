"""Conversations that nobody works in leave the model's memory for main memory, and come back as they were."""

from __future__ import annotations

from pathlib import Path

import pytest

from desktop_app.engine import slots as slots_module
from desktop_app.engine.llama.library import C
from desktop_app.engine.model_states import ModelStates, build
from desktop_app.engine.slots import Slot
from desktop_app.engine.state_store import StateStore
from tests.engine.direct import put
from tests.engine.room import QUESTIONS, SHORT, Room

LONG = "Tell me all of it, from the beginning to the end. " * 5


def held(room: Room) -> dict[str, bool]:
    """Give the conversations and whether the context itself holds them, as llama.cpp says."""
    memory = C.llama_get_memory(room.chat.model.context)
    return {slot.conversation: C.llama_memory_seq_pos_max(memory, slot.sequence.id) >= 0 for slot in slots(room)}


def slots(room: Room) -> list[Slot]:
    return [slot for slot in room.scheduler.slots._slots if slot.sequence.tokens]


def test_others_make_way_and_come_back_as_they_were(room: Room) -> None:
    asked = [(name, f"{question} {LONG}") for name, question in zip("abc", QUESTIONS, strict=False)]
    firsts = {name: room.answer(text, conversation=name, sampling=SHORT)[1] for name, text in asked}
    assert held(room) == {"a": False, "b": False, "c": True}

    tasks = []
    for name, text in asked:
        task = room.ask(text, conversation=name)
        room.run()
        assert room.final(task).timings.n_reused == firsts[name].timings.n_prompt - 1
        assert [other for other, is_held in held(room).items() if is_held] == [name]
        tasks.append(task)
    for task in tasks:
        room.assert_most_likely(task)


def test_more_conversations_fit_than_the_context_has_cells(room: Room) -> None:
    for index, name in enumerate("abcd"):
        room.answer(f"{QUESTIONS[index]} {LONG * 2}", conversation=name, sampling=SHORT)
    assert sum(len(slot.sequence.tokens) for slot in slots(room)) > C.llama_n_ctx(room.chat.model.context)
    for index, name in enumerate("abcd"):
        timings = room.answer(f"{QUESTIONS[index]} {LONG * 2}", conversation=name, sampling=SHORT)[1].timings
        assert timings.n_reused == timings.n_prompt - 1


def test_one_that_is_aside_lends_its_beginning(room: Room) -> None:
    room.answer(f"{LONG} {QUESTIONS[0]}", conversation="a", sampling=SHORT)
    room.answer(QUESTIONS[1], conversation="b", sampling=SHORT)
    assert held(room) == {"a": False, "b": True}

    task = room.ask(f"{LONG} {QUESTIONS[2]}", conversation="c")
    room.run()
    assert room.final(task).timings.n_reused > 80
    room.assert_most_likely(task)


def test_a_part_of_one_that_is_aside_is_no_more_than_that(room: Room) -> None:
    first, second, *_ = room.chat.model.sequences
    put(room.chat, range(100, 120), first)
    first.put_aside()
    second.copy(first, 8)
    assert second.tokens == list(range(100, 108))
    assert C.llama_memory_seq_pos_max(C.llama_get_memory(room.chat.model.context), second.id) == 7
    assert first.is_aside and len(first.tokens) == 20


def test_who_lay_behind_another_one_comes_to_the_front(room: Room) -> None:
    tasks = [room.ask(f"{question} {LONG}", conversation=question) for question in QUESTIONS[:2]]
    room.run()
    front, behind = slots(room)
    assert not front.is_in_front and not behind.is_in_front, "they grew around each other"

    states = []
    put_aside = type(behind.sequence).put_aside
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(type(behind.sequence), "put_aside", lambda self: (states.append(self.id), put_aside(self))[1])
        task = room.ask(f"{QUESTIONS[1]} {LONG}", conversation=QUESTIONS[1])
        room.run()
    assert states == [front.sequence.id, behind.sequence.id], "it was moved itself"
    assert behind.is_in_front and not front.is_in_front
    assert room.final(task).timings.n_reused == room.final(task).timings.n_prompt - 1
    for one in (*tasks, task):
        room.assert_most_likely(one)


def test_what_is_short_and_in_the_background_moves_nobody(room: Room) -> None:
    room.answer(LONG, conversation="a", sampling=SHORT)
    room.answer("A title for it, please.", is_background=True)
    assert held(room) == {"a": True, "": True}


def test_who_works_stays(room: Room) -> None:
    first = room.ask(f"{QUESTIONS[0]} {LONG}", conversation="a")
    room.run(10)
    second = room.ask(QUESTIONS[1], conversation="b")
    room.run(5)
    assert held(room) == {"a": True, "b": True}
    room.run()
    for task in (first, second):
        room.assert_most_likely(task)


@pytest.mark.parametrize("limit", ["ASIDE_BYTES_MAX", "_ASIDE_SHARE"])
def test_without_main_memory_for_it_it_stays(room: Room, monkeypatch: pytest.MonkeyPatch, limit: str) -> None:
    monkeypatch.setattr(slots_module, limit, 1000 if limit == "ASIDE_BYTES_MAX" else 1 << 40)
    for name in "ab":
        room.answer(QUESTIONS[0], conversation=name, sampling=SHORT)
    assert held(room) == {"a": True, "b": True}


def test_what_is_aside_is_kept_on_disk_and_leaves_main_memory(room: Room, tmp_path: Path) -> None:
    (tmp_path / "kv").mkdir()
    store = StateStore(tmp_path / "kv", b"k" * 32, 1 << 30, build())
    room.scheduler.slots.states = ModelStates(store, room.chat.model, "ab" * 16)
    room.answer(f"{QUESTIONS[0]} {LONG}", conversation="a", sampling=SHORT)
    room.answer(QUESTIONS[1], conversation="b", sampling=SHORT)
    aside = [slot for slot in slots(room) if slot.sequence.is_aside]
    assert [slot.conversation for slot in aside] == ["a"]

    room.scheduler.slots.close()
    assert not any(slot.sequence.n_aside_bytes for slot in aside)
    assert store.flush(10)
    task = room.ask(f"{QUESTIONS[0]} {LONG}", conversation="a")
    room.run()
    room.scheduler.slots.states = None
    assert store.close(10)

    assert room.final(task).timings.n_reused == room.final(task).timings.n_prompt - 1
    room.assert_most_likely(task)
