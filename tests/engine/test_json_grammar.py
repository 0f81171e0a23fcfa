"""A JSON schema as a grammar: what it takes, what it refuses, and what it says it cannot keep."""

from __future__ import annotations

import json
import re
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as some

from desktop_app.engine.chat_model import ChatModel
from desktop_app.engine.json_grammar import grammar_of
from desktop_app.engine.json_numbers import integer_range, number_range
from desktop_app.errors import SchemaUnusable
from tests.engine.gbnf import fits

PERSON = {
    "type": "object",
    "properties": {"name": {"type": "string"}, "age": {"type": "integer", "minimum": 0}, "mail": {"type": "string"}},
    "required": ["name"],
}
TREE = {
    "$defs": {"node": {"type": "object", "properties": {"of": {"type": "array", "items": {"$ref": "#/$defs/node"}}}}},
    "$ref": "#/$defs/node",
}
EITHER = {"type": "object", "properties": {"a": {"type": "null"}}, "anyOf": [{"required": ["a"]}, {"required": ["b"]}]}

CASES = {
    "anything": ({}, ['{"a": [1, -2.5e3, "x\\n\\u00e4", true, null]}', '"ü"'], ["{", "[1,]", "nul", "01", '"\n"', "{} {}", "\t"]),
    "half a surrogate pair": (True, ['"\\ud83d\\ude00"'], ['"\\ud83d"', '"\\ude00"', '"\\ud83dx"']),
    "an object": (PERSON, ['{"name": "Ann"}', '{"name":"","age":3,"mail":"x"}', '{"name":"","mail":"x"}'], ["{}", '{"age": 3}', '{"name": "A", }', '{"name": "A", "age": -1}', '{"name": "A", "x": 1}']),
    "only what is not required": ({"properties": {"a": True, "b": True}}, ["{}", '{"a":1}', '{"b":1}', '{"a":1,"b":2}'], ['{"a":1,}', '{,"b":1}']),
    "a map": ({"additionalProperties": {"type": "boolean"}}, ["{}", '{"x": true, "y": false}'], ['{"x": 1}']),
    "no properties": ({"type": "object", "additionalProperties": False}, ["{}", "{ }"], ['{"x": 1}']),
    "a list": ({"items": {"type": "null"}, "minItems": 1, "maxItems": 2}, ["[null]", "[ null, null ]"], ["[]", "[null,null,null]", "[1]"]),
    "an empty list": ({"type": "array", "maxItems": 0}, ["[]"], ["[1]"]),
    "a tuple": ({"prefixItems": [{"const": 1}, {"const": 2}], "items": False}, ["[1, 2]"], ["[1, 2, 3]", "[2, 1]"]),
    "a tuple and more": ({"prefixItems": [{"const": 1}], "items": {"const": 2}, "maxItems": 3}, ["[1]", "[1,2,2]"], ["[]", "[1,2,2,2]"]),
    "words": ({"enum": ["yes", 'n"o', 3, None]}, ['"yes"', '"n\\"o"', "3", "null"], ['"maybe"', '"ye"', "33"]),
    "words of a type": ({"type": "string", "enum": ["yes", 3]}, ['"yes"'], ["3"]),
    "two types": ({"type": ["string", "null"]}, ['"x"', "null"], ["1"]),
    "lengths": ({"type": "string", "minLength": 2, "maxLength": 3}, ['"ab"', '"ä\\"c"'], ['"a"', '"abcd"']),
    "a pattern": ({"pattern": r'^[A-Z]{2}-\d+("|\\x)?$'}, ['"AB-12"', '"AB-1\\""', '"AB-1\\\\x"'], ['"AB-"', '"ab-1"', '"AB-1x"', '"AB-1""']),
    "a pattern inside": ({"pattern": "b[^c]"}, ['"abd"', '"b\\"x"'], ['"abc"', '"a"']),
    "a date": ({"format": "date-time"}, ['"2026-11-22T10:50:29Z"'], ['"2026-13-22T10:50:29Z"', '"2026-11-22"']),
    "an identifier": ({"format": "uuid"}, ['"123e4567-e89b-12d3-a456-426614174000"'], ['"123"']),
    "whole numbers": ({"type": "integer", "minimum": -3, "exclusiveMaximum": 12}, ["-3", "0", "11"], ["-4", "12", "1.5"]),
    "numbers": ({"type": "number", "minimum": -1, "maximum": 1}, ["-1", "-0.5", "0", "0.25", "1"], ["1.5", "-1.5", "2"]),
    "a reference to itself": (TREE, ["{}", '{"of": [{"of": []}, {}]}'], ['{"of": [1]}']),
    "one of two": ({"anyOf": [{"type": "null"}, {"const": "x"}]}, ["null", '"x"'], ['"y"']),
    "all of two": ({"allOf": [PERSON, {"required": ["age"], "properties": {"age": {"maximum": 9}}}]}, ['{"name": "A", "age": 9}'], ['{"name": "A"}', '{"name": "A", "age": 10}']),
    "one of two ways to be": (EITHER, ['{"a": null}', '{"b": 1}', '{"a": null, "b": 2}'], ["{}", '{"a": 1}']),
}  # fmt: skip


