"""A JSON schema as a grammar (GBNF): what the grammar takes is JSON and fits the schema.

What a schema leaves open is made narrower where that keeps the grammar small: properties come in the order of the schema,
none is added to those that are named, numbers have at most 16 digits, and white space is short. `oneOf` is taken for
`anyOf`. What cannot be kept is refused by name, never left out. Source: JSON Schema 2020-12, with draft-07's spellings.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import Any

from desktop_app.engine.json_numbers import integer_range, number_range
from desktop_app.engine.json_pattern import UnsupportedPattern, pattern_grammar
from desktop_app.engine.parameters import no_text_at
from desktop_app.errors import SchemaUnusable

_MAX_BYTES = 256 * 1024
_MAX_DEPTH = 48
_MAX_STEPS = 20_000
"""Parts of a schema that are looked at: what is referred to where it is joined with something counts each time."""
_MAX_GRAMMAR = 4 << 20
"""Characters."""
_MAX_REPEATED = 2000
"""Source: MAX_REPETITION_THRESHOLD in llama.cpp's llama-grammar.cpp, above which it silently means "any number"."""
_HEX = "[0-9a-fA-F]"
_SHARED = {
    "ws": r'(" " | "\n" " "{0,16})?',
    # Half of a surrogate pair is no character, and some readers of JSON refuse it.
    "char": r'[^"\\\x00-\x1F\x7F] | "\\" ["\\/bfnrt] | "\\u" unit',
    "unit": f'[0-9a-cA-CeEfF] {_HEX}{{3}} | [dD] [0-7] {_HEX}{{2}} | [dD] [89abAB] {_HEX}{{2}} "\\\\u" [dD] [c-fC-F] {_HEX}{{2}}',
    "string": r'"\"" char* "\""',
    "integer": '"-"? ("0" | [1-9] [0-9]{0,15})',
    "number": 'integer ("." [0-9]{1,16})? ([eE] [-+]? [0-9]{1,2})?',
    "boolean": '"true" | "false"',
    "null": '"null"',
    "value": "object | array | string | number | boolean | null",
    "object": '"{" ws (member ("," ws member)*)? "}"',
    "member": 'string ws ":" ws value ws',
    "array": '"[" ws (value ws ("," ws value ws)*)? "]"',
    "date": '[0-9]{4} "-" ("0" [1-9] | "1" [0-2]) "-" ("0" [1-9] | "1" [0-9] | "2" [0-8])',
    "time": 'hour ":" sixty ":" sixty ("." [0-9]{3})? ("Z" | [-+] hour ":" sixty)',
    "hour": '[01] [0-9] | "2" [0-3]',
    "sixty": "[0-5] [0-9]",
    "uuid": f'{_HEX}{{8}} "-" {_HEX}{{4}} "-" {_HEX}{{4}} "-" {_HEX}{{4}} "-" {_HEX}{{12}}',
}
_FORMATS = {"date": "date", "time": "time", "date-time": 'date "T" time', "uuid": "uuid"}
"""Other formats are annotations, as the specification has it."""
_TYPES = ("object", "array", "string", "number", "integer", "boolean", "null")
_TYPE_OF_KEYWORD = {
    "properties": "object", "required": "object", "additionalProperties": "object",
    "items": "array", "prefixItems": "array", "minItems": "array", "maxItems": "array",
    "pattern": "string", "minLength": "string", "maxLength": "string", "format": "string",
    "minimum": "number", "maximum": "number", "exclusiveMinimum": "number", "exclusiveMaximum": "number",
}  # fmt: skip
_UNKEPT = (
    "not", "if", "patternProperties", "propertyNames", "dependentRequired", "dependentSchemas", "dependencies", "contains",
    "uniqueItems", "multipleOf", "$dynamicRef", "$recursiveRef",
)  # fmt: skip
"""Keywords that no grammar of reasonable size keeps."""


def grammar_of(schema: str) -> str:
    """Give the grammar for a schema written as JSON; its rule `root` is the whole answer. Raises: SchemaUnusable."""
    if len(schema) > _MAX_BYTES:
        raise SchemaUnusable("", "it is too long")
    try:
        document = json.loads(schema)
    except (ValueError, RecursionError):
        raise SchemaUnusable("", "it is no JSON") from None
    try:
        return _Conversion(document).grammar()
    except RecursionError:
        raise SchemaUnusable("", "it is too deeply nested") from None


def literal(text: str) -> str:
    """Give the GBNF for exactly `text`."""
    escaped = text.replace("\\", "\\\\").replace('"', '\\"').replace("\n", "\\n").replace("\r", "\\r").replace("\t", "\\t")
    return f'"{escaped}"'


