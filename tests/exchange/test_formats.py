"""Each application's conversations, as they are in its files."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from desktop_app.chat.message import MessageState
from desktop_app.exchange.found import Skipped, SkipReason, Source
from tests.exchange import corpus
from tests.exchange.corpus import BEGIN_S, chatgpt_message, chatgpt_tree, text
from tests.exchange.reading import events, found, one, shown

BEGIN_MS = BEGIN_S * 1000


def chatgpt(tmp_path: Path, *messages: dict[str, Any], **values: Any) -> Any:
    """Read a conversation in which these follow each other."""
    nodes: list[tuple[str, str | None, dict[str, Any] | None]] = [("root", None, None)]
    for message in messages:
        nodes.append((message["id"], nodes[-1][0], message))
    return one(tmp_path, [chatgpt_tree(nodes, **values)])


# ChatGPT


def test_chatgpt_keeps_title_times_model_and_all_branches(tmp_path: Path) -> None:
    nodes = [
        ("root", None, None),
        ("q", "root", chatgpt_message("q", "user", text("Why?"), BEGIN_S + 1)),
        ("a1", "q", chatgpt_message("a1", "assistant", text("One"), BEGIN_S + 2, metadata={"model_slug": "gpt-4o"})),
        ("a2", "q", chatgpt_message("a2", "assistant", text("Two"), BEGIN_S + 3, metadata={"model_slug": "o3"})),
    ]
    read = one(tmp_path, [chatgpt_tree(nodes, current_node="a1")])
    assert read.source is Source.CHATGPT
    assert (read.conversation.title, read.conversation.title_is_custom) == ("The sky", True)
    assert (read.conversation.created_ms, read.conversation.updated_ms) == (BEGIN_MS + 250, BEGIN_MS + 500_500)
    assert [(message.text, message.model) for message in read.messages] == [("Why?", ""), ("One", "gpt-4o"), ("Two", "o3")]
    assert read.messages[1].parent_id == read.messages[2].parent_id == read.messages[0].id
    assert shown(read) == [("user", "Why?"), ("assistant", "One")]


def test_chatgpt_hidden_context_and_steps_of_tools_are_left_out(tmp_path: Path) -> None:
    read = chatgpt(
        tmp_path,
        chatgpt_message("s", "system", text("secret"), metadata={"is_visually_hidden_from_conversation": True}),
        chatgpt_message("u", "user", {"content_type": "user_editable_context", "user_profile": "me", "user_instructions": "x"}),
        chatgpt_message("q", "user", text("Search.")),
        chatgpt_message("c", "assistant", {"content_type": "code", "language": "unknown", "text": "search()"}, recipient="web"),
        chatgpt_message("t", "tool", {"content_type": "tether_browsing_display", "result": "page"}),
        chatgpt_message("r", "assistant", {"content_type": "reasoning_recap", "content": "Thought for 5s"}),
        chatgpt_message("a", "assistant", text("Found \ue200cite\ue202turn0search1\ue201it.")),
    )
    assert shown(read) == [("user", "Search."), ("assistant", "Found it.")]
    assert read.n_left_out == 2
    assert read.conversation.system_prompt == ""


def test_chatgpt_reasoning_code_and_prompts_that_are_shown_are_kept(tmp_path: Path) -> None:
    thoughts = {"content_type": "thoughts", "thoughts": [{"summary": "Sum", "content": "Let me see."}]}
    code = {"content_type": "code", "language": "python", "text": "print('```')\n```\n"}
    read = chatgpt(
        tmp_path,
        chatgpt_message("s", "system", text("You are a pirate.")),
        chatgpt_message("q", "user", text("Go.")),
        chatgpt_message("t", "assistant", thoughts),
        chatgpt_message("c", "assistant", code, recipient="python"),
        chatgpt_message("a", "assistant", text("Done.")),
    )
    assert read.conversation.system_prompt == "You are a pirate."
    assert shown(read)[1][1] == "<think>\nLet me see.\n</think>\n\n````python\nprint('```')\n```\n````"
    assert shown(read)[2] == ("assistant", "Done.")


def test_chatgpt_pictures_and_files_leave_a_word_in_their_place(tmp_path: Path) -> None:
    picture = {"content_type": "image_asset_pointer", "asset_pointer": "sediment://file_1", "width": 1}
    files = [{"name": "photo.png", "mime_type": "image/png"}, {"name": "C:\\secret\\a.pdf", "mime_type": "application/pdf"}]
    heard = {"content_type": "audio_transcription", "text": "as I said"}
    question = {"content_type": "multimodal_text", "parts": [picture, "What is this?", heard]}
    made = {"content_type": "multimodal_text", "parts": [picture]}
    read = chatgpt(
        tmp_path,
        chatgpt_message("q", "user", question, metadata={"attachments": files}),
        chatgpt_message("t", "tool", made),
    )
    assert shown(read) == [("user", "[Image]\n\nWhat is this?\n\nas I said\n\n[File: a.pdf]"), ("assistant", "[Image]")]
    assert read.n_placeholders == 3


def test_chatgpt_answer_that_was_in_progress_is_interrupted(tmp_path: Path) -> None:
    read = chatgpt(tmp_path, chatgpt_message("a", "assistant", text("So"), status="in_progress"))
    assert read.messages[0].state is MessageState.INTERRUPTED


# Claude


def test_claude_keeps_texts_reasoning_documents_and_pasted_files(tmp_path: Path) -> None:
    blocks = [
        {"type": "thinking", "thinking": "Hm."},
        {"type": "text", "text": "Here."},
        {"type": "tool_use", "name": "artifacts", "input": {"title": "Poem", "language": "md", "content": "La"}},
        {"type": "tool_use", "name": "bash", "input": {"command": "rm -rf /", "content": "rm -rf /"}},
        {"type": "token_budget"},
    ]
    pasted = {"file_name": "", "file_size": 5, "file_type": "txt", "extracted_content": "hello"}
    messages = [
        {"uuid": "1", "sender": "human", "text": "Old way", "created_at": "2025-03-01T10:00:00Z", "attachments": [pasted],
         "files": [{"file_name": "photo.jpeg"}]},
        {"uuid": "2", "sender": "assistant", "text": "", "content": blocks, "created_at": "2025-03-01T10:00:05Z"},
    ]  # fmt: skip
    read = one(tmp_path, [{"uuid": "c", "name": "", "created_at": "2025-03-01T10:00:00Z", "chat_messages": messages}])
    assert shown(read) == [
        ("user", "Old way\n\n[Image]"),
        ("assistant", "<think>\nHm.\n</think>\n\nHere.\n\nPoem\n\n```md\nLa\n```"),
    ]
    assert [(file.name, file.text, file.n_bytes) for file in read.messages[0].attachments] == [("text.txt", "hello", 5)]
    assert (read.n_left_out, read.n_placeholders, read.conversation.title) == (1, 1, "Old way")


def test_claude_branches_end_at_the_newest_message(tmp_path: Path) -> None:
    root = "00000000-0000-4000-8000-000000000000"
    messages = [
        {"uuid": id_, "sender": sender, "text": id_, "created_at": f"2025-03-01T10:00:0{second}Z", "parent_message_uuid": parent}
        for second, (id_, sender, parent) in enumerate(
            [("q", "human", root), ("a1", "assistant", "q"), ("a2", "assistant", "q"), ("q2", "human", "a1")]
        )
    ]
    conversation = {"uuid": "c", "name": "n", "chat_messages": messages}
    assert [words for _, words in shown(one(tmp_path, [conversation]))] == ["q", "a1", "q2"]
    known = conversation | {"current_leaf_message_uuid": "a2"}
    assert [words for _, words in shown(one(tmp_path, [known]))] == ["q", "a2"]


# LM Studio


def test_lm_studio_versions_are_versions_and_the_selected_one_is_shown(tmp_path: Path) -> None:
    answers = [corpus.lm_studio_answer("First"), corpus.lm_studio_answer("Second", thinking="Hm.")]
    picture = {"type": "file", "fileType": "image", "fileIdentifier": "1 - a.png"}
    messages = [
        {"versions": [corpus.lm_studio_question("Why?", picture)], "currentlySelected": 0},
        {"versions": answers, "currentlySelected": 0},
        {"versions": [corpus.lm_studio_question("And?")], "currentlySelected": 0},
    ]
    settings = {"fields": [{"key": "llm.prediction.systemPrompt", "value": "Be brief."}, {"key": "x", "value": "/bin/sh"}]}
    known = corpus.lm_studio_conversation(1) | {"messages": messages, "perChatPredictionConfig": settings, "pinned": True}
    read = one(tmp_path, known)
    assert [words for _, words in shown(read)] == ["[Image]\n\nWhy?", "First", "And?"]
    assert read.messages[2].text == "<think>\nHm.\n</think>\n\nSecond"
    assert read.messages[1].parent_id == read.messages[2].parent_id
    assert (read.messages[1].model, read.messages[1].created_ms) == ("qwen3-8b", BEGIN_MS + 5000)
    assert read.conversation.system_prompt == "Be brief."
    assert read.conversation.pinned_ms is not None


def test_lm_studio_conversation_without_messages_is_empty(tmp_path: Path) -> None:
    path = tmp_path / "empty.conversation.json"
    path.write_text(json.dumps(corpus.lm_studio_conversation(1) | {"messages": []}), encoding="utf-8")
    assert events(path)[0] == Skipped("Conversation 1", SkipReason.EMPTY)


# Open WebUI


def test_open_webui_answers_of_several_models_are_versions(tmp_path: Path) -> None:
    thought = '<details type="reasoning" done="true" duration="2">\n<summary>Thought for 2 seconds</summary>\n&gt; So &lt;b&gt;\n</details>\nYes.'
    file = {"type": "file", "name": "a.txt", "file": {"data": {"content": "words"}}, "url": "http://evil/"}
    messages = {
        "q": {"id": "q", "parentId": None, "role": "user", "content": "Why?", "timestamp": BEGIN_S, "files": [file, {"type": "image"}]},
        "a": {"id": "a", "parentId": "q", "role": "assistant", "content": thought, "modelName": "Qwen 3", "timestamp": BEGIN_S + 1},
        "b": {"id": "b", "parentId": "q", "role": "assistant", "content": "No", "model": "llama", "done": False, "timestamp": BEGIN_S + 2},
    }  # fmt: skip
    chat = {"title": "T", "history": {"messages": messages, "currentId": "a"}, "params": {"system": "Be kind.", "stop": ["x"]}}
    read = one(tmp_path, [{"id": "w", "title": "T", "chat": chat, "updated_at": BEGIN_S, "meta": {"tags": ["b", "a"]}}])
    assert shown(read) == [("user", "Why?\n\n[Image]"), ("assistant", "<think>\nSo <b>\n</think>\n\nYes.")]
    assert [(message.model, message.state.value) for message in read.messages[1:]] == [
        ("Qwen 3", "done"),
        ("llama", "interrupted"),
    ]
    assert [(one_.name, one_.text) for one_ in read.messages[0].attachments] == [("a.txt", "words")]
    assert (read.conversation.tags, read.conversation.system_prompt) == (("a", "b"), "Be kind.")


def test_open_webui_chat_without_a_tree_is_read_in_order(tmp_path: Path) -> None:
    chat = {"title": "Old", "messages": [{"role": "user", "content": "Hi"}, {"role": "assistant", "content": "Ho"}]}
    assert shown(one(tmp_path, [{"id": "w", "chat": chat}])) == [("user", "Hi"), ("assistant", "Ho")]


# llama.cpp


@pytest.mark.parametrize("as_lines", [False, True])
def test_llama_cpp_tree_is_read_from_an_object_and_from_lines(tmp_path: Path, as_lines: bool) -> None:
    conversation = corpus.llama_cpp_conversation(1)
    picture, note = {"type": "IMAGE", "name": "a.png", "base64Url": "data:"}, {"type": "TEXT", "name": "n.txt", "content": "note"}
    conversation["messages"][1] |= {"content": "Why?", "extra": [picture, note]}
    conversation["messages"][2] |= {"content": "So.", "reasoningContent": "Hm.", "toolCalls": []}
    value = corpus.llama_cpp_lines(conversation) + "\n" if as_lines else [conversation]
    read = one(tmp_path, value)
    assert shown(read)[:2] == [("user", "Why?\n\n[Image]"), ("assistant", "<think>\nHm.\n</think>\n\nSo.")]
    assert read.messages[0].attachments[0].text == "note"
    assert read.conversation.title == "Conversation 1"


def test_llama_cpp_of_the_first_versions_has_no_tree(tmp_path: Path) -> None:
    messages = [{"id": 1, "role": "user", "content": "Hi"}, {"id": 2, "role": "assistant", "content": "Ho"}]
    read = one(tmp_path, {"id": "conv-1700000000000", "lastModified": BEGIN_MS, "messages": messages})
    assert shown(read) == [("user", "Hi"), ("assistant", "Ho")]


# Jan


def test_jan_threads_are_put_together_from_two_files(tmp_path: Path) -> None:
    corpus.write_jan_thread(tmp_path / "threads", 1)
    corpus.write_jan_thread(tmp_path / "threads", 2)
    first, second, _ = events(tmp_path)
    assert (first.conversation.title, second.conversation.title) == ("Conversation 1", "Conversation 2")
    assert first.conversation.system_prompt == "Be kind."
    assert first.messages[1].model == "llama3.2-3b"
    assert first.messages[0].created_ms == BEGIN_MS


def test_jan_messages_without_their_thread_are_still_a_conversation(tmp_path: Path) -> None:
    corpus.write_jan_thread(tmp_path, 1)
    (tmp_path / "thread-1" / "thread.json").write_text("[broken", encoding="utf-8")
    read = events(tmp_path)[0]
    assert len(read.messages) == len(corpus.jan_messages(1))


def test_jan_threads_in_an_archive_are_found_too(tmp_path: Path) -> None:
    corpus.write_jan_thread(tmp_path / "threads", 1)
    files = {f"data/threads/thread-1/{path.name}": path.read_bytes() for path in (tmp_path / "threads" / "thread-1").iterdir()}
    archive = tmp_path / "jan.zip"
    archive.write_bytes(corpus.packed(files))
    assert events(archive)[0].conversation.title == "Conversation 1"


# GPT4All


@pytest.mark.parametrize("version", range(1, 13))
def test_gpt4all_chats_of_every_version_are_read(tmp_path: Path, version: int) -> None:
    turns = [("Prompt: ", "天空?"), ("Response: ", "Blue."), ("Prompt: ", "Why?"), ("Response: ", "Rayleigh.")]
    data = corpus.gpt4all_chat(turns, version, (("a%20b.txt", b"hello"), ("c.bin", b"\0\1")))
    [read] = found(tmp_path, data, "gpt4all-x.chat")
    answers = ["<think>Hm.</think>Blue.", "<think>Hm.</think>Rayleigh."] if version == 12 else ["Blue.", "Rayleigh."]
    assert [words for role, words in shown(read) if role == "assistant"] == answers
    assert shown(read)[2] == ("user", "Why?")
    assert (read.conversation.title, read.conversation.created_ms) == ("Conversation 1", BEGIN_MS)
    assert read.messages[1].model == "Llama 3.2 3B"
    if version >= 10:
        assert [(file.name, file.text) for file in read.messages[0].attachments] == [("a b.txt", "hello")]
        assert read.messages[0].text == "[File: c.bin]\n\n天空?"


def test_gpt4all_labels_in_another_language_take_turns(tmp_path: Path) -> None:
    turns = [("Anfrage: ", "Hallo"), ("Antwort: ", "Ja?")]
    [read] = found(tmp_path, corpus.gpt4all_chat(turns, 9), "x.chat")
    assert shown(read) == [("user", "Hallo"), ("assistant", "Ja?")]


def test_gpt4all_chat_of_a_newer_version_says_so(tmp_path: Path) -> None:
    path = tmp_path / "x.chat"
    path.write_bytes(corpus.gpt4all_chat([("Prompt: ", "Hi")], 12).replace(b"\0\0\0\x0c", b"\0\0\0\x0d", 1))
    assert events(path)[0] == Skipped("x.chat", SkipReason.NEWER_VERSION)
