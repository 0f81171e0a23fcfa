"""Reasoning and answer, told apart while the text comes: the same as `reasoning.split`, piece by piece.

Three states: undecided, thinking, answering. Held back is at most what could be the beginning of a tag.
"""

from __future__ import annotations

from desktop_app.chat.reasoning import OPENING_TAGS, split


class ReasoningStream:
    """Takes an answer in pieces and gives each on as reasoning or as answer."""

    def __init__(self) -> None:
        self._held = ""
        self._closing = ""
        """The tag that ends the reasoning; "" before it has begun."""
        self._is_answering = False

    @property
    def is_thinking(self) -> bool:
        """True between the tags."""
        return bool(self._closing) and not self._is_answering

    def feed(self, text: str) -> tuple[str, str]:
        """Take the next piece. Gives more of the reasoning and more of the answer, of which one may be empty."""
        if self._is_answering:
            return "", text
        text, self._held = self._held + text, ""
        if not self._closing:
            tag = _opening_tag(text)
            if tag is None:
                self._held = text
                return "", ""
            if not tag:
                self._is_answering = True
                return "", text
            self._closing = f"</{tag[1:]}"
            text = text[text.index(tag) + len(tag) :]
        end = text.find(self._closing)
        if end >= 0:
            self._is_answering = True
            return text[:end], text[end + len(self._closing) :]
        n_held = _n_begun(text, self._closing)
        self._held = text[len(text) - n_held :]
        return text[: len(text) - n_held], ""

    def finish(self) -> tuple[str, str]:
        """The text has ended: gives what was held back."""
        held, self._held = self._held, ""
        return (held, "") if self.is_thinking else ("", held)


def has_reasoning(text: str) -> bool:
    """Say whether there is anything to read in the reasoning of `text`. Some models leave the tags empty."""
    return bool(_opening_tag(text[:1_000])) and bool(split(text).text.strip())


def _opening_tag(text: str) -> str | None:
    """Give the tag that `text` begins with; "" when there is none and None while that is not certain."""
    start = text.lstrip()
    for tag in OPENING_TAGS:
        if start.startswith(tag):
            return tag
    return None if any(tag.startswith(start) for tag in OPENING_TAGS) else ""


def _n_begun(text: str, tag: str) -> int:
    """Give how many characters at the end of `text` may be the beginning of `tag`."""
    for n_chars in range(min(len(tag) - 1, len(text)), 0, -1):
        if tag.startswith(text[-n_chars:]):
            return n_chars
    return 0
