"""Footnotes: from a reference to the text that it stands for."""

from __future__ import annotations

from typing import TYPE_CHECKING

from desktop_app.markdown.definitions import normalise_label
from desktop_app.markdown.leaf import ContainerKind
from desktop_app.ui.transcript.message_layout import MessageLayout

if TYPE_CHECKING:
    from desktop_app.ui.transcript.transcript_view import TranscriptView

_MARGIN = 16


def box_of(layout: MessageLayout, label: str) -> int:
    """Give the first box of the footnote `label`; -1 when there is none."""
    wanted = normalise_label(label)
    for index, box in enumerate(layout.boxes):
        for one in box.leaf.containers:
            if one.kind is ContainerKind.NOTE and normalise_label(one.marker) == wanted:
                return index
    return -1


def text_of(layout: MessageLayout, label: str) -> str:
    """Give the first paragraph of a footnote, as it was written."""
    index = box_of(layout, label)
    return " ".join(layout.boxes[index].leaf.lines) if index >= 0 else ""


def go_to(view: TranscriptView, number: int, label: str) -> None:
    """Bring a footnote of message `number` on screen."""
    layout = view.conversation.messages[number]
    index = box_of(layout, label)
    if index < 0:
        return
    view.conversation.show(layout, index)
    top = view.conversation.tops[number] + layout.ys[index]
    bar, height = view.verticalScrollBar(), view.viewport().height()
    if top < bar.value() + _MARGIN:
        bar.setValue(top - _MARGIN)
    elif top + layout.boxes[index].height > bar.value() + height - _MARGIN:
        bar.setValue(min(top - _MARGIN, top + layout.boxes[index].height + _MARGIN - height))
