"""Exports of other applications, made up: the shapes are theirs, the conversations are not."""

from __future__ import annotations

import io
import json
import random
import struct
import zipfile
from pathlib import Path
from typing import Any

NOW_MS = 1_790_000_000_000
BEGIN_S = 1_700_000_000
TEXTS = (
    "Why is the sky blue?",
    'Print "hello" in C:\n\n```c\nprintf("hello\\n");\n```\n',
    "天空为什么是蓝色的？",
    "A backslash \\ and a tab\tand 😀 and \u202eright to left",
    "Short.",
    "| a | b |\n|---|---|\n| 1 | 2 |",
)


def say(random_: random.Random, n: int = 3) -> str:
    """Give some text."""
    return "\n\n".join(random_.choice(TEXTS) for _ in range(random_.randint(1, n)))


# ChatGPT


def chatgpt_message(id_: str, role: str, content: dict[str, Any], time_s: float | None = None, **values: Any) -> dict[str, Any]:
    """Give a message."""
    return {
        "id": id_, "author": {"role": role, "name": None, "metadata": {}}, "create_time": time_s, "update_time": None,
        "content": content, "status": "finished_successfully", "end_turn": True, "weight": 1.0, "metadata": {},
        "recipient": "all", "channel": None,
    } | values  # fmt: skip


def text(*parts: object) -> dict[str, Any]:
    """Give the content of a message of text."""
    return {"content_type": "text", "parts": list(parts)}


def chatgpt_tree(nodes: list[tuple[str, str | None, dict[str, Any] | None]], **values: Any) -> dict[str, Any]:
    """Give a conversation of (id, parent, message)."""
    children: dict[str, list[str]] = {}
    for id_, parent, _ in nodes:
        children.setdefault(parent or "", []).append(id_)
    mapping = {
        id_: {"id": id_, "message": message, "parent": parent, "children": children.get(id_, [])}
        for id_, parent, message in nodes
    }
    return {
        "title": "The sky", "create_time": BEGIN_S + 0.25, "update_time": BEGIN_S + 500.5, "mapping": mapping,
        "moderation_results": [], "current_node": nodes[-1][0] if nodes else None, "plugin_ids": None,
        "conversation_id": "c-0001", "conversation_template_id": None, "gizmo_id": None, "is_archived": False,
        "safe_urls": ["https://example.com/"], "default_model_slug": "gpt-4o", "id": "c-0001",
    } | values  # fmt: skip


def chatgpt_conversation(number: int, seed: int = 0) -> dict[str, Any]:
    """Give one with hidden nodes, and with versions now and then."""
    random_ = random.Random(f"{seed} {number}")
    root, system = f"root-{number}", f"system-{number}"
    nodes: list[tuple[str, str | None, dict[str, Any] | None]] = [
        (root, None, None),
        (system, root, chatgpt_message(system, "system", text(""), metadata={"is_visually_hidden_from_conversation": True})),
    ]
    leaf, time_s = system, BEGIN_S + number * 1000.0
    for turn in range(random_.randint(1, 6)):
        question = f"q-{number}-{turn}"
        nodes.append((question, leaf, chatgpt_message(question, "user", text(say(random_)), time_s)))
        for version in range(random_.choice((1, 1, 1, 2))):
            answer, time_s = f"a-{number}-{turn}-{version}", time_s + 10
            message = chatgpt_message(answer, "assistant", text(say(random_)), time_s, metadata={"model_slug": "gpt-4o"})
            nodes.append((answer, question, message))
        leaf = nodes[-1][0]
    id_ = f"00000000-0000-4000-8000-{number:012d}"
    return chatgpt_tree(nodes, title=f"Conversation {number}", id=id_, conversation_id=id_, create_time=BEGIN_S + number)


# Claude


def claude_conversation(number: int, seed: int = 0) -> dict[str, Any]:
    """Give one without branches, as most exports have them."""
    random_ = random.Random(f"{seed} {number}")
    messages = [
        {
            "uuid": f"m-{number}-{turn}", "text": "", "sender": "human" if turn % 2 == 0 else "assistant",
            "content": [{"type": "text", "text": say(random_), "citations": []}],
            "created_at": f"2025-03-01T10:{turn:02d}:00.123456Z", "updated_at": f"2025-03-01T10:{turn:02d}:00.123456Z",
            "attachments": [], "files": [],
        }
        for turn in range(random_.randint(1, 8))
    ]  # fmt: skip
    return {
        "uuid": f"c-{number}", "name": f"Conversation {number}", "created_at": "2025-03-01T10:00:00.000000Z",
        "updated_at": "2025-03-02T10:00:00.000000Z", "account": {"uuid": "u"}, "chat_messages": messages,
    }  # fmt: skip


