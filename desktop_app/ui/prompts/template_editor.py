"""One prompt template, to be written: title, folder, text with its mistakes marked, and its variables.

What is typed is stored after a moment, and when the editor goes; what the template was before the first change is
kept as a version.
"""

from __future__ import annotations

from PySide6.QtCore import QEvent, QTimer, Signal, Slot
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLineEdit, QPlainTextEdit, QPushButton, QScrollArea, QVBoxLayout, QWidget

from desktop_app.templates.syntax import mistakes
from desktop_app.templates.template import N_TITLE_MAX, Field, PromptTemplate
from desktop_app.ui.error_text import ErrorText
from desktop_app.ui.prompts.field_editor import FieldEditor
from desktop_app.ui.prompts.marks import TemplateMarks
from desktop_app.ui.theme import Theme
from desktop_app.ui.widgets.flow import FlowLayout
from desktop_app.ui.widgets.labels import PlainLabel

SAVE_MS = 600
COLUMN = 720
N_FIELDS_MAX = 60
"""Rows for variables; each takes 1.5 ms to make, and a pasted file may have thousands."""


class TemplateEditor(QWidget):
    """The editor. Of a template that comes with the application it shows everything and changes nothing.

    Signals:
        changed(PromptTemplate): to be stored.
        try_requested(PromptTemplate), copy_requested(PromptTemplate), versions_requested(PromptTemplate),
            remove_requested(PromptTemplate): buttons.
    """

    changed = Signal(object)
    try_requested = Signal(object)
    copy_requested = Signal(object)
    versions_requested = Signal(object)
    remove_requested = Signal(object)

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._theme = theme
        self._template: PromptTemplate | None = None
        self._is_filling = False
        self._fields: dict[str, FieldEditor] = {}
        self._declared: dict[str, Field] = {}
        """Also of variables that are not in the text at the moment: they may come back while somebody types."""
        self.title = QLineEdit()
        self.title.setMaxLength(N_TITLE_MAX)
        self.folder = QLineEdit()
        self.folder.setMaxLength(N_TITLE_MAX)
        self.text = QPlainTextEdit()
        self.text.setTabChangesFocus(True)
        self._marks = TemplateMarks(self.text.document(), theme)
        self.problem = PlainLabel("", "warning")
        self.problem.setWordWrap(True)
        self.hint = PlainLabel("", "caption")
        self.hint.setWordWrap(True)
        self._more = PlainLabel("", "caption")
        self._more.setWordWrap(True)
        self._error_text = ErrorText(self)
        self._timer = QTimer(self, singleShot=True, interval=SAVE_MS)
        self._timer.timeout.connect(self.store)
        self._labels = [PlainLabel("", "secondary") for _ in range(4)]
        self._buttons = {name: self._button(name) for name in ("try", "copy", "versions", "remove")}
        for edit in (self.title, self.folder):
            edit.textChanged.connect(self._on_edited)
        self.text.textChanged.connect(self._on_text_changed)
        self._build()
        self._retranslate()

    def _button(self, name: str) -> QPushButton:
        button = QPushButton()
        button.setAutoDefault(False)
        signals = {
            "try": self.try_requested,
            "copy": self.copy_requested,
            "versions": self.versions_requested,
            "remove": self.remove_requested,
        }
        button.clicked.connect(lambda: self._on_button_clicked(signals[name]))
        return button

    def _build(self) -> None:
        inside = QWidget()
        form = QVBoxLayout(inside)
        form.setContentsMargins(24, 20, 24, 24)
        form.setSpacing(6)
        top = QHBoxLayout()
        top.setSpacing(12)
        for stretch, label, edit in ((2, self._labels[0], self.title), (1, self._labels[1], self.folder)):
            edit.setMinimumHeight(self._theme.scaled(36))
            pair = QVBoxLayout()
            pair.setSpacing(4)
            pair.addWidget(label)
            pair.addWidget(edit)
            top.addLayout(pair, stretch)
        form.addLayout(top)
        form.addSpacing(6)
        form.addWidget(self._labels[2])
        self.text.setMinimumHeight(self._theme.scaled(200))
        form.addWidget(self.text, 1)
        form.addWidget(self.problem)
        form.addWidget(self.hint)
        form.addSpacing(6)
        form.addWidget(self._labels[3])
        self._variables = QVBoxLayout()
        self._variables.setSpacing(12)
        form.addLayout(self._variables)
        form.addWidget(self._more)
        form.addSpacing(8)
        row = FlowLayout(8)
        for button in self._buttons.values():
            row.addWidget(button)
        form.addLayout(row)
        self._area = QScrollArea()
        self._area.setFrameShape(QFrame.Shape.NoFrame)
        self._area.setWidgetResizable(True)
        inside.setMaximumWidth(self._theme.scaled(COLUMN) + 48)
        self._area.setWidget(inside)
        whole = QVBoxLayout(self)
        whole.setContentsMargins(0, 0, 0, 0)
        whole.addWidget(self._area)

    @property
    def template(self) -> PromptTemplate | None:
        """What is on show, as it stands in the fields."""
        if self._template is None or self._template.is_shipped:
            return self._template
        declared = self._declared | {name: editor.field() for name, editor in self._fields.items()}
        fields = tuple(field for name, field in declared.items() if field != Field(name))
        title = " ".join(self.title.text().split()) or self._template.title
        folder = " ".join(self.folder.text().split())
        return self._template.replaced(title=title, folder=folder, text=self.text.toPlainText(), fields=fields)

    def show_template(self, template: PromptTemplate | None) -> None:
        """Show another one; what was changed of the one before is stored."""
        self.store()
        self._is_filling = True
        self._template = template
        self._declared = {field.name: field for field in template.fields} if template is not None else {}
        self._area.setVisible(template is not None)
        if template is not None:
            is_ours = template.is_shipped
            self.title.setText(template.title)
            self.folder.setText(template.folder)
            self.text.setPlainText(template.text)
            for edit in (self.title, self.folder, self.text):
                edit.setReadOnly(is_ours)
            self._buttons["versions"].setVisible(not is_ours)
            self._buttons["remove"].setVisible(not is_ours)
            self._area.verticalScrollBar().setValue(0)
        self._drop_fields()
        self._is_filling = False
        self._show_variables()
        self._retranslate()

    def set_theme(self, theme: Theme) -> None:
        """Take other colours."""
        self._theme = theme
        self._marks.set_theme(theme)

    def _drop_fields(self) -> None:
        for editor in self._fields.values():
            self._variables.removeWidget(editor)
            editor.deleteLater()
        self._fields = {}

    def _show_variables(self) -> None:
        """Have a row for every variable of the text, in its order, and say what is wrong with the text."""
        if self._template is None:
            return
        text = self.text.toPlainText()
        wrong = mistakes(text)
        self.problem.setText(self._error_text.describe(wrong[0]).sentence if wrong else "")
        self.problem.setVisible(bool(wrong))
        self.text.setAccessibleDescription(self.problem.text())
        every = [field.name for field in self._template.replaced(text=text).form()]
        names = every[:N_FIELDS_MAX]
        self._more.setVisible(len(every) > len(names))
        self._labels[3].setVisible(bool(names))
        if names == list(self._fields):
            return
        for name in [name for name in self._fields if name not in names]:
            editor = self._fields.pop(name)
            self._declared[name] = editor.field()
            self._variables.removeWidget(editor)
            editor.hide()
            editor.deleteLater()
        before, self._fields = self._fields, {}
        for place, name in enumerate(names):
            if name in before:
                self._fields[name] = before[name]
            else:
                self._fields[name] = editor = FieldEditor(self._declared.get(name, Field(name)), self._theme)
                editor.setEnabled(not self._template.is_shipped)
                editor.changed.connect(self._on_edited)
            self._variables.insertWidget(place, self._fields[name])

    @Slot()
    def store(self) -> None:
        """Have what was changed stored now."""
        self._timer.stop()
        template = self.template
        if template is not None and template != self._template:
            self._template = template
            self.changed.emit(template)

    @Slot()
    def _on_text_changed(self) -> None:
        if not self._is_filling:
            self._show_variables()
            self._on_edited()

    @Slot()
    def _on_edited(self) -> None:
        # After the first key that is not stored, not after the last: who types without a pause must not lose a page.
        if not self._is_filling and not self._timer.isActive():
            self._timer.start()

    def _on_button_clicked(self, signal: object) -> None:
        self.store()
        if self._template is not None:
            signal.emit(self._template)  # type: ignore[attr-defined]

    def changeEvent(self, event: QEvent) -> None:
        """Speak the new language."""
        super().changeEvent(event)
        if event.type() is QEvent.Type.LanguageChange:
            self._retranslate()

    def _retranslate(self) -> None:
        is_ours = self._template is not None and self._template.is_shipped
        words = (self.tr("Title"), self.tr("Folder"), self.tr("Text"), self.tr("Variables"))
        for label, text in zip(self._labels, words, strict=True):
            label.setText(text)
        for edit, text in ((self.title, words[0]), (self.folder, words[1]), (self.text, words[2])):
            edit.setAccessibleName(text)
        # Not by format(): the braces in the sentence are meant.
        usual = self.tr("Write {{name}} where a value is to be asked for; it is put in as it is.")
        self.hint.setText(self.tr("This one comes with Hearth; make a copy to change it.") if is_ours else usual)
        more = self.tr("Only the first {number} variables can be described here; the others are asked for all the same.")
        self._more.setText(more.format(number=N_FIELDS_MAX))
        self._buttons["try"].setText(self.tr("Try it"))
        self._buttons["copy"].setText(self.tr("Make a copy"))
        self._buttons["versions"].setText(self.tr("Earlier versions…"))
        self._buttons["remove"].setText(self.tr("Remove"))
