"""A chat template is a program that came with a file: it is bounded, and a bad one costs nothing but itself."""

from __future__ import annotations

import pytest

from desktop_app.engine.chat_template import ChatTemplate, SpecialTexts
from desktop_app.engine.protocol import ChatMessage
from desktop_app.engine.template_doctor import choose
from desktop_app.errors import ChatTemplateFailed
from tests.reliability.hostile_templates import ENDLESS, SEES_NOTHING, SHOWN

TEXTS = SpecialTexts("<s>", "</s>")
SYSTEM, USER, ASSISTANT = ChatMessage("system", "Be brief."), ChatMessage("user", "Hello"), ChatMessage("assistant", "Hi")


@pytest.mark.parametrize("name", SEES_NOTHING)
def test_a_template_sees_nothing_of_the_program(name: str) -> None:
    assert choose(SEES_NOTHING[name] + SHOWN, TEXTS, wanted="own").template.render([USER]) == "Hello"


def test_a_template_that_is_slow_only_for_some_texts_fails_when_it_is_used() -> None:
    source = SHOWN + "{% if 'sl' ~ 'ow' in messages[0].content %}" + ENDLESS["loops in loops"] + "{% endif %}"
    choice = choose(source, TEXTS)
    assert choice.problem == ""
    template = choice.template
    with pytest.raises(ChatTemplateFailed):
        template.render([ChatMessage("user", "slow")])
    assert template.render([USER]) == "Hello"


def test_a_system_prompt_goes_to_the_first_question_where_the_template_refuses_it() -> None:
    source = "{% if messages[0].role == 'system' %}{{ raise_exception('no system') }}{% endif %}" + SHOWN
    assert ChatTemplate(source, TEXTS).render([SYSTEM, USER, ASSISTANT]) == "Be brief.\nHelloHi"


def test_a_system_prompt_goes_to_the_first_question_where_the_template_leaves_it_out() -> None:
    source = "{% for m in messages if m.role != 'system' %}{{ m.content }}{% endfor %}"
    assert ChatTemplate(source, TEXTS).render([SYSTEM, USER]) == "Be brief.\nHello"


def test_what_else_a_template_refuses_is_said_in_its_words() -> None:
    source = SHOWN + "{% if messages[-1].role == 'assistant' %}{{ raise_exception('ends with an answer') }}{% endif %}"
    with pytest.raises(ChatTemplateFailed) as caught:
        ChatTemplate(source, TEXTS).render([USER, ASSISTANT])
    assert caught.value.detail == "ends with an answer"


def test_a_template_that_wants_content_in_parts_gets_it() -> None:
    source = "{% for m in messages %}{% for part in m.content %}{{ part.text }}{% endfor %}{% endfor %}"
    assert ChatTemplate(source, TEXTS).render([USER]) == "Hello"


def test_white_space_of_blocks_is_trimmed_and_loops_can_break() -> None:
    source = "  {% for m in messages %}\n{{ m.content }}\n{% break %}\n  {% endfor %}\n{{ bos_token }}"
    with pytest.raises(ChatTemplateFailed):
        ChatTemplate(source, TEXTS)  # leaves the other messages out
    assert ChatTemplate(source.replace("{% break %}\n", ""), TEXTS).render([USER]) == "Hello\n<s>"


def test_the_generation_tag_shows_what_is_inside() -> None:
    source = "{% for m in messages %}{% generation %}{{ m.content }}{% endgeneration %}{% endfor %}"
    assert ChatTemplate(source, TEXTS).render([USER]) == "Hello"


def test_json_keeps_text_readable_and_unescaped() -> None:
    source = SHOWN + "{{ {'a': '<é>'}|tojson }}"
    assert ChatTemplate(source, TEXTS).render([USER]) == 'Hello{"a": "<é>"}'


def test_a_long_conversation_is_rendered() -> None:
    messages = [ChatMessage("user" if index % 2 == 0 else "assistant", "word " * 200) for index in range(1001)]
    text = ChatTemplate(SHOWN, TEXTS).render(messages)
    assert text.count("word") == 200_200


SWITCHED = SHOWN + "{% if not enable_thinking %}<think></think>{% endif %}"


def test_a_template_with_a_switch_reasons_or_not_and_is_left_alone_otherwise() -> None:
    template = ChatTemplate(SWITCHED, TEXTS)
    assert template.render([USER], False) == "Hello<think></think>"
    assert template.render([USER], True) == template.render([USER]) == "Hello"
    assert template.tail(False) == "<think></think>"
    assert ChatTemplate(SHOWN, TEXTS).render([USER], False) == "Hello"


def test_a_way_of_reasoning_that_a_template_refuses_is_not_asked_for() -> None:
    refusing = (
        "{% if reasoning_effort is defined %}{% if reasoning_effort != 'high' %}{{ raise_exception('no') }}{% endif %}{% endif %}"
    )
    template = ChatTemplate(refusing + "{# 'none' #}{{ 'none' if false }}" + SHOWN, TEXTS)
    assert template.render([USER], False) == "Hello"


@pytest.mark.parametrize(("name", "word"), [("reasoning_effort", "minimal"), ("thinking_mode", "disabled"), ("thinking", "off")])
def test_other_names_for_the_switch_are_known(name: str, word: str) -> None:
    condition = f"not {name}" if name == "thinking" else f"{name} == '{word}'"
    source = (
        SHOWN + f"{{% if {name} is defined and ({condition}) %}}quick{{% elif {name} in ['high', 'enabled'] %}}deep{{% endif %}}"
    )
    assert ChatTemplate(source, TEXTS).render([USER], False) == "Helloquick"
    assert ChatTemplate(source, TEXTS).render([USER]) == "Hello"


def test_nothing_is_as_lenient_as_in_llama_cpp() -> None:
    assert ChatTemplate(SHOWN + "{{ a.b.c }}{{ 'x' + nothing }}{{ nothing + 'y' }}", TEXTS).render([USER]) == "Helloxy"


def test_a_bos_that_is_added_anyway_is_left_out() -> None:
    source = "{{ bos_token }}" + SHOWN
    assert ChatTemplate(source, TEXTS).render([USER]) == "<s>Hello"
    assert ChatTemplate(source, SpecialTexts("<s>", "</s>", True)).render([USER]) == "Hello"
