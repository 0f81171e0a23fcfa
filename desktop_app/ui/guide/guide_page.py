"""The page *User guide*: its chapters at the left, its text beside them."""

from __future__ import annotations

from PySide6.QtCore import QSignalBlocker, Qt, Slot
from PySide6.QtGui import QKeySequence
from PySide6.QtWidgets import QHBoxLayout, QListWidget, QWidget

from desktop_app.guide import guide
from desktop_app.ui.actions import Actions
from desktop_app.ui.appearance import Appearance
from desktop_app.ui.guide.guide_text import GuideText
from desktop_app.ui.theme import Theme
from desktop_app.ui.widgets.page import Page

LIST_WIDTH = 240


class GuidePage(Page):
    """The page. Keys are told as they are set now."""

    def __init__(self, actions: Actions, appearance: Appearance, window: QWidget) -> None:
        super().__init__(appearance.theme, window)
        self._actions, self._appearance = actions, appearance
        self.text = GuideText(appearance.theme)
        self.chapters = QListWidget()
        self.chapters.setProperty("kind", "rows")
        self.chapters.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.chapters.currentRowChanged.connect(self._on_row_changed)
        self.text.chapter_changed.connect(self._on_chapter_changed)
        body = QHBoxLayout()
        body.setContentsMargins(16, 20, 0, 16)
        body.setSpacing(8)
        body.addWidget(self.chapters)
        body.addWidget(self.text, 1)
        self.build((), body)
        self.retranslate()
        self.setFocusProxy(self.text)

    def refresh(self) -> None:
        """Tell the keys that are set now; the reader stays where they are."""
        native = QKeySequence.SequenceFormat.NativeText
        keys = {name: action.shortcut().toString(native) for name, action in self._actions.all().items()}
        self.text.show_markdown(guide(self._appearance.language, keys))
        if [self.chapters.item(row).text() for row in range(self.chapters.count())] != self.text.chapters:
            with QSignalBlocker(self.chapters):
                self.chapters.clear()
                self.chapters.addItems(self.text.chapters)
                self.chapters.setCurrentRow(0)

    def set_theme(self, theme: Theme) -> None:
        """Take other colours."""
        super().set_theme(theme)
        self.chapters.setFixedWidth(theme.scaled(LIST_WIDTH))
        self.text.set_theme(theme)

    def retranslate(self) -> None:
        """Say the words of the page."""
        super().retranslate()
        self.set_title(self.tr("User guide"))
        self.chapters.setAccessibleName(self.tr("Chapters"))
        self.text.setAccessibleName(self.tr("User guide"))
        self.chapters.setFixedWidth(self._appearance.theme.scaled(LIST_WIDTH))
        self.refresh()

    @Slot(int)
    def _on_row_changed(self, row: int) -> None:
        if row >= 0:
            with QSignalBlocker(self.text):
                self.text.go_to(row)

    @Slot(int)
    def _on_chapter_changed(self, number: int) -> None:
        with QSignalBlocker(self.chapters):
            self.chapters.setCurrentRow(number)
