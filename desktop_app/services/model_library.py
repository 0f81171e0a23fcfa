"""The models that can be chosen: the starter model, the models folder, and files the person has opened."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from PySide6.QtCore import QObject, Signal

from desktop_app.errors import ModelFileNotFound
from desktop_app.library.model_file import ModelFile
from desktop_app.library.scan import model_file, scan
from desktop_app.resources import starter_model
from desktop_app.services.background import Background
from desktop_app.services.preferences import Preferences
from desktop_app.settings import N_MODEL_FILES_MAX


class ModelLibrary(QObject):
    """Knows the models on this computer. Files are used where they lie: never copied, moved or changed."""

    models_changed = Signal()

    def __init__(
        self,
        folder: Path,
        preferences: Preferences,
        parent: QObject | None = None,
        *,
        find_starter: Callable[[], Path | None] = starter_model,
    ) -> None:
        """Begin with the starter model; `refresh` looks for the others."""
        super().__init__(parent)
        self._folder = folder
        self._preferences = preferences
        self._find_starter = find_starter
        self._background = Background(self)
        starter = _looked_at(find_starter(), is_starter=True)
        self._models: list[ModelFile] = [starter] if starter else []
        self._resolved = _by_resolved_path(self._models)
        self._asked: dict[Path, ModelFile | None] = {}

    def models(self) -> list[ModelFile]:
        """Give the models: the starter model first, then by name."""
        return list(self._models)

    def by_path(self, path: Path) -> ModelFile | None:
        """Give the model in that file, None when it is not in the library."""
        if path not in self._asked:
            # Once for each path: to resolve all models of a library of 300 took 50 ms, at every change on screen.
            self._asked[path] = self._resolved.get(path.resolve())
        return self._asked[path]

    def add(self, path: Path) -> ModelFile:
        """Take in a file that the person has chosen, remember it, and give its model. Raises: ModelFileNotFound."""
        path = path.expanduser().absolute()
        known = self.by_path(path)
        if known is not None:
            return known
        model = _looked_at(path)
        if model is None:
            raise ModelFileNotFound(str(path))
        remembered = [one for one in self._preferences.get("model_files") if one != str(path)]
        self._preferences.set("model_files", [*remembered, str(path)][-N_MODEL_FILES_MAX:])
        self._replace({**self._resolved, path.resolve(): model})
        return model

    def refresh(self) -> None:
        """Look again at the folder and the opened files, in the background: 10,000 files take about a second."""
        opened = [Path(text) for text in self._preferences.get("model_files")]
        folder, find_starter = self._folder, self._find_starter
        self._background.run(lambda: _collect(folder, find_starter(), opened), self._on_collected)

    def close(self) -> None:
        """Wait for a search that is running."""
        self._background.close()

    def _on_collected(self, found: dict[Path, ModelFile]) -> None:
        # A file that was opened while the search ran is not in its result.
        opened = {Path(text) for text in self._preferences.get("model_files")}
        missing = {resolved: model for resolved, model in self._resolved.items() if resolved not in found}
        kept = {resolved: model for resolved, model in missing.items() if model.path in opened and model.path.is_file()}
        self._replace(found | kept)

    def _replace(self, resolved: dict[Path, ModelFile]) -> None:
        models = sorted(
            resolved.values(),
            key=lambda model: (not model.is_starter, model.name.casefold(), model.quantization, str(model.path)),
        )
        self._resolved = resolved
        self._asked.clear()
        if models != self._models:
            self._models = models
            self.models_changed.emit()


def _collect(folder: Path, starter: Path | None, opened: list[Path]) -> dict[Path, ModelFile]:
    first = _looked_at(starter, is_starter=True)
    others = [model for path in opened if (model := _looked_at(path)) is not None]
    return _by_resolved_path([*([first] if first else []), *scan(folder), *others])


def _looked_at(path: Path | None, *, is_starter: bool = False) -> ModelFile | None:
    """Give the model in `path`, None when there is no such file (any more)."""
    try:
        return model_file(path, is_starter=is_starter) if path is not None and path.is_file() else None
    except OSError:
        return None


def _by_resolved_path(models: list[ModelFile]) -> dict[Path, ModelFile]:
    """Give each file once, the first of its names, by where it really lies. Asks the disk about every one."""
    kept: dict[Path, ModelFile] = {}
    for model in models:
        kept.setdefault(model.path.resolve(), model)
    return kept
