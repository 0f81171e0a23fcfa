"""The network of a window under test: reached, or not, as the test says; children are the scripted ones."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QObject, Signal

from desktop_app.hub.access import Connected, Endpoint, HubAccess


class FakeNetwork(QObject):
    """In the place of `services.Network`. `commands`: program and arguments of a child by its role."""

    changed = Signal()
    connection_recorded = Signal()

    def __init__(self, commands: dict[str, tuple[str, list[str]]], endpoint: str = "http://127.0.0.1:1") -> None:
        super().__init__()
        self.commands = commands
        self.endpoint = endpoint
        self.is_offline = self.is_offline_for_this_run = False
        self.token = ""
        self.n_tokens_given = 0
        self.recorded: list[Connected] = []

    def set_offline(self, is_offline: bool) -> None:
        """Turn the switch."""
        self.is_offline = is_offline
        self.changed.emit()

    def access(self) -> HubAccess:
        """Give one endpoint, and short times."""
        endpoints = (Endpoint(self.endpoint, sends_token=True),)
        return HubAccess(endpoints, is_offline=self.is_offline, connect_timeout_s=2.0, read_timeout_s=2.0)

    def command(self, role: str) -> tuple[str, list[str]]:
        """Give what the test has said."""
        return self.commands[role]

    def fetch_token(self, on_token: Callable[[str], None]) -> None:
        """Give the access token at once."""
        self.n_tokens_given += 1
        on_token(self.token)

    def record(self, made: Connected) -> None:
        """Keep it for the test."""
        self.recorded.append(made)
