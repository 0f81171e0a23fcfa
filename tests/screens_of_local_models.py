"""The screens about models on this computer: the cards, their menus and dialogs, and what there is at first."""

from __future__ import annotations

import io
import time
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QPoint

from desktop_app.engine.parameters import LoadParameters
from desktop_app.engine.protocol import Device
from desktop_app.library.facts import ModelFacts
from desktop_app.library.fit import CardMemory, Fit, MachineMemory
from desktop_app.library.folder import LibraryFolder
from desktop_app.library.model_file import ModelFile
from desktop_app.library.remote_shape import read_shape
from desktop_app.services.load_choices import LoadChoices
from desktop_app.ui.library.found_models import FoundModelsDialog
from desktop_app.ui.library.local_page import LocalPage
from desktop_app.ui.library.model_folders import ModelFoldersDialog
from desktop_app.ui.models_place import ModelsPlace
from tests.fakes.gguf_file import header
from tests.fakes.online import FakeOnline

if TYPE_CHECKING:
    from tests.screens import Scene

GB = 1_000_000_000
DAY_MS = 86_400_000
CARD = Device("Vulkan0", "GeForce RTX 3060", "gpu", 12 << 30, 11 << 30)
CPU = Device("CPU", "A processor", "cpu", 32 << 30, 24 << 30)
GEMMA = {
    "general.architecture": "gemma3", "gemma3.block_count": 48, "gemma3.context_length": 131_072,
    "gemma3.embedding_length": 3840, "gemma3.feed_forward_length": 15_360, "gemma3.attention.head_count": 16,
    "gemma3.attention.head_count_kv": 8, "gemma3.attention.key_length": 256, "gemma3.attention.value_length": 256,
    "gemma3.attention.sliding_window": 1024, "tokenizer.ggml.model": "llama", "tokenizer.ggml.tokens": ["x"] * 262_208,
}  # fmt: skip


def _model(name: str, size_bytes: int, quantization: str, n_ctx: int = 32_768, **values: Any) -> ModelFile:
    label, licence = values.pop("label", "4B"), values.pop("license", "apache-2.0")
    facts = ModelFacts("model", "qwen3", name, quantization, label, licence, 36, 2560, 151_936, n_ctx)
    path = Path(f"/home/anna/models/{name.replace(' ', '-')}-{quantization}.gguf")
    given: dict[str, Any] = {"facts": facts, "disk_bytes": size_bytes} | values
    return ModelFile(path, name, size_bytes, quantization=quantization, **given)


