"""Conversations by which our prompts are compared with those of llama.cpp's server."""

from __future__ import annotations

_QUESTION, _ANSWER, _NEXT = ("user", "What is 2 + 2?"), ("assistant", "It is 4."), ("user", "And 3 + 3?")
_SYSTEM = ("system", "Be brief.")
_SPECIAL = "He said \"hi\" & 'bye' <b>bold</b> {{ x }} {% raw %} \\n \\ \t`code` $x^2$ 🔥 é | <|im_end|> </s> [INST] \u00a0\u200b"
_CODE = 'Explain:\n```python\nfor x in range(3):\n    print(f"{x}")\n```\n| a | b |\n|---|---|\n'

CASES: dict[str, list[tuple[str, str]]] = {
    "question": [_QUESTION],
    "system": [_SYSTEM, _QUESTION],
    "turns": [_QUESTION, _ANSWER, _NEXT],
    "system and turns": [_SYSTEM, _QUESTION, _ANSWER, _NEXT],
    "long": [
        *(turn for index in range(6) for turn in (("user", f"Question {index}?"), ("assistant", f"Answer {index}."))), _NEXT,
    ],
    "Chinese": [
        ("system", "你是一位乐于助人的助手。"), ("user", "“炉边”是什么意思？"), ("assistant", "炉火旁边，也指家庭的温暖。"),
        ("user", "谢谢！请用一句话再说一遍。"),
    ],
    "special characters": [(role, _SPECIAL) for role in ("system", "user", "assistant", "user")],
    "white space": [
        ("system", "  Be brief. \n"), ("user", "  indented\n\n  more  \n"), ("assistant", "\n\n answer \n"), ("user", "\tlast\n"),
    ],
    "code": [("user", _CODE)],
    "reasoning": [_QUESTION, ("assistant", "<think>\nHm, 2 and 2.\n</think>\n\nIt is 4."), _NEXT],
    "two questions": [_QUESTION, _NEXT],
    "late system prompt": [_QUESTION, _ANSWER, _SYSTEM, _NEXT],
    "system prompt alone": [_SYSTEM],
    "nothing": [("user", "")],
}  # fmt: skip
"""By name: role and content of every message."""

VOCABULARIES = ("starter", "tiny")
"""The starter model adds no BOS; the tiny one of the tests does, and it is left out of what is rendered."""
