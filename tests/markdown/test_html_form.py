"""The HTML of an answer says what the transcript shows, and every text in it is escaped."""

from __future__ import annotations

import re
from html.parser import HTMLParser

import pytest

from desktop_app.markdown.html_form import html_form
from tests.markdown.structure import spec_examples


@pytest.mark.parametrize(
    ("source", "page"),
    [
        ("# One\n\ntwo *three*", "<h2>One</h2>\n<p>two <em>three</em></p>\n"),
        ("- a\n- b\n  - c", "<ul><li>a\n</li>\n<li>b\n<ul><li>c\n</li>\n</ul>\n</li>\n</ul>\n"),
        ("3. a\n4. b", '<ol><li value="3">a\n</li>\n<li value="4">b\n</li>\n</ol>\n'),
        ("1. a\n1. b", '<ol><li value="1">a\n</li>\n<li value="2">b\n</li>\n</ol>\n'),
        ("- [x] a", '<ul><li><input type="checkbox" disabled checked> a\n</li>\n</ul>\n'),
        ("> a\n>\n> b", "<blockquote><p>a</p>\n<p>b</p>\n</blockquote>\n"),
        ("```py x\n<a>\n```", '<pre><code class="language-py">&lt;a&gt;\n</code></pre>\n'),
        ("a  \nb", "<p>a<br>\nb</p>\n"),
        ("a\n*b*", "<p>a<br>\n<em>b</em></p>\n"),
        ("| a |\n|--|\n| b<br>c <i> |", "<table>\n<tr><th>a</th></tr>\n<tr><td>b<br>\nc &lt;i&gt;</td></tr>\n</table>\n"),
        ("***", "<hr>\n"),
        ("$x < y$ ~~no~~", "<p><code>$x &lt; y$</code> <s>no</s></p>\n"),
        ("[a](https://b/?c&d)", '<p><a href="https://b/?c&amp;d" rel="noopener noreferrer">a</a></p>\n'),
        ("[a](javascript:x) [b](file:///x) [c](https:\\\\x) [d](/e)", "<p>a b c d</p>\n"),
        ('<b onclick="x">', "<p>&lt;b onclick=&quot;x&quot;&gt;</p>\n"),
        ("| a | b |\n|:-|--|\n| 1 |", '<table>\n<tr><th style="text-align: left">a</th><th>b</th></tr>\n'
         '<tr><td style="text-align: left">1</td><td></td></tr>\n</table>\n'),
    ],
)  # fmt: skip
def test_markdown_becomes_html(source: str, page: str) -> None:
    assert html_form(source) == page


class Balance(HTMLParser):
    """Follows what is opened and closed."""

    def __init__(self) -> None:
        super().__init__()
        self.opened: list[str] = []
        self.names: set[str] = set()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.names.add(tag)
        if tag not in ("br", "hr", "input"):
            self.opened.append(tag)

    def handle_endtag(self, tag: str) -> None:
        assert self.opened.pop() == tag


def test_every_example_of_the_specification_gives_elements_that_are_closed_and_known() -> None:
    for source in spec_examples():
        balance = Balance()
        balance.feed(html_form(source))
        assert balance.opened == []
        assert balance.names <= {
            "p", "h2", "h3", "h4", "h5", "h6", "ul", "ol", "li", "blockquote", "aside", "pre", "code", "hr", "br", "table", "tr", "th",
            "td", "em", "strong", "s", "a", "sup", "input",
        }  # fmt: skip


def test_an_address_with_hidden_characters_is_no_link() -> None:
    assert not re.search("<a ", html_form("[a](https://b\u202e/) [c](<https://d\u200b/>)"))
