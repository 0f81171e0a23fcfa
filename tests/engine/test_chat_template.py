"""A chat template is a program that came with a file: it is bounded, and a bad one costs nothing but itself."""

from __future__ import annotations

import time

import psutil
import pytest

from desktop_app.engine.chat_template import CHATML, MAX_SOURCE_CHARACTERS, ChatTemplate, SpecialTexts, choose_template
from desktop_app.engine.protocol import ChatMessage
from desktop_app.errors import ChatTemplateFailed

TEXTS = SpecialTexts("<s>", "</s>")
SHOWN = "{% for m in messages %}{{ m.content }}{% endfor %}"
SYSTEM, USER, ASSISTANT = ChatMessage("system", "Be brief."), ChatMessage("user", "Hello"), ChatMessage("assistant", "Hi")


def _loop(body: str, n: int = 99999) -> str:
    return f"{{% for i in range({n}) %}}{body}{{% endfor %}}"


def _grown(step: str, start: str = "'ab'") -> str:
    return f"{{% set ns = namespace(x={start}, y={start}) %}}" + _loop(step, 99) + "{{ ns.x }}"


ENDLESS = {
    "loops in loops": _loop(_loop(_loop(""))),
    "a macro that calls itself twice": "{% macro m(n) %}{% if n %}{{ m(n-1) }}{{ m(n-1) }}{% endif %}{% endmacro %}{{ m(60) }}",
    "a recursive macro": "{% macro m() %}{{ m() }}{% endmacro %}{{ m() }}",
    "a recursive loop": "{% for i in range(99999) recursive %}{{ loop(range(99999)) }}{% endfor %}",
    "lists made again and again": _loop("{% set x = range(99999)|sort %}"),
    "comparing nested lists": "{% set ns = namespace(x=[], y=[]) %}"
    + _loop("{% set ns.x = [ns.x, ns.x] %}{% set ns.y = [ns.y, ns.y] %}", 40)
    + "{{ ns.x == ns.y }}",
}
TOO_LARGE = {
    "text times number": "{{ 'a' * 10**10 }}",
    "power": "{{ 10 ** 1000000000 }}",
    "centre": "{{ 'a'.center(1000000000) }}",
    "format": "{{ '{:>999999999}'.format(1) }}",
    "format within format": "{{ '{:{}}'.format(1, 999999999) }}",
    "old format": "{{ '%999999999d' % 1 }}",
    "old format by value": "{{ '%*d' % (999999999, 1) }}",
    "doubling by ~": _grown("{% set ns.x = ns.x ~ ns.x %}"),
    "doubling by +": _grown("{% set ns.x = ns.x + ns.x %}"),
    "doubling by a block": _grown("{% set b %}{{ ns.x }}{{ ns.x }}{% endset %}{% set ns.x = b %}"),
    "squaring by replace": _grown("{% set ns.x = ns.x.replace('a', ns.x) %}", "'aaaaaaaa'"),
    "squaring by the filter": _grown("{% set ns.x = ns.x|replace('a', ns.x) %}", "'aaaaaaaa'"),
    "a list in a list in a list": _grown("{% set ns.x = [ns.x, ns.x] %}"),
    "the same in JSON": "{% set ns = namespace(x=[1]) %}" + _loop("{% set ns.x = [ns.x, ns.x] %}", 30) + "{{ ns.x|tojson }}",
    "a dict in a dict": _grown("{% set ns.x = dict(a=ns.x, b=ns.x) %}"),
    "join": "{% set x = 'a' * 1000000 %}{{ range(99999)|map('string')|join(x) }}",
    "slices that are kept": "{% set ns = namespace(l=[]) %}{% set x = 'a' * 1000000 %}"
    + _loop("{% set ns.l = ns.l + [x[1:]] %}"),
    "lists that are kept": "{% set ns = namespace(l=[]) %}" + _loop("{% set ns.l = ns.l + [range(99999)|list] %}"),
    "digits of a rounded number": "{{ 1|round(-1000000000) }}",
    "a date of any width": "{{ strftime_now('%999999999d') }}",
    "much output": _loop("a" * 100),
    "1.4 MB of source": "{{ 1 }}" * 200_000,
    "deep brackets": "{{ " + "(" * 20000 + "1" + ")" * 20000 + " }}",
    "deep lists": "{{ " + "[" * 20000 + "]" * 20000 + " }}",
    "a long sum": "{{ " + "1+" * 30000 + "1 }}",
    "a long chain": "{{ " + "a." * 30000 + "b }}",
    "deep conditions": "{% if a %}" * 2000 + "{% endif %}" * 2000,
    "as much source as is allowed": "{{ a.b(c)[1] ~ d|trim }}" * (MAX_SOURCE_CHARACTERS // 24),
}
ESCAPES = {
    "classes": "{{ ''.__class__.__mro__[1].__subclasses__() }}",
    "attr": "{{ ''|attr('format') }}",
    "cycler": "{{ cycler.__init__.__globals__.os.system('id') }}",
    "lipsum": "{{ lipsum.__globals__['os'].popen('id').read() }}",
    "namespace": "{{ namespace.__init__.__globals__ }}",
    "change of messages": "{{ messages.append(1) }}",
    "include": "{% include '/etc/passwd' %}",
    "import": "{% import 'os' as os %}",
}
SEES_NOTHING = {
    "globals of a macro": "{% macro m() %}{% endmacro %}{{ m.__globals__ }}",
    "globals of a function": "{{ raise_exception.__globals__ }}",
    "class in a format": "{{ '{0.__class__}'.format(messages) }}",
    "configuration": "{{ self.__dict__ }}{{ config }}{{ environment }}",
}
BROKEN = {
    "syntax": "{% for %}",
    "unknown filter": "{{ 'a'|explode }}",
    "type": "{{ 'a' + 1 }}",
    "leaves the message out": "nothing",
    "refuses every message": "{{ raise_exception('no') }}",
    "division": "{{ 1 / 0 }}",
}


# The exception that ends the template's thread can hit the callback that hypothesis has put on the garbage collector.
@pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning")
@pytest.mark.parametrize("name", [*ENDLESS, *TOO_LARGE, *ESCAPES, *BROKEN])
def test_a_template_that_cannot_be_used_is_replaced_within_2_s(name: str) -> None:
    source = {**ENDLESS, **TOO_LARGE, **ESCAPES, **BROKEN}[name] + ("" if name in BROKEN else SHOWN)
    memory = psutil.Process().memory_info().rss
    started = time.monotonic()
    template, problem = choose_template(source, TEXTS)
    assert time.monotonic() - started < 2
    assert psutil.Process().memory_info().rss - memory < 300e6
    assert template.source == CHATML
    assert problem
    assert template.render([USER]) == "<|im_start|>user\nHello<|im_end|>\n<|im_start|>assistant\n"


@pytest.mark.parametrize("name", SEES_NOTHING)
def test_a_template_sees_nothing_of_the_program(name: str) -> None:
    assert choose_template(SEES_NOTHING[name] + SHOWN, TEXTS)[0].render([USER]) == "Hello"


def test_a_template_that_is_slow_only_for_some_texts_fails_when_it_is_used() -> None:
    source = SHOWN + "{% if 'slow' in messages[0].content %}" + ENDLESS["loops in loops"] + "{% endif %}"
    template, problem = choose_template(source, TEXTS)
    assert problem == ""
    with pytest.raises(ChatTemplateFailed):
        template.render([ChatMessage("user", "slow")])
    assert template.render([USER]) == "Hello"


def test_a_file_without_a_template_gets_chatml_and_there_is_no_problem() -> None:
    template, problem = choose_template(None, TEXTS)
    assert (template.source, problem) == (CHATML, "")
    assert template.render([SYSTEM, USER]).startswith("<|im_start|>system\nBe brief.<|im_end|>\n<|im_start|>user\nHello")


def test_a_system_prompt_goes_to_the_first_question_where_the_template_refuses_it() -> None:
    source = "{% if messages[0].role == 'system' %}{{ raise_exception('no system') }}{% endif %}" + SHOWN
    assert ChatTemplate(source, TEXTS).render([SYSTEM, USER, ASSISTANT]) == "Be brief.\n\nHelloHi"


def test_a_system_prompt_goes_to_the_first_question_where_the_template_leaves_it_out() -> None:
    source = "{% for m in messages if m.role != 'system' %}{{ m.content }}{% endfor %}"
    assert ChatTemplate(source, TEXTS).render([SYSTEM, USER]) == "Be brief.\n\nHello"


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
    text = choose_template(None, TEXTS)[0].render(messages)
    assert text.count("word") == 200_200


@pytest.mark.parametrize(
    ("tail", "opening"),
    [
        ("<think>", "<think>"),
        ("assistant:{{ '<think>\n' }}", "<think>\n"),
        ("{{ '<thinking>\n\n' }}", "<thinking>\n\n"),
        ("<think></think>", ""),
        ("<think>\n\n</think>\n\n", ""),
        ("assistant:", ""),
        ("{% if not add_generation_prompt %}<think>{% endif %}", ""),
    ],
)
def test_a_template_that_begins_the_reasoning_is_known(tail: str, opening: str) -> None:
    assert ChatTemplate(SHOWN + tail, TEXTS).opening == opening


def test_a_persons_tag_is_not_taken_for_the_templates() -> None:
    template = ChatTemplate(SHOWN, TEXTS)
    assert template.opening == ""
    assert template.render([ChatMessage("user", "<think>")]) == "<think>"
