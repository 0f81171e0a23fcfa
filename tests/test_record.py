from __future__ import annotations

import pickle

import pytest

from desktop_app.engine.protocol import Pong, TaskCancelled, TextDelta, Timings
from desktop_app.errors import ContextFull, EngineCrashed, NoModel


def test_fields_are_given_by_place_or_by_name() -> None:
    assert TextDelta(1, "a", 2) == TextDelta(task=1, text="a", n_predicted=2)


def test_defaults_hold_where_nothing_is_given() -> None:
    assert EngineCrashed("gone").log_tail == ""
    assert Timings().as_dict()["n_prompt"] == 0


@pytest.mark.parametrize(
    ("args", "named"), [((1, "a"), {}), ((1, "a", 2, 3), {}), ((1, "a"), {"task": 1}), ((1, "a", 2), {"other": 1})]
)
def test_wrong_fields_are_refused(args: tuple, named: dict) -> None:
    with pytest.raises(TypeError):
        TextDelta(*args, **named)


def test_values_of_different_classes_differ() -> None:
    assert Pong(1) != TaskCancelled(1)
    assert len({Pong(1), Pong(1), TaskCancelled(1)}) == 2


def test_a_value_cannot_be_changed() -> None:
    with pytest.raises(AttributeError):
        Pong(1).task = 2


def test_an_error_can_be_raised_through_a_context_manager_and_pickled() -> None:
    import contextlib

    @contextlib.contextmanager
    def around():
        yield

    with pytest.raises(ContextFull) as caught, around():
        raise ContextFull(10, 5)
    assert pickle.loads(pickle.dumps(caught.value)) == ContextFull(10, 5)
    assert str(NoModel()) == ""
    assert "10" in str(ContextFull(10, 5))
