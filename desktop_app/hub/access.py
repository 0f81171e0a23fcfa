"""How the hub may be reached: what the window decides and every child that talks to it is told.

A child begins with `prepare_child`, before anything imports the hub's client, which reads its environment once.
The value itself comes with the child's first line; `hub/session.py` puts it in force. The access token is no part
of it: it goes with the one request that needs it. Must not import the client: the window process never does.
"""

from __future__ import annotations

import ipaddress
import os
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from desktop_app import APP_NAME, __version__
from desktop_app.record import Record

OFFICIAL = "https://huggingface.co"
"""The only place that gets an access token unless the person says otherwise."""
DEFAULT_PORTS = {"http": 80, "https": 443}


class Endpoint(Record):
    """One address that speaks the hub's protocol, without a slash at its end."""

    url: str
    sends_token: bool = False


class Proxy(Record):
    """Addresses of proxies by the scheme of what is asked for; empty: straight."""

    http: str = ""
    https: str = ""
    any: str = ""
    """For what has none of its own; http, https, socks5 or socks5h."""
    bypass: str = ""
    """Hosts that are reached straight, with commas between, as in NO_PROXY; "*": all of them."""

    def __repr__(self) -> str:
        return "Proxy()"  # an address may hold a password


class HubAccess(Record):
    """Everything a child must know of the network. Endpoints in the order in which they are tried; never none."""

    endpoints: tuple[Endpoint, ...] = (Endpoint(OFFICIAL, sends_token=True),)
    proxy: Proxy = Proxy()
    is_offline: bool = False
    user_agent: str = f"{APP_NAME.lower()}/{__version__}"
    connect_timeout_s: float = 10.0
    read_timeout_s: float = 10.0
    """Longest silence between two reads of an answer."""

    def to_wire(self) -> dict[str, Any]:
        """Give plain JSON values, for `from_wire` in the child."""
        nested = {"endpoints": [one.as_dict() for one in self.endpoints], "proxy": self.proxy.as_dict()}
        return self.as_dict() | nested

    @classmethod
    def from_wire(cls, fields: dict[str, Any]) -> HubAccess:
        """Give what `to_wire` described. Raises: TypeError, KeyError for anything else."""
        endpoints = tuple(Endpoint(**one) for one in fields["endpoints"])
        return cls(**{**fields, "endpoints": endpoints, "proxy": Proxy(**fields["proxy"])})

    def sends_token_to(self, url: str) -> bool:
        """Tell whether an access token may go to this address: an endpoint that may have it, over TLS or on this computer."""
        origin = origin_of(url)
        is_private = origin[0] == "https" or is_this_computer(origin[1])
        return is_private and any(one.sends_token and origin_of(one.url) == origin for one in self.endpoints)


class Connected(Record):
    """Requests that were made since the last report for the same host, purpose and repository."""

    host: str
    port: int
    purpose: str
    """search, info, card, header, download, whoami, check or update."""
    repository: str = ""
    n_requests: int = 0
    n_bytes: int = 0
    """Of the bodies of answers, as they came over the line."""
    status: int = 0
    """Of the last answer; 0: there is none yet, or none came."""
    endpoint: str = ""
    """The endpoint in whose name the host was reached."""


def origin_of(url: str) -> tuple[str, str, int]:
    """Give scheme, host and port. Raises: ValueError for an address that has a port which is none."""
    parts = urlsplit(url)
    scheme = parts.scheme.lower()
    return scheme, (parts.hostname or "").lower(), parts.port or DEFAULT_PORTS.get(scheme, 0)


def is_this_computer(host: str) -> bool:
    """Tell whether a host name or address is the loopback."""
    if host == "localhost":
        return True
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False


def prepare_child(home: Path) -> None:
    """Make the hub's client quiet and forgetful before it is imported: for the start of a child process.

    `home` is a folder of our own: there is no token of another application in it, and no cache.
    """
    for name in list(os.environ):
        # Set a moment ago by `offline.forbid_network`, it stays.
        if name != "HF_HUB_OFFLINE" and name.upper().startswith(("HF_", "HUGGINGFACE_", "HUGGING_FACE_")):
            del os.environ[name]
    os.environ.update(
        HF_HOME=str(home),
        HF_ENDPOINT=OFFICIAL,
        HF_HUB_DISABLE_TELEMETRY="1",  # otherwise it asks for /api/agent-harnesses once a day
        HF_HUB_DISABLE_IMPLICIT_TOKEN="1",
        HF_HUB_DISABLE_XET="1",
        HF_HUB_DISABLE_PROGRESS_BARS="1",
        HF_HUB_DISABLE_UPDATE_CHECK="1",
    )
