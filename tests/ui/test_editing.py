"""Editing messages in place: nothing that was written is lost by going elsewhere, and nothing is sent by accident."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication, QPushButton

from desktop_app.chat.message import MessageState
from desktop_app.errors import WriteFailed
from desktop_app.services.engine import EngineState
from desktop_app.ui.edit_card import EditCard
from tests.fakes.services import model_info
from tests.ui.talks import Talk

CTRL = Qt.KeyboardModifier.ControlModifier


@pytest.fixture
def talk(services: Any, make_window: Callable[[Any], Any], tmp_path: Path, qtbot: Any) -> Iterator[Talk]:
    talk = Talk(services, make_window, tmp_path, qtbot)
    services.engine.become(EngineState.READY, model_info())
    talk.open(talk.say("Why?", "Because."))
    talk.window.activateWindow()
    yield talk
    talk.close()


def card(talk: Talk) -> EditCard:
    found = [one for one in talk.view.viewport().findChildren(EditCard) if one.isVisible()]
    assert len(found) == 1
    return found[0]


def is_editing(talk: Talk) -> bool:
    return any(one.isVisible() for one in talk.view.viewport().findChildren(EditCard))


def begin(talk: Talk, number: int, text: str = "") -> EditCard:
    talk.do("edit", number)
    if text:
        card(talk).edit.setPlainText(text)
    return card(talk)


def test_the_card_stands_in_the_place_of_its_message_and_moves_with_the_text(talk: Talk) -> None:
    talk.say("More?", "Text.\n\n" * 100)
    edit = begin(talk, 0)
    assert edit.edit.hasFocus() and edit.text() == "Why?"
    assert edit.x() == talk.view.places.x and edit.y() == talk.view.conversation.tops[0] - talk.view.places.value
    assert edit.height() == talk.view.conversation.messages[0].height
    talk.view.verticalScrollBar().setValue(30)
    assert edit.y() == talk.view.conversation.tops[0] - 30


def test_the_card_grows_with_its_text_and_leaves_room_for_its_buttons(talk: Talk) -> None:
    edit = begin(talk, 0)
    before, top = edit.height(), talk.view.conversation.tops[1]
    edit.edit.setPlainText("\n".join("line" for _ in range(6)))
    talk.qtbot.waitUntil(lambda: edit.height() > before)
    assert talk.view.conversation.tops[1] - top == edit.height() - before
    edit.edit.setPlainText("\n".join("line" for _ in range(400)))
    talk.qtbot.waitUntil(lambda: edit.height() > 200)
    talk.settle()
    assert edit.height() <= talk.view.viewport().height()
    send = next(one for one in edit.findChildren(QPushButton) if one.text() == "Send")
    assert edit.rect().contains(send.geometry())


def test_ctrl_and_enter_ask_the_changed_question(talk: Talk) -> None:
    edit = begin(talk, 0, "Why not?")
    talk.qtbot.keyClick(edit.edit, Qt.Key.Key_Return)
    assert edit.text() == "Why not?\n" or edit.text() == "\nWhy not?"
    edit.edit.setPlainText("Why not?")
    talk.qtbot.keyClick(edit.edit, Qt.Key.Key_Return, CTRL)
    talk.settle()
    assert talk.shown() == ["Why not?", ""] and not is_editing(talk)
    assert talk.branch[1].state is MessageState.GENERATING
    assert [len(talk.conversations.versions(message.id)) for message in talk.branch] == [2, 1]


def test_a_changed_answer_is_another_version_of_it(talk: Talk) -> None:
    edit = begin(talk, 1, "Therefore.")
    next(one for one in edit.findChildren(QPushButton) if one.text() == "Save").click()
    talk.settle()
    assert talk.shown() == ["Why?", "Therefore."]
    assert talk.branch[1].state is MessageState.DONE
    assert len(talk.conversations.versions(talk.branch[1].id)) == 2


def test_what_the_model_thought_stays_with_an_edited_answer(talk: Talk) -> None:
    talk.say("More?", "<think>Hm.</think>\n\nYes.")
    edit = begin(talk, 3)
    assert edit.text() == "Yes."
    edit.edit.setPlainText("No.")
    edit.accepted.emit("No.")
    talk.settle()
    assert talk.branch[3].text == "<think>Hm.</think>\n\nNo."


def test_esc_drops_the_edit_and_a_press_brings_it_back(talk: Talk) -> None:
    edit = begin(talk, 0, "Why on earth?")
    talk.services.generation.begin(talk.id)  # Esc means Stop to the window then
    talk.qtbot.keyClick(edit.edit, Qt.Key.Key_Escape)
    assert not is_editing(talk) and talk.services.generation.stopped == []
    assert talk.window.notices.sentences() == ["The edit was dropped."]
    talk.press_notice("Continue editing")
    assert card(talk).text() == "Why on earth?"


def test_esc_without_a_change_says_nothing(talk: Talk) -> None:
    talk.qtbot.keyClick(begin(talk, 0).edit, Qt.Key.Key_Escape)
    assert not is_editing(talk) and talk.window.notices.sentences() == []


def test_another_conversation_keeps_the_edit_and_says_so(talk: Talk) -> None:
    other = talk.conversations.ask(None, "Other?", "Starter")
    talk.settle()
    begin(talk, 0, "Why now?")
    talk.window.open_conversation(other)
    assert talk.window.notices.sentences() == ["Your edit is kept."] and not is_editing(talk)
    talk.window.open_conversation(talk.id)
    assert card(talk).text() == "Why now?"


def test_the_notice_goes_back_to_the_edit(talk: Talk) -> None:
    other = talk.conversations.ask(None, "Other?", "Starter")
    talk.settle()
    begin(talk, 0, "Why now?")
    talk.window.open_conversation(other)
    talk.press_notice("Continue editing")
    assert talk.window.conversation.conversation_id == talk.id and card(talk).text() == "Why now?"


@pytest.mark.parametrize("how", ["trash", "purge", "remove_message"])
def test_no_notice_leads_to_an_edit_of_what_is_gone(talk: Talk, how: str) -> None:
    other, question = talk.conversations.ask(None, "Other?", "Starter"), talk.branch[0].id
    talk.settle()
    begin(talk, 0, "Why now?")
    talk.window.open_conversation(other)
    assert "Your edit is kept." in talk.window.notices.sentences()
    gone = {"trash": talk.id, "purge": talk.id, "remove_message": question}
    getattr(talk.conversations, how)(gone[how])
    talk.settle()
    assert "Your edit is kept." not in talk.window.notices.sentences()


def test_an_edit_in_the_trash_waits_until_it_is_brought_back(talk: Talk) -> None:
    begin(talk, 0, "Why now?")
    talk.conversations.trash(talk.id)
    talk.settle()
    if "Your edit is kept." in talk.window.notices.sentences():
        talk.press_notice("Continue editing")
    talk.window.open_conversation(talk.id)
    talk.settle()
    assert not is_editing(talk)
    talk.conversations.restore(talk.id)
    talk.settle()
    assert card(talk).text() == "Why now?"


def test_an_edit_of_a_version_that_is_not_on_show_any_more_is_kept(talk: Talk) -> None:
    first = talk.branch[1].id
    talk.do("regenerate", 1)
    talk.end("Therefore.")
    begin(talk, 1, "Hence.")
    talk.conversations.show_version(first)
    talk.settle()
    assert not is_editing(talk)
    talk.press_notice("Continue editing")
    assert talk.shown() == ["Why?", "Therefore."] and card(talk).text() == "Hence."


def test_editing_another_message_keeps_the_first_edit(talk: Talk) -> None:
    begin(talk, 0, "Why now?")
    assert begin(talk, 1).text() == "Because."
    assert begin(talk, 0).text() == "Why now?"


def test_a_disk_that_refuses_leaves_the_text_in_the_card(talk: Talk, monkeypatch: pytest.MonkeyPatch) -> None:
    edit = begin(talk, 0, "Why not?")
    edits: list[str] = []
    monkeypatch.setattr(talk.conversations, "edit", lambda _id, text, _model: edits.append(text) or "refused")
    talk.qtbot.keyClick(edit.edit, Qt.Key.Key_Return, CTRL)
    assert edit.edit.isReadOnly()
    talk.qtbot.keyClick(edit.edit, Qt.Key.Key_Return, CTRL)
    talk.conversations.write_failed.emit(WriteFailed("/x/hearth.sqlite3", "SQLITE_BUSY"))
    assert card(talk).text() == "Why not?" and not edit.edit.isReadOnly()
    assert talk.conversations.edit_draft(talk.branch[0].id) == "Why not?"
    assert edits == ["Why not?"], "a second press sends nothing twice"


def test_an_edit_is_on_disk_soon_and_there_after_the_window_has_gone(talk: Talk, make_window: Callable[[Any], Any]) -> None:
    question = talk.branch[0].id
    begin(talk, 0, "Why not?")
    talk.qtbot.waitUntil(lambda: talk.conversations.edits_begun(talk.id) == {question})
    talk.settle()
    assert talk.conversations.unsaved_drafts() == [] and talk.conversations.edit_draft(question) == "Why not?"
    card(talk).edit.setPlainText("Why not now?")
    assert talk.window.close()
    talk.window = make_window(talk.services)
    talk.window.composer.edit.setFocus()
    talk.open(talk.id)
    assert card(talk).text() == "Why not now?"
    assert talk.window.composer.edit.hasFocus(), "who only reads on does not write into it by accident"


def test_what_was_sent_or_dropped_is_not_there_again(talk: Talk) -> None:
    question = talk.branch[0].id
    edit = begin(talk, 0, "Why not?")
    talk.window.conversation.save_draft()
    talk.qtbot.keyClick(edit.edit, Qt.Key.Key_Escape)
    assert talk.conversations.edit_draft(question) is None
    edit = begin(talk, 0, "Why not?")
    talk.window.conversation.save_draft()
    talk.qtbot.keyClick(edit.edit, Qt.Key.Key_Return, CTRL)
    talk.settle()
    assert talk.conversations.edits_begun(talk.id) == set() and talk.shown() == ["Why not?", ""]


def test_an_edit_in_the_trash_waits_until_its_conversation_is_back(talk: Talk) -> None:
    begin(talk, 0, "Why not?")
    talk.window.open_conversation(None)
    talk.conversations.trash(talk.id)
    talk.settle()
    talk.open(talk.id)
    assert not is_editing(talk)
    talk.conversations.restore(talk.id)
    talk.settle()
    assert card(talk).text() == "Why not?"


def test_the_theme_changes_while_a_message_is_edited(talk: Talk) -> None:
    begin(talk, 0, "Why not?")
    talk.window.sidebar.setting_requested.emit("theme", "dark")
    QApplication.processEvents()
    assert card(talk).text() == "Why not?"
