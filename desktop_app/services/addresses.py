"""Addresses that a person types: of a hub, of a proxy. What is no address is refused before anything is sent."""

from __future__ import annotations

import ipaddress
from urllib.parse import SplitResult, quote, unquote, urlsplit

from desktop_app.hub.access import DEFAULT_PORTS, is_this_computer

PROXY_SCHEMES = ("http", "https", "socks5", "socks5h")


def checked_endpoint(text: str) -> str:
    """Give the address of a hub in its one spelling, "https://host". Raises: ValueError for anything else.

    Plain http goes in the open, so it is taken only inside this computer and its own network.
    """
    parts = _parts(text, "https")
    if parts.scheme == "http" and not _is_near(parts.hostname or ""):
        raise ValueError("not https")
    if parts.scheme not in DEFAULT_PORTS or parts.username or parts.query or parts.fragment:
        raise ValueError("no address of a hub")
    return f"{parts.scheme}://{_place(parts)}{parts.path.rstrip('/')}"


def checked_proxy(text: str) -> tuple[str, str]:
    """Give the address of a proxy, "http://name@host:port", and the password that stood in it. Raises: ValueError."""
    parts = _parts(text, "http")
    if parts.scheme not in PROXY_SCHEMES or parts.path.strip("/") or parts.query or parts.fragment:
        raise ValueError("no address of a proxy")
    name = f"{quote(unquote(parts.username), safe='')}@" if parts.username else ""
    return f"{parts.scheme}://{name}{_place(parts)}", unquote(parts.password or "")


def with_password(address: str, password: str) -> str:
    """Give the address of a proxy as the client wants it."""
    scheme, _, rest = address.partition("://")
    name, at, place = rest.rpartition("@")
    return f"{scheme}://{name}:{quote(password, safe='')}@{place}" if at and password else address


def shown_host(host: str, port: int) -> str:
    """Give "host", or "host:port" where the port is not a usual one."""
    return host if port in DEFAULT_PORTS.values() else f"{host}:{port}"


def _parts(text: str, usual_scheme: str) -> SplitResult:
    text = text.strip()
    if any(letter.isspace() or not letter.isprintable() or letter == "\\" for letter in text):
        raise ValueError("no address")
    parts = urlsplit(text if "://" in text else f"{usual_scheme}://{text}")
    if not parts.hostname or parts.port == 0:  # reading a port that is none raises, too
        raise ValueError("no host")
    return parts


def _place(parts: SplitResult) -> str:
    host = parts.hostname or ""
    host = f"[{host}]" if ":" in host else host.encode("idna").decode("ascii")
    return f"{host}:{parts.port}" if parts.port and parts.port != DEFAULT_PORTS.get(parts.scheme) else host


def _is_near(host: str) -> bool:
    if is_this_computer(host):
        return True
    try:
        return ipaddress.ip_address(host).is_private
    except ValueError:
        return "." not in host or host.endswith((".local", ".lan", ".home.arpa"))
