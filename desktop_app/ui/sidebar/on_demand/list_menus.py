"""The menus of the list: for conversations, for a folder, for the list as a whole, and for tags."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QObject, Qt, Signal, Slot
from PySide6.QtGui import QAction
from PySide6.QtWidgets import QMenu, QWidget

from desktop_app.chat.conversation import Conversation
from desktop_app.chat.folder import Folder
from desktop_app.ui.actions import Actions, keys
from desktop_app.ui.widgets.menu import make_menu, menu_text


class ListMenus(QObject):
    """Makes menus; what is not an action of the window comes out as a signal.

    Signals:
        folder_chosen(folder_id): to move conversations into; None: into none.
        new_folder_chosen(): into one that is made for them.
        folder_rename_chosen(folder_id), folder_removal_chosen(folder_id)
        tag_chosen(tag): to be filtered by; None: by none.
        restore_removed_chosen(): the messages that were removed from the conversation are to come back.
    """

    folder_chosen = Signal(object)
    new_folder_chosen = Signal()
    folder_rename_chosen = Signal(str)
    folder_removal_chosen = Signal(str)
    tag_chosen = Signal(object)
    restore_removed_chosen = Signal()

    def __init__(self, actions: Actions, parent: QWidget) -> None:
        super().__init__(parent)
        self._actions = actions
        self._parent = parent
        self._folder_id = ""

    def for_conversations(
        self, conversations: Sequence[Conversation], folders: Sequence[Folder], more: Sequence[QAction], n_removed: int = 0
    ) -> QMenu:
        """Give the menu of one conversation or several; `more`: what others add; `n_removed`: messages that can come back."""
        actions = self._actions
        menu = make_menu(self._parent)
        if len(conversations) == 1:
            menu.addAction(actions.rename)
        is_pinned = all(one.pinned_ms is not None for one in conversations)
        # A row of its own: the action itself is about whatever is marked when its key is pressed.
        pin = menu.addAction(menu_text(self.tr("Unpin") if is_pinned else self.tr("Pin"), keys(actions.pin)))
        pin.triggered.connect(actions.pin.trigger)
        menu.addMenu(self._folders(menu, conversations, folders))
        menu.addAction(actions.tags)
        if len(conversations) == 1:
            menu.addAction(actions.duplicate)
        if n_removed:
            restore = menu.addAction(self.tr("Restore %n removed message(s)", "", n_removed))
            restore.triggered.connect(self.restore_removed_chosen)
        self._add_group(menu, more)
        self._add_group(menu, [actions.trash])
        return menu

    def _folders(self, menu: QMenu, conversations: Sequence[Conversation], folders: Sequence[Folder]) -> QMenu:
        part = self._part(menu, self.tr("Move to folder"))
        at_home = {one.folder_id for one in conversations}
        for name, folder_id in [(self.tr("No folder"), None), *((one.name, one.id) for one in folders)]:
            action = part.addAction(menu_text(name))
            action.setCheckable(True)
            action.setChecked(at_home == {folder_id})
            action.setData((folder_id,))
        part.addSeparator()
        part.addAction(self.tr("New folder")).triggered.connect(self.new_folder_chosen)
        part.triggered.connect(self._on_folder_triggered)
        return part

    def for_folder(self, folder_id: str, more: Sequence[QAction]) -> QMenu:
        """Give the menu of a folder."""
        self._folder_id = folder_id
        menu = make_menu(self._parent)
        menu.addAction(self.tr("Rename")).triggered.connect(self._on_folder_rename_triggered)
        self._add_group(menu, more)
        menu.addSeparator()
        menu.addAction(self.tr("Remove folder, keep conversations")).triggered.connect(self._on_folder_removal_triggered)
        return menu

    def for_list(self, tags: Sequence[str], tag: str | None) -> QMenu:
        """Give the menu of the list: what can be made, and by which of `tags` it is filtered, by `tag` now."""
        actions = self._actions
        menu = make_menu(self._parent)
        menu.addActions([actions.new_private_chat, actions.new_folder])
        menu.addSeparator()
        part = self._part(menu, self.tr("Filter by tag"))
        part.setEnabled(bool(tags))
        self._add_tags(part, tags, tag)
        menu.addMenu(part)
        return menu

    def for_tags(self, tags: Sequence[str]) -> QMenu:
        """Give a menu of the tags of one conversation, to be filtered by one of them."""
        menu = make_menu(self._parent)
        self._add_tags(menu, tags, None)
        return menu

    def _add_tags(self, menu: QMenu, tags: Sequence[str], tag: str | None) -> None:
        for name in tags:
            action = menu.addAction(menu_text(name))
            action.setCheckable(True)
            action.setChecked(name == tag)
            action.setData((name,))
        menu.triggered.connect(self._on_tag_triggered)

    def _part(self, menu: QMenu, title: str) -> QMenu:
        part = make_menu(menu)
        part.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose, False)
        part.setTitle(title)
        return part

    def _add_group(self, menu: QMenu, actions: Sequence[QAction]) -> None:
        if actions:
            menu.addSeparator()
            menu.addActions(list(actions))

    @Slot(QAction)
    def _on_folder_triggered(self, action: QAction) -> None:
        if action.data() is not None:
            self.folder_chosen.emit(action.data()[0])

    @Slot(QAction)
    def _on_tag_triggered(self, action: QAction) -> None:
        if action.data() is not None:
            # The one that is on already: off.
            self.tag_chosen.emit(action.data()[0] if action.isChecked() else None)

    @Slot()
    def _on_folder_rename_triggered(self) -> None:
        self.folder_rename_chosen.emit(self._folder_id)

    @Slot()
    def _on_folder_removal_triggered(self) -> None:
        self.folder_removal_chosen.emit(self._folder_id)
