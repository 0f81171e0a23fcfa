"""What a model thinks before it answers: a block between tags at the very start of its answer.

Elsewhere the same tags are text like any other: an answer about HTML may name them.
"""

from __future__ import annotations

import re

from desktop_app.record import Record

_OPENING = re.compile(r"\s*<(think|thinking)>")
OPENING_TAGS = ("<think>", "<thinking>")


class Reasoning(Record):
    """An answer taken apart. Text and answer are as they were written, with their line ends."""

    text: str
    """What stands between the tags; "" when there is no reasoning."""
    answer: str
    """What stands behind it: the end of the whole text, all of it when there is no reasoning."""
    is_closed: bool
    """False while the closing tag is missing: the model is still thinking, or was cut there."""


def split(text: str) -> Reasoning:
    """Give reasoning and answer of an answer's text."""
    opened = _OPENING.match(text)
    if opened is None:
        return Reasoning("", text, True)
    closing = f"</{opened[1]}>"
    end = text.find(closing, opened.end())
    if end < 0:
        return Reasoning(text[opened.end() :], "", False)
    return Reasoning(text[opened.end() : end], text[end + len(closing) :], True)
