"""The engine process: requests come in as lines on descriptor 0, events go out as lines on the old descriptor 1.

Two threads. The reader takes lines and answers at once what must not wait: a ping, a cancel, the end of
input. The main thread takes requests, and between them works on all answers a step at a time. llama.cpp runs in the
main thread without the interpreter's lock, so the reader is always heard.

    main thread    take a request -> load | unload | count | add an answer;  step, step, step -> final messages
    reader thread  line -> inbox | Pong | cancel | end of input: interrupt, then leave within a second
"""

from __future__ import annotations

import logging
import os
import sys
import threading
import time
import traceback
from collections.abc import Callable
from pathlib import Path

from desktop_app import __version__
from desktop_app.engine import state_files
from desktop_app.engine.answer import PROGRESS_INTERVAL_S
from desktop_app.engine.chat_model import ChatModel
from desktop_app.engine.context import measured
from desktop_app.engine.gguf import read_header
from desktop_app.engine.inbox import Inbox
from desktop_app.engine.inspect import inspect
from desktop_app.engine.llama import library
from desktop_app.engine.llama.draft_model import DraftModel
from desktop_app.engine.llama.library import Interrupt, LibraryLog
from desktop_app.engine.llama.model import LoadCancelled, Model
from desktop_app.engine.loading import Loading, devices_without
from desktop_app.engine.model_states import ModelStates, build, model_files, model_key
from desktop_app.engine.mtp_layer import has_mtp_layer, names_mtp_layer
from desktop_app.engine.parameters import LoadParameters
from desktop_app.engine.pipe import SAVE_LIMIT_S, Output, Reader
from desktop_app.engine.protocol import (
    PROTOCOL_VERSION,
    CountRequest,
    Device,
    DevicesRequest,
    DevicesTold,
    EngineReady,
    Failed,
    ForgetStates,
    GenerateRequest,
    LoadAttempt,
    LoadProgress,
    LoadRequest,
    MeasureRequest,
    ModelLoaded,
    ModelUnloaded,
    Request,
    SaveStates,
    StatesKept,
    StatesRequest,
    TaskCancelled,
    TokensCounted,
    UnloadRequest,
)
from desktop_app.engine.scheduler import Scheduler
from desktop_app.engine.state_store import StateStore
from desktop_app.errors import AppError, DraftModelUnsuitable, EngineCrashed, NoModel
from desktop_app.own_process import begin

log = logging.getLogger(__name__)

EXIT_CARDS = 4
CARDS_LIMIT_S = 30.0
"""Drivers of graphics cards get so long to say what there is; some compile something first."""
_STORE_GRACE_S = 0.5
"""A store that is replaced by another one gets so long to write; answers wait meanwhile."""
IDLE_S = 60.0
"""After so long without a request what is in memory is written, lest a crash lose it."""


