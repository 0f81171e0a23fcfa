"""When each of several connections to the same place may try again."""

from __future__ import annotations

import time

BACK_OFF_MAX_S = 30.0


class Patience:
    """Waits 1, 2, 4 … 30 s after attempts that have brought nothing; when none brings anything, only the first one tries.

    Not thread-safe: whoever uses it holds a lock.
    """

    def __init__(self, n_connections: int) -> None:
        self._n_failures = [0] * n_connections
        """In a row, of each."""
        self._n_barren = 0
        """In a row, of all together."""
        self._again_s = [0.0] * n_connections
        self._quiet_until_s = 0.0

    @property
    def is_down(self) -> bool:
        """Say whether so many attempts in a row have brought nothing that all have been concerned."""
        return self._n_barren >= len(self._n_failures)

    @property
    def quiet_s(self) -> float:
        """Seconds for which the other side wants to be left alone."""
        return max(0.0, self._quiet_until_s - time.monotonic())

    @property
    def retry_s(self) -> float:
        """Seconds until anything is tried again."""
        again_s = self._again_s[0] if self.is_down else min(self._again_s)
        return max(self.quiet_s, again_s - time.monotonic(), 0.0)

    def wait_s(self, index: int) -> float | None:
        """Give the seconds that connection `index` has to wait; None: until others bring something."""
        if self.is_down and index > 0:
            return None
        return max(self.quiet_s, self._again_s[index] - time.monotonic(), 0.0)

    def note_progress(self, index: int) -> None:
        """Something has come over connection `index`."""
        self._n_failures[index] = self._n_barren = 0
        self._again_s[index] = 0.0

    def note_failure(self, index: int) -> None:
        """Nothing has come over connection `index` since it last tried."""
        self._n_failures[index] += 1
        self._n_barren += 1
        self._again_s[index] = time.monotonic() + min(BACK_OFF_MAX_S, 2.0 ** (self._n_failures[index] - 1))

    def note_failure_of_all(self) -> None:
        """There was nothing that any connection could have tried."""
        self.note_failure(0)
        self._n_barren = max(self._n_barren, len(self._n_failures))

    def be_quiet(self, seconds: float) -> None:
        """Let nobody try for so long."""
        self._quiet_until_s = max(self._quiet_until_s, time.monotonic() + seconds)

    def try_now(self) -> None:
        """Wait no longer."""
        self._quiet_until_s = 0.0
        self._again_s = [0.0] * len(self._again_s)
