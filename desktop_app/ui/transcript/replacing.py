"""Another branch of the same conversation: what stays keeps its place on the screen, and the reader keeps theirs."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

from desktop_app.chat.message import Message
from desktop_app.ui.transcript.conversation_layout import Anchor
from desktop_app.ui.transcript.shown import Part

if TYPE_CHECKING:
    from desktop_app.ui.transcript.transcript_view import TranscriptView

Versions = Mapping[str, tuple[str, ...]]
"""For messages with several versions: the ids of all, the oldest first."""
_N_ROUNDS = 3
_STICKY_PX = 2


class Replacing:
    """Replaces the messages of one view."""

    def __init__(self, view: TranscriptView) -> None:
        self._view = view
        self._held: tuple[int, int] | None = None

    def hold(self, part: Part) -> None:
        """Keep the row of `part` where it is on screen at the next change: whoever leafs through versions presses again."""
        self._held = (part.message, self._view.places.part_rect(part).top())

    def let_go(self) -> None:
        """The reader has scrolled."""
        self._held = None

    def replace(self, messages: Sequence[Message], versions: Versions, is_at_end: bool) -> None:
        """Show `messages`; `is_at_end`: the reader is brought to the last one."""
        view = self._view
        anchor, shown = view.anchor, view.conversation.messages
        at_top = shown[anchor.message].message.id if anchor is not None and anchor.message < len(shown) else ""
        n_kept = view.conversation.replace(messages)
        view.conversation.set_versions(versions)
        if not view.selection.is_empty and view.selection.bounds()[1][0] >= n_kept:
            view.selection.clear()
        view.shown.hovered_message, view.shown.hovered, view.shown.copied = -1, None, None
        held, self._held = self._held, None
        if is_at_end or not messages:
            view.is_stuck = True
        elif anchor is not None and (place := view.conversation.index_of(at_top)) is not None:
            # More or fewer stand above it; what the reader had at the top is still there.
            anchor.message = place
        elif view.anchor is not None and view.anchor.message >= n_kept:
            # What the reader had at the top is gone: then what stands in its place, from its beginning.
            view.anchor = Anchor(min(n_kept, len(messages) - 1), -1, 0)
        view.messages_changed()
        if held is not None and held[0] < len(messages) and not is_at_end:
            self._put_row(*held)
        view.pointer.moved_under()

    def _put_row(self, number: int, y: int) -> None:
        """Scroll until the row of message `number` is `y` pixels below the top of the view."""
        view = self._view
        view.is_stuck = False
        for _ in range(_N_ROUNDS):
            place = view.conversation.tops[number] + view.conversation.messages[number].footer_y - y
            view.anchor = view.conversation.anchor_at(max(0, place))
            view.settle()
        bar = view.verticalScrollBar()
        view.is_stuck = bar.value() >= bar.maximum() - _STICKY_PX
        view.viewport().update()
