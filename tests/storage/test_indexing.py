"""The index of messages from before there was one is whole in the end, whatever happens meanwhile, and says so."""

from __future__ import annotations

import random
from pathlib import Path

import pytest

from desktop_app.chat.search import SearchFilters
from desktop_app.storage import attachments, branches, indexing, search, trash
from desktop_app.storage.database import Database
from desktop_app.storage.indexing import index_more, is_index_whole
from desktop_app.storage.migrations import TO_BE_INDEXED
from tests.reliability.chats import fill, held, problems
from tests.reliability.released import file_of_version
from tests.storage.index_check import found_messages, index_problems
from tests.storage.talk import talk


def _without_index(database: Database) -> None:
    """Leave the file as the migration of an old one would."""
    last = database.row("SELECT max(number) FROM message")
    assert last is not None
    database.execute("DELETE FROM message_search WHERE rowid IN (SELECT id FROM message_search_docsize)")
    database.execute("INSERT INTO value VALUES (?, ?)", TO_BE_INDEXED, str(last[0]))


def test_after_the_migration_the_newest_are_found_first(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    file_of_version(1, tmp_path / "old.sqlite3", "big")
    database = Database.writing(tmp_path / "old.sqlite3")
    monkeypatch.setattr(indexing, "N_MESSAGES", 3)
    found = [(found_messages(database, "big OR egg"), is_index_whole(database))]

    while index_more(database):
        found.append((found_messages(database, "big OR egg"), is_index_whole(database)))

    assert found == [([], False), (["m50"], False), (["m50"], False), (["m1", "m50"], False), (["m1", "m50"], True)]
    assert index_problems(database) == []
    assert not index_more(database)
    database.close()


def test_a_search_says_whether_all_can_be_found(database: Database) -> None:
    talk(database, "question", "answer")
    _without_index(database)
    results = [search.find([database], "question", SearchFilters())]
    while index_more(database):
        pass
    results.append(search.find([database], "question", SearchFilters()))

    assert [(len(one.messages), one.is_complete) for one in results if one] == [(0, False), (1, True)]


@pytest.mark.parametrize("seed", range(6))
def test_what_changes_meanwhile_is_indexed_once(database: Database, seed: int, monkeypatch: pytest.MonkeyPatch) -> None:
    chance = random.Random(seed)
    monkeypatch.setattr(indexing, "N_CHARACTERS", 4_000)
    ids = fill(database, 12, seed)
    _without_index(database)
    while index_more(database):
        one = chance.choice(ids)
        messages = branches.all_messages(database, one)
        match chance.randrange(5):
            case 0 if len(ids) > 3:
                trash.purge(database, [one])
                ids.remove(one)
            case 1:
                branches.remove_message(database, chance.choice(messages).id)
            case 2:
                branches.restore_message(database, chance.choice(messages).id)
            case 3:
                branches.edit(database, messages[0].id, f"v{chance.random()}", f"a{chance.random()}", "edited", "m")
            case _:
                database.execute("UPDATE message SET text = 'other' WHERE id = ?", chance.choice(messages).id)

    assert index_problems(database) == [] and problems(database) == []
    assert _n_found_twice(database) == 0
    assert found_messages(database, "edited OR other") or not held(database).messages


def _n_found_twice(database: Database) -> int:
    """Give how many words stand twice at the same place of the same message."""
    database.execute("CREATE VIRTUAL TABLE temp.found USING fts5vocab(main, message_search, instance)")
    [(n_all, n_different)] = database.rows(
        "SELECT count(*), count(DISTINCT term || ' ' || doc || ' ' || col || ' ' || offset) FROM found"
    )
    database.execute("DROP TABLE temp.found")
    assert n_all
    return int(n_all - n_different)


def test_names_of_files_and_long_messages_are_taken_too(database: Database, monkeypatch: pytest.MonkeyPatch) -> None:
    talked = talk(database, "word " * 20_000, "1", "two", "2")
    database.execute("UPDATE message SET text = '' WHERE text = 'two'")
    row = database.row("SELECT id FROM message WHERE text = '' AND role = 'user'")
    assert row is not None
    attachments.insert_attachments(database, [attachments.Attachment("a", "kite.csv", "", 0)], talked.conversation_id, row[0])
    _without_index(database)

    while index_more(database):
        pass

    assert found_messages(database, "kite") == [row[0]]
    assert index_problems(database) == []
    assert len(found_messages(database, "word")) == 1
