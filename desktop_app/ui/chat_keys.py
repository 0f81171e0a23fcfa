"""Actions about the conversation on show: they wait while a page stands in its place, and some are about one message."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Qt, Slot
from PySide6.QtWidgets import QWidget

from desktop_app.ui.actions import Actions
from desktop_app.ui.centre import Centre
from desktop_app.ui.widgets.filter_field import FilterField

if TYPE_CHECKING:
    from desktop_app.ui.message_actions import MessageActions
    from desktop_app.ui.open_conversation import OpenConversation
    from desktop_app.ui.transcript_place import TranscriptPlace

OF_MESSAGE = {
    "copy_message": ("copy_markdown",),
    "edit_message": ("edit",),
    "continue_answer": ("continue",),
    "previous_version": ("previous",),
    "next_version": ("next",),
    "compare_versions": ("compare",),
    "pin_message": ("pin", "unpin"),
    "branch_off": ("branch",),
    "remove_message": ("delete",),
}
"""Names of actions, and what a message's menu calls each; of two the one that is possible is meant."""


class ChatKeys(QObject):
    """Connects those actions. Without a word about it, *Regenerate* under a page would change what nobody sees."""

    def __init__(
        self,
        actions: Actions,
        centre: Centre,
        conversation: OpenConversation,
        transcript: TranscriptPlace,
        message_actions: MessageActions,
        parent: QObject,
    ) -> None:
        super().__init__(parent)
        self._actions, self._centre, self._transcript = actions, centre, transcript
        self._message_actions = message_actions
        self._is_answering = False
        of_message = [actions.all()[name] for name in OF_MESSAGE]
        self._of_chat = (
            *(actions.find_next, actions.find_previous, actions.show_source, actions.regenerate, actions.print),
            *of_message,
        )
        actions.stop.triggered.connect(conversation.stop)
        actions.regenerate.triggered.connect(message_actions.regenerate_last)
        actions.find.triggered.connect(self._on_find)
        actions.find_next.triggered.connect(transcript.find_next)
        actions.find_previous.triggered.connect(transcript.find_previous)
        actions.show_source.triggered.connect(transcript.toggle_source)
        for action, commands in zip(of_message, OF_MESSAGE.values(), strict=True):
            action.triggered.connect(partial(message_actions.do_at_keys, commands))
        conversation.answering_changed.connect(self._on_answering_changed)
        centre.page_changed.connect(self._on_page_changed)

    def impossible(self) -> set[str]:
        """Give the names of actions about a message that can do nothing to the one that the keys act on now."""
        possible = self._message_actions.possible_at_keys() if self._centre.page is None else set()
        return {name for name, commands in OF_MESSAGE.items() if possible.isdisjoint(commands)}

    @Slot()
    def _on_find(self) -> None:
        """Find in what is on show: in the conversation, or in the list of a page that has a field for it."""
        page = self._centre.page
        if page is None:
            self._transcript.find_words()
        elif field := next((one for one in page.findChildren(FilterField) if one.isVisible()), None):
            field.setFocus(Qt.FocusReason.ShortcutFocusReason)
            field.edit.selectAll()

    @Slot(bool)
    def _on_answering_changed(self, is_answering: bool) -> None:
        self._is_answering = is_answering
        self._refresh_stop()

    @Slot(object)
    def _on_page_changed(self, page: QWidget | None) -> None:
        for action in self._of_chat:
            action.setEnabled(page is None)
        self._refresh_stop()

    def _refresh_stop(self) -> None:
        self._actions.stop.setEnabled(self._is_answering and self._centre.page is None)
