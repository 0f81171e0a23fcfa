"""What stands above everything about one repository: its name, what it is, and what should be known before it is taken."""

from __future__ import annotations

from PySide6.QtCore import QEvent, Qt, Signal
from PySide6.QtWidgets import QHBoxLayout, QLabel, QPushButton, QVBoxLayout, QWidget

from desktop_app.hub.repository import Repository
from desktop_app.ui.icons import pixmap
from desktop_app.ui.library.card import show_tags
from desktop_app.ui.library.repository_words import RepositoryWords
from desktop_app.ui.theme import Theme
from desktop_app.ui.widgets.buttons import IconButton
from desktop_app.ui.widgets.ends import EndsLayout
from desktop_app.ui.widgets.labels import ElidedLabel, PlainLabel


class RepositoryHead(QWidget):
    """The head.

    Signals:
        back_requested()
        page_requested(): to the repository's own page, in the browser.
    """

    back_requested = Signal()
    page_requested = Signal()

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._theme = theme
        self._repository = Repository("")
        self._words = RepositoryWords(self)
        self._tags: list[PlainLabel] = []
        self.back = IconButton("arrow-left", theme)
        self.back.clicked.connect(self.back_requested)
        self.title = ElidedLabel("heading2")
        self.page_button = QPushButton()
        self.page_button.setProperty("kind", "small")
        self.page_button.clicked.connect(self.page_requested)
        self.facts = PlainLabel("", "secondary")
        self.facts.setWordWrap(True)
        self.facts.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        self.notice = PlainLabel("", "secondary")
        self.notice.setWordWrap(True)
        self._icon = QLabel()
        self._build()
        self._retranslate()

    def _build(self) -> None:
        self._line = EndsLayout(10, 8)
        self._line.addWidget(self.back)
        self._line.addWidget(self.title)
        self._line.set_right(self.page_button)
        self._notice_row = QWidget()
        notice = QHBoxLayout(self._notice_row)
        notice.setContentsMargins(0, 0, 0, 0)
        notice.setSpacing(8)
        notice.addWidget(self._icon, 0, Qt.AlignmentFlag.AlignTop)
        notice.addWidget(self.notice, 1)
        rows = QVBoxLayout(self)
        rows.setContentsMargins(0, 0, 0, 0)
        rows.setSpacing(8)
        rows.addLayout(self._line)
        rows.addWidget(self.facts)
        rows.addWidget(self._notice_row)

    def set_repository(self, repository: Repository) -> None:
        """Show what is known of it."""
        self._repository = repository
        self.title.setText(self._words.title(repository))
        self._tags = show_tags(self._line, self._tags, self._words.tags(repository), self)
        self.facts.setText(self._words.facts(repository, with_context=True))
        self.notice.setText(self._warning())
        self._notice_row.setVisible(bool(self.notice.text()))
        self._show_icon()

    def _warning(self) -> str:
        """Give what should be known before it is downloaded; "" for nothing."""
        match self._repository.gated:
            case "":
                pass
            case "manual":
                return self.tr(
                    "Its makers decide who gets it: open its page, sign in and ask; then save an access token under Network."
                )
            case _:
                return self.tr(
                    "It asks you to agree to terms: open its page, sign in and agree; then save an access token under Network."
                )
        if not self._repository.has_chat_template:
            return self.tr("This is a base model: it goes on with a text, and was not taught to answer in a conversation.")
        return ""

    def set_theme(self, theme: Theme) -> None:
        """Take other colours."""
        self._theme = theme
        self.back.set_theme(theme)
        self._show_icon()

    def _show_icon(self) -> None:
        self._icon.setPixmap(pixmap("warning", self._theme.warning, self._theme.scaled(16)))

    def changeEvent(self, event: QEvent) -> None:
        """Speak the new language."""
        super().changeEvent(event)
        if event.type() is QEvent.Type.LanguageChange:
            self._retranslate()
            self.set_repository(self._repository)

    def _retranslate(self) -> None:
        self.back.set_words(self.tr("Back to the results"), self.tr("Esc"))
        self.page_button.setText(self.tr("Open its page"))
