"""How the application may use the network: what the person has set, and what every child process is told of it.

The window itself never connects to anything. Variables of its environment are read once, here, and go on to the
children as values; the children get none of them.
"""

from __future__ import annotations

import os
import threading
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Literal

from PySide6.QtCore import QObject, Signal, Slot

from desktop_app.hub.access import OFFICIAL, Connected, Endpoint, HubAccess, Proxy
from desktop_app.services.addresses import checked_endpoint, checked_proxy, with_password
from desktop_app.services.connection_log import Connection, ConnectionLog
from desktop_app.services.conversation_reading import ConversationReading
from desktop_app.services.preferences import Preferences
from desktop_app.services.secrets import Secrets
from desktop_app.services.worker_process import own_command
from desktop_app.settings import N_ENDPOINTS_MAX

__all__ = ["Connection", "Endpoint", "Network", "Proxy", "TokenState", "can_get_token"]

TokenState = Literal["none", "kept", "this_run", "unreadable"]
"""Of the access token: there is none; the system keeps it; it is known until the application ends; the system does not
give it."""
SUGGESTED_MIRROR = "https://hf-mirror.com"
_TOKEN, _PROXY = "Hugging Face", "proxy"
_SETTINGS = ("offline", "hub_endpoints", "proxy", "proxy_address")


