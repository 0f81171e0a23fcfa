"""The portable engine, the one that is given to everybody: how fast beside one built for this machine, and is Vulkan right.

`figures(wheel, n_rounds)` is what `package.py` adds to its own. There is no graphics card where this runs: Mesa's
lavapipe, a device of Vulkan that computes on the processor, stands in for one. Texts are not compared, because other
kernels round otherwise; logits are.

`python tests/bench/portable.py MODEL OUT [--card]` is one of its processes: it reads a text with the model, all of it at
once and then word by word, writes the logits of every position to OUT, and says where the layers were.
"""

from __future__ import annotations

import argparse
import ctypes
import math
import os
import statistics
import sys
import tempfile
from array import array
from pathlib import Path
from types import ModuleType

ROOT = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT))

from tests.bench.bare_loop import Way, bench_model, say  # noqa: E402

N_TOKENS, N_TURNS, N_ROUNDS_TOGETHER = 48, 6, 2
"""Tokens of an answer whose speed is measured, and answers of each build in a round."""
TEXT = "The lighthouse stood on a rock far out in the sea. Every evening its keeper climbed the stairs, lit the lamp, and"
N_SINGLE = 8
"""Tokens that are read one by one, as those of an answer are: the kernels are other ones than for many at once."""
DRIVERS = "/usr/share/vulkan/icd.d"
SOFTWARE = "lvp_icd*.json"


class Unmeasurable(Exception):
    """What is missing, as one sentence."""


def packaging(name: str) -> ModuleType:
    """Give a module of packaging/, where programs find each other by their bare names."""
    sys.path.insert(0, str(ROOT / "packaging"))
    return __import__(name)


def software_card() -> dict[str, str]:
    """Give the environment in which the one graphics card is lavapipe. Raises: Unmeasurable."""
    driver = next(iter(sorted(Path(DRIVERS).glob(SOFTWARE))), None)
    try:
        ctypes.CDLL("libvulkan.so.1")
    except OSError:
        driver = None
    if driver is None:
        raise Unmeasurable("Vulkan in software is missing: sudo apt-get install libvulkan1 mesa-vulkan-drivers")
    # A device that is a processor is left out unless it is asked for by its number.
    return {"VK_ICD_FILENAMES": str(driver), "GGML_VK_VISIBLE_DEVICES": "0"}


def figures(wheel: Path, n_rounds: int) -> dict[str, object]:
    """Measure all. Raises: Unmeasurable."""
    card = software_card()
    with tempfile.TemporaryDirectory() as name:
        folder = packaging("engine").unpack(wheel, Path(name) / "engine")
        return {**speeds(folder, n_rounds), **beside_processor(folder, card, Path(name))}


def speeds(portable: Path, n_rounds: int) -> dict[str, object]:
    """Give the speed of answers by both builds: new processes in each round, and in it short answers in turns.

    The ratio is that of tokens for a second of the processor with one thread: on a quiet machine that is a second, and
    on a busy one what the others take is left out. With two threads, which wait for each other, the clock on the wall
    says hardly anything on a busy machine; `portable_wall_ratio` is what it said.
    """
    alone, together = turns(portable, n_rounds, n_threads=1), turns(portable, min(n_rounds, N_ROUNDS_TOGETHER), n_threads=2)
    return {
        "portable_decode_ratio": ratio(alone, "cpu_speed"),
        "portable_wall_ratio": ratio(together, "speed"),
        **{f"{build}_tokens_per_s": round(median(together[build], "speed"), 1) for build in together},
        "load_average": round(os.getloadavg()[0], 1),
    }


def turns(portable: Path, n_rounds: int, n_threads: int) -> dict[str, list[dict[str, float]]]:
    """Give what each build said of its answers."""
    model, bare = bench_model("starter"), str(ROOT / "tests" / "bench" / "bare_loop.py")
    builds: dict[str, dict[str, str]] = {"native": {}, "portable": {"PYTHONPATH": str(portable)}}
    found: dict[str, list[dict[str, float]]] = {build: [] for build in builds}
    for number in range(n_rounds):
        order = sorted(builds, reverse=bool(number % 2))
        ways = {build: Way(bare, str(model.path), "--threads", str(n_threads), env=builds[build]) for build in order}
        for turn in range(N_TURNS + 1):
            for build, way in ways.items():
                answer = way.go(prompt=model.prompt, n_tokens=N_TOKENS)
                if turn:  # the first one warms
                    found[build].append(answer)
        for way in ways.values():
            way.close()
    return found


