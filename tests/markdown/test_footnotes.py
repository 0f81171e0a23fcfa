"""Footnotes: where their texts are, what belongs to them, and which references are references."""

from __future__ import annotations

import pytest

from desktop_app.markdown.inline import parse_inline
from desktop_app.markdown.leaf import NOTE_HREF, ContainerKind, LeafKind
from desktop_app.markdown.scanner import BlockScanner, scan


def shape(text: str) -> list[tuple[str, str, str]]:
    """Give of every leaf its kind, the labels of the footnotes around it, and its text."""
    return [
        (
            leaf.kind.value,
            " ".join(one.marker for one in leaf.containers if one.kind is ContainerKind.NOTE),
            "\n".join(leaf.lines),
        )
        for leaf in scan(text).leaves
    ]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("[^1]: note", [("paragraph", "1", "note")]),
        ("   [^1]:note", [("paragraph", "1", "note")]),
        ("[^1]: a\n[^2]: b", [("paragraph", "1", "a"), ("paragraph", "2", "b")]),
        ("text\n[^1]: note\nlazy\n\nafter", [("paragraph", "", "text"), ("paragraph", "1", "note\nlazy"), ("paragraph", "", "after")]),
        ("[^1]: a\n\n    b\n\nc", [("paragraph", "1", "a"), ("paragraph", "1", "b"), ("paragraph", "", "c")]),
        ("[^1]: a\n\n        code", [("paragraph", "1", "a"), ("code", "1", "code")]),
        ("[^1]:\n    # Title", [("heading", "1", "Title")]),
        ("[^1]: - item", [("paragraph", "1", "item")]),
        ("- [^1]: in an item", [("paragraph", "1", "in an item")]),
        ("[^1]:", [("paragraph", "1", "")]),
        ("[^1] : no", [("paragraph", "", "[^1] : no")]),
        ("[^]: no", [("paragraph", "", "[^]: no")]),
        ("[^a b]: no", [("paragraph", "", "[^a b]: no")]),
        ("[^" + "a" * 65 + "]: no", [("paragraph", "", "[^" + "a" * 65 + "]: no")]),
        ("    [^1]: code", [("code", "", "[^1]: code")]),
        ("```\n[^1]: code\n```", [("fence", "", "[^1]: code")]),
        ("\\[^1]: no", [("paragraph", "", "\\[^1]: no")]),
    ],
)  # fmt: skip
def test_the_text_of_a_footnote_and_what_belongs_to_it(text, expected):
    assert shape(text) == expected


def runs(text: str, definitions: dict) -> list[tuple[str, str]]:
    return [(run.text, run.href) for run in parse_inline(text, definitions)]


def test_a_reference_is_one_only_when_the_footnote_is_there():
    definitions = scan("[^1]: note\n\n[^Word]: other").definitions
    assert runs("a[^1]", definitions) == [("a", ""), ("[1]", NOTE_HREF + "1")]
    assert runs("a[^1][^word]", definitions)[1:] == [("[1]", NOTE_HREF + "1"), ("[word]", NOTE_HREF + "Word")]
    assert runs("the class [^2] of a regular expression", definitions) == [("the class [^2] of a regular expression", "")]
    assert runs("`[^1]` \\[^1]", definitions) == [("[^1]", ""), (" [^1]", "")]
    assert [run.is_note for run in parse_inline("a [^1]", definitions)] == [False, True]


def test_a_footnote_is_no_address_of_a_link():
    definitions = scan("[^1]: /url\n\n[a]: /real\n    [^b]: /none").definitions
    assert runs("[text][^1]", definitions) == [("[text]", ""), ("[1]", NOTE_HREF + "1")]
    assert runs("[a]", definitions) == [("a", "/real")]
    assert "^B" not in definitions


def test_a_late_footnote_changes_what_refers_to_it():
    scanner = BlockScanner()
    scanner.feed("One[^1].\n\nTwo.\n\nThree[^1].\n\n")
    versions = [leaf.version for leaf in scanner.leaves]
    assert scanner.feed("[^1]: The no") == 3
    assert [leaf.version for leaf in scanner.leaves][:3] == versions, "what may be taken back refers to nothing"
    assert scanner.feed("te.\n") == 0
    changed = [leaf.version > before for leaf, before in zip(scanner.leaves, versions, strict=False)]
    assert changed == [True, False, True]


def test_the_first_of_two_footnotes_of_a_label_counts_and_both_are_shown():
    scanner = scan("[^1]: a\n\n[^1]: b")
    assert [leaf.lines for leaf in scanner.leaves] == [["a"], ["b"]]
    assert len(scanner.definitions) == 1


@pytest.mark.parametrize("start", ["[", "[^", "[^1", "[^1]"])
def test_what_may_become_a_footnote_is_not_shown_yet(start):
    scanner = BlockScanner()
    scanner.feed(f"before\n\n{start}")
    assert len(scanner.leaves) == 1
    scanner.feed(" x")
    assert scanner.leaves[-1].kind is LeafKind.PARAGRAPH
    assert scanner.leaves[-1].lines == [f"{start} x"]


@pytest.mark.parametrize("start", ["- [", "- [ ", "- [x", "- [x]"])
def test_what_may_become_a_task_is_not_shown_yet(start):
    scanner = BlockScanner()
    scanner.feed(f"before\n\n{start}")
    assert len(scanner.leaves) == 1
