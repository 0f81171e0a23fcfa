"""The key on X11: a connection of its own to the display, on which a key is grabbed from the root window.

XCB and not Xlib: an error of Xlib, and another program that has the key is one, ends the process unless a handler is
set that is Qt's as well. Both libraries are there wherever Qt's own windows are. Source: xcb/xproto.h.
"""

from __future__ import annotations

import ctypes
import itertools
from typing import Any

from PySide6.QtCore import QKeyCombination, QObject, QSocketNotifier, Qt, Signal, Slot

_KEY_PRESS, _MAPPING_NOTIFY, _CLIENT_MESSAGE = 2, 34, 33
_ASYNC = 1
_SHIFT, _LOCK, _CONTROL, _ALT, _NUM_LOCK, _SUPER = 1, 2, 4, 8, 16, 64
_SUBSTRUCTURE = (1 << 19) | (1 << 20)
_FROM_A_PAGER = 2
"""A window manager does what the person's own tools ask for; what a program asks for by itself may be ignored."""

_MODIFIERS = {
    Qt.KeyboardModifier.ShiftModifier: _SHIFT,
    Qt.KeyboardModifier.ControlModifier: _CONTROL,
    Qt.KeyboardModifier.AltModifier: _ALT,
    Qt.KeyboardModifier.MetaModifier: _SUPER,
}
_KEYSYMS = {
    Qt.Key.Key_Escape: 0xFF1B, Qt.Key.Key_Tab: 0xFF09, Qt.Key.Key_Backspace: 0xFF08, Qt.Key.Key_Return: 0xFF0D,
    Qt.Key.Key_Enter: 0xFF8D, Qt.Key.Key_Insert: 0xFF63, Qt.Key.Key_Delete: 0xFFFF, Qt.Key.Key_Pause: 0xFF13,
    Qt.Key.Key_Print: 0xFF61, Qt.Key.Key_Home: 0xFF50, Qt.Key.Key_End: 0xFF57, Qt.Key.Key_Left: 0xFF51,
    Qt.Key.Key_Up: 0xFF52, Qt.Key.Key_Right: 0xFF53, Qt.Key.Key_Down: 0xFF54, Qt.Key.Key_PageUp: 0xFF55,
    Qt.Key.Key_PageDown: 0xFF56, Qt.Key.Key_Menu: 0xFF67,
}  # fmt: skip
"""Source: X11/keysymdef.h. Letters, digits and signs have the numbers of Latin-1, as in Qt, letters the small ones."""


class _Screen(ctypes.Structure):
    _fields_ = (("root", ctypes.c_uint32),)


class _Screens(ctypes.Structure):
    _fields_ = (("data", ctypes.POINTER(_Screen)), ("rest", ctypes.c_int), ("index", ctypes.c_int))


class _Cookie(ctypes.Structure):
    _fields_ = (("sequence", ctypes.c_uint),)


class _KeyPress(ctypes.Structure):
    _fields_ = (
        ("response_type", ctypes.c_uint8),
        ("detail", ctypes.c_uint8),
        ("sequence", ctypes.c_uint16),
        ("time", ctypes.c_uint32),
    )


class _ClientMessage(ctypes.Structure):
    _fields_ = (
        ("response_type", ctypes.c_uint8),
        ("format", ctypes.c_uint8),
        ("sequence", ctypes.c_uint16),
        ("window", ctypes.c_uint32),
        ("type", ctypes.c_uint32),
        ("data", ctypes.c_uint32 * 5),
    )


class _Atom(ctypes.Structure):
    _fields_ = (
        ("response_type", ctypes.c_uint8),
        ("pad", ctypes.c_uint8),
        ("sequence", ctypes.c_uint16),
        ("length", ctypes.c_uint32),
        ("atom", ctypes.c_uint32),
    )


