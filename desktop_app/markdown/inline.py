"""The text of one leaf becomes runs of one style each. The only module, with `highlight`, that knows a parser by name.

Safe by what it cannot say: raw HTML is text, an image is a link with its alternative text, nothing names a resource
to load. An address is given as it was written; whoever opens it decides what may be opened.
Bounded: a leaf that needs more steps than any honest text is shown as it is.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, replace
from functools import cache

from markdown_it import MarkdownIt
from markdown_it.common.utils import isMdAsciiPunct, isPunctChar, isWhiteSpace
from markdown_it.parser_inline import ParserInline
from markdown_it.rules_inline import StateInline
from markdown_it.rules_inline.state_inline import Scanned
from markdown_it.token import Token
from markdown_it.utils import EnvType

from desktop_app.markdown.addresses import CJK, address_rest
from desktop_app.markdown.definitions import normalise_label
from desktop_app.markdown.display_math import MAX_MATH, SINGLE_DOLLARS, looks_like_tex
from desktop_app.markdown.tables import LINE_BREAK

_STEPS_PER_CHAR = 8
_MIN_STEPS = 2_000

_SPECIAL = re.compile(r"[\\`*_~\[\]<&$:\n]")
_SURROGATE = re.compile("[\ud800-\udfff]")
_TASK = re.compile(r"\[([ xX])\](?:[ \t]+|$)")
_NOTE = re.compile(r"\[\^([^\[\]\s]{1,64})\]")
_DOLLAR_MATH = re.compile(rf"\$\$(?!\s*\$)[^$`]{{1,{MAX_MATH}}}\$\$|{SINGLE_DOLLARS}", re.DOTALL)
_LINE_BREAK = re.compile(rf"{LINE_BREAK.pattern}[ \t]*\n?[ \t]*", LINE_BREAK.flags)
_CJK = re.compile(f"[{CJK}]")


@dataclass(frozen=True, slots=True)
class Run:
    """Text in one style. Texts of all runs in order are the text of the leaf without its markup."""

    text: str
    bold: bool = False
    italic: bool = False
    code: bool = False
    strike: bool = False
    href: str = ""
    """The address of a link as written, of any scheme; "" for text that is no link."""
    is_break: bool = False
    """True for a line break, whatever stands for it in the source; its text is one line end."""
    math: bool = False
    """True for TeX, dollars or backslashes around it included: see `tex_of`."""
    is_note: bool = False
    """True for a reference to a footnote: its label in brackets, and in `href` the address of its text."""


_PLAIN = Run("")


def parse_inline(text: str, definitions: Mapping[str, tuple[str, str]]) -> list[Run]:
    """The runs of a paragraph, heading or table cell. `definitions` are those of its message (`BlockScanner`)."""
    text = text.strip(" \t\n")
    if _SPECIAL.search(text) is None:
        return [Run(text)] if text else []
    if not text.isascii():
        text = _SURROGATE.sub("\ufffd", text)  # half a character cannot be encoded, and Qt would be handed it
    parser = _parser()
    env: EnvType = {"references": _References(definitions)}
    tokens: list[Token] = []
    try:
        parser.inline.parse(text, parser, env, tokens)
    except _TooManySteps:
        return _as_written(text)
    return _merge(_runs(tokens))


def cell_text(cell: str, definitions: Mapping[str, tuple[str, str]]) -> str:
    """What is read in a table cell, on one line."""
    return "".join(" " if run.is_break else run.text for run in parse_inline(cell, definitions))


def task_marker(text: str) -> tuple[bool | None, str]:
    """For the first paragraph of an item: done, open, or None without a `[x]` or `[ ]`; and the text behind it."""
    match = _TASK.match(text)
    if match is None:
        return None, text
    return match[1] != " ", text[match.end() :]


def tex_of(source: str) -> tuple[str, bool]:
    """The TeX of a run with `math`, without what stands around it, and whether it is set as in lines of its own."""
    if source.startswith("$$"):
        return source[2:-2].strip(), True
    return (source[2:-2] if source.startswith("\\") else source[1:-1]).strip(), source.startswith("\\[")


def _as_written(text: str) -> list[Run]:
    lines = [line for one in text.split("\n") for line in (Run("\n", is_break=True), Run(one))]
    return [run for run in lines[1:] if run.text]


# -- the parser -----------------------------------------------------------------------------------------------------------


class _TooManySteps(Exception):
    """The leaf is made to be slow."""


class _References:
    """Link definitions in the form in which markdown-it asks for them, without a copy for each leaf."""

    def __init__(self, definitions: Mapping[str, tuple[str, str]]) -> None:
        self._definitions = definitions

    def get(self, label: str, default: None = None) -> dict[str, str] | None:
        found = self._definitions.get(label) if not label.startswith("^") else None
        return default if found is None else {"href": found[0], "title": found[1]}

    def note(self, label: str) -> str:
        """The address of a footnote's text; "" while there is none."""
        found = self._definitions.get(normalise_label("^" + label))
        return found[0] if found is not None else ""


