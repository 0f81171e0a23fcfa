"""Printing: the system's own dialog asks how, then the pages are painted off the window's thread."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QObject, Qt, Signal, Slot
from PySide6.QtGui import QPageLayout
from PySide6.QtPrintSupport import QPrintDialog, QPrinter
from PySide6.QtWidgets import QDialog, QWidget

from desktop_app.errors import PrinterFailed, WriteFailed
from desktop_app.exchange.exported import Exported, ExportWords
from desktop_app.services.exporting import ExportRun, Exports
from desktop_app.ui.transcript.paper.sheets import MARGINS_MM
from desktop_app.ui.transcript.paper.writing import Paper


class Printing(QObject):
    """One conversation on its way to a printer; ends itself.

    Signals:
        printed(): everything is with the printer.
        failed(AppError)
    """

    printed = Signal()
    failed = Signal(object)

    def __init__(
        self, exports: Exports, conversation_id: str, title: str, words: ExportWords, paper: Paper, window: QWidget
    ) -> None:
        super().__init__(window)
        self._exports = exports
        self._conversation_id = conversation_id
        self._words = words
        self._paper = paper
        self._window = window
        self._run: ExportRun | None = None
        self.printer = QPrinter(QPrinter.PrinterMode.HighResolution)
        self.printer.setDocName(title)
        self.printer.setCreator("Hearth")
        self.printer.setPageMargins(MARGINS_MM, QPageLayout.Unit.Millimeter)

    def ask(self) -> None:
        """Let the person choose a printer and how many copies."""
        dialog = QPrintDialog(self.printer, self._window)
        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        dialog.accepted.connect(self.start)
        dialog.rejected.connect(self.deleteLater)
        QDialog.open(dialog)  # its own wants a slot by name

    @Slot()
    def start(self) -> None:
        """Print with what `printer` is set to."""
        self._run = run = self._exports.hand_over(self._conversation_id, self._paint)
        run.ended.connect(self._on_ended)
        run.failed.connect(self._on_failed)
        run.cancelled.connect(self.deleteLater)

    def _paint(self, exported: Exported, step: Callable[[int, int], object]) -> None:
        try:
            self._paper.paint(self.printer, self.printer.printerName(), exported, self._words, step, is_brief=True)
        except PrinterFailed:
            if self.printer.outputFormat() is not QPrinter.OutputFormat.PdfFormat:
                raise
            raise WriteFailed(self.printer.outputFileName(), "printing to a file") from None

    @Slot(object)
    def _on_ended(self, _path: object) -> None:
        self.printed.emit()
        self.deleteLater()

    @Slot(object)
    def _on_failed(self, error: object) -> None:
        self.failed.emit(error)
        self.deleteLater()
