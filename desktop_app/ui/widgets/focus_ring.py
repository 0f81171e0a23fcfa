"""The accent ring around what has the keyboard: 2 px, outside the control, and only while keys are used."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QObject, QPoint, QRectF, Qt, Slot
from PySide6.QtGui import QColor, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QApplication, QWidget

from desktop_app.ui.theme import Theme

GAP = 2
WIDTH = 2


class FocusRing(QWidget):
    """One ring for one window, above everything in it.

    A widget may say where it goes: `ring_target` (another widget, for instance the card that holds a field) and
    `ring_radius` in pixels; `ring_target = None` means that it paints its own. The owner calls `keys_used()` from
    `focusNextPrevChild`, which Qt asks of the window for every Tab.
    """

    def __init__(self, theme: Theme, window: QWidget) -> None:
        super().__init__(window)
        self._theme = theme
        self._target: QWidget | None = None
        self.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
        self.setAttribute(Qt.WidgetAttribute.WA_NoSystemBackground)
        self.hide()
        QApplication.instance().focusChanged.connect(self._on_focus_changed)  # type: ignore[union-attr]

    def set_theme(self, theme: Theme) -> None:
        """Take another accent."""
        self._theme = theme
        self.update()

    def keys_used(self) -> None:
        """The next focus is reached by a key."""
        self.window().setAttribute(Qt.WidgetAttribute.WA_KeyboardFocusChange, True)

    @Slot(QWidget, QWidget)
    def _on_focus_changed(self, _old: QWidget | None, now: QWidget | None) -> None:
        if self._target is not None:
            self._target.removeEventFilter(self)
            self._target = None
        window = self.window()
        if now is None or now.window() is not window:
            self.hide()
            return
        target = getattr(now, "ring_target", now)
        if target is not None and window.testAttribute(Qt.WidgetAttribute.WA_KeyboardFocusChange):
            self._target = target
            target.installEventFilter(self)
            self._place()
        else:
            self.hide()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Follow the control; a press of the mouse ends the use of keys."""
        kind = event.type()
        if kind in (QEvent.Type.Move, QEvent.Type.Resize, QEvent.Type.Show):
            self._place()
        elif kind in (QEvent.Type.MouseButtonPress, QEvent.Type.Hide):
            self.hide()
        return False

    def _place(self) -> None:
        if self._target is None:
            return
        reach = GAP + WIDTH
        at = self._target.mapTo(self.window(), QPoint(0, 0))
        self.setGeometry(at.x() - reach, at.y() - reach, self._target.width() + 2 * reach, self._target.height() + 2 * reach)
        self.raise_()
        self.setVisible(self._target.isVisible() and not self._is_scrolled_away(self._target))

    def _is_scrolled_away(self, target: QWidget) -> bool:
        """Tell whether nothing of it is left within what it lies in."""
        one, parent, rect = target, target.parentWidget(), target.rect()
        while parent is not None and one is not self.window():
            rect = rect.translated(one.pos()) & parent.rect()
            one, parent = parent, parent.parentWidget()
        return rect.isEmpty()

    def paintEvent(self, event: QPaintEvent) -> None:
        """Paint the ring."""
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(QPen(QColor(self._theme.accent), WIDTH))
        radius = getattr(self._target, "ring_radius", 10) + GAP
        inset = WIDTH / 2
        painter.drawRoundedRect(QRectF(self.rect()).adjusted(inset, inset, -inset, -inset), radius, radius)
        painter.end()
