"""Sizes of files are written alike everywhere."""

from __future__ import annotations

import pytest
from PySide6.QtCore import QLocale

from desktop_app.ui.sizes import size_text


@pytest.mark.parametrize(
    ("n_bytes", "text"),
    [
        (0, "0 bytes"),
        (160, "160 bytes"),
        (2_360, "2.4 kB"),
        (98_000_000, "98 MB"),
        (3_200_000, "3.2 MB"),
        (25_400_000_000, "25.4 GB"),
    ],
)
def test_sizes(n_bytes: int, text: str) -> None:
    before = QLocale()
    QLocale.setDefault(QLocale("en_US"))
    try:
        assert size_text(n_bytes) == text
    finally:
        QLocale.setDefault(before)