class _Conversion:
    """One schema on its way. A sub-schema becomes an expression; what is referred to becomes a rule."""

    def __init__(self, document: Any) -> None:
        self._document = document
        self._rules = dict(_SHARED)
        self._references: dict[str, str] = {}
        self._n_left, self._n_steps_left = _MAX_GRAMMAR, _MAX_STEPS

    def grammar(self) -> str:
        self._rules["root"] = f"ws {self._expression(self._document, '#', 0)}"
        grammar = "".join(f"{name} ::= {body}\n" for name, body in self._rules.items())
        if no_text_at(grammar) >= 0:
            raise SchemaUnusable("#", "half of a surrogate pair is no character")
        return grammar

    def _rule(self, body: str) -> str:
        """Give the name of a new rule."""
        name = f"r{len(self._rules)}"
        self._rules[name] = body
        self._n_left -= len(body)
        return name

    def _step(self, place: str) -> None:
        self._n_steps_left -= 1
        if min(self._n_left, self._n_steps_left) < 0:
            raise SchemaUnusable(place, "it is too long")

    def _expression(self, schema: Any, place: str, depth: int) -> str:
        """Give what can stand anywhere in a rule for a document that fits `schema`."""
        self._step(place)
        try:
            return self._expression_of(schema, place, depth)
        except (TypeError, ValueError, AttributeError, KeyError, OverflowError):
            # A keyword has a value of a kind that none of its readers can do anything with.
            raise SchemaUnusable(place, "this is no schema") from None

    def _expression_of(self, schema: Any, place: str, depth: int) -> str:
        if depth > _MAX_DEPTH:
            raise SchemaUnusable(place, "it is too deeply nested")
        if schema is True:
            return "value"
        if not isinstance(schema, dict):
            raise SchemaUnusable(place, "nothing fits it" if schema is False else "this is no schema")
        if "$ref" in schema:
            return self._referred(schema, place, depth)
        for keyword in _UNKEPT:
            if schema.get(keyword, False) is not False:
                raise SchemaUnusable(place, f"{keyword} cannot be kept")
        for keyword in ("allOf", "anyOf", "oneOf"):
            if keyword in schema:
                return self._combined(schema, keyword, place, depth)
        if "const" in schema or "enum" in schema:
            return self._one_of_values(schema, place)
        types = self._types(schema, place)
        return self._any_of([getattr(self, f"_{kind}")(schema, place, depth) for kind in types])

    def _any_of(self, expressions: Sequence[str]) -> str:
        return expressions[0] if len(expressions) == 1 else self._rule(" | ".join(expressions))

    def _types(self, schema: dict[str, Any], place: str) -> Sequence[str]:
        types = schema.get("type")
        if types is None:
            types = next((kind for keyword, kind in _TYPE_OF_KEYWORD.items() if keyword in schema), list(_TYPES))
        types = [types] if isinstance(types, str) else types
        if not isinstance(types, list) or not types or not all(kind in _TYPES for kind in types):
            raise SchemaUnusable(place, "type is none of JSON")
        return [kind for kind in types if not (kind == "integer" and "number" in types)]

    def _referred(self, schema: dict[str, Any], place: str, depth: int) -> str:
        pointer = schema["$ref"]
        target = self._target(pointer, place)
        if others := {name: value for name, value in schema.items() if name != "$ref" and _is_asserted(name)}:
            return self._expression({"allOf": [target, others]}, place, depth + 1)
        if pointer not in self._references:
            # The name first: the schema may refer to itself.
            self._references[pointer] = name = self._rule("")
            self._rules[name] = self._expression(target, pointer, depth + 1)
        return self._references[pointer]

    def _target(self, pointer: Any, place: str) -> Any:
        if not isinstance(pointer, str) or not (pointer == "#" or pointer.startswith("#/")):
            raise SchemaUnusable(place, "$ref points out of the schema")
        target = self._document
        for part in pointer.split("/")[1:]:
            key = part.replace("~1", "/").replace("~0", "~")
            try:
                target = target[int(key)] if isinstance(target, list) else target[key]
            except (KeyError, IndexError, ValueError, TypeError):
                raise SchemaUnusable(place, "$ref points nowhere") from None
        return target

    def _combined(self, schema: dict[str, Any], keyword: str, place: str, depth: int) -> str:
        parts = schema[keyword]
        if not isinstance(parts, list) or not parts:
            raise SchemaUnusable(place, f"{keyword} is no list of schemas")
        rest = {name: value for name, value in schema.items() if name != keyword}
        if keyword == "allOf":
            for part in parts:
                rest = self._both(rest, part, place, depth)
            return self._expression(rest, place, depth + 1)
        here = [f"{place}/{keyword}/{index}" for index in range(len(parts))]
        if not any(_is_asserted(name) for name in rest):
            return self._any_of([self._expression(part, at, depth + 1) for part, at in zip(parts, here, strict=True)])
        both = [self._both(rest, part, at, depth) for part, at in zip(parts, here, strict=True)]
        return self._any_of([self._expression(part, at, depth + 1) for part, at in zip(both, here, strict=True)])

    def _both(self, one: Any, other: Any, place: str, depth: int) -> dict[str, Any]:
        """Give the schema that asks for what both ask for."""
        self._step(place)
        for _ in range(_MAX_DEPTH):
            if not (isinstance(other, dict) and "$ref" in other):
                break
            beside = {name: value for name, value in other.items() if name != "$ref" and _is_asserted(name)}
            target = self._target(other["$ref"], place)
            other = {"allOf": [target, beside]} if beside else target
        if not isinstance(other, dict) or "$ref" in other:
            raise SchemaUnusable(place, "its parts cannot be joined")
        both = dict(one)
        for name, value in other.items():
            if not _is_asserted(name) or name not in both or both[name] == value:
                both[name] = value
            else:
                both[name] = _joined(name, both[name], value, place)
        return both

    def _one_of_values(self, schema: dict[str, Any], place: str) -> str:
        values = [schema["const"]] if "const" in schema else schema["enum"]
        types = schema.get("type", list(_TYPES))
        types = [types] if isinstance(types, str) else types
        if not isinstance(values, list) or not isinstance(types, list):
            raise SchemaUnusable(place, "enum is no list")
        fitting = [value for value in values if any(_is_of(value, kind) for kind in types)]
        if not fitting:
            raise SchemaUnusable(place, "nothing fits it")
        return self._any_of([literal(json.dumps(value, ensure_ascii=False)) for value in fitting])

    # One method for each type.

    def _null(self, _schema: dict[str, Any], _place: str, _depth: int) -> str:
        return "null"

    def _boolean(self, _schema: dict[str, Any], _place: str, _depth: int) -> str:
        return "boolean"

    def _integer(self, schema: dict[str, Any], place: str, _depth: int) -> str:
        return self._within(schema, place, is_integer=True)

    def _number(self, schema: dict[str, Any], place: str, _depth: int) -> str:
        return self._within(schema, place, is_integer=False)

    def _within(self, schema: dict[str, Any], place: str, *, is_integer: bool) -> str:
        names = ("minimum", "maximum", "exclusiveMinimum", "exclusiveMaximum")
        bounds: dict[str, Any] = {name: schema[name] for name in names if name in schema}
        if not bounds:
            return "integer" if is_integer else "number"
        body = integer_range(bounds) if is_integer else number_range(bounds)
        if body is None:
            raise SchemaUnusable(place, "these bounds cannot be kept")
        return self._rule(body)

    def _string(self, schema: dict[str, Any], place: str, _depth: int) -> str:
        shortest, longest = _count(schema, "minLength", 0, place), _count(schema, "maxLength", None, place)
        if "pattern" in schema:
            if shortest or longest is not None:
                raise SchemaUnusable(place, "pattern together with a length cannot be kept")
            try:
                return self._rule(rf'"\"" {pattern_grammar(str(schema["pattern"]))} "\""')
            except UnsupportedPattern as error:
                raise SchemaUnusable(place, f"pattern: {error}") from None
        if schema.get("format") in _FORMATS:
            return self._rule(rf'"\"" {_FORMATS[schema["format"]]} "\""')
        if not shortest and longest is None:
            return "string"
        return self._rule(rf'"\"" char{_times(shortest, longest, place)} "\""')

    def _array(self, schema: dict[str, Any], place: str, depth: int) -> str:
        items, first = schema.get("items", True), schema.get("prefixItems", [])
        if isinstance(items, list):
            items, first = schema.get("additionalItems", True), items
        least, most = _count(schema, "minItems", 0, place), _count(schema, "maxItems", None, place)
        fixed = [self._expression(part, f"{place}/prefixItems/{index}", depth + 1) for index, part in enumerate(first)]
        if most is not None:
            fixed = fixed[:most]
        if items is False:
            most = len(fixed) if most is None else min(most, len(fixed))
        if most is not None and most < (least or 0):
            raise SchemaUnusable(place, "nothing fits it")
        if most == len(fixed):
            # Shorter would fit too; this is what is meant by it.
            return self._rule('"[" ws ' + ' "," ws '.join(f"{item} ws" for item in fixed) + ' "]"')
        item = self._expression(items, f"{place}/items", depth + 1)
        more = self._rule(f'"," ws {item} ws')
        if fixed:
            head = ' "," ws '.join(f"{one} ws" for one in fixed)
            n_fixed = len(fixed)
            times = _times(max(0, (least or 0) - n_fixed), None if most is None else most - n_fixed, place)
            return self._rule(f'"[" ws {head} {more}{times} "]"')
        filled = f"{item} ws {more}{_times(max(0, (least or 0) - 1), None if most is None else most - 1, place)}"
        return self._rule(f'"[" ws {filled} "]"' if least else f'"[" ws ({filled})? "]"')

    def _object(self, schema: dict[str, Any], place: str, depth: int) -> str:
        properties, required = schema.get("properties", {}), schema.get("required", [])
        if not isinstance(properties, dict) or not isinstance(required, list):
            raise SchemaUnusable(place, "properties or required is of the wrong kind")
        properties = {**properties, **{name: True for name in required if name not in properties}}
        least, most = _count(schema, "minProperties", 0, place), _count(schema, "maxProperties", None, place)
        if not properties and not least and most is None:
            return self._map(schema, place, depth)
        if len(required) < (least or 0) or (most is not None and most < len(properties)):
            raise SchemaUnusable(place, "a number of properties cannot be kept")
        return self._record(properties, required, place, depth)

    def _map(self, schema: dict[str, Any], place: str, depth: int) -> str:
        values = schema.get("additionalProperties", True)
        if values is False:
            return self._rule('"{" ws "}"')
        if values is True:
            return "object"
        value = self._expression(values, f"{place}/additionalProperties", depth + 1)
        member = self._rule(f'string ws ":" ws {value} ws')
        return self._rule(f'"{{" ws ({member} ("," ws {member})*)? "}}"')

    def _record(self, properties: dict[str, Any], required: Sequence[str], place: str, depth: int) -> str:
        """Give the rule of an object: `first` for what may come before any comma, `rest` for what comes after."""
        first = rest = '""'
        for name, schema in reversed(properties.items()):
            at = f"{place}/properties/{name.replace('~', '~0').replace('/', '~1')}"
            key = literal(json.dumps(name, ensure_ascii=False))
            member = self._rule(f'{key} ws ":" ws {self._expression(schema, at, depth + 1)} ws')
            if name in required:
                first, rest = self._rule(f"{member} {rest}"), self._rule(f'"," ws {member} {rest}')
            else:
                first, rest = self._rule(f"{member} {rest} | {first}"), self._rule(f'("," ws {member})? {rest}')
        return self._rule(f'"{{" ws {first} "}}"')


