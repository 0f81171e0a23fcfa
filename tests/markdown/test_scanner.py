"""What the scanner makes of text, and what it shows while text grows."""

from __future__ import annotations

import pytest

from desktop_app.markdown.leaf import ContainerKind, LeafKind
from desktop_app.markdown.scanner import BlockScanner, code_of, scan
from desktop_app.markdown.tables import split_cells


def _shown(text: str) -> list[tuple[str, str]]:
    """Kind and text of what is shown of an unfinished text."""
    scanner = BlockScanner()
    scanner.feed(text)
    return [(leaf.kind.value, "\n".join(leaf.lines)) for leaf in scanner.leaves]


def _markers(text: str) -> list[str]:
    return [leaf.containers[-1].marker for leaf in scan(text).leaves]


@pytest.mark.parametrize(
    "ambiguous",
    [
        "#",
        "##",
        "-",
        "- ",
        "*",
        "**",
        "=",
        "==",
        ">",
        "> ",
        "`",
        "``",
        "```",
        "```py",
        "~~~",
        "1",
        "12.",
        "1. ",
        "$",
        "\\",
        "\\[ x",
        "| a",
    ],
)
def test_a_line_that_may_become_anything_is_held_back(ambiguous):
    assert _shown(f"text\n\n{ambiguous}") == [("paragraph", "text")]


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("# T", "heading"),
        ("- a", "paragraph"),
        ("> a", "paragraph"),
        ("a", "paragraph"),
        ("    a", "code"),
        ("**a", "paragraph"),
        ("$$ x", "math"),
    ],
)
def test_a_line_whose_class_is_visible_is_shown_at_once(text, kind):
    assert [shown for shown, _ in _shown(text)] == [kind]


@pytest.mark.parametrize("held", ["-", "| a", "```", "1.", "#", "\\[ x", "$$", "> ", "|"])
def test_finish_shows_what_was_held_back(held):
    scanner = BlockScanner()
    scanner.feed("text\n\n" + held)
    dirty = scanner.finish()
    assert scanner.leaves[dirty:] or held == "> "
    assert len(scanner.leaves) == (1 if held == "> " else 2)
    assert all(leaf.is_closed for leaf in scanner.leaves)


def test_nothing_can_be_fed_after_the_end():
    with pytest.raises(ValueError, match="finished"):
        scan("a").feed("b")


def test_an_unclosed_fence_is_code_and_closing_it_changes_nothing_else():
    scanner = BlockScanner()
    scanner.feed("```py\na = 1\n")
    leaf = scanner.leaves[0]
    assert (leaf.kind, leaf.info, leaf.lines, leaf.is_closed) == (LeafKind.FENCE, "py", ["a = 1"], False)
    scanner.feed("```\n")
    assert (leaf.lines, leaf.is_closed) == (["a = 1"], True)


def test_a_fence_ends_only_with_as_many_marks_as_it_began():
    leaves = scan("````\n```\n~~~~\n`````\nafter").leaves
    assert [(leaf.kind, leaf.lines) for leaf in leaves] == [(LeafKind.FENCE, ["```", "~~~~"]), (LeafKind.PARAGRAPH, ["after"])]


@pytest.mark.parametrize(("info", "expected"), [("&nbsp;", ""), ("&#10; py", "py"), ("py&nbsp;", "py"), ("\\&nbsp;", "&nbsp;")])
def test_white_space_around_the_language_of_a_fence_is_left_out(info, expected):
    assert scan(f"```{info}\nx\n```").leaves[0].info == expected


def test_a_long_fence_is_cut_every_64_lines_and_its_code_is_whole():
    code = "\n".join(f"line {number}" for number in range(150))
    leaves = scan(f"```py\n{code}\n```").leaves
    assert [len(leaf.lines) for leaf in leaves] == [64, 64, 22]
    assert [leaf.is_continuation for leaf in leaves] == [False, True, True]
    assert len({leaf.group for leaf in leaves}) == 1 and leaves[0].group
    assert {leaf.info for leaf in leaves} == {"py"}
    assert code_of(leaves) == code


