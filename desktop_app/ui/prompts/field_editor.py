"""What is declared about one variable, to be changed: its kind, words, help, default, and what belongs to the kind."""

from __future__ import annotations

from functools import partial
from typing import Any

from PySide6.QtCore import QEvent, Qt, Signal, Slot
from PySide6.QtWidgets import QGridLayout, QHBoxLayout, QLineEdit, QVBoxLayout, QWidget

from desktop_app.templates.template import KINDS, Field
from desktop_app.ui.field_words import FieldWords, choices_in, choices_text
from desktop_app.ui.theme import Theme
from desktop_app.ui.typed_number import number_in, number_text
from desktop_app.ui.widgets.check_box import CheckBox
from desktop_app.ui.widgets.choice_box import ChoiceBox
from desktop_app.ui.widgets.ends import EndsLayout
from desktop_app.ui.widgets.labels import ElidedLabel, PlainLabel, plain_tooltip


class FieldEditor(QWidget):
    """One variable.

    Signals:
        changed()
    """

    changed = Signal()

    def __init__(self, field: Field, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._field = field
        self._edited: set[str] = set()
        """Lines that the person has changed: what stands in the others is as it was, whatever a line shows of it."""
        self._is_filling = True
        self._words = FieldWords(self)
        self._kind = ChoiceBox(theme)
        self._kind.addItems(list(self._words.kinds().values()))
        self._kind.setCurrentIndex(KINDS.index(field.kind))
        self._kind.currentIndexChanged.connect(self._on_kind_changed)
        self._required = CheckBox("", theme)
        self._required.setChecked(field.is_required)
        self._required.toggled.connect(self._on_changed)
        self._lines = self._make_lines()
        self._build()
        self.set_theme(theme)
        self._retranslate()
        self._show_fitting()
        self._is_filling = False

    def _make_lines(self) -> dict[str, tuple[PlainLabel, QLineEdit]]:
        field, locale = self._field, self.locale()
        bounds = [number_text(one, locale) if one is not None else "" for one in (field.minimum, field.maximum)]
        values = {
            "label": field.label,
            "help": field.help,
            "default": field.default,
            "choices": choices_text(field.choices),
            "minimum": bounds[0],
            "maximum": bounds[1],
            "checked": field.checked,
            "unchecked": field.unchecked,
        }
        lines = {}
        for name, value in values.items():
            edit = QLineEdit(value)
            edit.setCursorPosition(0)
            edit.textChanged.connect(partial(self._on_edited, name))
            caption = PlainLabel("", "caption")
            caption.setWordWrap(True)
            caption.setAlignment(Qt.AlignmentFlag.AlignBottom)
            caption.setContentsMargins(0, 4, 0, 0)
            lines[name] = (caption, edit)
        return lines

    def _build(self) -> None:
        name = ElidedLabel("strong")
        name.setText(self._field.name)
        at_right = QWidget()
        pair = QHBoxLayout(at_right)
        pair.setContentsMargins(0, 0, 0, 0)
        pair.setSpacing(8)
        pair.addWidget(self._kind)
        pair.addWidget(self._required)
        head = EndsLayout()
        head.addWidget(name)
        head.set_right(at_right)
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

    def set_theme(self, theme: Theme) -> None:
        """Take other colours, and the size of the text."""
        for part in (self._kind, self._required):
            part.set_theme(theme)
        for _, edit in self._lines.values():
            edit.setMinimumHeight(theme.row(32))

    def changeEvent(self, event: QEvent) -> None:
        """Speak the new language."""
        super().changeEvent(event)
        if event.type() is QEvent.Type.LanguageChange:
            self._retranslate()

    def _retranslate(self) -> None:
        name = self._field.name
        for number, words in enumerate(self._words.kinds().values()):
            self._kind.setItemText(number, words)
        self._kind.setAccessibleName(self.tr("Kind of “{name}”").format(name=name))
        self._required.set_words(self.tr("Required"))
        parts = self._words.parts()
        for part, (caption, edit) in self._lines.items():
            caption.setText(parts[part])
            edit.setAccessibleName(f"{name}: {parts[part]}")
        hint = self.tr("A choice that holds a semicolon stands in quotes.")
        self._lines["choices"][1].setToolTip(plain_tooltip(hint))
        self._lines["choices"][1].setAccessibleDescription(hint)

    def field(self) -> Field:
        """Give the declaration as it stands."""
        lines = {name: self._typed(name) for name in self._edited}
        kind = KINDS[self._kind.currentIndex()]
        return self._field.replaced(kind=kind, is_required=self._required.isChecked(), **lines)

    def _typed(self, name: str) -> Any:
        text = self._lines[name][1].text()
        match name:
            case "choices":
                return choices_in(text)
            case "minimum" | "maximum":
                return number_in(text, self.locale())
            case "label" | "help":
                return text.strip()
        return text

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

    def _on_edited(self, name: str, _text: str) -> None:
        self._edited.add(name)
        self._on_changed()

    @Slot()
    def _on_changed(self) -> None:
        if not self._is_filling:
            self.changed.emit()
