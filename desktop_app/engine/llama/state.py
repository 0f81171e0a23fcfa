"""The state of one sequence as bytes: taken out of a context, and put back into one of the same kind.

llama.cpp believes most of what it is given here (CVE-2026-43629): only bytes that this profile wrote itself, for the
same model and the same context, may come back. That this is so is proved by `engine.state_files`.
"""

from __future__ import annotations

import ctypes
from collections.abc import Callable
from typing import Any

from desktop_app.engine.llama.library import C


def n_bytes_of(context: Any, seq_id: int) -> int:
    """Give how many bytes the state of a sequence has; 0 when there is none."""
    return int(C.llama_state_seq_get_size(context, seq_id))


def copy_of(context: Any, seq_id: int, n_bytes: int) -> bytearray:
    """Give the state of a sequence, `n_bytes` long as `n_bytes_of` says; empty when the library does not give it."""
    data = bytearray(n_bytes)
    n_written = C.llama_state_seq_get_data(context, _pointer(data), n_bytes, seq_id)
    return data if n_written == n_bytes else bytearray()


def put_back(context: Any, seq_id: int, state: bytearray | memoryview) -> bool:
    """Let a sequence be what `copy_of` gave; False, and it is empty, where the context has no room for it."""
    if C.llama_state_seq_set_data(context, _pointer(state), len(state), seq_id) == len(state):
        return True
    C.llama_memory_seq_rm(C.llama_get_memory(context), seq_id, -1, -1)
    return False


def partial_copy_of(context: Any, seq_id: int, has_room: Callable[[int], bool]) -> bytearray:
    """Give what of a sequence cannot be cut, as `put_partial_back` takes it; empty when nothing is, or has no room."""
    flags = C.LLAMA_STATE_SEQ_FLAGS_PARTIAL_ONLY
    n_bytes: int = C.llama_state_seq_get_size_ext(context, seq_id, flags)
    if n_bytes <= 0 or not has_room(n_bytes):
        return bytearray()
    data = bytearray(n_bytes)
    n_written: int = C.llama_state_seq_get_data_ext(context, _pointer(data), n_bytes, seq_id, flags)
    return data[:n_written] if n_written < n_bytes else data


def put_partial_back(context: Any, seq_id: int, data: bytearray) -> bool:
    """Put back what `partial_copy_of` gave."""
    flags = C.LLAMA_STATE_SEQ_FLAGS_PARTIAL_ONLY
    return bool(C.llama_state_seq_set_data_ext(context, _pointer(data), len(data), seq_id, flags))


def n_cut_min(context: Any, n_tokens: int) -> int:
    """Give to how many tokens a state of `n_tokens` can be cut back without a checkpoint; 0: to any number."""
    model = C.llama_get_model(context)
    if C.llama_model_is_recurrent(model) or C.llama_model_is_hybrid(model):
        return n_tokens
    n_swa: int = C.llama_model_n_swa(model)
    # Of a sliding window a state has no more than the last `n_swa` positions.
    return n_tokens if 0 < n_swa < n_tokens else 0


def _pointer(data: bytearray | memoryview) -> Any:
    return ctypes.cast((ctypes.c_uint8 * len(data)).from_buffer(data), ctypes.POINTER(ctypes.c_uint8))
