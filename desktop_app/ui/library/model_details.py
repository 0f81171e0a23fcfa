"""Everything that is known of one model on this computer, and a place for the person's own words about it."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QDateTime, QLocale, Qt, Signal, Slot
from PySide6.QtWidgets import QFrame, QGridLayout, QPlainTextEdit, QScrollArea, QWidget

from desktop_app.library.model_file import ModelFile
from desktop_app.library.model_note import N_NOTE_CHARACTERS_MAX, ModelNote
from desktop_app.ui.dialogs.dialog import Dialog
from desktop_app.ui.library.local_words import LocalWords, store_name
from desktop_app.ui.theme import Theme
from desktop_app.ui.widgets.labels import ElidedLabel, PlainLabel

WIDTH, HEIGHT_MAX = 600, 680
_NOTE_HEIGHT = 84
_REST = 300
"""What stands above and below the facts."""


class ModelDetailsDialog(Dialog):
    """Shows a model, and lets its note be changed. `draft`: the file of the model that guesses for it, "" for none.

    Signals:
        note_changed(Path, str): the model's file and the new words.
        folder_requested(Path): the file is to be shown where it lies.
    """

    note_changed = Signal(object, str)
    folder_requested = Signal(object)

    def __init__(
        self, file: ModelFile, note: ModelNote, draft: str, words: LocalWords, theme: Theme, parent: QWidget, *, edits_note: bool
    ) -> None:
        super().__init__(words.name(file), theme, parent)
        self._file, self._note, self._words, self._theme = file, note, words, theme
        self._draft = draft
        if file.problem:
            self.add_text(words.problem(file), "warning")
        height = self._add_facts() + theme.scaled(_REST)
        self.note = self._add_note()
        self.add_button(self.tr("Show in folder")).clicked.connect(self._on_folder_clicked)
        self.add_button(self.tr("Cancel")).clicked.connect(self.reject)
        self.add_button(self.tr("Save"), is_primary=True).clicked.connect(self._on_save_clicked)
        self.finish_layout()
        self.resize(WIDTH, min(height, HEIGHT_MAX))
        if edits_note:
            self.note.setFocus()

    def _add_facts(self) -> int:
        """Add them, and give how high they are."""
        inside = QWidget()
        grid = QGridLayout(inside)
        grid.setContentsMargins(0, 0, 12, 0)
        grid.setHorizontalSpacing(20)
        grid.setVerticalSpacing(8)
        grid.setColumnStretch(1, 1)
        rows = [(title, text) for title, text in (*self._of_file(), *self._of_header(), *self._of_origin()) if text]
        for number, (title, text) in enumerate(rows):
            value = ElidedLabel(mode=Qt.TextElideMode.ElideMiddle)
            value.setText(text)
            grid.addWidget(PlainLabel(title, "secondary"), number, 0)
            grid.addWidget(value, number, 1)
        grid.setRowStretch(len(rows), 1)
        area = QScrollArea()
        area.setFrameShape(QFrame.Shape.NoFrame)
        area.setWidgetResizable(True)
        area.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        area.setWidget(inside)
        area.setAccessibleName(self.tr("What is known of the model"))
        self.content.addWidget(area, 1)
        return inside.sizeHint().height()

    def _of_file(self) -> Sequence[tuple[str, str]]:
        file, number = self._file, self._words.levels.number
        size = self._words.levels.size(file.size_bytes)
        if file.shards:
            size = self.tr("{size} in %n file(s)", "", len(file.shards) + 1).format(size=size)
        used = QDateTime.fromMSecsSinceEpoch(self._note.used_ms)
        return (
            (self.tr("File"), str(file.path)),
            (self.tr("Size"), size),
            *((self.tr("Also lies in"), str(path)) for path in file.copies),
            (self.tr("Belongs to"), store_name(file.store)),
            (self.tr("Last used"), QLocale().toString(used, QLocale.FormatType.ShortFormat) if self._note.used_ms else ""),
            (
                self.tr("Speed here"),
                self.tr("{n} tokens/s").format(n=number(round(self._note.tokens_per_s))) if self._note.tokens_per_s else "",
            ),
            (self.tr("Projector"), str(file.projector or "")),
            (self.tr("Draft model"), self._draft),
            *((self.tr("Draft file beside it"), path.name) for path in file.drafts),
        )

    def _of_header(self) -> Sequence[tuple[str, str]]:
        levels, facts = self._words.levels, self._file.facts
        if facts is None:
            return ((self.tr("Quantization"), self._file.quantization),)
        return (
            (self.tr("Name in the file"), facts.title),
            (self.tr("Architecture"), facts.architecture),
            (self.tr("Parameters"), facts.size_label),
            (self.tr("Quantization"), self._file.quantization),
            (self.tr("Layers"), levels.number(facts.n_layers) if facts.n_layers else ""),
            (self.tr("Vocabulary"), self.tr("{n} tokens").format(n=levels.number(facts.n_vocab)) if facts.n_vocab else ""),
            (self.tr("Context"), self.tr("{n} tokens").format(n=levels.number(facts.n_ctx_train)) if facts.n_ctx_train else ""),
            (self.tr("Licence"), levels.license(facts.license)),
        )

    def _of_origin(self) -> Sequence[tuple[str, str]]:
        file, note = self._file, self._note
        return (
            (self.tr("From"), note.repository or file.repository),
            (self.tr("Revision"), note.revision or file.revision),
            (self.tr("SHA-256"), note.sha256 or file.sha256),
        )

    def _add_note(self) -> QPlainTextEdit:
        self.add_text(self.tr("Your note"), "strong")
        note = QPlainTextEdit(self._note.text)
        note.setTabChangesFocus(True)
        note.setFixedHeight(self._theme.scaled(_NOTE_HEIGHT))
        note.setAccessibleName(self.tr("Your note"))
        note.setPlaceholderText(self.tr("What it is good at, say"))
        self.content.addWidget(note)
        return note

    @Slot()
    def _on_folder_clicked(self) -> None:
        self.folder_requested.emit(self._file.path)

    @Slot()
    def _on_save_clicked(self) -> None:
        text = self.note.toPlainText().strip()[:N_NOTE_CHARACTERS_MAX]
        if text != self._note.text:
            self.note_changed.emit(self._file.path, text)
        self.accept()
