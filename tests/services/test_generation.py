"""An answer, from the stored question to the stored answer, against a scripted engine and the real database."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from pytestqt.qtbot import QtBot

from desktop_app.chat.message import Message, MessageState
from desktop_app.errors import ContextFull, NoModel, NotAModelFile
from desktop_app.services import generation as generation_module
from desktop_app.services.conversations import Conversations
from desktop_app.services.engine import Engine
from desktop_app.services.generation import Generation
from desktop_app.services.room_making import RoomMaking
from tests.fakes import engine_worker

MODEL = Path("/models/fake.gguf")


class Room:
    """Conversations, engine and generation, without a window."""

    def __init__(self, folder: Path, qtbot: QtBot, *options: str) -> None:
        self.path = folder / "hearth.sqlite3"
        self.conversations = Conversations(self.path)
        self.engine = Engine(engine_worker.command(*options))
        self.generation = Generation(self.conversations, self.engine)
        self._qtbot = qtbot

    def load(self) -> None:
        with self._qtbot.waitSignal(self.engine.model_loaded, timeout=10_000):
            self.engine.load(MODEL)

    def ask(self, text: str, conversation_id: str | None = None) -> str:
        with self._qtbot.waitSignal(self.generation.answer_finished, timeout=10_000):
            asked = self.conversations.ask(conversation_id, text, "Fake model")
        return asked

    def answer(self, conversation_id: str) -> Message:
        assert self.conversations.flush()
        return self.conversations.branch(conversation_id)[-1]

    def close(self) -> None:
        self.generation.close()
        self.engine.stop()
        self.conversations.close()


@pytest.fixture
def make(tmp_path: Path, qtbot: QtBot) -> Iterator[Callable[..., Room]]:
    """Give a function that makes a room whose engine has these options."""
    rooms: list[Room] = []

    def make_room(*options: str) -> Room:
        rooms.append(Room(tmp_path, qtbot, *options))
        return rooms[-1]

    yield make_room
    for room in rooms:
        room.close()


def test_an_answer_is_streamed_and_stored_with_its_numbers(make: Callable[..., Room]) -> None:
    room = make("--words", "6")
    room.load()
    pieces: list[str] = []
    room.generation.text_appended.connect(lambda _conversation, _message, text: pieces.append(text))
    answer = room.answer(room.ask("Hello there"))
    assert answer.text == "".join(pieces) == "w1 w2 w3 w4 w5 w6 "
    assert answer.state is MessageState.DONE
    assert answer.stats is not None
    assert (answer.stats.stop, answer.stats.n_predicted, answer.stats.n_prompt) == ("eos", 6, 2)


def test_the_model_reads_the_whole_branch(make: Callable[..., Room]) -> None:
    room = make("--words", "3")
    room.load()
    conversation_id = room.ask("one two")
    stats = room.answer(room.ask("three", conversation_id)).stats
    assert stats is not None
    assert stats.n_prompt == 2 + 3 + 1


def test_many_tokens_are_one_change_of_the_screen(make: Callable[..., Room]) -> None:
    room = make("--words", "200", "--rate", "400")
    room.load()
    changes: list[str] = []
    room.generation.text_appended.connect(lambda _conversation, _message, text: changes.append(text))
    room.ask("Go")
    assert 3 <= len(changes) <= 15  # half a second at one change in 100 ms


def test_text_is_on_disk_while_it_still_streams(make: Callable[..., Room], qtbot: QtBot, monkeypatch: pytest.MonkeyPatch) -> None:
    room = make("--words", "100000", "--rate", "200")
    room.load()
    conversation_id = room.conversations.ask(None, "Go", "Fake model")
    qtbot.waitUntil(lambda: bool(room.conversations.all()))

    def is_stored() -> bool:
        return len(room.conversations.branch(conversation_id)[-1].text) > 300

    qtbot.waitUntil(is_stored, timeout=10_000)
    assert room.conversations.branch(conversation_id)[-1].state is MessageState.GENERATING
    room.generation.stop(conversation_id)
    qtbot.waitUntil(lambda: not room.generation.is_answering(conversation_id))


def test_stop_keeps_the_text_and_says_that_it_was_stopped(make: Callable[..., Room], qtbot: QtBot) -> None:
    room = make("--words", "100000", "--rate", "100")
    room.load()
    with qtbot.waitSignal(room.generation.text_appended):
        conversation_id = room.conversations.ask(None, "Go", "Fake model")
    with qtbot.waitSignal(room.generation.answer_finished):
        room.generation.stop(conversation_id)
    answer = room.answer(conversation_id)
    assert answer.text.startswith("w1 ")
    assert answer.state is MessageState.DONE
    assert answer.stats is not None and answer.stats.stop == "cancelled"


def test_a_question_asked_while_the_model_loads_is_answered_when_it_is_there(make: Callable[..., Room], qtbot: QtBot) -> None:
    room = make("--words", "2", "--load-s", "0.5")
    room.engine.load(MODEL)
    conversation_id = room.ask("Early")
    assert room.answer(conversation_id).text == "w1 w2 "


def test_a_question_that_waits_for_the_model_can_be_stopped(make: Callable[..., Room], qtbot: QtBot) -> None:
    room = make("--load-s", "60")
    room.engine.load(MODEL)
    with qtbot.waitSignal(room.generation.answer_started):
        conversation_id = room.conversations.ask(None, "Early", "")
    with qtbot.waitSignal(room.generation.answer_finished):
        room.generation.stop(conversation_id)
    assert room.answer(conversation_id).state is MessageState.DONE
    with qtbot.waitSignal(room.engine.load_cancelled):
        room.engine.cancel_load()


@pytest.mark.parametrize(
    ("options", "error"),
    [(("--fail", "context"), ContextFull(600, 512)), (("--fail", "load"), NotAModelFile(str(MODEL), "not_gguf"))],
)
def test_an_answer_that_cannot_be_is_marked_as_failed_with_the_reason(
    make: Callable[..., Room], qtbot: QtBot, options: tuple[str, ...], error: Exception
) -> None:
    room = make(*options)
    room.engine.load(MODEL)
    with qtbot.waitSignal(room.generation.answer_failed, timeout=10_000) as failed:
        conversation_id = room.conversations.ask(None, "Question", "")
    assert failed.args[2] == error
    answer = room.answer(conversation_id)
    assert answer.state is MessageState.FAILED
    assert answer.error is not None and answer.error[0] == type(error).__name__


def test_without_any_model_the_question_is_kept_and_the_reason_told(make: Callable[..., Room], qtbot: QtBot) -> None:
    room = make()
    with qtbot.waitSignal(room.generation.answer_failed) as failed:
        conversation_id = room.conversations.ask(None, "Question", "")
    assert failed.args[2] == NoModel()
    room.conversations.flush()
    assert [m.text for m in room.conversations.branch(conversation_id)] == ["Question", ""]


def test_closing_in_mid_answer_stores_the_text_as_interrupted(make: Callable[..., Room], qtbot: QtBot) -> None:
    room = make("--words", "100000", "--rate", "100")
    room.load()
    with qtbot.waitSignal(room.generation.text_appended):
        conversation_id = room.conversations.ask(None, "Go", "Fake model")
    room.generation.close()
    answer = room.answer(conversation_id)
    assert answer.state is MessageState.INTERRUPTED
    assert answer.text.startswith("w1 ")


def test_two_conversations_are_answered_one_after_the_other(make: Callable[..., Room], qtbot: QtBot) -> None:
    room = make("--words", "20", "--rate", "200")
    room.load()
    finished: list[str] = []
    room.generation.answer_finished.connect(lambda conversation_id, _message: finished.append(conversation_id))
    ids = [room.conversations.ask(None, text, "") for text in ("One", "Two")]
    qtbot.waitUntil(lambda: len(finished) == 2)
    assert finished == ids
    assert all(room.answer(one).text.startswith("w1 w2 ") for one in ids)


def test_the_screen_is_asked_less_often_when_the_model_uses_all_cores() -> None:
    assert generation_module.SHOW_INTERVAL_PROCESSOR_MS > generation_module.SHOW_INTERVAL_GRAPHICS_MS


def test_stopping_a_question_that_waits_leaves_the_running_answer_alone(make: Callable[..., Room], qtbot: QtBot) -> None:
    room = make("--words", "100", "--rate", "60")
    room.load()
    with qtbot.waitSignal(room.generation.text_appended):
        first = room.conversations.ask(None, "Long", "")
    with qtbot.waitSignal(room.generation.answer_started):
        second = room.conversations.ask(None, "Short", "")
    pid = room.engine.pid
    with qtbot.waitSignal(room.generation.answer_finished) as finished:
        room.generation.stop(second)
    assert finished.args[0] == second
    with qtbot.waitSignal(room.generation.answer_finished, timeout=10_000):
        pass
    assert room.answer(first).text.split()[-1] == "w100"
    assert room.engine.pid == pid


def test_a_question_that_waits_is_answered_by_the_model_chosen_meanwhile(make: Callable[..., Room], qtbot: QtBot) -> None:
    room = make("--words", "100", "--rate", "60")
    room.load()
    with qtbot.waitSignal(room.generation.text_appended):
        room.conversations.ask(None, "Long", "")
    with qtbot.waitSignal(room.generation.answer_started):
        second = room.conversations.ask(None, "Short", "")
    room.engine.load(Path("/models/other.gguf"))
    qtbot.waitUntil(lambda: not room.generation.is_answering(second), timeout=10_000)
    assert room.answer(second).text.split()[-1] == "w100"


def test_a_question_asked_after_a_cancelled_start_is_told_that_there_is_no_model(make: Callable[..., Room], qtbot: QtBot) -> None:
    room = make()
    room.engine.load(MODEL)
    room.engine.cancel_load()
    with qtbot.waitSignal(room.generation.answer_failed) as failed:
        room.conversations.ask(None, "Question", "")
    assert failed.args[2] == NoModel()


def test_ejecting_the_model_fails_the_question_that_waits(make: Callable[..., Room], qtbot: QtBot) -> None:
    room = make("--words", "1000", "--rate", "60")
    room.load()
    with qtbot.waitSignal(room.generation.text_appended):
        room.conversations.ask(None, "Long", "")
    with qtbot.waitSignal(room.generation.answer_started):
        second = room.conversations.ask(None, "Short", "")
    with qtbot.waitSignal(room.generation.answer_failed, timeout=3000) as failed:
        room.engine.unload()
    assert failed.args[0] == second


def test_choosing_another_model_right_after_a_cancel_keeps_the_question(make: Callable[..., Room], qtbot: QtBot) -> None:
    room = make("--load-s", "0.3")
    room.engine.load(MODEL)
    with qtbot.waitSignal(room.engine.load_progressed, timeout=10_000):
        pass
    with qtbot.waitSignal(room.generation.answer_started):
        asked = room.conversations.ask(None, "Question", "")
    with qtbot.waitSignal(room.generation.answer_finished, timeout=10_000), qtbot.assertNotEmitted(room.generation.answer_failed):
        room.engine.cancel_load()
        room.engine.load(Path("/models/other.gguf"))
    assert room.answer(asked).text.startswith("w1 ")


def test_quitting_right_after_enter_starts_no_engine_again(make: Callable[..., Room], qtbot: QtBot) -> None:
    room = make()
    room.load()
    conversation_id = room.conversations.ask(None, "Last words", "")
    room.close()
    assert room.engine.pid == 0
    again = Conversations(room.path)
    assert [m.text for m in again.branch(conversation_id)] == ["Last words", ""]
    assert again.branch(conversation_id)[-1].state is MessageState.INTERRUPTED
    again.close()


def test_a_trashed_conversation_is_not_answered(make: Callable[..., Room], qtbot: QtBot) -> None:
    room = make("--words", "1000", "--rate", "60")
    room.load()
    with qtbot.waitSignal(room.generation.answer_finished, timeout=3000):
        conversation_id = room.conversations.ask(None, "Never mind", "")
        room.conversations.trash(conversation_id)
    assert not room.generation.is_answering(conversation_id)


def test_settings_of_a_newer_version_block_no_answer(make: Callable[..., Room], qtbot: QtBot) -> None:
    room = make("--words", "2")
    room.load()
    conversation_id = room.ask("One")
    room.conversations._writer.post(
        lambda database: database.execute("UPDATE conversation SET parameters = ?", '{"from_the_future": 1, "top_k": 3}')
    )
    assert room.answer(room.ask("Two", conversation_id)).text == "w1 w2 "
    assert room.conversations.sampling(conversation_id).top_k == 3


# An answer that is continued


def test_an_answer_is_continued_where_it_ends(make: Callable[..., Room], qtbot: QtBot) -> None:
    room = make("--words", "3", "--stop", "limit")
    room.load()
    conversation_id = room.ask("one two")
    first = room.answer(conversation_id)
    pieces: list[str] = []
    room.generation.text_appended.connect(lambda _conversation, _message, text: pieces.append(text))
    with qtbot.waitSignal(room.generation.answer_finished):
        room.conversations.continue_answer(first.id)
    answer = room.answer(conversation_id)
    assert (answer.id, answer.text, answer.state) == (first.id, "w1 w2 w3 w4 w5 w6 ", MessageState.DONE)
    assert "".join(pieces) == "w4 w5 w6 "
    assert first.stats is not None and answer.stats is not None
    assert (answer.stats.n_prompt, answer.stats.n_predicted) == (first.stats.n_prompt, 6)
    assert answer.stats.predicted_ms > first.stats.predicted_ms


def test_what_a_continued_answer_says_already_is_part_of_its_text_so_far(make: Callable[..., Room], qtbot: QtBot) -> None:
    room = make("--words", "3", "--rate", "20")
    room.load()
    conversation_id = room.ask("one")
    answer = room.answer(conversation_id)
    with qtbot.waitSignal(room.generation.text_appended):
        room.conversations.continue_answer(answer.id)
    assert room.generation.text_so_far(answer.id).startswith("w1 w2 w3 w4 ")
    with qtbot.waitSignal(room.generation.answer_finished):
        room.generation.stop(conversation_id)
    stopped = room.answer(conversation_id)
    assert stopped.text.startswith("w1 w2 w3 w4 ")
    assert stopped.stats is not None and stopped.stats.stop == "cancelled"


def test_an_answer_that_cannot_be_continued_keeps_its_text_and_numbers(make: Callable[..., Room], qtbot: QtBot) -> None:
    room = make("--words", "3")
    room.load()
    conversation_id = room.ask("one")
    first = room.answer(conversation_id)
    room.engine.unload()
    with qtbot.waitSignal(room.generation.answer_failed):
        room.conversations.continue_answer(first.id)
    answer = room.answer(conversation_id)
    assert (answer.text, answer.state, answer.stats) == (first.text, MessageState.INTERRUPTED, first.stats)
    assert answer.error is not None and answer.error[0] == "NoModel"


def test_closing_while_an_answer_is_continued_loses_nothing(make: Callable[..., Room], qtbot: QtBot) -> None:
    room = make("--words", "3", "--rate", "20")
    room.load()
    conversation_id = room.ask("one")
    first = room.answer(conversation_id)
    with qtbot.waitSignal(room.generation.text_appended):
        room.conversations.continue_answer(first.id)
    room.generation.close()
    answer = room.answer(conversation_id)
    assert answer.text.startswith("w1 w2 w3 w4 ")
    assert (answer.state, answer.stats) == (MessageState.INTERRUPTED, first.stats)


# Versions


def test_another_answer_stops_the_one_in_progress_and_keeps_its_text(make: Callable[..., Room], qtbot: QtBot) -> None:
    room = make("--words", "100000", "--rate", "100")
    room.load()
    with qtbot.waitSignal(room.generation.text_appended):
        conversation_id = room.conversations.ask(None, "Go", "")
    first = room.conversations.branch(conversation_id)[-1].id
    with qtbot.waitSignal(room.generation.answer_finished) as finished:
        second = room.conversations.regenerate(first, "")
    assert finished.args[1] == first
    qtbot.waitUntil(lambda: room.generation.text_so_far(second).startswith("w1 "))
    stopped = room.conversations.message(first)
    assert stopped.text.startswith("w1 ")
    assert stopped.stats is not None and stopped.stats.stop == "cancelled"
    room.generation.stop(conversation_id)
    qtbot.waitUntil(lambda: not room.generation.is_answering(conversation_id))


def test_a_question_below_an_answer_in_progress_waits_for_it(make: Callable[..., Room], qtbot: QtBot) -> None:
    room = make("--words", "6", "--rate", "40")
    room.load()
    finished: list[str] = []
    room.generation.answer_finished.connect(lambda _conversation, message: finished.append(message))
    with qtbot.waitSignal(room.generation.text_appended):
        conversation_id = room.conversations.ask(None, "one", "")
    room.conversations.ask(conversation_id, "two", "")
    qtbot.waitUntil(lambda: len(finished) == 2)
    assert room.conversations.flush()
    texts = [message.text for message in room.conversations.branch(conversation_id)]
    assert texts == ["one", "w1 w2 w3 w4 w5 w6 ", "two", "w1 w2 w3 w4 w5 w6 "]


def test_an_answer_reads_its_own_branch_whatever_is_on_show(make: Callable[..., Room], qtbot: QtBot) -> None:
    room = make("--words", "3", "--load-s", "0.5")
    room.load()
    conversation_id = room.ask("one two")
    first = room.answer(conversation_id).id
    room.engine.load(MODEL)
    second = room.conversations.regenerate(first, "")
    room.conversations.show_version(first)
    with qtbot.waitSignal(room.generation.answer_finished):
        pass
    assert room.conversations.flush()
    stats = room.conversations.message(second).stats
    assert stats is not None and stats.n_prompt == 2


def test_removing_the_answer_in_progress_stops_it_and_its_text_can_be_restored(make: Callable[..., Room], qtbot: QtBot) -> None:
    room = make("--words", "100000", "--rate", "100")
    room.load()
    with qtbot.waitSignal(room.generation.text_appended):
        conversation_id = room.conversations.ask(None, "Go", "")
    answer_id = room.conversations.branch(conversation_id)[-1].id
    with qtbot.waitSignal(room.generation.answer_finished):
        room.conversations.remove_message(answer_id)
    room.conversations.restore_message(answer_id)
    assert room.answer(conversation_id).text.startswith("w1 ")


def test_purging_a_conversation_in_mid_answer_leaves_nothing_and_the_next_is_answered(
    make: Callable[..., Room], qtbot: QtBot
) -> None:
    room = make("--words", "40", "--rate", "40")
    room.load()
    with qtbot.waitSignal(room.generation.text_appended):
        first = room.conversations.ask(None, "Go", "")
    with qtbot.waitSignal(room.generation.answer_started):
        second = room.conversations.ask(None, "Wait", "")
    room.conversations.purge(first)
    with qtbot.waitSignal(room.generation.answer_finished, timeout=10_000) as finished:
        pass
    assert finished.args[0] == second
    assert not room.generation.is_any_answering()
    assert room.answer(second).text.endswith("w40 ")
    assert [one.id for one in room.conversations.all()] == [second]


def test_how_long_a_model_thinks_is_measured(make: Callable[..., Room]) -> None:
    room = make("--text", "<think>a b c</think> Hello there", "--rate", "40")
    room.load()
    stats = room.answer(room.ask("one")).stats
    assert stats is not None
    assert 0 < stats.reasoning_ms < stats.predicted_ms


# Messages that wait


def _texts(room: Room, conversation_id: str) -> list[str]:
    assert room.conversations.flush()
    return [message.text for message in room.conversations.branch(conversation_id)]


def _waiting(room: Room, conversation_id: str) -> list[str]:
    assert room.conversations.flush()
    return [message.text for message in room.conversations.queued(conversation_id)]


def test_messages_that_wait_are_asked_one_after_the_other(make: Callable[..., Room], qtbot: QtBot) -> None:
    room = make("--words", "3", "--rate", "30")
    room.load()
    room.generation.name_models_by(lambda: "As the person reads it")
    with qtbot.waitSignal(room.generation.text_appended):
        conversation_id = room.conversations.ask(None, "one", "")
    for text in ("two", "three"):
        room.conversations.queue(conversation_id, text)
    with qtbot.waitSignals([room.generation.answer_finished] * 3, timeout=10_000):
        pass
    assert _texts(room, conversation_id) == ["one", "w1 w2 w3 ", "two", "w1 w2 w3 ", "three", "w1 w2 w3 "]
    assert _waiting(room, conversation_id) == []
    assert room.answer(conversation_id).model == "As the person reads it"


def test_what_waits_is_asked_below_the_answer_that_was_being_written(make: Callable[..., Room], qtbot: QtBot) -> None:
    room = make("--words", "5", "--rate", "30")
    room.load()
    conversation_id = room.ask("one")
    first = room.answer(conversation_id)
    with qtbot.waitSignal(room.generation.text_appended):
        second = room.conversations.regenerate(first.id, "")
    room.conversations.queue(conversation_id, "two")
    room.conversations.show_version(first.id)  # it is read again while the other is written
    with qtbot.waitSignals([room.generation.answer_finished] * 2, timeout=10_000):
        pass
    assert _texts(room, conversation_id) == ["one", "w1 w2 w3 w4 w5 ", "two", "w1 w2 w3 w4 w5 "]
    assert [one.id for one in room.conversations.branch(conversation_id)][1] == second


def test_a_message_that_comes_to_wait_as_the_answer_ends_is_asked(make: Callable[..., Room], qtbot: QtBot) -> None:
    room = make("--words", "3")
    room.load()
    # Handed over before the answer has ended, on disk after it.
    room.generation.answer_finished.connect(lambda id_, _message: room.conversations.queue(id_, "two") if not asked else None)
    asked: list[str] = []
    room.conversations.queue_changed.connect(asked.append)
    conversation_id = room.ask("one")
    qtbot.waitUntil(lambda: _texts(room, conversation_id) == ["one", "w1 w2 w3 ", "two", "w1 w2 w3 "])


def test_what_the_person_is_changing_is_asked_when_it_is_changed(make: Callable[..., Room], qtbot: QtBot) -> None:
    room = make("--words", "3", "--rate", "30")
    room.load()
    with qtbot.waitSignal(room.generation.text_appended):
        conversation_id = room.conversations.ask(None, "one", "")
    with qtbot.waitSignal(room.conversations.queue_changed):
        room.conversations.queue(conversation_id, "two")
    (waiting,) = room.conversations.queued(conversation_id)
    room.generation.hold_queue(conversation_id, True)
    with qtbot.waitSignal(room.generation.answer_finished):
        pass
    with qtbot.waitSignal(room.conversations.queue_changed):
        room.conversations.edit_queued(waiting.id, "two, half chan")
    assert _waiting(room, conversation_id) == ["two, half chan"] and not room.generation.is_answering(conversation_id)
    with qtbot.waitSignal(room.generation.answer_finished):
        room.conversations.edit_queued(waiting.id, "two, changed")
        room.generation.hold_queue(conversation_id, False)
    assert _texts(room, conversation_id)[2] == "two, changed"


def test_after_stop_what_waits_waits_until_the_person_sends_it(make: Callable[..., Room], qtbot: QtBot) -> None:
    room = make("--words", "20", "--rate", "40")
    room.load()
    with qtbot.waitSignal(room.generation.text_appended):
        conversation_id = room.conversations.ask(None, "one", "")
    with qtbot.waitSignal(room.conversations.queue_changed):
        room.conversations.queue(conversation_id, "two")
    with qtbot.waitSignal(room.generation.answer_finished):
        room.generation.stop(conversation_id)
    with qtbot.waitSignal(room.conversations.queue_changed):
        room.conversations.edit_queued(room.conversations.queued(conversation_id)[0].id, "two too")
    with qtbot.waitSignal(room.conversations.queue_changed):
        room.conversations.queue(conversation_id, "three")
    assert _waiting(room, conversation_id) == ["two too", "three"]
    assert not room.generation.is_answering(conversation_id)

    with qtbot.waitSignal(room.generation.text_appended):
        room.generation.send_queued(conversation_id)
        room.generation.send_queued(conversation_id)  # a double click
    assert _texts(room, conversation_id)[2] == "two too"
    assert _waiting(room, conversation_id) == ["three"]
    with qtbot.waitSignals([room.generation.answer_finished] * 2, timeout=10_000):
        pass
    assert _texts(room, conversation_id)[4] == "three"


@pytest.mark.parametrize("options", [("--die", "exit0"), ("--stop", "context")])
def test_after_a_failure_what_waits_is_kept(make: Callable[..., Room], qtbot: QtBot, options: tuple[str, ...]) -> None:
    room = make("--words", "20", "--rate", "40", "--die-after", "8", *options)
    room.load()
    with qtbot.waitSignal(room.generation.text_appended):
        conversation_id = room.conversations.ask(None, "one", "")
    room.conversations.queue(conversation_id, "two")
    qtbot.waitUntil(lambda: not room.generation.is_answering(conversation_id))
    assert _waiting(room, conversation_id) == ["two"]
    assert len(_texts(room, conversation_id)) == 2


def test_what_waits_is_asked_after_a_full_context_when_old_messages_may_go(
    make: Callable[..., Room], qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    room = make("--words", "4", "--rate", "40", "--stop", "context")
    room.generation.choose_policy_by(lambda: "drop")
    # Nothing is left to be dropped for the answer itself.
    monkeypatch.setattr(RoomMaking, "make", lambda *_: False)
    room.load()
    with qtbot.waitSignal(room.generation.text_appended):
        conversation_id = room.conversations.ask(None, "one", "")
    room.conversations.queue(conversation_id, "two")
    qtbot.waitUntil(lambda: _texts(room, conversation_id) == ["one", "w1 w2 w3 w4 ", "two", "w1 w2 w3 w4 "])


def test_an_answer_that_was_stopped_does_not_go_on_when_it_has_filled_the_context(
    make: Callable[..., Room], qtbot: QtBot
) -> None:
    room = make("--words", "20", "--rate", "100", "--stop", "context", "--ignore-cancel")
    room.generation.choose_policy_by(lambda: "drop")
    room.load()
    with qtbot.waitSignal(room.generation.text_appended):
        conversation_id = room.conversations.ask(None, "one", "")
    room.conversations.queue(conversation_id, "two")
    with qtbot.waitSignal(room.generation.answer_finished):
        room.generation.stop(conversation_id)
    assert room.answer(conversation_id).text.split()[-1] == "w20"
    assert _waiting(room, conversation_id) == ["two"]


def test_choosing_another_model_sends_nothing_that_waits(make: Callable[..., Room], qtbot: QtBot) -> None:
    room = make("--words", "1000", "--rate", "40")
    room.load()
    with qtbot.waitSignal(room.generation.text_appended):
        conversation_id = room.conversations.ask(None, "one", "")
    room.conversations.queue(conversation_id, "two")
    with qtbot.waitSignal(room.engine.model_loaded):
        room.engine.load(Path("/models/other.gguf"))
    assert _waiting(room, conversation_id) == ["two"]
