"""The middle of the window: top bar, the page, notices, composer, and the promise under it."""

from __future__ import annotations

from PySide6.QtCore import QEvent, Qt, QTimer, Signal, Slot
from PySide6.QtGui import QPaintEvent
from PySide6.QtWidgets import QFrame, QStackedWidget, QVBoxLayout, QWidget

from desktop_app.ui.composer.composer import SHADOW, Composer
from desktop_app.ui.composer.queued import QueuedMessages
from desktop_app.ui.empty_state import EmptyState
from desktop_app.ui.notices import NoticeArea
from desktop_app.ui.theme import Theme
from desktop_app.ui.top_bar import TopBar
from desktop_app.ui.widgets.column import in_column
from desktop_app.ui.widgets.escape import keeps_escape
from desktop_app.ui.widgets.labels import PlainLabel

_OVERHANG = 16
"""How far the composer reaches over the text column at each side."""


class Centre(QFrame):
    """Places what it is given.

    Signals:
        first_painted(): once, after it was painted for the first time.
        page_changed(QWidget | None): a page stands in place of the conversation, or the conversation again.
    """

    first_painted = Signal()
    page_changed = Signal(object)

    def __init__(
        self,
        top_bar: TopBar,
        empty_state: EmptyState,
        transcript: QWidget,
        notices: NoticeArea,
        queued: QueuedMessages,
        composer: Composer,
        theme: Theme,
    ) -> None:
        super().__init__()
        self.setObjectName("centre")
        self._is_painted = False
        self._page: QWidget | None = None
        self._is_empty = True
        self._top_bar = top_bar
        self._pages = QStackedWidget()
        self._pages.addWidget(empty_state)
        self._pages.addWidget(transcript)
        self.empty_state = empty_state
        self._in_column = (notices, queued, composer)
        self._notices = notices
        self._writing = QWidget()
        self._promise = PlainLabel("", "caption")
        self._promise.setAlignment(Qt.AlignmentFlag.AlignHCenter)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addWidget(top_bar)
        column.addWidget(self._pages, 1)
        column.addLayout(self._below(_width(theme)))
        self._retranslate()

    def _below(self, width: int) -> QVBoxLayout:
        notices, queued, composer = self._in_column
        writing = QVBoxLayout(self._writing)
        writing.setContentsMargins(0, 4, 0, 16)
        writing.setSpacing(0)
        writing.addLayout(in_column(queued, width))
        writing.addLayout(in_column(composer, width))
        writing.addSpacing(6)
        writing.addWidget(self._promise)
        below = QVBoxLayout()
        below.setContentsMargins(20, 0, 20, 0)
        below.setSpacing(0)
        below.addLayout(in_column(notices, width))
        below.addWidget(self._writing)
        return below

    def set_theme(self, theme: Theme) -> None:
        """Be as wide as the text that is read."""
        for part in self._in_column:
            part.setMaximumWidth(_width(theme))
        self.empty_state.set_theme(theme)

    @Slot(bool)
    def set_empty(self, is_empty: bool) -> None:
        """Show the empty state, or the transcript."""
        self._is_empty = is_empty
        if self._page is None:
            self._pages.setCurrentIndex(0 if is_empty else 1)

    @property
    def is_empty(self) -> bool:
        """Whether there is nothing to read in the chat on show."""
        return self._is_empty

    @property
    def page(self) -> QWidget | None:
        """What stands in place of the conversation; None while it is the conversation."""
        return self._page

    def show_page(self, page: QWidget | None) -> None:
        """Show `page` in place of the conversation and its composer; None: the conversation again."""
        if page is self._page:
            return
        self._page = page
        if page is not None and self._pages.indexOf(page) < 0:
            self._pages.addWidget(page)
        self._top_bar.setVisible(page is None)
        self._writing.setVisible(page is None)
        # Under a page there is the edge of the window.
        self._notices.set_room_below(4 if page is None else 16)
        if page is not None:
            self._pages.setCurrentWidget(page)
        else:
            self._pages.setCurrentIndex(0 if self._is_empty else 1)
        self.page_changed.emit(page)

    def event(self, event: QEvent) -> bool:
        """Leave Esc to the page on show: in the window it stops the answer in progress, which is not."""
        return (self._page is not None and keeps_escape(event)) or bool(super().event(event))

    def changeEvent(self, event: QEvent) -> None:
        """Speak the new language."""
        super().changeEvent(event)
        if event.type() is QEvent.Type.LanguageChange:
            self._retranslate()

    def _retranslate(self) -> None:
        self._promise.setText(self.tr("Everything stays on this computer."))

    def paintEvent(self, event: QPaintEvent) -> None:
        """Paint, and tell the first time, when this event is over."""
        super().paintEvent(event)
        if not self._is_painted:
            self._is_painted = True
            QTimer.singleShot(0, self, self.first_painted.emit)


def _width(theme: Theme) -> int:
    return theme.column_px + 2 * (_OVERHANG + SHADOW)
