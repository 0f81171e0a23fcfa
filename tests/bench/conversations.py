"""What ten years of conversations cost: 10,000 conversations, 500,000 messages, half of them Chinese.

`python tests/bench/conversations.py [--quick]` measures in one process per repetition and prints a table, then one JSON
object on the last line. The corpus (see `ten_years.py`) is generated once into the cache folder, in about two minutes.
Milliseconds are CPU milliseconds of the whole process, every thread and the painting included, scaled to a machine
whose calibration loop takes 15 ms.

A search is what a person sees: from the key in the field to the painted results, for every key that is typed. What
streams is counted by a VFS in the place where SQLite hands bytes to the system; one second of text follows another
without waiting, because nothing in between depends on the clock: the timer that saves runs out early and its row is on
disk before the next text comes.
"""

from __future__ import annotations

import argparse
import json
import os
import random
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from statistics import median
from types import SimpleNamespace
from typing import Any

sys.path.insert(0, str(Path(__file__).resolve().parents[2]))
os.environ["QT_QPA_PLATFORM"] = "offscreen"

import apsw
from PySide6.QtCore import QCoreApplication, QEventLoop, QItemSelection, QItemSelectionModel, QObject, Signal
from PySide6.QtWidgets import QApplication

from desktop_app.engine.protocol import GenerationFinished, Timings
from desktop_app.services import generation as generation_module
from desktop_app.services.conversations import Conversations
from desktop_app.services.engine import EngineState
from desktop_app.services.generation import Generation
from desktop_app.services.search import Search
from desktop_app.ui.appearance import Appearance
from desktop_app.ui.main_window import MainWindow
from tests.bench.startup import environment, moments
from tests.bench.ten_years import LONG_CONVERSATION, N_CONVERSATIONS, N_MESSAGES, SEED, Writer, copy, corpus
from tests.bench.transcript import REFERENCE_CALIBRATION_MS, calibration_ms, cost_ms, percentile
from tests.fakes.services import fake_services

N_REPETITIONS = 3
N_STARTS = 9
START_LIMIT_MS = 120_000
N_MARKED = (50, 300, 1_000, 3_000)
"""Conversations that are pinned at once; with 1,000 that were marked the window once stood still for 5 s."""
N_STREAMED_ANSWERS, N_STREAMED = 8, 80_000
N_CHARACTERS_PER_S = 1_000
N_CHARACTERS_PER_PIECE = 4
"""A token."""

GATES: dict[str, tuple[float, str]] = {
    "start_ratio": (1.3, "CPU time from process start to first paint / the same with an empty profile"),
    "scroll_p99_ms": (16.0, "list of all conversations: one frame, p99"),
    "search_p99_ms": (50.0, "search: from a key to the painted results, p99"),
    "open_1000_ms": (100.0, "opening a conversation of 1,000 messages to first paint"),
    "write_ratio": (40.0, "bytes written while 80,000 characters stream / bytes of the text"),
}


START = """
import json, os, sys, time
from desktop_app import trace as tracing
note = tracing.trace
def trace(moment):
    with open(os.environ["HEARTH_TRACE"], "a") as file:
        file.write(json.dumps({moment + "_cpu": time.process_time() * 1000}) + chr(10))
    note(moment)
tracing.trace = trace
from desktop_app.app import main
sys.exit(main())
"""
"""The application, which notes beside each moment how much CPU time it has used until then."""


