"""The cache of Hugging Face's own client, which llama.cpp shares since 2026.

    <cache>/models--<owner>--<name>/refs/<branch>                 the commit that a branch was at
    <cache>/models--<owner>--<name>/snapshots/<commit>/<file>     a link to
    <cache>/models--<owner>--<name>/blobs/<sha256 or git's sha1>

Source: huggingface_hub/file_download.py; llama.cpp, common/hf-cache.cpp. Beside models there may be data sets with
hundreds of thousands of files: those folders are not entered.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

from desktop_app.engine.gguf import open_plain
from desktop_app.library.scan import FoundFile, matching, walk

_PREFIX = "models--"
_SHA256 = re.compile(r"[0-9a-f]{64}")
_MAX_COMMIT_BYTES = 100
_N_REPOSITORIES_MAX, _N_REFS_MAX = 10_000, 100


def files(cache: Path) -> Iterator[FoundFile]:
    """Give the model files of all snapshots that a branch is at, with where they came from."""
    for repository in matching(cache, f"{_PREFIX}*", _N_REPOSITORIES_MAX):
        commits = {_commit(ref) for ref in matching(repository / "refs", "**/*", _N_REFS_MAX)} - {""}
        name = repository.name.removeprefix(_PREFIX).replace("--", "/", 1)
        for snapshot in matching(repository / "snapshots", "*", _N_REFS_MAX):
            if not commits or snapshot.name in commits:
                for file in walk(snapshot).files:
                    yield replace(file, repository=name, revision=snapshot.name, sha256=_sha256(file.path))


def _commit(ref: Path) -> str:
    try:
        with open_plain(ref) as file:
            return file.read(_MAX_COMMIT_BYTES).decode("ascii", "replace").strip()
    except OSError:
        return ""  # a folder: names of branches may have a slash


def _sha256(path: Path) -> str:
    """Give what the name of the blob says; "" where there are no links."""
    try:
        name = path.readlink().name
    except OSError:
        return ""
    return name if _SHA256.fullmatch(name) else ""
