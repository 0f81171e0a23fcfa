"""The order of the list: pinned conversations, folders by name below a heading, and the others under headings of time.

Values and places only: knows no Qt, no words and no disk. Every question about one row or one conversation is answered
by bisection, so that a change of one of ten thousand conversations costs microseconds.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Callable, Collection, Iterable
from enum import IntEnum
from time import localtime, mktime

from desktop_app.chat.conversation import Conversation
from desktop_app.chat.folder import Folder

Day = tuple[int, int, int]
"""Year, month, day."""
Key = tuple[int, str]
"""Where a conversation stands in its section: what comes first is smaller."""


def local_day() -> Day:
    """Give today. `datetime` would take 1 ms of every start."""
    now = localtime()
    return now.tm_year, now.tm_mon, now.tm_mday


def _start_ms(year: int, month: int, day: int) -> int:
    """Give the first millisecond of a day; `day` may lie before the first of the month."""
    # mktime() knows local midnight for every date, days of 23 and 25 hours too.
    start = mktime((year, month, day, 0, 0, 0, 0, 0, -1))
    # Where clocks go back at one there are two midnights.
    earlier = start - 3600
    return int((earlier if localtime(earlier).tm_mday == localtime(start).tm_mday else start) * 1000)


class Period(IntEnum):
    """The headings of time, in order."""

    TODAY = 0
    YESTERDAY = 1
    PREVIOUS_7_DAYS = 2
    PREVIOUS_30_DAYS = 3
    OLDER = 4


class Section:
    """A heading and what stands under it: of a folder, of a period, or what is pinned. The one above folders has nothing."""

    __slots__ = ("entries", "folder", "has_heading", "is_above_folders", "is_open", "period", "start")

    def __init__(self, folder: Folder | None = None, period: Period | None = None, is_above_folders: bool = False) -> None:
        self.folder = folder
        self.period = period
        self.is_above_folders = is_above_folders
        self.entries: list[tuple[int, str, Conversation]] = []
        self.is_open = True
        self.has_heading = False
        """A folder without conversations is shown; other headings come with the first one and go with the last."""
        self.start = 0
        """Row of the heading."""

    @property
    def is_pinned(self) -> bool:
        """True for the section of what is pinned."""
        return self.folder is None and self.period is None and not self.is_above_folders

    @property
    def n_shown(self) -> int:
        """Conversations that have a row."""
        return len(self.entries) if self.is_open else 0

    def key(self, conversation: Conversation) -> Key:
        """Give where `conversation` stands in this section: the newest first, of pinned ones that pinned last."""
        return -((conversation.pinned_ms or 0) if self.is_pinned else conversation.updated_ms), conversation.id

    def find(self, key: Key) -> int:
        """Give the place of the first conversation that does not come before `key`."""
        return bisect_left(self.entries, key)


class Sections:
    """All sections, and where each conversation stands.

    Who changes `entries`, `is_open` or `has_heading` of a section calls `count` afterwards.
    """

    def __init__(
        self,
        today: Callable[[], Day],
        known: dict[str, Conversation],
        folders: Iterable[Folder],
        collapsed: set[str],
        tag: str | None,
    ) -> None:
        self._today = today
        self.known = known
        """All conversations, those that the filter hides included."""
        self.collapsed = collapsed
        """Ids of folders that are closed, while no filter is on."""
        self.tag = tag
        """Only conversations with this tag are shown; None: all."""
        self.places: dict[str, tuple[Section, Key]] = {}
        """By id of the conversation, those in closed folders included."""
        self.n_rows = 0
        self._pinned = Section()
        self._periods = [Section(period=period) for period in Period]
        self._folders = {folder.id: Section(folder=folder) for folder in folders}
        self.above_folders = Section(is_above_folders=True)
        self._all = [self._pinned, self.above_folders, *self._folders.values(), *self._periods]
        self._starts: list[int] = []
        self._starts_ms = self._period_starts()
        self._fill()

    def _fill(self) -> None:
        """Put everything known where it belongs."""
        tag, places = self.tag, self.places
        for conversation in self.known.values():
            if tag is None or tag in conversation.tags:
                section = self.section_for(conversation)
                key = section.key(conversation)
                places[conversation.id] = section, key
                section.entries.append((*key, conversation))
        for section in self._all:
            section.entries.sort()
            section.is_open = section.folder is None or tag is not None or section.folder.id not in self.collapsed
            section.has_heading = self.wants_heading(section)
        self.count()

    def rename_folders(self, folders: list[Folder]) -> list[Section]:
        """Take new names of folders and give their sections; nothing and no change when the order is another."""
        if [folder.id for folder in folders] != list(self._folders):
            return []
        renamed = [folder for folder in folders if self._folders[folder.id].folder != folder]
        for folder in renamed:
            self._folders[folder.id].folder = folder
        return [self._folders[folder.id] for folder in renamed]

    def folders(self) -> list[Folder]:
        """Give the folders, in order."""
        return [section.folder for section in self._folders.values() if section.folder is not None]

    def wants_heading(self, section: Section) -> bool:
        """Say whether the heading is to be shown: a filter leaves out folders without a match."""
        if section.is_above_folders:
            return any(self.wants_heading(folder) for folder in self._folders.values())
        return bool(section.entries) or (section.folder is not None and self.tag is None)

    def count(self) -> None:
        """Find out anew in which row each section starts."""
        row = 0
        self._starts = []
        for section in self._all:
            section.start = row
            self._starts.append(row)
            row += section.has_heading + section.n_shown
        self.n_rows = row

    # Where things are

    def section_for(self, conversation: Conversation) -> Section:
        """Give the section that a conversation belongs to; a folder that is not there is none."""
        if conversation.pinned_ms is not None:
            return self._pinned
        if conversation.folder_id is not None and conversation.folder_id in self._folders:
            return self._folders[conversation.folder_id]
        for place, start_ms in enumerate(self._starts_ms):
            if conversation.updated_ms >= start_ms:
                return self._periods[place]
        return self._periods[-1]

    def passes(self, conversation: Conversation) -> bool:
        """Say whether the filter lets a conversation be shown."""
        return self.tag is None or self.tag in conversation.tags

    def of_folder(self, folder_id: str) -> Section | None:
        """Give the section of a folder; None when there is no such folder."""
        return self._folders.get(folder_id)

    def at(self, row: int) -> tuple[Section, Conversation | None]:
        """Give the section that `row` is in, and its conversation; None when it is the heading."""
        section = self._all[bisect_right(self._starts, row) - 1]
        place = row - section.start - 1
        return section, None if place < 0 else section.entries[place][2]

    def row_of(self, conversation_id: str) -> int | None:
        """Give the row of a conversation; None when it has none."""
        section, key = self.places.get(conversation_id, (None, (0, "")))
        return section.start + 1 + section.find(key) if section is not None and section.is_open else None

    def neighbour(self, row: int, step: int) -> Conversation | None:
        """Give the conversation `step` conversations after `row` (before when negative); None when there is none."""
        way = 1 if step > 0 else -1
        found: Conversation | None = None
        while step:
            row += way
            if not 0 <= row < self.n_rows:
                return None
            found = self.at(row)[1]
            step -= way if found is not None else 0
        return found

    # Time

    def is_another_day(self) -> bool:
        """Say whether midnight has passed since the sections were filled."""
        return self._period_starts() != self._starts_ms

    def _period_starts(self) -> tuple[int, ...]:
        """Give the first millisecond of today, yesterday, the last 7 and the last 30 days, in local time."""
        year, month, day = self._today()
        return tuple(_start_ms(year, month, day - n_days) for n_days in (0, 1, 7, 30))


def tags_of(conversations: Collection[Conversation]) -> list[tuple[str, bool]]:
    """Give each tag that one of `conversations` has, by name, and whether all of them have it."""
    names = {tag for conversation in conversations for tag in conversation.tags}
    return [(name, all(name in one.tags for one in conversations)) for name in sorted(names, key=str.casefold)]
