"""How large the application is once installed, how large its package, and how fast it starts beside its source.

`python tests/bench/package.py [--rounds N]` measures what `packaging/build.py` has left in dist/ and prints one JSON
object as its last line: {"installed_mb": …, "deb_mb": …, "start_ratio": …}. Both sizes are without the starter model,
in units of 10^6 bytes; of the package the model's share is what it weighs when it is packed alone. Starts to the first
painted window, warm cache, in turns, medians.

Where the portable engine was built (its wheel is kept, see `packaging/engine.py`), it is measured too:
{"portable_decode_ratio": …, "vulkan_cosine": …, "vulkan_layers_missing": …}, as `portable.py` explains.
Exit status 1 when there is nothing to measure. `--limits` looks at the sizes alone, and is 1 as well when one is too large.
"""

from __future__ import annotations

import argparse
import json
import lzma
import statistics
import sys
import tempfile
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT))

from tests.bench import portable  # noqa: E402
from tests.bench.startup import run_until  # noqa: E402

DIST = ROOT / "dist"
N_ROUNDS = 9
LIMITS_MB = {"installed_mb": 250, "deb_mb": 75}
MB = 1e6


def size_of(folder: Path) -> int:
    """Give the bytes of all files in a folder; links count nothing."""
    return sum(path.stat().st_size for path in folder.rglob("*") if path.is_file() and not path.is_symlink())


def packed_size(path: Path) -> int:
    """Give the bytes of a file after xz as dpkg-deb uses it: some 45 s for the starter model."""
    packer = lzma.LZMACompressor(preset=6)
    with path.open("rb") as file:
        size = sum(len(packer.compress(piece)) for piece in iter(lambda: file.read(1 << 20), b""))
    return size + len(packer.flush())


def sizes(folder: Path, package: Path) -> dict[str, float]:
    """Give both sizes in MB, without the starter model where it is inside."""
    models = sorted(folder.glob("_internal/resources/models/*.gguf"))
    return {
        "installed_mb": round((size_of(folder) - sum(path.stat().st_size for path in models)) / MB, 1),
        "deb_mb": round((package.stat().st_size - sum(map(packed_size, models))) / MB, 1),
    }


def too_large(found: dict[str, float]) -> list[str]:
    """Give a line for each size above its limit."""
    return [f"{name} is {found[name]}, and {limit} is the most" for name, limit in LIMITS_MB.items() if found[name] > limit]


def start_ratio(program: Path, n_rounds: int) -> tuple[float, dict[str, float]]:
    """Give the time to the first painted window of the frozen application, over that of the same from its source."""
    source = Path(sys.executable).with_name("hearth")
    times: dict[Path, list[float]] = {program: [], source: []}
    with tempfile.TemporaryDirectory() as name:
        for number in range(n_rounds + 1):
            for start, found in times.items():
                took_ms = run_until([str(start)], "first_paint", Path(name))
                if number:  # the first round warms the disk cache
                    found.append(took_ms)
    frozen_ms, source_ms = statistics.median(times[program]), statistics.median(times[source])
    return frozen_ms / source_ms, {"frozen_ms": round(frozen_ms, 1), "source_ms": round(source_ms, 1)}


def portable_figures(n_rounds: int) -> dict[str, object]:
    """Give the figures of the portable engine, none where it was not built. Raises: portable.Unmeasurable."""
    wheel = portable.packaging("engine").kept_wheel()
    if wheel is None:
        print("skipped: the portable engine, packaging/build.py has not built it here", file=sys.stderr)
        return {}
    return portable.figures(wheel, n_rounds)


def main() -> int:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--rounds", type=int, default=N_ROUNDS)
    parser.add_argument("--limits", action="store_true", help="only the sizes, which must not be too large")
    options = parser.parse_args()
    n_rounds = options.rounds
    folder, packages = DIST / "hearth", sorted(DIST.glob("*.deb"))
    program = folder / "hearth"
    if not program.is_file() or len(packages) != 1:
        print(f"{DIST} does not hold one application and one package: run packaging/build.py --no-gpu", file=sys.stderr)
        return 1
    found = sizes(folder, packages[0])
    if options.limits:
        print(json.dumps(found))
        print("\n".join(too_large(found)), file=sys.stderr)
        return 1 if too_large(found) else 0
    ratio, times = start_ratio(program, n_rounds)
    try:
        of_engine = portable_figures(n_rounds)
    except portable.Unmeasurable as missing:
        print(missing, file=sys.stderr)
        return 1
    result = {
        **found,
        "start_ratio": round(ratio, 3),
        **times,
        **of_engine,
        "rounds": n_rounds,
    }
    print(json.dumps(result))
    return 0


if __name__ == "__main__":
    sys.exit(main())
