"""The title that a model gives a conversation: what it is asked, and what of its answer is usable."""

from __future__ import annotations

import re
from collections.abc import Sequence

from desktop_app.chat.message import Message
from desktop_app.chat.prompt import messages_to_send
from desktop_app.chat.reasoning import split
from desktop_app.engine.parameters import SamplingParameters
from desktop_app.engine.protocol import ChatMessage

TITLE_REQUEST = (
    "Write a title for this conversation: at most six words, in the language of my first message, one line, "
    "no quotation marks. Answer with the title only."
)
TITLE_SAMPLING = SamplingParameters(temperature=0.2, n_predict=32)
"""Six words in any language and a few tokens to spare."""
MAX_TITLE_CHARACTERS = 60

_LABEL = re.compile(r"^[*_#\s]*(?:title|titel|titre|título|titolo|标题|標題|题目|題目)[*_]*\s*[:：]\s*[*_]*\s*", re.IGNORECASE)
_MARKS = "#>-–— \t"
"""What Markdown begins a heading, a quote or a list with."""
_PAIRS = ('""', "''", "“”", "„“", "‘’", "«»", "‹›", "「」", "『』", "《》", "**", "__", "``")
"""What a whole title is put between."""
_ENDS = ".。,，;；"


def title_messages(branch: Sequence[Message], system_prompt: str) -> tuple[ChatMessage, ...]:
    """Give what the model reads: the conversation as it stands in the KV cache already, then the request.

    It is to answer without reasoning: the few tokens of a title would all be thought.
    """
    return (*messages_to_send(branch, system_prompt), ChatMessage("user", TITLE_REQUEST))


def title_in(answer: str) -> str:
    """Give the title in what the model has answered; "" when it is none: too long, or not one line."""
    said = split(answer)
    lines = [line.strip() for line in said.answer.splitlines() if line.strip()]
    if len(lines) != 1:
        return ""
    title = _unwrapped(_LABEL.sub("", _unwrapped(lines[0].lstrip(_MARKS)))).rstrip(_ENDS)
    title = " ".join(title.split())
    return title if len(title) <= MAX_TITLE_CHARACTERS and not title.endswith((":", "：")) else ""


def _unwrapped(text: str) -> str:
    """Give `text` without the quotation marks or stars that stand around all of it."""
    text = text.strip()
    while len(text) >= 2 and text[0] + text[-1] in _PAIRS:
        text = text[1:-1].strip()
    return text
