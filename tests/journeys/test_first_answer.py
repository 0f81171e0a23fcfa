"""The first journey, with the real engine, the starter model and a real window: ask, stop, ask again, come back."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import psutil
import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication, QLabel, QPlainTextEdit, QTextEdit
from pytestqt.qtbot import QtBot

from desktop_app import app
from desktop_app.chat.message import Message, MessageState, Role
from desktop_app.engine.parameters import SamplingParameters
from desktop_app.paths import Paths
from desktop_app.services import Services
from desktop_app.services.conversations import Conversations
from desktop_app.services.engine import EngineState
from desktop_app.services.preferences import Preferences
from desktop_app.ui.appearance import Appearance
from desktop_app.ui.main_window import MainWindow

pytestmark = pytest.mark.timeout(300)

ANSWER_MS = 120_000
BRIEF = SamplingParameters(n_predict=256)
"""The small model finds no end now and then, and not always by saying the same: nothing here looks at how long it goes on."""


class Hearth:
    """The application in this process, built as `app.py` builds it."""

    def __init__(self, folder: Path, model: Path, qtbot: QtBot) -> None:
        self.qtbot = qtbot
        paths = Paths.under(folder)
        paths.create()
        self.preferences = Preferences(paths.config / "settings.json")
        application = QApplication.instance()
        assert isinstance(application, QApplication)
        self.appearance = Appearance(application, self.preferences)
        self.services: Services = app._build_services(paths, self.preferences, Conversations(paths.database))
        self.window = MainWindow(self.services, self.appearance)
        qtbot.addWidget(self.window)
        with qtbot.waitSignal(self.window.first_painted, timeout=10_000):
            self.window.show()
        self.services.engine.load(model)

    @property
    def editor(self) -> QPlainTextEdit | QTextEdit:
        return next(iter(self.window.findChildren(QPlainTextEdit) + self.window.findChildren(QTextEdit)))

    def type(self, text: str) -> None:
        """Type into whatever has the focus; a new person has not clicked anywhere."""
        self.qtbot.keyClicks(self.editor, text)

    def enter(self) -> None:
        self.qtbot.keyClick(self.editor, Qt.Key.Key_Return)

    def ask(self, text: str) -> Message:
        """Type a question, wait for the whole answer, and give it as it is on disk."""
        with self.qtbot.waitSignal(self.services.generation.answer_finished, timeout=ANSWER_MS) as finished:
            self.type(text)
            self.enter()
        return self.stored(finished.args[0])[-1]

    def stored(self, conversation_id: str) -> tuple[Message, ...]:
        assert self.services.conversations.flush()
        return self.services.conversations.branch(conversation_id)

    def sentences(self) -> str:
        """Give all that stands in visible labels."""
        return "\n".join(label.text() for label in self.window.findChildren(QLabel) if label.isVisible())

    def close(self) -> None:
        self.window.close()
        app._close_services(self.services)
        self.appearance.close()


@pytest.fixture
def hearth(qtbot: QtBot, tmp_path: Path, starter_model: Path) -> Iterator[Hearth]:
    opened = Hearth(tmp_path, starter_model, qtbot)
    opened.services.generation.sample_by(lambda _: BRIEF)
    yield opened
    opened.close()


def test_ask_stop_ask_again_and_find_everything_after_a_restart(qtbot: QtBot, tmp_path: Path, starter_model: Path) -> None:
    hearth = Hearth(tmp_path, starter_model, qtbot)
    first = hearth.ask("What is the capital of France? Answer in one sentence.")
    assert first.state is MessageState.DONE
    assert len(first.text) > 3
    assert first.stats is not None and first.stats.stop == "eos" and first.stats.n_predicted > 1

    # Stop in the middle of the second answer.
    with qtbot.waitSignal(hearth.services.generation.text_appended, timeout=ANSWER_MS):
        hearth.type("Tell me a very long story about a lighthouse, with many chapters.")
        hearth.enter()
    with qtbot.waitSignal(hearth.services.generation.answer_finished, timeout=5000):
        qtbot.keyClick(hearth.window, Qt.Key.Key_Escape)
    stopped = hearth.stored(first.conversation_id)[-1]
    assert stopped.stats is not None and stopped.stats.stop == "cancelled"
    assert stopped.text

    hearth.services.generation.sample_by(lambda _: BRIEF)
    third = hearth.ask("Thank you.")
    before = hearth.stored(first.conversation_id)
    hearth.type("a draft that was not sent")
    hearth.close()

    again = Hearth(tmp_path, starter_model, qtbot)
    try:
        conversations = again.services.conversations.all()
        assert [one.id for one in conversations] == [first.conversation_id]
        assert again.stored(first.conversation_id) == before
        assert [m.role for m in before] == [Role.USER, Role.ASSISTANT] * 3
        assert before[-1].id == third.id
        again.window.open_conversation(first.conversation_id)
        assert again.editor.toPlainText() == "a draft that was not sent"
    finally:
        again.close()


def test_the_next_turn_reads_only_what_is_new(hearth: Hearth) -> None:
    first = hearth.ask("Name three colours.")
    second = hearth.ask("And three animals?")
    assert first.stats is not None and second.stats is not None
    # What was read and written before, less the end of turn, is not read again.
    assert second.stats.n_reused >= first.stats.n_prompt + first.stats.n_predicted - 2
    assert second.stats.n_prompt - second.stats.n_reused < 30


def test_the_engine_killed_in_mid_answer_keeps_the_text_and_reload_works(hearth: Hearth, qtbot: QtBot) -> None:
    generation, engine = hearth.services.generation, hearth.services.engine
    with qtbot.waitSignal(generation.text_appended, timeout=ANSWER_MS) as appended:
        hearth.type("Tell me a very long story about a lighthouse, with many chapters.")
        hearth.enter()
    conversation_id, message_id, text = appended.args
    with qtbot.waitSignal(engine.crashed, timeout=5000):
        psutil.Process(engine.pid).kill()
    answer = hearth.stored(conversation_id)[-1]
    assert (answer.id, answer.state) == (message_id, MessageState.INTERRUPTED)
    assert answer.text.startswith(text)
    qtbot.waitUntil(lambda: "The engine stopped unexpectedly" in hearth.sentences())
    actions = hearth.window.actions_
    about_model = (actions.chat_template, actions.load_settings, actions.eject)
    assert not any(action.isEnabled() for action in about_model), "there is no model any more"
    with qtbot.waitSignal(engine.model_loaded, timeout=30_000):
        engine.reload()
    assert all(action.isEnabled() for action in about_model)
    # After the beginning of a story the small model finds no end now and then: its first words are enough.
    with qtbot.waitSignal(generation.text_appended, timeout=ANSWER_MS):
        hearth.type("Say hello.")
        hearth.enter()
    with qtbot.waitSignal(generation.answer_finished, timeout=5000):
        qtbot.keyClick(hearth.window, Qt.Key.Key_Escape)
    assert hearth.stored(conversation_id)[-1].state is MessageState.DONE


def test_a_foreign_file_as_a_model_gives_one_sentence_and_the_window_lives(hearth: Hearth, qtbot: QtBot, tmp_path: Path) -> None:
    engine = hearth.services.engine
    qtbot.waitUntil(lambda: engine.state is EngineState.READY, timeout=30_000)
    web_page = tmp_path / "model-from-the-web.gguf"
    web_page.write_text("<!doctype html><title>404</title>", "utf-8")
    with qtbot.waitSignal(engine.load_failed, timeout=10_000):
        engine.load(web_page)
    qtbot.waitUntil(lambda: "model-from-the-web.gguf" in hearth.sentences())
    assert "is not a model that Hearth can use" in hearth.sentences()


def test_a_question_longer_than_the_context_gets_the_numbers(hearth: Hearth, qtbot: QtBot) -> None:
    hearth.editor.setPlainText("word " * 9000)
    with qtbot.waitSignal(hearth.services.generation.answer_failed, timeout=ANSWER_MS) as failed:
        hearth.enter()
    error = failed.args[2]
    assert error.n_ctx == 8192
    assert error.n_needed > 9000
    qtbot.waitUntil(lambda: "8,192" in hearth.sentences())
    question = hearth.stored(failed.args[0])[0]
    assert question.text.startswith("word word")
