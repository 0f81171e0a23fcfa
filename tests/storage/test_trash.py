"""The trash, and what is gone for ever."""

from __future__ import annotations

from desktop_app.chat.attachment import Attachment
from desktop_app.chat.summary import Summary
from desktop_app.storage import attachments, branches, folders, queued, summaries, trash
from desktop_app.storage import conversations as store
from desktop_app.storage.database import Database
from tests.storage.index_check import found_messages, index_problems
from tests.storage.talk import answer, ask, talk


def test_the_trash_is_in_order_of_throwing_away(database: Database) -> None:
    first, second, third = (talk(database, text, "1").conversation_id for text in ("one", "two", "three"))
    trash.trash(database, [second])
    trash.trash(database, [first])
    store.update(database, "trashed_ms = ?", second, 5)

    assert [one.id for one in store.trashed_conversations(database)] == [first, second]
    assert [one.id for one in store.all_conversations(database)] == [third]
    assert trash.trashed_ids(database, until_ms=6) == [second]
    assert set(trash.trashed_ids(database)) == {first, second}


def test_throwing_away_twice_keeps_the_first_time(database: Database) -> None:
    id_ = talk(database, "one", "1").conversation_id
    trash.trash(database, [id_])
    store.update(database, "trashed_ms = ?", id_, 5)
    trash.trash(database, [id_])

    assert store.conversation(database, id_).trashed_ms == 5


def test_purging_leaves_no_row_of_the_conversation_anywhere(database: Database) -> None:
    kept = talk(database, "kept", "1")
    rows_before = _n_rows(database)
    for id_ in "abc":
        attachments.save_draft_attachment(database, None, Attachment(id_, f"{id_}.txt", id_, 1))
    asked = ask(database, "gone", attachments=("a",))
    id_ = asked.conversation_id
    attachments.save_draft_attachment(database, id_, Attachment("d", "d.txt", "d", 1))
    queued.queue(database, id_, "q", "later", ["b"])
    folders.tag(database, [id_], add=["tag"])
    store.append_text(database, asked.answer_id, "part")
    branches.regenerate(database, asked.answer_id, "other answer", "m")
    summaries.add_summary(database, Summary("s", id_, asked.answer_id, "short", "m", 1))
    summaries.put_token_counts(database, "v", {asked.question_id: 3})
    store.save_edit_draft(database, asked.question_id, "begun")
    attachments.drop_draft_attachment(database, "c")

    cut_off = trash.purge(database, [id_])

    assert set(cut_off) == {asked.answer_id, "other answer"}
    assert _n_rows(database) == rows_before | {"value": rows_before["value"] + 1}
    assert [one.id for one in store.all_conversations(database)] == [kept.conversation_id]
    assert found_messages(database, "gone OR later OR part") == []
    assert index_problems(database) == []


def _n_rows(database: Database) -> dict[str, int]:
    names = [
        row[0]
        for row in database.rows("SELECT name FROM sqlite_schema WHERE type = 'table'")
        if not row[0].endswith(("_data", "_idx", "_config", "_search"))
    ]
    counts = {name: database.row(f"SELECT count(*) FROM {name}") for name in names}
    return {name: row[0] for name, row in counts.items() if row is not None}


def test_a_sweep_ends_and_is_not_repeated(database: Database) -> None:
    talk(database, "kept", "1")
    for number in range(30):
        trash.purge(database, [talk(database, f"word{number}", "1").conversation_id])
    assert trash.is_unswept(database)

    n_steps = 1
    while trash.sweep(database):
        n_steps += 1
        assert n_steps < 100

    assert not trash.is_unswept(database)
    assert not trash.sweep(database)
    assert found_messages(database, "kept")
    assert index_problems(database) == []


def test_a_log_that_is_being_read_is_emptied_later(database: Database) -> None:
    log = database.path.with_name(f"{database.path.name}-wal")
    trash.purge(database, [talk(database, "vanishing", "1").conversation_id])
    reader = Database.reading(database.path)
    reader.execute("BEGIN")
    reader.rows("SELECT id FROM conversation")

    while trash.sweep(database):
        pass
    assert trash.is_unswept(database)
    assert b"vanishing" in log.read_bytes()

    reader.execute("COMMIT")
    reader.close()
    assert not trash.sweep(database)
    assert not trash.is_unswept(database)
    assert b"vanishing" not in log.read_bytes()


def test_a_sweep_that_was_cut_off_goes_on_after_the_next_start(database: Database) -> None:
    trash.purge(database, [talk(database, "gone", "1").conversation_id])
    again = Database.writing(database.path)

    assert trash.is_unswept(again)
    while trash.sweep(again):
        pass
    again.close()
    assert not trash.is_unswept(database)


def test_the_text_of_a_removed_message_goes_after_its_time_and_its_place_stays(database: Database) -> None:
    attachments.save_draft_attachment(database, None, Attachment("a", "a.txt", "file", 4))
    asked = ask(database, "old", attachments=("a",))
    answer(database, asked.answer_id, "old answer")
    newer = talk(database, "new", "new answer")
    for id_ in (asked.question_id, newer.question_id):
        branches.remove_message(database, id_)
    database.execute("UPDATE message SET removed_ms = 5 WHERE id = ?", asked.question_id)

    for name, created_ms, removed_ms in (("taken back", 1, 5), ("tells of it", 1, None), ("made later", 6, None)):
        summary = Summary(name, asked.conversation_id, asked.answer_id, "short", "m", created_ms, removed_ms)
        summaries.add_summary(database, summary)
    for id_ in (asked.question_id, newer.question_id):
        store.save_edit_draft(database, id_, "begun")

    n_emptied = trash.empty_removed_messages(database, until_ms=6)

    assert [store.edit_draft(database, one.question_id) for one in (asked, newer)] == [None, "begun"]
    assert [one.id for one in summaries.summaries(database, asked.conversation_id)] == ["made later"]
    old = store.message(database, asked.question_id)
    assert (n_emptied, old.text, old.attachments, old.removed_ms) == (1, "", (), 5)
    assert store.message(database, newer.question_id).text == "new"
    assert [one.text for one in branches.branch_on_show(database, asked.conversation_id)] == ["old answer"]
    assert trash.is_unswept(database)
    assert trash.empty_removed_messages(database, until_ms=6) == 0


def test_a_removed_message_is_not_found_and_is_again_when_it_comes_back(database: Database) -> None:
    talked = talk(database, "where is the needle", "in the haystack")
    branches.remove_message(database, talked.question_id)
    assert found_messages(database, "needle") == []
    assert index_problems(database) == []

    branches.restore_message(database, talked.question_id)
    assert found_messages(database, "needle") == [talked.question_id]
    assert index_problems(database) == []
