"""A library of models for tests of the window: what the test adds, calls written down."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from PySide6.QtCore import QObject, Signal

from desktop_app.errors import AppError
from desktop_app.library.folder import LibraryFolder, Removal
from desktop_app.library.model_file import ModelFile
from desktop_app.library.model_note import ModelNote


class FakeNotes(QObject):
    """Notes in a dictionary."""

    changed = Signal(object)

    def __init__(self) -> None:
        super().__init__()
        self.kept: dict[Path, ModelNote] = {}

    def of(self, path: Path) -> ModelNote:
        """Give one."""
        return self.kept.get(path, ModelNote())

    def put(self, path: Path, **changes: Any) -> None:
        """Have a note, and say so."""
        self.kept[path] = self.of(path).replaced(**changes)
        self.changed.emit(path)

    def set_text(self, path: Path, text: str) -> None:
        """Keep words."""
        self.put(path, text=text)

    def set_favourite(self, path: Path, is_favourite: bool) -> None:
        """Keep whether it is liked."""
        self.put(path, is_favourite=is_favourite)


class FakeLibrary(QObject):
    """A starter model and what the test adds."""

    models_changed = Signal()
    searched = Signal()
    found_elsewhere = Signal(int)
    model_removed = Signal(object, object)
    removal_failed = Signal(object)

    def __init__(self) -> None:
        super().__init__()
        self.files = [ModelFile(Path("/models/starter.gguf"), "SmolLM2 135M Instruct", 98_000_000, True, "Q4_1")]
        self.problem: AppError | None = None
        self.notes = FakeNotes()
        self.opened: set[Path] = set()
        self.places: tuple[LibraryFolder, ...] = ()
        self.elsewhere: list[ModelFile] = []
        self.n_others = 0
        self.calls: list[tuple[Any, ...]] = []

    def models(self) -> list[ModelFile]:
        """Give them."""
        return list(self.files)

    def by_path(self, path: Path) -> ModelFile | None:
        """Give the one at `path`."""
        return next((file for file in self.files if file.path == path), None)

    def have(self, *files: ModelFile) -> None:
        """Have these, too, and say so."""
        self.files += files
        self.models_changed.emit()

    def add(self, path: Path) -> ModelFile:
        """Take one in, unless the test has set a problem."""
        if self.problem is not None:
            raise self.problem
        found = self.by_path(path) or ModelFile(path, path.stem, 1_000_000, False, "")
        if found not in self.files:
            self.opened.add(path)
            self.have(found)
        return found

    def see_to(self, path: Path) -> None:
        """Every file may be one, unless the test has set a problem."""
        if self.problem is not None:
            raise self.problem

    def refresh(self) -> None:
        """Nothing is on any disk."""

    def folders(self) -> tuple[LibraryFolder, ...]:
        """Give what the test has set."""
        return self.places

    def add_folder(self, path: Path) -> None:
        """Write it down, unless the test has set a problem."""
        self.calls.append(("add_folder", path))
        if self.problem is not None:
            raise self.problem

    def drop_folder(self, path: Path) -> None:
        """Write it down."""
        self.calls.append(("drop_folder", path))

    def drop_store(self, store: str) -> None:
        """Have no models of that application any more."""
        self.calls.append(("drop_store", store))
        self.files = [file for file in self.files if file.store != store]
        self.models_changed.emit()

    def is_listed_by_itself(self, path: Path) -> bool:
        """Say so of what `add` took in."""
        return path in self.opened

    def drop_file(self, path: Path) -> None:
        """List it no longer."""
        self.calls.append(("drop_file", path))
        self.files = [file for file in self.files if file.path != path]
        self.models_changed.emit()

    def find_elsewhere(self) -> None:
        """Write down that somebody looks; `end_search` ends it."""
        self.calls.append(("find_elsewhere",))

    def n_elsewhere(self) -> int:
        """Give how many the test says."""
        return self.n_others

    def end_search(self) -> None:
        """Have found what the test has set."""
        known = [file.path for file in self.files]
        self.have(*(file for file in self.elsewhere if file.path not in known))
        self.found_elsewhere.emit(sum(bool(file.store) for file in self.files))

    def removal(self, path: Path) -> Removal:
        """Say what would go."""
        file = self.by_path(path)
        if file is None or not file.is_removable:
            return Removal(refusal="unknown" if file is None else "starter" if file.is_starter else "store")
        return Removal((file.path, *file.shards), file.size_bytes)

    def remove(self, path: Path) -> None:
        """Take it out, and say so."""
        self.calls.append(("remove", path))
        n_bytes = self.removal(path).freed_bytes
        self.files = [file for file in self.files if file.path != path]
        self.models_changed.emit()
        self.model_removed.emit(path, n_bytes)
