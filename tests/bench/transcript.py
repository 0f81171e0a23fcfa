"""What the transcript costs: gates G1 to G11 as ratios of CPU time, so that they mean the same on every machine.

`python tests/bench/transcript.py [--quick]` measures in one process per repetition and prints a table, then one JSON
object on the last line. The control, G6, renders the whole message again at every flush, as a simple view would; when
that does not grow with the message, the measurement is broken and fails.
"""

from __future__ import annotations

import argparse
import json
import os
import random
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from statistics import median
from typing import Any

sys.path.insert(0, str(Path(__file__).resolve().parents[2]))
os.environ["QT_QPA_PLATFORM"] = "offscreen"

import psutil
from PySide6.QtCore import QCoreApplication, QEvent, QObject, QTimer
from PySide6.QtWidgets import QApplication, QScrollArea, QTextBrowser

from desktop_app.chat.message import Message, MessageState, Role
from desktop_app.markdown import highlight
from desktop_app.services.formulas import Formulas
from desktop_app.ui.theme import load_theme
from desktop_app.ui.transcript.code_highlight import LANGUAGES
from desktop_app.ui.transcript.transcript_view import TranscriptView
from tests.bench import corpus

STEP = 40
"""Characters in one flush: some 10 tokens."""
N_REPETITIONS = 3
REFERENCE_CALIBRATION_MS = 15.0

GATES: dict[str, tuple[str, float, str]] = {
    "g1_p50": ("<=", 1.25, "message length: last unit / unit 2, p50"),
    "g1_p99": ("<=", 1.5, "message length, p99"),
    "g2": ("<=", 1.3, "conversation length: 1,000 messages / none, p50"),
    "g3_p50": ("<=", 1.6, "one long block, worst kind: 72-80k / 12-20k, p50"),
    "g3_p99": ("<=", 1.6, "one long block, worst kind, p99"),
    "g4_scale": ("<=", 2.0, "opening 1,000 messages / 100 messages"),
    "g4_big": ("<=", 3.0, "opening with a last message of 80k / calibration"),
    "g5_p50": ("<=", 0.35, "flush / calibration, p50"),
    "g5_p99": ("<=", 0.7, "flush / calibration, p99"),
    "g6_control": (">=", 4.0, "control: G1 of a view that renders the whole message"),
    "g7": ("<=", 2.0, "one flush of 80k / calibration"),
    "g8_wheel": ("<=", 1.0, "wheel step / calibration, p99"),
    "g8_jump": ("<=", 1.2, "jump / calibration, p99"),
    "g9_stream_mb": ("<=", 40.0, "memory growth: streaming 80k, MB"),
    "g9_visit_mb": ("<=", 80.0, "memory growth: visiting 1,000 messages, MB"),
    "g10_200": ("<=", 0.25, "share of one core at 200 tokens/s, scaled"),
    "g10_1000": ("<=", 0.35, "share of one core at 1,000 tokens/s, scaled"),
    "g10_math": ("<=", 0.25, "the same at 200 tokens/s full of formulas, none twice"),
    "g11_late": ("<=", 0.005, "heartbeats later than 20 ms (informational)"),
    "g11_math": ("<=", 0.005, "heartbeats with more than 20 ms of CPU time before them, full of formulas"),
}
INFORMATIONAL = ("g11_late",)


def calibration_ms() -> float:
    """Give the CPU time of a fixed loop: the machine's speed."""
    times = []
    for _ in range(7):
        start = time.process_time()
        total = 0
        for i in range(300_000):
            total += i * i % 7
        times.append((time.process_time() - start) * 1000)
    return median(times)


def percentile(times: list[float], share: float) -> float:
    """Give the value that `share` of `times` do not exceed."""
    ordered = sorted(times)
    return ordered[min(len(ordered) - 1, int(share * len(ordered)))]


def cost_ms(action: Callable[[], object]) -> float:
    """Give the CPU time of `action` and of everything Qt does about it, painting included."""
    start = time.process_time()
    action()
    QCoreApplication.processEvents()
    return (time.process_time() - start) * 1000