def test_a_very_long_line_of_code_is_cut_and_its_code_is_whole():
    code = "x" * 10_000 + "\n" + "y" * 10_000
    leaves = scan(f"```\n{code}\n```").leaves
    assert max(len(line) for leaf in leaves for line in leaf.lines) <= 3_000
    assert code_of(leaves) == code


def test_a_long_table_is_cut_every_12_rows_and_keeps_its_columns():
    leaves = scan("| a | b |\n|:--|--:|\n" + "| 1 | 2 |\n" * 30).leaves
    assert [len(leaf.lines) for leaf in leaves] == [12, 12, 7]
    assert {leaf.alignments for leaf in leaves} == {("left", "right")}
    assert leaves[0].lines[0] == "| a | b |"


def test_a_long_paragraph_is_cut_at_the_end_of_a_sentence_and_nothing_is_lost():
    text = "This is **a whole** sentence with some words. " * 200
    leaves = scan(text).leaves
    assert all(leaf.lines[-1].endswith(". ") for leaf in leaves[:-1])
    assert max(len(leaf.lines[0]) for leaf in leaves) < 1_700
    assert "".join(leaf.lines[0] for leaf in leaves) == text
    assert [leaf.starts_mid_line for leaf in leaves] == [False] + [True] * (len(leaves) - 1)


@pytest.mark.parametrize(("opener", "closer"), [("**", "**"), ("`", "`"), ("[", "](/url)"), ("$", "$")])
def test_a_paragraph_is_not_cut_inside_of_markup(opener, closer):
    text = "word. " * 260 + opener + "marked words. " * 40 + "end" + closer + ". More words. " * 100
    start = text.index(opener)
    end = text.index(closer, start + len(opener)) + len(closer)
    cut = len(scan(text).leaves[0].lines[0])
    assert cut <= start or cut >= end


def test_a_paragraph_without_any_place_to_cut_is_cut_all_the_same():
    leaves = scan("x" * 10_000).leaves
    assert [len(leaf.lines[0]) for leaf in leaves] == [3_200, 3_200, 3_200, 400]


def test_chinese_text_is_cut_behind_a_full_stop():
    leaves = scan("这是一个句子，没有空格。" * 300).leaves
    assert all(leaf.lines[0].endswith("。") for leaf in leaves)
    assert len(leaves) > 1


def test_numbers_of_a_list_come_from_the_source_and_stay_when_more_items_come():
    scanner = BlockScanner()
    scanner.feed("3. three\n4. four\n\n9. nine\n")
    before = [leaf.containers[-1].marker for leaf in scanner.leaves]
    scanner.feed("10. ten\n")
    assert before == ["3.", "4.", "9."]
    assert [leaf.containers[-1].marker for leaf in scanner.leaves] == [*before, "10."]


@pytest.mark.parametrize(
    ("text", "markers"),
    [
        ("1. a\n1. b\n1. c", ["1.", "2.", "3."]),
        ("0) a\n0) b", ["0)", "1)"]),
        ("3. a\n3. b\n\n3. c", ["3.", "4.", "5."]),
        ("1. a\n1. b\n2. c\n2. d", ["1.", "2.", "3.", "4."]),
        ("1. a\n1. b\n1. c\n2. d", ["1.", "2.", "3.", "4."]),
        ("1. a\n2. b\n2. c\n3. d", ["1.", "2.", "3.", "4."]),
        ("1. a\n1. b\n5. c\n5. d", ["1.", "2.", "5.", "6."]),
        ("9. a\n8. b", ["9.", "10."]),
        ("1. a\n1) b\n- c\n1. d", ["1.", "1)", "•", "1."]),
        ("1. a\n\ntext\n\n1. b", ["1.", "", "1."]),
        ("1. a\n   1. b\n   1. c\n1. d\n   1. e", ["1.", "1.", "2.", "2.", "1."]),
        ("999999999. a\n999999999. b", ["999999999.", "1000000000."]),
        ("01. a\n1. b", ["1.", "2."]),
    ],
)  # fmt: skip
def test_a_number_that_is_not_above_the_one_drawn_before_is_counted_on(text, markers):
    assert [leaf.containers[-1].marker if leaf.containers else "" for leaf in scan(text).leaves] == markers


