"""The two sides of a comparison: our engine process on its pipes, and llama.cpp's own server over HTTP.

Both stream to this process, which only takes down when each piece came and looks into it afterwards, so that it takes as
little as possible of the two cores from what is measured. `ask` gives the answers to one or several conversations at once.
"""

from __future__ import annotations

import importlib.util
import json
import os
import secrets
import selectors
import socket
import subprocess
import sys
import time
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import urlsplit

ROOT = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT))

from desktop_app.engine import protocol, wire  # noqa: E402
from desktop_app.engine.parameters import LoadParameters, SamplingParameters  # noqa: E402
from tests.bench.bare_loop import Way, sampling  # noqa: E402

N_SLOTS = 4
TIMEOUT_S = 600

Messages = tuple[tuple[str, str], ...]


@dataclass
class Asked:
    """One answer as the client saw it; times on its clock."""

    sent_s: float
    pieces: list[tuple[float, str]] = field(default_factory=list)
    done_s: float = 0.0
    n_prompt: int = 0
    n_reused: int = 0
    n_predicted: int = 0

    @property
    def text(self) -> str:
        """All of it."""
        return "".join(text for _, text in self.pieces)

    @property
    def ttft_s(self) -> float:
        """From sending the request to the first text."""
        return self.pieces[0][0] - self.sent_s

    @property
    def speed(self) -> float:
        """Tokens a second from the first text to the last."""
        return (self.n_predicted - 1) / (self.pieces[-1][0] - self.pieces[0][0])


class EngineSide:
    """Our engine with a model in memory. `states`: where what was read is kept over a restart, with its key."""

    def __init__(
        self, model: Path, ends: list[int], *, n_ctx: int, n_threads: int, states: tuple[Path, str] | None = None
    ) -> None:
        self._ends, self._task, self._held = ends, 0, b""
        self._keeps_states = states is not None
        self._process = subprocess.Popen(
            [sys.executable, "-m", "desktop_app", "--role", "engine"],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            cwd=ROOT,
            bufsize=0,
        )
        ready = self._event()[1]
        assert isinstance(ready, protocol.EngineReady)
        self.build = ready.versions
        if states is not None:
            folder, key = states
            self._send(protocol.StatesRequest(self._new_task(), str(folder), key, 4 << 30))
        task = self._new_task()
        parameters = LoadParameters(n_ctx=n_ctx, n_threads=n_threads, n_slots=N_SLOTS)
        self._send(protocol.LoadRequest(task, str(model), parameters))
        while not isinstance(event := self._event()[1], protocol.ModelLoaded):
            assert not isinstance(event, protocol.Failed), event

    def ask(self, *conversations: tuple[str, Messages], n_predict: int, seed: int, adds_drafts: bool = False) -> list[Asked]:
        """Have `conversations`, (name, messages) pairs, answered at once, with exactly `n_predict` tokens each."""
        lines, answers = [], {}
        for name, messages in conversations:
            task = self._new_task()
            given = tuple(protocol.ChatMessage(*item) for item in messages)
            parameters = sampling(self._ends, n_predict, seed)
            request = protocol.GenerateRequest(task, given, parameters, conversation=name, adds_drafts=adds_drafts)
            lines.append(wire.encode(request))
            answers[task] = Asked(0.0)
        sent_s = time.perf_counter()
        self._process.stdin.write(b"".join(lines))
        for answer in answers.values():
            answer.sent_s = sent_s
        while not all(answer.done_s for answer in answers.values()):
            now_s, event = self._event()
            assert not isinstance(event, protocol.Failed), event
            if isinstance(event, protocol.TextDelta):
                answers[event.task].pieces.append((now_s, event.text))
            elif isinstance(event, protocol.GenerationFinished):
                answer, timings = answers[event.task], event.timings
                answer.done_s, answer.n_predicted = now_s, timings.n_predicted
                answer.n_prompt, answer.n_reused = timings.n_prompt, timings.n_reused
        return list(answers.values())

    def close(self) -> None:
        """End it as the window does at quit: what it has read is saved first, where it is to be kept."""
        if self._keeps_states:
            self._send(protocol.SaveStates(self._new_task()))
            while not isinstance(self._event()[1], protocol.StatesKept):
                pass
        self._process.stdin.close()
        self._process.wait(30)
        self._process.stdout.close()

    def _new_task(self) -> int:
        self._task += 1
        return self._task

    def _send(self, request: protocol.Request) -> None:
        self._process.stdin.write(wire.encode(request))

    def _event(self) -> tuple[float, protocol.Event]:
        """Give the next event and when the bytes that finish it came."""
        now_s = 0.0
        while b"\n" not in self._held:
            chunk = os.read(self._process.stdout.fileno(), 1 << 16)
            now_s = time.perf_counter()
            assert chunk, f"the engine ended with {self._process.wait()}"
            self._held += chunk
        line, self._held = self._held.split(b"\n", 1)
        return now_s or time.perf_counter(), wire.decode_event(line)


