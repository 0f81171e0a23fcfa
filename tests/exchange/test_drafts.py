"""Whatever the nodes of a file say of each other, what comes out is a tree, and everything that can be shown is in it."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from desktop_app.chat.conversation import branch
from desktop_app.chat.message import Message, Role
from desktop_app.exchange.drafts import Draft, Node, Unusable, finished
from desktop_app.exchange.found import Found, SkipReason, Source
from tests.exchange.corpus import NOW_MS

KEYS = st.sampled_from(["a", "b", "c", "d", "e", "f", "g", "nowhere"])
NODES = st.lists(
    st.builds(
        Node,
        key=KEYS,
        parent=st.none() | KEYS,
        role=st.sampled_from([None, None, Role.USER, Role.ASSISTANT]),
        text=st.just("text"),
        reasoning=st.sampled_from(["", "hm"]),
        created_ms=st.none() | st.integers(-5, NOW_MS * 3),
    ),
    max_size=12,
)


def made(nodes: list[Node], **values: object) -> Found:
    return finished(Draft(source=Source.CHATGPT, key="c", nodes=nodes, **values), NOW_MS)


def node(key: str, parent: str | None, role: Role | None = Role.USER, text: str = "", **values: object) -> Node:
    return Node(key, parent, role, text or key, **values)


def shown(found: Found) -> list[str]:
    by_id: dict[str, Message] = {message.id: message for message in found.messages}
    return [message.text for message in branch(by_id, found.conversation.leaf_id)]


@settings(deadline=None)
@given(NODES, st.none() | KEYS)
def test_any_nodes_become_a_tree_or_are_refused(nodes: list[Node], leaf: str | None) -> None:
    keys = {one.key for one in nodes}
    first = {one.key: one for one in reversed(nodes)}
    n_shown = sum(first[key].role is not None for key in keys)
    if n_shown == 0:
        with pytest.raises(Unusable, match="empty"):
            made(nodes, leaf=leaf)
        return
    found = made(nodes, leaf=leaf)
    assert len(found.messages) == n_shown
    known: set[str] = set()
    for message in found.messages:
        assert message.parent_id is None or message.parent_id in known, "a parent comes before its children"
        assert 0 <= message.created_ms <= NOW_MS
        known.add(message.id)
    assert len(known) == n_shown
    assert found.conversation.leaf_id in known
    assert found.conversation.created_ms <= found.conversation.updated_ms <= NOW_MS


def test_what_hangs_on_a_hidden_node_hangs_on_the_one_above_it() -> None:
    nodes = [node("q", None), node("tool", "q", None), node("more", "tool", None), node("a", "more", Role.ASSISTANT)]
    assert shown(made(nodes)) == ["q", "a"]


def test_two_messages_that_are_each_others_parent_are_both_kept() -> None:
    found = made([node("a", "b"), node("b", "a")], leaf="a")
    assert sorted(message.text for message in found.messages) == ["a", "b"]


def test_of_two_nodes_with_one_key_the_first_is_taken() -> None:
    assert [message.text for message in made([node("a", None, text="first"), node("a", None, text="second")]).messages] == [
        "first"
    ]


def test_the_leaf_on_show_is_the_one_that_the_file_names() -> None:
    nodes = [node("q", None), node("old", "q"), node("new", "q")]
    assert shown(made(nodes, leaf="old")) == ["q", "old"]
    assert shown(made(nodes, leaf="nowhere")) == ["q", "new"]


def test_a_leaf_that_is_hidden_stands_for_the_message_above_it() -> None:
    nodes = [node("q", None), node("a", "q"), node("b", "q"), node("hidden", "a", None)]
    assert shown(made(nodes, leaf="hidden")) == ["q", "a"]


def test_versions_stand_in_order_of_their_making() -> None:
    nodes = [node("q", None, created_ms=1), node("late", "q", created_ms=9), node("early", "q", created_ms=5)]
    assert [message.text for message in made(nodes).messages] == ["q", "early", "late"]


def test_what_was_thought_stands_before_the_answer() -> None:
    nodes = [node("q", None), node("t", "q", None, reasoning="Hm."), node("a", "t", Role.ASSISTANT, reasoning="Yes.")]
    assert shown(made(nodes)) == ["q", "<think>\nHm.\n\nYes.\n</think>\n\na"]


def test_a_conversation_without_a_title_is_called_by_its_first_question() -> None:
    found = made([node("q", None, text="Why is\nthe sky blue?")])
    assert (found.conversation.title, found.conversation.title_is_custom) == ("Why is", False)


def test_times_that_are_missing_are_those_around_them() -> None:
    found = made([node("q", None, created_ms=5000), node("a", "q")])
    assert found.conversation.created_ms == found.conversation.updated_ms == found.messages[1].created_ms == 5000


def test_a_message_that_nobody_has_written_is_refused() -> None:
    with pytest.raises(Unusable) as raised:
        made([node("q", None, text="x" * 4_000_001)])
    assert raised.value.reason is SkipReason.TOO_LARGE


def test_ten_thousand_messages_below_each_other_are_no_problem() -> None:
    nodes = [node(str(number), str(number - 1)) for number in reversed(range(10_000))]
    assert len(shown(made(nodes, leaf="9999"))) == 10_000
