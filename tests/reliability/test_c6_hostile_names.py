"""C6: whatever a repository calls its files, nothing is written outside its folder, and no two become one."""

from __future__ import annotations

import string
import unicodedata
from pathlib import Path, PureWindowsPath

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from desktop_app.hub.download_messages import Finished
from desktop_app.hub.job import Job
from desktop_app.hub.names import JOURNAL_ENDING, PART_ENDING, job_folder, safe_name, target_paths
from desktop_app.hub.repository import RepositoryFile
from tests.fakes.hub import TestHub, write_gguf
from tests.hub.downloading import all_files, download, job_of
from tests.newer_python import is_reserved

DEVICES = ("con", "PRN", "aux", "NUL", "COM1", "lpt9", "COM¹", "CONIN$")
NAMES = [
    "..", ".", "", "/", "//", "../x.gguf", "../../x.gguf", "a/../../../x.gguf", "a/..", "./x.gguf", "/etc/passwd", "/x.gguf",
    "//host/share/x.gguf", "\\\\host\\share\\x.gguf", "\\x.gguf", "a\\..\\..\\x.gguf", "C:x.gguf", "C:/Windows/x.gguf",
    "C:\\Windows\\x.gguf", "\\\\?\\C:\\x.gguf", "\\\\.\\PhysicalDrive0", "file:///x.gguf", "~/x.gguf", "~root/x.gguf", "$HOME/x.gguf",
    "%2e%2e/x.gguf", "%2e%2e%2fx.gguf", "..%5cx.gguf", "%APPDATA%/x.gguf", "x.gguf\0", "x\0.gguf", "\0", "x\n.gguf", "\nx.gguf", "x\r\n.gguf",
    "x.gguf.", "x.gguf ", "x.gguf. .", " x.gguf", "x.gguf...", ". . ", "...", ".. ", " ..", "-x.gguf", "--help", "-", ".x.gguf", ".ssh/x.gguf",
    "x.gguf:stream", "x.gguf::$DATA", 'x".gguf', "x?.gguf", "x*.gguf", "x<y>.gguf", "x|y.gguf", "x;rm -rf.gguf", "`x`.gguf", "$(x).gguf",
    "\u202efugg.x", "x\u200b.gguf", "x\u2066.gguf", "\ufeffx.gguf", "x\u2028.gguf", "\ud800.gguf", "\ue000.gguf", "x\u00ad.gguf",
    "é.gguf", "e\u0301.gguf", "ﬁ.gguf", "ß.gguf", "SS.gguf", "İ.gguf", "X.gguf", "x.gguf", "X.GGUF", "Ｘ.gguf", "模型.gguf", "模型/模型.gguf",
    "x.gguf.hearth-part", "x.gguf.hearth-journal", "x.gguf.HEARTH-PART", "x.gguf.hearth-journal~", "a" * 300 + ".gguf", "模" * 300 + ".gguf",
    "a/" * 100 + "x.gguf", "a" * 300 + "-00001-of-00002.gguf", "a" * 300 + "-00002-of-00002.gguf", "x" * 5000, "." * 300, " " * 300,
    *DEVICES, *(f"{name}.gguf" for name in DEVICES), *(f"{name} .gguf" for name in DEVICES), *(f"{name}/x.gguf" for name in DEVICES),
]  # fmt: skip
"""Listed once for each way in that we know of."""

anything = st.text(st.characters(exclude_categories=[]), max_size=400)
nasty = st.text(st.sampled_from("./\\:*?%~- $\0\n\u202e\u0301eECON12" + string.ascii_letters), max_size=40)


def _job(models: Path, names: list[str], repository: str = "acme/tiny") -> Job:
    files = tuple(RepositoryFile(name, 1) for name in names)
    return Job("id", repository, "c" * 40, "Tiny", files, str(job_folder(models, repository)))


def _check_path(path: Path, folder: Path) -> None:
    """See that every system can write it, in the folder and nowhere else."""
    parts = path.relative_to(folder).parts
    assert parts and path.resolve(strict=False).is_relative_to(folder.resolve())
    windows = PureWindowsPath("C:/models", *parts)
    assert windows.parts[2:] == parts and windows.drive == "C:"
    for part in parts:
        assert part not in ("", ".", "..") and len(part.encode()) <= 200
        assert not set(part) & set('<>:"/\\|?*%') and part == part.rstrip(". ") and part[0] not in ".-~ "
        assert not is_reserved(part) and part.partition(".")[0].upper() not in ("CONIN$", "CONOUT$")
        assert all(unicodedata.category(character)[0] != "C" for character in part)
        assert not part.lower().endswith((PART_ENDING, JOURNAL_ENDING))


