"""What there is to know and to hear of the engine, and by whose choices it loads. `services.engine` makes it happen."""

from __future__ import annotations

import logging
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal

from desktop_app.engine import protocol, wire
from desktop_app.engine.parameters import LoadParameters
from desktop_app.errors import AppError
from desktop_app.library.model_file import other_shards
from desktop_app.services.direct_plans import DirectPlans, LoadPlan
from desktop_app.services.engine_state import EngineState
from desktop_app.services.worker_process import NOT_STARTED, WorkerProcess

if TYPE_CHECKING:
    from desktop_app.library.model_shape import ModelShape
    from desktop_app.services.card_trial import CardTrial

log = logging.getLogger(__name__)


class EngineFacts(QObject):
    """One engine process and what it is doing.

    Signals:
        state_changed(EngineState)
        load_progressed(float): 0.0 to 1.0. Ends in model_loaded(ModelInfo), load_failed(AppError) or load_cancelled().
        draft_refused(AppError): the small model that was to guess is no good; the load goes on without it.
        stepped_down(ModelInfo): comes after model_loaded when it is in memory, but not as it was `meant` to be.
        model_unloaded()
        prompt_progressed(task, n_processed, n_reused, n_prompt)
        text_generated(task, text): ends in generation_finished(task, GenerationFinished) or
            generation_failed(task, AppError), exactly once for every task that `generate` gave.
        answer_grown(task, n_predicted): how many tokens there are with the text that comes next.
        tokens_counted(task, n_tokens): comes after what runs, or never when there is no model.
        context_fitted(task, ContextFitted): what an answer is given to read; before anything else of it.
        context_measured(task, ContextMeasured): comes soon, or never when there is no model.
        devices_changed(): `devices` says something else, if only of their free memory.
        crashed(AppError): the process is gone; what was running has failed just before.
    """

    state_changed = Signal(object)
    load_progressed = Signal(float)
    model_loaded = Signal(object)
    load_failed = Signal(object)
    load_cancelled = Signal()
    draft_refused = Signal(object)
    stepped_down = Signal(object)
    model_unloaded = Signal()
    prompt_progressed = Signal(int, int, int, int)
    text_generated = Signal(int, str)
    answer_grown = Signal(int, int)
    generation_finished = Signal(int, object)
    tokens_counted = Signal(int, int)
    context_fitted = Signal(int, object)
    context_measured = Signal(int, object)
    generation_failed = Signal(int, object)
    devices_changed = Signal()
    crashed = Signal(object)

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._process: WorkerProcess | None = None
        self._plans = DirectPlans(self)
        self._cards: CardTrial | None = None
        self._state = EngineState.STOPPED
        self._model: protocol.ModelInfo | None = None
        self._devices: tuple[protocol.Device, ...] = ()
        self._versions: dict[str, str] = {}
        self._wanted: tuple[Path, LoadParameters] | None = None
        self._template_of: Callable[[Path], str] = lambda path: ""
        self._parameters_of: Callable[[Path], LoadParameters] = lambda path: LoadParameters()
        self._draft_of: Callable[[Path], str] = lambda path: ""
        self._draft = self._refused_draft = ""

    def choose_template_by(self, template_of: Callable[[Path], str]) -> None:
        """Take the chat template that the person has chosen for a model from here; "": none."""
        self._template_of = template_of

    def choose_parameters_by(self, parameters_of: Callable[[Path], LoadParameters]) -> None:
        """Take what the person has chosen for a model's loads from here."""
        self._parameters_of = parameters_of

    def try_cards_by(self, cards: CardTrial) -> None:
        """Have `cards` say whether the next process looks for graphics cards."""
        self._cards = cards

    def choose_draft_by(self, draft_of: Callable[[Path], str]) -> None:
        """Take the file of the small model that guesses for a model from here; "": none."""
        self._draft_of = draft_of

    def _load_request(self, task: int, path: Path, plan: LoadPlan) -> protocol.LoadRequest:
        """Give what asks for a load, with all that the person has chosen for this file."""
        draft, rungs = self._draft_of(path), plan.rungs
        if draft != self._refused_draft:
            self._refused_draft = ""
        self._draft = "" if self._refused_draft else draft
        if plan.draft_error is not None:
            self._is_draft_refused(plan.draft_error)
        template, reason = self._template_of(path), "failed" if self._card_options() else plan.device_reason
        return protocol.LoadRequest(task, str(path), rungs[0], rungs[1:], reason, self._draft, template)

    def _card_options(self) -> list[str]:
        return self._cards.options if self._cards is not None else []

    def _may_be_cards(self, reason: str) -> bool:
        """Tell whether a process that has ended before it was ready is to be followed by one without graphics cards."""
        if self._cards is None or reason.startswith(NOT_STARTED) or not self._cards.ended_early():
            return False
        log.info("engine: %s before it was ready; it starts again without graphics cards", reason)
        return True

    def _has_lost_cards(self) -> bool:
        return self._cards is not None and self._cards.worked()

    def _is_draft_refused(self, error: AppError) -> bool:
        """Tell whether a load failed because of the model that was to guess; that one is not asked for again."""
        if not self._draft or getattr(error, "path", "") != self._draft:
            return False
        self._refused_draft, self._draft = self._draft, ""
        self.draft_refused.emit(error)
        return True

    def _send(self, request: protocol.Request) -> bool:
        """Give the process a request. False: there is none, or the request is longer than it takes."""
        line = wire.encode(request)
        if self._process is None or len(line) > wire.MAX_LINE_BYTES:
            return False
        self._process.send(line)
        return True

    @property
    def state(self) -> EngineState:
        """What it is doing now."""
        return self._state

    @property
    def model(self) -> protocol.ModelInfo | None:
        """The model in memory; None when there is none."""
        return self._model

    @property
    def devices(self) -> tuple[protocol.Device, ...]:
        """What llama.cpp can compute on, as the process has said last; empty until then.

        What the model in memory holds counts as free, since it leaves before another one comes.
        """
        return self._devices

    @property
    def meant(self) -> LoadParameters:
        """How the model that was loaded last was meant to be loaded, see `stepped_down`."""
        return self._plans.meant

    @property
    def shape(self) -> ModelShape | None:
        """What the memory of the model that was loaded last depends on; None when that is not known."""
        return self._plans.shape

    @property
    def versions(self) -> dict[str, str]:
        """Versions that the engine reported; empty until then."""
        return self._versions

    @property
    def wanted_path(self) -> Path | None:
        """The model that was asked for last, loaded or not; None after `unload`."""
        return self._wanted[0] if self._wanted else None

    @property
    def files(self) -> tuple[Path, ...]:
        """The files of the model that is in memory or on its way there, and of the small one that guesses for it."""
        if self._wanted is None or self._state not in (EngineState.LOADING, EngineState.READY, EngineState.ANSWERING):
            return ()
        firsts = (self._wanted[0], *([Path(self._draft)] if self._draft else []))
        return tuple(path for first in firsts for path in (first, *other_shards(first)))

    @property
    def pid(self) -> int:
        """Process id of the engine; 0 when there is none."""
        return self._process.pid if self._process else 0
