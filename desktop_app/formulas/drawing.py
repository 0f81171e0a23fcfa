"""One formula becomes an SVG: ziamath does the work, and here is what it gets wrong.

The only module that knows ziamath. Slow to import (0.25 s), and some texts keep it busy for ever: only the process
that draws formulas imports it.
"""

from __future__ import annotations

import re
import xml.etree.ElementTree as ET

from ziafont.fonttypes import BBox
from ziafont.glyph import SimpleGlyph
from ziafont.svgpath import fmt
from ziamath.config import config
from ziamath.drawable import Drawable
from ziamath.mathfont import MathFont
from ziamath.nodes.mnode import Mnode
from ziamath.tex import tex2mml
from ziamath.zmath import Math, loadedfonts

from desktop_app.formulas.protocol import MAX_TEX, Drawing, is_harmless

SIZE = 100.0
"""Pixels of the font in a drawing: with one digit behind the point it is exact to a thousandth of a letter's height."""
_SMALLEST = 0.45
"""Scripts of scripts get no smaller than this part of the text."""

_ENVIRONMENT = re.compile(r"\\(begin|end)\s*\{(\w+\*?)\}")
_SCRIPT = re.compile(r"\s*[\^_]")
_NUMBER_OF_EQUATION = re.compile(r"\\tag\*?\s*\{([^{}]*)\}")
_NUMBERED = re.compile(r"\\(begin|end)\s*\{(align|alignat|gather|equation)\}")
_NOT_EQUAL = re.compile(r"\\not\s*=")
_NO_PICTURE = re.compile(r"\\(?:label\s*\{[^{}]*\}|nonumber(?![a-zA-Z])|notag(?![a-zA-Z]))")
_CLOSE_ROWS = re.compile(r"<mtable(?![^>]*rowspacing)")
_NAMED_OPERATOR = re.compile(r"\\mathop\s*\{\s*\\(?:mathrm|text|rm|operatorname)\s*\{([^{}]*)\}\s*\}")
# Chinese, Japanese and Korean: one such character is as wide as it is high.
_WIDE = re.compile("[\u1100-\u11ff\u2e80-\u303f\u3040-\u9fff\ua960-\ua97f\uac00-\ud7ff\uf900-\ufaff\ufe30-\ufe4f\uff00-\uffef]")
_SIGNS, _CLOSING, _BARS = tuple("+−±∓"), tuple(")]}⟩⌋⌉!′"), tuple("|‖∥")
_ATTRIBUTES = {
    "path": ("d", "fill", "stroke", "stroke-width"),
    "rect": ("x", "y", "width", "height", "rx", "fill", "stroke", "stroke-width"),
    "ellipse": ("cx", "cy", "rx", "ry", "fill", "stroke", "stroke-width"),
    "text": ("x", "y", "font-size", "fill"),
}


class NoFormula(ValueError):
    """TeX that ziamath draws wrongly, or not at all."""


def draw(tex: str, is_display: bool) -> Drawing:
    """Give the drawing of `tex`, which has no dollars around it. Raises: whatever ziamath raises, for a text it cannot take."""
    if len(tex) > MAX_TEX:
        raise NoFormula("too long")
    mathml = tex2mml(_mended(tex), inline=not is_display)
    if "\\" in mathml:
        raise NoFormula("an unknown command")  # it would be drawn as its name
    element = ET.fromstring(_with_room(mathml))
    _tell_signs(element)
    element.attrib["mathcolor"] = "currentColor"
    formula = Math(element, SIZE, margin=0)
    svg = formula.svgxml()
    box = formula.node.bbox
    left, right, top, bottom = box.xmin - 1, box.xmax + 1 - _space_behind(formula.node), box.ymax + 1, box.ymin - 1
    view = f"{fmt(left)} {fmt(-top)} {fmt(right - left)} {fmt(top - bottom)}"
    body = "".join(_elements(svg))
    text = f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="{view}">{body}</svg>'
    drawing = Drawing(text, (right - left) / SIZE, top / SIZE, -bottom / SIZE)
    if not is_harmless(drawing):
        raise NoFormula("not a drawing that is shown")
    return drawing


def _space_behind(node: Drawable) -> float:
    """Give the space that ziamath puts behind a fraction even when nothing follows it: a comma would stand far off."""
    while node.mtag == "mrow" and node.nodes:
        node = node.nodes[-1]
    return float(node.size_px("thinmathspace")) if isinstance(node, Mnode) and node.mtag == "mfrac" else 0.0


