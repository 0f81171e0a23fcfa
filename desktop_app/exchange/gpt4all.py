"""GPT4All's chats: one binary `gpt4all-<id>.chat` each, written by Qt's QDataStream.

Source: gpt4all-chat of 3.10, `ChatListModel`, `Chat::deserialize`, `ChatLLM::deserialize` and `ChatItem::deserialize`,
format versions 1 to 12. Files of before that have no mark to know them by. A chat has one time, of its beginning.
"""

from __future__ import annotations

from urllib.parse import unquote_to_bytes

from desktop_app.chat.message import Role, storable
from desktop_app.exchange.data_stream import DataStream
from desktop_app.exchange.drafts import Draft, Node, Unusable
from desktop_app.exchange.found import SkipReason, Source, Words
from desktop_app.exchange.pieces import Pieces, Tally

MAGIC = b"\xf5\xd5\x53\xcc"
NEWEST_VERSION = 12
_MAX_ITEMS = 200_000
_MAX_DEPTH = 20
_TOOL_STRING, _TOOL_NUMBERS = 10, {1: 1, 2: 4, 3: 4, 4: 8, 5: 8, 6: 8}
"""Types of QVariant that stand in the parameters of a tool: QString, and numbers with their size."""


def recognises(start: bytes) -> bool:
    """Say whether a file that begins like this is a chat of GPT4All."""
    return start.startswith(MAGIC)


def read(stream: DataStream, words: Words) -> Draft:
    """Give the conversation. Raises: Unusable, EOFError where the file ends, ValueError where it is damaged."""
    stream.skip(len(MAGIC))
    version = stream.int32()
    if version > NEWEST_VERSION:
        raise Unusable(SkipReason.NEWER_VERSION)
    if version < 1:
        raise ValueError("a version that never was")
    created_s = stream.int64()
    id_, name, _user, model = (stream.string() for _ in range(4))
    if version >= 3:
        stream.strings()  # collections of documents: names of folders of that computer
    if version < 11:
        _skip_state(stream, version)
    tally = Tally(words)
    nodes: list[Node] = []
    for number in range(stream.count(_MAX_ITEMS, bits=32)):
        nodes.append(_item(stream, version, number, nodes[-1] if nodes else None, model, tally))
    created_ms = created_s * 1000 if 0 < created_s < 2**40 else None
    return Draft(
        source=Source.GPT4ALL, key=id_ or f"{created_s} {name}", nodes=nodes, title=name, created_ms=created_ms,
        leaf=nodes[-1].key if nodes else None, n_placeholders=tally.n_placeholders, n_left_out=tally.n_left_out,
    )  # fmt: skip


def _skip_state(stream: DataStream, version: int) -> None:
    """Pass what older versions kept of the model's memory."""
    has_cache = stream.boolean() if version >= 6 else True
    if version >= 2:
        stream.skip(8)  # type of the model, version of its state
    stream.string()
    stream.string()
    stream.skip(4)
    if not has_cache:
        return
    stream.skip(4 * ((version < 4) + 1 + (version >= 7)))  # logits of the answer, n_past, n_ctx
    if version < 9:
        stream.skip(4 * stream.uint64())
    stream.skip(4 * stream.uint64())
    stream.skip_bytes()


def _item(stream: DataStream, version: int, number: int, before: Node | None, model: str, tally: Tally) -> Node:
    if version < 12:
        stream.int32()
    kind = stream.string().strip().rstrip(":")
    text = stream.string()
    if version < 10:
        stream.string()  # a copy of the question
    stream.string()
    stream.skip(4)  # current, stopped, thumbs up, thumbs down
    if version >= 11 and kind == "Response":
        stream.skip(1)
    pieces = Pieces(tally)
    _pass_sources(stream, version)
    if version >= 10:
        for _ in range(stream.count(_MAX_ITEMS)):
            _add_attachment(pieces, stream)
    if version >= 12 and (parts := _sub_items(stream, tally, 1)):
        text = "".join(parts)
    pieces.add_text(text)
    # Older versions wrote the words of the person's language here; questions and answers take turns.
    is_question = kind == "Prompt" or (kind != "Response" and (before is None or before.role is Role.ASSISTANT))
    parent = before.key if before else None
    if kind == "System" or pieces.is_empty():
        return Node(str(number), parent, None)
    return Node(
        key=str(number), parent=parent, role=Role.USER if is_question else Role.ASSISTANT, text=pieces.text,
        model=model[:100], attachments=tuple(pieces.attachments),
    )  # fmt: skip


def _pass_sources(stream: DataStream, version: int) -> None:
    """Pass what was quoted from documents of that computer, with their paths."""
    if version >= 8:
        for _ in range(stream.count(_MAX_ITEMS)):
            for _ in range(7):
                stream.skip_bytes()
            stream.skip(12)
    elif version >= 3:
        stream.skip_bytes()
        stream.strings()


def _add_attachment(pieces: Pieces, stream: DataStream) -> None:
    """Add a file by the last part of its address, never the address."""
    address, content = stream.data(), stream.data()
    name = unquote_to_bytes(address.rpartition(b"/")[2]).decode("utf-8", "replace")
    is_text = b"\0" not in content[:8192]
    pieces.add_file(name, storable(content.decode("utf-8", "replace")) if is_text else "", len(content))


def _sub_items(stream: DataStream, tally: Tally, depth: int) -> list[str]:
    """Give the texts that an answer is made of; calls of tools and what came of them are left out."""
    if depth > _MAX_DEPTH:
        raise ValueError("nested without end")
    texts: list[str] = []
    for _ in range(stream.count(_MAX_ITEMS)):
        kind = stream.string().strip().rstrip(":")
        text = stream.string()
        if kind == "ToolCall":
            _pass_tool_call(stream)
        elif kind == "Think":
            stream.skip(4)
        inner = _sub_items(stream, tally, depth + 1)
        if kind in ("ToolCall", "ToolResponse"):
            tally.n_left_out += 1
        else:
            texts += inner or [text]
    return texts


def _pass_tool_call(stream: DataStream) -> None:
    stream.skip_bytes()
    for _ in range(stream.count(_MAX_ITEMS)):
        stream.skip_bytes()
        stream.skip(4)
        kind = stream.int32()
        stream.skip(1)
        if kind == _TOOL_STRING:
            stream.skip_bytes()
        elif kind in _TOOL_NUMBERS:
            stream.skip(_TOOL_NUMBERS[kind])
        elif kind != 0:
            raise ValueError("a value of another kind")
    stream.skip_bytes()
    stream.skip(4)
    stream.skip_bytes()
