"""From what is typed to the value of a parameter."""

from __future__ import annotations

import re
from typing import Any

from desktop_app.engine.parameters import FORM_CHARACTERS_MAX, KNOWN_SAMPLERS, RANGES, SamplingParameters, usable

N_LINES_MAX = 1000
"""No parameter takes more; a page that was pasted by mistake is not read to its end on the window's thread."""
N_DIGITS_MAX = 64
_SIGNS = str.maketrans({"，": ",", "．": ".", "−": "-", "－": "-"})
"""As they come from a Chinese keyboard, or out of a page."""
_ESCAPES = {"n": "\n", "t": "\t", "r": "\r"}


def read(name: str, text: str) -> Any:
    """Give the value of the parameter `name` that `text` means. Raises: ValueError when it makes no sense there."""
    value = _number(name, text) if name in RANGES else _lines(name, text)
    found = usable(name, value)
    if found is None:
        raise ValueError(name)
    return found


def _number(name: str, text: str) -> float:
    text = text.strip().translate(_SIGNS)
    if "_" in text or len(text) > N_DIGITS_MAX:
        raise ValueError(name)
    if isinstance(getattr(SamplingParameters, name), int):
        # In a whole number these part the thousands: "1,000" is not one.
        text = re.sub(r"(?<=\d)[,.](?=\d{3}(?!\d))", "", text)
    number = float(text.replace(",", "."))
    return int(number) if number.is_integer() and abs(number) < 2**53 else number


def _lines(name: str, text: str) -> tuple[Any, ...]:
    # White space may be what is meant: only line ends part the values.
    lines = [line for line in text[: FORM_CHARACTERS_MAX + 1].split("\n") if line]
    if len(text) > FORM_CHARACTERS_MAX or len(lines) > N_LINES_MAX:
        raise ValueError(name)
    if name == "logit_bias":
        return tuple(_bias(line) for line in lines if line.strip())
    if name != "samplers":
        return tuple(re.sub(r"\\(.)", lambda found: _ESCAPES.get(found[1], found[1]), line) for line in lines)
    names = tuple(part.strip() for line in lines for part in re.split("[;,；，、]", line) if part.strip())
    if not set(names) <= set(KNOWN_SAMPLERS):
        raise ValueError(name)
    return names


def _bias(line: str) -> tuple[int, float]:
    token, _, bias = line.replace("：", ":").translate(_SIGNS).partition(":")
    return int(token), float(bias)
