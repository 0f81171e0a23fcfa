"""The left side: New chat, the conversations, the models, the trash, Settings."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6 import QtGui
from PySide6.QtCore import QEvent, QPoint, Qt, Signal, Slot
from PySide6.QtGui import QAction
from PySide6.QtWidgets import QFrame, QHBoxLayout, QVBoxLayout, QWidget

from desktop_app.languages import LANGUAGES
from desktop_app.ui.actions import Actions, keys
from desktop_app.ui.sidebar.conversation_delegate import MARGIN
from desktop_app.ui.sidebar.conversation_list import ConversationList
from desktop_app.ui.sidebar.conversation_list_model import ConversationListModel
from desktop_app.ui.theme import Theme
from desktop_app.ui.widgets.buttons import IconButton, RowButton
from desktop_app.ui.widgets.menu import make_menu
from desktop_app.ui.widgets.sides import RIGHT_TO_LEFT, swap_margins

if TYPE_CHECKING:
    from PySide6.QtWidgets import QLayout, QMenu

    from desktop_app.ui.sidebar.on_demand.filter_button import FilterButton

WIDTH_MIN, WIDTH, WIDTH_MAX = 200, 264, 400


class Sidebar(QFrame):
    """The left side.

    Signals:
        setting_requested(key, value): chosen in the Settings menu.
        list_menu_requested(where): the button beside New chat was pressed, or New chat with the right button.
        filter_ended(): all conversations are to be shown again.
        place_changed(): something else stands where the list stands, or the list again.
    """

    setting_requested = Signal(str, object)
    list_menu_requested = Signal(QPoint)
    filter_ended = Signal()
    place_changed = Signal()

    def __init__(self, model: ConversationListModel, actions: Actions, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("sidebar")
        self._theme = theme
        self._actions = actions
        self._values: dict[str, str] = {}
        self.new_chat = RowButton("plus", theme, is_framed=True)
        self.new_chat.clicked.connect(actions.new_chat.trigger)
        self.new_chat.setContextMenuPolicy(Qt.ContextMenuPolicy.CustomContextMenu)
        self.new_chat.customContextMenuRequested.connect(self._on_more_clicked)
        self.more = IconButton("chevron-down", theme)
        self.more.clicked.connect(self._on_more_clicked)
        self.list = ConversationList(model, theme)
        self.list.addAction(actions.trash)
        self._filter: FilterButton | None = None
        self._in_place: QWidget | None = None
        self.models = RowButton("models", theme)
        self.models.clicked.connect(actions.show_models.trigger)
        self.prompts = RowButton("prompts", theme)
        self.prompts.clicked.connect(actions.show_prompts.trigger)
        self.trash = RowButton("trash", theme)
        self.trash.clicked.connect(actions.show_trash.trigger)
        self.settings = RowButton("settings", theme)
        self.settings.clicked.connect(actions.show_settings.trigger)
        self.settings_more = IconButton("more", theme)
        self.settings_more.clicked.connect(self._on_settings_more_clicked)
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
        top = QHBoxLayout()
        top.setContentsMargins(0, 0, MARGIN, 0)
        top.setSpacing(4)
        top.addWidget(self.new_chat, 1)
        top.addWidget(self.more)
        self._head = QVBoxLayout()
        self._head.setContentsMargins(0, 0, 0, 12)
        self._head.setSpacing(12)
        self._head.addLayout(top)
        self._body = QVBoxLayout()
        self._body.addWidget(self.list, 1)
        bottom = QVBoxLayout()
        bottom.setContentsMargins(0, 0, MARGIN, 0)
        bottom.addWidget(self._line)
        bottom.addSpacing(8)
        bottom.addWidget(self.models)
        bottom.addWidget(self.prompts)
        bottom.addWidget(self.trash)
        last = QHBoxLayout()
        last.setSpacing(4)
        last.addWidget(self.settings, 1)
        last.addWidget(self.settings_more)
        bottom.addLayout(last)
        column.addLayout(self._head)
        column.addLayout(self._body, 1)
        column.addLayout(bottom)
        self._turn_round(column)

    def _turn_round(self, layout: QLayout) -> None:
        if self.layoutDirection() == RIGHT_TO_LEFT:
            swap_margins(layout)

    def add_above_list(self, widget: QWidget) -> None:
        """Put `widget` between New chat and what stands below, as wide as New chat."""
        frame = QVBoxLayout()
        frame.setContentsMargins(0, 0, MARGIN, 0)
        frame.addWidget(widget)
        self._turn_round(frame)
        self._head.addLayout(frame)

    def show_in_place_of_list(self, widget: QWidget | None) -> None:
        """Show `widget` where the list stands; None: the list again. It has `MARGIN` at its right for a scroll bar."""
        if self._in_place is not None and self._in_place is not widget:
            self._in_place.hide()
        self._in_place = widget
        if widget is not None:
            if self._body.indexOf(widget) < 0:
                self._body.addWidget(widget, 1)
            widget.show()
        self.list.setVisible(widget is None)
        if self._filter is not None:
            self._filter.setVisible(widget is None and bool(self._filter.tag))
        self.place_changed.emit()

    @property
    def in_place_of_list(self) -> QWidget | None:
        """What stands where the list stands usually; None while it is the list."""
        return self._in_place

    def set_filter(self, tag: str | None) -> None:
        """Say over the list by which tag it is filtered; None: by none."""
        if self._filter is None:
            if tag is None:
                return
            from desktop_app.ui.sidebar.on_demand.filter_button import FilterButton

            self._filter = FilterButton(self._theme)
            self._filter.clicked.connect(self.filter_ended)
            frame = QVBoxLayout()
            frame.setContentsMargins(0, 0, MARGIN, 0)
            frame.addWidget(self._filter)
            self._turn_round(frame)
            self._body.insertLayout(0, frame)
        self._filter.set_tag(tag or "")
        self._filter.setVisible(tag is not None and self._in_place is None)

    def set_theme(self, theme: Theme) -> None:
        """Take other colours."""
        self._theme = theme
        # Words that are larger need more room, and a width that the person chose is kept within these.
        self.setMinimumWidth(theme.scaled(WIDTH_MIN))
        self.setMaximumWidth(theme.scaled(WIDTH_MAX))
        for button in (self.new_chat, self.more, self.models, self.prompts, self.trash, self.settings, self.settings_more):
            button.set_theme(theme)
        if self._filter is not None:
            self._filter.set_theme(theme)
        self.list.set_theme(theme)

    def set_values(self, theme: str, language: str) -> None:
        """Set what the menu beside Settings marks."""
        self._values = {"theme": theme, "language": language}

    def changeEvent(self, event: QEvent) -> None:
        """Speak the new language, and turn round with it."""
        super().changeEvent(event)
        if event.type() is QEvent.Type.LanguageChange:
            self._retranslate()
        elif event.type() is QEvent.Type.LayoutDirectionChange and (column := self.layout()) is not None:
            swap_margins(column)

    def _retranslate(self) -> None:
        self.new_chat.set_words(self.tr("New chat"))
        self.new_chat.set_trailing(keys(self._actions.new_chat))
        self.more.set_words(self.tr("Private chat, folder, tags"))
        self.models.set_words(self.tr("Models"), keys(self._actions.show_models))
        self.prompts.set_words(self.tr("Prompt templates"), keys(self._actions.show_prompts))
        self.trash.set_words(self.tr("Trash"))
        self.settings.set_words(self.tr("Settings"), keys(self._actions.show_settings))
        self.settings_more.set_words(self.tr("Theme, guide, shortcuts, about"))

    def settings_menu(self) -> QMenu:
        """Give the menu beside the Settings row: what is wanted quickly, and what has no page of its own."""
        menu = make_menu(self)
        themes = {"system": self.tr("As the system"), "light": self.tr("Light"), "dark": self.tr("Dark")}
        themes |= {
            "high-contrast": self.tr("High contrast, dark"),
            "high-contrast-light": self.tr("High contrast, light"),
        }
        self._add_choice(menu, self.tr("Theme"), "theme", themes)
        languages = {"system": self.tr("As the system"), **LANGUAGES}
        self._add_choice(menu, self.tr("Language"), "language", languages)
        menu.addSeparator()
        menu.addActions([self._actions.show_settings, self._actions.show_network, self._actions.backups])
        menu.addActions([self._actions.import_conversations, self._actions.export_all])
        menu.addSeparator()
        menu.addActions([self._actions.show_guide, self._actions.show_commands, self._actions.show_shortcuts])
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
    def _on_more_clicked(self) -> None:
        self.list_menu_requested.emit(self.new_chat.mapToGlobal(QPoint(0, self.new_chat.height() + 4)))

    @Slot()
    def _on_settings_more_clicked(self) -> None:
        menu = self.settings_menu()
        menu.setMinimumWidth(self.settings.width())
        at = self.settings.mapToGlobal(self.settings.rect().topLeft())
        menu.popup(at - menu.rect().topLeft() - type(at)(0, menu.sizeHint().height() + 14))

    @Slot(QAction)
    def _on_choice_triggered(self, action: QAction) -> None:
        self.setting_requested.emit(*action.data())
