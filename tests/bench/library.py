"""How long it takes to know the models in five folders with 300 files.

`python tests/bench/library.py` builds them anew (headers with all keys of a real model and a vocabulary of 49,152 tokens
in a tenth of them, sparse bodies of some gigabytes, splits, projectors, a few that are no models), then opens a library
with a database of its own and measures from `refresh` to the list: once with nothing known, and once more as a later start
of the application does; each in a process of its own. The files' pages are dropped from memory before the first where
the system allows it. Prints a table, then one JSON object on the last line.
"""

from __future__ import annotations

import argparse
import json
import os
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[2]))
os.environ["QT_QPA_PLATFORM"] = "offscreen"

from PySide6.QtCore import QCoreApplication, QEventLoop, QTimer

from desktop_app.library.stores import Surroundings
from desktop_app.services.conversations import Conversations
from desktop_app.services.model_library import ModelLibrary
from desktop_app.services.preferences import Preferences
from tests.fakes.gguf_file import CHATML, header

N_FOLDERS, N_FILES = 5, 300
N_REPETITIONS = 3
TIME_LIMIT_MS = 60_000
GATES: dict[str, tuple[float, str]] = {
    "first_scan_s": (3.0, "300 files in 5 folders, nothing known of them"),
    "second_scan_s": (0.2, "the same at the next start"),
}
WORDS = [f"word{number}" for number in range(49_152)]
TYPES = ("Q2_K", "Q3_K_M", "Q4_K_S", "Q4_K_M", "Q5_K_M", "Q6_K", "Q8_0", "F16")


def pairs(name: str, n_tokens: int) -> dict[str, object]:
    """Give what stands in the header of a real model of this name."""
    return {
        "general.architecture": "llama",
        "general.type": "model",
        "general.name": name,
        "general.size_label": "7B",
        "general.license": "apache-2.0",
        "general.languages": ["en", "zh"],
        "llama.block_count": 32,
        "llama.context_length": 32_768,
        "llama.embedding_length": 4096,
        "llama.feed_forward_length": 14_336,
        "llama.attention.head_count": 32,
        "llama.attention.head_count_kv": 8,
        "llama.rope.freq_base": 10_000.0,
        "llama.attention.layer_norm_rms_epsilon": 1e-5,
        "general.file_type": 15,
        "llama.vocab_size": n_tokens,
        "llama.rope.dimension_count": 128,
        "tokenizer.ggml.model": "gpt2",
        "tokenizer.ggml.pre": "smollm",
        "tokenizer.ggml.tokens": WORDS[:n_tokens],
        "tokenizer.chat_template": CHATML,
    }


def build(root: Path) -> None:
    """Make folders with 300 files altogether."""
    folders = [root / f"folder {number}" for number in range(N_FOLDERS)]
    number = 0
    for folder in folders:
        for index in range(N_FILES // N_FOLDERS):
            repository = folder / f"publisher{index % 4}" / f"Model-{number // 3}-7B-GGUF"
            repository.mkdir(parents=True, exist_ok=True)
            name = f"Model-{number // 3}-7B-{TYPES[index % len(TYPES)]}.gguf"
            if index % 20 < 2:
                name = f"Large-{number // 20}-70B-0000{index % 20 + 1}-of-00002.gguf"
                repository = folder / "large"
                repository.mkdir(exist_ok=True)
            elif index % 20 == 2:
                name = "mmproj-F16.gguf"
            put(repository / name, number)
            number += 1


def put(path: Path, number: int) -> None:
    """Write one file: a header, and a body of some gigabytes that takes no room."""
    if number % 100 == 3:
        path.write_bytes(b"<!doctype html><title>Sign in</title>")
        return
    n_tokens = len(WORDS) if number % 10 == 0 else 300
    path.write_bytes(header(pairs(f"Model {number}", n_tokens), [("token_embd.weight", (4096, 300))]))
    with path.open("r+b") as file:
        file.truncate((1 + number % 8) << 30)


def forget_pages(folder: Path) -> None:
    """Have the next read of these files come from the disk."""
    if not hasattr(os, "posix_fadvise"):
        return
    os.sync()
    for path in folder.rglob("*.gguf"):
        number = os.open(path, os.O_RDONLY)
        os.posix_fadvise(number, 0, 0, os.POSIX_FADV_DONTNEED)
        os.close(number)


def scan_s(root: Path) -> tuple[float, int]:
    """Give how long a start of the application takes to know its models, in seconds, and how many there are."""
    command = [sys.executable, str(Path(__file__).resolve()), "--once", str(root)]
    seconds, n_models = json.loads(subprocess.run(command, check=True, capture_output=True, timeout=120).stdout)
    return seconds, n_models


def scan_once(root: Path) -> None:
    """Search for models and print seconds and number."""
    _application = QCoreApplication([])
    folders = sorted((root / "models").iterdir())
    preferences = Preferences(root / "settings.json")
    preferences.set("model_folders", [str(folder) for folder in folders[1:]])
    conversations = Conversations(root / "hearth.sqlite3")
    around = Surroundings(root / "home", {}, sys.platform, root)
    library = ModelLibrary(folders[0], preferences, find_starter=lambda: None, conversations=conversations, around=around)
    loop = QEventLoop()
    library.searched.connect(loop.quit)
    QTimer.singleShot(TIME_LIMIT_MS, loop, loop.quit)
    began_s = time.perf_counter()
    library.refresh()
    loop.exec()
    seconds = time.perf_counter() - began_s
    n_models = len(library.models())
    library.close()
    conversations.close()
    preferences.close()
    print(json.dumps([seconds, n_models]))


def measure() -> dict[str, float]:
    """Give the medians."""
    root = Path(tempfile.mkdtemp(prefix="hearth-library-"))
    try:
        build(root / "models")
        first, second = [], []
        for _ in range(N_REPETITIONS):
            (root / "hearth.sqlite3").unlink(missing_ok=True)
            forget_pages(root)
            seconds, n_models = scan_s(root)
            again, n_again = scan_s(root)
            assert n_models == n_again > N_FILES // 2, (n_models, n_again)
            first.append(seconds)
            second.append(again)
        return {"first_scan_s": statistics.median(first), "second_scan_s": statistics.median(second), "n_models": n_models}
    finally:
        shutil.rmtree(root)


def main() -> int:
    """Print the figures; 1 when one is over its limit."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--once", type=Path, help=argparse.SUPPRESS)
    root = parser.parse_args().once
    if root is not None:
        scan_once(root)
        return 0
    figures = measure()
    for key, (limit, what) in GATES.items():
        print(f"{key:16} {figures[key]:8.3f}   at most {limit:<6} {what}")
    print(json.dumps({key: round(value, 4) for key, value in figures.items()}))
    return int(any(figures[key] > limit for key, (limit, _) in GATES.items()))


if __name__ == "__main__":
    sys.exit(main())