class PeerSide:
    """llama.cpp's server with as many slots, its prompt cache on, the same context and threads."""

    def __init__(self, model: Path, *, n_ctx: int, n_threads: int, template: str = "") -> None:
        given = json.dumps({"model": str(model), "n_ctx": n_ctx, "n_threads": n_threads, "template": template})
        self._way = Way(str(Path(__file__).resolve()), given)
        self.build = self._way.first["build"]
        address = urlsplit(self._way.first["address"])
        self._address = (address.hostname, address.port)

    def ask(self, *conversations: tuple[str, Messages], n_predict: int, seed: int) -> list[Asked]:
        """Have `conversations`, (name, messages) pairs, answered at once, with exactly `n_predict` tokens each."""
        usual = SamplingParameters()
        options = {
            "stream": True, "cache_prompt": True, "ignore_eos": True, "max_tokens": n_predict, "seed": seed,
            "temperature": usual.temperature, "top_k": usual.top_k, "top_p": usual.top_p, "min_p": usual.min_p,
            "samplers": ["top_k", "top_p", "min_p", "temperature"],
        }  # fmt: skip
        requests = []
        for _, messages in conversations:
            body = json.dumps({**options, "messages": [{"role": role, "content": text} for role, text in messages]}).encode()
            head = f"POST /v1/chat/completions HTTP/1.1\r\nHost: localhost\r\nContent-Length: {len(body)}\r\nConnection: close\r\n\r\n"
            requests.append(head.encode() + body)
        with selectors.DefaultSelector() as selector:
            chunks: list[list[tuple[float, bytes]]] = [[] for _ in requests]
            sockets = [socket.create_connection(self._address, TIMEOUT_S) for _ in requests]
            for one, into in zip(sockets, chunks, strict=True):
                one.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
                selector.register(one, selectors.EVENT_READ, into)
            sent_s = time.perf_counter()
            for one, request in zip(sockets, requests, strict=True):
                one.sendall(request)
            while selector.get_map():
                for key, _ in selector.select(TIMEOUT_S):
                    chunk = key.fileobj.recv(1 << 16)
                    key.data.append((time.perf_counter(), chunk))
                    if not chunk:
                        selector.unregister(key.fileobj)
                        key.fileobj.close()
        return [_asked(sent_s, received) for received in chunks]

    def close(self) -> None:
        """End it."""
        self._way.close()


def _asked(sent_s: float, received: list[tuple[float, bytes]]) -> Asked:
    """Give what a streamed response says, with the time of each piece."""
    answer, held = Asked(sent_s), b""
    for now_s, chunk in received:
        held += chunk
        while b"\n\n" in held:
            raw, held = held.split(b"\n\n", 1)
            at = raw.find(b"data: ")
            if at < 0 or raw[at + 6 :].startswith(b"[DONE]"):
                continue
            event = json.loads(raw[at + 6 :])
            assert "error" not in event, event
            for choice in event["choices"]:
                if text := choice["delta"].get("content"):
                    answer.pieces.append((now_s, text))
            if timings := event.get("timings"):
                answer.done_s, answer.n_predicted = now_s, timings["predicted_n"]
                answer.n_prompt, answer.n_reused = timings["prompt_n"] + timings["cache_n"], timings["cache_n"]
    assert answer.done_s, held[-500:]
    return answer


def peer_library() -> str:
    """Give the shared library of the peer's build; it exports llama.cpp's functions."""
    spec = importlib.util.find_spec("xllamacpp")
    assert spec is not None, "xllamacpp is not installed: pip install --require-hashes -r requirements-dev.txt"
    return str(next(Path(spec.submodule_search_locations[0]).glob("xllamacpp*.so")))


def new_key() -> str:
    """Give a key for states that are saved."""
    return secrets.token_hex(32)


def _serve_peer(options: dict[str, object]) -> None:
    """Be the peer: load, say the address, and go on until the end of input."""
    import xllamacpp

    parameters = xllamacpp.CommonParams()
    parameters.model.path = options["model"]
    parameters.n_ctx, parameters.n_parallel, parameters.kv_unified = options["n_ctx"], N_SLOTS, True
    parameters.cpuparams.n_threads = parameters.cpuparams_batch.n_threads = options["n_threads"]
    parameters.cache_prompt, parameters.fit_params, parameters.verbosity = True, False, 0
    parameters.chat_template = options["template"]
    server = xllamacpp.Server(parameters)
    build = {"xllamacpp": xllamacpp.__version__, "system": xllamacpp.get_system_info().strip(" |"), **xllamacpp.BUILD_INFO}
    sys.__stdout__.write(json.dumps({"address": server.listening_address, "build": build}) + "\n")
    sys.__stdout__.flush()
    sys.stdin.read()
    # Its threads would be waited for.
    os._exit(0)


if __name__ == "__main__":
    _serve_peer(json.loads(sys.argv[1]))
