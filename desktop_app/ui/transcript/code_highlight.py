"""Colours of code, in slices of idle time: finished lines only, and only of blocks that have a document.

Colours are formats of the text layout: they touch neither the document nor any height.
"""

from __future__ import annotations

import time
from collections import deque
from collections.abc import Callable, Iterable
from itertools import accumulate
from typing import Any

from PySide6.QtCore import QObject, QTimer, Slot
from PySide6.QtGui import QTextLayout

from desktop_app.markdown.leaf import LeafKind
from desktop_app.ui.transcript.formats import Formats
from desktop_app.ui.transcript.leaf_box import LeafBox
from desktop_app.ui.transcript.leaf_renderer import calmed
from desktop_app.ui.transcript.message_layout import MessageLayout

SLICE_S = 0.003
_WARM_PAUSE_MS = 30
LANGUAGES = ("python", "javascript", "typescript", "c", "cpp", "bash", "json", "html", "sql", "yaml")
"""Lexers built in idle time after the start: 20 to 35 ms each, not in the middle of an answer."""


class CodeHighlighter(QObject):
    """Works through code boxes. `on_coloured(layout, box)` is called when the picture of one has changed."""

    def __init__(self, formats: Formats, on_coloured: Callable[[MessageLayout, LeafBox], None], parent: QObject) -> None:
        super().__init__(parent)
        self._formats = formats
        self._on_coloured = on_coloured
        self._queue: deque[tuple[MessageLayout, int, LeafBox]] = deque()
        self._timer = QTimer(self)
        self._timer.setInterval(0)
        self._timer.timeout.connect(self._on_timeout)
        self._to_warm: list[str] = []
        self._warm_timer = QTimer(self)
        self._warm_timer.setInterval(_WARM_PAUSE_MS)
        self._warm_timer.timeout.connect(self._on_warm_timeout)

    @property
    def is_busy(self) -> bool:
        """Say whether there is anything left to colour."""
        return bool(self._queue)

    def set_formats(self, formats: Formats) -> None:
        """Take other colours; the caller shows the boxes again."""
        self._formats = formats
        self._queue.clear()

    def add(self, boxes: Iterable[tuple[MessageLayout, int]]) -> None:
        """Queue boxes, by message and index."""
        for layout, index in boxes:
            box = layout.boxes[index]
            if box.leaf.kind is LeafKind.FENCE and box.leaf.info and box.n_coloured < _n_finished(box):
                self._queue.append((layout, index, box))
        if self._queue and not self._timer.isActive():
            self._timer.start()

    def clear(self) -> None:
        """Forget everything queued."""
        self._queue.clear()
        self._timer.stop()

    def warm(self) -> None:
        """Build the usual lexers, one after another, while nothing else happens."""
        self._to_warm = list(LANGUAGES)
        self._warm_timer.start()

    @Slot()
    def _on_warm_timeout(self) -> None:
        # Imported in idle time: Pygments takes 30 ms, which the first window must not wait for.
        from desktop_app.markdown.highlight import warm

        if not self._to_warm:
            self._warm_timer.stop()
            return
        warm([self._to_warm.pop(0)])

    @Slot()
    def _on_timeout(self) -> None:
        deadline_s = time.perf_counter() + SLICE_S
        while self._queue:
            layout, index, box = self._queue[0]
            if index < len(layout.boxes) and layout.boxes[index] is box and box.doc is not None:
                n_before = box.n_coloured
                is_done = self._colour(layout, index, deadline_s)
                if box.n_coloured != n_before:
                    self._on_coloured(layout, box)
                if not is_done:
                    return
            self._queue.popleft()
        self._timer.stop()

    def _colour(self, layout: MessageLayout, index: int, deadline_s: float) -> bool:
        """Colour box `index`, and before it the chunks that it follows from; False when time is up."""
        first = layout.first_chunk(index)
        start = index
        while start > first and layout.boxes[start - 1].end_state is None:
            start -= 1
        highlighter = self._highlighter_of(layout.boxes[first])
        for number in range(start, index + 1):
            box = layout.boxes[number]
            before = highlighter.start_state if number == first else layout.boxes[number - 1].end_state
            if not self._colour_lines(box, highlighter, before, deadline_s):
                return False
        return True

    @staticmethod
    def _highlighter_of(first: LeafBox) -> Any:
        # As above: with the first code, unless `warm` was there before.
        from desktop_app.markdown.highlight import Highlighter

        if first.highlighter is None:
            first.highlighter = Highlighter(first.leaf.info)
        return first.highlighter

    def _colour_lines(self, box: LeafBox, highlighter: Any, before: Any, deadline_s: float) -> bool:
        if box.n_coloured == 0:
            box.start_state = box.line_state = before
        n_finished = _n_finished(box)
        while box.n_coloured < n_finished:
            if time.perf_counter() > deadline_s:
                return False
            line = calmed(_lines(box)[box.n_coloured])
            spans, box.line_state = highlighter.line(line, box.line_state)
            if spans and box.doc is not None:
                self._apply(box, ranges(line, spans, self._formats))
            box.n_coloured += 1
        if box.leaf.is_closed and box.n_coloured == len(box.leaf.lines):
            box.end_state = box.line_state
        return True

    @staticmethod
    def _apply(box: LeafBox, formats: list[QTextLayout.FormatRange]) -> None:
        assert box.doc is not None
        block = box.doc.findBlockByNumber(box.n_coloured)
        block.layout().setFormats(formats)
        box.doc.markContentsDirty(block.position(), block.length())


def ranges(line: str, spans: Iterable[Any], formats: Formats) -> list[QTextLayout.FormatRange]:
    """Give the colours of a line, as it is drawn, for its layout: Qt counts a character beyond U+FFFF as two."""
    is_wide = not line.isascii() and max(line) > "\uffff"
    at = list(accumulate((1 + (char > "\uffff") for char in line), initial=0)) if is_wide else range(len(line) + 1)
    result = []
    for span in spans:
        format_ = formats.syntax(span.role)
        if format_ is None:
            continue
        one = QTextLayout.FormatRange()
        one.start, one.format = at[span.start], format_
        one.length = at[min(span.start + span.length, len(line))] - one.start
        result.append(one)
    return result


def _lines(box: LeafBox) -> list[str]:
    """Give the lines as drawn: a leaf out of sight may have grown since."""
    return box.doc.rendered_lines if box.doc is not None else box.leaf.lines


def _n_finished(box: LeafBox) -> int:
    is_whole = box.leaf.is_closed and (box.doc is None or box.shown_version == box.leaf.version)
    return len(_lines(box)) - (0 if is_whole else 1)
