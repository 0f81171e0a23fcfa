"""Personas from files and into files: our own JSON, the models of Open WebUI, character cards of version 1 to 3.

Data only: whatever a file holds becomes text, a number in its range, or is skipped with the reason. A model is known by
the name of its file and never by a path; pictures and addresses are left out. One mistake costs one persona.

Source: Open WebUI's export of its workspace (`ModelForm`), and the character card specifications of
https://github.com/malfoyslastname/character-card-spec-v2 and https://github.com/kwaroran/character-card-spec-v3.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable
from pathlib import PurePosixPath
from typing import Any, Literal

from desktop_app.chat.instructions import MACROS
from desktop_app.chat.message import new_id
from desktop_app.chat.persona import (
    N_INSTRUCTIONS_MAX,
    N_LINE_MAX,
    N_NAME_MAX,
    Persona,
    one_line,
    persona_from,
    record_of,
    suggestions_from,
)
from desktop_app.engine.parameters import SamplingParameters, sound
from desktop_app.record import Record

FORMAT, VERSION = "hearth-personas", 1
N_PERSONAS_MAX = 1_000

Why = Literal["not_readable", "no_name", "too_long", "newer_format"]


class Skipped(Record):
    """What of a file was not taken: its name or its number in the list, and why."""

    name: str
    why: Why


class ReadPersonas(Record):
    """What a file gave. The `model` of each is the name of a file, not its place."""

    personas: tuple[Persona, ...]
    skipped: tuple[Skipped, ...] = ()


class _Unusable(Exception):
    def __init__(self, why: Why) -> None:
        super().__init__(why)
        self.why: Why = why


def read_personas(name: str, text: str) -> ReadPersonas:
    """Give the personas of a file called `name`. Never raises for what the file holds."""
    try:
        value = json.loads(text.lstrip("\ufeff"))
    except (ValueError, RecursionError):
        return ReadPersonas((), (Skipped(name, "not_readable"),))
    records = _records(value)
    if records is None:
        is_newer = isinstance(value, dict) and value.get("format") == FORMAT
        return ReadPersonas((), (Skipped(name, "newer_format" if is_newer else "not_readable"),))
    found: list[Persona] = []
    skipped: list[Skipped] = []
    for number, record in enumerate(records[:N_PERSONAS_MAX], start=1):
        try:
            found.append(_persona(record))
        except _Unusable as error:
            skipped.append(Skipped(_name(record) or f"{number}", error.why))
    skipped += [Skipped(f"{number + 1}", "too_long") for number in range(N_PERSONAS_MAX, min(len(records), N_PERSONAS_MAX + 100))]
    return ReadPersonas(tuple(found), tuple(skipped))


def as_json(personas: Iterable[Persona]) -> str:
    """Give our own form, which keeps everything but the place of a model."""
    records = [
        {"name": one.name} | record_of(one) | ({"model": one.model.replace("\\", "/").rsplit("/", 1)[-1]} if one.model else {})
        for one in personas
    ]
    return json.dumps({"format": FORMAT, "version": VERSION, "personas": records}, ensure_ascii=False, indent=2) + "\n"


def _records(value: Any) -> list[Any] | None:
    """Give what may be a persona each; None when nothing is, or a newer version wrote it."""
    if isinstance(value, list):
        return value
    if not isinstance(value, dict):
        return None
    if value.get("format") == FORMAT:
        version, records = value.get("version"), value.get("personas")
        return records if isinstance(records, list) and isinstance(version, int) and version <= VERSION else None
    if isinstance(value.get("data"), list):
        return list(value["data"])
    return [value]


def _name(record: Any) -> str:
    inner = _dict(record).get("data") if "spec" in _dict(record) else record
    return one_line(_dict(inner).get("name"), N_NAME_MAX)


def _persona(record: Any) -> Persona:
    if not isinstance(record, dict):
        raise _Unusable("not_readable")
    name = _name(record)
    if not name:
        raise _Unusable("no_name")
    if "spec" in record or "first_mes" in record or "personality" in record:
        return _from_card(name, _dict(record.get("data")) if "spec" in record else record)
    if isinstance(record.get("params"), dict) or isinstance(record.get("meta"), dict):
        return _from_open_webui(name, record)
    if len(_str(record.get("instructions"))) > N_INSTRUCTIONS_MAX:
        raise _Unusable("too_long")
    persona = persona_from(new_id(), name, record)
    return persona.replaced(model=_file_name(persona.model))


def _file_name(text: str) -> str:
    return PurePosixPath(text.replace("\\", "/")).name


# Open WebUI

_NAMES = {
    "temperature": "temperature", "top_k": "top_k", "top_p": "top_p", "min_p": "min_p", "seed": "seed", "stop": "stop",
    "max_tokens": "n_predict", "num_predict": "n_predict", "repeat_penalty": "repeat_penalty", "repeat_last_n": "repeat_last_n",
    "frequency_penalty": "frequency_penalty", "presence_penalty": "presence_penalty", "mirostat": "mirostat",
    "mirostat_tau": "mirostat_tau", "mirostat_eta": "mirostat_eta",
}  # fmt: skip
"""Its names of sampling parameters and ours."""


def _from_open_webui(name: str, record: dict[str, Any]) -> Persona:
    meta, params = _dict(record.get("meta")), _dict(record.get("params"))
    prompts = meta.get("suggestion_prompts")
    suggestions = [_dict(one).get("content") for one in prompts] if isinstance(prompts, list) else []
    instructions = _str(params.get("system"))
    for theirs, ours in MACROS.items():
        instructions = re.sub(rf"\{{\{{\s*{theirs}\s*\}}\}}", ours, instructions)
    return _checked(
        name,
        instructions,
        description=_str(meta.get("description")),
        parameters=sound({ours: params[theirs] for theirs, ours in _NAMES.items() if params.get(theirs) is not None}),
        suggestions=suggestions_from(suggestions),
    )


# Character cards

_PARTS = (
    ("system_prompt", ""), ("description", ""), ("personality", "Personality: "), ("scenario", "Scenario: "),
    ("mes_example", "Examples of how {name} talks:\n"), ("first_mes", "{name} begins a conversation like this:\n"),
)  # fmt: skip


def _from_card(name: str, card: dict[str, Any]) -> Persona:
    texts = [(head.format(name=name), _str(card.get(key)).strip()) for key, head in _PARTS]
    instructions = "\n\n".join(f"{head}{text}" for head, text in texts if text)
    if not _str(card.get("system_prompt")).strip():
        instructions = f"You are {name}. Stay in this role.\n\n{instructions}".strip()
    instructions = re.sub(r"\{\{\s*original\s*\}\}", "", instructions, flags=re.IGNORECASE)
    instructions = re.sub(r"\{\{\s*user\s*\}\}|<USER>", "{{user_name}}", instructions, flags=re.IGNORECASE)
    # By a function: a name may hold what `sub` reads as a group.
    instructions = re.sub(r"\{\{\s*char\s*\}\}|<BOT>", lambda _: name, instructions, flags=re.IGNORECASE)
    return _checked(name, instructions, description=_str(card.get("creator_notes")))


def _checked(
    name: str,
    instructions: str,
    *,
    description: str,
    parameters: SamplingParameters | None = None,
    suggestions: tuple[str, ...] = (),
) -> Persona:
    if len(instructions) > N_INSTRUCTIONS_MAX:
        raise _Unusable("too_long")
    return Persona(
        id=new_id(),
        name=name,
        description=one_line(description, N_LINE_MAX),
        instructions=instructions,
        parameters=parameters or SamplingParameters(),
        suggestions=suggestions,
    )


def _dict(value: Any) -> dict[str, Any]:
    return value if isinstance(value, dict) else {}


def _str(value: Any) -> str:
    return value if isinstance(value, str) else ""
