"""Open WebUI's export: a list of chats, each with a tree of messages in `chat.history`.

Source: exports of Open WebUI 0.3 to 0.6. Times of chats and messages are seconds; reasoning stands in the text of an
answer as an HTML block.
"""

from __future__ import annotations

import html
import re
from typing import Any

from desktop_app.chat.message import MessageState, Role
from desktop_app.exchange.drafts import Draft, Node
from desktop_app.exchange.found import Source, Words
from desktop_app.exchange.loose import key_of, list_of, record_of, records_of, tags_of, text_of, when_ms
from desktop_app.exchange.pieces import Pieces, Tally, add_content

_DETAILS = re.compile(r'\s*<details type="reasoning"[^>]{0,300}>\s*(?:<summary>[^<]{0,300}</summary>)?')
_DETAILS_END = "</details>"
_QUOTED = re.compile(r"^> ?", re.MULTILINE)


def recognises(value: dict[str, Any]) -> bool:
    """Say whether `value` is a chat of Open WebUI, with or without what the server knows about it."""
    chat = record_of(value.get("chat"))
    is_chat = isinstance(record_of(chat.get("history")).get("messages"), dict) or isinstance(chat.get("messages"), list)
    return is_chat or isinstance(record_of(value.get("history")).get("messages"), dict)


def read(value: dict[str, Any], words: Words) -> Draft:
    """Give the conversation."""
    tally = Tally(words)
    chat = record_of(value.get("chat")) or value
    history = record_of(chat.get("history"))
    messages = record_of(history.get("messages"))
    linear = not messages
    if linear:
        messages = {key_of(one.get("id")) or str(place): one for place, one in enumerate(records_of(chat.get("messages")))}
    nodes: list[Node] = []
    for key, message in messages.items():
        known = record_of(message)
        parent = key_of(known.get("parentId"))
        if linear and parent is None and nodes:
            parent = nodes[-1].key
        nodes.append(_node(key_of(key) or "", parent, known, tally))
    tags = (*tags_of(record_of(value.get("meta")).get("tags")), *tags_of(chat.get("tags")))
    prompt = text_of(chat.get("system")) or text_of(record_of(chat.get("params")).get("system"))
    return Draft(
        source=Source.OPEN_WEBUI,
        key=key_of(value.get("id")) or key_of(chat.get("id")) or next(iter(messages), ""),
        nodes=nodes,
        title=text_of(value.get("title")) or text_of(chat.get("title")),
        created_ms=when_ms(value.get("created_at")) or when_ms(chat.get("timestamp")),
        updated_ms=when_ms(value.get("updated_at")),
        leaf=key_of(history.get("currentId")) or (nodes[-1].key if linear and nodes else None),
        system_prompt=prompt or _prompt(messages),
        tags=tuple(sorted(set(tags))),
        is_pinned=value.get("pinned") is True,
        n_placeholders=tally.n_placeholders,
        n_left_out=tally.n_left_out,
    )


def _prompt(messages: dict[str, Any]) -> str:
    systems = (one for one in records_of(list(messages.values())) if one.get("role") == "system")
    return next((text_of(one.get("content")) for one in systems), "")


def _node(key: str, parent: str | None, message: dict[str, Any], tally: Tally) -> Node:
    pieces = Pieces(tally)
    is_question = message.get("role") == "user"
    content = message.get("content")
    if isinstance(content, str) and not is_question:
        thought, answer = _without_reasoning(text_of(content))
        pieces.add_thought(thought)
        pieces.add_text(answer)
    else:
        add_content(pieces, content)
    for file in records_of(message.get("files"))[:100]:
        _add_file(pieces, file)
    if message.get("role") not in ("user", "assistant") or pieces.is_empty():
        return Node(key, parent, None, reasoning=pieces.reasoning)
    return Node(
        key=key,
        parent=parent,
        role=Role.USER if is_question else Role.ASSISTANT,
        text=pieces.text,
        reasoning=pieces.reasoning,
        created_ms=when_ms(message.get("timestamp")),
        model=(text_of(message.get("modelName")) or text_of(message.get("model")))[:100],
        attachments=tuple(pieces.attachments),
        state=MessageState.INTERRUPTED if not is_question and message.get("done") is False else MessageState.DONE,
    )


def _without_reasoning(text: str) -> tuple[str, str]:
    """Give what was thought before an answer, and the answer."""
    opened = _DETAILS.match(text)
    end = text.find(_DETAILS_END, opened.end()) if opened else -1
    if opened is None or end < 0:
        return "", text
    thought = html.unescape(text[opened.end() : end]).strip()
    return _QUOTED.sub("", thought), text[end + len(_DETAILS_END) :].lstrip()


def _add_file(pieces: Pieces, file: dict[str, Any]) -> None:
    if file.get("type") == "image":
        pieces.add_image()
        return
    inner = record_of(file.get("file"))
    text = text_of(record_of(inner.get("data")).get("content")) or text_of(file.get("content"))
    name = text_of(file.get("name")) or text_of(inner.get("filename"))
    pieces.add_file(name, text, file.get("size"))
    if file.get("type") == "collection" or list_of(file.get("docs")):
        pieces.leave_out()
