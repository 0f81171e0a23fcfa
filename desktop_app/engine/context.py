"""What fits the context of `n_ctx` tokens. Nothing is dropped: what does not fit is said with its numbers."""

from __future__ import annotations

from desktop_app.errors import ContextFull

MIN_ANSWER_TOKENS = 8
"""Room that a prompt must leave for its answer: a context that fills up after a word helps nobody."""


def check_fit(n_prompt: int, n_ctx: int) -> None:
    """Raises: ContextFull, when the prompt and the beginning of an answer do not fit."""
    if n_prompt + MIN_ANSWER_TOKENS > n_ctx:
        raise ContextFull(n_needed=n_prompt + MIN_ANSWER_TOKENS, n_ctx=n_ctx)
