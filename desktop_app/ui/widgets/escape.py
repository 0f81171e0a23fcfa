"""Esc, which the window takes for Stop unless whoever has a use for it says so first."""

from __future__ import annotations

from PySide6.QtCore import QEvent, Qt
from PySide6.QtGui import QKeyEvent


def keeps_escape(event: QEvent) -> bool:
    """Say whether the system asks about Esc, and answer that it is kept: then it comes as a key, here or further in."""
    is_asked = event.type() is QEvent.Type.ShortcutOverride and isinstance(event, QKeyEvent) and event.key() == Qt.Key.Key_Escape
    if is_asked:
        event.accept()
    return is_asked
