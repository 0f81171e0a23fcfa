"""The first start in the window: when its card is there, when the better model is loaded, and what is offered then."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from PySide6.QtCore import QObject, Signal
from pytestqt.qtbot import QtBot

from desktop_app.chat.message import Role
from desktop_app.errors import NoInternet, NotAModelFile
from desktop_app.library.fit import Fit
from desktop_app.library.model_file import ModelFile
from desktop_app.services.engine import EngineState
from desktop_app.services.recommending import Recommendation
from desktop_app.ui.first_run import ANSWER_AGAIN, AWAITED, CLOSED
from tests.fakes.online import FakeOnline
from tests.fakes.services import model_info

OFFERED = Recommendation(
    "Qwen3 4B", "Qwen/Qwen3-4B-GGUF", "Q4_K_M", "balanced", 2_500_000_000, False, "apache-2.0", ("en",),
    Fit("fast", "card", 3_000_000_000, 8_000_000_000, 37, 37),
)  # fmt: skip
STARTER, OTHER = Path("/models/starter.gguf"), Path("/models/other.gguf")


class FakeRecommending(QObject):
    """Chooses when the test says so."""

    picked = Signal(object)
    nothing_fits = Signal()
    offer_ready = Signal(object)
    failed = Signal(object)

    def __init__(self) -> None:
        super().__init__()
        self.calls: list[str] = []

    def pick(self) -> None:
        """Write it down."""
        self.calls.append("pick")

    def get(self) -> None:
        """Write it down."""
        self.calls.append("get")


@pytest.fixture
def online() -> Any:
    online: Any = FakeOnline()
    online.recommending = FakeRecommending()
    return online


@pytest.fixture
def better(tmp_path: Path) -> Path:
    """Give the file that was downloaded."""
    path = tmp_path / "better.gguf"
    path.touch()
    return path


@pytest.fixture
def first_run(services: Any, window: Any, online: Any) -> Any:
    """Give what is tested, in a window whose engine has the starter model."""
    services.engine.become(EngineState.READY, model_info(str(STARTER)))
    services.engine.calls.clear()
    window.show_models(online)
    return window.first_run


def finish(services: Any, online: Any, path: Path) -> None:
    """Have the download that is waited for come to its end."""
    services.preferences.set(AWAITED, "better")
    online.downloads.put("better", title="Better", state="done", first_path=str(path))
    services.library.have(ModelFile(path, "Better", 5))
    online.downloads.download_finished.emit("better", path)


def loads(services: Any) -> list[Path]:
    return [call[1] for call in services.engine.calls if call[0] == "load"]


def again(window: Any) -> Any:
    """Give the bar that offers another answer; None when there is none."""
    return next((bar for bar in window.notices._bars if bar.notice.action == ANSWER_AGAIN), None)


def test_the_card_is_not_for_who_has_models_that_are_found_while_it_is_chosen(services: Any, online: Any, first_run: Any) -> None:
    assert online.recommending.calls == ["pick"]
    services.library.have(ModelFile(OTHER, "Other", 5))
    online.recommending.picked.emit(OFFERED)
    assert first_run._card is None


def test_models_of_others_that_are_counted_later_are_told_of(services: Any, online: Any, first_run: Any) -> None:
    online.recommending.picked.emit(OFFERED)
    assert first_run._card.local.text() == "I already have models"
    services.library.n_others = 7
    services.library.searched.emit()
    assert first_run._card.local.text() == "I already have models: 7 found"


def test_the_card_does_not_come_back_after_it_was_closed(services: Any, online: Any, first_run: Any) -> None:
    online.recommending.picked.emit(OFFERED)
    first_run._card.close_button.click()
    assert services.preferences.get(CLOSED)
    online.recommending.picked.emit(OFFERED)
    assert first_run._card is None


def test_what_could_not_be_asked_for_is_asked_for_again_by_its_button(window: Any, online: Any, first_run: Any) -> None:
    online.recommending.picked.emit(OFFERED)
    first_run._card.get.click()
    online.recommending.failed.emit(NoInternet())
    (bar,) = window.notices._bars
    assert bar.notice.button == "Try again"
    assert first_run._card.get.isEnabled()
    bar._on_action_clicked()
    assert online.recommending.calls == ["pick", "get", "get"]
    assert window.notices.sentences() == []


def test_the_better_model_is_loaded_when_nothing_is_under_way(
    qtbot: QtBot, services: Any, online: Any, first_run: Any, better: Path
) -> None:
    services.engine.become(EngineState.ANSWERING, services.engine.model)
    finish(services, online, better)
    assert loads(services) == []
    services.engine.become(EngineState.READY, services.engine.model)
    qtbot.waitUntil(lambda: loads(services) == [better])


def test_it_is_not_loaded_before_everybody_has_heard_of_the_one_that_has_just_been(
    qtbot: QtBot, services: Any, online: Any, first_run: Any, better: Path
) -> None:
    """An answer that waits for the model in memory would find none."""
    services.engine.become(EngineState.LOADING)
    finish(services, online, better)
    states: list[EngineState] = []
    services.engine.model_loaded.connect(lambda _: states.append(services.engine.state))
    services.engine.become(EngineState.READY, model_info(str(STARTER)))
    assert states == [EngineState.READY]
    qtbot.waitUntil(lambda: loads(services) == [better])


def test_who_has_chosen_another_model_meanwhile_is_only_told(
    qtbot: QtBot, services: Any, window: Any, online: Any, first_run: Any, better: Path
) -> None:
    services.engine.become(EngineState.ANSWERING, services.engine.model)
    finish(services, online, better)
    services.library.have(ModelFile(OTHER, "Other", 5))
    services.engine.become(EngineState.READY, model_info(str(OTHER)))
    qtbot.waitUntil(lambda: any("has been downloaded and checked" in text for text in window.notices.sentences()))
    assert loads(services) == []
    assert services.preferences.get(AWAITED) == ""


def test_what_had_come_when_the_application_ended_is_loaded_at_the_next_start(
    qtbot: QtBot, services: Any, online: Any, first_run: Any, better: Path
) -> None:
    services.preferences.set(AWAITED, "better")
    services.library.have(ModelFile(better, "Better", 5))
    online.downloads.put("better", title="Better", state="done", first_path=str(better))
    qtbot.waitUntil(lambda: loads(services) == [better])
    # Tried once: a file that takes the application down would do so at every start.
    assert services.preferences.get(AWAITED) == ""


def test_it_is_not_where_nothing_is_loaded_by_itself(services: Any, online: Any, first_run: Any, better: Path) -> None:
    services.preferences.set(AWAITED, "better")
    services.engine.wanted_path = None
    online.downloads.put("better", title="Better", state="done", first_path=str(better))
    assert loads(services) == []
    assert services.preferences.get(AWAITED) == "better"


def test_what_is_gone_at_the_next_start_is_not(services: Any, online: Any, first_run: Any, tmp_path: Path) -> None:
    services.preferences.set(AWAITED, "better")
    online.downloads.put("better", title="Better", state="done", first_path=str(tmp_path / "gone.gguf"))
    online.recommending.picked.emit(OFFERED)
    assert loads(services) == []
    assert not first_run._card.get.isHidden()


def test_a_file_that_cannot_be_loaded_is_not_offered(
    services: Any, window: Any, online: Any, first_run: Any, better: Path
) -> None:
    finish(services, online, better)
    services.engine.load_failed.emit(NotAModelFile(str(better), "truncated"))
    services.engine.become(EngineState.READY, model_info(str(better)))
    assert again(window) is None


def answered_by_starter(services: Any, window: Any) -> str:
    id_ = str(services.conversations.put("Stoves"))
    services.conversations.say(id_, Role.USER, "What is a stove?")
    services.conversations.say(id_, Role.ASSISTANT, "A thing.", model="SmolLM2")
    window.open_conversation(id_)
    return id_


def regenerated(services: Any) -> list[str]:
    return [call[1] for call in services.conversations.calls if call[0] == "regenerate"]


def test_the_last_question_is_answered_again_by_the_better_model(
    services: Any, window: Any, online: Any, first_run: Any, better: Path
) -> None:
    id_ = answered_by_starter(services, window)
    finish(services, online, better)
    services.engine.become(EngineState.READY, model_info(str(better)))
    window.open_conversation(None)
    # The person has gone back to the starter model in the meantime.
    services.engine.become(EngineState.READY, model_info(str(STARTER)))
    services.engine.calls.clear()
    first_run._notices.action_requested.emit(ANSWER_AGAIN, again(window).notice.payload)
    assert regenerated(services) == [services.conversations.messages[id_][-1].id]
    assert loads(services) == [better]


def test_no_other_conversation_is_answered_again_when_that_one_is_gone(
    services: Any, window: Any, online: Any, first_run: Any, better: Path
) -> None:
    gone = answered_by_starter(services, window)
    finish(services, online, better)
    services.engine.become(EngineState.READY, model_info(str(better)))
    payload = again(window).notice.payload
    answered_by_starter(services, window)
    del services.conversations.stored[gone]
    services.conversations.conversation_purged.emit(gone)
    first_run._notices.action_requested.emit(ANSWER_AGAIN, payload)
    assert regenerated(services) == []
