"""How long a model thinks before it answers. Told the time, so that it needs no clock of its own."""

from __future__ import annotations

from desktop_app.chat.reasoning_stream import ReasoningStream


class ReasoningClock:
    """Measures while an answer comes in pieces: from the first of them to the closing tag of the reasoning."""

    def __init__(self, earlier: str = "") -> None:
        """`earlier`: what the answer says already, when it is continued."""
        self._stream = ReasoningStream()
        self._began_s: float | None = None
        self._thought_s = 0.0
        self._stream.feed(earlier)

    def feed(self, text: str, now_s: float) -> None:
        """Take the next piece, which came at `now_s` of any clock."""
        if self._began_s is None:
            self._began_s = now_s
        was_thinking = self._stream.is_thinking
        thought, _ = self._stream.feed(text)
        if thought or was_thinking or self._stream.is_thinking:
            self._thought_s = now_s - self._began_s

    @property
    def reasoning_ms(self) -> float:
        """What it has measured so far; 0.0 when there is no reasoning."""
        return self._thought_s * 1000
