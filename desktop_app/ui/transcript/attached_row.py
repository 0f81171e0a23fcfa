"""How large the row of an attached file is, and how its size is said."""

from __future__ import annotations

from desktop_app.chat.attachment import Attachment
from desktop_app.ui.sizes import size_text
from desktop_app.ui.transcript.formats import Formats

HEIGHT = 32
BELOW = 6
"""Between the last row and the text."""
ICON = 16
GAP = 8


def row_width(formats: Formats, attachment: Attachment) -> int:
    """Give the width that a row needs."""
    metrics = formats.name_metrics
    return ICON + 3 * GAP + round(metrics.horizontalAdvance(attachment.name) + metrics.horizontalAdvance(size_of(attachment)))


def size_of(attachment: Attachment) -> str:
    """Give the size of a file in words."""
    return size_text(attachment.n_bytes)
