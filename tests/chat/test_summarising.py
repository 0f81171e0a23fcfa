"""A summary in place of the beginning of a conversation: what is sent then, and what is summed up next."""

from __future__ import annotations

from collections.abc import Sequence

from desktop_app.chat.message import Message, Role
from desktop_app.chat.prompt import in_force, to_send
from desktop_app.chat.summarising import SUMMARY_REQUEST, part_to_sum_up, summary_in, summary_request, summary_sampling
from desktop_app.chat.summary import Summary

USER, ASSISTANT = Role.USER, Role.ASSISTANT


def branch_of(n_exchanges: int, *, pinned: Sequence[int] = (), text: str = "text") -> list[Message]:
    """Give exchanges; message n has the id "n"."""
    roles = (USER, ASSISTANT)
    return [
        Message(str(n), "c", str(n - 1) if n else None, roles[n % 2], f"{text} {n}", 0, is_pinned=n in pinned)
        for n in range(2 * n_exchanges)
    ]


def summary(up_to: int, text: str = "They met.", removed_ms: int | None = None) -> Summary:
    return Summary(f"s{up_to}{text}", "c", str(up_to), text, "Model", 0, removed_ms)


def test_a_summary_stands_with_the_system_prompt_and_not_for_what_comes_after() -> None:
    sent = to_send(branch_of(3), "Be brief.", summaries=[summary(3)])

    assert sent.messages[0].role == "system"
    assert sent.messages[0].content.startswith("Be brief.\n\n") and sent.messages[0].content.endswith("They met.")
    assert [one.content for one in sent.messages[1:]] == ["text 4", "text 5"]
    assert sent.summed_up == {"0", "1", "2", "3"}
    assert sent.ids == ((), ("4",), ("5",))


def test_an_exchange_with_a_pin_is_sent_as_it_is() -> None:
    sent = to_send(branch_of(3, pinned=[1]), summaries=[summary(3)])

    assert [one.content for one in sent.messages[1:]] == ["text 0", "text 1", "text 4", "text 5"]
    assert sent.summed_up == {"2", "3"}
    assert [one.is_pinned for one in sent.messages] == [False, False, True, False, False]


def test_the_summary_that_reaches_farthest_counts_and_the_newer_of_two_alike() -> None:
    branch = branch_of(4)
    summaries = [summary(5, "far"), summary(1, "near"), summary(5, "far and new")]

    found = in_force(summaries, branch)

    assert found is not None and found.text == "far and new"


def test_one_that_was_taken_back_or_is_about_another_branch_does_not_count() -> None:
    assert in_force([summary(1, removed_ms=5), summary(99)], branch_of(2)) is None
    assert to_send(branch_of(2), summaries=[summary(99)]).summed_up == frozenset()


def test_ids_say_where_joined_messages_come_from_and_counts_add_up() -> None:
    branch = [Message("a", "c", None, USER, "one", 0), Message("b", "c", "a", USER, "two", 0)]

    sent = to_send(branch, counts={"a": 3, "b": 4})

    assert sent.ids == (("a", "b"),)
    assert sent.messages[0].n_tokens == 8
    assert to_send(branch, counts={"a": 3}).messages[0].n_tokens == -1
    assert sent.ids_of([0]) == {"a", "b"}


def test_an_open_answer_is_counted_anew() -> None:
    branch = branch_of(1)

    assert to_send(branch, is_continued=True, counts={"0": 5, "1": 5}).messages[-1].n_tokens == -1


def test_so_much_is_summed_up_that_half_of_the_context_is_free() -> None:
    branch = branch_of(6)
    counts = {str(n): 50 for n in range(12)}

    part = part_to_sum_up(branch, [], counts, 800)

    assert [message.id for group in part for message in group] == ["0", "1", "2", "3"]


def test_no_more_is_summed_up_at_once_than_can_be_read() -> None:
    part = part_to_sum_up(branch_of(20), [], {str(n): 50 for n in range(40)}, 800)

    assert len(part) == 5


def test_the_last_exchange_and_what_is_summed_up_already_are_left_alone() -> None:
    branch = branch_of(3)

    assert part_to_sum_up(branch[-2:], [], {}, 10) == []
    part = part_to_sum_up(branch, [summary(1)], {str(n): 50 for n in range(6)}, 10)
    assert [message.id for group in part for message in group] == ["2", "3"]
    assert part_to_sum_up(branch, [summary(3)], {}, 10) == []


def test_what_was_not_counted_is_taken_by_its_length() -> None:
    part = part_to_sum_up(branch_of(4, text="字" * 100), [], {}, 800)

    assert len(part) == 2


def test_the_request_goes_behind_the_conversation_as_it_is_known() -> None:
    branch = branch_of(3)

    asked = summary_request(branch, [branch[:2], branch[2:4]], [], "Be brief.")

    assert asked[:-1] == to_send(branch[:4], "Be brief.").messages
    assert (asked[-1].role, asked[-1].content) == ("user", SUMMARY_REQUEST)


def test_the_request_joins_a_question_without_an_answer() -> None:
    branch = branch_of(2)[:3]

    asked = summary_request(branch, [branch[:2], branch[2:]], [])

    assert [one.role for one in asked] == ["user", "assistant", "user"]
    assert asked[-1].content.startswith("text 2\n\n")


def test_an_earlier_summary_is_read_for_the_next() -> None:
    branch = branch_of(3)

    asked = summary_request(branch, [branch[2:4]], [summary(1)])

    assert "They met." in asked[0].content
    assert [one.content for one in asked[1:-1]] == ["text 2", "text 3"]


def test_a_summary_is_the_answer_without_thoughts() -> None:
    assert summary_in("<think>Hm.</think>\n\n They met. \n") == "They met."
    assert summary_in("<think>Hm") == ""
    assert summary_sampling(8192).n_predict == 1024
    assert summary_sampling(256).n_predict == 64
