"""How text arrives does not matter: any pieces give the leaves of the whole, and a leaf that is finished stays."""

from __future__ import annotations

import random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from desktop_app.markdown.scanner import BlockScanner, scan
from tests.markdown.samples import PIECES, fed, random_chunks, random_document, values
from tests.markdown.structure import spec_examples

N_SEEDS = 1_500
HELD_OUT_SEED = 987_654_321
"""Never looked at while the scanner was written."""

documents = st.lists(
    st.tuples(st.sampled_from(("", "  ", "    ", "> ", "- ", "1. ", "\t")), st.sampled_from(PIECES)), max_size=12
).map(lambda parts: "\n".join(prefix + piece for prefix, piece in parts))
sizes = st.lists(st.integers(1, 60), min_size=1, max_size=200)


def _pieces(text: str, sizes: list[int]) -> list[str]:
    chunks, at, turn = [], 0, 0
    while at < len(text):
        size = sizes[turn % len(sizes)]
        chunks.append(text[at : at + size])
        at, turn = at + size, turn + 1
    return chunks


def _assert_same(chunks: list[str], text: str) -> None:
    streamed, whole = fed(chunks), scan(text)
    assert values(streamed.leaves) == values(whole.leaves)
    assert streamed.definitions == whole.definitions
    assert streamed.source == text


@pytest.mark.parametrize("block", range(15))
def test_fuzzed_chunks_give_the_leaves_of_the_whole_text(block):
    for seed in range(block * N_SEEDS // 15, (block + 1) * N_SEEDS // 15):
        rng = random.Random(seed)
        text = random_document(rng)
        _assert_same(random_chunks(rng, text), text)


def test_a_held_out_seed_gives_the_leaves_of_the_whole_text():
    rng = random.Random(HELD_OUT_SEED)
    for _ in range(200):
        text = random_document(rng)
        _assert_same(random_chunks(rng, text), text)


@settings(max_examples=300, deadline=None)
@given(documents | st.text(alphabet="ab -*_#>`~$|[]():\\\n\r\t\0。1.", max_size=80), sizes)
def test_any_chunks_of_any_text_give_the_leaves_of_the_whole_text(text, sizes):
    _assert_same(_pieces(text, sizes), text)


@pytest.mark.parametrize("size", [1, 2, 7])
def test_the_examples_of_the_specification_in_chunks_give_the_leaves_of_the_whole_text(size):
    for text in spec_examples():
        _assert_same(_pieces(text, [size]), text)


@settings(max_examples=200, deadline=None)
@given(documents, sizes)
def test_what_is_shown_before_the_end_does_not_depend_on_the_chunks(text, sizes):
    at_once, in_pieces = BlockScanner(), BlockScanner()
    at_once.feed(text)
    for chunk in _pieces(text, sizes):
        in_pieces.feed(chunk)
    assert values(in_pieces.leaves) == values(at_once.leaves)


@settings(max_examples=300, deadline=None)
@given(documents, sizes)
def test_leaves_before_the_dirty_index_have_not_changed(text, sizes):
    scanner = BlockScanner()
    steps = [lambda chunk=chunk: scanner.feed(chunk) for chunk in _pieces(text, sizes)] + [scanner.finish]
    for step in steps:
        before = [(leaf, leaf.version, values([leaf])) for leaf in scanner.leaves]
        dirty = step()
        assert 0 <= dirty <= len(scanner.leaves)
        after = [(leaf, leaf.version, values([leaf])) for leaf in scanner.leaves]
        assert after[:dirty] == before[:dirty]
        assert dirty >= len(before) or after[dirty : dirty + 1] != before[dirty : dirty + 1]


@settings(max_examples=200, deadline=None)
@given(documents, sizes)
def test_a_leaf_that_changed_has_a_higher_version(text, sizes):
    scanner = BlockScanner()
    for chunk in _pieces(text, sizes):
        before = {id(leaf): (leaf, leaf.version, values([leaf])) for leaf in scanner.leaves}
        scanner.feed(chunk)
        for leaf in scanner.leaves:
            _, version, value = before.get(id(leaf), (leaf, -1, None))
            assert leaf.version > version or values([leaf]) == value


@pytest.mark.parametrize(
    "line",
    [
        "\\[ \\int_0^1 x^2 dx = \\frac{1}{3} \\quad \\text{for all of these values} \\]",
        "$$ \\int_0^1 x^2 dx = \\frac{1}{3} \\quad \\text{for all of these values} $$",
        "$$ a formula that turns out to be prose because $$ ends before the end of its line",
        "| a header row that is longer than forty-eight characters | second |\n|---|---|",
        "## a heading that is longer than forty-eight characters, with its end marks ##",
        "text | in a header that is longer than forty-eight characters\n---|---",
        "```` a fence with a very long info string which goes on for sixty characters `",
        "1. an item that is longer than forty-eight characters goes on and on and on",
        "[^1]: a footnote that is longer than forty-eight characters goes on and on and on",
        "[^a-label-that-is-nearly-as-long-as-a-label-can-be-in-this-place]: a footnote",
        "[^a-label-that-is-nearly-as-long-as-a-label-can-be-in-this-place] of no footnote",
        "[^a label with spaces that is longer than forty-eight characters]: and none, too",
    ],
)
def test_a_long_line_is_not_committed_before_its_class_is_certain(line):
    for size in (1, 5, 49, 60):
        _assert_same(_pieces(line, [size]), line)
        _assert_same(_pieces(f"before\n{line}\nafter", [size]), f"before\n{line}\nafter")


@pytest.mark.parametrize(
    "line",
    [
        "|" * 5_000,
        "$$ " + "x" * 5_000,
        "- " + " " * 5_000 + "x",
        "> " * 3_000,
        "#" * 5_000,
        " " * 5_000 + "x",
        "[^1]:" * 1_500,
        "[^1]:" + " " * 5_000 + "x",
    ],
)
def test_a_line_longer_than_any_limit_does_not_depend_on_the_chunks(line):
    for text in (line, f"a\n{line}\nb", f"```\n{line}\n```", f"| a |\n|---|\n{line}\nb", f"$$\n{line}\n$$"):
        for size in (40, 2_999, 3_001):
            _assert_same(_pieces(text, [size]), text)


@pytest.mark.parametrize("n_before", [10, 2_994, 2_996, 2_997, 2_998, 2_999])
@pytest.mark.parametrize("behind", [" and words" * 400, "." + " " * 3_100 + "x", "..." + "x" * 3_000, " " * 3_100])
def test_the_end_of_a_formula_in_a_very_long_line_does_not_depend_on_the_chunks(n_before, behind):
    for line in ("x" * n_before + "\\]" + behind, "x" * n_before + "\\\\]" + behind):
        for text in (f"\\[\n{line}\nmore\n\nb", f"> \\[\n> {line}\n> more", f"- \\[\n\t  {line}"):
            for size in (40, 3_001):
                _assert_same(_pieces(text, [size]), text)


def test_a_windows_line_end_cut_in_two_is_one_line_end():
    _assert_same(["a\r", "\nb\r", "c\r"], "a\r\nb\rc\r")
