"""The reading column: as wide as it may be, in the middle of what is there."""

from __future__ import annotations

from PySide6.QtWidgets import QHBoxLayout, QWidget


def in_column(content: QWidget, width: int) -> QHBoxLayout:
    """Give a layout that holds `content` centred and at most `width` pixels wide."""
    content.setMaximumWidth(width)
    row = QHBoxLayout()
    row.setContentsMargins(0, 0, 0, 0)
    row.setSpacing(0)
    row.addStretch(1)
    # So large that the spaces at its sides get nothing before it is as wide as it may be.
    row.addWidget(content, 100_000)
    row.addStretch(1)
    return row
