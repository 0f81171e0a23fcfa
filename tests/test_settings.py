from __future__ import annotations

import errno
import json
import os
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from desktop_app import durable, settings
from desktop_app.errors import DiskFull, FileUnreadable, SettingsHeld, WriteFailed
from desktop_app.settings import SETTINGS, Settings

JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(), inner, max_size=3),
    max_leaves=5,
)


def written(tmp_path: Path, content: object) -> Path:
    """Give a settings file with this JSON value."""
    path = tmp_path / "settings.json"
    path.write_text(json.dumps(content), encoding="utf-8")
    return path


def test_every_default_is_accepted_by_its_own_check() -> None:
    assert [key for key, setting in SETTINGS.items() if not setting.check(setting.default)] == []


def test_no_file_means_defaults_and_no_problem(tmp_path: Path) -> None:
    loaded = settings.load(tmp_path / "settings.json")

    assert loaded.problem is None
    assert loaded.settings.get("theme") == "system"


def test_what_was_saved_is_loaded(tmp_path: Path) -> None:
    path = tmp_path / "config" / "settings.json"
    settings.save(path, Settings({}).changed("theme", "dark").changed("last_model", "/模型/a.gguf"))

    loaded = settings.load(path).settings

    assert loaded.get("theme") == "dark"
    assert loaded.get("last_model") == "/模型/a.gguf"


@pytest.mark.parametrize("name", [b"mod\xe8le.gguf", b"\xd6\xd0.gguf", b"\xed\xb3\xa8.gguf"])
def test_a_model_with_a_name_in_another_encoding_costs_no_setting(tmp_path: Path, name: bytes) -> None:
    # As `os.fsdecode` gives it on Linux.
    path, model = tmp_path / "settings.json", "/models/" + name.decode("utf-8", "surrogateescape")
    settings.save(path, Settings({}).changed("theme", "dark").changed("last_model", model).changed("model_files", [model]))

    loaded = settings.load(path)

    assert loaded.problem is None
    assert loaded.settings.get("theme") == "dark"
    assert loaded.settings.get("last_model") == model
    assert loaded.settings.get("model_files") == [model]


def test_unknown_keys_are_kept(tmp_path: Path) -> None:
    path = written(tmp_path, {"of_a_newer_version": {"a": [1]}, "theme": "dark"})

    settings.save(path, settings.load(path).settings.changed("theme", "light"))

    assert json.loads(path.read_text()) == {"of_a_newer_version": {"a": [1]}, "theme": "light"}


def test_a_value_that_is_not_accepted_is_not_used_and_stays_in_the_file(tmp_path: Path) -> None:
    path = written(tmp_path, {"theme": "sepia", "sidebar_width": True})

    loaded = settings.load(path)
    settings.save(path, loaded.settings.changed("language", "en"))

    assert loaded.problem is None
    assert loaded.settings.get("theme") == "system"
    assert loaded.settings.get("sidebar_width") == SETTINGS["sidebar_width"].default
    assert json.loads(path.read_text())["theme"] == "sepia"


@given(st.sampled_from(sorted(SETTINGS)), JSON)
def test_whatever_the_file_holds_a_value_in_use_is_accepted(key: str, value: object) -> None:
    assert SETTINGS[key].check(Settings({key: value}).get(key))


def test_true_is_no_whole_number() -> None:
    assert settings._whole_number(0, 1)(1)
    assert not settings._whole_number(0, 1)(True)


@pytest.mark.parametrize("key", ["edited_chat_templates", "chat_template_drafts"])
def test_chat_templates_are_taken_up_to_the_length_that_the_engine_takes_and_not_more_of_them_than_fit(key: str) -> None:
    accepted, longest = SETTINGS[key].check, "模" * (64 * 1024)
    assert accepted([["/a", longest]])
    assert accepted([["/a" * 2000, longest], ["/b" * 2000, "{}" * 1000]])
    assert not accepted([["/a", longest + "模"]])
    assert not accepted([["/a", longest], ["/b", longest]])
    assert not accepted([["/a", "\0"]]) and not accepted([["/a"]]) and not accepted([["/a", 7]]) and not accepted({})
    assert not accepted([["/a" * 3000, "{}"]])


def test_a_former_key_is_taken_over(monkeypatch) -> None:
    renamed = settings.Setting("theme", "system", SETTINGS["theme"].check, former_keys=("look",))
    monkeypatch.setattr(settings, "SETTINGS", {"theme": renamed})

    assert Settings({"look": "dark"}).get("theme") == "dark"
    assert Settings({"look": "dark", "theme": "light"}).get("theme") == "light"


def test_a_value_that_is_not_accepted_cannot_be_set() -> None:
    with pytest.raises(ValueError, match="sidebar_width"):
        Settings({}).changed("sidebar_width", 10_000)


def test_a_setting_nobody_declared_is_our_mistake() -> None:
    with pytest.raises(KeyError):
        Settings({}).get("thme")
    with pytest.raises(KeyError):
        Settings({}).changed("thme", "dark")


def test_a_list_given_out_is_not_the_stored_one() -> None:
    stored = Settings({"model_files": ["/a"]})

    stored.get("model_files").append("/b")
    Settings({}).get("model_files").append("/c")

    assert stored.get("model_files") == ["/a"]
    assert Settings({}).get("model_files") == []


