"""A row of choices of which one is in force: what stands in the middle of the page."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QSize, Qt, Signal, Slot
from PySide6.QtGui import QKeyEvent, QPaintEvent
from PySide6.QtWidgets import (
    QAbstractButton,
    QButtonGroup,
    QFrame,
    QHBoxLayout,
    QPushButton,
    QSizePolicy,
    QStyle,
    QStyleOptionButton,
    QStylePainter,
    QWidget,
)

from desktop_app.ui.widgets.labels import plain_tooltip

_PADDING = 14
_LEAST = 64


class Segments(QFrame):
    """Buttons side by side in one frame. Tab reaches the one in force, the arrow keys go to its neighbours.

    Signals:
        chosen(key): by the person.
    """

    chosen = Signal(str)

    def __init__(self, keys: Sequence[str], parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("segments")
        self._keys = tuple(keys)
        self._group = QButtonGroup(self)
        row = QHBoxLayout(self)
        row.setContentsMargins(1, 1, 1, 1)
        row.setSpacing(0)
        for number, _ in enumerate(self._keys):
            button = _Segment(self)
            button.setProperty("place", self._place(number))
            self._group.addButton(button, number)
            row.addWidget(button)
        self._group.idClicked.connect(self._on_clicked)

    def _place(self, number: int) -> str:
        if number == 0:
            return "first"
        return "last" if number == len(self._keys) - 1 else "middle"

    @property
    def current(self) -> str:
        """The key of the choice in force, "" while none is."""
        number = self._group.checkedId()
        return self._keys[number] if number >= 0 else ""

    def set_current(self, key: str) -> None:
        """Let a choice be in force; one that has no button here leaves none marked."""
        self._group.setExclusive(False)
        for number, one in enumerate(self._keys):
            self.button(one).setChecked(one == key)
            is_reached = one == key or (key not in self._keys and number == 0)
            self.button(one).setFocusPolicy(Qt.FocusPolicy.TabFocus if is_reached else Qt.FocusPolicy.NoFocus)
        self._group.setExclusive(True)

    def set_words(self, key: str, text: str) -> None:
        """Call a choice `text`."""
        self.button(key).setText(text)
        self.button(key).setAccessibleName(text)
        self.button(key).setToolTip(plain_tooltip(text))

    def button(self, key: str) -> QAbstractButton:
        """Give the button of a choice."""
        return self._group.button(self._keys.index(key))

    def step(self, n_steps: int) -> None:
        """Choose a neighbour, as the arrow keys do."""
        number = min(max(self._group.checkedId() + n_steps, 0), len(self._keys) - 1)
        self._choose(self._keys[number])

    @Slot(int)
    def _on_clicked(self, number: int) -> None:
        self._choose(self._keys[number])

    def _choose(self, key: str) -> None:
        had_focus = any(button.hasFocus() for button in self._group.buttons())
        self.set_current(key)
        if had_focus:
            self.button(key).setFocus(Qt.FocusReason.OtherFocusReason)
        self.chosen.emit(key)


class _Segment(QPushButton):
    ring_radius = 10

    def __init__(self, parent: Segments) -> None:
        super().__init__(parent)
        self._segments = parent
        self.setCheckable(True)
        self.setAutoDefault(False)
        self.setProperty("kind", "segment")
        self.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Fixed)

    def minimumSizeHint(self) -> QSize:
        """Shrink to a few letters."""
        hint = self.sizeHint()
        return QSize(min(hint.width(), _LEAST), hint.height())

    def shown_text(self) -> str:
        """Give what it is called, shortened where there is no room for all of it."""
        if self.width() >= self.sizeHint().width():
            return str(self.text())
        room = max(0, self.width() - 2 * _PADDING)
        return str(self.fontMetrics().elidedText(self.text(), Qt.TextElideMode.ElideRight, room))

    def paintEvent(self, event: QPaintEvent) -> None:
        """Paint what there is room for."""
        option = QStyleOptionButton()
        self.initStyleOption(option)
        option.text = self.shown_text()
        painter = QStylePainter(self)
        painter.drawControl(QStyle.ControlElement.CE_PushButton, option)
        painter.end()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Go to the neighbours with the arrow keys."""
        steps = {Qt.Key.Key_Left: -1, Qt.Key.Key_Right: 1}
        if (step := steps.get(Qt.Key(event.key()))) is not None:
            is_mirrored = self.layoutDirection() == Qt.LayoutDirection.RightToLeft
            self._segments.step(-step if is_mirrored else step)
        else:
            super().keyPressEvent(event)
