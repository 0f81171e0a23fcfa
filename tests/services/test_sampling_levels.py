"""Five levels of sampling: which one a value comes from, what it would be without it, and what the engine is sent."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import pytest
from PySide6.QtCore import QObject, Signal
from pytestqt.qtbot import QtBot

from desktop_app.engine.parameters import SamplingParameters
from desktop_app.services.conversations import Conversations
from desktop_app.services.engine import EngineState
from desktop_app.services.generation import Generation
from desktop_app.services.sampling_levels import Level, LevelValue, SamplingLevels
from tests.fakes.services import FakeEngine, FakePreferences, model_info


class Persona(QObject):
    """Somebody with parameters."""

    changed = Signal()

    def __init__(self, **chosen: Any) -> None:
        super().__init__()
        self.chosen = chosen

    def parameters_of(self, _conversation_id: str | None) -> Mapping[str, Any]:
        return self.chosen


class World:
    """Levels over conversations in a real file."""

    def __init__(self, folder: Path) -> None:
        self.conversations = Conversations(folder / "levels.sqlite3")
        self.engine, self.preferences = FakeEngine(), FakePreferences()
        self.levels = SamplingLevels(self.conversations, self.engine, self.preferences)  # type: ignore[arg-type]
        self.id = self.conversations.ask(None, "Why?", "M")
        assert self.conversations.flush()

    def choose(self, **chosen: Any) -> None:
        self.conversations.save_sampling(self.id, SamplingParameters(**chosen))
        assert self.conversations.flush()

    def recommend(self, **chosen: Any) -> None:
        self.engine.become(EngineState.READY, model_info(recommended=SamplingParameters(**chosen)))

    def value(self, name: str) -> LevelValue:
        return next(one for one in self.levels.effective(self.id) if one.name == name)


@pytest.fixture
def world(tmp_path: Path, qapp: object) -> Iterator[World]:
    made = World(tmp_path)
    yield made
    made.conversations.close()


def _seen(value: LevelValue) -> tuple[Any, ...]:
    return value.value, value.level, value.below, value.below_level


def test_every_level_goes_before_those_below_it(world: World) -> None:
    assert _seen(world.value("temperature")) == (0.8, Level.ENGINE, 0.8, Level.ENGINE)
    world.levels.choose_for_all(SamplingParameters(temperature=0.1))
    assert _seen(world.value("temperature")) == (0.1, Level.APPLICATION, 0.8, Level.ENGINE)
    world.recommend(temperature=0.2)
    assert _seen(world.value("temperature")) == (0.2, Level.MODEL, 0.1, Level.APPLICATION)
    world.levels.choose_persona_by(Persona(temperature=0.3).parameters_of)
    assert _seen(world.value("temperature")) == (0.3, Level.PERSONA, 0.2, Level.MODEL)
    world.choose(temperature=0.4)
    assert _seen(world.value("temperature")) == (0.4, Level.CONVERSATION, 0.3, Level.PERSONA)


def test_every_parameter_is_given_once(world: World) -> None:
    names = [one.name for one in world.levels.effective(None)]

    assert names == list(SamplingParameters().as_dict())


def test_a_value_chosen_as_it_would_be_anyway_is_chosen_all_the_same(world: World) -> None:
    world.choose(temperature=0.8)

    assert _seen(world.value("temperature")) == (0.8, Level.CONVERSATION, 0.8, Level.ENGINE)


def test_what_is_sent_is_what_any_level_has_chosen_and_no_more(world: World) -> None:
    world.levels.choose_for_all(SamplingParameters(min_p=0.2, top_k=7))
    world.recommend(top_k=20, top_p=0.9)
    world.levels.choose_persona_by(Persona(top_p=0.5, seed=3).parameters_of)
    world.choose(seed=5)

    assert world.levels.sampling(world.id).chosen == {"min_p": 0.2, "top_k": 20, "top_p": 0.5, "seed": 5}


def test_a_parameter_without_effect_says_because_of_which(world: World) -> None:
    world.recommend(mirostat=2)
    assert world.value("top_k").because == "mirostat"
    world.choose(mirostat=0)

    assert world.value("top_k").because == ""


def test_a_change_below_is_told(world: World, qtbot: QtBot) -> None:
    persona = Persona()
    world.levels.choose_persona_by(persona.parameters_of, persona.changed)
    with qtbot.waitSignals([world.levels.changed] * 3, timeout=1000):
        world.levels.choose_for_all(SamplingParameters(min_p=0.2))
        world.recommend(top_k=20)
        persona.changed.emit()
    with qtbot.assertNotEmitted(world.levels.changed):
        world.preferences.set("zoom", 110)


@pytest.mark.parametrize(
    "record",
    [
        '{"temperature": NaN, "min_p": 0.2}', '{"temperature": 1e999, "min_p": 0.2}', '{"top_k": "many", "min_p": 0.2}',
        '{"stop": 5, "min_p": 0.2}', '{"logit_bias": [[1]], "min_p": 0.2}', '{"samplers": {"a": 1}, "min_p": 0.2}',
        '{"unheard_of": 1, "min_p": 0.2}', '{"n_predict": 99999999999999999999, "min_p": 0.2}',
    ],
)  # fmt: skip
def test_what_makes_no_sense_on_the_disk_is_never_sent(world: World, record: str) -> None:
    def damage(database: Any) -> None:
        database.execute("UPDATE conversation SET parameters = ? WHERE id = ?", record, world.id)

    world.conversations.in_writer(damage, lambda _: None)
    assert world.conversations.flush()
    world.preferences.values["sampling"] = {**json.loads(record), "min_p": 0.3}
    world.levels.choose_persona_by(Persona(**json.loads(record)).parameters_of)

    assert world.levels.sampling(world.id).chosen == {"min_p": 0.2}
    assert world.levels.for_all.chosen == {"min_p": 0.3}


@pytest.mark.parametrize("record", ["[]", "3", '"x"', "null", "{}"])
def test_what_is_no_object_on_the_disk_chooses_nothing(world: World, record: str) -> None:
    def damage(database: Any) -> None:
        database.execute("UPDATE conversation SET parameters = ? WHERE id = ?", record, world.id)

    world.conversations.in_writer(damage, lambda _: None)
    assert world.conversations.flush()

    assert world.levels.sampling(world.id).chosen == {}


def test_answers_are_sampled_as_the_levels_say(world: World, qtbot: QtBot) -> None:
    sent: list[SamplingParameters] = []

    def generate(_messages: Any, sampling: SamplingParameters, **_: Any) -> int:
        sent.append(sampling)
        return len(sent)

    world.engine.generate = generate  # type: ignore[attr-defined]
    for name in ("context_fitted", "prompt_progressed"):
        setattr(world.engine, name, world.engine.model_loaded)
    world.recommend(top_k=20)
    generation = Generation(world.conversations, world.engine)  # type: ignore[arg-type]
    generation.sample_by(world.levels.sampling)
    world.levels.choose_for_all(SamplingParameters(min_p=0.2))
    with qtbot.waitSignal(world.conversations.message_added):
        world.conversations.ask(world.id, "And why?", "M")
    assert world.conversations.flush()
    qtbot.waitUntil(lambda: bool(sent))
    generation.close()

    assert sent[0].chosen == {"min_p": 0.2, "top_k": 20}
