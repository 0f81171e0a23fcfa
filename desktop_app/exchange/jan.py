"""Jan's threads: a folder for each, with `thread.json` and one message a line in `messages.jsonl`.

Source: Jan 0.4 to 0.6, `ThreadMessage` and `Thread`. Times are seconds in older files and milliseconds in newer ones.
"""

from __future__ import annotations

from typing import Any

from desktop_app.chat.message import MessageState, Role
from desktop_app.exchange.drafts import Draft, Node
from desktop_app.exchange.found import Source, Words
from desktop_app.exchange.loose import key_of, record_of, records_of, text_of, when_ms
from desktop_app.exchange.pieces import Pieces, Tally, add_content

THREAD_FILE = "thread.json"
"""Beside the messages."""


def is_thread(value: dict[str, Any]) -> bool:
    """Say whether `value` tells of a thread; its messages are in the file beside it."""
    return value.get("object") == "thread" and "id" in value


def is_message(value: dict[str, Any]) -> bool:
    """Say whether `value` is a message of a thread."""
    return value.get("object") == "thread.message" and "role" in value


def read(thread: dict[str, Any], messages: list[dict[str, Any]], words: Words) -> Draft:
    """Give the conversation; `thread` may be {} where it is not known."""
    tally = Tally(words)
    assistant = next(iter(records_of(thread.get("assistants"))), {})
    model = text_of(record_of(assistant.get("model")).get("id")) or text_of(record_of(thread.get("model")).get("id"))
    nodes: list[Node] = []
    for place, message in enumerate(messages):
        key = key_of(message.get("id")) or f"message {place}"
        nodes.append(_node(key, nodes[-1].key if nodes else None, message, model, tally))
    prompts = (one for one in messages if one.get("role") == "system")
    first = messages[0] if messages else {}
    return Draft(
        source=Source.JAN,
        key=key_of(thread.get("id")) or key_of(first.get("thread_id")) or (nodes[0].key if nodes else ""),
        nodes=nodes,
        title=text_of(thread.get("title")),
        created_ms=when_ms(thread.get("created")),
        updated_ms=when_ms(thread.get("updated")),
        leaf=nodes[-1].key if nodes else None,
        system_prompt=text_of(assistant.get("instructions")) or next((_text(one, words) for one in prompts), ""),
        is_pinned=record_of(thread.get("metadata")).get("is_favorite") is True,
        n_placeholders=tally.n_placeholders,
        n_left_out=tally.n_left_out,
    )


def _text(message: dict[str, Any], words: Words) -> str:
    pieces = Pieces(Tally(words))
    add_content(pieces, message.get("content"))
    return pieces.text


def _node(key: str, parent: str | None, message: dict[str, Any], model: str, tally: Tally) -> Node:
    pieces = Pieces(tally)
    role = message.get("role")
    if role not in ("user", "assistant"):
        pieces.leave_out(int(role == "tool"))
        return Node(key, parent, None)
    add_content(pieces, message.get("content"))
    if pieces.is_empty():
        return Node(key, parent, None)
    return Node(
        key=key,
        parent=parent,
        role=Role.USER if role == "user" else Role.ASSISTANT,
        text=pieces.text,
        reasoning=pieces.reasoning,
        created_ms=when_ms(message.get("created_at") or message.get("created")),
        model=(text_of(record_of(message.get("metadata")).get("model")) or model)[:100],
        attachments=tuple(pieces.attachments),
        state=MessageState.INTERRUPTED if message.get("status") == "pending" else MessageState.DONE,
    )
