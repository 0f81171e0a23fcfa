"""Formulas in lines of their own: where they end, and what keeps one that never ends from swallowing the answer."""

from __future__ import annotations

import pytest

from desktop_app.markdown.inline import parse_inline, tex_of
from desktop_app.markdown.leaf import LeafKind
from desktop_app.markdown.scanner import BlockScanner, scan


def shape(text: str) -> list[tuple[str, str]]:
    """Give kind and text of every leaf."""
    return [(leaf.kind.value, "\n".join(leaf.lines)) for leaf in scan(text).leaves]


@pytest.mark.parametrize("mark", [".", ",", ";", ":", "!", "?", "。", "，", "..."])
@pytest.mark.parametrize(("opener", "closer"), [("$$", "$$"), ("\\[", "\\]")])
def test_the_full_stop_of_a_sentence_may_stand_behind_a_formula(opener, closer, mark):
    rest = [("paragraph", "Next"), ("heading", "Head")]
    assert shape(f"{opener}\nE=mc^2\n{closer}{mark}\n\nNext\n\n# Head") == [("math", f"E=mc^2{mark}"), *rest]
    assert shape(f"{opener}\nE=mc^2 {closer}{mark}\n\nNext\n\n# Head") == [("math", f"E=mc^2{mark}"), *rest]


def test_the_full_stop_behind_a_formula_of_one_line_stands_with_it():
    assert shape("$$ E=mc^2 $$.\n\nNext") == [("math", "E=mc^2."), ("paragraph", "Next")]


def test_text_behind_the_end_of_a_formula_is_a_paragraph():
    scanner = scan("$$\nE=mc^2\n$$ where E is energy\nand c is fast.\n\nNext")
    assert [(leaf.kind.value, leaf.lines) for leaf in scanner.leaves] == [
        ("math", ["E=mc^2"]),
        ("paragraph", ["where E is energy", "and c is fast."]),
        ("paragraph", ["Next"]),
    ]
    first, second, _ = scanner.leaves
    assert (first.last_line, second.first_line, second.starts_mid_line) == (2, 2, True)
    assert scanner.source_of(first, second) == "$$\nE=mc^2\n$$ where E is energy\nand c is fast."


@pytest.mark.parametrize(("opener", "closer"), [("$$", "$$"), ("\\[", "\\]")])
def test_a_formula_ends_in_a_line_that_is_too_long_for_one(opener, closer):
    words = "words and " * 150
    scanner = BlockScanner()
    scanner.feed(f"{opener}\n x = 1 {closer}, {words}")
    assert [leaf.kind for leaf in scanner.leaves] == [LeafKind.MATH, LeafKind.PARAGRAPH]
    scanner.feed(f"{words}{words}\n\nNext")
    first, *rest = scanner.leaves
    assert (first.kind, first.lines) == (LeafKind.MATH, ["x = 1,"])
    assert {leaf.kind for leaf in rest} == {LeafKind.PARAGRAPH}
    assert all(leaf.starts_mid_line for leaf in rest[:-1])
    assert "".join(leaf.lines[0] for leaf in rest) == f"{words}{words}{words}Next"


def test_a_formula_with_nothing_in_it_takes_no_full_stop():
    assert shape("$$\n$$.\n\nNext")[-1] == ("paragraph", "Next")


def test_the_end_of_a_row_is_not_the_end_of_a_formula():
    assert shape("\\[\na \\\\[2pt]\nb \\\\] c\n\\]") == [("math", "a \\\\[2pt]\nb \\\\] c")]
    assert shape("\\[\na \\\\\\] text") == [("math", "a \\\\"), ("paragraph", "text")]
    assert shape("\\[\na \\\\]\n\nNext") == [("math", "a \\"), ("paragraph", "Next")]


def test_a_formula_may_begin_at_the_end_of_a_line_of_prose():
    text = "The formula is $$\nx=1\n$$\n\nNext text\n\n# Heading\n\n- item"
    first, *rest = shape(text)
    assert first == ("paragraph", "The formula is $$\nx=1\n$$")
    assert rest == [("paragraph", "Next text"), ("heading", "Heading"), ("paragraph", "item")]
    assert [run.text for run in parse_inline(first[1], {}) if run.math] == ["$$\nx=1\n$$"]


def test_a_formula_in_prose_may_begin_before_the_end_of_a_line():
    assert shape("The formula is $$ x=1\n$$\n\nNext") == [("paragraph", "The formula is $$ x=1\n$$"), ("paragraph", "Next")]


