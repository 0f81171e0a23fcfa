"""Personas as values, their instructions, and how they come in from files and go out."""

from __future__ import annotations

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from desktop_app.chat.instructions import VARIABLES, filled, has_variables, unfit
from desktop_app.chat.persona import COLOURS, ICONS, N_SUGGESTIONS_MAX, Persona, initials, is_same, persona_from, record_of
from desktop_app.chat.persona_files import as_json, read_personas
from desktop_app.chat.shipped_personas import shipped
from desktop_app.engine.parameters import SamplingParameters
from desktop_app.errors import TemplateSyntaxError
from desktop_app.languages import LANGUAGES

WORD = st.text(st.characters(codec="utf-8", exclude_categories=("Cs", "Cc", "Z")), min_size=1, max_size=20)
TEXT = st.text(st.characters(codec="utf-8"), max_size=60)
PERSONAS = st.builds(
    Persona,
    id=st.just("x"),
    name=WORD,
    description=WORD | st.just(""),
    instructions=TEXT,
    icon=st.sampled_from(("", *ICONS)),
    colour=st.sampled_from(COLOURS),
    parameters=st.builds(SamplingParameters, temperature=st.sampled_from([0.0, 0.8, 1.5]), stop=st.just(("end",)))
    | st.just(SamplingParameters()),
    model=st.sampled_from(["", "a model.gguf"]),
    suggestions=st.lists(WORD, max_size=N_SUGGESTIONS_MAX, unique=True).map(tuple),
)
VALUES = {
    "date": "Sunday",
    "time": "{{date}}",
    "weekday": "\\1 \\g<name>",
    "user_name": "A{{model}}",
    "language": "",
    "model": "m",
}


@given(st.lists(PERSONAS, min_size=1, max_size=4))
def test_our_own_form_comes_back_as_it_was(personas: list[Persona]) -> None:
    read = read_personas("any.json", as_json(personas))

    assert read.skipped == ()
    assert all(is_same(one.replaced(id="x"), other) for one, other in zip(read.personas, personas, strict=True))


def test_what_makes_no_sense_in_a_record_is_left_out_and_the_rest_stays() -> None:
    record = {
        "description": 5, "instructions": ["no"], "icon": "../../etc/passwd", "colour": "url(file:///x)", "model": None,
        "parameters": {"temperature": float("nan"), "top_k": 20, "stop": "no list", "new": 1}, "suggestions": [1, "a", "a", " ", "b"],
    }  # fmt: skip

    persona = persona_from("p", " two\nlines ", record)

    assert (persona.name, persona.description, persona.instructions, persona.model) == ("two lines", "", "", "")
    assert (persona.icon, persona.colour, persona.suggestions) == ("", COLOURS[0], ("a", "b"))
    assert persona.parameters.chosen == {"top_k": 20}


def test_a_chosen_value_that_is_the_usual_one_is_a_difference() -> None:
    chosen = Persona("p", "P", parameters=SamplingParameters(temperature=0.8))

    assert not is_same(chosen, chosen.replaced(parameters=SamplingParameters()))


@pytest.mark.parametrize(
    ("name", "letters"),
    [("Writing editor", "WE"), ("a b c", "AC"), ("Tutor", "T"), ("日程参谋", "日"), ("🙂 😀", ""), ("🙂 anna", "a")],
)
def test_initials(name: str, letters: str) -> None:
    assert initials(name) == letters


@pytest.mark.parametrize("language", LANGUAGES)
def test_those_that_come_with_the_application_are_whole(language: str) -> None:
    found, english = shipped(language), shipped("en")

    assert [(one.id, one.icon, one.colour, one.parameters) for one in found] == [
        (one.id, one.icon, one.colour, one.parameters) for one in english
    ]
    assert len(found) == 6
    for one in found:
        assert one.name and one.description and len(one.instructions) > 60 and len(one.suggestions) == 3
        assert one.icon in ICONS and one.colour in COLOURS and one.is_shipped and unfit(one.instructions) == ()


# Instructions


def test_values_are_put_in_as_they_are_and_never_read_again() -> None:
    text = "{{date}} {{ time }} {{weekday}} {{user_name}}{{language}}{{model}}"

    assert filled(text, VALUES) == "Sunday {{date}} \\1 \\g<name> A{{model}}m"


