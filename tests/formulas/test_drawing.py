"""Formulas that people write are drawn, in this process; what cannot be drawn is an exception and no picture."""

from __future__ import annotations

import re

import pytest

from desktop_app.formulas import drawing
from desktop_app.formulas.protocol import MAX_TEX, Drawing, is_harmless

FORMULAS = (
    r"x^2", r"x_{n+1} = \frac{a}{b}", r"\int_0^1 x^2 \, dx = \frac{1}{3}", r"\sum_{i=1}^{n} i", r"\sqrt[3]{x^2+y^2}",
    r"\begin{bmatrix} 1 & 0 \\ 0 & 1 \end{bmatrix}", r"f(x) = \begin{cases} x & x > 0 \\ -x & \text{otherwise} \end{cases}",
    r"\begin{aligned} a &= b + c \\ &= d \end{aligned}", r"\lim_{x \to 0} \frac{\sin x}{x} = 1", r"\mathbb{R}^n \to \mathcal{F}",
    r"\nabla \times \mathbf{E} = -\frac{\partial \mathbf{B}}{\partial t}", r"\binom{n}{k}", r"\overline{z} \hat{x} \vec{v}",
    r"P(A \mid B)", r"\boxed{E = mc^2}", r"a \equiv b \pmod{n}", r"\left( \frac{1}{1+\frac{1}{x}} \right)", r"\underbrace{a+b}_{3}",
    r"\operatorname{argmax}_\theta", r"\langle \psi | \phi \rangle", r"\cancel{x}", r"x \color{red}{y}", r"a \ne b \le c", r"\bm{x}",
    r"\begin{align} a &= 1 \\ b &= 2 \end{align}", r"\xrightarrow{f}", r"\begin{array}{c|c} a & b \\ \hline c & d \end{array}",
    r"x' = y''", r"\bigl( x \bigr)", r"1{,}000", r"\%", r"a < b", r"90^\circ", r"\overrightarrow{AB}", r"\stackrel{?}{=}", r"\iff",
    r"\begin{pmatrix} a & b \\ c & d \end{pmatrix}^{-1}", r"\begin{vmatrix} a \end{vmatrix}_{2}", r"\not= \notin", r"x \tag{3.1}",
    r"\mathop{\mathrm{argmin}}_x f(x)", r"\text{速度} = \frac{路程}{时间}",
)  # fmt: skip
BAD = (
    r"\frac{", r"\unknowncommand{x}", r"a & b", r"{" * 1_200 + "x" + "}" * 1_200, "😀", "", "x\x00", r"\rule{10000em}{10000em}",
    r"\hspace{9999em}x", "x" * (MAX_TEX + 1),
)  # fmt: skip


@pytest.fixture(autouse=True, scope="module")
def prepared() -> None:
    drawing.prepare()


def numbers(text: str) -> list[str]:
    return re.findall(r'fill="([^"]*)"', text)


@pytest.mark.parametrize("tex", FORMULAS)
@pytest.mark.parametrize("is_display", [False, True])
def test_a_formula_is_drawn(tex: str, is_display: bool) -> None:
    drawn = drawing.draw(tex, is_display)
    assert is_harmless(drawn)
    assert 0 < drawn.width < 60
    assert 0 < drawn.ascent + drawn.depth < 12
    assert "currentColor" in drawn.svg


@pytest.mark.parametrize("tex", BAD)
def test_what_cannot_be_drawn_is_an_exception(tex: str) -> None:
    with pytest.raises(Exception):  # noqa: B017, PT011 (any: the worker catches them all)
        drawing.draw(tex, True)


def test_lines_of_a_formula_do_not_touch() -> None:
    one, two = (drawing.draw(rf"\begin{{aligned}} a &= b {more} \end{{aligned}}", True) for more in ("", r"\\ &= c"))
    assert two.ascent + two.depth > 1.9 * (one.ascent + one.depth)


