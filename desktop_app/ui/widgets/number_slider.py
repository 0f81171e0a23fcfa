"""A number that is chosen by a slider or written beside it, and can be left to the application."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QPointF, QRectF, QSignalBlocker, Qt, Signal, Slot
from PySide6.QtGui import QColor, QMouseEvent, QPainter, QPaintEvent, QPen, QWheelEvent
from PySide6.QtWidgets import (
    QHBoxLayout,
    QSlider,
    QSpinBox,
    QStyle,
    QStyleOptionSlider,
    QWidget,
)

from desktop_app.ui.theme import Theme
from desktop_app.ui.widgets.check_box import CheckBox

_GROOVE, _HANDLE = 4, 16
_FIELD = 88
_PADDING = 8
_PAGES = 16
"""Page Up and Page Down go through the whole in about so many steps."""


class Slider(QSlider):
    """The slider, in the colours of the theme. The wheel is for what it lies in; a press beside the handle takes it there."""

    ring_radius = 8

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(Qt.Orientation.Horizontal, parent)
        self._theme = theme
        self._is_quiet = False
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setMinimumHeight(theme.scaled(24))
        self.setAttribute(Qt.WidgetAttribute.WA_Hover)

    def set_theme(self, theme: Theme) -> None:
        """Take other colours."""
        self._theme = theme
        self.update()

    def set_quiet(self, is_quiet: bool) -> None:
        """Show by its colour whether the person has chosen where it stands."""
        self._is_quiet = is_quiet
        self.update()

    def wheelEvent(self, event: QWheelEvent) -> None:
        """Leave the wheel to the page."""
        event.ignore()

    def event(self, event: QEvent) -> bool:
        """Paint anew when the pointer comes and goes."""
        if event.type() in (QEvent.Type.HoverEnter, QEvent.Type.HoverLeave):
            self.update()
        return super().event(event)

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """Go to where it is pressed, and on with the pointer."""
        handle, option = self._handle(), self._option()
        x = event.position().x()
        if event.button() is Qt.MouseButton.LeftButton and not handle.left() <= x <= handle.right():
            at, room = round(x - handle.width() / 2), round(self.width() - handle.width())
            value = QStyle.sliderValueFromPosition(self.minimum(), self.maximum(), at, room, option.upsideDown)
            self.setValue(value)
        super().mousePressEvent(event)

    def _option(self) -> QStyleOptionSlider:
        option = QStyleOptionSlider()
        self.initStyleOption(option)
        return option

    def _handle(self) -> QRectF:
        """Give where the handle is, as wide as Qt takes it to be."""
        part = QStyle.SubControl.SC_SliderHandle
        return QRectF(self.style().subControlRect(QStyle.ComplexControl.CC_Slider, self._option(), part, self))

    def paintEvent(self, event: QPaintEvent) -> None:
        """Paint the groove, the part of it below the value, and the handle."""
        theme, radius = self._theme, _HANDLE / 2
        x = min(max(self._handle().center().x(), radius), self.width() - radius)
        middle = QPointF(x, self.height() / 2)
        is_turned = self.layoutDirection() is Qt.LayoutDirection.RightToLeft
        groove = QRectF(0, middle.y() - _GROOVE / 2, self.width(), _GROOVE)
        below = QRectF(groove)
        (below.setLeft if is_turned else below.setRight)(middle.x())
        colour = QColor(theme.muted if self._is_quiet or not self.isEnabled() else theme.accent)
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(Qt.PenStyle.NoPen)
        for part, fill in ((groove, QColor(theme.line)), (below, colour)):
            painter.setBrush(fill)
            painter.drawRoundedRect(part, _GROOVE / 2, _GROOVE / 2)
        painter.setPen(QPen(colour, 2))
        painter.setBrush(QColor(theme.hover if self.underMouse() else theme.surface))
        painter.drawEllipse(middle, radius - 1, radius - 1)
        painter.end()


class NumberField(QSpinBox):
    """The field. It is empty while `is_blank`, until a number is written or stepped to.

    Signals:
        stepped(): the value is about to change by a key.
    """

    stepped = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.is_blank = False
        self.ring_radius = 8
        # The style sheet's padding is for its frame only.
        self.lineEdit().setTextMargins(_PADDING, 0, _PADDING, 0)
        self.setGroupSeparatorShown(True)

    def show_number(self, number: int, *, is_blank: bool, is_quiet: bool) -> None:
        """Show a number, in the colour of what nobody has chosen if `is_quiet`; or nothing."""
        self.is_blank = is_blank
        self.setValue(number)
        self.lineEdit().setText(self.textFromValue(number))
        if self.property("kind") != (kind := "quiet" if is_quiet else ""):
            self.setProperty("kind", kind)
            self.style().unpolish(self)
            self.style().polish(self)

    def textFromValue(self, value: int) -> str:
        """Give what stands in the field."""
        return "" if self.is_blank else super().textFromValue(value)

    def stepBy(self, steps: int) -> None:
        """Go on from the value, seen or not."""
        self.is_blank = False
        self.stepped.emit()
        super().stepBy(steps)

    def wheelEvent(self, event: QWheelEvent) -> None:
        """Leave the wheel to the page."""
        event.ignore()


class NumberSlider(QWidget):
    """Slider, field and, where `left_open` is given, a box for "Automatic": the value is `left_open` then.

    `numbers` are those that can be chosen; another one that is set stays until the person chooses.

    Signals:
        changed(): also while the handle is being moved.
    """

    changed = Signal()

    def __init__(
        self, name: str, numbers: range, theme: Theme, parent: QWidget | None = None, *, left_open: int | None = None
    ) -> None:
        super().__init__(parent)
        self._numbers, self._left_open = numbers, left_open
        self._value, self._number = numbers[0], None if left_open is not None else numbers[0]
        self._is_writing = False
        self.slider, self.field = Slider(theme), NumberField()
        self.automatic = CheckBox(self.tr("Automatic"), theme)
        self.automatic.setAccessibleName(self.tr("{name}: automatic").format(name=name))
        self.field.setFixedSize(theme.scaled(_FIELD), theme.row(32))
        for part in (self.slider, self.field):
            part.setAccessibleName(name)
            part.setSingleStep(numbers.step)
        self.slider.setPageStep(max(1, len(numbers) // _PAGES) * numbers.step)
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(12)
        row.addWidget(self.slider, 1)
        row.addWidget(self.automatic)
        row.addWidget(self.field)
        self.automatic.setVisible(left_open is not None)
        self.slider.valueChanged.connect(self._on_chosen)
        self.field.valueChanged.connect(self._on_chosen)
        self.field.lineEdit().textEdited.connect(self._on_text_edited)
        self.field.stepped.connect(self._on_stepped)
        self.field.editingFinished.connect(self._on_editing_finished)
        self.automatic.toggled.connect(self._on_automatic_toggled)
        self.set_value(self._value)

    def value(self) -> int:
        """Give what is chosen; `left_open`: nothing is."""
        return self._value

    def set_value(self, value: int) -> None:
        """Let this be chosen, whether or not it could be chosen here."""
        self._value, self._is_writing = value, False
        self._show()

    def show_automatic(self, number: int | None) -> None:
        """Show this where nothing is chosen; None: nobody knows what it will be."""
        if number != self._number:
            self._number = number
            self._show()

    def describe(self, text: str) -> None:
        """Say what the number is for."""
        for part in (self.slider, self.field):
            part.setAccessibleDescription(text)

    @property
    def _is_open(self) -> bool:
        return self._left_open is not None and (self._value == self._left_open or self._value < self._numbers[0])

    def _show(self) -> None:
        number = self._number if self._is_open else self._value
        shown = self._numbers[0] if number is None else number
        blockers = [QSignalBlocker(part) for part in (self.slider, self.field, self.automatic)]
        for part in (self.slider, self.field):
            part.setRange(min(shown, self._numbers[0]), max(shown, self._numbers[-1]))
        self.slider.setValue(shown)
        self.slider.set_quiet(self._is_open)
        if not self._is_writing:
            self.field.show_number(shown, is_blank=number is None, is_quiet=self._is_open)
        self.automatic.setChecked(self._is_open)
        del blockers

    def _choose(self, value: int) -> None:
        is_another, self._value = value != self._value, value
        self._show()
        if is_another:
            self.changed.emit()

    def _offered(self, value: int) -> int:
        """Give the number that can be chosen for one that was pointed at: the next above, as llama.cpp rounds a context."""
        index = -((self._numbers[0] - value) // self._numbers.step)
        return self._numbers[min(max(index, 0), len(self._numbers) - 1)]

    @Slot(int)
    def _on_chosen(self, value: int) -> None:
        if not self._is_writing:
            self._choose(self._offered(value))

    @Slot(str)
    def _on_text_edited(self, text: str) -> None:
        """Follow what is being written, and leave it alone until it is done."""
        self._is_writing, self.field.is_blank = True, False
        if not text.strip() and self._left_open is not None:
            self._choose(self._left_open)
        elif self.field.hasAcceptableInput():
            self._choose(self._offered(self.field.valueFromText(text)))

    @Slot()
    def _on_stepped(self) -> None:
        self._is_writing = False

    @Slot()
    def _on_editing_finished(self) -> None:
        if self._is_writing:
            self._is_writing = False
            self._show()

    @Slot(bool)
    def _on_automatic_toggled(self, is_automatic: bool) -> None:
        assert self._left_open is not None
        number = self._numbers[0] if self._number is None else self._number
        self._is_writing = False
        self._choose(self._left_open if is_automatic else number)
