"""A bare loop over llama_decode and llama_sampler_sample: what a build of llama.cpp gives when nothing else is done.

`python tests/bench/bare_loop.py MODEL [--library FILE]` answers each line {"prompt": …, "n_tokens": …} with the speed (for
a second, and for a second of a processor) and the text. `--library` takes another build that exports the functions of `llama.h`, for instance the one inside `xllamacpp`.
The prompt is read before the clock starts; end of text is banned by logit bias; a line for each of the samplers that are
on by default, in llama.cpp's order. Sampling as in `sampling`, threads and context as in `N_THREADS` and `N_CTX`.
"""

from __future__ import annotations

import argparse
import ctypes
import json
import math
import os
import subprocess
import sys
import time
from pathlib import Path
from typing import Any, NamedTuple

ROOT = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT))

from desktop_app.engine.known_templates import PLAIN, known  # noqa: E402
from desktop_app.engine.parameters import SamplingParameters  # noqa: E402
from tests.bench.second_model import second_model  # noqa: E402

QUESTION = "Write a long story about a lighthouse and the people who live near it."
N_THREADS, N_CTX, SEED = 2, 4096, 4711


class Model(NamedTuple):
    """A model that is measured. `prompt`: what its chat template makes of `QUESTION`; `template`: for a peer, "": its own."""

    path: Path
    prompt: str
    template: str


def bench_model(name: str) -> Model:
    """Give the model called "starter" or "second"."""
    if name == "second":
        return Model(second_model(), QUESTION, known(PLAIN).source)
    system = "<|im_start|>system\nYou are a helpful AI assistant named SmolLM, trained by Hugging Face<|im_end|>\n"
    prompt = f"{system}<|im_start|>user\n{QUESTION}<|im_end|>\n<|im_start|>assistant\n"
    return Model(ROOT / "resources" / "models" / "SmolLM2-135M-Instruct.Q4_1.gguf", prompt, "")


def sampling(ends: list[int], n_tokens: int, seed: int = SEED) -> SamplingParameters:
    """Give the default samplers with a fixed seed, for an answer of exactly so many tokens.

    They are named one by one: what is not chosen may be recommended by the author of a model.
    """
    usual = SamplingParameters()
    return SamplingParameters(
        temperature=usual.temperature,
        top_k=usual.top_k,
        top_p=usual.top_p,
        min_p=usual.min_p,
        repeat_penalty=usual.repeat_penalty,
        seed=seed,
        n_predict=n_tokens,
        logit_bias=tuple((token, -math.inf) for token in ends),
    )


class OtherBuild:
    """The functions of `llama.h` from another shared library, with the signatures of the binding that we use."""

    def __init__(self, binding: Any, path: str) -> None:
        self._binding, self._library = binding, ctypes.CDLL(path)

        class ContextParameters(binding.llama_context_params):  # type: ignore[misc]
            # Another commit may have more fields after those that are set here; they stay as it gives them.
            _fields_ = (("rest", ctypes.c_char * 256),)

        class ModelParameters(binding.llama_model_params):  # type: ignore[misc]
            _fields_ = (("rest", ctypes.c_char * 256),)

        self._own = {binding.llama_context_params: ContextParameters, binding.llama_model_params: ModelParameters}

    def __getattr__(self, name: str) -> Any:
        known = getattr(self._binding, name)
        if isinstance(known, type) or not hasattr(known, "argtypes"):
            return known
        function = getattr(self._library, name)
        function.argtypes = [self._own.get(kind, kind) for kind in known.argtypes]
        function.restype = self._own.get(known.restype, known.restype)
        return function


def serve(path: Path, library: str, n_threads: int = N_THREADS) -> None:
    """Load the model, say what was loaded, and answer until the end of input."""
    from desktop_app.engine.llama.library import C, load_backends

    llama: Any = OtherBuild(C, library) if library else C
    quiet = llama.llama_log_callback(lambda level, text, data: None)
    llama.llama_log_set(quiet, None)
    if library:
        llama.llama_backend_init()
    else:
        load_backends(with_cards=False)
    model = llama.llama_model_load_from_file(str(path).encode(), llama.llama_model_default_params())
    vocabulary = llama.llama_model_get_vocab(model)
    parameters = llama.llama_context_default_params()
    assert (parameters.n_ctx, parameters.n_ubatch, parameters.n_seq_max) == (512, 512, 1), "another layout of the parameters"
    parameters.n_ctx, parameters.n_batch, parameters.n_threads, parameters.n_threads_batch = N_CTX, 512, n_threads, n_threads
    if not library:  # in another build it lies elsewhere; it matters beyond a window's length only
        parameters.swa_full = False
    context = llama.llama_init_from_model(model, parameters)
    n_vocabulary = llama.llama_vocab_n_tokens(vocabulary)
    ends = [token for token in range(n_vocabulary) if llama.llama_vocab_is_eog(vocabulary, token)]
    say(ends=ends, system=llama.llama_print_system_info().decode().strip(" |"))
    for line in sys.stdin:
        wanted = json.loads(line)
        say(**answer(llama, context, vocabulary, ends, wanted["prompt"], wanted["n_tokens"]))


