"""Conversations that are simply there, whatever they hold."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial

from desktop_app.chat.conversation import Conversation
from desktop_app.chat.message import Message, new_id
from desktop_app.services.conversations import Conversations
from desktop_app.storage.copies import import_conversation


def put_conversation(conversations: Conversations, new: Conversation, messages: Sequence[Message]) -> str:
    """Have a conversation with all its messages stored under new ids; gives its id at once."""
    id_ = new_id()
    work = partial(import_conversation, conversation_id=id_, new=new, messages=messages)
    conversations.in_writer(work, lambda _: conversations.tell_restored([id_], []))
    return id_