MODELS = (
    _model("Qwen3 4B", 5 * GB // 2, "Q4_K_M"),
    _model("Qwen3 0.6B", GB // 2, "Q8_0", label="0.6B"),
    _model("Llama 3.2 3B", 34 * GB // 10, "Q8_0", 131_072, label="3B", license="llama3.2", store="lm_studio"),
    _model("Gemma 3 12B it", 73 * GB // 10, "Q4_K_M", 131_072, label="12B", license="gemma", projector=Path("/m/mmproj.gguf")),
    _model("Mistral Small 3.2 24B Instruct 2506", 251 * GB // 10, "Q8_0", 131_072, label="24B", store="ollama"),
    _model("Unfinished download", GB, "Q4_K_M", problem="truncated"),
)
FITS = (
    Fit("fast", "card", 4 * GB, 11 * GB, 37, 37, None, CARD.description, 8192),
    Fit("fast", "card", GB, 11 * GB, 29, 29, None, CARD.description, 8192),
    Fit("fine", "partly", 5 * GB, 5 * GB, 29, 22, None, CARD.description, 8192),
    Fit("slow", "processor", 9 * GB, 24 * GB, 49, 0, 2.4, "", 8192),
    Fit("too_big", "nowhere", 29 * GB, 21 * GB, 41, 0, None, "", 8192),
)


def local(scene: Scene) -> LocalPage:
    """A handful of models, one of them in memory."""
    page, library = _page(scene), scene.services.library
    now_ms = int(time.time() * 1000)
    starter = [file for file in library.models() if file.is_starter]
    models = [*starter, *MODELS]
    notes = library.notes
    notes.set_favourite(MODELS[0].path, True)
    notes.set_text(MODELS[3].path, "Writes the best German letters; slow, but worth the wait.")
    notes._set(MODELS[0].path, used_ms=now_ms, tokens_per_s=41.0)
    notes._set(MODELS[2].path, used_ms=now_ms - 3 * DAY_MS, repository="bartowski/Llama-3.2-3B-Instruct-GGUF")
    notes._set(MODELS[1].path, used_ms=now_ms - DAY_MS)
    for file, fit in zip(MODELS, FITS, strict=False):
        page._fits._fits[file.path] = fit
    engine = scene.services.engine
    engine._model = engine.model.replaced(path=str(MODELS[0].path), name="Qwen3 4B")
    engine._devices = (CPU, CARD)
    library._replace(models, {file.path: file for file in models}, is_changed=True)
    scene.studio.settle(0.3)
    return page


def _page(scene: Scene) -> LocalPage:
    window = scene.window
    shown = (window.actions_, window.centre, window.sidebar, window._choice, window.notices)
    window.models = ModelsPlace(scene.services, FakeOnline(), *shown, scene.theme, window)  # type: ignore[arg-type]
    window.models.show("local")
    page = window.models.page.part("local")
    assert isinstance(page, LocalPage)
    page._fits._background.run = lambda *_: None  # type: ignore[method-assign]  # nothing of it lies on a disk
    scene.studio.settle(0.2)
    return page


def alone(scene: Scene) -> None:
    """The starter model and nothing else."""
    page, library = _page(scene), scene.services.library
    starter = [file for file in library.models() if file.is_starter]
    library._replace(starter, {file.path: file for file in starter}, is_changed=True)
    page.refresh()


def filtered(scene: Scene) -> None:
    """Nothing matches."""
    local(scene).bar.filter.edit.setText("mixtral")


def menu(scene: Scene) -> None:
    """Everything that can be done with a model."""
    page = local(scene)
    at = scene.window.mapToGlobal(QPoint(560, 200))
    page._on_menu_requested(MODELS[0].path, at)


def details(scene: Scene) -> None:
    """All that is known of a model."""
    page = local(scene)
    page._deeds.show_details(MODELS[3])


def removal(scene: Scene) -> None:
    """The question before the trash."""
    page = local(scene)
    page._deeds.ask_removal(MODELS[1])


def removed(scene: Scene) -> None:
    """What is said after it."""
    page = local(scene)
    page._deeds._names[MODELS[1].path] = "Qwen3 0.6B"
    page._deeds._on_model_removed(MODELS[1].path, MODELS[1].size_bytes)


def loading(scene: Scene) -> None:
    """How a model is loaded that is not in memory, with models that could guess for it."""
    page = local(scene)
    _settings(page, CardMemory(CARD.description, CARD.free_bytes, CARD.total_bytes))


def loading_full(scene: Scene) -> None:
    """The same, with more layers on two cards than there is room for."""
    page = local(scene)
    LoadChoices(scene.services.preferences).choose(MODELS[3].path, LoadParameters(n_ctx=32_768, n_gpu_layers=49))
    free = {"GeForce RTX 3060": 11 << 30, "GeForce RTX 4070": 2 << 30}
    _settings(page, *(CardMemory(name, free_bytes, 12 << 30) for name, free_bytes in free.items()))


def _settings(page: LocalPage, *cards: CardMemory) -> None:
    page._settings._memory = lambda _: MachineMemory(24 << 30, 32 << 30, cards)
    file = MODELS[3]
    page._fits._shapes[file.path] = ((file.size_bytes, file.modified_ms), read_shape(io.BytesIO(header(GEMMA)), file.size_bytes))
    page._on_settings_requested(file.path)


def found(scene: Scene) -> None:
    """Models of other applications."""
    local(scene)
    dialog = FoundModelsDialog((), scene.theme, scene.window)
    names = ("Qwen3 8B", "Phi 4 mini", "Gemma 3 4B it", "Llama 3.1 8B Instruct", "DeepSeek R1 Distill Qwen 7B")
    ollama = [_model(name, 5 * GB, "Q4_K_M", store="ollama") for name in names]
    dialog.show_found({"lm_studio": [MODELS[2]], "ollama": ollama})
    dialog.open()


def folders(scene: Scene) -> None:
    """Where models are looked for."""
    local(scene)
    dialog = ModelFoldersDialog(scene.theme, scene.window)
    dialog.show_folders(
        [
            LibraryFolder(Path("/home/anna/.local/share/hearth/models"), "own", 3, 10 * GB),
            LibraryFolder(Path("/media/anna/Large disk/models"), "added", is_there=False),
            LibraryFolder(Path("/home/anna/.lmstudio/models"), "lm_studio", 1, 34 * GB // 10),
        ]
    )
    dialog.list.setCurrentRow(1)
    dialog.open()


def keys(scene: Scene) -> None:
    """The keyboard is at a card."""
    page = local(scene)
    scene.window.activateWindow()
    scene.studio.settle(0.2)
    page.list.focus_first()
    scene.studio.settle(0.2)


LOCAL_SCREENS: dict[str, Callable[[Scene], Any]] = {
    "local": local, "local-alone": alone, "local-filtered": filtered, "local-menu": menu, "local-details": details,
    "local-removal": removal, "local-removed": removed, "local-loading": loading, "local-found": found,
    "local-loading-full": loading_full, "local-folders": folders, "local-keys": keys,
}  # fmt: skip
