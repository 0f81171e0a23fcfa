"""Partial files: one writer, errors of the disk as a person is told of them, and the way into place."""

from __future__ import annotations

import errno
from pathlib import Path
from typing import Any

import pytest

from desktop_app.errors import DiskFull, ModelFolderGone, WriteFailed
from desktop_app.hub import parts as parts_module
from desktop_app.hub.parts import Part, PartInUse, disk_error

TARGET = Path("acme/tiny/x.gguf")


def test_one_writer_at_a_time(tmp_path: Path) -> None:
    first = Part(tmp_path / TARGET)
    with pytest.raises(PartInUse):
        Part(tmp_path / TARGET)
    first.close()
    Part(tmp_path / TARGET).close()


@pytest.mark.posix("on Windows a file that is open keeps its name")
def test_a_file_that_took_its_place_while_it_was_waited_for_is_not_written(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    first = Part(tmp_path / TARGET)
    with first.writer() as writer:
        writer.write_at(0, b"a model")
    lock = parts_module._lock

    def later(*about: Any) -> Any:
        monkeypatch.setattr(parts_module, "_lock", lock)
        first.place()
        return lock(*about)

    monkeypatch.setattr(parts_module, "_lock", later)
    with pytest.raises(PartInUse):
        Part(tmp_path / TARGET)
    assert first.target.read_bytes() == b"a model"
    second = Part(tmp_path / TARGET)
    assert second.is_new
    second.discard()


def test_connections_write_beside_each_other_and_it_is_no_longer_than_what_came(tmp_path: Path) -> None:
    part = Part(tmp_path / TARGET)
    with part.writer() as one, part.writer() as other:
        other.write_at(4, b"efgh")
        one.write_at(0, b"ab")
        one.write_at(2, b"cd")
    assert part.path.read_bytes() == b"abcdefgh" and not part.target.exists()
    part.place()
    assert part.target.read_bytes() == b"abcdefgh" and not part.path.exists()


def test_a_virus_scanner_that_holds_the_file_is_waited_for(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    replace, n_held = Path.replace, [3]

    def sometimes(path: Path, target: Path) -> Path:
        n_held[0] -= 1
        if n_held[0] >= 0:
            raise PermissionError(13, "The process cannot access the file because it is being used by another process")
        return replace(path, target)

    monkeypatch.setattr(Path, "replace", sometimes)
    part = Part(tmp_path / TARGET)
    part.place()
    assert part.target.exists() and n_held[0] < 0


def test_a_file_that_is_held_for_good_stays_a_part(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(parts_module, "_HELD_S", 0.0)

    def never(*_: object) -> None:
        raise PermissionError(13, "Access is denied")

    part = Part(tmp_path / TARGET)
    (tmp_path / TARGET).write_bytes(b"old")
    monkeypatch.setattr(Path, "replace", never)
    with pytest.raises(WriteFailed) as raised:
        part.place()
    assert raised.value == WriteFailed(str(tmp_path / TARGET), "Access is denied")
    assert part.path.exists() and part.target.read_bytes() == b"old"


@pytest.mark.parametrize("number", [errno.ENOSPC, errno.EDQUOT])
def test_a_full_disk_is_told_as_one(number: int, tmp_path: Path) -> None:
    assert disk_error(OSError(number, "no"), tmp_path / "x") == DiskFull(str(tmp_path / "x"))


def test_a_disk_that_is_gone_is_told_as_one(tmp_path: Path) -> None:
    gone = tmp_path / "gone" / "x"
    assert disk_error(OSError(errno.ENOENT, "no"), gone) == ModelFolderGone(str(gone.parent))
    assert disk_error(OSError(errno.EIO, "I/O error"), tmp_path / "x") == WriteFailed(str(tmp_path / "x"), "I/O error")
