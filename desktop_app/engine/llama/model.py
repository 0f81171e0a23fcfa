"""A model in memory: its weights, its context and what it says about itself."""

from __future__ import annotations

import ctypes
import os
from collections.abc import Callable
from pathlib import Path
from typing import Any

import psutil

from desktop_app.engine.llama.checkpoints import CheckpointRoom
from desktop_app.engine.llama.library import C, Interrupt, LibraryLog, devices, experts_in_main_memory, return_memory
from desktop_app.engine.llama.mtp import MtpLayer
from desktop_app.engine.llama.sequence import Sequence
from desktop_app.engine.llama.vocabulary import Vocabulary
from desktop_app.engine.parameters import (
    DEFAULT_N_CTX_MAX,
    FLASH_ATTENTION,
    KV_TYPES,
    N_OUTPUTS_MAX,
    N_ROLLED_BACK_MAX,
    SPLIT_MODES,
    LoadParameters,
    default_n_threads,
)
from desktop_app.errors import DecodeFailed, ModelLoadFailed

_NO_DEVICES = (ctypes.c_void_p * 1)()
NO_GENERATION = "this model does not generate text from a prompt"
"""`detail` of a file that no parameters can make a chat model of."""


class LoadCancelled(Exception):
    """The progress callback asked to stop; nothing is in memory."""


def n_threads_for(parameters: LoadParameters) -> int:
    """Give the threads to use: as asked, or what suits this machine and is allowed to this process."""
    if parameters.n_threads > 0:
        return parameters.n_threads
    n_cores = psutil.cpu_count(logical=False) or os.cpu_count() or 1
    if hasattr(os, "sched_getaffinity"):
        # More spinning threads than processors allowed to us (a container, taskset) would wait for each other.
        n_cores = min(n_cores, len(os.sched_getaffinity(0)))
    return default_n_threads(n_cores)


