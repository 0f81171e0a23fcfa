"""Ask llama.cpp's own server what it makes of every chat template, and write server_prompts.json.

    .venv/bin/python -m tests.engine.server_prompts

Run by hand when llama.cpp, its templates or the cases have changed; takes a minute. The tests compare with what is in
the file, so that they need no server.
"""

from __future__ import annotations

import hashlib
import json
import sys
import tempfile
import urllib.error
import urllib.request
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path
from typing import Any

from tests.engine.template_cases import CASES, VOCABULARIES
from tests.fakes.gguf_file import write_tiny_model

EXPECTED = Path(__file__).with_name("server_prompts.json")
TEMPLATES = Path(sys.prefix) / "llama.cpp" / "templates"
STARTER_MODEL = Path(__file__).parents[2] / "resources" / "models" / "SmolLM2-135M-Instruct.Q4_1.gguf"


def fingerprint(prompt: str) -> str:
    """Give what is compared: the beginning of the SHA-256."""
    return hashlib.sha256(prompt.encode()).hexdigest()[:12]


def _server(model: Path, template: str) -> Any:
    import xllamacpp

    parameters = xllamacpp.CommonParams()
    parameters.model.path = str(model)
    parameters.chat_template = template
    parameters.use_jinja = True
    parameters.n_ctx, parameters.n_parallel, parameters.warmup, parameters.port = 64, 1, False, 0
    parameters.cpuparams.n_threads = 1
    return xllamacpp.Server(parameters)


def _prompt(address: str, messages: list[tuple[str, str]]) -> str | None:
    """Give the server's prompt; None when it answers with an error."""
    body = {"messages": [{"role": role, "content": content} for role, content in messages]}
    request = urllib.request.Request(f"{address}/apply-template", json.dumps(body).encode(), {"Content-Type": "application/json"})
    try:
        with urllib.request.urlopen(request) as response:
            prompt: str = json.load(response)["prompt"]
            return prompt
    except urllib.error.HTTPError:
        return None


def _templates(model: Path) -> Iterator[tuple[str, dict[str, str | None]]]:
    for path in sorted(TEMPLATES.glob("*.jinja")):
        server = _server(model, path.read_text(encoding="utf-8"))
        prompts = {name: _prompt(server.listening_address, messages) for name, messages in CASES.items()}
        yield path.name, {name: prompt if prompt is None else fingerprint(prompt) for name, prompt in prompts.items()}
        del server


def main() -> None:
    """Write the file."""
    import xllamacpp

    with tempfile.TemporaryDirectory() as folder:
        models = dict(zip(VOCABULARIES, (STARTER_MODEL, write_tiny_model(Path(folder) / "tiny.gguf")), strict=True))
        made = datetime.now().astimezone().isoformat(timespec="minutes")
        prompts = {name: dict(_templates(model)) for name, model in models.items()}
    found = {"made": made, "xllamacpp": xllamacpp.__version__, "prompts": prompts}
    EXPECTED.write_text(json.dumps(found, ensure_ascii=False, indent=1) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
