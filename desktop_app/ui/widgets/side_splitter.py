"""A side panel and the rest: the edge can be dragged, and dragged away altogether."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal, Slot
from PySide6.QtWidgets import QSplitter, QWidget

LINE = 1
"""The edge is one pixel of line; Qt lets a so thin one be gripped a few pixels beside it too."""


class SideSplitter(QSplitter):
    """Holds `side` at the left of `rest`.

    Signals:
        side_changed(width, is_visible): by the person; `width` with its line, kept while it is hidden.
    """

    side_changed = Signal(int, bool)

    def __init__(self, side: QWidget, rest: QWidget, parent: QWidget | None = None) -> None:
        super().__init__(Qt.Orientation.Horizontal, parent)
        self._side = side
        self._width = side.sizeHint().width()
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
        self._width = width
        self._side.setVisible(is_visible)
        if is_visible:
            # Before the window has a size Qt takes these as proportions: the rest has to be large.
            others = self.sizes()[2:]
            self.setSizes([width - LINE, max(self.width() - width - sum(others), 10 * width if not others else 0), *others])

    def is_side_visible(self) -> bool:
        """Say whether the side panel is there."""
        return not self._side.isHidden()

    @Slot()
    def toggle_side(self) -> None:
        """Show or hide the side panel."""
        from desktop_app.ui.motion import appear, leave

        leave(self._side)
        self.set_side(self._width, not self.is_side_visible())
        appear(self._side)
        self.side_changed.emit(self._width, self.is_side_visible())

    @Slot()
    def _on_splitter_moved(self) -> None:
        width = self.sizes()[0]
        if width > 0:
            self._width = width + LINE
        else:
            # Dragged away: hide it in earnest, so that it can be brought back in its former width.
            self._side.hide()
        self.side_changed.emit(self._width, self.is_side_visible())
