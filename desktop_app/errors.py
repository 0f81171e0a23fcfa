"""Everything that can go wrong outside our own code, as one tree of values.

An `AppError` is the world's fault: a missing file, a full disk, an engine that died. It carries
fields, not prose; `ui/error_text.py` turns it into one translated sentence and what to do.
Our own mistakes stay ordinary exceptions and rise to the hook in `error_hook.py`.

    AppError
    ├── EngineError
    │   ├── EngineStartFailed(program, detail)         the process could not be started
    │   ├── EngineCrashed(reason, log_tail)            it ended by itself
    │   ├── EngineNotResponding(waited_ms)             it is alive and does not answer
    │   ├── NoModel()                                  asked to answer with no model in memory
    │   ├── ModelFileNotFound(path)
    │   ├── NotAModelFile(path, reason)                not GGUF, cut off, impossible values
    │   ├── ModelLoadFailed(path, detail)              GGUF, and llama.cpp refuses it
    │   ├── LoadCrashed(path, reason, log_tail)        the engine ended while it loaded the file
    │   ├── NotEnoughMemory(path, n_needed_bytes, …)   it cannot fit this computer, whatever is tried
    │   ├── ContextTooLarge(path, n_ctx, n_ctx_fitting) with the context that was asked for it does not fit
    │   ├── ContextFull(n_needed, n_ctx)               the prompt does not fit
    │   ├── ConversationTooLong(n_bytes, max_bytes)    it would not fit any model
    │   ├── ChatTemplateFailed(detail)                 the model's own template cannot be used
    │   ├── ChatTemplateAdds(added)                    it writes what nobody has said
    │   ├── GrammarUnusable(detail)                    the grammar that the answer shall keep to
    │   ├── SchemaUnusable(place, detail)              the JSON schema of the answer
    │   ├── BegunUnfit()                               what stands there already does not keep to either of them
    │   ├── DraftModelUnsuitable(path, reason)         it cannot guess for the model that was chosen
    │   ├── DecodeFailed(code)                         llama_decode returned an error
    │   └── CardFailed(reason, log_tail)               the graphics card or its driver failed in an answer
    ├── StorageError
    │   ├── DatabaseTooNew(path, found, supported)     written by a newer Hearth
    │   ├── DatabaseUnreadable(path, detail)           damaged, or not a database
    │   ├── BackupUnreadable(path, detail)             damaged, or no backup
    │   ├── DiskFull(path)
    │   ├── DataFolderGone(path)                       the disk that the data were moved to is not there
    │   ├── DataPlaceUnsuitable(path, reason)          the data cannot be moved there
    │   ├── WriteFailed(path, detail)                  read-only folder, I/O error, locked
    │   └── SettingsHeld(path, detail)                 they can be neither read nor set aside
    ├── HubError                                       Hugging Face, a mirror, or the way to them
    │   ├── OfflineSwitchOn()                          the person wants no connection
    │   ├── NoInternet()                               no endpoint could be reached at all
    │   ├── HubUnreachable(endpoint)                   one that does not answer
    │   │   └── CertificateRefused(endpoint)           nobody that this system trusts says that it is the one
    │   ├── NotAHub(endpoint)                          another page answers: a login of the network, or a wrong address
    │   ├── AccessRequired(repository, url)            one has to agree to its terms on its page first, or to sign in
    │   ├── AccessPending(repository, url)             one has, and somebody has still to decide
    │   ├── RepositoryMissing(repository)              there is none of that name, or it is not for everybody
    │   ├── TooManyRequests(retry_s)                   the hub wants to be left alone for a while
    │   ├── HubFailed(endpoint, status)                any other answer that is none
    │   └── AccessTokenRefused(endpoint)               it is not valid, or no longer
    ├── DownloadError
    │   ├── NotEnoughDiskSpace(needed_bytes, free_bytes) for a model and what has to stay free
    │   ├── ModelFolderGone(path)                      the disk was taken away, or the folder deleted
    │   ├── ChecksumMismatch(file)                     what came is not what the hub has, twice
    │   ├── ModelInUse(path)                           a newer version takes its place when the engine lets go of it
    │   ├── ModelChangedOnHub(repository)              what was chosen is no longer there
    │   └── DownloadProcessEnded(reason, log_tail)     the download process ended by itself
    ├── TemplateError                                  a prompt template of the person's
    │   ├── TemplateSyntaxError(line, column, mistake, …)
    │   └── MissingVariables(names)                    what it needs and nobody has given
    ├── AttachmentTooLarge(path, n_bytes, max_bytes, …)
    ├── NotATextFile(path)                             a picture, a program, an archive
    ├── AttachmentDoesNotFit(name, n_tokens, n_ctx)    more than the model reads at once
    ├── FileUnreadable(path, detail)                   any other file we were asked to read
    ├── TrashFailed(path)                              the system does not take the file into its trash
    └── PrinterFailed(printer)                         it takes nothing

`to_wire` and `from_wire` carry an error across a process boundary as plain JSON values.
"""

