"""The line above the models on this computer: a filter, their order, and where more of them may be."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QPoint, Signal, Slot
from PySide6.QtWidgets import QHBoxLayout, QPushButton, QVBoxLayout, QWidget

from desktop_app.ui.sizes import size_text
from desktop_app.ui.theme import Theme
from desktop_app.ui.widgets.buttons import IconButton
from desktop_app.ui.widgets.choice_box import ChoiceBox
from desktop_app.ui.widgets.filter_field import FilterField
from desktop_app.ui.widgets.labels import ElidedLabel

SORTS = ("used", "name", "size")


class LocalBar(QWidget):
    """The line, and a quiet one below it that says how many there are.

    Signals:
        sort_chosen(str): one of `SORTS`, by the person.
        find_requested(): models of other applications.
        menu_requested(QPoint): a place on the screen for the rest.
    """

    sort_chosen = Signal(str)
    find_requested = Signal()
    menu_requested = Signal(QPoint)

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._counts = (0, 0, 0)
        self.filter = FilterField(theme)
        self.sort = ChoiceBox(theme)
        self.sort.activated.connect(self._on_sort_activated)
        self.elsewhere = QPushButton()
        self.elsewhere.setAutoDefault(False)
        self.elsewhere.setProperty("kind", "small")
        self.elsewhere.clicked.connect(self.find_requested)
        self.more = IconButton("more", theme)
        self.more.clicked.connect(self._on_more_clicked)
        self.count = ElidedLabel("secondary")
        for name in SORTS:
            self.sort.addItem("", name)
        self._build()
        self.set_theme(theme)
        self._retranslate()

    def _build(self) -> None:
        row = QHBoxLayout()
        row.setSpacing(8)
        row.addWidget(self.filter, 1)
        row.addWidget(self.sort)
        row.addWidget(self.more)
        below = QHBoxLayout()
        below.setSpacing(8)
        below.addWidget(self.count, 1)
        below.addWidget(self.elsewhere)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(12)
        column.addLayout(row)
        column.addLayout(below)

    def set_sort(self, name: str) -> None:
        """Show the order that is in force."""
        self.sort.setCurrentIndex(max(0, self.sort.findData(name)))

    def set_count(self, n_shown: int, n_models: int, n_bytes: int) -> None:
        """Say how many are shown, how many there are, and what those take on disk."""
        self._counts = n_shown, n_models, n_bytes
        size = size_text(n_bytes)
        if n_shown == n_models:
            text = self.tr("%n model(s), {size}", "", n_models).format(size=size)
        else:
            text = self.tr("{some} of %n model(s)", "", n_models).format(some=self.locale().toString(n_shown))
        self.count.setText(text)

    def set_theme(self, theme: Theme) -> None:
        """Take other colours."""
        for part in (self.filter, self.sort, self.more):
            part.set_theme(theme)
        self.sort.setFixedHeight(theme.row(36))

    def changeEvent(self, event: QEvent) -> None:
        """Speak the new language."""
        super().changeEvent(event)
        if event.type() is QEvent.Type.LanguageChange:
            self._retranslate()

    def _retranslate(self) -> None:
        self.filter.set_words(self.tr("Filter your models"), self.tr("Clear the filter"))
        titles = (self.tr("Last used first"), self.tr("By name"), self.tr("Largest first"))
        for number, title in enumerate(titles):
            self.sort.setItemText(number, title)
        self.sort.setAccessibleName(self.tr("Order of the models"))
        self.elsewhere.setText(self.tr("Find models on this computer…"))
        self.more.set_words(self.tr("More"))
        self.set_count(*self._counts)

    @Slot(int)
    def _on_sort_activated(self, _index: int) -> None:
        self.sort_chosen.emit(str(self.sort.currentData()))

    @Slot()
    def _on_more_clicked(self) -> None:
        self.menu_requested.emit(self.more.mapToGlobal(QPoint(0, self.more.height() + 4)))