class Model:
    """One loaded GGUF file with one context, in which `sequences` lie side by side. `close` frees everything."""

    def __init__(
        self,
        path: Path,
        parameters: LoadParameters,
        interrupt: Interrupt,
        library_log: LibraryLog,
        on_progress: Callable[[float], None] = lambda fraction: None,
        *,
        has_mtp_layer: bool = False,
    ) -> None:
        """Load `path`; `on_progress(0.0 to 1.0)`; `has_mtp_layer`: see `mtp`. Raises: ModelLoadFailed, LoadCancelled."""
        self.path = path
        self.n_threads = n_threads_for(parameters)
        self.follows_load = parameters.follows_load and parameters.n_threads == 0
        self._interrupt = interrupt
        self._pointer: Any = None
        self.context: Any = None
        self.mtp: MtpLayer | None = None
        """What guesses for it, when it is part of the model and there is memory for it."""
        self._has_mtp_layer = has_mtp_layer
        try:
            self._open(parameters, library_log, on_progress)
        except ModelLoadFailed:
            if not has_mtp_layer:
                raise
            # Not for the sake of guesses: without that layer it needs less, and fewer of its tensors are looked at.
            self._has_mtp_layer = False
            self._open(parameters, library_log, on_progress)
        self.vocabulary = Vocabulary(C.llama_model_get_vocab(self._pointer))
        self.n_ctx: int = C.llama_n_ctx_seq(self.context)
        self.n_gpu_layers = library_log.n_gpu_layers
        self.n_offloadable = library_log.n_offloadable or self.n_layers + 1
        self.buffers = tuple(library_log.buffers)
        self.n_swa: int = C.llama_model_n_swa(self._pointer)
        # Recurrent and hybrid models keep one rolled-up state that can't be cut back.
        self.can_cut = not (C.llama_model_is_recurrent(self._pointer) or C.llama_model_is_hybrid(self._pointer))
        self.n_guesses_max = self.n_outputs_max - 1 if self.can_cut else int(C.llama_n_rs_seq(self.context))
        """Tokens that one step can check beside the one that was drawn, and take back."""
        self.n_batch: int = C.llama_n_batch(self.context)
        ids, room = range(C.llama_n_seq_max(self.context)), CheckpointRoom()
        self.sequences = tuple(Sequence(self.context, id, self.n_swa, self.can_cut, room) for id in ids)

    def _open(self, parameters: LoadParameters, library_log: LibraryLog, on_progress: Callable[[float], None]) -> None:
        library_log.start()
        try:
            self._pointer = self._load_weights(parameters, library_log, on_progress)
            self.n_ctx_train: int = C.llama_model_n_ctx_train(self._pointer)
            self.context = self._make_context(parameters, library_log)
            if self._has_mtp_layer:
                self.mtp = self._make_mtp(parameters)
        except BaseException:
            self.close()
            raise

    def _load_weights(self, parameters: LoadParameters, library_log: LibraryLog, on_progress: Callable[[float], None]) -> Any:
        def progressed(fraction: float, _data: object) -> bool:
            on_progress(fraction)
            return not self._interrupt.is_set

        settings = C.llama_model_default_params()
        settings.n_gpu_layers, settings.main_gpu = parameters.n_gpu_layers, parameters.main_gpu
        settings.split_mode = SPLIT_MODES[parameters.split_mode]
        settings.load_mode = C.LLAMA_LOAD_MODE_AUTO if parameters.use_mmap else C.LLAMA_LOAD_MODE_NONE
        shares = (ctypes.c_float * C.llama_max_devices())(*parameters.tensor_split)
        if parameters.tensor_split:
            settings.tensor_split = shares
        overrides = experts_in_main_memory(parameters.n_cpu_moe)
        if overrides:
            settings.tensor_buft_overrides = ctypes.addressof(overrides)
        if not parameters.n_gpu_layers:
            # Otherwise a card would still get a context of its own, and memory that it can read.
            settings.devices, settings.split_mode = ctypes.addressof(_NO_DEVICES), SPLIT_MODES["none"]
        settings.load_mtp = self._has_mtp_layer
        settings.progress_callback = callback = C.llama_progress_callback(progressed)
        pointer = C.llama_model_load_from_file(os.fsencode(self.path), settings)
        del callback  # until here the library may call it
        if not pointer:
            if self._interrupt.is_set:
                raise LoadCancelled
            raise ModelLoadFailed(str(self.path), library_log.last_error)
        return pointer

    def _make_context(self, parameters: LoadParameters, library_log: LibraryLog) -> Any:
        model = self._pointer
        if not C.llama_model_has_decoder(model) or C.llama_model_has_encoder(model) or C.llama_model_is_diffusion(model):
            raise ModelLoadFailed(str(self.path), NO_GENERATION)
        settings = self._context_settings(parameters)
        self.n_outputs_max = settings.n_outputs_max
        settings.abort_callback = self._interrupt.callback
        settings.abort_callback_data = self._interrupt.data
        context = C.llama_init_from_model(model, settings)
        if not context:
            raise ModelLoadFailed(str(self.path), library_log.last_error or "there is not enough memory for the context")
        if not C.llama_get_memory(context):
            # An embedding model: it reads a text at once and remembers nothing.
            C.llama_free(context)
            raise ModelLoadFailed(str(self.path), NO_GENERATION)
        return context

    def _context_settings(self, parameters: LoadParameters) -> Any:
        settings = C.llama_context_default_params()
        settings.n_ctx = parameters.n_ctx if parameters.n_ctx > 0 else min(self.n_ctx_train, DEFAULT_N_CTX_MAX)
        settings.n_seq_max = max(1, parameters.n_slots)
        # All sequences share the cells: each may fill the whole context as long as the others leave room.
        settings.kv_unified = True
        settings.n_batch = max(1, parameters.n_batch)
        settings.n_ubatch = min(settings.n_batch, settings.n_ubatch)
        settings.n_threads = settings.n_threads_batch = self.n_threads
        # 3 to 5 times less memory on sliding-window models; what it costs is handled in Sequence.cut.
        settings.swa_full = False
        settings.flash_attn_type = FLASH_ATTENTION[parameters.flash_attn]
        settings.type_k, settings.type_v = KV_TYPES[parameters.type_k], KV_TYPES[parameters.type_v]
        settings.offload_kqv = parameters.offload_kqv
        if self._has_mtp_layer:
            # Otherwise a recurrent state could not be taken back; llama.cpp sets it to 0 where there is none.
            settings.n_rs_seq = N_ROLLED_BACK_MAX
        settings.n_outputs_max = min(settings.n_batch, max(N_OUTPUTS_MAX, settings.n_seq_max))
        return settings

    def _make_mtp(self, parameters: LoadParameters) -> MtpLayer | None:
        """Give what guesses for this model; None where there is no memory for it, or llama.cpp does not have it."""
        settings = self._context_settings(parameters)
        settings.ctx_type, settings.ctx_other = C.LLAMA_CONTEXT_TYPE_MTP, self.context
        settings.n_ctx = C.llama_n_ctx(self.context)
        settings.n_batch, settings.n_outputs_max, settings.n_rs_seq = settings.n_ubatch, settings.n_seq_max, 0
        context = C.llama_init_from_model(self._pointer, settings)
        if not context:
            return None
        try:
            return MtpLayer(context, self.context)
        except ImportError:
            C.llama_free(context)
            return None

    @property
    def name(self) -> str:
        """`general.name` of the file, or the file name without its ending."""
        return self.metadata("general.name").strip() or self.path.stem

    @property
    def description(self) -> str:
        """llama.cpp's own short description."""
        buffer = ctypes.create_string_buffer(256)
        C.llama_model_desc(self._pointer, buffer, len(buffer))
        return buffer.value.decode("utf-8", "replace")

    @property
    def n_params(self) -> int:
        """Number of weights."""
        return int(C.llama_model_n_params(self._pointer))

    @property
    def size_bytes(self) -> int:
        """Bytes of all tensors."""
        return int(C.llama_model_size(self._pointer))

    @property
    def n_layers(self) -> int:
        """Number of layers."""
        return int(C.llama_model_n_layer(self._pointer))

    @property
    def device(self) -> str:
        """Name of the graphics card that holds layers, "" for the processor."""
        if not self.n_gpu_layers:
            return ""
        return next((item.description or item.name for item in devices() if item.type in ("gpu", "igpu")), "")

    @property
    def chat_template(self) -> str | None:
        """The Jinja source in the file, or None."""
        source = C.llama_model_chat_template(self._pointer, None)
        return None if source is None else source.decode("utf-8", "replace")

    def metadata(self, key: str) -> str:
        """Give the value of a GGUF key as text, "" when there is none or it is an array."""
        buffer = ctypes.create_string_buffer(1024)
        n_bytes = C.llama_model_meta_val_str(self._pointer, key.encode(), buffer, len(buffer))
        return buffer.value.decode("utf-8", "replace") if n_bytes >= 0 else ""

    def use_threads(self, n_threads: int) -> None:
        """Compute with so many threads from now on."""
        for context in (self.context, self.mtp and self.mtp.context):
            if context:
                C.llama_set_n_threads(context, n_threads, n_threads)

    def warm_up(self) -> None:
        """Compute one token and forget it again. Raises: DecodeFailed."""
        array = (C.llama_token * 1)(max(0, self.vocabulary.bos))
        code = C.llama_decode(self.context, C.llama_batch_get_one(array, 1))
        C.llama_synchronize(self.context)
        C.llama_memory_clear(C.llama_get_memory(self.context), True)
        if code:
            raise DecodeFailed(code)

    def leave_mtp(self) -> None:
        """Do without the layer that guesses: another model does it. What was guessed wrong can be taken back as before."""
        if self.mtp is not None:
            self.mtp.close()
            self.mtp = None

    def close(self) -> None:
        """Free the context and the weights."""
        self.leave_mtp()
        if self.context:
            C.llama_free(self.context)
            self.context = None
        if self._pointer:
            C.llama_model_free(self._pointer)
            self._pointer = None
            return_memory()
