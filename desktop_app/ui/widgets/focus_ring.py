"""The accent ring around what has the keyboard: 2 px, outside the control, and only while keys are used."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QObject, QPoint, QRectF, Qt, Slot
from PySide6.QtGui import QColor, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QApplication, QWidget
from shiboken6 import isValid

from desktop_app.ui.theme import Theme
from desktop_app.ui.widgets.tab_order import next_stop

GAP = 2
WIDTH = 2


class FocusRing(QWidget):
    """One ring for one window, above everything in it.

    A widget may say where it goes: `ring_target` (another widget, for instance the card that holds a field) and
    `ring_radius` in pixels; `ring_target = None` means that it paints its own. The owner calls `tab()` from
    `focusNextPrevChild`, which Qt asks of the window for every Tab.
    """

    def __init__(self, theme: Theme, window: QWidget) -> None:
        super().__init__(window)
        self._theme = theme
        self._target: QWidget | None = None
        self._watched: list[QWidget] = []
        """The target and what it lies in."""
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

    def tab(self, is_forward: bool) -> bool:
        """Lead on from where the keyboard is, as Tab does; False when there is nothing else."""
        self.keys_used()
        target = next_stop(self.window(), is_forward=is_forward)
        if target is not None:
            target.setFocus(Qt.FocusReason.TabFocusReason if is_forward else Qt.FocusReason.BacktabFocusReason)
        return target is not None

    @Slot(QWidget, QWidget)
    def _on_focus_changed(self, _old: QWidget | None, now: QWidget | None) -> None:
        for one in self._watched:
            if isValid(one):
                one.removeEventFilter(self)
        self._target, self._watched = None, []
        window = self.window()
        if now is None or now.window() is not window:
            self.hide()
            return
        target = getattr(now, "ring_target", now)
        if target is not None and window.testAttribute(Qt.WidgetAttribute.WA_KeyboardFocusChange):
            self._target = target
            # What it lies in, too: where that is scrolled, the control itself does not move.
            around: QWidget | None = target
            while around is not None and around is not window:
                around.installEventFilter(self)
                self._watched.append(around)
                around = around.parentWidget()
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
