"""A12, the crash loop: after two ends soon after their starts the next start loads no model, and says so.

The shapes of text that once stalled or ended such programs are in `test_a12_poison`.
"""

from __future__ import annotations

import json
import signal
from pathlib import Path

import psutil
import pytest

from desktop_app.logs import crash_file
from desktop_app.paths import Paths
from tests.reliability.killed import Driven

FAKE = "--engine=--words 100000 --rate 100"


def _started(folder: Path) -> tuple[Driven, bool]:
    """Start it, wait until a question is stored, and say whether an engine was begun by then: that comes first."""
    driven = Driven(folder, "--ask", "Why", FAKE)
    with driven._changed:
        is_there = driven._changed.wait_for(lambda: driven.said.asked or driven.process.poll() is not None, 60)
    assert is_there and driven.said.asked, driven.end()
    children = psutil.Process(driven.process.pid).children(recursive=True)
    return driven, any("engine_worker" in " ".join(child.cmdline()) for child in children if child.is_running())


@pytest.mark.posix("signals of posix")
def test_the_third_start_in_a_row_loads_no_model_and_a_good_end_makes_all_as_usual(tmp_path: Path) -> None:
    note = Paths.under(tmp_path).starts
    had_engine = []
    for _ in range(2):
        driven, has_engine = _started(tmp_path)
        had_engine.append(has_engine)
        driven.kill()
        driven.close()
    assert len(json.loads(note.read_text())["starts"]) == 2

    third, has_engine = _started(tmp_path)
    third.process.send_signal(signal.SIGTERM)
    status = third.process.wait(20)
    third.close()

    # The first two are the control: what is looked for is there when a model is loaded.
    assert (had_engine, has_engine) == ([True, True], False)
    assert status == 0 and not note.exists()


@pytest.mark.posix("signals of posix")
def test_a_crash_leaves_where_it_was_and_no_word_of_a_conversation(tmp_path: Path) -> None:
    driven, _ = _started(tmp_path)
    driven.process.send_signal(signal.SIGSEGV)
    status = driven.process.wait(20)
    driven.close()

    written = crash_file(Paths.under(tmp_path).logs).read_text()
    assert status == -signal.SIGSEGV
    assert "Segmentation fault" in written and "in _run_application" in written
    assert driven.said.asked[0] not in written and "Why" not in written
