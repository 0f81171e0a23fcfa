"""A Secret Service on a bus of its own, as GNOME Keyring and KWallet are one: what the real backend is tested against.

Source: freedesktop.org, "Secret Service API". Only what the backend calls, and no encryption on the bus.
"""

from __future__ import annotations

import subprocess
import threading
from typing import Any

from jeepney import HeaderFields, Message, MessageType, new_error, new_method_return
from jeepney.bus_messages import message_bus
from jeepney.io.blocking import open_dbus_connection

ITEM = "/org/freedesktop/secrets/collection/login/"


class FakeSecretService:
    """The bus and the service; `address` is what DBUS_SESSION_BUS_ADDRESS has to be."""

    def __init__(self) -> None:
        self.items: dict[str, tuple[dict[str, str], bytes]] = {}
        self._bus = subprocess.Popen(
            ["dbus-daemon", "--session", "--nofork", "--print-address"],
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            text=True,
        )
        assert self._bus.stdout is not None
        self.address = self._bus.stdout.readline().strip()
        self._connection = open_dbus_connection(self.address)
        self._connection.send_and_get_reply(message_bus.RequestName("org.freedesktop.secrets"))
        self._thread = threading.Thread(target=self._serve)
        self._thread.start()

    def close(self) -> None:
        """End both; the connection ends with the bus."""
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
                    self._connection.send(self._answer(message))
            except (ConnectionError, OSError):
                return

    def _answer(self, message: Message) -> Message:
        fields = message.header.fields
        path, member = fields[HeaderFields.path], fields[HeaderFields.member]
        match member, message.body:
            case "OpenSession", (algorithm, _):
                if algorithm != "plain":
                    return new_error(message, "org.freedesktop.DBus.Error.NotSupported")
                return new_method_return(message, "vo", (("s", ""), "/session"))
            case "Get", (_, "Locked"):
                return new_method_return(message, "v", (("b", False),))
            case "Get", (_, "Label"):
                return new_method_return(message, "v", (("s", "Login"),))
            case "Unlock", (paths,):
                return new_method_return(message, "aoo", (paths, "/"))
            case "SearchItems", (wanted,):
                found = [ITEM + key for key, (attributes, _) in self.items.items() if wanted.items() <= attributes.items()]
                return new_method_return(message, "ao", (found,))
            case "CreateItem", (properties, secret, _):
                return new_method_return(message, "oo", (self._create(properties, secret), "/"))
            case "GetSecret", _:
                secret = self.items[path.removeprefix(ITEM)][1]
                return new_method_return(message, "(oayays)", (("/session", b"", secret, "text/plain"),))
            case "Delete", _:
                del self.items[path.removeprefix(ITEM)]
                return new_method_return(message, "o", ("/",))
        return new_error(message, "org.freedesktop.DBus.Error.UnknownMethod")

    def _create(self, properties: dict[str, Any], secret: tuple[str, bytes, bytes, str]) -> str:
        attributes = dict(properties["org.freedesktop.Secret.Item.Attributes"][1])
        same = [key for key, (known, _) in self.items.items() if known == attributes]
        key = same[0] if same else f"i{len(self.items) + 1}"
        self.items[key] = (attributes, secret[2])
        return ITEM + key
