"""What is searched for, and what was found. Values only."""

from __future__ import annotations

from enum import Enum

from desktop_app.chat.message import Role
from desktop_app.record import Record


class SearchFilters(Record):
    """Where to search; None means anywhere. With a model, a role or a date no titles are looked through."""

    folder_id: str | None = None
    tag: str | None = None
    model: str | None = None
    """Name of the model that answered."""
    role: Role | None = None
    from_ms: int | None = None
    """Messages of this moment and later; milliseconds since 1970, UTC."""
    until_ms: int | None = None
    """Messages before this moment."""

    @property
    def is_of_messages(self) -> bool:
        """True: what is asked for is a property of messages, which titles do not have."""
        return any(value is not None for value in (self.model, self.role, self.from_ms, self.until_ms))


class TitleHit(Record):
    """A conversation that has the words in its title."""

    conversation_id: str
    title: str
    marks: tuple[tuple[int, int], ...]
    """Where the words stand in `title`, as (start, end)."""
    updated_ms: int


class MessageHit(Record):
    """A message that has the words in its text or in the names of its attachments."""

    conversation_id: str
    message_id: str
    title: str
    """Of the conversation."""
    snippet: str
    """One line with the first of the words and what stands around it; the text itself may be long."""
    marks: tuple[tuple[int, int], ...]
    """Where the words stand in `snippet`."""
    role: Role
    created_ms: int


class Section(Enum):
    """What is found comes in two lists."""

    TITLES = 1
    MESSAGES = 2


class SearchLimits(Record):
    """How many are given at most, the newest: what a person looks through before they type another letter."""

    n_titles: int = 20
    n_messages: int = 50

    def raised(self, section: Section) -> SearchLimits:
        """Give twice as many of one list: going on to the end looks at each row twice at most, however many there are."""
        if section is Section.TITLES:
            return self.replaced(n_titles=2 * self.n_titles)
        return self.replaced(n_messages=2 * self.n_messages)


FIRST = SearchLimits()
"""Before older ones are asked for."""


class SearchResult(Record):
    """The newest of what was found; how much there is in all is not counted."""

    text: str
    filters: SearchFilters
    titles: tuple[TitleHit, ...] = ()
    messages: tuple[MessageHit, ...] = ()
    is_complete: bool = True
    """False: messages from before an update cannot be found yet, see `storage.indexing`."""
    more: frozenset[Section] = frozenset()
    """The lists of which there is more than was asked for."""
