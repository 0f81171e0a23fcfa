"""The scroll area of a page whose cards stand in the middle."""

from __future__ import annotations

from PySide6.QtCore import QEvent, Qt, Slot
from PySide6.QtWidgets import QFrame, QLayout, QScrollArea, QWidget

from desktop_app.ui.widgets.sides import RIGHT_TO_LEFT


class PageArea(QScrollArea):
    """Keeps what it scrolls in the middle of the page: the scroll bar takes its width from the margin beside it."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._layout: QLayout | None = None
        self._side = 0
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setWidgetResizable(True)
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.verticalScrollBar().rangeChanged.connect(self._arrange)

    def set_page(self, page: QWidget, side: int) -> None:
        """Scroll `page`, whose layout has `side` pixels at its left and at its right."""
        self._layout, self._side = page.layout(), side
        self.setWidget(page)
        self._arrange()

    def changeEvent(self, event: QEvent) -> None:
        """Follow the scroll bar to the other side."""
        super().changeEvent(event)
        if event.type() is QEvent.Type.LayoutDirectionChange:
            self._arrange()

    @Slot()
    def _arrange(self) -> None:
        if self._layout is None:
            return
        bar = self.verticalScrollBar()
        beside = self._side - (bar.sizeHint().width() if bar.maximum() > 0 else 0)
        left, right = (beside, self._side) if self.layoutDirection() == RIGHT_TO_LEFT else (self._side, beside)
        around = self._layout.contentsMargins()
        if (left, right) != (around.left(), around.right()):
            self._layout.setContentsMargins(left, around.top(), right, around.bottom())
