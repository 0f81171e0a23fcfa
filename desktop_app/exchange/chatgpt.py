"""ChatGPT's export: `conversations.json`, a list of objects whose "mapping" is the tree of messages.

Source: exports of 2023 to 2026 as described by several readers of them: nodes have `message`, `parent`, `children`;
`current_node` is the end of the branch on show; `content_type` says where the text of a message is.
"""

from __future__ import annotations

import re
from typing import Any

from desktop_app.chat.message import MessageState, Role
from desktop_app.exchange.drafts import Draft, Node
from desktop_app.exchange.found import Source, Words
from desktop_app.exchange.loose import key_of, list_of, record_of, records_of, text_of, when_ms
from desktop_app.exchange.pieces import Pieces, Tally

_CITATION = re.compile("\ue200[^\ue200\ue201]{0,500}\ue201")
"""A reference to a page that was searched; it is shown as a button there and means nothing elsewhere."""
_HIDDEN_KINDS = {"user_editable_context", "model_editable_context", "reasoning_recap", "system_error"}
_SHOWN_TOOLS = ("python", "canmore.")
"""Tools whose input a person sees as code: the interpreter, and documents written beside the conversation."""


def recognises(value: dict[str, Any]) -> bool:
    """Say whether `value` is a conversation of ChatGPT."""
    return isinstance(value.get("mapping"), dict)


def read(value: dict[str, Any], words: Words) -> Draft:
    """Give the conversation."""
    tally = Tally(words)
    mapping: dict[str, Any] = value["mapping"]
    nodes = [_node(key, record_of(node), tally) for key, node in mapping.items() if key_of(key)]
    prompts = (node["message"] for node in records_of(list(mapping.values())) if _is_prompt(node.get("message")))
    key = key_of(value.get("conversation_id")) or key_of(value.get("id"))
    return Draft(
        source=Source.CHATGPT,
        key=key or f"{when_ms(value.get('create_time'))} {next(iter(mapping), '')}",
        nodes=nodes,
        title=text_of(value.get("title")),
        created_ms=when_ms(value.get("create_time")),
        updated_ms=when_ms(value.get("update_time")),
        leaf=key_of(value.get("current_node")),
        system_prompt=next((_parts_text(record_of(one.get("content"))) for one in prompts), ""),
        is_pinned=value.get("is_starred") is True,
        n_placeholders=tally.n_placeholders,
        n_left_out=tally.n_left_out,
    )


def _node(key: str, node: dict[str, Any], tally: Tally) -> Node:
    key, parent = key_of(key) or "", key_of(node.get("parent"))
    message = record_of(node.get("message"))
    content = record_of(message.get("content"))
    metadata = record_of(message.get("metadata"))
    role = text_of(record_of(message.get("author")).get("role"))
    pieces = Pieces(tally)
    if not message or role == "system" or _is_hidden(metadata) or text_of(content.get("content_type")) in _HIDDEN_KINDS:
        return Node(key, parent, None)
    if role == "tool":
        # A picture that was made stands in the message of the tool that made it.
        for part in records_of(content.get("parts")):
            _add_part(pieces, part)
        if pieces.is_empty():
            pieces.leave_out()
            return Node(key, parent, None)
    else:
        _add_content(pieces, content, text_of(message.get("recipient")) or "all")
    if role == "user":
        _add_files(pieces, content, metadata)
    if pieces.is_empty():
        return Node(key, parent, None, reasoning=pieces.reasoning)
    return Node(
        key=key,
        parent=parent,
        role=Role.USER if role == "user" else Role.ASSISTANT,
        text=pieces.text,
        reasoning=pieces.reasoning,
        created_ms=when_ms(message.get("create_time")),
        model=text_of(metadata.get("model_slug"))[:100],
        attachments=tuple(pieces.attachments),
        state=MessageState.INTERRUPTED if message.get("status") == "in_progress" else MessageState.DONE,
    )


def _is_hidden(metadata: dict[str, Any]) -> bool:
    return metadata.get("is_visually_hidden_from_conversation") is True or metadata.get("is_user_system_message") is True


def _is_prompt(message: object) -> bool:
    """Say whether this is the prompt of an assistant that somebody made: a system message that is shown and has text."""
    found = record_of(message)
    is_system = record_of(found.get("author")).get("role") == "system"
    return is_system and not _is_hidden(record_of(found.get("metadata"))) and bool(_parts_text(record_of(found.get("content"))))


def _parts_text(content: dict[str, Any]) -> str:
    return "\n".join(text_of(part) for part in list_of(content.get("parts")) if isinstance(part, str)).strip()


def _add_content(pieces: Pieces, content: dict[str, Any], recipient: str) -> None:
    match content.get("content_type"):
        case "thoughts":
            for thought in records_of(content.get("thoughts")):
                pieces.add_thought(text_of(thought.get("content")) or text_of(thought.get("summary")))
        case "code" if recipient == "all" or recipient.startswith(_SHOWN_TOOLS):
            language = text_of(content.get("language"))
            pieces.add_code(text_of(content.get("text")), "" if language == "unknown" else language)
        case _ if recipient != "all":
            pieces.leave_out()
        case _:
            parts = list_of(content.get("parts"))
            for part in parts:
                if isinstance(part, str):
                    pieces.add_text(_CITATION.sub("", text_of(part)))
                else:
                    _add_part(pieces, record_of(part))
            if not parts:
                pieces.add_text(text_of(content.get("text")))


def _add_part(pieces: Pieces, part: dict[str, Any]) -> None:
    kind = text_of(part.get("content_type"))
    if kind == "image_asset_pointer":
        pieces.add_image()
    elif kind == "audio_transcription":
        pieces.add_text(text_of(part.get("text")))
    elif "audio" in kind or "video" in kind:
        pieces.leave_out()  # what was said stands beside it, as a transcription
    elif part:
        pieces.add_text(text_of(part.get("text")))


def _add_files(pieces: Pieces, content: dict[str, Any], metadata: dict[str, Any]) -> None:
    """Add what was uploaded; its text is not in the export. Pictures stand among the parts already."""
    n_pictures = sum(part.get("content_type") == "image_asset_pointer" for part in records_of(content.get("parts")))
    for file in records_of(metadata.get("attachments"))[:100]:
        is_picture = text_of(file.get("mime_type") or file.get("mimeType")).startswith("image/")
        if is_picture and n_pictures:
            n_pictures -= 1
        else:
            pieces.add_file(file.get("name"))
