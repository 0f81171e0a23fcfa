"""What a list view loses when its model is made anew: where it was scrolled to, what was marked, where the keyboard was."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import groupby
from typing import TYPE_CHECKING

from PySide6 import QtCore

from desktop_app.ui.sidebar.conversation_list_model import ConversationListModel, ConversationRole

if TYPE_CHECKING:
    from PySide6.QtCore import QItemSelection
    from PySide6.QtWidgets import QListView


class KeptMarks:
    """Keeps it by the ids of conversations and folders, from before the model is made anew until after it."""

    def __init__(self, view: QListView, model: ConversationListModel) -> None:
        self._view = view
        self._model = model
        self._place = 0
        self._marked: list[str] = []
        self._current = self._current_folder = ""

    def note(self, marked: list[str]) -> None:
        """Keep what there is; `marked`: ids of conversations."""
        current = self._view.currentIndex()
        self._place = self._view.verticalScrollBar().value()
        self._marked = marked
        self._current = str(current.data(ConversationRole.ID) or "")
        self._current_folder = str(current.data(ConversationRole.FOLDER_ID) or "")

    def bring_back(self) -> None:
        """Bring back what is still there, without scrolling to it and without showing it."""
        marked, self._marked = self._marked, []
        row = self._model.row_of_folder(self._current_folder) if self._current_folder else self._model.row_of(self._current)
        if marked:
            self._view.selectionModel().select(self._selection(marked), QtCore.QItemSelectionModel.SelectionFlag.ClearAndSelect)
        if row is not None:
            self._view.setAutoScroll(False)
            index, nothing_else = self._model.index(row), QtCore.QItemSelectionModel.SelectionFlag.NoUpdate
            self._view.selectionModel().setCurrentIndex(index, nothing_else)
            self._view.setAutoScroll(True)
        if self._place:
            self._view.doItemsLayout()
            self._view.verticalScrollBar().setValue(self._place)

    def _selection(self, ids: list[str]) -> QItemSelection:
        """Give all in one: marked row by row, a thousand would take seconds."""
        selection = QtCore.QItemSelection()
        rows = sorted(row for id_ in ids if (row := self._model.row_of(id_)) is not None)
        for first, last in _runs(rows):
            selection.select(self._model.index(first), self._model.index(last))
        return selection


def _runs(rows: list[int]) -> Iterator[tuple[int, int]]:
    """Give the first and the last of each run of rows that follow one another."""
    for _, run in groupby(enumerate(rows), key=lambda one: one[1] - one[0]):
        found = [row for _, row in run]
        yield found[0], found[-1]
