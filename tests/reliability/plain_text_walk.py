"""A walk over every text in a window, and a canary: a file that tells whether anybody has opened it.

The canary is a pipe: whoever opens it to read is let in by a process that waits at its other end, and remembers.
"""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

from PySide6 import QtGui
from PySide6.QtCore import QAbstractItemModel, QCoreApplication, QEvent, QModelIndex, QPoint, Qt
from PySide6.QtGui import QAccessible, QHelpEvent
from PySide6.QtWidgets import (
    QAbstractButton,
    QAbstractItemView,
    QApplication,
    QComboBox,
    QLabel,
    QLineEdit,
    QMenu,
    QPlainTextEdit,
    QTextEdit,
    QToolTip,
    QWidget,
)
from shiboken6 import isValid

OPENED = 3
WAITING = f"""
import os, signal, sys
os.close(os.open(sys.argv[1], os.O_WRONLY))
signal.signal(signal.SIGTERM, lambda *_: os._exit({OPENED}))
try:
    while True:
        os.close(os.open(sys.argv[1], os.O_WRONLY))
except FileNotFoundError:
    os._exit({OPENED})
"""
"""Opening the pipe waits until there is somebody at its other end. Until then the signal ends the process as it ends any."""
ROLES = (Qt.ItemDataRole.DisplayRole, Qt.ItemDataRole.EditRole, Qt.ItemDataRole.AccessibleTextRole)


class Canary:
    """A file that tells whether it is opened."""

    def __init__(self, folder: Path) -> None:
        self.path = folder / "c"
        os.mkfifo(self.path)
        self._process = subprocess.Popen([sys.executable, "-I", "-S", "-c", WAITING, str(self.path)])

    def plant(self, place: str) -> str:
        """Give markup that names a place; Qt's rich text opens the file when it is given this."""
        return f'<img src="file://{self.path}" alt="{place}">'

    def was_opened(self) -> bool:
        """Say whether anybody has opened it. Afterwards it cannot be opened, so that nobody waits for the other end."""
        self.path.unlink(missing_ok=True)
        self._process.terminate()
        return self._process.wait(10) == OPENED


class Walk:
    """What was seen of the planted texts, and what was wrong with how they were shown."""

    def __init__(self, canary: Canary) -> None:
        self.seen: list[str] = []
        self.wrong: list[str] = []
        self._canary = canary

    def over(self, root: QWidget) -> None:
        """Show a window, menu or page with all its tooltips, and look at every text in it."""
        QCoreApplication.processEvents()
        root.grab()
        # The tool tip of an earlier page is a child of what it was about until Qt's own clock takes it away.
        widgets = [one for one in (root, *root.findChildren(QWidget)) if one.metaObject().className() != "QTipLabel"]
        for widget in widgets:
            self._over_widget(widget)
        for widget in filter(isValid, widgets):
            QApplication.sendEvent(widget, QHelpEvent(QEvent.Type.ToolTip, QPoint(4, 4), widget.mapToGlobal(QPoint(4, 4))))
            if widget.toolTip():
                QToolTip.showText(widget.mapToGlobal(QPoint(4, 4)), widget.toolTip(), widget)
        QCoreApplication.processEvents()
        QToolTip.hideText()

    def _over_widget(self, widget: QWidget) -> None:
        texts = [widget.accessibleName(), widget.accessibleDescription(), widget.windowTitle()]
        guessed = [widget.toolTip(), widget.whatsThis(), widget.statusTip()]
        if isinstance(widget, QLabel):
            (texts if widget.textFormat() is Qt.TextFormat.PlainText else guessed).append(widget.text())
            texts.append(getattr(widget, "full_text", str)())
        elif isinstance(widget, QAbstractButton):
            texts.append(widget.text())
        elif isinstance(widget, QComboBox):
            texts += [widget.itemText(number) for number in range(widget.count())]
        elif isinstance(widget, QLineEdit):
            texts += [widget.text(), widget.placeholderText()]
        elif isinstance(widget, QPlainTextEdit):
            texts += [widget.toPlainText(), widget.placeholderText()]
        elif isinstance(widget, QTextEdit):
            texts.append(widget.toPlainText())
            if any(one.isImageFormat() for one in widget.document().allFormats()):
                self.wrong.append(f"{type(widget).__name__} has a picture")
        elif isinstance(widget, QMenu):
            texts += [widget.title(), *(action.text() for action in widget.actions())]
            for action in widget.actions():
                if isinstance(submenu := action.menu(), QMenu):
                    self._over_widget(submenu)
            guessed += [action.toolTip() for action in widget.actions() if widget.toolTipsVisible()]
        elif isinstance(widget, QAbstractItemView):
            for index in _indices(widget.model()):
                texts += [str(index.data(role) or "") for role in ROLES]
                guessed.append(str(index.data(Qt.ItemDataRole.ToolTipRole) or ""))
        self._note(widget, texts, guessed)

    def _note(self, widget: QWidget, texts: list[str], guessed: list[str]) -> None:
        name = type(widget).__name__
        if name == "TranscriptView":
            accessible = QAccessible.queryAccessibleInterface(widget)
            messages = [accessible.child(number) for number in range(accessible.childCount())]
            texts += [one.text(QAccessible.Text.Name) for one in messages]
            texts += [one.child(n).text(QAccessible.Text.Name) for one in messages for n in range(one.childCount())]
        for text in texts:
            self.seen.append(text)
            if "&lt;img" in text:
                self.wrong.append(f"{name} shows an escape: {text}")
        for text in guessed:
            self.seen.append(text.replace("&lt;", "<").replace("&gt;", ">"))
            if "<img" in text and QtGui.Qt.mightBeRichText(text):
                self.wrong.append(f"{name} takes for rich text: {text}")

    def has_seen(self, place: str) -> bool:
        """Say whether the text planted at a place has been shown as it is."""
        return any(self._canary.plant(place) in text for text in self.seen)


def _indices(model: QAbstractItemModel | None, parent: QModelIndex | None = None) -> Iterator[QModelIndex]:
    if model is None:
        return
    parent = parent or QModelIndex()
    for row in range(model.rowCount(parent)):
        index = model.index(row, 0, parent)
        yield index
        yield from _indices(model, index)
