"""What the hub answers, made into values. All of it was written by strangers: nothing is taken that is not what it should be."""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Any

from huggingface_hub.hf_api import ModelInfo, RepoSibling

from desktop_app.hub.card import readable
from desktop_app.hub.repository import Repository, RepositoryFile

N_CHARACTERS_MAX = 200
N_NAME_CHARACTERS_MAX = 1000
N_FILES_MAX = 10_000
N_TAGS_MAX = 200
_NUMBER_MAX = 1 << 62
_HEADER = re.compile(r"\A\ufeff?---[ \t]*\r?\n.*?\r?\n---[ \t]*(?:\r?\n|\Z)", re.DOTALL)
"""YAML at the start of a card: what the hub shows as tags."""
_LANGUAGE = re.compile(r"[a-z]{2,3}(?:-[A-Za-z]{2,8})?")
_HEX = re.compile(r"[0-9a-f]{40}(?:[0-9a-f]{24})?")


def repository_of(info: ModelInfo, endpoint: str) -> Repository:
    """Give the repository that the client has read."""
    card = info.card_data
    gguf = info.gguf if isinstance(info.gguf, dict) else {}
    tags = _texts(info.tags)[:N_TAGS_MAX]
    license_tag = next((tag.partition(":")[2] for tag in tags if tag.startswith("license:")), "")
    base_tag = next((tag.rpartition(":")[2] for tag in tags if tag.startswith("base_model:")), "")
    named = _texts(getattr(card, "language", None)) or tags
    return Repository(
        id=_text(info.id),
        revision=_hash(info.sha),
        files=tuple(_file(one) for one in (info.siblings or [])[:N_FILES_MAX]),
        gated=info.gated if info.gated in ("auto", "manual") else "",
        license=_license(card, license_tag),
        downloads=_number(info.downloads),
        likes=_number(info.likes),
        updated=info.last_modified.strftime("%Y-%m-%dT%H:%M:%SZ") if info.last_modified else "",
        tags=tuple(tags),
        languages=tuple(one for one in named if _LANGUAGE.fullmatch(one)),
        architecture=_text(gguf.get("architecture")),
        n_parameters=_number(gguf.get("total")),
        n_ctx_train=_number(gguf.get("context_length")),
        has_chat_template=not gguf or bool(gguf.get("chat_template")),
        task=_text(info.pipeline_tag),
        endpoint=endpoint,
        base_model=next(iter(_texts(getattr(card, "base_model", None))), base_tag),
        is_private=info.private is True,
    )


def _license(card: Any, tag: str) -> str:
    """Give the licence by its name where it is none of those that the hub knows."""
    known = _text(getattr(card, "license", None)) or tag
    return (_text(getattr(card, "license_name", None)) or known) if known == "other" else known


def card_text(data: bytes) -> str:
    """Give the text of a card without the header that machines read, and without HTML and pictures."""
    return readable(_HEADER.sub("", data.decode("utf-8", "replace"), count=1))


def _file(one: RepoSibling) -> RepositoryFile:
    lfs = one.lfs
    return RepositoryFile(
        name=str(one.rfilename)[:N_NAME_CHARACTERS_MAX],
        size_bytes=_number(lfs.size if lfs is not None else one.size),
        sha256=_hash(lfs.sha256 if lfs is not None else ""),
        blob_id=_hash(one.blob_id),
    )


def _text(value: Any) -> str:
    if isinstance(value, list | tuple):
        value = next(iter(value), "")
    if not isinstance(value, str):
        return ""
    # Without what is not seen and turns the order of letters around.
    shown = "".join(one if one.isprintable() else " " for one in value[: 4 * N_CHARACTERS_MAX])
    return " ".join(shown.split())[:N_CHARACTERS_MAX]


def _texts(value: Any) -> list[str]:
    several: Iterable[Any] = value if isinstance(value, list | tuple) else [value]
    return [text for one in several if (text := _text(one))]


def _number(value: Any) -> int:
    return value if type(value) is int and 0 <= value <= _NUMBER_MAX else 0


def _hash(value: Any) -> str:
    text = str(value or "").lower()
    return text if _HEX.fullmatch(text) else ""
