"""The prompt templates: the person's own, and those that come with the application."""

from __future__ import annotations

import logging
import time
from collections.abc import Callable, Iterable, Sequence
from functools import partial
from itertools import chain
from pathlib import Path
from typing import TypeVar

from PySide6.QtCore import QObject, Signal

from desktop_app.chat.message import new_id
from desktop_app.chat.removed import Removed
from desktop_app.errors import AppError, StorageError
from desktop_app.services.background import Background
from desktop_app.services.collection_files import read_each
from desktop_app.services.conversation_reading import ConversationReading
from desktop_app.services.text_files import STUCK_S
from desktop_app.storage import templates as store
from desktop_app.storage.database import Database
from desktop_app.storage.trash import KEPT_MS
from desktop_app.storage.whole_file import write_whole
from desktop_app.templates.collection import shipped
from desktop_app.templates.files import ReadPrompts, Skipped, as_json, as_markdown, read_prompts
from desktop_app.templates.template import PromptTemplate, TemplateVersion

log = logging.getLogger(__name__)

T = TypeVar("T")


class PromptTemplates(QObject):
    """Reads them when they are asked for; the writer of the conversations writes them.

    Signals:
        templates_changed(): another list than before.
        template_saved(id): it is on disk.
        imported(ReadPrompts): what the files of one import gave; the templates are on their way to the disk.
        exported(Path)
        export_failed(AppError, templates, Path): the file could not be written; `export` can be asked for again.
        failed(AppError): a file could not be read, or something not be stored.
        files_failed(list of AppError): several files could not be read.
    """

    templates_changed = Signal()
    template_saved = Signal(str)
    imported = Signal(object)
    exported = Signal(object)
    export_failed = Signal(object, object, object)
    failed = Signal(object)
    files_failed = Signal(object)

    def __init__(self, conversations: ConversationReading, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._conversations = conversations
        self._reading, self._writing = Background(self, waits_s=STUCK_S), Background(self)
        self._fresh_uses: dict[str, int] = {}
        """What was used and may not be on disk yet."""
        self._fresh: dict[str, PromptTemplate | None] = {}
        """What was saved or, None, removed, and may not be on disk yet."""
        self._on_the_way: dict[str, int] = {}
        """How many changes of a template the disk has not taken yet."""

    # Reading

    def own(self) -> list[PromptTemplate]:
        """Give the person's own, by title."""
        on_disk: list[PromptTemplate] = self._read(store.templates, [])
        stored: dict[str, PromptTemplate | None] = {**{one.id: one for one in on_disk}, **self._fresh}
        return sorted((one for one in stored.values() if one is not None), key=lambda one: one.title.casefold())

    def by_use(self, language: str) -> list[PromptTemplate]:
        """Give all of them, those that were used last first, then the person's own, then those in `language`."""
        on_disk: dict[str, int] = self._read(store.used, {})
        used = on_disk | self._fresh_uses
        return sorted([*self.own(), *shipped(language)], key=lambda template: -used.get(template.id, 0))

    def versions(self, template_id: str) -> list[TemplateVersion]:
        """Give what a template of the person's was before, the newest first."""
        return self._read(partial(_versions, template_id), [])

    def read_versions(self, template_id: str, on_read: Callable[[list[TemplateVersion]], None]) -> None:
        """Give `versions` when what was changed until now is on disk, or cannot be."""
        work = partial(_versions, template_id)
        self._conversations.in_writer(work, on_read, lambda _: on_read(self.versions(template_id)))

    def read_removed(self, on_read: Callable[[list[Removed]], None]) -> None:
        """Give what was removed and can be brought back when what was changed until now is on disk, or cannot be."""
        self._conversations.in_writer(_removed, on_read, lambda _: on_read(self._read(_removed, [])))

    def _read(self, read: Callable[[Database], T], nothing: T) -> T:
        try:
            return read(self._conversations.databases()[-1])
        except StorageError as error:
            # A file that can only be read may be of an older version; the collection is there all the same.
            log.warning("no prompt templates: %s", type(error).__name__)
            return nothing

    # Changing

    def new(self, like: PromptTemplate | None = None, title: str = "") -> PromptTemplate:
        """Make a template of the person's own, empty or `like` another one, and give it."""
        base = like or PromptTemplate("", "", "")
        template = base.replaced(id=new_id(), title=title or base.title, language="", is_shipped=False)
        self.save(template, keeps_version=False)
        return template

    def save(self, template: PromptTemplate, *, keeps_version: bool) -> None:
        """Store a template; with `keeps_version` what it was on disk until now can be brought back."""
        self._fresh[template.id] = template
        self._on_the_way[template.id] = self._on_the_way.get(template.id, 0) + 1
        self._post(partial(_save, template, keeps_version), partial(self._on_saved, template.id))
        self.templates_changed.emit()

    def remove(self, template_id: str) -> None:
        """Take a template out of the list; `restore` brings it back."""
        self._fresh[template_id] = None
        self._post(partial(_remove, template_id), partial(self._on_removed, template_id))
        self.templates_changed.emit()

    def restore(self, *template_ids: str) -> None:
        """Take removals back."""
        for id_ in template_ids:
            self._fresh.pop(id_, None)
        self._post(partial(_restore, template_ids), self._on_restored)

    def note_use(self, template_id: str) -> None:
        """Remember that a template was used just now."""
        now_ms = _now_ms()
        self._fresh_uses[template_id] = now_ms
        # In which order templates stand is a convenience: nobody is told when it cannot be written.
        self._conversations.in_writer(partial(_note_use, template_id, now_ms), _do_nothing, _do_nothing)

    def _post(self, work: Callable[[Database], T], on_done: Callable[[T], None]) -> None:
        self._conversations.in_writer(work, on_done, self.failed.emit, keep=True)

    def unsaved_texts(self) -> list[str]:
        """Give what was written and is not on disk yet."""
        found = (self._fresh.get(template_id) for template_id in self._on_the_way)
        return [f"{one.title}\n{one.text}" for one in found if one is not None]

    def _on_saved(self, template_id: str, _: None) -> None:
        n_left = self._on_the_way.pop(template_id, 1) - 1
        if n_left:
            self._on_the_way[template_id] = n_left
        self.template_saved.emit(template_id)

    def _on_removed(self, template_id: str, _: None) -> None:
        """It is on disk that it is gone; a backup may bring it back from now on."""
        if self._fresh.get(template_id) is None:
            self._fresh.pop(template_id, None)
            self.templates_changed.emit()

    def _on_restored(self, _: None) -> None:
        self.templates_changed.emit()

    # Files

    def import_files(self, paths: Iterable[Path]) -> None:
        """Read files and take in what they hold; `imported` follows for all that could be read, for others `failed`."""
        self._reading.run(partial(read_each, list(paths), read_prompts, _unreadable), self._on_files_read)

    def export(self, templates: Iterable[PromptTemplate], path: Path) -> None:
        """Write templates to a file: one to .md as Markdown, else our own JSON; `exported` or `export_failed` follows."""
        wanted = list(templates)
        is_markdown = path.suffix.lower() == ".md" and len(wanted) == 1
        text = as_markdown(wanted[0]) if is_markdown else as_json(wanted)
        not_written = partial(self._on_not_written, wanted, path)
        self._writing.run(partial(_write_file, path, text), self.exported.emit, not_written)

    def _on_not_written(self, templates: list[PromptTemplate], path: Path, error: AppError) -> None:
        self.export_failed.emit(error, templates, path)

    def _on_files_read(self, result: tuple[list[ReadPrompts], list[AppError]]) -> None:
        files, errors = result
        if files:
            templates, skipped = (one.templates for one in files), (one.skipped for one in files)
            self._take(ReadPrompts(tuple(chain.from_iterable(templates)), tuple(chain.from_iterable(skipped))))
        if len(errors) > 1:
            self.files_failed.emit(errors)
        elif errors:
            self.failed.emit(errors[0])

    def _take(self, read: ReadPrompts) -> None:
        if read.templates:
            self._fresh |= {template.id: template for template in read.templates}
            self._post(partial(_add, read.templates), self._on_added)
            self.templates_changed.emit()
        self.imported.emit(read)

    def _on_added(self, templates: Sequence[PromptTemplate]) -> None:
        for template in templates:
            self.template_saved.emit(template.id)

    def close(self) -> None:
        """Finish the file that is being written; what is being read is dropped."""
        self._reading.close()
        self._writing.close()


def _unreadable(name: str) -> ReadPrompts:
    return ReadPrompts((), (Skipped(name, "not_readable"),))


def _write_file(path: Path, text: str) -> Path:
    # The person has agreed in the file dialog when the name was taken.
    return write_whole(path, lambda stream: stream.write(text.encode("utf-8")), may_replace=True)


def _versions(template_id: str, database: Database) -> list[TemplateVersion]:
    return store.versions(database, template_id)


def _save(template: PromptTemplate, keeps_version: bool, database: Database) -> None:
    store.save(database, template, _now_ms(), keeps_version=keeps_version)


def _add(templates: Sequence[PromptTemplate], database: Database) -> Sequence[PromptTemplate]:
    store.add(database, templates, _now_ms())
    return templates


def _remove(template_id: str, database: Database) -> None:
    store.remove(database, template_id, _now_ms())


def _restore(template_ids: Sequence[str], database: Database) -> None:
    store.restore(database, template_ids, _now_ms())


def _removed(database: Database) -> list[Removed]:
    return store.removed(database, _now_ms() - KEPT_MS)


def _note_use(template_id: str, now_ms: int, database: Database) -> None:
    store.note_use(database, template_id, now_ms)


def _now_ms() -> int:
    return time.time_ns() // 1_000_000


def _do_nothing(_: object) -> None:
    """Nothing hangs on it."""
