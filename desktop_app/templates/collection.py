"""The prompt templates that come with the application: one file of TOML for each language, read when first wanted."""

from __future__ import annotations

import tomllib
from functools import lru_cache
from typing import Any

from desktop_app.resources import resource
from desktop_app.templates.template import PromptTemplate, field_from

LANGUAGES = ("en", "zh_CN")


@lru_cache(maxsize=len(LANGUAGES))
def shipped(language: str) -> tuple[PromptTemplate, ...]:
    """Give the collection in a language, in its order; the English one for a language that there is none in."""
    chosen = language if language in LANGUAGES else "en"
    with resource("templates", f"{chosen}.toml").open("rb") as file:
        records = tomllib.load(file)["template"]
    return tuple(_template(record, chosen) for record in records)


def _template(record: dict[str, Any], language: str) -> PromptTemplate:
    return PromptTemplate(
        id=f"shipped:{record['key']}",
        title=record["title"],
        text=record["text"].strip("\n"),
        fields=tuple(field_from(field) for field in record.get("field", ())),
        folder=record["folder"],
        icon=record.get("icon", ""),
        system_prompt=record.get("system_prompt", "").strip("\n"),
        language=language,
        is_shipped=True,
    )
