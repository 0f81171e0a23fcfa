"""Reads what a test has written, and says what came of it."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from desktop_app.chat.conversation import branch
from desktop_app.chat.message import Message
from desktop_app.exchange.found import Ended, Found, Progress, Skipped, Words
from desktop_app.exchange.reader import read
from tests.exchange.corpus import NOW_MS

WORDS = Words("[Image]", "[File: {name}]")


def events(path: Path) -> list[Found | Skipped | Ended]:
    """Give what is read of a file, the progress left out."""
    return [event for event in read(path, WORDS, NOW_MS) if not isinstance(event, Progress)]


def found(folder: Path, value: object, name: str = "export.json") -> list[Found]:
    """Give the conversations in a file of JSON; everything in it must be one."""
    path = folder / name
    path.write_bytes(value if isinstance(value, bytes) else (value if isinstance(value, str) else json.dumps(value)).encode())
    *conversations, ended = events(path)
    assert isinstance(ended, Ended)
    assert all(isinstance(one, Found) for one in conversations), conversations
    return [one for one in conversations if isinstance(one, Found)]


def one(folder: Path, value: object) -> Found:
    """Give the only conversation in a file of JSON."""
    [only] = found(folder, value)
    return only


def shown(conversation: Found) -> list[tuple[str, str]]:
    """Give (role, text) of the branch on show."""
    by_id: dict[str, Message] = {message.id: message for message in conversation.messages}
    return [(message.role.value, message.text) for message in branch(by_id, conversation.conversation.leaf_id)]


def reasons(path: Path) -> list[str]:
    """Give why things in a file were skipped."""
    return [event.reason.value for event in events(path) if isinstance(event, Skipped)]


def strings(value: Any) -> list[str]:
    """Give every text in a conversation, of messages and all else."""
    texts = [value.conversation.title, value.conversation.system_prompt, value.folder, *value.conversation.tags]
    for message in value.messages:
        texts += [message.text, message.model]
        texts += [part for file in message.attachments for part in (file.name, file.text)]
    return texts