class Worker:
    """Has at most one model in memory, and works on all that is asked of it side by side."""

    def __init__(self, inbox: Inbox, output: Output, interrupt: Interrupt, library_log: LibraryLog) -> None:
        self._inbox = inbox
        self._send = output.send
        self._interrupt = interrupt
        self._library_log = library_log
        self._chat: ChatModel | None = None
        self._scheduler: Scheduler | None = None
        self._store: StateStore | None = None
        self._buffers: tuple[tuple[str, str, int], ...] = ()
        """What the model in memory holds, with the small one that guesses for it."""
        self._states_key = ""
        """Of the model in memory and its context, see `model_states`."""

    def run(self) -> None:
        """Work until the end of input."""
        while not self._inbox.has_ended:
            request = self._inbox.take(wait=not self._is_busy, timeout_s=IDLE_S if self._has_unsaved else None)
            if request is not None:
                self._do(request)
            elif self._is_busy:
                self._step()
            else:
                self._save()
        for request in self._inbox.rest():
            # What the window has told last must not be written.
            if isinstance(request, ForgetStates | StatesRequest):
                self._keep_states(request)
        self._unload()
        if self._store is not None:
            self._store.close(SAVE_LIMIT_S)

    def _save(self) -> None:
        """Keep what is in memory, lest a crash lose it."""
        try:
            if self._scheduler is not None:
                self._scheduler.slots.save()
        except Exception as error:  # the edge of the worker loop: what cannot be kept is read again
            _log_without_values(error)

    @property
    def _is_busy(self) -> bool:
        return self._scheduler is not None and self._scheduler.is_busy

    @property
    def _has_unsaved(self) -> bool:
        return self._scheduler is not None and self._scheduler.slots.has_unsaved

    def _step(self) -> None:
        assert self._scheduler is not None
        try:
            if self._inbox.has_cancelled:
                for task in self._inbox.take_cancelled():
                    if not self._scheduler.cancel(task):
                        self._inbox.cancel_later(task)
            if self._is_busy:
                self._scheduler.step()
        except BrokenPipeError:
            raise
        except Exception as error:  # the edge of the worker loop: what is broken must not end the process
            _log_without_values(error)
            self._scheduler.fail_all(EngineCrashed(reason="internal error"))

    def _do(self, request: Request) -> None:
        if self._inbox.is_cancelled(request.task):
            self._send(TaskCancelled(request.task))
            self._inbox.done(request.task)
            return
        try:
            if isinstance(request, GenerateRequest):
                self._answer(request)
                return  # it is over when the scheduler says so
            if isinstance(request, LoadRequest):
                self._finish_all()
                self._load(request)
            elif isinstance(request, UnloadRequest):
                self._finish_all()
                self._unload()
                self._send(ModelUnloaded(request.task))
            elif isinstance(request, CountRequest):
                self._count(request)
            elif isinstance(request, MeasureRequest):
                self._measure(request)
            elif isinstance(request, DevicesRequest):
                self._send(DevicesTold(request.task, devices_without(self._buffers)))
            elif isinstance(request, StatesRequest | ForgetStates | SaveStates):
                self._keep_states(request)
                self._send(StatesKept(request.task))
        except AppError as error:
            self._send(Failed(request.task, error))
        except BrokenPipeError:
            raise
        except Exception as error:  # the edge of the worker loop: one broken task must not end the process
            _log_without_values(error)
            self._send(Failed(request.task, EngineCrashed(reason="internal error")))
        self._inbox.done(request.task)

    def _finish_all(self) -> None:
        """Let what runs come to its end: whoever asked for another model has cancelled what need not."""
        while self._is_busy and not self._inbox.has_ended:
            self._step()

    def _load(self, request: LoadRequest) -> None:
        path = Path(request.path)
        # Before the old model goes: a file that is no model must not cost the one that works.
        header = inspect(path)
        if request.draft_path:
            inspect(Path(request.draft_path))
        # Where another model guesses the layer is of no use, but for what lets a rolled-up state be taken back.
        has_mtp = names_mtp_layer(header) and not (request.draft_path and not header.number("ssm.state_size"))
        if has_mtp:
            has_mtp = has_mtp_layer([header, *map(read_header, model_files(path)[1:])])
        self._unload()

        def open_model(parameters: LoadParameters) -> Model:
            progress = self._progress(request.task)
            return Model(path, parameters, self._interrupt, self._library_log, progress, has_mtp_layer=has_mtp)

        self._inbox.begin_step((request.task,))
        loading = Loading(request, open_model, self._send)
        of_draft: tuple[tuple[str, str, int], ...] = ()
        try:
            # From here on it is ours to free, whatever happens: by the next load or the end.
            self._chat = self._chat_model(loading.model(), request.template)
            if request.draft_path:
                # Said before: a crash from here on is that file's.
                self._send(LoadAttempt(request.task, loading.index, is_draft=True))
                self._chat.draft_model = self._draft_model(Path(request.draft_path), loading.parameters, self._chat.model)
                of_draft = tuple(self._library_log.buffers)
            if self._interrupt.is_set:
                raise LoadCancelled
        except LoadCancelled:
            self._unload()
            self._send(TaskCancelled(request.task))
            return
        except AppError:
            self._unload()
            raise
        finally:
            self._inbox.end_step()
        self._scheduler = Scheduler(self._chat, self._send, self._inbox)
        self._buffers = (*self._chat.model.buffers, *of_draft)
        info = loading.told(self._chat.model, self._chat.info(), of_draft)
        self._send(ModelLoaded(request.task, info))
        try:
            self._states_key = model_key(path, info.parameters, info.n_ctx)
        except OSError:  # the file is gone already: it is in memory, and nothing of it is kept
            self._states_key = ""
        self._connect_states()

    def _progress(self, task: int) -> Callable[[float], None]:
        """Give what tells how far a load has come, a few times a second."""
        said = 0.0

        def tell(fraction: float) -> None:
            nonlocal said
            now = time.monotonic()
            if now - said >= PROGRESS_INTERVAL_S or fraction >= 1.0:
                said = now
                self._send(LoadProgress(task, fraction))

        return tell

    @staticmethod
    def _chat_model(model: Model, template: str) -> ChatModel:
        try:
            return ChatModel(model, template)
        except BaseException:
            model.close()
            raise

    def _draft_model(self, path: Path, parameters: LoadParameters, large: Model) -> DraftModel:
        """Load the small model as the large one was; raises: ModelLoadFailed, LoadCancelled, DraftModelUnsuitable."""
        if not large.n_guesses_max:
            raise DraftModelUnsuitable(str(path), "large")
        large.leave_mtp()
        parameters = parameters.replaced(n_ctx=large.n_ctx, n_threads=large.n_threads)
        small = Model(path, parameters, self._interrupt, self._library_log)
        try:
            return DraftModel(small, large.vocabulary)
        except AppError:
            small.close()
            raise

    def _answer(self, request: GenerateRequest) -> None:
        if self._scheduler is None:
            raise NoModel
        self._scheduler.add(request)

    def _count(self, request: CountRequest) -> None:
        if self._chat is None:
            raise NoModel
        self._send(TokensCounted(request.task, len(self._chat.model.vocabulary.tokenize(request.text))))

    def _measure(self, request: MeasureRequest) -> None:
        if self._chat is None:
            raise NoModel
        self._send(measured(self._chat, request))

    def _keep_states(self, request: StatesRequest | ForgetStates | SaveStates) -> None:
        slots = self._scheduler.slots if self._scheduler is not None else None
        if isinstance(request, ForgetStates):
            if slots is not None:
                slots.forget(request.conversations)
            if self._store is not None:
                self._store.remove(request.conversations)
            return
        if slots is not None and not (isinstance(request, StatesRequest) and not request.max_bytes):
            slots.save()
        if isinstance(request, StatesRequest):
            self._open_store(request)
        elif self._store is not None:
            self._store.flush(SAVE_LIMIT_S)

    def _open_store(self, request: StatesRequest) -> None:
        if self._store is not None:
            self._store.close(_STORE_GRACE_S)
            self._store = None
        if not request.max_bytes:
            state_files.remove(state_files.files_in(Path(request.folder)))
        else:
            self._store = StateStore(Path(request.folder), bytes.fromhex(request.key), request.max_bytes, build())
        self._connect_states()

    def _connect_states(self) -> None:
        """Let what leaves the memory of the model go to the store, if there are both."""
        if self._scheduler is not None and self._chat is not None:
            states = None
            if self._store is not None and self._states_key:
                states = ModelStates(self._store, self._chat.model, self._states_key, self._scheduler.go_on_beside)
            self._scheduler.slots.states = states

    def _unload(self) -> None:
        if self._scheduler is not None:
            self._scheduler.close()
            self._scheduler = None
        if self._chat is not None:
            self._chat.close()
            self._chat = None
        self._buffers = ()


