"""What can be set when a model is loaded and when it answers: names, ranges and units of llama.cpp.

Values only; this module is imported by the window and by the engine and must stay free of both.
Source for names and defaults: llama.cpp, `include/llama.h` and `common/common.h`.
"""

from __future__ import annotations

from desktop_app.record import Record


class LoadParameters(Record):
    """How a model is put into memory."""

    n_ctx: int = 0
    """Context in tokens; 0: as the model was trained, at most `DEFAULT_N_CTX_MAX`."""
    n_threads: int = 0
    """Threads for decoding and reading; 0: `default_n_threads` of the physical cores."""
    n_batch: int = 512
    """Tokens of a prompt read in one call; between calls a task can be cancelled and progress is sent."""
    n_gpu_layers: int = -1
    """Layers put on the graphics card; -1: all of them, where there is a card."""


DEFAULT_N_CTX_MAX = 8192
"""Context when nothing else was chosen: 8,192 tokens of KV cache fit a laptop with 8 GB for models up to 4B."""


def default_n_threads(n_physical_cores: int) -> int:
    """All physical cores up to three, one fewer from four up: the window and the system need a share.

    Source: measured with spinning barriers, one busy process beside all cores leaves 0.29 of the speed.
    """
    return max(1, n_physical_cores if n_physical_cores <= 3 else n_physical_cores - 1)


class SamplingParameters(Record):
    """How the next token is drawn. The chain runs in C, in llama.cpp's order."""

    temperature: float = 0.8
    """0.0 to 5.0; 0 takes the most likely token."""
    top_k: int = 40
    """Keep the k most likely; 0: all."""
    top_p: float = 0.95
    """0.0 to 1.0; 1: off."""
    min_p: float = 0.05
    """0.0 to 1.0, relative to the most likely; 0: off."""
    repeat_penalty: float = 1.0
    """1.0: off."""
    repeat_last_n: int = 64
    """Tokens looked back on by the penalty; 0: off, -1: the whole context."""
    seed: int = -1
    """-1: a new one for every answer; otherwise 0 to 2**32 - 2."""
    n_predict: int = -1
    """At most so many tokens; -1: until the model ends or the context is full."""
    stop: tuple[str, ...] = ()
    """Texts that end the answer and do not appear in it."""
    logit_bias: tuple[tuple[int, float], ...] = ()
    """(token id, value added to its logit) pairs; -inf forbids a token (JSON: -Infinity)."""
