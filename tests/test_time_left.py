"""How long work goes on."""

from __future__ import annotations

import pytest

from desktop_app.time_left import seconds_left


@pytest.mark.parametrize(
    ("fraction", "elapsed_s", "expected"),
    [(0.5, 10.0, 10), (0.25, 4.0, 12), (0.9, 9.0, 1), (0.99, 10.0, None), (1.0, 10.0, None), (0.5, 1.0, None), (0.0, 60.0, None)],
)
def test_it_goes_on_as_it_has_gone(fraction: float, elapsed_s: float, expected: int | None) -> None:
    assert seconds_left(fraction, elapsed_s) == expected