@pytest.mark.parametrize(
    "content",
    [b"", b"{", b"[]", b"7", b"\xff\xfe", b"{} x", b"[" * 100_000, b" " * (settings.MAX_FILE_BYTES + 1)],
)
def test_a_broken_file_is_set_aside_whole_and_reported(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "settings.json"
    path.write_bytes(content)

    loaded = settings.load(path)

    (kept,) = tmp_path.iterdir()
    assert kept.name.startswith("settings.json.broken-")
    assert kept.read_bytes() == content
    assert isinstance(loaded.problem, FileUnreadable)
    assert kept.name in loaded.problem.detail
    assert loaded.settings.get("theme") == "system"


def _refuse(monkeypatch: pytest.MonkeyPatch, name: str, n_times: int) -> list[float]:
    """Have a method of Path refuse as Windows does while something else holds the file; give the pauses that are made."""
    work, pauses = getattr(Path, name), []

    def refused(self: Path, *arguments: object, **named: object) -> object:
        nonlocal n_times
        n_times -= 1
        if n_times >= 0:
            raise PermissionError(errno.EACCES, "Permission denied")
        return work(self, *arguments, **named)

    monkeypatch.setattr(Path, name, refused)
    monkeypatch.setattr("time.sleep", pauses.append)
    return pauses


def test_a_file_that_is_held_for_a_moment_is_waited_for(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = written(tmp_path, {"theme": "dark"})
    pauses = _refuse(monkeypatch, "open", 3)

    loaded = settings.load(path)

    assert (loaded.problem, loaded.settings.get("theme")) == (None, "dark")
    assert len(pauses) == 3 and list(tmp_path.iterdir()) == [path]


def test_a_file_that_is_held_when_it_is_replaced_is_waited_for(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = written(tmp_path, {"theme": "dark"})
    _refuse(monkeypatch, "replace", 3)

    settings.save(path, Settings({"theme": "light"}))

    assert json.loads(path.read_text()) == {"theme": "light"} and list(tmp_path.iterdir()) == [path]


def test_only_a_file_that_is_held_is_waited_for(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    pauses = _refuse(monkeypatch, "open", 0)
    settings.load(tmp_path / "none.json")
    settings.load(written(tmp_path, {"theme": "dark"}))
    settings.load(written(tmp_path, []))

    assert pauses == []


def test_a_file_that_is_held_for_long_is_said_to_be_where_it_was(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = written(tmp_path, {"theme": "dark"})
    monkeypatch.setattr(durable, "HELD_S", 0.05)
    with monkeypatch.context() as held:
        _refuse(held, "rename", 1_000_000)
        _refuse(held, "open", 1_000_000)
        loaded = settings.load(path)

    assert isinstance(loaded.problem, SettingsHeld)
    assert json.loads(path.read_text()) == {"theme": "dark"} and list(tmp_path.iterdir()) == [path]


def test_a_folder_in_the_place_of_the_file_does_not_stop_the_start(tmp_path: Path) -> None:
    (tmp_path / "settings.json").mkdir()

    loaded = settings.load(tmp_path / "settings.json")

    assert isinstance(loaded.problem, FileUnreadable)
    settings.save(tmp_path / "settings.json", loaded.settings.changed("theme", "dark"))
    assert settings.load(tmp_path / "settings.json").settings.get("theme") == "dark"


@pytest.mark.parametrize("step", ["fsync", "replace"])
def test_a_write_that_fails_half_way_keeps_the_old_file_and_leaves_nothing(tmp_path: Path, monkeypatch, step: str) -> None:
    path = written(tmp_path, {"theme": "dark"})

    def fail(*_: object) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(*((os, "fsync") if step == "fsync" else (Path, "replace")), fail)

    with pytest.raises(DiskFull):
        settings.save(path, Settings({"theme": "light"}))
    assert [one.name for one in tmp_path.iterdir()] == ["settings.json"]
    assert json.loads(path.read_text()) == {"theme": "dark"}


def test_the_content_is_on_the_disk_before_it_takes_the_name(tmp_path: Path, monkeypatch) -> None:
    done: list[str] = []
    fsync, replace = os.fsync, Path.replace
    monkeypatch.setattr(os, "fsync", lambda number: (done.append("fsync"), fsync(number))[1])
    monkeypatch.setattr(Path, "replace", lambda one, other: (done.append("replace"), replace(one, other))[1])

    settings.save(tmp_path / "settings.json", Settings({}))

    assert done[:2] == ["fsync", "replace"]


def test_a_folder_that_cannot_be_made_is_said(tmp_path: Path) -> None:
    (tmp_path / "file").touch()

    with pytest.raises(WriteFailed):
        settings.save(tmp_path / "file" / "settings.json", Settings({}))


@pytest.mark.posix("links need rights on Windows")
def test_behind_a_link_the_target_is_replaced(tmp_path: Path) -> None:
    (tmp_path / "elsewhere").mkdir()
    (tmp_path / "settings.json").symlink_to(tmp_path / "elsewhere" / "mine.json")

    settings.save(tmp_path / "settings.json", Settings({"theme": "dark"}))

    assert (tmp_path / "settings.json").is_symlink()
    assert json.loads((tmp_path / "elsewhere" / "mine.json").read_text()) == {"theme": "dark"}


@pytest.mark.posix("modes are POSIX")
def test_the_file_is_private(tmp_path: Path) -> None:
    settings.save(tmp_path / "settings.json", Settings({}))

    assert (tmp_path / "settings.json").stat().st_mode & 0o077 == 0
