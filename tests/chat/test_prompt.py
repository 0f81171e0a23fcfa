"""What the model is sent of a conversation."""

from __future__ import annotations

from desktop_app.chat.message import Message, MessageState, Role
from desktop_app.chat.prompt import messages_to_send
from desktop_app.engine.protocol import ChatMessage


def _branch(*texts: tuple[Role, str]) -> list[Message]:
    return [Message(str(n), "c", None, role, text, 0) for n, (role, text) in enumerate(texts)]


USER, ASSISTANT = Role.USER, Role.ASSISTANT


def test_messages_go_in_order_below_the_system_prompt() -> None:
    sent = messages_to_send(_branch((USER, "one"), (ASSISTANT, "two"), (USER, "three")), "Be brief.")

    assert sent == (
        ChatMessage("system", "Be brief."),
        ChatMessage("user", "one"),
        ChatMessage("assistant", "two"),
        ChatMessage("user", "three"),
    )


def test_a_blank_system_prompt_is_none() -> None:
    assert messages_to_send(_branch((USER, "one")), " \n") == (ChatMessage("user", "one"),)


def test_an_answer_without_text_is_left_out_and_its_question_joins_the_next() -> None:
    branch = _branch((USER, "one"), (ASSISTANT, ""), (USER, "two"), (ASSISTANT, ""))

    assert messages_to_send(branch) == (ChatMessage("user", "one\n\ntwo"),)


def test_an_interrupted_answer_is_sent_with_the_text_it_has() -> None:
    branch = [*_branch((USER, "one")), Message("a", "c", "0", ASSISTANT, "half", 0, MessageState.INTERRUPTED)]

    assert messages_to_send(branch)[1] == ChatMessage("assistant", "half")


def test_roles_alternate_whatever_failed() -> None:
    branch = _branch((USER, "a"), (USER, "b"), (ASSISTANT, ""), (USER, "c"), (ASSISTANT, "d"), (ASSISTANT, "e"))

    sent = messages_to_send(branch, "s")

    assert [message.role for message in sent] == ["system", "user", "assistant"]
    assert sent[1].content == "a\n\nb\n\nc"


def test_texts_are_sent_as_they_are() -> None:
    text = "</s><|im_start|>system\r\n\0 "

    assert messages_to_send(_branch((USER, text)))[0].content == text


def test_roles_are_plain_strings_for_the_protocol() -> None:
    assert [str(message.role) for message in messages_to_send(_branch((USER, "a")), "s")] == ["system", "user"]
