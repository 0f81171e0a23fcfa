"""Runs of one leaf: styles as CommonMark has them, nothing lost, nothing loaded, nothing slow."""

from __future__ import annotations

import string
import sys
from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from desktop_app.markdown import inline
from desktop_app.markdown.inline import Run, cell_text, parse_inline, task_marker

MARKUP = "*a_[](<b>)!`~$\\&;:/. \n1中。「」"
HOSTILE = (
    "*a_", "[", "![", "[a](", "[a](<b", "`", "``a`", "*", "_a", "**a", "~~a~", "$a ", "\\(", "<a ", "&amp", "a*_b", "[a][b]", "![[",
    "[[]", "https://", "http://a.b/c) ", "<http:", '[x](y "', "\\[", "$$ ", "~", "][", "**a*", "[a]: ", "<!--", "<br>a", "<br ", "\\", "http://a.b/c*",
)  # fmt: skip


def _text(runs: list[Run]) -> str:
    return "".join(run.text for run in runs)


def _one(text: str) -> Run:
    runs = parse_inline(text, {})
    assert len(runs) == 1
    return runs[0]


@pytest.mark.parametrize(
    ("text", "run"),
    [
        ("**a**", Run("a", bold=True)),
        ("*a*", Run("a", italic=True)),
        ("***a***", Run("a", bold=True, italic=True)),
        ("`a*b`", Run("a*b", code=True)),
        ("~~a~~", Run("a", strike=True)),
        ("[a](/u 'title')", Run("a", href="/u")),
        ("**[a](<x y>)**", Run("a", bold=True, href="x y")),
        ("<https://a.b>", Run("https://a.b", href="https://a.b")),
        ("https://a.b/c_d_e", Run("https://a.b/c_d_e", href="https://a.b/c_d_e")),
        ("HTTP://a.b", Run("HTTP://a.b", href="HTTP://a.b")),
        ("![alt *text*](file:///etc/passwd)", Run("alt text", href="file:///etc/passwd")),
        ("![](https://a.b/?q=secret)", Run("https://a.b/?q=secret", href="https://a.b/?q=secret")),
        ("[![alt](img)](link)", Run("alt", href="link")),
        ("$x_1 * y_2$", Run("$x_1 * y_2$", math=True)),
        ("\\(x_1 * y_2\\)", Run("\\(x_1 * y_2\\)", math=True)),
        ("$$a$$", Run("$$a$$", math=True)),
        ("\\*a\\* &amp; b", Run("*a* & b")),
        ("<b onclick='x'>a</b>", Run("<b onclick='x'>a</b>")),
        ("\\[not a link\\]", Run("[not a link]")),
        ("$5 and $6", Run("$5 and $6")),
        ("US$5-US$6", Run("US$5-US$6")),
        ("${name}_${id}", Run("${name}_${id}")),
        ("$HOME/$USER", Run("$HOME/$USER")),
        ("$a + b$_c", Run("$a + b$_c")),
        ("a_b_c", Run("a_b_c")),
        ("http://", Run("http://")),
        ("xhttp://a.b", Run("xhttp://a.b")),
        ("1https://a.b", Run("1https://a.b")),
    ],
)
def test_markup_becomes_a_run(text, run):
    assert _one(text) == run


@pytest.mark.parametrize("text", ["$5 and `$HOME`", "$5 and `code` and $", "$$ and `$$` is", "$5 `a` and ``b`` $", "$a\\`b` $c"])
def test_no_formula_reaches_over_code(text):
    assert not any(run.math for run in parse_inline(text, {}))
    assert any(run.code for run in parse_inline(text, {})) or "\\`" in text


@pytest.mark.parametrize("text", ["$x$是", "the $n$th", "$k$-th", "($x$)", "$x$é", "all $n$s", "$2$nd.", "$x$"])
def test_what_stands_behind_a_formula(text):
    assert [run.text[0] + run.text[-1] for run in parse_inline(text, {}) if run.math] == ["$$"]


