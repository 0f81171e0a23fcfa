"""What a file, another version or a damaged row may hold as sampling parameters: only what makes sense gets through."""

from __future__ import annotations

import json
import math
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from desktop_app.engine.parameters import RANGES, SAMPLERS, SamplingParameters, sound
from desktop_app.engine.protocol import GenerateRequest
from desktop_app.engine.wire import decode_request, encode

NAMES = sorted(SamplingParameters().as_dict())
ANYTHING = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=8) | st.sampled_from([*SAMPLERS, "adaptive_p"]),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=4), inner, max_size=3),
    max_leaves=8,
)


@settings(max_examples=60)
@given(st.dictionaries(st.sampled_from(NAMES) | st.text(max_size=5), ANYTHING, max_size=12))
def test_whatever_a_file_holds_what_comes_out_can_be_sent_to_the_engine(values: dict[str, Any]) -> None:
    found = sound(values)

    assert set(found.chosen) <= set(values)
    for name, value in found.chosen.items():
        usual = getattr(SamplingParameters, name)
        assert type(value) is type(usual)
        if name in RANGES:
            low, high = RANGES[name]
            assert low <= value <= high
    request = GenerateRequest(1, (), found)
    back = decode_request(encode(request))
    assert isinstance(back, GenerateRequest)
    assert back.sampling == found.leaving("unfinished")
    assert sound(found.chosen) == found


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("temperature", math.nan), ("temperature", math.inf), ("temperature", "0.5"), ("temperature", -0.1), ("temperature", True),
        ("temperature", None), ("temperature", [1]), ("top_k", 2.5), ("top_k", 10**400), ("top_k", -1), ("n_predict", 0),
        ("seed", 2**32 - 1), ("mirostat", 3), ("stop", "word"), ("stop", [""]), ("stop", [1]), ("stop", ["x" * 2000]),
        ("stop", ["x"] * 1000), ("json_schema", {"type": "object"}), ("json_schema", "x" * 2**20), ("grammar", "root ::= \0"),
        ("logit_bias", [[1]]), ("logit_bias", [[1, math.nan]]), ("logit_bias", [[-1, 1.0]]), ("logit_bias", [[1, math.inf]]),
        ("logit_bias", [[1, 10**400]]), ("logit_bias", [[1, -(10**400)]]), ("stop", ["\ud800"]), ("grammar", 'root ::= "\udfff"'),
        ("logit_bias", {"1": 2}), ("samplers", "top_k"), ("unheard_of", 1),
        ("unfinished", "text"), ("unfinished", [["unheard_of", "x"]]), ("unfinished", [["top_k", 1], ["top_k"], 5]),
        ("unfinished", [["grammar", "\ud800"], ["grammar", "x" * 2**20], ["unfinished", "x"]]),
    ],
)  # fmt: skip
def test_what_makes_no_sense_is_left_out(name: str, value: Any) -> None:
    assert sound({name: value, "min_p": 0.2}).chosen == {"min_p": 0.2}


def test_what_makes_sense_is_kept_as_the_engine_has_it() -> None:
    values = json.loads(
        '{"top_k": 40.0, "temperature": 1, "stop": ["a"], "logit_bias": [[5, -Infinity]], "samplers": ["dry", "x"]}'
    )

    assert sound(values).chosen == {
        "top_k": 40, "temperature": 1.0, "stop": ("a",), "logit_bias": ((5, -math.inf),), "samplers": ("dry",),
    }  # fmt: skip


def test_every_number_has_a_range_and_its_default_is_in_it() -> None:
    usual = SamplingParameters().as_dict()

    assert set(RANGES) == {name for name, value in usual.items() if isinstance(value, int | float)}
    assert sound(usual) == SamplingParameters()
    assert sound(usual).chosen == usual
