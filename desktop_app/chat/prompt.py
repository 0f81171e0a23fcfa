"""The branch on show and the system prompt become the messages that the model reads."""

from __future__ import annotations

import re
from collections.abc import Sequence

from desktop_app.chat.attachment import Attachment
from desktop_app.chat.message import Message, Role
from desktop_app.chat.reasoning import split
from desktop_app.engine.protocol import ChatMessage

_MIN_FENCE = 3


def messages_to_send(
    branch: Sequence[Message], system_prompt: str = "", *, is_continued: bool = False
) -> tuple[ChatMessage, ...]:
    """Give what the chat template gets: the system prompt, then every message of `branch` that has text.

    An answer without text (it failed, or is the one being generated) is left out. A question of the
    person stays even when its answer failed; chat templates that insist on alternating roles get two
    questions in a row joined into one. The files of a question stand before its text. What a model thought
    before an answer is not sent again, except of the last message when that `is_continued`.
    """
    sent: list[ChatMessage] = [ChatMessage(Role.SYSTEM, system_prompt)] if system_prompt.strip() else []
    for message in branch:
        is_open = is_continued and message is branch[-1]
        content = message.text if is_open else _content(message)
        if not content:
            continue
        if sent and sent[-1].role == message.role:
            sent[-1] = ChatMessage(message.role, f"{sent[-1].content}\n\n{content}")
        else:
            sent.append(ChatMessage(message.role, content))
    return tuple(sent)


def _content(message: Message) -> str:
    if message.role is Role.ASSISTANT:
        reasoning = split(message.text)
        # Blank lines stand behind a reasoning. An answer without one stays as it is, to be found in the KV cache.
        return message.text if len(reasoning.answer) == len(message.text) else reasoning.answer.lstrip()
    parts = [quoted(attachment) for attachment in message.attachments]
    return "\n\n".join([*parts, message.text] if message.text else parts)


def quoted(attachment: Attachment) -> str:
    """Give a file as quoted material: its name, and its text in a fence that nothing inside can close."""
    longest = max((len(run) for run in re.findall("`+", attachment.text)), default=0)
    fence = "`" * max(_MIN_FENCE, longest + 1)
    # A name is one line, whatever the disk allows.
    name = " ".join(attachment.name.split())
    end = "" if attachment.text.endswith("\n") else "\n"
    return f"File: {name}\n{fence}\n{attachment.text}{end}{fence}"
