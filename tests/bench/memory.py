"""How well the memory of a model is foretold: the estimate from its header against what llama.cpp reserves.

`python tests/bench/memory.py [MODEL …]` prints one JSON object as its last line: {"estimate_error_max": 0.01, …}, the
largest relative error of the sum over all combinations of model, context and KV type, and the same for each part of
it. Without arguments: the starter model and the second model of the benches. Nothing is timed.
"""

from __future__ import annotations

import argparse
import json
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT))

from desktop_app.engine.gguf import read_header  # noqa: E402
from desktop_app.engine.llama.library import Interrupt, LibraryLog, load_backends  # noqa: E402
from desktop_app.engine.llama.model import Model  # noqa: E402
from desktop_app.engine.parameters import LoadParameters  # noqa: E402
from desktop_app.library.memory import Use, estimate  # noqa: E402
from desktop_app.library.model_shape import shape_of  # noqa: E402
from tests.bench.second_model import second_model  # noqa: E402

STARTER = ROOT / "resources" / "models" / "SmolLM2-135M-Instruct.Q4_1.gguf"
CONTEXTS = (2048, 8192, 32768)
KV_TYPES = ("f16", "q8_0", "q4_0")
PARTS = {"model": "weights", "KV": "kv", "RS": "kv", "compute": "compute", "output": "compute"}


def reserved(model: Model) -> Use:
    """Give what llama.cpp says it has reserved for a model."""
    parts = dict.fromkeys(PARTS.values(), 0)
    for _, kind, n_bytes in model.buffers:
        parts[PARTS[kind]] += n_bytes
    return Use(parts["weights"], parts["kv"], parts["compute"])


def compare(path: Path, parameters: LoadParameters, log: LibraryLog) -> dict[str, float]:
    """Load a model, and give the relative errors of the estimate: of the sum, and of each part."""
    foretold = estimate(shape_of([read_header(path)]), parameters).main
    model = Model(path, parameters, Interrupt(), log)
    real = reserved(model)
    model.close()
    pairs = {
        "total": (foretold.total_bytes, real.total_bytes),
        "weights": (foretold.weights_bytes, real.weights_bytes),
        "kv": (foretold.kv_bytes, real.kv_bytes),
        "compute": (foretold.compute_bytes, real.compute_bytes),
    }
    return {name: (told - found) / found for name, (told, found) in pairs.items()}


def main() -> int:
    """Compare all combinations and print the errors."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("models", nargs="*", type=Path)
    models = parser.parse_args().models or [STARTER, second_model()]
    load_backends()
    log = LibraryLog()
    log.install()
    worst: dict[str, float] = {}
    combinations = []
    for path in models:
        for n_ctx in CONTEXTS:
            for kv_type in KV_TYPES:
                # Without mmap every byte is reserved once: pages of a file that were repacked are not counted twice.
                parameters = LoadParameters(n_ctx=n_ctx, type_k=kv_type, type_v=kv_type, use_mmap=False)
                errors = compare(path, parameters, log)
                worst = {name: max(abs(error), worst.get(name, 0.0)) for name, error in errors.items()}
                rounded = {name: round(error, 4) for name, error in errors.items()}
                combinations.append({"model": path.stem, "n_ctx": n_ctx, "kv_type": kv_type, **rounded})
                print(json.dumps(combinations[-1]))
    result = {f"{name}_error_max": round(error, 4) for name, error in worst.items()}
    print(json.dumps({"estimate_error_max": result.pop("total_error_max"), **result, "n_combinations": len(combinations)}))
    return 0


if __name__ == "__main__":
    sys.exit(main())
