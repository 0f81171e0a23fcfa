from __future__ import annotations

import errno
import json
import threading
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from desktop_app import durable, settings
from desktop_app.errors import DiskFull, FileUnreadable, SettingsHeld
from desktop_app.services import preferences as preferences_module
from desktop_app.services.preferences import Preferences


@pytest.fixture
def make(tmp_path: Path, qapp):
    """Give a function that opens the preferences of this test; all are closed after it."""
    made: list[Preferences] = []

    def open_them() -> Preferences:
        made.append(Preferences(tmp_path / "settings.json"))
        return made[-1]

    yield open_them
    for one in made:
        one.close()


def on_disk(tmp_path: Path) -> dict[str, object]:
    """Give what the file holds, {} when there is none."""
    path = tmp_path / "settings.json"
    return json.loads(path.read_text()) if path.exists() else {}


def test_a_change_is_in_force_at_once_and_told(make, qtbot) -> None:
    preferences = make()

    with qtbot.waitSignal(preferences.setting_changed) as told:
        preferences.set("theme", "dark")

    assert told.args == ["theme"]
    assert preferences.get("theme") == "dark"


def test_the_same_value_again_is_no_change(make, qtbot) -> None:
    preferences = make()

    with qtbot.assertNotEmitted(preferences.setting_changed):
        preferences.set("theme", "system")


def test_a_burst_of_changes_is_one_write_off_the_windows_thread(make, qapp, qtbot, tmp_path: Path, monkeypatch) -> None:
    writers: list[threading.Thread] = []
    save = settings.save
    monkeypatch.setattr(settings, "save", lambda *arguments: (writers.append(threading.current_thread()), save(*arguments))[1])
    monkeypatch.setattr(preferences_module, "SAVE_DELAY_MS", 100)
    preferences = make()

    for width in range(200, 300):
        preferences.set("sidebar_width", width)
        qapp.processEvents()
    qtbot.waitUntil(lambda: on_disk(tmp_path).get("sidebar_width") == 299)

    assert len(writers) == 1
    assert writers[0] is not threading.main_thread()


def test_what_was_set_just_before_the_end_is_there_at_the_next_start(make) -> None:
    first = make()
    first.set("last_model", "/models/a.gguf")
    first.close()

    assert make().get("last_model") == "/models/a.gguf"


def test_closing_without_a_change_writes_nothing(make, tmp_path: Path) -> None:
    make().close()

    assert not (tmp_path / "settings.json").exists()


def test_the_newest_value_wins_when_a_slow_write_is_still_going_on(make, qtbot, tmp_path: Path, monkeypatch) -> None:
    monkeypatch.setattr(preferences_module, "SAVE_DELAY_MS", 1)
    begun, go_on = threading.Event(), threading.Event()
    save = settings.save

    def slow(path: Path, values: settings.Settings) -> None:
        begun.set()
        go_on.wait(10)
        save(path, values)

    monkeypatch.setattr(settings, "save", slow)
    preferences = make()
    preferences.set("theme", "dark")
    qtbot.waitUntil(begun.is_set)
    preferences.set("theme", "light")
    go_on.set()
    preferences.close()

    assert on_disk(tmp_path)["theme"] == "light"


def test_a_write_that_fails_is_told_and_tried_again_at_the_end(make, qtbot, tmp_path: Path, monkeypatch) -> None:
    monkeypatch.setattr(preferences_module, "SAVE_DELAY_MS", 1)
    preferences = make()

    def fail(path: Path, _: settings.Settings) -> None:
        raise DiskFull(str(path))

    with monkeypatch.context() as full:
        full.setattr(settings, "save", fail)
        with qtbot.waitSignal(preferences.write_failed) as told:
            preferences.set("theme", "dark")
    preferences.close()

    assert told.args == [DiskFull(str(tmp_path / "settings.json"))]
    assert on_disk(tmp_path) == {"theme": "dark"}


def test_a_write_that_failed_is_tried_again_when_it_is_asked_for(make, qtbot, tmp_path: Path, monkeypatch) -> None:
    monkeypatch.setattr(preferences_module, "SAVE_DELAY_MS", 1)
    preferences = make()

    def fail(path: Path, _: settings.Settings) -> None:
        raise DiskFull(str(path))

    with monkeypatch.context() as full:
        full.setattr(settings, "save", fail)
        for ask in (lambda: preferences.set("theme", "dark"), preferences.retry):
            with qtbot.waitSignal(preferences.write_failed):
                ask()
    preferences.retry()

    qtbot.waitUntil((tmp_path / "settings.json").exists)
    assert on_disk(tmp_path) == {"theme": "dark"}


def test_a_broken_file_is_told_and_does_not_stop_the_start(make, tmp_path: Path) -> None:
    (tmp_path / "settings.json").write_text("{")

    preferences = make()

    assert isinstance(preferences.problem, FileUnreadable)
    assert preferences.get("theme") == "system"


@pytest.fixture
def hold(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Callable[[bytes], Callable[[], None]]]:
    """Give a function that makes a file which another program holds, and gives what lets go of it."""

    def refuse(*_: object) -> None:
        raise PermissionError(errno.EACCES, "Permission denied")

    monkeypatch.setattr(durable, "HELD_S", 0.0)
    with monkeypatch.context() as held:

        def make_held(content: bytes) -> Callable[[], None]:
            (tmp_path / "settings.json").write_bytes(content)
            # As on Windows: it can be neither opened nor renamed.
            held.setattr(Path, "open", refuse)
            held.setattr(Path, "rename", refuse)
            return held.undo

        yield make_held


def test_a_file_that_is_held_is_not_written_over(make, qtbot, tmp_path: Path, monkeypatch, hold) -> None:
    let_go = hold(b'{"theme": "dark"}')
    monkeypatch.setattr(preferences_module, "SAVE_DELAY_MS", 1)
    preferences = make()

    with qtbot.waitSignal(preferences.write_failed) as told:
        preferences.set("language", "en")

    assert [type(one) for one in (preferences.problem, *told.args)] == [SettingsHeld, SettingsHeld]
    let_go()
    assert on_disk(tmp_path) == {"theme": "dark"}


def test_what_a_held_file_says_and_what_was_changed_meanwhile_is_there_at_the_next_start(make, tmp_path: Path, hold) -> None:
    let_go = hold(b'{"theme": "dark", "zoom": 90}')
    preferences = make()
    preferences.set("zoom", 110)
    let_go()
    preferences.close()
    preferences.set("language", "en")
    preferences.close()

    assert on_disk(tmp_path) == {"theme": "dark", "zoom": 110, "language": "en"}


def test_a_held_file_that_turns_out_to_be_broken_is_set_aside_before_anything_is_saved(make, tmp_path: Path, hold) -> None:
    let_go = hold(b"{")
    preferences = make()
    preferences.set("zoom", 110)
    let_go()
    preferences.close()

    assert on_disk(tmp_path) == {"zoom": 110}
    assert [path.read_bytes() for path in tmp_path.glob("settings.json.broken-*")] == [b"{"]


def test_a_value_that_is_not_accepted_changes_nothing(make) -> None:
    preferences = make()

    with pytest.raises(ValueError, match="theme"):
        preferences.set("theme", "sepia")
    assert preferences.get("theme") == "system"
