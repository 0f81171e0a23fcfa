"""The chain that draws the next token."""

from __future__ import annotations

from typing import Any

from desktop_app.engine.answer import ChatModel
from desktop_app.engine.llama.library import C
from desktop_app.engine.llama.sampler import Sampler
from desktop_app.engine.parameters import SamplingParameters


def _drawn(chat: ChatModel, prompt: tuple[int, ...] = (10, 11, 12), n_tokens: int = 12, **changes: Any) -> list[int]:
    sequence, model = chat.model.sequence, chat.model
    sequence.clear()
    sequence.read(prompt, lambda _: True)
    parameters = SamplingParameters(**changes)
    sampler = Sampler(parameters, model.vocabulary.n_tokens, model.n_ctx)
    sampler.accept_prompt(prompt)
    tokens: list[int] = []
    for _ in range(n_tokens):
        tokens.append(C.llama_sampler_sample(sampler.chain, model.context, -1))
        sequence.append(tokens[-1])
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