@pytest.mark.parametrize(
    "prose",
    [
        "Write it so:",
        "It costs $$ and $5:",
        "Use `$$` for it:",
        "Use ``$$`` for it:",
        "\\$$ is no mark",
        "$$a$$ and",
        "Cheap: $$$",
        "Prices are marked $$ on the map.",
        "Marked $$ on the map\nand in the list",
    ],
)
def test_prose_without_an_open_formula_leaves_the_next_one_whole(prose):
    assert shape(f"{prose}\n$$\nx=1\n$$\n\nNext") == [("paragraph", prose), ("math", "x=1"), ("paragraph", "Next")]


@pytest.mark.parametrize(
    ("line", "expected"),
    [("# Head", ("heading", "Head")), ("```py\n# x\n```", ("fence", "# x")), ("  ~~~\nx", ("fence", "x"))],
)
def test_a_formula_that_was_never_closed_ends_before_a_heading_and_before_code(line, expected):
    assert shape(f"$$\nx = 1\n{line}") == [("math", "x = 1"), expected]
    quoted = line.replace("\n", "\n> ")
    assert shape(f"> \\[\n> x = 1\n> {quoted}") == [("math", "x = 1"), expected]


@pytest.mark.parametrize("line", ["#1", "    # Head", "`code`", "- a", "> b"])
def test_other_lines_stay_in_a_formula(line):
    assert shape(f"$$\n{line}\n$$") == [("math", line)]


@pytest.mark.parametrize("start", ["#", "##", "`", "```", "~~~", "$", "\\"])
def test_what_may_end_a_formula_is_not_shown_in_it(start):
    scanner = BlockScanner()
    scanner.feed(f"$$\nx = 1\n{start}")
    assert [(leaf.kind, leaf.lines) for leaf in scanner.leaves] == [(LeafKind.MATH, ["x = 1"])]


def test_a_formula_may_begin_and_end_in_lines_with_tex():
    text = "\\[ \\begin{aligned}\na &= b \\\\\nc &= d\n\\end{aligned} \\]"
    assert shape(f"{text}\n\nNext") == [("math", "\\begin{aligned}\na &= b \\\\\nc &= d\n\\end{aligned}"), ("paragraph", "Next")]
    assert shape("\\[ x = 1\n\ntext\n\n# Head")[1:] == [("paragraph", "text"), ("heading", "Head")], "a blank line ends it"


@pytest.mark.parametrize(("line", "tex"), [("\\[ E = mc^2 \\].", "E = mc^2."), ("\\[ x \\]", "x"), ("\\[x_1\\],", "x_1,")])
def test_a_formula_in_brackets_may_stand_on_one_line(line, tex):
    assert shape(f"{line}\n\nNext") == [("math", tex), ("paragraph", "Next")]


@pytest.mark.parametrize(
    "text",
    [
        "\\[not a link",
        "\\[not a link\\].",
        "\\[link](https://a.b/?c=d)",
        "\\[use `a = b`",
        "\\[a\\]: b = c",
        "\\[two \\*stars\\* here",
        "arr\\[my_index\\] is an element",
        "call foo\\[a=b\\]",
        "arr\\[i\\]\\[j_1\\] and f(x)\\[k_1\\]",
    ],
)
def test_brackets_before_text_are_text(text):
    assert [kind for kind, _ in shape(f"{text}\nmore text")] == ["paragraph"]
    assert not any(run.math for run in parse_inline(text, {}))


@pytest.mark.parametrize(
    ("text", "formula"),
    [
        ("where \\[ E = mc^2 \\] holds", "\\[ E = mc^2 \\]"),
        ("so \\[\\alpha\\].", "\\[\\alpha\\]"),
        ("\\[ x_1 \\] is first", "\\[ x_1 \\]"),
        ("We have \\[\nE=mc^2\n\\]\nand so on", "\\[\nE=mc^2\n\\]"),
        ("\\[1\\] says \\[a^2\\]", "\\[a^2\\]"),
        ("公式\\[a^2\\]", "\\[a^2\\]"),
    ],
)
def test_a_formula_in_brackets_may_stand_in_a_sentence(text, formula):
    assert [kind for kind, _ in shape(text)] == ["paragraph"]
    assert [run.text for run in parse_inline(text, {}) if run.math] == [formula]
    assert tex_of(formula) == (formula[2:-2].strip(), True)


def test_a_formula_in_brackets_may_stand_right_behind_another():
    text = "so \\[a^2\\]\\[b^2\\] and \\(c\\)\\[d^2\\]"
    formulas = [run.text for run in parse_inline(text, {}) if run.math]
    assert formulas == ["\\[a^2\\]", "\\[b^2\\]", "\\(c\\)", "\\[d^2\\]"]
