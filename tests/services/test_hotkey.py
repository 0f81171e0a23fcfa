"""A key for every program, on an X server of its own; and what keys are called there and on Windows."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator

import pytest
from PySide6.QtCore import QCoreApplication, QKeyCombination, Qt
from pytestqt.qtbot import QtBot

from desktop_app.services.hotkey import GlobalHotkey
from desktop_app.services.hotkey.portal import trigger
from desktop_app.services.hotkey.windows import virtual_key
from desktop_app.services.hotkey.x11 import X11Grab, keysym

if sys.platform == "linux":
    # Elsewhere there is no bus, and what speaks to it is not installed.
    from tests.fakes.desktop import FakeNoticeService, FakePortal

CTRL, ALT, SHIFT = Qt.KeyboardModifier.ControlModifier, Qt.KeyboardModifier.AltModifier, Qt.KeyboardModifier.ShiftModifier
KEY = QKeyCombination(CTRL | ALT, Qt.Key.Key_Space)


@pytest.fixture
def display(monkeypatch: pytest.MonkeyPatch, qapp: QCoreApplication) -> Iterator[str]:
    if missing := [tool for tool in ("Xvfb", "xdotool") if shutil.which(tool) is None]:
        pytest.fail(f"{', '.join(missing)} is missing: sudo apt-get install xvfb xdotool")
    command = ["Xvfb", "-displayfd", "1", "-screen", "0", "640x480x24", "-nolisten", "tcp"]
    server = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True)
    assert server.stdout is not None
    name = f":{server.stdout.readline().strip()}"
    monkeypatch.setenv("DISPLAY", name)
    yield name
    server.terminate()
    server.wait(10)
    server.stdout.close()


def have(hotkey: GlobalHotkey, key: QKeyCombination | None) -> bool:
    hotkey.set_key(key)
    return hotkey.has_key


def press(keys: str) -> None:
    subprocess.run(["xdotool", "key", keys], check=True, timeout=20)


@pytest.mark.linux("a screen of X11")
def test_the_key_is_heard_with_every_lock_and_no_other_key_is(display: str, qtbot: QtBot) -> None:
    hotkey = GlobalHotkey("xcb")
    heard: list[bool] = []
    hotkey.pressed.connect(lambda: heard.append(True))
    assert hotkey.is_available and have(hotkey, KEY)
    with qtbot.waitSignal(hotkey.pressed):
        press("ctrl+alt+space")
    press("Caps_Lock")
    with qtbot.waitSignal(hotkey.pressed):
        press("ctrl+alt+space")
    press("Caps_Lock")
    press("ctrl+space")
    press("ctrl+alt+x")
    assert have(hotkey, QKeyCombination(SHIFT, Qt.Key.Key_F9))
    press("ctrl+alt+space")
    with qtbot.waitSignal(hotkey.pressed):
        press("shift+F9")

    assert len(heard) == 3
    hotkey.close()


@pytest.mark.linux("a screen of X11")
def test_a_key_of_another_program_cannot_be_had_and_is_free_when_that_lets_go(display: str) -> None:
    first, second = GlobalHotkey("xcb"), GlobalHotkey("xcb")
    assert have(first, KEY) and not have(second, KEY)
    assert not have(first, None) and have(second, KEY)
    second.close()
    assert have(first, KEY)
    first.close()


@pytest.mark.linux("a screen of X11")
def test_a_key_that_the_keyboard_lacks_cannot_be_had(display: str) -> None:
    hotkey = GlobalHotkey("xcb")

    assert not have(hotkey, QKeyCombination(CTRL, Qt.Key.Key_Hangul))
    hotkey.close()


@pytest.mark.linux("a screen of X11")
def test_a_key_that_another_layout_lacks_is_there_again_with_the_first(display: str, qtbot: QtBot) -> None:
    hotkey = GlobalHotkey("xcb")
    assert have(hotkey, QKeyCombination(CTRL | ALT, Qt.Key.Key_H))
    with qtbot.waitSignal(hotkey.pressed):
        press("ctrl+alt+h")
    grab = hotkey._grab
    assert isinstance(grab, X11Grab)
    for layout, has_key in (("ru", False), ("us", True)):
        subprocess.run(["setxkbmap", layout], check=True, timeout=20)
        qtbot.waitUntil(lambda has_key=has_key: bool(grab._codes(grab._key)) is has_key)

    with qtbot.waitSignal(hotkey.pressed):
        press("ctrl+alt+h")
    hotkey.close()


@pytest.mark.parametrize("platform", ["cocoa", "offscreen"])
def test_where_there_are_no_such_keys_none_can_be_had(platform: str) -> None:
    hotkey = GlobalHotkey(platform)

    assert not hotkey.is_available and not have(hotkey, KEY)
    hotkey.close()


def test_without_a_display_there_is_no_such_key(monkeypatch: pytest.MonkeyPatch, qapp: QCoreApplication) -> None:
    monkeypatch.setenv("DISPLAY", ":987")

    assert not GlobalHotkey("xcb").is_available


@pytest.fixture
def portal(monkeypatch: pytest.MonkeyPatch) -> Iterator[Callable[..., FakePortal]]:
    made: list[FakePortal] = []

    def make(refuses: str = "") -> FakePortal:
        made.append(FakePortal(refuses))
        monkeypatch.setenv("DBUS_SESSION_BUS_ADDRESS", made[-1].address)
        return made[-1]

    yield make
    for one in made:
        one.close()


def bound(desktop: FakePortal) -> list[tuple[object, ...]]:
    return [body for member, body in desktop.calls if member == "BindShortcuts"]


@pytest.mark.linux("the desktop of Linux is asked by D-Bus")
def test_on_wayland_the_desktop_is_asked_for_the_key(
    portal: Callable[..., FakePortal], monkeypatch: pytest.MonkeyPatch, qtbot: QtBot
) -> None:
    monkeypatch.setenv("XDG_ACTIVATION_TOKEN", "")
    desktop, hotkey = portal(), GlobalHotkey("wayland", description="Quick question")
    hotkey.set_key(KEY)
    qtbot.waitUntil(lambda: len(bound(desktop)) == 1)
    session, ((name, wanted),), *_ = bound(desktop)[0]  # type: ignore[misc]
    assert name == "quick-question" and wanted["preferred_trigger"] == ("s", "CTRL+ALT+space")
    assert wanted["description"] == ("s", "Quick question") and hotkey.has_key
    heard: list[bool] = []
    hotkey.pressed.connect(lambda: heard.append(True))
    desktop.press("/session/99")  # another program's
    with qtbot.waitSignal(hotkey.pressed):
        desktop.press(session)

    assert heard == [True] and os.environ["XDG_ACTIVATION_TOKEN"] == "t-1"
    hotkey.close()


@pytest.mark.linux("the desktop of Linux is asked by D-Bus")
def test_on_wayland_another_key_is_asked_for_in_place_of_the_first(portal: Callable[..., FakePortal], qtbot: QtBot) -> None:
    desktop, hotkey = portal(), GlobalHotkey("wayland")
    hotkey.set_key(KEY)
    qtbot.waitUntil(lambda: len(bound(desktop)) == 1)
    hotkey.set_key(QKeyCombination(SHIFT, Qt.Key.Key_F9))
    qtbot.waitUntil(lambda: len(bound(desktop)) == 2)

    assert "Close" in [member for member, _ in desktop.calls]
    assert bound(desktop)[1][1][0][1]["preferred_trigger"] == ("s", "SHIFT+F9")  # type: ignore[index]
    hotkey.close()


@pytest.mark.linux("the desktop of Linux is asked by D-Bus")
@pytest.mark.parametrize("refuses", ["CreateSession", "BindShortcuts"])
def test_on_wayland_a_key_that_is_refused_is_none(portal: Callable[..., FakePortal], qtbot: QtBot, refuses: str) -> None:
    portal(refuses)
    hotkey = GlobalHotkey("wayland")
    hotkey.set_key(KEY)
    qtbot.waitUntil(lambda: not hotkey.has_key)
    hotkey.close()


@pytest.mark.linux("the desktop of Linux is asked by D-Bus")
def test_on_wayland_without_a_portal_there_is_no_key(monkeypatch: pytest.MonkeyPatch, qtbot: QtBot) -> None:
    desktop = FakeNoticeService()
    monkeypatch.setenv("DBUS_SESSION_BUS_ADDRESS", desktop.address)
    hotkey = GlobalHotkey("wayland")
    hotkey.set_key(KEY)
    qtbot.waitUntil(lambda: not hotkey.has_key)
    hotkey.close()
    desktop.close()


@pytest.mark.parametrize(
    ("key", "number", "code", "name"),
    [
        (Qt.Key.Key_A, 0x61, 0x41, "a"),
        (Qt.Key.Key_7, 0x37, 0x37, "7"),
        (Qt.Key.Key_Space, 0x20, 0x20, "space"),
        (Qt.Key.Key_F1, 0xFFBE, 0x70, "F1"),
        (Qt.Key.Key_F12, 0xFFC9, 0x7B, "F12"),
        (Qt.Key.Key_Home, 0xFF50, 0x24, "Home"),
        (Qt.Key.Key_Hangul, 0, 0, ""),
    ],
)
def test_keys_have_the_numbers_of_each_system(key: Qt.Key, number: int, code: int, name: str) -> None:
    assert keysym(key) == number and virtual_key(key) == code
    assert trigger(QKeyCombination(CTRL, key)) == (f"CTRL+{name}" if name else "")
