"""What the engine process and the window cost, against a bare loop over the same library.

`python tests/bench/decode.py [--rounds N] [--models starter second]` prints one JSON object as its last line. Each ratio
is the worse of the two models, whose own figures are under `models`:

- engine_ratio: tokens/s of 512 tokens from (b) the engine process, timed where the window's process receives the text,
  divided by those of (a) a bare loop over llama_decode and llama_sampler_sample;
- app_ratio: the same for (c) the whole application with the transcript on screen;
- engine_ratio_128, engine_ratio_2048: as engine_ratio, for so many tokens: what an answer costs does not grow with it.

Same prompt, seed, sampler chain and two threads everywhere; end of text is banned by logit bias, so that all three
make exactly as many tokens; what they write is compared (`same_text`). Alternating rounds, medians. Each way is a process
of its own that loads once and then answers lines. Every token is computed by itself, as in the bare loop: what drafts give
is measured by `speculation.py`.
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
N_ROUNDS, N_ROUNDS_LONG = 5, 3


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
        given = sampling(ends, json.loads(line)["n_tokens"])
        engine.generate((ChatMessage("user", QUESTION),), given, conversation="bench")
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
        services.conversations.sampling = lambda _conversation_id: sampling(ends, N_TOKENS)
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


def compared(ways: dict[str, Way], prompt: str, n_tokens: int, n_rounds: int, n_warm: int = 0) -> tuple[dict[str, float], bool]:
    """Give the middle speed of each way, and whether all wrote the same text. `n_warm` more rounds come first."""
    speeds: dict[str, list[float]] = {name: [] for name in ways}
    texts, n_prompts = set(), set()
    for number in range(-n_warm, n_rounds):
        for name, way in ways.items():
            answer = way.go(prompt=prompt, n_tokens=n_tokens)
            assert answer.get("n_predicted", n_tokens) == n_tokens, answer
            if name != "app" or number < 0:
                # Each question to the application is a new conversation. Where its tokens lie in the cache decides how
                # llama.cpp adds up, and that can be another token sooner or later.
                texts.add(answer["text"])
            n_prompts.add(answer["n_prompt"])
            if number >= 0:
                speeds[name].append(answer["speed"])
        print(n_tokens, {name: round(found[-1], 1) for name, found in speeds.items() if found}, flush=True)
    assert len(n_prompts) == 1, f"the prompts differ: {n_prompts}"
    return {name: statistics.median(found) for name, found in speeds.items()}, len(texts) == 1


def measure(name: str, n_rounds: int) -> dict[str, object]:
    """Give all figures of one model."""
    path, prompt, _ = bench_model(name)
    bare, own = bare_way(path), str(Path(__file__).resolve())
    ends = json.dumps(bare.first["ends"])
    engine, window = (Way(own, "--way", way, "--model", str(path), "--ends", ends) for way in ("pipe", "app"))
    # The first round warms caches and fonts.
    middle, is_same = compared({"bare": bare, "engine": engine, "app": window}, prompt, N_TOKENS, n_rounds, 1)
    window.close()
    figures: dict[str, object] = {
        "engine_ratio": round(middle["engine"] / middle["bare"], 4),
        "app_ratio": round(middle["app"] / middle["bare"], 4),
        **{way: round(value, 1) for way, value in middle.items()},
    }
    for n_tokens, times in ((128, n_rounds), (2048, min(n_rounds, N_ROUNDS_LONG))):
        middle, is_same_too = compared({"bare": bare, "engine": engine}, prompt, n_tokens, times)
        figures[f"engine_ratio_{n_tokens}"] = round(middle["engine"] / middle["bare"], 4)
        figures.update({f"{way}_{n_tokens}": round(value, 1) for way, value in middle.items()})
        is_same = is_same and is_same_too
    bare.close()
    engine.close()
    return {**figures, "same_text": is_same}


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rounds", type=int, default=N_ROUNDS)
    parser.add_argument("--models", nargs="+", choices=("starter", "second"), default=["starter", "second"])
    parser.add_argument("--way", choices=("pipe", "app"))
    parser.add_argument("--model", type=Path)
    parser.add_argument("--ends", default="[]")
    options = parser.parse_args()
    if options.way:
        return {"pipe": pipe, "app": app}[options.way](options.model, json.loads(options.ends))
    models = {name: measure(name, options.rounds) for name in options.models}
    ratios = ("engine_ratio", "app_ratio", "engine_ratio_128", "engine_ratio_2048")
    result = {key: min(figures[key] for figures in models.values()) for key in ratios}
    first = models[options.models[0]]
    result |= {way: first[way] for way in ("bare", "engine", "app")}
    result["same_text"] = all(figures["same_text"] for figures in models.values())
    print(json.dumps({**result, "rounds": options.rounds, "models": models}))
    return None


if __name__ == "__main__":
    main()
