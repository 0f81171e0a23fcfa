"""The chat templates that somebody has chosen or written, as the settings keep them."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from desktop_app import settings
from desktop_app.engine.parameters import TEMPLATE_CHARACTERS_MAX, is_template_source
from desktop_app.services.engine import Engine
from desktop_app.services.preferences import Preferences
from desktop_app.services.template_choices import TemplateChoices
from tests.fakes import engine_worker

MODEL, OTHER = Path("/models/a.gguf"), Path("/models/b.gguf")


@pytest.fixture
def preferences(tmp_path: Path, qapp: QApplication) -> Iterator[Preferences]:
    preferences = Preferences(tmp_path / "settings.json")
    yield preferences
    preferences.close()


@pytest.fixture
def choices(preferences: Preferences) -> TemplateChoices:
    return TemplateChoices(preferences)


def test_the_engine_gets_what_was_written_for_this_model_and_for_no_other(choices: TemplateChoices) -> None:
    choices.choose(OTHER, "gemma")
    choices.use(MODEL, "{{ mine }}")

    assert (choices.of(MODEL), choices.chosen(MODEL)) == ("{{ mine }}", "edited")
    assert (choices.of(OTHER), choices.chosen(OTHER)) == ("gemma", "gemma")
    assert choices.of(Path("/models/c.gguf")) == choices.edited(OTHER) == ""


def test_another_choice_keeps_what_was_written(choices: TemplateChoices) -> None:
    choices.use(MODEL, "{{ mine }}")
    for name in ("chatml", ""):
        choices.choose(MODEL, name)
        assert (choices.of(MODEL), choices.edited(MODEL)) == (name, "{{ mine }}")


def test_a_draft_is_kept_and_is_not_what_the_engine_gets(choices: TemplateChoices) -> None:
    choices.keep_draft(MODEL, "{{ begun }}")
    assert (choices.of(MODEL), choices.edited(MODEL)) == ("", "{{ begun }}")

    choices.use(MODEL, "{{ mine }}")
    assert (choices.of(MODEL), choices.edited(MODEL)) == ("{{ mine }}", "{{ mine }}")

    choices.keep_draft(MODEL, "without braces")
    assert (choices.of(MODEL), choices.edited(MODEL)) == ("{{ mine }}", "without braces")
    choices.keep_draft(MODEL, "{{ mine }}")
    assert choices.edited(MODEL) == "{{ mine }}"


def test_the_name_alone_is_not_given_to_the_engine(choices: TemplateChoices, preferences: Preferences) -> None:
    preferences.set("chat_templates", [[str(MODEL), "edited"]])
    assert choices.of(MODEL) == ""


@pytest.mark.parametrize("letter", ["a", "模", "🦊", "\x01", "\n", "\udc80"])
def test_the_oldest_leave_before_the_file_is_too_large(
    choices: TemplateChoices, preferences: Preferences, tmp_path: Path, letter: str
) -> None:
    paths = [Path(f"/models/{number}.gguf") for number in range(30)]
    longest = f"{{{letter * (TEMPLATE_CHARACTERS_MAX - 1)}"
    for path in paths:
        choices.use(path, longest)
        choices.keep_draft(path, longest[:-1])

    assert is_template_source(choices.of(paths[-1])) and choices.edited(paths[-1]) == longest[:-1]
    assert choices.of(paths[0]) == choices.edited(paths[0]) == ""
    for key in ("edited_chat_templates", "chat_template_drafts"):
        kept = preferences.get(key)
        size = len(json.dumps(kept, ensure_ascii=False).encode("utf-8", "surrogatepass"))
        assert len(kept) == 1 or size <= settings.TEMPLATES_BYTES_MAX + 100 * len(kept)
    preferences.close()
    loaded = settings.load(tmp_path / "settings.json")
    assert loaded.problem is None
    assert loaded.settings.get("edited_chat_templates")[-1] == [str(paths[-1]), longest]


def test_many_short_ones_are_all_kept(choices: TemplateChoices) -> None:
    paths = [Path(f"/models/{number}.gguf") for number in range(40)]
    for path in paths:
        choices.use(path, "{" + "a" * 5000)
    assert all(choices.of(path) for path in paths)


def test_a_zero_byte_that_was_pasted_is_left_out(choices: TemplateChoices) -> None:
    choices.use(MODEL, "{{ mi\0ne }}")
    assert choices.of(MODEL) == "{{ mine }}"


def test_a_model_is_loaded_with_its_own_text_and_what_guesses_for_it_or_comes_next_is_not(
    choices: TemplateChoices, qtbot: QtBot
) -> None:
    engine = Engine(engine_worker.command())
    engine.choose_template_by(choices.of)
    engine.choose_draft_by(lambda path: str(OTHER) if path == MODEL else "")
    choices.use(MODEL, "{{ mine }}")
    for path, template in ((MODEL, "{{ mine }}"), (OTHER, ""), (MODEL, "{{ mine }}")):
        with qtbot.waitSignal(engine.model_loaded, timeout=10_000) as loaded:
            engine.load(path)
        assert (loaded.args[0].path, loaded.args[0].template_source) == (str(path), template)
    engine.stop()
