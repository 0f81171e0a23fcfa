"""Keys for the window of one process on Windows, which a person would press after a click on it.

Windows lets no program bring a window to the front while another one is used, and says yes all the same: so it is looked
which window is there, before anything is typed. Sources: SetForegroundWindow, SystemParametersInfo, SendInput.
"""

from __future__ import annotations

import ctypes
import time
from collections.abc import Iterator
from typing import Any

from person import Broken

RETURN, ESCAPE, CONTROL, A = 0x0D, 0x1B, 0x11, 0x41
FRONT_LIMIT_S = 20
_LOCK_TIMEOUT = 0x2001
"""SPI_SETFOREGROUNDLOCKTIMEOUT: how long another window stays in front after somebody has used it."""
_ALT = 0x12
_RELEASED, _IS_LETTER, _OF_KEYBOARD = 2, 4, 1


class _Key(ctypes.Structure):
    """INPUT with a KEYBDINPUT, as long as its longest member, the one of the mouse."""

    _fields_ = (
        ("type", ctypes.c_uint32),
        ("gap", ctypes.c_uint32),
        ("code", ctypes.c_uint16),
        ("letter", ctypes.c_uint16),
        ("flags", ctypes.c_uint32),
        ("time", ctypes.c_uint32),
        ("more", ctypes.c_size_t),
        ("room", ctypes.c_ubyte * 8),
    )


def _user32() -> Any:
    library = ctypes.windll.user32  # type: ignore[attr-defined,unused-ignore]
    library.GetForegroundWindow.restype = ctypes.c_void_p
    return library


def _process_of(window: int | None) -> int:
    process = ctypes.c_uint32()
    _user32().GetWindowThreadProcessId(ctypes.c_void_p(window), ctypes.byref(process))
    return process.value


def is_in_front(process: int) -> bool:
    """Say whether keys go to a window of this process."""
    return _process_of(_user32().GetForegroundWindow()) == process


def _windows_of(process: int) -> Iterator[int]:
    found: list[int] = []

    def take(window: int, _: int) -> bool:
        if _process_of(window) == process and _user32().IsWindowVisible(ctypes.c_void_p(window)):
            found.append(window)
        return True

    kind = ctypes.WINFUNCTYPE(ctypes.c_bool, ctypes.c_void_p, ctypes.c_ssize_t)  # type: ignore[attr-defined,unused-ignore]
    _user32().EnumWindows(kind(take), 0)
    yield from found


def bring_to_front(process: int) -> None:
    """Give a window of this process the keyboard. Raises: Broken when Windows does not let it have it."""
    deadline = time.monotonic() + FRONT_LIMIT_S
    while not is_in_front(process):
        if time.monotonic() > deadline:
            raise Broken(f"In {FRONT_LIMIT_S} s no window of the application has come to the front.")
        _user32().SystemParametersInfoW(_LOCK_TIMEOUT, 0, None, 0)
        # Whoever has pressed a key last may choose what is in front, and Alt is one that types nothing.
        press(_ALT)
        for window in _windows_of(process):
            _user32().SetForegroundWindow(ctypes.c_void_p(window))
        time.sleep(0.5)


def press(*codes: int) -> None:
    """Press these keys together, by their virtual codes."""
    _send([_Key(_OF_KEYBOARD, 0, code) for code in codes])
    _send([_Key(_OF_KEYBOARD, 0, code, 0, _RELEASED) for code in reversed(codes)])


def write(text: str) -> None:
    """Type this, whatever the keyboard."""
    for letter in text:
        _send([_Key(_OF_KEYBOARD, 0, 0, ord(letter), _IS_LETTER | flag) for flag in (0, _RELEASED)])


def _send(keys: list[_Key]) -> None:
    _user32().SendInput(len(keys), (_Key * len(keys))(*keys), ctypes.sizeof(_Key))
