"""Conversations as Markdown: what was written is in it as it was written, byte for byte."""

from __future__ import annotations

import re
from collections.abc import Iterator

from desktop_app.chat.attachment import Attachment
from desktop_app.chat.message import Message, Role
from desktop_app.chat.reasoning import split
from desktop_app.exchange.exported import Exported, ExportWords, remark, speaker, title_of
from desktop_app.exchange.fences import fenced, open_fence

_SPECIAL = re.compile(r"([\\`*_{}\[\]<>#|&~$])")


def escaped(text: str) -> str:
    """Give `text` so that Markdown shows it as it is."""
    return _SPECIAL.sub(r"\\\1", text)


def markdown(exported: Exported, words: ExportWords) -> str:
    """Give a conversation or a selection of its messages; one message alone is just its text."""
    if not exported.is_whole and len(exported.messages) == 1:
        return "\n\n".join(_body(exported.messages[0], words)).rstrip("\n") + "\n"
    return "\n\n".join(_blocks(exported, words)) + "\n"


def _blocks(exported: Exported, words: ExportWords) -> Iterator[str]:
    if exported.is_whole:
        yield f"# {escaped(title_of(exported, words))}"
        if when := words.when(exported.conversation.created_ms):
            yield f"*{escaped(when)}*"
        if exported.conversation.system_prompt:
            yield f"## {escaped(words.system_prompt)}"
            yield closed(exported.conversation.system_prompt)
    for message in exported.messages:
        yield f"## {escaped(speaker(message, words))}"
        if when := words.when(message.created_ms):
            yield f"*{escaped(when)}*"
        yield from _body(message, words)


def _body(message: Message, words: ExportWords) -> Iterator[str]:
    parts = split(message.text) if message.role is Role.ASSISTANT else None
    if parts is not None and parts.text.strip():
        summary = escaped(words.reasoning)
        yield f"<details>\n<summary>{summary}</summary>\n\n{closed(parts.text.strip(chr(10)))}\n\n</details>"
    text = parts.answer.lstrip("\n") if parts is not None and parts.text else message.text
    for attachment in message.attachments:
        yield from _attachment(attachment, words)
    if text:
        yield closed(text)
    if said := remark(message, words):
        yield f"*{escaped(said)}*"


def _attachment(attachment: Attachment, words: ExportWords) -> Iterator[str]:
    yield f"**{escaped(words.attachment)}: {escaped(attachment.name)}**"
    yield fenced(attachment.text, attachment.name.rpartition(".")[2] if "." in attachment.name else "")


def closed(text: str) -> str:
    """Give `text`, and behind it the end of a code block that it leaves open: else what follows would be code, too."""
    end = open_fence(text)
    return f"{text}{'' if text.endswith(chr(10)) else chr(10)}{end}" if end else text
