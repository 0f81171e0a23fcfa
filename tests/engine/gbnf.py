"""Whether a text is of a grammar's language, as llama.cpp's own grammar sampler sees it."""

from __future__ import annotations

import ctypes
import math

from desktop_app.engine.llama.library import C
from desktop_app.engine.llama.vocabulary import Vocabulary


def fits(vocabulary: Vocabulary, grammar: str, text: str) -> bool:
    """Tell whether the whole of `text` fits, with nothing missing."""
    sampler = C.llama_sampler_init_grammar(vocabulary.pointer, grammar.encode(), b"root")
    assert sampler, grammar
    items = (C.llama_token_data * 1)()
    array = C.llama_token_data_array(items, 1, -1, False)

    def is_allowed(token: int) -> bool:
        items[0].id, items[0].logit = token, 0.0
        C.llama_sampler_apply(sampler, ctypes.byref(array))
        return items[0].logit != -math.inf

    try:
        for token in vocabulary.tokenize(text):
            if not is_allowed(token):
                return False
            C.llama_sampler_accept(sampler, token)
        return is_allowed(vocabulary.eos)
    finally:
        C.llama_sampler_free(sampler)
