"""What can be set when a model is loaded and when it answers: names, ranges and units of llama.cpp.

Values only; this module is imported by the window and by the engine and must stay free of both.
Source for names and defaults: llama.cpp, `include/llama.h` and `common/common.h`.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import Any, Self

from desktop_app.record import Record


class LoadParameters(Record):
    """How a model is put into memory."""

    n_ctx: int = 0
    """Context in tokens; 0: as the model was trained, at most `DEFAULT_N_CTX_MAX`."""
    n_threads: int = 0
    """Threads for decoding and reading; 0: `default_n_threads` of the physical cores."""
    follows_load: bool = True
    """Whether threads that were not asked for by number give way to other programs while those work; see `engine.threads`."""
    n_batch: int = 512
    """Tokens of a prompt read in one call; between calls a task can be cancelled and progress is sent."""
    n_slots: int = 4
    """Conversations that are kept in the context, and answered, side by side; they share its `n_ctx` tokens."""
    n_gpu_layers: int = -1
    """Layers put on graphics cards, the output layer counted as one; -1: as many as fit."""
    main_gpu: int = 0
    """Number of the card that is used when `split_mode` is "none"."""
    split_mode: str = "layer"
    """How several cards share a model: one of `SPLIT_MODES`."""
    tensor_split: tuple[float, ...] = ()
    """Share of each card, in any unit; (): by their free memory."""
    offload_kqv: bool = True
    """Whether the KV cache of a layer lies where the layer does; False: all of it in main memory."""
    flash_attn: str = "auto"
    """One of `FLASH_ATTENTION`; a quantized `type_v` needs it."""
    type_k: str = "f16"
    """One of `KV_TYPES`."""
    type_v: str = "f16"
    """One of `KV_TYPES`."""
    n_cpu_moe: int = 0
    """Layers, counted from the first, whose experts stay in main memory while the rest of them is on the card."""
    use_mmap: bool = True
    """Whether weights in main memory are pages of the file, which the system may let go, or a copy of it."""


SPLIT_MODES = {"none": 0, "layer": 1, "row": 2}
"""Source: `enum llama_split_mode`."""
FLASH_ATTENTION = {"auto": -1, "off": 0, "on": 1}
"""Source: `enum llama_flash_attn_type`."""
KV_TYPES = {"f32": 0, "f16": 1, "q4_0": 2, "q4_1": 3, "q5_0": 6, "q5_1": 7, "q8_0": 8, "bf16": 30}
"""Source: `enum ggml_type`; those that llama.cpp's own command line takes for the KV cache."""
N_ROLLED_BACK_MAX = 3
"""Tokens that a recurrent state with an MTP layer can be taken back by: for each one more the state is kept once more."""
N_OUTPUTS_MAX = 64
"""Tokens of one batch that can be drawn from: all slots with their drafts.

llama.cpp's own default is the whole batch, and reserves a row of the vocabulary for each: 514 MB instead of 65 for Gemma 3 270M.
"""
CHAT_TEMPLATES = (
    ("chatml", "ChatML"), ("llama-3", "Llama 3"), ("llama-4", "Llama 4"), ("llama-2", "Llama 2"), ("mistral", "Mistral"),
    ("gemma", "Gemma"), ("gemma-4", "Gemma 4"), ("gpt-oss", "gpt-oss (Harmony)"), ("phi-3", "Phi 3"), ("phi-4", "Phi 4"),
    ("deepseek", "DeepSeek"), ("command-r", "Command R"), ("granite", "Granite"), ("glm-4", "GLM 4"), ("exaone", "EXAONE"),
    ("zephyr", "Zephyr"), ("vicuna", "Vicuna"), ("alpaca", "Alpaca"),
)  # fmt: skip
"""Chat templates that come with Hearth, by name and as people call them; see `engine.known_templates`."""
EDITED_TEMPLATE = "edited"
"""What a chat template is called that the person has written. The engine is not told this name, but its text."""
TEMPLATE_CHARACTERS_MAX = 64 * 1024
"""Of the source of a chat template. The longest of some 70 well-known ones has 17 kB. The last step of compiling happens
in C, where nothing can interrupt it: measured, 128 kB of expressions took 1.6 s."""

