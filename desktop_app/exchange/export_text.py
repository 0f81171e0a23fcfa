"""Conversations as plain text: who said what, as it was written."""

from __future__ import annotations

from collections.abc import Iterator

from desktop_app.chat.message import Message, Role
from desktop_app.chat.reasoning import split
from desktop_app.exchange.exported import Exported, ExportWords, remark, speaker, title_of


def plain_text(exported: Exported, words: ExportWords) -> str:
    """Give a conversation or a selection of its messages; one message alone is just its text."""
    if not exported.is_whole and len(exported.messages) == 1:
        return "\n\n".join(_body(exported.messages[0], words)).rstrip("\n") + "\n"
    return "\n\n".join(_blocks(exported, words)).rstrip("\n") + "\n"


def _blocks(exported: Exported, words: ExportWords) -> Iterator[str]:
    if exported.is_whole:
        yield _underlined(title_of(exported, words), words.when(exported.conversation.created_ms), "=")
        if exported.conversation.system_prompt:
            yield _underlined(words.system_prompt, "", "-")
            yield exported.conversation.system_prompt
    for message in exported.messages:
        yield _underlined(speaker(message, words), words.when(message.created_ms), "-")
        yield from _body(message, words)


def _underlined(name: str, when: str, mark: str) -> str:
    line = f"{name}, {when}" if when else name
    return f"{line}\n{mark * min(len(line), 72)}"


def _body(message: Message, words: ExportWords) -> Iterator[str]:
    parts = split(message.text) if message.role is Role.ASSISTANT else None
    if parts is not None and parts.text.strip():
        yield f"[{words.reasoning}]"
        yield parts.text.strip("\n")
        yield f"[/{words.reasoning}]"
    for attachment in message.attachments:
        yield f"[{words.attachment}: {attachment.name}]"
        yield attachment.text
        yield f"[/{words.attachment}]"
    text = parts.answer.lstrip("\n") if parts is not None and parts.text else message.text
    if text:
        yield text
    if said := remark(message, words):
        yield f"[{said}]"
