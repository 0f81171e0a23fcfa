"""A file of JSON comes apart at the right places, wherever its pieces end and whatever is wrong in it."""

from __future__ import annotations

import json
from collections.abc import Iterator

from hypothesis import given, settings
from hypothesis import strategies as st

from desktop_app.exchange.found import SkipReason
from desktop_app.exchange.json_items import items

NASTY = 'q"\\}]{[\\\\" '
VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(st.sampled_from(NASTY + "aé😀\n\0"), max_size=12),
    lambda inner: (
        st.lists(inner, max_size=4) | st.dictionaries(st.text(st.sampled_from(NASTY + "k"), max_size=4), inner, max_size=4)
    ),
    max_leaves=12,
)
RECORDS = st.dictionaries(st.sampled_from(["a", "b", NASTY]), VALUES, max_size=3)


def pieces(text: str, length: int) -> Iterator[str]:
    return (text[at : at + length] for at in range(0, len(text), length))


def texts(text: str, length: int = 7, **limits: int) -> list[str]:
    return [item.text for item in items(pieces(text, length), **limits)]


def problems(text: str, **limits: int) -> list[SkipReason | None]:
    return [item.problem for item in items(pieces(text, 7), **limits)]


@settings(deadline=None)
@given(st.lists(RECORDS, max_size=5), st.integers(1, 40), st.booleans())
def test_the_elements_of_a_list_are_found_wherever_the_pieces_end(values: list[object], length: int, is_ascii: bool) -> None:
    text = json.dumps(values, ensure_ascii=is_ascii)
    assert [json.loads(one) for one in texts(text, length)] == values


@settings(deadline=None)
@given(st.lists(RECORDS, max_size=5), st.integers(1, 40))
def test_those_of_the_list_of_conversations_in_an_object_are_found_too(values: list[object], length: int) -> None:
    text = json.dumps({"version": 1, "x": {"conversations": [{"no": 1}]}, "conversations": values, "after": [{"no": 2}]})
    assert [json.loads(one) for one in texts(text, length)] == values


def test_records_that_follow_each_other_are_found_one_by_one() -> None:
    assert texts('{"a": 1}\n{"b": "}"}\n\n[{"c": 1}, {"d": 2}]') == ['{"a": 1}', '{"b": "}"}', '{"c": 1}', '{"d": 2}']


def test_what_is_no_object_and_no_list_is_passed_over() -> None:
    assert texts('[1, "{", null, {"a": 1}, true, "]"]') == ['{"a": 1}']


def test_a_file_that_ends_in_the_middle_says_so_of_its_last_item() -> None:
    assert problems('[{"a": 1}, {"b": "x') == [None, SkipReason.CUT_OFF]


def test_an_item_that_is_too_large_is_passed_over_and_the_next_is_read() -> None:
    text = json.dumps([{"a": 1}, {"b": ["x" * 200, '"' * 50]}, {"c": 1}])
    assert problems(text, max_bytes=100) == [None, SkipReason.TOO_LARGE, None]


def test_one_that_is_nested_too_deeply_is_passed_over_too() -> None:
    deep = "[" * 5000 + "]" * 5000
    assert problems(f'[{{"a": {deep}}}, {{"b": 1}}]') == [SkipReason.TOO_DEEP, None]


def test_an_odd_number_of_backslashes_at_the_end_of_a_piece_takes_the_quote_with_it() -> None:
    for n_backslashes in range(6):
        value = {"a": "\\" * n_backslashes + '"}]'}
        text = json.dumps([value, {"b": 1}])
        for length in (1, 2, 3, 5, 100):
            assert [json.loads(one) for one in texts(text, length)] == [value, {"b": 1}]


def test_a_bracket_too_many_costs_one_item_and_not_the_rest() -> None:
    found = texts('[{"a": 1}}, {"b": 2}, {"c": 3}]')
    assert found[0] == '{"a": 1}'
    assert '{"c": 3}' in found