def test_counting_on_changes_no_item_before():
    scanner = BlockScanner()
    for char in "1. a\n1. b\n1. c":
        before = [(leaf, leaf.containers, leaf.lines[:]) for leaf in scanner.leaves[:-1]]
        scanner.feed(char)
        assert [(leaf, leaf.containers, leaf.lines[:]) for leaf in scanner.leaves[: len(before)]] == before
    assert [leaf.containers[-1].marker for leaf in scanner.leaves] == ["1.", "2.", "3."]


def test_markers_of_lists():
    assert _markers("- a\n* b\n+ c") == ["•", "•", "•"]
    assert _markers("1) a\n007) b\n0) c") == ["1)", "7)", "8)"]


def test_items_of_one_list_share_its_id_and_other_lists_do_not():
    leaves = scan("- a\n- b\n  - c\n\n- d\n* e").leaves
    lists = [leaf.containers[-1].list_id for leaf in leaves]
    assert lists[0] == lists[1] == lists[3]
    assert len({lists[0], lists[2], lists[4]}) == 3
    assert leaves[2].containers[0] == leaves[1].containers[0]


def test_a_blank_line_in_a_list_shows_above_the_leaf_behind_it_and_not_before():
    leaves = scan("- a\n- b\n\n- c\n- d\n\n  more\n\nout").leaves
    assert [leaf.is_tight for leaf in leaves] == [True, True, False, True, False, True]


def test_an_empty_item_has_an_empty_leaf_so_that_its_marker_shows():
    leaves = scan("- a\n-\n- c").leaves
    assert [leaf.lines for leaf in leaves] == [["a"], [], ["c"]]
    assert [len(leaf.containers) for leaf in leaves] == [1, 1, 1]


def test_quotes_and_lists_nest():
    leaf = scan("> - > deep").leaves[0]
    assert [box.kind for box in leaf.containers] == [ContainerKind.QUOTE, ContainerKind.ITEM, ContainerKind.QUOTE]


def test_a_table_needs_a_row_of_dashes_with_as_many_cells():
    assert [leaf.kind for leaf in scan("| a | b |\n|---|").leaves] == [LeafKind.PARAGRAPH]
    leaf = scan("| a | b |\n|---|:-:|\n| 1 |").leaves[0]
    assert (leaf.kind, leaf.alignments, leaf.lines) == (LeafKind.TABLE, ("", "center"), ["| a | b |", "| 1 |"])


def test_the_line_above_the_dashes_leaves_its_paragraph():
    leaves = scan("text\na | b\n--|--\n1 | 2").leaves
    assert [(leaf.kind, leaf.lines) for leaf in leaves] == [(LeafKind.PARAGRAPH, ["text"]), (LeafKind.TABLE, ["a | b", "1 | 2"])]
    assert [(leaf.first_line, leaf.last_line) for leaf in leaves] == [(0, 0), (1, 3)]


@pytest.mark.parametrize(
    ("row", "cells"),
    [
        ("| a | b |", ["a", "b"]),
        ("a|b", ["a", "b"]),
        (r"| a \| b |", ["a | b"]),
        ("| |", [""]),
        ("||", [""]),
        (r"| a \|", ["a |"]),
        ("x", ["x"]),
    ],
)
def test_cells_of_a_row(row, cells):
    assert split_cells(row) == cells


def test_display_math_is_one_leaf_of_tex():
    for text in ("$$\nx^2\n\ny\n$$", "\\[\nx^2\n\ny\n\\]"):
        assert [(leaf.kind, leaf.lines) for leaf in scan(text).leaves] == [(LeafKind.MATH, ["x^2", "", "y"])]
    for text in ("$$ x^2 $$", "\\[ x^2 \\]", "$$x^2\n$$", "$$\nx^2 $$"):
        assert [(leaf.kind, leaf.lines) for leaf in scan(text).leaves] == [(LeafKind.MATH, ["x^2"])]


@pytest.mark.parametrize("text", ["\\[not a link\\] here", "$$ a $$ and b", "$$$ expensive"])
def test_what_only_looks_like_display_math_is_text(text):
    assert [leaf.kind for leaf in scan(text).leaves] == [LeafKind.PARAGRAPH]


