"""What goes out, and the words it is said in. Values only."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from enum import StrEnum

from desktop_app.chat.conversation import Conversation
from desktop_app.chat.message import Message, MessageState, Role
from desktop_app.chat.summary import Summary
from desktop_app.record import Record


class ExportFormat(StrEnum):
    """What a file can be; the value is its extension."""

    MARKDOWN = "md"
    HTML = "html"
    TEXT = "txt"
    JSON = "json"


class Exported(Record):
    """A conversation, or a part of one, that goes out."""

    conversation: Conversation
    messages: Sequence[Message]
    """In order: what is to be read. For JSON all branches."""
    folder: str = ""
    """Name of the folder it stands in; "" for none."""
    is_whole: bool = True
    """False for some of its messages: they come without the title and the system prompt."""
    summaries: Sequence[Summary] = ()
    """For JSON, all there are."""
    persona: str = ""
    """For JSON, the name of the persona of the conversation."""


def utc_time(ms: int) -> str:
    """Give a time as "2026-03-01 10:00 UTC"."""
    return datetime.fromtimestamp(ms / 1000, UTC).strftime("%Y-%m-%d %H:%M UTC")


class ExportWords(Record):
    """What stands in a file besides what was written; the person's language."""

    you: str = "You"
    assistant: str = "Assistant"
    """Where the model has no name."""
    system_prompt: str = "System prompt"
    attachment: str = "Attachment"
    reasoning: str = "Reasoning"
    interrupted: str = "This answer was interrupted."
    failed: str = "There is no answer."
    untitled: str = "Conversation"
    language: str = "en"
    """Of the page, as HTML names it."""
    when: Callable[[int], str] = staticmethod(utc_time)
    """Gives a time, milliseconds since 1970, in words; "" leaves it out."""


def title_of(exported: Exported, words: ExportWords) -> str:
    """Give the title on one line."""
    return " ".join(exported.conversation.title.split()) or words.untitled


def speaker(message: Message, words: ExportWords) -> str:
    """Give who says it, on one line."""
    if message.role is Role.USER:
        return words.you
    if message.role is Role.SYSTEM:
        return words.system_prompt
    return " ".join(message.model.split()) or words.assistant


def remark(message: Message, words: ExportWords) -> str:
    """Give what is to be said of how an answer ended; "" for nothing."""
    return {MessageState.INTERRUPTED: words.interrupted, MessageState.FAILED: words.failed}.get(message.state, "")
