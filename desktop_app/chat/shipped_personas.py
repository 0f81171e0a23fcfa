"""The personas that come with the application: one file of TOML for each language, read when first wanted."""

from __future__ import annotations

import tomllib
from functools import lru_cache

from desktop_app.chat.persona import Persona, persona_from
from desktop_app.languages import LANGUAGES
from desktop_app.resources import resource

PREFIX = "shipped:"
"""Of their ids."""


@lru_cache(maxsize=len(LANGUAGES))
def shipped(language: str) -> tuple[Persona, ...]:
    """Give them in a language, in their order; in English for a language that there is none in."""
    chosen = language if language in LANGUAGES else "en"
    with resource("personas", f"{chosen}.toml").open("rb") as file:
        records = tomllib.load(file)["persona"]
    personas = (persona_from(f"{PREFIX}{record['key']}", record["name"], record) for record in records)
    return tuple(one.replaced(language=chosen, is_shipped=True, instructions=one.instructions.strip("\n")) for one in personas)
