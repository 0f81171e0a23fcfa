"""What a person looks for on the hub: words, an author, a name, or an address they have copied. Values only."""

from __future__ import annotations

import re
from typing import Literal
from urllib.parse import unquote, urlsplit

from desktop_app.record import Record

Sort = Literal["trending", "downloads", "likes", "updated", "created"]
Task = Literal["", "chat", "code", "vision", "embeddings"]

_NAME = re.compile(r"[A-Za-z0-9](?:[A-Za-z0-9._-]{0,95})")
"""Source: huggingface_hub, `validate_repo_id`."""
_AUTHOR = re.compile(r"(?:^|\s)(?:author|owner|by):(?P<name>[A-Za-z0-9][A-Za-z0-9._-]{0,95})(?=\s|$)", re.IGNORECASE)
_NOT_OWNERS = ("datasets", "spaces", "api", "models", "docs", "blog", "settings", "collections", "papers", "join", "login")
"""First parts of addresses on the hub that are no owner of models."""
_BEFORE_REVISION = ("tree", "blob", "resolve", "raw", "commit")


class Query(Record):
    """One search. `text` is what was typed: words, `author:name`, "owner/name", or an address to a repository or file."""

    text: str = ""
    sort: Sort = "trending"
    task: Task = ""
    language: str = ""
    """A code such as "zh"; "": any."""
    license: str = ""
    """As the hub writes it, "apache-2.0"; "": any."""
    max_parameters: int = 0
    """No larger models than this; 0: any. What fits a computer is about its free memory in bytes, times 1.6."""


class Named(Record):
    """A repository that was named exactly."""

    repository: str
    revision: str = ""
    """A branch, tag or commit; "": the newest."""
    file: str = ""
    """A file in it; "": none was named."""
    is_address: bool = False
    """True when it was copied from somewhere: then it is not meant as words."""


class Words(Record):
    """Words to look for, with what stood among them."""

    words: str
    author: str = ""


def understood(text: str) -> Named | Words:
    """Give what `text` asks for. Of an address only the path counts: nothing is ever sent to the host in it."""
    text = " ".join(text.split())
    named = _address(text) or _plain_name(text)
    if named is not None:
        return named
    author = _AUTHOR.search(text)
    if author is None:
        return Words(text)
    return Words(" ".join(f"{text[: author.start()]} {text[author.end() :]}".split()), author["name"])


def _address(text: str) -> Named | None:
    if " " in text:
        # "ollama run hf.co/owner/name:Q4_K_M" is what the page of a model offers for copying.
        text = text.rpartition(" ")[2] if text.startswith(("ollama ", "llama-server ", "llama-cli ")) else ""
    try:
        parts = urlsplit(text if "://" in text else f"https://{text}")
    except ValueError:
        return None
    if parts.scheme not in ("http", "https", "hf") or not ("://" in text or _is_host(parts.netloc)):
        return None
    pieces = [unquote(piece) for piece in parts.path.split("/") if piece]
    if parts.scheme == "hf":
        pieces = [parts.netloc, *pieces]
    if pieces[:2] == ["api", "models"]:
        pieces = pieces[2:]
    if len(pieces) < 2 or pieces[0] in _NOT_OWNERS:
        return None
    owner, name, *rest = pieces
    name = name.partition(":")[0]
    if not (_NAME.fullmatch(owner) and _NAME.fullmatch(name)):
        return None
    if len(rest) >= 2 and rest[0] in _BEFORE_REVISION:
        return Named(f"{owner}/{name}", "" if rest[1] == "main" else rest[1], "/".join(rest[2:]), is_address=True)
    return Named(f"{owner}/{name}", is_address=True)


def _is_host(text: str) -> bool:
    """Tell whether it is a host that was written without https:// before it: "qwen.ai/x" could be, "Qwen/Qwen3" is none."""
    host = text.partition(":")[0].lower()
    return host in ("hf.co", "localhost") or host.endswith(("huggingface.co", "hf-mirror.com"))


def _plain_name(text: str) -> Named | None:
    owner, slash, name = text.partition("/")
    name = name.partition(":")[0]
    if slash and _NAME.fullmatch(owner) and _NAME.fullmatch(name) and owner.lower() not in _NOT_OWNERS:
        return Named(f"{owner}/{name}")
    return None