def answer(llama: Any, context: Any, vocabulary: Any, ends: list[int], prompt: str, n_tokens: int) -> dict[str, object]:
    """Give the speed and the text of one answer, as the reply to a line."""
    raw = prompt.encode()
    room = (llama.llama_token * (len(raw) + 8))()
    n_prompt = llama.llama_tokenize(vocabulary, raw, len(raw), room, len(room), True, True)
    chain = sampler_chain(llama, llama.llama_vocab_n_tokens(vocabulary), ends)
    llama.llama_memory_clear(llama.llama_get_memory(context), True)
    # The last token by itself, as the engine reads it where it keeps a checkpoint: read together it adds up otherwise.
    llama.llama_decode(context, llama.llama_batch_get_one(room, n_prompt - 1))
    one = (llama.llama_token * 1)(room[n_prompt - 1])
    batch = llama.llama_batch_get_one(one, 1)
    llama.llama_decode(context, batch)
    decode, sample = llama.llama_decode, llama.llama_sampler_sample
    tokens = [sample(chain, context, -1)]
    began_s = time.perf_counter()
    began_cpu_s = time.process_time()
    while len(tokens) < n_tokens:
        one[0] = tokens[-1]
        decode(context, batch)
        tokens.append(sample(chain, context, -1))
    seconds, cpu_s = time.perf_counter() - began_s, time.process_time() - began_cpu_s
    llama.llama_sampler_free(chain)
    return {
        "speed": (n_tokens - 1) / seconds,
        "cpu_speed": (n_tokens - 1) / cpu_s,
        "text": text_of(llama, vocabulary, tokens),
        "n_prompt": n_prompt,
    }


def sampler_chain(llama: Any, n_vocabulary: int, ends: list[int]) -> Any:
    """Give the default samplers in llama.cpp's order, with end of text banned."""
    usual = SamplingParameters()
    chain = llama.llama_sampler_chain_init(llama.llama_sampler_chain_default_params())
    biases = (llama.llama_logit_bias * len(ends))(*((token, -math.inf) for token in ends))
    for sampler in (
        llama.llama_sampler_init_logit_bias(n_vocabulary, len(ends), biases),
        llama.llama_sampler_init_top_k(usual.top_k),
        llama.llama_sampler_init_top_p(usual.top_p, 1),
        llama.llama_sampler_init_min_p(usual.min_p, 1),
        llama.llama_sampler_init_temp(usual.temperature),
        llama.llama_sampler_init_dist(SEED),
    ):
        llama.llama_sampler_chain_add(chain, sampler)
    return chain


def text_of(llama: Any, vocabulary: Any, tokens: list[int]) -> str:
    """Give the text of `tokens`."""
    buffer = ctypes.create_string_buffer(256)
    pieces = []
    for token in tokens:
        n_bytes = llama.llama_token_to_piece(vocabulary, token, buffer, 256, 0, False)
        pieces.append(buffer.raw[:n_bytes])
    return b"".join(pieces).decode("utf-8", "replace")


def say(**facts: object) -> None:
    """Answer the parent with one line."""
    print(json.dumps(facts), file=sys.__stdout__, flush=True)


class Way:
    """A process that answers lines with lines; `first` is what it says when it is ready. `env`: more of its environment."""

    def __init__(self, *command: str, env: dict[str, str] | None = None) -> None:
        self._command = command
        self.process = subprocess.Popen(
            [sys.executable, *command],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            text=True,
            cwd=ROOT,
            env={**os.environ, **(env or {})},
        )
        assert self.process.stdin is not None and self.process.stdout is not None
        self._input, self._output = self.process.stdin, self.process.stdout
        self.first = self._read()

    def _read(self) -> dict[str, Any]:
        line = self._output.readline()
        if not line:
            raise SystemExit(f"{self._command} ended with {self.process.wait()}")
        answer: dict[str, Any] = json.loads(line)
        return answer

    def go(self, **wanted: object) -> dict[str, Any]:
        """Have one answer made and timed."""
        self._input.write(json.dumps(wanted) + "\n")
        self._input.flush()
        return self._read()

    def close(self) -> None:
        """Let it end."""
        self._input.close()
        self.process.wait(30)
        self._output.close()


def bare_way(model: Path, library: str = "") -> Way:
    """Give a bare loop over a model, in a process of its own."""
    return Way(str(Path(__file__).resolve()), str(model), *(["--library", library] if library else []))


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("model", type=Path)
    parser.add_argument("--library", default="")
    parser.add_argument("--threads", type=int, default=N_THREADS)
    options = parser.parse_args()
    serve(options.model, options.library, options.threads)
