"""About Hearth: what it is and its versions."""

from __future__ import annotations

from collections.abc import Mapping

from PySide6.QtCore import Slot, qVersion
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QLabel, QWidget

from desktop_app import APP_NAME, __version__
from desktop_app.ui.dialogs.dialog import Dialog
from desktop_app.ui.icons import pixmap
from desktop_app.ui.theme import Theme


class AboutDialog(Dialog):
    """Name, one sentence, versions to copy into a report. `versions`: what the engine reported; may be empty."""

    def __init__(self, versions: Mapping[str, str], theme: Theme, parent: QWidget) -> None:
        super().__init__(APP_NAME, theme, parent)
        self.set_heading(self.tr("About Hearth"))
        picture = QLabel()
        picture.setPixmap(pixmap("hearth", theme.text, 64))
        self.content.insertWidget(0, picture)
        self.add_text(self.tr("Private AI chat that runs entirely on your own computer."))
        known = {APP_NAME: __version__, "Qt": qVersion(), **versions}
        self._text = "\n".join(f"{name} {version}" for name, version in known.items())
        self.add_readable(self._text, 84).setAccessibleName(self.tr("Versions"))
        copy = self.add_button(self.tr("Copy"))
        copy.clicked.connect(self._on_copy_clicked)
        close = self.add_button(self.tr("Close"), is_primary=True)
        close.clicked.connect(self.accept)
        self.finish_layout()
        close.setFocus()

    @Slot()
    def _on_copy_clicked(self) -> None:
        QGuiApplication.clipboard().setText(self._text)
