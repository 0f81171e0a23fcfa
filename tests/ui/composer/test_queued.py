"""Messages that wait: cards above the composer, from Enter to the disk and back."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QPushButton

from desktop_app.chat.queued import QueuedMessage
from desktop_app.errors import DiskFull, WriteFailed
from desktop_app.services.engine import EngineState
from desktop_app.storage import conversations as store
from desktop_app.storage import queued
from desktop_app.ui.composer.composer import ComposerState
from desktop_app.ui.composer.message_edit import MessageEdit
from desktop_app.ui.composer.queued import N_CARDS_MAX, QueuedMessages
from desktop_app.ui.notices import N_NOTICES_MAX, Notice
from desktop_app.ui.theme import Theme
from tests.fakes.services import model_info
from tests.ui.talks import Talk, refused_once


@pytest.fixture
def cards(qtbot: Any, theme: Theme) -> QueuedMessages:
    cards = QueuedMessages(theme)
    qtbot.addWidget(cards)
    cards.resize(776, 200)
    return cards


def waiting(*texts: str) -> list[QueuedMessage]:
    return [QueuedMessage(f"q{number}", "c", text) for number, text in enumerate(texts)]


def test_nothing_is_shown_while_nothing_waits(cards: QueuedMessages) -> None:
    cards.set_messages(waiting("One"), is_answering=True)
    assert cards.isVisible() and len(cards.cards) == 1
    cards.set_messages([], is_answering=True)
    assert not cards.isVisible() and cards.cards == ()


def test_send_now_stands_at_the_first_and_only_without_an_answer(cards: QueuedMessages, qtbot: Any) -> None:
    cards.set_messages(waiting("One", "Two"), is_answering=True)
    assert [card.send.isVisible() for card in cards.cards] == [False, False]
    cards.set_messages(waiting("One", "Two"), is_answering=False)
    assert [card.send.isVisible() for card in cards.cards] == [True, False]
    with qtbot.waitSignal(cards.send_requested):
        cards.cards[0].send.click()


def test_a_text_is_changed_in_its_card(cards: QueuedMessages, qtbot: Any) -> None:
    cards.set_messages(waiting("One"), is_answering=True)
    card = cards.cards[0]
    card.pencil.click()
    edit = card.findChild(MessageEdit)
    edit.setPlainText("Another")
    with qtbot.waitSignal(cards.edited) as signal:
        qtbot.keyClick(edit, Qt.Key.Key_Return)
    assert signal.args == ["q0", "Another"]


def test_esc_and_the_cross_give_up_the_change_and_not_the_message(cards: QueuedMessages, qtbot: Any) -> None:
    cards.set_messages(waiting("One"), is_answering=True)
    card = cards.cards[0]
    with qtbot.assertNotEmitted(cards.cancelled):
        card.pencil.click()
        qtbot.keyClick(card.findChild(MessageEdit), Qt.Key.Key_Escape)
        card.pencil.click()
        card.cross.click()
    with qtbot.waitSignal(cards.cancelled) as signal:
        card.cross.click()
    assert signal.args == ["q0"]


def test_a_change_under_way_survives_news_of_the_others(cards: QueuedMessages) -> None:
    cards.set_messages(waiting("One", "Two"), is_answering=True)
    cards.cards[1].pencil.click()
    edit = cards.cards[1].findChild(MessageEdit)
    edit.setPlainText("Two and more")
    cards.set_messages(waiting("One", "Two")[1:], is_answering=True)
    assert cards.cards[0].findChild(MessageEdit) is edit and edit.toPlainText() == "Two and more"


def test_many_are_counted(cards: QueuedMessages) -> None:
    cards.set_messages(waiting(*"abcdefg"), is_answering=True)
    assert len(cards.cards) == N_CARDS_MAX
    assert cards._rest.isVisible() and cards._rest.text().startswith("3 more message")


@pytest.fixture
def talk(services: Any, make_window: Callable[[Any], Any], tmp_path: Path, qtbot: Any) -> Iterator[Talk]:
    talk = Talk(services, make_window, tmp_path, qtbot)
    services.engine.become(EngineState.READY, model_info())
    talk.open(talk.say("Why?", "Because."))
    services.generation.begin(talk.id)
    talk.settle()
    yield talk
    talk.close()


def type_and_enter(talk: Talk, text: str) -> None:
    talk.window.composer.set_text(text)
    talk.qtbot.keyClick(talk.window.composer.edit, Qt.Key.Key_Return)


def texts(talk: Talk) -> list[str]:
    return [one.text for one in talk.conversations.queued(talk.id)]


def test_what_else_changes_there_takes_nothing_out_of_the_composer(talk: Talk, monkeypatch: pytest.MonkeyPatch) -> None:
    type_and_enter(talk, "And then?")
    monkeypatch.setattr(talk.conversations, "queued", lambda _id: ())  # this one is not on disk yet
    talk.conversations.queue_changed.emit(talk.id)
    assert talk.window.composer.text() == "And then?"
    monkeypatch.undo()
    talk.settle()
    assert talk.window.composer.text() == ""


def test_enter_in_the_middle_of_an_answer_lets_the_message_wait(talk: Talk) -> None:
    composer = talk.window.composer
    assert composer.state is ComposerState.ANSWERING
    type_and_enter(talk, "And then?")
    assert composer.text() == "And then?", "it must stay until it is on disk"
    talk.qtbot.keyClick(composer.edit, Qt.Key.Key_Return)
    talk.settle()
    assert texts(talk) == ["And then?"] and composer.text() == ""
    assert [card.message.text for card in talk.window.queued.cards] == ["And then?"]
    assert talk.conversations.draft(talk.id) == ""


def test_the_mouse_can_do_it_too(talk: Talk) -> None:
    composer = talk.window.composer
    assert not composer.queue_button.isVisible()
    composer.set_text("And then?")
    assert composer.queue_button.isVisible()
    composer.queue_button.click()
    talk.settle()
    assert texts(talk) == ["And then?"]


def test_what_is_typed_on_meanwhile_stays(talk: Talk) -> None:
    type_and_enter(talk, "First")
    talk.window.composer.edit.insertPlainText(" and more")
    talk.settle()
    assert texts(talk) == ["First"] and talk.window.composer.text() == "and more"


def test_a_disk_that_refuses_leaves_it_in_the_composer(talk: Talk, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*_: object, **__: object) -> None:
        raise WriteFailed("/x/hearth.sqlite3", "SQLITE_BUSY")

    with monkeypatch.context() as patch:
        patch.setattr(queued, "queue", refuse)
        type_and_enter(talk, "And then?")
        talk.settle()
    assert talk.window.composer.text() == "And then?"
    talk.qtbot.keyClick(talk.window.composer.edit, Qt.Key.Key_Return)
    talk.settle()
    assert texts(talk) == ["And then?"]


def test_what_waits_leaves_the_composer_though_the_disk_refused_the_draft_at_first(
    talk: Talk, monkeypatch: pytest.MonkeyPatch
) -> None:
    talk.window.composer.set_text("And then?")
    monkeypatch.setattr(store, "save_draft", refused_once(store.save_draft))
    talk.window.conversation.save_draft()
    talk.qtbot.keyClick(talk.window.composer.edit, Qt.Key.Key_Return)
    talk.settle()
    assert texts(talk) == ["And then?"] and talk.window.composer.text() == ""


def test_what_is_asked_before_the_window_hears_that_it_waits_leaves_the_composer(talk: Talk) -> None:
    type_and_enter(talk, "And then?")
    talk.conversations.ask_queued(talk.id, "Starter")
    talk.settle()

    assert texts(talk) == [] and talk.window.composer.text() == ""
    assert talk.window.conversation.unsaved_texts() == []


def test_cards_belong_to_their_conversation(talk: Talk) -> None:
    type_and_enter(talk, "And then?")
    talk.settle()
    talk.window.open_conversation(None)
    assert not talk.window.queued.isVisible()
    talk.window.open_conversation(talk.id)
    assert len(talk.window.queued.cards) == 1


def test_change_take_back_and_send_now(talk: Talk) -> None:
    for text in ("One", "Two"):
        type_and_enter(talk, text)
        talk.settle()
    one, two = talk.window.queued.cards
    two.edited.emit(two.message.id, "Second")
    one.cross.click()
    talk.settle()
    assert texts(talk) == ["Second"]
    talk.services.generation.finish(talk.id, talk.branch[-1].id)
    assert two.send.isVisible()
    two.send.click()
    assert talk.services.generation.sent == [talk.id]


def attach_text(talk: Talk, text: str) -> None:
    talk.window.attaching._on_text_attached(text)
    talk.settle()


def test_what_is_not_to_be_sent_is_in_the_empty_composer_again(talk: Talk) -> None:
    attach_text(talk, "file")
    type_and_enter(talk, "One")
    talk.settle()
    assert talk.window.composer.text() == "" and talk.window.attaching.ids() == ()

    talk.window.queued.cards[0].cross.click()
    talk.settle()

    assert (texts(talk), talk.window.composer.text()) == ([], "One")
    assert len(talk.window.attaching.ids()) == 1 and talk.window.composer.edit.hasFocus()
    assert talk.conversations.draft(talk.id) == "One" and talk.window.notices.sentences() == []


@pytest.mark.parametrize("is_left", [False, True])
def test_what_is_typed_while_it_comes_back_to_the_composer_stays_below_it(talk: Talk, is_left: bool) -> None:
    type_and_enter(talk, "One")
    talk.settle()
    talk.window.queued.cards[0].cross.click()
    talk.window.composer.set_text("typed on")
    if is_left:
        talk.window.open_conversation(None)
    talk.settle()
    talk.settle()

    if is_left:
        assert talk.window.composer.text() == ""
        talk.window.open_conversation(talk.id)
    assert talk.window.composer.text() == "One\n\ntyped on"


@pytest.mark.parametrize("way", ["stayed", "left", "left and back", "back when all is on disk", "typed and left"])
def test_two_messages_that_come_back_at_once_are_both_there_and_each_once(talk: Talk, way: str) -> None:
    for text in ("One", "Two"):
        type_and_enter(talk, text)
        talk.settle()
    talk.qtbot.wait_until(lambda: talk.conversations.draft(talk.id) == "")
    for card in talk.window.queued.cards:
        card.cross.click()
    if way == "typed and left":
        talk.window.composer.set_text("typed on")
    if way != "stayed":
        talk.window.open_conversation(None)
    if way == "back when all is on disk":
        assert talk.conversations.flush()  # and nothing of it is told yet
    if "back" in way:
        talk.window.open_conversation(talk.id)
    talk.settle()
    talk.settle()

    both = "Two\n\nOne\n\ntyped on" if way == "typed and left" else "Two\n\nOne"
    assert talk.conversations.draft(talk.id) == both
    talk.window.open_conversation(talk.id)
    assert talk.window.composer.text() == both


@pytest.mark.parametrize("beside", ["text", "file"])
def test_what_is_not_to_be_sent_while_something_is_being_written_can_wait_again(talk: Talk, beside: str) -> None:
    for text in ("One", "Two", "Three"):
        attach_text(talk, f"file of {text}")
        type_and_enter(talk, text)
        talk.settle()
    if beside == "text":
        talk.window.composer.set_text("typed on")
    else:
        attach_text(talk, "its file")
    before = talk.conversations.queued(talk.id)
    for card in talk.window.queued.cards[:2]:
        card.cross.click()
        talk.settle()
    assert texts(talk) == ["Three"]
    assert talk.window.composer.text() == ("typed on" if beside == "text" else "")
    assert talk.window.notices.sentences() == ["2 messages will not be sent."]

    talk.press_notice("Undo")

    assert talk.conversations.queued(talk.id) == before and before[0].files
    assert [card.message.text for card in talk.window.queued.cards] == ["One", "Two", "Three"]
    assert talk.window.notices.sentences() == []


def cancel_one(talk: Talk) -> tuple[QueuedMessage, ...]:
    """Let a message with a file wait, and press its cross while something is being written; gives what waited."""
    attach_text(talk, "its file")
    type_and_enter(talk, "One")
    talk.settle()
    before = talk.conversations.queued(talk.id)
    talk.window.composer.set_text("typed on")
    talk.window.queued.cards[0].cross.click()
    talk.settle()
    assert texts(talk) == []
    return before


def press_undo(talk: Talk) -> None:
    """Press it, and leave the disk to itself."""
    undo = next(one for one in talk.window.notices.findChildren(QPushButton) if one.text() == "Undo")
    talk.qtbot.mouseClick(undo, Qt.MouseButton.LeftButton)


def test_a_cancelled_message_can_wait_again_whatever_was_told_since(talk: Talk) -> None:
    before = cancel_one(talk)
    for n in range(N_NOTICES_MAX):
        talk.window.notices.show_notice(Notice(f"n{n}"))

    talk.press_notice("Undo")

    assert talk.conversations.queued(talk.id) == before


def test_a_cancelled_message_waits_again_when_the_disk_takes_it(talk: Talk, monkeypatch: pytest.MonkeyPatch) -> None:
    before = cancel_one(talk)

    def refuse(*_: object) -> None:
        raise DiskFull("/x/hearth.sqlite3")

    with monkeypatch.context() as patch:
        patch.setattr(queued, "restore_queued", refuse)
        press_undo(talk)
        assert not talk.conversations.flush()
        assert "One" in talk.window.conversation.unsaved_texts()
    talk.settle()

    assert talk.conversations.queued(talk.id) == before and [card.message.text for card in talk.window.queued.cards] == ["One"]
    assert "One" not in talk.window.conversation.unsaved_texts()


def test_a_cancelled_message_of_a_conversation_that_is_gone_does_not_wait_again(talk: Talk) -> None:
    cancel_one(talk)
    gone = talk.id
    talk.window.open_conversation(None)
    talk.conversations.purge(gone)

    press_undo(talk)
    talk.settle()

    assert "One" not in talk.window.conversation.unsaved_texts()


def changing(talk: Talk, text: str = "One") -> MessageEdit:
    """Let a message wait, and give the field in which it is being changed."""
    type_and_enter(talk, text)
    talk.settle()
    talk.window.queued.cards[0].pencil.click()
    found = talk.window.queued.cards[0].findChild(MessageEdit)
    assert isinstance(found, MessageEdit)
    return found


def test_what_is_asked_below_another_answer_than_the_one_on_show_is_on_show(talk: Talk) -> None:
    first = talk.branch[-1].id
    second = talk.conversations.regenerate(first, "Starter")
    talk.settle()
    talk.end("Because, again.")
    type_and_enter(talk, "And then?")
    talk.settle()
    talk.conversations.show_version(first)
    talk.settle()
    assert talk.shown() == ["Why?", "Because."]

    talk.conversations.ask_queued(talk.id, "Starter", second)
    talk.settle()

    assert talk.shown() == ["Why?", "Because, again.", "And then?", ""]


def test_what_a_waiting_message_is_changed_to_is_stored_while_it_is_typed(talk: Talk) -> None:
    edit = changing(talk)
    edit.insertPlainText(" and a half")
    talk.qtbot.waitUntil(lambda: texts(talk) == ["One and a half"])
    assert talk.services.generation.held == {talk.id}, "it is not asked before the person is done"
    talk.qtbot.keyClick(edit, Qt.Key.Key_Return)
    assert talk.services.generation.held == set()


@pytest.mark.parametrize("how", ["another", "quit", "news"])
def test_what_a_waiting_message_is_changed_to_is_not_lost(talk: Talk, how: str) -> None:
    edit = changing(talk)
    edit.insertPlainText(" and a half")
    if how == "another":
        talk.window.open_conversation(None)
    elif how == "quit":
        talk.window.close()
    else:
        talk.window.queued.set_messages((), is_answering=False)
    assert talk.conversations.flush()
    assert texts(talk) == ["One and a half"]


def test_what_is_left_half_changed_is_not_asked_and_is_changed_on_later(talk: Talk) -> None:
    changing(talk).insertPlainText(" and a")
    talk.window.open_conversation(None)
    assert talk.services.generation.held == {talk.id}
    talk.settle()
    talk.window.open_conversation(talk.id)
    edit = talk.window.queued.cards[0].findChild(MessageEdit)
    assert isinstance(edit, MessageEdit) and edit.toPlainText() == "One and a"
    assert talk.services.generation.held == {talk.id} and not edit.hasFocus()
    talk.qtbot.keyClick(edit, Qt.Key.Key_Escape)
    talk.settle()
    assert texts(talk) == ["One"] and talk.services.generation.held == set()


def test_a_waiting_message_that_was_taken_back_while_it_was_left_is_not_held_for(talk: Talk) -> None:
    changing(talk).insertPlainText(" and a")
    talk.window.open_conversation(None)
    talk.settle()
    talk.conversations.cancel_queued(talk.conversations.queued(talk.id)[0].id)
    talk.settle()
    talk.window.open_conversation(talk.id)
    assert talk.services.generation.held == set()


def test_a_field_that_was_emptied_leaves_what_stood_there_before(talk: Talk) -> None:
    edit = changing(talk, "What is the difference?")
    edit.setPlainText("Wha")
    talk.qtbot.waitUntil(lambda: texts(talk) == ["Wha"])
    edit.setPlainText("")
    talk.window.open_conversation(None)
    talk.settle()
    assert texts(talk) == ["What is the difference?"]


def test_what_a_waiting_message_became_can_be_copied_when_the_disk_refuses_it(
    talk: Talk, monkeypatch: pytest.MonkeyPatch
) -> None:
    edit = changing(talk)

    def refuse(*_: object) -> None:
        raise DiskFull("/x/hearth.sqlite3")

    with monkeypatch.context() as patch:
        patch.setattr(queued, "edit_queued", refuse)
        edit.insertPlainText(" and a half")
        talk.qtbot.keyClick(edit, Qt.Key.Key_Return)
        assert not talk.conversations.flush()
        assert "One and a half" in talk.window.conversation.unsaved_texts()
        assert texts(talk) == ["One and a half"], "what is shown is what will be asked"
    talk.settle()
    assert "One and a half" not in talk.window.conversation.unsaved_texts() and texts(talk) == ["One and a half"]


def test_esc_brings_back_what_waited_before(talk: Talk) -> None:
    edit = changing(talk)
    edit.insertPlainText(" and a half")
    talk.qtbot.waitUntil(lambda: texts(talk) == ["One and a half"])
    talk.qtbot.keyClick(edit, Qt.Key.Key_Escape)
    talk.settle()
    assert texts(talk) == ["One"] and talk.services.generation.held == set()


def test_send_now_sends_what_stands_in_the_field(talk: Talk) -> None:
    edit = changing(talk)
    talk.services.generation.finish(talk.id, talk.branch[-1].id)
    edit.insertPlainText(" and a half")
    talk.window.queued.cards[0].send.click()
    assert talk.services.generation.sent == [talk.id]
    assert talk.conversations.flush()
    assert texts(talk) == ["One and a half"]


def test_an_engine_that_ends_after_the_conversations_asks_them_nothing(talk: Talk) -> None:
    type_and_enter(talk, "And then?")
    talk.settle()
    talk.conversations.close()
    talk.services.generation.answering.clear()
    talk.services.engine.become(EngineState.STOPPED)
    talk.qtbot.waitUntil(lambda: not talk.window.actions_.stop.isEnabled())
    assert talk.window.queued.cards[0].send.isVisible()
