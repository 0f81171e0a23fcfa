"""What the model is sent of a conversation."""

from __future__ import annotations

from desktop_app.chat.attachment import Attachment
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


def _asked(text: str, *files: tuple[str, str]) -> Message:
    attachments = tuple(Attachment(str(n), name, content, len(content)) for n, (name, content) in enumerate(files))
    return Message("q", "c", None, USER, text, 0, attachments=attachments)


def test_what_a_model_thought_before_an_earlier_answer_is_not_sent() -> None:
    branch = _branch((USER, "one"), (ASSISTANT, "<think>\nHm.\n</think>\n\ntwo"), (USER, "three"))

    assert messages_to_send(branch)[1] == ChatMessage("assistant", "two")


def test_an_answer_without_reasoning_is_sent_as_it_is() -> None:
    assert messages_to_send(_branch((USER, "a"), (ASSISTANT, "\n b \n")))[1].content == "\n b \n"


def test_an_answer_that_is_nothing_but_thoughts_is_left_out() -> None:
    branch = _branch((USER, "one"), (ASSISTANT, "<think>Hm"), (USER, "two"))

    assert messages_to_send(branch) == (ChatMessage("user", "one\n\ntwo"),)


def test_an_answer_that_is_continued_keeps_its_thoughts_and_the_others_do_not() -> None:
    branch = _branch((USER, "a"), (ASSISTANT, "<think>1</think>b"), (USER, "c"), (ASSISTANT, "<think>2"))

    sent = messages_to_send(branch, is_continued=True)

    assert [message.content for message in sent] == ["a", "b", "c", "<think>2"]


def test_the_person_may_write_the_tags() -> None:
    assert messages_to_send(_branch((USER, "<think>a</think>b")))[0].content == "<think>a</think>b"


def test_files_stand_before_the_question_with_their_names() -> None:
    sent = messages_to_send([_asked("Compare.", ("a.py", "x = 1\n"), ("b.txt", "y"))])

    assert sent[0].content == "File: a.py\n```\nx = 1\n```\n\nFile: b.txt\n```\ny\n```\n\nCompare."


def test_files_without_a_question_are_sent() -> None:
    assert messages_to_send([_asked("", ("a.md", "b"))])[0].content == "File: a.md\n```\nb\n```"


def test_no_fence_inside_a_file_ends_the_quotation() -> None:
    for run in ("`", "``", "```", "`````", "`" * 40):
        content = messages_to_send([_asked("?", ("a.md", f"before\n{run}\nafter\n"))])[0].content
        fence = content.splitlines()[1]
        assert content.count(fence) == 2
        assert content.endswith(f"\nafter\n{fence}\n\n?")


def test_the_name_of_a_file_is_one_line() -> None:
    content = messages_to_send([_asked("?", ("a\n```\nb.md", "x"))])[0].content

    assert content.splitlines()[:2] == ["File: a ``` b.md", "```"]
