"""Kept states: what comes out is what went in, and what anybody else has touched never comes out."""

from __future__ import annotations

import errno
import os
import shutil
import threading
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from desktop_app.engine import state_files, state_store
from desktop_app.engine.state_files import GivenUp, Outline, State, Whose, conversation_name
from desktop_app.engine.state_store import StateStore

KEY, OTHER_KEY = b"k" * 32, b"o" * 32
MODEL, OTHER_MODEL = "11" * 16, "22" * 16
BUILD, OTHER_BUILD = "33" * 4, "44" * 4
SECRET = "a conversation"
ExpectLog = Callable[[str], None]
REFUSED = "WARNING .*a state that is damaged, or none of ours, is removed"


def _state(n_tokens: int = 100, n_bytes: int = 5000, fill: int = 7) -> State:
    outline = Outline(list(range(n_tokens)), n_tokens, ((40, 3), (90, 5)), n_bytes)
    return State(outline, bytearray([fill]) * n_bytes, (b"abc", b"defgh"))


def _same(state: State | None, other: State) -> bool:
    return (
        state is not None
        and state.outline == other.outline
        and bytes(state.data) == bytes(other.data)
        and tuple(map(bytes, state.checkpoints)) == other.checkpoints
    )


@pytest.fixture
def open_store(tmp_path: Path) -> Iterator[Callable[..., StateStore]]:
    """Give a function that opens a store in `tmp_path / "kv"`."""
    opened: list[StateStore] = []
    (tmp_path / "kv").mkdir()

    def open_store(key: bytes = KEY, max_bytes: int = 1 << 20, build: str = BUILD) -> StateStore:
        opened.append(StateStore(tmp_path / "kv", key, max_bytes, build))
        return opened[-1]

    yield open_store
    for store in opened:
        assert store.close(10)


@pytest.fixture
def store(open_store: Callable[..., StateStore]) -> StateStore:
    """Give a store with one state in it, on disk."""
    store = open_store()
    store.put(SECRET, MODEL, _state())
    assert store.flush(10)
    return store


def _only_file(folder: Path) -> Path:
    [path] = (folder / "kv").iterdir()
    return path


def test_what_was_put_in_comes_out_of_another_process(store: StateStore, open_store: Callable[..., StateStore]) -> None:
    later = open_store()

    assert _same(later.get(SECRET, MODEL), _state())
    assert later.outline(SECRET, MODEL) == _state().outline


def test_what_is_not_on_disk_yet_comes_out_too(open_store: Callable[..., StateStore], monkeypatch: pytest.MonkeyPatch) -> None:
    goes_on = threading.Event()
    write = StateStore._write_file

    def waiting_write(self: StateStore, *what: Any) -> None:
        goes_on.wait(10)
        write(self, *what)

    monkeypatch.setattr(StateStore, "_write_file", waiting_write)
    store = open_store()
    store.put(SECRET, MODEL, _state())
    assert _same(store.get(SECRET, MODEL), _state())
    assert store.outline(SECRET, MODEL) == _state().outline
    assert not store.flush(0)
    goes_on.set()
    assert store.flush(10)


def test_the_newer_state_of_a_conversation_takes_the_place_of_the_older(store: StateStore, tmp_path: Path) -> None:
    store.put(SECRET, MODEL, _state(fill=8))
    assert store.flush(10)

    assert _same(store.get(SECRET, MODEL), _state(fill=8))
    assert _only_file(tmp_path)


@pytest.mark.posix("Windows has no such modes")
def test_a_file_is_for_its_owner_only_and_names_nobody(store: StateStore, tmp_path: Path) -> None:
    path = _only_file(tmp_path)

    assert path.stat().st_mode & 0o777 == 0o600
    assert SECRET.encode() not in path.read_bytes()
    assert conversation_name(KEY, SECRET) != conversation_name(OTHER_KEY, SECRET)


@pytest.mark.parametrize("part", ["magic", "format", "name", "counts", "tokens", "points", "state", "checkpoint", "code", "end"])
def test_a_file_with_one_changed_bit_is_deleted_and_not_used(
    store: StateStore, tmp_path: Path, part: str, expected_log: ExpectLog
) -> None:
    path = _only_file(tmp_path)
    data = bytearray(path.read_bytes())
    at = {
        "magic": 0, "format": 8, "name": 13, "counts": 48, "tokens": 100, "points": 480, "state": 3000, "checkpoint": -36,
        "code": -32, "end": -1,
    }[part]  # fmt: skip
    data[at] ^= 1
    path.write_bytes(data)
    expected_log(REFUSED)

    assert store.get(SECRET, MODEL) is None
    assert not path.exists()


