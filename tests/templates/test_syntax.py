"""What is a variable, what is text, and where a mistake is."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from desktop_app.errors import TemplateSyntaxError
from desktop_app.templates.syntax import (
    N_NAME_MAX,
    Literal,
    Variable,
    escaped,
    mistakes,
    parse,
    variable_names,
)

PLAIN = st.text().filter(lambda text: "{{" not in text)


def test_a_name_in_double_braces_is_a_variable() -> None:
    assert parse("Into {{ language }}: {{text}}!") == (
        Literal("Into "),
        Variable("language", 5, 19),
        Literal(": "),
        Variable("text", 21, 29),
        Literal("!"),
    )


@pytest.mark.parametrize("name", ["a", "_x1", "Ziel sprache", "语言", "été", "x y z"])
def test_names_may_be_of_any_script(name: str) -> None:
    assert variable_names("{{" + name + "}}") == (name,)


def test_a_backslash_keeps_the_braces() -> None:
    assert parse(r"Jinja: \{{ user }} {{real}}") == (Literal("Jinja: {{"), Literal(" user }} "), Variable("real", 19, 27))


@pytest.mark.parametrize(
    ("text", "line", "column", "mistake", "shown"),
    [
        ("a {{", 1, 3, "not_closed", "{{"),
        ("one\ntwo {{three\n}}", 2, 5, "not_closed", "{{three"),
        ("{{a {{b}}", 1, 1, "not_closed", "{{a "),
        ("x{{}}", 1, 2, "no_name", "{{}}"),
        ("{{   }}", 1, 1, "no_name", "{{   }}"),
        ("{{1st}}", 1, 1, "bad_name", "{{1st}}"),
        ("中文{{a-b}}", 1, 3, "bad_name", "{{a-b}}"),
        ("{{a  b}}", 1, 1, "bad_name", "{{a  b}}"),
        ("{{" + "n" * (N_NAME_MAX + 1) + "}}", 1, 1, "long_name", "{{" + "n" * (N_NAME_MAX + 1) + "}}"),
    ],
)
def test_a_mistake_has_a_place(text: str, line: int, column: int, mistake: str, shown: str) -> None:
    with pytest.raises(TemplateSyntaxError) as raised:
        parse(text)

    error = raised.value
    assert (error.line, error.column, error.mistake, error.text) == (line, column, mistake, shown)
    assert text[error.start : error.end] == shown


def test_all_mistakes_are_found_and_what_is_right_between_them_counts() -> None:
    text = "{{}} {{a}}\n{{2}} {{b}} {{"

    assert [(one.line, one.column, one.mistake) for one in mistakes(text)] == [
        (1, 1, "no_name"),
        (2, 1, "bad_name"),
        (2, 13, "not_closed"),
    ]
    assert variable_names(text) == ("a", "b")


def test_each_name_counts_once_in_the_order_of_its_first_use() -> None:
    assert variable_names("{{b}}{{a}}{{b}}") == ("b", "a")


@given(PLAIN)
def test_text_without_variables_is_one_literal(text: str) -> None:
    assert "".join(token.text for token in parse(text)) == text


@given(st.text(alphabet="{}\\ab \n中"))
def test_tokens_and_mistakes_cover_any_text(text: str) -> None:
    found = mistakes(text)
    if found:
        with pytest.raises(TemplateSyntaxError) as raised:
            parse(text)
        assert raised.value == found[0]
    else:
        parse(text)


@given(st.text(alphabet="{}\\ab \n中"))
def test_what_is_escaped_comes_out_as_it_was(text: str) -> None:
    tokens = parse(escaped(text))

    assert all(isinstance(token, Literal) for token in tokens)
    assert "".join(token.text for token in tokens) == text


@pytest.mark.parametrize("piece", ["{{", "{{a", "{{ }}\n", "{{\n"])
def test_a_text_of_nothing_but_mistakes_is_gone_through_once(piece: str) -> None:
    found = mistakes(piece * 20_000)

    assert len(found) == 20_000
    assert [one.line for one in found[-2:]] == ([19_999, 20_000] if "\n" in piece else [1, 1])