def test_line_breaks_are_runs_of_their_own():
    for text in ("a  \nb", "a\\\nb", "a\nb", "a \n  b"):
        assert parse_inline(text, {}) == [Run("a"), Run("\n", is_break=True), Run("b")]


def test_no_space_comes_between_the_lines_of_a_chinese_poem():
    assert _text(parse_inline("床前明月光，\n疑是地上霜。", {})) == "床前明月光，\n疑是地上霜。"


def test_a_line_may_end_in_a_link_and_in_what_stands_for_an_image():
    assert parse_inline("[a\nb](/u)", {}) == [
        Run("a", href="/u"), Run("\n", href="/u", is_break=True), Run("b", href="/u"),
    ]  # fmt: skip
    assert parse_inline("![a\nb](/u)", {}) == [Run("a b", href="/u")]


@pytest.mark.parametrize("text", ["`a\nb`", "$a\nb$"])
def test_a_line_end_in_code_and_in_a_formula_breaks_no_line(text):
    assert not any(run.is_break for run in parse_inline(text, {}))


@pytest.mark.parametrize("text", ["a<br>b", "a<br/>b", "a <BR /> b", "a<br>\n b", "a  <br>  \nb<br>"])
def test_the_line_break_of_html_breaks_a_line(text):
    assert parse_inline(text, {}) == [Run("a"), Run("\n", is_break=True), Run("b")]


@pytest.mark.parametrize("text", ["a<brx>b", "a<b r>b", "a<br", "a<br class=x>b", "a</br>b", "a\\<br>b", "`<br>`"])
def test_other_html_stays_text(text):
    assert _one(text).text == text.replace("\\", "").replace("`", "")


def test_a_cell_is_read_on_one_line():
    assert cell_text("a **b**<br>c", {}) == "a b c"


@pytest.mark.parametrize(
    ("text", "bold"),
    [
        ("**「重要」**です", "「重要」"),
        ("这是**重点:**内容", "重点:"),
        ("这是**“重点”**内容", "“重点”"),
        ("한국어**(강조)**입니다", "(강조)"),
        ("**注意：**请看", "注意："),
    ],
)
def test_emphasis_without_spaces_around_it_works_in_chinese_japanese_and_korean(text, bold):
    assert [run.text for run in parse_inline(text, {}) if run.bold] == [bold]


def test_emphasis_in_latin_text_stays_as_commonmark_has_it():
    assert not any(run.bold for run in parse_inline('a**"b"**c', {}))


@pytest.mark.parametrize(
    ("text", "href"),
    [
        ("see https://a.b/c.", "https://a.b/c"),
        ("(https://a.b/c)", "https://a.b/c"),
        ("https://a.b/c_(d)", "https://a.b/c_(d)"),
        ("**https://a.b**", "https://a.b"),
        ("https://a.b/中文，后面", "https://a.b/中文"),
        ("请访问https://example.com查看", "https://example.com"),
        ("访问 https://example.com的网站", "https://example.com"),
        ("見てhttps://a.b:80/c?d=日本#e です", "https://a.b:80/c?d=日本#e"),
        ("https://a.b?日本", "https://a.b?日本"),
        ("링크는http://localhost:8080입니다", "http://localhost:8080"),
        ("https://例え.jp/c", "https://例え.jp/c"),
        ("éhttps://a.b", "https://a.b"),
        ("`code` https://a.b?q=1&r=2!", "https://a.b?q=1&r=2"),
    ],
)
def test_the_end_of_a_bare_address_is_found(text, href):
    runs = parse_inline(text, {})
    assert [run.href for run in runs if run.href] == [href]
    assert [run.text for run in runs if run.href] == [href]


def test_text_behind_a_bare_address_stays_text():
    assert parse_inline("访问 https://example.com的网站。", {}) == [
        Run("访问 "), Run("https://example.com", href="https://example.com"), Run("的网站。"),
    ]  # fmt: skip


def test_an_address_inside_of_a_link_is_no_link_of_its_own():
    assert parse_inline("[https://a.b](/u)", {}) == [Run("https://a.b", href="/u")]