def test_a_comma_behind_a_fraction_does_not_stand_far_off() -> None:
    alone, followed = drawing.draw(r"\frac{a}{b}", False), drawing.draw(r"\frac{a}{b},", False)
    assert followed.width - alone.width > 0.25


def test_rows_are_not_numbered_unless_somebody_numbered_them() -> None:
    numbered, plain = (drawing.draw(rf"\begin{{align{star}}} a &= 1 \end{{align{star}}}", True) for star in ("", "*"))
    assert numbered.width == plain.width


def test_a_chinese_character_is_left_to_a_font_of_the_system() -> None:
    drawn = drawing.draw("速", False)
    assert ">速</text>" in drawn.svg
    assert 0.9 < drawn.width < 1.1


def test_colours_of_the_text_are_the_readers_and_others_are_kept() -> None:
    assert set(numbers(drawing.draw(r"x + \color{red}{y}", False).svg)) == {"currentColor", "red"}


@pytest.mark.parametrize(
    "tex",
    [
        r"\href{file:///etc/passwd}{x}",
        r"\color{url(file:///etc/passwd)}{x}",
        r"\text{<image href='file:///x'/>}",
        r"&lt;image&gt;",
    ],
)
def test_no_drawing_names_a_file(tex: str) -> None:
    try:
        drawn = drawing.draw(tex, False)
    except Exception:
        return
    assert "file" not in drawn.svg
    assert "image" not in drawn.svg


@pytest.mark.parametrize(
    "body",
    [
        '<image href="file:///etc/passwd"/>', '<image xlink:href="https://example.org/x.png"/>', "<style>@import 'x'</style>",
        '<path d="M 0 0" fill="url(#a)"/>', '<path d="M 0 0" style="fill:red"/>', '<use href="#a"/>', "<text>two</text>",
        '<image x="0" width="1"/>', '<image d="M 0 0"/>', '<path d="M 0 0" href="file:///x"/>',
        '<path d="M 0 0"/><script/>', "<!-- -->", "<g><path/></g>", '<path d="M 0 0" onclick="x"/>', '<rect x="a"/>', "&#65;",
    ],
)  # fmt: skip
def test_a_drawing_with_anything_but_lines_and_letters_is_refused(body: str) -> None:
    head = '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 1 1">'
    assert is_harmless(Drawing(f'{head}<path d="M 0 0 L 1 1 Z " fill="currentColor"/></svg>', 1.0, 1.0, 0.0))
    assert not is_harmless(Drawing(f"{head}{body}</svg>", 1.0, 1.0, 0.0))


@pytest.mark.parametrize(
    ("width", "ascent", "depth"), [(0, 1, 0), (151, 1, 0), (1, 101, 0), (1, 1, 101), (1, 0, 0), (1, float("nan"), 0)]
)
def test_a_drawing_of_no_size_or_too_large_is_refused(width: float, ascent: float, depth: float) -> None:
    svg = '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 1 1"></svg>'
    assert not is_harmless(Drawing(svg, width, ascent, depth))


@pytest.mark.parametrize(
    ("signed", "plain"), [("x=-1", "x=1"), ("(-1)", "(1)"), ("a, -b", "a, b"), ("|-c|", "|c|"), ("a+|-c|", "a+|c|"), ("-1", "1")]
)
def test_a_sign_stands_close_to_its_term(signed: str, plain: str) -> None:
    sign = drawing.draw("-", False).width
    assert drawing.draw(signed, False).width - drawing.draw(plain, False).width < sign + 0.1


@pytest.mark.parametrize(("between", "before"), [("a-b", "ab"), ("(a)-b", "(a)b"), ("|a|-b", "|a|b"), ("5!-b", "5!b")])
def test_a_minus_between_two_terms_has_room(between: str, before: str) -> None:
    sign = drawing.draw("-", False).width
    assert drawing.draw(between, False).width - drawing.draw(before, False).width > sign + 0.2
