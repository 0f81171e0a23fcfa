"""The chain that draws the next token. It runs in C; Python never sees a logit."""

from __future__ import annotations

import math
import secrets
from collections.abc import Sequence
from typing import Any

from desktop_app.engine.llama.library import C
from desktop_app.engine.parameters import SamplingParameters

_N_SEEDS = 2**32 - 1
"""The seed 2**32 - 1 means "random" to llama.cpp; ours are drawn here so that they are never that."""


class Sampler:
    """Wraps a `llama_sampler` chain for one answer; `close` frees it.

    Source for the order: `common_params_sampling.samplers` in llama.cpp, common/common.h. What is set
    to "off" is left out, which draws the same token.
    """

    def __init__(self, parameters: SamplingParameters, n_vocab: int, n_ctx: int) -> None:
        settings = C.llama_sampler_chain_default_params()
        self.chain: Any = C.llama_sampler_chain_init(settings)
        self._looks_back = 0
        self._add_bias(parameters, n_vocab)
        self._add_penalties(parameters, n_vocab, n_ctx)
        if parameters.temperature > 0:
            self._add_draw(parameters)
        else:
            self._add(C.llama_sampler_init_greedy())

    def _add(self, sampler: Any) -> None:
        C.llama_sampler_chain_add(self.chain, sampler)

    def _add_bias(self, parameters: SamplingParameters, n_vocab: int) -> None:
        pairs = [(token, bias) for token, bias in parameters.logit_bias if 0 <= token < n_vocab and not math.isnan(bias)]
        if pairs:
            array = (C.llama_logit_bias * len(pairs))(*pairs)
            self._add(C.llama_sampler_init_logit_bias(n_vocab, len(pairs), array))

    def _add_penalties(self, parameters: SamplingParameters, n_vocab: int, n_ctx: int) -> None:
        penalty = parameters.repeat_penalty
        last_n = n_ctx if parameters.repeat_last_n < 0 else min(parameters.repeat_last_n, n_ctx)
        if penalty != 1.0 and penalty > 0 and math.isfinite(penalty) and last_n:
            self._looks_back = last_n
            self._add(C.llama_sampler_init_penalties(n_vocab, last_n, penalty, 0.0, 0.0))

    def _add_draw(self, parameters: SamplingParameters) -> None:
        if parameters.top_k > 0:
            self._add(C.llama_sampler_init_top_k(parameters.top_k))
        if 0 <= parameters.top_p < 1:
            self._add(C.llama_sampler_init_top_p(parameters.top_p, 1))
        if 0 < parameters.min_p <= 1:
            self._add(C.llama_sampler_init_min_p(parameters.min_p, 1))
        self._add(C.llama_sampler_init_temp(parameters.temperature))
        seed = parameters.seed if parameters.seed >= 0 else secrets.randbelow(_N_SEEDS)
        self._add(C.llama_sampler_init_dist(seed % _N_SEEDS))

    def accept_prompt(self, tokens: Sequence[int]) -> None:
        """Let the repetition penalty see the end of the prompt, as far as it looks back."""
        for token in tokens[-self._looks_back :] if self._looks_back else ():
            C.llama_sampler_accept(self.chain, token)

    def close(self) -> None:
        """Free the chain."""
        if self.chain:
            C.llama_sampler_free(self.chain)
            self.chain = None
