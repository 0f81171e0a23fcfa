"""The header of a table is shown when it is known to be one, and not as text with pipes before."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from desktop_app.markdown.leaf import LeafKind
from desktop_app.markdown.scanner import BlockScanner, scan
from tests.markdown.samples import PIECES, values


def shown(text: str) -> list[tuple[str, str]]:
    """Give kind and text of what is shown of an unfinished text."""
    scanner = BlockScanner()
    scanner.feed(text)
    return [(leaf.kind.value, "\n".join(leaf.lines)) for leaf in scanner.leaves]


@pytest.mark.parametrize("before", ["", "text\n", "text\n\n", "- item\n\n  ", "> ", "> quoted\n> ", "- ", "[^1]: "])
def test_no_pipe_of_a_table_is_ever_shown_as_text(before):
    indent = "> " if before.startswith(">") else "" if before.startswith("t") else " " * 4 if before.startswith("[") else "  "
    indent = indent if before else ""
    text = f"{before}| Name | Value |\n{indent}|:-----|------:|\n{indent}| a | 1 |\n"
    scanner = BlockScanner()
    for char in text:
        scanner.feed(char)
        for leaf in scanner.leaves:
            assert leaf.kind is LeafKind.TABLE or "|" not in "".join(leaf.lines)
    assert scanner.leaves[-1].kind is LeafKind.TABLE


@pytest.mark.parametrize("rest", ["", "|", "|--", "|---|:-", "  ", "-", "> |"])
def test_a_line_with_a_pipe_is_held_until_the_next_one_decides(rest):
    assert shown(f"text\n\n| a | b |\n{rest}") == [("paragraph", "text")]


@pytest.mark.parametrize("rest", ["x", "\n", "| c", "|--x", "- x", "# T", "|---|\n", "|---|---|---|\n"])
def test_a_line_with_a_pipe_is_text_as_soon_as_the_next_one_is_no_row_of_dashes(rest):
    assert ("paragraph", "| a | b |") in [(kind, text.split("\n")[0]) for kind, text in shown(f"| a | b |\n{rest}")]


@pytest.mark.parametrize(
    "text", ["| a |", "| a |\n", "| a |\r", "x\n| a |\n", "| a |\n|--", "| a |\n  ", "- | a |\n", "> | a |\n|"]
)
def test_what_waits_is_shown_when_the_text_ends(text):
    scanner = BlockScanner()
    for char in text:
        scanner.feed(char)
    dirty = scanner.finish()
    assert dirty < len(scanner.leaves)
    assert values(scanner.leaves) == values(scan(text).leaves)
    assert "| a |" in "\n".join(line for leaf in scanner.leaves for line in leaf.lines) or text.endswith("|--")
    assert scanner.leaves[-1].last_line == text.rstrip("\n\r ").replace("\r", "\n").count("\n")


def test_the_lines_of_a_table_have_their_numbers():
    scanner = BlockScanner()
    for char in "text\n| a |\n|---|\n| b |\n\n| c |\n\n| d |\nend":
        scanner.feed(char)
    scanner.finish()
    assert [(leaf.kind.value, leaf.first_line, leaf.last_line) for leaf in scanner.leaves] == [
        ("paragraph", 0, 0),
        ("table", 1, 3),
        ("paragraph", 5, 5),
        ("paragraph", 7, 8),
    ]


def test_a_row_of_a_table_is_shown_while_it_comes():
    assert shown("| a |\n|---|\n| b") == [("table", "| a |\n| b")]
    assert shown("| a |\n|---|\n| b |\n") == [("table", "| a |\n| b |")]


def test_pipes_in_code_are_shown_at_once():
    assert shown("```\n| a |\n") == [("fence", "| a |")]
    assert shown("    | a |\n") == [("code", "| a |")]


rows = st.lists(
    st.tuples(
        st.sampled_from(("", "  ", "    ", "> ", "- ", "1. ", "\t", "[^1]: ")),
        st.sampled_from(("| a | b |", "|---|---|", "|--", "| a", "||", "|", "a | b", "--|--", "", "text", *PIECES)),
    ),
    max_size=8,
).map(lambda parts: "\n".join(prefix + piece for prefix, piece in parts))


@settings(max_examples=400, deadline=None)
@given(rows, st.lists(st.integers(1, 30), min_size=1, max_size=50), st.integers(0, 200))
def test_what_is_shown_and_what_comes_of_it_do_not_depend_on_the_pieces(text, sizes, end):
    in_pieces, at, turn = BlockScanner(), 0, 0
    cut = text[:end]
    while at < len(cut):
        size = sizes[turn % len(sizes)]
        in_pieces.feed(cut[at : at + size])
        at, turn = at + size, turn + 1
    at_once = BlockScanner()
    at_once.feed(cut)
    assert values(in_pieces.leaves) == values(at_once.leaves)
    in_pieces.finish()
    assert values(in_pieces.leaves) == values(scan(cut).leaves)
