"""Restoring: what is missing comes back in its place, what is there stays as it is."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from desktop_app.chat.folder import Folder
from desktop_app.chat.message import MessageState, new_id
from desktop_app.chat.persona import Persona
from desktop_app.chat.summary import Summary
from desktop_app.storage import branches, folders, personas, queued, summaries, templates, trash
from desktop_app.storage import conversations as store
from desktop_app.storage.database import Database
from desktop_app.storage.merge import Merged, merge, missing
from desktop_app.templates.template import PromptTemplate
from tests.reliability.chats import fill, held, problems
from tests.reliability.released import file_of_version
from tests.storage.index_check import index_problems
from tests.storage.talk import answer, ask, shown, talk

NOW_MS = 1_790_000_000_000


@pytest.fixture
def copy_of(tmp_path: Path) -> Callable[[Database], Path]:
    """Give a function that makes a copy of the file as it is now."""

    def make(database: Database) -> Path:
        database.empty_log()
        copy = tmp_path / f"{new_id()}.sqlite3"
        shutil.copy(database.path, copy)
        return copy

    return make


@pytest.fixture
def empty(tmp_path: Path) -> Iterator[Database]:
    database = Database.writing(tmp_path / "empty.sqlite3")
    yield database
    database.close()


def test_everything_comes_back_into_an_empty_file(database: Database, empty: Database, copy_of) -> None:
    fill(database, 30)
    copy = copy_of(database)

    merged = merge(empty, copy, NOW_MS)

    assert held(empty) == held(database)
    assert (set(merged.added), merged.completed) == (set(held(database).conversations), ())
    assert problems(empty) == [] and index_problems(empty) == []
    for id_ in merged.added:
        assert branches.all_versions(empty, id_) == branches.all_versions(database, id_)
        assert shown(empty, id_) == shown(database, id_)


def test_nothing_is_missing_in_the_same_file(database: Database, copy_of) -> None:
    fill(database, 5)
    copy = copy_of(database)
    before = held(database)

    assert missing(database, copy) == []
    assert merge(database, copy, NOW_MS) == Merged()
    assert held(database) == before


def test_a_purged_conversation_comes_back_whole_and_the_others_stay(database: Database, copy_of) -> None:
    gone = talk(database, "old question", "old answer", "second", "third").conversation_id
    changed = talk(database, "mine", "yours").conversation_id
    copy = copy_of(database)
    trash.purge(database, [gone])
    store.rename(database, changed, "A better title")
    newer = talk(database, "newer", "newest").conversation_id

    assert missing(database, copy) == [(gone, 4)]
    merged = merge(database, copy, NOW_MS)

    assert merged == Merged((gone,), (), 4)
    assert shown(database, gone) == ["old question", "old answer", "second", "third"]
    assert store.conversation(database, changed).title == "A better title"
    assert shown(database, newer) == ["newer", "newest"]
    assert problems(database) == [] and index_problems(database) == []


def test_a_message_that_is_there_is_never_overwritten(database: Database, copy_of) -> None:
    exchange = talk(database, "first", "said so")
    copy = copy_of(database)
    database.execute("UPDATE message SET text = 'said otherwise' WHERE id = ?", exchange.answer_id)

    merge(database, copy, NOW_MS)

    assert shown(database, exchange.conversation_id) == ["first", "said otherwise"]


def test_missing_messages_find_their_parents_and_the_branch_on_show_stays(database: Database, copy_of) -> None:
    first = talk(database, "q1", "a1")
    branches.edit(database, first.question_id, "other", "other answer", "q1 in other words", "m")
    answer(database, "other answer", "a2")
    copy = copy_of(database)
    for id_ in ("other answer", "other"):
        database.execute("UPDATE conversation SET leaf_id = ? WHERE id = ?", first.answer_id, first.conversation_id)
        database.execute("DELETE FROM message WHERE id = ?", id_)
    database.execute("DELETE FROM shown_child")

    merged = merge(database, copy, NOW_MS)

    assert merged == Merged((), (first.conversation_id,), 2)
    assert shown(database, first.conversation_id) == ["q1", "a1"]
    assert branches.all_versions(database, first.conversation_id)[first.question_id] == (first.question_id, "other")
    branches.show_version(database, "other")
    assert shown(database, first.conversation_id) == ["q1 in other words", "a2"]


def test_an_answer_that_was_being_written_comes_back_as_far_as_it_was(database: Database, empty: Database, copy_of) -> None:
    exchange = ask(database, "question")
    store.append_text(database, exchange.answer_id, "half an ")
    store.append_text(database, exchange.answer_id, "answer")

    merge(empty, copy_of(database), NOW_MS)

    found = store.message(empty, exchange.answer_id)
    assert (found.text, found.state) == ("half an answer", MessageState.INTERRUPTED)
    assert empty.rows("SELECT * FROM message_part") == []


def test_folder_tags_files_queue_and_trash_come_back_with_their_conversation(database, empty, copy_of) -> None:
    conversation_id = talk(database, "question", "answer").conversation_id
    folders.put_folder(database, Folder("f", "Travel", NOW_MS))
    folders.move(database, [conversation_id], "f")
    folders.tag(database, [conversation_id], add=["b", "a"], remove=[])
    queued.queue(database, conversation_id, "queued", "what waits", ())
    trash.trash(database, [conversation_id])

    merge(empty, copy_of(database), NOW_MS)

    found = store.conversation(empty, conversation_id)
    assert (found.folder_id, found.tags, found.trashed_ms) == ("f", ("a", "b"), NOW_MS)
    assert [one.text for one in queued.queued(empty, conversation_id)] == ["what waits"]
    assert [one.name for one in folders.folders(empty)] == ["Travel"]


def test_a_backup_of_the_first_version_is_brought_back_too(tmp_path: Path, empty: Database) -> None:
    file_of_version(1, tmp_path / "old.sqlite3", "big")

    merged = merge(empty, tmp_path / "old.sqlite3", NOW_MS)

    assert set(merged.added) == {"c1", "c2", "c5", "c9"}
    assert store.message(empty, "m40").text == "so far"
    assert problems(empty) == [] and index_problems(empty) == []


def test_only_what_is_wanted_comes_back(database: Database, empty: Database, copy_of) -> None:
    one, other = (talk(database, text, text).conversation_id for text in ("one", "other"))

    merge(empty, copy_of(database), NOW_MS, [one])

    assert set(held(empty).conversations) == {one}
    assert missing(empty, copy_of(database)) == [(other, 2)]


def test_a_failure_brings_nothing_back(database: Database, empty: Database, copy_of, monkeypatch) -> None:
    fill(database, 3)
    monkeypatch.setattr("desktop_app.storage.merge._Merge._mend", lambda self: 1 // 0)

    with pytest.raises(ZeroDivisionError):
        merge(empty, copy_of(database), NOW_MS)

    assert held(empty).conversations == {} and empty.rows("SELECT 1 FROM folder") == []


# A newer file, that of a recovery


def test_of_a_newer_file_changes_are_taken_over(database: Database, empty: Database, copy_of) -> None:
    exchange = talk(database, "question", "answer")
    draft = ask(database, "another")
    merge(empty, copy_of(database), NOW_MS)
    answer(database, draft.answer_id, "ended since")
    store.rename(database, exchange.conversation_id, "Renamed")
    talk(database, "wholly", "new")

    merge(empty, copy_of(database), NOW_MS, is_newer=True)

    assert held(empty) == held(database)
    assert store.message(empty, draft.answer_id).state is MessageState.DONE


def test_of_a_newer_file_pins_policies_summaries_and_edits_are_taken_over(database, empty, copy_of) -> None:
    exchange = talk(database, "question", "answer")
    id_, answer_id = exchange.conversation_id, exchange.answer_id
    taken_back, new = (Summary(name, id_, answer_id, name, "m", 5) for name in ("taken back", "new"))
    summaries.add_summary(database, taken_back)
    store.save_edit_draft(database, answer_id, "begun")
    merge(empty, copy_of(database), NOW_MS)
    summaries.remove_summary(database, taken_back.id)
    summaries.add_summary(database, new)
    branches.pin_message(database, answer_id, True)
    store.save_context_policy(database, id_, "drop")
    store.save_edit_draft(database, answer_id, "gone on")

    merge(empty, copy_of(database), NOW_MS, is_newer=True)

    assert held(empty) == held(database)
    assert held(empty).shortened == {id_: ("drop",), exchange.question_id: (False, None), answer_id: (True, "gone on")}


def test_of_a_backup_only_a_summary_that_is_missing_comes_back(database, copy_of) -> None:
    exchange = talk(database, "question", "answer")
    for name in ("kept", "lost"):
        summaries.add_summary(database, Summary(name, exchange.conversation_id, exchange.answer_id, name, "m", 5))
    copy = copy_of(database)
    database.execute("DELETE FROM summary WHERE id = 'lost'")
    summaries.remove_summary(database, "kept")

    merge(database, copy, NOW_MS)

    found = {one.id: one.removed_ms for one in summaries.summaries(database, exchange.conversation_id)}
    assert found.keys() == {"kept", "lost"} and found["kept"] is not None and found["lost"] is None


def test_of_a_backup_what_the_person_has_removed_since_comes_back_as_it_is_here(database: Database, copy_of) -> None:
    for id_ in ("gone", "stays gone"):
        templates.save(database, PromptTemplate(id_, "Old", "old"), 1)
        personas.save(database, Persona(id_, "Old"), 1)
    for store_ in (templates, personas):
        store_.remove(database, "stays gone", 2)
    copy = copy_of(database)
    templates.save(database, PromptTemplate("gone", "New", "new"), 3)
    for store_ in (templates, personas):
        store_.remove(database, "gone", 4)

    merge(database, copy, NOW_MS, [])

    assert [(one.id, one.text) for one in templates.templates(database)] == [("gone", "new")]
    assert [one.id for one in personas.personas(database)] == ["gone"]
    assert (
        [one.id for one in templates.removed(database, 0)] == ["stays gone"] == [one.id for one in personas.removed(database, 0)]
    )


def test_of_a_newer_file_what_was_removed_stays_removed(database: Database, copy_of) -> None:
    templates.save(database, PromptTemplate("gone", "Old", "old"), 1)
    copy = copy_of(database)
    templates.remove(database, "gone", 2)
    merge(database, copy, NOW_MS, is_newer=True)

    assert templates.templates(database) == []


def test_a_text_that_does_not_go_on_where_the_backup_ends_is_damaged_and_not_taken(database, empty, copy_of) -> None:
    exchange = talk(database, "question", "the right answer")
    merge(empty, copy_of(database), NOW_MS)
    database.execute("UPDATE message SET text = 'the wrong answer' WHERE id = ?", exchange.answer_id)

    merge(empty, copy_of(database), NOW_MS, is_newer=True)

    assert shown(empty, exchange.conversation_id) == ["question", "the right answer"]


def test_messages_whose_conversation_or_parent_is_lost_are_shown_all_the_same(database, empty, copy_of) -> None:
    exchange = talk(database, "Where is the sea?", "a1", "q2", "a2")
    copy = copy_of(database)
    lost = database.rows("SELECT id FROM message WHERE text IN ('a1', 'q2')")
    damaged = Database.writing(copy)
    damaged.execute("PRAGMA foreign_keys = 0")
    damaged.execute("DELETE FROM conversation")
    for (id_,) in lost:
        damaged.execute("DELETE FROM message WHERE id = ?", id_)
    damaged.close()

    merge(empty, copy, NOW_MS, is_newer=True)

    found = store.conversation(empty, exchange.conversation_id)
    assert found.title == "Where is the sea?"
    assert shown(empty, found.id) == ["Where is the sea?", "a2"]
    assert problems(empty) == []
