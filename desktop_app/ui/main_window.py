"""The window: places the panels and connects them with the services, one method for each feature. No behaviour."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QCoreApplication, QEvent, QPoint, QSize, Qt, Signal, Slot
from PySide6.QtWidgets import QMainWindow

from desktop_app import APP_NAME
from desktop_app.errors import AppError, StorageError
from desktop_app.ui.actions import Actions, native
from desktop_app.ui.appearance import Appearance
from desktop_app.ui.attaching import Attaching
from desktop_app.ui.centre import Centre
from desktop_app.ui.chat_keys import ChatKeys
from desktop_app.ui.composer.composer import Composer
from desktop_app.ui.composer.queued import QueuedMessages
from desktop_app.ui.conversation_export import ConversationExport
from desktop_app.ui.conversation_import import ConversationImport
from desktop_app.ui.editing import Editing
from desktop_app.ui.empty_state import EmptyState
from desktop_app.ui.failed_answers import FailedAnswers
from desktop_app.ui.icons import application_icon
from desktop_app.ui.leaving import Leaving
from desktop_app.ui.message_actions import MessageActions
from desktop_app.ui.message_queue import MessageQueue
from desktop_app.ui.model_choice import ModelChoice
from desktop_app.ui.model_status import ModelStatusText
from desktop_app.ui.notices import READ_ONLY, Notice, NoticeArea
from desktop_app.ui.open_conversation import OpenConversation
from desktop_app.ui.remedies import Remedies
from desktop_app.ui.saved_geometry import SavedGeometry
from desktop_app.ui.searching import Searching
from desktop_app.ui.sidebar.conversation_feed import ConversationFeed
from desktop_app.ui.sidebar.conversation_list_model import ConversationListModel
from desktop_app.ui.sidebar.filing import Filing
from desktop_app.ui.sidebar.sidebar import Sidebar
from desktop_app.ui.sidebar.trash import Trash
from desktop_app.ui.taken_back import TakenBack
from desktop_app.ui.theme import Theme
from desktop_app.ui.top_bar import TopBar
from desktop_app.ui.transcript_place import TranscriptPlace
from desktop_app.ui.undo import Undo
from desktop_app.ui.widgets.buttons import press_by_enter
from desktop_app.ui.widgets.focus_ring import FocusRing
from desktop_app.ui.widgets.side_splitter import SideSplitter

if TYPE_CHECKING:
    from PySide6.QtGui import QCloseEvent, QDragEnterEvent, QDropEvent, QKeyEvent

    from desktop_app.services import Services
    from desktop_app.services.online import Online

SIZE_MIN = QSize(640, 480)


class MainWindow(QMainWindow):
    """The one window.

    Signals:
        first_painted(): once, when the person can see it.
    """

    first_painted = Signal()

    def __init__(self, services: Services, appearance: Appearance) -> None:
        super().__init__()
        self._services = services
        self._appearance = appearance
        self.setWindowTitle(APP_NAME)
        self.setMinimumSize(SIZE_MIN)
        self.setAcceptDrops(True)
        with appearance.put_off():
            self._make_parts(services, appearance.theme)
            self._place_parts()
        self._connect_appearance()
        self._connect_conversations()
        self._connect_model()
        self._connect_actions()
        self._connect_notices()
        self._geometry = SavedGeometry(services.preferences, self._splitter, self)
        self._on_side_changed()
        self.open_conversation(None)
        self.composer.setFocus()

    # Placing

    def _make_parts(self, services: Services, theme: Theme) -> None:
        self.actions_ = Actions(self)
        self.list_model = ConversationListModel(parent=self)
        self._feed = ConversationFeed(self.list_model, services, self)
        self.sidebar = Sidebar(self.list_model, self.actions_, theme)
        self._filing = Filing(services, self.sidebar, self.list_model, self.actions_, theme, self)
        self._trash = Trash(services, self.sidebar, self.actions_, theme, self)
        self.importing = ConversationImport(services, theme, self)
        self._words = ModelStatusText(services.engine, services.library, self)
        self._choice = ModelChoice(services, self._words, self.actions_, theme, self)
        self.top_bar = TopBar(self.actions_, theme)
        self.empty_state = EmptyState(theme)
        self.transcript = TranscriptPlace(theme, formulas=services.formulas)
        self.transcript.name_keys_by(lambda name: native(self.actions_.all()[name].shortcut()))
        self.notices = NoticeArea(theme)
        self.composer = Composer(theme)
        self._remedies = Remedies(services, self.notices, theme, self)
        self._failed = FailedAnswers(services, self.notices, self)
        self._undo = Undo(services.conversations, self.notices, self)
        self.queued = QueuedMessages(theme)
        self.attaching = Attaching(services, self.composer, self.notices, theme, self)
        self._queue = MessageQueue(services, self.queued, self, self.attaching.ids)
        typed = (self.composer, self.attaching.ids)
        self._taken_back = TakenBack(services.conversations, self.queued, *typed, self.notices, self)
        self.editing = Editing(services, self.transcript, self._words, self.notices, theme, self)
        parts = (self.transcript, self.composer, self._words, self.editing, self._queue)
        self.conversation = OpenConversation(services, *parts, self, self.attaching.ids)
        self.searching = Searching(services, self.sidebar, self.transcript, self.actions_, theme, self)
        choosing = (self._choice, self._words, self.notices)
        self.message_actions = MessageActions(services, self.transcript, self.editing, *choosing, theme, self)
        shown = (self.sidebar.list, self.list_model, self.transcript, self.notices, self.actions_)
        self.exporting = ConversationExport(services, *shown, theme, self)
        self.leaving = Leaving(services.conversations, self.conversation, theme, self)
        self.leaving.store_also(self.queued.store, list)

    def _place_parts(self) -> None:
        parts = (self.top_bar, self.empty_state, self.transcript, self.notices, self.queued, self.composer)
        self.centre = Centre(*parts, self._appearance.theme)
        self.centre.first_painted.connect(self._on_first_painted)
        self._splitter = SideSplitter(self.sidebar, self.centre)
        self._splitter.side_changed.connect(self._on_side_changed)
        self._splitter.side_gave_way.connect(self._on_side_changed)
        self.setCentralWidget(self._splitter)
        self._ring = FocusRing(self._appearance.theme, self)

    # Connecting, one method for each feature

    def _connect_appearance(self) -> None:
        views = (self.sidebar, self.top_bar, self.centre, self.transcript, self.notices, self.composer, self._ring)
        parts = (self._choice, self._remedies, self.leaving, self.queued, self.editing, self.message_actions)
        for part in (*views, *parts, self._filing, self._trash, self.attaching, self.importing, self.exporting, self.searching):
            self._appearance.theme_changed.connect(part.set_theme)
        self._services.preferences.setting_changed.connect(self._on_setting_changed)
        self.sidebar.setting_requested.connect(self._services.preferences.set)
        self._on_setting_changed("theme")

    def _connect_conversations(self) -> None:
        conversations = self._services.conversations
        self.sidebar.list.conversation_selected.connect(self.open_conversation)
        self.conversation.opened.connect(self.sidebar.list.select)
        self.centre.page_changed.connect(self.sidebar.list.set_page)
        self.conversation.opened.connect(self.attaching.open)
        for part in (self._filing, self._trash, self._undo, self._failed, self.searching):
            part.conversation_requested.connect(self.open_conversation)
        for following in (self._trash, self._undo, self._failed, self._taken_back, self.message_actions):
            self.conversation.opened.connect(following.set_on_show)
        self._filing.folder_removed.connect(self._undo.tell_folder_removed)
        self.first_painted.connect(self._trash.refresh)
        self.conversation.emptiness_changed.connect(self.centre.set_empty)
        conversations.conversation_trashed.connect(self._on_conversation_trashed)
        self.transcript.link_clicked.connect(self._remedies.follow_link)
        self.transcript.attachment_pressed.connect(self.attaching.show_attachment)
        self.transcript.addAction(self.actions_.copy)
        self.editing.conversation_requested.connect(self.open_conversation)
        self.editing.ended.connect(self.transcript.setFocus)
        self.message_actions.conversation_requested.connect(self.open_conversation)
        self.message_actions.export_requested.connect(self.exporting.ask_message)
        self.conversation.opened.connect(self.exporting.set_on_show)

    def _connect_model(self) -> None:
        engine = self._services.engine
        self._services.generation.name_models_by(self._words.current_name)
        self._words.changed.connect(self._on_model_words_changed)
        self.conversation.speed_measured.connect(self._words.set_speed)
        self.top_bar.models_requested.connect(self._on_models_requested)
        self.top_bar.cancel_requested.connect(engine.cancel_load)
        self.top_bar.reload_requested.connect(engine.reload)
        self.top_bar.card_requested.connect(self.actions_.try_card.trigger)
        self.empty_state.models_requested.connect(self._on_models_requested)
        self._choice.failed.connect(self.show_error)
        self._on_model_words_changed()

    def _connect_actions(self) -> None:
        actions = self.actions_
        actions.new_chat.triggered.connect(self._on_new_chat)
        actions.rename.triggered.connect(self._on_rename)
        actions.new_private_chat.triggered.connect(self._on_new_private_chat)
        actions.next_conversation.triggered.connect(self._on_next_conversation)
        actions.previous_conversation.triggered.connect(self._on_previous_conversation)
        actions.toggle_sidebar.triggered.connect(self._splitter.toggle_side)
        actions.focus_composer.triggered.connect(self._on_focus_composer)
        actions.attach.triggered.connect(self._on_focus_composer)
        actions.attach.triggered.connect(self.composer.attach_requested)
        actions.choose_model.triggered.connect(self._on_models_requested)
        actions.open_file.triggered.connect(self._choice.ask_for_file)
        actions.try_card.triggered.connect(self._services.engine.try_card_again)
        actions.eject.triggered.connect(self._services.engine.unload)
        actions.reload.triggered.connect(self._services.engine.reload)
        actions.copy.triggered.connect(self.transcript.copy)
        actions.search.triggered.connect(self._on_search)
        actions.find.triggered.connect(self._splitter.show_rest)
        about = (self.conversation, self.transcript, self.message_actions)
        self._chat_keys = ChatKeys(actions, self.centre, *about, self)
        actions.zoom_in.triggered.connect(self._appearance.zoom_in)
        actions.zoom_out.triggered.connect(self._appearance.zoom_out)
        actions.zoom_reset.triggered.connect(self._appearance.zoom_reset)
        actions.import_conversations.triggered.connect(self.importing.ask)
        actions.about.triggered.connect(self._on_about)
        actions.quit.triggered.connect(self.close)
        self.leaving.close_requested.connect(self.close)

    def _connect_notices(self) -> None:
        services, remedies = self._services, self._remedies
        services.engine.crashed.connect(self.show_error)
        services.engine.load_failed.connect(self.show_error)
        services.engine.model_loaded.connect(remedies.forget_engine_trouble)
        services.engine.stepped_down.connect(remedies.tell_stepped_down)
        services.conversations.write_failed.connect(self._on_write_failed)
        services.conversations.write_recovered.connect(remedies.forget_storage_trouble)
        services.preferences.write_failed.connect(remedies.tell_settings_unsaved)
        remedies.models_requested.connect(self._on_models_requested)
        remedies.new_chat_requested.connect(self._on_new_chat)
        remedies.retry_requested.connect(self.conversation.try_again)

    # What others ask of the window

    @Slot(str)
    def open_conversation(self, conversation_id: str | None) -> None:
        """Show a conversation; None: the new chat."""
        self.centre.show_page(None)
        self._splitter.show_rest()
        if conversation_id is not None and conversation_id == self.conversation.conversation_id:
            return
        try:
            self.conversation.open(conversation_id)
        except StorageError:
            if conversation_id is not None:  # what cannot be read must not be written to
                self.conversation.open(None)
            raise

    def ask_in_new_chat(self, text: str) -> str:
        """Ask the model on show, from the small window; give the id of the chat that this begins."""
        return self._services.conversations.ask(None, text, self._words.current_name(), is_quick=True)

    def bring_to_front(self) -> None:
        """Come to the front, out of the task bar if need be."""
        self.setWindowState(self.windowState() & ~Qt.WindowState.WindowMinimized)
        self.show()
        self.raise_()
        self.activateWindow()

    @Slot(str)
    def on_later_start(self, file: str) -> None:
        """The application was started again, with a model file or ""."""
        self.bring_to_front()
        if file:
            self.open_file(Path(file))

    def open_file(self, path: Path) -> None:
        """Ask whether `path` is to be used as a model."""
        self._choice.offer(path)

    def show_context(self) -> None:
        """Show how full the context is, and where something waits to be sent: nobody asks for that before the first paint."""
        from desktop_app.ui.context.context_view import ContextView

        shown = (self.conversation, self.transcript, self.composer.add_gauge, self.notices)
        self.context = ContextView(self._services, *shown, self._appearance.theme, self)
        self.context.connect_requests(self.message_actions)
        self.context.conversation_requested.connect(self.open_conversation)
        self.context.meter.read_draft_by(self.composer.text)
        self.composer.text_changed.connect(self.context.meter.on_draft_changed)
        self._feed.show_unsent()
        self._appearance.theme_changed.connect(self.context.set_theme)

    def show_model_talk(self) -> None:
        """Show how the model is talked to, from now on: none is in memory before the first paint."""
        from desktop_app.ui.model_talk.model_talk import ModelTalk

        self.model_talk = ModelTalk(self._services, self.notices, self._appearance.theme, self)
        self.composer.add_gauge(self.model_talk.thinking)
        self.actions_.chat_template.triggered.connect(self.model_talk.show_template)
        self.actions_.load_settings.triggered.connect(self.model_talk.show_loading)
        self._appearance.theme_changed.connect(self.model_talk.set_theme)

    def show_prompts(self) -> None:
        """Have prompt templates at the composer, all commands in one list, and a page of settings, from now on."""
        from desktop_app.ui.commands import Commands
        from desktop_app.ui.guide_place import GuidePlace
        from desktop_app.ui.personas_place import PersonasPlace
        from desktop_app.ui.prompts_place import PromptsPlace
        from desktop_app.ui.settings_place import SettingsPlace
        from desktop_app.ui.talk_place import TalkPlace

        preferences = self._services.preferences
        self.commands = Commands(self.actions_, preferences, self._appearance, self, self._chat_keys.impossible)
        places = (self.composer, self.transcript, self.centre, self.sidebar, self.notices)
        self.prompts = PromptsPlace(self._services, *places, self.actions_, self._appearance, self)
        self.leaving.store_also(self.prompts.store, self.prompts.templates.unsaved_texts)
        self._appearance.theme_changed.connect(self.prompts.set_theme)
        shown = (self.actions_, self.centre, self.sidebar)
        self.settings = SettingsPlace(self._services, *shown, self.notices, self._appearance, self)
        self.guide = GuidePlace(self.actions_, self.centre, self._appearance, self)
        self._appearance.theme_changed.connect(self.settings.set_theme)
        around = (self.conversation, self.actions_, self.centre, self.top_bar, self._splitter)
        self.talk = TalkPlace(self._services, *around, self._appearance.theme, self)
        self._appearance.theme_changed.connect(self.talk.set_theme)
        parts = (self.conversation, self.composer, self.empty_state, self.top_bar, self.centre, self.sidebar, self.notices)
        talking = (self._choice, self._words, self.actions_, self.talk.levels)
        self.personas = PersonasPlace(self._services, *parts, *talking, self._appearance, self)
        self.talk.at_top = self.personas.row
        self.personas.serve_presets(self.talk.dialogs)
        self.leaving.store_also(self.personas.store, self.personas.unsaved_texts)
        self._appearance.theme_changed.connect(self.personas.set_theme)
        self.prompts.values = self.personas.instructions.values
        self.prompts.send_requested.connect(self.conversation.send_apart)
        self.prompts.instructions_wanted.connect(self.talk.take_instructions)
        self.leaving.store_also(self.talk.store, self.talk.unsaved_texts)

    def show_models(self, online: Online) -> None:
        """Have a page about models, and the card of a first start, from now on."""
        from desktop_app.ui.first_run import FirstRun
        from desktop_app.ui.models_place import ModelsPlace

        application = QCoreApplication.instance()
        if sys.platform == "darwin" and application is not None:
            from desktop_app.ui.opened_files import OpenedFiles

            self._opened_files = OpenedFiles(self.open_file, application)
        shown = (self.actions_, self.centre, self.sidebar, self._choice, self.notices)
        self.models = ModelsPlace(self._services, online, *shown, self._appearance.theme, self)
        self.models.save_requested.connect(self.exporting.save_code)
        parts = (self.empty_state, self.conversation, self.message_actions, self.notices)
        self.first_run = FirstRun(self._services, online, self.models, *parts, self._appearance.theme, self)
        self.first_run.conversation_requested.connect(self.open_conversation)
        self._appearance.theme_changed.connect(self.models.set_theme)
        self._appearance.theme_changed.connect(self.first_run.set_theme)

    @Slot(object)
    def show_error(self, error: AppError, retry: tuple[str, object] = ("", None)) -> None:
        """Say what went wrong, in one sentence; what *Try again* asks for, if there is to be such a button, says `retry`."""
        self.notices.show_error(error, retry)

    @Slot(object)
    def _on_write_failed(self, error: AppError) -> None:
        # Once: on a disk that is full from the start every draft fails again.
        if not self.notices.has_key(READ_ONLY):
            self.notices.show_error(error)

    def show_bug(self, text: str, *, is_saved: bool = True) -> None:
        """Own up to a mistake of ours; `text` is the traceback, `is_saved`: everything that was written is on disk."""
        saved, unsaved = self.tr("Hearth made a mistake; what you wrote is saved."), self.tr("Hearth made a mistake.")
        sentence = saved if is_saved else unsaved
        self.notices.show_notice(Notice(sentence, "error", key="bug", details=text))

    # What happened

    @Slot()
    def _on_first_painted(self) -> None:
        self.first_painted.emit()
        if self._services.preferences.problem is not None:
            self._remedies.tell_settings_problem(self._services.preferences.problem)
        # Its sizes take some milliseconds to render; nobody misses the icon for that long.
        self.setWindowIcon(application_icon())

    @Slot(str)
    def _on_setting_changed(self, key: str) -> None:
        if key in ("theme", "language"):
            preferences = self._services.preferences
            self.sidebar.set_values(str(preferences.get("theme")), str(preferences.get("language")))

    @Slot()
    def _on_side_changed(self) -> None:
        self.top_bar.set_sidebar_visible(self._splitter.is_side_visible())

    @Slot(str)
    def _on_conversation_trashed(self, conversation_id: str) -> None:
        if conversation_id == self.conversation.conversation_id:
            self.open_conversation(None)

    @Slot()
    def _on_model_words_changed(self) -> None:
        self.top_bar.set_status(self._words.status())
        self.empty_state.set_model(bool(self._words.current_name()), self._words.is_starter())

    @Slot()
    def _on_models_requested(self) -> None:
        button = self.top_bar.model_button
        self._choice.pop_up(button.mapToGlobal(QPoint(0, button.height() + 4)))

    @Slot()
    def _on_new_chat(self) -> None:
        self.open_conversation(None)
        self._on_focus_composer()

    @Slot()
    def _on_new_private_chat(self) -> None:
        self.conversation.open(None, is_private=True)
        self._on_focus_composer()

    @Slot()
    def _on_focus_composer(self) -> None:
        self.centre.show_page(None)
        self._splitter.show_rest()
        self._ring.keys_used()
        self.composer.edit.setFocus(Qt.FocusReason.ShortcutFocusReason)

    @Slot()
    def _on_rename(self) -> None:
        self._show_side()
        self.sidebar.list.rename_selected()

    @Slot()
    def _on_search(self) -> None:
        self._show_side()
        self._ring.keys_used()
        self.searching.begin()

    def _show_side(self) -> None:
        if not self._splitter.is_side_visible():
            self._splitter.toggle_side()

    @Slot()
    def _on_next_conversation(self) -> None:
        self._step(1)

    @Slot()
    def _on_previous_conversation(self) -> None:
        self._step(-1)

    def _step(self, step: int) -> None:
        found = self.list_model.neighbour(self.conversation.conversation_id, step)
        if found is not None:
            self.open_conversation(found)

    @Slot()
    def _on_about(self) -> None:
        from desktop_app.ui.dialogs.about import AboutDialog

        AboutDialog(self._services.engine.versions, self._appearance.theme, self).open()

    # What Qt asks

    def focusNextPrevChild(self, next: bool) -> bool:
        """Go on as the window is read, and show where the keyboard is, from the first Tab on."""
        return self._ring.tab(next) or super().focusNextPrevChild(next)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Press the button where the keyboard is with Enter."""
        if not press_by_enter(self, event):
            super().keyPressEvent(event)

    def changeEvent(self, event: QEvent) -> None:
        """Speak the new language; look at the calendar when the person comes back."""
        super().changeEvent(event)
        if event.type() is QEvent.Type.LanguageChange:
            self.actions_.retranslate()
            self.list_model.refresh_headings()
            self._on_model_words_changed()
        elif event.type() is QEvent.Type.ActivationChange and self.isActiveWindow():
            self.list_model.refresh_headings_if_another_day()

    def dragEnterEvent(self, event: QDragEnterEvent) -> None:
        """Take what can be used from another program."""
        from desktop_app.ui.dropping import accept

        accept(self, event)

    def dropEvent(self, event: QDropEvent) -> None:
        """Use it, or ask whether it is to be used."""
        from desktop_app.ui.dropping import accept, take

        if accept(self, event):
            take(self, event.mimeData())

    def closeEvent(self, event: QCloseEvent) -> None:
        """Keep what is typed and how the window stood; stay when the disk does not take it.

        The services are closed by the application.
        """
        self._geometry.save()
        if self.leaving.may_close():
            super().closeEvent(event)
        else:
            event.ignore()
