"""The questions before the end when something is not on disk."""

from __future__ import annotations

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QWidget

from desktop_app.ui.dialogs.dialog import Dialog
from desktop_app.ui.theme import Theme


class UnsavedDialog(Dialog):
    """Asks what to do with what cannot be saved.

    Signals:
        retry_requested(), copy_requested(), leave_requested()
    """

    retry_requested = Signal()
    copy_requested = Signal()
    leave_requested = Signal()

    def __init__(self, theme: Theme, parent: QWidget) -> None:
        super().__init__("", theme, parent)
        self.set_heading(self.tr("Some of what you wrote is not saved yet."))
        why = self.tr("The disk may be full, or another program holds the file. If you quit now, it is lost.")
        self.add_text(why, "secondary")
        self.add_button(self.tr("Quit anyway")).clicked.connect(self.leave_requested)
        self.add_button(self.tr("Copy everything unsaved")).clicked.connect(self.copy_requested)
        retry = self.add_button(self.tr("Try again"), is_primary=True)
        retry.clicked.connect(self.retry_requested)
        self.finish_layout()
        retry.setFocus()
