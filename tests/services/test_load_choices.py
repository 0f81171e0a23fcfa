"""What the person has chosen for a model's loads."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from pytestqt.qtbot import QtBot

from desktop_app.engine.parameters import LoadParameters
from desktop_app.services.load_choices import LoadChoices
from desktop_app.services.preferences import Preferences

MODEL, OTHER = Path("/models/one.gguf"), Path("/models/other.gguf")


@pytest.fixture
def preferences(tmp_path: Path, qtbot: QtBot) -> Iterator[Preferences]:
    """Give settings without a file."""
    preferences = Preferences(tmp_path / "settings.json")
    yield preferences
    preferences.close()


def test_nothing_is_chosen_at_first(preferences: Preferences) -> None:
    assert LoadChoices(preferences).of(MODEL) == LoadParameters()


def test_a_choice_is_kept_for_its_model_and_survives_a_start(preferences: Preferences, tmp_path: Path) -> None:
    chosen = LoadParameters(n_ctx=4096, type_k="q8_0", tensor_split=(3.0, 1.0), use_mmap=False)
    LoadChoices(preferences).choose(MODEL, chosen)
    preferences.close()
    later = Preferences(tmp_path / "settings.json")
    assert LoadChoices(later).of(MODEL) == chosen
    assert LoadChoices(later).of(OTHER) == LoadParameters()
    later.close()


def test_what_is_as_at_first_is_not_kept(preferences: Preferences) -> None:
    choices = LoadChoices(preferences, "desk")
    choices.choose(MODEL, LoadParameters(n_ctx=4096))
    assert preferences.get("load_parameters") == [[str(MODEL), {"n_ctx": 4096}, "desk"]]
    choices.choose(MODEL, LoadParameters())
    assert preferences.get("load_parameters") == []


def test_what_another_version_wrote_does_no_harm(preferences: Preferences) -> None:
    kept = {"n_ctx": "many", "type_k": 7, "of_the_future": 1, "use_mmap": 0, "n_slots": 2, "tensor_split": ["a"]}
    preferences.set("load_parameters", [[str(MODEL), kept]])
    assert LoadChoices(preferences).of(MODEL) == LoadParameters(n_slots=2)


def test_a_choice_holds_on_the_computer_it_was_made_on(preferences: Preferences) -> None:
    path = Path("/models/a.gguf")
    desk, lap = LoadChoices(preferences, "desk"), LoadChoices(preferences, "lap")
    desk.choose(path, LoadParameters(n_gpu_layers=12))
    lap.choose(path, LoadParameters(n_gpu_layers=0))
    assert (desk.of(path).n_gpu_layers, lap.of(path).n_gpu_layers) == (12, 0)
    lap.choose(path, LoadParameters())

    assert (desk.of(path).n_gpu_layers, lap.of(path)) == (12, LoadParameters())


def test_a_choice_of_an_earlier_version_holds_until_another_is_made(preferences: Preferences) -> None:
    path = Path("/models/a.gguf")
    preferences.set("load_parameters", [[str(path), {"n_ctx": 512}]])
    choices = LoadChoices(preferences, "desk")
    assert choices.of(path).n_ctx == 512
    choices.choose(path, LoadParameters(n_ctx=1024))

    assert choices.of(path).n_ctx == 1024
    assert len(preferences.get("load_parameters")) == 1
