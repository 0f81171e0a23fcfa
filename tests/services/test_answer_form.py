"""What is wrong in a schema that is being written, and where."""

from __future__ import annotations

import json
from typing import Any

import pytest

from desktop_app.engine.json_places import place_of
from desktop_app.engine.parameters import FORM_CHARACTERS_MAX
from desktop_app.services.answer_form import schema_mistake

SCHEMA = '{"type": "object", "properties": {"a/b": [1, {"not": 3}, "]}"], "é": {"not": {}}}}'


@pytest.mark.parametrize("text", ["{}", "true", '{"type": "string"}', ' {"enum": ["{", "\\"}"]} '])
def test_a_schema_that_can_be_kept_has_no_mistake(text: str) -> None:
    assert schema_mistake(text) is None


@pytest.mark.parametrize(
    ("text", "kind", "marked"),
    [
        ('{"type": }', "json", "}"),
        ('{"type": "object"', "json", ""),
        ("", "json", ""),
        ("[" * 100_000, "json", "["),
        ('{"properties": {"age": {"multipleOf": 3}}}', "schema", '{"multipleOf": 3}'),
        ('{"properties": {"é": {"not": {}}, "b": {}}}', "schema", '{"not": {}}'),
        ('{"$defs": {"x": 5}, "$ref": "#/$defs/x"}', "schema", ""),
        ("3", "schema", "3"),
        ('{"type": "integer", "minimum": 5, "maximum": 1}', "schema", '{"type": "integer", "minimum": 5, "maximum": 1}'),
        (" " * (FORM_CHARACTERS_MAX + 1), "long", " " * (FORM_CHARACTERS_MAX + 1)),
    ],
)
def test_a_mistake_is_found_with_its_place(text: str, kind: str, marked: str) -> None:
    found = schema_mistake(text)

    assert found is not None
    assert found.kind == kind
    assert text[found.start : found.end].startswith(marked)
    assert 0 <= found.start <= found.end <= len(text)


@pytest.mark.parametrize(
    ("pointer", "part"),
    [
        ("#", SCHEMA), ("", SCHEMA), ("#/type", '"object"'), ("#/properties/a~1b/1", '{"not": 3}'), ("#/properties/a~1b/1/not", "3"),
        ("#/properties/a~1b/2", '"]}"'), ("#/properties/é/not", "{}"), ("#/properties/none/x", SCHEMA[34 - 1 : -1]), ("#/type/x", '"object"'),
    ],
)  # fmt: skip
def test_a_pointer_leads_to_its_part(pointer: str, part: str) -> None:
    start, end = place_of(SCHEMA, pointer)

    assert SCHEMA[start:end] == part


def _doubling(n: int) -> dict[str, Any]:
    """Give a schema of a few lines that stands for 2**n."""
    parts = {
        str(one): {"properties": {f"k{one}": True}, "anyOf": [{"$ref": f"#/$defs/{one + 1}"}, {"$ref": f"#/$defs/{one + 1}"}]}
        for one in range(n)
    }
    return {"$defs": {**parts, str(n): {"type": "object"}}, "$ref": "#/$defs/0"}


@pytest.mark.parametrize(
    "schema",
    [
        _doubling(40), {"$ref": "#"}, {"anyOf": [{"$ref": "#"}, {"type": "null"}]}, {"const": "\ud800"},
        {"type": "array", "prefixItems": 5}, {"required": [5]}, {"required": [["a"]]}, {"type": "string", "format": []},
        {"allOf": [{"minimum": 1}, {"minimum": "x"}]}, {"allOf": [{"properties": {"a": True}}, {"properties": [1]}]},
        {"enum": [[]], "type": [[]]},
    ],
)  # fmt: skip
def test_a_schema_meant_to_do_harm_has_a_mistake_like_any_other(schema: Any) -> None:
    text = json.dumps(schema)
    found = schema_mistake(text)

    assert found is not None
    assert found.kind == "schema"
    assert 0 <= found.start < found.end <= len(text)


def test_a_part_with_a_keyword_of_the_wrong_kind_is_marked() -> None:
    text = '{"properties": {"a": {"type": "array", "prefixItems": 5}, "b": true}}'
    found = schema_mistake(text)

    assert found is not None
    assert text[found.start : found.end] == '{"type": "array", "prefixItems": 5}'


def test_half_of_a_surrogate_pair_belongs_nowhere() -> None:
    found = schema_mistake('"\ud800"')

    assert found is not None
    assert (found.kind, found.start) == ("character", 1)
