"""However a family marks its reasoning, a conversation holds it in `<think>…</think>`, and it goes back as it came."""

from __future__ import annotations

import re

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from desktop_app.engine.reasoning import (
    CONTROL,
    FAMILIES,
    PLAIN,
    Markers,
    ReasoningText,
    answer_of,
    can_reason,
    is_open,
    markers_for,
    opening_of,
    shown_opening,
    written,
)
from tests.engine.server_prompts import TEMPLATES

HARMONY = ["<|channel|>", "<|message|>", "<|start|>", "<|end|>", "<|return|>", "<|constrain|>"]
SPECIAL = re.compile(r"<\|[^|<>]+\|>|<\|channel>|<channel\|>|\[/?THINK\]")


def _family(sign: str) -> Markers:
    return next(item for item in (*FAMILIES, PLAIN) if sign in item.signs)


def _shown(markers: Markers, text: str, size: int = 1, **state: bool) -> str:
    """Give what a conversation holds when the model writes `text`, its special tokens as tokens."""
    tokens = SPECIAL.findall(text)
    raw = SPECIAL.sub(lambda found: CONTROL + found[0], text)
    stream = ReasoningText(markers, tokens, **state)
    return "".join(stream.feed(raw[at : at + size]) for at in range(0, len(raw), size)) + stream.finish()


CASES = [
    ("<think>", "<think>\nHm.\n</think>\n\nHello", "<think>\nHm.\n</think>\n\nHello"),
    ("<think>", "\n <think>Hm.</think>Hello", "\n <think>Hm.</think>Hello"),
    ("<think>", "Hello <think>b</think>", "Hello <think>b</think>"),
    ("<thinking>", "<thinking>Hm.</thinking>Hello", "<think>Hm.</think>Hello"),
    ("<thought>", "<thought>\nHm.\n</thought>\nHello", "<think>\nHm.\n</think>\nHello"),
    ("[THINK]", "[THINK]Hm.[/THINK]Hello [THINK]", "<think>Hm.</think>Hello [THINK]"),
    ("<seed:think>", "<seed:think>Hm.</seed:think>Hello", "<think>Hm.</think>Hello"),
    ("<mm:think>", "<mm:think>Hm.</mm:think>Hello", "<think>Hm.</think>Hello"),
    ("<think:opensource>", "<think:opensource>Hm.</think:opensource>Hello", "<think>Hm.</think>Hello"),
    ("<|START_THINKING|>", "<|START_THINKING|>Hm.<|END_THINKING|><|START_RESPONSE|>Hello<|END_RESPONSE|>", "<think>Hm.</think>Hello"),
    ("<|inner_prefix|>", "<|inner_prefix|>Hm.<|inner_suffix|>Hello", "<think>Hm.</think>Hello"),
    (
        "<|begin_of_thought|>",
        "<|begin_of_thought|>\nHm.\n<|end_of_thought|>\n\n<|begin_of_solution|>\nHello\n<|end_of_solution|>",
        "<think>\nHm.\n</think>\n\n\nHello\n",
    ),
    ("<response></response>", "<think>Hm.</think>\n<response>Hello</response>", "<think>Hm.</think>\nHello"),
    ("</answer>", "<think>Hm.</think>\n<answer>Hello</answer>", "<think>Hm.</think>\nHello"),
    ("<|channel>", "<|channel>thought\nHm.<channel|>Hello", "<think>Hm.</think>\n\nHello"),
    ("<|think|>", "<|think|>Hm.<|end|><|begin|>assistant<|content|>Hello", "<think>Hm.</think>\n\nHello"),
    ("<|open|>", "<|open|>think<|sep|>Hm.<|close|>think<|sep|><|open|>response<|sep|>Hello<|close|>response<|sep|>", "<think>Hm.</think>\n\nHello"),
    ("<|eom|>", " to=self<|message|>Hm.<|eom|><|start|>assistant to=user<|message|>Hello", "<think>Hm.</think>\n\nHello"),
    (
        "<|channel|>",
        "<|channel|>analysis<|message|>Hm.<|end|><|start|>assistant<|channel|>final<|message|>Hello<|return|>",
        "<think>Hm.</think>\n\nHello",
    ),
    ("<|channel|>", "<|channel|>final<|message|>Hello", "Hello"),
    (
        "<|channel|>",
        "<|channel|>analysis<|message|>One.<|end|><|start|>assistant<|channel|>analysis<|message|>Two.<|end|>"
        "<|start|>assistant<|channel|>commentary<|message|>Wait.<|end|><|start|>assistant<|channel|>final<|message|>Hello",
        "<think>One.\n\nTwo.</think>\n\nWait.\n\nHello",
    ),
]  # fmt: skip


@pytest.mark.parametrize(("sign", "text", "expected"), CASES)
@pytest.mark.parametrize("size", [1, 2, 7, 1000])
def test_the_reasoning_of_every_family_stands_in_the_same_tags(sign: str, text: str, expected: str, size: int) -> None:
    assert _shown(_family(sign), text, size) == expected


def test_markers_that_the_model_spells_as_text_are_text_where_they_are_tokens() -> None:
    stream = ReasoningText(_family("<|channel|>"), HARMONY)
    said = f"{CONTROL}<|channel|>final{CONTROL}<|message|>Write <|end|> or <|channel|>analysis<|message|>."
    assert stream.feed(said) + stream.finish() == "Write <|end|> or <|channel|>analysis<|message|>."


