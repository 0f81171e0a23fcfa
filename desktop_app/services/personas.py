"""The personas: the person's own, those that come with the application, and which of them answers where."""

from __future__ import annotations

import logging
import time
from collections.abc import Callable, Iterable, Sequence
from functools import partial
from itertools import chain
from pathlib import Path
from typing import Any, TypeVar

from PySide6.QtCore import QObject, Signal

from desktop_app.chat.message import new_id, storable
from desktop_app.chat.persona import Persona
from desktop_app.chat.persona_files import ReadPersonas, Skipped, as_json, read_personas
from desktop_app.chat.removed import Removed
from desktop_app.chat.shipped_personas import PREFIX, shipped
from desktop_app.errors import AppError, StorageError
from desktop_app.services.background import Background
from desktop_app.services.collection_files import read_each
from desktop_app.services.conversation_reading import ConversationReading
from desktop_app.services.text_files import STUCK_S
from desktop_app.storage import personas as store
from desktop_app.storage.database import Database
from desktop_app.storage.trash import KEPT_MS
from desktop_app.storage.whole_file import write_whole

log = logging.getLogger(__name__)

T = TypeVar("T")


class Personas(QObject):
    """Reads them when they are asked for; the writer of the conversations writes them.

    Signals:
        personas_changed(): another list, or other words in one.
        chosen(conversation_id): another persona answers there, or none; "" for the new chat.
        persona_saved(id): it is on disk.
        imported(ReadPersonas): what the files of one import gave; the personas are on their way to the disk.
        exported(Path)
        export_failed(AppError, personas, Path): the file could not be written; `export` can be asked for again.
        failed(AppError): a file could not be read, or something not be stored.
        files_failed(list of AppError): several files could not be read.
    """

    personas_changed = Signal()
    chosen = Signal(str)
    persona_saved = Signal(str)
    imported = Signal(object)
    exported = Signal(object)
    export_failed = Signal(object, object, object)
    failed = Signal(object)
    files_failed = Signal(object)

    def __init__(self, conversations: ConversationReading, language: Callable[[], str], parent: QObject | None = None) -> None:
        """`language`: gives the language on screen, which those that come with the application speak."""
        super().__init__(parent)
        self._conversations = conversations
        self._language = language
        self._reading, self._writing = Background(self, waits_s=STUCK_S), Background(self)
        self._fresh: dict[str, Persona | None] = {}
        """What was saved or, None, removed, and may not be on disk yet."""
        self._choices: dict[str | None, tuple[object, str | None]] = {}
        """Choices that may not be on disk yet, by conversation, each with a mark of its own."""
        self._on_the_way: dict[str, int] = {}
        """How many changes of a persona the disk has not taken yet."""
        conversations.conversation_added.connect(self._on_conversation_added)

    # Reading

    def own(self) -> list[Persona]:
        """Give the person's own, by name."""
        on_disk: list[Persona] = self._read(store.personas, [])
        stored: dict[str, Persona | None] = {**{one.id: one for one in on_disk}, **self._fresh}
        return sorted((one for one in stored.values() if one is not None), key=lambda one: one.name.casefold())

    def all(self) -> list[Persona]:
        """Give the person's own, then those that come with the application."""
        return [*self.own(), *shipped(self._language())]

    def get(self, persona_id: str | None) -> Persona | None:
        """Give a persona, a removed one too; None when there is none of that id."""
        if persona_id is None:
            return None
        if persona_id.startswith(PREFIX):
            return next((one for one in shipped(self._language()) if one.id == persona_id), None)
        fresh = self._fresh.get(persona_id)
        return fresh if fresh is not None else self._read(partial(_persona, persona_id), None)

    def of(self, conversation_id: str | None) -> Persona | None:
        """Give who answers in a conversation, or, for None, in the chat that does not exist yet; None: nobody in particular."""
        return self.get(self.id_of(conversation_id))

    def id_of(self, conversation_id: str | None) -> str | None:
        """Give the id of who answers in a conversation, or, for None, in the chat that does not exist yet."""
        if conversation_id in self._choices:
            return self._choices[conversation_id][1]
        if conversation_id is None:
            return self._read(store.of_new_chat, None)
        try:
            return self._conversations.get(conversation_id).persona_id
        except LookupError:
            return None  # purged, and that is told next

    def parameters_of(self, conversation_id: str | None) -> dict[str, Any]:
        """Give the sampling parameters that the persona of a conversation has chosen, by name."""
        persona = self.of(conversation_id)
        return persona.parameters.chosen if persona is not None else {}

    def read_removed(self, on_read: Callable[[list[Removed]], None]) -> None:
        """Give what was removed and can be brought back when what was changed until now is on disk, or cannot be."""
        self._conversations.in_writer(_removed, on_read, lambda _: on_read(self._read(_removed, [])))

    def _read(self, read: Callable[[Database], T], nothing: T) -> T:
        try:
            return read(self._conversations.databases()[-1])
        except StorageError as error:
            log.warning("no personas: %s", type(error).__name__)
            return nothing

    # Choosing

    def choose(self, conversation_id: str | None, persona_id: str | None) -> None:
        """Let a persona answer in a conversation from now on, None: in the chat that does not exist yet; and None: nobody."""
        mark = object()
        self._choices[conversation_id] = (mark, persona_id)
        done = partial(self._on_chosen_stored, conversation_id, mark)
        failed = partial(self._on_choice_failed, conversation_id, mark)
        if conversation_id is None:
            self._conversations.in_writer(partial(_choose_for_new_chat, persona_id), done, failed)
        else:
            self._conversations.in_writer_of(conversation_id, partial(_choose, conversation_id, persona_id), done, failed)
        self.chosen.emit(conversation_id or "")

    def _on_chosen_stored(self, conversation_id: str | None, mark: object, _: None) -> None:
        self._forget_choice(conversation_id, mark)
        if conversation_id is not None:
            self._conversations.conversation_changed.emit(conversation_id)

    def _on_choice_failed(self, conversation_id: str | None, mark: object, error: AppError) -> None:
        self._forget_choice(conversation_id, mark)
        self.failed.emit(error)
        self.chosen.emit(conversation_id or "")

    def _forget_choice(self, conversation_id: str | None, mark: object) -> None:
        if self._choices.get(conversation_id, (None, None))[0] is mark:
            del self._choices[conversation_id]

    def _on_conversation_added(self, _conversation_id: str) -> None:
        """A new conversation has taken over what was chosen for the chat that did not exist."""
        self.chosen.emit("")

    # Changing

    def new(self, like: Persona | None = None, name: str = "") -> Persona:
        """Make a persona of the person's own, empty or `like` another one, and give it."""
        base = like or Persona("", "")
        persona = base.replaced(id=new_id(), name=name or base.name, language="", is_shipped=False)
        self.save(persona)
        return persona

    def save(self, persona: Persona) -> None:
        """Store a persona."""
        persona = _storable(persona)
        self._fresh[persona.id] = persona
        self._on_the_way[persona.id] = self._on_the_way.get(persona.id, 0) + 1
        self._post(partial(_save, persona), partial(self._on_saved, persona.id))
        self.personas_changed.emit()

    def remove(self, persona_id: str) -> None:
        """Take a persona out of the list; conversations that have it go on with it, and `restore` brings it back."""
        self._fresh[persona_id] = None
        self._post(partial(_remove, persona_id), partial(self._on_removed, persona_id))
        self.personas_changed.emit()

    def restore(self, *persona_ids: str) -> None:
        """Take removals back."""
        for id_ in persona_ids:
            self._fresh.pop(id_, None)
        self._post(partial(_restore, persona_ids), self._on_restored)

    def unsaved_texts(self) -> list[str]:
        """Give what was written and is not on disk yet."""
        found = (self._fresh.get(persona_id) for persona_id in self._on_the_way)
        return [f"{one.name}\n{one.instructions}" for one in found if one is not None]

    def _post(self, work: Callable[[Database], T], on_done: Callable[[T], None]) -> None:
        self._conversations.in_writer(work, on_done, self.failed.emit, keep=True)

    def _on_saved(self, persona_id: str, _: None) -> None:
        n_left = self._on_the_way.pop(persona_id, 1) - 1
        if n_left:
            self._on_the_way[persona_id] = n_left
        self.persona_saved.emit(persona_id)

    def _on_removed(self, persona_id: str, _: None) -> None:
        """It is on disk that it is gone; a backup may bring it back from now on."""
        if self._fresh.get(persona_id) is None:
            self._fresh.pop(persona_id, None)
            self.personas_changed.emit()

    def _on_restored(self, _: None) -> None:
        self.personas_changed.emit()

    # Files

    def import_files(self, paths: Iterable[Path], models: Sequence[Path] = ()) -> None:
        """Read files and take in what they hold; `imported` follows for all that could be read, for others `failed`.

        `models`: the files on this computer, of which a persona may name one.
        """
        known = {path.name: path for path in models}
        work = partial(read_each, list(paths), _read_file, _unreadable)
        self._reading.run(work, partial(self._on_files_read, known))

    def export(self, personas: Iterable[Persona], path: Path) -> None:
        """Write personas to a file; `exported` or `export_failed` follows."""
        wanted = list(personas)
        not_written = partial(self._on_not_written, wanted, path)
        self._writing.run(partial(_write_file, path, as_json(wanted)), self.exported.emit, not_written)

    def _on_not_written(self, personas: list[Persona], path: Path, error: AppError) -> None:
        self.export_failed.emit(error, personas, path)

    def _on_files_read(self, known: dict[str, Path], result: tuple[list[ReadPersonas], list[AppError]]) -> None:
        files, errors = result
        if files:
            personas, skipped = (one.personas for one in files), (one.skipped for one in files)
            self._take(known, ReadPersonas(tuple(chain.from_iterable(personas)), tuple(chain.from_iterable(skipped))))
        if len(errors) > 1:
            self.files_failed.emit(errors)
        elif errors:
            self.failed.emit(errors[0])

    def _take(self, known: dict[str, Path], read: ReadPersonas) -> None:
        # A file may name what is here, and nothing else.
        personas = tuple(_storable(one).replaced(model=str(known.get(one.model, ""))) for one in read.personas)
        if personas:
            self._fresh |= {one.id: one for one in personas}
            self._post(partial(_add, personas), self._on_added)
            self.personas_changed.emit()
        self.imported.emit(read.replaced(personas=personas))

    def _on_added(self, personas: Sequence[Persona]) -> None:
        for one in personas:
            self.persona_saved.emit(one.id)

    def close(self) -> None:
        """Finish the file that is being written; what is being read is dropped."""
        self._reading.close()
        self._writing.close()


