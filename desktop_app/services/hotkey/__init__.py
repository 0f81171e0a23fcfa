"""One key that works wherever the person is on this computer. Each kind of system has its own way, imported when used."""

from __future__ import annotations

from typing import Protocol

from PySide6.QtCore import QKeyCombination, QObject, Signal, SignalInstance, Slot


class KeyGrab(Protocol):
    """What each kind of system does."""

    pressed: SignalInstance
    refused: SignalInstance
    """Later, by the system or the person."""

    def grab(self, key: QKeyCombination) -> bool:
        """Have `key` from now on, in place of the one before; False when another program has it."""

    def let_go(self) -> None:
        """Have none."""

    def bring_to_front(self, window_id: int) -> None:
        """Give a window of ours the keyboard, which systems do not let a program do that was not asked."""

    def close(self) -> None:
        """Let go of everything."""


class GlobalHotkey(QObject):
    """The key of this application. `platform`: what Qt calls the window system; `description`: what the key is for.

    Signals:
        pressed()
    """

    pressed = Signal()

    def __init__(self, platform: str, parent: QObject | None = None, *, description: str = "") -> None:
        super().__init__(parent)
        self._platform, self._description = platform, description
        self._grab: KeyGrab | None = None
        self._has_key = False

    @property
    def is_available(self) -> bool:
        """Whether this system has such keys."""
        return self._made() is not None

    @property
    def has_key(self) -> bool:
        """Whether there is a key, and it works."""
        return self._has_key

    def set_key(self, key: QKeyCombination | None) -> None:
        """Have this key, or none; `has_key` says whether it could be had."""
        grab = self._made() if key is not None else self._grab
        if grab is not None:
            grab.let_go()
            self._has_key = key is not None and grab.grab(key)

    def _made(self) -> KeyGrab | None:
        """Give this system's way, made when it is first wanted: most people have no such key."""
        if self._grab is None and (grab := _grab_for(self._platform, self, self._description)) is not None:
            grab.pressed.connect(self.pressed)
            grab.refused.connect(self._on_refused)
            self._grab = grab
        return self._grab

    def bring_to_front(self, window_id: int) -> None:
        """Give a window that came up because of the key the keyboard."""
        if self._grab is not None:
            self._grab.bring_to_front(window_id)

    def close(self) -> None:
        """Let go of the key, and of what grabs it: nothing of that may be used any more."""
        grab, self._grab, self._has_key = self._grab, None, False
        if grab is not None:
            grab.close()

    @Slot()
    def _on_refused(self) -> None:
        self._has_key = False


def _grab_for(platform: str, parent: QObject, description: str) -> KeyGrab | None:
    """Give this system's way; None where there is none, or it does not work now."""
    try:
        if platform == "xcb":
            from desktop_app.services.hotkey.x11 import X11Grab

            return X11Grab(parent)
        if platform == "windows":
            from desktop_app.services.hotkey.windows import WindowsGrab

            return WindowsGrab(parent)
        if platform == "wayland":
            from desktop_app.services.hotkey.portal import PortalGrab

            return PortalGrab(parent, description=description)
    except OSError:
        return None  # a library or the display is not there
    return None
