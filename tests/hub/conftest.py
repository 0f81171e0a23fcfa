"""A hub on this computer, and the process that asks it."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.fakes.hub import TestHub, write_gguf
from tests.hub.hub_process import HubProcess, access_to

GATED, SHAPE = "meta/Gated-GGUF", "acme/Tiny-3B-Instruct-GGUF"
SHAPED = {
    "general.architecture": "llama",
    "llama.block_count": 36,
    "llama.context_length": 40960,
    "llama.embedding_length": 2560,
    "llama.feed_forward_length": 9728,
    "llama.attention.head_count": 32,
    "llama.attention.head_count_kv": 8,
    "llama.attention.key_length": 128,
    "llama.attention.value_length": 128,
    "tokenizer.ggml.tokens": [f"token {index}" for index in range(20_000)],
}
CARD = "---\nlicense: apache-2.0\nlanguage: [en, zh]\n---\n\n# Tiny\n\nA *small* model.\n"


@pytest.fixture(scope="module")
def served(tmp_path_factory: pytest.TempPathFactory) -> Iterator[TestHub]:
    """Give a hub with some repositories; what a test changes in it, it changes back."""
    root = tmp_path_factory.mktemp("hub")
    for quantization, n_bytes in (("Q8_0", 800_000), ("Q4_K_M", 500_000), ("Q3_K_M", 400_000)):
        write_gguf(root / f"{SHAPE}/Tiny-3B-Instruct-{quantization}.gguf", SHAPED, size=n_bytes)
    (root / SHAPE / "README.md").write_bytes(CARD.encode())
    write_gguf(root / f"{GATED}/gated-Q4_K_M.gguf", size=10_000)
    for number in range(70):
        write_gguf(root / f"many/Model-{number:02}-GGUF/model-{number:02}-Q4_K_M.gguf")
        about = {"downloads": number, "pipeline_tag": "text-generation" if number % 2 else "feature-extraction"}
        (root / f"many/Model-{number:02}-GGUF.json").write_text(json.dumps(about))
    with TestHub(root, tokens={"hf_alice": "alice", "hf_bob": "bob"}) as hub:
        card = {"license": "apache-2.0", "language": ["en", "zh"], "base_model": "acme/Tiny-3B"}
        hub.set_repo(SHAPE, downloads=1200, likes=30, cardData=card, tags=["code", "conversational", "en", "zh"])
        hub.set_repo(GATED, gated="manual", allowed_users=["alice"])
        mend(hub)
        yield hub


def mend(hub: TestHub) -> None:
    """Let the hub answer as it should, with a connection for each request: threads for kept ones would be left behind."""
    hub.clear_faults()
    hub.add_fault(path="*", method="*", headers={"Connection": "close"}, times=None)


@pytest.fixture(scope="module")
def shared_process(served: TestHub, tmp_path_factory: pytest.TempPathFactory) -> Iterator[HubProcess]:
    """Give one process for all tests of a module."""
    process = HubProcess(tmp_path_factory.mktemp("home"), access_to(served.url))
    yield process
    exit_code, log = process.close()
    assert exit_code == 0 and log == ""


@pytest.fixture
def process(shared_process: HubProcess, served: TestHub) -> Iterator[HubProcess]:
    """Give the shared process with an empty record of what was asked."""
    served.clear_requests()
    shared_process.connected.clear()
    yield shared_process
    mend(served)


@pytest.fixture
def home(tmp_path: Path) -> Path:
    """Give an empty folder for the hub's client."""
    return tmp_path / "home"
