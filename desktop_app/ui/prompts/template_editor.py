"""One prompt template, to be written: title, folder, text with its mistakes marked, and its variables.

What the template was before the first change is kept as a version.
"""

from __future__ import annotations

from itertools import chain, islice

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QHBoxLayout, QLineEdit, QPlainTextEdit, QVBoxLayout, QWidget

from desktop_app.errors import TemplateSyntaxError
from desktop_app.templates.syntax import Variable, places
from desktop_app.templates.template import N_TITLE_MAX, Field, PromptTemplate
from desktop_app.ui.prompts.field_editor import FieldEditor
from desktop_app.ui.theme import Theme
from desktop_app.ui.widgets.collection_editor import N_PLACES_MAX, CollectionEditor
from desktop_app.ui.widgets.variable_marks import VariableMarks

N_FIELDS_MAX = 60
"""Rows for variables; each takes 1.5 ms to make, and a pasted file may have thousands."""


class TemplateEditor(CollectionEditor):
    """The editor.

    Signals:
        try_requested(PromptTemplate), versions_requested(PromptTemplate): buttons.
    """

    try_requested = Signal(object)
    versions_requested = Signal(object)

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(theme, 5, parent)
        self._fields: dict[str, FieldEditor] = {}
        self._declared: dict[str, Field] = {}
        """Also of variables that are not in the text at the moment: they may come back while somebody types."""
        self.title, self.folder = QLineEdit(), QLineEdit()
        for edit in (self.title, self.folder):
            edit.setMaxLength(N_TITLE_MAX)
        self.text, self.instructions = QPlainTextEdit(), QPlainTextEdit()
        self._marks = [VariableMarks(edit.document(), theme) for edit in (self.text, self.instructions)]
        self._more = self.wrapped("caption")
        self.try_it, self.versions = self.button(self.try_requested), self.button(self.versions_requested)
        self.edits = (self.title, self.folder, self.text, self.instructions)
        self.texts = (self.text, self.instructions)
        self.own_only = (self.versions, self.remove)
        self._build()

    def _build(self) -> None:
        form = QVBoxLayout()
        form.addLayout(self._top())
        form.addSpacing(6)
        form.addWidget(self.labels[2])
        form.addWidget(self.text, 1)
        form.addWidget(self.problem)
        form.addWidget(self.hint)
        form.addSpacing(6)
        form.addWidget(self.labels[3])
        form.addWidget(self.instructions)
        form.addSpacing(6)
        form.addWidget(self.labels[4])
        self._variables = QVBoxLayout()
        self._variables.setSpacing(12)
        form.addLayout(self._variables)
        form.addWidget(self._more)
        form.addSpacing(8)
        self.build(form, (self.try_it, self.copy, self.versions, self.remove))

    def _top(self) -> QHBoxLayout:
        """Give the title, and the folder beside it."""
        top = QHBoxLayout()
        top.setSpacing(12)
        for stretch, label, edit in ((2, self.labels[0], self.title), (1, self.labels[1], self.folder)):
            pair = QVBoxLayout()
            pair.setSpacing(4)
            pair.addWidget(label)
            pair.addWidget(edit)
            top.addLayout(pair, stretch)
        return top

    def set_sizes(self) -> None:
        """Be as large as the person's font asks for."""
        super().set_sizes()
        for edit in (self.title, self.folder):
            edit.setMinimumHeight(self._theme.row(36))
        self.text.setMinimumHeight(self._theme.scaled(200))
        self.instructions.setFixedHeight(self._theme.scaled(72))

    # What is on show

    def typed(self, stored: PromptTemplate) -> PromptTemplate:
        """Give it as it stands in the fields."""
        declared = self._declared | {name: editor.field() for name, editor in self._fields.items()}
        fields = tuple(field for name, field in declared.items() if field != Field(name))
        title = " ".join(self.title.text().split()) or stored.title
        folder = " ".join(self.folder.text().split())
        texts = {"text": self.text.toPlainText(), "system_prompt": self.instructions.toPlainText()}
        return stored.replaced(title=title, folder=folder, fields=fields, **texts)

    def fill(self, value: PromptTemplate) -> None:
        """Put a template into the fields."""
        self._declared = {field.name: field for field in value.fields}
        for editor in self._fields.values():
            self._drop(editor)
        self._fields = {}
        self.title.setText(value.title)
        self.folder.setText(value.folder)
        self.text.setPlainText(value.text)
        self.instructions.setPlainText(value.system_prompt)

    def set_theme(self, theme: Theme) -> None:
        """Take other colours."""
        super().set_theme(theme)
        for marks in self._marks:
            marks.set_theme(theme)
        for editor in self._fields.values():
            editor.set_theme(theme)

    # Variables and mistakes

    def check(self) -> None:
        """Have a row for every variable of the texts, in their order, and say what is wrong with them."""
        found = chain.from_iterable(islice(places(edit.toPlainText()), N_PLACES_MAX) for edit in self.texts)
        variables: dict[str, None] = {}
        wrong: TemplateSyntaxError | None = None
        for place in found:
            if isinstance(place, Variable):
                variables[place.name] = None
            else:
                wrong = wrong or place
        self.say_problem(self._error_text.describe(wrong).sentence if wrong is not None else "")
        names = list(variables)[:N_FIELDS_MAX]
        self._more.setVisible(len(variables) > len(names))
        self.labels[4].setVisible(bool(names))
        if names != list(self._fields):
            self._show_rows(names)

    def _show_rows(self, names: list[str]) -> None:
        for name in [name for name in self._fields if name not in names]:
            editor = self._fields.pop(name)
            self._declared[name] = editor.field()
            self._drop(editor)
        self._fields = {name: self._fields.get(name) or self._new_row(name) for name in names}
        for place, editor in enumerate(self._fields.values()):
            self._variables.insertWidget(place, editor)

    def _new_row(self, name: str) -> FieldEditor:
        editor = FieldEditor(self._declared.get(name, Field(name)), self._theme)
        editor.setEnabled(not self.is_ours)
        editor.changed.connect(self.on_edited)
        return editor

    def _drop(self, editor: FieldEditor) -> None:
        self._variables.removeWidget(editor)
        editor.hide()
        editor.deleteLater()

    # The words

    def usual_hint(self) -> str:
        """Say what a variable is."""
        return self.tr("Write {{name}} where a value is to be asked for; it is put in as it is.")

    def retranslate(self) -> None:
        """Say the words of the fields."""
        super().retranslate()
        instructions = self.tr("Instructions for a new chat with it (optional)")
        words = (self.tr("Title"), self.tr("Folder"), self.tr("Text"), instructions, self.tr("Variables"))
        for label, text in zip(self.labels, words, strict=True):
            label.setText(text)
        for edit, text in zip(self.edits, words, strict=False):
            edit.setAccessibleName(text)
        more = self.tr("Only the first {number} variables can be described here; the others are asked for all the same.")
        self._more.setText(more.format(number=N_FIELDS_MAX))
        self.try_it.setText(self.tr("Try it"))
        self.versions.setText(self.tr("Earlier versions…"))
