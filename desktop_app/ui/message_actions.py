"""What the buttons and the menu of a message do."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, QPoint, Signal, Slot
from PySide6.QtGui import QAction, QGuiApplication

from desktop_app.chat.message import Message, MessageState, Role
from desktop_app.ui.message_menu import MessageMenu, Situation
from desktop_app.ui.model_choice import ModelChoice, same_file
from desktop_app.ui.notices import Notice, NoticeArea
from desktop_app.ui.theme import Theme

if TYPE_CHECKING:
    from PySide6.QtWidgets import QMenu, QWidget

    from desktop_app.services import Services
    from desktop_app.ui.editing import Editing
    from desktop_app.ui.model_status import ModelStatusText
    from desktop_app.ui.transcript_place import TranscriptPlace

UNDO_REMOVE = "undo_remove"
_REMOVED = "removed"
"""Key of the notice that says what was removed."""


class MessageActions(QObject):
    """Does what is asked of the messages on show.

    Signals:
        conversation_requested(id): it has been made out of a branch, and is to be shown.
        export_requested(message_id): "": of what is selected.
        summary_undo_requested(summary_id)
    """

    conversation_requested = Signal(str)
    export_requested = Signal(str)
    summary_undo_requested = Signal(str)

    def __init__(
        self,
        services: Services,
        transcript: TranscriptPlace,
        editing: Editing,
        choice: ModelChoice,
        words: ModelStatusText,
        notices: NoticeArea,
        theme: Theme,
        window: QWidget,
    ) -> None:
        super().__init__(window)
        self._services = services
        self._conversations = services.conversations
        self._transcript = transcript
        self._editing = editing
        self._choice = choice
        self._words = words
        self._notices = notices
        self._theme = theme
        self._window = window
        self._menu = MessageMenu(window, transcript.keys_of)
        self._branched: set[str] = set()
        """Conversations that are being made out of a branch."""
        self._on_show = ""
        self._removed: dict[str, str] = {}
        """What the notice on show brings back, in order of removal, each with its conversation."""
        transcript.button_pressed.connect(self._on_button_pressed)
        transcript.menu_requested.connect(self._on_menu_requested)
        notices.action_requested.connect(self._on_action_requested)
        self._conversations.message_removed.connect(self._on_message_removed)
        self._conversations.message_restored.connect(self._on_message_restored)
        self._conversations.conversation_added.connect(self._on_conversation_added)

    @Slot(object)
    def set_theme(self, theme: Theme) -> None:
        """Take other colours."""
        self._theme = theme

    @Slot(str)
    def set_on_show(self, conversation_id: str) -> None:
        """Know which conversation is on show; "" for none."""
        self._on_show = conversation_id

    # Actions

    @Slot()
    def regenerate_last(self) -> None:
        """Answer the last question again."""
        layout = self._transcript.last_layout()
        if layout is not None and not self._transcript.view.shown.is_read_only and layout.message.role is not Role.SYSTEM:
            self._regenerate(layout.message.id)

    def _regenerate(self, message_id: str) -> None:
        # An answer in progress in its place is stopped by that, and keeps its text.
        self._conversations.regenerate(message_id, self._words.current_name())

    def _regenerate_with(self, message_id: str, path: Path) -> None:
        engine = self._services.engine
        if not same_file(path, engine.wanted_path):
            self._choice.use(path)
        if same_file(path, engine.wanted_path):  # else the file is gone, and that has been said
            self._regenerate(message_id)

    def _branch(self, message_id: str) -> None:
        self._branched.add(self._conversations.branch_off(message_id))

    def _step_version(self, message_id: str, step: int) -> None:
        ids = self._conversations.versions(message_id)
        place = ids.index(message_id) + step if message_id in ids else -1
        if 0 <= place < len(ids):
            self._conversations.show_version(ids[place])

    def _compare(self, message_id: str) -> None:
        from desktop_app.ui.dialogs.compare import CompareDialog

        versions = [self._conversations.message(one) for one in self._conversations.versions(message_id)]
        dialog = CompareDialog(versions, message_id, self._theme, self._window)
        dialog.version_chosen.connect(self._conversations.show_version)
        dialog.open()

    def _copy_code(self, message_id: str, number: int) -> None:
        codes = self._transcript.code_blocks(message_id)
        if number < len(codes):
            self._transcript.view.copying.put_code(codes[number][1])

    def do(self, command: str, message_id: str, argument: object = 0, href: str = "") -> None:
        """Do what a button or a row of the menu says; `argument`: a model's path, or the number of a code block."""
        match command:
            case "regenerate":
                self._regenerate(message_id)
            case "regenerate_with":
                self._regenerate_with(message_id, Path(str(argument)))
            case "continue":
                self._conversations.continue_answer(message_id)
            case "edit":
                self._editing.begin(message_id)
            case "branch":
                self._branch(message_id)
            case "delete":
                self._conversations.remove_message(message_id)
            case "restore_removed":
                self._conversations.restore_removed(self._on_show)
            case "previous" | "next":
                self._step_version(message_id, 1 if command == "next" else -1)
            case "compare":
                self._compare(message_id)
            case "open_link":
                self._transcript.link_clicked.emit(str(argument))
            case "pin" | "unpin":
                self._conversations.pin_message(message_id, command == "pin")
            case "undo_summary":
                self.summary_undo_requested.emit(message_id)
            case "export" | "export_selection":
                self.export_requested.emit(message_id if command == "export" else "")
            case _:
                self._copy(command, message_id, argument, href)

    def _copy(self, command: str, message_id: str, argument: object, href: str) -> None:
        match command:
            case "copy_selection":
                self._transcript.copy()
            case "copy_link":
                QGuiApplication.clipboard().setText(href)
            case "copy_markdown" | "copy_plain":
                self._transcript.copy_message(message_id, is_plain=command == "copy_plain")
            case "copy_code" if isinstance(argument, int):
                self._copy_code(message_id, argument)
            case "show_source":
                self._transcript.toggle_source()
            case "select_all":
                self._transcript.view.select_all()

    # Keys

    def possible_at_keys(self) -> set[str]:
        """Give what can be done to the message that keys act on: the one with the focus, else the lowest on screen."""
        message = self._transcript.message_at_keys()
        return self._menu.possible(self._situation(message)) if message is not None else set()

    def do_at_keys(self, commands: Sequence[str]) -> None:
        """Do the first of `commands` that is possible to that message."""
        message, possible = self._transcript.message_at_keys(), self.possible_at_keys()
        if message is not None and (command := next((one for one in commands if one in possible), "")):
            self.do(command, message.id)

    # Menus

    def _situation(self, message: Message, href: str = "") -> Situation:
        view = self._transcript.view
        layout = self._transcript.layout_of(message.id)
        last = self._transcript.last_layout()
        is_ended = message.state is not MessageState.GENERATING
        blocks = self._transcript.code_blocks(message.id) if is_ended else []
        return Situation(
            message_id=message.id,
            is_question=message.role is not Role.ASSISTANT,
            is_ended=is_ended,
            is_last=last is not None and last.message.id == message.id,
            is_cut=message.is_cut,
            is_read_only=view.shown.is_read_only,
            is_answering=view.shown.is_answering,
            has_text=bool(message.text),
            n_version=layout.n_version if layout is not None else 1,
            n_versions=layout.n_versions if layout is not None else 1,
            code=tuple((view.words.language(info), code.count("\n") + 1) for info, code in blocks),
            has_selection=not view.selection.is_empty,
            href=href,
            links=tuple(self._transcript.links(message.id)) if is_ended else (),
            is_source=view.conversation.is_source,
            is_pinned=message.is_pinned,
            n_removed=self._n_removed(),
        )

    def _nowhere(self, href: str) -> Situation:
        """Give what the menu is about beside all messages."""
        view = self._transcript.view
        situation = Situation("", False, True, False, False, True, False, False, 1, 1)
        is_source = view.conversation.is_source
        has_selection = not view.selection.is_empty
        return situation.replaced(has_selection=has_selection, href=href, is_source=is_source, n_removed=self._n_removed())

    def _n_removed(self) -> int:
        is_open = bool(self._on_show) and not self._transcript.view.shown.is_read_only
        return self._conversations.n_removed(self._on_show) if is_open else 0

    def _models(self) -> list[tuple[str, str]]:
        return [(self._choice.row_text(file), str(file.path)) for file in self._choice.offered()]

    def _pop_up(self, menu: QMenu, message_id: str, href: str, where: QPoint) -> None:
        if menu.actions():
            menu.triggered.connect(partial(self._on_triggered, message_id, href))
            menu.popup(where)

    def _on_triggered(self, message_id: str, href: str, action: QAction) -> None:
        if data := action.data():
            command, argument = data
            self.do(command, message_id, argument, href)

    @Slot(str, str, QPoint)
    def _on_button_pressed(self, button: str, message_id: str, where: QPoint) -> None:
        if button == "more":
            situation = self._situation(self._conversations.message(message_id)).replaced(has_selection=False)
            buttons = {*self._transcript.row_buttons(message_id), "previous", "next"}
            self._pop_up(self._menu.build(situation, self._models(), buttons), message_id, "", where)
        elif button == "regenerate_with":
            self._pop_up(self._menu.models(self._models()), message_id, "", where)
        else:
            self.do(button, message_id)

    @Slot(str, str, QPoint)
    def _on_menu_requested(self, message_id: str, href: str, where: QPoint) -> None:
        if message_id and not self._transcript.is_note(message_id):
            situation = self._situation(self._conversations.message(message_id), href)
        else:
            situation = self._nowhere(href)
        self._pop_up(self._menu.build(situation, self._models()), message_id, href, where)

    # What happened

    @Slot(str, str)
    def _on_message_removed(self, conversation_id: str, message_id: str) -> None:
        # What an older notice that still stands brings back, the new one in its place brings back, too.
        if not self._notices.has_key(_REMOVED):
            self._removed = {}
        self._removed[message_id] = conversation_id
        self._tell_removed()

    def _tell_removed(self) -> None:
        n_removed = len(self._removed)
        several = self.tr("%n message(s) removed.", "", n_removed)
        sentence = self.tr("Message removed.") if n_removed == 1 else several
        # Once a conversation: of 5,000 messages with ten summaries it takes 8 ms.
        if any(self._conversations.outdate_summary(id_, self._removed) for id_ in set(self._removed.values())):
            text = self.tr("{sentence} The summary that tells of what was removed is not used any more.")
            sentence = text.format(sentence=sentence)
        payload, button = tuple(self._removed), self.tr("Undo")
        notice = Notice(sentence, key=_REMOVED, action=UNDO_REMOVE, button=button, payload=payload, is_quiet=True)
        self._notices.show_notice(notice)

    @Slot(str, str)
    def _on_message_restored(self, _conversation_id: str, message_id: str) -> None:
        """Undo has been pressed, which takes the notice away, or it was brought back by the menu."""
        if message_id in self._removed and self._notices.has_key(_REMOVED):
            del self._removed[message_id]
            if self._removed:
                self._tell_removed()
            else:
                self._notices.close_key(_REMOVED)

    @Slot(str, object)
    def _on_action_requested(self, action: str, payload: object) -> None:
        if action == UNDO_REMOVE and isinstance(payload, tuple):
            self._conversations.restore_message(*payload)

    @Slot(str)
    def _on_conversation_added(self, conversation_id: str) -> None:
        if conversation_id in self._branched:
            self._branched.remove(conversation_id)
            self.conversation_requested.emit(conversation_id)
