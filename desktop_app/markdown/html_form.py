"""A whole answer as HTML, for a page that stands alone: nothing in it is loaded, and nothing in it runs.

Every text is escaped. An image is a link, a link leads to the web or to mail or is only its text.
"""

from __future__ import annotations

import html
import re
import unicodedata
from collections.abc import Iterator, Mapping

from desktop_app.markdown.exact_code import exact_code
from desktop_app.markdown.inline import Run, parse_inline, task_marker
from desktop_app.markdown.leaf import Container, ContainerKind, Leaf, LeafKind
from desktop_app.markdown.scanner import BlockScanner, code_of, scan
from desktop_app.markdown.tables import split_cells

_LINK = re.compile(r"(?:https?://|mailto:)[^\s\\]+\Z", re.IGNORECASE)
_MAX_LINK = 4000

Tag = tuple[str, str, int]
"""Name, attributes, and what tells it from the next of its kind."""
Definitions = Mapping[str, tuple[str, str]]


def html_form(text: str) -> str:
    """Give the HTML of an answer's text."""
    scanner = scan(text)
    opened: list[Tag] = []
    parts: list[str] = []
    for leaves in _blocks(scanner.leaves):
        wanted = [tag for container in leaves[0].containers for tag in _tags(container)]
        n_common = next((n for n, pair in enumerate(zip(opened, wanted, strict=False)) if pair[0] != pair[1]), None)
        n_common = min(len(opened), len(wanted)) if n_common is None else n_common
        parts += [f"</{name}>\n" for name, _, _ in reversed(opened[n_common:])]
        parts += [f"<{name}{attributes}>" for name, attributes, _ in wanted[n_common:]]
        is_first = len(wanted) > n_common and bool(wanted) and wanted[-1][0] == "li"
        parts.append(_block(leaves, scanner, is_first))
        opened = wanted
    parts += [f"</{name}>\n" for name, _, _ in reversed(opened)]
    return "".join(parts)


def _blocks(leaves: list[Leaf]) -> Iterator[list[Leaf]]:
    """Give the leaves, those that are chunks of one long block together."""
    block: list[Leaf] = []
    for leaf in leaves:
        if block and not leaf.is_continuation:
            yield block
            block = []
        block.append(leaf)
    if block:
        yield block


def _tags(container: Container) -> list[Tag]:
    match container.kind:
        case ContainerKind.QUOTE:
            return [("blockquote", "", container.id)]
        case ContainerKind.NOTE:
            return [("aside", f' title="{_escape(container.marker)}"', container.id)]
    number = re.match(r"\d+", container.marker)
    value = f' value="{int(number[0])}"' if number else ""
    return [("ol" if container.is_ordered else "ul", "", container.list_id), ("li", value, container.id)]


def _block(leaves: list[Leaf], scanner: BlockScanner, is_first_of_item: bool) -> str:
    leaf, definitions = leaves[0], scanner.definitions
    match leaf.kind:
        case LeafKind.FENCE | LeafKind.CODE:
            language = re.sub(r"[^\w+#.-].*", "", leaf.info.strip(), flags=re.DOTALL)
            name = f' class="language-{_escape(language)}"' if language else ""
            return f"<pre><code{name}>{_escape(exact_code(scanner, leaves))}</code></pre>\n"
        case LeafKind.MATH:
            return f"<pre><code>{_escape(code_of(leaves))}</code></pre>\n"
        case LeafKind.RULE:
            return "<hr>\n"
        case LeafKind.TABLE:
            return _table(leaves, definitions)
        case LeafKind.HEADING:
            level = min(6, leaf.level + 1)
            return f"<h{level}>{_inline(_text(leaves), definitions)}</h{level}>\n"
    is_done, text = task_marker(_text(leaves)) if is_first_of_item else (None, _text(leaves))
    box = "" if is_done is None else f'<input type="checkbox" disabled{" checked" if is_done else ""}> '
    content = box + _inline(text, definitions)
    return f"{content}\n" if is_first_of_item and leaf.is_tight else f"<p>{content}</p>\n"


def _text(leaves: list[Leaf]) -> str:
    parts: list[str] = []
    for leaf in leaves:
        if parts:
            parts.append("" if leaf.starts_mid_line else "\n")
        parts.append("\n".join(leaf.lines))
    return "".join(parts)


def _table(leaves: list[Leaf], definitions: Definitions) -> str:
    alignments = leaves[0].alignments
    rows = [split_cells(line)[: len(alignments)] for leaf in leaves for line in leaf.lines]
    parts = ["<table>\n"]
    for number, row in enumerate(rows):
        name = "td" if number else "th"
        cells = [*row, *[""] * (len(alignments) - len(row))]
        parts.append("<tr>")
        for cell, alignment in zip(cells, alignments, strict=True):
            style = f' style="text-align: {alignment}"' if alignment else ""
            parts.append(f"<{name}{style}>{_inline(cell, definitions)}</{name}>")
        parts.append("</tr>\n")
    return "".join([*parts, "</table>\n"])


def _inline(text: str, definitions: Definitions) -> str:
    return "".join(_run(run) for run in parse_inline(text, definitions))


def _run(run: Run) -> str:
    if run.is_break:
        return "<br>\n"
    content = _escape(run.text)
    for is_on, name in ((run.code or run.math, "code"), (run.strike, "s"), (run.italic, "em"), (run.bold, "strong")):
        content = f"<{name}>{content}</{name}>" if is_on else content
    if run.is_note:
        return f"<sup>{content}</sup>"
    if run.href and _is_safe(run.href):
        return f'<a href="{_escape(run.href)}" rel="noopener noreferrer">{content}</a>'
    return content


def _is_safe(href: str) -> bool:
    is_plain = not any(unicodedata.category(one) in ("Cc", "Cf") for one in href)
    return len(href) <= _MAX_LINK and is_plain and _LINK.match(href) is not None


def _escape(text: str) -> str:
    # A browser makes a line feed of a carriage return that it does not see as this.
    return html.escape(text.replace("\0", "\ufffd")).replace("\r", "&#13;")
