"""The offline switch (`--offline`): no connection to any other computer, whoever asks for it.

Python raises an audit event before every connection, name look-up and datagram; the hook below refuses
those that leave this machine, and no later code can take it away again. Sockets that a native library
opens by itself raise no such event: of ours only the hub's transfer library could, and it obeys
HF_HUB_OFFLINE. Source: Python documentation, "Audit events table".
"""

from __future__ import annotations

import ipaddress
import os
import sys

_HOST_FIRST = frozenset({"socket.getaddrinfo", "socket.gethostbyname", "socket.gethostbyaddr"})
_ADDRESS_SECOND = frozenset({"socket.connect", "socket.sendto", "socket.sendmsg", "socket.bind"})
_ADDRESS_FIRST = frozenset({"socket.getnameinfo"})


def forbid_network() -> None:
    """Refuse, from now on and for the rest of this process, everything that is not this computer.

    Code that tries gets a PermissionError. Child processes inherit HF_HUB_OFFLINE and must call this themselves.
    """
    os.environ["HF_HUB_OFFLINE"] = "1"
    sys.addaudithook(_refuse)


def _refuse(event: str, arguments: tuple[object, ...]) -> None:
    if event in _HOST_FIRST:
        is_allowed = _is_this_computer(arguments[0], may_be_empty=True)
    elif event in _ADDRESS_SECOND or event in _ADDRESS_FIRST:
        target = arguments[1 if event in _ADDRESS_SECOND else 0]
        # An address is (host, port, ...) on the internet, a path for a local socket, None for "as connected".
        is_allowed = not isinstance(target, tuple) or _is_this_computer(target[0], may_be_empty=False)
    else:
        return
    if not is_allowed:
        raise PermissionError(f"offline: {event} to another computer is refused")


def _is_this_computer(host: object, *, may_be_empty: bool) -> bool:
    """Tell whether `host` is the loopback. An empty name asks getaddrinfo for it, but lets bind listen everywhere."""
    if host is None or host in ("", b""):
        return may_be_empty
    text = host.decode("ascii", "replace") if isinstance(host, bytes | bytearray) else str(host)
    if text == "localhost":
        return True
    try:
        return ipaddress.ip_address(text.partition("%")[0]).is_loopback
    except ValueError:
        return False