@pytest.mark.parametrize("part", ["format", "name", "counts", "first token", "last token", "points"])
def test_nothing_of_a_changed_beginning_is_told(store: StateStore, tmp_path: Path, part: str, expected_log: ExpectLog) -> None:
    """What the vocabulary does not have, as a token, would end the process."""
    path = _only_file(tmp_path)
    data = bytearray(path.read_bytes())
    n_head_bytes, n_tokens = state_files._HEAD.size, len(_state().outline.tokens)
    places = {
        "format": 8,
        "name": 13,
        "counts": 48,
        "first token": n_head_bytes + 3,
        "last token": n_head_bytes + 4 * n_tokens - 1,
    }
    data[places.get(part, n_head_bytes + 4 * n_tokens)] ^= 1
    path.write_bytes(data)
    expected_log(REFUSED)

    assert store.outline(SECRET, MODEL) is None
    assert not path.exists()


def test_a_file_with_any_changed_byte_is_not_used(store: StateStore, tmp_path: Path, expected_log: ExpectLog) -> None:
    path = _only_file(tmp_path)
    whole = path.read_bytes()
    expected_log(REFUSED)
    for at in (*range(0, 600, 3), *range(600, len(whole), 97)):
        data = bytearray(whole)
        data[at] ^= 0x80
        path.write_bytes(data)
        assert store.get(SECRET, MODEL) is None, at
    path.write_bytes(whole)
    assert _same(store.get(SECRET, MODEL), _state())


@pytest.mark.parametrize("n_bytes", [0, 1, 60, 61, 200, 470, 5000, -1])
def test_a_file_that_is_cut_off_is_deleted_and_not_used(
    store: StateStore, tmp_path: Path, n_bytes: int, expected_log: ExpectLog
) -> None:
    path = _only_file(tmp_path)
    path.write_bytes(path.read_bytes()[:n_bytes])
    expected_log(REFUSED)

    assert store.outline(SECRET, MODEL) is None
    assert not path.exists()


def test_a_file_with_something_behind_it_is_not_used(store: StateStore, tmp_path: Path, expected_log: ExpectLog) -> None:
    with _only_file(tmp_path).open("ab") as file:
        file.write(b"more")
    expected_log(REFUSED)

    assert store.get(SECRET, MODEL) is None


def test_a_file_of_another_profile_is_deleted_and_not_used(
    store: StateStore, open_store: Callable[..., StateStore], tmp_path: Path, expected_log: ExpectLog
) -> None:
    # Whole, under the very name that it would have here, and saying all that it should say, but for the code.
    other, state = open_store(OTHER_KEY), _state()
    whose = Whose(conversation_name(OTHER_KEY, SECRET), MODEL, BUILD)
    written = b"".join((state_files.head_of(KEY, whose, state.outline), state.data, *state.checkpoints))
    code = state_files.code_maker(KEY)
    code.update(written)
    path = tmp_path / "kv" / whose.file_name
    path.write_bytes(written + code.digest())
    expected_log(REFUSED)

    assert other.get(SECRET, MODEL) is None
    assert not path.exists()
    assert _same(store.get(SECRET, MODEL), _state())


@pytest.mark.parametrize(("conversation", "model"), [("another one", MODEL), (SECRET, OTHER_MODEL)])
def test_a_file_under_the_name_of_another_conversation_or_model_is_not_used(
    store: StateStore, tmp_path: Path, conversation: str, model: str, expected_log: ExpectLog
) -> None:
    path = _only_file(tmp_path)
    path.rename(path.with_name(f"{conversation_name(KEY, conversation)}-{model}-{BUILD}.kv"))
    expected_log(REFUSED)

    assert store.get(conversation, model) is None
    assert not list((tmp_path / "kv").iterdir())


def test_a_file_that_changes_between_two_looks_is_not_used(
    store: StateStore, monkeypatch: pytest.MonkeyPatch, expected_log: ExpectLog
) -> None:
    seen = _state().outline.replaced(n_cut_min=0)
    monkeypatch.setattr(state_files, "read_outline", lambda *_: seen)
    expected_log(REFUSED)

    assert store.get(SECRET, MODEL) is None


def test_nothing_is_there_for_another_conversation_or_model(store: StateStore) -> None:
    assert store.get("another one", MODEL) is None
    assert store.get(SECRET, OTHER_MODEL) is None
    assert store.outline("another one", MODEL) is None


def test_what_another_build_wrote_and_what_is_half_written_goes_at_the_start(
    store: StateStore, open_store: Callable[..., StateStore], tmp_path: Path
) -> None:
    part = tmp_path / "kv" / f"{_only_file(tmp_path).name}.part"
    part.write_bytes(b"half")
    (tmp_path / "kv" / "letters.txt").write_bytes(b"mine")
    later = open_store(build=OTHER_BUILD)
    assert later.close(10)

    assert [path.name for path in (tmp_path / "kv").iterdir()] == ["letters.txt"]


