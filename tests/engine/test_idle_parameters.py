"""Which parameters change nothing because of others: told as llama.cpp's own samplers do it."""

from __future__ import annotations

import ctypes
from itertools import pairwise
from typing import Any

import pytest

from desktop_app.engine.chat_model import ChatModel
from desktop_app.engine.idle_parameters import idle
from desktop_app.engine.llama.library import C
from desktop_app.engine.llama.sampler import Sampler
from desktop_app.engine.parameters import RANGES, SAMPLERS, SamplingParameters, sound

N_DRAWN = 24
OTHERS: dict[str, Any] = {
    "temperature": 1.7, "dynatemp_range": 0.7, "dynatemp_exponent": 2.5, "seed": 99, "top_k": 3, "top_p": 0.2, "min_p": 0.6,
    "typical_p": 0.3, "top_n_sigma": 0.4, "xtc_probability": 1.0, "xtc_threshold": 0.01, "min_keep": 9, "repeat_last_n": 4,
    "repeat_penalty": 1.9, "frequency_penalty": 1.5, "presence_penalty": 1.5, "dry_multiplier": 5.0, "dry_base": 3.0,
    "dry_allowed_length": 1, "dry_penalty_last_n": -1, "dry_sequence_breakers": (), "mirostat": 2, "mirostat_tau": 1.0,
    "mirostat_eta": 0.9, "adaptive_target": 0.2, "adaptive_decay": 0.5, "samplers": ("temperature",),
}  # fmt: skip
"""Another value for each, far from the default."""
SETTINGS: dict[str, dict[str, Any]] = {
    "usual": {},
    "greedy": {"temperature": 0.0},
    "greedy with penalties": {"temperature": 0.0, "repeat_penalty": 1.3, "dry_multiplier": 1.0},
    "mirostat": {"mirostat": 2},
    "mirostat 1": {"mirostat": 1, "top_k": 5},
    "few samplers": {"samplers": ("top_k", "temperature")},
    "adaptive": {"samplers": (*SAMPLERS, "adaptive_p"), "adaptive_target": 0.3},
    "held back": {"repeat_penalty": 1.3, "dry_multiplier": 1.0, "dynatemp_range": 0.3, "xtc_probability": 0.5},
}


def _drawn(chat: ChatModel, parameters: SamplingParameters) -> list[int]:
    """Give what is drawn from logits that are the same each time."""
    vocabulary = chat.model.vocabulary
    n_tokens = vocabulary.n_tokens
    sampler = Sampler(parameters, vocabulary, 256)
    items = (C.llama_token_data * n_tokens)()
    drawn: list[int] = []
    for turn in range(N_DRAWN):
        for token in range(n_tokens):
            items[token].id, items[token].logit, items[token].p = token, ((token * 37 + turn * 11) % 23) / 5, 0.0
        array = C.llama_token_data_array(items, n_tokens, -1, False)
        C.llama_sampler_apply(sampler.chain, ctypes.byref(array))
        drawn.append(array.data[array.selected].id)
        C.llama_sampler_accept(sampler.chain, drawn[-1])
    sampler.close()
    return drawn


@pytest.mark.parametrize("setting", SETTINGS)
def test_what_has_no_effect_changes_no_token(tiny_chat: ChatModel, setting: str) -> None:
    parameters = SamplingParameters(seed=7, **SETTINGS[setting])
    expected = _drawn(tiny_chat, parameters)
    without_effect = idle(parameters)

    assert without_effect
    for name in without_effect.keys() & OTHERS.keys():
        assert _drawn(tiny_chat, parameters.replaced(**{name: OTHERS[name]})) == expected, name


def test_what_has_an_effect_is_not_called_idle(tiny_chat: ChatModel) -> None:
    """For the parameters with an effect of their own: a change of one of them is seen in what is drawn."""
    parameters = SamplingParameters(seed=7)
    expected = _drawn(tiny_chat, parameters)
    effective = {name for name in OTHERS if _drawn(tiny_chat, parameters.replaced(**{name: OTHERS[name]})) != expected}

    assert effective >= {"temperature", "top_k", "top_p", "min_p", "repeat_penalty", "mirostat", "seed"}
    assert not effective & idle(parameters).keys()


@pytest.mark.parametrize("setting", SETTINGS)
def test_what_takes_the_effect_away_can_itself_be_changed(setting: str) -> None:
    """Nobody gets stuck: at the end of every chain of reasons stands a parameter that is not idle."""
    without_effect = idle(SamplingParameters(**SETTINGS[setting]))
    for name in without_effect:
        because = name
        for _ in range(len(without_effect)):
            because = without_effect.get(because, because)
        assert because not in without_effect


def test_a_schema_comes_before_a_grammar() -> None:
    assert idle(SamplingParameters(json_schema="{}"))["grammar"] == "json_schema"
    assert "grammar" not in idle(SamplingParameters(grammar='root ::= "a"'))


def test_the_other_values_make_sense() -> None:
    assert sound(OTHERS).chosen == OTHERS
    assert all(low < high for low, high in RANGES.values())
    assert all(one != other for one, other in pairwise(SETTINGS.values()))
