"""Prompt templates from files and into files: our own JSON, Markdown with a head, Open WebUI's list, plain text.

Data only: whatever a file holds becomes text, or is skipped with the reason. One mistake costs one template.
Source of Open WebUI's form: https://docs.openwebui.com/features/workspace/prompts, "Prompt variables".
"""

from __future__ import annotations

import json
import math
import re
from collections.abc import Callable, Iterable
from typing import Any, Literal

from desktop_app.chat.instructions import MACROS
from desktop_app.chat.message import new_id
from desktop_app.record import Record
from desktop_app.templates.syntax import N_NAME_MAX, escaped, mistakes
from desktop_app.templates.template import N_TEXT_MAX, N_TITLE_MAX, Field, Kind, PromptTemplate, field_from

FORMAT, VERSION = "hearth-prompt-templates", 1
N_TEMPLATES_MAX = 5_000

Why = Literal["not_readable", "no_text", "too_long", "newer_format", "wrong_variable"]


class Skipped(Record):
    """What of a file was not taken: its title or its number in the list, and why."""

    title: str
    why: Why


class ReadPrompts(Record):
    """What a file gave; templates with mistakes in their text are among them, since they can be mended."""

    templates: tuple[PromptTemplate, ...]
    skipped: tuple[Skipped, ...] = ()


def read_prompts(name: str, text: str) -> ReadPrompts:
    """Give the templates of a file called `name`. Never raises for what the file holds."""
    stripped = text.lstrip("\ufeff \t\r\n")
    if stripped[:1] in "[{" and not stripped.startswith("{{"):
        try:
            return _read_json(json.loads(stripped))
        except (ValueError, RecursionError):
            if name.lower().endswith(".json"):
                return ReadPrompts((), (Skipped(name, "not_readable"),))
    title = re.sub(r"\.[^.]{1,9}$", "", name).replace("_", " ").strip() or name
    if stripped.startswith("---"):
        return _one(title, lambda: _from_markdown(title, stripped))
    return _one(title, lambda: _checked(PromptTemplate(new_id(), title[:N_TITLE_MAX], _mended(text.strip("\ufeff\r\n")))))


def as_json(templates: Iterable[PromptTemplate]) -> str:
    """Give our own form, which keeps everything."""
    records = [
        {name: value for name, value in one.as_dict().items() if name in ("title", "text", "folder", "icon", "system_prompt")}
        | {"fields": [field.as_dict() for field in one.fields]}
        for one in templates
    ]
    return json.dumps({"format": FORMAT, "version": VERSION, "templates": records}, ensure_ascii=False, indent=2) + "\n"


def as_markdown(template: PromptTemplate) -> str:
    """Give one template as Markdown with a head, which other programs and people can read."""
    head = [f"title: {_quoted(_one_line(template.title))}"]
    head += [f"folder: {_quoted(_one_line(template.folder))}"] if template.folder else []
    head += [f"instructions: {json.dumps(template.system_prompt, ensure_ascii=False)}"] if template.system_prompt else []
    for field in template.fields:
        head.append(f"variable: {json.dumps(_short(field), ensure_ascii=False)}")
    return "\n".join(["---", *head, "---", "", template.text, ""])


def _short(field: Field) -> dict[str, Any]:
    usual = Field(field.name).as_dict()
    return {name: value for name, value in field.as_dict().items() if name == "name" or value != usual[name]}


def _quoted(text: str) -> str:
    """Give a value of the head; one that stands in quotes itself gets another pair."""
    return f'"{text}"' if _unquoted(text) != text else text


def _unquoted(text: str) -> str:
    is_quoted = len(text) >= 2 and text[0] == text[-1] and text[0] in "\"'"
    return text[1:-1] if is_quoted else text


def _one_line(text: str) -> str:
    return " ".join(text.split())


def _read_json(value: Any) -> ReadPrompts:
    if isinstance(value, dict) and isinstance(value.get("version"), int) and value["version"] > VERSION and "format" in value:
        return ReadPrompts((), (Skipped(str(value["format"])[:N_TITLE_MAX], "newer_format"),))
    records = value.get("templates", value.get("prompts", [value])) if isinstance(value, dict) else value
    if not isinstance(records, list):
        return ReadPrompts((), (Skipped("", "not_readable"),))
    found: list[PromptTemplate] = []
    skipped: list[Skipped] = []
    for number, record in enumerate(records[:N_TEMPLATES_MAX], start=1):
        title = _title(record) if isinstance(record, dict) else ""
        try:
            found.append(_from_record(title or f"{number}", record))
        except _Unusable as error:
            skipped.append(Skipped(title or f"{number}", error.why))
    return ReadPrompts(tuple(found), tuple(skipped))


