"""Every action of the window: its words, its keys, and nothing of what it does.

`main_window.py` connects them. An action lives in the window, so its key works wherever the keyboard is, but for
those that belong to one view (*Copy*, *Move to trash*), which the window adds to that view. The keys here are the usual
ones; `chosen_keys.py` puts those of the person in their place.
"""

from __future__ import annotations

from PySide6.QtCore import QObject, Qt
from PySide6.QtGui import QAction, QKeySequence
from PySide6.QtWidgets import QWidget


class Actions(QObject):
    """The actions, as attributes. `usual_keys`: those that they are made with."""

    def __init__(self, window: QWidget) -> None:
        super().__init__(window)
        self.usual_keys: dict[QAction, list[QKeySequence]] = {}
        self._make_about_conversations(window)
        self._make_about_the_chat(window)
        self._make_about_the_view(window)
        self._make_about_everything(window)
        self.about.setMenuRole(QAction.MenuRole.AboutRole)
        self.quit.setMenuRole(QAction.MenuRole.QuitRole)
        self.retranslate()

    def _make_about_conversations(self, window: QWidget) -> None:
        self.show_commands = self._make(window, "Ctrl+K")
        self.new_chat = self._make(window, "Ctrl+N")
        self.new_private_chat = self._make(window, "Ctrl+Shift+N")
        self.new_folder = self._make(window)
        self.rename = self._make(window, "F2")
        self.pin = self._make(window)
        self.tags = self._make(window)
        self.duplicate = self._make(window)
        self.trash = self._make(None, "Ctrl+Delete", "Ctrl+Backspace")
        self.show_trash = self._make(window)
        self.next_conversation = self._make(window, "Ctrl+PgDown", "Ctrl+Tab")
        self.previous_conversation = self._make(window, "Ctrl+PgUp", "Ctrl+Shift+Tab")

    def _make_about_the_chat(self, window: QWidget) -> None:
        self.toggle_sidebar = self._make(window, "Ctrl+B")
        self.show_talk_panel = self._make(window, "Ctrl+Shift+I")
        self.quick_question = self._make(window)
        self.show_parameters = self._make(window)
        self.focus_composer = self._make(window, "Ctrl+L")
        self.attach = self._make(window, "Ctrl+Shift+A")
        self.choose_prompt = self._make(window, "Ctrl+Shift+P")
        self.show_prompts = self._make(window, "Ctrl+Shift+T")
        self.choose_persona = self._make(window, "Ctrl+J")
        self.show_personas = self._make(window, "Ctrl+Shift+J")
        self.show_settings = self._make(window, "Ctrl+,")
        self.choose_model = self._make(window, "Ctrl+M")
        self.show_models = self._make(window, "Ctrl+Shift+M")
        self.open_file = self._make(window, "Ctrl+O")
        self.chat_template = self._make(window)
        self.load_settings = self._make(window)
        self.try_card = self._make(window)
        self.eject = self._make(window)
        self.reload = self._make(window, "Ctrl+Shift+R")
        self.regenerate = self._make(window, "Ctrl+R")
        self.copy_message = self._make(window)
        self.edit_message = self._make(window)
        self.continue_answer = self._make(window)
        self.previous_version = self._make(window)
        self.next_version = self._make(window)
        self.compare_versions = self._make(window)
        self.pin_message = self._make(window)
        self.branch_off = self._make(window)
        self.remove_message = self._make(window)

    def _make_about_the_view(self, window: QWidget) -> None:
        self.search = self._make(window, "Ctrl+Shift+F")
        self.find = self._make(window, "Ctrl+F")
        self.find_next = self._make(window, "F3", "Ctrl+G")
        self.find_previous = self._make(window, "Shift+F3", "Ctrl+Shift+G")
        self.show_source = self._make(window, "Ctrl+U")
        self.zoom_in = self._make(window, "Ctrl++", "Ctrl+=")
        self.zoom_out = self._make(window, "Ctrl+-")
        self.zoom_reset = self._make(window, "Ctrl+0")
        self.stop = self._make(window, "Esc")
        self.copy = self._make(None, QKeySequence(QKeySequence.StandardKey.Copy).toString())

    def _make_about_everything(self, window: QWidget) -> None:
        self.model_folders = self._make(window)
        self.show_hub = self._make(window)
        self.show_downloads = self._make(window)
        self.show_network = self._make(window)
        self.backups = self._make(window)
        self.open_data_folder = self._make(window)
        self.move_data = self._make(window)
        self.reset_settings = self._make(window)
        self.import_conversations = self._make(window)
        self.export = self._make(window, "Ctrl+Shift+E")
        self.export_folder = self._make(window)
        self.export_all = self._make(window)
        self.print = self._make(window, "Ctrl+P")
        self.show_guide = self._make(window, "F1")
        self.show_shortcuts = self._make(window, "Ctrl+/")
        self.show_diagnostics = self._make(window)
        self.look_for_updates = self._make(window)
        self.about = self._make(window)
        self.quit = self._make(window, "Ctrl+Q")

    def all(self) -> dict[str, QAction]:
        """Give every action that can be had at any time by its name, in the order of the window."""
        return {name: one for name, one in vars(self).items() if isinstance(one, QAction) and one is not self.export_folder}

    def _make(self, window: QWidget | None, *keys: str) -> QAction:
        action = QAction(self)
        self.usual_keys[action] = [QKeySequence(key) for key in keys]
        action.setShortcuts(self.usual_keys[action])
        if window is not None:
            window.addAction(action)
        else:
            action.setShortcutContext(Qt.ShortcutContext.WidgetShortcut)
        return action

    def retranslate(self) -> None:
        """Speak the language that is on now."""
        self._name_those_about_conversations()
        self._name_those_about_the_chat()
        self._name_those_about_the_view()
        self._name_those_about_everything()

    def _name_those_about_conversations(self) -> None:
        self.show_commands.setText(self.tr("All commands"))
        self.new_chat.setText(self.tr("New chat"))
        self.new_private_chat.setText(self.tr("New private chat"))
        self.new_folder.setText(self.tr("New folder"))
        self.rename.setText(self.tr("Rename"))
        self.pin.setText(self.tr("Pin or unpin"))
        self.tags.setText(self.tr("Tags…"))
        self.duplicate.setText(self.tr("Duplicate"))
        self.trash.setText(self.tr("Move to trash"))
        self.show_trash.setText(self.tr("Show the trash"))
        self.next_conversation.setText(self.tr("Next conversation"))
        self.previous_conversation.setText(self.tr("Previous conversation"))

    def _name_those_about_the_chat(self) -> None:
        self.toggle_sidebar.setText(self.tr("Show or hide the sidebar"))
        self.show_talk_panel.setText(self.tr("Instructions and parameters"))
        self.quick_question.setText(self.tr("Quick question, from any program"))
        self.show_parameters.setText(self.tr("Parameters of all chats…"))
        self.focus_composer.setText(self.tr("Write a message"))
        self.attach.setText(self.tr("Attach files…"))
        self.choose_prompt.setText(self.tr("Use a prompt template"))
        self.show_prompts.setText(self.tr("Prompt templates"))
        self.choose_persona.setText(self.tr("Choose a persona"))
        self.show_personas.setText(self.tr("Personas"))
        self.show_settings.setText(self.tr("All settings…"))
        self.choose_model.setText(self.tr("Choose a model"))
        self.show_models.setText(self.tr("Models"))
        self.open_file.setText(self.tr("Open file…"))
        self.chat_template.setText(self.tr("Chat template…"))
        self.load_settings.setText(self.tr("How it is loaded…"))
        self.try_card.setText(self.tr("Try the graphics card again"))
        self.eject.setText(self.tr("Eject"))
        self.reload.setText(self.tr("Reload the model"))
        self.regenerate.setText(self.tr("Regenerate"))
        self.copy_message.setText(self.tr("Copy the message"))
        self.edit_message.setText(self.tr("Edit the message"))
        self.continue_answer.setText(self.tr("Continue the answer"))
        self.previous_version.setText(self.tr("Previous version of the message"))
        self.next_version.setText(self.tr("Next version of the message"))
        self.compare_versions.setText(self.tr("Compare the versions of the message…"))
        self.pin_message.setText(self.tr("Pin the message to the context, or unpin it"))
        self.branch_off.setText(self.tr("Branch into a new conversation at the message"))
        self.remove_message.setText(self.tr("Remove the message"))

    def _name_those_about_the_view(self) -> None:
        self.search.setText(self.tr("Search all conversations"))
        self.find.setText(self.tr("Find in this conversation"))
        self.find_next.setText(self.tr("Next match"))
        self.find_previous.setText(self.tr("Previous match"))
        self.show_source.setText(self.tr("Show or hide the source"))
        self.zoom_in.setText(self.tr("Larger text"))
        self.zoom_out.setText(self.tr("Smaller text"))
        self.zoom_reset.setText(self.tr("Usual text size"))
        self.stop.setText(self.tr("Stop"))
        self.copy.setText(self.tr("Copy"))

    def _name_those_about_everything(self) -> None:
        self.model_folders.setText(self.tr("Model folders…"))
        self.show_hub.setText(self.tr("Find models on Hugging Face"))
        self.show_downloads.setText(self.tr("Downloads"))
        self.show_network.setText(self.tr("Network"))
        self.backups.setText(self.tr("Backups…"))
        self.open_data_folder.setText(self.tr("Open the folder with my data"))
        self.move_data.setText(self.tr("Move my data…"))
        self.reset_settings.setText(self.tr("Reset all settings"))
        self.import_conversations.setText(self.tr("Import conversations…"))
        self.export.setText(self.tr("Export…"))
        self.export_folder.setText(self.tr("Export…"))
        self.export_all.setText(self.tr("Export everything…"))
        self.print.setText(self.tr("Print…"))
        self.show_guide.setText(self.tr("User guide"))
        self.show_shortcuts.setText(self.tr("Keyboard shortcuts"))
        self.show_diagnostics.setText(self.tr("Diagnostics…"))
        self.look_for_updates.setText(self.tr("Look for a newer version"))
        self.about.setText(self.tr("About Hearth"))
        self.quit.setText(self.tr("Quit"))


def keys(action: QAction) -> str:
    """Give the first shortcut of `action` as it is shown beside a button: "Ctrl N"."""
    return native(action.shortcut()).replace("+", " ")


def native(keys: QKeySequence | str) -> str:
    """Give keys as they are written on this system: "Ctrl+N"."""
    return QKeySequence(keys).toString(QKeySequence.SequenceFormat.NativeText)
