"""A model card, written for a browser, becomes Markdown that can be read without one."""

from __future__ import annotations

import pytest

from desktop_app.hub.card import readable


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ('<div align="center">\n  <img src="https://x.org/logo.png" width="300"/>\n</div>\n\n# Tiny', "# Tiny"),
        ("<h2>Use</h2><p>It <b>works</b>.</p>", "## Use\n\nIt **works**."),
        ('See <a href="https://x.org/a?b=1&amp;c=2" target="_blank">the page</a>.', "See [the page](https://x.org/a?b=1&c=2)."),
        ('<a href="https://x.org"><img src="https://x.org/badge.svg"></a>Text', "Text"),
        ('<a href="javascript:alert(1)">press</a>', "press"),
        ("![badge](https://x.org/b.svg) [![other](https://x.org/c.svg)](https://x.org) Text", "Text"),
        ("One<br>two", "One\n\ntwo"),
        ("| a | b |\n|--|--|\n| x<br>y | z |", "| a | b |\n|--|--|\n| x y | z |"),
        ("<ul><li>one</li><li>two</li></ul>", "- one\n- two"),
        ("<details><summary>More</summary>Hidden</details>", "**More**\n\nHidden"),
        ("a <!-- never\nseen --> b<script>alert('<p>')</script> c", "a  b c"),
        ("kept<!-- never closed <b>", "kept"),
        ("2 < 3 and 4 > 3", "2 < 3 and 4 > 3"),
        ("`<b>` and ``<i>``", "`<b>` and ``<i>``"),
        ("    <p>not code</p>", "not code"),
    ],
)
def test_markup_of_pages_becomes_markdown(text: str, expected: str) -> None:
    assert readable(text) == expected


def test_blocks_of_code_stay_as_they_are() -> None:
    code = "```html\n<div>\n\n\n\n<img src='x'>\n</div>\n```"
    assert readable(f"<p>Before</p>\n{code}\n<p>After</p>") == f"Before\n\n{code}\n\n\nAfter"


def test_a_block_of_code_without_an_end_reaches_to_the_last_letter() -> None:
    assert readable("<b>x</b>\n~~~~\n<b>\n~~~\n<i>") == "**x**\n~~~~\n<b>\n~~~\n<i>"
