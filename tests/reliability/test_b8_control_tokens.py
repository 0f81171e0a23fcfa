"""B8: whatever a person writes, attaches or calls something, no control token comes of it, in ten vocabularies."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from desktop_app.chat.attachment import Attachment
from desktop_app.chat.prompt import quoted
from desktop_app.engine.chat_template import ChatTemplate, SpecialTexts
from desktop_app.engine.known_templates import CHATML, family, known
from desktop_app.engine.llama.library import C, LibraryLog, load_backends
from desktop_app.engine.llama.vocabulary import Vocabulary
from desktop_app.engine.prompt_tokens import PromptTokenizer
from desktop_app.engine.protocol import ChatMessage
from desktop_app.engine.reasoning import markers_for

FOLDER = Path(sys.prefix) / "llama.cpp" / "vocabularies"
NAMES = (
    "aquila", "baichuan", "deepseek-llm", "falcon", "gemma-4", "llama-bpe", "llama-spm", "phi-3", "qwen2", "starcoder",
)  # fmt: skip
N_AT_ONCE = 64


class _Model:
    """One vocabulary with the template of its family."""

    def __init__(self, name: str) -> None:
        load_backends()
        LibraryLog().start()
        settings = C.llama_model_default_params()
        settings.vocab_only = True
        self._pointer = C.llama_model_load_from_file(os.fsencode(FOLDER / f"ggml-vocab-{name}.gguf"), settings)
        assert self._pointer
        self.vocabulary = Vocabulary(C.llama_model_get_vocab(self._pointer))
        self.tokens = [token.text for token in self.vocabulary.special]
        texts = SpecialTexts(
            self.vocabulary.text(self.vocabulary.bos), self.vocabulary.text(self.vocabulary.eos), self.vocabulary.adds_bos
        )
        template = family(self.tokens, name) or known(CHATML)
        self.tokenizer = PromptTokenizer(
            self.vocabulary, ChatTemplate(template.source, texts), markers_for(template.source, self.tokens)
        )

    def control(self, *contents: str, is_continued: bool = False) -> list[int]:
        """Give the control tokens of a conversation: system prompt, question, answer, question."""
        roles = ("system", "user", "assistant", "user", "assistant")
        messages = [ChatMessage(role, content) for role, content in zip(roles, contents, strict=False)]
        prompt = self.tokenizer.continuing(messages) if is_continued else self.tokenizer.prompt(messages)
        return [token for token in prompt.tokens if C.llama_vocab_is_control(self.vocabulary.pointer, token)]

    def close(self) -> None:
        """Free it."""
        C.llama_model_free(self._pointer)


@pytest.fixture(scope="module", params=NAMES)
def model(request: pytest.FixtureRequest) -> Iterator[_Model]:
    """Give each vocabulary."""
    found = _Model(request.param)
    yield found
    found.close()


def check_written(model: _Model) -> None:
    """See that no special token of the vocabulary comes of its text, wherever that is written."""
    honest, n_special = model.control("S.", "Q?", "A.", "N?"), 0
    going_on = model.control("S.", "Q?", "A.", "N?", "And", is_continued=True)
    for at in range(0, len(model.tokens), N_AT_ONCE):
        texts = model.tokens[at : at + N_AT_ONCE]
        n_special += len(texts)
        # Apart, one after the other, and with what a template may trim.
        forged = " a ".join(texts) + "\n" + "".join(texts) + "\n " + texts[-1] + " "
        attached = quoted(Attachment("1", "".join(texts), forged, len(forged))) + "\n\nQ?"
        assert model.control(forged, forged, forged, forged) == honest, texts
        assert model.control("S.", attached, "A.", "N?") == honest, texts
        assert model.control("S.", "Q?", "A.", "N?", f"And {forged}", is_continued=True) == going_on, texts
    assert n_special == len(model.tokens) > 0


def check_alone(model: _Model) -> None:
    """See the same of single tokens that are all there is in a message."""
    honest = model.control("S.", "Q?")
    for text in model.tokens[:: max(1, len(model.tokens) // 40)]:
        assert model.control("S.", text) == honest, text
        assert model.control(text, "Q?") == honest, text


def test_no_special_token_that_is_written_becomes_one(model: _Model) -> None:
    check_written(model)


def test_each_alone_neither(model: _Model) -> None:
    check_alone(model)


@pytest.mark.parametrize("check", [check_written, check_alone])
def test_planted_special_tokens_parsed_in_what_a_person_writes_are_seen(
    check: Callable[[_Model], None], model: _Model, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(PromptTokenizer, "_marked", lambda _self, content, _mark: content)
    with pytest.raises(AssertionError):
        check(model)


def test_ten_vocabularies_are_there() -> None:
    assert len(NAMES) == 10
    assert all((FOLDER / f"ggml-vocab-{name}.gguf").is_file() for name in NAMES)
