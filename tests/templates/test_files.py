"""Prompt templates come in from several forms, and go out so that they come back as they were."""

from __future__ import annotations

import json
import string
import time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from desktop_app.templates.files import as_json, as_markdown, read_prompts
from desktop_app.templates.render import render
from desktop_app.templates.syntax import mistakes
from desktop_app.templates.template import KINDS, Field, PromptTemplate

LINE = st.text(st.characters(codec="utf-8", exclude_categories=("Cs", "Cc", "Zl", "Zp")), max_size=40)
FIELDS = st.builds(
    Field,
    name=st.sampled_from(["a", "b_1", "语言"]),
    kind=st.sampled_from(KINDS),
    label=LINE,
    help=LINE,
    default=LINE,
    is_required=st.booleans(),
    choices=st.lists(LINE, max_size=3).map(tuple),
    minimum=st.none() | st.integers(-5, 5).map(float),
    checked=LINE,
)
TEMPLATES = st.builds(
    PromptTemplate,
    id=st.just("x"),
    title=LINE.map(lambda text: "T " + " ".join(text.split())).map(str.strip),
    text=LINE.map(lambda text: text.replace("{", "") + "say {{a}}"),
    fields=st.lists(FIELDS, max_size=3).map(tuple),
    folder=st.text(string.ascii_letters, max_size=9),
    system_prompt=st.text(st.characters(codec="utf-8"), max_size=40).map(lambda text: text.replace("{", "").replace("\r", "")),
)


@given(st.lists(TEMPLATES, min_size=1, max_size=4))
def test_our_own_form_comes_back_as_it_was(templates: list[PromptTemplate]) -> None:
    read = read_prompts("any.json", as_json(templates))

    assert read.skipped == ()
    assert [one.replaced(id="x") for one in read.templates] == templates


@given(TEMPLATES)
def test_markdown_comes_back_as_it_was(template: PromptTemplate) -> None:
    (read,) = read_prompts("any.md", as_markdown(template)).templates

    assert read.replaced(id="x") == template.replaced(text=template.text.strip("\r\n"))


@pytest.mark.parametrize("title", ['"Quoted"', "'Single'", '"', "''", '""Twice""'])
def test_quotes_around_a_title_are_kept(title: str) -> None:
    (read,) = read_prompts("any.md", as_markdown(PromptTemplate("x", title, "say", folder=title))).templates

    assert (read.title, read.folder) == (title, title)


def test_a_list_of_open_webui_is_understood() -> None:
    text = (
        'Write to {{name}} in {{tone | select:options=["warm","cool"]:default="cool"}}, '
        '{{n | number:placeholder="How many":required}} lines, {{body | textarea}}. {{CLIPBOARD}} {{CURRENT_DATE}}'
    )
    read = read_prompts("prompts.json", json.dumps([{"command": "/letter", "title": "A letter", "content": text}]))

    (template,) = read.templates
    assert template.title == "A letter"
    assert template.text == "Write to {{name}} in {{tone}}, {{n}} lines, {{body}}. {{clipboard}} {{date}}"
    kinds = {field.name: (field.kind, field.is_required) for field in template.form()}
    assert kinds == {
        "name": ("text", False),
        "tone": ("choice", False),
        "n": ("number", True),
        "body": ("long", False),
        "clipboard": ("clipboard", True),
        "date": ("date", True),
    }
    assert template.form()[1].default == "cool"


def _foreign(text: str) -> PromptTemplate:
    (template,) = read_prompts("prompts.json", json.dumps([{"command": "/a", "title": "A", "content": text}])).templates
    return template


