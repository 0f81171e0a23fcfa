"""What is wrong with the form that answers shall have, while it is being written."""

from __future__ import annotations

from desktop_app.engine.gbnf import FormMistake, grammar_mistake
from desktop_app.engine.json_grammar import grammar_of
from desktop_app.engine.json_places import json_mistake, place_of
from desktop_app.engine.parameters import FORM_CHARACTERS_MAX, no_text_at
from desktop_app.errors import SchemaUnusable

__all__ = ["FormMistake", "grammar_mistake", "schema_mistake"]


def schema_mistake(text: str) -> FormMistake | None:
    """Give the first mistake of a JSON schema, None when answers can be held to it."""
    if len(text) > FORM_CHARACTERS_MAX or "\0" in text:
        return FormMistake("long", 0, len(text))
    if (half := no_text_at(text)) >= 0:
        return FormMistake("character", half, half + 1)
    at = json_mistake(text)
    if at is not None:
        return FormMistake("json", min(at, len(text)), min(at + 1, len(text)))
    try:
        mistake = grammar_mistake(grammar_of(text))
    except SchemaUnusable as error:
        start, end = place_of(text, error.place)
        return FormMistake("schema", start, end, error.detail)
    # A part that is nothing but itself: llama.cpp would refuse it, or follow it for ever.
    return FormMistake("schema", *place_of(text, "#")) if mistake is not None and mistake.kind == "circle" else None
