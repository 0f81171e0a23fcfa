"""How the author of a model recommends to sample it: the keys `general.sampling.*` of a GGUF file."""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Any

from desktop_app.engine.parameters import SAMPLERS, SamplingParameters

# Source: `common_init_sampler_from_model` in llama.cpp, common/common.cpp.
_NUMBERS = {
    "temp": ("temperature", float, 0.0, 5.0),
    "top_k": ("top_k", int, 0, 2**31 - 1),
    "top_p": ("top_p", float, 0.0, 1.0),
    "min_p": ("min_p", float, 0.0, 1.0),
    "xtc_probability": ("xtc_probability", float, 0.0, 1.0),
    "xtc_threshold": ("xtc_threshold", float, 0.0, 1.0),
    "penalty_last_n": ("repeat_last_n", int, -1, 2**31 - 1),
    "penalty_repeat": ("repeat_penalty", float, 0.01, 10.0),
    "mirostat": ("mirostat", int, 0, 2),
    "mirostat_tau": ("mirostat_tau", float, 0.0, 100.0),
    "mirostat_eta": ("mirostat_eta", float, 0.0, 1.0),
}
_OTHER_NAMES = {"temp": "temperature", "typ": "typ_p", "typical_p": "typ_p", "nucleus": "top_p"}


def recommended_sampling(metadata: Callable[[str], str]) -> SamplingParameters:
    """Give what the file sets; `metadata(key)` is its text, "" for none. A value that makes no sense is left out."""
    values: dict[str, Any] = {}
    for key, (name, kind, low, high) in _NUMBERS.items():
        try:
            number = float(metadata(f"general.sampling.{key}"))
        except ValueError:
            continue
        if math.isfinite(number) and low <= number <= high:
            values[name] = kind(number)
    if samplers := _samplers(metadata("general.sampling.sequence")):
        values["samplers"] = samplers
    return SamplingParameters(**values)


def _samplers(text: str) -> tuple[str, ...]:
    known = {name.replace("_", ""): name for name in (*SAMPLERS, "adaptive_p")}
    names = (name.strip().lower().replace("-", "_") for name in text.split(";"))
    plain = (_OTHER_NAMES.get(name, name).replace("_", "") for name in names)
    return tuple(dict.fromkeys(known[name] for name in plain if name in known))
