"""One search for models after another: what it needs to know before, and what is kept of it."""

from __future__ import annotations

import threading
from collections.abc import Callable, Mapping
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

from desktop_app.errors import AppError
from desktop_app.library.collect import Found, KnownFile, Wanted, collect
from desktop_app.library.facts import FileState, ModelFacts
from desktop_app.library.model_file import ModelFile
from desktop_app.library.scan import identity_of
from desktop_app.library.stores import Surroundings, n_models_elsewhere
from desktop_app.paths import path_key
from desktop_app.storage.database import Database
from desktop_app.storage.library import model_files, save_model_files

if TYPE_CHECKING:
    from desktop_app.services.conversation_reading import ConversationReading


class ModelSearch:
    """Remembers what was read, in this run and, where there are `conversations`, in their database."""

    def __init__(self, conversations: ConversationReading | None, around: Surroundings | None) -> None:
        self._conversations = conversations
        self._around = around
        self._known: Mapping[Path, KnownFile] | None = None
        """None: the database was not asked yet."""
        self._given_up = threading.Event()
        self.n_elsewhere: int | None = None
        """How many models other applications had when it was looked first; None: not yet."""

    def give_up(self) -> None:
        """Have the search that is running end soon: nobody waits for what it finds."""
        self._given_up.set()

    def work(
        self,
        find_starter: Callable[[], Path | None],
        own: Path,
        folders: tuple[Path, ...],
        opened: tuple[Path, ...],
        stores: tuple[str, ...],
    ) -> Callable[[], Found]:
        """Give what is to be run in the background."""
        known, around = self._known, self._around
        another = self._conversations.databases()[-1].another if self._conversations is not None else None

        def search() -> Found:
            places = around or Surroundings.real()
            if self.n_elsewhere is None:
                self.n_elsewhere = n_models_elsewhere(places)
            wanted = Wanted(find_starter(), own, folders, opened, stores, places, self._given_up.is_set)
            return collect(wanted, known if known is not None else _kept(another))

        return search

    def keep(self, found: Found) -> None:
        """Remember what was read; called on the thread of the services."""
        gone = [path_key(path) for path in (self._known or {}) if path not in found.known]
        self._known = found.known
        if self._conversations is None or not (found.fresh or gone):
            return
        fresh = {path_key(path): _row(found.known[path]) for path in found.fresh}
        self._conversations.in_writer(partial(_save, fresh, gone), _do_nothing, _do_nothing)

    def by_other_name(self, path: Path, found: Found) -> ModelFile | None:
        """Give the model that a path leads to although the search did not come by it."""
        try:
            return found.by_identity.get(identity_of(path, path.stat()))
        except (OSError, ValueError):
            return None


def _kept(another: Callable[[], Database] | None) -> dict[Path, KnownFile]:
    """Read what was known in earlier runs; a database in trouble has told so elsewhere."""
    if another is None:
        return {}
    try:
        database = another()
        try:
            rows = model_files(database)
        finally:
            database.close()
    except AppError:
        return {}
    found: dict[Path, KnownFile] = {}
    for text, (size_bytes, modified_ns, record) in rows.items():
        try:
            facts = record.get("facts")
            about = ModelFacts(**facts) if isinstance(facts, dict) else None
            found[Path(text)] = KnownFile(FileState(size_bytes, modified_ns), about, str(record.get("problem", "")))
        except TypeError:
            continue  # another version has written it: the file is read again
    return found


def _row(known: KnownFile) -> tuple[int, int, dict[str, Any]]:
    facts = known.facts.as_dict() if known.facts is not None else None
    return known.state.size_bytes, known.state.modified_ns, {"facts": facts, "problem": known.problem}


def _save(fresh: dict[str, tuple[int, int, dict[str, Any]]], gone: list[str], database: Database) -> None:
    save_model_files(database, fresh, gone)


def _do_nothing(_: object) -> None:
    """What headers say is read again when it could not be written."""
