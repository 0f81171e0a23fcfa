"""The text of one message, put together from the pieces it has in a file."""

from __future__ import annotations

from typing import Any

from desktop_app.chat.attachment import Attachment
from desktop_app.exchange.fences import fenced
from desktop_app.exchange.found import Words
from desktop_app.exchange.loose import name_of, text_of

_PICTURES = (".png", ".jpg", ".jpeg", ".gif", ".webp", ".bmp", ".heic", ".svg", ".tif", ".tiff", ".avif")

_UNNAMED = "text.txt"
"""A long paste has no name in Claude's export."""


class Tally:
    """What a conversation lost on its way here."""

    def __init__(self, words: Words) -> None:
        self.words = words
        self.n_placeholders = 0
        self.n_left_out = 0


class Pieces:
    """Collects the pieces of one message, in order."""

    def __init__(self, tally: Tally) -> None:
        self._tally = tally
        self._texts: list[str] = []
        self._thoughts: list[str] = []
        self.attachments: list[Attachment] = []

    def add_text(self, text: str) -> None:
        """Add a paragraph or more."""
        if text:
            self._texts.append(text)

    def add_code(self, code: str, language: str = "") -> None:
        """Add code, between fences longer than any inside."""
        if code:
            self._texts.append(fenced(code, language))

    def add_thought(self, text: str) -> None:
        """Add reasoning."""
        if text.strip():
            self._thoughts.append(text.strip())

    def add_image(self) -> None:
        """Add a placeholder for a picture."""
        self._tally.n_placeholders += 1
        self._texts.append(self._tally.words.image)

    def add_file(self, name: object, text: str = "", n_bytes: object = None) -> None:
        """Add a file: its text as an attachment, or a placeholder where there is no text."""
        shown = name_of(name)
        if text:
            size = n_bytes if isinstance(n_bytes, int) and not isinstance(n_bytes, bool) and 0 <= n_bytes < 2**53 else None
            self.attachments.append(Attachment("", shown or _UNNAMED, text, size or len(text.encode())))
        elif shown.lower().endswith(_PICTURES):
            self.add_image()
        else:
            self._tally.n_placeholders += 1
            self._texts.append(self._tally.words.file.replace("{name}", shown or _UNNAMED))

    def leave_out(self, n: int = 1) -> None:
        """Count something that has no place in a message."""
        self._tally.n_left_out += n

    @property
    def text(self) -> str:
        """All of it, with a blank line between two pieces."""
        return "\n\n".join(self._texts)

    @property
    def reasoning(self) -> str:
        """All that was thought."""
        return "\n\n".join(self._thoughts)

    def is_empty(self) -> bool:
        """Say whether there is nothing to show."""
        return not self.attachments and not self.text.strip()


def add_content(pieces: Pieces, content: object) -> None:
    """Add a message's content in the form most applications share: a string, or a list of parts with a type."""
    if isinstance(content, str):
        pieces.add_text(text_of(content))
    for part in content if isinstance(content, list) else []:
        if isinstance(part, str):
            pieces.add_text(text_of(part))
        elif isinstance(part, dict):
            _add_part(pieces, part)


def _add_part(pieces: Pieces, part: dict[str, Any]) -> None:
    kind = part.get("type")
    text = part.get("text")
    if kind in ("thinking", "reasoning"):
        pieces.add_thought(text_of(part.get("thinking")) or text_of(text))
    elif kind in ("image", "image_url", "input_image"):
        pieces.add_image()
    elif isinstance(text, dict):
        pieces.add_text(text_of(text.get("value")))
    elif isinstance(text, str):
        pieces.add_text(text_of(text))
    elif kind is not None:
        pieces.leave_out()
