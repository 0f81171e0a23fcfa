"""The key on Windows: `RegisterHotKey` sends its message to this thread's queue, where Qt shows it to an event filter."""

from __future__ import annotations

import ctypes
import sys
from typing import Any

from PySide6.QtCore import QAbstractNativeEventFilter, QByteArray, QCoreApplication, QKeyCombination, QObject, Qt, Signal

_WM_HOTKEY, _NO_REPEAT, _NUMBER = 0x0312, 0x4000, 1
_MODIFIERS = {
    Qt.KeyboardModifier.AltModifier: 1,
    Qt.KeyboardModifier.ControlModifier: 2,
    Qt.KeyboardModifier.ShiftModifier: 4,
    Qt.KeyboardModifier.MetaModifier: 8,
}
_CODES = {
    Qt.Key.Key_Space: 0x20, Qt.Key.Key_Tab: 0x09, Qt.Key.Key_Return: 0x0D, Qt.Key.Key_Pause: 0x13, Qt.Key.Key_PageUp: 0x21,
    Qt.Key.Key_PageDown: 0x22, Qt.Key.Key_End: 0x23, Qt.Key.Key_Home: 0x24, Qt.Key.Key_Left: 0x25, Qt.Key.Key_Up: 0x26,
    Qt.Key.Key_Right: 0x27, Qt.Key.Key_Down: 0x28, Qt.Key.Key_Insert: 0x2D, Qt.Key.Key_Delete: 0x2E,
}  # fmt: skip
"""Source: Windows, "Virtual-Key Codes". Letters and digits have Qt's numbers."""


class _Message(ctypes.Structure):
    _fields_ = (
        ("window", ctypes.c_void_p),
        ("message", ctypes.c_uint),
        ("w_parameter", ctypes.c_size_t),
        ("l_parameter", ctypes.c_ssize_t),
    )


class WindowsGrab(QObject):
    """The registered key.

    Signals:
        pressed(), refused(): never, here it is known at once.
    """

    pressed = Signal()
    refused = Signal()

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._filter = _HotkeyFilter(self)
        self._has_key = False
        application = QCoreApplication.instance()
        assert application is not None
        application.installNativeEventFilter(self._filter)

    def grab(self, key: QKeyCombination) -> bool:
        """Have `key`; False when another program has it, or it is none that can be registered."""
        code = virtual_key(key.key())
        modifiers = sum(bit for modifier, bit in _MODIFIERS.items() if key.keyboardModifiers() & modifier)
        self._has_key = bool(code) and bool(_user32().RegisterHotKey(None, _NUMBER, modifiers | _NO_REPEAT, code))
        return self._has_key

    def let_go(self) -> None:
        """Have no key."""
        if self._has_key:
            _user32().UnregisterHotKey(None, _NUMBER)
            self._has_key = False

    def bring_to_front(self, window_id: int) -> None:
        """Give a window the keyboard: who has just got its key may."""
        _user32().SetForegroundWindow(ctypes.c_void_p(window_id))

    def close(self) -> None:
        """Let go of the key."""
        self.let_go()
        application = QCoreApplication.instance()
        if application is not None:
            application.removeNativeEventFilter(self._filter)


class _HotkeyFilter(QAbstractNativeEventFilter):
    def __init__(self, grab: WindowsGrab) -> None:
        super().__init__()
        self._grab = grab

    def nativeEventFilter(self, kind: QByteArray | bytes | bytearray | memoryview, message: int) -> Any:
        """Hear of the key; every message goes on."""
        if bytes(kind.data() if isinstance(kind, QByteArray) else kind) == b"windows_dispatcher_MSG":
            read = _Message.from_address(int(message))
            if read.message == _WM_HOTKEY and read.w_parameter == _NUMBER:
                self._grab.pressed.emit()
        return False, 0


def virtual_key(key: Qt.Key) -> int:
    """Give Windows' number of a key; 0 for one that this module does not know."""
    if Qt.Key.Key_F1 <= key <= Qt.Key.Key_F24:
        return 0x70 + key.value - Qt.Key.Key_F1.value
    is_letter_or_digit = Qt.Key.Key_A <= key <= Qt.Key.Key_Z or Qt.Key.Key_0 <= key <= Qt.Key.Key_9
    return key.value if is_letter_or_digit else _CODES.get(key, 0)


def _user32() -> Any:
    if sys.platform == "win32":
        return ctypes.windll.user32
    raise OSError("this is not Windows")
