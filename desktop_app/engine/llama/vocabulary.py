"""A model's vocabulary: text to tokens, tokens to bytes, and which tokens are special."""

from __future__ import annotations

import ctypes
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from desktop_app.engine.llama.library import C

# Source: `enum llama_token_attr` in llama.h.
_UNKNOWN, _CONTROL, _USER_DEFINED, _LSTRIP, _RSTRIP = 1, 8, 16, 128, 256
_NO_TOKEN = -1


@dataclass(frozen=True, slots=True)
class SpecialToken:
    """A token with a text of its own that the tokenizer finds before anything else."""

    id: int
    text: str
    is_control: bool
    """Control or unknown: found only where special tokens are parsed. Otherwise found in any text."""
    strips_left: bool
    strips_right: bool
    """Whether it swallows the white space beside it."""


class Vocabulary:
    """Wraps `llama_vocab`. Lives as long as its model."""

    def __init__(self, pointer: Any) -> None:
        self.pointer = pointer
        self.n_tokens: int = C.llama_vocab_n_tokens(pointer)
        self.bos: int = C.llama_vocab_bos(pointer)
        self.eos: int = C.llama_vocab_eos(pointer)
        self.adds_bos: bool = C.llama_vocab_get_add_bos(pointer) and self.bos != _NO_TOKEN
        self.special = self._special_tokens()
        """All special tokens, the longest text first, as llama.cpp looks for them."""
        self._piece = ctypes.create_string_buffer(256)

    @property
    def suppressed(self) -> tuple[int, ...]:
        """Tokens that the file says are never to be drawn."""
        n_tokens = ctypes.c_int32()
        pointer = C.llama_vocab_get_suppress_tokens(self.pointer, ctypes.byref(n_tokens))
        return tuple(pointer[: n_tokens.value]) if n_tokens.value > 0 else ()

    def text(self, token: int) -> str:
        """Give the text by which `token` is listed, "" for no token."""
        return "" if token == _NO_TOKEN else C.llama_vocab_get_text(self.pointer, token).decode("utf-8", "replace")

    def _special_tokens(self) -> tuple[SpecialToken, ...]:
        attributes, vocab = C.llama_vocab_get_attr, self.pointer
        found = []
        for token in range(self.n_tokens):
            attribute = attributes(vocab, token)
            if attribute & (_CONTROL | _USER_DEFINED | _UNKNOWN):
                text = self.text(token)
                if text:
                    is_control = bool(attribute & (_CONTROL | _UNKNOWN))
                    found.append(SpecialToken(token, text, is_control, bool(attribute & _LSTRIP), bool(attribute & _RSTRIP)))
        return tuple(sorted(found, key=lambda item: -len(item.text.encode())))

    def tokenize(self, text: str) -> list[int]:
        """Give the tokens of plain `text`: no control token, whatever it spells, and no BOS."""
        data = text.encode("utf-8", "replace")
        if not data:
            return []
        size = len(data) + 16
        while True:
            tokens = (C.llama_token * size)()
            n_tokens = C.llama_tokenize(self.pointer, data, len(data), tokens, size, False, False)
            if n_tokens >= 0:
                return list(tokens[:n_tokens])
            size = -n_tokens

    def token_of(self, text: str) -> int | None:
        """Give the token that writes exactly `text`, None when there seems to be none."""
        # At the beginning some tokenizers put a space before it.
        for before in ("", "a", "\n"):
            tokens = self.tokenize(before + text)
            if tokens and self.piece(tokens[-1]) == text.encode():
                return tokens[-1]
        return None

    def piece(self, token: int) -> bytes:
        """Give the bytes that `token` writes; they may end inside a character. Control tokens write nothing."""
        n_bytes = C.llama_token_to_piece(self.pointer, token, self._piece, len(self._piece), 0, False)
        if n_bytes < 0:
            self._piece = ctypes.create_string_buffer(-n_bytes)
            n_bytes = C.llama_token_to_piece(self.pointer, token, self._piece, len(self._piece), 0, False)
        return self._piece.raw[:n_bytes] if n_bytes > 0 else b""

    def end_test(self) -> Callable[[int], bool]:
        """Give a function that tells whether a token ends an answer."""
        is_eog, vocab = C.llama_vocab_is_eog, self.pointer
        return lambda token: bool(is_eog(vocab, token))
