"""Every error is one sentence of its own, in both languages, with a button."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, get_args

import pytest
from PySide6.QtWidgets import QApplication

from desktop_app import errors
from desktop_app.errors import AppError
from desktop_app.ui.error_text import ErrorText, Remedy, file_name
from desktop_app.ui.translation import Translation

PATH = "/home/someone/models/A model.gguf"


def kinds(kind: type[AppError] = AppError) -> list[type[AppError]]:
    """Give the whole tree."""
    return [kind, *(leaf for child in kind.__subclasses__() for leaf in kinds(child))]


def examples() -> list[AppError]:
    """Give an error of every class, and a NotAModelFile for every reason."""
    values: dict[str, Any] = {
        "path": PATH,
        "n_needed": 9000,
        "n_ctx": 8192,
        "waited_ms": 10_000,
        "found": 9,
        "supported": 1,
        "code": -1,
        "n_bytes": 9_000_000,
        "max_bytes": 4_000_000,
        "n_tokens": 12_345,
        "n_needed_bytes": 9_000_000_000,
        "n_free_bytes": 4_000_000_000,
        "n_ctx_fitting": 4096,
        "needed_bytes": 9_000_000_000,
        "free_bytes": 4_000_000_000,
        "retry_s": 300,
        "line": 3,
        "column": 7,
        "names": ("tone", "text"),
        "status": 503,
    }
    found = []
    for kind in kinds():
        given = {name: values.get(name, "something") for name in kind._names}
        reasons = get_args(errors.NotAModelReason) if kind is errors.NotAModelFile else (None,)
        reasons = ("not_empty", "inside", "network", "link") if kind is errors.DataPlaceUnsuitable else reasons
        reasons = ("vocabulary", "memory", "large") if kind is errors.DraftModelUnsuitable else reasons
        found += [kind(**(given | ({"reason": reason} if reason else {}))) for reason in reasons]
    return found


@pytest.fixture(params=["en", "zh_CN"])
def words(request: pytest.FixtureRequest, qapp: QApplication) -> Iterator[ErrorText]:
    translation = Translation(qapp)
    translation.choose(request.param)
    yield ErrorText()
    translation.close()


def test_every_error_has_a_sentence_of_its_own(words: ErrorText) -> None:
    sentences = [words.describe(error).sentence for error in examples()]
    assert len(set(sentences)) == len(sentences) >= 24
    assert all("{" not in sentence and sentence.endswith((".", "。")) for sentence in sentences)


def test_every_error_has_a_button(words: ErrorText) -> None:
    described = [words.describe(error) for error in examples()]
    assert all(one.button and isinstance(one.remedy, Remedy) for one in described)


def test_a_sentence_about_a_file_names_it_and_nothing_of_its_folders(words: ErrorText) -> None:
    about_files = [e for e in examples() if hasattr(e, "path") and not isinstance(e, errors.DatabaseTooNew)]
    for error in about_files:
        sentence = words.describe(error).sentence
        assert "A model.gguf" in sentence and "someone" not in sentence


def test_no_class_is_left_to_the_words_of_its_parent() -> None:
    from desktop_app.ui import error_text

    assert set(kinds()) == set(error_text._REMEDIES)


def test_a_long_file_name_is_shortened_in_the_middle() -> None:
    shown = file_name("/x/" + "a" * 100 + "b" * 100 + ".gguf")
    assert len(shown) <= 48 and shown.startswith("aaa") and shown.endswith("b.gguf") and "…" in shown


def test_memory_is_written_as_every_size_is(words: ErrorText) -> None:
    sentence = words.describe(errors.NotEnoughMemory(PATH, 4_853_000_000, 512_000_000)).sentence
    assert "4.9 GB" in sentence and "512 MB" in sentence and "iB" not in sentence


def test_who_has_no_model_chooses_one_and_who_has_a_bad_one_chooses_another(words: ErrorText) -> None:
    bad = errors.ModelFileNotFound(PATH)
    buttons = [words.describe(error).button for error in (errors.NoModel(), bad)]
    assert buttons in (["Choose a model", "Choose another model"], ["选择模型", "选择其他模型"])
    assert words.describe(errors.NoModel()).remedy is words.describe(bad).remedy


def test_names_are_listed_as_the_language_does(words: ErrorText) -> None:
    sentence = words.describe(errors.MissingVariables(("tone", "text"))).sentence
    assert sentence in ("The template needs a value for: tone, text.", "模板需要填写：tone、text。")


def test_numbers_are_written_for_the_person(words: ErrorText) -> None:
    sentence = words.describe(errors.ContextFull(9000, 8192)).sentence
    assert "9,000" in sentence and "8,192" in sentence
