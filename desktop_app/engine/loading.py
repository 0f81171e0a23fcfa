"""One load: its parameters, and when llama.cpp or a driver refuses them, those of its ladder one after the other."""

from __future__ import annotations

import logging
import re
from collections.abc import Callable, Sequence

from desktop_app.engine.llama.library import backend_names, devices, has_card_modules
from desktop_app.engine.llama.model import NO_GENERATION, Model
from desktop_app.engine.parameters import LoadParameters
from desktop_app.engine.protocol import Device, DeviceReason, Event, LoadAttempt, LoadRequest, ModelInfo
from desktop_app.errors import DecodeFailed, ModelLoadFailed

log = logging.getLogger(__name__)

_KINDS = {"model": "weights_bytes", "KV": "kv_bytes", "RS": "kv_bytes", "output": "compute_bytes", "compute": "compute_bytes"}

_MEMORY = re.compile(
    r"^(?!.*device ?lost).*(alloc|out ?of ?(device ?|host ?)?memory|(not enough|insufficient|want of) memory)", re.IGNORECASE
)
"""In the words of llama.cpp and its backends: there was no room for weights, cache or computation."""
_ALLOCATION_FAILED = -2


def devices_without(buffers: Sequence[tuple[str, str, int]]) -> tuple[Device, ...]:
    """Give the devices with what is free now, and what will be when the model with these buffers has left."""
    return tuple(one.replaced(free_bytes=min(one.total_bytes, one.free_bytes + _held(one, buffers))) for one in devices())


def _held(device: Device, buffers: Sequence[tuple[str, str, int]]) -> int:
    ours = [(name, n_bytes) for name, _, n_bytes in buffers if name.partition("_")[0] == device.name]
    # What is mapped into main memory are pages of the file, which count as free anyway.
    return sum(n_bytes for name, n_bytes in ours if device.type != "cpu" or not name.endswith("_Mapped"))


class Loading:
    """Walks the ladder of one request down to the first step that works.

    `open_model` loads with given parameters, and raises: ModelLoadFailed, LoadCancelled.
    """

    def __init__(
        self, request: LoadRequest, open_model: Callable[[LoadParameters], Model], send: Callable[[Event], None]
    ) -> None:
        self._request = request
        self._open_model = open_model
        self._send = send
        self.parameters = request.parameters
        """Those that worked, when `model` has given one."""
        self.index = 0
        """Their step."""
        self._card_refusals: list[bool] = []
        """For each step on a card that was refused, whether it was for want of memory."""

    def model(self) -> Model:
        """Give the model, loaded. Raises: ModelLoadFailed when every step is refused, LoadCancelled."""
        for index, parameters in enumerate((self._request.parameters, *self._request.ladder)):
            self._send(LoadAttempt(self._request.task, index))
            try:
                model = self._opened(parameters)
            except ModelLoadFailed as error:
                if error.detail == NO_GENERATION:
                    raise
                log.warning("step %d of the ladder was refused: %s", index, error.detail)
                if parameters.n_gpu_layers:
                    self._card_refusals.append(_MEMORY.search(error.detail) is not None)
                last = error
                continue
            self.index, self.parameters = index, parameters
            return model
        raise last

    def _opened(self, parameters: LoadParameters) -> Model:
        model = self._open_model(parameters)
        try:
            if model.n_gpu_layers:
                # A driver may take the weights and fail at the first token: better now than in an answer.
                model.warm_up()
        except DecodeFailed as error:
            model.close()
            why = "for want of memory" if error.code == _ALLOCATION_FAILED else f"with code {error.code}"
            raise ModelLoadFailed(str(model.path), f"the first token failed {why}") from error
        return model

    def told(self, model: Model, info: ModelInfo, draft_buffers: Sequence[tuple[str, str, int]] = ()) -> ModelInfo:
        """Give `info` with how the model, and the small one that guesses for it, was loaded, as the backend reported it."""
        sums = dict.fromkeys(_KINDS.values(), 0)
        for _, kind, n_bytes in model.buffers:
            sums[_KINDS[kind]] += n_bytes
        return info.replaced(
            n_offloadable=model.n_offloadable,
            parameters=self.parameters,
            device_reason=self._device_reason(model),
            draft_bytes=sum(n_bytes for _, _, n_bytes in draft_buffers),
            **sums,
        )

    def _device_reason(self, model: Model) -> DeviceReason:
        if model.n_gpu_layers:
            return ""
        if self._request.device_reason == "failed":
            return "failed"
        if not any(device.type in ("gpu", "igpu") for device in devices()):
            is_for_cards = has_card_modules() or not set(backend_names()) <= {"CPU", "BLAS"}
            return "no_card" if is_for_cards else "no_backend"
        if self._card_refusals or self.parameters.n_gpu_layers:
            return "too_little_memory" if self._card_refusals and all(self._card_refusals) else "failed"
        return self._request.device_reason or "chosen"
