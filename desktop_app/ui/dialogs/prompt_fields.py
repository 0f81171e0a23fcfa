"""One row of the form of a prompt template: words, the field for its kind, help, and what is wrong with it."""

from __future__ import annotations

from datetime import datetime

from PySide6.QtCore import Qt, Signal, Slot
from PySide6.QtWidgets import QLineEdit, QPlainTextEdit, QPushButton, QVBoxLayout, QWidget

from desktop_app.templates.template import Field
from desktop_app.ui.theme import Theme
from desktop_app.ui.widgets.check_box import CheckBox
from desktop_app.ui.widgets.choice_box import ChoiceBox
from desktop_app.ui.widgets.day_field import DayField
from desktop_app.ui.widgets.labels import PlainLabel

N_CHARACTERS_MAX = 4_000_000
LONG_HEIGHT = 120


class FieldRow(QWidget):
    """The row.

    Signals:
        changed()
        file_requested(name): of the variable whose value a file is to give.
    """

    changed = Signal()
    file_requested = Signal(str)

    def __init__(self, field: Field, offered: str, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.field = field
        words = field.label or field.name
        self.place = f"‹{words}›"
        """What stands for the value in the preview while there is none and one is needed."""
        self._edit = self._make_edit(words, theme)
        self._problem = PlainLabel("", "warning")
        self._problem.setWordWrap(True)
        self._problem.hide()
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(4)
        if field.kind != "check":
            optional = words if field.is_required else self.tr("{name} (optional)").format(name=words)
            column.addWidget(PlainLabel(optional, "secondary"))
        column.addWidget(self._edit)
        if field.kind in ("long", "file", "clipboard", "selection"):
            column.addWidget(self._file_button(theme), 0, Qt.AlignmentFlag.AlignLeft)
        if field.help:
            help_ = PlainLabel(field.help, "caption")
            help_.setWordWrap(True)
            column.addWidget(help_)
        column.addWidget(self._problem)
        self.set_value(offered or self._default())

    def _default(self) -> str:
        if self.field.kind == "date" and self.field.default == "today":
            return datetime.now().astimezone().date().isoformat()
        return self.field.default

    def _make_edit(self, words: str, theme: Theme) -> QLineEdit | QPlainTextEdit | ChoiceBox | CheckBox | DayField:
        match self.field.kind:
            case "check":
                box = CheckBox(words, theme)
                box.toggled.connect(self._on_changed)
                return box
            case "choice":
                choice = ChoiceBox(theme)
                if not self.field.is_required:
                    choice.addItem(self.tr("None"), "")
                for one in self.field.choices:
                    choice.addItem(one, one)
                choice.setMinimumHeight(theme.row(36))
                choice.setAccessibleName(words)
                choice.currentIndexChanged.connect(self._on_changed)
                return choice
            case "date":
                day = DayField(words, theme)
                day.changed.connect(self._on_changed)
                return day
            case "text" | "number":
                line = QLineEdit()
                line.setMinimumHeight(theme.row(36))
                line.setAccessibleName(words)
                line.textChanged.connect(self._on_changed)
                return line
        text = QPlainTextEdit()
        text.setFixedHeight(theme.scaled(LONG_HEIGHT))
        text.setTabChangesFocus(True)
        text.setAccessibleName(words)
        text.textChanged.connect(self._on_changed)
        return text

    def _file_button(self, theme: Theme) -> QPushButton:
        button = QPushButton(self.tr("From a file…"))
        button.setProperty("kind", "small")
        button.setAutoDefault(False)
        button.clicked.connect(self._on_file_clicked)
        return button

    def value(self) -> str:
        """Give what stands in the field; of a check box "yes" or ""."""
        if isinstance(self._edit, CheckBox):
            return "yes" if self._edit.isChecked() else ""
        if isinstance(self._edit, ChoiceBox):
            return str(self._edit.currentData() or "")
        if isinstance(self._edit, DayField):
            return self._edit.value()
        return self._edit.text() if isinstance(self._edit, QLineEdit) else self._edit.toPlainText()

    def set_value(self, value: str) -> None:
        """Let `value` stand in the field."""
        if isinstance(self._edit, CheckBox):
            self._edit.setChecked(value == "yes")
        elif isinstance(self._edit, ChoiceBox):
            self._edit.setCurrentIndex(max(0, self._edit.findData(value)))
        elif isinstance(self._edit, DayField):
            self._edit.set_value(value)
        elif isinstance(self._edit, QLineEdit):
            self._edit.setText(value)
        else:
            self._edit.setPlainText(value[:N_CHARACTERS_MAX])

    def set_problem(self, sentence: str) -> None:
        """Say what is wrong; "": nothing is."""
        self._problem.setText(sentence)
        self._problem.setVisible(bool(sentence))
        if isinstance(self._edit, DayField):
            self._edit.describe(sentence)
        else:
            self._edit.setAccessibleDescription(sentence)

    def begin(self) -> None:
        """Take the keyboard."""
        self._edit.setFocus(Qt.FocusReason.OtherFocusReason)

    @Slot()
    def _on_changed(self) -> None:
        self.set_problem("")
        self.changed.emit()

    @Slot()
    def _on_file_clicked(self) -> None:
        self.file_requested.emit(self.field.name)
