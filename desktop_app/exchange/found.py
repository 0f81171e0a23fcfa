"""What reading a file gives, conversation by conversation. Values only."""

from __future__ import annotations

from enum import StrEnum

from desktop_app.chat.conversation import Conversation
from desktop_app.chat.message import Message
from desktop_app.chat.summary import Summary
from desktop_app.record import Record


class Source(StrEnum):
    """Applications whose conversations are read, by the names they have."""

    CHATGPT = "ChatGPT"
    CLAUDE = "Claude"
    LM_STUDIO = "LM Studio"
    JAN = "Jan"
    GPT4ALL = "GPT4All"
    OPEN_WEBUI = "Open WebUI"
    LLAMA_CPP = "llama.cpp"
    HEARTH = "Hearth"


class SkipReason(StrEnum):
    """Why something in a file did not become a conversation; the whole list."""

    ALREADY_HERE = "already_here"
    EMPTY = "empty"
    """It has no message that anybody would see."""
    NOT_A_CONVERSATION = "not_a_conversation"
    """It stands among conversations and has not their shape."""
    NO_CONVERSATIONS = "no_conversations"
    """A file that was chosen by itself and in which nothing is known."""
    DAMAGED = "damaged"
    CUT_OFF = "cut_off"
    """The file ends in its middle."""
    TOO_LARGE = "too_large"
    TOO_DEEP = "too_deep"
    """Nested as no export is."""
    TOO_MANY_FILES = "too_many_files"
    UNREADABLE = "unreadable"
    """A file that the system, or its packing, does not let us read."""
    UNSAFE_NAME = "unsafe_name"
    """A file of an archive that points out of it."""
    BOMB = "bomb"
    """A file of an archive that grows without end."""
    NEWER_VERSION = "newer_version"
    """Written by a newer version of its application."""
    NOT_SAVED = "not_saved"
    """The disk did not take it."""


class Words(Record):
    """What stands in a message where something was that is not taken; the person's language."""

    image: str = "[Image]"
    file: str = "[File: {name}]"
    """With "{name}" where the name of the file stands."""


class Found(Record):
    """One conversation, ready to be stored: ids are those of the same conversation in the same application, always."""

    source: Source
    conversation: Conversation
    messages: tuple[Message, ...]
    """All branches, parents before children."""
    folder: str = ""
    """Name of the folder it stood in; "" for none."""
    n_placeholders: int = 0
    """Pictures and files that are a placeholder now."""
    n_left_out: int = 0
    """Steps of tools and the like that have no place here."""
    summaries: tuple[Summary, ...] = ()
    persona: tuple[str, str] = ("", "")
    """Id and name of the persona that it had where it comes from."""


class Skipped(Record):
    """Something that did not become a conversation."""

    name: str
    """Title, or name of the file and number in it."""
    reason: SkipReason


class Progress(Record):
    """How far the reading is."""

    n_bytes_done: int
    n_bytes: int


class Ended(Record):
    """Everything is read."""

    n_other_files: int = 0
    """Files of a folder or an archive that hold no conversations."""


Event = Found | Skipped | Progress | Ended
