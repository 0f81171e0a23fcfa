"""The user guide that comes with the application: a text for each language, with pictures beside it."""

from __future__ import annotations

import re
from collections.abc import Mapping
from pathlib import Path

from desktop_app.resources import resource

_KEY = re.compile(r"`\{([a-z_]+)\}`")
_PICTURE = re.compile(r"^(!\[[^\]]*\]\()([a-z]+)(\))$", re.MULTILINE)


def guide(language: str, keys: Mapping[str, str]) -> str:
    """Give the guide as Markdown, in English where there is none in `language` ("en", "zh_CN").

    `keys`: what is pressed for each action, by the names of `ui.actions`; one without a key is named by "–".
    Pictures are named by files in `pictures()`.
    """
    known = language if _text(language).is_file() else "en"
    text = _text(known).read_text(encoding="utf-8")
    text = _KEY.sub(lambda found: _as_code(keys.get(found[1]) or "–"), text)
    return _PICTURE.sub(rf"\1\2-{known}.png\3", text)


def pictures() -> Path:
    """Give the folder of the pictures; `tests/pictures.py --guide` makes them."""
    return resource("guide", "pictures")


def _as_code(key: str) -> str:
    return f"`` {key} ``" if "`" in key else f"`{key}`"


def _text(language: str) -> Path:
    return resource("guide", f"{language}.md")
