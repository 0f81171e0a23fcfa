"""About Hearth: what it is, its versions, and what it is made of, under which licences."""

from __future__ import annotations

from collections.abc import Mapping

from PySide6.QtCore import Qt, Slot, qVersion
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QLabel, QListWidget, QWidget

from desktop_app import APP_NAME, __version__
from desktop_app.services.background import Background
from desktop_app.services.licences import Part, parts
from desktop_app.ui.dialogs.dialog import Dialog
from desktop_app.ui.icons import pixmap
from desktop_app.ui.theme import Theme


class AboutDialog(Dialog):
    """Name, one sentence, versions to copy into a report, and every part with its licence.

    `versions`: what the engine reported; may be empty.
    """

    def __init__(self, versions: Mapping[str, str], theme: Theme, parent: QWidget) -> None:
        super().__init__(APP_NAME, theme, parent)
        self.resize(theme.scaled(600), theme.scaled(640))
        self.set_heading(self.tr("About Hearth"))
        self._parts: list[Part] = []
        picture = QLabel()
        picture.setPixmap(pixmap("hearth", theme.text, 64))
        self.content.insertWidget(0, picture)
        self.add_text(self.tr("Private AI chat that runs entirely on your own computer."))
        known = {APP_NAME: __version__, "Qt": qVersion(), **versions}
        self._versions = "\n".join(f"{name} {version}" for name, version in known.items())
        field = self.add_readable(self._versions, theme.scaled(84))
        field.setFont(theme.mono_font())
        field.setAccessibleName(self.tr("Versions"))
        self.add_text(self.tr("What it is made of, and under which licences:"), "secondary")
        self.list = QListWidget()
        self.list.setProperty("kind", "rows")
        self.list.setAccessibleName(self.tr("Parts"))
        self.list.setTextElideMode(Qt.TextElideMode.ElideRight)
        self.list.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.list.currentRowChanged.connect(self._on_row_changed)
        self.content.addWidget(self.list, 1)
        self.text = self.add_readable("")
        self.text.setFont(theme.mono_font())
        self.text.setAccessibleName(self.tr("Licence"))
        self.add_button(self.tr("Copy versions")).clicked.connect(self._on_copy_clicked)
        close = self.add_button(self.tr("Close"), is_primary=True)
        close.clicked.connect(self.accept)
        self.finish_layout()
        close.setFocus()
        self._background = Background(self, waits_s=0.0)
        self._background.run(parts, self._on_parts)

    def _on_parts(self, found: list[Part]) -> None:
        self._parts = found
        self.list.addItems([_words(part) for part in found])
        self.list.setCurrentRow(0)

    @Slot(int)
    def _on_row_changed(self, row: int) -> None:
        part = self._parts[row]
        self.text.setPlainText(part.text or part.licence)

    @Slot()
    def _on_copy_clicked(self) -> None:
        QGuiApplication.clipboard().setText(self._versions)

    def done(self, result: int) -> None:
        """Want nothing more of what is being read: a disk may not answer."""
        self._background.close()
        super().done(result)


def _words(part: Part) -> str:
    """Give its name, version and licence: names all of them, so that no language says them otherwise."""
    name = f"{part.name} {part.version}".strip()
    return f"{name} · {part.licence}" if part.licence else name
