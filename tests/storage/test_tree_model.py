"""Random edits, answers, versions, removals and undo: what must hold of every tree of messages after every step."""

from __future__ import annotations

import itertools
from collections import Counter

import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule

from desktop_app.chat.message import Message, MessageState, Role, new_id
from desktop_app.storage import branches, copies, trash
from desktop_app.storage import conversations as store
from desktop_app.storage.database import Database
from tests.storage.index_check import index_problems
from tests.storage.talk import ask

NUMBERS = st.integers(0, 999)


class Tree(RuleBasedStateMachine):
    """One conversation in memory; messages are chosen by number."""

    @initialize()
    def start(self) -> None:
        self.database = Database.in_memory(f"tree-{new_id()}")
        self.id = ask(self.database, "first").conversation_id
        self.wanted: str | None = None
        """A message that must be on show after this step."""

    def _messages(self) -> list[Message]:
        return branches.all_messages(self.database, self.id)

    def _message(self, number: int) -> Message:
        messages = self._messages()
        return messages[number % len(messages)]

    @rule()
    def ask(self) -> None:
        self.wanted = ask(self.database, "more", self.id).question_id

    @rule(number=NUMBERS)
    def edit(self, number: int) -> None:
        self.wanted = new_id()
        branches.edit(self.database, self._message(number).id, self.wanted, new_id(), "edited", "m")

    @rule(number=NUMBERS)
    def regenerate(self, number: int) -> None:
        self.wanted = new_id()
        branches.regenerate(self.database, self._message(number).id, self.wanted, "m")

    @rule(number=NUMBERS)
    def finish_or_continue(self, number: int) -> None:
        self.wanted, one = None, self._message(number)
        if one.state is MessageState.GENERATING:
            store.finish(self.database, one.id, MessageState.DONE, None, None, "words")
        elif one.role is Role.ASSISTANT:
            branches.continue_answer(self.database, one.id)

    @rule(number=NUMBERS)
    def show_version(self, number: int) -> None:
        one = self._message(number)
        branches.show_version(self.database, one.id)
        self.wanted = one.id if one.removed_ms is None else None

    @rule(number=NUMBERS)
    def remove_and_bring_back(self, number: int) -> None:
        one = self._message(number)
        before = branches.branch_on_show(self.database, self.id)
        branches.remove_message(self.database, one.id)
        assert one.id not in [other.id for other in branches.branch_on_show(self.database, self.id)]
        branches.restore_message(self.database, one.id)
        if one.id in [other.id for other in before]:
            assert branches.branch_on_show(self.database, self.id) == before
        self.wanted = one.id

    @rule(numbers=st.lists(NUMBERS, min_size=2, max_size=4))
    def remove_several_on_show_and_bring_them_back(self, numbers: list[int]) -> None:
        before = branches.branch_on_show(self.database, self.id)
        removed = []
        for number in numbers:
            if on_show := branches.branch_on_show(self.database, self.id):
                removed.append(on_show[number % len(on_show)].id)
                branches.remove_message(self.database, removed[-1])
        branches.restore_messages(self.database, removed)
        assert branches.branch_on_show(self.database, self.id) == before
        self.wanted = None

    @rule(number=NUMBERS)
    def remove(self, number: int) -> None:
        branches.remove_message(self.database, self._message(number).id)
        self.wanted = None

    @precondition(lambda self: len(self._messages()) < 60)
    @rule()
    def go_on_with_a_copy(self) -> None:
        shown, id_ = branches.branch_on_show(self.database, self.id), new_id()
        copies.duplicate(self.database, self.id, id_)
        assert [one.text for one in branches.branch_on_show(self.database, id_)] == [one.text for one in shown]
        trash.purge(self.database, [self.id])
        self.id, self.wanted = id_, None

    @invariant()
    def the_branch_on_show_is_one_path_of_live_messages(self) -> None:
        if not hasattr(self, "database"):
            return
        shown, messages = branches.branch_on_show(self.database, self.id), {one.id: one for one in self._messages()}
        assert all(one.removed_ms is None for one in shown)
        assert self.wanted is None or self.wanted in [one.id for one in shown]
        for upper, lower in itertools.pairwise(shown):
            parent = messages[lower.id].parent_id
            while parent is not None and messages[parent].removed_ms is not None:
                parent = messages[parent].parent_id
            assert parent == upper.id

    @invariant()
    def the_forks_and_the_index_are_right(self) -> None:
        if not hasattr(self, "database"):
            return
        messages = self._messages()
        forks = {parent for parent, n_children in Counter(one.parent_id or "" for one in messages).items() if n_children > 1}
        children = {one.id: one.parent_id or "" for one in messages}
        noted = dict(self.database.rows("SELECT parent_id, child_id FROM shown_child"))
        assert set(noted) == forks
        assert all(children[child] == parent for parent, child in noted.items())
        versions = branches.all_versions(self.database, self.id)
        assert all(versions.get(one.id, ()) in ((), branches.versions(self.database, one.id)) for one in messages)
        assert index_problems(self.database) == []

    def teardown(self) -> None:
        if hasattr(self, "database"):
            self.database.close()


TestTree = Tree.TestCase
TestTree.settings = settings(max_examples=30, stateful_step_count=20, deadline=None, suppress_health_check=[HealthCheck.too_slow])


def test_the_planted_forgotten_fork_is_seen() -> None:
    tree = Tree()
    tree.start()
    tree.regenerate(1)
    tree.the_forks_and_the_index_are_right()
    tree.database.execute("DELETE FROM shown_child")

    with pytest.raises(AssertionError):
        tree.the_forks_and_the_index_are_right()
    tree.teardown()
