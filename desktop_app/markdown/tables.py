"""The rows of a GFM table: cells and the row of dashes under the header. Source: GFM 0.29, section 4.10."""

from __future__ import annotations

import re

MAX_COLUMNS = 100
"""A wider "table" stays text: a line of 1,500 pipes would cost seconds to lay out."""

LINE_BREAK = re.compile(r"<br[ \t]*/?>", re.IGNORECASE)
"""The only way to break a line in a cell."""

_DELIMITER = re.compile(r":?-+:?")
_ALIGNMENT = {(False, False): "", (True, False): "left", (False, True): "right", (True, True): "center"}


def split_cells(row: str) -> list[str]:
    r"""The cells of one row, without white space around them; `\|` is a pipe inside a cell."""
    pieces = row.strip().split("|")
    parts: list[str] = []
    current = ""
    for piece in pieces[:-1]:
        if piece.endswith("\\"):
            current += piece[:-1] + "|"
            continue
        parts.append(current + piece)
        current = ""
    parts.append(current + pieces[-1])
    if parts and not parts[0]:
        del parts[0]
    if parts and not parts[-1]:
        del parts[-1]
    return [part.strip() for part in parts]


def header_alignments(header: str, delimiter: str) -> tuple[str, ...] | None:
    """left, right, center or "" for each column, or None when the two lines are not the head of a table."""
    if "|" not in header or delimiter[0] not in "|-:" or delimiter.strip("|-: \t"):
        return None
    if len(delimiter) < 2 or (delimiter[0] == "-" and delimiter[1] in " \t"):
        return None
    columns = [column.strip() for column in delimiter.split("|")]
    if not columns[0]:
        del columns[0]
    if columns and not columns[-1]:
        del columns[-1]
    if not 0 < len(columns) <= MAX_COLUMNS or not all(_DELIMITER.fullmatch(column) for column in columns):
        return None
    if len(split_cells(header)) != len(columns):
        return None
    return tuple(_ALIGNMENT[column[0] == ":", column[-1] == ":"] for column in columns)
