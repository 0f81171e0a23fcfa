"""The left side: New chat, the conversations, Settings."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6 import QtGui
from PySide6.QtCore import QEvent, Qt, Signal, Slot
from PySide6.QtGui import QAction
from PySide6.QtWidgets import QFrame, QVBoxLayout, QWidget

from desktop_app.ui.actions import Actions, keys
from desktop_app.ui.sidebar.conversation_list import MARGIN, ConversationList
from desktop_app.ui.sidebar.conversation_list_model import ConversationListModel
from desktop_app.ui.theme import Theme
from desktop_app.ui.widgets.buttons import RowButton
from desktop_app.ui.widgets.menu import make_menu

if TYPE_CHECKING:
    from PySide6.QtWidgets import QMenu

WIDTH_MIN, WIDTH, WIDTH_MAX = 200, 264, 400


class Sidebar(QFrame):
    """The left side.

    Signals:
        setting_requested(key, value): chosen in the Settings menu.
    """

    setting_requested = Signal(str, object)

    def __init__(self, model: ConversationListModel, actions: Actions, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("sidebar")
        self.setMinimumWidth(WIDTH_MIN)
        self.setMaximumWidth(WIDTH_MAX)
        self._actions = actions
        self._values: dict[str, str] = {}
        self.new_chat = RowButton("plus", theme, is_framed=True)
        self.new_chat.clicked.connect(actions.new_chat.trigger)
        self.list = ConversationList(model, theme)
        self.list.set_menu_actions([actions.rename, actions.trash])
        self.list.addAction(actions.trash)
        self.settings = RowButton("settings", theme)
        self.settings.clicked.connect(self._on_settings_clicked)
        self._line = QFrame()
        self._line.setObjectName("sidebarLine")
        self._line.setFixedHeight(1)
        self._build()
        self.set_theme(theme)
        self._retranslate()

    def _build(self) -> None:
        column = QVBoxLayout(self)
        column.setContentsMargins(MARGIN, 16, 0, 16)
        column.setSpacing(0)
        for widget, space in ((self.new_chat, 12), (self.list, 0), (self._line, 8), (self.settings, 0)):
            if widget is self.list:
                column.addWidget(widget, 1)
                continue
            frame = QVBoxLayout()
            frame.setContentsMargins(0, 0, MARGIN, space)
            frame.addWidget(widget)
            column.addLayout(frame)

    def set_theme(self, theme: Theme) -> None:
        """Take other colours."""
        for button in (self.new_chat, self.settings):
            button.set_theme(theme)
        self.list.set_theme(theme)

    def set_values(self, theme: str, language: str) -> None:
        """Set what the Settings menu marks."""
        self._values = {"theme": theme, "language": language}

    def changeEvent(self, event: QEvent) -> None:
        """Speak the new language."""
        super().changeEvent(event)
        if event.type() is QEvent.Type.LanguageChange:
            self._retranslate()

    def _retranslate(self) -> None:
        self.new_chat.set_words(self.tr("New chat"))
        self.new_chat.set_trailing(keys(self._actions.new_chat))
        self.settings.set_words(self.tr("Settings"))

    def settings_menu(self) -> QMenu:
        """Give the menu of the Settings row."""
        menu = make_menu(self)
        themes = {"system": self.tr("System"), "light": self.tr("Light"), "dark": self.tr("Dark")}
        self._add_choice(menu, self.tr("Appearance"), "theme", themes)
        # A language is called by its own name, in every language.
        languages = {"system": self.tr("System"), "en": "English", "zh_CN": "简体中文"}
        self._add_choice(menu, self.tr("Language"), "language", languages)
        menu.addSeparator()
        menu.addActions([self._actions.open_models_folder, self._actions.toggle_sidebar])
        menu.addSeparator()
        menu.addActions([self._actions.about, self._actions.quit])
        return menu

    def _add_choice(self, menu: QMenu, title: str, key: str, choices: dict[str, str]) -> None:
        part = make_menu(menu)
        part.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose, False)
        part.setTitle(title)
        menu.addMenu(part)
        group = QtGui.QActionGroup(part)
        for value, text in choices.items():
            action = part.addAction(text)
            action.setCheckable(True)
            action.setChecked(self._values.get(key) == value)
            action.setData((key, value))
            group.addAction(action)
        group.triggered.connect(self._on_choice_triggered)

    @Slot()
    def _on_settings_clicked(self) -> None:
        menu = self.settings_menu()
        menu.setMinimumWidth(self.settings.width())
        at = self.settings.mapToGlobal(self.settings.rect().topLeft())
        menu.popup(at - menu.rect().topLeft() - type(at)(0, menu.sizeHint().height() + 14))

    @Slot(QAction)
    def _on_choice_triggered(self, action: QAction) -> None:
        self.setting_requested.emit(*action.data())
