"""Names on this computer for what a repository calls its files; those come from outside and may be anything.

Every name gives one that any system can write, that leads nowhere else and that is shown as it is. One that has to be
changed for that carries a hash of the original, so that no two become the same. Sources: Windows, "Naming Files, Paths,
and Namespaces"; the rules of huggingface_hub, `_validate_relative_filename`.
"""

from __future__ import annotations

import hashlib
import re
import unicodedata
from pathlib import Path

from desktop_app.hub.job import Job

PART_ENDING = ".hearth-part"
JOURNAL_ENDING = ".hearth-journal"

_N_BYTES_MAX = 120
"""Of a name in UTF-8; file systems take 255, Windows 260 characters for a whole path."""
_N_FOLDERS_MAX = 4
_FORBIDDEN = frozenset('<>:"/\\|?*%')
"""Windows refuses the first ones; what decodes percent signs would see another name."""
_DEVICES = frozenset(
    {"CON", "PRN", "AUX", "NUL", "CONIN$", "CONOUT$", "CLOCK$"}
    | {f"{port}{number}" for port in ("COM", "LPT") for number in "0123456789¹²³"}
)
_ENDING = re.compile(r"(-\d{5}-of-\d{5})?\.[A-Za-z0-9]{1,10}$", re.ASCII)
"""What has to stay at the end: the number of a shard, by which shards find each other, and what kind of file it is."""


def job_folder(models: Path, repository: str) -> Path:
    """Give the folder for the files of `repository`, two levels below `models`."""
    owner, _, name = repository.partition("/")
    return models / safe_name(owner) / safe_name(name)


def target_paths(job: Job) -> tuple[Path, ...]:
    """Give where each file of `job` ends up, in order; all different, also where case does not matter, and all in its folder.

    A name that differs from one that is there in nothing but case gets a hash.
    """
    paths: dict[str, Path] = {}
    for file in job.files:
        folders = file.name.split("/")
        path = Path(job.folder)
        for name in folders if len(folders) <= _N_FOLDERS_MAX else [file.name]:
            path = path / _unlike_others(path, safe_name(name), name)
        wanted, number = path, 0
        while _folded(path) in paths:
            number += 1
            path = wanted.with_name(_hashed(wanted.name, f"{file.name} {number}"))
        paths[_folded(path)] = path
    return tuple(paths.values())


def safe_name(original: str) -> str:
    """Give a name for one file or folder; the original itself where that will do."""
    name = unicodedata.normalize("NFC", original)
    name = "".join("_" if _is_bad(character) else character for character in name).rstrip(". ")
    if not name or name[0] in ".-~ " or name.partition(".")[0].rstrip().upper() in _DEVICES:
        name = f"_{name}"
    if name.lower().endswith((PART_ENDING, JOURNAL_ENDING)):
        name += "_"
    is_long = len(name.encode()) > _N_BYTES_MAX
    return name if name == original and not is_long else _hashed(name, original)


def _is_bad(character: str) -> bool:
    """Tell whether it is refused somewhere, not seen, or changes how others are seen."""
    return character in _FORBIDDEN or unicodedata.category(character) in ("Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp")


def _hashed(name: str, original: str) -> str:
    """Give `name` with a hash of `original` before its ending, cut to length. Shards of one model get the same hash."""
    found = _ENDING.search(name)
    ending = found.group() if found else ""
    common = original.removesuffix(ending) if "-of-" in ending else original
    digest = hashlib.sha256(common.encode("utf-8", "surrogatepass")).hexdigest()[:8]
    n_bytes = _N_BYTES_MAX - len(ending) - len(digest) - 1
    start = name[: len(name) - len(ending)].encode()[:n_bytes].decode("utf-8", "ignore")
    return f"{start}-{digest}{ending}"


def _unlike_others(folder: Path, name: str, original: str) -> str:
    """Give `name`, or one with a hash where `folder` has one that differs in nothing but case."""
    try:
        others = {path.name for path in folder.iterdir()}
    except OSError:
        return name  # it is not there yet
    is_twin = name not in others and any(_folded(Path(other)) == _folded(Path(name)) for other in others)
    return _hashed(name, original) if is_twin else name


def _folded(path: Path) -> str:
    return unicodedata.normalize("NFKC", str(path)).casefold()
