"""The models that can be chosen: the starter model, those in folders, those of other applications, and opened files."""

from __future__ import annotations

import logging
import time
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, QTimer, Signal, Slot

from desktop_app.errors import AppError, ModelFileNotFound, ModelFolderGone
from desktop_app.library.model_file import STORES, ModelFile, model_file
from desktop_app.resources import starter_model
from desktop_app.services.background import STUCK_S, Background
from desktop_app.services.preferences import Preferences
from desktop_app.settings import N_MODEL_FILES_MAX

if TYPE_CHECKING:
    from desktop_app.engine.protocol import GenerationFinished, ModelInfo
    from desktop_app.library.collect import Found
    from desktop_app.library.folder import LibraryFolder, Removal
    from desktop_app.library.stores import Surroundings
    from desktop_app.services.conversation_reading import ConversationReading
    from desktop_app.services.engine import Engine
    from desktop_app.services.folder_watch import FolderWatch
    from desktop_app.services.model_notes import ModelNotes
    from desktop_app.services.model_removal import ModelRemoval
    from desktop_app.services.model_search import ModelSearch

log = logging.getLogger(__name__)

N_TOKENS_MIN = 24
"""A shorter answer says little about how fast a model is."""
SPEED_CHANGE = 0.1
"""A smaller change of a model's speed is not worth a write."""
UNSETTLED_MS = 3000
"""A file that is being written is looked at again after so long."""
QUIET_MS = 1000
"""What changes in a folder within this time is looked at together: a download of many parts, a folder that is copied."""
PAUSE_RATIO = 10
"""So many times as long as a search took nothing is searched anew by itself."""


