"""Conversations of llama.cpp's web page: an object with "conv" and "messages", a list of them, or one record a line.

Source: tools/server/webui and tools/ui of llama.cpp, `ExportedConversation` and `serializeSessionToJsonl`. The tree
begins with a message of the type "root", which is not shown.
"""

from __future__ import annotations

from typing import Any

from desktop_app.chat.message import Role
from desktop_app.exchange.drafts import Draft, Node
from desktop_app.exchange.found import Source, Words
from desktop_app.exchange.loose import key_of, record_of, records_of, text_of, when_ms
from desktop_app.exchange.pieces import Pieces, Tally, add_content

_WITH_TEXT = {"textFile", "context", "pdfFile", "TEXT", "PDF", "LEGACY_CONTEXT", "text", "pdf", "legacyContext"}
_PICTURES = {"imageFile", "IMAGE", "image"}


def recognises(value: dict[str, Any]) -> bool:
    """Say whether `value` is a conversation with its messages, of this year or of the first versions."""
    messages = value.get("messages")
    if not isinstance(messages, list):
        return False
    return isinstance(value.get("conv"), dict) or ("lastModified" in value and "id" in value)


def is_session(value: dict[str, Any]) -> bool:
    """Say whether this line begins a conversation, whose messages are the lines below."""
    return value.get("type") == "session" and ("currNode" in value or "lastModified" in value)


def is_message(value: dict[str, Any]) -> bool:
    """Say whether this line is a message of the session above."""
    return value.get("type") == "message" and isinstance(value.get("message"), dict)


def read(value: dict[str, Any], words: Words) -> Draft:
    """Give the conversation."""
    tally = Tally(words)
    conv = record_of(value.get("conv")) or value
    messages = records_of(value.get("messages"))
    is_tree = any("parent" in message for message in messages)
    nodes: list[Node] = []
    for place, message in enumerate(messages):
        parent = key_of(message.get("parent")) if is_tree else (nodes[-1].key if nodes else None)
        nodes.append(_node(key_of(message.get("id")) or f"message {place}", parent, message, tally))
    systems = (one for one in messages if one.get("role") == "system" and one.get("type") != "root")
    return Draft(
        source=Source.LLAMA_CPP,
        key=key_of(conv.get("id")) or (nodes[0].key if nodes else ""),
        nodes=nodes,
        title=text_of(conv.get("name")),
        updated_ms=when_ms(conv.get("lastModified")),
        leaf=key_of(conv.get("currNode")) or (nodes[-1].key if nodes and not is_tree else None),
        system_prompt=next((text_of(one.get("content")) for one in systems), ""),
        is_pinned=conv.get("pinned") is True,
        n_placeholders=tally.n_placeholders,
        n_left_out=tally.n_left_out,
    )


def _node(key: str, parent: str | None, message: dict[str, Any], tally: Tally) -> Node:
    pieces = Pieces(tally)
    role = message.get("role")
    if message.get("type") == "root" or role not in ("user", "assistant"):
        if role == "tool":
            pieces.leave_out()
        return Node(key, parent, None)
    add_content(pieces, message.get("content"))
    pieces.add_thought(text_of(message.get("reasoningContent")) or text_of(message.get("thinking")))
    for extra in records_of(message.get("extra"))[:100]:
        kind = text_of(extra.get("type"))
        if kind in _PICTURES:
            pieces.add_image()
        else:
            pieces.add_file(extra.get("name"), text_of(extra.get("content")) if kind in _WITH_TEXT else "")
    if pieces.is_empty():
        return Node(key, parent, None, reasoning=pieces.reasoning)
    return Node(
        key=key,
        parent=parent,
        role=Role.USER if role == "user" else Role.ASSISTANT,
        text=pieces.text,
        reasoning=pieces.reasoning,
        created_ms=when_ms(message.get("timestamp")),
        model=text_of(message.get("model"))[:100],
        attachments=tuple(pieces.attachments),
    )
