"""Named sets of parameters: kept, changed, removed, brought back; what is damaged on the disk harms nobody."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from pytestqt.qtbot import QtBot

from desktop_app.chat.preset import NAME_CHARACTERS_MAX
from desktop_app.engine.parameters import SamplingParameters
from desktop_app.services.conversations import Conversations
from desktop_app.services.presets import Presets
from desktop_app.storage import presets as store
from desktop_app.storage.trash import KEPT_MS

CAREFUL = SamplingParameters(temperature=0.1, stop=("\n", "Q:"), logit_bias=((3, float("-inf")),))


@pytest.fixture
def conversations(tmp_path: Path, qapp: object) -> Iterator[Conversations]:
    opened = Conversations(tmp_path / "presets.sqlite3")
    yield opened
    opened.close()


def _again(conversations: Conversations) -> Presets:
    """Give the presets as the next start finds them."""
    assert conversations.flush()
    return Presets(conversations)


def test_a_preset_is_there_at_once_and_after_a_start(conversations: Conversations, qtbot: QtBot) -> None:
    presets = Presets(conversations)
    with qtbot.waitSignal(presets.changed):
        made = presets.add("  Careful\n one ", CAREFUL)
    assert presets.all()[0].name == "Careful one"
    (kept,) = _again(conversations).all()

    assert (kept.id, kept.name, kept.parameters.chosen) == (made.id, "Careful one", CAREFUL.chosen)


def test_the_same_name_again_takes_the_place_of_the_one_before(conversations: Conversations) -> None:
    presets = Presets(conversations)
    presets.add("Careful", CAREFUL)
    presets.add("careful", SamplingParameters(top_k=3))
    (kept,) = _again(conversations).all()

    assert (kept.name, kept.parameters.chosen) == ("careful", {"top_k": 3})


def test_a_preset_is_renamed_removed_and_brought_back(conversations: Conversations) -> None:
    presets = Presets(conversations)
    made = presets.add("b", CAREFUL)
    presets.add("A", CAREFUL)
    presets.save(made.replaced(name="c" * 1000))
    assert [one.name for one in _again(conversations).all()] == ["A", "c" * NAME_CHARACTERS_MAX]
    presets.remove(made.id)
    assert [one.name for one in presets.all()] == [one.name for one in _again(conversations).all()] == ["A"]
    presets.save(made)

    assert [one.name for one in presets.all()] == [one.name for one in _again(conversations).all()] == ["A", "b"]


def test_what_was_removed_long_ago_is_gone_for_ever(conversations: Conversations) -> None:
    presets = Presets(conversations)
    old, new = presets.add("old", CAREFUL), presets.add("new", CAREFUL)

    def remove(database: Any) -> None:
        store.remove(database, old.id, 1000)
        store.remove(database, new.id, 1001 + KEPT_MS)

    conversations.in_writer(remove, lambda _: None)
    assert conversations.flush()
    rows = conversations.databases()[-1].rows("SELECT id FROM parameter_preset")

    assert [row[0] for row in rows] == [new.id]


@pytest.mark.parametrize("record", ["", "{", "[1]", "null", '{"temperature": NaN}', '{"top_k": 1e99, "stop": 3}', "[" * 100_000])
def test_a_damaged_preset_chooses_nothing(conversations: Conversations, record: str) -> None:
    def damage(database: Any) -> None:
        database.execute("INSERT INTO parameter_preset VALUES (NULL, 'x', 'Broken', ?, 0, 0, NULL)", record)

    conversations.in_writer(damage, lambda _: None)
    (found,) = _again(conversations).all()

    assert (found.name, found.parameters.chosen) == ("Broken", {})
