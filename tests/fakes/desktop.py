"""A desktop on a bus of its own: shows notices and clicks them when the test says, and has keys for every program."""

from __future__ import annotations

import shutil
import subprocess
import threading
from typing import Any

from jeepney import DBusAddress, HeaderFields, Message, MessageType, new_error, new_method_return, new_signal
from jeepney.bus_messages import message_bus
from jeepney.io.blocking import open_dbus_connection

NOTICES = "org.freedesktop.Notifications"
PORTAL = "org.freedesktop.portal.Desktop"
_PORTAL = "org.freedesktop.portal"
_EMITTER = DBusAddress("/org/freedesktop/Notifications", interface=NOTICES)


class FakeDesktop:
    """The bus and the services on it; `address` is what DBUS_SESSION_BUS_ADDRESS has to be."""

    NAMES: tuple[str, ...] = ()

    def __init__(self) -> None:
        if shutil.which("dbus-daemon") is None:
            raise FileNotFoundError("dbus-daemon is missing: sudo apt-get install dbus")
        self._bus = subprocess.Popen(
            ["dbus-daemon", "--session", "--nofork", "--print-address"],
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            text=True,
        )
        assert self._bus.stdout is not None
        self.address = self._bus.stdout.readline().strip()
        self._connection = open_dbus_connection(self.address)
        for name in self.NAMES:
            self._connection.send_and_get_reply(message_bus.RequestName(name))
        self._thread = threading.Thread(target=self._serve)
        self._thread.start()

    def close(self) -> None:
        """End all; the connection ends with the bus."""
        self._bus.kill()
        self._bus.wait()
        self._thread.join()
        self._connection.close()
        if self._bus.stdout is not None:
            self._bus.stdout.close()

    def _serve(self) -> None:
        while True:
            try:
                message = self._connection.receive()
                if message.header.message_type is MessageType.method_call:
                    self.hear(message, message.header.fields[HeaderFields.member])
            except (ConnectionError, OSError):
                return

    def hear(self, message: Message, member: str) -> None:
        """Take a call."""
        raise NotImplementedError

    def answer(self, message: Message, signature: str, body: tuple[Any, ...]) -> None:
        """Answer a call."""
        self._connection.send(new_method_return(message, signature, body))


class FakeNoticeService(FakeDesktop):
    """Its notices count from 101."""

    NAMES = (NOTICES,)

    def __init__(self) -> None:
        self.notices: list[tuple[Any, ...]] = []
        super().__init__()

    def click(self, number: int) -> None:
        """Press the default action of a notice."""
        connection = open_dbus_connection(self.address)
        connection.send(new_signal(_EMITTER, "ActionInvoked", "us", (number, "default")))
        connection.close()

    def hear(self, message: Message, member: str) -> None:
        """Take a notice down."""
        if member == "Notify":
            self.notices.append(message.body)
            self.answer(message, "u", (100 + len(self.notices),))


class FakePortal(FakeDesktop):
    """The portal of keys. `refuses`: the call that the person, or the desktop, says no to."""

    NAMES = (PORTAL,)

    def __init__(self, refuses: str = "") -> None:
        self.refuses = refuses
        self.calls: list[tuple[str, tuple[Any, ...]]] = []
        super().__init__()

    def hear(self, message: Message, member: str) -> None:
        """Take a call down, and answer it as the portal does: at once with a request, and then by that."""
        self.calls.append((member, message.body))
        if member == "Register":
            self._connection.send(new_error(message, "org.freedesktop.DBus.Error.UnknownMethod"))
        elif member == "Close":
            self.answer(message, "", ())
        else:
            number = len(self.calls)
            path = f"/org/freedesktop/portal/desktop/request/1/r{number}"
            self.answer(message, "o", (path,))
            results = {"session_handle": ("s", f"/session/{number}")} if member == "CreateSession" else {}
            request = DBusAddress(path, interface=f"{_PORTAL}.Request")
            self._connection.send(new_signal(request, "Response", "ua{sv}", (int(member == self.refuses), results)))

    def press(self, session: str, shortcut: str = "quick-question") -> None:
        """Press a key of a session."""
        connection = open_dbus_connection(self.address)
        emitter = DBusAddress("/org/freedesktop/portal/desktop", interface=f"{_PORTAL}.GlobalShortcuts")
        body = (session, shortcut, 7, {"activation_token": ("s", "t-1")})
        connection.send(new_signal(emitter, "Activated", "osta{sv}", body))
        connection.close()
