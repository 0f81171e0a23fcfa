"""A graphics card that refuses: llama.cpp's functions in an engine process, with a script in front of them.

The process is the real one and so is the model; what is scripted is what a card and its driver would say. A test hands
`prelude(...)` to the engine's process. Layers "on the card" are computed by the processor.
"""

from __future__ import annotations

import json
import os
import signal
import sys
import threading
import time
from pathlib import Path
from typing import Any

_INFO = 2


def prelude(**script: Any) -> str:
    """Give the Python that an engine process is to run first.

    `free_bytes`: memory of the card, or `free_file`: where it stands; `n_layers_max`: more layers are refused; `n_ctx_max`: a larger context is, with
    f16 values; `fails`: "first_token", on the card, with `code`; `hangs`: "load" or "first_token", on the card, for ever; `step_s`: how long
    each step takes, besides; `reads_s`: how long the file is read for a card before anything is said; `pages_s`: the same in the first step; `dies`: "load" or "first_token", on the card, or "always" at a load,
    "looking" when cards are looked for, "waiting" never comes back from that and ends after `limit_s`; `by`: the signal that ends it, or "exit";
    `diary`: the file that says whether each process has looked for "cards" or for "none"; `has_card`: False
    for a computer without one; `deadly`: the name of a file that ends the process when it is loaded. `n_before`: so many steps are computed before a token counts as the first.
    """
    return f"from tests.fakes.refusing_card import install\ninstall({json.dumps(script)!r})"


def command(**script: Any) -> tuple[str, list[str]]:
    """Give program and arguments for `Engine(command=…)`: the real engine process with such a card."""
    root = str(Path(__file__).resolve().parents[2])
    code = f"import sys\nsys.path.insert(0, {root!r})\n{prelude(**script)}\nfrom desktop_app.app import main\nsys.exit(main(['--role', 'engine', *sys.argv[1:]]))"
    return sys.executable, ["-c", code]


def install(text: str) -> None:
    """Put the script in front of llama.cpp's functions, in this process."""
    from desktop_app.engine import loading, worker
    from desktop_app.engine.llama import library, model
    from desktop_app.engine.protocol import Device

    script = json.loads(text)
    _Card(library.C, script)
    real_devices = library.devices
    real_load = library.load_backends

    def load_backends(*, with_cards: bool = True) -> None:
        if "diary" in script:
            with Path(script["diary"]).open("a", encoding="utf-8") as diary:
                diary.write("cards\n" if with_cards else "none\n")
        if with_cards and script.get("dies") == "looking":
            _end(script)
        if with_cards and script.get("dies") == "waiting":
            threading.Event().wait()
        real_load(with_cards=with_cards)
        if not with_cards:
            script["has_card"] = False
            loading.backend_names = lambda: ("CPU",)  # type: ignore[attr-defined]

    library.load_backends = load_backends
    worker.CARDS_LIMIT_S = script.get("limit_s", worker.CARDS_LIMIT_S)
    if script.get("has_card", True):
        free_bytes = int(script.get("free_bytes", 8 << 30))

        def devices() -> tuple[Device, ...]:
            now = int(Path(script["free_file"]).read_text("ascii")) if "free_file" in script else free_bytes
            card = Device("Fake0", "Fake graphics card", "gpu", 8 << 30, now)
            return (card, *real_devices()) if script.get("has_card", True) else real_devices()

        library.devices = model.devices = loading.devices = devices  # type: ignore[attr-defined]
    loading.backend_names = lambda: ("Fake", "CPU")  # type: ignore[attr-defined]


def _end(script: dict[str, Any]) -> None:
    how = script.get("by", "SIGABRT")
    if how == "exit":
        os._exit(0)
    os.kill(os.getpid(), getattr(signal, how))


class _Card:
    def __init__(self, functions: Any, script: dict[str, Any]) -> None:
        self._script = script
        self._n_on_card = 0
        self._n_decoded = 0
        self._say: Any = None
        self._load = functions.llama_model_load_from_file
        self._init = functions.llama_init_from_model
        self._decode = functions.llama_decode
        self._set_log = functions.llama_log_set
        functions.llama_model_load_from_file = self.load
        functions.llama_init_from_model = self.init
        functions.llama_decode = self.decode
        functions.llama_log_set = self.set_log

    def set_log(self, callback: Any, data: Any) -> None:
        self._say = callback
        self._set_log(callback, data)

    def load(self, path: bytes, settings: Any) -> Any:
        n_layers = settings.n_gpu_layers if self._script.get("has_card", True) else 0
        if self._script.get("dies") == "always" or (n_layers and self._script.get("dies") == "load"):
            _end(self._script)
        if n_layers:
            self._read(self._script.get("reads_s", 0.0))
        if n_layers and self._script.get("hangs") == "load":
            threading.Event().wait()
        if Path(os.fsdecode(path)).name == self._script.get("deadly"):
            _end(self._script)
        if n_layers < 0 or n_layers > self._script.get("n_layers_max", 1000):
            self._say(4, b"unable to allocate Fake0 buffer\n", None)
            return None
        self._n_on_card = n_layers
        settings.n_gpu_layers = 0
        pointer = self._load(path, settings)
        if self._script.get("has_card", True):
            self._say(
                _INFO, f"load_tensors: offloaded {n_layers}/{self._script.get('n_layers', 2)} layers to GPU\n".encode(), None
            )
        return pointer

    def _read(self, seconds: float) -> None:
        end, read = time.monotonic() + seconds, []
        while time.monotonic() < end:
            read.append(b"." * (2 << 20))
            time.sleep(0.02)

    def init(self, model: Any, settings: Any) -> Any:
        is_quantized = settings.type_v != 1
        if settings.n_ctx > self._script.get("n_ctx_max", 1 << 30) and not is_quantized:
            self._say(4, b"failed to allocate buffer for kv cache\n", None)
            return None
        return self._init(model, settings)

    def decode(self, context: Any, batch: Any) -> int:
        self._n_decoded += 1
        time.sleep(self._script.get("step_s", 0.0))
        # The first one is the engine's own, when it loads.
        is_late = self._n_decoded > self._script.get("n_before", 0)
        if self._n_on_card and is_late:
            self._read(self._script.pop("pages_s", 0.0))
        if self._n_on_card and self._script.get("dies") == "first_token" and is_late:
            _end(self._script)
        if self._n_on_card and self._script.get("hangs") == "first_token" and is_late:
            threading.Event().wait()
        if self._n_on_card and self._script.get("fails") == "first_token" and is_late:
            return int(self._script.get("code", -3))
        return int(self._decode(context, batch))