@pytest.mark.parametrize("name", CASES)
def test_what_fits_is_taken_and_nothing_else(name: str, starter_chat: ChatModel) -> None:
    schema, right, wrong = CASES[name]
    grammar = grammar_of(json.dumps(schema))
    vocabulary = starter_chat.model.vocabulary
    assert [text for text in right if not fits(vocabulary, grammar, text)] == []
    assert [text for text in wrong if fits(vocabulary, grammar, text)] == []


@pytest.mark.parametrize(
    ("schema", "place", "what"),
    [
        ("{", "", "no JSON"),
        ("[" * 20_000, "", "no JSON"),
        ("3", "#", "no schema"),
        ("false", "#", "nothing fits"),
        ({"properties": {"a/b": {"not": {}}}}, "#/properties/a~1b", "not cannot"),
        ({"items": {"multipleOf": 3}}, "#/items", "multipleOf cannot"),
        ({"uniqueItems": True}, "#", "uniqueItems cannot"),
        ({"type": "text"}, "#", "type"),
        ({"$ref": "https://example.org/x"}, "#", "out of the schema"),
        ({"$ref": "#/$defs/x"}, "#", "nowhere"),
        ({"enum": []}, "#", "nothing fits"),
        ({"type": "integer", "minimum": 3, "maximum": 2}, "#", "bounds"),
        ({"type": "number", "minimum": 0.5}, "#", "bounds"),
        ({"minLength": 3, "maxLength": 2}, "#", "nothing fits"),
        ({"maxLength": 3000}, "#", "counted"),
        ({"pattern": "("}, "#", "regular expression"),
        ({"pattern": "^(?=a)"}, "#", "cannot be kept"),
        ({"pattern": "^a", "maxLength": 3}, "#", "length"),
        ({"allOf": [{"type": "string"}, {"type": "null"}]}, "#", "disagree on type"),
        ({"allOf": [{"$ref": "#"}]}, "#", "nested"),
        ({"required": ["a"], "minProperties": 2}, "#", "number of properties"),
    ],
)
def test_what_cannot_be_kept_is_refused_by_name(schema: Any, place: str, what: str) -> None:
    with pytest.raises(SchemaUnusable) as caught:
        grammar_of(schema if isinstance(schema, str) else json.dumps(schema))
    assert caught.value.place == place
    assert what in caught.value.detail


def _as_regex(grammar: str) -> re.Pattern[str]:
    return re.compile(re.sub(r'[" ]', "", grammar.replace('"."', r'"\."')))


@given(some.integers(-2000, 2000), some.integers(0, 3000), some.integers(-9000, 9000))
def test_digits_keep_to_the_bounds(low: int, width: int, number: int) -> None:
    bounds = {"minimum": low, "maximum": low + width}
    for grammar in (integer_range(bounds), number_range(bounds)):
        assert grammar is not None
        pattern = _as_regex(grammar)
        assert bool(pattern.fullmatch(str(number))) == (low <= number <= low + width)
        assert all(pattern.fullmatch(str(edge)) for edge in (low, low + width))
        assert not any(pattern.fullmatch(str(edge)) for edge in (low - 1, low + width + 1))
    assert not pattern.fullmatch(f"{low + width}.5" if low + width >= 0 else f"{low}.5")