def _mended(tex: str) -> str:
    """Give `tex` without what ziamath and latex2mathml stumble over."""
    tex = _NO_PICTURE.sub("", tex)
    tex = _with_its_number(tex)
    tex = _NUMBERED.sub(r"\\\1{\2*}", tex)  # a number that nobody wrote would stand in the way of one that somebody did
    tex = _NOT_EQUAL.sub(r"\\neq ", tex)
    tex = _NAMED_OPERATOR.sub(r"\\operatorname{\1}", tex)
    return _with_braces(tex)


def _with_its_number(tex: str) -> str:
    r"""Give `tex` with `\tag{1}` as what it stands for; ziamath would put it at the edge of a page."""
    if "\\begin" in tex:
        return _NUMBER_OF_EQUATION.sub(r"\\qquad (\\text{\1})", tex)
    numbers = [match[1] for match in _NUMBER_OF_EQUATION.finditer(tex)]
    return _NUMBER_OF_EQUATION.sub("", tex) + "".join(rf"\qquad (\text{{{number}}})" for number in numbers)


def _with_braces(tex: str) -> str:
    r"""WORKAROUND for latex2mathml 3.81: `\end{pmatrix}^{-1}` is an AssertionError, in braces it is not."""
    opened: list[int] = []
    places: list[tuple[int, str]] = []
    for match in _ENVIRONMENT.finditer(tex):
        if match[1] == "begin":
            opened.append(match.start())
        elif opened:
            start = opened.pop()
            if _SCRIPT.match(tex, match.end()):
                places += [(start, "{"), (match.end(), "}")]
    for at, brace in sorted(places, reverse=True):
        tex = tex[:at] + brace + tex[at:]
    return tex


def _with_room(mathml: str) -> str:
    """Give `mathml` with more space between rows: ziamath puts the ink of one right below the ink of the other."""
    mathml = mathml.replace('rowspacing="3pt"', 'rowspacing="0.55em"')
    return _CLOSE_ROWS.sub('<mtable rowspacing="0.4em"', mathml)


def _tell_signs(element: ET.Element) -> None:
    """Say which plus and minus are signs: ziamath gives all but the first of a row the space that is between two terms."""
    for row in element.iter():
        awaits_term = True
        for child in row:
            is_operator = child.tag.endswith("}mo")
            if is_operator and awaits_term and child.text in _SIGNS:
                child.attrib.setdefault("form", "prefix")
            # A bar opens where a term is to come, and closes behind one.
            awaits_term = is_operator and child.text not in _CLOSING and (awaits_term or child.text not in _BARS)


def _elements(svg: ET.Element) -> list[str]:
    """Give what is drawn, one after another, with those attributes alone that a drawing may have."""
    found = []
    for element in svg.iter():
        names = _ATTRIBUTES.get(element.tag)
        if names is None:
            continue
        attributes = "".join(f' {name}="{element.attrib[name].strip()}"' for name in names if element.attrib.get(name))
        found.append(f"<{element.tag}{attributes}" + (f">{element.text}</text>" if element.tag == "text" else "/>"))
    return found


# -- the font -------------------------------------------------------------------------------------------------------------


class _WideGlyph(SimpleGlyph):
    """A character that the font of formulas lacks, left to a font of the system: only of wide ones the width is known."""

    def __init__(self, char: str, font: MathFont) -> None:
        unit = font.info.layout.unitsperem
        super().__init__(0, [], BBox(0, unit, -0.12 * unit, 0.88 * unit), font)
        self._char = char

    def advance(self, nextchr: SimpleGlyph | None = None) -> int:
        return int(self.font.info.layout.unitsperem)

    def place(self, x: float, y: float, point_size: float) -> ET.Element:
        element = ET.Element("text", {"x": fmt(x), "y": fmt(y), "font-size": fmt(point_size)})
        element.text = self._char
        return element


class _Font(MathFont):
    """STIX Two Math, which says so when it lacks a character instead of drawing an empty box."""

    def glyph(self, char: str) -> SimpleGlyph:
        if self.glyphindex(char):
            return super().glyph(char)
        if _WIDE.match(char):
            return _WideGlyph(char, self)
        raise NoFormula("a character without a picture")


def prepare() -> None:
    """Set ziamath up; once, before the first formula."""
    config.svg2 = False  # the default says <use>, which QtSvg leaves out
    config.precision = 1
    config.minsizefraction = _SMALLEST
    loadedfonts["default"] = _Font(loadedfonts["default"].info.filename, SIZE)
