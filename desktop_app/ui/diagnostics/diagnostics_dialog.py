"""What to copy into a report about something that does not work: no word of a conversation is in it."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from PySide6.QtCore import Slot
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QWidget

from desktop_app.services.background import Background
from desktop_app.services.diagnostics import TOLD, Situation, report
from desktop_app.ui.dialogs.dialog import Dialog
from desktop_app.ui.theme import Theme

if TYPE_CHECKING:
    from desktop_app.services import Services


class DiagnosticsDialog(Dialog):
    """The text, and a button that copies it."""

    def __init__(self, services: Services, theme: Theme, parent: QWidget) -> None:
        super().__init__("", theme, parent)
        self.ask_for(720, 560)
        self.set_heading(self.tr("Diagnostics"))
        self.add_text(
            self.tr("Look it through before you send it to anybody. No conversation and no access token is in it."),
            "secondary",
        )
        self.text = self.add_readable("")
        self.text.setFont(theme.mono_font())
        self.text.setAccessibleName(self.tr("Diagnostics"))
        self.copy = self.add_button(self.tr("Copy"))
        self.copy.setEnabled(False)
        self.copy.clicked.connect(self._on_copy_clicked)
        close = self.add_button(self.tr("Close"), is_primary=True)
        close.clicked.connect(self.accept)
        self.finish_layout()
        close.setFocus()
        self._background = Background(self, waits_s=0.0)
        self._background.run(partial(report, self._situation(services)), self._on_report)

    def _situation(self, services: Services) -> Situation:
        engine, preferences = services.engine, services.preferences
        return Situation(
            paths=services.paths,
            engine_versions=engine.versions,
            engine_state=engine.state.name.lower(),
            devices=engine.devices,
            model=engine.model,
            settings={key: preferences.get(key) for key in TOLD},
            problem=services.conversations.file.problem,
            platform=QGuiApplication.platformName(),
            scale=self.devicePixelRatioF(),
        )

    def _on_report(self, text: str) -> None:
        self.text.setPlainText(text)
        self.copy.setEnabled(True)

    @Slot()
    def _on_copy_clicked(self) -> None:
        QGuiApplication.clipboard().setText(self.text.toPlainText())

    def done(self, result: int) -> None:
        """Want nothing more of what is being read: a disk may not answer."""
        self._background.close()
        super().done(result)
