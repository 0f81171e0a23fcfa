"""What was found, in place of the list, and over it what the search is narrowed to."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QEvent, QModelIndex, Qt, Signal, Slot
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QAbstractItemView, QFrame, QListView, QVBoxLayout, QWidget

from desktop_app.chat.search import SearchResult
from desktop_app.ui.sidebar.conversation_delegate import MARGIN
from desktop_app.ui.sidebar.on_demand.search_delegate import SearchDelegate
from desktop_app.ui.sidebar.on_demand.search_hits import SearchHitsModel
from desktop_app.ui.theme import Theme
from desktop_app.ui.widgets.buttons import RowButton
from desktop_app.ui.widgets.escape import keeps_escape
from desktop_app.ui.widgets.labels import PlainLabel

if TYPE_CHECKING:
    from desktop_app.ui.sidebar.on_demand.search_hits import Hit


class SearchPanel(QWidget):
    """The rows, or one sentence when there are none.

    Signals:
        hit_chosen(hit): to be opened.
        older_requested(Section): more is wanted of one list.
        everywhere_requested(): the search is not to be narrowed any more.
        field_requested(): the keyboard wants back to the field.
        closed(): Esc.
    """

    hit_chosen = Signal(object)
    older_requested = Signal(object)
    everywhere_requested = Signal()
    field_requested = Signal()
    closed = Signal()

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._result: SearchResult | None = None
        self._last_seen: Hit | None = None
        """Stood before the row that was pressed for more: the mark goes on behind it."""
        self._filters = ""
        self._problem = ""
        self.everywhere = RowButton("close", theme)
        self.everywhere.set_current(True)
        self.everywhere.clicked.connect(self.everywhere_requested)
        self.note = PlainLabel("", "caption")
        self.note.setWordWrap(True)
        self.model = SearchHitsModel(self)
        self.list = _HitList(self.model, theme, self)
        self.list.hit_chosen.connect(self.hit_chosen)
        self.list.older_chosen.connect(self._on_older_chosen)
        self.list.field_requested.connect(self.field_requested)
        self.list.closed.connect(self.closed)
        self._build()
        self._retranslate()

    def _build(self) -> None:
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(4)
        for widget, left in ((self.everywhere, 0), (self.note, 12)):
            frame = QVBoxLayout()
            frame.setContentsMargins(left, 0, MARGIN, 0)
            frame.addWidget(widget)
            column.addLayout(frame)
        column.addWidget(self.list, 1)

    def set_theme(self, theme: Theme) -> None:
        """Take other colours."""
        self.everywhere.set_theme(theme)
        self.list.set_theme(theme)

    def set_result(self, result: SearchResult | None) -> None:
        """Show what was found; None: nothing, and nothing is said of it. What is marked stays marked."""
        marked = self.model.hit(self.list.currentIndex().row())
        is_same = result is not None and self._result is not None and result.text == self._result.text
        self._result, self._problem = result, ""
        if is_same:
            self._take_over(result, marked)
        else:
            self.model.set_result(None)
            self.model.set_result(result)
            self.list.scrollToTop()
        self._last_seen = None
        self._refresh()

    def _take_over(self, result: SearchResult | None, marked: Hit | None) -> None:
        """Show what was found for the same words again, in the same place.

        Measured, once for a press: 3 ms with 400 rows, 8 with 1,600, 40 with 3,200; half of it is the heights of rows.
        """
        scrolled = self.list.verticalScrollBar().value()
        self.model.set_result(result)
        # The list has scrolled to the row beside a marked one that went; what it is set back to is cut to its length.
        self.list.doItemsLayout()
        self.list.verticalScrollBar().setValue(scrolled)
        row = self.model.row_of(marked) if marked is not None else None
        if marked is None and self._last_seen is not None:
            row = self.model.row_of(self._last_seen)
            if row is not None and self.model.hit(row + 1) is not None:
                row += 1
        if row is not None:
            self.list.setCurrentIndex(self.model.index(row))

    def set_problem(self, sentence: str) -> None:
        """Say why nothing can be found."""
        self.set_result(None)
        self._problem = sentence
        self._refresh()

    def set_filters(self, words: str) -> None:
        """Say what the search is narrowed to; "": to nothing."""
        self._filters = words
        self._refresh()

    def first_hit(self) -> Hit | None:
        """Give the marked hit, else the first; None when there is none."""
        first = self.model.first_row()
        return self.model.hit(self.list.currentIndex().row()) or (self.model.hit(first) if first is not None else None)

    def take_keyboard(self) -> None:
        """Let the keys go through the hits, from the first one on."""
        row = self.model.first_row()
        if row is None:
            return
        if not self.list.currentIndex().isValid():
            self.list.setCurrentIndex(self.model.index(row))
        self.list.setFocus(Qt.FocusReason.TabFocusReason)

    @Slot(int)
    def _on_older_chosen(self, row: int) -> None:
        self._last_seen = self.model.hit(row - 1)
        self.older_requested.emit(self.model.section(row))

    def changeEvent(self, event: QEvent) -> None:
        """Speak the new language."""
        super().changeEvent(event)
        if event.type() is QEvent.Type.LanguageChange:
            self._retranslate()

    def _retranslate(self) -> None:
        self.list.setAccessibleName(self.tr("What was found"))
        self.model.set_result(self._result)
        self._refresh()

    def _refresh(self) -> None:
        self.everywhere.setVisible(bool(self._filters))
        self.everywhere.set_words(self._filters, self.tr("Search everywhere"))
        self.everywhere.setAccessibleName(self.tr("Only {where}; search everywhere").format(where=self._filters))
        is_empty = self._result is not None and not self.model.rowCount()
        words = self.tr("Nothing found here.") if self._filters else self.tr("Nothing found in any conversation.")
        sentences = [words] if is_empty else []
        if self._result is not None and not self._result.is_complete:
            sentences.append(self.tr("Older messages are still being prepared for the search."))
        self.note.setText(self._problem or " ".join(sentences))
        self.note.setVisible(bool(self.note.text()))


class _HitList(QListView):
    """The rows: a click or Enter opens one or shows more, Up from the first leads back to the field."""

    hit_chosen = Signal(object)
    older_chosen = Signal(int)
    field_requested = Signal()
    closed = Signal()
    ring_target = None
    """The delegate paints the ring around the row."""

    def __init__(self, model: SearchHitsModel, theme: Theme, parent: QWidget) -> None:
        super().__init__(parent)
        self._model = model
        self._delegate = SearchDelegate(theme, model, self)
        self.setModel(model)
        self.setItemDelegate(self._delegate)
        self.setMouseTracking(True)
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setVerticalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self.clicked.connect(self._on_clicked)

    def set_theme(self, theme: Theme) -> None:
        """Take other colours."""
        self._delegate.set_theme(theme)
        self.scheduleDelayedItemsLayout()

    def event(self, event: QEvent) -> bool:
        """Take Esc before the window takes it for Stop."""
        return keeps_escape(event) or bool(super().event(event))

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Enter opens, Esc ends the search."""
        match event.key():
            case Qt.Key.Key_Escape:
                self.closed.emit()
            case Qt.Key.Key_Return | Qt.Key.Key_Enter:
                self._on_clicked(self.currentIndex())
            case Qt.Key.Key_Up if self.currentIndex().row() == self._model.first_row():
                self.field_requested.emit()
            case _:
                super().keyPressEvent(event)

    @Slot(QModelIndex)
    def _on_clicked(self, index: QModelIndex) -> None:
        if (hit := self._model.hit(index.row())) is not None:
            self.hit_chosen.emit(hit)
        elif self._model.section(index.row()) is not None:
            self.older_chosen.emit(index.row())