def test_a_reasoning_that_the_prompt_has_begun_goes_on_and_ends() -> None:
    stream = ReasoningText(_family("[THINK]"), ["[THINK]", "[/THINK]"], is_thinking=True)
    assert stream.is_thinking
    assert stream.feed(f"Hm.{CONTROL}[/THI") == "Hm."
    assert stream.feed("NK]Hello") == "</think>Hello"
    assert not stream.is_thinking


def test_a_reasoning_that_is_cut_stays_open_and_one_that_is_over_is_closed() -> None:
    assert _shown(_family("<|channel|>"), "<|channel|>analysis<|message|>Hm") == "<think>Hm"
    assert _shown(_family("<|channel|>"), "<|channel|>analysis<|message|>Hm<|end|>") == "<think>Hm</think>"
    assert _shown(PLAIN, "<think>Hm</th") == "<think>Hm</th"


def test_an_answer_without_reasoning_is_not_held_back() -> None:
    stream = ReasoningText(PLAIN)
    assert [stream.feed(piece) for piece in ("H", "ello", " <think>", "x")] == ["H", "ello", " <think>", "x"]


@settings(max_examples=150, deadline=None)
@given(
    st.sampled_from((*FAMILIES, PLAIN)),
    st.lists(st.sampled_from(("<think>", "</think>", "<", "|", "think", "\n", " ", "a", "Hm.", "[/THI", "<|end|>", "思", "response>")), max_size=9).map("".join),
    st.integers(1, 9),
)  # fmt: skip
def test_pieces_of_any_size_give_the_same_and_lose_nothing(markers: Markers, text: str, size: int) -> None:
    whole = ReasoningText(markers)
    expected = whole.feed(text) + whole.finish()
    stream = ReasoningText(markers)
    found = "".join(stream.feed(text[at : at + size]) for at in range(0, len(text), size)) + stream.finish()
    assert found == expected
    if markers is PLAIN:
        assert found == text


@pytest.mark.parametrize("markers", [*FAMILIES, PLAIN], ids=lambda item: item.signs[0])
def test_an_answer_goes_back_to_the_model_as_it_writes_it(markers: Markers) -> None:
    for text in ("<think>\nHm.\n</think>\n\nHello", "<think>Hm", "Hello"):
        parts = written(markers, text)
        shown = _shown(markers, "".join(part for part, _ in parts), 1000)
        assert re.sub(r"\s+", "", shown) == re.sub(r"\s+", "", text)
        assert all(part not in ("Hm.", "Hello") or not is_marker for part, is_marker in parts)


def test_an_answer_within_its_reasoning_is_known() -> None:
    assert is_open("<think>Hm")
    assert is_open("Hm", is_inside=True)
    assert not is_open("Hm</think>Hello", is_inside=True)
    assert not is_open("Hello")


@pytest.mark.parametrize(
    ("text", "is_inside", "answer"),
    [
        ("Hello", False, "Hello"),
        ("<think>Hm</think>\n\nHello", False, "Hello"),
        ("\nHm</think>\n\nHello", True, "Hello"),
        ("\nHm", True, ""),
        ("<think>Hm", False, ""),
        ("Hello <think>b</think>c", False, "Hello <think>b</think>c"),
    ],
)
def test_an_answer_proper_is_told_from_its_reasoning(text: str, is_inside: bool, answer: str) -> None:
    assert answer_of(text, is_inside=is_inside) == answer


@pytest.mark.parametrize(
    ("tail", "expected"),
    [
        ("assistant:<think>\n", "<think>\n"), ("<think>\n\n</think>\n\n", ""), ("assistant:", ""), ("<think></think>", ""),
    ],
)  # fmt: skip
def test_a_template_that_begins_the_reasoning_is_known(tail: str, expected: str) -> None:
    assert opening_of(PLAIN, tail) == expected
    assert shown_opening(opening_of(_family("[THINK]"), "[/INST][THINK]")) == "<think>"


@pytest.mark.parametrize(
    ("name", "sign"),
    [
        ("openai-gpt-oss-120b", "<|channel|>"), ("google-gemma-4-31B-it", "<|channel>"), ("Kimi-K3", "<|open|>"),
        ("muse-glimmer", "<|eom|>"), ("upstage-Solar-Open-100B", "<|think|>"), ("Cohere2MoE", "<|START_THINKING|>"),
        ("Apertus-8B-Instruct", "<|inner_prefix|>"), ("MiniMax-M3", "<mm:think>"), ("ByteDance-Seed-OSS", "<seed:think>"),
        ("mistralai-Ministral-3-14B-Reasoning-2512", "[THINK]"), ("Apriel-1.6-15b-Thinker-fixed", "[BEGIN FINAL RESPONSE]"),
        ("Qwen-Qwen3-0.6B", "<think>"), ("deepseek-ai-DeepSeek-V3.1", "<think>"), ("GLM-4.6", "<think>"),
        ("ibm-granite-granite-3.3-2B-Instruct", "<response></response>"),
        ("tencent-Hy3", "<think:opensource>"),
    ],
)  # fmt: skip
def test_the_family_is_told_by_the_template(name: str, sign: str) -> None:
    source = (TEMPLATES / f"{name}.jinja").read_text(encoding="utf-8")
    assert markers_for(source, []) == _family(sign)
    assert can_reason(source, [])


@pytest.mark.parametrize("name", ["Qwen-Qwen2.5-7B-Instruct", "meta-llama-Llama-3.1-8B-Instruct", "google-gemma-2-2b-it"])
def test_a_model_that_does_not_reason_is_known(name: str) -> None:
    assert not can_reason((TEMPLATES / f"{name}.jinja").read_text(encoding="utf-8"), ["<|im_start|>"])
