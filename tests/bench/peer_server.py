"""Our engine against llama.cpp's own server (`xllamacpp` carries it), on the same model, threads and samplers.

`python tests/bench/peer_server.py [--rounds N] [--models starter second]` prints one JSON object as its last line. Each
key is the worse of the two models, whose own figures are under `models`:

- decode_ratio: tokens/s of one answer of 512 tokens, ours / theirs;
- ttft_turn20_ratio: time to the first text of turn 20 of a conversation, ours / theirs;
- ttft_switch_ratio: the same for the first turn after switching between 4 conversations;
- ttft_restart_ratio: the same for the first turn after a restart with a conversation of 3,000 tokens, the clock running
  from sending the request with the model loaded on both sides;
- parallel4_ratio: tokens/s of 4 conversations at once, in all, from sending to the last token, ours / theirs.

Both sides are processes that stream to this one: ours over its pipes, the server over HTTP. Both have 4 slots that share
one KV cache, the prompt cache is on, context, KV type and threads are the same, and every answer has exactly as many tokens
as asked for, because end of text is banned. Drafts are off, since the server makes none unless told to; with them, as they
are in the application, one answer of 512 tokens gives `decode_drafts_ratio`. Alternating rounds, medians. A bare loop over each of the two builds of
llama.cpp is measured beside them (`bare_ours`, `bare_peer`): the peer's is made for any processor, ours for this one.
"""

from __future__ import annotations

import argparse
import json
import random
import statistics
import sys
import tempfile
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT))

from tests.bench.bare_loop import N_CTX, N_THREADS, QUESTION, SEED, Model, bare_way, bench_model  # noqa: E402
from tests.bench.sides import Asked, EngineSide, Messages, PeerSide, new_key, peer_library  # noqa: E402
from tests.bench.ten_years import ENGLISH  # noqa: E402

COMMITS = {
    # Neither build carries its commit; these are what the two packages say that they are made of.
    "ours": "llama-cpp-python 0.3.36: ggml-org/llama.cpp@0c1e57098",
    "peer": "xllamacpp 2026.10.11549: ggml-org/llama.cpp b11549",
}
N_ROUNDS, N_RESTARTS = 5, 2
N_DECODED, N_SHORT, N_PARALLEL, N_BARE = 512, 16, 128, 256
N_TURNS, N_CONVERSATIONS = 20, 4
N_LONG_WORDS = 2_900
"""About 3,000 tokens."""
Side = EngineSide | PeerSide
FIGURES = ("decode", "ttft_turn20", "ttft_switch", "ttft_restart", "parallel4")


def words(n_words: int, seed: int) -> str:
    """Give a text that no other has a beginning in common with."""
    rng = random.Random(seed)
    return " ".join(rng.choices(ENGLISH.split(), k=n_words)) + "."


def user(text: str) -> tuple[str, str]:
    """Give a message of the person."""
    return "user", text


def decode(side: Side, number: int) -> list[float]:
    """Give the speed of one long answer."""
    (asked,) = side.ask((f"long {number}", (user(QUESTION),)), n_predict=N_DECODED, seed=SEED + number)
    return [asked.speed]


def with_drafts(ours: EngineSide, number: int) -> float:
    """Give the speed of our side as the application runs it."""
    asked = ours.ask((f"drafts {number}", (user(QUESTION),)), n_predict=N_DECODED, seed=SEED + number, adds_drafts=True)
    return asked[0].speed


def turn20(side: Side, number: int) -> list[float]:
    """Give the time to the first text of turn 20."""
    messages: Messages = ()
    for turn in range(N_TURNS):
        messages = (*messages, user(words(20, 1000 * number + turn)))
        (asked,) = side.ask((f"turns {number}", messages), n_predict=N_SHORT, seed=SEED)
        messages = (*messages, ("assistant", asked.text))
    return [asked.ttft_s]


def switch(side: Side, number: int) -> list[float]:
    """Give the times to the first text after each switch between four conversations, twice round."""
    talks: list[Messages] = [() for _ in range(N_CONVERSATIONS)]
    found = []
    for turn in range(3):
        for at, before in enumerate(talks):
            text = words(200 if not turn else 20, 100_000 + 1000 * number + 10 * turn + at)
            (asked,) = side.ask((f"switch {number} {at}", (*before, user(text))), n_predict=N_SHORT, seed=SEED)
            talks[at] = (*before, user(text), ("assistant", asked.text))
            found += [asked.ttft_s] if turn else []
    return found


def parallel(side: Side, number: int) -> list[float]:
    """Give the tokens/s of four answers at once, in all."""
    talks = [(f"beside {number} {at}", (user(words(20, 200_000 + 10 * number + at)),)) for at in range(N_CONVERSATIONS)]
    answers = side.ask(*talks, n_predict=N_PARALLEL, seed=SEED + number)
    assert all(asked.n_predicted == N_PARALLEL for asked in answers), answers
    return [sum(asked.n_predicted for asked in answers) / max(asked.done_s - asked.sent_s for asked in answers)]


