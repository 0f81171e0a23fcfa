"""The branch on show and the system prompt become the messages that the model reads."""

from __future__ import annotations

from collections.abc import Sequence

from desktop_app.chat.message import Message, Role
from desktop_app.engine.protocol import ChatMessage


def messages_to_send(branch: Sequence[Message], system_prompt: str = "") -> tuple[ChatMessage, ...]:
    """Give what the chat template gets: the system prompt, then every message of `branch` that has text.

    An answer without text (it failed, or is the one being generated) is left out. A question of the
    person stays even when its answer failed; chat templates that insist on alternating roles get two
    questions in a row joined into one.
    """
    sent: list[ChatMessage] = [ChatMessage(Role.SYSTEM, system_prompt)] if system_prompt.strip() else []
    for message in branch:
        if not message.text:
            continue
        if sent and sent[-1].role == message.role:
            sent[-1] = ChatMessage(message.role, f"{sent[-1].content}\n\n{message.text}")
        else:
            sent.append(ChatMessage(message.role, message.text))
    return tuple(sent)