def _storable(persona: Persona) -> Persona:
    """Give it without halves of surrogate pairs, which JSON can spell out. A file's name may have them and is kept as it is."""
    return persona.replaced(
        name=storable(persona.name),
        description=storable(persona.description),
        instructions=storable(persona.instructions),
        suggestions=tuple(map(storable, persona.suggestions)),
    )


def _read_file(name: str, text: str) -> ReadPersonas:
    return read_personas(name, storable(text))


def _unreadable(name: str) -> ReadPersonas:
    return ReadPersonas((), (Skipped(name, "not_readable"),))


def _write_file(path: Path, text: str) -> Path:
    # The person has agreed in the file dialog when the name was taken.
    return write_whole(path, lambda stream: stream.write(text.encode("utf-8", "replace")), may_replace=True)


def _persona(persona_id: str, database: Database) -> Persona | None:
    return store.persona(database, persona_id)


def _choose(conversation_id: str, persona_id: str | None, database: Database) -> None:
    store.choose(database, conversation_id, persona_id)


def _choose_for_new_chat(persona_id: str | None, database: Database) -> None:
    store.choose_for_new_chat(database, persona_id)


def _save(persona: Persona, database: Database) -> None:
    store.save(database, persona, _now_ms())


def _add(personas: Sequence[Persona], database: Database) -> Sequence[Persona]:
    store.add(database, personas, _now_ms())
    return personas


def _remove(persona_id: str, database: Database) -> None:
    store.remove(database, persona_id, _now_ms())


def _restore(persona_ids: Sequence[str], database: Database) -> None:
    store.restore(database, persona_ids, _now_ms())


def _removed(database: Database) -> list[Removed]:
    return store.removed(database, _now_ms() - KEPT_MS)


def _now_ms() -> int:
    return time.time_ns() // 1_000_000
