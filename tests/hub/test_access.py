"""What a child is told of the network, and what it does before it imports the hub's client."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from desktop_app.hub.access import OFFICIAL, Endpoint, HubAccess, Proxy, origin_of


def test_it_comes_through_a_line_as_it_was() -> None:
    access = HubAccess(
        endpoints=(Endpoint("https://mirror.example"), Endpoint(OFFICIAL, sends_token=True)),
        proxy=Proxy(any="socks5://127.0.0.1:1080", bypass="localhost"),
        is_offline=True,
        connect_timeout_s=2.5,
    )

    assert HubAccess.from_wire(json.loads(json.dumps(access.to_wire()))) == access


def test_what_is_no_access_is_refused() -> None:
    with pytest.raises((KeyError, TypeError)):
        HubAccess.from_wire({"endpoints": [{"address": "x"}]})


@pytest.mark.parametrize(
    ("url", "may"),
    [
        (f"{OFFICIAL}/api/models", True),
        (f"{OFFICIAL}:443/api/models", True),
        ("https://HUGGINGFACE.co/x", True),
        ("http://huggingface.co/api/models", False),
        ("https://huggingface.co.evil.example/", False),
        ("https://huggingface.co@evil.example/", False),
        ("https://cdn.huggingface.co/", False),
        ("https://huggingface.co:8443/", False),
        ("https://mirror.example/", False),
    ],
)
def test_the_access_token_goes_to_the_official_address_alone(url: str, may: bool) -> None:
    access = HubAccess(endpoints=(Endpoint(OFFICIAL, sends_token=True), Endpoint("https://mirror.example")))

    assert access.sends_token_to(url) is may


def test_an_allowed_mirror_gets_it_and_one_without_tls_never() -> None:
    access = HubAccess(endpoints=(Endpoint("https://mirror.example", True), Endpoint("http://192.168.1.2:80", True)))

    assert access.sends_token_to("https://mirror.example/api/models")
    assert not access.sends_token_to("http://192.168.1.2/api/models")
    assert origin_of("http://[::1]/x") == ("http", "::1", 80)


PROGRAM = """
import json, os, sys
from desktop_app.app import _prepare_for_hub
_prepare_for_hub(sys.argv[1:])
from huggingface_hub import constants
from huggingface_hub.utils import get_token
print(json.dumps({
    "home": constants.HF_HOME, "endpoint": constants.ENDPOINT, "telemetry_off": constants.HF_HUB_DISABLE_TELEMETRY,
    "implicit_off": constants.HF_HUB_DISABLE_IMPLICIT_TOKEN, "xet_off": constants.HF_HUB_DISABLE_XET,
    "offline": constants.is_offline_mode(), "token": get_token(),
}))
"""


def _begun(tmp_path: Path, *options: str) -> dict[str, object]:
    # A child gets no such variable from the window; here some are planted.
    own = {name: value for name, value in os.environ.items() if not name.startswith("HF_")}
    environment = {
        **own,
        "HF_TOKEN": "hf_stale",
        "HF_ENDPOINT": "https://elsewhere.example",
        "HF_HUB_ENABLE_HF_TRANSFER": "0",
    }
    command = [sys.executable, "-c", PROGRAM, "--role", "hub", "--home", str(tmp_path / "home"), *options]
    done = subprocess.run(command, capture_output=True, check=True, env=environment)
    return dict(json.loads(done.stdout))


def test_a_child_begins_quiet_and_knows_no_token_of_others(tmp_path: Path) -> None:
    assert _begun(tmp_path) == {
        "home": str(tmp_path / "home"), "endpoint": OFFICIAL, "telemetry_off": True, "implicit_off": True, "xet_off": True,
        "offline": False, "token": None,
    }  # fmt: skip


def test_an_offline_child_closes_the_network_first(tmp_path: Path) -> None:
    assert _begun(tmp_path, "--offline")["offline"] is True
