"""Which models may guess for a larger one."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

from desktop_app.library.facts import ModelFacts, read_facts
from desktop_app.library.model_file import ModelFile
from desktop_app.resources import starter_model
from desktop_app.services.draft_candidates import draft_candidates

FACTS = ModelFacts("model", n_vocab=151_936, tokenizer="qwen2")


def model(name: str, size_bytes: int, **facts: Any) -> ModelFile:
    return ModelFile(Path(f"/m/{name}"), name, size_bytes, facts=FACTS.replaced(**facts))


LARGE = model("large", 1000)


def test_the_smallest_of_the_same_vocabulary_comes_first() -> None:
    small, tiny = model("small", 400), model("tiny", 100, n_vocab=151_936 - 100)
    assert draft_candidates(LARGE, [LARGE, small, tiny]) == [tiny, small]


def test_what_cannot_guess_is_not_offered() -> None:
    others = [
        model("as large", 900), model("more tokens", 100, n_vocab=152_064 + 1), model("other tokenizer", 100, tokenizer="llama-bpe"),
        model("reads only", 100, kind="embedding"), replace(model("broken", 100), problem="truncated"),
        replace(model("unread", 100), facts=None), model("unknown", 100, n_vocab=0),
    ]  # fmt: skip
    assert draft_candidates(LARGE, others) == []
    assert draft_candidates(replace(LARGE, facts=None), [model("small", 100)]) == []


def test_the_tokenizer_is_read_from_the_first_bytes() -> None:
    starter = starter_model()
    assert starter is not None
    assert read_facts(starter)[1].tokenizer == "smollm"
