"""The question before conversations are deleted for ever."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import Signal, Slot
from PySide6.QtWidgets import QWidget

from desktop_app.ui.dialogs.dialog import Dialog
from desktop_app.ui.theme import Theme


class ForEverDialog(Dialog):
    """Asks whether to delete these conversations; `is_all`: they are all that is in the trash.

    Signals:
        agreed(ids)
    """

    agreed = Signal(object)

    def __init__(self, ids: Sequence[str], is_all: bool, theme: Theme, parent: QWidget) -> None:
        super().__init__("", theme, parent)
        self._ids = list(ids)
        if is_all:
            self.set_heading(self.tr("Empty the trash? %n conversation(s) will be deleted for ever.", "", len(ids)))
        else:
            self.set_heading(self.tr("Delete %n conversation(s) for ever?", "", len(ids)))
        self.add_text(self.tr("Messages and attachments go too. There is no way to bring them back."), "secondary")
        cancel = self.add_button(self.tr("Cancel"))
        cancel.clicked.connect(self.reject)
        delete = self.add_button(self.tr("Delete for ever"), is_primary=True)
        delete.clicked.connect(self._on_delete_clicked)
        self.finish_layout()
        # Enter must not delete what was clicked a moment ago.
        delete.setDefault(False)
        cancel.setDefault(True)
        cancel.setFocus()

    @Slot()
    def _on_delete_clicked(self) -> None:
        self.agreed.emit(self._ids)
        self.accept()
