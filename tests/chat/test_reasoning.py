"""Reasoning is what stands between tags at the very start of an answer."""

from __future__ import annotations

import pytest

from desktop_app.chat.reasoning import Reasoning, split


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Hello", Reasoning("", "Hello", True)),
        ("", Reasoning("", "", True)),
        ("<think>\nHm.\n</think>\n\nHello", Reasoning("\nHm.\n", "\n\nHello", True)),
        ("\n <thinking>Hm.</thinking>Hello", Reasoning("Hm.", "Hello", True)),
        ("<think>Hm, <b>", Reasoning("Hm, <b>", "", False)),
        ("<think>a</thinking>b", Reasoning("a</thinking>b", "", False)),
        ("<think></think>Hello", Reasoning("", "Hello", True)),
        ("<think>a</think>b</think>c", Reasoning("a", "b</think>c", True)),
        ("Write <think>a</think> like this", Reasoning("", "Write <think>a</think> like this", True)),
        ("<thinker>a</thinker>", Reasoning("", "<thinker>a</thinker>", True)),
        ("`<think>` is a tag", Reasoning("", "`<think>` is a tag", True)),
    ],
)
def test_reasoning_is_found_at_the_very_start_only(text: str, expected: Reasoning) -> None:
    assert split(text) == expected
