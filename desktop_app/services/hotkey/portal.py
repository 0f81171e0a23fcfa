"""The key on Wayland: the desktop's own, asked for through the portal; the person agrees to it in a window of the desktop.

Source: xdg-desktop-portal, "org.freedesktop.portal.GlobalShortcuts", 1; keys are written as in "XDG Shortcuts", 1.
"""

from __future__ import annotations

import os
from functools import partial
from typing import Any

from PySide6.QtCore import QKeyCombination, QObject, Qt, Signal, Slot

from desktop_app import APP_ID
from desktop_app.services.hotkey.x11 import keysym
from desktop_app.services.session_bus import BusCall, SessionBus

_NAME, _PATH = "org.freedesktop.portal.Desktop", "/org/freedesktop/portal/desktop"
_SHORTCUTS, _REQUEST, _SESSION = (f"org.freedesktop.portal.{name}" for name in ("GlobalShortcuts", "Request", "Session"))
_ID = "quick-question"
_MODIFIERS = (
    (Qt.KeyboardModifier.ControlModifier, "CTRL"),
    (Qt.KeyboardModifier.AltModifier, "ALT"),
    (Qt.KeyboardModifier.ShiftModifier, "SHIFT"),
    (Qt.KeyboardModifier.MetaModifier, "LOGO"),
)
_NAMES = {
    Qt.Key.Key_Space: "space", Qt.Key.Key_Home: "Home", Qt.Key.Key_End: "End", Qt.Key.Key_Insert: "Insert",
    Qt.Key.Key_Delete: "Delete", Qt.Key.Key_PageUp: "Prior", Qt.Key.Key_PageDown: "Next", Qt.Key.Key_Left: "Left",
    Qt.Key.Key_Right: "Right", Qt.Key.Key_Up: "Up", Qt.Key.Key_Down: "Down", Qt.Key.Key_Pause: "Pause",
    Qt.Key.Key_Return: "Return", Qt.Key.Key_Tab: "Tab", Qt.Key.Key_Comma: "comma", Qt.Key.Key_Period: "period",
    Qt.Key.Key_Slash: "slash", Qt.Key.Key_Backslash: "backslash", Qt.Key.Key_Minus: "minus", Qt.Key.Key_Plus: "plus",
    Qt.Key.Key_Equal: "equal", Qt.Key.Key_Semicolon: "semicolon", Qt.Key.Key_Apostrophe: "apostrophe",
    Qt.Key.Key_QuoteLeft: "grave",
}  # fmt: skip
"""Source: xkbcommon-keysyms.h."""


class PortalGrab(QObject):
    """The key, as far as the desktop and the person agree. `description`: what it is for, in the words on screen.

    Signals:
        pressed(), refused(): there is no such portal, or the person does not want it.
    """

    pressed = Signal()
    refused = Signal()

    def __init__(self, parent: QObject | None = None, *, description: str = "") -> None:
        super().__init__(parent)
        self._description = description
        self._bus = SessionBus([(_REQUEST, "Response"), (_SHORTCUTS, "Activated")], self)
        self._bus.signalled.connect(self._on_signalled)
        self._bus.ended.connect(self.refused)
        self._n_asked = 0
        self._requests: dict[str, str] = {}
        """What was asked for, by the path of its request; the answer comes as a signal of that."""
        self._session = ""
        self._trigger = ""

    def grab(self, key: QKeyCombination) -> bool:
        """Ask for `key`; False for one that has no name there. What the person says to it comes as `refused`, or not at all."""
        self._trigger = trigger(key)
        if not self._trigger:
            return False
        # Old portals know a program by how it was started, and have no such thing.
        register = BusCall(_NAME, _PATH, "org.freedesktop.host.portal.Registry", "Register", "sa{sv}", (APP_ID, {}))
        self._bus.call(register, _ignore)
        options = {"session_handle_token": ("s", f"hearth{os.getpid()}_{self._n_asked}")}
        self._call("CreateSession", "a{sv}", (self._options(**options),), "session")
        return True

    def let_go(self) -> None:
        """Have no key."""
        self._trigger = ""
        self._requests.clear()
        if self._session:
            self._bus.call(BusCall(_NAME, self._session, _SESSION, "Close"), _ignore)
            self._session = ""

    def bring_to_front(self, window_id: int) -> None:
        """Nothing is left to do: what may come up has been told with the key."""

    def close(self) -> None:
        """Leave the bus, and with it the key."""
        self._bus.blockSignals(True)
        self._bus.close()

    def _options(self, **more: tuple[str, str]) -> dict[str, tuple[str, str]]:
        self._n_asked += 1
        return {"handle_token": ("s", f"hearth{self._n_asked}"), **more}

    def _call(self, member: str, signature: str, body: tuple[Any, ...], kind: str) -> None:
        call = BusCall(_NAME, _PATH, _SHORTCUTS, member, signature, body)
        self._bus.call(call, partial(self._note_request, kind), self.refused.emit)

    def _note_request(self, kind: str, answer: tuple[Any, ...]) -> None:
        if self._trigger:
            self._requests[answer[0]] = kind

    @Slot(str, str, object)
    def _on_signalled(self, member: str, path: str, body: tuple[Any, ...]) -> None:
        if member == "Activated":
            self._on_activated(*body)
        elif (kind := self._requests.pop(path, "")) and body[0] != 0:
            self.refused.emit()
        elif kind == "session":
            self._session = body[1]["session_handle"][1]
            wanted = {"description": ("s", self._description), "preferred_trigger": ("s", self._trigger)}
            arguments = (self._session, [(_ID, wanted)], "", self._options())
            self._call("BindShortcuts", "oa(sa{sv})sa{sv}", arguments, "key")

    def _on_activated(self, session: str, shortcut: str, _time: int, options: dict[str, tuple[str, Any]]) -> None:
        if session != self._session or shortcut != _ID:
            return
        if "activation_token" in options:
            # Qt takes it from there for the next window that wants to come to the front.
            os.environ["XDG_ACTIVATION_TOKEN"] = str(options["activation_token"][1])
        self.pressed.emit()


def trigger(key: QKeyCombination) -> str:
    """Give a key as the portal writes it: "CTRL+ALT+space"; "" for one that this module does not know."""
    number = keysym(key.key())
    if Qt.Key.Key_F1 <= key.key() <= Qt.Key.Key_F35:
        name = f"F{key.key().value - Qt.Key.Key_F1.value + 1}"
    else:
        # Letters and digits are their own names.
        name = _NAMES.get(key.key(), chr(number) if number < 0x80 and chr(number).isalnum() else "")
    return "+".join([word for modifier, word in _MODIFIERS if key.keyboardModifiers() & modifier] + [name]) if name else ""


def _ignore(_: tuple[Any, ...]) -> None:
    """Nobody waits for it."""