def test_other_braces_mistakes_and_escapes_stay() -> None:
    text = "{{name}} {{ }} {{date \\{{date}} {%if%} {date}"

    assert filled(text, VALUES) == "{{name}} {{ }} {{date {{date}} {%if%} {date}"


@given(TEXT)
def test_a_text_without_variables_stays_itself(text: str) -> None:
    if not has_variables(text):
        assert filled(text, VALUES) == text


def test_the_editor_marks_unknown_names_and_mistakes_in_order() -> None:
    found = unfit("{{date}} {{season}} {{ }}")

    assert [(start, end) for start, end, _ in found] == [(9, 19), (20, 25)]
    assert found[0][2] == "season" and isinstance(found[1][2], TemplateSyntaxError)
    assert unfit(" ".join("{{" + name + "}}" for name in VARIABLES)) == ()


# Files of others


def test_models_of_open_webui() -> None:
    record = {
        "id": "chef", "base_model_id": "llama3", "name": "Chef", "user_id": "u", "is_active": True,
        "params": {"system": "Cook for {{USER_NAME}} on {{ CURRENT_DATE }}.", "temperature": 0.2, "max_tokens": 50, "stop": ["x"], "num_gpu": 99},
        "meta": {
            "profile_image_url": "https://example.org/a.png", "description": "Cooks\nwell",
            "suggestion_prompts": [{"title": ["A", "b"], "content": "What is for dinner?"}, {"content": 5}, "x"],
        },
    }  # fmt: skip

    (persona,) = read_personas("models-export.json", json.dumps([record])).personas

    assert (persona.name, persona.description, persona.model) == ("Chef", "Cooks well", "")
    assert persona.instructions == "Cook for {{user_name}} on {{date}}."
    assert persona.parameters.chosen == {"temperature": 0.2, "n_predict": 50, "stop": ("x",)}
    assert persona.suggestions == ("What is for dinner?",)


@pytest.mark.parametrize("spec", [None, "chara_card_v2", "chara_card_v3"])
def test_character_cards(spec: str | None) -> None:
    card = {
        "name": "Ada \\1", "description": "{{char}} calculates for {{User}}.", "personality": "exact", "scenario": "",
        "first_mes": "Good day, <USER>.", "mes_example": "", "creator_notes": "A friend of numbers", "avatar": "https://x",
    }  # fmt: skip
    record = {"spec": spec, "spec_version": "2.0", "data": card} if spec else card

    (persona,) = read_personas("ada.json", json.dumps(record)).personas

    assert (persona.name, persona.description) == ("Ada \\1", "A friend of numbers")
    assert persona.instructions == (
        "You are Ada \\1. Stay in this role.\n\nAda \\1 calculates for {{user_name}}.\n\nPersonality: exact\n\n"
        "Ada \\1 begins a conversation like this:\nGood day, {{user_name}}."
    )


def test_a_mistake_costs_one_persona_and_is_said() -> None:
    records = [{"name": "Good"}, {"instructions": "nameless"}, 7, {"name": "Long", "instructions": "x" * 100_001}]
    text = json.dumps({"format": "hearth-personas", "version": 1, "personas": records})

    read = read_personas("mine.json", text)

    assert [one.name for one in read.personas] == ["Good"]
    assert [(one.name, one.why) for one in read.skipped] == [("2", "no_name"), ("3", "not_readable"), ("Long", "too_long")]


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("", "not_readable"), ("[" * 100_000, "not_readable"), ("9" * 10_000, "not_readable"), ("7", "not_readable"),
        ('{"format": "hearth-personas", "version": 2, "personas": []}', "newer_format"),
    ],
)  # fmt: skip
def test_a_file_that_holds_none_says_why(text: str, why: str) -> None:
    read = read_personas("x.json", text)

    assert (read.personas, [one.why for one in read.skipped]) == ((), [why])


def test_of_a_model_only_the_name_of_its_file_goes_out_and_comes_in() -> None:
    for path in ("/home/anna/models/a.gguf", "C:\\models\\a.gguf"):
        text = as_json([Persona("p", "P", model=path)])
        assert json.loads(text)["personas"][0]["model"] == "a.gguf"
        hostile = text.replace('"a.gguf"', '"../../../etc/a.gguf"')
        assert read_personas("x.json", hostile).personas[0].model == "a.gguf"
    assert "model" not in record_of(Persona("p", "P"))
