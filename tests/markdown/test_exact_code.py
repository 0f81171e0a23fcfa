"""Code comes out of its block as it stands in the message: line ends, tabs and spaces included, however long it is."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from desktop_app.markdown.exact_code import exact_code
from desktop_app.markdown.leaf import Leaf, LeafKind
from desktop_app.markdown.scanner import BlockScanner, scan

LINES = st.lists(
    st.tuples(st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0\r\n`")), st.sampled_from("nrc"))
)
ENDS = {"n": "\n", "r": "\r", "c": "\r\n"}


def blocks(scanner: BlockScanner) -> list[list[Leaf]]:
    found: list[list[Leaf]] = []
    for leaf in scanner.leaves:
        if leaf.kind in (LeafKind.FENCE, LeafKind.CODE):
            if not leaf.is_continuation:
                found.append([])
            found[-1].append(leaf)
    return found


def codes(text: str) -> list[str]:
    scanner = scan(text)
    return [exact_code(scanner, chunks) for chunks in blocks(scanner)]


@settings(deadline=None)
@given(LINES, st.sampled_from(["\n", "\r\n"]), st.booleans())
def test_any_code_between_fences_is_given_byte_for_byte(lines: list[tuple[str, str]], end: str, is_closed: bool) -> None:
    code = "".join(text + ENDS[kind] for text, kind in lines)
    text = f"Look:{end}{end}```py{end}{code}" + (f"```{end}Done." if is_closed else "")
    assert codes(text) == [code]


@pytest.mark.parametrize("end", ["\n", "\r\n"])
def test_a_long_block_is_one_file(end: str) -> None:
    lines = [f"line {number}\t{'x' * (number % 7)}  " for number in range(5_000)]
    lines[17] = "y" * 20_000  # cut in the middle of a line
    code = "".join(line + end for line in lines)
    assert codes(f"```{end}{code}```{end}") == [code]


def test_code_in_a_list_or_a_quote_comes_without_what_stands_before_it() -> None:
    assert codes("- a\n\n  ```py\n  if x:\r\n      y\n  ```\n\n> ```\n> z\r\n> ```\n") == ["if x:\r\n    y\n", "z\r\n"]


def test_indented_code_and_an_empty_block() -> None:
    assert codes("Text\n\n    a\r\n    b\n\nText\n\n```\n```\n\n```\n\n```\n") == ["a\r\nb\n", "", "\n"]
