"""The chain that draws the next token."""

from __future__ import annotations

from typing import Any

import pytest

from desktop_app.engine.chat_model import ChatModel
from desktop_app.engine.llama.library import C
from desktop_app.engine.llama.sampler import Sampler
from desktop_app.engine.parameters import KNOWN_SAMPLERS, SamplingParameters
from tests.engine.direct import clear, put


def _drawn(chat: ChatModel, prompt: tuple[int, ...] = (10, 11, 12), n_tokens: int = 12, **changes: Any) -> list[int]:
    model = chat.model
    clear(chat)
    put(chat, prompt)
    parameters = SamplingParameters(**changes)
    sampler = Sampler(parameters, model.vocabulary, model.n_ctx)
    sampler.accept_prompt(prompt)
    tokens: list[int] = []
    for _ in range(n_tokens):
        tokens.append(C.llama_sampler_sample(sampler.chain, model.context, -1))
        put(chat, tokens[-1:])
    sampler.close()
    return tokens


def test_temperature_0_takes_the_most_likely(tiny_chat: ChatModel) -> None:
    assert _drawn(tiny_chat, temperature=0.0, seed=1) == _drawn(tiny_chat, temperature=0.0, seed=2)
    assert _drawn(tiny_chat, temperature=0.0) == _drawn(tiny_chat, temperature=1.0, top_k=1)


def test_a_seed_repeats_an_answer_and_none_does_not(tiny_chat: ChatModel) -> None:
    assert _drawn(tiny_chat, temperature=5.0, seed=3) == _drawn(tiny_chat, temperature=5.0, seed=3)
    assert _drawn(tiny_chat, temperature=5.0) != _drawn(tiny_chat, temperature=5.0)


def test_a_forbidden_token_is_not_drawn(tiny_chat: ChatModel) -> None:
    first = _drawn(tiny_chat, temperature=0.0)[0]
    assert first not in _drawn(tiny_chat, temperature=0.0, logit_bias=((first, float("-inf")), (10**9, 1.0), (-1, 1.0)))


def test_the_penalty_counts_repetitions_in_the_prompt_too(tiny_chat: ChatModel) -> None:
    first = _drawn(tiny_chat, temperature=0.0)[0]
    prompt = (first, 11, 12)
    assert _drawn(tiny_chat, prompt, 1, temperature=0.0, logit_bias=((first, 30.0),)) == [first]
    strong = {"repeat_penalty": 100.0, "repeat_last_n": -1}
    assert _drawn(tiny_chat, prompt, 1, temperature=0.0, logit_bias=((first, 30.0),), **strong) != [first]


def test_senseless_values_are_left_out(tiny_chat: ChatModel) -> None:
    nan = float("nan")
    _drawn(tiny_chat, temperature=1.0, top_p=nan, min_p=nan, repeat_penalty=nan, top_k=-5, logit_bias=((5, nan),))
    _drawn(tiny_chat, temperature=nan, repeat_penalty=-1.0, seed=2**40)
    names = ("top_n_sigma", "typical_p", "xtc_probability", "xtc_threshold", "dry_multiplier", "dry_base", "dynatemp_range")
    for value in (nan, float("inf"), -5.0):
        _drawn(tiny_chat, n_tokens=2, **dict.fromkeys(names, value), frequency_penalty=value, min_keep=-3, dry_allowed_length=-1)
        _drawn(tiny_chat, n_tokens=2, mirostat=2, mirostat_tau=value, mirostat_eta=value)


def _names(sampler: Sampler) -> list[str]:
    chain = sampler.chain
    found = [
        C.llama_sampler_name(C.llama_sampler_chain_get(chain, index)).decode() for index in range(C.llama_sampler_chain_n(chain))
    ]
    sampler.close()
    return found


def _sampler(chat: ChatModel, **changes: Any) -> Sampler:
    return Sampler(SamplingParameters(**changes), chat.model.vocabulary, chat.model.n_ctx)


ALL_ON: dict[str, Any] = {
    "repeat_penalty": 1.1, "dry_multiplier": 0.8, "top_n_sigma": 1.0, "typical_p": 0.9, "xtc_probability": 0.5,
    "dynatemp_range": 0.5, "logit_bias": ((3, 1.0),),
}  # fmt: skip


def test_samplers_come_in_llama_cpps_order(tiny_chat: ChatModel) -> None:
    assert _names(_sampler(tiny_chat, **ALL_ON)) == [
        "logit-bias", "penalties", "dry", "top-n-sigma", "top-k", "typical", "top-p", "min-p", "xtc", "temp-ext", "dist",
    ]  # fmt: skip
    assert _names(_sampler(tiny_chat)) == ["top-k", "top-p", "min-p", "temp-ext", "dist"]
    assert _names(_sampler(tiny_chat, **ALL_ON, temperature=0.0)) == ["logit-bias", "penalties", "dry", "greedy"]


def test_every_sampler_of_llama_cpp_can_be_named(tiny_chat: ChatModel) -> None:
    names = _names(_sampler(tiny_chat, **ALL_ON, samplers=KNOWN_SAMPLERS, adaptive_target=0.5))
    assert names[-2:] == ["infill", "adaptive-p"]
    assert len(set(names)) == 1 + len(KNOWN_SAMPLERS)


def test_the_person_names_the_samplers_and_their_order(tiny_chat: ChatModel) -> None:
    assert _names(_sampler(tiny_chat, samplers=("temperature", "top_k", "unheard"))) == ["temp-ext", "top-k", "dist"]
    assert _names(_sampler(tiny_chat, samplers=("top_k", "adaptive_p"), adaptive_target=0.5)) == ["top-k", "adaptive-p"]
    assert _names(_sampler(tiny_chat, mirostat=1)) == ["temp", "mirostat"]
    assert _names(_sampler(tiny_chat, mirostat=2)) == ["temp", "mirostat-v2"]


@pytest.mark.parametrize(
    "penalty",
    [
        {"presence_penalty": 60.0},
        {"frequency_penalty": 60.0},
        {"dry_multiplier": 60.0, "dry_allowed_length": 1, "dry_penalty_last_n": -1, "dry_sequence_breakers": ("", "\0")},
    ],
    ids=lambda penalty: next(iter(penalty)),
)
def test_what_came_before_is_held_back(tiny_chat: ChatModel, penalty: dict[str, Any]) -> None:
    first = _drawn(tiny_chat, temperature=0.0)[0]
    prompt = (first, 11, 12, first, 11, 12)
    assert _drawn(tiny_chat, prompt, 1, temperature=0.0, logit_bias=((first, 30.0),)) == [first]
    assert _drawn(tiny_chat, prompt, 1, temperature=0.0, logit_bias=((first, 30.0),), **penalty) != [first]


@pytest.mark.parametrize("draw", [{}, {"mirostat": 1}, {"mirostat": 2}, {"samplers": ("adaptive_p",), "adaptive_target": 0.3}])
def test_each_way_to_draw_follows_the_seed(tiny_chat: ChatModel, draw: dict[str, Any]) -> None:
    hot = {"temperature": 3.0, **ALL_ON, **draw}
    assert _drawn(tiny_chat, **hot, seed=3) == _drawn(tiny_chat, **hot, seed=3)
    assert _drawn(tiny_chat, **hot, seed=3) != _drawn(tiny_chat, **hot, seed=4)
