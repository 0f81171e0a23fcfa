"""Sizes of files in words: one way of writing them everywhere, in thousands, as the systems' own file lists do."""

from __future__ import annotations

from PySide6.QtCore import QLocale


def size_text(n_bytes: int) -> str:
    """Give a file's size as the person's language writes it: "98 MB", "2.5 GB", "4.3 kB"."""
    # One digit after the point where there is one before it, and of gigabytes always.
    is_below_ten = len(str(n_bytes)) % 3 == 1
    precision = 1 if is_below_ten or n_bytes >= 1_000_000_000 else 0
    return QLocale().formattedDataSize(n_bytes, precision, QLocale.DataSizeFormat.DataSizeSIFormat)
