"""The hook cannot be taken away again, so every case runs in a process of its own."""

from __future__ import annotations

import subprocess
import sys

import pytest

PROGRAM = """
import os, socket, sys
from desktop_app.offline import forbid_network
if sys.argv[1] == "on":
    forbid_network()
s = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
try:
    exec(sys.argv[2])
except PermissionError as error:
    print("refused" if "offline" in str(error) else error)
except OSError as error:
    print("reached the system")
else:
    print("done")
print(os.environ.get("HF_HUB_OFFLINE", "unset"), file=sys.stderr)
"""


def attempt(code: str, switch: str = "on") -> str:
    """Give what became of `code` with the switch on or off."""
    return subprocess.run(
        [sys.executable, "-c", PROGRAM, switch, code], capture_output=True, text=True, check=True
    ).stdout.strip()


# 192.0.2.1 belongs to nobody (RFC 5737); a datagram socket "connects" to it without sending anything.
OUTSIDE = [
    "s.connect(('192.0.2.1', 9))",
    "s.connect_ex(('192.0.2.1', 9))",
    "s.sendto(b'x', ('192.0.2.1', 9))",
    pytest.param("s.sendmsg([b'x'], [], 0, ('192.0.2.1', 9))", marks=pytest.mark.posix("sockets of Windows lack it")),
    "socket.getaddrinfo('example.invalid', 443)",
    "socket.gethostbyname('example.invalid')",
    "socket.create_connection(('example.invalid', 443))",
    "s.bind(('', 0))",
    "s.bind(('0.0.0.0', 0))",
]


@pytest.mark.parametrize("code", OUTSIDE)
def test_what_leaves_this_computer_is_refused(code: str) -> None:
    assert attempt(code) == "refused"


def test_without_the_switch_the_system_decides() -> None:
    assert attempt("s.bind(('', 0))", switch="off") == "done"


@pytest.mark.parametrize(
    "code",
    [
        "s.connect(('127.0.0.1', 9))",
        "s.bind(('127.0.0.1', 0))",
        "socket.getaddrinfo('localhost', 80)",
        "socket.getaddrinfo('127.0.0.1', 80)",
        "a, b = socket.socketpair(); a.send(b'x')",
        pytest.param(
            "u = socket.socket(socket.AF_UNIX); u.bind('\\0hearth-test-offline')",
            marks=pytest.mark.linux("only Linux has sockets without a file"),
        ),
    ],
)
def test_this_computer_stays_reachable(code: str) -> None:
    assert attempt(code) == "done"
