"""A conversation: messages as a tree, and the one branch on show. Values only."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from desktop_app.chat.message import Message

POLICIES = ("stop", "drop", "summarise")
"""What is done when a conversation is longer than the context, see `engine.context`."""
QUICK_QUESTION = "the quick question"
"""Stands for a conversation where drafts are kept: what is typed in the small window, which asks in new chats."""


@dataclass(frozen=True, slots=True)
class Conversation:
    """What the list shows of a conversation, and what belongs to it as a whole."""

    id: str
    title: str
    """"" until the first message gives one."""
    title_is_custom: bool
    """True when the person typed it: nothing else may change it then."""
    created_ms: int
    updated_ms: int
    """Last message or change; the list is ordered by it."""
    leaf_id: str | None = None
    """Last message of the branch on show; None when there is no message yet."""
    trashed_ms: int | None = None
    """When it was put into the trash; None when it is not there."""
    draft: str = ""
    """What stands in the composer and has not been sent."""
    system_prompt: str = ""
    folder_id: str | None = None
    pinned_ms: int | None = None
    """When it was pinned to the top of the list; None when it is not."""
    tags: tuple[str, ...] = ()
    """In alphabetical order."""
    is_unread: bool = False
    """True: an answer ended while another conversation was on show."""
    is_private: bool = False
    """True: it is in memory only, never on disk, and gone with the process."""
    context_policy: str | None = None
    """What is done when it does not fit the model's context any more; None: what the settings say."""
    persona_id: str | None = None
    """Who answers; None: nobody in particular."""


def branch(messages: Mapping[str, Message], leaf_id: str | None) -> tuple[Message, ...]:
    """Give the messages from the first one down to `leaf_id`, in order.

    Removed messages are left out, but what stands above them is not. A parent that is missing ends the walk (the
    rest is still shown), and so does a cycle.
    """
    found: list[Message] = []
    seen: set[str] = set()
    current = leaf_id
    while current is not None and current not in seen and current in messages:
        seen.add(current)
        if messages[current].removed_ms is None:
            found.append(messages[current])
        current = messages[current].parent_id
    return tuple(reversed(found))


def first_line(text: str, n_characters: int = 60) -> str:
    """Give the first line of `text` that is not blank, cut at a word near `n_characters`: a plain title."""
    line = next((line.strip() for line in _lines(text) if line.strip()), "")
    if len(line) <= n_characters:
        return line
    cut = line[:n_characters]
    space = cut.rfind(" ")
    return (cut[:space] if space > n_characters // 2 else cut).rstrip(" ,.;:") + "…"


def _lines(text: str) -> Iterable[str]:
    return text[:2000].splitlines()