# LM Studio


def lm_studio_answer(*texts: str, thinking: str = "") -> dict[str, Any]:
    """Give a version of an answer."""

    def step(content: str, style: dict[str, Any] | None = None) -> dict[str, Any]:
        parts = [{"type": "text", "text": piece, "fromDraftModel": False} for piece in (content[:5], content[5:])]
        return {"type": "contentBlock", "stepIdentifier": "1700000005000-0.5", "content": parts} | (
            {"style": style} if style else {}
        )

    steps = [step(thinking, {"type": "thinking", "ended": True})] if thinking else []
    steps += [step(one) for one in texts]
    steps.append({"type": "debugInfoBlock", "stepIdentifier": "1", "debugInfo": "…"})
    return {"type": "multiStep", "role": "assistant", "senderInfo": {"senderName": "qwen3-8b"}, "steps": steps}


def lm_studio_question(content: str, *files: dict[str, Any]) -> dict[str, Any]:
    """Give a version of a question."""
    return {"type": "singleStep", "role": "user", "content": [{"type": "text", "text": content}, *files]}


def lm_studio_conversation(number: int, seed: int = 0) -> dict[str, Any]:
    """Give one whose answers have versions now and then."""
    random_ = random.Random(f"{seed} {number}")
    messages = []
    for _ in range(random_.randint(1, 4)):
        messages.append({"versions": [lm_studio_question(say(random_))], "currentlySelected": 0})
        versions = [lm_studio_answer(say(random_), thinking=random_.choice(("", "Hm."))) for _ in range(random_.randint(1, 2))]
        messages.append({"versions": versions, "currentlySelected": random_.randrange(len(versions))})
    return {
        "name": f"Conversation {number}", "pinned": False, "createdAt": (BEGIN_S + number) * 1000, "preset": "", "tokenCount": 10,
        "systemPrompt": "", "messages": messages, "usePerChatPredictionConfig": True,
        "perChatPredictionConfig": {"fields": [{"key": "llm.prediction.temperature", "value": 0.1}]}, "clientInput": "",
        "lastUsedModel": {"identifier": "qwen3-8b", "indexedModelIdentifier": "lmstudio/qwen3-8b"}, "notes": [],
        "plugins": ["mcp/evil"], "pluginConfigs": {},
    }  # fmt: skip


# Open WebUI


def open_webui_chat(number: int, seed: int = 0) -> dict[str, Any]:
    """Give one with two models that answer the same question."""
    random_ = random.Random(f"{seed} {number}")
    messages: dict[str, Any] = {}
    parent = None
    for turn in range(random_.randint(1, 4)):
        question = f"q-{number}-{turn}"
        answers = [f"a-{number}-{turn}-{index}" for index in range(random_.randint(1, 2))]
        messages[question] = {
            "id": question, "parentId": parent, "childrenIds": answers, "role": "user", "content": say(random_),
            "timestamp": BEGIN_S + turn * 60, "models": ["qwen3:8b"],
        }  # fmt: skip
        for answer in answers:
            messages[answer] = {
                "id": answer, "parentId": question, "childrenIds": [], "role": "assistant", "content": say(random_),
                "model": "qwen3:8b", "modelName": "Qwen 3", "timestamp": BEGIN_S + turn * 60 + 5, "done": True,
            }  # fmt: skip
        parent = answers[0]
    history = {"messages": messages, "currentId": parent}
    chat = {"id": "", "title": f"Conversation {number}", "models": ["qwen3:8b"], "params": {}, "history": history, "tags": []}
    return {
        "id": f"w-{number}", "user_id": "u", "title": f"Conversation {number}", "chat": chat, "updated_at": BEGIN_S + 900,
        "created_at": BEGIN_S, "share_id": None, "archived": False, "pinned": False, "meta": {"tags": ["physics"]},
    }  # fmt: skip


# llama.cpp


