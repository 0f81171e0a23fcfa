"""Several answers in one model: each as if it were alone, and nobody waits longer than a step."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from desktop_app.engine import scheduler as scheduler_module
from desktop_app.engine import slots as slots_module
from desktop_app.engine import state_files
from desktop_app.engine.answer import ChatModel
from desktop_app.engine.llama.batch import Batch
from desktop_app.engine.llama.library import C, Interrupt
from desktop_app.engine.model_states import ModelStates, build
from desktop_app.engine.parameters import SamplingParameters
from desktop_app.engine.protocol import (
    Failed,
    PingRequest,
    PromptProgress,
    TaskCancelled,
)
from desktop_app.engine.scheduler import Scheduler
from desktop_app.engine.state_store import StateStore
from desktop_app.engine.step_cost import StepCost
from desktop_app.errors import DecodeFailed
from tests.engine.direct import clear
from tests.engine.room import GREEDY, QUESTIONS, SHORT, Room
from tests.fakes.gguf_file import write_recurrent_model, write_sliding_window_model

N_BATCH = 512
"""Tokens of a whole batch, as a model is loaded when nobody says otherwise."""


class Keeping:
    """Takes down whose states are to be kept."""

    def __init__(self, kept: list[str]) -> None:
        self._kept = kept

    def outline(self, conversation: str) -> None:
        """Say that nothing is kept."""

    def save(self, _sequence: object, conversation: str) -> None:
        self._kept.append(conversation)


@pytest.fixture(scope="module")
def tiny_chats(tmp_path_factory: pytest.TempPathFactory, open_chat: Callable[..., ChatModel]) -> Iterator[dict[str, ChatModel]]:
    """Give a model with a sliding window and one with a rolled-up state."""
    folder = tmp_path_factory.mktemp("models")
    chats = {
        "window": open_chat(write_sliding_window_model(folder / "window.gguf"), n_batch=32),
        "recurrent": open_chat(write_recurrent_model(folder / "recurrent.gguf"), n_batch=32),
    }
    yield chats
    for chat in chats.values():
        chat.close()


def test_four_at_once_say_what_each_says_alone(room: Room) -> None:
    tasks = [room.ask(question) for question in QUESTIONS]
    n_steps = 0
    while room.scheduler.is_busy:
        room.scheduler.step()
        n_steps += 1
    assert n_steps < 2 * GREEDY.n_predict, "they go on together, not one after the other"
    room.scheduler.close()
    for task in tasks:
        assert len(room.text(task)) > 20
        room.assert_most_likely(task)


def test_one_that_comes_later_joins_and_one_that_is_cancelled_leaves_within_a_step(room: Room) -> None:
    first = room.ask(QUESTIONS[0])
    room.run(5)
    second = room.ask(QUESTIONS[1])
    room.run(3)
    assert room.text(second), "it does not wait for the first"
    room.inbox.cancel(first)
    assert room.inbox.take_cancelled() == {first}
    assert room.scheduler.cancel(first)
    assert room.final(first).stop == "cancelled"
    n_before = len(room.events)
    room.run()
    assert not [event for event in room.events[n_before:] if event.task == first]
    assert room.final(second).stop in ("limit", "eos")


@pytest.mark.parametrize("news", ["a request", "a cancel", "the end"])
def test_one_that_is_alone_is_written_in_one_go_until_there_is_news(
    room: Room, monkeypatch: pytest.MonkeyPatch, news: str
) -> None:
    monkeypatch.setattr(scheduler_module, "_WHILE_ALONE_S", 600.0)
    task = room.ask(QUESTIONS[0], sampling=room.endless(40))
    answer = room.answers[task]
    draw, n_drawn = answer.draw, 0

    def draw_and_tell(*given: object) -> int:
        nonlocal n_drawn
        n_drawn += 1
        if n_drawn == 5:
            tell = {"a request": lambda: room.inbox.put(PingRequest(99)), "a cancel": lambda: room.inbox.cancel(task)}
            tell.get(news, room.inbox.end)()
        return draw(*given)  # type: ignore[arg-type]

    monkeypatch.setattr(answer, "draw", draw_and_tell)
    room.run(2)
    assert n_drawn == 5
    assert len(answer.target) == answer.n_prompt + 5
    room.inbox.take(wait=False)
    room.inbox.has_ended = False
    room.inbox.take_cancelled()
    room.run(1)
    assert room.final(task).timings.n_predicted == 40, "one step is enough for the rest"


def test_a_long_prompt_is_read_in_chunks_beside_a_running_answer(room: Room) -> None:
    running = room.ask(QUESTIONS[0], sampling=room.endless(100))
    room.run(3)
    reading = room.ask("word " * 200)
    drawn = room.answers[running].target
    room.scheduler.step()
    while room.read(reading) < room.answers[reading].n_prompt:
        n_before = len(drawn)
        room.scheduler.step()
        assert len(drawn) == n_before + 1, "every step gives it a token"
    read = [event.n_processed for event in room.events if isinstance(event, PromptProgress) and event.task == reading]
    assert read[-1] >= 200
    assert read == sorted(read)
    assert room.text(running)


def test_what_a_card_reads_comes_in_steps_that_are_soon_over(room: Room, monkeypatch: pytest.MonkeyPatch) -> None:
    scheduler, model, chunks, waited = room.scheduler, room.chat.model, [], []
    synchronize = C.llama_synchronize
    monkeypatch.setattr(C, "llama_synchronize", lambda context: waited.append(context) or synchronize(context))
    monkeypatch.setattr(scheduler, "_measure", lambda n_tokens, seconds: chunks.append(n_tokens))

    def read(n_gpu_layers: int, tokens_per_s: float) -> int:
        monkeypatch.setattr(model, "n_gpu_layers", n_gpu_layers)
        monkeypatch.setattr(scheduler, "_step_cost", StepCost(has_overhead=False))
        scheduler._step_cost.take(64, 64 / tokens_per_s)
        scheduler.step()
        return chunks[-1]

    room.ask("word " * 400)
    assert model.n_batch == 64
    assert [read(2, tokens_per_s) for tokens_per_s in (100.0, 40.0, 10.0)] == [64, 40, 32]
    assert waited == [model.context] * 3, "a card is not done when the function is"
    # The processor's step can be broken off, and a long one is faster.
    assert read(0, 40.0) == 64
    assert len(waited) == 3


@pytest.fixture
def read_on_card(room: Room, monkeypatch: pytest.MonkeyPatch) -> Callable[..., list[tuple[int, float]]]:
    """Give a function that has a prompt read on a card where steps take so long, and gives tokens and seconds of each."""
    monkeypatch.setattr(room.chat.model, "n_gpu_layers", 2)
    scheduler = Scheduler(room.chat, room.events.append, room.inbox)
    monkeypatch.setattr(scheduler, "_batch", Batch(N_BATCH, 1))

    def read(n_tokens: int, overhead_s: float, token_s: float, *first_s: float) -> list[tuple[int, float]]:
        steps: list[tuple[int, float]] = []
        while n_tokens:
            n_step = min(n_tokens, scheduler._room(is_alone=True))
            besides_s = first_s[len(steps)] if len(steps) < len(first_s) else 0.0
            steps.append((n_step, overhead_s + token_s * n_step + besides_s))
            scheduler._measure(*steps[-1])
            n_tokens -= n_step
        return steps

    return read


def total_s(steps: list[tuple[int, float]]) -> float:
    return sum(seconds for _, seconds in steps)


@pytest.mark.parametrize("overhead_s", [0.0, 0.3, 0.6, 0.95, 1.05, 1.5, 2.4])
def test_steps_on_a_card_that_are_not_over_sooner_for_being_small_are_whole_batches(
    read_on_card: Callable[..., list[tuple[int, float]]], overhead_s: float
) -> None:
    steps = read_on_card(8000, overhead_s, 0.0005)
    assert steps[0][0] == 128
    assert total_s(steps) <= 1.3 * (math.ceil(8000 / N_BATCH) * overhead_s + 8000 * 0.0005)
    # That is not found out again for each prompt.
    read_on_card(60, overhead_s, 0.0005)
    assert len(read_on_card(8000, overhead_s, 0.0005)) <= 18


@pytest.mark.parametrize("token_s", [0.005, 0.02])
def test_steps_on_a_card_that_takes_its_time_for_each_token_stay_short(
    read_on_card: Callable[..., list[tuple[int, float]]], token_s: float
) -> None:
    steps = read_on_card(8000, 0.0, token_s)
    assert max(seconds for _, seconds in steps[3:]) <= 1.3
    assert len(steps) <= 1.1 * 8000 * token_s + 10, "they are no shorter than need be"


def test_a_first_step_that_is_slower_than_those_behind_it_decides_nothing(
    read_on_card: Callable[..., list[tuple[int, float]]],
) -> None:
    """A driver compiles what it needs, a file comes from the disk."""
    steps = read_on_card(8000, 1.05, 0.0005, 5.0)
    assert total_s(steps[1:]) <= 1.3 * (16 * 1.05 + 8000 * 0.0005)


def test_a_step_on_a_card_that_something_has_delayed_is_soon_made_up_for(
    read_on_card: Callable[..., list[tuple[int, float]]],
) -> None:
    steps = read_on_card(8000, 0.0, 0.02, 0.0, 1.5)
    assert steps[2][0] <= 2 * steps[0][0], "and not a whole batch, which would take 10 s here"
    assert max(seconds for _, seconds in steps[5:]) <= 1.3


def test_what_nobody_waits_for_is_read_after_what_somebody_waits_for(room: Room) -> None:
    background = room.ask("word " * 100, is_background=True)
    waited_for = room.ask("letter " * 100)
    room.scheduler.step()
    while room.read(waited_for) < room.answers[waited_for].n_prompt:
        assert room.read(background) < 60
        room.scheduler.step()
    room.run()
    assert room.final(background)


def test_a_conversation_that_was_left_is_not_read_again(room: Room) -> None:
    firsts = [room.answer(question, conversation=f"c{index}", sampling=SHORT)[1] for index, question in enumerate(QUESTIONS)]
    for index, question in enumerate(QUESTIONS):
        _, again = room.answer(question, conversation=f"c{index}", sampling=SHORT)
        assert again.timings.n_reused == firsts[index].timings.n_prompt - 1


def test_a_beginning_that_conversations_share_is_read_once(room: Room) -> None:
    system = "You know everything about ships. " * 10
    first = room.answer(system + QUESTIONS[0], conversation="a", sampling=SHORT)[1]
    second = room.answer(system + QUESTIONS[1], conversation="b", sampling=SHORT)[1]
    assert second.timings.n_reused > 60
    # The other one is still there.
    assert room.answer(system + QUESTIONS[0], conversation="a", sampling=SHORT)[1].timings.n_reused == first.timings.n_prompt - 1


def test_the_least_recently_used_leaves_when_there_is_no_room(room: Room, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(slots_module, "ASIDE_BYTES_MAX", 0)
    long = "one two three four five six seven " * 21
    for name in "abc":
        n_prompt = room.answer(f"{name} {long}", conversation=name, sampling=SHORT)[1].timings.n_prompt
    assert 3 * n_prompt > C.llama_n_ctx(room.chat.model.context)
    _, again = room.answer(f"c {long}", conversation="c", sampling=SHORT)
    assert again.timings.n_reused == again.timings.n_prompt - 1
    _, first = room.answer(f"a {long}", conversation="a", sampling=SHORT)
    assert first.timings.n_reused < 40


def test_two_that_fill_the_context_take_turns_and_lose_nothing(room: Room) -> None:
    sampling, more = room.endless(50), "and more " * 50
    tasks = [room.ask(f"{question} {more}", sampling=sampling) for question in QUESTIONS[:3]]
    room.run()
    room.scheduler.close()
    assert sum(len(room.answers[task].target) for task in tasks) > C.llama_n_ctx(room.chat.model.context)
    for task in tasks:
        assert room.final(task).timings.n_predicted == 50
        room.assert_most_likely(task)


@pytest.mark.parametrize("model", ["window", "recurrent"])
def test_models_that_cannot_be_cut_answer_anew_without_reading_anew(
    model: str, tiny_chats: dict[str, ChatModel], interrupt: Interrupt
) -> None:
    room = Room(tiny_chats[model], interrupt)
    long = "abc " * 20
    sampling = SamplingParameters(temperature=0.0, n_predict=100)
    first, finished = room.answer(long, sampling=sampling, conversation="a")
    again, repeated = room.answer(long, sampling=sampling, conversation="a")
    assert again == first
    assert repeated.timings.n_reused == finished.timings.n_prompt - 1
    room.answer("something else", conversation="b")
    third, _ = room.answer(long, sampling=sampling, conversation="a")
    assert third == first
    room.close()


@pytest.mark.parametrize("is_slow", [False, True], ids=["quick", "slow"])
def test_stop_does_not_cost_what_a_rolled_up_state_has_read(
    is_slow: bool, tiny_chats: dict[str, ChatModel], interrupt: Interrupt, token_steps: None
) -> None:
    chat = tiny_chats["recurrent"]
    clear(chat)
    room = Room(chat, interrupt)
    long, sampling = "abc " * 20, room.endless(40)
    whole, _ = room.answer(long, sampling=sampling, conversation="a")
    clear(chat)
    task = room.ask(long, sampling=sampling, conversation="a")
    while len(room.answers[task].target) < room.answers[task].n_prompt + 10:
        room.scheduler.step()
    sequence, n_prompt = room.scheduler._running[0].sequence, room.answers[task].n_prompt
    n_held = len(sequence.tokens)
    room.scheduler._token_s = math.inf if is_slow else 0.001
    room.inbox.cancel(task)
    room.scheduler.step()
    # A step that takes long is broken off, and what was read is there as it was before the answer.
    assert len(sequence.tokens) == (n_prompt - 1 if is_slow else n_held + 1)
    assert room.inbox.take_cancelled() == {task}
    room.scheduler.cancel(task)
    again, finished = room.answer(long, sampling=sampling, conversation="a")
    assert (again, finished.timings.n_reused) == (whole, n_prompt - 1)
    room.close()
    interrupt.clear()


def test_a_long_answer_alone_stays_in_the_cells_of_one_window(
    tiny_chats: dict[str, ChatModel], interrupt: Interrupt, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(scheduler_module, "_WHILE_ALONE_S", 0.0)
    chat = tiny_chats["window"]
    clear(chat)
    room = Room(chat, interrupt)
    task = room.ask("abc", sampling=room.endless(120))
    room.run()
    n_held = room.final(task).timings.n_prompt + 120 - 1
    assert n_held < 200, "there would be cells that were never used"
    lowest = max(C.llama_memory_seq_pos_min(C.llama_get_memory(chat.model.context), one.id) for one in chat.model.sequences)
    assert 0 < lowest <= n_held - chat.model.n_swa
    room.close()


def test_answers_that_come_at_once_and_do_not_fit_together_wait_for_each_other(room: Room) -> None:
    tasks = [room.ask(f"{question} {'and more ' * 48}") for question in QUESTIONS]
    assert sum(room.answers[task].n_prompt for task in tasks) > C.llama_n_ctx(room.chat.model.context)
    room.run()
    assert all(room.final(task).timings.n_predicted for task in tasks)


def test_what_nobody_waits_for_gives_up_its_place_first(quick_room: Room) -> None:
    room = quick_room
    sampling = room.endless(300)
    background = room.ask(QUESTIONS[0], sampling=sampling, is_background=True)
    room.run(2)
    waited_for = room.ask(QUESTIONS[1], sampling=sampling)
    other = room.ask(QUESTIONS[2], sampling=sampling)
    while room.answers[waited_for].stop is None or room.answers[other].stop is None:
        room.scheduler.step()
    assert room.answers[background].stop is None
    room.run()
    assert {room.final(task).timings.n_predicted for task in (background, waited_for, other)} == {300}


def test_what_is_not_kept_yet_is_kept_when_there_is_where(room: Room) -> None:
    kept: list[str] = []
    room.answer(QUESTIONS[0], conversation="a")
    room.scheduler.slots.save()
    assert not room.scheduler.slots.has_unsaved
    room.scheduler.slots.states = Keeping(kept)  # type: ignore[assignment]
    assert room.scheduler.slots.has_unsaved
    room.scheduler.slots.save()
    room.scheduler.slots.states = None

    assert kept == ["a"]


def test_to_stop_somebody_comes_before_reading_what_is_kept_and_loses_nothing(room: Room, tmp_path: Path) -> None:
    (tmp_path / "kv").mkdir()
    store = StateStore(tmp_path / "kv", b"k" * 32, 1 << 30, build())
    looks = iter([True, False])
    states = ModelStates(store, room.chat.model, "ab" * 16, lambda: next(looks, True))
    room.scheduler.slots.states = states
    question = QUESTIONS[0] + " Tell me all of it." * 10
    room.answer(question, conversation="a", sampling=SHORT)
    room.scheduler.slots.close()
    assert store.flush(10)

    task = room.ask(question, conversation="a")
    room.run(1)
    assert not room.scheduler._running, "it waits on"
    room.run()
    room.scheduler.slots.states = None
    assert store.close(10)

    assert room.final(task).timings.n_reused == room.final(task).timings.n_prompt - 1


def test_answers_go_on_while_what_is_kept_of_another_is_read(room: Room, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "kv").mkdir()
    store = StateStore(tmp_path / "kv", b"k" * 32, 1 << 30, build())
    room.scheduler.slots.states = ModelStates(store, room.chat.model, "ab" * 16, room.scheduler.go_on_beside)
    question = QUESTIONS[0] + " Tell me all of it." * 10
    first, _ = room.answer(question, conversation="a")
    room.scheduler.slots.close()
    assert store.flush(10)
    monkeypatch.setattr(state_files, "PIECE_BYTES", 1 << 18)
    monkeypatch.setattr(scheduler_module, "_BESIDE_S", 0.0)
    n_bytes = sum(path.stat().st_size for path in (tmp_path / "kv").iterdir())

    running = room.ask(QUESTIONS[3], sampling=room.endless(60), conversation="b")
    room.run(3)
    n_before = len(room.answers[running].target)
    again = room.ask(question, conversation="a")
    room.run(1)
    n_written = len(room.answers[running].target) - n_before
    room.run()
    room.scheduler.slots.states = None
    store.close(10)

    assert n_written >= n_bytes // (1 << 18) > 4, "a token with each piece"
    assert room.final(again).timings.n_reused > 0 and room.text(again) == first
    assert room.final(running).timings.n_predicted == 60
    room.assert_most_likely(running)


def test_windows_that_share_cells_do_not_block_each_other(
    tmp_path: Path, open_chat: Callable[..., ChatModel], interrupt: Interrupt
) -> None:
    chat = open_chat(write_sliding_window_model(tmp_path / "window.gguf"), n_ctx=4096, n_batch=128, n_threads=1)
    room = Room(chat, interrupt)
    text = "word " * 43
    first = room.ask(text, sampling=room.endless(400), conversation="a")
    room.run(4)
    second = room.ask(f"{text} and more", sampling=room.endless(400), conversation="b")
    room.run(3000)
    assert not room.scheduler.is_busy
    assert all(room.final(task) for task in (first, second))
    room.close()
    chat.close()


def test_an_interrupted_step_costs_the_others_nothing(room: Room) -> None:
    running = room.ask(QUESTIONS[0])
    room.run(4)
    reading = room.ask("word " * 200)
    begin_step = room.inbox.begin_step
    room.inbox.begin_step = lambda tasks: (begin_step(tasks), room.inbox._interrupt.set())[0]  # type: ignore[method-assign]
    room.scheduler.step()
    room.inbox.begin_step = begin_step  # type: ignore[method-assign]
    assert room.scheduler.cancel(reading)
    room.run()
    room.scheduler.close()
    room.assert_most_likely(running)
    assert room.final(running).timings.n_predicted == GREEDY.n_predict


def test_a_step_that_fails_is_told_and_the_next_answer_works(
    room: Room, monkeypatch: pytest.MonkeyPatch, expected_log: Callable[[str], None]
) -> None:
    expected_log("llama_decode failed with -3")
    tasks = [room.ask(question) for question in QUESTIONS[:2]]
    with monkeypatch.context() as patched:
        patched.setattr(scheduler_module.C, "llama_decode", lambda context, batch: -3)
        room.scheduler.step()
    assert {event.task: event.error for event in room.events if isinstance(event, Failed)} == dict.fromkeys(
        tasks, DecodeFailed(-3)
    )
    assert not room.scheduler.is_busy
    assert room.answer(QUESTIONS[0])[0]


def test_one_that_waits_is_cancelled_without_an_answer(room: Room) -> None:
    tasks = [room.ask(question) for question in (*QUESTIONS, "Who waits?")]
    room.run(3)
    assert room.scheduler.cancel(tasks[-1])
    assert room.events[-1] == TaskCancelled(tasks[-1])
    assert not room.scheduler.cancel(tasks[-1])


def test_the_memory_holds_what_the_sequences_say(room: Room) -> None:
    for index, question in enumerate(QUESTIONS):
        room.ask(question, conversation=str(index))
    memory = C.llama_get_memory(room.chat.model.context)
    while room.scheduler.is_busy:
        room.scheduler.step()
        for sequence in room.chat.model.sequences:
            assert C.llama_memory_seq_pos_max(memory, sequence.id) + 1 == sequence.n_used