class _Unusable(Exception):
    def __init__(self, why: Why) -> None:
        super().__init__(why)
        self.why: Why = why


def _one(title: str, read: Callable[[], PromptTemplate]) -> ReadPrompts:
    try:
        return ReadPrompts((read(),))
    except _Unusable as error:
        return ReadPrompts((), (Skipped(title, error.why),))


def _title(record: dict[str, Any]) -> str:
    for key in ("title", "name", "command"):
        value = record.get(key)
        if isinstance(value, str) and value.strip():
            return _one_line(value).lstrip("/")[:N_TITLE_MAX]
    return ""


def _from_record(title: str, record: Any) -> PromptTemplate:
    if not isinstance(record, dict):
        raise _Unusable("not_readable")
    text = record.get("text", record.get("content", record.get("prompt")))
    if not isinstance(text, str):
        raise _Unusable("no_text")
    if "text" not in record:
        text, fields = _from_open_webui(text)
        return _checked(PromptTemplate(new_id(), title, text, fields))
    try:
        fields = tuple(_field(one) for one in _list(record.get("fields")))
    except (ValueError, TypeError) as error:
        raise _Unusable("wrong_variable") from error
    rest = {name: record[name] for name in ("folder", "icon", "system_prompt") if isinstance(record.get(name), str)}
    return _checked(PromptTemplate(new_id(), title, text, fields, **rest))


def _list(value: Any) -> list[Any]:
    return value if isinstance(value, list) else []


def _field(record: Any) -> Field:
    if not isinstance(record, dict):
        raise TypeError("no declaration")
    texts = {name: str(record[name]) for name in ("name", "label", "help", "default", "checked", "unchecked") if name in record}
    numbers = {name: record[name] for name in ("minimum", "maximum") if isinstance(record.get(name), int | float)}
    choices = [str(one)[:1000] for one in _list(record.get("choices"))[:1000]]
    is_required = record.get("is_required", True) is not False
    kind = record.get("kind", "text")
    return field_from(texts | numbers | {"kind": kind, "choices": choices, "is_required": is_required})


def _checked(template: PromptTemplate) -> PromptTemplate:
    if not template.text.strip():
        raise _Unusable("no_text")
    if len(template.text) > N_TEXT_MAX or len(template.system_prompt) > N_TEXT_MAX:
        raise _Unusable("too_long")
    return template


def _mended(text: str) -> str:
    """Give a text that was no template of ours so that it says the same: braces that name no variable stay braces."""
    return escaped(text) if mistakes(text) else text


_HEAD = re.compile(r"---[ \t]*\r?\n(?P<head>.*?)\r?\n---[ \t]*(?:\r?\n|$)", re.DOTALL)


def _from_markdown(title: str, text: str) -> PromptTemplate:
    match = _HEAD.match(text)
    if match is None:
        return _checked(PromptTemplate(new_id(), title[:N_TITLE_MAX], _mended(text)))
    values: dict[str, str] = {}
    fields: list[Field] = []
    # By these alone: a text in quotes may hold what Python takes for the end of a line, too.
    for line in re.split(r"\r?\n", match["head"]):
        key, _, value = line.partition(":")
        if key.strip() == "variable":
            try:
                fields.append(_field(json.loads(value)))
            except (ValueError, TypeError, RecursionError) as error:
                raise _Unusable("wrong_variable") from error
        elif key.strip() == "instructions":
            values["instructions"] = _json_text(value)
        else:
            values[key.strip().lower()] = _unquoted(value.strip())
    name = values.get("title") or values.get("name") or title
    body = text[match.end() :].strip("\r\n")
    folder, instructions = values.get("folder", ""), values.get("instructions", "")
    return _checked(PromptTemplate(new_id(), name[:N_TITLE_MAX], body, tuple(fields), folder, system_prompt=instructions))


def _json_text(value: str) -> str:
    """Give the text that stands in quotes as JSON has them, or what stands there as it is."""
    try:
        found = json.loads(value)
    except (ValueError, RecursionError):
        return value.strip()
    return found if isinstance(found, str) else value.strip()


