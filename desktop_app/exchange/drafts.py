"""A conversation as another application has it becomes one of ours: a tree without holes, circles or twins.

What reads a format gives a `Draft`: nodes that name their parents. They may name ones that are not there, or each other.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

from desktop_app.chat.attachment import Attachment
from desktop_app.chat.conversation import Conversation, first_line
from desktop_app.chat.message import Message, MessageState, Role
from desktop_app.exchange.found import Found, SkipReason, Source
from desktop_app.exchange.limits import MAX_MESSAGE_CHARACTERS, MAX_TITLE_CHARACTERS
from desktop_app.exchange.loose import clamped_ms, derived_id, line_of
from desktop_app.record import Record

_LONGEST_GAP = 16
"""Hidden nodes in a row that are looked at for reasoning."""


class Unusable(Exception):
    """There is nothing to make a conversation of."""

    def __init__(self, reason: SkipReason) -> None:
        super().__init__(reason)
        self.reason = reason


class Node(Record):
    """A message in a file, or a step that is not shown."""

    key: str
    parent: str | None
    role: Role | None
    """None: not shown; what hangs on it hangs on the one above it."""
    text: str = ""
    reasoning: str = ""
    """What the model thought before; that of hidden nodes goes to the message below them."""
    created_ms: int | None = None
    model: str = ""
    attachments: tuple[Attachment, ...] = ()
    state: MessageState = MessageState.DONE


class Draft(Record):
    """A conversation in a file."""

    source: Source
    key: str
    """What it is known by where it comes from."""
    nodes: Sequence[Node]
    title: str = ""
    created_ms: int | None = None
    updated_ms: int | None = None
    leaf: str | None = None
    """Key of the last message on show; None: the newest."""
    system_prompt: str = ""
    folder: str = ""
    tags: tuple[str, ...] = ()
    is_pinned: bool = False
    n_placeholders: int = 0
    n_left_out: int = 0


def finished(draft: Draft, now_ms: int) -> Found:
    """Give the conversation that `draft` describes. Raises: Unusable when it has no message."""
    nodes, parents, reasoning = _tree(draft.nodes)
    if not nodes:
        raise Unusable(SkipReason.EMPTY)
    check_length(node.text for node in nodes)
    ids = {node.key: derived_id(draft.source, draft.key, node.key) for node in nodes}
    id_ = derived_id(draft.source, draft.key)
    times = [time for node in nodes if (time := clamped_ms(node.created_ms, now_ms)) is not None]
    created_ms = _first(clamped_ms(draft.created_ms, now_ms), min(times, default=None), now_ms)
    updated_ms = _first(clamped_ms(draft.updated_ms, now_ms), max(times, default=None), created_ms)
    title = line_of(draft.title, MAX_TITLE_CHARACTERS)
    conversation = Conversation(
        id=id_,
        title=title or first_line(next((node.text for node in nodes if node.role is Role.USER), nodes[0].text)),
        title_is_custom=bool(title),
        created_ms=created_ms,
        updated_ms=max(created_ms, updated_ms),
        leaf_id=ids[_leaf(draft, nodes, parents)],
        system_prompt=draft.system_prompt,
        pinned_ms=max(created_ms, updated_ms) if draft.is_pinned else None,
        tags=draft.tags,
    )
    messages = []
    for node in nodes:
        parent = parents[node.key]
        time = clamped_ms(node.created_ms, now_ms)
        messages.append(_message(node, id_, ids, parent, reasoning[node.key], created_ms if time is None else time))
    return Found(
        draft.source,
        conversation,
        tuple(messages),
        draft.folder,
        n_placeholders=draft.n_placeholders,
        n_left_out=draft.n_left_out,
    )


def check_length(texts: Iterable[str]) -> None:
    """Refuse messages that are too long. Raises: Unusable."""
    if any(len(text) > MAX_MESSAGE_CHARACTERS for text in texts):
        raise Unusable(SkipReason.TOO_LARGE)


def _message(
    node: Node, conversation_id: str, ids: dict[str, str], parent: str | None, reasoning: str, created_ms: int
) -> Message:
    id_ = ids[node.key]
    text = f"<think>\n{reasoning}\n</think>\n\n{node.text}" if reasoning and node.role is Role.ASSISTANT else node.text
    attachments = tuple(one.replaced(id=derived_id(id_, str(place))) for place, one in enumerate(node.attachments))
    return Message(
        id=id_, conversation_id=conversation_id, parent_id=ids[parent] if parent is not None else None,
        role=node.role or Role.USER, text=text, created_ms=created_ms, state=node.state,
        model=node.model if node.role is Role.ASSISTANT else "", attachments=attachments,
    )  # fmt: skip


def _first(*times: int | None) -> int:
    return next(time for time in times if time is not None)


def _tree(given: Sequence[Node]) -> tuple[list[Node], dict[str, str | None], dict[str, str]]:
    """Give the nodes that are shown, parents first; the parent of each; and what was thought before each."""
    by_key: dict[str, Node] = {}
    for node in given:
        by_key.setdefault(node.key, node)
    shown = [node for node in by_key.values() if node.role is not None]
    if all(node.created_ms is not None for node in shown):
        # Versions of one message stand in order of their making.
        shown.sort(key=lambda node: node.created_ms or 0)
    above: dict[str, str | None] = {}
    parents = {node.key: _shown_above(node, by_key, above) for node in shown}
    without_circles(parents)
    reasoning = {node.key: _thought_before(node, by_key) for node in shown}
    return [by_key[key] for key in parents_first((node.key for node in shown), parents)], parents, reasoning


def _shown_above(node: Node, by_key: dict[str, Node], above: dict[str, str | None]) -> str | None:
    """Give the nearest node above that is shown; `above` remembers it for hidden ones, so that no way is gone twice."""
    way: list[str] = []
    current = node.parent
    while current is not None and current in by_key and by_key[current].role is None and current not in above:
        above[current] = None  # where a circle of hidden nodes leads
        way.append(current)
        current = by_key[current].parent
    found = above.get(current or "", current if current in by_key else None)
    above.update(dict.fromkeys(way, found))
    return found


def _thought_before(node: Node, by_key: dict[str, Node]) -> str:
    thoughts = [node.reasoning]
    current = by_key.get(node.parent or "")
    for _ in range(_LONGEST_GAP):
        if current is None or current.role is not None:
            break
        thoughts.append(current.reasoning)
        current = by_key.get(current.parent or "")
    return "\n\n".join(one for one in reversed(thoughts) if one)


def without_circles(parents: dict[str, str | None]) -> None:
    """Make one node of every circle a first message."""
    done: set[str] = set()
    for key in parents:
        way: set[str] = set()
        current: str | None = key
        while current is not None and current not in done:
            done.add(current)
            way.add(current)
            following = parents.get(current)
            if following in way:
                parents[current] = None
                break
            current = following


def parents_first(keys: Iterable[str], parents: dict[str, str | None]) -> Iterator[str]:
    """Give the keys in their order, but each one only behind its parent. There must be no circles."""
    given: set[str] = set()
    waiting: dict[str, list[str]] = {}
    for key in keys:
        parent = parents[key]
        if parent is not None and parent not in given:
            waiting.setdefault(parent, []).append(key)
            continue
        ready = [key]
        while ready:
            one = ready.pop()
            given.add(one)
            yield one
            ready.extend(reversed(waiting.pop(one, [])))


def _leaf(draft: Draft, nodes: list[Node], parents: dict[str, str | None]) -> str:
    by_key = {node.key: node for node in draft.nodes}
    current = draft.leaf
    seen: set[str] = set()
    while current is not None and current not in parents and current in by_key and current not in seen:
        seen.add(current)
        current = by_key[current].parent
    if current in parents and current is not None:
        return current
    # The newest message that nothing hangs on.
    with_children = set(parents.values())
    ends = [node for node in nodes if node.key not in with_children]
    return max(reversed(ends), key=lambda node: node.created_ms or 0).key
