"""Coming to a message from elsewhere, with words that were searched for: it is scrolled to, the first of them selected."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import TYPE_CHECKING

from desktop_app.chat.matching import pattern_of
from desktop_app.ui.transcript.conversation_layout import Anchor
from desktop_app.ui.transcript.matches import Span, spans
from desktop_app.ui.transcript.revealing import reveal

if TYPE_CHECKING:
    from desktop_app.ui.transcript.transcript_view import TranscriptView

_ABOVE = 24
"""Pixels over a message without the words."""


def show_message(view: TranscriptView, message_id: str, words: str) -> bool:
    """Bring a message into view and select the first of `words` in it; False when the message is not on show.

    Of a very long one the beginning is shown until the words are found.
    """
    number = view.conversation.index_of(message_id)
    if number is None:
        return False
    view.selection.clear()
    view.anchor, view.is_stuck = Anchor(number, -1, -_ABOVE), False
    view.settle()
    view.viewport().update()
    pattern = pattern_of(words)
    if pattern is not None:
        view.arriving.begin(_arrive(view, number, pattern))
    return True


def _arrive(view: TranscriptView, number: int, pattern: re.Pattern[str]) -> Iterator[None]:
    layout = view.conversation.messages[number]
    index, has_reasoning = 0, False
    while True:
        layout.scan()
        while index < len(layout.boxes):
            found = _in_box(view, number, index, pattern)
            if found is not None:
                view.selection.set((number, index, found[0]), (number, index, found[1]))
                reveal(view, number, index, found[0])
                return
            index += 1
            yield
            if view.conversation.messages[number : number + 1] != [layout]:
                return  # another branch is on show
        if layout.is_behind:
            layout.scan_more()
            view.conversation.refresh_tops(number + 1)
            view.settle()
        elif layout.has_reasoning and not layout.is_open and not has_reasoning and pattern.search(layout.source):
            has_reasoning, index = True, 0
            view.unfolding.toggle(number)
        else:
            return


def _in_box(view: TranscriptView, number: int, index: int, pattern: re.Pattern[str]) -> Span | None:
    conversation = view.conversation
    layout = conversation.messages[number]
    box = layout.boxes[index]
    if pattern.search(view.finding.texts.of_box(layout, index, "")) is None:
        return None
    if conversation.show(layout, index):
        layout.refresh_ys(index)
        conversation.refresh_tops(number)
    found = spans(box.doc, pattern) if box.doc is not None else []
    return found[0] if found else None
