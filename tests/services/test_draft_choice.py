"""A small model that guesses for a large one: chosen by the person, left out when it is no good."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from pytestqt.qtbot import QtBot

from desktop_app.errors import AppError, DraftModelUnsuitable
from desktop_app.services.engine import Engine, EngineState
from desktop_app.services.load_choices import LoadChoices
from desktop_app.services.preferences import Preferences
from tests.fakes import engine_worker

MODEL, OTHER = Path("/models/large.gguf"), Path("/models/other.gguf")
UNFIT, FIT = "/models/unfit.gguf", "/models/small.gguf"


@pytest.fixture
def choices(tmp_path: Path, qtbot: QtBot) -> Iterator[LoadChoices]:
    """Give the choices over settings without a file."""
    preferences = Preferences(tmp_path / "settings.json")
    yield LoadChoices(preferences)
    preferences.close()


@pytest.fixture
def engine(choices: LoadChoices, qtbot: QtBot) -> Iterator[Engine]:
    """Give an engine that asks `choices`."""
    engine = Engine(engine_worker.command())
    engine.choose_draft_by(choices.draft_of)
    yield engine
    engine.stop()


def test_a_choice_is_kept_for_its_model_and_can_be_taken_back(choices: LoadChoices) -> None:
    choices.choose_draft(MODEL, FIT)
    choices.choose_draft(OTHER, UNFIT)
    assert (choices.draft_of(MODEL), choices.draft_of(OTHER)) == (FIT, UNFIT)
    choices.choose_draft(MODEL, "")
    assert (choices.draft_of(MODEL), choices.draft_of(OTHER)) == ("", UNFIT)


def test_a_file_that_is_no_good_is_forgotten_for_every_model(choices: LoadChoices) -> None:
    for model, draft in ((MODEL, UNFIT), (OTHER, UNFIT), (Path("/models/third.gguf"), FIT)):
        choices.choose_draft(model, draft)
    choices.forget_draft(UNFIT)
    assert [choices.draft_of(model) for model in (MODEL, OTHER)] == ["", ""]
    assert choices.draft_of(Path("/models/third.gguf")) == FIT


@pytest.mark.parametrize("is_forgotten", [True, False])
def test_a_model_is_loaded_without_a_draft_model_that_is_no_good(
    engine: Engine, choices: LoadChoices, qtbot: QtBot, is_forgotten: bool
) -> None:
    refused: list[AppError] = []
    engine.draft_refused.connect(refused.append)
    if is_forgotten:
        engine.draft_refused.connect(lambda error: choices.forget_draft(error.path))
    choices.choose_draft(MODEL, UNFIT)
    with qtbot.assertNotEmitted(engine.load_failed), qtbot.waitSignal(engine.model_loaded, timeout=10_000) as loaded:
        engine.load(MODEL)
    assert loaded.args[0].path == str(MODEL)
    assert refused == [DraftModelUnsuitable(UNFIT)]
    assert engine.state is EngineState.READY


def test_a_draft_model_that_was_refused_can_be_chosen_again(engine: Engine, choices: LoadChoices, qtbot: QtBot) -> None:
    refused: list[AppError] = []
    engine.draft_refused.connect(refused.append)
    engine.draft_refused.connect(lambda error: choices.forget_draft(error.path))
    for n_times in (1, 2):
        choices.choose_draft(MODEL, UNFIT)
        with qtbot.waitSignal(engine.model_loaded, timeout=10_000):
            engine.load(MODEL)
        assert len(refused) == n_times
