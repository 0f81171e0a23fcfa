"""The frame of a page that stands in place of the conversation: a head with a title, what belongs to it, and a way back."""

from __future__ import annotations

from PySide6.QtCore import QEvent, Qt, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLayout, QVBoxLayout, QWidget

from desktop_app.ui.theme import Theme
from desktop_app.ui.top_bar import HEIGHT
from desktop_app.ui.widgets.buttons import IconButton
from desktop_app.ui.widgets.labels import PlainLabel


class Page(QWidget):
    """The frame. A page puts its own parts in with `build` and says its words in `retranslate`, calling this one's first.

    Signals:
        closed(): the person wants the conversation back.
    """

    closed = Signal()

    def __init__(self, theme: Theme, window: QWidget) -> None:
        super().__init__(window)
        self._heading = PlainLabel("", "heading2")
        self.close_button = IconButton("close", theme)
        self.close_button.clicked.connect(self.closed)
        self.head = QFrame()
        self.head.setObjectName("topBar")
        self.head.setFixedHeight(theme.row(HEIGHT))
        self._column = QVBoxLayout(self)
        self._column.setContentsMargins(0, 0, 0, 0)
        self._column.setSpacing(0)
        self._column.addWidget(self.head)

    def build(self, in_head: tuple[QWidget, ...], body: QWidget | QLayout) -> None:
        """Put `in_head` between the title and the way back, and `body` below."""
        row = QHBoxLayout(self.head)
        row.setContentsMargins(20, 0, 20, 0)
        row.setSpacing(8)
        row.addWidget(self._heading)
        row.addStretch(1)
        for widget in (*in_head, self.close_button):
            row.addWidget(widget, 0, Qt.AlignmentFlag.AlignVCenter)
        if isinstance(body, QLayout):
            self._column.addLayout(body, 1)
        else:
            self._column.addWidget(body, 1)

    def lead_with(self, widget: QWidget) -> None:
        """Put `widget` where the title stands, after `build`; a screen reader hears the title all the same."""
        self._heading.hide()
        row = self.head.layout()
        if isinstance(row, QHBoxLayout):
            row.insertWidget(0, widget, 0, Qt.AlignmentFlag.AlignVCenter)

    def set_title(self, title: str) -> None:
        """Say what the page is."""
        self._heading.setText(title)
        self.setAccessibleName(title)

    def set_theme(self, theme: Theme) -> None:
        """Take other colours."""
        self.head.setFixedHeight(theme.row(HEIGHT))
        self.close_button.set_theme(theme)

    def retranslate(self) -> None:
        """Say the words of the frame."""
        self.close_button.set_words(self.tr("Back to the conversation"), "Esc")

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Go back with Esc, when nothing in the page has a use for it."""
        if event.key() == Qt.Key.Key_Escape:
            self.closed.emit()
        else:
            super().keyPressEvent(event)

    def changeEvent(self, event: QEvent) -> None:
        """Speak the new language."""
        super().changeEvent(event)
        if event.type() is QEvent.Type.LanguageChange:
            self.retranslate()
