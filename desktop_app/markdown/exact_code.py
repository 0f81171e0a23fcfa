"""The code of a block as it stands in the message, byte for byte: what is written into a file."""

from __future__ import annotations

import re
from collections.abc import Sequence

from desktop_app.markdown.leaf import Leaf, LeafKind
from desktop_app.markdown.scanner import BlockScanner, code_of

_LINE_END = re.compile(r"\r\n?|\n")


def exact_code(scanner: BlockScanner, chunks: Sequence[Leaf]) -> str:
    """Give the code of the block whose chunks these are, with the line ends that its lines have in the source.

    Its last line ends, too, as a file of code does; a block without lines is "".
    """
    if not any(leaf.lines for leaf in chunks):
        return ""
    code = code_of(chunks)
    if "\r" not in scanner.source:
        return code + "\n"
    ends = _LINE_END.findall(scanner.source)[chunks[0].first_line + (chunks[0].kind is LeafKind.FENCE) :]
    lines = code.split("\n")
    return "".join(line + (ends[number] if number < len(ends) else "\n") for number, line in enumerate(lines))
