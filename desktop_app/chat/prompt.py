"""The branch on show, its summary and the system prompt become the messages that the model reads."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Mapping, Sequence
from types import MappingProxyType
from typing import TYPE_CHECKING

from desktop_app.chat.attachment import Attachment
from desktop_app.chat.message import Message, Role
from desktop_app.chat.reasoning import split
from desktop_app.engine.protocol import ChatMessage
from desktop_app.record import Record

if TYPE_CHECKING:
    from desktop_app.chat.summary import Summary

_MIN_FENCE = 3
_SUMMARY_HEAD = "Summary of the conversation so far:"


class Sent(Record):
    """What the chat template gets, and where it comes from."""

    messages: tuple[ChatMessage, ...]
    ids: tuple[tuple[str, ...], ...]
    """For each of `messages` the ids of the stored messages that it is made of; none for the system prompt."""
    summed_up: frozenset[str] = frozenset()
    """The ids of the stored messages that a summary stands for."""

    def ids_of(self, indexes: Iterable[int]) -> frozenset[str]:
        """Give the ids of the stored messages in some of `messages`."""
        return frozenset(id_ for index in indexes if index < len(self.ids) for id_ in self.ids[index])


def messages_to_send(
    branch: Sequence[Message], system_prompt: str = "", *, is_continued: bool = False
) -> tuple[ChatMessage, ...]:
    """Give the messages of `to_send`, without a summary."""
    return to_send(branch, system_prompt, is_continued=is_continued).messages


def to_send(
    branch: Sequence[Message],
    system_prompt: str = "",
    *,
    is_continued: bool = False,
    summaries: Sequence[Summary] = (),
    counts: Mapping[str, int] = MappingProxyType({}),
) -> Sent:
    """Give what the chat template gets: the system prompt, then every message of `branch` that has text.

    An answer without text (it failed, or is the one being generated) is left out. A question of the
    person stays even when its answer failed; chat templates that insist on alternating roles get two
    questions in a row joined into one. The files of a question stand before its text. What a model thought
    before an answer is not sent again, except of the last message when that `is_continued`.

    The one of `summaries` that reaches farthest stands with the system prompt, for all down to its last message but
    exchanges with a pinned message. `counts`: tokens of messages, by id, as far as they are known.
    """
    summary = in_force(summaries, branch)
    summed_up = _summed_up(branch, summary) if summary else frozenset()
    system = "\n\n".join([*([system_prompt] if system_prompt.strip() else []), *([_text_of(summary)] if summary else [])])
    sent: list[ChatMessage] = [ChatMessage(Role.SYSTEM, system)] if system else []
    ids: list[tuple[str, ...]] = [()] if system else []
    for message in branch:
        is_open = is_continued and message is branch[-1]
        content = message.text if is_open else _content(message)
        if not content or message.id in summed_up:
            continue
        n_tokens = -1 if is_open else counts.get(message.id, -1)
        if sent and sent[-1].role == message.role:
            sent[-1] = _joined(sent[-1], ChatMessage(message.role, content, message.is_pinned, n_tokens))
            ids[-1] = (*ids[-1], message.id)
        else:
            sent.append(ChatMessage(message.role, content, message.is_pinned, n_tokens))
            ids.append((message.id,))
    return Sent(tuple(sent), tuple(ids), summed_up)


def in_force(summaries: Sequence[Summary], branch: Sequence[Message]) -> Summary | None:
    """Give the summary that stands for the most of `branch`, the newest of those; None when there is none."""
    if not summaries:
        return None
    places = {message.id: index for index, message in enumerate(branch)}
    found = [one for one in summaries if one.removed_ms is None and one.up_to_message_id in places]
    return max(enumerate(found), key=lambda item: (places[item[1].up_to_message_id], item[0]))[1] if found else None


def exchanges(branch: Sequence[Message]) -> list[list[Message]]:
    """Give `branch` in pieces, each a question and what was answered to it."""
    found: list[list[Message]] = []
    for message in branch:
        if message.role is Role.USER or not found:
            found.append([])
        found[-1].append(message)
    return found


def _summed_up(branch: Sequence[Message], summary: Summary) -> frozenset[str]:
    place = next(index for index, message in enumerate(branch) if message.id == summary.up_to_message_id)
    groups = exchanges(branch[: place + 1])
    return frozenset(message.id for group in groups if not has_pin(group) for message in group)


def has_pin(messages: Collection[Message]) -> bool:
    """Say whether any of `messages` is pinned."""
    return any(message.is_pinned for message in messages)


def _text_of(summary: Summary) -> str:
    return f"{_SUMMARY_HEAD}\n{summary.text}"


def _joined(first: ChatMessage, second: ChatMessage) -> ChatMessage:
    is_known = first.n_tokens >= 0 and second.n_tokens >= 0
    return ChatMessage(
        first.role,
        f"{first.content}\n\n{second.content}",
        first.is_pinned or second.is_pinned,
        first.n_tokens + second.n_tokens + 1 if is_known else -1,
    )


def _content(message: Message) -> str:
    if message.role is Role.ASSISTANT:
        reasoning = split(message.text)
        # Blank lines stand behind a reasoning. An answer without one stays as it is, to be found in the KV cache.
        return message.text if len(reasoning.answer) == len(message.text) else reasoning.answer.lstrip()
    parts = [quoted(attachment) for attachment in message.attachments]
    return "\n\n".join([*parts, message.text] if message.text else parts)


def quoted(attachment: Attachment) -> str:
    """Give a file as quoted material: its name, and its text in a fence that nothing inside can close."""
    longest = max((len(run) for run in re.findall("`+", attachment.text)), default=0)
    fence = "`" * max(_MIN_FENCE, longest + 1)
    # A name is one line, whatever the disk allows.
    name = " ".join(attachment.name.split())
    end = "" if attachment.text.endswith("\n") else "\n"
    return f"File: {name}\n{fence}\n{attachment.text}{end}{fence}"