@pytest.mark.posix("links need rights on Windows")
def test_a_link_is_removed_and_what_it_leads_to_stays(store: StateStore, tmp_path: Path, expected_log: ExpectLog) -> None:
    path = _only_file(tmp_path)
    elsewhere = path.rename(tmp_path / "elsewhere")
    path.symlink_to(elsewhere)
    expected_log(REFUSED)

    assert store.get(SECRET, MODEL) is None
    assert not path.is_symlink()
    assert elsewhere.exists()


@pytest.mark.posix("links need rights on Windows")
def test_a_link_in_the_place_of_a_new_file_is_not_written_through(store: StateStore, tmp_path: Path) -> None:
    path = _only_file(tmp_path)
    canary = tmp_path / "canary"
    canary.write_bytes(b"mine")
    path.unlink()
    path.symlink_to(canary)
    path.with_name(f"{path.name}.part").symlink_to(canary)
    store.put(SECRET, MODEL, _state())
    assert store.flush(10)

    assert canary.read_bytes() == b"mine"
    assert not path.is_symlink()
    assert _same(store.get(SECRET, MODEL), _state())


@pytest.mark.posix("a pipe with a name is POSIX's")
def test_a_pipe_is_not_waited_for(store: StateStore, tmp_path: Path, expected_log: ExpectLog) -> None:
    path = _only_file(tmp_path)
    path.unlink()
    os.mkfifo(path)
    expected_log(REFUSED)

    assert store.get(SECRET, MODEL) is None


@pytest.mark.posix("links need rights on Windows")
def test_a_folder_that_is_a_link_is_left_alone(store: StateStore, tmp_path: Path) -> None:
    name = _only_file(tmp_path).name
    real = (tmp_path / "kv").rename(tmp_path / "real")
    (tmp_path / "kv").symlink_to(real, target_is_directory=True)
    store.put("another one", MODEL, _state())
    assert store.flush(10)
    store.remove([SECRET])

    assert [path.name for path in real.iterdir()] == [name]


def test_the_folder_never_holds_more_than_it_may_and_what_was_used_last_stays(
    open_store: Callable[..., StateStore], tmp_path: Path
) -> None:
    store = open_store(max_bytes=3 * _state().n_bytes)
    for number, name in enumerate("abc"):
        store.put(name, MODEL, _state())
        assert store.flush(10)
        # Disks that count time in seconds would see no order.
        os.utime(tmp_path / "kv" / f"{conversation_name(KEY, name)}-{MODEL}-{BUILD}.kv", (number, number))
    assert store.get("a", MODEL) is not None
    store.put("d", MODEL, _state())
    assert store.flush(10)

    assert [name for name in "abcd" if store.outline(name, MODEL)] == ["a", "c", "d"]
    assert sum(path.stat().st_size for path in (tmp_path / "kv").iterdir()) <= store.max_bytes


def test_a_lower_limit_is_kept_from_the_start(store: StateStore, open_store: Callable[..., StateStore], tmp_path: Path) -> None:
    store.put("another one", MODEL, _state())
    assert store.flush(10)
    assert open_store(max_bytes=_state().n_bytes).close(10)

    assert _only_file(tmp_path)


def test_what_is_larger_than_everything_may_be_is_not_kept(open_store: Callable[..., StateStore], tmp_path: Path) -> None:
    store = open_store(max_bytes=_state().n_bytes - 1)
    store.put(SECRET, MODEL, _state())
    assert store.flush(10)

    assert not list((tmp_path / "kv").iterdir())


