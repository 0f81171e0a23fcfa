"""What the engine process and the window cost, against a bare loop over the same library.

`python tests/bench/decode.py [--sittings N] [--models starter second]` prints one JSON object as its last line. Each ratio
is the worse of the two models, whose own figures are under `models`:

- engine_ratio: tokens/s of 512 tokens from (b) the engine process, timed where the window's process receives the text,
  divided by those of (a) a bare loop over llama_decode and llama_sampler_sample;
- app_ratio: the same for (c) the whole application with the transcript on screen;
- crowded_ratio: as engine_ratio, behind three other conversations of some 900 tokens each in the engine's memory;
- engine_ratio_128, engine_ratio_2048: as engine_ratio, for so many tokens: what an answer costs does not grow with it.

Same prompt, seed, sampler chain and two threads everywhere; end of text is banned by logit bias, so that all three
make exactly as many tokens; what they write is compared (`same_text`). Each way is a process of its own that loads once
and then answers lines. Every token is computed by itself, as in the bare loop: what drafts give is measured by
`speculation.py`.

The ways answer in turn, and a ratio is the median of those of all rounds, each to the bare loop of the same round: from
minute to minute this kind of machine changes by 15 %. Where a process finds its memory makes up to 3 % for as long as it
lives, so each sitting begins with new ones. `lowest` and `highest` are over the rounds.
"""

from __future__ import annotations

import argparse
import json
import os
import statistics
import sys
import tempfile
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT))

from tests.bench.bare_loop import N_CTX, N_THREADS, QUESTION, Way, bare_way, bench_model, sampling, say  # noqa: E402

N_TOKENS = 512
N_SITTINGS = 3
ROUNDS = {"512": 2, "128": 3, "2048": 1, "crowded": 2}
"""Of each kind in one sitting."""
N_OTHERS, N_OTHERS_TOKENS = 3, 850

Rounds = dict[str, list[dict[str, float]]]
"""The speeds of the ways in each round, by kind."""


class Clock:
    """Times one answer where the window's process receives it."""

    def __init__(self, engine: object, on_done: object) -> None:
        self.began, self.pieces, self.on_done = 0.0, [], on_done
        engine.text_generated.connect(self.on_text)
        engine.generation_finished.connect(self.on_finished)

    def on_text(self, _task: int, text: str) -> None:
        """Start the clock at the first piece."""
        self.began = self.began or time.perf_counter()
        self.pieces.append(text)

    def on_finished(self, _task: int, event: object) -> None:
        """Stop it, and report."""
        seconds = time.perf_counter() - self.began
        text, self.began, self.pieces = "".join(self.pieces), 0.0, []
        n_tokens = event.timings.n_predicted
        say(speed=(n_tokens - 1) / seconds, text=text, n_prompt=event.timings.n_prompt, n_predicted=n_tokens)
        self.on_done()


def pipe(model: Path, ends: list[int]) -> None:
    """(b) The engine process, without any window."""
    from PySide6.QtCore import QCoreApplication

    from desktop_app.engine.parameters import LoadParameters
    from desktop_app.engine.protocol import ChatMessage, GenerateRequest
    from desktop_app.services.engine import Engine

    GenerateRequest.adds_drafts = False
    application = QCoreApplication(sys.argv[:1])
    engine = Engine()
    clock = Clock(engine, application.quit)
    engine.model_loaded.connect(application.quit)
    engine.load(model, LoadParameters(n_ctx=N_CTX, n_threads=N_THREADS))
    application.exec()
    say(ready=True)
    for line in sys.stdin:
        wanted = json.loads(line)
        given = sampling(ends, wanted["n_tokens"])
        engine.generate((ChatMessage("user", QUESTION),), given, conversation=wanted.get("conversation", "bench"))
        application.exec()
    del clock
    engine.stop()


def app(model: Path, ends: list[int]) -> None:
    """(c) The whole application: typed into the composer, streamed into the transcript."""
    os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
    from PySide6.QtCore import Qt
    from PySide6.QtTest import QTest
    from PySide6.QtWidgets import QPlainTextEdit, QTextEdit

    from desktop_app import app as application_module
    from desktop_app.engine.parameters import LoadParameters
    from desktop_app.engine.protocol import GenerateRequest
    from desktop_app.paths import Paths
    from desktop_app.services.conversations import Conversations
    from desktop_app.services.preferences import Preferences
    from desktop_app.ui.appearance import Appearance
    from desktop_app.ui.main_window import MainWindow

    GenerateRequest.adds_drafts = False
    with tempfile.TemporaryDirectory() as folder:
        paths = Paths.under(Path(folder))
        paths.create()
        application = application_module._make_application()
        preferences = Preferences(paths.config / "settings.json")
        appearance = Appearance(application, preferences)
        services = application_module._build_services(paths, preferences, Conversations(paths.database))
        services.generation.sample_by(lambda _conversation_id: sampling(ends, N_TOKENS))
        window = MainWindow(services, appearance)
        window.resize(1240, 820)
        window.show()
        clock = Clock(services.engine, lambda: None)
        services.conversations.message_changed.connect(application.quit)
        services.engine.model_loaded.connect(application.quit)
        services.engine.load(model, LoadParameters(n_ctx=N_CTX, n_threads=N_THREADS))
        application.exec()
        say(ready=True)
        editor = next(iter(window.findChildren(QPlainTextEdit) + window.findChildren(QTextEdit)))
        for _ in sys.stdin:
            window.open_conversation(None)
            QTest.keyClicks(editor, QUESTION)
            QTest.keyClick(editor, Qt.Key.Key_Return)
            application.exec()
        del clock
        window.close()
        application_module._close_services(services)


