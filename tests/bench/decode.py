"""What the engine process and the window cost: 512 tokens of the starter model, three ways in one run.

`python tests/bench/decode.py [--rounds N]` prints one JSON object as its last line:
{"engine_ratio": b / a, "app_ratio": c / a, "bare": tokens/s, "engine": …, "app": …, "same_text": true}, where
(a) is a bare loop over llama_decode and llama_sampler_sample, (b) the engine process, timed where the window's
process receives the text, (c) the whole application with the transcript on screen.

Same prompt, seed, sampler chain and two threads everywhere; end of text is banned by logit bias, so that all three
make exactly 512 tokens; what they write is compared. Alternating rounds, medians. Each way is a process of its own
that loads once and then answers "go".
"""

from __future__ import annotations

import argparse
import ctypes
import json
import math
import os
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT))

MODEL = ROOT / "resources" / "models" / "SmolLM2-135M-Instruct.Q4_1.gguf"
QUESTION = "Write a long story about a lighthouse and the people who live near it."
PROMPT = (
    # What the chat template of the model makes of the question; the number of tokens is compared below.
    "<|im_start|>system\nYou are a helpful AI assistant named SmolLM, trained by Hugging Face<|im_end|>\n"
    f"<|im_start|>user\n{QUESTION}<|im_end|>\n<|im_start|>assistant\n"
)
N_TOKENS, N_THREADS, N_CTX, SEED = 512, 2, 2048, 4711
N_ROUNDS = 5


def say(**facts: object) -> None:
    """Answer the parent with one line."""
    sys.__stdout__.write(json.dumps(facts) + "\n")
    sys.__stdout__.flush()


def bare() -> None:
    """(a) The bare loop: nothing but the C interface, tokens counted and turned into text afterwards."""
    from desktop_app.engine.llama.library import C as llama_cpp

    llama_cpp.llama_backend_init()
    model_parameters = llama_cpp.llama_model_default_params()
    model = llama_cpp.llama_model_load_from_file(str(MODEL).encode(), model_parameters)
    vocab = llama_cpp.llama_model_get_vocab(model)
    parameters = llama_cpp.llama_context_default_params()
    parameters.n_ctx, parameters.n_batch, parameters.n_threads, parameters.n_threads_batch = N_CTX, 512, N_THREADS, N_THREADS
    context = llama_cpp.llama_init_from_model(model, parameters)
    raw = PROMPT.encode()
    room = (llama_cpp.llama_token * 512)()
    n_prompt = llama_cpp.llama_tokenize(vocab, raw, len(raw), room, 512, False, True)
    n_vocab = llama_cpp.llama_vocab_n_tokens(vocab)
    ends = [token for token in range(n_vocab) if llama_cpp.llama_vocab_is_eog(vocab, token)]
    say(n_prompt=n_prompt, ends=ends)
    for _ in sys.stdin:
        chain = bare_chain(llama_cpp, n_vocab, ends)
        llama_cpp.llama_memory_clear(llama_cpp.llama_get_memory(context), True)
        llama_cpp.llama_decode(context, llama_cpp.llama_batch_get_one(room, n_prompt))
        one = (llama_cpp.llama_token * 1)()
        batch = llama_cpp.llama_batch_get_one(one, 1)
        tokens = [llama_cpp.llama_sampler_sample(chain, context, -1)]
        began = time.perf_counter()
        while len(tokens) < N_TOKENS:
            one[0] = tokens[-1]
            llama_cpp.llama_decode(context, batch)
            tokens.append(llama_cpp.llama_sampler_sample(chain, context, -1))
        seconds = time.perf_counter() - began
        llama_cpp.llama_sampler_free(chain)
        say(speed=(N_TOKENS - 1) / seconds, text=text_of(llama_cpp, vocab, tokens), n_prompt=n_prompt)


def bare_chain(llama_cpp: object, n_vocab: int, ends: list[int]) -> object:
    """Give the default samplers in llama.cpp's order, with end of text banned."""
    from desktop_app.engine.parameters import SamplingParameters

    usual = SamplingParameters()
    chain = llama_cpp.llama_sampler_chain_init(llama_cpp.llama_sampler_chain_default_params())
    biases = (llama_cpp.llama_logit_bias * len(ends))(*((token, -math.inf) for token in ends))
    for sampler in (
        llama_cpp.llama_sampler_init_logit_bias(n_vocab, len(ends), biases),
        llama_cpp.llama_sampler_init_top_k(usual.top_k),
        llama_cpp.llama_sampler_init_top_p(usual.top_p, 1),
        llama_cpp.llama_sampler_init_min_p(usual.min_p, 1),
        llama_cpp.llama_sampler_init_temp(usual.temperature),
        llama_cpp.llama_sampler_init_dist(SEED),
    ):
        llama_cpp.llama_sampler_chain_add(chain, sampler)
    return chain


def text_of(llama_cpp: object, vocab: object, tokens: list[int]) -> str:
    """Give the text of `tokens`."""
    buffer = ctypes.create_string_buffer(256)
    pieces = []
    for token in tokens:
        n_bytes = llama_cpp.llama_token_to_piece(vocab, token, buffer, 256, 0, False)
        pieces.append(buffer.raw[:n_bytes])
    return b"".join(pieces).decode("utf-8", "replace")


