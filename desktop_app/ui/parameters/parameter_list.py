"""All sampling parameters in groups that open and close, each with its value and where that comes from."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from PySide6.QtCore import QEvent, QTimer, Signal, Slot
from PySide6.QtGui import QShowEvent
from PySide6.QtWidgets import QVBoxLayout, QWidget

from desktop_app.services.sampling_levels import Level, LevelValue
from desktop_app.ui.parameters.parameter_row import ParameterRow
from desktop_app.ui.parameters.words import GROUPS, ParameterWords
from desktop_app.ui.theme import Theme
from desktop_app.ui.widgets.fold import Fold


class ParameterList(QWidget):
    """The list, for what is chosen on `level`.

    The rows are made one after the other while the headings are on show, before anybody has opened a group: a group of
    nine takes 20 ms. Those of a group that is opened earlier are made at once.

    Signals:
        chosen(name, value); dropped(name): it is not chosen on this level any more, and nothing is written for it.
    """

    chosen = Signal(str, object)
    dropped = Signal(str)

    def __init__(self, level: Level, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._level, self._theme = level, theme
        self._words = ParameterWords(self)
        self._values: Mapping[str, LevelValue] = {}
        self._unfinished: dict[str, str] = {}
        """What is written on this level and makes no sense yet."""
        self.rows: dict[str, ParameterRow] = {}
        self.groups = {name: Fold(theme) for name in GROUPS}
        self._ahead = QTimer(self, interval=0)
        self._ahead.timeout.connect(self._make_next)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(4)
        for fold in self.groups.values():
            fold.content.setSpacing(12)
            fold.opened.connect(self._on_opened)
            column.addWidget(fold)
        self._retranslate()

    def show_values(self, values: Sequence[LevelValue], *, keeps_typed: bool = False) -> None:
        """Show these values; `keeps_typed`: what was typed and not told yet stays."""
        self._values = {one.name: one for one in values}
        unfinished = self._values["unfinished"]
        self._unfinished = dict(unfinished.value) if unfinished.level is self._level else {}
        for name, row in self.rows.items():
            row.show_value(self._values[name], self._unfinished.get(name), keeps_typed=keeps_typed)
        self._count()

    def open_group(self, name: str) -> None:
        """Open a group, as its heading does."""
        self.groups[name].set_open(True)

    def store(self) -> None:
        """Tell what is written and was not told yet."""
        for row in list(self.rows.values()):
            row.store()

    @Slot()
    def forget_typed(self) -> None:
        """Let what was typed and not told yet go with the next values that are shown."""
        for row in self.rows.values():
            row.forget_typed()

    def set_theme(self, theme: Theme) -> None:
        """Take other colours."""
        self._theme = theme
        for fold in self.groups.values():
            fold.set_theme(theme)
        for row in self.rows.values():
            row.set_theme(theme)

    def _count(self) -> None:
        """Say beside each heading how many are chosen here."""
        for group, names in GROUPS.items():
            n_own = sum(self._is_own(name) for name in names)
            self.groups[group].set_trailing(self.tr("%n choice(s) here", "", n_own) if n_own else "")

    def _is_own(self, name: str) -> bool:
        return name in self._unfinished or (name in self._values and self._values[name].level is self._level)

    @Slot(str, str)
    def _on_unfinished(self, name: str, text: str) -> None:
        self.chosen.emit("unfinished", tuple({**self._unfinished, name: text}.items()))

    @Slot()
    def _on_opened(self) -> None:
        for group, names in GROUPS.items():
            for name in names:
                if self.groups[group].is_open and name not in self.rows:
                    self._make_row(group, name)

    @Slot()
    def _make_next(self) -> None:
        missing = ((group, name) for group, names in GROUPS.items() for name in names if name not in self.rows)
        group, name = next(missing, ("", ""))
        if not group or not self.isVisible():
            self._ahead.stop()
        else:
            self._make_row(group, name)

    def _make_row(self, group: str, name: str) -> None:
        row = self.rows[name] = ParameterRow(name, self._level, self._words, self._theme)
        row.chosen.connect(self.chosen)
        row.dropped.connect(self.dropped)
        row.unfinished.connect(self._on_unfinished)
        if name in self._values:
            row.show_value(self._values[name], self._unfinished.get(name))
        self.groups[group].content.addWidget(row)
        for part in (row, *row.findChildren(QWidget)):
            part.ensurePolished()

    def showEvent(self, event: QShowEvent) -> None:
        """Begin to make rows."""
        super().showEvent(event)
        self._ahead.start()

    def changeEvent(self, event: QEvent) -> None:
        """Speak the new language."""
        super().changeEvent(event)
        if event.type() is QEvent.Type.LanguageChange:
            self.store()
            for row in self.rows.values():
                row.hide()
                row.deleteLater()
            self.rows = {}
            self._retranslate()
            self._on_opened()
            self._ahead.start()

    def _retranslate(self) -> None:
        for name, fold in self.groups.items():
            fold.set_words(self._words.group(name))
        self._count()
