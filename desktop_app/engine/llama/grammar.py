"""A sampler that keeps the answer to a grammar.

llama.cpp's own grammar sampler ends the process when it is given a token that does not fit: an exception of C++ that no
one catches. That happens when nothing that fits is left, for instance because the end of the answer is forbidden by a
bias, and when a token is put in from outside. This one stands around it and asks first.
"""

from __future__ import annotations

import contextlib
import ctypes
import math
import os
import sys
from collections.abc import Iterator
from typing import Any

from desktop_app.engine.gbnf import grammar_mistake
from desktop_app.engine.json_grammar import grammar_of
from desktop_app.engine.llama.library import C
from desktop_app.engine.llama.vocabulary import Vocabulary
from desktop_app.engine.parameters import SamplingParameters
from desktop_app.errors import GrammarUnusable

_MAX_SOURCE_BYTES = 1 << 20
_MAX_NESTED = 100
"""Open brackets in a grammar. llama.cpp reads them by recursion, and a deep one would end the process."""
_RESERVE = 24
"""Tokens kept back at the end of the room to bring a document to its end: for what is being written just then."""
_CHARACTERS_EACH = 16
"""Of the schema's grammar, for each token more: a property that is still missing takes some 5 of them."""
_CLOSERS = ("}", "]", "", '"', ":", ",")
"""What brings a document nearer to its end, outside of a string; "" is the end itself."""


class _JsonState:
    """How deep in a JSON document the text is, and whether in a string."""

    def __init__(self) -> None:
        self.depth = 0
        self.is_in_string = False
        self._is_escaped = False

    def feed(self, text: bytes) -> None:
        """Read on."""
        for byte in text:
            if self._is_escaped:
                self._is_escaped = False
            elif byte == ord('"'):
                self.is_in_string = not self.is_in_string
            elif self.is_in_string:
                self._is_escaped = byte == ord("\\")
            else:
                self.depth += (byte in b"{[") - (byte in b"}]")


