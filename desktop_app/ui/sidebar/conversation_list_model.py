"""The conversations as rows for a list view, see `sections` for their order and `plain_rows` for how they are kept.

A heading is a row too, so that all rows have one height and a view lays out thousands at once (uniform item
sizes). One change of one conversation moves, inserts or removes one row, and a heading where it must; another set of
folders, another filter and midnight make a new list.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Sequence
from dataclasses import replace
from enum import IntEnum
from typing import TYPE_CHECKING, Any

from PySide6 import QtCore
from PySide6.QtCore import QModelIndex, QObject, QPersistentModelIndex, Qt, Signal

from desktop_app.chat.conversation import Conversation
from desktop_app.chat.folder import Folder
from desktop_app.ui.sidebar.list_words import ListWords
from desktop_app.ui.sidebar.plain_rows import Change, PlainRows
from desktop_app.ui.sidebar.sections import Day, Key, Section, Sections, local_day

if TYPE_CHECKING:
    from PySide6.QtCore import QMimeData

Index = QModelIndex | QPersistentModelIndex
CONVERSATIONS_TYPE = "application/x-hearth-conversations"
"""What is dragged: ids, one a line."""


class ConversationRole(IntEnum):
    """What a row can be asked for, beside Qt's own roles."""

    ID = Qt.ItemDataRole.UserRole + 1
    """Id of the conversation; "" for a heading."""
    IS_HEADING = Qt.ItemDataRole.UserRole + 2
    IS_ANSWERING = Qt.ItemDataRole.UserRole + 3
    FOLDER_ID = Qt.ItemDataRole.UserRole + 4
    """Of the heading of a folder its id; "" for every other row."""