class Network(QObject):
    """What is set. `home`: an empty folder for the hub's client; `is_offline`: asked for on the command line.

    Signals:
        changed(): children that run were told something else.
        token_changed(): there is an access token now, or none, or it is kept in another way.
        connection_recorded(): the record of connections has grown.
    """

    changed = Signal()
    token_changed = Signal()
    connection_recorded = Signal()

    def __init__(
        self,
        preferences: Preferences,
        conversations: ConversationReading,
        home: Path,
        parent: QObject | None = None,
        *,
        is_offline: bool = False,
        environment: Mapping[str, str] = os.environ,
        secrets: Secrets | None = None,
    ) -> None:
        super().__init__(parent)
        self._preferences = preferences
        self._home = home
        self.is_offline_for_this_run = is_offline
        self._environment_token = environment.get("HF_TOKEN") or environment.get("HUGGING_FACE_HUB_TOKEN") or ""
        self.environment_endpoint = _endpoint_or_nothing(environment.get("HF_ENDPOINT", ""))
        self._secrets = secrets or Secrets(self)
        self._is_token_unreadable = False
        self._is_token_for_this_run = False
        self._log = ConnectionLog(conversations, self)
        self._log.recorded.connect(self.connection_recorded)
        self._system_proxy = Proxy()
        self._proxy_reading = threading.Thread(target=self._read_system_proxy, name="system proxy", daemon=True)
        self._proxy_reading.start()
        preferences.setting_changed.connect(self._on_setting_changed)
        if "@" in preferences.get("proxy_address"):
            self._secrets.read(_PROXY, self._tell_changed)

    def close(self) -> None:
        """Write down what is not."""
        self._proxy_reading.join()
        self._log.close()

    # What children are told

    @property
    def is_offline(self) -> bool:
        """Whether nothing may leave this computer."""
        return self.is_offline_for_this_run or bool(self._preferences.get("offline"))

    def set_offline(self, is_offline: bool) -> None:
        """Turn the switch; it stays so."""
        self._preferences.set("offline", is_offline)

    def access(self) -> HubAccess:
        """Give all that a child must know."""
        return HubAccess(endpoints=self.endpoints(), proxy=self.proxy(), is_offline=self.is_offline)

    def command(self, role: str) -> tuple[str, list[str]]:
        """Give program and arguments that start a child which may use the network."""
        return own_command(role, "--home", str(self._home), *(["--offline"] if self.is_offline else []))

    # Endpoints

    def endpoints(self) -> tuple[Endpoint, ...]:
        """Give the addresses of the hub in the order in which they are tried; one from the environment comes first."""
        known = self._known()
        if (first := self.environment_endpoint) == "":
            return tuple(known.values())
        rest = [one for url, one in known.items() if url != first]
        return (known.get(first, _unchanged(first)), *rest)

    def set_endpoints(self, endpoints: Sequence[Endpoint]) -> None:
        """Use these, in this order. None: the official one."""
        # What only the environment names is gone with it, unless the person has said something about it.
        passing = _unchanged(self.environment_endpoint)
        known = self._known()
        kept = [[one.url, one.sends_token] for one in endpoints if one != passing or one.url in known]
        self._preferences.set("hub_endpoints", kept)

    @property
    def is_full(self) -> bool:
        """Whether there are as many addresses as can be kept."""
        return len(self.endpoints()) >= N_ENDPOINTS_MAX

    def _known(self) -> dict[str, Endpoint]:
        """Give those that are not from the environment, by address."""
        # The file may have been edited by hand.
        stored = [(_endpoint_or_nothing(url), sends_token) for url, sends_token in self._preferences.get("hub_endpoints")]
        return {url: Endpoint(url, sends_token) for url, sends_token in stored if url} or {OFFICIAL: _unchanged(OFFICIAL)}

    def add_endpoint(self, text: str) -> Endpoint:
        """Try another address after those there are. Raises: ValueError when it is none, is there already, or is one too many."""
        url = checked_endpoint(text)
        if any(one.url == url for one in self.endpoints()):
            raise ValueError("is there already")
        if self.is_full:
            raise ValueError("is one too many")
        endpoint = _unchanged(url)
        self.set_endpoints((*self.endpoints(), endpoint))
        return endpoint

    # Proxy

    @property
    def proxy_mode(self) -> str:
        """Give "system", "none" or "own"."""
        return str(self._preferences.get("proxy"))

    def set_proxy_mode(self, mode: str) -> None:
        """Use the proxies of the system, none, or the one with the address that was set."""
        self._preferences.set("proxy", mode)

    @property
    def proxy_address(self) -> str:
        """The address of the person's own proxy, without its password."""
        return str(self._preferences.get("proxy_address"))

    def set_proxy_address(self, text: str) -> None:
        """Use this proxy; "" for none. A password in it goes into the system's store. Raises: ValueError for no address."""
        address, password = checked_proxy(text) if text.strip() else ("", "")
        before = self.proxy_address
        if password or address != before:
            # First, so that no child is told the one's password for the other.
            self._secrets.forget(_PROXY, _heard)
        self._preferences.set("proxy_address", address)
        if password:
            self._secrets.keep(_PROXY, password, _heard)
            self.changed.emit()
        self.set_proxy_mode("own" if address else "system")

    def system_proxy(self) -> Proxy:
        """Give what the system names."""
        self._proxy_reading.join()
        return self._system_proxy

    def proxy(self) -> Proxy:
        """Give what is in force, with its password."""
        if self.proxy_mode == "none":
            return Proxy()
        if self.proxy_mode == "system" or not self.proxy_address:
            return self.system_proxy()
        return Proxy(any=with_password(self.proxy_address, self._secrets.known(_PROXY) or ""))

    def _read_system_proxy(self) -> None:
        from desktop_app.services.system_proxy import system_proxy

        self._system_proxy = system_proxy()

    # The access token

    @property
    def token_state(self) -> TokenState:
        """Whether there is an access token, and who keeps it. Asks nobody: the store may want to be unlocked."""
        if self._is_token_for_this_run:
            return "this_run"
        if not self._preferences.get("has_access_token"):
            return "none"
        return "unreadable" if self._is_token_unreadable else "kept"

    @property
    def has_environment_token(self) -> bool:
        """Whether HF_TOKEN is set. It is not used unless the person takes it over."""
        return bool(self._environment_token)

    def fetch_token(self, on_token: Callable[[str], None]) -> None:
        """Have the access token given, at once or when the system has; "" when there is none.

        For a request that needs it: one for a repository that is not open to everybody, or for the person's own name.
        """
        if self.token_state == "none":
            on_token("")
        elif known := self._secrets.known(_TOKEN):
            on_token(known)
        else:
            self._secrets.read(_TOKEN, lambda token: self._give_token(token, on_token))

    def save_token(self, text: str) -> None:
        """Keep an access token; `token_changed` tells when that is done. Raises: ValueError for what is none."""
        token = text.strip()
        if not token or not token.isascii() or not token.isprintable() or " " in token or len(token) > 1000:
            raise ValueError("no access token")
        self._secrets.keep(_TOKEN, token, self._note_kept)

    def take_over_environment_token(self) -> None:
        """Keep the one of HF_TOKEN."""
        self.save_token(self._environment_token)

    def forget_token(self) -> None:
        """Delete it wherever it is kept."""
        self._is_token_for_this_run = self._is_token_unreadable = False
        self._preferences.set("has_access_token", False)
        self._secrets.forget(_TOKEN, _heard)
        self.token_changed.emit()

    def _give_token(self, token: str, on_token: Callable[[str], None]) -> None:
        if self._is_token_unreadable != (not token):
            self._is_token_unreadable = not token
            self.token_changed.emit()
        on_token(token)

    def _note_kept(self, is_kept: bool) -> None:
        if not self._secrets.known(_TOKEN):
            return  # forgotten meanwhile
        self._is_token_for_this_run, self._is_token_unreadable = not is_kept, False
        self._preferences.set("has_access_token", is_kept)
        self.token_changed.emit()

    # The record

    def record(self, made: Connected) -> None:
        """Write down what a child has reported."""
        self._log.record(made)

    def connections(self, limit: int, before: int | None = None) -> list[Connection]:
        """Give the newest rows of the record, or those before the number `before`."""
        return self._log.rows(limit, before)

    def forget_connections(self) -> None:
        """Empty the record."""
        self._log.forget()

    def _tell_changed(self, _: object) -> None:
        self.changed.emit()

    @Slot(str)
    def _on_setting_changed(self, key: str) -> None:
        if key in _SETTINGS:
            self.changed.emit()


def can_get_token(url: str) -> bool:
    """Tell whether an access token may go to this address when the person allows it: never in the open."""
    return HubAccess(endpoints=(Endpoint(url, sends_token=True),)).sends_token_to(url)


def _unchanged(url: str) -> Endpoint:
    """Give an endpoint as it is until the person says otherwise."""
    return Endpoint(url, sends_token=url == OFFICIAL)


def _endpoint_or_nothing(text: str) -> str:
    try:
        return checked_endpoint(text)
    except ValueError:
        return ""


def _heard(_: bool) -> None:
    """The state is known without it."""