class GrammarSampler:
    """`sampler` is the whole of a chain: `first` for biases, `inner` for what draws, both to be filled by the owner.

    As llama.cpp's `common_sampler_sample` does: a token is drawn freely, and only if it does not fit, the grammar goes
    through the whole vocabulary and another one is drawn.
    """

    def __init__(self, source: str, vocabulary: Vocabulary, *, is_json: bool) -> None:
        """Read the grammar, GBNF with a rule `root`. Raises: GrammarUnusable."""
        self._grammar = _grammar(source, vocabulary)
        self._vocabulary, self._piece, self._end = vocabulary, vocabulary.piece, vocabulary.eos
        self._json = _JsonState() if is_json else None
        closers = [vocabulary.token_of(text) if text else vocabulary.eos for text in (_CLOSERS if is_json else ("",))]
        self._closers = [token for token in closers if token is not None]
        self._quote = vocabulary.token_of('"')
        self._n_left = sys.maxsize
        self._n_reserve = 0
        self._n_missing = max(0, len(source) - len(grammar_of("{}"))) // _CHARACTERS_EACH
        self._spare = (C.llama_token_data * vocabulary.n_tokens)()
        self._one_item = (C.llama_token_data * 1)()
        self._one = C.llama_token_data_array(self._one_item, 1, -1, False)
        self._fits = -1
        self._greedy = C.llama_sampler_init_greedy()
        self.first: Any = C.llama_sampler_chain_init(C.llama_sampler_chain_default_params())
        self.inner: Any = C.llama_sampler_chain_init(C.llama_sampler_chain_default_params())
        # What is not set stays NULL: it is never asked for its name, and the chain frees no more than its frame.
        self._interface = C.llama_sampler_i()
        self._interface.accept = C.llama_sampler_i_accept(self._on_accept)
        self._interface.apply = C.llama_sampler_i_apply(self._on_apply)
        self.sampler: Any = C.llama_sampler_init(ctypes.byref(self._interface), None)

    @staticmethod
    def wanted(parameters: SamplingParameters, vocabulary: Vocabulary) -> GrammarSampler | None:
        """Give the sampler for what the answer shall be, None for any text. Raises: GrammarUnusable, SchemaUnusable."""
        if parameters.json_schema:
            return GrammarSampler(grammar_of(parameters.json_schema), vocabulary, is_json=True)
        if not parameters.grammar:
            return None
        if mistake := grammar_mistake(parameters.grammar):
            raise GrammarUnusable(f"{mistake.kind} at character {mistake.start + 1}")
        return GrammarSampler(parameters.grammar, vocabulary, is_json=False)

    def resume(self, text: str) -> bool:
        """Take `text`, which stands there already, for the beginning; False, where it does not fit."""
        tokens = self._spelled(text)
        for token in tokens:
            if not self._allows(token):
                return False
            C.llama_sampler_accept(self._grammar, token)
        if self._json is not None:
            self._json.feed(text.encode())
        return b"".join(map(self._piece, tokens)) == text.encode()

    def _spelled(self, text: str) -> list[int]:
        tokens = self._vocabulary.tokenize(text)
        first = self._piece(tokens[0]) if tokens else b""
        if first.startswith(b" ") and not text.startswith(" "):
            # Some vocabularies put a space before a text.
            bare = self._vocabulary.token_of(first[1:].decode("utf-8", "replace")) if first[1:] else None
            tokens[:1] = [bare] if bare is not None else []
        return tokens

    def close_within(self, n_tokens: int) -> None:
        """Bring the answer to an end that fits before `n_tokens` more are drawn."""
        self._n_left = n_tokens
        self._n_reserve = _RESERVE + self._n_missing

    def _allows(self, token: int) -> bool:
        item = self._one_item[0]
        item.id, item.logit = token, 0.0
        C.llama_sampler_apply(self._grammar, ctypes.byref(self._one))
        return bool(item.logit != -math.inf)

    # Called by the library: nothing may be raised here.

    def _on_accept(self, _sampler: Any, token: int) -> None:
        C.llama_sampler_accept(self.inner, token)
        self._n_left -= 1
        if self._json is not None:
            self._json.feed(self._piece(token))
            self._n_reserve = _RESERVE + self._n_missing + 2 * self._json.depth
        if token == self._fits or self._allows(token):
            C.llama_sampler_accept(self._grammar, token)
        self._fits = -1

    def _on_apply(self, _sampler: Any, pointer: Any) -> None:
        array = pointer.contents
        C.llama_sampler_apply(self.first, pointer)
        if self._n_left <= self._n_reserve and self._choose_closer(array):
            return
        # The array is the library's own, in the order of the vocabulary; the inner samplers shorten and sort it.
        n_tokens, address = array.size, ctypes.addressof(array.data.contents)
        n_bytes = n_tokens * ctypes.sizeof(C.llama_token_data)
        ctypes.memmove(self._spare, address, n_bytes)
        C.llama_sampler_apply(self.inner, pointer)
        self._fits = array.data[array.selected].id
        if self._allows(self._fits):
            return
        ctypes.memmove(address, self._spare, n_bytes)
        array.data = ctypes.cast(address, ctypes.POINTER(C.llama_token_data))
        array.size, array.selected, array.sorted = n_tokens, -1, False
        self._draw_fitting(array, pointer)

    def _draw_fitting(self, array: Any, pointer: Any) -> None:
        C.llama_sampler_apply(self._grammar, pointer)
        C.llama_sampler_apply(self._greedy, pointer)
        if array.data[array.selected].logit == -math.inf:
            # Nothing that may come fits: complete or not, it ends here.
            self._fits = -1
            array.selected = self._end
            return
        C.llama_sampler_apply(self.inner, pointer)
        self._fits = array.data[array.selected].id

    def _choose_closer(self, array: Any) -> bool:
        is_in_string = self._json is not None and self._json.is_in_string
        for token in (self._quote,) if is_in_string and self._quote is not None else self._closers:
            if array.data[token].logit != -math.inf and self._allows(token):
                array.selected = self._fits = token
                return True
        return False

    def close(self) -> None:
        """Free what is not the chain's."""
        for sampler in (self.first, self.inner, self._grammar, self._greedy):
            C.llama_sampler_free(sampler)


def _grammar(source: str, vocabulary: Vocabulary) -> Any:
    data = source.encode("utf-8", "replace")
    if len(data) > _MAX_SOURCE_BYTES or b"\0" in data or _depth(source) > _MAX_NESTED:
        raise GrammarUnusable("it is too long or too deeply nested")
    with _silent_stderr():
        sampler = C.llama_sampler_init_grammar(vocabulary.pointer, data, b"root")
    if not sampler:
        raise GrammarUnusable("llama.cpp cannot read it, or it has no rule named root")
    return sampler


def _depth(source: str) -> int:
    depth = deepest = 0
    for character in source:
        depth += (character == "(") - (character == ")")
        deepest = max(deepest, depth)
    return deepest


@contextlib.contextmanager
def _silent_stderr() -> Iterator[None]:
    """Keep out of the log what llama.cpp prints of a grammar that it cannot read: all of it, with what it is about."""
    sys.stderr.flush()
    kept = os.dup(2)
    nowhere = os.open(os.devnull, os.O_WRONLY)
    try:
        os.dup2(nowhere, 2)
        yield
    finally:
        os.dup2(kept, 2)
        os.close(nowhere)
        os.close(kept)
