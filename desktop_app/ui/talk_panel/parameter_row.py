"""One parameter of the full view: its name, its value, a mark when it was chosen here, and the way back."""

from __future__ import annotations

import json
from typing import Any

from PySide6.QtCore import Signal, Slot
from PySide6.QtWidgets import QHBoxLayout, QLineEdit, QVBoxLayout, QWidget

from desktop_app.engine.parameters import SamplingParameters
from desktop_app.record import Record
from desktop_app.ui.theme import Theme
from desktop_app.ui.widgets.buttons import IconButton
from desktop_app.ui.widgets.labels import PlainLabel, plain_tooltip


class Parameter(Record):
    """What the full view knows of a parameter. `kind`: "number", "whole", "texts" or "json"."""

    name: str
    label: str
    help: str
    kind: str = "number"
    lowest: float = 0.0
    highest: float = 1.0


def read(parameter: Parameter, text: str) -> Any:
    """Give the value that `text` means. Raises: ValueError when it is none, or out of range."""
    if parameter.kind == "texts":
        return tuple(one for one in text.split("\\n") if one)
    if parameter.kind == "json":
        if text.strip():
            json.loads(text)
        return text.strip()
    value = int(text) if parameter.kind == "whole" else float(text.replace(",", "."))
    if not parameter.lowest <= value <= parameter.highest:  # not a number, too
        raise ValueError(text)
    return value


def written(value: Any) -> str:
    """Give a value as it stands in its field."""
    if isinstance(value, tuple):
        return "\\n".join(value)
    return f"{value:g}" if isinstance(value, float) else str(value)


class ParameterRow(QWidget):
    """The row; an empty field leaves the parameter to the model's author, or to its default.

    Signals:
        chosen(name, value); dropped(name): it is not chosen here any more.
    """

    chosen = Signal(str, object)
    dropped = Signal(str)

    def __init__(self, parameter: Parameter, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.parameter = parameter
        self._label = PlainLabel(parameter.label, "secondary")
        self._label.setToolTip(plain_tooltip(parameter.help))
        self.edit = QLineEdit()
        self.edit.setMinimumHeight(theme.scaled(32))
        self.edit.setAccessibleName(parameter.label)
        self.edit.setAccessibleDescription(parameter.help)
        self.edit.setToolTip(plain_tooltip(parameter.help))
        self.edit.setPlaceholderText(written(getattr(SamplingParameters(), parameter.name)))
        self.edit.editingFinished.connect(self._on_edited)
        self.reset = IconButton("restore", theme)
        self.reset.set_words(self.tr("Leave it to the model"))
        self.reset.clicked.connect(self._on_reset_clicked)
        policy = self.reset.sizePolicy()
        policy.setRetainSizeWhenHidden(True)
        self.reset.setSizePolicy(policy)
        self.problem = PlainLabel("", "warning")
        self.problem.setWordWrap(True)
        self.problem.hide()
        line = QHBoxLayout()
        line.setSpacing(4)
        line.addWidget(self.edit, 1)
        line.addWidget(self.reset)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(2)
        column.addWidget(self._label)
        column.addLayout(line)
        column.addWidget(self.problem)

    def set_theme(self, theme: Theme) -> None:
        """Take other colours."""
        self.reset.set_theme(theme)

    def show_value(self, chosen: dict[str, Any]) -> None:
        """Show what is chosen here, if anything is."""
        is_chosen = self.parameter.name in chosen
        self.edit.setText(written(chosen[self.parameter.name]) if is_chosen else "")
        self.reset.setVisible(is_chosen)
        self._label.setProperty("kind", "strong" if is_chosen else "secondary")
        self._label.style().polish(self._label)
        self.problem.hide()

    @Slot()
    def _on_edited(self) -> None:
        text = self.edit.text()
        if not text.strip():
            self.dropped.emit(self.parameter.name)
            return
        try:
            value = read(self.parameter, text)
        except ValueError:
            self.problem.setText(self._sentence())
            self.problem.show()
            return
        self.problem.hide()
        self.chosen.emit(self.parameter.name, value)

    def _sentence(self) -> str:
        if self.parameter.kind == "json":
            return self.tr("This is no JSON.")
        low, high = (self.locale().toString(float(one)) for one in (self.parameter.lowest, self.parameter.highest))
        return self.tr("Write a number from {low} to {high}.").format(low=low, high=high)

    @Slot()
    def _on_reset_clicked(self) -> None:
        self.dropped.emit(self.parameter.name)
        self.edit.setFocus()
