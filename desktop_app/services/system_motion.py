"""Whether the person has asked the whole system for less motion. Qt tells that from 6.12 on only.

May wait for another process: to be asked off the window's thread.
"""

from __future__ import annotations

import ctypes
import logging
import sys

log = logging.getLogger(__name__)

_WAIT_S = 2.0
_SPI_GETCLIENTAREAANIMATION = 0x1042


def wants_less_motion() -> bool:
    """Give what the system says; False where it says nothing."""
    try:
        if sys.platform == "win32":
            return _on_windows()
        return _on_macos() if sys.platform == "darwin" else _on_linux()
    except (OSError, KeyError, ValueError, AttributeError, ImportError) as error:
        log.info("the system does not say whether it wants motion: %s", type(error).__name__)
        return False


def _on_windows() -> bool:
    """Source: SystemParametersInfoW, the switch "Animation effects" of Windows."""
    is_animated = ctypes.c_int(1)
    library = ctypes.windll.user32  # type: ignore[attr-defined,unused-ignore]
    has_answer = library.SystemParametersInfoW(_SPI_GETCLIENTAREAANIMATION, 0, ctypes.byref(is_animated), 0)
    return bool(has_answer) and not is_animated.value


def _on_macos() -> bool:
    """Source: NSWorkspace.accessibilityDisplayShouldReduceMotion."""
    runtime = ctypes.CDLL("/usr/lib/libobjc.dylib")
    runtime.objc_getClass.restype = runtime.sel_registerName.restype = ctypes.c_void_p
    send_for_object = ctypes.CFUNCTYPE(ctypes.c_void_p, ctypes.c_void_p, ctypes.c_void_p)(("objc_msgSend", runtime))
    send_for_flag = ctypes.CFUNCTYPE(ctypes.c_bool, ctypes.c_void_p, ctypes.c_void_p)(("objc_msgSend", runtime))
    name = runtime.sel_registerName
    workspace = send_for_object(runtime.objc_getClass(b"NSWorkspace"), name(b"sharedWorkspace"))
    return bool(send_for_flag(workspace, name(b"accessibilityDisplayShouldReduceMotion")))


def _on_linux() -> bool:
    """Source: org.freedesktop.portal.Settings, `reduced-motion`; and what GNOME had before that."""
    from jeepney import DBusAddress, MessageType, new_method_call
    from jeepney.io.blocking import open_dbus_connection

    portal = DBusAddress(
        "/org/freedesktop/portal/desktop", "org.freedesktop.portal.Desktop", interface="org.freedesktop.portal.Settings"
    )
    wanted = (("org.freedesktop.appearance", "reduced-motion", 1), ("org.gnome.desktop.interface", "enable-animations", False))
    with open_dbus_connection("SESSION") as bus:
        for group, key, less in wanted:
            reply = bus.send_and_get_reply(new_method_call(portal, "Read", "ss", (group, key)), timeout=_WAIT_S)
            if reply.header.message_type is MessageType.method_return and _bare(reply.body) == less:
                return True
    return False


def _bare(value: object) -> object:
    """Give what stands in variants: ("v", ("u", 1)) is 1."""
    while isinstance(value, tuple) and value:
        value = value[-1]
    return value
