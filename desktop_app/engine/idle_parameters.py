"""Which sampling parameters change nothing because of others, and because of which: the same cases as in `llama.sampler`."""

from __future__ import annotations

from desktop_app.engine.parameters import SamplingParameters

_OF_SAMPLER = {
    "penalties": ("repeat_penalty", "repeat_last_n", "frequency_penalty", "presence_penalty"),
    "dry": ("dry_multiplier", "dry_base", "dry_allowed_length", "dry_penalty_last_n", "dry_sequence_breakers"),
    "top_n_sigma": ("top_n_sigma",),
    "top_k": ("top_k",),
    "typ_p": ("typical_p",),
    "top_p": ("top_p",),
    "min_p": ("min_p",),
    "xtc": ("xtc_probability", "xtc_threshold"),
    "temperature": ("dynatemp_range", "dynatemp_exponent"),
    "adaptive_p": ("adaptive_target", "adaptive_decay"),
}
_BESIDE_GREEDY = {*_OF_SAMPLER["penalties"], *_OF_SAMPLER["dry"], "samplers"}
_MIROSTAT = ("mirostat_tau", "mirostat_eta")
_FREE = {"temperature", "n_predict", "stop", "logit_bias", "grammar", "json_schema"}
"""What has its effect whatever the others are."""
_OPENS_FROM = {
    "dynatemp_exponent": "dynatemp_range",
    "xtc_threshold": "xtc_probability",
    "dry_base": "dry_multiplier",
    "dry_allowed_length": "dry_multiplier",
    "dry_penalty_last_n": "dry_multiplier",
    "dry_sequence_breakers": "dry_multiplier",
}
"""Parameters of something that is off while another one is 0."""


def idle(parameters: SamplingParameters) -> dict[str, str]:
    """Give the names of those without effect, each with the name of the one that makes it so."""
    found = {name: because for name, because in _OPENS_FROM.items() if not getattr(parameters, because)}
    if (parameters.repeat_penalty, parameters.frequency_penalty, parameters.presence_penalty) == (1.0, 0.0, 0.0):
        found["repeat_last_n"] = "repeat_penalty"
    if not any(name in parameters.samplers for name in ("top_p", "min_p", "typ_p", "xtc")):
        found["min_keep"] = "samplers"
    for sampler, names in _OF_SAMPLER.items():
        if sampler not in parameters.samplers:
            found |= dict.fromkeys(names, "samplers")
    if parameters.mirostat not in (1, 2):
        found |= dict.fromkeys(_MIROSTAT, "mirostat")
    others = set(parameters.as_dict()) - _FREE
    if not parameters.temperature > 0:
        found |= dict.fromkeys(others - _BESIDE_GREEDY, "temperature")
    elif parameters.mirostat in (1, 2):
        found |= dict.fromkeys(others - {*_MIROSTAT, "mirostat", "seed"}, "mirostat")
    if parameters.json_schema:
        found["grammar"] = "json_schema"
    return found