def sampling(ends: list[int]) -> object:
    """Give the same samplers as `bare_chain`, for the engine."""
    from desktop_app.engine.parameters import SamplingParameters

    return SamplingParameters(seed=SEED, n_predict=N_TOKENS, logit_bias=tuple((token, -math.inf) for token in ends))


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
        assert event.timings.n_predicted == N_TOKENS, event
        say(speed=(N_TOKENS - 1) / seconds, text=text, n_prompt=event.timings.n_prompt)
        self.on_done()


def pipe(ends: list[int]) -> None:
    """(b) The engine process, without any window."""
    from PySide6.QtCore import QCoreApplication

    from desktop_app.engine.parameters import LoadParameters
    from desktop_app.engine.protocol import ChatMessage
    from desktop_app.services.engine import Engine

    application = QCoreApplication(sys.argv[:1])
    engine = Engine()
    clock = Clock(engine, application.quit)
    engine.model_loaded.connect(application.quit)
    engine.load(MODEL, LoadParameters(n_ctx=N_CTX, n_threads=N_THREADS))
    application.exec()
    say(ready=True)
    for _ in sys.stdin:
        engine.generate((ChatMessage("user", QUESTION),), sampling(ends))
        application.exec()
    del clock
    engine.stop()


def app(ends: list[int]) -> None:
    """(c) The whole application: typed into the composer, streamed into the transcript."""
    os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
    from PySide6.QtCore import Qt
    from PySide6.QtTest import QTest
    from PySide6.QtWidgets import QPlainTextEdit, QTextEdit

    from desktop_app import app as application_module
    from desktop_app.engine.parameters import LoadParameters
    from desktop_app.paths import Paths
    from desktop_app.services.conversations import Conversations
    from desktop_app.services.preferences import Preferences
    from desktop_app.ui.appearance import Appearance
    from desktop_app.ui.main_window import MainWindow

    with tempfile.TemporaryDirectory() as folder:
        paths = Paths.under(Path(folder))
        paths.create()
        application = application_module._make_application()
        preferences = Preferences(paths.config / "settings.json")
        appearance = Appearance(application, preferences)
        services = application_module._build_services(paths, preferences, Conversations(paths.database))
        services.conversations.sampling = lambda _conversation_id: sampling(ends)
        window = MainWindow(services, appearance)
        window.resize(1240, 820)
        window.show()
        clock = Clock(services.engine, lambda: None)
        services.conversations.message_changed.connect(application.quit)
        services.engine.model_loaded.connect(application.quit)
        services.engine.load(MODEL, LoadParameters(n_ctx=N_CTX, n_threads=N_THREADS))
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


class Way:
    """One of the three, as a process that answers "go"."""

    def __init__(self, name: str, *arguments: str) -> None:
        command = [sys.executable, str(Path(__file__).resolve()), "--way", name, *arguments]
        self.process = subprocess.Popen(
            command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True, cwd=ROOT
        )
        self.first = self._read()

    def _read(self) -> dict[str, object]:
        line = self.process.stdout.readline()
        if not line:
            raise SystemExit(f"{self.process.args[2:]} ended with {self.process.wait()}")
        return json.loads(line)

    def go(self) -> dict[str, object]:
        """Have one answer made and timed."""
        self.process.stdin.write("go\n")
        self.process.stdin.flush()
        return self._read()

    def close(self) -> None:
        """Let it end."""
        self.process.stdin.close()
        self.process.wait(30)


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rounds", type=int, default=N_ROUNDS)
    parser.add_argument("--way", choices=("bare", "pipe", "app"))
    parser.add_argument("--ends", default="[]")
    options = parser.parse_args()
    if options.way:
        return {"bare": lambda _: bare(), "pipe": pipe, "app": app}[options.way](json.loads(options.ends))
    a = Way("bare")
    ends = json.dumps(a.first["ends"])
    ways = {"bare": a, "engine": Way("pipe", "--ends", ends), "app": Way("app", "--ends", ends)}
    speeds: dict[str, list[float]] = {name: [] for name in ways}
    texts, n_prompts = set(), set()
    for number in range(options.rounds + 1):
        for name, way in ways.items():
            answer = way.go()
            texts.add(answer["text"])
            n_prompts.add(answer["n_prompt"])
            if number:  # the first round warms caches and fonts
                speeds[name].append(answer["speed"])
        print({name: round(found[-1], 1) for name, found in speeds.items() if found}, flush=True)
    for way in ways.values():
        way.close()
    assert len(n_prompts) == 1, f"the prompts differ: {n_prompts}"
    middle = {name: statistics.median(found) for name, found in speeds.items()}
    result = {
        "engine_ratio": round(middle["engine"] / middle["bare"], 4),
        "app_ratio": round(middle["app"] / middle["bare"], 4),
        **{name: round(value, 1) for name, value in middle.items()},
        "same_text": len(texts) == 1,
        "rounds": options.rounds,
    }
    print(json.dumps(result))
    return None


if __name__ == "__main__":
    main()