from __future__ import annotations

from typing import Any, Literal

from desktop_app.record import Record


class AppError(Record, Exception):
    """Root of all errors that a person is told about."""

    def __init__(self, *args: Any, **named: Any) -> None:
        super().__init__(*args, **named)
        # Without this str() and pickling are empty.
        self.args = tuple(self.as_dict().values())


class EngineError(AppError):
    """The engine process or the model in it."""


class EngineStartFailed(EngineError):
    """The engine process could not be started at all."""

    program: str
    detail: str


class EngineCrashed(EngineError):
    """The engine process ended by itself; `log_tail` holds its last lines (never conversation text)."""

    reason: str
    log_tail: str = ""


class EngineNotResponding(EngineError):
    """The engine is alive but has not answered for `waited_ms`."""

    waited_ms: int


class NoModel(EngineError):
    """An answer was asked for while no model is in memory."""


class ModelFileNotFound(EngineError):
    """There is no file at `path`."""

    path: str


NotAModelReason = Literal[
    "empty",
    "not_gguf",
    "truncated",
    "version",
    "impossible_values",
    "no_vocabulary",
    "not_readable",
    "stops_reader",
    "takes_too_long",
]


class NotAModelFile(EngineError):
    """The file at `path` is no usable GGUF model, for one of the reasons in `NotAModelReason`."""

    path: str
    reason: NotAModelReason


class ModelLoadFailed(EngineError):
    """llama.cpp refused the file; `detail` is its last error line."""

    path: str
    detail: str


class LoadCrashed(EngineError):
    """The engine process ended while it loaded the file at `path`."""

    path: str
    reason: str
    log_tail: str = ""


class NotEnoughMemory(EngineError):
    """The model at `path` needs more memory than there is, even with the smallest context; nothing was loaded."""

    path: str
    n_needed_bytes: int
    n_free_bytes: int


class ContextTooLarge(EngineError):
    """With a context of `n_ctx` tokens the model at `path` needs more memory than there is; `n_ctx_fitting` would fit."""

    path: str
    n_ctx: int
    n_ctx_fitting: int


class ContextFull(EngineError):
    """The prompt needs `n_needed` tokens and the context holds `n_ctx`; nothing was dropped."""

    n_needed: int
    n_ctx: int


class ConversationTooLong(EngineError):
    """The conversation has `n_bytes` of text and `max_bytes` is all that the engine takes; nothing was dropped."""

    n_bytes: int
    max_bytes: int


class ChatTemplateFailed(EngineError):
    """The model's chat template could not be rendered within its limits."""

    detail: str


class GrammarUnusable(EngineError):
    """The grammar that an answer shall keep to is none."""

    detail: str


class SchemaUnusable(EngineError):
    """The JSON schema of an answer is none, or asks at `place` (a JSON pointer) for what cannot be kept."""

    place: str
    detail: str


class BegunUnfit(EngineError):
    """An answer cannot be continued: what it says already is no beginning of what the grammar or the schema allows."""


class DraftModelUnsuitable(EngineError):
    """The model at `path` cannot guess for the chosen one.

    `reason`: its vocabulary is another; its own "memory" cannot take back what was guessed wrong; or that of the "large"
    one cannot, and then no model can guess for it.
    """

    path: str
    reason: Literal["vocabulary", "memory", "large"] = "vocabulary"


class ChatTemplateAdds(EngineError):
    """The chat template put words of its own into this conversation; nothing was sent to the model.

    `added`: some of them, never words of the conversation.
    """

    added: str


class DecodeFailed(EngineError):
    """`llama_decode` returned `code` (1: no room in the KV cache, below 0: fatal)."""

    code: int


class CardFailed(EngineError):
    """The graphics card or its driver failed in an answer; the engine brings the model back on the processor."""

    reason: str
    log_tail: str = ""


class StorageError(AppError):
    """The database or the disk it lies on."""


class DatabaseTooNew(StorageError):
    """The database has schema `found`; this version knows up to `supported`. It was not touched."""

    path: str
    found: int
    supported: int


class DatabaseUnreadable(StorageError):
    """The file is damaged or no database; it was not touched."""

    path: str
    detail: str


class BackupUnreadable(StorageError):
    """The backup at `path` is damaged, or none."""

    path: str
    detail: str


class DiskFull(StorageError):
    """A write failed because the volume is full."""

    path: str


class WriteFailed(StorageError):
    """A write failed for another reason: read-only folder, I/O error, locked by another program."""

    path: str
    detail: str


class SettingsHeld(StorageError):
    """The settings at `path` can be neither read nor set aside; the defaults are in force, and nothing is saved over them."""

    path: str
    detail: str


class DataFolderGone(StorageError):
    """The data of the person were moved to `path`, and nothing of them is there."""

    path: str


class DataPlaceUnsuitable(StorageError):
    """The data cannot be moved to `path`: it holds files of others, or is a part of what is to be moved.

    Or another computer keeps it, or it is a link in place of the file with the conversations.
    """

    path: str
    reason: Literal["not_empty", "inside", "network", "link"]