def rss_mb() -> float:
    """Give the memory of this process."""
    return float(psutil.Process().memory_info().rss) / 1e6


class PaintCounter(QObject):
    """A flush that paints nothing costs nothing: a measurement of it would be worthless."""

    def __init__(self, view: TranscriptView) -> None:
        super().__init__(view)
        self.n_paints = 0
        view.viewport().installEventFilter(self)

    def eventFilter(self, _watched: QObject, event: QEvent) -> bool:
        """Count and let pass."""
        self.n_paints += event.type() is QEvent.Type.Paint
        return False


def empty_answer(message_id: str) -> Message:
    """Give an answer whose text is still to come."""
    return Message(message_id, "c", None, Role.ASSISTANT, "", 0, state=MessageState.GENERATING, model="Starter")


class Bench:
    """One repetition."""

    def __init__(self, is_quick: bool) -> None:
        self._is_quick = is_quick
        self._n_chars = 24_000 if is_quick else 80_000
        self._theme = load_theme("light", 1.0)
        self._formulas = Formulas()
        self._warm()
        self.calib = calibration_ms()
        self.results: dict[str, Any] = {"calib": self.calib}

    def _view(self, messages: list[Message]) -> tuple[TranscriptView, PaintCounter]:
        view = TranscriptView(self._theme, formulas=self._formulas)
        view.resize(900, 700)
        view.show()
        view.set_messages(messages)
        self._rest()
        view.freeze_memory()
        return view, PaintCounter(view)

    def _rest(self) -> None:
        """Let everything happen that goes on in idle time, formulas included."""
        for number in range(2_000):
            QCoreApplication.processEvents()
            time.sleep(0.002)
            if number >= 20 and not self._formulas.is_busy:
                break

    def _drop(self, view: TranscriptView) -> None:
        view.close()
        view.deleteLater()
        QCoreApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete.value)

    def _warm(self) -> None:
        highlight.warm(LANGUAGES)
        view, _ = self._view(corpus.conversation(30, seed=7))
        for _ in range(10):
            view.verticalScrollBar().setValue(view.verticalScrollBar().value() - 500)
            QCoreApplication.processEvents()
        self._drop(view)

    def _flushes(self, view: TranscriptView, message_id: str, text: str, step: int = STEP) -> list[float]:
        return [
            cost_ms(lambda at=at: view.append_text(message_id, text[at : at + step]))  # type: ignore[misc]
            for at in range(0, len(text), step)
        ]

    def _stream(self, history: list[Message]) -> list[float]:
        """Give the cost of every flush of the stream below `history`."""
        view, counter = self._view([*history, empty_answer("live")])
        times = self._flushes(view, "live", corpus.stream(self._n_chars))
        if counter.n_paints < 0.9 * len(times):
            raise SystemExit(f"only {counter.n_paints} paints for {len(times)} flushes: nothing was measured")
        self._drop(view)
        return times

    def run(self) -> dict[str, Any]:
        """Measure everything."""
        for part in (self._g1, self._g2_g5, self._g3, self._g4, self._g6, self._g7, self._g8_g9, self._g10_g11):
            part()
        self._formulas.close()
        return self.results

    def _g1(self) -> None:
        before = rss_mb()
        times = self._stream([])
        self.results["g9_stream_mb"] = rss_mb() - before
        n = len(corpus.unit()) // STEP
        n_units = len(times) // n
        second, last = times[2 * n : 3 * n], times[(n_units - 1) * n : n_units * n]
        self.results["g1_p50"] = percentile(last, 0.5) / percentile(second, 0.5)
        self.results["g1_p99"] = percentile(last, 0.99) / percentile(second, 0.99)
        self._alone = percentile(times[-3 * n :], 0.5)

    def _g2_g5(self) -> None:
        times = self._stream(corpus.conversation(1_000))
        n = len(corpus.unit()) // STEP
        self.results["g2"] = percentile(times[-3 * n :], 0.5) / self._alone
        self.results["g5_p50"] = percentile(times[2 * n :], 0.5) / self.calib
        self.results["g5_p99"] = percentile(times[2 * n :], 0.99) / self.calib

    def _g3(self) -> None:
        first, last = (3_000, 6_000), (self._n_chars - 3_000, self._n_chars)
        if not self._is_quick:
            first, last = (12_000, 20_000), (72_000, 80_000)
        for kind, text in corpus.adversarial(self._n_chars).items():
            view, _ = self._view([empty_answer("live")])
            self._flushes(view, "live", text[: first[0]], 400)
            early = self._flushes(view, "live", text[first[0] : first[1]])
            self._flushes(view, "live", text[first[1] : last[0]], 400)
            late = self._flushes(view, "live", text[last[0] : last[1]])
            self._drop(view)
            self.results[f"g3_p50/{kind}"] = percentile(late, 0.5) / percentile(early, 0.5)
            self.results[f"g3_p99/{kind}"] = percentile(late, 0.99) / percentile(early, 0.99)

    def _g4(self) -> None:
        view, _ = self._view([])
        small, large, big = corpus.conversation(1_000)[-100:], corpus.conversation(1_000), corpus.conversation(1_000, 80_000)
        costs: dict[str, list[float]] = {"small": [], "large": [], "big": []}
        for _ in range(5):
            for name, messages in (("small", small), ("large", large), ("big", big)):
                costs[name].append(cost_ms(lambda messages=messages: view.set_messages(messages)))  # type: ignore[misc]
                self._rest()
        self._drop(view)
        self.results["g4_scale"] = median(costs["large"]) / median(costs["small"])
        self.results["g4_big"] = median(costs["big"]) / self.calib

    def _g6(self) -> None:
        """Option A: a text browser as high as its message, given the whole Markdown at every flush."""
        area, browser = QScrollArea(), QTextBrowser()
        area.setWidget(browser)
        area.resize(900, 700)
        area.show()
        text, n = corpus.stream(80_000), len(corpus.unit())
        n_flushes = 15 if self._is_quick else 40

        def flush(end: int) -> None:
            browser.setMarkdown(text[:end])
            browser.document().setTextWidth(860)
            browser.resize(880, int(browser.document().size().height()) + 8)
            area.verticalScrollBar().setValue(area.verticalScrollBar().maximum())

        def flushes(start: int) -> float:
            ends = range(start, start + n, n // n_flushes)
            return percentile([cost_ms(lambda end=end: flush(end)) for end in ends], 0.5)  # type: ignore[misc]

        early = flushes(2 * n)
        self.results["g6_control"] = flushes((80_000 // n - 1) * n) / early
        area.close()
        area.deleteLater()

    def _g7(self) -> None:
        view, _ = self._view([empty_answer("live")])
        self.results["g7"] = cost_ms(lambda: view.append_text("live", corpus.stream(80_000))) / self.calib
        self._drop(view)

    def _g8_g9(self) -> None:
        view, _ = self._view(corpus.conversation(1_000))
        before = rss_mb()
        bar = view.verticalScrollBar()
        n = 100 if self._is_quick else 300
        wheel = [cost_ms(lambda: bar.setValue(bar.value() - 60)) for _ in range(n)]
        places = random.Random(5)
        jumps = [cost_ms(lambda: bar.setValue(places.randrange(bar.maximum()))) for _ in range(n // 2)]
        self.results["g8_wheel"] = percentile(wheel, 0.99) / self.calib
        self.results["g8_jump"] = percentile(jumps, 0.99) / self.calib
        bar.setValue(bar.maximum())
        while bar.value() > (bar.maximum() * 0.8 if self._is_quick else 0):
            bar.setValue(max(0, bar.value() - bar.pageStep()))
            QCoreApplication.processEvents()
        self.results["g9_visit_mb"] = rss_mb() - before
        self._drop(view)

    def _g10_g11(self) -> None:
        lengths_s = (2, 2) if self._is_quick else (20, 10)
        text = corpus.stream(200_000)
        share, late, _ = self._real_time(text, 200, lengths_s[0])
        self.results["g10_200"], self.results["g11_late"] = share, late
        self.results["g10_1000"] = self._real_time(text, 1_000, lengths_s[1])[0]
        share, _, busy = self._real_time(corpus.formulas(40_000), 200, lengths_s[1])
        self.results["g10_math"], self.results["g11_math"] = share, busy

    def _real_time(self, text: str, tokens_per_s: int, length_s: float) -> tuple[float, float, float]:
        """Give the share of one core, scaled to the reference machine, and the shares of late heartbeats.

        Late by the clock, which a shared machine makes late by itself, and late by our own work.
        """
        view, _ = self._view([*corpus.conversation(200), empty_answer("live")])
        at, gaps, works, last, last_cpu = 0.0, [], [], time.perf_counter(), time.process_time()

        def flush() -> None:
            nonlocal at
            end = at + tokens_per_s * 4 * 0.033
            view.append_text("live", text[int(at) : int(end)])
            at = end

        def beat() -> None:
            nonlocal last, last_cpu
            now, now_cpu = time.perf_counter(), time.process_time()
            gaps.append(now - last)
            works.append(now_cpu - last_cpu)
            last, last_cpu = now, now_cpu

        timers = []
        for interval_ms, slot in ((33, flush), (4, beat)):
            timer = QTimer(view, interval=interval_ms)
            timer.timeout.connect(slot)
            timer.start()
            timers.append(timer)
        start, start_cpu = time.perf_counter(), time.process_time()
        QTimer.singleShot(int(length_s * 1000), QCoreApplication.quit)
        QCoreApplication.exec()
        share = (time.process_time() - start_cpu) / (time.perf_counter() - start)
        for timer in timers:
            timer.stop()
        self._drop(view)
        late, busy = (sum(gap > 0.020 for gap in one) / max(1, len(one)) for one in (gaps, works))
        return share * REFERENCE_CALIBRATION_MS / self.calib, late, busy


def one_repetition(is_quick: bool) -> dict[str, Any]:
    """Measure in a process of its own: no repetition profits from what another has warmed."""
    command = [sys.executable, str(Path(__file__).resolve()), "--child", *(["--quick"] if is_quick else [])]
    done = subprocess.run(command, stdout=subprocess.PIPE, text=True, check=True)
    result: dict[str, Any] = json.loads(done.stdout.splitlines()[-1])
    return result


def summary(repetitions: list[dict[str, Any]]) -> dict[str, Any]:
    """Give the median of each figure; of G3 the worst kind."""
    medians = {key: median(one[key] for one in repetitions) for key in repetitions[0]}
    for name in ("g3_p50", "g3_p99"):
        kinds = {key: value for key, value in medians.items() if key.startswith(name + "/")}
        print(name, {key.split("/")[1]: round(value, 2) for key, value in kinds.items()})
        medians[name] = max(kinds.values())
    result: dict[str, Any] = {key: round(medians[key], 4) for key in GATES}
    holds = {key: value <= GATES[key][1] if GATES[key][0] == "<=" else value >= GATES[key][1] for key, value in result.items()}
    print(f"calibration {medians['calib']:.1f} ms")
    for key, (relation, limit, meaning) in GATES.items():
        print(f"{key:13} {result[key]:9.3f}  {relation} {limit:<6} {'ok  ' if holds[key] else 'FAIL'}  {meaning}")
    result["pass"] = all(held for key, held in holds.items() if key not in INFORMATIONAL)
    return result


def main() -> int:
    """Run the repetitions and print."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--quick", action="store_true", help="one short repetition, for a first look: not the gates")
    parser.add_argument("--child", action="store_true", help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.child:
        application = QApplication([])
        print(json.dumps(Bench(options.quick).run()), flush=True)
        del application
        return 0
    result = summary([one_repetition(options.quick) for _ in range(1 if options.quick else N_REPETITIONS)])
    print(json.dumps(result))
    return 0 if result["pass"] else 1


if __name__ == "__main__":
    sys.exit(main())
