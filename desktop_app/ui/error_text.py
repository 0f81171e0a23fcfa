"""Every `AppError` as a person reads it: what happened, to which file, and the one button that helps."""

from __future__ import annotations

import json
from collections.abc import Callable
from enum import StrEnum
from pathlib import PurePath
from typing import Any

from PySide6.QtCore import QLocale, QObject

from desktop_app import errors
from desktop_app.errors import AppError, from_wire
from desktop_app.record import Record
from desktop_app.ui.sizes import size_text

N_FILE_NAME_CHARACTERS = 48


class Remedy(StrEnum):
    """What the button of an error does. `remedies.py` does each one."""

    RELOAD = "reload"
    CHOOSE_MODEL = "choose_model"
    CHOOSE_TEMPLATE = "choose_template"
    NEW_CHAT = "new_chat"
    MAKE_ROOM = "make_room"
    SMALLER_CONTEXT = "smaller_context"
    OPEN_FOLDER = "open_folder"
    TRY_AGAIN = "try_again"
    REPAIR = "repair"
    REMOVE_MODELS = "remove_models"
    NETWORK = "network"
    OPEN_PAGE = "open_page"
    CLOSE = "close"


class ErrorDescription(Record):
    """An error in words. All of it is plain text."""

    sentence: str
    remedy: Remedy
    button: str
    details: str
    """Class and fields, one a line: for the Details dialog, in English like the log."""


def file_name(path: str) -> str:
    """Give the last part of `path`, shortened in the middle, on one line."""
    name = " ".join(PurePath(path).name.split()) or path
    if len(name) <= N_FILE_NAME_CHARACTERS:
        return name
    half = (N_FILE_NAME_CHARACTERS - 1) // 2
    return f"{name[:half]}…{name[-half:]}"


def _host(endpoint: str) -> str:
    return endpoint.removeprefix("https://")


_REMEDIES: dict[type[AppError], Remedy] = {
    errors.EngineError: Remedy.RELOAD,
    errors.EngineStartFailed: Remedy.RELOAD,
    errors.EngineCrashed: Remedy.RELOAD,
    errors.EngineNotResponding: Remedy.RELOAD,
    errors.DecodeFailed: Remedy.RELOAD,
    errors.CardFailed: Remedy.RELOAD,
    errors.NoModel: Remedy.CHOOSE_MODEL,
    errors.ModelFileNotFound: Remedy.CHOOSE_MODEL,
    errors.NotAModelFile: Remedy.CHOOSE_MODEL,
    errors.ModelLoadFailed: Remedy.CHOOSE_MODEL,
    errors.LoadCrashed: Remedy.CHOOSE_MODEL,
    errors.NotEnoughMemory: Remedy.CHOOSE_MODEL,
    errors.ContextTooLarge: Remedy.SMALLER_CONTEXT,
    errors.ChatTemplateFailed: Remedy.CHOOSE_TEMPLATE,
    errors.ChatTemplateAdds: Remedy.CHOOSE_TEMPLATE,
    errors.GrammarUnusable: Remedy.CLOSE,
    errors.SchemaUnusable: Remedy.CLOSE,
    errors.BegunUnfit: Remedy.CLOSE,
    errors.DraftModelUnsuitable: Remedy.CHOOSE_MODEL,
    errors.ContextFull: Remedy.MAKE_ROOM,
    errors.ConversationTooLong: Remedy.NEW_CHAT,
    errors.DatabaseTooNew: Remedy.OPEN_FOLDER,
    errors.DatabaseUnreadable: Remedy.REPAIR,
    errors.BackupUnreadable: Remedy.OPEN_FOLDER,
    errors.DiskFull: Remedy.TRY_AGAIN,
    errors.WriteFailed: Remedy.TRY_AGAIN,
    errors.SettingsHeld: Remedy.CLOSE,
    errors.DataFolderGone: Remedy.TRY_AGAIN,
    errors.DataPlaceUnsuitable: Remedy.CLOSE,
    errors.StorageError: Remedy.CLOSE,
    errors.HubError: Remedy.TRY_AGAIN,
    errors.OfflineSwitchOn: Remedy.NETWORK,
    errors.NoInternet: Remedy.TRY_AGAIN,
    errors.HubUnreachable: Remedy.NETWORK,
    errors.CertificateRefused: Remedy.NETWORK,
    errors.NotAHub: Remedy.NETWORK,
    errors.AccessTokenRefused: Remedy.NETWORK,
    errors.AccessRequired: Remedy.OPEN_PAGE,
    errors.AccessPending: Remedy.OPEN_PAGE,
    errors.RepositoryMissing: Remedy.CLOSE,
    errors.TooManyRequests: Remedy.TRY_AGAIN,
    errors.HubFailed: Remedy.TRY_AGAIN,
    errors.DownloadError: Remedy.TRY_AGAIN,
    errors.NotEnoughDiskSpace: Remedy.REMOVE_MODELS,
    errors.ModelFolderGone: Remedy.TRY_AGAIN,
    errors.ChecksumMismatch: Remedy.TRY_AGAIN,
    errors.ModelInUse: Remedy.TRY_AGAIN,
    errors.ModelChangedOnHub: Remedy.CLOSE,
    errors.DownloadProcessEnded: Remedy.TRY_AGAIN,
    errors.TemplateError: Remedy.CLOSE,
    errors.TemplateSyntaxError: Remedy.CLOSE,
    errors.MissingVariables: Remedy.CLOSE,
    errors.AttachmentTooLarge: Remedy.CLOSE,
    errors.NotATextFile: Remedy.CLOSE,
    errors.AttachmentDoesNotFit: Remedy.CLOSE,
    errors.FileUnreadable: Remedy.CLOSE,
    errors.TrashFailed: Remedy.OPEN_FOLDER,
    errors.PrinterFailed: Remedy.CLOSE,
    AppError: Remedy.CLOSE,
}