def test_the_last_gigabyte_of_the_disk_is_left_free(
    open_store: Callable[..., StateStore], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    class Usage:
        free = state_store.MIN_FREE_BYTES + _state().n_bytes - 1

    monkeypatch.setattr(shutil, "disk_usage", lambda _: Usage)
    store = open_store()
    store.put(SECRET, MODEL, _state())
    assert store.flush(10)

    assert not list((tmp_path / "kv").iterdir())


def test_a_full_disk_costs_the_state_and_nothing_else(
    store: StateStore, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, expected_log: ExpectLog
) -> None:
    def full(*_: object) -> None:
        raise OSError(errno.ENOSPC, "full")

    expected_log("WARNING .*a state cannot be written: OSError")
    with monkeypatch.context() as patched:
        patched.setattr(state_store, "_write", full)
        store.put(SECRET, MODEL, _state())
        assert store.flush(10)
    assert not list((tmp_path / "kv").iterdir())
    store.put(SECRET, MODEL, _state())
    assert store.flush(10)
    assert _same(store.get(SECRET, MODEL), _state())


def test_without_memory_nothing_is_read_and_the_file_stays(
    store: StateStore, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(state_store, "has_memory_for", lambda _: False)

    assert store.get(SECRET, MODEL) is None
    assert _only_file(tmp_path)


def test_what_is_removed_is_gone_of_all_models(store: StateStore, tmp_path: Path) -> None:
    store.put(SECRET, OTHER_MODEL, _state())
    store.put("another one", MODEL, _state())
    assert store.flush(10)
    store.remove([SECRET])

    assert _only_file(tmp_path).name.startswith(conversation_name(KEY, "another one"))
    assert store.get(SECRET, MODEL) is None


def test_what_is_removed_while_it_is_written_does_not_come_back(
    open_store: Callable[..., StateStore], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    is_written, goes_on = threading.Event(), threading.Event()
    write = StateStore._write_part

    def slow_write(self: StateStore, *what: Any) -> None:
        write(self, *what)
        is_written.set()
        goes_on.wait(10)

    monkeypatch.setattr(StateStore, "_write_part", slow_write)
    store = open_store()
    store.put(SECRET, MODEL, _state())
    assert is_written.wait(10)
    store.remove([SECRET])
    goes_on.set()
    assert store.close(10)

    assert not list((tmp_path / "kv").iterdir())


def test_closing_writes_what_waits_and_afterwards_nothing_is_taken(open_store: Callable[..., StateStore], tmp_path: Path) -> None:
    store = open_store()
    for name in "abcd":
        store.put(name, MODEL, _state())
    assert store.close(10)
    assert len(list((tmp_path / "kv").iterdir())) == 4
    store.put("e", MODEL, _state())

    assert len(list((tmp_path / "kv").iterdir())) == 4


def test_what_is_being_written_when_the_time_is_over_does_not_appear_later(
    open_store: Callable[..., StateStore], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    is_written, goes_on = threading.Event(), threading.Event()
    write = StateStore._write_part

    def slow_write(self: StateStore, *what: Any) -> None:
        write(self, *what)
        is_written.set()
        goes_on.wait(10)

    monkeypatch.setattr(StateStore, "_write_part", slow_write)
    store = open_store()
    store.put("a", MODEL, _state())
    store.put("b", MODEL, _state())
    assert is_written.wait(10)
    assert not store.close(0.0)
    # Whoever turned the keeping off removes now what there is.
    state_files.remove(state_files.files_in(tmp_path / "kv"))
    goes_on.set()
    assert store.close(10)

    assert not list((tmp_path / "kv").iterdir())


@pytest.mark.parametrize("n_pieces", [0, 3, 7], ids=["at once", "while it is read", "while it is checked"])
def test_reading_can_be_given_up_and_done_later(store: StateStore, monkeypatch: pytest.MonkeyPatch, n_pieces: int) -> None:
    monkeypatch.setattr(state_files, "PIECE_BYTES", 1200)
    n_asked = iter(range(100))
    with pytest.raises(GivenUp):
        store.get(SECRET, MODEL, lambda: next(n_asked) < n_pieces)
    assert next(n_asked) == n_pieces + 1

    assert _same(store.get(SECRET, MODEL, lambda: next(n_asked) < 100), _state())
    assert next(n_asked) - n_pieces == 2 + 5 + 5


def test_only_what_is_kept_of_given_conversations_stays(store: StateStore, tmp_path: Path) -> None:
    store.put("another one", MODEL, _state())
    assert store.flush(10)
    (tmp_path / "kv" / "letters.txt").write_bytes(b"mine")

    assert state_files.keep_conversations(tmp_path / "kv", KEY, [SECRET, "a third"]) == 1
    assert store.get(SECRET, MODEL) is not None
    assert (tmp_path / "kv" / "letters.txt").exists()


@pytest.mark.parametrize(
    ("prompt", "n_cut_min", "expected"),
    [
        ([1, 2, 3, 4, 5, 6], 0, 5),
        ([1, 2, 3, 4, 5], 0, 4),
        ([1, 2, 3, 9, 9], 0, 3),
        ([9], 0, 0),
        ([1, 2, 3, 4, 5, 6], 5, 5),
        ([1, 2, 3, 4, 5], 5, 3),
        ([1, 2, 3, 4, 9], 5, 3),
        ([1, 2, 9], 5, 0),
    ],
)
def test_how_much_of_a_prompt_would_not_be_read(prompt: list[int], n_cut_min: int, expected: int) -> None:
    assert Outline([1, 2, 3, 4, 5], n_cut_min, ((3, 10),), 100).n_usable(prompt) == expected