DEFAULT_N_CTX_MAX = 8192
"""Context when nothing else was chosen: 8,192 tokens of KV cache fit a laptop with 8 GB for models up to 4B."""


def is_template_source(choice: str) -> bool:
    """Say whether a choice of a chat template is the source of one, and not a name.

    No name holds a brace, and without one Jinja writes the same words into every prompt and none of the messages.
    """
    return "{" in choice


def default_n_threads(n_physical_cores: int) -> int:
    """All physical cores up to three, one fewer from four up: the window and the system need a share.

    Source: measured with spinning barriers, one busy process beside all cores leaves 0.29 of the speed.
    """
    return max(1, n_physical_cores if n_physical_cores <= 3 else n_physical_cores - 1)


SAMPLERS = ("penalties", "dry", "top_n_sigma", "top_k", "typ_p", "top_p", "min_p", "xtc", "temperature")
"""llama.cpp's order. "adaptive_p" may be named too: it then draws in place of the plain draw from what is left; and
"infill", for models that fill a gap: it joins tokens with one beginning, and prefers the end where nothing is likely."""


class SamplingParameters(Record):
    """How the next token is drawn. The chain runs in C, in the order of `samplers`.

    What was given to the constructor counts as chosen, all else as open to what the model's author recommends: see
    `over`. A value that makes no sense (not a number, a count below its range) turns its sampler off.
    """

    temperature: float = 0.8
    """0.0 to 5.0; 0 takes the most likely token."""
    dynatemp_range: float = 0.0
    """The temperature moves by so much around `temperature`, lower where the model is sure; 0: off."""
    dynatemp_exponent: float = 1.0
    """How entropy becomes temperature."""
    top_k: int = 40
    """Keep the k most likely; 0: all."""
    top_p: float = 0.95
    """0.0 to 1.0; 1: off."""
    min_p: float = 0.05
    """0.0 to 1.0, relative to the most likely; 0: off."""
    top_n_sigma: float = -1.0
    """Keep what is at most so many standard deviations below the most likely logit; -1: off."""
    typical_p: float = 1.0
    """0.0 to 1.0: keep what is about as surprising as is usual here; 1: off. Its sampler is named "typ_p"."""
    xtc_probability: float = 0.0
    """0.0 to 1.0: how often all but the least of the likely tokens are left out; 0: off."""
    xtc_threshold: float = 0.1
    """A token of at least this probability is likely; above 0.5: off."""
    min_keep: int = 0
    """At least so many tokens are left by top_p, min_p, typ_p and xtc."""
    repeat_last_n: int = 64
    """Tokens looked back on by the three penalties; 0: off, -1: the whole context."""
    repeat_penalty: float = 1.0
    """1.0: off."""
    frequency_penalty: float = 0.0
    """Taken off a logit for each time that the token came; 0: off."""
    presence_penalty: float = 0.0
    """Taken off a logit when the token came at all; 0: off."""
    dry_multiplier: float = 0.0
    """How strongly a token is held back that would go on with a repetition; 0: off."""
    dry_base: float = 1.75
    """The penalty is `dry_multiplier` * `dry_base` ** (length of the repetition - `dry_allowed_length`)."""
    dry_allowed_length: int = 2
    """Repetitions up to this length are free."""
    dry_penalty_last_n: int = 64
    """Tokens looked back on; 0: off, -1: the whole context."""
    dry_sequence_breakers: tuple[str, ...] = ("\n", ":", '"', "*")
    """No repetition reaches across one of these."""
    mirostat: int = 0
    """0: off; 1 or 2: that version draws, and of the samplers only temperature is used beside it."""
    mirostat_tau: float = 5.0
    """The surprise that mirostat aims at."""
    mirostat_eta: float = 0.1
    """How fast it learns."""
    adaptive_target: float = -1.0
    """Probability near which "adaptive_p" draws, 0.0 to 1.0; below 0: it draws like any."""
    adaptive_decay: float = 0.9
    """0.0 to 0.99: how long it remembers what it drew."""
    samplers: tuple[str, ...] = SAMPLERS
    """Names of those used, in order; what is not named is off."""
    seed: int = -1
    """-1: a new one for every answer; otherwise 0 to 2**32 - 2."""
    n_predict: int = -1
    """At most so many tokens; -1: until the model ends or the context is full."""
    stop: tuple[str, ...] = ()
    """Texts that end the answer and do not appear in it."""
    logit_bias: tuple[tuple[int, float], ...] = ()
    """(token id, value added to its logit) pairs; -inf forbids a token (JSON: -Infinity)."""
    grammar: str = ""
    """GBNF with a rule `root`: the answer is a text of this language."""
    json_schema: str = ""
    """A JSON schema as JSON text: the answer is a JSON document that fits it; "{}": any. Comes before `grammar`."""
    unfinished: tuple[tuple[str, str], ...] = ()
    """(name, text) pairs: what the person has written for a parameter and makes no sense yet. It is kept; nothing uses it."""

    @property
    def has_form(self) -> bool:
        """Whether the answer keeps to a grammar from its first token on."""
        return bool(self.grammar or self.json_schema)

    @property
    def chosen(self) -> dict[str, Any]:
        """What was set, by name."""
        return {name: vars(self)[name] for name in self._names if name in vars(self)}

    def over(self, recommended: SamplingParameters) -> SamplingParameters:
        """Give what is chosen here, the rest as `recommended`, and what that leaves open by default."""
        return SamplingParameters(**{**recommended.chosen, **self.chosen})

    def replaced(self, **changes: Any) -> Self:
        """Give the same with other values; what was open stays open."""
        return type(self)(**{**self.chosen, **changes})

    def choosing(self, name: str, value: Any) -> Self:
        """Give the same with this chosen; what was written for it and makes no sense goes."""
        return self.leaving(name).replaced(**{name: value})

    def leaving(self, name: str) -> Self:
        """Give the same with `name` open, and nothing written for it."""
        rest = {other: value for other, value in self.chosen.items() if other not in (name, "unfinished")}
        texts = tuple(one for one in self.unfinished if name not in (one[0], "unfinished"))
        if texts:
            rest["unfinished"] = texts
        return type(self)(**rest)


