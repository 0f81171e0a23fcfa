"""What is kept of models beside their files: notes, favourites, when they were used, where they came from."""

from __future__ import annotations

from collections.abc import Mapping
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QObject, Signal, Slot

from desktop_app.clock import now_ms
from desktop_app.errors import AppError
from desktop_app.library.model_note import N_NOTE_CHARACTERS_MAX, ModelNote
from desktop_app.paths import path_key
from desktop_app.storage.database import Database
from desktop_app.storage.library import model_notes, save_model_note

if TYPE_CHECKING:
    from desktop_app.hub.repository import Repository
    from desktop_app.services.conversation_reading import ConversationReading


class ModelNotes(QObject):
    """Kept in the database of the conversations, under the path of a model's first file.

    Signals:
        changed(path): what `of` gives for a model.
    """

    changed = Signal(object)

    def __init__(self, conversations: ConversationReading | None, parent: QObject | None = None) -> None:
        """Begin with what is kept in the database of these conversations; None: nothing outlives this run."""
        super().__init__(parent)
        self._conversations = conversations
        self._notes = _kept(conversations)

    def of(self, path: Path) -> ModelNote:
        """Give what is known of a model; an empty note when nothing is."""
        return self._notes.get(path_key(path), ModelNote())

    def set_text(self, path: Path, text: str) -> None:
        """Keep the person's own words, at most `N_NOTE_CHARACTERS_MAX` characters of them."""
        self._set(path, text=text[:N_NOTE_CHARACTERS_MAX])

    def set_favourite(self, path: Path, is_favourite: bool) -> None:
        """Keep whether the person likes this model best."""
        self._set(path, is_favourite=is_favourite)

    def note_use(self, path: Path) -> None:
        """Keep that a model is used now."""
        self._set(path, used_ms=now_ms())

    def note_speed(self, path: Path, tokens_per_s: float) -> None:
        """Keep how fast a model has answered on this computer."""
        self._set(path, tokens_per_s=float(tokens_per_s))

    def note_download(self, path: Path, repository: str, revision: str, sha256: str) -> None:
        """Keep where a file came from: it is what the hub has at this moment."""
        self._set(path, repository=repository, revision=revision, sha256=sha256, newest_revision=revision, newest_sha256=sha256)

    def hear_of(self, repository: str, revision: str, sha256_by_file: Mapping[str, str]) -> None:
        """Take in what the hub said of a repository: its newest commit, and the hash of every file by its name."""
        by_name = {name.rpartition("/")[2]: sha256 for name, sha256 in sha256_by_file.items()}
        for key, note in list(self._notes.items()):
            if note.repository == repository:
                newest = by_name.get(Path(key).name, "")
                self._set(Path(key), newest_revision=revision, newest_sha256=newest)

    @Slot(int, object)
    def hear_hub(self, _request: int, repository: Repository) -> None:
        """Take in what an answer of the hub says of a repository with all its files."""
        if repository.revision and repository.files:
            self.hear_of(repository.id, repository.revision, {file.name: file.sha256 for file in repository.files})

    def _set(self, path: Path, **changes: Any) -> None:
        before = self.of(path)
        note = before.replaced(**changes)
        if note == before:
            return
        key = path_key(path)
        self._notes[key] = note
        if self._conversations is not None:
            # What the person wrote waits for a disk that is full; what else is noted comes again.
            self._conversations.in_writer(partial(_save, key, note), _do_nothing, keep="text" in changes)
        self.changed.emit(path)


def _kept(conversations: ConversationReading | None) -> dict[str, ModelNote]:
    try:
        return model_notes(conversations.databases()[-1]) if conversations is not None else {}
    except AppError:
        return {}  # a database in trouble has told so elsewhere


def _save(key: str, note: ModelNote, database: Database) -> None:
    save_model_note(database, key, note)


def _do_nothing(_: object) -> None:
    """It is in force since it was said."""
