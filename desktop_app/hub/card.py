"""A model card as Markdown to be read: its pages are written for a browser, with markup and pictures that we do not show."""

from __future__ import annotations

import html
import re
from collections.abc import Iterator

_FENCE = re.compile(r" {0,3}(`{3,}|~{3,})")
_TOKEN = re.compile(
    r"(?P<code>`+)[^`]*(?P=code)"
    r"|<(?P<end>/?)(?P<tag>[A-Za-z][A-Za-z0-9]*)(?P<rest>[^<>]*)>"
    r"|!\[[^\[\]]*\](?:\([^()]*\)|\[[^\[\]]*\])"
)
"""Code, a tag of HTML, or a picture. No part of it can look far ahead, so that a card of any kind is read in one go."""
_HREF = re.compile(r"""\bhref\s*=\s*["']?(https?://[^\s"'<>()]+)""", re.IGNORECASE)
_EMPTY_LINK = re.compile(r"\[\s*\]\([^()]*\)")
_BLANK_LINES = re.compile(r"\n(?:[ \t]*\n){2,}")
_HIDDEN = (("<!--", "-->"), ("<script", "</script>"), ("<style", "</style>"), ("<svg", "</svg>"))
_APART = {"p", "div", "center", "details", "section", "article", "table", "ul", "ol", "figure", "blockquote", "pre", "tr", "hr"}
_AROUND = {"b": "**", "strong": "**", "i": "*", "em": "*", "code": "`", "kbd": "`", "del": "~~", "s": "~~"}
_LINE_LOOK_BACK = 2_000


def readable(text: str) -> str:
    """Give the text without HTML and pictures: links, headings, items and emphasis become those of Markdown.

    What stands in code is left as it is.
    """
    parts = (part if is_code else _cleaned(part) for is_code, part in _parts(text))
    return "".join(parts).strip()


def _parts(text: str) -> Iterator[tuple[bool, str]]:
    """Give whether it is a block of code, and its text with all ends of lines."""
    lines: list[str] = []
    fence = ""
    for line in text.splitlines(keepends=True):
        match = _FENCE.match(line)
        if fence:
            lines.append(line)
            if match and match[1].startswith(fence) and not line.strip().strip(fence[0]):
                yield True, "".join(lines)
                lines, fence = [], ""
        elif match:
            yield False, "".join(lines)
            lines, fence = [line], match[1]
        else:
            lines.append(line)
    yield bool(fence), "".join(lines)


def _cleaned(text: str) -> str:
    for start, end in _HIDDEN:
        text = _without(text, start, end)
    # Indented by the page's author, which in Markdown would make code of what is in the tags.
    lines = (line.lstrip() if line.lstrip().startswith("<") else line for line in text.splitlines(keepends=True))
    links: list[str] = []
    joined = "".join(lines)
    plain = _EMPTY_LINK.sub("", _TOKEN.sub(lambda match: _markdown(match, joined, links), joined))
    return _BLANK_LINES.sub("\n\n", plain)


def _without(text: str, start: str, end: str) -> str:
    """Give the text without what stands between two marks; an open end reaches to the last letter."""
    kept, position, lower = [], 0, text.lower()
    while (found := lower.find(start, position)) >= 0:
        kept.append(text[position:found])
        closed = lower.find(end, found)
        if closed < 0:
            return "".join(kept)
        position = closed + len(end)
    return "".join((*kept, text[position:]))


def _markdown(match: re.Match[str], text: str, links: list[str]) -> str:
    """Give what stands for one token. `links`: addresses of links that are open."""
    if match["code"]:
        return match[0]
    if not match["tag"]:  # a picture
        return ""
    tag, is_end = match["tag"].lower(), bool(match["end"])
    if tag == "a":
        return _link(is_end, match["rest"], links)
    if tag in _AROUND:
        return _AROUND[tag]
    is_in_table = _is_in_table(text, match.start())
    if tag == "br":
        return " " if is_in_table else "\n\n"
    if tag in ("td", "th"):
        return " " if is_end else ""
    if tag == "li":
        return "" if is_end else "\n- "
    if tag == "summary":
        return "**\n\n" if is_end else "\n\n**"
    if re.fullmatch(r"h[1-6]", tag):
        return "\n\n" if is_end else "\n\n" + "#" * int(tag[1]) + " "
    return "\n\n" if tag in _APART and not is_in_table else ""


def _link(is_end: bool, attributes: str, links: list[str]) -> str:
    if not is_end:
        found = _HREF.search(attributes)
        links.append(html.unescape(found[1]) if found else "")
        return "[" if found else ""
    address = links.pop() if links else ""
    return f"]({address})" if address else ""


def _is_in_table(text: str, position: int) -> bool:
    """Tell whether the line at `position` is a row of a table, which must stay one line."""
    start = text.rfind("\n", max(0, position - _LINE_LOOK_BACK), position) + 1
    return text.startswith("|", start)
