"""Answers that grow: more text, and in the end their state and numbers; only what changes is painted."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

from desktop_app.chat.message import Message
from desktop_app.ui.transcript.repainting import Change

if TYPE_CHECKING:
    from desktop_app.ui.transcript.transcript_view import TranscriptView


class Growth:
    """Brings news of messages into one view."""

    def __init__(self, view: TranscriptView) -> None:
        self._view = view

    def append_text(self, message_id: str, text: str) -> None:
        """Take more text of an answer."""
        view = self._view
        index = view.conversation.index_of(message_id)
        if index is None or not text:
            return
        layout = view.conversation.messages[index]
        was_waiting, is_folded = layout.is_waiting, layout.has_reasoning and not layout.is_open
        first = layout.append(text)
        if is_folded and layout.is_thinking:
            view.finding.text_came(index)
            return  # nothing of it is on show
        change = Change(view, index, 0 if was_waiting else first)
        view.finding.text_came(index)
        view.conversation.refresh_tops(index + 1)
        if was_waiting or layout.is_thinking != view.unfolding.is_counting:
            view.dot.refresh()
            view.unfolding.refresh()
        view.settle()
        change.paint()

    def update_message(self, message: Message) -> None:
        """Take the state, numbers or error of a message."""
        view = self._view
        index = view.conversation.index_of(message.id)
        if index is None:
            return
        layout = view.conversation.messages[index]
        _first, is_new = layout.finish(message)
        if is_new:
            view.selection.clear()
            view.finding.messages_changed()
        else:
            view.finding.text_came(index)
        view.conversation.refresh_notice(layout)
        view.conversation.refresh_tops(index + 1)
        view.dot.refresh()
        view.unfolding.refresh()
        view.settle()
        view.viewport().update()

    def set_reading(self, message_id: str, n_processed: int, n_prompt: int) -> None:
        """Say how much of the prompt was read, in tokens."""
        view = self._view
        index = view.conversation.index_of(message_id)
        if index is None:
            return
        layout = view.conversation.messages[index]
        if not layout.n_prompt:
            layout.reading_from = (time.monotonic(), n_processed)
        layout.n_processed, layout.n_prompt = n_processed, n_prompt
        if layout.is_waiting:
            top = view.conversation.tops[index] - view.places.value + layout.body_top
            view.viewport().update(0, top, view.viewport().width(), view.places.formats.text_pitch)
