"""All data move to another folder: what is copied, what is taken away, and where nothing is moved to."""

from __future__ import annotations

import errno
import os
import shutil
from collections import namedtuple
from pathlib import Path

import pytest

from desktop_app.errors import DataFolderGone, DataPlaceUnsuitable, DiskFull, FileUnreadable, NotEnoughDiskSpace, WriteFailed
from desktop_app.paths import Paths
from desktop_app.services import data_files
from desktop_app.services.data_files import MoveStopped, Progress, clear_left, give_up, held_by, move, plan
from desktop_app.services.place import Place, Spot, leave_folder, place_in_use, read_place, use_folder, write_place
from desktop_app.services.single_instance import take_lock

pytestmark = pytest.mark.linux("the places of Linux")

Usage = namedtuple("Usage", "total used free")


@pytest.fixture
def usual(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Paths:
    """Give the usual places, with something in each."""
    for key, folder in (("CONFIG", "config"), ("DATA", "share"), ("CACHE", "cache"), ("STATE", "state")):
        monkeypatch.setenv(f"XDG_{key}_HOME", str(tmp_path / "home" / folder))
    paths = Paths.standard()
    paths.create()
    (paths.config / "settings.json").write_text("{}")
    paths.database.write_bytes(b"database" * 1000)
    paths.backups.mkdir()
    (paths.backups / "hearth-20260101-120000-000-daily.sqlite3").write_bytes(b"backup")
    paths.kv_states.mkdir(parents=True)
    (paths.kv_states / "one").write_bytes(b"state")
    (paths.models / "deep").mkdir()
    (paths.models / "deep" / "model.gguf").write_bytes(b"GGUF" * 1000)
    (paths.logs / "hearth.log").write_text("lines")
    return paths


@pytest.fixture
def stick(tmp_path: Path) -> Path:
    """Give a folder that holds something of the person's."""
    (tmp_path / "stick").mkdir()
    (tmp_path / "stick" / "mine.txt").write_text("mine")
    return tmp_path / "stick"


def _moved(usual: Paths, folder: Path | None, *, has_models: bool = True) -> Paths:
    """Move everything as the next start does; give the folders in use then."""
    used = read_place(usual.place_note).used.paths()
    place = plan(used, folder, has_models=has_models)
    clear_left(usual.place_note, move(usual.place_note, place, Progress()))
    return read_place(usual.place_note).paths()


def _bytes(paths: Paths) -> dict[str, bytes]:
    return {f"{one.area}/{one.name.as_posix()}": data_files._at(paths, one).read_bytes() for one in held_by(paths)}


def _files(folder: Path) -> set[str]:
    return {path.relative_to(folder).as_posix() for path in folder.rglob("*") if not path.is_dir()}


def test_everything_is_in_the_new_place_and_nothing_in_the_old(usual: Paths, stick: Path, tmp_path: Path) -> None:
    before = _bytes(usual)

    paths = _moved(usual, stick)

    assert paths == Paths.under(stick / "Hearth")
    assert _bytes(paths) == before and len(before) == 5
    assert _files(tmp_path / "home") == {"config/hearth/place.json"}
    assert os.name != "posix" or (paths.models.stat().st_mode | paths.database.stat().st_mode) & 0o077 == 0
    assert read_place(usual.place_note) == Place(Spot(str(stick / "Hearth")))


def test_and_back_to_the_usual_places(usual: Paths, stick: Path) -> None:
    before = _bytes(usual)
    _moved(usual, stick)

    assert _moved(usual, None) == usual
    assert _bytes(usual) == before
    assert _files(stick) == {"mine.txt"} and [path.name for path in stick.iterdir()] == ["mine.txt"]


def test_models_stay_where_they_are_if_the_person_wants_that(usual: Paths, stick: Path) -> None:
    paths = _moved(usual, stick, has_models=False)

    assert paths.models == usual.models
    assert _files(usual.models) == {"deep/model.gguf"} and not usual.database.exists()
    assert _files(stick / "Hearth" / "models") == set()
    assert _moved(usual, None, has_models=False) == usual


def test_a_folder_with_a_name_in_another_encoding_is_found_again(tmp_path: Path) -> None:
    folder = os.fsdecode(bytes(tmp_path) + b"/donn\xe9es")
    place = Place(Spot(folder, folder + "/models"), Spot(folder), (Spot(folder, files=(("hearth.sqlite3", 1, 2),)),))

    write_place(tmp_path / "place.json", place)

    assert read_place(tmp_path / "place.json") == place


def test_an_empty_folder_is_taken_as_it_is(usual: Paths, tmp_path: Path) -> None:
    (tmp_path / "empty").mkdir()

    assert _moved(usual, tmp_path / "empty") == Paths.under(tmp_path / "empty")


def test_what_the_new_place_lacks_is_not_taken_away(usual: Paths, stick: Path) -> None:
    place = move(usual.place_note, plan(usual, stick, has_models=True), Progress())
    (usual.models / "late.gguf").write_bytes(b"put there after the copy")
    (usual.data / "letters.txt").write_text("mine")
    clear_left(usual.place_note, place)

    assert _files(usual.data) == {"models/late.gguf", "letters.txt"}


def test_on_the_same_disk_a_model_only_gets_another_name(usual: Paths, stick: Path) -> None:
    number = (usual.models / "deep" / "model.gguf").stat().st_ino

    assert (_moved(usual, stick).models / "deep" / "model.gguf").stat().st_ino == number


def test_where_files_have_no_second_names_they_are_copied_with_their_time(usual, stick, monkeypatch) -> None:
    status = (usual.models / "deep" / "model.gguf").stat()

    def refuse(*_: object) -> None:
        raise OSError(1, "not here")

    monkeypatch.setattr(os, "link", refuse)
    copied = (_moved(usual, stick).models / "deep" / "model.gguf").stat()

    assert (copied.st_mtime_ns, copied.st_size) == (status.st_mtime_ns, status.st_size) and copied.st_ino != status.st_ino


def test_a_disk_that_gives_back_other_bytes_gets_nothing(usual: Paths, stick: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def turn_a_bit(number: int, *_: object) -> None:
        os.pwrite(number, b"?", 0)

    monkeypatch.setattr(os, "posix_fadvise", turn_a_bit)
    place = plan(usual, stick, has_models=True)

    with pytest.raises(WriteFailed, match="other bytes"):
        move(usual.place_note, place, Progress())
    assert read_place(usual.place_note) == place
    assert read_place(usual.place_note).paths() == usual


def test_a_disk_with_too_little_room_is_told_before_anything_is_done(usual, stick, monkeypatch) -> None:
    monkeypatch.setattr(shutil, "disk_usage", lambda _: Usage(1 << 30, 0, data_files.KEPT_FREE_BYTES + 100))

    with pytest.raises(NotEnoughDiskSpace) as told:
        plan(usual, stick, has_models=True)
    assert told.value.needed_bytes > told.value.free_bytes
    assert not usual.place_note.exists() and _files(stick) == {"mine.txt"}


def test_a_folder_with_files_of_others_is_not_used(usual: Paths, stick: Path) -> None:
    (stick / "Hearth").mkdir()
    (stick / "Hearth" / "letter").write_text("mine")

    with pytest.raises(DataPlaceUnsuitable) as told:
        plan(usual, stick, has_models=True)
    assert told.value.reason == "not_empty"


@pytest.mark.parametrize("where", ["data", "models", "backups"])
def test_nothing_is_moved_into_itself(usual: Paths, where: str) -> None:
    folder: Path = getattr(usual, where) / "inside"

    with pytest.raises(DataPlaceUnsuitable) as told:
        plan(usual, folder, has_models=True)
    assert told.value.reason == "inside"


def test_a_log_of_another_database_is_not_left_beside_the_copy(usual: Paths, stick: Path) -> None:
    place = plan(usual, stick, has_models=True)
    stale = Paths.under(stick / "Hearth").database.with_name("hearth.sqlite3-wal")
    stale.parent.mkdir()
    stale.write_bytes(b"of another database")
    move(usual.place_note, place, Progress())

    assert not stale.exists()


def test_a_move_that_was_given_up_leaves_nothing(usual: Paths, stick: Path) -> None:
    before = _bytes(usual)
    place = plan(usual, stick, has_models=True)
    progress = Progress()
    progress.is_stopped.set()
    with pytest.raises(MoveStopped):
        move(usual.place_note, place, progress)

    clear_left(usual.place_note, give_up(usual.place_note, place))

    assert _bytes(usual) == before and _files(stick) == {"mine.txt"}
    assert read_place(usual.place_note) == Place()


def test_what_is_left_on_a_disk_that_is_not_there_waits_for_it(usual: Paths, stick: Path, tmp_path: Path) -> None:
    _moved(usual, stick)
    place = move(usual.place_note, plan(Paths.under(stick / "Hearth"), None, has_models=True), Progress())
    stick.rename(tmp_path / "unplugged")

    waiting = clear_left(usual.place_note, place)
    assert [spot.folder for spot in waiting.left] == [str(stick / "Hearth")]
    (tmp_path / "unplugged").rename(stick)
    assert clear_left(usual.place_note, waiting).left == ()
    assert _files(stick) == {"mine.txt"}


def test_a_disk_that_is_gone_is_told_and_found_under_another_name(usual: Paths, stick: Path, tmp_path: Path) -> None:
    _moved(usual, stick)
    stick.rename(tmp_path / "renamed")

    with pytest.raises(DataFolderGone):
        read_place(usual.place_note).paths()
    with pytest.raises(DataFolderGone):
        use_folder(tmp_path)
    use_folder(tmp_path / "renamed" / "Hearth")
    assert read_place(usual.place_note).paths() == Paths.under(tmp_path / "renamed" / "Hearth")


@pytest.mark.parametrize("text", ["", "[]", "{}", '{"used": {"folder": "relative", "models": ""}, "wanted": null, "left": []}'])
def test_a_note_that_cannot_be_read_is_told_and_not_passed_over(usual: Paths, text: str) -> None:
    usual.place_note.write_text(text)

    with pytest.raises(FileUnreadable):
        read_place(usual.place_note)


def test_only_what_the_note_names_can_be_moved(usual: Paths, stick: Path) -> None:
    assert place_in_use(usual) == Place()
    assert place_in_use(Paths.under(stick)) is None
    write_place(usual.place_note, Place(Spot(str(stick))))
    assert place_in_use(usual) is None and place_in_use(Paths.under(stick)) is not None


def test_a_disk_that_was_taken_away_before_the_move_is_not_made_up(usual: Paths, stick: Path) -> None:
    place = plan(usual, stick, has_models=True)
    shutil.rmtree(stick)
    stick.mkdir()  # where it is usually mounted

    with pytest.raises(DataFolderGone):
        move(usual.place_note, place, Progress())
    assert list(stick.iterdir()) == [] and read_place(usual.place_note) == place


def test_planted_a_careless_clearing_is_seen(usual: Paths, stick: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(data_files, "_may_go", lambda *_: True)

    with pytest.raises(AssertionError):
        test_what_the_new_place_lacks_is_not_taken_away(usual, stick)


def test_a_move_that_is_planned_while_the_old_place_is_cleared_is_kept(usual: Paths, stick: Path, tmp_path: Path) -> None:
    place = move(usual.place_note, plan(usual, stick, has_models=True), Progress())
    there = Paths.under(stick / "Hearth")
    plan(there, tmp_path / "other", has_models=True)

    assert clear_left(usual.place_note, place) == Place(place.used, Spot(str(tmp_path / "other")))


def test_a_disk_that_is_pulled_out_while_it_is_copied_is_not_taken_for_an_empty_one(
    usual: Paths, stick: Path, tmp_path: Path
) -> None:
    there = _moved(usual, stick)
    before = _bytes(there)
    place = plan(there, None, has_models=True)
    stick.rename(tmp_path / "unplugged")

    with pytest.raises(DataFolderGone):
        move(usual.place_note, place, Progress())
    assert read_place(usual.place_note) == place
    (tmp_path / "unplugged").rename(stick)
    move(usual.place_note, place, Progress())
    assert _bytes(usual) == before


def test_a_folder_that_cannot_be_read_ends_the_move(usual: Paths, stick: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    place = plan(usual, stick, has_models=True)
    real = os.scandir

    def broken(path: str) -> object:
        if os.fspath(path) == os.fspath(usual.backups):
            raise OSError(5, "Input/output error", os.fspath(path))
        return real(path)

    monkeypatch.setattr(os, "scandir", broken)
    with pytest.raises(WriteFailed):
        move(usual.place_note, place, Progress())
    assert read_place(usual.place_note) == place


@pytest.mark.parametrize("what", ["models/deep/model.gguf", "hearth.sqlite3"])
def test_what_changes_while_it_is_copied_ends_the_move(usual: Paths, stick: Path, monkeypatch, what: str) -> None:
    place = plan(usual, stick, has_models=True)
    real = data_files._copy_bytes
    monkeypatch.setattr(os, "link", lambda *_: (_ for _ in ()).throw(OSError(1, "not here")))

    def with_a_writer(source: Path, target: Path, progress: Progress) -> None:
        real(source, target, progress)
        if source == usual.database:
            (usual.data / what).write_bytes(b"longer than it was" * 1000)

    if what == "hearth.sqlite3":
        monkeypatch.setattr(data_files, "_copy_bytes", with_a_writer)
    else:
        monkeypatch.setattr(data_files, "_digest", _writing(usual.data / what, data_files._digest))
    with pytest.raises(WriteFailed, match="changed while"):
        move(usual.place_note, place, Progress())
    assert read_place(usual.place_note).used == Spot()


def _writing(path: Path, digest):
    def changed(target: Path, progress: Progress) -> bytes:
        if path.name in target.name:
            path.write_bytes(b"another")
        return digest(target, progress)

    return changed


def test_a_move_stops_while_a_file_is_read_back(usual: Paths, stick: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    place, progress = plan(usual, stick, has_models=True), Progress()
    monkeypatch.setattr(data_files, "_PIECE", 1000)
    monkeypatch.setattr(os, "posix_fadvise", lambda *_: progress.is_stopped.set())

    with pytest.raises(MoveStopped):
        move(usual.place_note, place, progress)
    assert not any(Paths.under(stick / "Hearth").config.glob("*.json")) and read_place(usual.place_note) == place


def test_a_large_file_is_written_out_piece_by_piece(usual: Paths, stick: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    synced: list[int] = []
    real = os.fsync
    monkeypatch.setattr(os, "fsync", lambda number: (synced.append(os.fstat(number).st_size), real(number)))
    monkeypatch.setattr(data_files, "_PIECE", 1000)
    monkeypatch.setattr(data_files, "_SYNC_BYTES", 3000)
    move(usual.place_note, plan(usual, stick, has_models=True), Progress())

    assert {3000, 6000, 8000} <= set(synced)
    assert Paths.under(stick / "Hearth").database.read_bytes() == usual.database.read_bytes()


def test_what_the_person_keeps_beside_a_database_stays(usual: Paths, stick: Path) -> None:
    away = _moved(usual, stick)
    mine = usual.database.with_name("hearth.sqlite3.of-last-year")
    mine.parent.mkdir(exist_ok=True)
    mine.write_bytes(b"mine")
    _moved(away, None)

    assert mine.read_bytes() == b"mine"


def test_another_disk_of_the_same_name_keeps_its_conversations(usual: Paths, stick: Path, tmp_path: Path) -> None:
    place = plan(usual, stick, has_models=True)
    stick.rename(tmp_path / "unplugged")
    shutil.copytree(tmp_path / "unplugged", stick)  # another stick, which a Hearth elsewhere was moved to
    there = Paths.under(stick / "Hearth")
    there.create()
    there.database.write_bytes(b"of somebody else")

    with pytest.raises(DataPlaceUnsuitable):
        move(usual.place_note, place, Progress())
    clear_left(usual.place_note, give_up(usual.place_note, place))
    assert there.database.read_bytes() == b"of somebody else"


def test_conversations_that_came_to_an_old_place_later_are_not_taken_away(usual: Paths, stick: Path) -> None:
    place = move(usual.place_note, plan(usual, stick, has_models=True), Progress())
    usual.database.write_bytes(b"written with --data-dir, or on another computer")
    now = clear_left(usual.place_note, place)

    assert usual.database.exists() and [spot.folder for spot in now.left] == [""]
    with pytest.raises(DataPlaceUnsuitable):
        plan(now.used.paths(), None, has_models=True)
    assert usual.database.exists()


def test_an_old_place_that_another_window_uses_waits(usual: Paths, stick: Path) -> None:
    place = move(usual.place_note, plan(usual, stick, has_models=True), Progress())
    lock = take_lock(usual.data)
    assert lock is not None
    now = clear_left(usual.place_note, place)
    assert usual.database.exists() and now.left == place.left
    lock.unlock()

    assert clear_left(usual.place_note, now).left == () and not usual.database.exists()


def test_another_model_of_the_same_name_is_not_taken_away(usual: Paths, stick: Path) -> None:
    place = move(usual.place_note, plan(usual, stick, has_models=True), Progress())
    (usual.models / "deep" / "model.gguf").unlink()
    (usual.models / "deep" / "model.gguf").write_bytes(b"another one")
    clear_left(usual.place_note, place)

    assert (usual.models / "deep" / "model.gguf").read_bytes() == b"another one"


def test_a_place_that_is_chosen_while_a_move_into_it_waits_is_not_emptied(usual: Paths, stick: Path, tmp_path: Path) -> None:
    there = _moved(usual, stick)
    place = plan(there, tmp_path / "next", has_models=True)
    move(tmp_path / "another note", place, Progress())  # all is copied, and the process is killed before it is noted
    stick.rename(tmp_path / "dead")
    use_folder(tmp_path / "next")
    now = read_place(usual.place_note)
    assert now == Place(Spot(str(tmp_path / "next")))

    with pytest.raises(DataPlaceUnsuitable):
        move(usual.place_note, now.replaced(wanted=now.used), Progress())
    assert now.paths().database.read_bytes() == b"database" * 1000


def test_a_disk_that_is_gone_for_good_is_left_alone(usual: Paths, stick: Path, tmp_path: Path) -> None:
    there = _moved(usual, stick)
    stick.rename(tmp_path / "unplugged")
    leave_folder()
    now = read_place(usual.place_note)
    assert now == Place() and now.paths() == usual
    (tmp_path / "unplugged").rename(stick)
    clear_left(usual.place_note, now)

    assert there.database.exists()


@pytest.mark.parametrize(
    ("fstype", "options", "is_refused"),
    [("nfs4", "rw", True), ("cifs", "rw", True), ("NTFS", "rw,remote", True), ("ext4", "rw", False), ("smbfs", "rw", True)],
)
def test_a_folder_of_another_computer_is_refused(usual, stick, monkeypatch, fstype, options, is_refused) -> None:
    Disk = namedtuple("Disk", "mountpoint fstype opts")
    disks = [Disk("/", "ext4", "rw"), Disk(str(stick), "autofs", "rw"), Disk(str(stick), fstype, options)]
    monkeypatch.setattr(data_files.psutil, "disk_partitions", lambda *, all: disks)

    if is_refused:
        with pytest.raises(DataPlaceUnsuitable) as told:
            plan(usual, stick, has_models=True)
        assert told.value.reason == "network" and _files(stick) == {"mine.txt"}
    else:
        assert plan(usual, stick, has_models=True).wanted == Spot(str(stick / "Hearth"))


def test_a_disk_that_fills_up_keeps_everything_where_it_is(usual: Paths, stick: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    before = _bytes(usual)
    place = plan(usual, stick, has_models=True)
    with monkeypatch.context() as full:
        full.setattr(os, "fsync", lambda _: (_ for _ in ()).throw(OSError(errno.ENOSPC, "No space left on device")))
        with pytest.raises(DiskFull):
            move(usual.place_note, place, Progress())
    assert read_place(usual.place_note) == place and _bytes(usual) == before

    move(usual.place_note, place, Progress())
    assert _bytes(Paths.under(stick / "Hearth")) == before


def test_settings_that_are_kept_in_another_folder_come_along(usual: Paths, stick: Path, tmp_path: Path) -> None:
    own = tmp_path / "dotfiles.json"
    (usual.config / "settings.json").replace(own)
    own.write_text('{"theme": "dark"}')
    (usual.config / "settings.json").symlink_to(own)
    paths = _moved(usual, stick)

    assert (paths.config / "settings.json").read_text() == own.read_text() == '{"theme": "dark"}'
    assert (usual.config / "settings.json").is_symlink()


def test_conversations_behind_a_link_are_not_left_behind(usual: Paths, stick: Path, tmp_path: Path) -> None:
    usual.database.replace(tmp_path / "elsewhere.sqlite3")
    usual.database.symlink_to(tmp_path / "elsewhere.sqlite3")

    with pytest.raises(DataPlaceUnsuitable) as told:
        plan(usual, stick, has_models=True)
    assert told.value.reason == "link" and not usual.place_note.exists()


def test_what_goes_while_one_looks_how_much_there_is_counts_nothing(usual: Paths, monkeypatch: pytest.MonkeyPatch) -> None:
    real = data_files._tree

    def with_a_window(folder: Path) -> list[Path]:
        return [*real(folder), folder / "deleted a moment ago"]

    before = data_files.size_of(usual)
    monkeypatch.setattr(data_files, "_tree", with_a_window)

    assert data_files.size_of(usual) == before