_MANY = 2**31 - 1
RANGES = {
    "temperature": (0.0, 5.0), "dynatemp_range": (0.0, 5.0), "dynatemp_exponent": (0.0, 10.0),
    "top_k": (0, _MANY), "top_p": (0.0, 1.0), "min_p": (0.0, 1.0), "top_n_sigma": (-1.0, 100.0), "typical_p": (0.0, 1.0),
    "xtc_probability": (0.0, 1.0), "xtc_threshold": (0.0, 1.0), "min_keep": (0, _MANY),
    "repeat_last_n": (-1, _MANY), "repeat_penalty": (0.01, 10.0), "frequency_penalty": (-2.0, 2.0),
    "presence_penalty": (-2.0, 2.0),
    "dry_multiplier": (0.0, 100.0), "dry_base": (1.0, 100.0), "dry_allowed_length": (0, _MANY), "dry_penalty_last_n": (-1, _MANY),
    "mirostat": (0, 2), "mirostat_tau": (0.0, 100.0), "mirostat_eta": (0.0, 1.0),
    "adaptive_target": (-1.0, 1.0), "adaptive_decay": (0.0, 0.99),
    "seed": (-1, 2**32 - 2), "n_predict": (-1, _MANY),
}  # fmt: skip
"""Lowest and highest value of the sampling parameters that are numbers."""
KNOWN_SAMPLERS = (*SAMPLERS, "infill", "adaptive_p")
FORM_CHARACTERS_MAX = 256 * 1024
"""Of a grammar or a schema, and of whatever is written and makes no sense yet."""
_N_TEXTS_MAX = 64
_TEXT_CHARACTERS_MAX = 1000
_N_BIASES_MAX = 1000
_BIAS_MAX = 1000.0