class _State(StateInline):
    n_steps_left = 0

    def scanDelims(self, start: int, canSplitWord: bool) -> Scanned:  # noqa: N802, N803
        """As CommonMark, but a Chinese, Japanese or Korean neighbour counts like white space behind punctuation.

        These scripts put no space around emphasis: without this `**「重要」**です` would show its asterisks.
        """
        end = start
        while end < self.posMax and self.src[end] == self.src[start]:
            end += 1
        before = self.src[start - 1] if start > 0 else " "
        after = self.src[end] if end < self.posMax else " "
        is_mark_before, is_mark_after = _is_punctuation(before), _is_punctuation(after)
        is_space_before, is_space_after = isWhiteSpace(ord(before)), isWhiteSpace(ord(after))
        frees_before = is_space_before or is_mark_before or _CJK.match(before) is not None
        frees_after = is_space_after or is_mark_after or _CJK.match(after) is not None
        opens = not is_space_after and (not is_mark_after or frees_before)
        closes = not is_space_before and (not is_mark_before or frees_after)
        return Scanned(
            opens and (canSplitWord or not closes or is_mark_before),
            closes and (canSplitWord or not opens or is_mark_after),
            end - start,
        )


def _is_punctuation(char: str) -> bool:
    return isMdAsciiPunct(ord(char)) or isPunctChar(char)


class _Inline(ParserInline):
    """Counts steps, because some texts need a number of them that grows with the square of their length."""

    def parse(self, src: str, md: MarkdownIt, env: EnvType, tokens: list[Token]) -> list[Token]:
        state = _State(src, md, env, tokens)
        state.n_steps_left = _MIN_STEPS + _STEPS_PER_CHAR * len(src)
        self.tokenize(state)
        for rule in self.ruler2.getRules(""):
            rule(state)
        return state.tokens

    def skipToken(self, state: StateInline) -> None:  # noqa: N802
        assert isinstance(state, _State)
        state.n_steps_left -= 1
        if state.n_steps_left < 0:
            raise _TooManySteps
        super().skipToken(state)


class _Parser(MarkdownIt):
    """Leaves addresses as they are: what may be opened is not decided here."""

    def normalizeLink(self, url: str) -> str:  # noqa: N802
        return url

    def normalizeLinkText(self, link: str) -> str:  # noqa: N802
        return link

    def validateLink(self, url: str) -> bool:  # noqa: N802
        return True


@cache
def _parser() -> MarkdownIt:
    parser = _Parser("commonmark", {"html": False})
    parser.inline = _Inline()
    parser.configure("commonmark", {"html": False})
    parser.enable("strikethrough")
    parser.inline.ruler.before("newline", "bare_url", _bare_url)
    parser.inline.ruler.before("escape", "math", _math)
    parser.inline.ruler.before("link", "note", _note)
    parser.inline.ruler.before("autolink", "line_break", _line_break)
    return parser


def _math(state: StateInline, silent: bool) -> bool:
    r"""`$..$`, `$$..$$`, `\(..\)` and `\[..\]`. Before `escape`, which would eat the backslash."""
    start = state.pos
    char = state.src[start]
    end = -1
    if char == "$":
        match = _DOLLAR_MATH.match(state.src, start, state.posMax)
        end = match.end() if match is not None else -1
    elif char == "\\" and state.src[start + 1 : start + 2] in ("(", "["):
        closer = "\\)" if state.src[start + 1] == "(" else "\\]"
        end = state.src.find(closer, start + 2, min(state.posMax, start + MAX_MATH)) + 2
        # `\[not a link\]` is the usual way to write brackets.
        if end < start + 5 or (closer == "\\]" and (_is_index(state) or not looks_like_tex(state.src[start + 2 : end - 2]))):
            end = -1
    if end < 0:
        return False
    if not silent:
        token = state.push("math_inline", "", 0)
        token.content = state.src[start:end]
    state.pos = end
    return True


