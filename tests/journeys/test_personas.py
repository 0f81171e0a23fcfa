"""With the keyboard alone and the real engine: a template with three variables, and a persona with a model of its own."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication, QWidget
from pytestqt.qtbot import QtBot

from desktop_app.chat.message import Message
from desktop_app.templates.template import Field, PromptTemplate
from desktop_app.ui.dialogs.prompt_form import PromptForm
from desktop_app.ui.notices import NoticeBar
from tests.journeys.test_first_answer import ANSWER_MS, Hearth

pytestmark = pytest.mark.timeout(120)

CONTROL, SHIFT = Qt.KeyboardModifier.ControlModifier, Qt.KeyboardModifier.ShiftModifier
N_TABS_MAX = 60


class Keys:
    """A person without a mouse: every key goes to what has the keyboard."""

    def __init__(self, hearth: Hearth, qtbot: QtBot) -> None:
        self.hearth, self.qtbot = hearth, qtbot
        hearth.window.activateWindow()
        qtbot.waitUntil(lambda: QApplication.focusWidget() is not None)

    def at(self) -> QWidget:
        """Give what has the keyboard."""
        widget = QApplication.focusWidget()
        assert widget is not None
        return widget

    def press(self, key: Qt.Key, modifiers: Qt.KeyboardModifier = Qt.KeyboardModifier.NoModifier) -> None:
        self.qtbot.keyClick(self.at(), key, modifiers)

    def write(self, text: str) -> None:
        self.qtbot.keyClicks(self.at(), text)

    def tab_to(self, wanted: QWidget) -> None:
        """Go on with Tab until `wanted` is reached."""
        for _ in range(N_TABS_MAX):
            if self.at() is wanted:
                return
            self.press(Qt.Key.Key_Tab)
        raise AssertionError(f"{wanted.accessibleName()!r} cannot be reached; the keyboard is at {self.at().accessibleName()!r}")

    def answer_after(self, key: Qt.Key, modifiers: Qt.KeyboardModifier = Qt.KeyboardModifier.NoModifier) -> Message:
        """Press a key that sends a question, and give the answer as it is on disk."""
        with self.qtbot.waitSignal(self.hearth.services.generation.answer_finished, timeout=ANSWER_MS) as finished:
            self.press(key, modifiers)
        return self.hearth.stored(finished.args[0])[-1]


@pytest.fixture
def hearth(qtbot: QtBot, tmp_path: Path, starter_model: Path) -> Iterator[Hearth]:
    (tmp_path / "models").mkdir(parents=True)
    opened = Hearth(tmp_path, starter_model, qtbot)
    opened.preferences.set("sampling", {"n_predict": 8, "temperature": 0.0})
    opened.window.show_prompts()
    yield opened
    opened.close()


@pytest.fixture
def sent(hearth: Hearth, monkeypatch: pytest.MonkeyPatch) -> list[Any]:
    """Collect what the engine is given to read, and how it is to answer."""
    found: list[Any] = []
    generate = hearth.services.engine.generate

    def spy(messages: Any, sampling: Any, **more: Any) -> int:
        found.append((messages, sampling))
        return generate(messages, sampling, **more)

    monkeypatch.setattr(hearth.services.engine, "generate", spy)
    return found


def test_a_template_with_three_variables(hearth: Hearth, qtbot: QtBot, sent: list[Any]) -> None:
    fields = (Field("tone", "choice", choices=("warm", "brief")), Field("copies", "number", minimum=1, maximum=9))
    template = PromptTemplate(
        "", "", "Write {{copies}} {{tone}} lines to {{name}}.", fields, system_prompt="You write to {{name}}."
    )
    hearth.window.prompts.templates.new(template, "Lines to a friend")
    keys = Keys(hearth, qtbot)

    keys.write("/")
    keys.write("lines fr")
    keys.press(Qt.Key.Key_Return)
    qtbot.waitUntil(lambda: bool(hearth.window.findChildren(PromptForm)))
    (form,) = hearth.window.findChildren(PromptForm)
    qtbot.waitUntil(lambda: form.isAncestorOf(keys.at()))
    keys.write("2")
    keys.press(Qt.Key.Key_Tab)
    keys.press(Qt.Key.Key_Down)
    keys.press(Qt.Key.Key_Tab)
    keys.write("{{tone}}")  # a value is never read as a template
    assert form.values() == {"copies": "2", "tone": "brief", "name": "{{tone}}"}
    answer = keys.answer_after(Qt.Key.Key_Return, CONTROL)

    question = hearth.stored(answer.conversation_id)[0]
    assert question.text == "Write 2 brief lines to {{tone}}."
    assert answer.text and answer.stats is not None
    # The template's own instructions are those of the new chat, and were read.
    assert hearth.services.conversations.get(answer.conversation_id).system_prompt == "You write to {{tone}}."
    assert [one.content for one in sent[0][0]] == ["You write to {{tone}}.", question.text]


def test_a_persona_with_its_own_model(hearth: Hearth, qtbot: QtBot, starter_model: Path, tmp_path: Path, sent: list[Any]) -> None:
    own_model = tmp_path / "models" / "Gardener-2B.gguf"
    # Another file by its bytes: the same one twice would be recognised, and have one name.
    own_model.write_bytes(starter_model.read_bytes().replace(b"Mix1 Ep2", b"Gardener"))
    hearth.preferences.set("user_name", "Anna {{date}}")
    library, engine = hearth.services.library, hearth.services.engine
    library.add(own_model)
    keys = Keys(hearth, qtbot)

    # Make it.
    keys.press(Qt.Key.Key_J, CONTROL | SHIFT)
    page = hearth.window.personas.page
    editor = page.editor
    keys.tab_to(page.new_button)
    keys.press(Qt.Key.Key_Return)
    assert keys.at() is editor.name
    keys.write("Gardener")
    keys.tab_to(editor.instructions)
    keys.write("You are a gardener, and you talk to {{user_name}}.")
    keys.tab_to(editor.suggestions)
    keys.write("What can I plant now?")
    keys.tab_to(editor.model)
    qtbot.waitUntil(lambda: editor.model.findData(str(own_model)) > 0, timeout=10_000)
    for _ in range(editor.model.findData(str(own_model))):
        keys.press(Qt.Key.Key_Down)
    assert editor.model.currentData() == str(own_model)
    keys.tab_to(editor.chat)
    # Choose it for a new chat.
    with qtbot.waitSignal(engine.model_loaded, timeout=30_000) as loaded:
        keys.press(Qt.Key.Key_Return)
    assert loaded.args[0].path == str(own_model)

    # Take its suggestion.
    greeting = hearth.window.personas.greeting
    assert greeting.isVisible() and greeting.name.text() == "Gardener"
    keys.press(Qt.Key.Key_L, CONTROL)
    keys.tab_to(greeting.suggestions[0])
    keys.press(Qt.Key.Key_Return)
    edit = hearth.window.composer.edit
    assert edit.toPlainText() == "What can I plant now?" and keys.at() is edit
    answer = keys.answer_after(Qt.Key.Key_Return)

    assert answer.text and answer.model == hearth.window._words.current_name()
    messages, sampling = sent[0]
    assert [one.content for one in messages] == [
        "You are a gardener, and you talk to Anna {{date}}.",
        "What can I plant now?",
    ]
    assert sampling.n_predict == 8
    (own,) = hearth.window.personas.personas.own()
    conversation = hearth.services.conversations.get(answer.conversation_id)
    assert (conversation.persona_id, conversation.system_prompt) == (own.id, "")
    # The next new chat begins with nobody in particular.
    keys.press(Qt.Key.Key_N, CONTROL)
    assert not greeting.isVisible() and hearth.window.personas.personas.of(None) is None

    # Switch within a conversation, and back.
    keys.press(Qt.Key.Key_PageDown, CONTROL)
    assert hearth.window.conversation.conversation_id == answer.conversation_id
    keys.press(Qt.Key.Key_J, CONTROL)
    keys.write("tutor")
    keys.press(Qt.Key.Key_Return)
    assert hearth.window.personas.personas.id_of(answer.conversation_id) == "shipped:tutor"
    notice = next(bar for bar in hearth.window.findChildren(NoticeBar) if bar.notice.key == "switch_persona_back")
    keys.tab_to(notice._action)
    keys.press(Qt.Key.Key_Return)
    assert hearth.services.conversations.flush()
    assert hearth.services.conversations.get(answer.conversation_id).persona_id == own.id
