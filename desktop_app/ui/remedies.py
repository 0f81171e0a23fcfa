"""What the buttons in notices do, for those that need more than a signal."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from PySide6 import QtCore, QtGui
from PySide6.QtCore import QLocale, QObject, Signal, Slot
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QWidget

from desktop_app.engine.parameters import LoadParameters
from desktop_app.errors import AppError, ContextTooLarge, SettingsHeld
from desktop_app.ui.error_text import ErrorText, Remedy
from desktop_app.ui.model_names import ModelNames
from desktop_app.ui.notices import Notice, NoticeArea
from desktop_app.ui.theme import Theme

if TYPE_CHECKING:
    from desktop_app.engine.protocol import ModelInfo
    from desktop_app.services import Services

COPY_ADDRESS = "copy_address"
TRY_CARD = "try_card"
SAVE_SETTINGS = "save_settings"

ENGINE_TROUBLE = (
    "EngineCrashed", "EngineNotResponding", "EngineStartFailed", "NoModel", "NotAModelFile", "ModelFileNotFound",
    "ModelLoadFailed", "ChatTemplateFailed", "LoadCrashed", "NotEnoughMemory", "ContextTooLarge",
    "stepped_down",
)  # fmt: skip
"""Keys of notices that a loaded model puts an end to."""


class Remedies(QObject):
    """Tells of what was done and offers the way back; presses of buttons come in through `apply`.

    Signals:
        models_requested(), new_chat_requested(), retry_requested()
    """

    models_requested = Signal()
    new_chat_requested = Signal()
    retry_requested = Signal()

    def __init__(self, services: Services, notices: NoticeArea, theme: Theme, window: QWidget) -> None:
        super().__init__(window)
        self._services = services
        self._notices = notices
        self._theme = theme
        self._window = window
        self._names = ModelNames(self)
        notices.action_requested.connect(self.apply)

    @Slot(object)
    def set_theme(self, theme: Theme) -> None:
        """Take other colours."""
        self._theme = theme

    @Slot(str, object)
    def apply(self, action: str, payload: object) -> None:
        """Do what a button says; `payload` is the error, the id or the address that its notice was about."""
        match action:
            case Remedy.RELOAD:
                self._services.engine.reload()
            case "try_card":
                self._services.engine.try_card_again()
            case Remedy.CHOOSE_MODEL:
                self.models_requested.emit()
            case Remedy.NEW_CHAT:
                self.new_chat_requested.emit()
            case Remedy.SMALLER_CONTEXT:
                self._load_with_smaller_context(payload)
            case Remedy.TRY_AGAIN:
                self.retry_requested.emit()
            case Remedy.OPEN_FOLDER:
                self.open_folder(Path(getattr(payload, "path", self._services.paths.data)).parent)
            case Remedy.OPEN_PAGE:
                self.follow_link(str(getattr(payload, "url", "")))
            case "save_settings":
                self._services.preferences.retry()
            case "copy_address":
                QGuiApplication.clipboard().setText(str(payload))

    def _load_with_smaller_context(self, error: object) -> None:
        assert isinstance(error, ContextTooLarge)
        self._services.engine.load(Path(error.path), LoadParameters(n_ctx=error.n_ctx_fitting))

    @Slot(object)
    def tell_stepped_down(self, model: ModelInfo) -> None:
        """Say once that a model is not loaded as it was meant to be."""
        action = button = ""
        if model.device_reason in ("failed", "too_little_memory"):
            action, button = TRY_CARD, self.tr("Try the graphics card again")
        if model.device_reason == "failed":
            text = self.tr("The graphics card or its driver failed, so “{model}” runs on the processor and answers more slowly.")
        elif model.device_reason == "too_little_memory":
            text = self.tr("The graphics card has too little free memory, so “{model}” runs on the processor.")
        else:
            text = self._smaller(model.parameters, self._services.engine.meant)
        sentence = text.format(
            model=self._names.named(model, self._services.library).name,
            n_on_card=model.n_gpu_layers,
            n_layers=model.n_offloadable or model.n_layers,
            n=QLocale().toString(model.n_ctx),
            type=model.parameters.type_k,
        )
        self._notices.show_notice(Notice(sentence, "warning", "stepped_down", action, button))

    def _smaller(self, found: LoadParameters, meant: LoadParameters) -> str:
        """Name what is smaller than it was meant to be: layers on the card, the context, the KV cache."""
        has_smaller_cache = (found.type_k, found.type_v) != (meant.type_k, meant.type_v)
        match found.n_gpu_layers != meant.n_gpu_layers, found.n_ctx != meant.n_ctx, has_smaller_cache:
            case True, False, False:
                return self.tr(
                    "There was less memory than expected, so “{model}” was loaded with {n_on_card} of {n_layers} layers on the "
                    "graphics card."
                )
            case True, True, False:
                return self.tr(
                    "There was less memory than expected, so “{model}” was loaded with {n_on_card} of {n_layers} layers on the "
                    "graphics card and a context of {n} tokens."
                )
            case True, False, True:
                return self.tr(
                    "There was less memory than expected, so “{model}” was loaded with {n_on_card} of {n_layers} layers on the "
                    "graphics card and a KV cache of type {type}."
                )
            case True, True, True:
                return self.tr(
                    "There was less memory than expected, so “{model}” was loaded with {n_on_card} of {n_layers} layers on the "
                    "graphics card, a context of {n} tokens and a KV cache of type {type}."
                )
            case False, False, True:
                return self.tr("There was less memory than expected, so “{model}” was loaded with a KV cache of type {type}.")
            case False, True, True:
                return self.tr(
                    "There was less memory than expected, so “{model}” was loaded with a context of {n} tokens and a KV cache of "
                    "type {type}."
                )
        return self.tr("There was less memory than expected, so “{model}” was loaded with a context of {n} tokens.")

    @Slot(str)
    def follow_link(self, href: str) -> None:
        """Show where a link of a message leads and ask; say so when it cannot be opened."""
        from desktop_app.ui.dialogs.links import LinkDialog, checked_link

        url = checked_link(href)
        if url is None:
            sentence = self.tr("This link cannot be opened from here.")
            button = self.tr("Copy address")
            notice = Notice(sentence, key="link", action=COPY_ADDRESS, button=button, payload=href, is_quiet=True)
            self._notices.show_notice(notice)
            return
        dialog = LinkDialog(url, self._theme, self._window)
        dialog.open_requested.connect(self._on_open_requested)
        dialog.open()

    @Slot()
    def forget_engine_trouble(self) -> None:
        """A model is in memory: what was said about the engine is no longer true."""
        for key in ENGINE_TROUBLE:
            self._notices.close_key(key)

    @Slot()
    def forget_storage_trouble(self) -> None:
        """Everything is on disk again."""
        for key in ("DiskFull", "WriteFailed"):
            self._notices.close_key(key)

    @Slot(object)
    def tell_settings_unsaved(self, error: object) -> None:
        """Say that the settings in force are not on the disk."""
        self._notices.show_error(error, (SAVE_SETTINGS, None))  # type: ignore[arg-type]  # a signal carries plain objects

    def tell_settings_problem(self, problem: AppError) -> None:
        """Say that a broken file of settings is not in use."""
        if isinstance(problem, SettingsHeld):
            self._notices.show_error(problem)  # it is where it was, and told of again when a change cannot be saved
            return
        sentence = self.tr("Your settings could not be read, so Hearth uses its defaults; the old file was not deleted.")
        details = ErrorText(self).describe(problem).details
        self._notices.show_notice(Notice(sentence, "warning", key="settings", details=details))

    def open_folder(self, folder: Path) -> None:
        """Show a folder in the system's file browser."""
        QtGui.QDesktopServices.openUrl(QtCore.QUrl.fromLocalFile(str(folder)))

    @Slot(object)
    def _on_open_requested(self, url: QtCore.QUrl) -> None:
        QtGui.QDesktopServices.openUrl(url)
