"""A row of pictures of which one is chosen: the colours of an avatar, or what it shows."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from PySide6.QtCore import QPointF, QRectF, QSize, Qt, Signal, Slot
from PySide6.QtGui import QColor, QKeyEvent, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QAbstractButton, QButtonGroup, QWidget

from desktop_app.chat.persona import Persona
from desktop_app.ui.theme import Theme
from desktop_app.ui.widgets.avatar import draw_avatar
from desktop_app.ui.widgets.buttons import ThemedButton
from desktop_app.ui.widgets.flow import FlowLayout

_SIDE, _MARK = 36, 2


class AvatarChoice(QWidget):
    """The row. Tab reaches the one that is chosen, the arrow keys go to its neighbours.

    `look` gives the persona as it would be with a key.

    Signals:
        chosen(key): by the person.
    """

    chosen = Signal(str)

    def __init__(self, keys: Sequence[str], look: Callable[[str], Persona], theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._group = QButtonGroup(self)
        row = FlowLayout(4, self)
        row.setContentsMargins(0, 0, 0, 0)
        self.pictures = {key: _Picture(key, look, theme, self) for key in keys}
        for picture in self.pictures.values():
            self._group.addButton(picture)
            row.addWidget(picture)
        self._group.buttonClicked.connect(self._on_clicked)

    def set_theme(self, theme: Theme) -> None:
        """Take other colours."""
        for picture in self.pictures.values():
            picture.set_theme(theme)

    def set_current(self, key: str) -> None:
        """Mark the one that is chosen; the others look as they would with what is chosen elsewhere."""
        for one, picture in self.pictures.items():
            picture.setChecked(one == key)
            picture.setFocusPolicy(Qt.FocusPolicy.TabFocus if one == key else Qt.FocusPolicy.NoFocus)
            picture.update()

    def step(self, n_steps: int) -> None:
        """Choose a neighbour, as the arrow keys do."""
        pictures = list(self.pictures.values())
        at = next(number for number, picture in enumerate(pictures) if picture.isChecked())
        neighbour = pictures[min(max(at + n_steps, 0), len(pictures) - 1)]
        neighbour.click()
        neighbour.setFocus(Qt.FocusReason.OtherFocusReason)

    @Slot(QAbstractButton)
    def _on_clicked(self, picture: QAbstractButton) -> None:
        key = next(key for key, one in self.pictures.items() if one is picture)
        self.set_current(key)
        self.chosen.emit(key)


class _Picture(ThemedButton):
    ring_radius = _SIDE // 2

    def __init__(self, key: str, look: Callable[[str], Persona], theme: Theme, choice: AvatarChoice) -> None:
        super().__init__(theme, choice)
        self._key, self._look, self._choice = key, look, choice
        self.setCheckable(True)

    def sizeHint(self) -> QSize:
        """Give a square with room for the mark of the chosen one."""
        side = self._theme.scaled(_SIDE)
        return QSize(side, side)

    def paintEvent(self, event: QPaintEvent) -> None:
        """Paint the picture, and a line around the one that is chosen."""
        painter = self._painter()
        whole = QRectF(self.rect())
        if self.isChecked() or self._background():
            painter.setPen(QPen(QColor(self._theme.accent if self.isChecked() else self._theme.line), _MARK))
            painter.drawEllipse(whole.adjusted(1, 1, -1, -1))
        draw_avatar(painter, whole.adjusted(4, 4, -4, -4), self._look(self._key), self._theme)
        if self.isChecked():
            self._paint_mark(painter)
        painter.end()

    def _paint_mark(self, painter: QPainter) -> None:
        """Colour is not all that tells: the chosen one has a dot, too."""
        painter.setPen(QPen(QColor(self._theme.surface), 1))
        painter.setBrush(QColor(self._theme.accent))
        painter.drawEllipse(QPointF(self.width() - 6, self.height() - 6), 4, 4)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Go to the neighbours with the arrow keys."""
        steps = {Qt.Key.Key_Left: -1, Qt.Key.Key_Right: 1}
        if (step := steps.get(Qt.Key(event.key()))) is not None:
            is_mirrored = self.layoutDirection() == Qt.LayoutDirection.RightToLeft
            self._choice.step(-step if is_mirrored else step)
        else:
            super().keyPressEvent(event)