@pytest.mark.parametrize(
    ("said", "field"),
    [
        (
            '{{tags | checkbox:default=true:label="Tags"}}',
            Field("tags", "check", "Tags", default="yes", checked="true", unchecked="false"),
        ),
        ("{{n | range:min=1:max=10:default=5}}", Field("n", "number", default="5", is_required=False, minimum=1, maximum=10)),
        ("{{n | number:min=x:max=inf:required}}", Field("n", "number")),
        (
            '{{s | select:options=["a [1]","b:default=c","d"]:default="d":required}}',
            Field("s", "choice", default="d", choices=("a [1]", "b:default=c", "d")),
        ),
        ('{{s | select:options=["a}}', Field("s", "text", is_required=False)),
        ('{{s | text:placeholder="say \\"hi\\": now":required=false}}', Field("s", help='say "hi": now', is_required=False)),
        ("{{topic}}", Field("topic", is_required=False)),
        ("{{USER_NAME}}", Field("USER_NAME", is_required=False)),
    ],
)
def test_a_variable_of_open_webui_means_what_it_meant(said: str, field: Field) -> None:
    assert _foreign(said).form() == (field,)


def test_a_check_box_of_open_webui_is_true_or_false() -> None:
    template = _foreign("Tags: {{tags | checkbox:default=true}}")

    assert [render(template, {"tags": value}).text for value in ("yes", "")] == ["Tags: true", "Tags: false"]
    assert render(template, {}).text == "Tags: true"


def test_a_variable_with_a_very_long_description_is_read_at_once() -> None:
    for part in (':a="x', ":a=[", ':a=["', ":a", " ", '["'):
        begun = time.perf_counter()
        _foreign("{{v | text:" + part * (90_000 // len(part)) + "}}")
        assert time.perf_counter() - begun < 1


@pytest.mark.parametrize(
    ("name", "text", "title", "said"),
    [
        ("my_prompt.txt", "Say hello to {{name}}.", "my prompt", "Say hello to NAME."),
        ("jinja.txt", "{% if x %}{{ x.y }}{% endif %}", "jinja", "{% if x %}{{ x.y }}{% endif %}"),
        ("head.md", "---\nname: Greeting\n---\n\nHello {{name}}", "Greeting", "Hello NAME"),
        ("rule.md", "---\nno end of a head", "rule", "---\nno end of a head"),
        ("bom.txt", "\ufeffHello", "bom", "Hello"),
        ("braces.txt", "{{name}} first", "braces", "NAME first"),
    ],
)
def test_text_files_become_one_template(name: str, text: str, title: str, said: str) -> None:
    (template,) = read_prompts(name, text).templates

    assert template.title == title
    assert render(template, {"name": "NAME"}).text == said


@pytest.mark.parametrize(
    ("record", "why"),
    [
        ({"title": "a"}, "no_text"),
        ({"title": "a", "text": " "}, "no_text"),
        ({"title": "a", "text": "x" * 100_001}, "too_long"),
        ({"title": "a", "text": "x", "fields": [{"kind": "text"}]}, "wrong_variable"),
        ({"title": "a", "text": "x", "fields": [{"name": "v", "kind": "shell"}]}, "wrong_variable"),
        ({"title": "a", "text": "x", "fields": [7]}, "wrong_variable"),
        (7, "not_readable"),
        (None, "not_readable"),
    ],
)
def test_one_mistake_costs_one_template(record: object, why: str) -> None:
    good = {"title": "good", "text": "Hello"}
    read = read_prompts("a.json", json.dumps([good, record, good]))

    assert [one.title for one in read.templates] == ["good", "good"]
    assert [one.why for one in read.skipped] == [why]


def test_what_is_no_list_of_prompts_says_so() -> None:
    assert read_prompts("a.json", "{broken").skipped[0].why == "not_readable"
    assert (
        read_prompts("a.json", '{"format": "hearth-prompt-templates", "version": 99, "templates": []}').skipped[0].why
        == "newer_format"
    )
    assert read_prompts("a.json", "[" * 100_000).skipped[0].why == "not_readable"
    assert read_prompts("empty.txt", "").skipped[0].why == "no_text"


@given(st.text(alphabet='{}[]"":,ab|-\n\\ 1', max_size=60) | st.text(max_size=60))
@settings(max_examples=300)
def test_nothing_in_a_file_raises_and_what_is_read_can_be_used(text: str) -> None:
    for name in ("a.json", "a.md", "a.txt"):
        for template in read_prompts(name, text).templates:
            if name == "a.txt" and not text.lstrip().startswith(("---", "[", "{")):
                assert mistakes(template.text) == ()