class Sitting:
    """New processes of all ways, and what they were asked."""

    def __init__(self, name: str, rounds: Rounds) -> None:
        path, self._prompt, _ = bench_model(name)
        self._rounds = rounds
        self._texts: dict[int, set[str]] = {}
        self._n_prompts: set[int] = set()
        bare, own = bare_way(path), str(Path(__file__).resolve())
        ends = json.dumps(bare.first["ends"])
        self._ways = {"bare": bare}
        for name, way in (("engine", "pipe"), ("app", "app")):
            self._ways[name] = Way(own, "--way", way, "--model", str(path), "--ends", ends)

    def measure(self, *, is_crowded: bool) -> bool:
        """Take all figures of a sitting; give whether all wrote the same text."""
        self._round("warm", N_TOKENS)  # caches and fonts
        for _ in range(ROUNDS["512"]):
            self._round("512", N_TOKENS)
        self._ways.pop("app").close()
        for kind in ("128", "2048"):
            for _ in range(ROUNDS[kind]):
                self._round(kind, int(kind))
        if is_crowded:
            for number in range(N_OTHERS):
                self._ways["engine"].go(n_tokens=N_OTHERS_TOKENS, conversation=f"other {number}")
            for _ in range(ROUNDS["crowded"]):
                self._round("crowded", N_TOKENS)
        for way in self._ways.values():
            way.close()
        assert len(self._n_prompts) == 1, f"the prompts differ: {self._n_prompts}"
        return all(len(texts) == 1 for texts in self._texts.values())

    def _round(self, kind: str, n_tokens: int) -> None:
        speeds: dict[str, float] = {}
        for name, way in self._ways.items():
            answer = way.go(prompt=self._prompt, n_tokens=n_tokens)
            assert answer.get("n_predicted", n_tokens) == n_tokens, answer
            if kind != "crowded" and (name != "app" or kind == "warm"):
                # Where tokens lie in the cache decides how llama.cpp adds up, and that can be another token sooner or later:
                # each question to the application is a new conversation.
                self._texts.setdefault(n_tokens, set()).add(answer["text"])
            self._n_prompts.add(answer["n_prompt"])
            speeds[name] = answer["speed"]
        self._rounds.setdefault(kind, []).append(speeds)
        print(kind, {name: round(speed, 1) for name, speed in speeds.items()}, flush=True)


KEYS = {
    "engine_ratio": ("512", "engine"),
    "app_ratio": ("512", "app"),
    "crowded_ratio": ("crowded", "engine"),
    "engine_ratio_128": ("128", "engine"),
    "engine_ratio_2048": ("2048", "engine"),
}
"""The kind of round, and the way that is held against the bare loop."""


def measure(name: str, n_sittings: int) -> dict[str, object]:
    """Give all figures of one model."""
    rounds: Rounds = {}
    is_same = [Sitting(name, rounds).measure(is_crowded=number == 0) for number in range(n_sittings)]
    figures: dict[str, object] = {}
    for key, (kind, way) in KEYS.items():
        ratios = [speeds[way] / speeds["bare"] for speeds in rounds[kind]]
        figures[key] = round(statistics.median(ratios), 4)
        figures[f"{key}_lowest"], figures[f"{key}_highest"] = round(min(ratios), 4), round(max(ratios), 4)
    for kind, found in rounds.items():
        for way in found[0]:
            figures[f"{way}_{kind}"] = round(statistics.median(speeds[way] for speeds in found), 1)
    return {**figures, "same_text": all(is_same)}


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--sittings", type=int, default=N_SITTINGS)
    parser.add_argument("--models", nargs="+", choices=("starter", "second"), default=["starter", "second"])
    parser.add_argument("--way", choices=("pipe", "app"))
    parser.add_argument("--model", type=Path)
    parser.add_argument("--ends", default="[]")
    options = parser.parse_args()
    if options.way:
        return {"pipe": pipe, "app": app}[options.way](options.model, json.loads(options.ends))
    models = {name: measure(name, options.sittings) for name in options.models}
    result = {key: min(figures[key] for figures in models.values()) for key in KEYS}
    first = models[options.models[0]]
    result |= {way: first[f"{way}_512"] for way in ("bare", "engine", "app")}
    result["same_text"] = all(figures["same_text"] for figures in models.values())
    print(json.dumps({**result, "sittings": options.sittings, "models": models}))
    return None


if __name__ == "__main__":
    main()
