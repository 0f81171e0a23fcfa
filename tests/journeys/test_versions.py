"""What a person does with messages, with the real engine: regenerate, edit, stop and continue, queue, and find it all again."""

from __future__ import annotations

from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from pytestqt.qtbot import QtBot

from desktop_app.chat.message import Message, MessageState
from desktop_app.engine.parameters import SamplingParameters
from desktop_app.ui.transcript.shown import Button, Part
from tests.journeys.test_first_answer import ANSWER_MS, Hearth

pytestmark = pytest.mark.timeout(120)

SHORT = SamplingParameters(n_predict=12)
STORY = "Tell me a very long story about a lighthouse, with many chapters."


class Reader:
    """Presses the buttons of messages."""

    def __init__(self, hearth: Hearth, qtbot: QtBot) -> None:
        self.hearth = hearth
        self.qtbot = qtbot
        self.view = hearth.window.transcript.view

    def press(self, number: int, button: Button) -> None:
        """Press a button below a message with the mouse, as soon as it is there."""
        part = Part(number, -1, button)
        self.qtbot.waitUntil(lambda: len(self.view.conversation.messages) > number and part in self.view.places.parts_of(number))
        self.view.message_focus.go_to(number)
        point = self.view.places.part_rect(part).center()
        self.qtbot.mouseClick(self.view.viewport(), Qt.MouseButton.LeftButton, pos=point)

    def press_and_wait(self, number: int, button: Button) -> Message:
        """Press a button that makes an answer, and give it as it is on disk."""
        with self.qtbot.waitSignal(self.hearth.services.generation.answer_finished, timeout=ANSWER_MS) as finished:
            self.press(number, button)
        return self.hearth.stored(finished.args[0])[-1]

    def shown(self) -> list[str]:
        """Give the texts on show."""
        return [layout.source for layout in self.view.conversation.messages]


def test_versions_edits_a_continued_answer_and_the_queue_survive_a_restart(
    qtbot: QtBot, tmp_path: Path, starter_model: Path
) -> None:
    hearth = Hearth(tmp_path, starter_model, qtbot)
    generation, conversations = hearth.services.generation, hearth.services.conversations
    first = hearth.ask("What is the capital of France? Answer in one sentence.")
    reader, id = Reader(hearth, qtbot), first.conversation_id
    conversations.save_sampling(id, SHORT)

    # Another answer, and back to the first.
    second = reader.press_and_wait(1, Button.REGENERATE)
    assert second.state is MessageState.DONE and second.id != first.id and second.text
    assert conversations.versions(second.id) == (first.id, second.id)
    with qtbot.waitSignal(conversations.branch_changed):
        reader.press(1, Button.PREVIOUS)
    qtbot.waitUntil(lambda: reader.shown()[1] == first.text)

    # Another question in place of the first one.
    with qtbot.waitSignal(generation.answer_finished, timeout=ANSWER_MS):
        reader.press(0, Button.EDIT)
        card = hearth.window.editing._card
        assert card is not None
        card.edit.setPlainText("What is the capital of Italy? Answer in one sentence.")
        qtbot.keyClick(card.edit, Qt.Key.Key_Return, Qt.KeyboardModifier.ControlModifier)
    assert reader.shown()[0] == "What is the capital of Italy? Answer in one sentence."

    conversations.save_sampling(id, SamplingParameters())
    # A message that waits while an answer runs; Stop lets it wait, and the answer is continued before it is sent.
    with qtbot.waitSignal(generation.text_appended, timeout=ANSWER_MS):
        hearth.type(STORY)
        hearth.enter()
    with qtbot.waitSignal(conversations.queue_changed):
        hearth.type("Thank you.")
        hearth.enter()
    with qtbot.waitSignal(generation.answer_finished, timeout=5000):
        qtbot.keyClick(hearth.window, Qt.Key.Key_Escape)
    stopped = hearth.stored(id)[-1]
    assert stopped.is_cut and [one.text for one in conversations.queued(id)] == ["Thank you."]
    with qtbot.waitSignal(generation.text_appended, timeout=ANSWER_MS) as more:
        reader.press(3, Button.CONTINUE)
    assert more.args[1] == stopped.id
    with qtbot.waitSignal(generation.answer_finished, timeout=5000):
        hearth.window.actions_.stop.trigger()
    continued = hearth.stored(id)[-1]
    assert continued.id == stopped.id and continued.text.startswith(stopped.text) and len(continued.text) > len(stopped.text)
    conversations.save_sampling(id, SHORT)
    with qtbot.waitSignal(generation.answer_finished, timeout=ANSWER_MS):
        hearth.window.queued.cards[0].send.click()
    branch = hearth.stored(id)
    assert [message.text for message in branch[4:5]] == ["Thank you."] and conversations.queued(id) == ()
    hearth.close()

    again = Hearth(tmp_path, starter_model, qtbot)
    try:
        again.window.open_conversation(id)
        reader = Reader(again, qtbot)
        assert reader.shown() == [message.text for message in branch]
        with qtbot.waitSignal(again.services.conversations.branch_changed):
            reader.press(0, Button.PREVIOUS)
        qtbot.waitUntil(lambda: reader.shown() == ["What is the capital of France? Answer in one sentence.", first.text])
        assert again.services.conversations.versions(first.id) == (first.id, second.id)
    finally:
        again.close()
