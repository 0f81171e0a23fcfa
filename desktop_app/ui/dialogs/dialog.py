"""The frame of our dialogs: heading, content, buttons in a row at the right; always plain text."""

from __future__ import annotations

from PySide6.QtCore import QSize, Qt
from PySide6.QtGui import QKeyEvent, QShowEvent
from PySide6.QtWidgets import QDialog, QHBoxLayout, QPlainTextEdit, QPushButton, QVBoxLayout, QWidget

from desktop_app.ui.theme import Theme
from desktop_app.ui.widgets.buttons import press_by_enter
from desktop_app.ui.widgets.focus_ring import FocusRing
from desktop_app.ui.widgets.labels import PlainLabel

_PADDING = 24
_SIDE = 40
"""Least of its window that is seen around it, both sides together."""


class Dialog(QDialog):
    """A dialog to be shown with `open()`; it ends itself when it is closed."""

    def __init__(self, title: str, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setWindowTitle(title)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.content = QVBoxLayout(self)
        self.content.setContentsMargins(_PADDING, 24, _PADDING, 20)
        self.set_least_width(440)
        self.content.setSpacing(12)
        self._buttons = QHBoxLayout()
        self._buttons.setSpacing(8)
        self._buttons.addStretch(1)
        self._heading = PlainLabel(title, "heading2")
        self._heading.setWordWrap(True)
        self.content.addWidget(self._heading)
        self._ring = FocusRing(theme, self)
        self._theme_at_first = theme

    def set_least_width(self, width: int) -> None:
        """Be at least `width` pixels wide; more where the buttons need it, which a minimum of the widget would forbid."""
        self.content.addStrut(width - 2 * _PADDING)

    def set_heading(self, title: str) -> None:
        """Take another title, inside and on the frame."""
        self.setWindowTitle(title)
        self._heading.setText(title)

    def add_text(self, text: str, kind: str = "") -> PlainLabel:
        """Add a paragraph."""
        label = PlainLabel(text, kind)
        label.setWordWrap(True)
        self.content.addWidget(label)
        return label

    def add_readable(self, text: str, height: int = 0) -> QPlainTextEdit:
        """Add text to be read and copied, as it is; without `height` it takes what the dialog has."""
        field = QPlainTextEdit(text)
        field.setReadOnly(True)
        field.setTabChangesFocus(True)
        if height:
            field.setFixedHeight(height)
        field.setProperty("kind", "mono")
        self.content.addWidget(field, 0 if height else 1)
        return field

    def add_button(self, text: str, is_primary: bool = False) -> QPushButton:
        """Add a button at the right; the caller connects it. Enter in a field presses the primary one."""
        button = QPushButton(text)
        button.setAutoDefault(False)
        button.setDefault(is_primary)
        if is_primary:
            button.setProperty("kind", "primary")
        self._buttons.addWidget(button)
        return button

    def ask_for(self, width: int, height: int) -> None:
        """Come up in a size that was drawn at the usual font size, as far as the window that it belongs to has room."""
        size = QSize(self._theme_at_first.scaled(width), self._theme_at_first.scaled(height))
        parent = self.parentWidget()
        self.resize(size if parent is None else size.boundedTo(parent.window().size() - QSize(_SIDE, _SIDE)))

    def finish_layout(self) -> None:
        """Put the buttons below what was added."""
        self.content.addSpacing(8)
        self.content.addLayout(self._buttons)

    def fit_height(self) -> None:
        """Take the height that the content needs at this width: the layout asks for more than wrapped lines take."""
        width = max(self.minimumWidth(), self.width() if self.isVisible() else self.sizeHint().width())
        self.resize(width, self.content.totalHeightForWidth(width))

    def showEvent(self, event: QShowEvent) -> None:
        """Come up as high as the content, unless a size was given."""
        if not self.testAttribute(Qt.WidgetAttribute.WA_Resized):
            self.fit_height()
        super().showEvent(event)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Press the button where the keyboard is with Enter, elsewhere the primary one."""
        if not press_by_enter(self, event):
            super().keyPressEvent(event)

    def focusNextPrevChild(self, next: bool) -> bool:
        """Go on as the window is read, and show where the keyboard is, from the first Tab on."""
        return self._ring.tab(next) or super().focusNextPrevChild(next)