class X11Grab(QObject):
    """The grab. Raises: OSError when there is no display, or no XCB.

    Signals:
        pressed(), refused(): never, here it is known at once.
    """

    pressed = Signal()
    refused = Signal()

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._xcb, self._keysyms, self._free = _libraries()
        self._connection = self._xcb.xcb_connect(None, None)
        if self._xcb.xcb_connection_has_error(self._connection):
            self._xcb.xcb_disconnect(self._connection)
            raise OSError("no X11 display")
        screens = self._xcb.xcb_setup_roots_iterator(self._xcb.xcb_get_setup(self._connection))
        self._root = int(screens.data.contents.root)
        self._symbols = self._keysyms.xcb_key_symbols_alloc(self._connection)
        self._key: QKeyCombination | None = None
        self._time = 0
        number = self._xcb.xcb_get_file_descriptor(self._connection)
        self._notifier = QSocketNotifier(number, QSocketNotifier.Type.Read, self)
        self._notifier.activated.connect(self._on_readable)

    def grab(self, key: QKeyCombination) -> bool:
        """Have `key`; False when another program has it, or the keyboard has no such key."""
        self._key = key
        codes, modifiers = self._codes(key), _modifiers(key)
        # Caps Lock and Num Lock are modifiers, too, and the key is to work with each of them.
        locks = [sum(some) for n in range(3) for some in itertools.combinations((_LOCK, _NUM_LOCK), n)]
        asked = [
            self._xcb.xcb_grab_key_checked(self._connection, 1, self._root, modifiers | lock, code, _ASYNC, _ASYNC)
            for code in codes
            for lock in locks
        ]
        errors = [self._xcb.xcb_request_check(self._connection, one) for one in asked]
        for error in filter(None, errors):
            self._free(error)
        if not codes or any(errors):
            self.let_go()
            return False
        self._on_readable()
        return True

    def let_go(self) -> None:
        """Have no key."""
        self._key = None
        any_key, any_modifier = 0, 0x8000
        self._xcb.xcb_ungrab_key(self._connection, any_key, self._root, any_modifier)
        self._xcb.xcb_flush(self._connection)

    def bring_to_front(self, window_id: int) -> None:
        """Ask the window manager to give a window the keyboard, at the time when the key was pressed."""
        message = _ClientMessage(_CLIENT_MESSAGE, 32, 0, window_id, self._atom(b"_NET_ACTIVE_WINDOW"))
        message.data[0], message.data[1] = _FROM_A_PAGER, self._time
        event = ctypes.create_string_buffer(bytes(message), 32)
        self._xcb.xcb_send_event(self._connection, 0, self._root, _SUBSTRUCTURE, event)
        self._xcb.xcb_flush(self._connection)

    def close(self) -> None:
        """Leave the display; what was grabbed is free."""
        self._notifier.setEnabled(False)
        self._keysyms.xcb_key_symbols_free(self._symbols)
        self._xcb.xcb_disconnect(self._connection)

    def _codes(self, key: QKeyCombination) -> list[int]:
        """Give the codes by which this keyboard sends the key; none when it has no such key."""
        number = keysym(key.key())
        codes = self._keysyms.xcb_key_symbols_get_keycode(self._symbols, number) if number else None
        if not codes:
            return []
        found = list(itertools.takewhile(bool, (int(codes[place]) for place in range(256))))
        self._free(codes)
        return found

    def _atom(self, name: bytes) -> int:
        cookie = self._xcb.xcb_intern_atom(self._connection, 0, len(name), name)
        reply = self._xcb.xcb_intern_atom_reply(self._connection, cookie, None)
        if not reply:
            return 0
        atom = int(reply.contents.atom)
        self._free(reply)
        return atom

    @Slot()
    def _on_readable(self) -> None:
        if self._xcb.xcb_connection_has_error(self._connection):
            self._notifier.setEnabled(False)  # the display is gone, and this process soon
            return
        is_pressed = is_remapped = False
        while event := self._xcb.xcb_poll_for_event(self._connection):
            kind = event.contents.response_type & 0x7F
            if kind == _KEY_PRESS:
                is_pressed, self._time = True, int(event.contents.time)
            is_remapped = is_remapped or kind == _MAPPING_NOTIFY
            self._free(event)
        if is_remapped and self._key is not None:
            self._remap(self._key)
        if is_pressed:
            # The grab holds the whole keyboard until the key is up; what comes up now wants it.
            self._xcb.xcb_ungrab_keyboard(self._connection, self._time)
            self._xcb.xcb_flush(self._connection)
            self.pressed.emit()

    def _remap(self, key: QKeyCombination) -> None:
        """The keyboard has another layout: the key may lie elsewhere, or be missing until the next one."""
        self._keysyms.xcb_key_symbols_free(self._symbols)
        self._symbols = self._keysyms.xcb_key_symbols_alloc(self._connection)
        self.let_go()
        self.grab(key)
        self._key = key


def keysym(key: Qt.Key) -> int:
    """Give X11's number of a key; 0 for one that this module does not know."""
    if Qt.Key.Key_F1 <= key <= Qt.Key.Key_F35:
        return 0xFFBE + key.value - Qt.Key.Key_F1.value
    if key in _KEYSYMS:
        return _KEYSYMS[key]
    return ord(chr(key.value).lower()) if 0x20 <= key.value <= 0xFF else 0


def _modifiers(key: QKeyCombination) -> int:
    return sum(bit for modifier, bit in _MODIFIERS.items() if key.keyboardModifiers() & modifier)


def _libraries() -> tuple[Any, Any, Any]:
    """Give XCB, its part about keys, and what frees what they give. Raises: OSError when one is not there."""
    xcb, keysyms = ctypes.CDLL("libxcb.so.1"), ctypes.CDLL("libxcb-keysyms.so.1")
    pointer, uint32, uint16, uint8, text = ctypes.c_void_p, ctypes.c_uint32, ctypes.c_uint16, ctypes.c_uint8, ctypes.c_char_p
    declared = {
        "xcb_connect": (pointer, text, pointer),
        "xcb_disconnect": (None, pointer),
        "xcb_connection_has_error": (ctypes.c_int, pointer),
        "xcb_get_file_descriptor": (ctypes.c_int, pointer),
        "xcb_get_setup": (pointer, pointer),
        "xcb_setup_roots_iterator": (_Screens, pointer),
        "xcb_grab_key_checked": (_Cookie, pointer, uint8, uint32, uint16, uint8, uint8, uint8),
        "xcb_ungrab_key": (_Cookie, pointer, uint8, uint32, uint16),
        "xcb_ungrab_keyboard": (_Cookie, pointer, uint32),
        "xcb_request_check": (pointer, pointer, _Cookie),
        "xcb_poll_for_event": (ctypes.POINTER(_KeyPress), pointer),
        "xcb_intern_atom": (_Cookie, pointer, uint8, uint16, text),
        "xcb_intern_atom_reply": (ctypes.POINTER(_Atom), pointer, _Cookie, pointer),
        "xcb_send_event": (_Cookie, pointer, uint8, uint32, uint32, text),
        "xcb_flush": (ctypes.c_int, pointer),
        "xcb_key_symbols_alloc": (pointer, pointer),
        "xcb_key_symbols_free": (None, pointer),
        "xcb_key_symbols_get_keycode": (ctypes.POINTER(uint8), pointer, uint32),
    }
    for name, (result, *arguments) in declared.items():
        function = getattr(keysyms if name.startswith("xcb_key_symbols") else xcb, name)
        function.restype, function.argtypes = result, arguments
    free = ctypes.CDLL(None).free
    free.restype, free.argtypes = None, [pointer]
    return xcb, keysyms, free
