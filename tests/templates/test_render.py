"""Values stand in the text as they are."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from desktop_app.errors import MissingVariables
from desktop_app.templates.render import filled_in, render, unfit, value_of
from desktop_app.templates.template import Field, PromptTemplate

TODAY = date(2026, 11, 22)
NAMES = st.lists(st.sampled_from(["a", "b", "语言", "d_1", "two words"]), unique=True, min_size=1)


def _template(text: str, *fields: Field, system: str = "") -> PromptTemplate:
    return PromptTemplate("1", "One", text, fields, system_prompt=system)


@given(st.text().filter(lambda text: "{{" not in text))
def test_a_text_without_variables_is_itself(text: str) -> None:
    assert render(_template(text), {}).text == text


@given(NAMES, st.data())
def test_values_stay_themselves_whatever_they_hold(names: list[str], data: st.DataObject) -> None:
    values = {name: data.draw(st.text(alphabet="{}ab\\ 语言", min_size=1).filter(str.strip)) for name in names}
    text = "|".join("{{" + name + "}}" for name in names)

    assert render(_template(text), values).text == "|".join(values[name] for name in names)


def test_a_value_that_is_a_template_is_not_read_again() -> None:
    assert render(_template("{{a}} {{b}}"), {"a": "{{b}}", "b": "x"}).text == "{{b}} x"


def test_defaults_fill_the_gaps_and_what_is_missing_is_named() -> None:
    template = _template("{{a}}{{b}}{{c}}{{d}}", Field("b", default="B"), Field("c", is_required=False))

    assert render(template, {"a": "A", "d": "D"}).text == "ABD"
    with pytest.raises(MissingVariables) as raised:
        render(template, {"a": "  "})
    assert raised.value.names == ("a", "d")


def test_the_system_prompt_is_filled_too() -> None:
    made = render(_template("Hello", system="Speak {{language}}."), {"language": "Danish"})

    assert (made.text, made.system_prompt) == ("Hello", "Speak Danish.")


def test_the_form_has_one_field_for_each_variable_in_the_order_of_the_text() -> None:
    template = _template("{{b}} {{a}} {{b}}", Field("a", "long"), Field("gone"), system="{{c}}")

    assert template.form() == (Field("b"), Field("a", "long"), Field("c"))


def test_a_check_box_inserts_what_is_declared() -> None:
    field = Field("tone", "check", checked=" Be brief.", unchecked="")

    assert [value_of(field, value) for value in ("yes", "", None)] == [" Be brief.", "", ""]
    assert render(_template("Hi.{{tone}}", field), {}).text == "Hi."


def test_a_date_may_be_today() -> None:
    assert value_of(Field("day", "date", default="today"), None, TODAY) == "2026-11-22"
    assert value_of(Field("day", "date"), "2027-01-02", TODAY) == "2027-01-02"


@pytest.mark.parametrize(
    ("field", "value", "what"),
    [
        (Field("n", "number", minimum=1, maximum=9), "0", "too_small"),
        (Field("n", "number", minimum=1, maximum=9), "9.5", "too_large"),
        (Field("n", "number", minimum=1, maximum=9), "9", None),
        (Field("n", "number"), "nan", "not_a_number"),
        (Field("n", "number"), "1e999", "not_a_number"),
        (Field("n", "number"), "ten", "not_a_number"),
        (Field("d", "date"), "2026-02-30", "not_a_day"),
        (Field("d", "date"), "today", None),
        (Field("c", "choice", choices=("a", "b")), "c", "not_a_choice"),
        (Field("c", "choice", choices=("a", "b")), "b", None),
        (Field("t"), " ", "missing"),
        (Field("t", is_required=False), " ", None),
        (Field("t", "check"), "", None),
    ],
)
def test_what_does_not_fit_is_said(field: Field, value: str, what: str | None) -> None:
    assert unfit(field, value) == what


def test_filling_in_leaves_out_what_has_no_value() -> None:
    assert filled_in("a{{x}}b", {}) == "ab"
