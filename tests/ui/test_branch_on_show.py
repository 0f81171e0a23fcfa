"""The conversation on show follows what happens to it: versions, removed messages, the trash, privacy, unread answers."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from PySide6.QtCore import QMimeData, Qt
from PySide6.QtWidgets import QLabel, QPushButton

from desktop_app.chat.attachment import Attachment
from desktop_app.chat.message import MessageState, new_id
from desktop_app.errors import DiskFull
from desktop_app.services.engine import EngineState
from desktop_app.storage import attachments
from desktop_app.ui.composer.composer import ComposerState
from desktop_app.ui.composer.message_edit import N_FILE_CHARACTERS
from tests.fakes.services import model_info
from tests.ui.talks import Talk


@pytest.fixture
def talk(services: Any, make_window: Callable[[Any], Any], tmp_path: Path, qtbot: Any) -> Iterator[Talk]:
    talk = Talk(services, make_window, tmp_path, qtbot)
    services.engine.become(EngineState.READY, model_info())
    talk.open(talk.say("Why?", "Because."))
    talk.window.activateWindow()
    yield talk
    talk.close()


def visible_words(talk: Talk) -> list[str]:
    return [one.text() for one in talk.window.findChildren(QLabel) if one.isVisible() and one.text()]


def test_a_new_answer_is_shown_once_and_at_the_end(talk: Talk) -> None:
    talk.say("More?", "Text.\n\n" * 100)
    talk.view.verticalScrollBar().setValue(0)
    talk.do("regenerate", 3)
    assert talk.shown()[-1] == "" and len(talk.shown()) == 4
    assert talk.view.verticalScrollBar().value() == talk.view.verticalScrollBar().maximum()


def test_another_version_comes_with_what_was_below_it(talk: Talk) -> None:
    talk.say("More?", "Yes.")
    first = talk.branch[0].id
    talk.conversations.edit(first, "Why not?", "Starter")
    talk.settle()
    talk.end("Indeed.")
    assert talk.shown() == ["Why not?", "Indeed."]
    talk.conversations.show_version(first)
    talk.settle()
    assert talk.shown() == ["Why?", "Because.", "More?", "Yes."]


def test_text_goes_on_in_an_answer_that_was_left_and_shown_again(talk: Talk) -> None:
    old = talk.branch[1].id
    talk.do("regenerate", 1)
    new, generation = talk.branch[1].id, talk.services.generation
    generation.text_appended.emit(talk.id, new, "There")
    talk.conversations.show_version(old)
    talk.settle()
    generation.texts[new] = "Therefo"
    generation.text_appended.emit(talk.id, new, "fo")
    assert talk.shown() == ["Why?", "Because."]
    talk.conversations.show_version(new)
    talk.settle()
    generation.text_appended.emit(talk.id, new, "re.")
    assert talk.shown() == ["Why?", "Therefore."]


def test_a_conversation_without_messages_is_empty(talk: Talk) -> None:
    emptiness: list[bool] = []
    talk.window.conversation.emptiness_changed.connect(emptiness.append)
    talk.do("delete", 1)
    talk.do("delete", 0)
    assert emptiness[-1] is True and talk.shown() == []
    talk.press_notice("Undo")
    assert emptiness[-1] is False and talk.shown() == ["Why?", "Because."]


def test_what_happens_to_another_conversation_changes_nothing_here(talk: Talk) -> None:
    other = talk.conversations.ask(None, "Other?", "Starter")
    talk.settle()
    talk.conversations.remove_message(talk.conversations.branch(other)[0].id)
    talk.settle()
    assert talk.shown() == ["Why?", "Because."]


def test_in_the_trash_it_can_be_read_and_restored(talk: Talk) -> None:
    talk.window.composer.set_text("half a thought")
    talk.window.composer.edit.setFocus()
    talk.window.conversation.save_draft()
    talk.conversations.trash(talk.id)
    talk.settle()
    talk.window.open_conversation(talk.id)
    composer = talk.window.composer
    assert "This conversation is in the trash." in visible_words(talk)
    assert not composer.edit.isVisible() and not composer.button.isVisible()
    assert talk.view.shown.focused_message == -1, "no ring appears that nobody asked for"
    assert talk.window.transcript.row_buttons(talk.branch[1].id) == ("copy",)
    talk.actions.regenerate_last()
    talk.settle()
    assert talk.shown() == ["Why?", "Because."]
    next(one for one in composer.findChildren(QPushButton) if one.text() == "Restore").click()
    talk.settle()
    assert composer.edit.isVisible() and composer.edit.hasFocus() and composer.text() == "half a thought"
    assert "regenerate" in talk.window.transcript.row_buttons(talk.branch[1].id)


def test_leaving_the_trash_brings_the_composer_back(talk: Talk) -> None:
    talk.conversations.trash(talk.id)
    talk.settle()
    talk.window.open_conversation(talk.id)
    talk.window.open_conversation(None)
    assert talk.window.composer.edit.isVisible() and "This conversation is in the trash." not in visible_words(talk)


def test_one_that_is_purged_while_it_is_on_show_gives_way_to_the_new_chat(talk: Talk) -> None:
    talk.window.composer.set_text("typed meanwhile")
    talk.conversations.purge(talk.id)
    talk.settle()
    assert talk.window.conversation.conversation_id is None and talk.window.composer.text() == ""


def test_a_private_chat_says_so_and_leaves_nothing_behind(talk: Talk) -> None:
    talk.window.conversation.open(None, is_private=True)
    talk.settle()
    private = talk.window.conversation.conversation_id
    assert private not in (None, talk.id)
    assert "This chat is not saved." in visible_words(talk)
    talk.window.composer.set_text("Secret?")
    talk.qtbot.keyClick(talk.window.composer.edit, Qt.Key.Key_Return)
    talk.settle()
    assert talk.window.conversation.conversation_id == private and talk.shown() == ["Secret?", ""]
    talk.window.open_conversation(talk.id)
    assert "This chat is not saved." not in visible_words(talk)
    talk.window.open_conversation(private)
    assert talk.shown() == ["Secret?", ""]


def test_a_private_chat_in_which_nothing_was_written_is_gone_when_it_is_left(talk: Talk) -> None:
    talk.window.conversation.open(None, is_private=True)
    talk.settle()
    private = talk.window.conversation.conversation_id
    talk.window.open_conversation(talk.id)
    talk.settle()
    assert private not in {one.id for one in talk.conversations.all()}
    assert talk.window.conversation.conversation_id == talk.id


@pytest.mark.parametrize("where", ["new", "queued"])
def test_a_question_sent_right_after_a_very_long_paste_has_it(talk: Talk, where: str) -> None:
    if where == "new":
        talk.window.open_conversation(None)
    else:
        talk.services.generation.begin(talk.id)
        talk.settle()
    pasted, data = "long " * N_FILE_CHARACTERS, QMimeData()
    data.setText(pasted)
    talk.window.composer.edit.insertFromMimeData(data)
    talk.window.composer.edit.insertPlainText("What is it?")
    talk.qtbot.keyClick(talk.window.composer.edit, Qt.Key.Key_Return)
    talk.settle()
    id_ = talk.window.conversation.conversation_id
    assert id_ is not None
    if where == "new":
        assert [one.text for one in talk.conversations.branch(id_)[0].attachments] == [pasted]
    else:
        assert talk.conversations.queued(id_)[0].files == ("Pasted text.txt",)
    assert talk.conversations.draft_attachments(None) == talk.conversations.draft_attachments(id_) == ()


@pytest.mark.parametrize("where", ["new", "open"])
def test_a_question_that_is_tried_again_has_the_paste_that_the_disk_refused(
    talk: Talk, monkeypatch: pytest.MonkeyPatch, where: str
) -> None:
    if where == "new":
        talk.window.open_conversation(None)
    pasted, data = "long " * N_FILE_CHARACTERS, QMimeData()
    data.setText(pasted)

    def refuse(*_: object) -> None:
        raise DiskFull("/x/hearth.sqlite3")

    with monkeypatch.context() as patch:
        patch.setattr(attachments, "save_draft_attachment", refuse)
        talk.window.composer.edit.insertFromMimeData(data)
        talk.window.composer.edit.insertPlainText("What is it?")
        talk.qtbot.keyClick(talk.window.composer.edit, Qt.Key.Key_Return)
        talk.qtbot.waitUntil(lambda: talk.window.composer.state is ComposerState.READY)
    assert talk.window.composer.text() == "What is it?"
    talk.window.conversation.try_again()
    talk.settle()
    id_ = talk.window.conversation.conversation_id
    assert id_ is not None
    question = talk.conversations.branch(id_)[-2]
    assert question.text == "What is it?" and [one.text for one in question.attachments] == [pasted]
    assert talk.conversations.draft_attachments(None) == talk.conversations.draft_attachments(id_) == ()


def test_a_private_chat_with_a_file_in_the_composer_stays(talk: Talk) -> None:
    talk.window.conversation.open(None, is_private=True)
    talk.settle()
    private = talk.window.conversation.conversation_id
    assert private is not None
    talk.conversations.save_draft_attachment(private, Attachment(new_id(), "pasted.txt", "long", 4))
    talk.settle()
    talk.window.open_conversation(talk.id)
    talk.settle()
    assert [one.text for one in talk.conversations.draft_attachments(private)] == ["long"]


def test_a_private_chat_stays_while_a_file_of_its_composer_is_on_its_way_to_the_disk(talk: Talk) -> None:
    talk.window.conversation.open(None, is_private=True)
    talk.settle()
    private, is_free = talk.window.conversation.conversation_id, threading.Event()
    assert private is not None
    talk.conversations.in_writer(lambda _: is_free.wait(20), lambda _: None)
    talk.conversations.save_draft_attachment(private, Attachment(new_id(), "pasted.txt", "long", 4))
    talk.window.open_conversation(talk.id)
    is_free.set()
    talk.settle()
    assert [one.text for one in talk.conversations.draft_attachments(private)] == ["long"]


def test_what_is_typed_after_a_conversation_that_is_gone_was_asked_for_is_kept(talk: Talk) -> None:
    with pytest.raises(LookupError):
        talk.window.open_conversation("gone for ever")
    talk.window.composer.set_text("Typed after that")
    talk.window.open_conversation(None)
    assert talk.conversations.flush()
    assert talk.conversations.draft(talk.id) == "Typed after that"


def test_an_answer_that_ends_elsewhere_is_unread_until_it_is_opened(talk: Talk) -> None:
    other = talk.conversations.ask(None, "Other?", "Starter")
    talk.settle()
    answer = talk.conversations.branch(other)[1]
    talk.conversations.finish(answer.id, MessageState.DONE, None, rest="Yes.")
    talk.services.generation.finish(other, answer.id)
    talk.settle()
    assert talk.conversations.get(other).is_unread
    talk.window.open_conversation(other)
    talk.settle()
    assert not talk.conversations.get(other).is_unread
    talk.services.generation.finish(other, answer.id)
    talk.settle()
    assert not talk.conversations.get(other).is_unread
