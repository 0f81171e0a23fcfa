"""A Secret Service on a bus of its own, as GNOME Keyring and KWallet are one: what the real backend is tested against.

Source: freedesktop.org, "Secret Service API". Only what the backend calls, and no encryption on the bus.
"""

from __future__ import annotations

from typing import Any

from jeepney import HeaderFields, Message, new_error, new_method_return

from tests.fakes.desktop import FakeDesktop

ITEM = "/org/freedesktop/secrets/collection/login/"


class FakeSecretService(FakeDesktop):
    """The service; `items` are what it keeps, by their keys: attributes and secret."""

    NAMES = ("org.freedesktop.secrets",)

    def __init__(self) -> None:
        self.items: dict[str, tuple[dict[str, str], bytes]] = {}
        super().__init__()

    def hear(self, message: Message, member: str) -> None:
        """Answer a call."""
        self._connection.send(self._answer(message, member))

    def _answer(self, message: Message, member: str) -> Message:
        path = message.header.fields[HeaderFields.path]
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