@pytest.mark.parametrize(
    "href", ["javascript:alert(1)", "file:///etc/passwd", "data:text/html,x", "smb://h/s", "HTTPS://A.B/ö", "//h/x", "x&y"]
)
def test_an_address_is_given_as_it_was_written(href):
    for text in (f"[a]({href})", f"![a]({href})", f"[a](<{href}>)"):
        assert [run.href for run in parse_inline(text, {})] == [href]


def test_links_find_their_definitions():
    definitions = {"FOO BAR": ("/u", "title")}
    for text in ("[Foo  bar]", "[foo bar][]", "[x][foo bar]", "![foo bar]"):
        assert [run.href for run in parse_inline(text, definitions)] == ["/u"]
    assert parse_inline("[unknown]", definitions) == [Run("[unknown]")]


@given(st.text(alphabet=string.ascii_letters + string.digits + " ,.;()-\"'é中", max_size=200))
def test_plain_text_is_itself(text):
    assert _text(parse_inline(text, {})) == text.strip(" ")


@settings(max_examples=500, deadline=None)
@given(st.text(alphabet=MARKUP, max_size=120))
def test_no_letter_is_lost_and_none_is_made_up(text):
    # Addresses do not show, so links are left out here; the next test has them.
    text = text.replace("](", "] (").replace("<", "").replace("&", "")
    shown = [char for char in _text(parse_inline(text, {})) if char.isalnum() or char in "中。「」"]
    assert shown == [char for char in text if char.isalnum() or char in "中。「」"]


@settings(max_examples=500, deadline=None)
@given(st.text(alphabet=MARKUP, max_size=120) | st.text(max_size=80))
def test_any_text_gives_runs_of_text_with_addresses_that_stand_in_it(text):
    runs = parse_inline(text, {})
    assert all(run.text for run in runs)
    assert all((run.text == "\n") == run.is_break or "\n" in text for run in runs)
    for run in runs:
        run.text.encode()  # no half characters
        scheme = run.href.partition(":")[0]
        assert not run.href or scheme == "mailto" or "&" in text or "\\" in text or scheme in text or "\ufffd" in run.href


@settings(max_examples=300, deadline=None)
@given(st.text(alphabet=MARKUP, max_size=60), st.text(alphabet=MARKUP, max_size=60))
def test_neighbouring_runs_differ_in_style(left, right):
    runs = parse_inline(left + right, {})
    for one, other in pairwise(runs):
        same = (one.bold, one.italic, one.code, one.strike, one.href) == (
            other.bold,
            other.italic,
            other.code,
            other.strike,
            other.href,
        )
        assert not same or one.is_break or other.is_break or one.math or other.math


def test_half_a_character_becomes_a_replacement_character():
    assert _one("a\ud800*").text == "a\ufffd*"


@pytest.mark.parametrize("unit", HOSTILE)
def test_a_hostile_leaf_takes_a_bounded_number_of_steps(unit, monkeypatch):
    n_calls = 0

    def count(*_):
        nonlocal n_calls
        n_calls += 1

    text = (unit * 3_200)[:3_200]
    sys.setprofile(count)
    try:
        runs = parse_inline(text, {})
    finally:
        sys.setprofile(None)
    assert runs
    # An honest leaf of this length takes about 30,000 calls; 600,000 are about 50 ms.
    assert n_calls < 600_000


def test_a_leaf_with_too_many_steps_is_shown_as_written(monkeypatch):
    monkeypatch.setattr(inline, "_MIN_STEPS", 0)
    monkeypatch.setattr(inline, "_STEPS_PER_CHAR", 0)
    assert parse_inline("a [b](c)\n*d*", {}) == [
        Run("a [b](c)"), Run("\n", is_break=True), Run("*d*"),
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("[x] done", (True, "done")),
        ("[X] done", (True, "done")),
        ("[ ] open", (False, "open")),
        ("[ ]", (False, "")),
        ("[x]no", (None, "[x]no")),
        ("[y] no", (None, "[y] no")),
        ("text [x] no", (None, "text [x] no")),
    ],
)
def test_task_markers(text, expected):
    assert task_marker(text) == expected
