"""What the process that reads tells the window, one JSON object a line.

A long text comes in pieces, each a line of its own, so that no line takes the window longer than a blink to read. A
conversation is told of in three kinds of lines: its head, its messages, its end.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import replace
from typing import Any

from desktop_app.chat.attachment import Attachment
from desktop_app.chat.conversation import Conversation
from desktop_app.chat.message import GenerationStats, Message, MessageState, Role
from desktop_app.chat.summary import Summary
from desktop_app.exchange.found import Ended, Event, Found, Progress, Skipped, SkipReason, Source
from desktop_app.exchange.loose import record_of
from desktop_app.exchange.own_json import message_record, persona_of, record, summary_record
from desktop_app.record import Record

PIECE_CHARACTERS = 100_000
MAX_LINE_BYTES = 4 * 1024 * 1024
"""A piece, were every character of it escaped, and the rest of its line."""

N_AHEAD_CHARACTERS = 4_000_000
"""Characters of conversations that are told before the window has stored the first of them."""
_N_EXTRA_CHARACTERS = 300
"""What something counts for besides its text: a million empty conversations are work, too."""


class Request(Record):
    """What to read."""

    path: str
    now_ms: int
    image_word: str
    file_word: str

    def as_line(self) -> bytes:
        """Give it as the first line that the process reads."""
        return json.dumps(self.as_dict()).encode() + b"\n"


class Failed(Record):
    """The file itself cannot be read; `detail` is the system's word for why."""

    detail: str


def weight(event: Event | Failed) -> int:
    """Give what an event counts for; the reader waits when too much is not acknowledged."""
    if isinstance(event, Found):
        texts = (len(one.text) + sum(len(file.text) for file in one.attachments) for one in event.messages)
        n_characters = sum(texts) + sum(len(one.text) for one in event.summaries)
        return n_characters + _N_EXTRA_CHARACTERS * (1 + len(event.messages) + len(event.summaries))
    return _N_EXTRA_CHARACTERS if isinstance(event, Skipped) else 0


def encode(event: Event | Failed) -> Iterator[bytes]:
    """Give the lines for an event."""
    if not isinstance(event, Found):
        yield _line(type(event).__name__, event.as_dict())
        return
    head = record(event.conversation, (), event.folder, persona=event.persona)
    values = {"source": event.source, "n_placeholders": event.n_placeholders, "n_left_out": event.n_left_out}
    yield from _pieces("Head", head | values, "system_prompt", "draft")
    for message in event.messages:
        yield from _pieces("Message", message_record(message) | {"attachments": []}, "text")
        for attachment in message.attachments:
            yield from _pieces("Attachment", attachment.as_dict(), "text")
    for summary in event.summaries:
        yield from _pieces("Summary", summary_record(summary), "text")
    yield _line("End", {})


def _pieces(kind: str, values: dict[str, Any], *texts: str) -> Iterator[bytes]:
    """Give a line, and one more for every piece of its long texts."""
    yield _line(kind, values | {name: values[name][:PIECE_CHARACTERS] for name in texts})
    for name in texts:
        for at in range(PIECE_CHARACTERS, len(values[name]), PIECE_CHARACTERS):
            yield _line("More", {"name": name, "text": values[name][at : at + PIECE_CHARACTERS]})


def _line(kind: str, values: dict[str, Any]) -> bytes:
    return json.dumps({"kind": kind} | values, ensure_ascii=False).encode() + b"\n"


class Decoder:
    """Puts lines together again. They come from a process of ours, but what it read may have got the better of it."""

    def __init__(self) -> None:
        self._head: dict[str, Any] = {}
        self._message: dict[str, Any] | None = None
        self._messages: list[Message] = []
        self._summaries: list[dict[str, Any]] = []
        self._last: dict[str, Any] = {}
        """What the next piece of text belongs to; texts are lists of pieces until the end."""

    def take(self, line: bytes) -> Event | Failed | None:
        """Give the event that is complete with this line. Raises: ValueError, TypeError, LookupError: it is no line of ours."""
        values = json.loads(line)
        kind = values.pop("kind")
        match kind:
            case "Head":
                self._head, self._message = self._begun(values, "system_prompt", "draft"), None
                self._messages, self._summaries = [], []
            case "Message":
                # One at a time: 5,000 values made at the end would take the window 20 ms.
                self._end_message()
                self._message = self._begun(values, "text")
            case "Attachment" if self._message is not None:
                self._message["attachments"].append(self._begun(values, "text"))
            case "Summary":
                self._summaries.append(self._begun(values, "text"))
            case "More":
                self._last[values["name"]].append(values["text"])
            case "End":
                self._end_message()
                return self._found()
            case "Skipped":
                return Skipped(values["name"], SkipReason(values["reason"]))
            case "Progress":
                return Progress(**values)
            case "Ended":
                return Ended(**values)
            case "Failed":
                return Failed(**values)
            case _:
                raise ValueError("an unknown kind of line")
        return None

    def _begun(self, values: dict[str, Any], *texts: str) -> dict[str, Any]:
        self._last = values | {name: [values[name]] for name in texts}
        return self._last

    def _end_message(self) -> None:
        if self._message is not None:
            self._messages.append(_message(self._message, self._head["id"]))
            self._message = None

    def _found(self) -> Found:
        head, messages = self._head, tuple(self._messages)
        conversation = Conversation(
            id=head["id"], title=head["title"], title_is_custom=head["title_is_custom"], created_ms=head["created_ms"],
            updated_ms=head["updated_ms"], leaf_id=head["leaf_id"], trashed_ms=head["trashed_ms"], draft="".join(head["draft"]),
            system_prompt="".join(head["system_prompt"]), pinned_ms=head["pinned_ms"], tags=tuple(head["tags"]),
            is_unread=head["is_unread"], context_policy=head["context_policy"],
        )  # fmt: skip
        source, folder = Source(head["source"]), head["folder"]
        summaries = tuple(
            Summary(**one | {"text": "".join(one["text"]), "conversation_id": conversation.id}) for one in self._summaries
        )
        persona = persona_of(record_of(head["persona"]))
        return Found(source, conversation, messages, folder, head["n_placeholders"], head["n_left_out"], summaries, persona)


def _message(values: dict[str, Any], conversation_id: str) -> Message:
    error = values["error"]
    message = Message(
        id=values["id"], conversation_id=conversation_id, parent_id=values["parent_id"], role=Role(values["role"]),
        text="".join(values["text"]), created_ms=values["created_ms"], state=MessageState(values["state"]), model=values["model"],
        stats=GenerationStats(**values["stats"]) if values["stats"] else None,
        error=(error["name"], json.dumps(error["fields"])) if error else None, removed_ms=values["removed_ms"],
        is_pinned=values["is_pinned"],
    )  # fmt: skip
    if not values["attachments"]:
        return message
    attachments = (Attachment(one["id"], one["name"], "".join(one["text"]), one["n_bytes"]) for one in values["attachments"])
    return replace(message, attachments=tuple(attachments))