_ASSERTED = {
    "type", "enum", "const", "properties", "required", "additionalProperties", "items", "prefixItems", "additionalItems",
    "minItems", "maxItems", "minLength", "maxLength", "pattern", "format", "minimum", "maximum", "exclusiveMinimum",
    "exclusiveMaximum", "minProperties", "maxProperties", "allOf", "anyOf", "oneOf", "$ref", *_UNKEPT,
}  # fmt: skip


def _is_asserted(keyword: str) -> bool:
    """Tell whether a keyword asks for anything; the others (title, description, default …) only say something."""
    return keyword in _ASSERTED


def _joined(name: str, one: Any, other: Any, place: str) -> Any:
    """Give the value of a keyword that two schemas have, each with its own."""
    if name == "properties":
        return {**one, **{key: {"allOf": [one[key], value]} if key in one else value for key, value in other.items()}}
    if name == "required":
        return list(dict.fromkeys([*one, *other]))
    if name == "allOf":
        return [*one, *other]
    if name in ("minimum", "exclusiveMinimum", "minLength", "minItems", "minProperties"):
        return max(one, other)
    if name in ("maximum", "exclusiveMaximum", "maxLength", "maxItems", "maxProperties"):
        return min(one, other)
    if name in ("type", "enum"):
        ones, others = ([value] if isinstance(value, str) else value for value in (one, other))
        if both := [value for value in ones if value in others]:
            return both
        if name == "type" and {"integer", "number"} <= {*ones, *others}:
            return ["integer"]
    if name == "additionalProperties" and True in (one, other):
        return other if one is True else one
    raise SchemaUnusable(place, f"its parts disagree on {name}")


def _is_of(value: Any, kind: str) -> bool:
    if isinstance(value, bool) or value is None:
        return kind == ("null" if value is None else "boolean")
    kinds = {"object": dict, "array": list, "string": str, "integer": int, "number": (int, float)}
    return kind in kinds and isinstance(value, kinds[kind])  # type: ignore[arg-type]


def _count(schema: dict[str, Any], name: str, default: int | None, place: str) -> int | None:
    value = schema.get(name, default)
    if value is not None and (isinstance(value, bool) or not isinstance(value, int) or value < 0):
        raise SchemaUnusable(place, f"{name} is no number of things")
    return value


def _times(least: int | None, most: int | None, place: str) -> str:
    """Give how often what stands before it comes."""
    if (least or 0) > _MAX_REPEATED or (most or 0) > _MAX_REPEATED:
        raise SchemaUnusable(place, f"more than {_MAX_REPEATED} cannot be counted")
    if most is not None and most < (least or 0):
        raise SchemaUnusable(place, "nothing fits it")
    return f"{{{least or 0},{'' if most is None else most}}}"
