"""The page and the dialogs about models on this computer, with markup in everything that comes from files and folders."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

from PySide6.QtWidgets import QWidget

from desktop_app.errors import AccessRequired
from desktop_app.library.facts import ModelFacts
from desktop_app.library.folder import LibraryFolder
from desktop_app.library.model_file import ModelFile
from desktop_app.library.model_note import ModelNote
from desktop_app.ui.library.downloads_page import DownloadsPage
from desktop_app.ui.library.found_models import FoundModelsDialog
from desktop_app.ui.library.local_page import LocalPage
from desktop_app.ui.library.local_words import LocalWords
from desktop_app.ui.library.model_details import ModelDetailsDialog
from desktop_app.ui.library.model_folders import ModelFoldersDialog
from desktop_app.ui.theme import Theme
from tests.fakes.online import FakeOnline

MODEL_PLACES = {
    "local model", "local quantization", "label", "local licence", "repository", "local note", "draft", "title in the file",
    "architecture", "revision", "sha", "found model", "filtered",
    "downloaded model", "downloaded quantization", "refused",
}  # fmt: skip
"""Names of what is planted here; paths lose a slash of it."""


def local_page(services: Any, plant: Callable[[str], str], theme: Theme, window: QWidget) -> Iterator[QWidget]:
    """Give the page with such models, then without a match."""
    model = _model(plant)
    noted = ModelFile(Path("/models/noted.gguf"), "Noted", 9, facts=model.facts)
    services.library.have(model, noted, ModelFile(Path("/models") / plant("broken file"), "Broken", 9, problem="truncated"))
    services.library.notes.put(noted.path, text=plant("local note"))
    services.library.notes.put(model.path, repository=plant("repository"))
    page = LocalPage(services, FakeOnline(), theme, window)  # type: ignore[arg-type]
    page.resize(900, 600)
    page.show()
    yield page
    page.bar.filter.edit.setText(plant("filtered"))
    yield page
    page._fits.close()
    page.hide()


def downloads_page(plant: Callable[[str], str], theme: Theme, window: QWidget) -> Iterator[QWidget]:
    """Give the page of downloads with one that has failed."""
    online = FakeOnline()
    refused = AccessRequired(plant("refused"), "https://huggingface.co")
    title, quantization = plant("downloaded model"), plant("downloaded quantization")
    online.downloads.put("a", title=title, quantization=quantization, state="failed", reason=refused)
    page = DownloadsPage(window, online, theme, window)  # type: ignore[arg-type]
    page.resize(900, 600)
    page.show()
    yield page
    page.hide()


def model_dialogs(plant: Callable[[str], str], theme: Theme, window: QWidget) -> Iterator[QWidget]:
    """Give the dialogs."""
    model, words = _model(plant), LocalWords(window)
    note = ModelNote(plant("note"), True, 1, plant("repository"), plant("revision"), plant("sha"))
    yield ModelDetailsDialog(model, note, plant("draft"), words, theme, window, edits_note=False)
    folders = ModelFoldersDialog(theme, window)
    folders.show_folders([LibraryFolder(Path("/") / plant("model folder"), "added")])
    yield folders
    found = FoundModelsDialog((), theme, window)
    found.show_found({"ollama": [ModelFile(Path("/m"), plant("found model"), 9)]})
    yield found


def _model(plant: Callable[[str], str]) -> ModelFile:
    title, licence = plant("title in the file"), plant("local licence")
    facts = ModelFacts("model", plant("architecture"), title, "Q4_K_M", plant("label"), licence, 1, 1, 1, 1)
    return ModelFile(
        Path("/models") / plant("path"),
        plant("local model"),
        9,
        quantization=plant("local quantization"),
        projector=Path("/models") / plant("projector"),
        facts=facts,
    )