class ConversationListModel(PlainRows):
    """Rows for the sidebar; it is told what changed and reads nothing itself.

    Signals:
        rename_requested(conversation_id, title), folder_rename_requested(folder_id, name): a row was edited. It shows
            the new words when they are stored.
        folder_toggled(): the person has opened or closed one, see `collapsed`.
    """

    rename_requested = Signal(str, str)
    folder_rename_requested = Signal(str, str)
    folder_toggled = Signal()

    def __init__(self, today: Callable[[], Day] = local_day, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._today = today
        self._sections = Sections(today, {}, (), set(), None)
        self._answering: set[str] = set()
        self._unsent: set[str] = set()
        self._words = ListWords(self)

    # What a view asks

    def flags(self, index: Index) -> Qt.ItemFlag:
        """The heading of a folder can be reached and renamed but not chosen; other headings are only there to be read."""
        if not index.isValid():
            return Qt.ItemFlag.NoItemFlags
        section, conversation = self._sections.at(index.row())
        if conversation is None and section.folder is None:
            return Qt.ItemFlag.NoItemFlags
        flags = Qt.ItemFlag.ItemIsEnabled | Qt.ItemFlag.ItemIsEditable | Qt.ItemFlag.ItemNeverHasChildren
        if conversation is not None:
            flags |= Qt.ItemFlag.ItemIsSelectable | Qt.ItemFlag.ItemIsDragEnabled
        return flags

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        """Give what `role` asks for; None for what rows do not have."""
        if not index.isValid():
            return None
        section, conversation = self._sections.at(index.row())
        match role:
            case Qt.ItemDataRole.DisplayRole:
                return self._words.heading(section) if conversation is None else self._words.title(conversation)
            case Qt.ItemDataRole.EditRole:
                return conversation.title if conversation else section.folder.name if section.folder else None
            case Qt.ItemDataRole.AccessibleTextRole:
                return self._words.spoken_heading(section) if conversation is None else self.spoken(conversation)
            case ConversationRole.ID:
                return conversation.id if conversation else ""
            case ConversationRole.FOLDER_ID:
                return section.folder.id if conversation is None and section.folder else ""
            case ConversationRole.IS_HEADING:
                return conversation is None
            case ConversationRole.IS_ANSWERING:
                return conversation is not None and conversation.id in self._answering
        return None

    def setData(self, index: Index, value: Any, role: int = Qt.ItemDataRole.EditRole) -> bool:
        """Ask for a new title or name. Nothing changes here until it is stored; a blank one changes nothing at all."""
        if role != Qt.ItemDataRole.EditRole or not index.isValid():
            return False
        section, conversation = self._sections.at(index.row())
        words = " ".join(str(value).split())
        if not words or words == index.data(role):
            return False
        if conversation is not None:
            self.rename_requested.emit(conversation.id, words)
        elif section.folder is not None:
            self.folder_rename_requested.emit(section.folder.id, words)
        return True

    def mimeTypes(self) -> list[str]:
        """Rows can be dragged within the list."""
        return [CONVERSATIONS_TYPE]

    def mimeData(self, indexes: Sequence[QModelIndex]) -> QMimeData:
        """Give the ids of the rows that are dragged."""
        data = QtCore.QMimeData()
        ids = [str(index.data(ConversationRole.ID)) for index in indexes]
        data.setData(CONVERSATIONS_TYPE, QtCore.QByteArray("\n".join(id_ for id_ in ids if id_).encode()))
        return data

    # What a list asks

    def at(self, row: int) -> tuple[Section, Conversation | None]:
        """Give the section of a row, and its conversation; None when it is the heading."""
        return self._sections.at(row)

    def spoken(self, conversation: Conversation) -> str:
        """Give the title, and in words what the row shows by signs."""
        id_ = conversation.id
        return self._words.spoken(conversation, is_answering=id_ in self._answering, is_unsent=id_ in self._unsent)

    def is_answering(self, conversation_id: str) -> bool:
        """Say whether a conversation is being answered."""
        return conversation_id in self._answering

    def is_unsent(self, conversation_id: str) -> bool:
        """Say whether something was written in a conversation and not sent."""
        return conversation_id in self._unsent

    def row_of(self, conversation_id: str) -> int | None:
        """Give the row of a conversation; None when it has none, for instance because its folder is closed."""
        return self._sections.row_of(conversation_id)

    def section_of(self, conversation_id: str) -> Section | None:
        """Give the section that a conversation is in, shown or not; None when it is in none."""
        return self._sections.places[conversation_id][0] if conversation_id in self._sections.places else None

    def row_of_folder(self, folder_id: str) -> int | None:
        """Give the row of a folder's heading; None when it has none."""
        section = self._sections.of_folder(folder_id)
        return section.start if section is not None and section.has_heading else None

    def conversations(self, ids: Iterable[str]) -> list[Conversation]:
        """Give those of `ids` that are known, filtered out or not."""
        return [self._sections.known[id_] for id_ in ids if id_ in self._sections.known]

    def in_folder(self, folder_id: str) -> list[str]:
        """Give the ids of the conversations in a folder, those that are pinned and those filtered out included."""
        return [one.id for one in self._sections.known.values() if one.folder_id == folder_id]

    def folders(self) -> list[Folder]:
        """Give the folders, in order."""
        return self._sections.folders()

    def neighbour(self, conversation_id: str | None, step: int) -> str | None:
        """Give the conversation `step` rows below (above when negative), headings not counted.

        None when there is none; for None as id the first one.
        """
        row = self.row_of(conversation_id) if conversation_id is not None else None
        if row is None and step <= 0:
            return None
        found = self._sections.neighbour(-1 if row is None else row, 1 if row is None else step)
        return found.id if found is not None else None

    @property
    def tag(self) -> str | None:
        """The tag that all conversations on show have; None while no filter is on."""
        return self._sections.tag

    @property
    def collapsed(self) -> list[str]:
        """Ids of the folders that are closed."""
        return [folder.id for folder in self.folders() if folder.id in self._sections.collapsed]

    # What it is told

    def set_conversations(
        self, conversations: Iterable[Conversation], folders: Iterable[Folder] = (), collapsed: Collection[str] = ()
    ) -> None:
        """Show these, at the start; `collapsed`: ids of folders that are closed. Later changes come one by one."""
        known = {one.id: one for one in conversations}
        self._refill(Sections(self._today, known, folders, set(collapsed), None))

    def set_folders(self, folders: list[Folder]) -> None:
        """Show these folders, by name; what was in one that is gone is in none."""
        for section in self._sections.rename_folders(folders):
            self._tell_changed(section.start)
        if folders == self.folders():
            return
        kept = {folder.id for folder in folders}
        for conversation in list(self._sections.known.values()):
            if conversation.folder_id is not None and conversation.folder_id not in kept:
                self._sections.known[conversation.id] = replace(conversation, folder_id=None)
        self._refill(self._filled_anew(folders, self.tag))

    def set_tag(self, tag: str | None) -> None:
        """Show only conversations that have `tag`; None: all."""
        if tag != self._sections.tag:
            self._refill(self._filled_anew(self.folders(), tag))

    def set_collapsed(self, folder_id: str, is_collapsed: bool) -> None:
        """Close or open a folder. While a filter is on, all are open."""
        section = self._sections.of_folder(folder_id)
        if section is None or self.tag is not None or section.is_open != is_collapsed:
            return
        first, last = section.start + 1, section.start + len(section.entries)
        if is_collapsed:
            self._sections.collapsed.add(folder_id)
            self._remove_rows(first, last, lambda: setattr(section, "is_open", False))
        else:
            self._sections.collapsed.discard(folder_id)
            self._insert_rows(first, last, lambda: setattr(section, "is_open", True))
        self._tell_changed(section.start)
        self.folder_toggled.emit()

    def put(self, conversation: Conversation) -> None:
        """Show a conversation that is new or has changed, in its place."""
        sections = self._sections
        sections.known[conversation.id] = conversation
        old = sections.places.get(conversation.id)
        if not sections.passes(conversation):
            if old is not None:
                self._take_out(conversation.id, *old)
            return
        section = sections.section_for(conversation)
        key = section.key(conversation)
        if old is None:
            self._put_in(section, key, conversation)
        elif old == (section, key):
            section.entries[section.find(key)] = (*key, conversation)
            self._tell_changed(sections.row_of(conversation.id))
        elif old[0].is_open and section.is_open:
            self._move(old, section, key, conversation)
        else:
            self._take_out(conversation.id, *old)
            self._put_in(section, key, conversation)

    def put_many(self, changed: Iterable[Conversation], gone: Iterable[str]) -> None:
        """Show many as they are now, and others no longer, as one new list."""
        known = self._sections.known
        known.update((one.id, one) for one in changed)
        for conversation_id in gone:
            known.pop(conversation_id, None)
        self._refill(self._filled_anew(self.folders(), self.tag))

    def remove(self, conversation_id: str) -> None:
        """Show a conversation no longer. Does nothing when it is not shown."""
        self._sections.known.pop(conversation_id, None)
        if conversation_id in self._sections.places:
            self._take_out(conversation_id, *self._sections.places[conversation_id])

    def set_answering(self, conversation_id: str, is_answering: bool) -> None:
        """Mark a conversation that is being answered."""
        if is_answering:
            self._answering.add(conversation_id)
        else:
            self._answering.discard(conversation_id)
        self._tell_changed(self.row_of(conversation_id))

    def set_unsent(self, conversation_id: str, is_unsent: bool) -> None:
        """Mark a conversation in which something was written and not sent."""
        if is_unsent == (conversation_id in self._unsent):
            return
        (self._unsent.add if is_unsent else self._unsent.discard)(conversation_id)
        self._tell_changed(self.row_of(conversation_id))

    def refresh_headings(self) -> None:
        """Put the headings where they belong now: another day has begun, or another language is spoken."""
        self._refill(self._filled_anew(self.folders(), self.tag))

    def refresh_headings_if_another_day(self) -> None:
        """The same, but only after midnight."""
        if self._sections.is_another_day():
            self.refresh_headings()

    # Rows

    def _filled_anew(self, folders: Iterable[Folder], tag: str | None) -> Sections:
        return Sections(self._today, self._sections.known, folders, self._sections.collapsed, tag)

    def _refill(self, sections: Sections) -> None:
        self.reset_rows(sections.n_rows, lambda: setattr(self, "_sections", sections))

    def _counted(self, change: Change) -> Change:
        def change_and_count() -> None:
            change()
            self._sections.count()

        return change_and_count

    def _put_in(self, section: Section, key: Key, conversation: Conversation) -> None:
        self._show_heading(section)
        at = section.find(key)
        self._sections.places[conversation.id] = section, key
        row = section.start + 1 + at
        self._insert_rows(row, row if section.is_open else row - 1, lambda: section.entries.insert(at, (*key, conversation)))
        self._tell_count(section)

    def _take_out(self, conversation_id: str, section: Section, key: Key) -> None:
        at = section.find(key)
        del self._sections.places[conversation_id]
        row = section.start + 1 + at
        self._remove_rows(row, row if section.is_open else row - 1, lambda: section.entries.pop(at))
        self._tell_count(section)
        self._drop_heading(section)

    def _move(self, old: tuple[Section, Key], section: Section, key: Key, conversation: Conversation) -> None:
        before, old_key = old
        self._show_heading(section)
        old_at, at = before.find(old_key), section.find(key)
        row, target = before.start + 1 + old_at, section.start + 1 + at

        def change() -> None:
            del before.entries[old_at]
            section.entries.insert(section.find(key), (*key, conversation))
            self._sections.places[conversation.id] = section, key

        # The target is counted as if the row were still in its old place.
        self.move_row(row, target, self._counted(change))
        self._tell_changed(self.row_of(conversation.id))
        if before is not section:
            self._tell_count(section)
            self._tell_count(before)
            self._drop_heading(before)

    def _show_heading(self, section: Section) -> None:
        if section.folder is not None:
            self._show_heading(self._sections.above_folders)
        if not section.has_heading:
            self._insert_rows(section.start, section.start, lambda: setattr(section, "has_heading", True))

    def _drop_heading(self, section: Section) -> None:
        if section.has_heading and not self._sections.wants_heading(section):
            self._remove_rows(section.start, section.start, lambda: setattr(section, "has_heading", False))
        if section.folder is not None:
            self._drop_heading(self._sections.above_folders)

    def _insert_rows(self, first: int, last: int, change: Change) -> None:
        self.insert_rows(first, last, self._counted(change))

    def _remove_rows(self, first: int, last: int, change: Change) -> None:
        self.remove_rows(first, last, self._counted(change))

    def _tell_count(self, section: Section) -> None:
        """The heading of a folder says how many conversations are in it."""
        if section.folder is not None and section.has_heading:
            self._tell_changed(section.start)

    def _tell_changed(self, row: int | None) -> None:
        if row is not None:
            self.dataChanged.emit(self.index(row), self.index(row))
