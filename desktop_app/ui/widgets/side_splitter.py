"""A side panel and the rest: the edge can be dragged, and dragged away altogether. A second panel may come to the end."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal, Slot
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QSplitter, QWidget

LINE = 1
"""The edge is one pixel of line; Qt lets a so thin one be gripped a few pixels beside it too."""


class SideSplitter(QSplitter):
    """Holds `side` at the left of `rest`, and at its right what is put to the end.

    While the end is on show and there is not room for all three, the side goes, and if need be the rest: squeezed below
    what they need, they would stand out of the window.

    Signals:
        side_changed(width, is_visible): by the person; `width` with its line, kept while it is hidden.
        side_gave_way(): it went for want of room, or came back.
        room_wanted(): something was asked for that the end is in the way of.
    """

    side_changed = Signal(int, bool)
    side_gave_way = Signal()
    room_wanted = Signal()

    def __init__(self, side: QWidget, rest: QWidget, parent: QWidget | None = None) -> None:
        super().__init__(Qt.Orientation.Horizontal, parent)
        self._side, self._rest = side, rest
        self._end: QWidget | None = None
        self._width = side.sizeHint().width()
        self._is_side_wanted = True
        self.addWidget(side)
        self.addWidget(rest)
        self.setHandleWidth(LINE)
        self.setCollapsible(0, True)
        self.setCollapsible(1, False)
        self.setStretchFactor(0, 0)
        self.setStretchFactor(1, 1)
        self.splitterMoved.connect(self._on_splitter_moved)

    def set_side(self, width: int, is_visible: bool) -> None:
        """Give the side panel its width and show or hide it; `side_changed` stays silent."""
        self._width, self._is_side_wanted = width, is_visible
        self._side.setVisible(is_visible and self._has_room_for_side())
        self._give_sizes()

    def _give_sizes(self) -> None:
        if self._side.isHidden():
            return
        width = self._width
        if self._end is None:
            # Before the window has a size Qt takes these as proportions: the rest has to be large.
            self.setSizes([width - LINE, max(self.width() - width, 10 * width)])
            return
        # Not `sizes()`: one that was hidden a moment ago still has its own there.
        end = 0 if self._end.isHidden() else self._end.width()
        self.setSizes([width - LINE, max(0, self.width() - width - end), end])

    def is_side_visible(self) -> bool:
        """Say whether the side panel is there."""
        return not self._side.isHidden()

    @Slot()
    def toggle_side(self) -> None:
        """Show or hide the side panel; the end goes where there is no room for both."""
        from desktop_app.ui.motion import appear, leave

        is_visible = not self.is_side_visible()
        if not is_visible:
            leave(self._side)
        elif not self._has_room_for_side():
            self.room_wanted.emit()
        self.set_side(self._width, is_visible)
        appear(self._side)
        self.side_changed.emit(self._width, self.is_side_visible())

    # What stands at the end

    def set_end(self, end: QWidget) -> None:
        """Put `end`, which is hidden now, at the right of the rest."""
        self._end = end
        self.addWidget(end)
        self.setCollapsible(2, False)
        self.setStretchFactor(2, 0)

    def show_end(self, usual: int, rest_usual: int, rest_least: int) -> None:
        """Show what stands at the end `usual` wide, or less where the rest would be narrower than `rest_usual`.

        Where the rest would be narrower than `rest_least`, the others give way.
        """
        assert self._end is not None
        # Said outright: its own hint is that of the widest page in it, whichever is on show.
        self._rest.setMinimumWidth(rest_least)
        self._end.show()
        self.fit()
        side = self._side.width() + LINE if self.is_side_visible() else 0
        room = self.width() - side - (0 if self._rest.isHidden() else LINE)
        width = max(self._end.minimumWidth(), min(usual, room - rest_usual))
        self.setSizes([max(0, side - LINE), room - width, width])

    def hide_end(self) -> None:
        """Hide what stands at the end; the others come back."""
        assert self._end is not None
        self._end.hide()
        self._rest.setMinimumWidth(0)
        self.fit()

    @Slot()
    def show_rest(self) -> None:
        """Show the rest, if the end stands in its place."""
        if self._rest.isHidden():
            self.room_wanted.emit()

    def fit(self) -> None:
        """Hide what there is no room for beside the end, and show what there is room for again."""
        end = self._end_width()
        has_room = not end or self._rest.minimumWidth() + end <= self.width()
        if self._rest.isHidden() == has_room:
            self._rest.setVisible(has_room)
        is_visible = self._is_side_wanted and self._has_room_for_side()
        if self._side.isHidden() == is_visible:
            self._side.setVisible(is_visible)
            self.side_gave_way.emit()
            self._give_sizes()

    def _has_room_for_side(self) -> bool:
        end = self._end_width()
        side = max(self._width, self._side.minimumWidth() + LINE)
        return not end or side + self._rest.minimumWidth() + end <= self.width()

    def _end_width(self) -> int:
        """Give what the end needs with its line; 0 while nothing stands there, and nobody has to give way."""
        return 0 if self._end is None or self._end.isHidden() else self._end.minimumWidth() + LINE

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Have room for more, or for less."""
        super().resizeEvent(event)
        if self._end_width():
            self.fit()

    @Slot()
    def _on_splitter_moved(self) -> None:
        if self._side.isHidden():
            return
        width = self.sizes()[0]
        if width > 0:
            self._width = width + LINE
        else:
            # Dragged away: hide it in earnest, so that it can be brought back in its former width.
            self._is_side_wanted = False
            self._side.hide()
        self.side_changed.emit(self._width, self.is_side_visible())
