"""What is declared about one variable, to be changed: its kind, words, help, default, and what belongs to the kind."""

from __future__ import annotations

from PySide6.QtCore import Signal, Slot
from PySide6.QtWidgets import QGridLayout, QHBoxLayout, QLineEdit, QVBoxLayout, QWidget

from desktop_app.templates.template import KINDS, Field, Kind
from desktop_app.ui.theme import Theme
from desktop_app.ui.widgets.check_box import CheckBox
from desktop_app.ui.widgets.choice_box import ChoiceBox
from desktop_app.ui.widgets.labels import ElidedLabel


class FieldEditor(QWidget):
    """One variable.

    Signals:
        changed()
    """

    changed = Signal()

    def __init__(self, field: Field, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._field = field
        self._is_filling = True
        self._theme = theme
        self._kind = ChoiceBox(theme)
        self._kind.addItems(list(self._kind_words().values()))
        self._kind.setCurrentIndex(KINDS.index(field.kind))
        self._kind.setAccessibleName(self.tr("Kind of “{name}”").format(name=field.name))
        self._kind.currentIndexChanged.connect(self._on_kind_changed)
        self._required = CheckBox(self.tr("Needed"), theme)
        self._required.setChecked(field.is_required)
        self._required.toggled.connect(self._on_changed)
        self._lines = self._make_lines()
        self._build()
        self._show_fitting()
        self._is_filling = False

    def _kind_words(self) -> dict[Kind, str]:
        return {
            "text": self.tr("One line"), "long": self.tr("Several lines"), "choice": self.tr("Choice"),
            "number": self.tr("Number"), "date": self.tr("Date"), "check": self.tr("Yes or no"),
            "clipboard": self.tr("From the clipboard"), "selection": self.tr("From the selection"),
            "file": self.tr("From a file"),
        }  # fmt: skip

    def _make_lines(self) -> dict[str, tuple[ElidedLabel, QLineEdit]]:
        field = self._field
        number = self.locale().toString
        bounds = [number(float(one)) if one is not None else "" for one in (field.minimum, field.maximum)]
        words = {
            "label": (self.tr("Words before it"), field.label),
            "help": (self.tr("Help"), field.help),
            "default": (self.tr("At first"), field.default),
            "choices": (self.tr("Choices, separated by semicolons"), "; ".join(field.choices)),
            "minimum": (self.tr("At least"), bounds[0]),
            "maximum": (self.tr("At most"), bounds[1]),
            "checked": (self.tr("Inserted when yes"), field.checked),
            "unchecked": (self.tr("Inserted when no"), field.unchecked),
        }
        lines = {}
        for name, (label, value) in words.items():
            edit = QLineEdit(value)
            edit.setCursorPosition(0)
            edit.setMinimumHeight(self._theme.scaled(32))
            edit.setAccessibleName(f"{field.name}: {label}")
            edit.textChanged.connect(self._on_changed)
            caption = ElidedLabel("caption")
            caption.setText(label)
            caption.setContentsMargins(0, 4, 0, 0)
            lines[name] = (caption, edit)
        return lines

    def _build(self) -> None:
        head = QHBoxLayout()
        head.setSpacing(8)
        name = ElidedLabel("strong")
        name.setText(self._field.name)
        head.addWidget(name, 1)
        head.addWidget(self._kind)
        head.addWidget(self._required)
        grid = QGridLayout()
        grid.setHorizontalSpacing(12)
        grid.setVerticalSpacing(4)
        for number, (label, edit) in enumerate(self._lines.values()):
            row, column = divmod(number, 2)
            grid.addWidget(label, 2 * row, column)
            grid.addWidget(edit, 2 * row + 1, column)
        for column in (0, 1):
            grid.setColumnStretch(column, 1)
        whole = QVBoxLayout(self)
        whole.setContentsMargins(0, 4, 0, 4)
        whole.setSpacing(6)
        whole.addLayout(head)
        whole.addLayout(grid)

    def field(self) -> Field:
        """Give the declaration as it stands."""
        texts = {name: edit.text() for name, (_, edit) in self._lines.items()}
        choices = tuple(one.strip() for one in texts["choices"].replace("；", ";").split(";") if one.strip())
        return Field(
            name=self._field.name,
            kind=KINDS[self._kind.currentIndex()],
            label=texts["label"].strip(),
            help=texts["help"].strip(),
            default=texts["default"],
            is_required=self._required.isChecked(),
            choices=choices,
            minimum=self._number(texts["minimum"]),
            maximum=self._number(texts["maximum"]),
            checked=texts["checked"],
            unchecked=texts["unchecked"],
        )

    def _number(self, text: str) -> float | None:
        number, is_number = self.locale().toDouble(text.strip())
        return number if is_number else None

    def _show_fitting(self) -> None:
        """Show what belongs to the kind."""
        kind = KINDS[self._kind.currentIndex()]
        only = {
            "choices": ("choice",),
            "minimum": ("number",),
            "maximum": ("number",),
            "checked": ("check",),
            "unchecked": ("check",),
        }
        for name, (label, edit) in self._lines.items():
            is_fitting = kind in only.get(name, (kind,))
            label.setVisible(is_fitting)
            edit.setVisible(is_fitting)
        self._required.setVisible(kind != "check")

    @Slot()
    def _on_kind_changed(self) -> None:
        self._show_fitting()
        self._on_changed()

    @Slot()
    def _on_changed(self) -> None:
        if not self._is_filling:
            self.changed.emit()