class HubError(AppError):
    """Hugging Face, a mirror of it, or the way to them."""


class OfflineSwitchOn(HubError):
    """The person wants no connection to any other computer; nothing was sent."""


class NoInternet(HubError):
    """No endpoint could be reached, for a reason that lies on this side: no network, no name resolution, the proxy."""


class HubUnreachable(HubError):
    """The address `endpoint` does not answer, or not in time."""

    endpoint: str


class CertificateRefused(HubUnreachable):
    """What answers at `endpoint` does not prove to this system that it is the one; nothing was sent."""


class NotAHub(HubError):
    """What answers at `endpoint` is not the hub: the login page of a network, a proxy, or a wrong address."""

    endpoint: str


class AccessTokenRefused(HubError):
    """The access token is not valid at `endpoint`."""

    endpoint: str


class AccessRequired(HubError):
    """The files of `repository` are for those who have agreed to its terms; `url` is the page where one does."""

    repository: str
    url: str


class AccessPending(HubError):
    """The access token is known and has no access to `repository`: not asked for at `url`, or not granted yet."""

    repository: str
    url: str


class RepositoryMissing(HubError):
    """The hub has no `repository`, or not for us; it does not say which. `file`: the file or commit that it lacks."""

    repository: str
    file: str = ""


class TooManyRequests(HubError):
    """The hub answers no more questions from here for `retry_s` seconds."""

    retry_s: int


class HubFailed(HubError):
    """`endpoint` answered with an error: an HTTP `status`, or 0 for an answer that could not be read."""

    endpoint: str
    status: int


class DownloadError(AppError):
    """A model could not be fetched, for a reason on this computer."""


class NotEnoughDiskSpace(DownloadError):
    """What is to be fetched, and what has to stay free, needs `needed_bytes` and the disk has `free_bytes`."""

    needed_bytes: int
    free_bytes: int


class ModelFolderGone(DownloadError):
    """The folder of models at `path` is not there: its disk was taken away, or it was deleted."""

    path: str


class ChecksumMismatch(DownloadError):
    """The bytes that came for `file` are not those that the hub has; they were deleted, and so were those of a second try."""

    file: str


class ModelInUse(DownloadError):
    """What came is to take the place of the file at `path`, and the engine still has that in memory."""

    path: str


class ModelChangedOnHub(DownloadError):
    """What was chosen from `repository` is no longer there: a file has changed, or is gone, or the commit is."""

    repository: str


class DownloadProcessEnded(DownloadError):
    """The download process ended by itself; `log_tail` holds its last lines. What was there is kept."""

    reason: str
    log_tail: str = ""


class TemplateError(AppError):
    """Something about a prompt template of the person's."""


TemplateMistake = Literal["not_closed", "no_name", "bad_name", "long_name"]
"""*not_closed*: `{{` without `}}` in its line; *no_name*: nothing in between; *bad_name*: no name a variable can have."""


class TemplateSyntaxError(TemplateError):
    """A mistake in the text of a template. `line` and `column` count from 1, the column in characters."""

    line: int
    column: int
    mistake: TemplateMistake
    start: int
    """Where it begins in the text, in characters."""
    end: int
    text: str = ""
    """What stands there."""


class MissingVariables(TemplateError):
    """There is no value for these variables, and they need one."""

    names: tuple[str, ...]


class AttachmentTooLarge(AppError):
    """The file at `path` has `n_bytes` and `max_bytes` is all that is attached or, with `is_import`, imported."""

    path: str
    n_bytes: int
    max_bytes: int
    is_import: bool = False


class NotATextFile(AppError):
    """The file at `path` holds no text."""

    path: str


class AttachmentDoesNotFit(AppError):
    """The attachment `name` has `n_tokens` and the model reads `n_ctx` at once, question and answer included."""

    name: str
    n_tokens: int
    n_ctx: int


class FileUnreadable(AppError):
    """Any other file that we were asked to read and could not."""

    path: str
    detail: str


class TrashFailed(AppError):
    """The system does not take the file at `path` into its trash; nothing was moved."""

    path: str


class PrinterFailed(AppError):
    """The printer of this name does not take what is to be printed."""

    printer: str


def _leaves(kind: type[AppError]) -> list[type[AppError]]:
    return [kind, *(leaf for child in kind.__subclasses__() for leaf in _leaves(child))]


def to_wire(error: AppError) -> dict[str, Any]:
    """Give `{"error": class name, "fields": {...}}`, plain JSON values."""
    return {"error": type(error).__name__, "fields": error.as_dict()}


def from_wire(name: str, fields: dict[str, Any]) -> AppError:
    """Give the error that `to_wire` described; an unknown or malformed one becomes `EngineCrashed`."""
    for kind in _leaves(AppError):
        if kind.__name__ == name:
            try:
                return kind(**fields)
            except TypeError:
                break
    return EngineCrashed(reason=f"unknown error {name!r}")