def test_dollars_in_prose_do_not_swallow_the_rest_of_the_answer():
    assert scan("$$ is a lot\n\ntext").leaves[-1].kind is LeafKind.PARAGRAPH
    assert scan("$$\n" + "text\n" * 100).leaves[-1].kind is LeafKind.PARAGRAPH


def test_link_definitions_are_collected_and_not_shown():
    scanner = scan("[Foo]: /url 'Title'\n[bar]:\n<a b>\ntext [foo]\n\n[foo]: /other")
    assert scanner.definitions == {"FOO": ("/url", "Title"), "BAR": ("a b", "")}
    assert [leaf.lines for leaf in scanner.leaves] == [["text [foo]"]]


def test_many_definitions_in_a_row_are_all_found():
    scanner = scan("".join(f"[label {number}]: /u{number}\n" for number in range(2_000)))
    assert len(scanner.definitions) == 2_000
    assert scanner.leaves == []


@pytest.mark.parametrize(("line", "kind"), [("---", LeafKind.RULE), ("===", LeafKind.PARAGRAPH), ("-", LeafKind.PARAGRAPH)])
def test_a_definition_cannot_be_made_a_heading(line, kind):
    scanner = scan(f"[foo]: /url\n{line}\n\ntext")
    assert [leaf.kind for leaf in scanner.leaves] == [kind, LeafKind.PARAGRAPH]
    assert scanner.definitions == {"FOO": ("/url", "")}


def test_a_late_definition_marks_the_leaves_that_mention_it_as_changed():
    scanner = BlockScanner()
    scanner.feed("a [Foo  bar]\n\nb [other]\n\n# c [x][foo bar]\n\nmore\n\n")
    versions = [leaf.version for leaf in scanner.leaves]
    assert scanner.feed("[foo bar]: /url\n\n") == 0
    changed = [leaf.version > version for leaf, version in zip(scanner.leaves, versions, strict=True)]
    assert changed == [True, False, True, False]


def test_a_definition_in_an_unfinished_line_defines_nothing():
    scanner = BlockScanner()
    scanner.feed("[foo]: /url\n# He")
    assert scanner.definitions == {}
    scanner.feed("ading\n")
    assert scanner.definitions == {"FOO": ("/url", "")}


def test_the_source_of_leaves_is_their_lines_as_they_came():
    text = "# A\r\n\r\n- one\r\n- two\r\n\r\n```py\r\nx\r\n```\r\nend"
    scanner = scan(text)
    first, *_, fence, last = scanner.leaves
    assert scanner.source == text
    assert scanner.source_of(first, first) == "# A"
    assert scanner.source_of(scanner.leaves[1], scanner.leaves[2]) == "- one\r\n- two"
    assert scanner.source_of(fence, fence) == "```py\r\nx\r\n```"
    assert scanner.source_of(fence, last) == "```py\r\nx\r\n```\r\nend"
    assert scanner.source_of(first, last) == text


def test_raw_html_is_text():
    assert [leaf.kind for leaf in scan("<div>\n*a*\n</div>").leaves] == [LeafKind.PARAGRAPH]


def test_a_growing_line_keeps_the_same_leaf():
    scanner = BlockScanner()
    scanner.feed("text\n\n- it")
    leaf = scanner.leaves[-1]
    scanner.feed("em goes on")
    assert scanner.leaves[-1] is leaf
    assert leaf.lines == ["item goes on"]


def test_what_is_nested_too_deep_is_text():
    leaves = scan("> " * 2_000 + "x\n\n" + "- " * 1_400 + "x").leaves
    assert [len(leaf.containers) for leaf in leaves][:2] == [100, 100]


def test_what_is_taken_back_counts_as_changed_even_if_nothing_comes_in_its_place():
    scanner = BlockScanner()
    scanner.feed("a\nb")
    version = scanner.leaves[0].version
    scanner._blocks.leaf.dirty = 1
    scanner._take_back()
    assert scanner.leaves[0].lines == ["a"]
    assert (scanner._blocks.leaf.dirty, scanner.leaves[0].version) == (0, version + 1)
