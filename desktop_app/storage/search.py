"""Search in the file: what a person typed becomes the newest messages and conversations that have the words.

Must not be asked on the window's thread: a rare word takes 1 ms, but a filter that hardly anything passes may take
longer. See `words` for what a word is; the words are marked by `chat.matching`, because the index holds no text.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from desktop_app.chat.matching import marks, pattern_of
from desktop_app.chat.message import Role
from desktop_app.chat.search import FIRST, MessageHit, SearchFilters, SearchLimits, SearchResult, Section, TitleHit
from desktop_app.storage import words
from desktop_app.storage.database import Database
from desktop_app.storage.faults import Interrupted
from desktop_app.storage.indexing import is_index_whole

CACHE_KIB = 32 * 1024
"""Of the file that a search keeps in memory: the words of a phrase that is hard to find, among 500,000 messages."""

_N_TITLES_SORTED = 200
"""Of so many newest conversations those used last are given at first; of all, when older ones are asked for."""

_WIDTH_BEFORE, _N_AFTER = 24, 130
"""Of a snippet, before and after the start of the first word found: it has to be on the first lines of a narrow list."""
_SPACE = re.compile(r"\s+")
_MARKUP = re.compile(r"\*\*|`+|^\s{0,3}(?:#{1,6}\s|>\s?|[-*+]\s)", re.MULTILINE)

# The index, which has no removed messages, is read first and the newest row first; a unary plus keeps SQLite from
# asking it once for each row of a filter. Folder, tag and model are looked up in indexes and not in the rows of
# messages, which hold the text: with 500,000 messages a folder without the words takes 17 ms so, and 2 s otherwise.
_MESSAGES = """
SELECT message.id, message.conversation_id, conversation.title, message.role, message.created_ms, message.text
FROM message_search
CROSS JOIN message ON message.number = message_search.rowid
CROSS JOIN conversation ON conversation.id = message.conversation_id
WHERE message_search MATCH ? {conditions} AND conversation.trashed_ms IS NULL
ORDER BY message_search.rowid DESC LIMIT ?"""

_TITLES = """
SELECT conversation.id, conversation.title, conversation.updated_ms
FROM title_search CROSS JOIN conversation ON conversation.number = title_search.rowid
WHERE title_search MATCH ? {conditions} AND conversation.trashed_ms IS NULL
ORDER BY title_search.rowid DESC LIMIT ?"""


def prepared(database: Database) -> Database:
    """Give the connection, ready for searching: what is read with one key is needed again with the next."""
    database.execute(f"PRAGMA cache_size = -{CACHE_KIB}")
    return database


def find(databases: Sequence[Database], text: str, filters: SearchFilters, limits: SearchLimits = FIRST) -> SearchResult | None:
    """Give what was found in all of `databases`, in their order; None when it was interrupted."""
    n_titles, n_messages = limits.n_titles, limits.n_messages
    try:
        # One more than is given says whether there is more.
        messages = [hit for database in databases for hit in find_messages(database, text, filters, n_messages + 1)]
        titles = [hit for database in databases for hit in find_titles(database, text, filters, n_titles + 1)]
        is_complete = all(is_index_whole(database) for database in databases)
    except Interrupted:
        return None
    longer = {Section.TITLES: len(titles) > n_titles, Section.MESSAGES: len(messages) > n_messages}
    more = frozenset(section for section, is_longer in longer.items() if is_longer)
    return SearchResult(text, filters, tuple(titles[:n_titles]), tuple(messages[:n_messages]), is_complete, more)


def find_messages(
    database: Database, text: str, filters: SearchFilters | None = None, n_messages: int = FIRST.n_messages
) -> list[MessageHit]:
    """Give the newest messages that have all of the words, of every branch; those removed or in the trash are left out."""
    expression = words.expression(text)
    if not expression:
        return []
    conditions, values = _message_conditions(database, filters or SearchFilters())
    rows = database.rows(_MESSAGES.format(conditions=conditions), expression, *values, n_messages)
    return [_message_hit(database, row, text) for row in rows]


def find_titles(
    database: Database, text: str, filters: SearchFilters | None = None, n_titles: int = FIRST.n_titles
) -> list[TitleHit]:
    """Give conversations that have all of the words in their titles, the one used last first."""
    filters = filters or SearchFilters()
    expression = words.expression(text)
    if not expression or filters.is_of_messages:
        return []
    conditions, values = _conversation_conditions(filters, "SELECT number FROM conversation", "title_search")
    # SQLite takes a negative limit for none.
    n_sorted = _N_TITLES_SORTED if n_titles <= FIRST.n_titles + 1 else -1
    rows = database.rows(_TITLES.format(conditions=conditions), expression, *values, n_sorted)
    rows.sort(key=lambda row: row[2], reverse=True)
    return [TitleHit(id_, title, tuple(marks(title, text)), updated_ms) for id_, title, updated_ms in rows[:n_titles]]


def snippet(text: str, wanted: str) -> tuple[str, tuple[tuple[int, int], ...]]:
    """Give one line of `text` around the first of the words, and where the words stand in it.

    Without them, which happens when only the index takes two spellings for one, the beginning of the text.
    """
    pattern = pattern_of(wanted)
    found = pattern.search(text) if pattern is not None else None
    start = _start_before(text, found.start()) if found else 0
    end = (found.start() if found else 0) + _N_AFTER
    # Markup may stand in the way of a line that is read at a glance.
    line = _SPACE.sub(" ", _MARKUP.sub("", text[start : end + 1])).strip()
    line = ("…" if start else "") + line + ("…" if len(text) > end + 1 else "")
    return line, tuple(marks(line, wanted))


def _start_before(text: str, at: int) -> int:
    """Give where a snippet begins: at a word, if there is a space. A Chinese character is as wide as two letters."""
    width, start = 0, at
    while start and width < _WIDTH_BEFORE:
        start -= 1
        width += 2 if text[start] > "\u2e7f" else 1
    space = text.find(" ", start, at) if start else -1
    return space + 1 if space >= 0 else start


def _message_hit(database: Database, row: tuple[str, str, str, str, int, str], wanted: str) -> MessageHit:
    id_, conversation_id, title, role, created_ms, text = row
    line, found = snippet(text, wanted)
    if not found:
        names = database.rows("SELECT name FROM attachment WHERE message_id = ? ORDER BY position", id_)
        of_names, found_in_names = snippet(" · ".join(name for (name,) in names), wanted)
        line, found = (of_names, found_in_names) if found_in_names else (line, found)
    return MessageHit(conversation_id, id_, title, line, found, Role(role), created_ms)


def _message_conditions(database: Database, filters: SearchFilters) -> tuple[str, list[str | int]]:
    of_conversation = "SELECT message.number FROM conversation CROSS JOIN message ON message.conversation_id = conversation.id"
    conditions, values = _conversation_conditions(filters, of_conversation, "message_search")
    if filters.model is not None:
        conditions += " AND +message_search.rowid IN (SELECT number FROM message WHERE model = ? AND model <> '')"
        values.append(filters.model)
    if filters.role is not None:
        conditions += " AND message.role = ?"
        values.append(filters.role)
    if filters.from_ms is not None or filters.until_ms is not None:
        span = (filters.from_ms or 0, (filters.until_ms or 1 << 62) - 1)
        # Messages are numbered as they come, mostly in order of time: few of the others lie in between.
        first, last = database.rows("SELECT min(number), max(number) FROM message WHERE created_ms BETWEEN ? AND ?", *span)[0]
        conditions += " AND message_search.rowid BETWEEN ? AND ? AND message.created_ms BETWEEN ? AND ?"
        values += [first or 0, last or 0, *span]
    return conditions, values


def _conversation_conditions(filters: SearchFilters, numbers: str, table: str) -> tuple[str, list[str | int]]:
    conditions = ""
    values: list[str | int] = []
    if filters.folder_id is not None:
        conditions += f" AND +{table}.rowid IN ({numbers} WHERE conversation.folder_id = ?)"
        values.append(filters.folder_id)
    if filters.tag is not None:
        tagged = "SELECT conversation_id FROM conversation_tag WHERE tag = ?"
        conditions += f" AND +{table}.rowid IN ({numbers} WHERE conversation.id IN ({tagged}))"
        values.append(filters.tag)
    return conditions, values
