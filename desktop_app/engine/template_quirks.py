"""What llama.cpp's server does for single families of templates, because they break or mislead the model otherwise.

Each entry is one that changes a conversation without tools. Source: llama.cpp, common/chat.cpp and common/parsers.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

_REFUSES_CHANNELS = (
    '{%- if "<|channel|>analysis<|message|>" in message.content or "<|channel|>final<|message|>" in message.content %}'
)
"""gpt-oss: an answer that is about these markers would end in an error."""
_REFUSES_EMPTY = (
    "{%- if (message['content'] is none or message['content'] == '' or message['content']|length == 0) and "
    "(message['tool_calls'] is not defined or message['tool_calls'] is none or message['tool_calls']|length == 0) %}"
)
"""Mistral: an answer without text would end in an error."""
_NEVER = "{%- if false %}"

_STEPFUN = "You have access to the following functions in JSONSchema format"
_GEMMA_4 = "'<|tool_call>call:'"


def patched(source: str) -> str:
    """Give the template without what makes it refuse conversations that its model can read."""
    return source.replace(_REFUSES_CHANNELS, _NEVER).replace(_REFUSES_EMPTY, _NEVER)


def adjusted(messages: list[dict[str, Any]], source: str) -> list[dict[str, Any]]:
    """Give the messages as the template's family wants them."""
    if _STEPFUN in source:
        # Space around contents drives StepFun's models into endless reasoning.
        return [{**message, "content": message["content"].strip()} for message in messages]
    if _is_ministral(source):
        return [message if message["role"] == "user" else {**message, "content": _parts(message)} for message in messages]
    return messages


def ended(prompt: str, source: str) -> str:
    """Give the prompt with the beginning of an answer where the template has forgotten it."""
    return f"{prompt}<|turn>model\n" if _GEMMA_4 in source and prompt.endswith("<turn|>\n") else prompt


def _is_ministral(source: str) -> bool:
    return all(text in source for text in ("[SYSTEM_PROMPT]", "[TOOL_CALLS]", "[ARGS]")) and "[CALL_ID]" not in source


def _parts(message: dict[str, Any]) -> Sequence[dict[str, str]]:
    content: str | Sequence[dict[str, str]] = message["content"]
    return [{"type": "text", "text": content}] if isinstance(content, str) else content
