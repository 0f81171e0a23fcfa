"""A file is there whole or not at all, and nobody's file is overwritten."""

from __future__ import annotations

import errno
import os
import stat
from pathlib import Path
from typing import BinaryIO

import pytest

from desktop_app.errors import DiskFull, WriteFailed
from desktop_app.storage.whole_file import write_folder, write_new, write_whole


def hello(stream: BinaryIO) -> None:
    stream.write(b"hello")


def fail_with(number: int) -> object:
    def write(stream: BinaryIO) -> None:
        stream.write(b"half")
        raise OSError(number, os.strerror(number))

    return write


def test_a_file_gets_its_name_only_when_it_is_on_disk(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    synced: list[list[str]] = []
    real = os.fsync

    def fsync(number: int) -> None:
        if stat.S_ISREG(os.fstat(number).st_mode):
            synced.append([path.name for path in tmp_path.iterdir() if not path.name.startswith(".")])
        real(number)

    monkeypatch.setattr(os, "fsync", fsync)
    path = write_whole(tmp_path / "a.txt", hello)
    assert (path, path.read_bytes()) == (tmp_path / "a.txt", b"hello")
    assert synced == [[]], "the content was on disk before the name was there"
    assert [one.name for one in tmp_path.iterdir()] == ["a.txt"]


@pytest.mark.posix("links need rights on Windows")
def test_a_name_that_is_taken_gets_a_number(tmp_path: Path) -> None:
    (tmp_path / "a.b.txt").write_bytes(b"mine")
    (tmp_path / "a.b (2).txt").symlink_to("nowhere")
    assert write_whole(tmp_path / "a.b.txt", hello).name == "a.b (3).txt"
    assert (tmp_path / "a.b.txt").read_bytes() == b"mine"


def test_a_name_that_is_taken_gets_a_number_where_there_are_no_links(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def no_links(_new: Path, _old: Path) -> None:
        raise OSError(errno.EPERM, "no links here")

    monkeypatch.setattr(Path, "hardlink_to", no_links)
    (tmp_path / "a.txt").write_bytes(b"mine")
    assert write_whole(tmp_path / "a.txt", hello).name == "a (2).txt"
    assert write_whole(tmp_path / "b.txt", hello).name == "b.txt"
    assert (tmp_path / "a.txt").read_bytes() == b"mine"


@pytest.mark.posix("links need rights on Windows")
def test_a_file_is_replaced_when_that_was_agreed_to_also_behind_a_link(tmp_path: Path) -> None:
    (tmp_path / "real.txt").write_bytes(b"old")
    (tmp_path / "link.txt").symlink_to("real.txt")
    write_whole(tmp_path / "link.txt", hello, may_replace=True)
    assert (tmp_path / "link.txt").is_symlink()
    assert (tmp_path / "real.txt").read_bytes() == b"hello"


@pytest.mark.parametrize(("number", "kind"), [(errno.ENOSPC, DiskFull), (errno.EIO, WriteFailed)])
@pytest.mark.parametrize("may_replace", [False, True])
def test_nothing_stays_of_a_file_that_could_not_be_written(
    tmp_path: Path, number: int, kind: type[Exception], may_replace: bool
) -> None:
    (tmp_path / "a.txt").write_bytes(b"mine")
    with pytest.raises(kind):
        write_whole(tmp_path / "a.txt", fail_with(number), may_replace=may_replace)
    assert [one.name for one in tmp_path.iterdir()] == ["a.txt"]
    assert (tmp_path / "a.txt").read_bytes() == b"mine"


def test_a_folder_that_is_not_there_is_told_of(tmp_path: Path) -> None:
    with pytest.raises(WriteFailed) as caught:
        write_whole(tmp_path / "gone" / "a.txt", hello)
    assert caught.value.path == str(tmp_path / "gone" / "a.txt")


def test_a_folder_gets_its_name_when_all_is_in_it_and_a_number_when_that_is_taken(tmp_path: Path) -> None:
    (tmp_path / "v1.2 notes").mkdir()
    seen: list[list[str]] = []

    def fill(folder: Path) -> None:
        write_new(folder / "one.txt", hello)
        seen.append([path.name for path in tmp_path.iterdir() if not path.name.startswith(".")])

    folder = write_folder(tmp_path / "v1.2 notes", fill)
    assert folder.name == "v1.2 notes (2)" and (folder / "one.txt").read_bytes() == b"hello"
    assert seen == [["v1.2 notes"]]
    assert list((tmp_path / "v1.2 notes").iterdir()) == []
    assert sorted(path.name for path in tmp_path.iterdir()) == ["v1.2 notes", "v1.2 notes (2)"]


def test_nothing_stays_of_a_folder_that_could_not_be_filled(tmp_path: Path) -> None:
    def fill(folder: Path) -> None:
        write_new(folder / "one.txt", hello)
        write_new(folder / "two.txt", fail_with(errno.ENOSPC))

    with pytest.raises(DiskFull):
        write_folder(tmp_path / "all", fill)
    assert list(tmp_path.iterdir()) == []