def llama_cpp_conversation(number: int, seed: int = 0) -> dict[str, Any]:
    """Give one with its root."""
    random_ = random.Random(f"{seed} {number}")
    conv = f"conv-{number}"
    root = {"id": f"r-{number}", "convId": conv, "type": "root", "role": "system", "content": "", "parent": None, "timestamp": 1}
    messages: list[dict[str, Any]] = [root]
    for turn in range(random_.randint(2, 6)):
        messages.append(
            {
                "id": f"m-{number}-{turn}",
                "convId": conv,
                "type": "text",
                "timestamp": (BEGIN_S + turn) * 1000,
                "role": "assistant" if turn % 2 else "user",
                "content": say(random_),
                "parent": messages[-1]["id"],
                "thinking": "Hm." if turn % 2 else "",
                "children": [],
                "model": "gemma",
            }
        )
    name = f"Conversation {number}"
    return {"conv": {"id": conv, "name": name, "lastModified": NOW_MS, "currNode": messages[-1]["id"]}, "messages": messages}


def llama_cpp_lines(conversation: dict[str, Any]) -> str:
    """Give the same, one record a line."""
    lines = [{"type": "session", "harness": "llama.cpp"} | conversation["conv"]]
    lines += [{"type": "message", "message": message} for message in conversation["messages"]]
    return "\n".join(json.dumps(line) for line in lines)


# Jan


def jan_messages(number: int, seed: int = 0) -> list[dict[str, Any]]:
    """Give the messages of a thread."""
    random_ = random.Random(f"{seed} {number}")
    return [
        {
            "id": f"m-{number}-{turn}", "object": "thread.message", "thread_id": f"thread-{number}", "status": "ready",
            "role": "assistant" if turn % 2 else "user", "created_at": (BEGIN_S + turn) * 1000,
            "content": [{"type": "text", "text": {"value": say(random_), "annotations": []}}],
        }
        for turn in range(random_.randint(2, 6))
    ]  # fmt: skip


def write_jan_thread(folder: Path, number: int, seed: int = 0) -> None:
    """Put a thread into the folder of all threads."""
    thread = folder / f"thread-{number}"
    thread.mkdir(parents=True)
    assistant = {"id": "jan", "name": "Jan", "model": {"id": "llama3.2-3b"}, "instructions": "Be kind."}
    known = {
        "id": f"thread-{number}", "object": "thread", "title": f"Conversation {number}", "assistants": [assistant],
        "created": BEGIN_S, "updated": BEGIN_S + 60, "metadata": {"is_favorite": True},
    }  # fmt: skip
    (thread / "thread.json").write_text(json.dumps(known), encoding="utf-8")
    lines = "\n".join(json.dumps(message) for message in jan_messages(number, seed)) + "\n"
    (thread / "messages.jsonl").write_text(lines, encoding="utf-8")


# GPT4All


class DataOut:
    """Writes as QDataStream does."""

    def __init__(self) -> None:
        self.bytes = bytearray()

    def put(self, layout: str, *values: object) -> None:
        """Write numbers, big-endian."""
        self.bytes += struct.pack(">" + layout, *values)

    def string(self, value: str) -> None:
        """Write a QString."""
        self.data(value.encode("utf-16-be"))

    def data(self, value: bytes) -> None:
        """Write a QByteArray."""
        self.put("I", len(value))
        self.bytes += value


def gpt4all_chat(turns: list[tuple[str, str]], version: int = 12, files: tuple[tuple[str, bytes], ...] = ()) -> bytes:
    """Give a chat of ("Prompt: " or "Response: ", text); `files` go with the first."""
    out = DataOut()
    out.put("Ii", 0xF5D553CC, version)
    out.put("q", BEGIN_S)
    for value in ("8d0e-chat-id", "Conversation 1", "user", "Llama 3.2 3B"):
        out.string(value)
    if version >= 3:
        out.put("I", 1)
        out.string("/home/somebody/documents")
    if version < 11:
        _gpt4all_state(out, version)
    out.put("i", len(turns))
    for number, (kind, value) in enumerate(turns):
        _gpt4all_item(out, version, number, kind, value, files if number == 0 else ())
    return bytes(out.bytes)


def _gpt4all_state(out: DataOut, version: int) -> None:
    has_cache = version < 9
    if version >= 6:
        out.put("?", has_cache)
    if version >= 2:
        out.put("ii", 1, 0)
    out.string("")
    out.string("")
    out.put("I", 0)
    if has_cache:
        out.put("i" * ((version < 4) + 1 + (version >= 7)), *[0] * ((version < 4) + 1 + (version >= 7)))
        out.put("Q", 3)
        out.bytes += b"\0" * 12
        out.put("Q", 2)
        out.bytes += b"\0" * 8
        out.data(b"state" * 100)


