"""Questions on their way to the disk: asked once, whatever else fails or is opened meanwhile."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import apsw
import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication

from desktop_app.errors import WriteFailed
from desktop_app.services.conversations import Conversations
from desktop_app.ui.composer.composer import ComposerState
from desktop_app.ui.composer.drafts import SAVE_DELAY_MS

FAILED = WriteFailed("/x/hearth.sqlite3", "SQLITE_BUSY")


def enter(window: Any, qtbot: Any) -> None:
    qtbot.keyClick(window.composer.edit, Qt.Key.Key_Return)


def asked(services: Any) -> list[str]:
    return [call[2] for call in services.conversations.calls if call[0] == "ask"]


@pytest.fixture
def pending(services: Any, window: Any, qtbot: Any) -> Any:
    """Give a window whose question is on its way to the disk."""
    services.conversations.is_instant = False
    window.composer.set_text("Once")
    enter(window, qtbot)
    return window


def test_a_draft_that_fails_does_not_release_the_question(services: Any, pending: Any, qtbot: Any) -> None:
    services.conversations.write_failed.emit(FAILED)
    enter(pending, qtbot)
    assert asked(services) == ["Once"] and pending.composer.state is ComposerState.SENDING


def test_try_again_does_not_ask_what_is_already_on_its_way(services: Any, pending: Any) -> None:
    services.conversations.write_failed.emit(FAILED)
    pending.notices.action_requested.emit("try_again", None)
    assert asked(services) == ["Once"]


def test_a_new_chat_does_not_release_the_question(services: Any, pending: Any, qtbot: Any) -> None:
    pending.actions_.new_chat.trigger()
    enter(pending, qtbot)
    assert asked(services) == ["Once"] and pending.composer.state is ComposerState.SENDING


def test_another_conversation_can_be_asked_and_the_first_is_still_on_its_way(services: Any, pending: Any, qtbot: Any) -> None:
    other = services.conversations.put("Other")
    pending.open_conversation(other)
    assert pending.composer.state is ComposerState.READY
    pending.composer.set_text("Second")
    enter(pending, qtbot)
    pending.open_conversation(None)
    assert pending.composer.state is ComposerState.SENDING and pending.composer.text() == "Once"
    services.conversations.commit()
    assert asked(services) == ["Once", "Second"] and pending.composer.text() == ""
    assert pending.conversation.conversation_id not in (None, other)
    assert services.conversations.drafts[other] == ""


def test_one_that_failed_elsewhere_can_be_sent_when_its_chat_is_opened(services: Any, pending: Any) -> None:
    pending.open_conversation(services.conversations.put("Other"))
    services.conversations.refuse(FAILED)
    pending.notices.action_requested.emit("try_again", None)
    assert asked(services) == ["Once"]
    pending.open_conversation(None)
    assert pending.composer.state is ComposerState.READY
    pending.notices.action_requested.emit("try_again", None)
    assert asked(services) == ["Once", "Once"]


def test_coming_back_after_the_commit_and_before_its_news_lets_one_write(services: Any, window: Any, qtbot: Any) -> None:
    id, other = services.conversations.put("One"), services.conversations.put("Other")
    services.conversations.is_instant = False
    window.open_conversation(id)
    window.composer.set_text("Once")
    enter(window, qtbot)
    conversations = services.conversations
    window.open_conversation(other)
    conversations.conversation_changed.connect(lambda _: window.open_conversation(id))
    conversations.commit()
    assert window.composer.state is ComposerState.READY and window.composer.text() == ""


@pytest.fixture
def stored(services: Any, tmp_path: Path) -> Iterator[Conversations]:
    """Give conversations in a real file, in place of the fake ones."""
    services.conversations = Conversations(tmp_path / "hearth.sqlite3")
    yield services.conversations
    services.conversations.close()


def test_two_enters_while_another_program_holds_the_file_ask_once(
    services: Any, stored: Conversations, make_window: Callable[[Any], Any], qtbot: Any, tmp_path: Path
) -> None:
    window = make_window(services)
    other = apsw.Connection(str(tmp_path / "hearth.sqlite3"))
    other.execute("BEGIN IMMEDIATE")
    window.composer.set_text("Why?")
    window.conversation.save_draft()
    enter(window, qtbot)
    with qtbot.waitSignal(stored.write_failed, timeout=5000):
        pass
    QApplication.processEvents()
    enter(window, qtbot)
    other.execute("ROLLBACK")
    other.close()
    assert stored.flush(8000)
    QApplication.processEvents()
    assert len(stored.all()) <= 1
    assert window.composer.text() == ("" if stored.all() else "Why?")
    assert stored.flush(8000)
    window.close()


def test_the_text_that_was_just_sent_is_stored_when_it_is_typed_again(services: Any, window: Any, qtbot: Any) -> None:
    id = services.conversations.put("One")
    window.open_conversation(id)
    window.composer.set_text("again")
    window.conversation.save_draft()
    enter(window, qtbot)
    qtbot.waitUntil(lambda: window.composer.text() == "")
    assert services.conversations.drafts[id] == ""
    window.composer.set_text("again")
    qtbot.waitUntil(lambda: services.conversations.drafts[id] == "again", timeout=SAVE_DELAY_MS + 2000)
