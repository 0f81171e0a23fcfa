"""What goes out becomes a file: which kind, where, and how far it is."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

from PySide6 import QtWidgets
from PySide6.QtCore import QLocale, QStandardPaths, Qt, Signal, Slot
from PySide6.QtWidgets import QButtonGroup, QGridLayout, QHBoxLayout, QProgressBar, QPushButton, QRadioButton, QWidget

from desktop_app.errors import AppError
from desktop_app.exchange.exported import Exported, ExportWords
from desktop_app.exchange.file_names import file_name
from desktop_app.record import Record
from desktop_app.services.export_work import ExportOrder, FileFormat, Form, PdfMaker
from desktop_app.services.exporting import ExportRun, Exports
from desktop_app.ui.dialogs.dialog import Dialog
from desktop_app.ui.error_text import ErrorText
from desktop_app.ui.theme import Theme
from desktop_app.ui.widgets.labels import ElidedLabel, PlainLabel

if TYPE_CHECKING:
    from desktop_app.services.preferences import Preferences

_WIDTH = 520
_ROW = 32


class Subject(Record):
    """What goes out, and what it is called."""

    heading: str
    name: str
    """Proposed for the file or folder."""
    ids: tuple[str, ...] | None = ()
    """Conversations; None: all."""
    part: Exported | None = None
    """Some messages of a conversation, instead of `ids`."""

    @property
    def is_single(self) -> bool:
        """Say whether it becomes one file in any case."""
        return self.part is not None or (self.ids is not None and len(self.ids) == 1)


class ExportDialog(Dialog):
    """Asks for format and place, shows the progress, and ends itself when the file is there.

    The person goes on working meanwhile: the dialog does not stand in the way of the window.

    Signals:
        exported(path, folder): where it is, and the folder to show it in.
    """

    exported = Signal(object, object)

    def __init__(
        self,
        exports: Exports,
        subject: Subject,
        words: ExportWords,
        pdf: PdfMaker,
        preferences: Preferences,
        theme: Theme,
        parent: QWidget,
    ) -> None:
        super().__init__(subject.heading, theme, parent)
        self.set_least_width(_WIDTH)
        self._exports = exports
        self._subject = subject
        self._words = words
        self._pdf = pdf
        self._preferences = preferences
        self._theme = theme
        self._run: ExportRun | None = None
        self._folder = Path(str(preferences.get("export_folder")) or documents())
        self._chosen: Path | None = None
        """A file that the person has chosen, with its folder; they have agreed that it is replaced if it is there."""
        self._choices: list[QWidget] = []
        self._make_formats()
        if not subject.is_single:
            self._make_forms()
        self._align_names()
        self._make_place()
        self._make_progress()
        self._make_buttons()
        self._show_only_choices()
        self._refresh_place()
        self._formats[self.format].setFocus()

    # What there is to choose

    def _make_formats(self) -> None:
        descriptions = {
            FileFormat.PDF: ("PDF", self.tr("to read and to print")),
            FileFormat.MARKDOWN: ("Markdown", self.tr("text with its marks, exactly as it was written")),
            FileFormat.HTML: ("HTML", self.tr("a page for any browser")),
            FileFormat.TEXT: (self.tr("Plain text"), self.tr("for any editor")),
            FileFormat.JSON: ("JSON", self.tr("with all versions; Hearth can import it again")),
        }
        if self._subject.part is not None:
            descriptions[FileFormat.JSON] = ("JSON", self.tr("Hearth can import it again"))
        self._formats, self._format_group = self._add_rows(self.tr("Format"), descriptions)
        self._formats[FileFormat(str(self._preferences.get("export_format")))].setChecked(True)
        self._format_group.idToggled.connect(self._on_choice_changed)

    def _make_forms(self) -> None:
        descriptions = {
            Form.FOLDER: (self.tr("New folder"), self.tr("with a file for each conversation")),
            Form.FILE: (self.tr("One file"), ""),
        }
        self._forms, self._form_group = self._add_rows(self.tr("Save as"), descriptions)
        self._forms[Form.FOLDER].setChecked(True)
        self._form_group.idToggled.connect(self._on_choice_changed)

    def _add_rows(self, title: str, rows: dict[Any, tuple[str, str]]) -> tuple[dict[Any, QRadioButton], QButtonGroup]:
        """Add a choice: a heading, and a button with a description for each key of `rows`."""
        box = QWidget()
        box.setAccessibleName(title)
        grid = QGridLayout(box)
        grid.setContentsMargins(0, 0, 0, 0)
        grid.setHorizontalSpacing(16)
        grid.setVerticalSpacing(0)
        grid.setColumnStretch(1, 1)
        heading = PlainLabel(title, "strong")
        grid.addWidget(heading, 0, 0, 1, 2)
        grid.setRowMinimumHeight(0, 28)
        group = QButtonGroup(box)
        buttons: dict[Any, QRadioButton] = {}
        for number, (key, (name, description)) in enumerate(rows.items()):
            button = QRadioButton(name)
            button.setFixedHeight(self._theme.row(_ROW))
            button.setAccessibleDescription(description)
            group.addButton(button, number)
            label = PlainLabel(description, "secondary")
            label.setObjectName(f"description-{key}")
            grid.addWidget(button, number + 1, 0)
            grid.addWidget(label, number + 1, 1)
            buttons[key] = button
        self.content.addWidget(box)
        self._choices.append(box)
        return buttons, group

    def _align_names(self) -> None:
        """Have the descriptions of both choices begin below each other."""
        names = [button for box in self._choices for button in box.findChildren(QRadioButton)]
        for button in names:
            button.ensurePolished()
        widest = max(button.sizeHint().width() for button in names)
        for button in names:
            button.setMinimumWidth(widest)

    def _make_place(self) -> None:
        box = QWidget()
        row = QHBoxLayout(box)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(16)
        row.addWidget(PlainLabel(self.tr("Where"), "strong"))
        self._place = ElidedLabel("secondary", Qt.TextElideMode.ElideMiddle)
        row.addWidget(self._place, 1)
        change = QPushButton(self.tr("Change…"))
        change.setProperty("kind", "small")
        change.setAutoDefault(False)
        change.clicked.connect(self._on_change_clicked)
        row.addWidget(change)
        self.content.addWidget(box)
        self._choices.append(box)

    def _make_progress(self) -> None:
        self._problem = self.add_text("", "warning")
        self._problem.hide()
        self._text = self.add_text("")
        self._bar = QProgressBar()
        self._bar.setTextVisible(False)
        self._bar.setAccessibleName(self.tr("Progress"))
        self.content.addWidget(self._bar)
        self._counts = self.add_text("", "secondary")

    def _make_buttons(self) -> None:
        self._cancel = self.add_button(self.tr("Cancel"))
        self._cancel.clicked.connect(self.reject)
        self._export = self.add_button(self.tr("Export"), is_primary=True)
        self._export.clicked.connect(self._on_export_clicked)
        self.finish_layout()

    @property
    def is_running(self) -> bool:
        """Say whether something is being written."""
        return self._run is not None

    @property
    def format(self) -> FileFormat:
        """The format that is chosen."""
        return next(one for one in FileFormat if self._formats[one].isChecked())

    @property
    def form(self) -> Form | None:
        """What several conversations are to become; None for what is one file in any case."""
        if self._subject.is_single:
            return None
        return next(one for one in Form if self._forms[one].isChecked())

    def path(self) -> Path:
        """Give where it goes: what was chosen, or a proposal, which gets a number if it is taken."""
        if self._chosen is not None:
            return self._chosen
        name = file_name(self._subject.name, self._suffix(), set(), self._words.untitled)
        if self.form is Form.FOLDER:
            name = name.removesuffix(f".{self._suffix()}")
        return self._folder / name

    def _suffix(self) -> str:
        is_archive = self.form is Form.FILE and self.format is not FileFormat.JSON
        return "zip" if is_archive else self.format.value

    def _refresh_place(self) -> None:
        self._place.setText(shown_path(self.path()))
        if not self._subject.is_single:
            is_json = self.format is FileFormat.JSON
            text = self.tr("with all conversations") if is_json else self.tr("an archive (.zip) with a file for each")
            label = self.findChild(PlainLabel, f"description-{Form.FILE}")
            assert label is not None
            label.setText(text)
            self._forms[Form.FILE].setAccessibleDescription(text)

    # What is pressed

    @Slot(int, bool)
    def _on_choice_changed(self, _id: int, is_on: bool) -> None:
        if is_on:
            # What was agreed to concerned a file of another kind.
            self._chosen = None
            self._problem.hide()
            self._refresh_place()

    @Slot()
    def _on_change_clicked(self) -> None:
        dialog = QtWidgets.QFileDialog(self, self._subject.heading)
        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        dialog.setDirectory(str(self._folder))
        if self.form is Form.FOLDER:
            dialog.setFileMode(QtWidgets.QFileDialog.FileMode.Directory)
            dialog.setOption(QtWidgets.QFileDialog.Option.ShowDirsOnly)
        else:
            dialog.setAcceptMode(QtWidgets.QFileDialog.AcceptMode.AcceptSave)
            dialog.setDefaultSuffix(self._suffix())
            dialog.setNameFilters([f"{self._suffix().upper()} (*.{self._suffix()})", self.tr("All files (*)")])
            dialog.selectFile(self.path().name)
        dialog.fileSelected.connect(self._on_place_selected)
        dialog.open()

    @Slot(str)
    def _on_place_selected(self, path: str) -> None:
        if self.form is Form.FOLDER:
            self._folder = Path(path)
        else:
            self._folder, self._chosen = Path(path).parent, Path(path)
        self._problem.hide()
        self._refresh_place()

    @Slot()
    def _on_export_clicked(self) -> None:
        self._preferences.set("export_format", self.format.value)
        self._preferences.set("export_folder", str(self._folder))
        order = ExportOrder(
            format=self.format,
            path=self.path(),
            words=self._words,
            pdf=self._pdf,
            ids=self._subject.ids,
            part=self._subject.part,
            form=self.form,
            may_replace=self._chosen is not None,
        )
        self._run = run = self._exports.export(order)
        run.progressed.connect(self._on_progressed)
        run.ended.connect(self._on_ended)
        run.failed.connect(self._on_failed)
        run.cancelled.connect(self._on_cancelled)
        self._show_progress()

    @Slot()
    def reject(self) -> None:
        """Close; what is running is stopped first, and nothing of it stays."""
        if self._run is not None and self._cancel.isEnabled():
            self._cancel.setEnabled(False)
            self._run.cancel()
        else:
            super().reject()

    # What is shown

    def _show_only_choices(self) -> None:
        self._show_parts(is_choosing=True)
        self._cancel.setEnabled(True)
        self._fit()

    def _show_progress(self) -> None:
        self._text.setText(self.tr("To “{name}”. You can go on working meanwhile.").format(name=self.path().name))
        self._counts.setText("")
        self._bar.setRange(0, 0)
        self._problem.hide()
        self._show_parts(is_choosing=False)
        self._cancel.setFocus()
        self._fit()

    def _show_parts(self, *, is_choosing: bool) -> None:
        for part in (*self._choices, self._export):
            part.setVisible(is_choosing)
        for one in (self._text, self._bar, self._counts):
            one.setVisible(not is_choosing)

    def _fit(self) -> None:
        self.content.activate()
        self.fit_height()

    @Slot(int, int)
    def _on_progressed(self, n_done: int, n_all: int) -> None:
        self._bar.setRange(0, n_all)
        self._bar.setValue(n_done)
        text = self.tr("Message {number} of {all}") if self._subject.is_single else self.tr("Conversation {number} of {all}")
        locale = QLocale()
        self._counts.setText(text.format(number=locale.toString(min(n_done + 1, n_all)), all=locale.toString(n_all)))

    @Slot(object)
    def _on_ended(self, path: Path) -> None:
        self._run = None
        self.exported.emit(path, path if self.form is Form.FOLDER else path.parent)
        self.accept()

    @Slot(object)
    def _on_failed(self, error: AppError) -> None:
        self._run = None
        self._problem.setText(ErrorText(self).describe(error).sentence)
        self._problem.show()
        self._show_only_choices()
        self._export.setFocus()

    @Slot()
    def _on_cancelled(self) -> None:
        self._run = None
        super().reject()


def documents() -> str:
    """Give the folder that this system keeps for what people write."""
    places = QStandardPaths.StandardLocation
    return QStandardPaths.writableLocation(places.DocumentsLocation) or QStandardPaths.writableLocation(places.HomeLocation)


def shown_path(path: Path) -> str:
    """Give a path as people know it."""
    home = Path(QStandardPaths.writableLocation(QStandardPaths.StandardLocation.HomeLocation))
    return f"~/{path.relative_to(home).as_posix()}" if home != path and path.is_relative_to(home) else str(path)
