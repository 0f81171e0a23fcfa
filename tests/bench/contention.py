"""What one busy process leaves of the speed, when it holds one of the two cores that the model computes on.

`python tests/bench/contention.py [--rounds N] [--models starter second]` prints one JSON object as its last line:
{"busy_ratio": busy / quiet, "peer_busy_ratio": the same for llama.cpp's server with two threads, "recovered_ratio": the
answer after the busy process has gone / quiet, …}, each the worse of the two models. All on two cores; our engine chooses its
threads itself, as it does when nothing was set. An answer begins with the busy process beside it, so what it takes to
notice is part of the figure. Alternating rounds, medians.
"""

from __future__ import annotations

import argparse
import contextlib
import json
import os
import statistics
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT))

from tests.bench.bare_loop import N_CTX, QUESTION, SEED, Model, bare_way, bench_model  # noqa: E402
from tests.bench.sides import EngineSide, PeerSide  # noqa: E402

N_ROUNDS = 5
N_TOKENS, N_PEER_TOKENS = 384, 128
KEYS = ("busy", "recovered", "peer_busy")


@contextlib.contextmanager
def busy_process() -> Iterator[None]:
    """Keep the second of our two cores busy."""
    with subprocess.Popen([sys.executable, "-c", "while True: pass"]) as process:
        os.sched_setaffinity(process.pid, {sorted(os.sched_getaffinity(0))[1]})
        time.sleep(0.5)
        try:
            yield
        finally:
            process.kill()


def measure(model: Model, n_rounds: int) -> dict[str, float]:
    """Give the figures of one model."""
    bare = bare_way(model.path)
    ends = bare.first["ends"]
    bare.close()
    ours, peer = (
        EngineSide(model.path, ends, n_ctx=N_CTX, n_threads=0),
        PeerSide(model.path, n_ctx=N_CTX, n_threads=2, template=model.template),
    )

    def speed(side: EngineSide | PeerSide, n_tokens: int) -> float:
        (asked,) = side.ask(("contention", (("user", QUESTION),)), n_predict=n_tokens, seed=SEED)
        return asked.speed

    speed(ours, 8), speed(peer, 8)
    found: dict[str, list[float]] = {name: [] for name in ("quiet", "peer_quiet", *KEYS)}
    for _ in range(n_rounds):
        found["quiet"].append(speed(ours, N_TOKENS))
        found["peer_quiet"].append(speed(peer, N_PEER_TOKENS))
        with busy_process():
            found["busy"].append(speed(ours, N_TOKENS))
        found["recovered"].append(speed(ours, N_TOKENS))
        with busy_process():
            found["peer_busy"].append(speed(peer, N_PEER_TOKENS))
        print({name: round(of[-1], 1) for name, of in found.items()}, flush=True)
    ours.close()
    peer.close()
    middle = {name: statistics.median(of) for name, of in found.items()}
    ratios = {f"{name}_ratio": round(middle[name] / middle["peer_quiet" if "peer" in name else "quiet"], 4) for name in KEYS}
    return {**ratios, **{name: round(value, 1) for name, value in middle.items()}}


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rounds", type=int, default=N_ROUNDS)
    parser.add_argument("--models", nargs="+", choices=("starter", "second"), default=["starter", "second"])
    options = parser.parse_args()
    os.sched_setaffinity(0, set(sorted(os.sched_getaffinity(0))[:2]))
    models = {name: measure(bench_model(name), options.rounds) for name in options.models}
    worst = {f"{name}_ratio": min(figures[f"{name}_ratio"] for figures in models.values()) for name in KEYS}
    print(json.dumps({**worst, "rounds": options.rounds, "models": models}))


if __name__ == "__main__":
    main()
