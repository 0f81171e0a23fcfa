"""The row of the trash, and the panel behind it, which is made when the person first looks into it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QLocale, QObject, QTimer, Signal, Slot

from desktop_app.ui.actions import Actions
from desktop_app.ui.sidebar.sidebar import Sidebar
from desktop_app.ui.theme import Theme

if TYPE_CHECKING:
    from PySide6.QtWidgets import QWidget

    from desktop_app.services import Services
    from desktop_app.ui.sidebar.on_demand.trash_panel import TrashPanel


class Trash(QObject):
    """Counts what is in the trash and shows it in place of the list.

    Signals:
        conversation_requested(conversation_id): to be shown, in the trash as it is; "": a new chat.
    """

    conversation_requested = Signal(str)

    def __init__(self, services: Services, sidebar: Sidebar, actions: Actions, theme: Theme, window: QWidget) -> None:
        super().__init__(window)
        self._conversations = services.conversations
        self._sidebar = sidebar
        self._theme = theme
        self._window = window
        self._on_show = ""
        self._panel: TrashPanel | None = None
        # What is done to many at once is told one by one.
        self._timer = QTimer(self, singleShot=True, interval=0)
        self._timer.timeout.connect(self.refresh)
        for signal in (
            self._conversations.conversation_trashed,
            self._conversations.conversation_restored,
            self._conversations.conversation_purged,
        ):
            signal.connect(self._timer.start)
        actions.show_trash.triggered.connect(self._on_show_trash)
        sidebar.place_changed.connect(self._on_place_changed)

    @Slot(object)
    def set_theme(self, theme: Theme) -> None:
        """Take other colours."""
        self._theme = theme
        if self._panel is not None:
            self._panel.set_theme(theme)

    @Slot()
    def refresh(self) -> None:
        """Look what is in the trash, 6 ms beside 10,000 conversations; for the first time when the window has been painted."""
        found = self._conversations.trashed()
        self._sidebar.trash.set_trailing(QLocale().toString(len(found)) if found else "")
        if self._panel is not None:
            self._panel.set_conversations(found)

    @Slot(str)
    def set_on_show(self, conversation_id: str) -> None:
        """Mark the conversation that is on show, if it is in the trash; "" for none."""
        self._on_show = conversation_id
        if self._panel is not None:
            self._panel.select(conversation_id)

    @Slot()
    def _on_show_trash(self) -> None:
        if self._panel is not None and self._sidebar.in_place_of_list is self._panel:
            self._on_closed()
            return
        if self._panel is None:
            self._panel = self._make_panel()
        self._panel.set_conversations(self._conversations.trashed())
        self._panel.select(self._on_show)
        self._sidebar.show_in_place_of_list(self._panel)
        self._panel.list.setFocus()

    def _make_panel(self) -> TrashPanel:
        from desktop_app.ui.sidebar.on_demand.trash_panel import TrashPanel

        panel = TrashPanel(self._theme, self._sidebar)
        panel.conversation_selected.connect(self.conversation_requested)
        panel.closed.connect(self._on_closed)
        panel.restore_requested.connect(self._on_restore_requested)
        panel.purge_requested.connect(self._on_purge_requested)
        panel.empty_requested.connect(self._on_empty_requested)
        return panel

    @Slot()
    def _on_place_changed(self) -> None:
        is_trash = self._panel is not None and self._sidebar.in_place_of_list is self._panel
        self._sidebar.trash.set_current(is_trash)

    @Slot()
    def _on_closed(self) -> None:
        self._sidebar.show_in_place_of_list(None)
        self._sidebar.list.setFocus()

    @Slot(object)
    def _on_restore_requested(self, ids: list[str]) -> None:
        self._conversations.restore(*ids)

    @Slot(object)
    def _on_purge_requested(self, ids: list[str]) -> None:
        from desktop_app.ui.dialogs.for_ever import ForEverDialog

        dialog = ForEverDialog(ids, False, self._theme, self._window)
        dialog.agreed.connect(self._on_purge_agreed)
        dialog.open()

    @Slot(object)
    def _on_purge_agreed(self, ids: list[str]) -> None:
        self._conversations.purge(*ids)

    @Slot(object)
    def _on_empty_requested(self, ids: list[str]) -> None:
        from desktop_app.ui.dialogs.for_ever import ForEverDialog

        dialog = ForEverDialog(ids, True, self._theme, self._window)
        dialog.agreed.connect(self._on_empty_agreed)
        dialog.open()

    @Slot(object)
    def _on_empty_agreed(self, _ids: list[str]) -> None:
        self._conversations.empty_trash()
