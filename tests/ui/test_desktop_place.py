"""What stands beside the window works together with it."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QKeySequence
from pytestqt.qtbot import QtBot

from desktop_app.chat.conversation import QUICK_QUESTION
from desktop_app.engine.parameters import SamplingParameters
from desktop_app.ui.desktop_place import DesktopPlace
from tests.fakes.online import FakeOnline
from tests.ui.talks import Talk


@pytest.fixture
def talk(services: Any, make_window: Callable[[Any], Any], tmp_path: Path, qtbot: QtBot) -> Iterator[Talk]:
    talk = Talk(services, make_window, tmp_path, qtbot)
    talk.window.show_prompts()
    yield talk
    talk.settle()
    talk.close()


@pytest.fixture
def place(talk: Talk) -> Iterator[DesktopPlace]:
    window = talk.window
    place = DesktopPlace(window._services, FakeOnline(), window._appearance, window)  # type: ignore[arg-type]
    yield place
    place.close()


def test_a_quick_question_brings_its_chat_up_and_leaves_the_other_as_it_was(
    place: DesktopPlace, talk: Talk, qtbot: QtBot
) -> None:
    window = talk.window
    talk.open(talk.say("Why?", "Because."))
    window.composer.set_text("half a thought")
    before = window.conversation.conversation_id
    window.hide()
    window.actions_.quick_question.trigger()
    qtbot.keyClicks(place.quick.window.edit, "What is a leaf?")
    qtbot.keyClick(place.quick.window.edit, Qt.Key.Key_Return)
    qtbot.waitUntil(lambda: window.conversation.conversation_id not in (None, before))

    assert window.isVisible() and not place.quick.window.isVisible()
    assert talk.conversations.branch(window.conversation.conversation_id)[0].text == "What is a leaf?"
    assert window.composer.text() == ""
    window.open_conversation(before)
    assert window.composer.text() == "half a thought"


def test_what_is_typed_in_the_small_window_is_not_lost_at_the_end(place: DesktopPlace, talk: Talk) -> None:
    talk.conversations.save_draft(None, "half a thought")
    talk.settle()
    place.quick.window.edit.setPlainText("What is a leaf?")
    place.close()
    talk.settle()

    assert talk.conversations.draft(QUICK_QUESTION) == "What is a leaf?"
    assert talk.conversations.draft(None) == "half a thought"
    assert place.quick.window.edit.toPlainText() == "What is a leaf?"


def test_what_is_typed_in_the_small_window_is_on_disk_while_it_is_open(place: DesktopPlace, talk: Talk, qtbot: QtBot) -> None:
    place.quick.open()
    qtbot.keyClicks(place.quick.window.edit, "What is a leaf?")
    qtbot.waitUntil(lambda: talk.conversations.draft(QUICK_QUESTION) == "What is a leaf?")
    qtbot.keyClick(place.quick.window.edit, Qt.Key.Key_Return)
    qtbot.waitUntil(lambda: place.quick.window.edit.toPlainText() == "")
    talk.settle()

    assert talk.conversations.draft(QUICK_QUESTION) == ""


def test_a_quick_question_leaves_the_new_chat_as_it_is(place: DesktopPlace, talk: Talk, qtbot: QtBot) -> None:
    talk.conversations.save_draft(None, "half a thought")
    talk.conversations.save_new_chat("Be short.", SamplingParameters())
    talk.settle()
    place.quick.open()
    qtbot.keyClicks(place.quick.window.edit, "What is a leaf?")
    qtbot.keyClick(place.quick.window.edit, Qt.Key.Key_Return)
    qtbot.waitUntil(lambda: place.quick.window.edit.toPlainText() == "")
    talk.settle()

    assert talk.conversations.draft(None) == "half a thought"
    assert talk.conversations.new_chat()[0] == "Be short."


def test_nothing_is_typed_into_a_question_that_is_being_stored(place: DesktopPlace, talk: Talk, qtbot: QtBot) -> None:
    window = place.quick.window
    window.asked.disconnect()
    place.quick.open()
    qtbot.keyClicks(window.edit, "What is a leaf?")
    qtbot.keyClick(window.edit, Qt.Key.Key_Return)
    qtbot.keyClicks(window.edit, " And a tree?")
    assert window.edit.toPlainText() == "What is a leaf?"
    window.tell("The disk is full.")
    qtbot.keyClicks(window.edit, "!")
    assert window.edit.toPlainText() == "What is a leaf?!"
    window.set_asked()
    qtbot.keyClicks(window.edit, "Next")

    assert window.edit.toPlainText() == "Next"


def test_files_dropped_on_the_small_window_go_with_what_was_typed_there(
    place: DesktopPlace, talk: Talk, monkeypatch: pytest.MonkeyPatch
) -> None:
    attached: list[Path] = []
    monkeypatch.setattr(talk.window.attaching, "attach", attached.extend)
    talk.window.actions_.new_chat.trigger()
    talk.window.composer.set_text("Begun")
    place.quick.open()
    place.quick.window.edit.setPlainText("What is in this? ")
    place.quick.window.files_dropped.emit([Path("/a/notes.txt")])

    assert attached == [Path("/a/notes.txt")] and talk.window.composer.text() == "Begun\n\nWhat is in this? "
    assert not place.quick.window.isVisible()


def test_a_notice_that_is_clicked_brings_its_chat(place: DesktopPlace, talk: Talk) -> None:
    id_ = talk.say("Why?", "Because.")
    talk.window.hide()
    place.notifications.conversation_requested.emit(id_)

    assert talk.window.isVisible() and talk.window.conversation.conversation_id == id_


def test_a_chat_that_was_deleted_meanwhile_brings_only_the_window(place: DesktopPlace, talk: Talk) -> None:
    talk.window.hide()
    place.notifications.conversation_requested.emit("gone")

    assert talk.window.isVisible() and talk.window.conversation.conversation_id is None


def test_a_key_that_does_not_work_everywhere_is_told_on_the_sheet(place: DesktopPlace, talk: Talk) -> None:
    keys = talk.window.commands.keys
    keys.choose("quick_question", [QKeySequence("Ctrl+Alt+Space")])

    # The platform of the tests has no keys for every program.
    assert "this system has no keys" in keys.trouble_with("quick_question") and keys.trouble_with("rename") == ""