def _is_index(state: StateInline) -> bool:
    r"""True for a bracket right behind a word or a bracket, as in `arr\[my_index\]`, unless a formula ends there."""
    is_behind_formula = not state.pending and bool(state.tokens) and state.tokens[-1].type == "math_inline"
    return not is_behind_formula and re.match(r"[0-9A-Za-z_)\]]", state.src[state.pos - 1 : state.pos]) is not None


def _line_break(state: StateInline, silent: bool) -> bool:
    """`<br>`, the only HTML that is no text."""
    match = _LINE_BREAK.match(state.src, state.pos, state.posMax)
    if match is None:
        return False
    if not silent:
        state.pending = state.pending.rstrip(" ")
        state.push("hardbreak", "br", 0)
    state.pos = match.end()
    return True


def _note(state: StateInline, silent: bool) -> bool:
    """`[^label]`, once the message has a footnote of that label: else it may be meant as it is written."""
    if not state.src.startswith("[^", state.pos):
        return False
    match = _NOTE.match(state.src, state.pos, state.posMax)
    references = state.env["references"]
    if match is None or not isinstance(references, _References) or not (href := references.note(match[1])):
        return False
    if not silent:
        token = state.push("note", "", 0)
        token.content, token.attrs = f"[{match[1]}]", {"href": href}
    state.pos = match.end()
    return True


def _bare_url(state: StateInline, silent: bool) -> bool:
    """http:// and https:// addresses without brackets around them."""
    if state.src[state.pos] != ":" or state.linkLevel > 0:
        return False
    before = state.src[max(0, state.pos - 6) : state.pos].lower()
    scheme_length = 5 if before.endswith("https") else 4 if before.endswith("http") else 0
    if not scheme_length or re.match("[0-9A-Za-z]", before[:-scheme_length][-1:]):  # in Chinese no space stands before it
        return False
    rest = address_rest(state.src, state.pos, state.posMax)
    if not rest:
        return False
    if not silent:
        scheme = state.src[state.pos - scheme_length : state.pos]
        if not state.pending.endswith(scheme):
            return False
        state.pending = state.pending[:-scheme_length]
        state.push("link_open", "a", 1).attrs = {"href": scheme + rest}
        state.push("text", "", 0).content = scheme + rest
        state.push("link_close", "a", -1)
    state.pos += len(rest)
    return True


# -- tokens to runs -------------------------------------------------------------------------------------------------------


def _runs(tokens: list[Token]) -> list[Run]:
    runs: list[Run] = []
    style = _PLAIN
    outer: list[Run] = []
    for token in tokens:
        if token.nesting > 0:
            outer.append(style)
            style = _opened(style, token)
        elif token.nesting < 0:
            style = outer.pop()
        elif token.type == "image":
            runs.append(_image(token, style))
        elif token.type == "note":
            runs.append(Run(token.content, href=str(token.attrs["href"]), is_note=True))
        elif token.type in ("hardbreak", "softbreak"):
            # A model ends a line where it means to, in verse, in addresses and in Chinese, which has no space to put there.
            runs.append(replace(style, text="\n", is_break=True))
        elif token.content:
            runs.append(replace(style, text=token.content, code=token.type == "code_inline", math=token.type == "math_inline"))
    return runs


def _opened(style: Run, token: Token) -> Run:
    match token.type:
        case "strong_open":
            return replace(style, bold=True)
        case "em_open":
            return replace(style, italic=True)
        case "s_open":
            return replace(style, strike=True)
        case "link_open":
            return replace(style, href=str(token.attrs.get("href", "")))
    return style


def _image(token: Token, style: Run) -> Run:
    """An image as a link with its alternative text: nothing is loaded."""
    source = str(token.attrs.get("src", ""))
    alternative = "".join(" " if run.is_break else run.text for run in _runs(token.children or []))
    return replace(style, text=alternative or source or token.content, href=style.href or source)


def _merge(runs: list[Run]) -> list[Run]:
    merged: list[Run] = []
    for run in runs:
        if merged and not run.is_break and replace(merged[-1], text="") == replace(run, text="") and not run.math:
            merged[-1] = replace(run, text=merged[-1].text + run.text)
        elif run.text:
            merged.append(run)
    while merged and merged[-1].is_break:
        merged.pop()  # as in a browser: it would be an empty line
    return merged
