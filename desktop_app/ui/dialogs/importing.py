"""Conversations of other applications come in: which file, how far it is, what became of each conversation."""

from __future__ import annotations

from pathlib import Path

from PySide6 import QtWidgets
from PySide6.QtCore import QLocale, QObject, Qt, Slot
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QProgressBar, QWidget

from desktop_app.exchange.found import SkipReason, Words
from desktop_app.services.exchange import ImportReport, Imports, Outcome
from desktop_app.ui.dialogs.dialog import Dialog
from desktop_app.ui.error_text import ErrorText, file_name
from desktop_app.ui.theme import Theme

N_LINES_SHOWN = 400
"""Of the report in the dialog; *Copy* gives all of them. Measured: 4 ms for these, 0.5 s for those of 50,000 conversations."""
_STEPS = 1000
_WIDTH = 560


class ImportDialog(Dialog):
    """Asks for a file or folder, unless there is one, shows the progress, and then the report.

    The person goes on working meanwhile: the dialog does not stand in the way of the window.
    """

    def __init__(self, imports: Imports, theme: Theme, parent: QWidget) -> None:
        super().__init__("", theme, parent)
        self.set_least_width(_WIDTH)
        self._imports = imports
        self._report: ImportReport | None = None
        self._text = self.add_text("")
        self._bar = QProgressBar()
        self._bar.setRange(0, 0)
        self._bar.setTextVisible(False)
        self.content.addWidget(self._bar)
        self._counts = self.add_text("", "secondary")
        self._field = self.add_readable("", 220)
        self._copy = self.add_button(self.tr("Copy"))
        self._folder = self.add_button(self.tr("Choose a folder…"))
        self._cancel = self.add_button(self.tr("Cancel"))
        self._file = self.add_button(self.tr("Choose a file…"), is_primary=True)
        self._close = self.add_button(self.tr("Close"))
        self._close.setProperty("kind", "primary")
        self.finish_layout()
        self._copy.clicked.connect(self._on_copy_clicked)
        self._folder.clicked.connect(self._on_folder_clicked)
        self._file.clicked.connect(self._on_file_clicked)
        self._cancel.clicked.connect(self.reject)
        self._close.clicked.connect(self.accept)
        imports.progressed.connect(self._on_progressed)
        imports.finished.connect(self._on_finished)
        self._field.setAccessibleName(self.tr("Report"))
        self._bar.setAccessibleName(self.tr("Progress"))
        self._show_choice()

    def start(self, path: Path) -> None:
        """Import a file, an archive or a folder."""
        self._show_progress(file_name(str(path)))
        image, file = self.tr("[A picture was here.]"), self.tr("[A file was here: {name}]")
        self._imports.start(path, Words(image, file))

    @Slot()
    def reject(self) -> None:
        """Close; what is running is stopped first, and the report says how far it came."""
        if self._imports.is_running:
            self._cancel.setEnabled(False)
            self._imports.cancel()
        else:
            super().reject()

    # What is shown

    def _show_only(self, *parts: QWidget) -> None:
        for part in (self._bar, self._counts, self._field, self._copy, self._folder, self._cancel, self._file, self._close):
            part.setVisible(part in parts)
        self.fit_height()

    def _show_choice(self) -> None:
        self.set_heading(self.tr("Import conversations"))
        self._text.setText(
            self.tr(
                "Hearth reads the exports of ChatGPT, Claude and Open WebUI, as a file or as the archive they came in, the "
                "folders of LM Studio, Jan and GPT4All, conversations of llama.cpp, and its own. Only conversations are "
                "taken, no settings; nothing that is here is overwritten."
            )
        )
        self._show_only(self._folder, self._cancel, self._file)
        self._file.setFocus()

    def _show_progress(self, name: str) -> None:
        self.set_heading(self.tr("Importing conversations"))
        self._text.setText(self.tr("From “{file}”. You can go on working meanwhile.").format(file=name))
        self._counts.setText(self.tr("Making a backup first…"))
        self._bar.setRange(0, 0)
        self._show_only(self._bar, self._counts, self._cancel)
        self._cancel.setFocus()

    @Slot(int, object, object)
    def _on_progressed(self, n_done: int, n_bytes_done: int, n_bytes: int) -> None:
        self._bar.setRange(0, _STEPS)
        self._bar.setValue(n_bytes_done * _STEPS // n_bytes if n_bytes else 0)
        self._counts.setText(self.tr("%n conversation(s) so far", "", n_done))

    @Slot(object)
    def _on_finished(self, report: ImportReport) -> None:
        self._report = report
        has_taken = report.n_imported or report.n_completed
        self.set_heading(self.tr("Import finished") if has_taken else self.tr("Nothing was imported"))
        words = ReportText(self)
        self._text.setText(words.summary(report))
        self._field.setPlainText("\n".join(words.lines(report, N_LINES_SHOWN)))
        self._show_only(*((self._field, self._copy) if report.outcomes else ()), self._close)
        self._close.setDefault(True)
        self._close.setFocus()

    # What is pressed

    @Slot()
    def _on_file_clicked(self) -> None:
        dialog = QtWidgets.QFileDialog(self, self.tr("Import conversations"))
        dialog.setFileMode(QtWidgets.QFileDialog.FileMode.ExistingFile)
        known = self.tr("Exports (*.json *.jsonl *.zip *.chat)")
        dialog.setNameFilters([known, self.tr("All files (*)")])
        self._open_chooser(dialog)

    @Slot()
    def _on_folder_clicked(self) -> None:
        dialog = QtWidgets.QFileDialog(self, self.tr("Import conversations"))
        dialog.setFileMode(QtWidgets.QFileDialog.FileMode.Directory)
        self._open_chooser(dialog)

    def _open_chooser(self, dialog: QtWidgets.QFileDialog) -> None:
        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        dialog.fileSelected.connect(self._on_file_selected)
        dialog.open()

    @Slot(str)
    def _on_file_selected(self, path: str) -> None:
        self.start(Path(path))

    @Slot()
    def _on_copy_clicked(self) -> None:
        if self._report is not None:
            words = ReportText(self)
            lines = [words.summary(self._report), "", *words.lines(self._report, len(self._report.outcomes))]
            QGuiApplication.clipboard().setText("\n".join(lines))


class ReportText(QObject):
    """Says what became of an import, in the language on screen."""

    def summary(self, report: ImportReport) -> str:
        """Give a sentence for each number that is not zero, and one for what ended the import early, each on a line.

        Where nothing was found at all, that is the first.
        """
        n_skipped = sum(count for _, count in report.skipped)
        counted = (
            (report.n_imported, self.tr("%n conversation(s) imported.", "", report.n_imported)),
            (report.n_completed, self.tr("%n conversation(s) got messages that were missing.", "", report.n_completed)),
            (n_skipped, self.tr("%n item(s) skipped.", "", n_skipped)),
            (report.n_placeholders, self.tr("%n picture(s) or file(s) left a note in their place.", "", report.n_placeholders)),
            (report.n_left_out, self.tr("%n step(s) of tools were left out.", "", report.n_left_out)),
            (report.n_other_files, self.tr("%n other file(s) hold no conversations.", "", report.n_other_files)),
        )
        sentences = [sentence for count, sentence in counted if count]
        is_over = report.is_cancelled or report.is_cut_short or report.error is not None
        if not (report.n_imported or report.n_completed or n_skipped or is_over):
            sentences.insert(0, self.tr("No conversations were found in “{file}”.").format(file=file_name(report.name)))
        if report.is_cancelled:
            sentences.append(self.tr("You stopped the import; what had come in stays."))
        if report.is_cut_short:
            sentences.append(self.tr("Reading stopped unexpectedly; what had come in stays."))
        if report.error is not None:
            sentences.append(ErrorText(self).describe(report.error).sentence)
        return "\n".join(sentences)

    def lines(self, report: ImportReport, n_most: int) -> list[str]:
        """Give a line for each conversation, those that were skipped first, and for as many as there are more."""
        skipped = [one for one in report.outcomes if one.reason is not None]
        taken = [one for one in report.outcomes if one.reason is None]
        reasons = self._reasons()
        shown = (skipped + taken)[:n_most]
        lines = [self._line(one, reasons) for one in shown]
        n_all = report.n_imported + report.n_completed + sum(count for _, count in report.skipped)
        if n_all > len(shown):
            lines.append(self.tr("… and {count} more").format(count=QLocale().toString(n_all - len(shown))))
        return lines

    def _line(self, outcome: Outcome, reasons: dict[SkipReason, str]) -> str:
        name = " ".join(outcome.name.split()) or self.tr("Untitled")
        if outcome.reason is not None:
            return reasons[outcome.reason].format(name=name)
        text = self.tr("“{name}” from {application}: %n message(s)", "", outcome.n_messages)
        return text.format(name=name, application=outcome.source)

    def _reasons(self) -> dict[SkipReason, str]:
        return {
            SkipReason.ALREADY_HERE: self.tr("“{name}” is here already."),
            SkipReason.EMPTY: self.tr("“{name}” has no messages."),
            SkipReason.NOT_A_CONVERSATION: self.tr("“{name}” is not a conversation."),
            SkipReason.NO_CONVERSATIONS: self.tr("“{name}” holds no conversations that Hearth can read."),
            SkipReason.DAMAGED: self.tr("“{name}” is damaged."),
            SkipReason.CUT_OFF: self.tr("“{name}” ends in the middle."),
            SkipReason.TOO_LARGE: self.tr("“{name}” is too large."),
            SkipReason.TOO_DEEP: self.tr("“{name}” is nested too deeply."),
            SkipReason.TOO_MANY_FILES: self.tr("“{name}” holds too many files."),
            SkipReason.UNREADABLE: self.tr("“{name}” could not be read."),
            SkipReason.UNSAFE_NAME: self.tr("“{name}” has a name that leads out of its archive."),
            SkipReason.BOMB: self.tr("“{name}” grows without end when it is unpacked."),
            SkipReason.NEWER_VERSION: self.tr("“{name}” was written by a newer version of its application."),
            SkipReason.NOT_SAVED: self.tr("“{name}” could not be saved."),
        }
