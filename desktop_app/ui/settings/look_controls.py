"""What the look is set with, where a list or a check box is not it: a row of colours, and the families of type there are."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QPointF, QRectF, QSize, Qt, Signal, Slot
from PySide6.QtGui import QColor, QFontDatabase, QKeyEvent, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QAbstractButton, QButtonGroup, QHBoxLayout, QWidget

from desktop_app.ui.icons import pixmap
from desktop_app.ui.theme import Theme
from desktop_app.ui.widgets.labels import plain_tooltip

_DISC = 24
_CHECK = 16
_GAP = 4


def families(is_code: bool) -> tuple[str, ...]:
    """Give the families of type that can be chosen, "" first: the system's own; `is_code`: only those of one width."""
    database = QFontDatabase
    found = (family for family in database.families() if database.isSmoothlyScalable(family))
    shown = (family for family in found if not database.isPrivateFamily(family))
    return ("", *(family for family in shown if not is_code or database.isFixedPitch(family)))


class ColourChoice(QWidget):
    """Discs of colour side by side. Tab reaches the one in force, the arrow keys go to its neighbours.

    Signals:
        chosen(key): by the person.
    """

    chosen = Signal(str)

    def __init__(self, keys: Sequence[str], theme: Theme) -> None:
        super().__init__()
        self._group = QButtonGroup(self)
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(_GAP)
        self.discs = {key: ColourDisc(key, theme, self) for key in keys}
        for disc in self.discs.values():
            self._group.addButton(disc)
            row.addWidget(disc)
        self._group.buttonClicked.connect(self._on_clicked)

    def set_theme(self, theme: Theme) -> None:
        """Take other colours."""
        for disc in self.discs.values():
            disc.set_theme(theme)

    def set_current(self, key: str) -> None:
        """Mark the colour in force."""
        for one, disc in self.discs.items():
            disc.setChecked(one == key)
            disc.setFocusPolicy(Qt.FocusPolicy.TabFocus if one == key else Qt.FocusPolicy.NoFocus)

    def step(self, n_steps: int) -> None:
        """Choose a neighbour, as the arrow keys do."""
        discs = list(self.discs.values())
        at = next(number for number, disc in enumerate(discs) if disc.isChecked())
        neighbour = discs[min(max(at + n_steps, 0), len(discs) - 1)]
        neighbour.click()
        neighbour.setFocus(Qt.FocusReason.OtherFocusReason)

    @Slot(QAbstractButton)
    def _on_clicked(self, disc: QAbstractButton) -> None:
        key = next(key for key, one in self.discs.items() if one is disc)
        self.set_current(key)
        self.chosen.emit(key)


class ColourDisc(QAbstractButton):
    """One colour; a check mark stands in the one in force, so that colour is not all that tells."""

    def __init__(self, key: str, theme: Theme, choice: ColourChoice) -> None:
        super().__init__(choice)
        self._key, self._theme, self._choice = key, theme, choice
        self.ring_radius = 16
        self.setCheckable(True)
        self.setMouseTracking(True)
        self.setAttribute(Qt.WidgetAttribute.WA_Hover)

    def set_theme(self, theme: Theme) -> None:
        """Take other colours."""
        self._theme = theme
        self.updateGeometry()
        self.update()

    def set_words(self, text: str) -> None:
        """Call the colour `text`."""
        self.setAccessibleName(text)
        self.setToolTip(plain_tooltip(text))

    def sizeHint(self) -> QSize:
        """Give a square of the height of a control."""
        side = self._theme.row(32)
        return QSize(side, side)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Go to the neighbours with the arrow keys."""
        step = {Qt.Key.Key_Left: -1, Qt.Key.Key_Right: 1}.get(Qt.Key(event.key()))
        if step is None:
            super().keyPressEvent(event)
            return
        self._choice.step(-step if self.layoutDirection() is Qt.LayoutDirection.RightToLeft else step)

    def paintEvent(self, event: QPaintEvent) -> None:
        """Paint the disc."""
        colours = self._theme.accents[self._key]
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        centre = QPointF(QRectF(self.rect()).center())
        if self.underMouse() and not self.isChecked():
            painter.setPen(QPen(QColor(self._theme.muted), 1))
            painter.drawEllipse(centre, _DISC / 2 + 2, _DISC / 2 + 2)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(QColor(colours["accent"]))
        painter.drawEllipse(centre, _DISC / 2, _DISC / 2)
        if self.isChecked():
            mark = pixmap("check", colours["on_accent"], _CHECK)
            painter.drawPixmap(QPointF(centre.x() - _CHECK / 2, centre.y() - _CHECK / 2), mark)
        painter.end()
