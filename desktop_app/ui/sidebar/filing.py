"""What is done with conversations in the list: folders, tags, pins, copies, and putting them into the trash."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, QPoint, Signal, Slot

from desktop_app.settings import N_FOLDERS_MAX
from desktop_app.ui.actions import Actions
from desktop_app.ui.sidebar.conversation_list_model import ConversationListModel
from desktop_app.ui.sidebar.sections import tags_of
from desktop_app.ui.sidebar.sidebar import Sidebar
from desktop_app.ui.theme import Theme

if TYPE_CHECKING:
    from PySide6.QtWidgets import QWidget

    from desktop_app.services import Services
    from desktop_app.ui.sidebar.on_demand.list_menus import ListMenus


class Filing(QObject):
    """Does what the list and its menus ask for. What comes of it, the list hears from the conversations themselves.

    Signals:
        conversation_requested(conversation_id): to be shown.
        folder_removed(name, ids): of the conversations that were in it and stay.
    """

    conversation_requested = Signal(str)
    folder_removed = Signal(str, object)

    def __init__(
        self,
        services: Services,
        sidebar: Sidebar,
        model: ConversationListModel,
        actions: Actions,
        theme: Theme,
        window: QWidget,
    ) -> None:
        super().__init__(window)
        self._conversations = services.conversations
        self._generation = services.generation
        self._preferences = services.preferences
        self._sidebar = sidebar
        self._list = sidebar.list
        self._model = model
        self._actions = actions
        self._theme = theme
        self._window = window
        self._menus: ListMenus | None = None
        self._new_folder_id = ""
        """A folder that is being made, to be named as soon as it is there."""
        self._copy_id = ""
        """A conversation that is being copied, to be shown as soon as it is there."""
        self._tagged_ids: list[str] = []
        """Conversations that the dialog for tags is about."""
        self._connect_list()
        self._connect_actions()
        self._conversations.folders_changed.connect(self._on_folders_changed)
        self._conversations.tags_changed.connect(self._on_tags_changed)
        self._conversations.conversation_added.connect(self._on_conversation_added)

    def _connect_list(self) -> None:
        self._list.drop_requested.connect(self._on_drop_requested)
        self._list.menu_requested.connect(self._on_menu_requested)
        self._list.tags_clicked.connect(self._on_tags_clicked)
        self._sidebar.list_menu_requested.connect(self._on_list_menu_requested)
        self._sidebar.filter_ended.connect(self._on_filter_ended)
        self._model.folder_rename_requested.connect(self._conversations.rename_folder)
        self._model.folder_toggled.connect(self._on_folder_toggled)

    def _connect_actions(self) -> None:
        self._actions.trash.triggered.connect(self._on_trash)
        self._actions.pin.triggered.connect(self._on_pin)
        self._actions.tags.triggered.connect(self._on_tags)
        self._actions.duplicate.triggered.connect(self._on_duplicate)
        self._actions.new_folder.triggered.connect(self._on_new_folder)

    @Slot(object)
    def set_theme(self, theme: Theme) -> None:
        """Take other colours."""
        self._theme = theme

    def _ids(self) -> list[str]:
        """Give the conversations that an action is about: those marked, else the one on show."""
        return self._list.selected_ids() or ([self._list.on_show] if self._list.on_show else [])

    # Actions

    @Slot()
    def _on_trash(self) -> None:
        ids = self._list.selected_ids()
        for conversation_id in ids:
            self._generation.stop(conversation_id)
        if ids:
            self._conversations.trash(*ids)

    @Slot()
    def _on_pin(self) -> None:
        found = self._model.conversations(self._ids())
        if found:
            self._conversations.pin([one.id for one in found], any(one.pinned_ms is None for one in found))

    @Slot()
    def _on_duplicate(self) -> None:
        for conversation_id in self._ids()[:1]:
            self._copy_id = self._conversations.duplicate(conversation_id)

    @Slot(str)
    def _on_conversation_added(self, conversation_id: str) -> None:
        if conversation_id == self._copy_id:
            self._copy_id = ""
            self.conversation_requested.emit(conversation_id)

    @Slot()
    def _on_restore_removed_chosen(self) -> None:
        for conversation_id in self._ids()[:1]:
            self._conversations.restore_removed(conversation_id)
            # What comes back is to be seen.
            self.conversation_requested.emit(conversation_id)

    @Slot(object, bool, object)
    def _on_drop_requested(self, ids: list[str], is_to_pins: bool, folder_id: str | None) -> None:
        """Let conversations stand where they were dropped: among the pins, or pinned no more and in the folder."""
        found = self._model.conversations(ids)
        if changed := [one.id for one in found if (one.pinned_ms is None) == is_to_pins]:
            self._conversations.pin(changed, is_to_pins)
        if moved := [one.id for one in found if one.folder_id != folder_id and not is_to_pins]:
            self._conversations.move(moved, folder_id)

    # Tags

    @Slot()
    def _on_tags(self) -> None:
        from desktop_app.ui.dialogs.tags import TagsDialog

        self._tagged_ids = self._ids()
        found = self._model.conversations(self._tagged_ids)
        if not found:
            return
        dialog = TagsDialog(self._conversations.tags(), dict(tags_of(found)), len(found), self._theme, self._window)
        dialog.tags_chosen.connect(self._on_tags_chosen)
        dialog.open()

    @Slot(object, object)
    def _on_tags_chosen(self, added: list[str], removed: list[str]) -> None:
        if added or removed:
            self._conversations.tag(self._tagged_ids, added, removed)

    @Slot(object, QPoint)
    def _on_tags_clicked(self, tags: list[str], where: QPoint) -> None:
        if len(tags) == 1:
            self._filter_by(tags[0])
        else:
            self._menu_maker().for_tags(tags).popup(where)

    @Slot()
    def _on_tags_changed(self) -> None:
        if self._model.tag is not None and self._model.tag not in self._conversations.tags():
            self._filter_by(None)

    @Slot()
    def _on_filter_ended(self) -> None:
        self._filter_by(None)
        self._list.setFocus()

    @Slot(object)
    def _filter_by(self, tag: str | None) -> None:
        self._model.set_tag(tag)
        self._sidebar.set_filter(tag)
        self._list.select(self._list.on_show)
        if self._sidebar.in_place_of_list is not None and tag is not None:
            self._sidebar.show_in_place_of_list(None)

    # Folders

    @Slot()
    def _on_new_folder(self) -> None:
        self._filter_by(None)
        self._sidebar.show_in_place_of_list(None)
        self._new_folder_id = self._conversations.add_folder(self.tr("New folder"))

    @Slot()
    def _on_new_folder_chosen(self) -> None:
        ids = self._ids()
        self._on_new_folder()
        self._conversations.move(ids, self._new_folder_id)

    @Slot(object)
    def _on_folder_chosen(self, folder_id: str | None) -> None:
        self._conversations.move(self._ids(), folder_id)

    @Slot()
    def _on_folders_changed(self) -> None:
        # The list has heard of it before.
        if self._new_folder_id and self._model.row_of_folder(self._new_folder_id) is not None:
            folder_id, self._new_folder_id = self._new_folder_id, ""
            self._list.rename_folder(folder_id)

    @Slot(str)
    def _on_folder_removal_chosen(self, folder_id: str) -> None:
        name = next((folder.name for folder in self._model.folders() if folder.id == folder_id), "")
        ids = self._model.in_folder(folder_id)
        self._conversations.remove_folder(folder_id)
        self.folder_removed.emit(name, ids)

    @Slot()
    def _on_folder_toggled(self) -> None:
        self._preferences.set("collapsed_folders", self._model.collapsed[:N_FOLDERS_MAX])

    # Menus

    @Slot(object, str, QPoint)
    def _on_menu_requested(self, ids: list[str], folder_id: str, where: QPoint) -> None:
        menus = self._menu_maker()
        if ids:
            found, folders = self._model.conversations(ids), self._model.folders()
            n_removed = self._conversations.n_removed(ids[0]) if len(ids) == 1 else 0
            menu = menus.for_conversations(found, folders, self._list.menu_actions, n_removed)
        elif folder_id:
            menu = menus.for_folder(folder_id, self._list.folder_menu_actions)
        else:
            menu = menus.for_list(self._conversations.tags(), self._model.tag)
        menu.popup(where)

    @Slot(QPoint)
    def _on_list_menu_requested(self, where: QPoint) -> None:
        menu = self._menu_maker().for_list(self._conversations.tags(), self._model.tag)
        menu.setMinimumWidth(self._sidebar.new_chat.width())
        menu.popup(where)

    def _menu_maker(self) -> ListMenus:
        if self._menus is None:
            from desktop_app.ui.sidebar.on_demand.list_menus import ListMenus

            self._menus = ListMenus(self._actions, self._sidebar)
            self._menus.folder_chosen.connect(self._on_folder_chosen)
            self._menus.new_folder_chosen.connect(self._on_new_folder_chosen)
            self._menus.folder_rename_chosen.connect(self._list.rename_folder)
            self._menus.folder_removal_chosen.connect(self._on_folder_removal_chosen)
            self._menus.tag_chosen.connect(self._filter_by)
            self._menus.restore_removed_chosen.connect(self._on_restore_removed_chosen)
        return self._menus
