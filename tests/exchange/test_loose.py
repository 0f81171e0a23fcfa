from __future__ import annotations

import pytest

from desktop_app.exchange.loose import clamped_ms, derived_id, line_of, name_of, parsed, tags_of, text_of, when_ms

MOMENT_MS = 1_700_000_000_000


@pytest.mark.parametrize(
    ("value", "ms"),
    [
        (1_700_000_000, MOMENT_MS),
        (1_700_000_000.5, MOMENT_MS + 500),
        (MOMENT_MS, MOMENT_MS),
        (MOMENT_MS * 1000, MOMENT_MS),
        (MOMENT_MS * 1_000_000, MOMENT_MS),
        ("1700000000", MOMENT_MS),
        ("2023-11-14T22:13:20Z", MOMENT_MS),
        ("2023-11-14T22:13:20.000000+00:00", MOMENT_MS),
        ("2023-11-14 22:13:20", MOMENT_MS),
    ],
)
def test_a_time_is_understood_in_every_unit(value: object, ms: int) -> None:
    assert when_ms(value) == ms


@pytest.mark.parametrize("value", [None, True, "", "yesterday", float("nan"), float("-inf"), -5, [], {}, "2025-13-45T99:00:00"])
def test_what_is_no_time_is_none(value: object) -> None:
    assert when_ms(value) is None


def test_a_time_out_of_range_is_brought_into_it() -> None:
    assert clamped_ms(when_ms(1e300), MOMENT_MS) == MOMENT_MS
    assert clamped_ms(-5, MOMENT_MS) == 0
    assert clamped_ms(None, MOMENT_MS) is None


def test_numbers_that_python_refuses_or_json_has_not_are_nothing() -> None:
    assert parsed("[NaN, Infinity, -Infinity, 1e999, " + "9" * 5000 + "]") == [None, None, None, float("inf"), None]


def test_half_a_character_becomes_one_that_can_be_stored() -> None:
    assert text_of(parsed('"a\\ud800b"')) == "a\ufffdb"
    assert text_of(parsed('"\\ud83d\\ude00"')) == "😀"


def test_a_path_leaves_only_its_last_part() -> None:
    assert name_of("C:\\Users\\me\\a.pdf") == "a.pdf"
    assert name_of("/home/me/../b.txt/") == "b.txt"
    assert name_of("\\\\host\\share\\c") == "c"


def test_names_are_one_line_and_no_longer_than_asked() -> None:
    assert line_of(" a\n b\t\u2028c " + "d" * 1000, 8) == "a b c dd"
    assert tags_of(["b", {"name": "a"}, 7, None, "b", ""]) == ("a", "b")


def test_an_identity_depends_on_every_name_and_on_nothing_else() -> None:
    assert derived_id("ChatGPT", "a", "b") == derived_id("ChatGPT", "a", "b")
    assert len({derived_id("x", "a", "b"), derived_id("x", "ab", ""), derived_id("y", "a", "b"), derived_id("x", "a")}) == 4
    assert derived_id("x")[12] == "8" and len(derived_id("x")) == 32