class Queries:
    """What is typed: every text is one key further than the one before, as far as it goes."""

    def __init__(self, conversations: Conversations) -> None:
        self._rng = random.Random(SEED)
        writer = Writer(SEED)
        self._english, self._chinese = writer.english, writer.chinese
        ids = [one.id for one in conversations.all()]
        self._texts = [conversations.branch(id_)[1].text for id_ in self._rng.sample(ids, 24)]

    def all(self) -> dict[str, list[str]]:
        """Give the texts of each kind."""
        return {
            "char": self._characters(),
            "word": [text for word in self._words() for text in typed(word)],
            "phrase": [text for phrase in self._phrases() for text in typed(phrase)],
            "none": [text for word in self._absent() for text in typed(word)],
        }

    def _characters(self) -> list[str]:
        """One Chinese character: the most frequent, and the rest down to the rarest."""
        characters = list(dict.fromkeys("".join(self._chinese)))
        return characters[:20] + characters[20 :: max(1, len(characters) // 40)]

    def _words(self) -> list[str]:
        ranks = [0, 1, 3, 10, 30, 100, 200, 400, 1_000, 3_000, 10_000, 20_000]
        words = [self._english[min(rank, len(self._english) - 1)] for rank in ranks]
        return words + [self._chinese[60 + rank] for rank in (0, 5, 50, 500, 5_000, 15_000)]

    def _phrases(self) -> Iterator[str]:
        """What stands in a message: words in quotation marks, Chinese as it is."""
        for text in self._texts:
            if text.isascii():
                words = text.replace(",", "").replace(".", "").lower().split()
                at = self._rng.randrange(max(1, len(words) - 3))
                yield '"' + " ".join(words[at : at + 3])
            else:
                part = max(text.replace("。", "，").split("，"), key=len)
                yield part[: self._rng.randint(2, 6)]

    def _absent(self) -> Iterator[str]:
        """What stands nowhere: no such word, or words and characters as frequent as they are that do not follow one another."""
        yield from ("xqzvk", "zzyzx quux", '"the xqzvk', "wrzlbrmft")
        # The worst that can be: the most frequent of all.
        yield "".join(self._rng.sample(self._chinese[:60], 4))
        yield '"' + " ".join(self._rng.sample(self._english[:40], 4))
        texts = ["".join(one for one in text if one.isalpha() or one == " ") for text in self._texts]
        for text in texts[:16]:
            words = text.lower().split() if text.isascii() else list(text)
            drawn = self._rng.sample(words, min(4, len(words)))
            yield '"' + " ".join(drawn) if text.isascii() else "".join(drawn)


def typed(text: str) -> list[str]:
    """Give `text` as it grows in the field; one character of Chinese at a time too."""
    return [text[:end] for end in range(1, len(text) + 1) if text[:end].strip(' "')]


class CountingVfs(apsw.VFS):
    """The system's VFS; it counts what it is given to write."""

    def __init__(self) -> None:
        self.n_bytes = 0
        self.base = apsw.vfs_names()[0]
        super().__init__("counting", self.base, makedefault=True)

    def xOpen(self, name: str | apsw.URIFilename | None, flags: list[int]) -> apsw.VFSFile:
        """Open a file that counts."""
        return _CountingFile(self, name, flags)


class _CountingFile(apsw.VFSFile):
    def __init__(self, vfs: CountingVfs, name: str | apsw.URIFilename | None, flags: list[int]) -> None:
        super().__init__(vfs.base, name, flags)
        self._vfs = vfs

    def xWrite(self, data: bytes, offset: int) -> None:
        super().xWrite(data, offset)
        self._vfs.n_bytes += len(data)


class StreamingEngine(QObject):
    """Answers when it is told to."""

    state_changed = Signal(object)
    model_loaded = Signal(object)
    load_failed = Signal(object)
    load_cancelled = Signal()
    model_unloaded = Signal()
    crashed = Signal(object)
    prompt_progressed = Signal(int, int, int, int)
    text_generated = Signal(int, str)
    generation_finished = Signal(int, object)
    answer_grown = Signal(int, int)
    context_fitted = Signal(int, object)
    generation_failed = Signal(int, object)

    def __init__(self) -> None:
        super().__init__()
        self.state = EngineState.READY
        self.model = SimpleNamespace(n_slots=1, device="")
        self.wanted_path = Path("/models/starter.gguf")
        self.n_asked = 0

    def generate(self, *_: Any, **__: Any) -> int:
        """Begin an answer."""
        self.n_asked += 1
        return self.n_asked

    def cancel(self, _task: int) -> None:
        """Nothing is ever cancelled."""


class Bench:
    """One repetition."""

    def __init__(self, database: Path, is_quick: bool) -> None:
        self._database = database
        self._is_quick = is_quick
        self._folder = Path(tempfile.mkdtemp())
        self._services = fake_services(self._folder)
        self._services.conversations = Conversations(database)
        self._services.search = Search(self._services.conversations)
        self._appearance = Appearance(QApplication.instance(), self._services.preferences)
        self._window = MainWindow(self._services, self._appearance)
        self._window.resize(1240, 820)
        self._window.show()
        QCoreApplication.processEvents()
        self.calib = calibration_ms()
        self.results: dict[str, float] = {"calib": self.calib}

    def run(self) -> dict[str, float]:
        """Measure everything but the starts."""
        self._scroll()
        self._open()
        self._search()
        self._pin_many()
        self._services.search.close()
        self._window.close()
        self._services.conversations.close()
        self._stream()
        shutil.rmtree(self._folder)
        return self.results

    def _scaled(self, ms: float) -> float:
        return ms * REFERENCE_CALIBRATION_MS / self.calib

    def _scroll(self) -> None:
        bar = self._window.sidebar.list.verticalScrollBar()
        n_steps = 100 if self._is_quick else 400
        places = [step * 60 for step in range(n_steps)] + [bar.maximum() * step // 100 for step in range(0, 101, 2)]
        if bar.maximum() < (5_000 if self._is_quick else 300_000):
            raise SystemExit(f"the list is only {bar.maximum()} pixels long: nothing was measured")
        bar.setValue(1)
        QCoreApplication.processEvents()
        times = [cost_ms(lambda place=place: bar.setValue(place)) for place in places]  # type: ignore[misc]
        self.results["scroll_p99_ms"] = self._scaled(percentile(times, 0.99))

    def _open(self) -> None:
        """Open it from the new chat, as often as it takes; what a first conversation has to import is there by then."""
        other = next(one.id for one in self._services.conversations.all() if one.id != LONG_CONVERSATION)
        self._window.open_conversation(other)
        self._rest()
        times = []
        for _ in range(5):
            self._window.open_conversation(None)
            self._rest()
            times.append(cost_ms(lambda: self._window.open_conversation(LONG_CONVERSATION)))
            self._rest()
        n_messages = len(self._window.transcript.view.conversation.messages)
        if n_messages != (1_000 if not self._is_quick else n_messages):
            raise SystemExit(f"{n_messages} messages were opened")
        self.results["open_1000_ms"] = self._scaled(median(times))

    def _rest(self) -> None:
        for _ in range(20):
            QCoreApplication.processEvents()
            time.sleep(0.002)

    def _search(self) -> None:
        self._window.actions_.search.trigger()
        kinds = Queries(self._services.conversations).all()
        loop = QEventLoop()
        self._services.search.found.connect(loop.quit)
        self._services.search.failed.connect(loop.quit)

        def ask(text: str) -> None:
            self._window.searching.field.set_text(text)
            loop.exec()

        ask("warm")
        times: dict[str, list[float]] = {kind: [] for kind in kinds}
        worst: list[tuple[float, str]] = []
        for kind, texts in kinds.items():
            for text in texts:
                ms = self._scaled(cost_ms(lambda text=text: ask(text)))  # type: ignore[misc]
                times[kind].append(ms)
                worst.append((ms, text))
            self.results[f"search_{kind}_p99_ms"] = percentile(times[kind], 0.99)
        self.results["search_p99_ms"] = percentile([ms for some in times.values() for ms in some], 0.99)
        self.results["n_searches"] = len(worst)
        if not self._is_quick:
            print("the slowest searches:", [(round(ms, 1), text) for ms, text in sorted(worst)[-8:]], file=sys.stderr)

    def _pin_many(self) -> None:
        """Pin many conversations and let them go again, while they are marked and while they are not.

        Counted is what the window does about it from the commit to the painted list, not the writing.
        """
        self._window.sidebar.show_in_place_of_list(None)
        for n in N_MARKED[: 1 if self._is_quick else len(N_MARKED)]:
            ids = [one.id for one in self._services.conversations.all() if one.pinned_ms is None][:n]
            plain = self._pinned_ms(ids)
            self._mark(ids)
            marked = self._pinned_ms(ids)
            if set(self._window.sidebar.list.selected_ids()) != set(ids):
                raise SystemExit(f"{n} conversations were marked, and are not any more")
            self._mark([])
            self.results |= {f"pin_{n}_ms": plain, f"pin_{n}_marked_ms": marked, f"pin_{n}_marked_ratio": marked / plain}

    def _pinned_ms(self, ids: list[str]) -> float:
        """Give the mean of pinning and of letting go."""
        times = []
        for is_pinned in (True, False):
            self._services.conversations.pin(ids, is_pinned)
            if not self._services.conversations.flush(START_LIMIT_MS):
                raise SystemExit("the disk did not take it")
            times.append(self._scaled(cost_ms(self._window.sidebar.list.viewport().update)))
            known = self._window.list_model.conversations(ids)
            if any((one.pinned_ms is not None) is not is_pinned for one in known):
                raise SystemExit("the list has not heard of it: nothing was measured")
        return sum(times) / 2

    def _mark(self, ids: list[str]) -> None:
        """Mark these and no others."""
        model = self._window.list_model
        selection = QItemSelection()
        for id_ in ids:
            row = model.row_of(id_)
            if row is not None:
                selection.select(model.index(row), model.index(row))
        self._window.sidebar.list.selectionModel().select(selection, QItemSelectionModel.SelectionFlag.ClearAndSelect)
        QCoreApplication.processEvents()

    def _stream(self) -> None:
        """Stream answers into a copy, one after another, and put everything into the one file in the end.

        More than one, because the index is merged now and then: a single answer has all of that work or none of it.
        """
        path = copy(self._database, self._folder / "stream")
        vfs = CountingVfs()
        generation_module.SAVE_INTERVAL_MS = 1
        conversations, engine = Conversations(path), StreamingEngine()
        generation = Generation(conversations, engine)
        writer = Writer(SEED + 1)
        n_answers = 2 if self._is_quick else N_STREAMED_ANSWERS
        vfs.n_bytes, n_text = 0, 0
        for number in range(1, n_answers + 1):
            text = writer.text(N_STREAMED, is_chinese=False)
            n_text += len(text.encode())
            conversations.ask(LONG_CONVERSATION, "Tell me everything", "Starter")
            self._until(lambda number=number: engine.n_asked == number)  # type: ignore[misc]
            self._answer(conversations, engine, generation, text)
            stored = conversations.branch(LONG_CONVERSATION)[-1].text
            if stored != text:
                raise SystemExit(f"{len(stored)} characters were stored: nothing was measured")
        generation.close()
        conversations.close()
        self.results["write_ratio"] = vfs.n_bytes / n_text

    def _answer(self, conversations: Conversations, engine: StreamingEngine, generation: Generation, text: str) -> None:
        """Stream one answer; a row is on disk after each second of it."""
        for start in range(0, len(text), N_CHARACTERS_PER_S):
            second = text[start : start + N_CHARACTERS_PER_S]
            for at in range(0, len(second), N_CHARACTERS_PER_PIECE):
                engine.text_generated.emit(engine.n_asked, second[at : at + N_CHARACTERS_PER_PIECE])
            unsaved = next(iter(generation._running.values())).unsaved
            self._until(lambda unsaved=unsaved: not unsaved)  # type: ignore[misc]
            assert conversations.flush()
        engine.generation_finished.emit(engine.n_asked, GenerationFinished(engine.n_asked, "eos", Timings()))
        assert conversations.flush()

    def _until(self, is_done: Callable[[], bool]) -> None:
        while not is_done():
            QCoreApplication.processEvents()
            time.sleep(0.0005)


def start_ratio(database: Path, n_starts: int, folder: Path) -> dict[str, float]:
    """Start the application with the corpus and with nothing, in turns, each several times."""
    full, empty = folder / "full", folder / "empty"
    copy(database, full / "data")
    times: dict[Path, list[tuple[float, float]]] = {full: [], empty: []}
    for number in range(n_starts + 1):
        for data in (full, empty):
            measured = start_ms(data, folder)
            if number:  # the first round makes the empty profile and warms the disk cache
                times[data].append(measured)
    cpu = {data: median(one[0] for one in some) for data, some in times.items()}
    wall = {data: median(one[1] for one in some) for data, some in times.items()}
    return {
        "start_ratio": cpu[full] / cpu[empty],
        "start_cpu_ms": cpu[full],
        "start_empty_cpu_ms": cpu[empty],
        "start_wall_ratio": wall[full] / wall[empty],
    }


def start_ms(data: Path, folder: Path) -> tuple[float, float]:
    """Start with the folder `data`; give the CPU and the other milliseconds from process start to the first paint."""
    trace = Path(tempfile.mkstemp(dir=folder)[1])
    began_ms = time.monotonic_ns() / 1e6
    command = [sys.executable, "-c", START, "--data-dir", str(data)]
    process = subprocess.Popen(command, env=environment(trace), stdin=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    try:
        while "first_paint" not in moments(trace):
            if time.monotonic_ns() / 1e6 - began_ms > START_LIMIT_MS or (process.poll() or 0) != 0:
                raise SystemExit(f"the window never came (exit status {process.poll()})")
            time.sleep(0.01)
        found = moments(trace)
        return found["first_paint_cpu"], found["first_paint"] - began_ms
    finally:
        if process.poll() is None:
            process.send_signal(signal.SIGTERM)
        process.wait()


def one_repetition(database: Path, is_quick: bool) -> dict[str, Any]:
    """Measure in a process of its own: no repetition profits from what another has warmed."""
    command = [sys.executable, str(Path(__file__).resolve()), "--child", str(database), *(["--quick"] if is_quick else [])]
    done = subprocess.run(command, stdout=subprocess.PIPE, text=True, check=True)
    result: dict[str, Any] = json.loads(done.stdout.splitlines()[-1])
    return result


def summary(results: dict[str, float]) -> dict[str, Any]:
    """Give what is printed last: every figure, and whether all of them are good enough."""
    rounded: dict[str, Any] = {key: round(value, 3) for key, value in results.items()}
    holds = {key: results[key] <= limit for key, (limit, _) in GATES.items()}
    for key, (limit, meaning) in GATES.items():
        print(f"{key:14} {results[key]:9.3f}  <= {limit:<6} {'ok  ' if holds[key] else 'FAIL'}  {meaning}")
    return rounded | {"pass": all(holds.values())}


def main() -> int:
    """Run the repetitions and print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--quick", action="store_true", help="a small corpus and one repetition, for a first look: not the gates")
    parser.add_argument("--child", type=Path, help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.child is not None:
        application = QApplication([])
        application.setStyle("Fusion")
        print(json.dumps(Bench(options.child, options.quick).run()), flush=True)
        os._exit(0)  # the windows of the measurement need no tidying up
    source = corpus(200, 10_000) if options.quick else corpus(N_CONVERSATIONS, N_MESSAGES)
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        repetitions = []
        for number in range(1 if options.quick else N_REPETITIONS):
            repetitions.append(one_repetition(copy(source, folder / str(number)), options.quick))
            shutil.rmtree(folder / str(number))
        medians = {key: median(one[key] for one in repetitions) for key in repetitions[0]}
        results = medians | start_ratio(source, 2 if options.quick else N_STARTS, folder)
    result = summary(results)
    print(json.dumps(result))
    return 0 if result["pass"] else 1


if __name__ == "__main__":
    sys.exit(main())