class ModelLibrary(QObject):
    """Knows the models on this computer. Files are used where they lie: never copied, moved or changed.

    What belongs to other applications is read only, and only once the person wants it. What the person removes goes
    into the system's trash; the starter model never does.

    Signals:
        models_changed(): what `models` or `folders` gives.
        searched(): a search that `refresh` began has ended, whatever it found.
        found_elsewhere(n): `find_elsewhere` has ended; so many models of other applications are listed now.
        model_removed(path, n_bytes): its files are in the trash; so much is free once that is emptied.
        removal_failed(AppError): everything is where it was.
    """

    models_changed = Signal()
    searched = Signal()
    found_elsewhere = Signal(int)
    model_removed = Signal(object, object)
    removal_failed = Signal(object)

    def __init__(
        self,
        folder: Path,
        preferences: Preferences,
        parent: QObject | None = None,
        *,
        find_starter: Callable[[], Path | None] = starter_model,
        conversations: ConversationReading | None = None,
        engine: Engine | None = None,
        around: Surroundings | None = None,
    ) -> None:
        """Begin with the starter model; `refresh` looks for the others.

        `conversations`: where notes, and what headers say, are kept; None: nothing outlives this run. `engine` lets go
        of a model that is removed. `around`: where other applications keep their models; None: as on this system.
        """
        super().__init__(parent)
        self._folder = folder
        self._preferences = preferences
        self._find_starter = find_starter
        self._conversations = conversations
        self._engine = engine
        self._around = around
        self._background = Background(self, waits_s=STUCK_S)
        starter = _looked_at(find_starter(), is_starter=True)
        self._models: list[ModelFile] = [starter] if starter else []
        self._by_path: Mapping[Path, ModelFile] = {model.path: model for model in self._models}
        self._asked: dict[Path, ModelFile | None] = {}
        self._found: Found | None = None
        self._is_searching = self._is_search_due = False
        self._is_finding_elsewhere = False
        self._began_s = self._search_s = 0.0
        """When the last search began, and how long it took."""
        self._late: list[ModelFile] = []
        """Files that were opened since the last search began."""
        self._search: ModelSearch | None = None
        self._notes: ModelNotes | None = None
        self._removal: ModelRemoval | None = None
        self._watch: FolderWatch | None = None
        self._unsettled = QTimer(self, singleShot=True, interval=UNSETTLED_MS)
        self._unsettled.timeout.connect(self.refresh)
        if engine is not None:
            engine.model_loaded.connect(self._on_model_loaded)
            engine.generation_finished.connect(self._on_generation_finished)

    # The list

    def models(self) -> list[ModelFile]:
        """Give the models: the starter model first, then by name."""
        return list(self._models)

    def by_path(self, path: Path) -> ModelFile | None:
        """Give the model in that file, under whatever name; None when it is not in the library."""
        if path not in self._asked:
            # Once for each path: to ask the disk about all models of a library of 300 took 50 ms, at every change on screen.
            self._asked[path] = self._by_path.get(path) or self._by_other_name(path)
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
        if not self._is_in_a_folder(path):
            remembered = [one for one in self._preferences.get("model_files") if one != str(path)]
            self._preferences.set("model_files", [*remembered, str(path)][-N_MODEL_FILES_MAX:])
        self._late.append(model)
        self._replace([*self._models, model], {**self._by_path, path: model})
        self.refresh()  # for what its header says
        return model

    def see_to(self, path: Path) -> None:
        """Check that a file that came from elsewhere may be a model. Raises: ModelFileNotFound, NotAModelFile."""
        from desktop_app.library.facts import see_to_start

        see_to_start(path)

    @property
    def is_searching(self) -> bool:
        """Whether a search is under way."""
        return self._is_searching

    @Slot()
    def refresh(self) -> None:
        """Look again at all folders and opened files, in the background; `searched` follows."""
        if self._is_searching:
            self._is_search_due = True
            return
        from desktop_app.services.model_search import ModelSearch

        if self._search is None:
            self._search = ModelSearch(self._conversations, self._around)
        self._unsettled.stop()
        self._is_searching = True
        self._began_s = time.monotonic()
        opened = tuple(Path(text) for text in self._preferences.get("model_files"))
        folders = tuple(Path(text) for text in self._preferences.get("model_folders"))
        work = self._search.work(self._find_starter, self._folder, folders, opened, self._stores())
        self._background.run(work, self._on_collected, self._on_search_failed)

    # Places

    def folders(self) -> tuple[LibraryFolder, ...]:
        """Give where models are looked for: the own folder, those of the person, those of other applications.

        () until the first search has ended.
        """
        return self._found.folders if self._found is not None else ()

    def add_folder(self, path: Path) -> None:
        """Look for models in that folder, too, from now on. Raises: ModelFolderGone."""
        path = path.expanduser().absolute()
        if not path.is_dir():
            raise ModelFolderGone(str(path))
        folders = self._preferences.get("model_folders")
        if path != self._folder and str(path) not in folders:
            self._preferences.set("model_folders", [*folders, str(path)][-N_MODEL_FILES_MAX:])
        self.refresh()

    def drop_folder(self, path: Path) -> None:
        """Look there no longer; nothing in it is touched."""
        self._preferences.set("model_folders", [one for one in self._preferences.get("model_folders") if one != str(path)])
        self.refresh()

    def is_listed_by_itself(self, path: Path) -> bool:
        """Whether a model is in the list because its file was opened, and not because of the folder that it lies in."""
        is_opened = str(path) in self._preferences.get("model_files")
        return is_opened and not any(path.is_relative_to(folder.path) for folder in self.folders())

    def drop_file(self, path: Path) -> None:
        """List a file no longer that was opened once; it stays where it is."""
        self._preferences.set("model_files", [one for one in self._preferences.get("model_files") if one != str(path)])
        self.refresh()

    def find_elsewhere(self) -> None:
        """Use the models of other applications where they lie, from now on; `found_elsewhere` tells when they are listed."""
        self._is_finding_elsewhere = True
        self._preferences.set("model_stores", list(STORES))
        self.refresh()

    def n_elsewhere(self) -> int:
        """Give how many models other applications have, by the names of files alone; 0 until the first search has ended."""
        return (self._search.n_elsewhere or 0) if self._search is not None else 0

    def drop_store(self, store: str) -> None:
        """Use the models of that application no longer; nothing of it is touched."""
        self._preferences.set("model_stores", [one for one in self._preferences.get("model_stores") if one != store])
        self.refresh()

    def _is_in_a_folder(self, path: Path) -> bool:
        folders = (self._folder, *map(Path, self._preferences.get("model_folders")))
        return any(path.is_relative_to(folder) for folder in folders)

    def _stores(self) -> tuple[str, ...]:
        return tuple(one for one in STORES if one in self._preferences.get("model_stores"))

    # What is known beside the files

    @property
    def notes(self) -> ModelNotes:
        """What is kept of models beside their files."""
        if self._notes is None:
            from desktop_app.services.model_notes import ModelNotes

            self._notes = ModelNotes(self._conversations, self)
        return self._notes

    # Removing

    def removal(self, path: Path) -> Removal:
        """Give what would go into the trash with the model in `path`, or with that copy of it, and what that frees."""
        return self._removing().planned(path, self.by_path(path), self._models)

    def remove(self, path: Path) -> None:
        """Put a model into the system's trash; one that is in memory is taken out before.

        Raises: ValueError, our mistake, for what `removal` refuses.
        """
        self._removing().remove(path, self.by_path(path), self._models)

    def _removing(self) -> ModelRemoval:
        if self._removal is None:
            from desktop_app.services.model_removal import ModelRemoval

            self._removal = ModelRemoval(self._engine, self._find_starter, self._around, self)
            self._removal.removed.connect(self._on_removed)
            self._removal.failed.connect(self._on_removal_failed)
        return self._removal

    def close(self) -> None:
        """End what is running, and wait for it."""
        self._unsettled.stop()
        if self._search is not None:
            self._search.give_up()
        if self._watch is not None:
            self._watch.close()
        if self._removal is not None:
            self._removal.close()
        self._background.close()

    def _by_other_name(self, path: Path) -> ModelFile | None:
        if self._found is None:
            resolved = path.resolve()
            return next((model for model in self._models if model.path.resolve() == resolved), None)
        return self._search.by_other_name(path, self._found) if self._search is not None else None

    def _on_collected(self, found: Found) -> None:
        self._is_searching = False
        self._search_s = time.monotonic() - self._began_s
        assert self._search is not None
        self._search.keep(found)
        # A file that was opened while the search ran is not in its result.
        late = [one for one in self._late if one.path not in found.by_path and one.path.is_file()]
        if not self._is_search_due:
            self._late.clear()
        is_other_place = self._found is None or self._found.folders != found.folders
        self._found = found
        self._replace([*found.models, *late], {**found.by_path, **{one.path: one for one in late}}, is_changed=is_other_place)
        self._follow(found)
        if self._is_search_due:
            self._is_search_due = False
            self.refresh()
        elif found.is_unsettled:
            self._unsettled.start(self._pause_ms(UNSETTLED_MS))
        self._tell_searched()

    def _on_search_failed(self, error: AppError) -> None:
        self._is_searching = False
        log.warning("the search for models failed: %s", type(error).__name__)
        self._tell_searched()

    def _tell_searched(self) -> None:
        self.searched.emit()
        if self._is_finding_elsewhere and not self._is_searching:
            self._is_finding_elsewhere = False
            self.found_elsewhere.emit(sum(bool(model.store) for model in self._models))

    def _follow(self, found: Found) -> None:
        """Have the folders watched that were looked into."""
        if self._watch is None:
            from desktop_app.services.folder_watch import FolderWatch

            self._watch = FolderWatch(self)
            self._watch.changed.connect(self.refresh)
        self._watch.follow(found.watched, self._pause_ms(QUIET_MS))

    def _pause_ms(self, least_ms: int) -> int:
        """Give how long to wait for the next search, so that large or slow disks are not searched all the time."""
        return max(least_ms, int(1000 * PAUSE_RATIO * self._search_s))

    def _replace(self, models: list[ModelFile], by_path: Mapping[Path, ModelFile], *, is_changed: bool = False) -> None:
        models = sorted(models, key=lambda one: (not one.is_starter, one.name.casefold(), one.quantization, str(one.path)))
        self._by_path = by_path
        self._asked.clear()
        if models != self._models or is_changed:
            self._models = models
            self.models_changed.emit()

    @Slot(object)
    def _on_model_loaded(self, model: ModelInfo) -> None:
        self.notes.note_use(Path(model.path))

    @Slot(int, object)
    def _on_generation_finished(self, _task: int, finished: GenerationFinished) -> None:
        model = self._engine.model if self._engine is not None else None
        if model is None or finished.timings.n_predicted < N_TOKENS_MIN:
            return
        path, speed = Path(model.path), finished.timings.tokens_per_s
        known = self.notes.of(path).tokens_per_s or 0.0
        if abs(speed - known) > known * SPEED_CHANGE:
            self.notes.note_speed(path, speed)

    @Slot(object, object)
    def _on_removed(self, path: Path, n_bytes: int) -> None:
        self._preferences.set("model_files", [one for one in self._preferences.get("model_files") if one != str(path)])
        left = {name: model for name, model in self._by_path.items() if model.path != path}
        self._replace([one for one in self._models if one.path != path], left)
        self.model_removed.emit(path, n_bytes)
        self.refresh()

    @Slot(object)
    def _on_removal_failed(self, error: AppError) -> None:
        self.removal_failed.emit(error)
        self.refresh()


def _looked_at(path: Path | None, *, is_starter: bool = False) -> ModelFile | None:
    """Give the model in `path`, None when there is no such file (any more)."""
    try:
        return model_file(path, is_starter=is_starter) if path is not None and path.is_file() else None
    except OSError:
        return None