def _log_without_values(error: Exception) -> None:
    """Log where `error` came from, but not its text: that may hold conversation."""
    frames = traceback.extract_tb(error.__traceback__)
    where = " <- ".join(f"{Path(frame.filename).name}:{frame.lineno} {frame.name}" for frame in reversed(frames))
    log.error("internal error %s at %s", type(error).__name__, where)


def _devices(*, with_cards: bool) -> tuple[Device, ...]:
    """Load the backends and give the devices; the process ends when a driver does not come back."""
    guard = threading.Timer(CARDS_LIMIT_S, os._exit, (EXIT_CARDS,))
    guard.daemon = True
    guard.start()
    library.load_backends(with_cards=with_cards)
    devices = library.devices()
    guard.cancel()
    return devices


def main(*, with_cards: bool = True) -> int:
    """Be the engine process. Gives the exit code."""
    output = Output(begin(ends_with_window=True))
    logging.basicConfig(stream=sys.stderr, level=logging.INFO, format="%(levelname)s %(name)s: %(message)s")
    library_log, interrupt = LibraryLog(), Interrupt()
    library_log.install()
    devices = _devices(with_cards=with_cards)
    versions = {"hearth": __version__, "llama_cpp_python": library.version(), "llama_cpp": library.llama_version()}
    inbox = Inbox(interrupt)
    try:
        output.send(EngineReady(PROTOCOL_VERSION, os.getpid(), versions, devices))
        Reader(inbox, output).start()
        Worker(inbox, output, interrupt, library_log).run()
    except BrokenPipeError:
        log.warning("the window does not listen any more")
    return 0
