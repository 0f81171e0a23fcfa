"""A persona: who answers in a conversation, as values. Knows nothing of storage nor of files."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from desktop_app.engine.parameters import SamplingParameters, sound
from desktop_app.record import Record

N_NAME_MAX = 80
N_LINE_MAX = 300
"""Characters of a description and of a suggestion."""
N_INSTRUCTIONS_MAX = 100_000
"""Characters of instructions: some 30 pages."""
N_SUGGESTIONS_MAX = 6
COLOURS = ("ember", "rose", "violet", "blue", "teal", "graphite")
"""Colours of an avatar, by the name that they have in every theme."""
ICONS = (
    "person", "book", "pencil", "code", "globe", "compare", "check", "search", "star", "file", "tag", "link", "pin",
)  # fmt: skip
"""What an avatar may show instead of initials."""


class Persona(Record):
    """One persona. `id` is its identity."""

    id: str
    name: str
    description: str = ""
    """One line about what it is for."""
    instructions: str = ""
    """What stands before every prompt of its conversations; may have variables, see `chat.instructions`."""
    icon: str = ""
    """One of `ICONS`; "": the initials of the name."""
    colour: str = COLOURS[0]
    parameters: SamplingParameters = SamplingParameters()
    """What is chosen in it counts, before the recommendation of the model's author and after the conversation."""
    model: str = ""
    """The file that answers when it is chosen; "": whichever is in memory."""
    suggestions: tuple[str, ...] = ()
    """What the person may want to say first."""
    language: str = ""
    """"en", "zh_CN" for those that come with the application; "" for the person's own."""
    is_shipped: bool = False


def initials(name: str) -> str:
    """Give one or two letters for a name: "WE" for "Writing editor", "翻" for "翻译"; "" for one without letters."""
    words = [word for word in ("".join(filter(str.isalnum, part)) for part in name.split()) if word]
    if not words:
        return ""
    # Of a script that is written without spaces one letter is as much as two of ours.
    is_wide = ord(words[0][0]) >= 0x2E80
    return words[0][0] if is_wide or len(words) == 1 else f"{words[0][0]}{words[-1][0]}".upper()


def record_of(persona: Persona) -> dict[str, Any]:
    """Give all but identity and name, for JSON; what says nothing is left out."""
    texts = {name: getattr(persona, name) for name in ("description", "instructions", "icon", "model")}
    record: dict[str, Any] = {name: value for name, value in texts.items() if value} | {"colour": persona.colour}
    if persona.parameters.chosen:
        record["parameters"] = persona.parameters.chosen
    return record | ({"suggestions": list(persona.suggestions)} if persona.suggestions else {})


def persona_from(id_: str, name: str, record: Mapping[str, Any]) -> Persona:
    """Give the persona of what `record_of` gave. Whatever else the record holds, it becomes text, or is left out."""
    parameters, colour, icon = record.get("parameters"), record.get("colour"), record.get("icon")
    return Persona(
        id=id_,
        name=one_line(name, N_NAME_MAX),
        description=one_line(record.get("description"), N_LINE_MAX),
        instructions=_text(record.get("instructions"))[:N_INSTRUCTIONS_MAX],
        icon=icon if icon in ICONS else "",
        colour=colour if colour in COLOURS else COLOURS[0],
        parameters=sound(parameters) if isinstance(parameters, dict) else SamplingParameters(),
        model=_text(record.get("model"))[:4096],
        suggestions=suggestions_from(record.get("suggestions")),
    )


def suggestions_from(value: Any) -> tuple[str, ...]:
    """Give what of a list can stand on buttons: lines with something in them, each once."""
    found = (one_line(one, N_LINE_MAX) for one in value[:100]) if isinstance(value, list | tuple) else ()
    return tuple(dict.fromkeys(one for one in found if one))[:N_SUGGESTIONS_MAX]


def is_same(one: Persona, other: Persona) -> bool:
    """Say whether two personas differ in nothing; a parameter that was chosen differs from one that is usual."""
    return (one.id, one.name, record_of(one)) == (other.id, other.name, record_of(other))


def as_text(persona: Persona) -> str:
    """Give the record as JSON, in ASCII: the name of a file may hold bytes that are no text."""
    return json.dumps(record_of(persona))


def one_line(value: Any, n_max: int) -> str:
    """Give a text as one line of at most `n_max` characters; "" for what is no text."""
    return " ".join(_text(value).split())[:n_max].strip()


def _text(value: Any) -> str:
    return value if isinstance(value, str) else ""
