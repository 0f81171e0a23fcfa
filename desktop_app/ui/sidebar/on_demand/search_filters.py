"""Where to search, as a menu, and in words: folder, tag, model, who said it, and when."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QDate, QObject, Signal, Slot
from PySide6.QtGui import QAction, QActionGroup

from desktop_app.chat.folder import Folder
from desktop_app.chat.message import Role
from desktop_app.chat.search import SearchFilters
from desktop_app.ui.widgets.menu import make_menu, menu_text

if TYPE_CHECKING:
    from PySide6.QtWidgets import QMenu, QWidget

Change = dict[str, Any]
"""Fields of `SearchFilters` to be set."""


class SearchFilterMenu(QObject):
    """Makes the menu and says what was chosen.

    Signals:
        chosen(SearchFilters)
    """

    chosen = Signal(object)

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self._parent = parent
        self._filters = SearchFilters()

    def menu(self, filters: SearchFilters, folders: Sequence[Folder], tags: Sequence[str], models: Sequence[str]) -> QMenu:
        """Give the menu; parts without a choice are left out."""
        self._filters = filters
        menu = make_menu(self._parent)
        if folders:
            in_folders = [(folder.name, {"folder_id": folder.id}) for folder in folders]
            self._add(menu, self.tr("Folder"), [(self.tr("All folders"), {"folder_id": None}), *in_folders])
        if tags:
            tagged = [(tag, {"tag": tag}) for tag in tags]
            self._add(menu, self.tr("Tag"), [(self.tr("With and without tags"), {"tag": None}), *tagged])
        if models:
            of_models = [(model, {"model": model}) for model in models]
            self._add(menu, self.tr("Model"), [(self.tr("All models"), {"model": None}), *of_models])
        self._add(menu, self.tr("Written by"), self._roles())
        self._add(menu, self.tr("When"), self._spans())
        if filters != SearchFilters():
            menu.addSeparator()
            everywhere = menu.addAction(self.tr("Search everywhere"))
            everywhere.triggered.connect(self._on_everywhere)
        return menu

    def words(self, filters: SearchFilters, folders: Sequence[Folder]) -> str:
        """Give what is filtered by, in words; "" for nothing."""
        folder = next((one.name for one in folders if one.id == filters.folder_id), "")
        role = next((words for words, change in self._roles() if change["role"] == filters.role and filters.role), "")
        is_timed = filters.from_ms is not None or filters.until_ms is not None
        wanted = {"from_ms": filters.from_ms, "until_ms": filters.until_ms}
        span = next((words for words, change in self._spans() if change == wanted), self.tr("Earlier")) if is_timed else ""
        found = [folder, filters.tag or "", filters.model or "", role, span]
        return " · ".join(" ".join(one.split()) for one in found if one)

    def _roles(self) -> list[tuple[str, Change]]:
        return [
            (self.tr("Anyone"), {"role": None}),
            (self.tr("Me"), {"role": Role.USER}),
            (self.tr("A model"), {"role": Role.ASSISTANT}),
        ]

    def _spans(self) -> list[tuple[str, Change]]:
        today = QDate.currentDate()
        this_year, last_year = QDate(today.year(), 1, 1), QDate(today.year() - 1, 1, 1)
        return [
            (self.tr("At any time"), {"from_ms": None, "until_ms": None}),
            (self.tr("Today"), {"from_ms": _start_ms(today), "until_ms": None}),
            (self.tr("Last 7 days"), {"from_ms": _start_ms(today.addDays(-6)), "until_ms": None}),
            (self.tr("Last 30 days"), {"from_ms": _start_ms(today.addDays(-29)), "until_ms": None}),
            (self.tr("This year"), {"from_ms": _start_ms(this_year), "until_ms": None}),
            (self.tr("Last year"), {"from_ms": _start_ms(last_year), "until_ms": _start_ms(this_year)}),
            (self.tr("Earlier"), {"from_ms": None, "until_ms": _start_ms(last_year)}),
        ]

    def _add(self, menu: QMenu, title: str, choices: Sequence[tuple[str, Change]]) -> None:
        part = make_menu(menu, ends_itself=False)
        part.setTitle(title)
        menu.addMenu(part)
        group = QActionGroup(part)
        present = self._filters.as_dict()
        for words, change in choices:
            action = part.addAction(menu_text(words))
            action.setCheckable(True)
            action.setChecked(all(present[name] == value for name, value in change.items()))
            action.setData(change)
            group.addAction(action)
        group.triggered.connect(self._on_chosen)

    @Slot(QAction)
    def _on_chosen(self, action: QAction) -> None:
        self.chosen.emit(self._filters.replaced(**action.data()))

    @Slot()
    def _on_everywhere(self) -> None:
        self.chosen.emit(SearchFilters())


def _start_ms(day: QDate) -> int:
    """Give the first moment of a local day, in milliseconds since 1970."""
    return int(day.startOfDay().toMSecsSinceEpoch())