# Nothing here may be read in two ways: a file with "{{" and many spaces would keep this busy for hours.
_FOREIGN = re.compile(r"\{\{(?P<inside>[^{}]*)\}\}")
_OPTION = re.compile(r":?\s*(?P<name>[\w-]+)\s*(?P<is_given>=?)\s*")
N_OPTIONS_MAX = 20
"""Of one variable: each may be looked for to the end of it."""
_FOREIGN_KIND = re.compile(r"[a-z-]+")
_KINDS: dict[str, Kind] = {
    "text": "text", "textarea": "long", "select": "choice", "number": "number", "range": "number", "date": "date",
    "checkbox": "check", "email": "text", "url": "text", "tel": "text", "datetime-local": "text", "month": "text",
    "time": "text", "color": "text", "map": "text",
}  # fmt: skip
_BUILT_IN: dict[str, tuple[str, Kind, str]] = {
    "CLIPBOARD": ("clipboard", "clipboard", ""),
    "CURRENT_DATE": ("date", "date", "today"),
}


def _from_open_webui(text: str) -> tuple[str, tuple[Field, ...]]:
    """Give text and declarations of a prompt in which variables declare themselves: `{{name | select:options=["a"]}}`."""
    fields: dict[str, Field] = {}

    def declared(match: re.Match[str]) -> str:
        name, separator, rest = match["inside"].partition("|")
        kind = _FOREIGN_KIND.match(rest := rest.strip())
        if not name.strip() or (separator and kind is None):
            return match[0]
        field = _foreign_field(name.strip(), kind[0] if kind else "", rest[kind.end() :].strip() if kind else "")
        if field is None:
            return match[0]
        known = fields.setdefault(field.name, field)
        return "{{" + known.name + "}}"

    result = _FOREIGN.sub(declared, text)
    declarations = tuple(field for field in fields.values() if field != Field(field.name))
    return _mended(result), declarations


def _foreign_field(name: str, kind: str, options: str) -> Field | None:
    if name in _BUILT_IN:
        own, own_kind, default = _BUILT_IN[name]
        return Field(own, own_kind, default=default)
    if name in MACROS:
        return Field(name, is_required=False)
    own = re.sub(r"[^\w]+", "_", name).strip("_")[:N_NAME_MAX]
    if not own or own[0].isdigit():
        return None
    our_kind = _KINDS.get(kind, "text")
    given = _options(options)
    texts = {name: value if isinstance(value, str) else "" for name, value in given.items()}
    label, default = texts.get("label", ""), texts.get("default", "")
    is_required = texts.get("required", "false") != "false"
    if our_kind == "check":
        is_checked = default.lower() == "true"
        return Field(own, our_kind, label, default="yes" if is_checked else "", checked="true", unchecked="false")
    choices = tuple(str(value)[:1000] for value in _list(given.get("options"))[:1000])
    if our_kind == "choice" and not choices:
        our_kind = "text"
    bounds = [_number(texts.get(name, "")) for name in ("min", "max")] if our_kind == "number" else [None, None]
    placeholder = texts.get("placeholder", "")
    return Field(own, our_kind, label, placeholder, default, is_required, choices, bounds[0], bounds[1])


def _options(text: str) -> dict[str, Any]:
    """Give what a variable says of itself, `name=value` or only a name, parted by colons; a list where one stands in JSON."""
    found: dict[str, Any] = {}
    position = 0
    for _ in range(N_OPTIONS_MAX):
        name = _OPTION.match(text, position)
        if name is None:
            break
        position = name.end()
        value: Any = ""
        if name["is_given"]:
            value, position = _value(text, position)
        found.setdefault(name["name"], value)
        # What follows a value makes no sense until the next colon.
        position = text.find(":", position)
        if position < 0:
            break
    return found


def _value(text: str, start: int) -> tuple[Any, int]:
    """Give a text or a list, as JSON or up to the next colon, and where it ends."""
    if text[start : start + 1] in ('"', "["):
        try:
            return json.JSONDecoder().raw_decode(text, start)
        except (ValueError, RecursionError):
            pass
    end = text.find(":", start)
    end = end if end >= 0 else len(text)
    return text[start:end].strip().strip('"'), end


def _number(text: str) -> float | None:
    try:
        number = float(text)
    except ValueError:
        return None
    return number if math.isfinite(number) else None
