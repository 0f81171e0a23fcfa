"""A window over conversations in a real file, with an engine that does what the test says."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

from PySide6.QtWidgets import QApplication

from desktop_app.chat.message import GenerationStats, Message, MessageState
from desktop_app.errors import DiskFull
from desktop_app.services.conversations import Conversations

STATS = GenerationStats("eos", 10, 0, 20, 10.0, 500.0, 200.0)


def refused_once(write: Callable[..., Any]) -> Callable[..., Any]:
    """Give `write` as on a disk that is full the first time, and has room again at the next try."""
    refusals = [DiskFull("/x/hearth.sqlite3")]

    def try_to_write(*arguments: Any, **named: Any) -> Any:
        if refusals:
            raise refusals.pop()
        return write(*arguments, **named)

    return try_to_write


class Talk:
    """One conversation on show, and what a person can do with it."""

    def __init__(self, services: Any, make_window: Callable[[Any], Any], folder: Path, qtbot: Any) -> None:
        self.qtbot = qtbot
        self.services = services
        self.conversations = services.conversations = Conversations(folder / "talks.sqlite3")
        self.window = make_window(services)
        self.actions = self.window.message_actions
        self.id = ""

    def close(self) -> None:
        """Close what the fixture of the window does not know."""
        self.window.close()
        self.conversations.close()

    def settle(self) -> None:
        """Wait for the disk, and let the window hear of it."""
        assert self.conversations.flush()
        QApplication.processEvents()

    def say(self, question: str, answer: str, stats: GenerationStats = STATS, conversation_id: str | None = None) -> str:
        """Have a question and its answer; gives the conversation's id."""
        id = self.conversations.ask(conversation_id or self.id or None, question, "Starter")
        self.settle()
        self.end(answer, stats, id)
        return id

    def end(self, answer: str, stats: GenerationStats = STATS, conversation_id: str = "") -> None:
        """End the answer in progress."""
        last = self.conversations.branch(conversation_id or self.id)[-1]
        self.conversations.finish(last.id, MessageState.DONE, stats, rest=answer)
        self.settle()

    def open(self, id: str) -> None:
        """Show a conversation."""
        self.id = id
        self.window.open_conversation(id)
        self.settle()

    @property
    def branch(self) -> tuple[Message, ...]:
        """Give the messages on show, as stored."""
        return self.conversations.branch(self.id)

    @property
    def view(self) -> Any:
        """The transcript's view."""
        return self.window.transcript.view

    def shown(self) -> list[str]:
        """Give the texts on show."""
        return [layout.source for layout in self.view.conversation.messages]

    def do(self, command: str, number: int, argument: object = 0) -> None:
        """Do what a button or a row of the menu says to message `number`."""
        self.actions.do(command, self.branch[number].id, argument)
        self.settle()

    def press_notice(self, button: str) -> None:
        """Press the button of the newest notice."""
        bars = [bar for bar in self.window.notices._bars if bar.notice.button == button]
        bars[-1]._on_action_clicked()
        self.settle()
