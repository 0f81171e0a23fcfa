"""What fits a context."""

from __future__ import annotations

import pytest

from desktop_app.engine.context import MIN_ANSWER_TOKENS, check_fit
from desktop_app.errors import ContextFull


def test_a_prompt_that_leaves_room_for_an_answer_fits() -> None:
    check_fit(256 - MIN_ANSWER_TOKENS, 256)


def test_a_longer_prompt_is_refused_with_both_numbers() -> None:
    with pytest.raises(ContextFull) as caught:
        check_fit(256 - MIN_ANSWER_TOKENS + 1, 256)
    assert (caught.value.n_needed, caught.value.n_ctx) == (257, 256)