def _check_all(models: Path, names: list[str], repository: str = "acme/tiny") -> None:
    job = _job(models, names, repository)
    folder = Path(job.folder)
    assert folder.parent.parent == models
    paths = target_paths(job)
    for path in paths:
        _check_path(path, folder)
    for part in (folder.name, folder.parent.name):
        _check_path(models / part, models)
    # Upper and lower case, and characters that look alike, are the same to some file systems.
    folded = {unicodedata.normalize("NFKC", str(path)).casefold() for path in paths}
    assert len(folded) == len(set(names))


def test_two_hundred_names_lead_nowhere_else_and_do_not_collide(tmp_path: Path) -> None:
    numbered = [f"{name}{number}.gguf" for number in range(2) for name in NAMES]
    names = list(dict.fromkeys([*NAMES, *numbered]))
    assert len(names) >= 200
    _check_all(tmp_path, names)


@settings(max_examples=150, deadline=None)
@given(
    names=st.lists(st.one_of(anything, nasty, st.sampled_from(NAMES)), min_size=1, max_size=8, unique=True), repository=anything
)
def test_no_name_leads_anywhere_else(names: list[str], repository: str) -> None:
    _check_all(Path("/somewhere/that/is/not/there"), names, repository)


@pytest.mark.parametrize("name", ["tiny-Q4_K_M.gguf", "BF16/big-00001-of-00002.gguf", "mmproj-模型.gguf", "Llama 3 (8B).gguf"])
def test_an_ordinary_name_stays_as_it_is(name: str, tmp_path: Path) -> None:
    assert target_paths(_job(tmp_path, [name])) == (tmp_path / "acme" / "tiny" / name,)


def test_parts_of_one_model_find_each_other_under_changed_names() -> None:
    first, second = (safe_name(f"{'a' * 300}?-0000{number}-of-00002.gguf") for number in (1, 2))
    assert first.replace("-00001-of-", "-00002-of-") == second and first != second


def test_a_name_that_differs_in_case_alone_from_one_that_is_there_gets_another(tmp_path: Path) -> None:
    folder = job_folder(tmp_path, "acme/tiny")
    folder.mkdir(parents=True)
    (folder / "Model.gguf").write_bytes(b"")
    (path,) = target_paths(_job(tmp_path, ["model.gguf"]))
    assert path.name.lower() != "model.gguf"
    assert target_paths(_job(tmp_path, ["Model.gguf"])) == (folder / "Model.gguf",), "an update of the same file"


def test_a_whole_download_writes_nothing_outside_its_folder(tmp_path: Path) -> None:
    names = [
        "a/..gguf",
        "-rf.gguf",
        "CON.gguf",
        "x.gguf ",
        "%2e%2e%2fx.gguf",
        "\u202efugg.gguf",
        "Twin.gguf",
        "twin.gguf",
        "x\n.gguf",
    ]
    for number, name in enumerate(names):
        write_gguf(tmp_path / "hub/evil/tiny-GGUF" / name, size=5_000, seed=number)
    canary = tmp_path / "models/owner/other/x.gguf"
    canary.parent.mkdir(parents=True)
    canary.write_bytes(b"canary")
    before = {path for path in tmp_path.rglob("*") if path.is_file()}
    with TestHub(tmp_path / "hub", cdn="none") as hub:
        job = job_of(hub, tmp_path / "models", *names, repository="evil/tiny-GGUF")
        outcome = download(job, hub)
    assert isinstance(outcome.final, Finished), outcome.final
    written = {path for path in tmp_path.rglob("*") if path.is_file()} - before
    assert written == {Path(path) for path in outcome.final.paths} and len(written) == len(names)
    for name, path in zip(names, outcome.final.paths, strict=True):
        _check_path(Path(path), Path(job.folder))
        assert Path(path).read_bytes() == (tmp_path / "hub/evil/tiny-GGUF" / name).read_bytes()
    assert canary.read_bytes() == b"canary" and len(all_files(tmp_path / "models")) == len(names) + 1
