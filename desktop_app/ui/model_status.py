"""What the top bar says about the model: its name, a dot, where it runs and how fast, in words."""

from __future__ import annotations

import time
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QLocale, QObject, Signal, Slot

from desktop_app.record import Record
from desktop_app.services.engine import EngineState
from desktop_app.time_left import seconds_left
from desktop_app.ui.model_names import ModelNames

if TYPE_CHECKING:
    from desktop_app.engine.protocol import ModelInfo
    from desktop_app.library.model_file import ModelFile
    from desktop_app.services.engine import Engine
    from desktop_app.services.model_library import ModelLibrary


class ModelStatus(Record):
    """What is shown. `dot`: "good", "accent", "muted" or "error"; `button`: "", "cancel", "reload" or "try_card"."""

    name: str
    dot: str
    words: str
    button: str = ""


class ModelStatusText(QObject):
    """Follows the engine and finds the words.

    Signals:
        changed(): `status()` has other words now.
    """

    changed = Signal()

    def __init__(self, engine: Engine, library: ModelLibrary, parent: QObject) -> None:
        super().__init__(parent)
        self._engine = engine
        self._library = library
        self._names = ModelNames(self)
        self._fraction = 0.0
        self._loading_since_s = 0.0
        self._tokens_per_s = 0.0
        self._has_started = engine.state is not EngineState.STOPPED
        engine.state_changed.connect(self._on_state_changed)
        engine.load_progressed.connect(self._on_load_progressed)
        engine.model_loaded.connect(self._on_model_loaded)
        library.models_changed.connect(self.changed)

    def set_speed(self, tokens_per_s: float) -> None:
        """Remember how fast the last answer was; 0.0: not known."""
        self._tokens_per_s = tokens_per_s
        self.changed.emit()

    def model_name(self, file: ModelFile) -> str:
        """Give the name of `file` as the person reads it."""
        return self._names.of(file)

    def current_name(self) -> str:
        """Give the name of the model that is loaded or being loaded; "" when there is none."""
        model = self._engine.model
        path = Path(model.path) if model else self._engine.wanted_path
        if path is None:
            return ""
        file = self._library.by_path(path)
        return self.model_name(file) if file else path.stem

    def is_starter(self) -> bool:
        """Say whether the model is the tiny one that comes with the application."""
        path = self._engine.wanted_path
        file = self._library.by_path(path) if path else None
        return file is not None and file.is_starter

    def status(self) -> ModelStatus:
        """Give what is to be shown now."""
        name = self.current_name() or self.tr("Choose a model")
        model = self._engine.model
        match self._engine.state:
            case EngineState.STARTING:
                return ModelStatus(name, "accent", self.tr("Starting"), "cancel")
            case EngineState.LOADING:
                return ModelStatus(name, "accent", self._loading(), "cancel")
            case EngineState.READY if model:
                button = "try_card" if model.device_reason == "failed" else ""
                return ModelStatus(name, "good", self._place_and_speed(model), button)
            case EngineState.ANSWERING if model:
                return ModelStatus(name, "accent", self.tr("{place} · answering").format(place=self._place(model)))
            case EngineState.CRASHED:
                return ModelStatus(name, "error", self.tr("Stopped"), "reload")
            case EngineState.STOPPED:
                return self._stopped(name)
        if self._engine.wanted_path is not None:
            return ModelStatus(name, "muted", self.tr("Not in memory; your next message loads it"))
        return ModelStatus(name, "muted", self.tr("No model is loaded"))

    def _loading(self) -> str:
        """Say how far a load is, and how long it takes when that is worth a word."""
        percent = QLocale().toString(round(self._fraction * 100))
        seconds = seconds_left(self._fraction, time.monotonic() - self._loading_since_s)
        if seconds is None:
            return self.tr("Loading {percent} %").format(percent=percent)
        return self.tr("Loading {percent} %, %n second(s) left", "", seconds).format(percent=percent)

    def _stopped(self, name: str) -> ModelStatus:
        if not self._has_started:
            # The window is painted first, the engine starts a moment later.
            return ModelStatus(name, "muted", self.tr("Starting"))
        return ModelStatus(name, "muted", self.tr("Stopped"), "reload")

    def _place(self, model: ModelInfo) -> str:
        if model.device:
            n_layers, n_experts = model.n_offloadable or model.n_layers, self._n_layers_without_experts(model)
            if n_experts:
                text = self.tr(
                    "Graphics card, {n_on_card} of {n_layers} layers, the experts of {n_experts} of them in main memory"
                )
            else:
                text = self.tr("Graphics card, {n_on_card} of {n_layers} layers")
            return text.format(n_on_card=model.n_gpu_layers, n_layers=n_layers, n_experts=n_experts)
        match model.device_reason:
            case "chosen":
                return self.tr("Processor, as you chose")
            case "no_backend":
                return self.tr("Processor, because this version has no graphics support")
            case "no_card":
                return self.tr("Processor, because no graphics card was found")
            case "too_little_memory":
                return self.tr("Processor, because the graphics card has too little free memory")
            case "failed":
                return self.tr("Processor, because the graphics card or its driver failed")
        return self.tr("Processor, %n thread(s)", "", model.n_threads)

    def _n_layers_without_experts(self, model: ModelInfo) -> int:
        """Give how many of the layers on the card have their experts in main memory, where they are computed."""
        shape = self._engine.shape
        if shape is not None and not shape.has_experts:
            return 0
        n_before_card = (model.n_offloadable or model.n_layers) - model.n_gpu_layers
        return max(0, min(model.parameters.n_cpu_moe, model.n_layers) - n_before_card)

    def _place_and_speed(self, model: ModelInfo) -> str:
        place = self._place(model)
        if self._tokens_per_s <= 0:
            return place
        decimals = 0 if self._tokens_per_s >= 10 else 1
        speed = QLocale().toString(self._tokens_per_s, "f", decimals)
        return self.tr("{place} · {speed} tokens/s").format(place=place, speed=speed)

    @Slot(object)
    def _on_state_changed(self, state: object) -> None:
        self._has_started = True
        if state in (EngineState.STARTING, EngineState.LOADING):
            self._fraction = 0.0
            self._loading_since_s = time.monotonic()
        self.changed.emit()

    @Slot(float)
    def _on_load_progressed(self, fraction: float) -> None:
        self._fraction = fraction
        self.changed.emit()

    @Slot(object)
    def _on_model_loaded(self, _model: object) -> None:
        self.set_speed(0.0)
