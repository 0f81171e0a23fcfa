"""What finding words in the conversation costs: until the reader is at the first match, until all are counted, and the longest
that the window stands still.

`python tests/bench/finding.py [--messages N]` prints the figures as multiples of the calibration loop, each the first time
words are looked for in the conversation and again with other words.
"""

from __future__ import annotations

import argparse
import json
import os
import sys
import time
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[2]))
os.environ["QT_QPA_PLATFORM"] = "offscreen"

from PySide6.QtCore import QCoreApplication, QEvent
from PySide6.QtWidgets import QApplication

from desktop_app.ui.theme import load_theme
from desktop_app.ui.transcript.transcript_view import TranscriptView
from tests.bench import corpus
from tests.bench.transcript import calibration_ms

WORDS = {"none": "xylophone", "phrase": "stays usable even", "common": "the model", "letter": "e"}
N_REPETITIONS = 5


def turn_ms() -> float:
    """Give the CPU time of one turn of the event loop."""
    start = time.process_time()
    QCoreApplication.processEvents()
    return (time.process_time() - start) * 1000


def find_ms(view: TranscriptView, words: str) -> tuple[float, float, float]:
    """Give the time until the search has arrived, until all is counted, and the longest turn after the first."""
    start = time.process_time()
    view.finding.find(words)
    first = (time.process_time() - start) * 1000
    there, turns = 0.0, [0.0]
    while view.finding._timer.isActive() or view.finding._going.is_busy:
        there = there or (0.0 if view.finding._going.is_busy else (time.process_time() - start) * 1000)
        turns.append(turn_ms())
    return there or first, (time.process_time() - start) * 1000, max(turns)


def measure(n_messages: int) -> dict[str, float]:
    """Give all figures, as multiples of the calibration loop."""
    calib = calibration_ms()
    results: dict[str, list[float]] = {}
    messages = corpus.conversation(n_messages)
    for _ in range(N_REPETITIONS):
        view = TranscriptView(load_theme("light", 1.0))
        view.resize(900, 700)
        view.show()
        view.set_messages(messages)
        for _ in range(30):
            QCoreApplication.processEvents()
        view.freeze_memory()
        for when in ("first", "again"):
            for name, words in WORDS.items():
                for kind, cost in zip(("there", "counted", "turn"), find_ms(view, words), strict=True):
                    results.setdefault(f"{name}/{when}/{kind}", []).append(cost / calib)
                view.finding.find("")
        steps = []
        view.finding.find(WORDS["common"])
        while view.finding._timer.isActive() or view.finding._going.is_busy:
            QCoreApplication.processEvents()
        for _ in range(40):
            start = time.process_time()
            view.finding.step(1)
            QCoreApplication.processEvents()
            steps.append((time.process_time() - start) * 1000 / calib)
        results.setdefault("step/p50", []).append(sorted(steps)[20])
        results.setdefault("step/max", []).append(max(steps))
        view.close()
        view.deleteLater()
        QCoreApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete.value)
    return {"calib_ms": round(calib, 2)} | {key: round(min(values), 3) for key, values in results.items()}


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--messages", type=int, default=1_000)
    options = parser.parse_args()
    application = QApplication([])
    print(json.dumps(measure(options.messages), indent=1))
    del application


if __name__ == "__main__":
    main()
