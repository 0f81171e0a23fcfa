"""What models are called on screen."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import QObject

from desktop_app.engine.protocol import ModelInfo
from desktop_app.library.model_file import ModelFile
from desktop_app.services.model_library import ModelLibrary


class ModelNames(QObject):
    """Finds them in the language on screen."""

    def of(self, file: ModelFile) -> str:
        """Give the name of a model of the library as the person reads it."""
        return self.tr("Starter model (tiny)") if file.is_starter else file.name

    def named(self, model: ModelInfo, library: ModelLibrary) -> ModelInfo:
        """Give the model in memory with that name. Its own is the author's, often that of a run of the training."""
        file = library.by_path(Path(model.path))
        return model.replaced(name=self.of(file)) if file is not None else model