def sound(values: Mapping[str, Any]) -> SamplingParameters:
    """Give what of `values` can be used: they come out of a file, or from another version. The rest is left out."""
    found = {name: usable(name, values[name]) for name in SamplingParameters().as_dict() if name in values}
    return SamplingParameters(**{name: value for name, value in found.items() if value is not None})


def usable(name: str, value: Any) -> Any:
    """Give a value as the parameter `name` has it, for instance a tuple for a list; None when it makes no sense there."""
    if name in RANGES:
        return _number(name, value)
    if isinstance(value, str):
        return value if name in ("grammar", "json_schema") and can_be_kept(value) else None
    if name == "unfinished":
        return _unfinished(value)
    if not isinstance(value, list | tuple) or name in ("grammar", "json_schema"):
        return None
    if name == "logit_bias":
        biases = [_bias(one) for one in value[: _N_BIASES_MAX + 1]]
        return tuple(biases) if len(biases) <= _N_BIASES_MAX and None not in biases else None
    if len(value) > _N_TEXTS_MAX or not all(isinstance(one, str) and 0 < len(one) <= _TEXT_CHARACTERS_MAX for one in value):
        return None
    if any(no_text_at(one) >= 0 for one in value):
        return None
    if name == "samplers":
        return tuple(dict.fromkeys(one for one in value if one in KNOWN_SAMPLERS))
    return tuple(value)


def can_be_kept(text: str) -> bool:
    """Say whether a text that is written for a parameter can be stored, whatever it means."""
    return len(text) <= FORM_CHARACTERS_MAX and "\0" not in text and no_text_at(text) < 0


def no_text_at(text: str) -> int:
    """Give where half of a surrogate pair stands: no file and no engine takes it. -1: nowhere."""
    try:
        text.encode()
    except UnicodeEncodeError as error:
        return error.start
    return -1


def _number(name: str, value: Any) -> float | None:
    low, high = RANGES[name]
    # bool is an int in Python; a NaN is in no range.
    if isinstance(value, bool) or not isinstance(value, int | float) or not low <= value <= high:
        return None
    if not isinstance(getattr(SamplingParameters, name), int):
        return float(value)
    # An answer of no tokens is none.
    return int(value) if value == int(value) and (name, value) != ("n_predict", 0) else None


def _unfinished(value: Any) -> tuple[tuple[str, str], ...] | None:
    """Give the pairs of which something can be kept, each name once."""
    if not isinstance(value, list | tuple):
        return None
    pairs = [one for one in value if isinstance(one, list | tuple) and len(one) == 2]
    texts = [(name, text) for name, text in pairs if isinstance(name, str) and isinstance(text, str) and can_be_kept(text)]
    known = SamplingParameters().as_dict().keys() - {"unfinished"}
    found = tuple({name: text for name, text in texts if name in known}.items())
    return found if found or not value else None


def _bias(value: Any) -> tuple[int, float] | None:
    """Give a pair of a token and what is added to its logit; an infinite one forbids it."""
    if not isinstance(value, list | tuple) or len(value) != 2 or any(isinstance(one, bool) for one in value):
        return None
    token, bias = value
    is_pair = isinstance(token, int) and isinstance(bias, int | float) and 0 <= token <= _MANY
    # A NaN is in no range, and a whole number can be too large for a float.
    return (token, float(bias)) if is_pair and (-_BIAS_MAX <= bias <= _BIAS_MAX or bias == -math.inf) else None
