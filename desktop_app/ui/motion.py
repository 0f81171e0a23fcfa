"""The little motion there is: panels and notices come and go in 120 ms, and not at all where that is not wanted.

Whether it is, stands where Qt keeps it for the whole application: `QApplication.isEffectEnabled(UI_General)`.
"""

from __future__ import annotations

from PySide6.QtCore import QAbstractAnimation, QEasingCurve, QObject, QPoint, QPropertyAnimation, Qt, Slot
from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import QApplication, QGraphicsOpacityEffect, QWidget

from desktop_app.services.background import Background
from desktop_app.services.preferences import Preferences
from desktop_app.services.system_motion import wants_less_motion

DURATION_MS = 120
_WAITS_S = 0.1


class Motion(QObject):
    """Follows the setting `motion`, and the system where that is left to it."""

    def __init__(self, preferences: Preferences, parent: QObject) -> None:
        super().__init__(parent)
        self._preferences = preferences
        self._is_still = False
        self._follow()
        preferences.setting_changed.connect(self._on_setting_changed)
        self._background = Background(self, waits_s=_WAITS_S)
        self._background.run(wants_less_motion, self._on_heard)

    def close(self) -> None:
        """Stop asking the system."""
        self._background.close()

    def _follow(self) -> None:
        choice = self._preferences.get("motion")
        QApplication.setEffectEnabled(Qt.UIEffect.UI_General, not self._is_still if choice == "system" else choice == "on")

    def _on_heard(self, is_still: bool) -> None:
        self._is_still = is_still
        self._follow()

    @Slot(str)
    def _on_setting_changed(self, key: str) -> None:
        if key == "motion":
            self._follow()


def appear(widget: QWidget) -> None:
    """Let a part of a window that has just been shown fade in."""
    if _may_move(widget):
        _Fade(widget, widget, 0.0, 1.0).start(QAbstractAnimation.DeletionPolicy.DeleteWhenStopped)


def leave(widget: QWidget) -> None:
    """Let a part of a window fade out; to be called before it is hidden or deleted, which need not wait."""
    if _may_move(widget):
        _Ghost(widget)


def _may_move(widget: QWidget) -> bool:
    return QApplication.isEffectEnabled(Qt.UIEffect.UI_General) and widget.isVisible() and not widget.isWindow()


class _Fade(QPropertyAnimation):
    """Changes how much is seen of `widget`; nothing is left of it at the end."""

    def __init__(self, widget: QWidget, parent: QWidget, start: float, end: float) -> None:
        effect = QGraphicsOpacityEffect(widget)
        effect.setOpacity(start)
        # Another one that is still under way ends with its effect.
        widget.setGraphicsEffect(effect)
        super().__init__(effect, b"opacity", parent)
        self._widget, self._effect = widget, effect
        self.setDuration(DURATION_MS)
        self.setEasingCurve(QEasingCurve.Type.OutCubic)
        self.setStartValue(start)
        self.setEndValue(end)
        self.finished.connect(self._on_finished)

    @Slot()
    def _on_finished(self) -> None:
        if self._widget.graphicsEffect() is self._effect:
            self._widget.setGraphicsEffect(None)  # type: ignore[arg-type]


class _Ghost(QWidget):
    """A picture of what has gone, which fades where it was."""

    def __init__(self, widget: QWidget) -> None:
        window = widget.window()
        super().__init__(window)
        self._picture = widget.grab()
        self.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
        self.setGeometry(widget.rect().translated(widget.mapTo(window, QPoint(0, 0))))
        fade = _Fade(self, self, 1.0, 0.0)
        fade.finished.connect(self.deleteLater)
        self.show()
        fade.start()

    def paintEvent(self, event: QPaintEvent) -> None:
        """Paint the picture."""
        painter = QPainter(self)
        painter.drawPixmap(0, 0, self._picture)
        painter.end()