class ErrorText(QObject):
    """Describes errors in the language on screen."""

    def describe(self, error: AppError) -> ErrorDescription:
        """Give the words for `error`; a class that is newer than this table gets those of its nearest parent."""
        known = [kind for kind in type(error).__mro__ if kind in _REMEDIES]
        kind = known[0]
        remedy = _REMEDIES[kind]
        fields = "\n".join(f"{name}: {value}" for name, value in error.as_dict().items() if value != "")
        return ErrorDescription(
            sentence=self._sentences()[kind](error),
            remedy=remedy,
            button=self.tr("Choose a model") if kind is errors.NoModel else self._buttons()[remedy],
            details=f"{type(error).__name__}\n{fields}".strip(),
        )

    def stored_sentence(self, name: str, fields: str) -> str:
        """Give the sentence of an error as `Message.error` keeps it: class name, fields as JSON text."""
        return self.describe(from_wire(name, json.loads(fields))).sentence

    def _buttons(self) -> dict[Remedy, str]:
        return {
            Remedy.RELOAD: self.tr("Reload"),
            Remedy.CHOOSE_MODEL: self.tr("Choose another model"),
            Remedy.CHOOSE_TEMPLATE: self.tr("Chat template…"),
            Remedy.NEW_CHAT: self.tr("New chat"),
            Remedy.MAKE_ROOM: self.tr("Make room…"),
            Remedy.SMALLER_CONTEXT: self.tr("Use a smaller context"),
            Remedy.OPEN_FOLDER: self.tr("Open folder"),
            Remedy.TRY_AGAIN: self.tr("Try again"),
            Remedy.REPAIR: self.tr("Repair and restart"),
            Remedy.REMOVE_MODELS: self.tr("Remove models…"),
            Remedy.NETWORK: self.tr("Network settings"),
            Remedy.OPEN_PAGE: self.tr("Open its page"),
            Remedy.CLOSE: self.tr("Close"),
        }

    def _sentences(self) -> dict[type[AppError], Callable[[Any], str]]:
        return {
            AppError: lambda _: self.tr("Something outside Hearth went wrong."),
            **self._engine_sentences(),
            **self._storage_sentences(),
            **self._hub_sentences(),
            **self._download_sentences(),
            errors.TemplateError: lambda _: self.tr("This prompt template cannot be used; open it and correct it."),
            errors.TemplateSyntaxError: self._template_syntax,
            errors.MissingVariables: self._missing_variables,
            errors.AttachmentTooLarge: self._attachment_too_large,
            errors.NotATextFile: self._not_a_text_file,
            errors.AttachmentDoesNotFit: self._attachment_does_not_fit,
            errors.FileUnreadable: self._file_unreadable,
            errors.TrashFailed: self._trash_failed,
            errors.PrinterFailed: self._printer_failed,
        }

    def _engine_sentences(self) -> dict[type[AppError], Callable[[Any], str]]:
        return {
            errors.EngineError: lambda _: self.tr("The engine met a problem that this version of Hearth does not know."),
            errors.EngineStartFailed: lambda _: self.tr("The engine could not be started; another program may be blocking it."),
            errors.EngineCrashed: lambda _: self.tr("The engine stopped unexpectedly; everything it had written so far is kept."),
            errors.EngineNotResponding: self._not_responding,
            errors.NoModel: lambda _: self.tr("No model is loaded; choose one to get an answer."),
            errors.ModelFileNotFound: self._model_file_not_found,
            errors.NotAModelFile: self._not_a_model_file,
            errors.ModelLoadFailed: self._model_load_failed,
            errors.LoadCrashed: self._load_crashed,
            errors.NotEnoughMemory: self._not_enough_memory,
            errors.ContextTooLarge: self._context_too_large,
            errors.ContextFull: self._context_full,
            errors.ConversationTooLong: lambda _: self.tr(
                "This conversation is too long for any model; go on in a new chat. Nothing here is lost."
            ),
            errors.ChatTemplateFailed: lambda _: self.tr(
                "The chat template cannot take this conversation, so there is no answer; choose another template."
            ),
            errors.ChatTemplateAdds: self._template_adds,
            errors.GrammarUnusable: lambda _: self.tr("The grammar for the answer cannot be read; correct it or take it out."),
            errors.SchemaUnusable: lambda _: self.tr(
                "The JSON schema for the answer asks for something that cannot be kept; the details say what."
            ),
            errors.BegunUnfit: lambda _: self.tr(
                "This answer does not begin as its grammar or JSON schema asks, so it cannot be continued; regenerate it instead."
            ),
            errors.DraftModelUnsuitable: self._draft_model_unsuitable,
            errors.DecodeFailed: lambda _: self.tr("The model could not go on with this answer; what it had written is kept."),
            errors.CardFailed: lambda _: self.tr(
                "The graphics card or its driver failed in this answer; what it had written is kept."
            ),
        }

    def _storage_sentences(self) -> dict[type[AppError], Callable[[Any], str]]:
        return {
            errors.StorageError: lambda _: self.tr("Your conversations could not be read or saved."),
            errors.DatabaseTooNew: lambda _: self.tr(
                "Your conversations were saved by a newer version of Hearth; install that version to open them."
            ),
            errors.DatabaseUnreadable: self._database_unreadable,
            errors.BackupUnreadable: self._backup_unreadable,
            errors.DiskFull: self._disk_full,
            errors.WriteFailed: self._write_failed,
            errors.SettingsHeld: self._settings_held,
            errors.DataFolderGone: self._data_folder_gone,
            errors.DataPlaceUnsuitable: self._data_place_unsuitable,
        }

    def _download_sentences(self) -> dict[type[AppError], Callable[[Any], str]]:
        return {
            errors.DownloadError: lambda _: self.tr(
                "The model could not be downloaded; the part that has arrived is kept, so try again."
            ),
            errors.NotEnoughDiskSpace: self._not_enough_disk_space,
            errors.ModelFolderGone: self._model_folder_gone,
            errors.ChecksumMismatch: self._checksum_mismatch,
            errors.ModelInUse: self._model_in_use,
            errors.ModelChangedOnHub: self._model_changed_on_hub,
            errors.DownloadProcessEnded: lambda _: self.tr(
                "The download stopped unexpectedly; the part that has arrived is kept, and the download goes on from there."
            ),
        }

    def _template_syntax(self, error: errors.TemplateSyntaxError) -> str:
        match error.mistake:
            case "not_closed":
                text = self.tr(
                    "Line {line}, column {column}: “{{” is not closed; write “}}” after the name, or “\\{{” for braces."
                )
            case "no_name":
                text = self.tr("Line {line}, column {column}: there is no name between the braces.")
            case "long_name":
                text = self.tr("Line {line}, column {column}: this name is too long.")
            case _:
                text = self.tr(
                    "Line {line}, column {column}: a name has letters, digits and underscores, and no digit at its start."
                )
        locale = QLocale()
        # Not by format(): the braces in the sentence are meant.
        return text.replace("{line}", locale.toString(error.line)).replace("{column}", locale.toString(error.column))

    def _missing_variables(self, error: errors.MissingVariables) -> str:
        return self.tr("The template needs a value for: {names}.").format(names=self.tr(", ").join(error.names))

    def _not_responding(self, error: errors.EngineNotResponding) -> str:
        seconds = round(error.waited_ms / 1000)
        return self.tr("The engine has not responded for %n second(s) and was stopped.", "", seconds)

    def _model_file_not_found(self, error: errors.ModelFileNotFound) -> str:
        text = self.tr("The model file “{file}” is no longer where it was; put it back, or choose another model.")
        return text.format(file=file_name(error.path))

    def _draft_model_unsuitable(self, error: errors.DraftModelUnsuitable) -> str:
        match error.reason:
            case "memory":
                text = self.tr(
                    "“{file}” cannot guess for other models, because it cannot take back what it guessed wrong; "
                    "choose a different draft model."
                )
            case "large":
                text = self.tr("“{file}” cannot guess for this model, because this model cannot take back a wrong guess.")
            case _:
                text = self.tr(
                    "“{file}” cannot guess for this model, because its vocabulary is another; choose a different draft model."
                )
        return text.format(file=file_name(error.path))

    def _not_a_model_file(self, error: errors.NotAModelFile) -> str:
        match error.reason:
            case "empty":
                text = self.tr("“{file}” is empty; its download may have failed, so get the file again or choose another model.")
            case "not_gguf":
                text = self.tr("“{file}” is not a model that Hearth can use; choose another file.")
            case "truncated":
                text = self.tr("“{file}” is incomplete: its end is missing, so get the file again or choose another model.")
            case "version":
                text = self.tr(
                    "“{file}” is in a format that this version of Hearth cannot read; update Hearth or choose another model."
                )
            case "impossible_values":
                text = self.tr("“{file}” is damaged and cannot be used; get the file again or choose another model.")
            case "stops_reader":
                text = self.tr("“{file}” is damaged and was not loaded; get the file again or choose another model.")
            case "takes_too_long":
                text = self.tr("“{file}” was not loaded, because checking it took too long; its disk may be slow, so try again.")
            case "no_vocabulary":
                text = self.tr("“{file}” has no vocabulary, so it cannot write text; it may be only a part of a model.")
            case _:
                text = self.tr("“{file}” could not be read; check that you are allowed to open it.")
        return text.format(file=file_name(error.path))

    def _template_adds(self, error: errors.ChatTemplateAdds) -> str:
        text = self.tr("The chat template put words of its own into your conversation (“{added}”), so nothing was asked.")
        return text.format(added=error.added)

    def _model_load_failed(self, error: errors.ModelLoadFailed) -> str:
        text = self.tr(
            "“{file}” is a model file, but the engine cannot load it; it may need a newer version of Hearth, so update "
            "Hearth or choose another model."
        )
        return text.format(file=file_name(error.path))

    def _load_crashed(self, error: errors.LoadCrashed) -> str:
        text = self.tr("The engine stopped while it loaded “{file}”; the file may be damaged or too large for this computer.")
        return text.format(file=file_name(error.path))

    def _not_enough_memory(self, error: errors.NotEnoughMemory) -> str:
        text = self.tr("“{file}” needs {needed} of memory and {free} is free; close other programs or choose a smaller model.")
        sizes = {"needed": size_text(error.n_needed_bytes), "free": size_text(error.n_free_bytes)}
        return text.format(file=file_name(error.path), **sizes)

    def _context_too_large(self, error: errors.ContextTooLarge) -> str:
        text = self.tr("A context of {n} tokens needs more memory than there is; “{file}” would fit with {fitting}.")
        locale = QLocale()
        counts = (locale.toString(error.n_ctx), locale.toString(error.n_ctx_fitting))
        return text.format(file=file_name(error.path), n=counts[0], fitting=counts[1])

    def _context_full(self, error: errors.ContextFull) -> str:
        text = self.tr(
            "The model would have to read {needed} tokens, but it holds only {held}; choose what may be left out, or shorten "
            "your message."
        )
        locale = QLocale()
        return text.format(needed=locale.toString(error.n_needed), held=locale.toString(error.n_ctx))

    def _database_unreadable(self, error: errors.DatabaseUnreadable) -> str:
        text = self.tr("Not everything in “{file}” can be read; nothing of it was deleted.")
        return text.format(file=file_name(error.path))

    def _backup_unreadable(self, error: errors.BackupUnreadable) -> str:
        text = self.tr("The backup “{file}” is damaged and cannot be used; choose an older one.")
        return text.format(file=file_name(error.path))

    def _disk_full(self, error: errors.DiskFull) -> str:
        text = self.tr("The disk is full, so “{file}” could not be saved; free some space and try again.")
        return text.format(file=file_name(error.path))

    def _write_failed(self, error: errors.WriteFailed) -> str:
        text = self.tr("“{file}” could not be saved; check that its folder may be written to, and try again.")
        return text.format(file=file_name(error.path))

    def _settings_held(self, error: errors.SettingsHeld) -> str:
        text = self.tr(
            "Your settings in “{file}” cannot be read for now, so Hearth uses its defaults; what you change is saved when they "
            "can be."
        )
        return text.format(file=file_name(error.path))

    def _data_folder_gone(self, error: errors.DataFolderGone) -> str:
        text = self.tr("Your data are not in “{file}”; connect its disk, or choose the folder where they are.")
        return text.format(file=file_name(error.path))

    def _data_place_unsuitable(self, error: errors.DataPlaceUnsuitable) -> str:
        if error.reason == "inside":
            text = self.tr("“{file}” is a part of what is to be moved; choose a folder outside of it.")
        elif error.reason == "network":
            text = self.tr("“{file}” is on another computer, where conversations are not safe; choose a folder on this one.")
        elif error.reason == "link":
            text = self.tr("“{file}” is a link to another place; put the file itself where the link is, then move everything.")
        else:
            text = self.tr("There are files in “{file}” already; choose another folder.")
        return text.format(file=file_name(error.path))

    def _hub_sentences(self) -> dict[type[AppError], Callable[[Any], str]]:
        return {
            errors.HubError: lambda _: self.tr("The site for models met a problem that this version of Hearth does not know."),
            errors.OfflineSwitchOn: lambda _: self.tr(
                "Hearth is set to stay offline; go online to look for models and get them."
            ),
            errors.NoInternet: lambda _: self.tr(
                "There is no connection to the internet, or the proxy does not answer; check them, and try again."
            ),
            errors.HubUnreachable: self._hub_unreachable,
            errors.CertificateRefused: self._certificate_refused,
            errors.NotAHub: self._not_a_hub,
            errors.AccessTokenRefused: self._access_token_refused,
            errors.AccessRequired: self._access_required,
            errors.AccessPending: self._access_pending,
            errors.RepositoryMissing: self._repository_missing,
            errors.TooManyRequests: self._too_many_requests,
            errors.HubFailed: self._hub_failed,
        }

    def _hub_unreachable(self, error: errors.HubUnreachable) -> str:
        text = self.tr("“{address}” does not answer; try again later, or add the address of a mirror.")
        return text.format(address=_host(error.endpoint))

    def _certificate_refused(self, error: errors.CertificateRefused) -> str:
        text = self.tr("“{address}” shows a certificate that this system does not trust, so nothing was sent; check the network.")
        return text.format(address=_host(error.endpoint))

    def _not_a_hub(self, error: errors.NotAHub) -> str:
        text = self.tr("Something else answers for “{address}”; sign in to this network first, or correct the address.")
        return text.format(address=_host(error.endpoint))

    def _access_token_refused(self, error: errors.AccessTokenRefused) -> str:
        text = self.tr("“{address}” does not accept the access token; it may have expired, so enter another one or remove it.")
        return text.format(address=_host(error.endpoint))

    def _access_required(self, error: errors.AccessRequired) -> str:
        text = self.tr(
            "“{model}” is for those who have agreed to its terms; agree on its page, then save an access token under Network."
        )
        return text.format(model=error.repository)

    def _access_pending(self, error: errors.AccessPending) -> str:
        text = self.tr("You have no access to “{model}” yet; ask for it on its page, or wait until it is granted.")
        return text.format(model=error.repository)

    def _repository_missing(self, error: errors.RepositoryMissing) -> str:
        if error.file:
            text = self.tr("“{model}” has no “{file}” any more; look at what it has now.")
            return text.format(model=error.repository, file=file_name(error.file))
        return self.tr("“{model}” is not on the site for models, or not for everybody; check its name.").format(
            model=error.repository
        )

    def _too_many_requests(self, error: errors.TooManyRequests) -> str:
        n_minutes = max(1, -(-error.retry_s // 60))
        return self.tr("The site for models asks for a pause; try again in %n minute(s).", "", n_minutes)

    def _hub_failed(self, error: errors.HubFailed) -> str:
        if error.status == 0:
            text = self.tr("“{address}” answered with something that Hearth does not understand; try again later.")
            return text.format(address=_host(error.endpoint))
        text = self.tr("“{address}” has a problem of its own (error {status}); try again later.")
        return text.format(address=_host(error.endpoint), status=error.status)

    def _not_enough_disk_space(self, error: errors.NotEnoughDiskSpace) -> str:
        text = self.tr("There is not enough room on the disk: {needed} is needed and {free} is free; delete what you can spare.")
        return text.format(needed=size_text(error.needed_bytes), free=size_text(error.free_bytes))

    def _checksum_mismatch(self, error: errors.ChecksumMismatch) -> str:
        text = self.tr("“{file}” came with errors twice and was deleted, so nothing of it is used; try again later.")
        return text.format(file=file_name(error.file))

    def _model_in_use(self, error: errors.ModelInUse) -> str:
        text = self.tr("“{file}” is in memory; the new version takes its place as soon as nothing is asked of the model.")
        return text.format(file=file_name(error.path))

    def _model_changed_on_hub(self, error: errors.ModelChangedOnHub) -> str:
        text = self.tr("“{repository}” has changed on Hugging Face since you chose this model; choose it again.")
        return text.format(repository=error.repository)

    def _model_folder_gone(self, error: errors.ModelFolderGone) -> str:
        text = self.tr("The folder “{file}” is not there; connect its disk, and the download goes on.")
        return text.format(file=file_name(error.path))

    def _attachment_too_large(self, error: errors.AttachmentTooLarge) -> str:
        attached = self.tr("“{file}” is {size}; files of up to {max} can be attached, so attach a part of it.")
        imported = self.tr("“{file}” is {size}; files of up to {max} can be imported, so import it in parts.")
        text = imported if error.is_import else attached
        return text.format(file=file_name(error.path), size=size_text(error.n_bytes), max=size_text(error.max_bytes))

    def _not_a_text_file(self, error: errors.NotATextFile) -> str:
        text = self.tr("“{file}” is not a text file; text, code, CSV and Markdown can be attached.")
        return text.format(file=file_name(error.path))

    def _attachment_does_not_fit(self, error: errors.AttachmentDoesNotFit) -> str:
        locale = QLocale()
        text = self.tr("“{file}” has {n} tokens, and this model reads {held} at once; attach a part of it.")
        return text.format(file=error.name, n=locale.toString(error.n_tokens), held=locale.toString(error.n_ctx))

    def _printer_failed(self, error: errors.PrinterFailed) -> str:
        text = self.tr("“{printer}” does not take what is to be printed; check that it is switched on and connected.")
        return text.format(printer=error.printer)

    def _trash_failed(self, error: errors.TrashFailed) -> str:
        text = self.tr(
            "“{file}” could not be moved to your system’s trash, so nothing was removed; you can delete it in its folder."
        )
        return text.format(file=file_name(error.path))

    def _file_unreadable(self, error: errors.FileUnreadable) -> str:
        text = self.tr("“{file}” could not be read.")
        return text.format(file=file_name(error.path))
