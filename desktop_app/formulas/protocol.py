"""What the window and the process that draws formulas say to each other: one JSON object a line.

Pure values, light to import: both sides need them. What is refused here costs neither side any work.
"""

from __future__ import annotations

import json
import re
from functools import cache
from typing import Any

from desktop_app.record import Record

VERSION = 1
MAX_TEX = 4_000
"""Characters. The longest formula of a textbook page has some 1,500."""
MAX_SVG = 400_000
"""Characters: some 800 letters and marks. Measured: the window takes 9 ms to check and paint such a drawing."""
MAX_LINE_BYTES = 2 * MAX_SVG
MAX_EM = (150.0, 100.0)
"""Widest and highest drawing, in sizes of the font: what is larger is no formula that anybody reads."""


class Drawing(Record):
    """A formula, drawn. Sizes are multiples of the font's size; `currentColor` in `svg` stands for the text's colour."""

    svg: str
    width: float
    ascent: float
    """From the baseline up to the top."""
    depth: float
    """From the baseline down to the bottom."""


class DrawRequest(Record):
    """Ask for one formula."""

    task: int
    tex: str
    is_display: bool


class Drawn(Record):
    """The answer to one request: a drawing, or None and why, as the name of the exception."""

    task: int
    drawing: Drawing | None = None
    problem: str = ""


def encode_request(request: DrawRequest) -> bytes:
    """Give the line that asks."""
    return _line({"v": VERSION, "task": request.task, "tex": request.tex, "display": request.is_display})


def decode_request(line: bytes) -> DrawRequest:
    """Give what is asked. Raises: ValueError when the line is none of ours."""
    fields = _fields(line)
    try:
        return DrawRequest(int(fields["task"]), str(fields["tex"]), bool(fields["display"]))
    except (KeyError, TypeError) as error:
        raise ValueError("no request") from error


def encode_answer(answer: Drawn) -> bytes:
    """Give the line that answers."""
    drawing = answer.drawing.as_dict() if answer.drawing is not None else None
    return _line({"v": VERSION, "task": answer.task, "drawing": drawing, "problem": answer.problem})


def decode_answer(line: bytes) -> Drawn:
    """Give an answer. Raises: ValueError when the line is none of ours, or its drawing holds what no drawing of ours does."""
    fields = _fields(line)
    try:
        found = fields["drawing"]
        drawing = None
        if found is not None:
            drawing = Drawing(str(found["svg"]), float(found["width"]), float(found["ascent"]), float(found["depth"]))
        answer = Drawn(int(fields["task"]), drawing, str(fields["problem"]))
    except (KeyError, TypeError) as error:
        raise ValueError("no answer") from error
    if drawing is not None and not is_harmless(drawing):
        raise ValueError("no drawing")
    return answer


def is_harmless(drawing: Drawing) -> bool:
    """Say whether a drawing is of a size that can be shown and holds lines and letters only."""
    width, height = drawing.width, drawing.ascent + drawing.depth
    has_size = 0 < width <= MAX_EM[0] and 0 < height <= MAX_EM[1] and -MAX_EM[1] < drawing.depth < MAX_EM[1]
    return has_size and len(drawing.svg) <= MAX_SVG and _drawing().fullmatch(drawing.svg) is not None


@cache
def _drawing() -> re.Pattern[str]:
    """Give every element and attribute that a drawing may hold: nothing in it can name a file or an address."""
    colour = r"currentColor|none|[a-zA-Z]{3,20}|\#[0-9a-fA-F]{3,8}"
    number = r"-?[0-9.]{1,12}(?:e-?[0-9]{1,2})?"
    names = "x|y|width|height|rx|ry|cx|cy|stroke-width|font-size"
    attribute = rf'(?:fill|stroke)="(?:{colour})"|(?:{names})="{number}"'
    return re.compile(
        rf'<svg xmlns="http://www\.w3\.org/2000/svg" viewBox="{number} {number} {number} {number}">'
        rf'(?:<(?:path(?: d="[-MLQCZ0-9. e]*+"| (?:{attribute}))*|(?:rect|ellipse)(?: (?:{attribute}))*)/>'
        rf"|<text(?: (?:{attribute}))*>[^<>&]</text>)*+</svg>"
    )


def _line(fields: dict[str, Any]) -> bytes:
    return json.dumps(fields, separators=(",", ":")).encode() + b"\n"


def _fields(line: bytes) -> dict[str, Any]:
    fields = json.loads(line)
    if not isinstance(fields, dict) or fields.get("v") != VERSION:
        raise ValueError("another version")
    return fields
