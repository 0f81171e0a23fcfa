"""Conversations that are longer than the context, with the real engine and a model of 256 tokens."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import psutil
import pytest
from pytestqt.qtbot import QtBot

from desktop_app.chat.message import Message, MessageState
from desktop_app.engine.parameters import LoadParameters, SamplingParameters
from desktop_app.errors import ContextFull, EngineCrashed
from desktop_app.services.context_meter import ContextMeter, Fill
from desktop_app.services.conversations import Conversations
from desktop_app.services.engine import Engine
from desktop_app.services.generation import Generation
from desktop_app.services.summaries import Summaries
from desktop_app.storage import summaries as stored
from tests.fakes.gguf_file import write_tiny_model

N_CTX = 256
N_CTX_FOR_SUMMARIES = 1024
"""The request for a summary has 250 tokens here, where every character is one."""
NO_END = tuple((token, float("-inf")) for token in (2, 267))
"""Bans the tiny model's end tokens, so that an answer goes on."""
SHORT = SamplingParameters(n_predict=12, logit_bias=NO_END, seed=1)
ENDLESS = SamplingParameters(n_predict=400, logit_bias=NO_END, seed=1)


@pytest.fixture(scope="module")
def model(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return write_tiny_model(tmp_path_factory.mktemp("models") / "tiny.gguf")


class Room:
    """All that has to do with it, without a window."""

    def __init__(self, folder: Path, model: Path, qtbot: QtBot, n_ctx: int = N_CTX) -> None:
        self.conversations = Conversations(folder / "hearth.sqlite3")
        self.engine = Engine()
        self.generation = Generation(self.conversations, self.engine)
        self.summaries = Summaries(self.conversations, self.engine)
        self.generation.sum_up_by(self.summaries)
        self.generation.choose_policy_by(lambda: self.policy)
        self.meter = ContextMeter(self.conversations, self.engine, self.generation)
        self.policy = "stop"
        self.fitted: list[tuple[frozenset[str], int]] = []
        self.generation.context_fitted.connect(lambda _id, unseen, n_prompt, _n_ctx: self.fitted.append((unseen, n_prompt)))
        self._qtbot = qtbot
        with qtbot.waitSignal(self.engine.model_loaded, timeout=20_000):
            # More would wait for each other beside other tests.
            self.engine.load(model, LoadParameters(n_threads=1, n_ctx=n_ctx))

    def begin(self, sampling: SamplingParameters = SHORT) -> str:
        """Give a conversation with one exchange."""
        id_ = self.conversations.start_private()
        assert self.conversations.flush()
        self.conversations.save_sampling(id_, sampling)
        self.ask(id_, "q00")
        return id_

    def ask(self, id_: str, text: str) -> Message:
        """Ask, and give the answer when it has ended, well or not."""
        return self.end_of(lambda: self.conversations.ask(id_, text, "Tiny"))

    def end_of(self, begin: Callable[[], object]) -> Message:
        """Begin an answer, and give it when it has ended, well or not."""
        ended: list[str] = []
        self.generation.answer_finished.connect(lambda _id, message_id: ended.append(message_id))
        self.generation.answer_failed.connect(lambda _id, message_id, _error: ended.append(message_id))
        begin()
        self._qtbot.waitUntil(lambda: bool(ended), timeout=20_000)
        assert self.conversations.flush()
        return self.conversations.message(ended[0])

    def fill(self, id_: str, n_exchanges: int) -> list[Message]:
        """Ask so many questions, each of an eighth of the context, and give the answers."""
        assert self.engine.model is not None
        rest = "x" * (self.engine.model.n_ctx // 8 - 3)
        return [self.ask(id_, f"q{n + 1:02}{rest}") for n in range(n_exchanges)]

    def measured(self, id_: str) -> Fill:
        """Give what the meter says of a conversation now."""
        self.meter.follow("")
        self.meter.follow(id_)
        self._qtbot.waitUntil(lambda: self.meter.fill is not None, timeout=10_000)
        assert self.meter.fill is not None
        return self.meter.fill

    def close(self) -> None:
        self.generation.close()
        self.engine.stop()
        self.conversations.close()


@pytest.fixture
def room(tmp_path: Path, model: Path, qtbot: QtBot) -> Iterator[Room]:
    made = Room(tmp_path, model, qtbot)
    yield made
    made.close()


@pytest.fixture
def larger_room(tmp_path: Path, model: Path, qtbot: QtBot) -> Iterator[Room]:
    made = Room(tmp_path, model, qtbot, N_CTX_FOR_SUMMARIES)
    made.policy = "summarise"
    yield made
    made.close()


def ids(messages: tuple[Message, ...]) -> list[str]:
    return [message.id for message in messages]


def test_nothing_is_left_out_unless_that_was_chosen(room: Room) -> None:
    id_ = room.begin()
    answers = room.fill(id_, 6)

    assert answers[-1].state is MessageState.FAILED
    assert answers[-1].error is not None and answers[-1].error[0] == ContextFull.__name__
    assert all(unseen == frozenset() for unseen, _ in room.fitted)


def test_the_oldest_are_left_out_and_it_is_said_which(room: Room) -> None:
    room.policy = "drop"
    id_ = room.begin()
    answers = room.fill(id_, 9)

    assert all(answer.state is MessageState.DONE for answer in answers)
    unseen, n_prompt = room.fitted[-1]
    branch = ids(room.conversations.branch(id_))
    assert unseen == set(branch[: len(unseen)]) and len(unseen) >= 8
    assert n_prompt < N_CTX


def test_the_choice_of_a_conversation_counts_more_than_the_setting(room: Room) -> None:
    id_ = room.begin()
    room.conversations.save_context_policy(id_, "drop")

    assert room.fill(id_, 6)[-1].state is MessageState.DONE


def test_what_is_pinned_is_still_read(room: Room) -> None:
    room.policy = "drop"
    id_ = room.begin()
    first = room.conversations.branch(id_)[0]
    room.conversations.pin_message(first.id, True)
    room.fill(id_, 9)

    unseen, _ = room.fitted[-1]
    branch = ids(room.conversations.branch(id_))
    assert unseen and unseen.isdisjoint(branch[:2])


def test_an_answer_that_fills_the_context_goes_on_when_old_messages_may_go(room: Room) -> None:
    room.policy = "drop"
    id_ = room.begin()
    room.fill(id_, 2)
    room.conversations.save_sampling(id_, SamplingParameters(n_predict=130, logit_bias=NO_END, seed=1))
    room.fitted.clear()

    answer = room.ask(id_, "long")

    assert answer.stats is not None
    assert (answer.state, answer.stats.stop, answer.stats.n_predicted) == (MessageState.DONE, "limit", 130)
    assert len(room.fitted) > 1 and len(room.fitted[-1][0]) > len(room.fitted[0][0])


def test_an_answer_that_has_filled_the_context_is_continued_when_there_is_room_and_else_says_that_there_is_none(
    room: Room,
) -> None:
    id_ = room.begin()
    room.fill(id_, 2)
    room.conversations.save_sampling(id_, SamplingParameters(n_predict=400, logit_bias=NO_END, seed=1))
    cut = room.ask(id_, "long")
    assert cut.stats is not None and cut.stats.stop == "context" and cut.is_cut

    refused = room.end_of(lambda: room.conversations.continue_answer(cut.id))

    assert refused.error is not None and refused.error[0] == ContextFull.__name__
    assert (refused.text, refused.is_cut) == (cut.text, True)
    room.policy = "drop"
    gone_on = room.end_of(lambda: room.conversations.continue_answer(cut.id))
    assert gone_on.text.startswith(cut.text) and len(gone_on.text) > len(cut.text)


def test_an_answer_longer_than_the_context_ends_there_with_all_its_text(room: Room) -> None:
    room.policy = "drop"
    id_ = room.begin()
    room.conversations.save_sampling(id_, ENDLESS)
    shown: list[str] = []
    room.generation.text_appended.connect(lambda _id, _message, text: shown.append(text))

    answer = room.ask(id_, "long")

    assert answer.stats is not None and answer.stats.stop == "context"
    assert answer.state is MessageState.DONE and answer.text == "".join(shown)
    assert answer.stats.n_predicted > N_CTX // 2


def test_a_conversation_is_summed_up_when_it_is_full_and_goes_on(larger_room: Room) -> None:
    room = larger_room
    id_ = room.begin()
    answers = room.fill(id_, 8)

    assert [answer.error for answer in answers] == [None] * 8
    made = room.summaries.of(id_)
    assert made and made[-1].text and made[-1].model
    unseen, n_prompt = room.fitted[-1]
    branch = room.conversations.branch(id_)
    place = ids(branch).index(made[-1].up_to_message_id)
    assert unseen == set(ids(branch)[: place + 1])
    assert n_prompt <= N_CTX_FOR_SUMMARIES - 12


def test_a_summary_that_was_taken_back_is_not_sent_any_more_and_comes_back(larger_room: Room, qtbot: QtBot) -> None:
    room = larger_room
    id_ = room.begin()
    room.fill(id_, 7)
    made = room.summaries.of(id_)
    n_before = room.measured(id_).n_summed_up
    assert n_before

    for one in made:
        with qtbot.waitSignal(room.summaries.removed):
            room.summaries.remove(id_, one.id)
    assert room.measured(id_).n_summed_up == 0

    with qtbot.waitSignal(room.summaries.changed):
        room.summaries.restore(id_, made[-1].id)
    assert room.measured(id_).n_summed_up == n_before


@pytest.mark.parametrize("place", [0, -1])
def test_a_summary_that_tells_of_a_removed_message_is_not_sent_until_that_is_back(
    larger_room: Room, qtbot: QtBot, place: int
) -> None:
    room = larger_room
    id_ = room.begin()
    room.fill(id_, 7)
    made = room.summaries.of(id_)
    n_before = room.measured(id_).n_summed_up
    branch = ids(room.conversations.branch(id_))
    removed = branch[: branch.index(made[-1].up_to_message_id) + 1][place]

    with qtbot.waitSignal(room.conversations.message_removed):
        room.conversations.remove_message(removed)
    assert made[-1] not in room.summaries.of(id_) and room.conversations.outdate_summary(id_, [removed])
    assert room.measured(id_).n_summed_up < n_before

    with qtbot.waitSignal(room.conversations.message_restored):
        room.conversations.restore_message(removed)
    assert room.summaries.of(id_) == made and not room.conversations.outdate_summary(id_, [removed])
    assert room.measured(id_).n_summed_up == n_before


def test_what_is_removed_while_it_is_summed_up_is_not_sent_with_the_summary(larger_room: Room, qtbot: QtBot) -> None:
    room = larger_room
    id_ = room.begin()
    removed: list[str] = []

    def remove_first(conversation_id: str) -> None:
        if not removed:
            removed.append(room.conversations.branch(conversation_id)[0].id)
            room.conversations.remove_message(removed[0])

    room.summaries.started.connect(remove_first)
    room.fill(id_, 7)

    assert removed
    in_use = stored.summaries_in_use(room.conversations.reading(id_), id_)
    assert stored.summaries(room.conversations.reading(id_), id_)[0] not in in_use


def test_stop_stops_a_summary_and_the_answer_that_waits_for_it(larger_room: Room, qtbot: QtBot) -> None:
    room = larger_room
    id_ = room.begin()
    room.summaries.started.connect(room.generation.stop)
    for answer in (room.fill(id_, 1)[0] for _ in range(10)):
        if answer.stats is not None and answer.stats.stop == "cancelled":
            break
    else:
        pytest.fail("it was never summed up")

    assert not room.generation.is_any_answering()
    assert not room.summaries.of(id_)


def test_stop_while_the_summary_is_stored_stops_the_answer_that_waits_for_it(
    larger_room: Room, monkeypatch: pytest.MonkeyPatch
) -> None:
    room = larger_room
    id_ = room.begin()
    asked: list[object] = []

    def stop(conversation_id: str) -> None:
        # Nothing can be cancelled any more, and the answer has not been handed over.
        room.generation.stop(conversation_id)
        generate = room.engine.generate
        monkeypatch.setattr(room.engine, "generate", lambda *given, **named: (asked.append(given), generate(*given, **named))[1])

    room.summaries.changed.connect(stop)
    for answer in (room.fill(id_, 1)[0] for _ in range(10)):
        if answer.stats is not None and answer.stats.stop == "cancelled":
            break
    else:
        pytest.fail("it was never summed up, or was not stopped")

    assert room.summaries.of(id_)
    assert not asked
    assert not answer.text
    assert not room.generation.is_any_answering()


def test_an_engine_that_dies_of_a_summary_leaves_everything_as_it_was(larger_room: Room) -> None:
    room = larger_room
    id_ = room.begin()
    room.summaries.started.connect(lambda _: psutil.Process(room.engine.pid).kill())
    answers = [room.fill(id_, 1)[0]]
    while answers[-1].error is None and len(answers) < 10:
        answers.append(room.fill(id_, 1)[0])

    assert (answers[-1].state, answers[-1].error is not None) == (MessageState.FAILED, True)
    assert answers[-1].error is not None and answers[-1].error[0] == EngineCrashed.__name__
    assert not room.generation.is_any_answering() and not room.summaries.of(id_)
    assert all(answer.text for answer in answers[:-1])


def test_where_nothing_can_be_summed_up_a_short_answer_is_better_than_none(larger_room: Room) -> None:
    room = larger_room
    id_ = room.conversations.start_private()
    room.conversations.save_sampling(id_, ENDLESS)

    answer = room.ask(id_, "x" * (N_CTX_FOR_SUMMARIES - 60))
    assert (answer.state, room.summaries.of(id_)) == (MessageState.DONE, ())
    assert answer.text

    answer = room.ask(room.begin(), "x" * N_CTX_FOR_SUMMARIES)
    assert answer.error is not None and answer.error[0] == ContextFull.__name__


def test_one_question_that_is_too_long_is_said_under_every_policy(room: Room) -> None:
    for policy in ("stop", "drop", "summarise"):
        room.policy = policy
        answer = room.ask(room.begin(), "x" * 400)
        assert answer.state is MessageState.FAILED and answer.error is not None
        assert answer.error[0] == ContextFull.__name__


def test_the_meter_says_what_takes_how_much(room: Room) -> None:
    id_ = room.begin()
    room.conversations.save_system_prompt(id_, "Be brief.")
    room.fill(id_, 1)

    fill = room.measured(id_)

    assert (fill.n_ctx, fill.n_unseen) == (N_CTX, 0)
    assert fill.n_system > 0 and fill.n_messages > 30 and fill.n_pinned == 0
    assert fill.n_system + fill.n_messages + fill.n_other + fill.n_free == N_CTX

    room.conversations.pin_message(room.conversations.branch(id_)[0].id, True)
    assert room.conversations.flush()
    assert room.measured(id_).n_pinned > 0


def test_the_meter_grows_with_an_answer_to_what_is_measured_then(room: Room, qtbot: QtBot) -> None:
    id_ = room.begin()
    room.measured(id_)
    seen: list[Fill] = []
    room.meter.measured.connect(seen.append)
    grown: list[int] = []
    room.engine.text_generated.connect(lambda *_: grown.append(room.generation.n_predicted(id_)))
    answer = room.ask(id_, "q01")
    assert answer.stats is not None
    assert grown == sorted(grown) and 0 < grown[-1] <= answer.stats.n_predicted
    assert room.generation.n_predicted(id_) == 0, "it has ended"
    qtbot.waitUntil(lambda: bool(seen) and seen[-1].n_answer == 0)


def test_what_is_being_written_counts_in_the_conversation_it_stands_in(room: Room, qtbot: QtBot) -> None:
    draft = "abcdefgh"
    room.meter.read_draft_by(lambda: draft)
    first, second = room.begin(), room.begin()
    # Typed before anything was measured: it is not forgotten.
    room.measured(first)
    qtbot.waitUntil(lambda: room.meter.fill is not None and room.meter.fill.n_draft >= 8)

    # Another conversation has another draft, and nothing of this one is said there.
    draft = ""
    seen: list[Fill | None] = []
    room.meter.measured.connect(seen.append)
    room.measured(second)
    assert not [fill for fill in seen if fill is not None and fill.n_draft]

    # A question that had waited is answered while the next one is being written.
    draft = "abcdefgh"
    room.meter.on_draft_changed()
    qtbot.waitUntil(lambda: room.meter.fill is not None and room.meter.fill.n_draft >= 8)
    room.ask(second, "q01")
    qtbot.waitUntil(lambda: room.meter.fill is not None and room.meter.fill.n_draft >= 8)


def test_what_was_counted_is_kept_and_goes_when_the_text_changes(room: Room) -> None:
    id_ = room.begin()
    room.measured(id_)
    assert room.conversations.flush() and room.engine.model is not None

    database, vocabulary = room.conversations.reading(id_), room.engine.model.vocabulary
    counts = stored.token_counts(database, id_, vocabulary)

    assert set(counts) == set(ids(room.conversations.branch(id_)))
    assert stored.token_counts(database, id_, "another") == {}


def test_the_meter_says_nothing_without_a_model(room: Room, qtbot: QtBot) -> None:
    id_ = room.begin()
    room.measured(id_)
    with qtbot.waitSignal(room.engine.model_unloaded):
        room.engine.unload()

    assert room.meter.fill is None and room.meter.unseen == frozenset()
