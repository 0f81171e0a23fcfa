"""The list of models is filled from a hub, by the real client in a process of its own: it reads its environment once."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

from desktop_app.hub.catalog import read_catalog
from tests.fakes.hub import TestHub, write_gguf

SCRIPT = Path(__file__).parents[1] / "packaging" / "refresh_catalog.py"


def listed(repository: str, *quantizations: str) -> dict[str, object]:
    """Give a model as people list it: with estimates."""
    files = [{"name": f"old-name-{one}.gguf", "size_bytes": 1_000_000, "sha256": ""} for one in quantizations]
    header = {"general.architecture": "llama", "llama.block_count": 1, "llama.embedding_length": 8, "n_vocab": 1}
    return {
        "name": "One", "repository": repository, "revision": "", "license": "mit", "languages": ["en"], "tasks": ["chat"],
        "n_parameters": 1, "sizes": "approximate", "files": files, "header": header,
    }  # fmt: skip


def test_what_the_hub_has_takes_the_place_of_estimates(tmp_path: Path) -> None:
    path = tmp_path / "catalog.json"
    models = [listed("a/one-GGUF", "Q8_0", "Q4_K_M", "Q6_K"), listed("a/gone-GGUF", "Q4_K_M"), listed("a/bare-GGUF", "Q4_K_M")]
    path.write_text(json.dumps({"about": "", "models": models}))
    for quantization, n_bytes in (("Q8_0", 200_000), ("Q4_K_M", 100_000)):
        write_gguf(tmp_path / f"hub/a/one-GGUF/one-{quantization}.gguf", size=n_bytes)
    write_gguf(tmp_path / "hub/a/bare-GGUF/bare-Q8_0.gguf")
    with TestHub(tmp_path / "hub") as hub:
        hub.set_repo("a/one-GGUF", cardData={"license": "apache-2.0"})
        command = [sys.executable, str(SCRIPT), "--endpoint", hub.url, "--catalog", str(path)]
        done = subprocess.run(command, capture_output=True, text=True, timeout=60)
        on_the_hub = hub.repo("a/one-GGUF")

    assert done.returncode == 1 and "a/gone-GGUF" in done.stderr and "a/bare-GGUF" in done.stderr
    one, gone, bare = read_catalog(path)
    assert on_the_hub is not None and one.revision == on_the_hub.sha and one.is_exact and one.license == "apache-2.0"
    known = {file.name: (file.size_bytes, file.sha256) for file in one.files}
    assert known == {name: (file.size, file.sha256) for name, file in on_the_hub.files.items()}
    assert [file.name for file in one.files] == ["one-Q8_0.gguf", "one-Q4_K_M.gguf"]
    assert len(one.shape().layers) == 2 and one.shape().n_vocab == 3
    assert not gone.is_exact and not bare.is_exact and gone.files[0].sha256 == ""
