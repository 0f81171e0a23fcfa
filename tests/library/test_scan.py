from __future__ import annotations

import os
from pathlib import Path

import pytest

from desktop_app.library import scan
from desktop_app.library.scan import found_file, walk


def put(folder: Path, name: str, n_bytes: int = 10) -> Path:
    """Give a file of so many bytes."""
    path = folder / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(b"G" * n_bytes)
    return path


def found_in(folder: Path) -> list[str]:
    """Give the names of the files that are found."""
    return sorted(file.path.relative_to(folder).as_posix() for file in walk(folder).files)


def test_models_are_found_in_all_folders_below_in_any_case_and_script(tmp_path: Path) -> None:
    put(tmp_path, "b.gguf")
    put(tmp_path, "publisher/repo/A.GGUF")
    put(tmp_path, "模型/通义千问.gguf")
    put(tmp_path, "נמוך/قليل.gguf")
    put(tmp_path, "notes.txt")
    put(tmp_path, "half.gguf.part")

    assert found_in(tmp_path) == sorted(["b.gguf", "publisher/repo/A.GGUF", "模型/通义千问.gguf", "נמוך/قليل.gguf"])


def test_what_systems_leave_behind_is_left_out(tmp_path: Path) -> None:
    put(tmp_path, "._model.gguf")
    put(tmp_path, ".cache/blob.gguf")
    (tmp_path / "a folder.gguf").mkdir()

    assert found_in(tmp_path) == []


@pytest.mark.posix("links need rights on Windows")
def test_broken_links_and_circles_of_folders_are_survived(tmp_path: Path) -> None:
    put(tmp_path, "models/deep/a.gguf")
    (tmp_path / "models" / "gone.gguf").symlink_to(tmp_path / "nowhere")
    (tmp_path / "models" / "itself.gguf").symlink_to(tmp_path / "models" / "itself.gguf")
    (tmp_path / "models" / "round").symlink_to(tmp_path / "models")
    (tmp_path / "models" / "deep" / "up").symlink_to(tmp_path)

    assert [file.path.name for file in walk(tmp_path / "models").files] == ["a.gguf"]


@pytest.mark.posix("links need rights on Windows")
def test_a_folder_behind_a_link_is_looked_into(tmp_path: Path) -> None:
    put(tmp_path, "disk/a.gguf")
    (tmp_path / "models").mkdir()
    (tmp_path / "models" / "disk").symlink_to(tmp_path / "disk")

    assert found_in(tmp_path / "models") == ["disk/a.gguf"]


@pytest.mark.posix("no FIFOs there")
def test_what_is_no_plain_file_is_left_out(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe.gguf")
    (tmp_path / "device.gguf").symlink_to("/dev/zero")

    assert found_in(tmp_path) == []


def test_a_folder_that_is_not_there_or_is_a_file_holds_no_models(tmp_path: Path) -> None:
    for place in (tmp_path / "nowhere", put(tmp_path, "file.gguf")):
        assert (walk(place).files, walk(place).folders) == ((), ())


def test_a_folder_that_cannot_be_read_hides_only_what_is_in_it(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    put(tmp_path, "closed/a.gguf")
    put(tmp_path, "open/b.gguf")
    original = os.scandir

    def scandir(folder: Path) -> object:
        if Path(folder).name == "closed":
            raise PermissionError(13, "no")
        return original(folder)

    monkeypatch.setattr("desktop_app.library.scan.os.scandir", scandir)

    assert found_in(tmp_path) == ["open/b.gguf"]


def test_a_folder_with_too_much_in_it_is_cut_short_and_says_so(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for number in range(30):
        put(tmp_path, f"{number:02}.gguf")
    monkeypatch.setattr(scan, "N_ENTRIES_MAX", 20)

    found = walk(tmp_path)

    assert (len(found.files), found.is_cut_short) == (20, True)


def test_folders_in_one_another_end_somewhere(tmp_path: Path) -> None:
    deep = tmp_path.joinpath(*["d"] * (scan.N_DEEP_MAX + 3))
    put(deep, "too-deep.gguf")
    put(deep.parents[5], "deep.gguf")

    assert [file.path.name for file in walk(tmp_path).files] == ["deep.gguf"]


@pytest.mark.posix("links need rights on Windows")
def test_only_the_last_name_of_a_file_frees_its_room(tmp_path: Path) -> None:
    whole = put(tmp_path, "whole.gguf", 10_000)
    (tmp_path / "link.gguf").symlink_to(whole)
    (tmp_path / "twin.gguf").write_bytes(b"x" * 10_000)
    os.link(tmp_path / "twin.gguf", tmp_path / "twin2.gguf")

    freed = {file.path.name: file.disk_bytes for file in walk(tmp_path).files}

    assert freed["whole.gguf"] >= 10_000
    assert freed["link.gguf"] == freed["twin.gguf"] == freed["twin2.gguf"] == 0


@pytest.mark.posix("links need rights on Windows")
def test_all_names_of_a_file_have_one_identity(tmp_path: Path) -> None:
    whole = put(tmp_path, "whole.gguf")
    link = tmp_path / "link.gguf"
    link.symlink_to(whole)
    other = put(tmp_path, "other.gguf")

    one, same, another = (found_file(path) for path in (whole, link, other))

    assert one is not None and same is not None and another is not None
    assert one.identity == same.identity != another.identity
