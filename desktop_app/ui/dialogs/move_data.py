"""Where all that Hearth keeps of a person shall lie: another folder is chosen, and the next start moves everything."""

from __future__ import annotations

from pathlib import Path

from PySide6 import QtWidgets
from PySide6.QtCore import Qt, Signal, Slot
from PySide6.QtWidgets import QFrame, QHBoxLayout, QPushButton, QWidget

from desktop_app.errors import AppError
from desktop_app.services.data_move import MovePlan
from desktop_app.ui.dialogs.dialog import Dialog
from desktop_app.ui.error_text import ErrorText
from desktop_app.ui.sizes import size_text
from desktop_app.ui.theme import Theme
from desktop_app.ui.widgets.check_box import CheckBox
from desktop_app.ui.widgets.labels import ElidedLabel


class MoveDataDialog(Dialog):
    """Asks where to, and whether the models come along.

    Signals:
        planned(): everything is checked and noted; the application is to start again.
    """

    planned = Signal()

    def __init__(self, plan: MovePlan, theme: Theme, parent: QWidget) -> None:
        super().__init__("", theme, parent)
        self.set_least_width(theme.scaled(600))
        self._plan, self._theme = plan, theme
        self._folder: Path | None = None
        """None: the usual place."""
        self._is_chosen = False
        self._sizes = ""
        """How much there is, as soon as it is known."""
        self.set_heading(self.tr("Move my data"))
        self.add_text(
            self.tr("Conversations, settings and backups are copied to another folder and checked; only then are they "
                    "removed from the old one. Hearth starts again for that."), "secondary",
        )  # fmt: skip
        now = ElidedLabel("", Qt.TextElideMode.ElideMiddle)
        now.setText(self.tr("Now: {folder}").format(folder=plan.paths.main_folder))
        self.content.addWidget(now)
        self._add_target()
        self.models = CheckBox(self.tr("The models, too"), theme)
        self.models.setChecked(True)
        self.content.addWidget(self.models)
        self.state = self.add_text(self.tr("Working out how much there is…"), "secondary")
        self.add_button(self.tr("Cancel")).clicked.connect(self.reject)
        self.start = self.add_button(self.tr("Move and start again"), is_primary=True)
        self.start.setEnabled(False)
        self.start.clicked.connect(self._on_start_clicked)
        self.finish_layout()
        self.choose.setFocus()
        plan.sizes_found.connect(self._on_sizes_found)
        plan.folder_found.connect(self._on_folder_found)
        plan.failed.connect(self._on_failed)
        plan.planned.connect(self._on_planned)
        plan.measure()

    def _add_target(self) -> None:
        frame = QFrame()
        row = QHBoxLayout(frame)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(8)
        self.target = ElidedLabel("", Qt.TextElideMode.ElideMiddle)
        self.target.setText(self.tr("New: not chosen yet"))
        self.choose = QPushButton(self.tr("Choose a folder…"))
        self.choose.setAutoDefault(False)
        self.choose.clicked.connect(self._on_choose_clicked)
        self.usual = QPushButton(self.tr("The usual place"))
        self.usual.setAutoDefault(False)
        self.usual.setVisible(self._plan.is_away)
        self.usual.clicked.connect(self._on_usual_clicked)
        row.addWidget(self.choose)
        row.addWidget(self.usual)
        row.addStretch(1)
        # On a line of its own: a path is long.
        self.content.addWidget(self.target)
        self.content.addWidget(frame)

    @Slot(float, float)
    def _on_sizes_found(self, n_models: float, n_rest: float) -> None:
        self.models.set_words(self.tr("The models, too ({size})").format(size=size_text(int(n_models))))
        self.models.setEnabled(n_models > 0)
        self._sizes = self.tr("Everything except the models takes up {size}.").format(size=size_text(int(n_rest)))
        self.state.setText(self._sizes)

    @Slot()
    def _on_choose_clicked(self) -> None:
        dialog = QtWidgets.QFileDialog(self, self.tr("Choose where your data is kept"))
        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        dialog.setFileMode(QtWidgets.QFileDialog.FileMode.Directory)
        dialog.setOption(QtWidgets.QFileDialog.Option.ShowDirsOnly)
        dialog.fileSelected.connect(self._on_folder_selected)
        dialog.open()

    @Slot(str)
    def _on_folder_selected(self, folder: str) -> None:
        self._plan.choose(Path(folder))

    @Slot(object)
    def _on_folder_found(self, folder: Path) -> None:
        self._take(folder, self.tr("New: {folder}").format(folder=folder))

    @Slot()
    def _on_usual_clicked(self) -> None:
        self._take(None, self.tr("New: the usual place"))

    def _take(self, folder: Path | None, words: str) -> None:
        self._folder, self._is_chosen = folder, True
        self.target.setText(words)
        self.state.set_kind("secondary")
        self.state.setText(self._sizes)
        self.start.setEnabled(True)
        self.start.setFocus()

    @Slot()
    def _on_start_clicked(self) -> None:
        self.start.setEnabled(False)
        self._plan.begin(self._folder, has_models=self.models.isChecked())

    @Slot(object)
    def _on_failed(self, error: AppError) -> None:
        self.state.set_kind("warning")
        self.state.setText(ErrorText(self).describe(error).sentence)
        self.start.setEnabled(self._is_chosen)
        self.fit_height()

    @Slot()
    def _on_planned(self) -> None:
        self.accept()
        self.planned.emit()

    def done(self, result: int) -> None:
        """Wait for what is going on: some milliseconds."""
        try:
            self._plan.close()
        finally:
            super().done(result)
