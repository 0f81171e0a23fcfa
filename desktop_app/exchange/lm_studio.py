"""LM Studio's conversations: one `<time>.conversation.json` each, in ~/.lmstudio/conversations and folders in it.

Source: files of LM Studio 0.3. A message is a list of versions, of which one is selected; what follows it belongs to
all of them. An answer has steps; a step of the style "thinking" is reasoning.
"""

from __future__ import annotations

import re
from typing import Any

from desktop_app.chat.message import Role
from desktop_app.exchange.drafts import Draft, Node
from desktop_app.exchange.found import Source, Words
from desktop_app.exchange.loose import list_of, record_of, records_of, text_of, when_ms
from desktop_app.exchange.pieces import Pieces, Tally, add_content

_TIME = re.compile(r"(\d{13})-")


def recognises(value: dict[str, Any]) -> bool:
    """Say whether `value` is a conversation of LM Studio."""
    messages = value.get("messages")
    if not isinstance(messages, list):
        return False
    has_versions = any(isinstance(one.get("versions"), list) for one in records_of(messages[:50]))
    return has_versions or (not messages and "usePerChatPredictionConfig" in value)


def read(value: dict[str, Any], words: Words) -> Draft:
    """Give the conversation."""
    tally = Tally(words)
    created_ms = when_ms(value.get("createdAt"))
    model = text_of(record_of(value.get("lastUsedModel")).get("identifier"))
    nodes: list[Node] = []
    parent: str | None = None
    for place, message in enumerate(records_of(value["messages"])):
        versions = [
            _node(f"{place}.{number}", parent, version, model, tally)
            for number, version in enumerate(records_of(message.get("versions")))
        ]
        nodes += versions
        selected = message.get("currentlySelected")
        number = selected if isinstance(selected, int) and 0 <= selected < len(versions) else -1
        parent = versions[number].key if versions else parent
    shown = next((node.text for node in nodes if node.role is not None), "")
    return Draft(
        source=Source.LM_STUDIO,
        # A file has no identity but the millisecond it was begun in.
        key=f"{created_ms} {'' if created_ms else shown[:200]}",
        nodes=nodes,
        title=text_of(value.get("name")),
        created_ms=created_ms,
        updated_ms=_latest(value, nodes),
        leaf=parent,
        system_prompt=text_of(value.get("systemPrompt")) or _prompt(value),
        is_pinned=value.get("pinned") is True,
        n_placeholders=tally.n_placeholders,
        n_left_out=tally.n_left_out,
    )


def _latest(value: dict[str, Any], nodes: list[Node]) -> int | None:
    times = [when_ms(value.get(name)) for name in ("userLastMessagedAt", "assistantLastMessagedAt")]
    times += [node.created_ms for node in nodes]
    return max((time for time in times if time is not None), default=None)


def _prompt(value: dict[str, Any]) -> str:
    """Give the system prompt where newer files have it, among the settings, which are left where they are."""
    for field in records_of(record_of(value.get("perChatPredictionConfig")).get("fields")):
        if field.get("key") == "llm.prediction.systemPrompt":
            return text_of(field.get("value"))
    return ""


def _node(key: str, parent: str | None, version: dict[str, Any], model: str, tally: Tally) -> Node:
    pieces = Pieces(tally)
    role = Role.USER if version.get("role") == "user" else Role.ASSISTANT
    _add_parts(pieces, version.get("content"))
    time: int | None = None
    for step in records_of(version.get("steps")):
        found = _TIME.match(text_of(step.get("stepIdentifier")))
        time = time or (int(found[1]) if found else None)
        if step.get("type") == "contentBlock":
            _add_step(pieces, step)
        elif step.get("type") != "debugInfoBlock":
            pieces.leave_out()
    if pieces.is_empty() or version.get("role") == "system":
        return Node(key, parent, None, reasoning=pieces.reasoning)
    name = text_of(record_of(version.get("senderInfo")).get("senderName"))
    return Node(
        key=key, parent=parent, role=role, text=pieces.text, reasoning=pieces.reasoning, created_ms=time,
        model=(name or model)[:100], attachments=tuple(pieces.attachments),
    )  # fmt: skip


def _add_step(pieces: Pieces, step: dict[str, Any]) -> None:
    if record_of(step.get("style")).get("type") == "thinking":
        for part in records_of(step.get("content")):
            pieces.add_thought(text_of(part.get("text")))
    else:
        _add_parts(pieces, step.get("content"))


def _add_parts(pieces: Pieces, content: object) -> None:
    """Add a list of parts; text that was cut into several parts is one text."""
    texts: list[str] = []
    for part in list_of(content):
        kind = record_of(part).get("type")
        if kind == "text":
            texts.append(text_of(part.get("text")))
        elif kind == "file" and part.get("fileType") == "image":
            pieces.add_image()
        elif kind == "file":
            pieces.add_file(part.get("fileIdentifier"))
        else:
            add_content(pieces, [part])
    pieces.add_text("".join(texts))
