"""The small button in the composer that says whether the model thinks before it answers, and its menu."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6 import QtGui
from PySide6.QtCore import QEvent, QLocale, QPoint, Signal, Slot
from PySide6.QtWidgets import QPushButton, QWidget

from desktop_app.settings import THINKING_BUDGETS
from desktop_app.ui.widgets.labels import plain_tooltip
from desktop_app.ui.widgets.menu import make_menu, menu_text

if TYPE_CHECKING:
    from PySide6.QtGui import QAction
    from PySide6.QtWidgets import QMenu


class ThinkingButton(QPushButton):
    """Shows a choice of `mode` ("auto", "on" or "off") and `budget` (tokens, -1: no limit), and lets it be changed.

    Signals:
        mode_chosen(str), budget_chosen(int)
    """

    mode_chosen = Signal(str)
    budget_chosen = Signal(int)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._mode, self._budget = "auto", -1
        self.setProperty("kind", "small")
        self.setAutoDefault(False)
        self.clicked.connect(self._on_clicked)
        self.hide()
        self._refresh()

    def set_choice(self, mode: str, budget: int) -> None:
        """Show what is in force."""
        self._mode, self._budget = mode, budget
        self._refresh()

    def changeEvent(self, event: QEvent) -> None:
        """Speak the new language."""
        super().changeEvent(event)
        if event.type() is QEvent.Type.LanguageChange:
            self._refresh()

    def menu_of_choices(self) -> QMenu:
        """Give the menu: three ways, and limits for the reasoning."""
        menu = make_menu(self.window())
        ways = {
            "auto": self.tr("The model’s default"),
            "on": self.tr("Think before answering"),
            "off": self.tr("Answer at once"),
        }
        group = QtGui.QActionGroup(menu)
        for mode, text in ways.items():
            self._add(menu, group, text, is_checked=mode == self._mode).setData(mode)
        menu.addSeparator()
        limits = QtGui.QActionGroup(menu)
        for budget in THINKING_BUDGETS:
            text = self.tr("No limit") if budget < 0 else self.tr("At most %n token(s) of thought", "", budget)
            action = self._add(menu, limits, text, is_checked=budget == self._budget)
            action.setData(budget)
            action.setEnabled(self._mode != "off")
        menu.triggered.connect(self._on_triggered)
        return menu

    @staticmethod
    def _add(menu: QMenu, group: QtGui.QActionGroup, text: str, *, is_checked: bool) -> QAction:
        action = menu.addAction(menu_text(text))
        action.setCheckable(True)
        action.setChecked(is_checked)
        group.addAction(action)
        return action

    def _refresh(self) -> None:
        if self._mode == "off":
            text = self.tr("Thinking: off")
        elif self._budget >= 0:
            text = self.tr("Thinking: up to {n} tokens").format(n=QLocale().toString(self._budget))
        else:
            text = self.tr("Thinking: on") if self._mode == "on" else self.tr("Thinking: default")
        self.setText(text)
        self.setAccessibleName(text)
        self.setToolTip(plain_tooltip(self.tr("Whether the model thinks before it answers, and for how long")))

    @Slot()
    def _on_clicked(self) -> None:
        menu = self.menu_of_choices()
        height = menu.sizeHint().height()
        menu.popup(self.mapToGlobal(QPoint(0, -height - 4)))

    @Slot(object)
    def _on_triggered(self, action: QAction) -> None:
        if isinstance(action.data(), str):
            self.mode_chosen.emit(action.data())
        else:
            self.budget_chosen.emit(action.data())
