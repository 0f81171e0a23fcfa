"""Every signal of `Conversations`, written down."""

from __future__ import annotations

from PySide6.QtCore import QCoreApplication

from desktop_app.services.conversations import Conversations

SIGNALS = (
    "conversation_added", "conversation_changed", "conversation_trashed", "conversation_restored", "conversation_purged",
    "folders_changed", "tags_changed", "message_added", "message_changed", "message_removed", "message_restored",
    "branch_changed", "answer_resumed", "queue_changed", "draft_attachments_changed",
    "ask_failed", "queue_failed", "write_failed", "write_recovered",
)  # fmt: skip

Heard = list[tuple[object, ...]]


def listen(conversations: Conversations) -> Heard:
    """Give a list that gets every signal with its arguments, in order."""
    heard: Heard = []
    for name in SIGNALS:
        getattr(conversations, name).connect(lambda *arguments, name=name: heard.append((name, *arguments)))
    return heard


def settle(conversations: Conversations) -> None:
    """Wait until all is on disk and announced, and so on until nothing follows from it any more."""
    for _ in range(3):
        assert conversations.flush()
        QCoreApplication.processEvents()
