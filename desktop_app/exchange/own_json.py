"""Our own form: a conversation as one object of JSON that keeps everything, and back.

A file is an object whose "conversations" is the list of them, or one such object. Nothing that belongs to this computer
is in it: no parameters, no drafts of others, no paths. A persona is named and not contained.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import asdict, replace
from typing import Any

from desktop_app import errors
from desktop_app.chat.attachment import Attachment
from desktop_app.chat.conversation import POLICIES, Conversation
from desktop_app.chat.message import GenerationStats, Message, MessageState, Role
from desktop_app.chat.summary import Summary
from desktop_app.exchange.drafts import Unusable, check_length, parents_first, without_circles
from desktop_app.exchange.found import Found, SkipReason, Source
from desktop_app.exchange.limits import MAX_TITLE_CHARACTERS
from desktop_app.exchange.loose import derived_id, key_of, line_of, name_of, record_of, records_of, tags_of, text_of

FORMAT = "hearth"
"""The key that a conversation of ours is known by; its value is the version of the form."""
VERSION = 1
"""What is added and can be left out, as "summaries" and "persona" were, does not change it: older files are read, and older
versions read newer files.
"""

_ID = re.compile(r"[0-9a-f]{32}\Z")
_BREAK = re.compile(r"[\r\n\v\f\x85\u2028\u2029]")
_MAX_MS = 2**53
_PERSONA_CHARACTERS_MAX = 80
_STATS = {"stop": str} | dict.fromkeys(("n_prompt", "n_reused", "n_predicted"), int)


def recognises(value: dict[str, Any]) -> bool:
    """Say whether `value` is a conversation of ours."""
    return isinstance(value.get(FORMAT), int) and isinstance(value.get("messages"), list)


# Out


def record(
    conversation: Conversation,
    messages: Iterable[Message],
    folder: str = "",
    summaries: Iterable[Summary] = (),
    persona: tuple[str, str] = ("", ""),
) -> dict[str, Any]:
    """Give a conversation with all its messages as plain values; `persona`: id and name of who answers in it."""
    one = conversation
    return {
        FORMAT: VERSION, "id": one.id, "title": one.title, "title_is_custom": one.title_is_custom,
        "created_ms": one.created_ms, "updated_ms": one.updated_ms, "trashed_ms": one.trashed_ms,
        "pinned_ms": one.pinned_ms, "is_unread": one.is_unread, "folder": folder, "tags": list(one.tags),
        "system_prompt": one.system_prompt, "persona": dict(zip(("id", "name"), persona, strict=True)) if persona[0] else None,
        "draft": one.draft, "leaf_id": one.leaf_id,
        "context_policy": one.context_policy, "summaries": [summary_record(summary) for summary in summaries],
        "messages": [message_record(message) for message in messages],
    }  # fmt: skip


def message_record(message: Message) -> dict[str, Any]:
    """Give a message as plain values."""
    return {
        "id": message.id, "parent_id": message.parent_id, "role": message.role.value, "created_ms": message.created_ms,
        "state": message.state.value, "model": message.model, "text": message.text,
        "stats": asdict(message.stats) if message.stats else None,
        "error": {"name": message.error[0], "fields": json.loads(message.error[1])} if message.error else None,
        "removed_ms": message.removed_ms, "is_pinned": message.is_pinned,
        "attachments": [attachment.as_dict() for attachment in message.attachments],
    }  # fmt: skip


def summary_record(summary: Summary) -> dict[str, Any]:
    """Give a summary as plain values; of whose conversation it is, says where it stands."""
    return {name: value for name, value in summary.as_dict().items() if name != "conversation_id"}


def document(records: Iterable[dict[str, Any]]) -> Iterator[str]:
    """Give the text of a file of conversations, a piece for each."""
    yield f'{{"application": "Hearth", "{FORMAT}": {VERSION}, "conversations": ['
    for number, one in enumerate(records):
        yield (",\n" if number else "\n") + json.dumps(one, ensure_ascii=False)
    yield "\n]}\n"


# In


def read(value: dict[str, Any], now_ms: int) -> Found:
    """Give the conversation. Raises: Unusable."""
    if value[FORMAT] > VERSION:
        raise Unusable(SkipReason.NEWER_VERSION)
    key = key_of(value.get("id")) or ""
    id_ = key if _ID.match(key) else derived_id(Source.HEARTH, key)
    messages = _messages(records_of(value["messages"]), id_, now_ms)
    if not messages:
        raise Unusable(SkipReason.EMPTY)
    ids = {one.id for one in messages}
    summaries = tuple(_summaries(records_of(value.get("summaries")), id_, ids, now_ms))
    check_length([one.text for one in messages] + [one.text for one in summaries])
    leaf_id = _id(value.get("leaf_id"), id_)
    created_ms = _ms(value.get("created_ms"), messages[0].created_ms)
    conversation = Conversation(
        id=id_,
        title=_BREAK.sub(" ", text_of(value.get("title"))[:MAX_TITLE_CHARACTERS]),
        title_is_custom=value.get("title_is_custom") is True,
        created_ms=min(created_ms, now_ms),
        updated_ms=min(_ms(value.get("updated_ms"), created_ms), now_ms),
        leaf_id=leaf_id if leaf_id in ids else messages[-1].id,
        trashed_ms=_ms_or_none(value.get("trashed_ms")),
        draft=text_of(value.get("draft")),
        system_prompt=text_of(value.get("system_prompt")),
        pinned_ms=_ms_or_none(value.get("pinned_ms")),
        tags=tags_of(value.get("tags")),
        is_unread=value.get("is_unread") is True,
        context_policy=next((one for one in POLICIES if one == value.get("context_policy")), None),
    )
    folder = line_of(value.get("folder"), MAX_TITLE_CHARACTERS)
    return Found(
        Source.HEARTH, conversation, messages, folder, summaries=summaries, persona=persona_of(record_of(value.get("persona")))
    )


def persona_of(value: dict[str, Any]) -> tuple[str, str]:
    """Give id and name of a persona, ("", "") where there is none."""
    id_, name = (line_of(value.get(key), _PERSONA_CHARACTERS_MAX) for key in ("id", "name"))
    return id_, name


def _messages(records: Sequence[dict[str, Any]], conversation_id: str, now_ms: int) -> tuple[Message, ...]:
    by_id: dict[str, Message] = {}
    for one in records:
        message = read_message(one, conversation_id, now_ms)
        if message is not None:
            by_id.setdefault(message.id, message)
    parents = {id_: one.parent_id if one.parent_id in by_id else None for id_, one in by_id.items()}
    without_circles(parents)
    return tuple(replace(by_id[id_], parent_id=parents[id_]) for id_ in parents_first(by_id, parents))


def read_message(value: dict[str, Any], conversation_id: str, now_ms: int) -> Message | None:
    """Give a message; None for what is none."""
    id_ = _id(value.get("id"), conversation_id)
    role = text_of(value.get("role"))
    if id_ is None or role not in set(Role):
        return None
    state = text_of(value.get("state"))
    return Message(
        id=id_,
        conversation_id=conversation_id,
        parent_id=_id(value.get("parent_id"), conversation_id),
        role=Role(role),
        text=text_of(value.get("text")),
        created_ms=min(_ms(value.get("created_ms"), now_ms), now_ms),
        state=_state(state, role),
        model=line_of(value.get("model"), MAX_TITLE_CHARACTERS),
        stats=_stats(record_of(value.get("stats"))),
        error=_error(record_of(value.get("error"))),
        attachments=tuple(_attachment(one, id_, place) for place, one in enumerate(records_of(value.get("attachments")))),
        removed_ms=_ms_or_none(value.get("removed_ms")),
        is_pinned=value.get("is_pinned") is True,
    )


def _summaries(records: Sequence[dict[str, Any]], conversation_id: str, ids: set[str], now_ms: int) -> Iterator[Summary]:
    for value in records:
        id_, up_to = (_id(value.get(name), conversation_id) for name in ("id", "up_to_message_id"))
        if id_ is not None and up_to in ids:
            yield Summary(
                id=id_,
                conversation_id=conversation_id,
                up_to_message_id=up_to,
                text=text_of(value.get("text")),
                model=line_of(value.get("model"), MAX_TITLE_CHARACTERS),
                created_ms=min(_ms(value.get("created_ms"), now_ms), now_ms),
                removed_ms=_ms_or_none(value.get("removed_ms")),
            )


def _id(value: object, conversation_id: str) -> str | None:
    """Give an identity of ours as it is; one that was written by hand becomes one of ours."""
    key = key_of(value)
    return key if key is None or _ID.match(key) else derived_id(Source.HEARTH, conversation_id, key)


def _ms(value: object, otherwise: int) -> int:
    found = _ms_or_none(value)
    return otherwise if found is None else found


def _ms_or_none(value: object) -> int | None:
    is_time = isinstance(value, int) and not isinstance(value, bool)
    return max(0, min(value, _MAX_MS)) if is_time and isinstance(value, int) else None


def _state(name: str, role: str) -> MessageState:
    """Give the state; an answer that was in progress when it was written is none any more."""
    if name not in set(MessageState) or role != Role.ASSISTANT:
        return MessageState.DONE
    return MessageState.INTERRUPTED if name == MessageState.GENERATING else MessageState(name)


def _stats(value: dict[str, Any]) -> GenerationStats | None:
    if not value:
        return None
    found: dict[str, Any] = {}
    for name in GenerationStats.__slots__:
        one = value.get(name, 0)
        is_number = isinstance(one, int | float) and not isinstance(one, bool) and 0 <= one < _MAX_MS
        if _STATS.get(name) is str:
            found[name] = line_of(value.get(name), 40)
        else:
            found[name] = _STATS.get(name, float)(one if is_number else 0)
    return GenerationStats(**found)


def _error(value: dict[str, Any]) -> tuple[str, str] | None:
    """Give why there is no answer, if it is an error that we know; of a path only the name of the file."""
    kind = getattr(errors, text_of(value.get("name")) or "-", None)
    if not (isinstance(kind, type) and issubclass(kind, errors.AppError)):
        return None
    fields = record_of(value.get("fields"))
    clean: dict[str, str | int] = {}
    for name, one in fields.items():
        if name in kind._names and isinstance(one, str | int) and not isinstance(one, bool):
            clean[name] = _word(name, one) if isinstance(one, str) else max(-_MAX_MS, min(one, _MAX_MS))
    try:
        kind(**clean)
    except TypeError:
        return None
    return kind.__name__, json.dumps(clean)


def _word(field: str, value: str) -> str:
    return name_of(value) if field in ("path", "program") else line_of(value, 400)


def _attachment(value: dict[str, Any], message_id: str, place: int) -> Attachment:
    text = text_of(value.get("text"))
    n_bytes = _ms_or_none(value.get("n_bytes"))
    return Attachment(
        _id(value.get("id"), message_id) or derived_id(message_id, str(place)), name_of(value.get("name")), text,
        len(text.encode()) if n_bytes is None else n_bytes,
    )  # fmt: skip
