"""Time from process start to the first painted window, beside a bare PySide6 window; and to the first token.

`python tests/bench/startup.py [--rounds N]` prints one JSON object as its last line:
{"window_ratio": ours / bare, "window_ms": …, "bare_ms": …, "first_token_s": …}. Warm cache, alternating starts,
medians. The moments come from the application itself (HEARTH_TRACE); the bare window notes its first paint alike.
The question for the first token is typed with key events the moment the window is painted.
"""

from __future__ import annotations

import argparse
import json
import os
import signal
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
N_ROUNDS = 9
LIMIT_S = 120

BARE = """
import os, sys, time
from PySide6.QtCore import QTimer
from PySide6.QtWidgets import QApplication, QWidget
class Window(QWidget):
    def paintEvent(self, event):
        super().paintEvent(event)
        with open(os.environ["HEARTH_TRACE"], "a") as file:
            file.write('{"first_paint": %f}\\n' % (time.monotonic_ns() / 1e6))
        QTimer.singleShot(0, app.quit)
app = QApplication(sys.argv[:1])
window = Window()
window.resize(1240, 820)
window.show()
app.exec()
"""


def environment(trace: Path) -> dict[str, str]:
    """Give the environment of a start: no display needed, the trace switched on."""
    platform = os.environ.get("HEARTH_TEST_PLATFORM", "offscreen")
    usual = {name: value for name, value in os.environ.items() if name != "PYTHONDONTWRITEBYTECODE"}
    home = trace.parent / "home"
    places = ("HOME", "XDG_CONFIG_HOME", "XDG_DATA_HOME", "XDG_CACHE_HOME", "XDG_STATE_HOME")
    own = {name: str(home / name.lower()) for name in places}
    return {**usual, **own, "QT_QPA_PLATFORM": platform, "HEARTH_TRACE": str(trace)}


def moments(trace: Path) -> dict[str, float]:
    """Give what has been traced so far, in monotonic milliseconds."""
    found: dict[str, float] = {}
    if trace.exists():
        for line in trace.read_text("utf-8").splitlines():
            found |= json.loads(line)
    return found


def run_until(command: list[str], moment: str, folder: Path) -> float:
    """Start `command`, wait for `moment`, end it in good order; give the milliseconds from its start."""
    trace = Path(tempfile.mkstemp(dir=folder)[1])
    began = time.monotonic_ns() / 1e6
    process = subprocess.Popen(
        command, env=environment(trace), stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
    )
    try:
        while moment not in moments(trace):
            if time.monotonic_ns() / 1e6 - began > LIMIT_S * 1000 or (process.poll() or 0) != 0:
                raise SystemExit(f"{command[:3]} never came to {moment} (exit status {process.poll()})")
            time.sleep(0.01)
        return moments(trace)[moment] - began
    finally:
        if process.poll() is None:
            process.send_signal(signal.SIGTERM)
        process.wait(LIMIT_S)


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rounds", type=int, default=N_ROUNDS)
    n_rounds = parser.parse_args().rounds
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        data = folder / "data"
        # What a double-click starts: no arguments, the person's own folders.
        ours = [str(Path(sys.executable).with_name("hearth"))]
        bare = [sys.executable, "-c", BARE]
        asking = [sys.executable, str(ROOT / "tests" / "driven.py"), "--ask", "Hello", "--", "--data-dir", str(data)]
        times: dict[str, list[float]] = {"ours": [], "bare": [], "token": []}
        for number in range(n_rounds + 1):
            window_ms = run_until(ours, "first_paint", folder)
            bare_ms = run_until(bare, "first_paint", folder)
            if number:  # the first round warms the disk cache
                times["ours"].append(window_ms)
                times["bare"].append(bare_ms)
        for _ in range(3):
            times["token"].append(run_until(asking, "first_token", folder))
    ours_ms, bare_ms = statistics.median(times["ours"]), statistics.median(times["bare"])
    result = {
        "window_ratio": round(ours_ms / bare_ms, 3),
        "window_ms": round(ours_ms, 1),
        "bare_ms": round(bare_ms, 1),
        "first_token_s": round(statistics.median(times["token"]) / 1000, 3),
        "rounds": n_rounds,
    }
    print(json.dumps(result))


if __name__ == "__main__":
    main()
