"""A paragraph that is being written shows no marks that wait for their partners, and guesses nothing about the rest."""

from __future__ import annotations

import random

import pytest

from desktop_app.markdown.inline import parse_inline
from desktop_app.markdown.unfinished import UNFINISHED_HREF, closed
from tests.markdown.samples import random_document


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("plain text", "plain text"),
        ("a **bo", "a **bo**"),
        ("a **bold*", "a **bold**"),
        ("a **bold**", "a **bold**"),
        ("a **", "a"),
        ("**a *b", "**a *b***"),
        ("***both", "***both***"),
        ("~~gone", "~~gone~~"),
        ("`co", "`co`"),
        ("a `", "a"),
        ("``a` b", "``a` b``"),
        ("**`co", "**`co`**"),
        ("a `**` b", "a `**` b"),
        ("[text](htt", f"[text]({UNFINISHED_HREF})"),
        ("**[text](", f"**[text]({UNFINISHED_HREF})**"),
        ("[text](http://a.b/(c)", f"[text]({UNFINISHED_HREF})"),
        ("[text](http://a.b 'ti", "[text](http://a.b 'ti"),
        ("[te", "[te"),
        ("a](b", "a](b"),
        ("a <b", "a"),
        ("**a<br /", "**a**"),
        ("a < b", "a < b"),
        ("a<br>b", "a<br>b"),
        ("3 * 4 = 12", "3 * 4 = 12"),
        ("2*3 = 6", "2*3 = 6"),
        ("$a*b$ *c", "$a*b$ *c*"),
        ("$5 and `*$HOME`: *c", "$5 and `*$HOME`: *c*"),
        ("\\*\\*a", "\\*\\*a"),
        ("\\`a", "\\`a"),
        ("**" + "a" * 500, "**" + "a" * 500),
        ("`" + "a" * 500, "`" + "a" * 500),
    ],
)
def test_what_is_open_is_closed_for_the_screen(text, shown):
    assert closed(text) == shown


def test_no_star_flashes_while_emphasis_is_written():
    text = "Some **bold text**, *slanted*, `code` and a [link](https://example.org/page) here"
    for end in range(len(text) + 1):
        seen = "".join(run.text for run in parse_inline(closed(text[:end]), {}))
        assert not set(seen) & set("*`"), text[:end]
        assert "](" not in seen and "http" not in seen


def test_finished_text_stays_as_it_is():
    for text in ("**a** *b* `c` [d](e) ~~f~~", "a * b", "snake_case_name", "1. one"):
        assert closed(text) == text


def test_any_text_can_be_closed():
    rng = random.Random(5)
    for _ in range(300):
        text = random_document(rng, 6)
        for end in range(0, len(text), 7):
            assert isinstance(closed(text[:end]), str)
