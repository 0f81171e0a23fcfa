"""The form of a prompt template: a field for each variable, and what will be said, as it stands so far."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from PySide6 import QtWidgets
from PySide6.QtCore import Qt, Signal, Slot
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QFrame, QHBoxLayout, QPlainTextEdit, QScrollArea, QVBoxLayout, QWidget

from desktop_app.chat.instructions import MACROS
from desktop_app.errors import AppError
from desktop_app.services.text_files import TextFiles
from desktop_app.templates.render import Unfit, filled_in, unfit, value_of
from desktop_app.templates.template import Field, PromptTemplate
from desktop_app.ui.dialogs.dialog import Dialog
from desktop_app.ui.dialogs.prompt_fields import FieldRow
from desktop_app.ui.error_text import ErrorText
from desktop_app.ui.theme import Theme
from desktop_app.ui.typed_number import number_in, number_text
from desktop_app.ui.widgets.day_field import EXAMPLE, day_text
from desktop_app.ui.widgets.labels import PlainLabel

WIDTH, FORM_WIDTH = 840, 380


class PromptForm(Dialog):
    """Asks for the values of `template`; `offered` are first values by kind or by name of a variable.

    `is_new_chat`: whether the chat it is for is empty: it takes over the instructions of the template.

    Signals:
        insert_requested(text, instructions), send_requested(text, instructions): the filled template.
    """

    insert_requested = Signal(str, str)
    send_requested = Signal(str, str)

    def __init__(
        self,
        template: PromptTemplate,
        offered: Mapping[str, str],
        theme: Theme,
        parent: QWidget,
        *,
        is_new_chat: bool = True,
    ) -> None:
        super().__init__(template.title, theme, parent)
        self._template = template
        self._is_new_chat = is_new_chat
        self._theme = theme
        self._files = TextFiles(self)
        self._files.file_read.connect(self._on_file_read)
        self._files.failed.connect(self._on_file_failed)
        self._rows = {field.name: self._row(field, offered) for field in template.form()}
        self._preview = QPlainTextEdit()
        self._preview.setReadOnly(True)
        self._preview.setTabChangesFocus(True)
        self._preview.setAccessibleName(self.tr("What will be sent"))
        self._build()
        self.add_button(self.tr("Cancel")).clicked.connect(self.reject)
        self.add_button(self.tr("Insert")).clicked.connect(self._on_insert_clicked)
        self.add_button(self.tr("Send"), is_primary=True).clicked.connect(self._on_send_clicked)
        self.finish_layout()
        height = min(theme.scaled(200 + 88 * len(self._rows)), theme.scaled(560), parent.height() - 40)
        self.resize(theme.scaled(WIDTH), max(theme.scaled(360), height))
        self._refresh()
        next(iter(self._rows.values())).begin()

    def _row(self, field: Field, offered: Mapping[str, str]) -> FieldRow:
        row = FieldRow(field, offered.get(field.name if field.name in MACROS else field.kind, ""), self._theme)
        row.changed.connect(self._refresh)
        row.file_requested.connect(self._on_file_requested)
        return row

    def _build(self) -> None:
        inside = QWidget()
        form = QVBoxLayout(inside)
        form.setContentsMargins(0, 4, 12, 4)
        form.setSpacing(12)
        for row in self._rows.values():
            form.addWidget(row)
        form.addStretch(1)
        area = QScrollArea()
        area.setFrameShape(QFrame.Shape.NoFrame)
        area.setWidgetResizable(True)
        area.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        area.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        area.setMinimumWidth(self._theme.scaled(FORM_WIDTH))
        area.setWidget(inside)
        shown = QVBoxLayout()
        shown.setSpacing(4)
        shown.setContentsMargins(0, 4, 0, 4)
        shown.addWidget(PlainLabel(self.tr("What will be sent"), "secondary"))
        shown.addWidget(self._preview, 1)
        columns = QHBoxLayout()
        columns.setSpacing(12)
        columns.addWidget(area, 1)
        columns.addLayout(shown, 1)
        self.content.addLayout(columns, 1)
        if self._template.system_prompt.strip():
            here = self.tr("The template’s instructions apply if this chat has none of its own.")
            left_out = self.tr("Its instructions are for a new chat; here only the text is used.")
            self.add_text(here if self._is_new_chat else left_out, "secondary")

    def values(self) -> dict[str, str]:
        """Give what stands in the fields."""
        return {name: row.value() for name, row in self._rows.items()}

    @Slot()
    def _refresh(self) -> None:
        filled = {name: self._shown(row) for name, row in self._rows.items()}
        self._preview.setPlainText(filled_in(self._template.text, filled))

    def _shown(self, row: FieldRow) -> str:
        """Give what stands in the preview: what will be put in, or the place of what is needed."""
        is_missing = unfit(row.field, row.value()) == "missing"
        return row.place if is_missing else value_of(row.field, row.value())

    def _filled(self) -> tuple[str, str] | None:
        """Give text and instructions of the filled template; None when a field does not fit, which it says then."""
        wrong: list[FieldRow] = []
        for row in self._rows.values():
            problem = unfit(row.field, row.value(), lambda text: number_in(text, self.locale()))
            row.set_problem(self._problem(row.field, problem) if problem else "")
            if problem:
                wrong.append(row)
        if wrong:
            wrong[0].begin()
            return None
        values = {name: value_of(row.field, row.value()) for name, row in self._rows.items()}
        return filled_in(self._template.text, values), filled_in(self._template.system_prompt, values)

    def _problem(self, field: Field, problem: Unfit) -> str:
        match problem:
            case "not_a_number":
                return self.tr("Write a number.")
            case "too_small":
                return self.tr("At least {number}.").format(number=number_text(field.minimum or 0, self.locale()))
            case "too_large":
                return self.tr("At most {number}.").format(number=number_text(field.maximum or 0, self.locale()))
            case "not_a_day":
                return self.tr("Write a day as in {day}.").format(day=day_text(EXAMPLE))
            case "not_a_choice":
                return self.tr("Choose one of the list.")
        return self.tr("This is needed.")

    @Slot()
    def _on_insert_clicked(self) -> None:
        filled = self._filled()
        if filled is not None:
            self.accept()
            self.insert_requested.emit(*filled)

    @Slot()
    def _on_send_clicked(self) -> None:
        filled = self._filled()
        if filled is not None:
            self.accept()
            self.send_requested.emit(*filled)

    @Slot(str)
    def _on_file_requested(self, name: str) -> None:
        dialog = QtWidgets.QFileDialog(self, self.tr("Choose a text file"))
        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        dialog.setFileMode(QtWidgets.QFileDialog.FileMode.ExistingFile)
        dialog.fileSelected.connect(lambda path: self._files.read(name, Path(path)))
        dialog.open()

    @Slot(str, object)
    def _on_file_read(self, name: str, attachment: object) -> None:
        self._rows[name].set_value(getattr(attachment, "text", ""))

    @Slot(str, object)
    def _on_file_failed(self, name: str, error: AppError) -> None:
        self._rows[name].set_problem(ErrorText(self).describe(error).sentence)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Send with Ctrl and Enter, from any field."""
        is_enter = event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter)
        if is_enter and event.modifiers() & Qt.KeyboardModifier.ControlModifier:
            self._on_send_clicked()
        else:
            super().keyPressEvent(event)

    def done(self, result: int) -> None:
        """Wait for a file that is being read."""
        self._files.close()
        super().done(result)
