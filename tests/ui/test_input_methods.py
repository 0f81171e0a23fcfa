"""Composing text with an input method: it is drawn in its place, never sends, and is never lost, in every field."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QInputMethodEvent
from PySide6.QtWidgets import QApplication, QLineEdit, QPlainTextEdit, QWidget
from pytestqt.qtbot import QtBot

from desktop_app.templates.template import Field, PromptTemplate
from desktop_app.ui.composer.composer import Composer, ComposerState
from desktop_app.ui.dialogs.prompt_form import PromptForm
from desktop_app.ui.edit_card import EditCard
from desktop_app.ui.theme import Theme
from tests.ui.talks import Talk


def compose(field: QWidget, letters: str, commit: str = "") -> None:
    """Do what an input method does: show `letters` that are not chosen yet, or put in what was chosen."""
    event = QInputMethodEvent(letters, [])
    event.setCommitString(commit)
    QApplication.sendEvent(field, event)


@pytest.fixture
def talk(services: Any, make_window: Callable[[Any], Any], tmp_path: Path, qtbot: QtBot) -> Iterator[Talk]:
    talk = Talk(services, make_window, tmp_path, qtbot)
    yield talk
    talk.close()


@pytest.fixture
def composer(qtbot: QtBot, theme: Theme) -> Composer:
    composer = Composer(theme)
    qtbot.addWidget(composer)
    composer.resize(768, 100)
    composer.show()
    return composer


def field_of(kind: str, qtbot: QtBot, theme: Theme) -> tuple[QPlainTextEdit | QLineEdit, list[Any], QWidget]:
    """Give a field of the kind, focused, the list in which it is told what was sent, and what holds it."""
    sent: list[Any] = []
    widget: QWidget
    field: QPlainTextEdit | QLineEdit
    if kind == "composer":
        composer = Composer(theme)
        composer.set_state(ComposerState.READY)
        composer.submit_requested.connect(sent.append)
        widget, field = composer, composer.edit
    elif kind == "edit card":
        card = EditCard("", True, theme)
        card.accepted.connect(sent.append)
        widget, field = card, card.edit
    else:
        template = PromptTemplate("t", "Title", "{{v}}", (Field("v", "long" if kind == "long prompt field" else "text"),))
        widget = QWidget()
        widget.resize(700, 500)
        form = PromptForm(template, {}, theme, widget)
        form.accepted.connect(lambda: sent.append("form"))
        form.show()
        field = next(one for one in form.findChildren(QPlainTextEdit) + form.findChildren(QLineEdit) if not one.isReadOnly())
    qtbot.addWidget(widget)
    widget.resize(700, 400)
    widget.show()
    field.setFocus()
    return field, sent, widget


def text_of(field: QPlainTextEdit | QLineEdit) -> str:
    return field.toPlainText() if isinstance(field, QPlainTextEdit) else field.text()


KINDS = ("composer", "edit card", "prompt field", "long prompt field")


@pytest.mark.parametrize("kind", KINDS)
def test_letters_that_are_being_composed_are_drawn_and_are_no_text_yet(kind: str, qtbot: QtBot, theme: Theme) -> None:
    field, _, _window = field_of(kind, qtbot, theme)
    before = field.grab().toImage()
    compose(field, "nihao")

    assert field.grab().toImage() != before
    assert text_of(field) == ""


@pytest.mark.parametrize("kind", KINDS)
def test_what_is_chosen_stands_where_the_cursor_was(kind: str, qtbot: QtBot, theme: Theme) -> None:
    field, _, _window = field_of(kind, qtbot, theme)
    qtbot.keyClicks(field, "ab")
    qtbot.keyClick(field, Qt.Key.Key_Left)
    compose(field, "ni")
    compose(field, "", "你")

    assert text_of(field) == "a你b"


@pytest.mark.parametrize("kind", ["composer", "edit card"])
def test_enter_while_composing_sends_nothing(kind: str, qtbot: QtBot, theme: Theme) -> None:
    field, sent, _window = field_of(kind, qtbot, theme)
    qtbot.keyClicks(field, "x")
    compose(field, "nihao")
    for modifiers in (Qt.KeyboardModifier.NoModifier, Qt.KeyboardModifier.ControlModifier):
        qtbot.keyClick(field, Qt.Key.Key_Return, modifiers)

    assert sent == []


def test_a_click_on_send_takes_what_is_being_composed(composer: Composer, qtbot: QtBot) -> None:
    composer.set_state(ComposerState.READY)
    qtbot.keyClicks(composer.edit, "x")
    compose(composer.edit, "你好")
    with qtbot.waitSignal(composer.submit_requested) as sent:
        qtbot.mouseClick(composer.button, Qt.MouseButton.LeftButton)

    assert sent.args == ["x你好"]


def test_going_to_another_conversation_keeps_it_in_the_draft(talk: Talk, qtbot: QtBot) -> None:
    first, second = talk.say("One?", "1"), talk.say("Two?", "2")
    talk.open(first)
    compose(talk.window.composer.edit, "你好")
    talk.open(second)
    assert talk.window.composer.text() == ""
    talk.open(first)

    assert talk.window.composer.text() == "你好"


def test_a_question_that_reaches_the_disk_while_the_next_is_composed_takes_nothing_of_it(talk: Talk, qtbot: QtBot) -> None:
    talk.open(talk.say("One?", "1"))
    edit = talk.window.composer.edit
    talk.window.composer.set_text("Two?")
    qtbot.keyClick(edit, Qt.Key.Key_Return)
    edit.moveCursor(edit.textCursor().MoveOperation.End)
    compose(edit, "你好")
    talk.settle()

    assert talk.window.composer.text() == "你好"


def test_leaving_a_message_that_is_being_changed_keeps_it(talk: Talk) -> None:
    talk.open(talk.say("One?", "1"))
    talk.window.message_actions.do("edit", talk.branch[0].id)
    card = talk.window.findChildren(EditCard)[0]
    compose(card.edit, "你好")
    talk.window.editing.leave()
    talk.settle()
    talk.window.message_actions.do("edit", talk.branch[0].id)

    assert [one.text() for one in talk.window.findChildren(EditCard) if one.isVisible()] == ["One?你好"]


def test_closing_the_window_keeps_it(talk: Talk) -> None:
    talk.open(talk.say("One?", "1"))
    compose(talk.window.composer.edit, "你好")
    talk.window.close()
    talk.settle()

    assert talk.conversations.draft(talk.id) == "你好"


def test_a_slash_while_composing_opens_no_palette(composer: Composer, qtbot: QtBot) -> None:
    compose(composer.edit, "ni")
    with qtbot.assertNotEmitted(composer.edit.slash_typed):
        qtbot.keyClicks(composer.edit, "/")
