"""An answer that is announced while it comes: in whole sentences, politely, and to nobody who does not listen."""

from __future__ import annotations

from typing import Any

import pytest
from PySide6.QtGui import QAccessible
from PySide6.QtWidgets import QWidget

from desktop_app.ui.spoken_answers import SpokenAnswers
from tests.fakes.services import FakeGeneration


class Listener:
    """Somebody with a screen reader: what it was told, and how politely."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch, qtbot: Any) -> None:
        self.told: list[str] = []
        self.politeness = set[Any]()
        self.is_there = True
        monkeypatch.setattr(QAccessible, "isActive", lambda: self.is_there)
        monkeypatch.setattr(QAccessible, "updateAccessibility", self._hear)
        self.window = QWidget()
        qtbot.addWidget(self.window)
        self.window.conversation_id = "c"  # type: ignore[attr-defined]  # in the place of the open conversation
        self.generation = FakeGeneration()
        self.voice = SpokenAnswers(self.generation, self.window, self.window)  # type: ignore[arg-type]

    def _hear(self, event: Any) -> None:
        self.told.append(event.message())
        self.politeness.add(event.politeness())

    def append(self, text: str, conversation_id: str = "c", message_id: str = "m") -> None:
        """Have more of an answer, as the engine brings it."""
        self.generation.texts[message_id] = self.generation.texts.get(message_id, "") + text
        self.generation.text_appended.emit(conversation_id, message_id, text)

    def after_a_pause(self) -> list[str]:
        """Give what is told when the time has come; nobody waits for it here."""
        before = len(self.told)
        assert self.voice._timer.isActive()
        self.voice._timer.stop()
        self.voice._say_sentences()
        return self.told[before:]

    def finish(self, message_id: str = "m") -> list[str]:
        """End the answer; give what is told then."""
        before = len(self.told)
        self.generation.answer_finished.emit("c", message_id)
        return self.told[before:]


@pytest.fixture
def listener(monkeypatch: pytest.MonkeyPatch, qtbot: Any) -> Listener:
    return Listener(monkeypatch, qtbot)


def test_whole_sentences_are_told_politely_and_the_rest_at_the_end(listener: Listener) -> None:
    listener.append("Paris is the capital. It has")
    assert listener.after_a_pause() == ["Paris is the capital."]
    listener.append(" two million people. And the Se")
    assert listener.after_a_pause() == ["It has two million people."]
    assert listener.finish() == ["And the Se", "The answer is complete."]
    assert listener.told[0] == "The answer begins."
    assert listener.politeness == {QAccessible.AnnouncementPoliteness.Polite}


def test_letters_are_not_told_one_by_one(listener: Listener) -> None:
    for letter in "A sentence. And":
        listener.append(letter)
    assert listener.told == ["The answer begins."]
    assert listener.after_a_pause() == ["A sentence."]


def test_chinese_sentences_end_without_a_space_and_numbers_do_not_end_one(listener: Listener) -> None:
    listener.append("巴黎是首都。圆周率是 3.14")
    assert listener.after_a_pause() == ["巴黎是首都。"]


def test_what_the_model_thinks_is_not_told_but_that_it_does(listener: Listener) -> None:
    listener.append("<think>A secret. Another.")
    assert listener.after_a_pause() == ["The model is thinking."]
    listener.append(" And more.</think>The answer. ")
    assert listener.after_a_pause() == ["The answer."]
    assert "secret" not in "".join(listener.told)


def test_another_conversation_is_not_told(listener: Listener) -> None:
    listener.append("Elsewhere. ", conversation_id="other")
    assert listener.told == []


def test_nothing_is_worked_out_when_nobody_listens(listener: Listener) -> None:
    listener.is_there = False
    listener.append("A sentence. ")
    assert listener.told == [] and not listener.voice._timer.isActive()
    assert listener.finish() == []
