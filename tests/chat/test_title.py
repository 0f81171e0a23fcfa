"""A title from the model: it reads what is in the KV cache already, and only one clean line is taken."""

from __future__ import annotations

import pytest

from desktop_app.chat.message import Message, Role
from desktop_app.chat.prompt import messages_to_send
from desktop_app.chat.title import MAX_TITLE_CHARACTERS, TITLE_REQUEST, title_in, title_messages


def _branch(question: str, answer: str) -> list[Message]:
    return [Message("q", "c", None, Role.USER, question, 0), Message("a", "c", "q", Role.ASSISTANT, answer, 0)]


def test_the_conversation_is_read_as_it_was_so_that_the_cache_holds_it() -> None:
    branch = _branch("What is the sea?", "Water.")
    sent = title_messages(branch, "Be brief.")
    assert sent[:-1] == messages_to_send(branch, "Be brief.")
    assert (sent[-1].role, sent[-1].content) == ("user", TITLE_REQUEST)


def test_what_a_model_has_thought_is_not_read_again() -> None:
    sent = title_messages(_branch("What is the sea?", "<think>Hm.</think>Water."), "")
    assert [message.content for message in sent] == ["What is the sea?", "Water.", TITLE_REQUEST]


@pytest.mark.parametrize(
    ("answer", "title"),
    [
        ("The colour of the sea", "The colour of the sea"),
        ("\n  The colour of the sea.  \n", "The colour of the sea"),
        ("Title: The sea", "The sea"),
        ("**Title:** The sea", "The sea"),
        ("**The sea**", "The sea"),
        ('"The sea"', "The sea"),
        ("“The  sea”", "The sea"),
        ("Title: '**The sea**'", "The sea"),
        ("### Learning C#", "Learning C#"),
        ('- Plot of "Moby Dick"', 'Plot of "Moby Dick"'),
        ("标题：《红楼梦》", "红楼梦"),
        ("《红楼梦》里的人物。", "《红楼梦》里的人物"),
        ("<think>\n\n</think>\n\nThe sea", "The sea"),
        ("x" * MAX_TITLE_CHARACTERS, "x" * MAX_TITLE_CHARACTERS),
    ],
)
def test_a_title_is_taken_without_what_stands_around_it(answer: str, title: str) -> None:
    assert title_in(answer) == title


@pytest.mark.parametrize(
    "answer",
    [
        "",
        " \n",
        "...",
        '""',
        "Sure! Here is a title:\n\nThe sea",
        "Here is a title for this conversation:",
        "以下是标题：",
        "<think>\nThe person asks for a title",
        "x" * (MAX_TITLE_CHARACTERS + 1),
        "The sea\nThe ocean",
    ],
)
def test_an_answer_that_is_no_title_gives_none(answer: str) -> None:
    assert title_in(answer) == ""
