"""The chain that draws the next token. It runs in C; Python never sees a logit."""

from __future__ import annotations

import ctypes
import math
import secrets
from collections.abc import Sequence
from typing import Any

from desktop_app.engine.llama.grammar import GrammarSampler
from desktop_app.engine.llama.library import C
from desktop_app.engine.llama.vocabulary import Vocabulary
from desktop_app.engine.parameters import SamplingParameters
from desktop_app.errors import BegunUnfit

_N_SEEDS = 2**32 - 1
"""The seed 2**32 - 1 means "random" to llama.cpp; ours are drawn here so that they are never that."""
_MIROSTAT_M = 100
"""Source: `common_sampler_init` in llama.cpp, common/sampling.cpp, where all of this is put together."""
_AT_TEMPERATURE_0 = ("penalties", "dry")
"""What can change which token is the most likely one; of the others only xtc and typ_p would."""


class Sampler:
    """Wraps a `llama_sampler` chain for one answer; `close` frees it.

    `chain` is for `llama_sampler_sample`, and for `llama_sampler_accept` with a token that is put in place of a
    drawn one. What is set to "off" is left out, which draws the same token.
    """

    def __init__(self, parameters: SamplingParameters, vocabulary: Vocabulary, n_ctx: int) -> None:
        """Build the chain. Raises: BadGrammar, BadSchema."""
        self._parameters = parameters
        self._vocabulary = vocabulary
        self._n_ctx = n_ctx
        seed = parameters.seed if parameters.seed >= 0 else secrets.randbelow(_N_SEEDS)
        self._seed = seed % _N_SEEDS
        self._looks_back = 0
        self._grammar = GrammarSampler.wanted(parameters, vocabulary)
        self.chain: Any = C.llama_sampler_chain_init(C.llama_sampler_chain_default_params())
        self._inner = self.chain if self._grammar is None else self._grammar.inner
        self._add_bias(self.chain if self._grammar is None else self._grammar.first)
        self._add_draw()
        if self._grammar is not None:
            C.llama_sampler_chain_add(self.chain, self._grammar.sampler)

    def _add(self, sampler: Any) -> None:
        C.llama_sampler_chain_add(self._inner, sampler)

    def _add_bias(self, chain: Any) -> None:
        n_vocab = self._vocabulary.n_tokens
        biases = {token: bias for token, bias in self._parameters.logit_bias if 0 <= token < n_vocab and not math.isnan(bias)}
        # Tokens that the file itself says are never to be drawn.
        biases |= dict.fromkeys(self._vocabulary.suppressed, -math.inf)
        if self._grammar is not None:
            # They write nothing, whatever the grammar takes them for.
            is_end = self._vocabulary.end_test()
            biases |= {item.id: -math.inf for item in self._vocabulary.special if item.is_control and not is_end(item.id)}
        if biases:
            array = (C.llama_logit_bias * len(biases))(*biases.items())
            C.llama_sampler_chain_add(chain, C.llama_sampler_init_logit_bias(n_vocab, len(biases), array))

    def _add_draw(self) -> None:
        parameters = self._parameters
        if not parameters.temperature > 0:
            self._add_named(_AT_TEMPERATURE_0)
            self._add(C.llama_sampler_init_greedy())
        elif parameters.mirostat in (1, 2) and _are_finite(parameters.mirostat_tau, parameters.mirostat_eta):
            self._add(C.llama_sampler_init_temp(parameters.temperature))
            self._add_mirostat()
        else:
            self._add_named(parameters.samplers)
            if "adaptive_p" in parameters.samplers and _are_finite(parameters.adaptive_target, parameters.adaptive_decay):
                target, decay = parameters.adaptive_target, parameters.adaptive_decay
                self._add(C.llama_sampler_init_adaptive_p(target, decay, self._seed))
            else:
                self._add(C.llama_sampler_init_dist(self._seed))

    def _add_named(self, names: Sequence[str]) -> None:
        add = {
            "penalties": self._add_penalties,
            "dry": self._add_dry,
            "top_n_sigma": self._add_top_n_sigma,
            "top_k": self._add_top_k,
            "typ_p": self._add_typical,
            "top_p": self._add_top_p,
            "min_p": self._add_min_p,
            "xtc": self._add_xtc,
            "temperature": self._add_temperature,
            "infill": self._add_infill,
        }
        for name in names:
            if name in add and (name in self._parameters.samplers):
                add[name]()

    def _add_mirostat(self) -> None:
        tau, eta = self._parameters.mirostat_tau, self._parameters.mirostat_eta
        if self._parameters.mirostat == 1:
            self._add(C.llama_sampler_init_mirostat(self._vocabulary.n_tokens, self._seed, tau, eta, _MIROSTAT_M))
        else:
            self._add(C.llama_sampler_init_mirostat_v2(self._seed, tau, eta))

    def _back(self, last_n: int) -> int:
        """Give how many tokens are looked back on, and remember the most that any sampler does."""
        last_n = self._n_ctx if last_n < 0 else min(last_n, self._n_ctx)
        self._looks_back = max(self._looks_back, last_n)
        return last_n

    def _add_penalties(self) -> None:
        parameters = self._parameters
        repeat, frequency, presence = parameters.repeat_penalty, parameters.frequency_penalty, parameters.presence_penalty
        is_sound = _are_finite(repeat, frequency, presence) and repeat > 0
        if is_sound and (repeat, frequency, presence) != (1.0, 0.0, 0.0) and (last_n := self._back(parameters.repeat_last_n)):
            self._add(C.llama_sampler_init_penalties(self._vocabulary.n_tokens, last_n, repeat, frequency, presence))

    def _add_dry(self) -> None:
        parameters = self._parameters
        multiplier, base = parameters.dry_multiplier, parameters.dry_base
        if not (_are_finite(multiplier, base) and multiplier > 0 and base >= 1):
            return
        if last_n := self._back(parameters.dry_penalty_last_n):
            breakers = [text.encode() for text in parameters.dry_sequence_breakers if text and "\0" not in text]
            array = (ctypes.c_char_p * len(breakers))(*breakers)
            allowed = max(0, parameters.dry_allowed_length)
            vocab = self._vocabulary.pointer
            self._add(C.llama_sampler_init_dry(vocab, multiplier, base, allowed, last_n, array, len(breakers)))

    def _add_top_n_sigma(self) -> None:
        if _are_finite(self._parameters.top_n_sigma) and self._parameters.top_n_sigma > 0:
            self._add(C.llama_sampler_init_top_n_sigma(self._parameters.top_n_sigma))

    def _add_top_k(self) -> None:
        if self._parameters.top_k > 0:
            self._add(C.llama_sampler_init_top_k(self._parameters.top_k))

    def _add_typical(self) -> None:
        if 0 <= self._parameters.typical_p < 1:
            self._add(C.llama_sampler_init_typical(self._parameters.typical_p, self._min_keep))

    def _add_top_p(self) -> None:
        if 0 <= self._parameters.top_p < 1:
            self._add(C.llama_sampler_init_top_p(self._parameters.top_p, self._min_keep))

    def _add_min_p(self) -> None:
        if 0 < self._parameters.min_p <= 1:
            self._add(C.llama_sampler_init_min_p(self._parameters.min_p, self._min_keep))

    def _add_xtc(self) -> None:
        probability, threshold = self._parameters.xtc_probability, self._parameters.xtc_threshold
        if 0 < probability <= 1 and 0 <= threshold <= 0.5:
            self._add(C.llama_sampler_init_xtc(probability, threshold, self._min_keep, self._seed))

    def _add_temperature(self) -> None:
        temperature, spread, exponent = (
            self._parameters.temperature,
            self._parameters.dynatemp_range,
            self._parameters.dynatemp_exponent,
        )
        if not (_are_finite(spread, exponent) and spread > 0):
            spread, exponent = 0.0, 1.0
        self._add(C.llama_sampler_init_temp_ext(temperature, spread, exponent))

    def _add_infill(self) -> None:
        self._add(C.llama_sampler_init_infill(self._vocabulary.pointer))

    @property
    def _min_keep(self) -> int:
        return max(1, self._parameters.min_keep)

    def accept_prompt(self, tokens: Sequence[int], begun: str = "") -> None:
        """Let the penalties see the end of the prompt, as far as they look back, and the grammar what is `begun` already.

        Raises: BegunUnfit, when that is no beginning of what the answer shall be.
        """
        for token in tokens[-self._looks_back :] if self._looks_back else ():
            C.llama_sampler_accept(self._inner, token)
        if self._grammar is not None:
            if not self._grammar.resume(begun):
                raise BegunUnfit
            n_predict, n_room = self._parameters.n_predict, self._n_ctx - len(tokens)
            self._grammar.close_within(min(n_predict, n_room) if n_predict >= 0 else n_room)

    def close(self) -> None:
        """Free the chain."""
        if self.chain:
            C.llama_sampler_free(self.chain)
            self.chain = None
            if self._grammar is not None:
                self._grammar.close()


def _are_finite(*values: float) -> bool:
    return all(math.isfinite(value) for value in values)
