"""The system ends the application while another program holds the file: nobody is asked, and it goes soon."""

from __future__ import annotations

import signal
import subprocess
import time
from pathlib import Path

import apsw
import pytest

from desktop_app.paths import Paths
from tests.reliability.killed import Driven


@pytest.mark.posix("signals of posix")
def test_terminate_ends_it_within_seconds_although_nothing_can_be_saved(tmp_path: Path) -> None:
    driven = Driven(tmp_path, "--ask", "Why", "--draft", "--engine=--words 100000 --rate 100")
    try:
        driven.wait_for_text()
        other = apsw.Connection(str(Paths.under(tmp_path).database))
        other.set_busy_timeout(5000)
        other.execute("BEGIN IMMEDIATE")
        time.sleep(1.5)  # text of the answer and a draft are waiting now
        began = time.monotonic()
        driven.process.send_signal(signal.SIGTERM)
        try:
            status = driven.process.wait(12)
        except subprocess.TimeoutExpired:
            pytest.fail("it still runs")
        took_s = time.monotonic() - began
        other.execute("ROLLBACK")
        other.close()
    finally:
        driven.close()
    # 5 s for the disk, 3 s for an engine in the middle of an answer.
    assert status == 0 and took_s < 9
