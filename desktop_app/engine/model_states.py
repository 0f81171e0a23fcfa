"""What one loaded model has read of conversations, from its memory to the store and back: nothing is read twice."""

from __future__ import annotations

import hashlib
import json
import logging
from collections.abc import Callable
from pathlib import Path

from desktop_app.engine.llama import library, state
from desktop_app.engine.llama.checkpoints import Checkpoint
from desktop_app.engine.llama.model import Model
from desktop_app.engine.llama.sequence import Sequence
from desktop_app.engine.parameters import LoadParameters
from desktop_app.engine.state_files import Outline, State
from desktop_app.engine.state_store import StateStore, has_memory_for

log = logging.getLogger(__name__)

N_TOKENS_MIN = 64
"""Fewer are read again as fast as they are loaded."""
STATE_BYTES_MAX = 2 << 30
"""To copy so much out of a context takes 0.7 s and back 0.3 s, in one call of llama.cpp during which nobody can be stopped."""
_SAMPLE_BYTES = 16 * 1024
_N_SAMPLES = 64
_NOT_IN_A_STATE = (
    "n_threads", "follows_load", "n_batch", "n_gpu_layers", "main_gpu", "split_mode", "tensor_split", "offload_kqv",
    "n_cpu_moe", "use_mmap",
)  # fmt: skip
"""How fast and where a model computes; what it has read is the same."""


def build() -> str:
    """Give what the states of one version of llama.cpp and its binding have in common, 8 digits."""
    versions = f"{library.version()} {library.llama_version()}"
    return hashlib.blake2b(versions.encode(), digest_size=4).hexdigest()


def model_key(path: Path, parameters: LoadParameters, n_ctx: int) -> str:
    """Give what a state depends on besides its tokens, 32 digits: the model file, the context, the KV types.

    Of the file: its size and time, its first megabyte, which names all tensors, and 64 samples of the rest. To read all
    of it would take longer than to load it. Raises: OSError.
    """
    code = hashlib.blake2b(digest_size=16, person=b"kv model")
    for part in model_files(path):
        status = part.stat()
        code.update(f"{status.st_size} {status.st_mtime_ns} ".encode())
        with part.open("rb") as file:
            code.update(file.read(1 << 20))
            for number in range(_N_SAMPLES):
                file.seek(status.st_size * number // _N_SAMPLES)
                code.update(file.read(_SAMPLE_BYTES))
    said = {name: value for name, value in parameters.as_dict().items() if name not in _NOT_IN_A_STATE}
    code.update(json.dumps({**said, "n_ctx": n_ctx}, sort_keys=True, default=str).encode())
    return code.hexdigest()


def model_files(path: Path) -> list[Path]:
    """Give all files of a model: name-00001-of-00003.gguf has two more."""
    head, mark, n_parts = path.stem.rpartition("-of-")
    if not mark or not n_parts.isdecimal() or not head[-5:].isdecimal():
        return [path]
    return [path.with_stem(f"{head[:-5]}{number + 1:05}-of-{n_parts}") for number in range(int(n_parts))]


class ModelStates:
    """The part of a store that belongs to one model in one context."""

    def __init__(self, store: StateStore, model: Model, key: str, is_awaited: Callable[[], bool] = lambda: True) -> None:
        """`is_awaited`: whether to go on reading a file; asked every few milliseconds."""
        self._store = store
        self._is_awaited = is_awaited
        self._context = model.context
        self._key = key

    def outline(self, conversation: str) -> Outline | None:
        """Give what is kept of a conversation, without its long parts; None when nothing is."""
        return self._store.outline(conversation, self._key) if conversation else None

    def save(self, sequence: Sequence, conversation: str) -> bool:
        """Keep what is in memory of a conversation; False when it is too little, too much or may not be written ("")."""
        if not conversation or len(sequence.tokens) < N_TOKENS_MIN:
            return False
        n_bytes = sequence.n_state_bytes + sum(len(point.data) for point in sequence.checkpoints)
        if not 0 < n_bytes <= min(self._store.max_bytes, STATE_BYTES_MAX) or not has_memory_for(n_bytes):
            return False
        if not (data := sequence.state_bytes()):
            return False
        points = tuple((point.n_tokens, len(point.data)) for point in sequence.checkpoints)
        n_cut_min = state.n_cut_min(self._context, len(sequence.tokens))
        outline = Outline(list(sequence.tokens), n_cut_min, points, len(data))
        self._store.put(conversation, self._key, State(outline, data, tuple(point.data for point in sequence.checkpoints)))
        return True

    def load(self, sequence: Sequence, conversation: str) -> bool:
        """Let `sequence` be what is kept of a conversation; False, and it is empty, when that does not work.

        Raises: GivenUp, and it is empty, when somebody is to be stopped meanwhile.
        """
        sequence.clear()
        kept = self._store.get(conversation, self._key, self._is_awaited)
        if kept is None:
            return False
        if not state.put_back(self._context, sequence.id, kept.data):
            log.info("there is no room in memory for %d tokens that were kept", len(kept.outline.tokens))
            return False
        sequence.tokens = list(kept.outline.tokens)
        points = zip(kept.outline.points, kept.checkpoints, strict=True)
        sequence.checkpoints = [Checkpoint(n_tokens, bytearray(data)) for (n_tokens, _), data in points]
        return True