def ratio(found: dict[str, list[dict[str, float]]], key: str) -> float:
    """Give the portable build's middle speed over the native one's."""
    return round(median(found["portable"], key) / median(found["native"], key), 4)


def median(answers: list[dict[str, float]], key: str) -> float:
    """Give the middle of one figure."""
    return statistics.median(answer[key] for answer in answers)


def beside_processor(portable: Path, card: dict[str, str], folder: Path) -> dict[str, object]:
    """Give how far the logits of the card are from those of the processor, and what was not put on it."""
    model, logits, said = bench_model("starter").path, {}, {}
    for place, options, env in (("processor", [], {}), ("card", ["--card"], card)):
        out = folder / place
        way = Way(str(Path(__file__).resolve()), str(model), str(out), *options, env={"PYTHONPATH": str(portable), **env})
        said[place] = way.first
        way.close()
        values = array("f", out.read_bytes())
        n_vocabulary = way.first["n_vocabulary"]
        logits[place] = [values[start : start + n_vocabulary] for start in range(0, len(values), n_vocabulary)]
    pairs = list(zip(logits["processor"], logits["card"], strict=True))
    on_card = said["card"]
    # A layer counts only when the device itself reserved memory for it.
    n_on_card = on_card["n_gpu_layers"] if on_card["card_bytes"] else 0
    return {
        "vulkan_cosine": round(min(cosine(one, other) for one, other in pairs), 5),
        "vulkan_layers_missing": on_card["n_layers"] - n_on_card,
        "vulkan_same_choice": round(sum(best(one) == best(other) for one, other in pairs) / len(pairs), 3),
        "vulkan_device": on_card["device"],
        "vulkan_mb": round(on_card["card_bytes"] / 1e6, 1),
    }


def cosine(one: array[float], other: array[float]) -> float:
    """Give the cosine of the angle between two rows; not a number in one of them makes it 0."""
    product = sum(map(float.__mul__, one, other))
    length = math.sqrt(sum(map(float.__mul__, one, one)) * sum(map(float.__mul__, other, other)))
    value = product / length if length > 0 else 0.0
    return value if math.isfinite(value) else 0.0


def best(row: array[float]) -> int:
    """Give the token that a row speaks for."""
    return row.index(max(row))


def read(path: Path, out: Path, *, has_card: bool) -> None:
    """Read the text, write the logits, and say where the layers were."""
    from desktop_app.engine.llama import library
    from desktop_app.engine.llama.batch import Batch
    from desktop_app.engine.llama.library import C, Interrupt, LibraryLog
    from desktop_app.engine.llama.model import Model
    from desktop_app.engine.parameters import LoadParameters

    log = LibraryLog()
    log.install()
    library.load_backends(with_cards=has_card)
    parameters = LoadParameters(n_ctx=512, n_slots=1, n_threads=2, n_gpu_layers=-1 if has_card else 0)
    model = Model(path, parameters, Interrupt(), log)
    tokens = model.vocabulary.tokenize(TEXT)
    n_together = len(tokens) - N_SINGLE
    n_vocabulary = C.llama_vocab_n_tokens(C.llama_model_get_vocab(model._pointer))
    batch = Batch(512, 1)
    with out.open("wb") as file:
        for start, count in ((0, n_together), *((index, 1) for index in range(n_together, len(tokens)))):
            batch.clear()
            batch.add(0, tokens[start : start + count], start, count)
            assert C.llama_decode(model.context, batch.struct) == 0
            for index in range(count):
                file.write(ctypes.string_at(C.llama_get_logits_ith(model.context, index), 4 * n_vocabulary))
    say(
        n_vocabulary=n_vocabulary,
        n_gpu_layers=model.n_gpu_layers,
        n_layers=model.n_offloadable,
        device=model.device,
        card_bytes=sum(n_bytes for name, kind, n_bytes in model.buffers if kind == "model" and name.startswith("Vulkan")),
        backends=library.backend_names(),
    )
    model.close()


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("model", type=Path)
    parser.add_argument("out", type=Path)
    parser.add_argument("--card", action="store_true")
    options = parser.parse_args()
    read(options.model, options.out, has_card=options.card)