def restart(model: Model, ends: list[int], number: int) -> dict[str, Asked]:
    """Give the first answers of both sides after a restart, to the same long conversation."""
    with tempfile.TemporaryDirectory() as folder:
        states = (Path(folder), new_key())
        messages = (user(words(N_LONG_WORDS, 300_000 + number)),)
        ours = EngineSide(model.path, ends, n_ctx=N_CTX, n_threads=N_THREADS, states=states)
        (first,) = ours.ask(("restart", messages), n_predict=N_SHORT, seed=SEED)
        ours.close()
        messages = (*messages, ("assistant", first.text), user(words(20, 400_000 + number)))
        ours = EngineSide(model.path, ends, n_ctx=N_CTX, n_threads=N_THREADS, states=states)
        (answer,) = ours.ask(("restart", messages), n_predict=N_SHORT, seed=SEED)
        ours.close()
    peer = PeerSide(model.path, n_ctx=N_CTX, n_threads=N_THREADS, template=model.template)
    (theirs,) = peer.ask(("restart", messages), n_predict=N_SHORT, seed=SEED)
    peer.close()
    return {"ours": answer, "peer": theirs}


def measure(model: Model, n_rounds: int, n_restarts: int) -> dict[str, object]:
    """Give all figures of one model."""
    bare = {"ours": bare_way(model.path), "peer": bare_way(model.path, peer_library())}
    ends = bare["ours"].first["ends"]
    ours = EngineSide(model.path, ends, n_ctx=N_CTX, n_threads=N_THREADS)
    sides: dict[str, Side] = {
        "ours": ours,
        "peer": PeerSide(model.path, n_ctx=N_CTX, n_threads=N_THREADS, template=model.template),
    }
    (warm,), (warm_peer,) = (side.ask(("warm", (user(QUESTION),)), n_predict=8, seed=SEED) for side in sides.values())
    found: dict[str, dict[str, list[float]]] = {name: {"ours": [], "peer": []} for name in (*FIGURES, "bare")}
    drafted: list[float] = []
    for number in range(n_rounds):
        for name, one in (("decode", decode), ("ttft_turn20", turn20), ("ttft_switch", switch), ("parallel4", parallel)):
            # Who goes first changes: what a machine does beside us often lasts for seconds.
            for who in sorted(sides, reverse=bool(number % 2)):
                found[name][who] += one(sides[who], number)
        drafted.append(with_drafts(ours, number))
        for who, way in bare.items():
            found["bare"][who].append(way.go(prompt=model.prompt, n_tokens=N_BARE)["speed"])
        print({name: [round(of[-1], 3) for of in both.values() if of] for name, both in found.items()}, flush=True)
    for one in (*sides.values(), *bare.values()):
        one.close()
    for number in range(n_restarts):
        for who, asked in restart(model, ends, number).items():
            found["ttft_restart"][who].append(asked.ttft_s)
        print(
            {"ttft_restart": [round(of[-1], 3) for of in found["ttft_restart"].values()], "n_prompt": asked.n_prompt}, flush=True
        )
    middle = {name: {who: statistics.median(of) for who, of in both.items()} for name, both in found.items() if both["ours"]}
    return {
        **{f"{name}_ratio": round(both["ours"] / both["peer"], 4) for name, both in middle.items()},
        **{f"{name}_{who}": round(value, 4) for name, both in middle.items() for who, value in both.items()},
        "decode_drafts_ratio": round(statistics.median(drafted) / middle["decode"]["peer"], 4),
        "n_prompt": [warm.n_prompt, warm_peer.n_prompt],
        "systems": {who: way.first["system"] for who, way in bare.items()},
        "builds": {who: side.build for who, side in sides.items()},
    }


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rounds", type=int, default=N_ROUNDS)
    parser.add_argument("--restarts", type=int, default=N_RESTARTS)
    parser.add_argument("--models", nargs="+", choices=("starter", "second"), default=["starter", "second"])
    options = parser.parse_args()
    models = {name: measure(bench_model(name), options.rounds, options.restarts) for name in options.models}
    result: dict[str, object] = {}
    for name in FIGURES:
        ratios = [figures[f"{name}_ratio"] for figures in models.values() if f"{name}_ratio" in figures]
        if ratios:
            result[f"{name}_ratio"] = max(ratios) if name.startswith("ttft") else min(ratios)
    print(json.dumps({**result, "commits": COMMITS, "rounds": options.rounds, "models": models}))


if __name__ == "__main__":
    main()