def _gpt4all_item(out: DataOut, version: int, number: int, kind: str, value: str, files: tuple[tuple[str, bytes], ...]) -> None:
    is_answer = kind == "Response: "
    if version < 12:
        out.put("i", number)
    out.string(kind)
    out.string("" if version >= 12 and is_answer else value)
    if version < 10:
        out.string("a copy")
    out.string("")
    out.put("????", False, False, False, False)
    if version >= 11 and is_answer:
        out.put("?", False)
    if version >= 8:
        out.put("q", 1)
        for field in ("collection", "/home/somebody/a.pdf", "a.pdf", "", "", "", "quoted"):
            out.string(field)
        out.put("iii", 1, 2, 3)
    elif version >= 3:
        out.string("1. In a.pdf")
        out.put("I", 1)
        out.string("quoted")
    if version >= 10:
        out.put("q", len(files))
        for name, content in files:
            out.data(b"file:///home/somebody/" + name.encode())
            out.data(content)
    if version >= 12:
        _gpt4all_parts(out, value if is_answer else "")


def _gpt4all_parts(out: DataOut, value: str) -> None:
    """An answer is a container with what was thought, a call of a tool, and the text."""
    out.put("q", 1 if value else 0)
    if not value:
        return
    out.string("Response: ")
    out.string("")
    out.put("q", 3)
    out.string("Think: ")
    out.string("<think>Hm.</think>")
    out.put("i", 5)
    out.put("q", 0)
    out.string("ToolCall: ")
    out.string("rm -rf /")
    out.string("javascript_interpret")
    out.put("q", 1)
    out.string("code")
    out.put("i", 0)
    out.put("i?", 10, False)
    out.string("rm -rf /")
    out.string("nothing")
    out.put("i", 0)
    out.string("")
    out.put("q", 0)
    out.string("Text: ")
    out.string(value)
    out.put("q", 0)


# Ours


def own_conversation(number: int) -> dict[str, Any]:
    """Give one with two versions of an answer, an attachment and a failure."""
    question, answer, other = (f"{number:031x}{digit}" for digit in "abc")
    attachment = {"id": f"{number:031x}d", "name": "notes.md", "text": "# Notes\n", "n_bytes": 8}
    messages = [
        {
            "id": question, "parent_id": None, "role": "user", "created_ms": BEGIN_S * 1000, "state": "done", "model": "",
            "text": "Why?", "stats": None, "error": None, "removed_ms": None, "attachments": [attachment],
        },
        {
            "id": answer, "parent_id": question, "role": "assistant", "created_ms": BEGIN_S * 1000 + 1, "state": "done",
            "model": "SmolLM2", "text": "Because.", "stats": {"stop": "eos", "n_prompt": 5, "n_reused": 0, "n_predicted": 2,
            "prompt_ms": 1.5, "predicted_ms": 2.5, "first_token_ms": 3.5}, "error": None, "removed_ms": None, "attachments": [],
        },
        {
            "id": other, "parent_id": question, "role": "assistant", "created_ms": BEGIN_S * 1000 + 2, "state": "failed",
            "model": "SmolLM2", "text": "", "stats": None, "error": {"name": "NoModel", "fields": {}}, "removed_ms": None,
            "attachments": [],
        },
    ]  # fmt: skip
    return {
        "hearth": 1, "id": f"{number:031x}e", "title": f"Conversation {number}", "title_is_custom": True,
        "created_ms": BEGIN_S * 1000, "updated_ms": BEGIN_S * 1000 + 5, "trashed_ms": None, "pinned_ms": None, "is_unread": False,
        "folder": "Physics", "tags": ["sky"], "system_prompt": "", "draft": "", "leaf_id": answer, "messages": messages,
    }  # fmt: skip


# Files


def packed(files: dict[str, bytes], method: int = zipfile.ZIP_DEFLATED) -> bytes:
    """Give an archive."""
    data = io.BytesIO()
    with zipfile.ZipFile(data, "w", method) as archive:
        for name, content in files.items():
            archive.writestr(name, content)
    return data.getvalue()
