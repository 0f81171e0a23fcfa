"""Claude's export: `conversations.json`, a list of objects with "chat_messages".

Source: exports of 2024 to 2026. A message has `text` and, newer, blocks in `content`; newer still, its parent's uuid.
The parent of a first message is a uuid that stands for none.
"""

from __future__ import annotations

from typing import Any

from desktop_app.chat.message import Role
from desktop_app.exchange.drafts import Draft, Node
from desktop_app.exchange.found import Source, Words
from desktop_app.exchange.loose import key_of, record_of, records_of, text_of, when_ms
from desktop_app.exchange.pieces import Pieces, Tally

_SILENT = {"token_budget", "flag"}
"""Blocks that are no part of what was said or done."""


def recognises(value: dict[str, Any]) -> bool:
    """Say whether `value` is a conversation of Claude."""
    return isinstance(value.get("chat_messages"), list)


def read(value: dict[str, Any], words: Words) -> Draft:
    """Give the conversation."""
    tally = Tally(words)
    messages = records_of(value["chat_messages"])
    model = text_of(value.get("model"))
    is_tree = any("parent_message_uuid" in message for message in messages)
    nodes: list[Node] = []
    for place, message in enumerate(messages):
        key = key_of(message.get("uuid")) or f"message {place}"
        parent = key_of(message.get("parent_message_uuid")) if is_tree else (nodes[-1].key if nodes else None)
        nodes.append(_node(key, parent, message, model, tally))
    return Draft(
        source=Source.CLAUDE,
        key=key_of(value.get("uuid")) or f"{value.get('created_at')} {nodes[0].key if nodes else ''}",
        nodes=nodes,
        title=text_of(value.get("name")),
        created_ms=when_ms(value.get("created_at")),
        updated_ms=when_ms(value.get("updated_at")),
        leaf=key_of(value.get("current_leaf_message_uuid")) or (nodes[-1].key if nodes and not is_tree else None),
        is_pinned=value.get("is_starred") is True,
        n_placeholders=tally.n_placeholders,
        n_left_out=tally.n_left_out,
    )


def _node(key: str, parent: str | None, message: dict[str, Any], model: str, tally: Tally) -> Node:
    pieces = Pieces(tally)
    for block in records_of(message.get("content")):
        _add_block(pieces, block)
    if not pieces.text.strip():
        pieces.add_text(text_of(message.get("text")))
    for file in records_of(message.get("attachments"))[:100]:
        # A long paste has no name there.
        pieces.add_file(file.get("file_name"), text_of(file.get("extracted_content")), file.get("file_size"))
    for file in records_of(message.get("files"))[:100]:
        pieces.add_file(file.get("file_name"))
    if pieces.is_empty():
        return Node(key, parent, None, reasoning=pieces.reasoning)
    return Node(
        key=key,
        parent=parent,
        role=Role.USER if message.get("sender") in ("human", "user") else Role.ASSISTANT,
        text=pieces.text,
        reasoning=pieces.reasoning,
        created_ms=when_ms(message.get("created_at")),
        model=(text_of(message.get("model")) or model)[:100],
        attachments=tuple(pieces.attachments),
    )


def _add_block(pieces: Pieces, block: dict[str, Any]) -> None:
    match text_of(block.get("type")):
        case "text":
            pieces.add_text(text_of(block.get("text")))
        case "thinking":
            pieces.add_thought(text_of(block.get("thinking")))
        case "image":
            pieces.add_image()
        case "tool_use" if block.get("name") == "artifacts" and text_of(record_of(block.get("input")).get("content")):
            # A document beside the conversation is a part of the answer; changes of it are steps.
            document = record_of(block.get("input"))
            pieces.add_text(text_of(document.get("title")))
            pieces.add_code(text_of(document.get("content")), text_of(document.get("language")))
        case kind if kind not in _SILENT:
            pieces.leave_out()
