"""How the author of a model recommends to sample it.

That stands in the keys `general.sampling.*` of a GGUF file. Many files are older than these keys: what the author's own
page says about such a model stands here, where it matters, and what the file says goes before it.
"""

from __future__ import annotations

import math
import re
from collections.abc import Callable
from typing import Any

from desktop_app.engine.parameters import KNOWN_SAMPLERS, SamplingParameters

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
# What the authors' pages recommend, by `general.name` in small letters with single spaces. A name must fit as a whole:
# what somebody else made of a model is sampled as that person says.
_ON_THE_PAGE = (
    # Source: huggingface.co/HuggingFaceTB/SmolLM2-135M-Instruct (-360M-, -1.7B-), "How to use". The files are named after
    # the runs they come from. At llama.cpp's 0.8 the smallest one loses its thread and repeats itself.
    (r"smollm2 [\d.]+[mb] (instruct|8k .*mix\d.*)", {"temperature": 0.2, "top_p": 0.9}),
    # Source: huggingface.co/Qwen/Qwen3-32B-GGUF (and the other sizes), "Best Practices": the values for thinking, which
    # these models do unless they are told not to.
    (r"qwen3 [\d.]+b( a[\d.]+b)?", {"temperature": 0.6, "top_k": 20, "top_p": 0.95, "min_p": 0.0}),
    # Source: huggingface.co/deepseek-ai/DeepSeek-R1-Distill-Qwen-7B (and the other five), "Usage Recommendations".
    (r"deepseek r1 distill (qwen|llama) [\d.]+b", {"temperature": 0.6, "top_p": 0.95}),
)
_OTHER_NAMES = {"temp": "temperature", "typ": "typ_p", "typical_p": "typ_p", "nucleus": "top_p"}


def recommended_sampling(metadata: Callable[[str], str]) -> SamplingParameters:
    """Give what the author recommends; `metadata(key)` is the file's text, "" for none.

    A value that makes no sense is left out.
    """
    values = _on_the_page(metadata("general.name"))
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


def _on_the_page(name: str) -> dict[str, Any]:
    plain = re.sub(r"[\s_-]+", " ", name.strip().lower())
    return next((dict(values) for pattern, values in _ON_THE_PAGE if re.fullmatch(pattern, plain)), {})


def _samplers(text: str) -> tuple[str, ...]:
    known = {name.replace("_", ""): name for name in KNOWN_SAMPLERS}
    names = (name.strip().lower().replace("-", "_") for name in text.split(";"))
    plain = (_OTHER_NAMES.get(name, name).replace("_", "") for name in names)
    return tuple(dict.fromkeys(known[name] for name in plain if name in known))
