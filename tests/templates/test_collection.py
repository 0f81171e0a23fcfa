"""What comes with the application: complete in both languages, without a mistake."""

from __future__ import annotations

import pytest

from desktop_app.templates.collection import LANGUAGES, shipped
from desktop_app.templates.render import render, unfit, value_of
from desktop_app.templates.syntax import mistakes
from desktop_app.templates.template import PromptTemplate

ALL = [pytest.param(one, id=f"{language}-{one.id}") for language in LANGUAGES for one in shipped(language)]


def test_the_languages_have_the_same_templates() -> None:
    english, chinese = (shipped(language) for language in LANGUAGES)

    assert len(english) >= 30
    assert [one.id for one in chinese] == [one.id for one in english]
    assert len({one.id for one in english}) == len(english)
    for one, other in zip(english, chinese, strict=True):
        assert sorted(field.kind for field in one.form()) == sorted(field.kind for field in other.form()), one.id
        assert [field.is_required for field in one.fields] == [field.is_required for field in other.fields], one.id


def test_another_language_gets_the_english_ones() -> None:
    assert shipped("de") == shipped("en")


@pytest.mark.parametrize("template", ALL)
def test_each_is_without_a_mistake_and_declares_what_it_uses(template: PromptTemplate) -> None:
    assert mistakes(template.text) == ()
    assert {field.name for field in template.fields} == {field.name for field in template.form()}
    for field in template.fields:
        assert field.default == "" or unfit(field, field.default) is None
        assert field.kind != "choice" or field.default in field.choices


@pytest.mark.parametrize("template", ALL)
def test_each_can_be_filled(template: PromptTemplate) -> None:
    values = {field.name: "VALUE" for field in template.form() if not field.default and field.kind != "check"}

    made = render(template, values)

    assert "{{" not in made.text
    assert made.text.count("VALUE") == len(values)
    assert all(value_of(field, None) in made.text for field in template.form() if field.default)
