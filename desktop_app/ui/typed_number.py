"""Numbers as a person writes them: in the notation of their language, and else as computers do."""

from __future__ import annotations

import math

from PySide6.QtCore import QLocale

_SIGNS = str.maketrans({"−": "-", "－": "-", "．": "."})
"""As they come from a Chinese keyboard, or out of a page."""


def number_in(text: str, locale: QLocale) -> float | None:
    """Give the number that `text` is; None when it is none."""
    text = text.strip()
    number, is_number = locale.toDouble(text)
    if not is_number:
        try:
            number = float(text.translate(_SIGNS)) if "_" not in text else math.nan
        except ValueError:
            return None
    return number if math.isfinite(number) else None


def number_text(number: float, locale: QLocale) -> str:
    """Give a number with all the digits that it needs, and no more."""
    is_plain = number == 0 or 1e-6 <= abs(number) < 1e15
    exact = QLocale.FloatingPointPrecisionOption.FloatingPointShortest.value
    return locale.toString(float(number), "f" if is_plain else "g", exact)
