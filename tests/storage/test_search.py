"""What is found, in which order, and what never is."""

from __future__ import annotations

from pathlib import Path

import apsw
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from desktop_app.chat.attachment import Attachment
from desktop_app.chat.folder import Folder
from desktop_app.chat.message import MessageState, Role, new_id, storable
from desktop_app.chat.search import FIRST, SearchFilters, SearchLimits, Section
from desktop_app.storage import attachments, branches, folders, search, trash, words
from desktop_app.storage import conversations as store
from desktop_app.storage.conversations import Exchange
from desktop_app.storage.database import Database


def say(database: Database, question: str, answer: str = "", conversation_id: str | None = None, **values: str) -> Exchange:
    """Store a question and an answer."""
    exchange = Exchange(
        conversation_id or new_id(), conversation_id is None, new_id(), new_id(), question, values.get("model", "Starter")
    )
    store.ask(database, exchange)
    store.finish(database, exchange.answer_id, MessageState.DONE, None, None, answer)
    return exchange


def found(database: Database, text: str, **filters: object) -> list[str]:
    """Give the ids of the messages that are found."""
    return [hit.message_id for hit in search.find_messages(database, text, SearchFilters(**filters))]


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        ("人工智能可以回答问题", "智"),
        ("人工智能可以回答问题", "智能"),
        ("東京タワーの近くで", "タワー"),
        ("東京タワーの近くで", "近"),
        ("ひらがなだけ", "がな"),
        ("Die Straße nach Köln", "strasse koln"),
        ("Die Straße nach Köln", "KÖLN"),
        ("Über den Wolken", "uber"),
        ("naïve café", "NAIVE CAFE"),
        ("한국어를 배우다", "한국"),
        ("Привет, мир", "привет"),
        ("هذا العَرَبِيَّة", "العربية"),
        ("हिन्दी में", "हिन्दी"),
        ("The quick brown fox", "qui"),
        ("The quick brown fox", '"quick brown"'),
        ("The quick brown fox", '"quick bro'),
        ("The quick brown fox", "fox quick"),
        ("The quick brown fox", "qui* brown"),
        ("call message_search here", "search"),
        ("call message_search here", "message_search"),
        ("see https://example.org/a/b", "example"),
        ("he doesn’t know", "doesn't"),
        ("nice 👩‍👩‍👧 picture", "👩‍👩‍👧"),
        ("全角 ＡＢＣ", "abc"),
        ('חיילי צה"ל', 'צה"ל'),
        ("with a \0 in it", "it"),
    ],
)
def test_words_are_found_in_any_language(database: Database, text: str, wanted: str) -> None:
    exchange = say(database, text)
    say(database, "something else, 别的")

    assert found(database, wanted) == [exchange.question_id]


@pytest.mark.parametrize("wanted", ["", "  ", "***", "?!", '"', '""', "-", "。，", "\ud800", "\0"])
def test_nothing_is_found_without_a_word(database: Database, wanted: str) -> None:
    say(database, "*** what?! \0 。，")

    assert found(database, wanted) == []


@pytest.mark.parametrize(
    "wanted", ["rown", "智人", '"brown quick"', '"qui"', "quick zebra", "quick OR zebra", "NOT zebra", "ext*"]
)
def test_what_is_not_there_is_not_found(database: Database, wanted: str) -> None:
    say(database, "The quick brown fox, 人工智能, text")

    assert found(database, wanted) == []


def test_the_newest_come_first_and_no_more_than_asked(database: Database) -> None:
    first = say(database, "apple one", "apple two")
    second = say(database, "apple three", "pear", first.conversation_id)

    assert found(database, "apple") == [second.question_id, first.answer_id, first.question_id]
    assert len(search.find_messages(database, "apple", n_messages=2)) == 2


def test_what_there_is_more_of_than_was_asked_for_is_said(database: Database) -> None:
    exchanges = [say(database, f"apple {number}", "apple pie") for number in range(4)]

    def more(n_titles: int, n_messages: int) -> set[Section]:
        result = search.find([database], "apple", SearchFilters(), SearchLimits(n_titles, n_messages))
        assert result is not None
        assert (len(result.titles), len(result.messages)) == (min(n_titles, 4), min(n_messages, 8))
        return set(result.more)

    assert more(3, 7) == {Section.TITLES, Section.MESSAGES}
    assert more(4, 7) == {Section.MESSAGES}
    assert more(3, 8) == {Section.TITLES}
    assert more(4, 8) == more(9, 9) == set()
    result = search.find([database], "apple", SearchFilters(), SearchLimits(4, 8))
    assert result is not None and result.messages[-1].message_id == exchanges[0].question_id


def test_one_sentence_is_found_among_thousands_of_conversations(database: Database) -> None:
    wanted = say(database, "The sentence that I remember: garden", "yes")
    with database.transaction():
        for number in range(3000):
            values = str(number), f"A garden, number {number}"
            database.execute("INSERT INTO conversation (id, title, created_ms, updated_ms) VALUES (?, ?, 0, 0)", *values)
            database.execute(
                "INSERT INTO message (id, conversation_id, role, state, text, created_ms) VALUES (?1, ?1, 'user', 'done', ?2, 0)",
                *values,
            )
    database.execute("UPDATE conversation SET updated_ms = -1 WHERE id = ?", wanted.conversation_id)
    limits, n_steps = FIRST, 0
    result = first = search.find([database], "garden", SearchFilters())

    while result is not None and result.more and n_steps < 20:
        for section in result.more:
            limits = limits.raised(section)
        n_steps += 1
        result = search.find([database], "garden", SearchFilters(), limits)

    assert first is not None and result is not None
    assert n_steps == 8
    assert result.titles[-1].conversation_id == wanted.conversation_id
    assert result.messages[-1].message_id == wanted.question_id
    assert result.messages[: FIRST.n_messages] == first.messages


def test_messages_of_every_branch_are_found(database: Database) -> None:
    exchange = say(database, "first wording", "reply")
    branches.edit(database, exchange.question_id, version_id := new_id(), new_id(), "second wording", "Starter")

    assert found(database, "wording") == [version_id, exchange.question_id]


def test_names_of_attachments_are_found_with_their_message_and_not_what_is_in_them(database: Database) -> None:
    attachments.save_draft_attachment(database, None, Attachment("a1", "Quarterly-Report.csv", "secret figures", 14))
    exchange = Exchange(new_id(), True, new_id(), new_id(), "Sum it up", "Starter", ("a1",))
    store.ask(database, exchange)

    (hit,) = search.find_messages(database, "quarterly rep")

    assert hit.message_id == exchange.question_id
    assert (hit.snippet, hit.marks) == ("Quarterly-Report.csv", ((0, 9), (10, 13)))
    assert found(database, "secret") == []


def test_an_answer_is_found_when_it_has_ended(database: Database) -> None:
    exchange = Exchange(new_id(), True, new_id(), new_id(), "Question", "Starter")
    store.ask(database, exchange)
    store.append_text(database, exchange.answer_id, "a walrus ")
    store.finish(database, exchange.answer_id, MessageState.DONE, None, None, "swims")
    assert found(database, "walrus swims") == [exchange.answer_id]

    branches.continue_answer(database, exchange.answer_id)
    store.finish(database, exchange.answer_id, MessageState.DONE, None, None, " far")

    assert found(database, "walrus far") == [exchange.answer_id]


def test_what_is_in_the_trash_removed_or_purged_is_never_found(database: Database) -> None:
    exchange = say(database, "penguin", "penguin colony")
    trash.trash(database, [exchange.conversation_id])
    assert found(database, "penguin") == []
    assert search.find_titles(database, "penguin") == []

    trash.restore(database, [exchange.conversation_id])
    branches.remove_message(database, exchange.answer_id)
    assert found(database, "penguin") == [exchange.question_id]

    branches.restore_message(database, exchange.answer_id)
    assert found(database, "penguin") == [exchange.answer_id, exchange.question_id]

    trash.purge(database, [exchange.conversation_id])
    assert found(database, "penguin") == []
    assert search.find_titles(database, "penguin") == []


def words_in_index(path: Path, table: str) -> set[str]:
    """Give every word that the index still has, whoever it belonged to."""
    connection = apsw.Connection(str(path))
    connection.execute(f"CREATE VIRTUAL TABLE temp.vocabulary USING fts5vocab('main', '{table}', 'row')")
    found = {term for (term,) in connection.execute("SELECT term FROM vocabulary")}
    connection.close()
    return found


def test_a_purged_conversation_leaves_no_word_in_the_index_nor_in_the_file(database: Database, path: Path) -> None:
    for number in range(30):
        say(database, f"keep{number} ordinary words", f"answer{number}")
    purged = say(database, "xylocopa violacea", "zwitscherbiene 機密")
    assert "_xylocopa" in words_in_index(path, "message_search")

    trash.purge(database, [purged.conversation_id])
    while trash.sweep(database):
        pass

    for table in ("message_search", "title_search"):
        assert not words_in_index(path, table) & {"_xylocopa", "_violacea", "_zwitscherbiene", "機", "密"}
    content = path.read_bytes() + Path(f"{path}-wal").read_bytes()
    for word in ("xylocopa", "violacea", "zwitscherbiene", "機密"):
        assert word.encode() not in content
    assert b"ordinary" in content


def test_titles_are_found_the_one_used_last_first(database: Database) -> None:
    old = say(database, "Garden plans 花园")
    new = say(database, "Garden party")
    say(database, "More", conversation_id=old.conversation_id)
    database.execute("UPDATE conversation SET updated_ms = updated_ms + 1000 WHERE id = ?", old.conversation_id)

    hits = search.find_titles(database, "gard")

    assert [hit.conversation_id for hit in hits] == [old.conversation_id, new.conversation_id]
    assert (hits[0].title, hits[0].marks) == ("Garden plans 花园", ((0, 4),))
    assert [hit.conversation_id for hit in search.find_titles(database, "园")] == [old.conversation_id]


def test_a_renamed_conversation_is_found_by_its_new_title_only(database: Database) -> None:
    exchange = say(database, "Garden plans")
    store.rename(database, exchange.conversation_id, "Kitchen")

    assert search.find_titles(database, "garden") == []
    assert len(search.find_titles(database, "kitchen")) == 1


def test_filters_narrow_what_is_found(database: Database) -> None:
    inside = say(database, "tulip one", "tulip two", model="Qwen3")
    outside = say(database, "tulip three", "tulip four", model="Llama")
    folder_id = new_id()
    folders.put_folder(database, Folder(folder_id, "Flowers", 0))
    folders.move(database, [inside.conversation_id], folder_id)
    folders.tag(database, [outside.conversation_id], ["spring"])
    database.execute("UPDATE message SET created_ms = 1000 WHERE id = ?", inside.question_id)
    database.execute("UPDATE message SET created_ms = 2000 WHERE id = ?", outside.question_id)

    assert found(database, "tulip", folder_id=folder_id) == [inside.answer_id, inside.question_id]
    assert found(database, "tulip", tag="spring") == [outside.answer_id, outside.question_id]
    assert found(database, "tulip", model="Qwen3") == [inside.answer_id]
    assert found(database, "tulip", role=Role.USER) == [outside.question_id, inside.question_id]
    assert found(database, "tulip", from_ms=1000, until_ms=2000) == [inside.question_id]
    assert found(database, "tulip", until_ms=2001) == [outside.question_id, inside.question_id]
    assert found(database, "tulip", from_ms=2000, role=Role.USER) == [outside.question_id]
    assert found(database, "tulip", model="nobody", folder_id=folder_id) == []
    assert [hit.title for hit in search.find_titles(database, "tulip", SearchFilters(folder_id=folder_id))] == ["tulip one"]
    assert [hit.title for hit in search.find_titles(database, "tulip", SearchFilters(tag="spring"))] == ["tulip three"]
    assert search.find_titles(database, "tulip", SearchFilters(role=Role.USER)) == []
    assert store.models(database) == ["Llama", "Qwen3"]


def test_a_snippet_is_one_line_around_the_first_hit() -> None:
    text = "# Heading\n\n" + "Some words before it. " * 20 + "The **needle** is\n`here`. " + "And after. " * 40

    line, found_at = search.snippet(text, "needle")

    assert "\n" not in line
    assert line.startswith("…")
    assert line.endswith("…")
    assert [line[start:end] for start, end in found_at] == ["needle"]
    assert "The needle is here." in line
    assert len(line) < 200


def test_a_snippet_without_a_mark_is_the_beginning() -> None:
    assert search.snippet("Short text", "absent") == ("Short text", ())


def test_a_hit_says_where_it_is(database: Database) -> None:
    exchange = say(database, "Where do walruses live?", "On the ice, say walruses.")

    hit = search.find_messages(database, "walruses")[0]

    assert (hit.conversation_id, hit.message_id) == (exchange.conversation_id, exchange.answer_id)
    assert (hit.title, hit.role) == ("Where do walruses live?", Role.ASSISTANT)
    assert hit.snippet[slice(*hit.marks[0])] == "walruses"


QUERIES = st.one_of(
    st.text(max_size=60),
    st.text(alphabet="\"'*():^-+{}[]<>~|&!.,; aANDORTNE\\\0\n人a\u0301", max_size=60),
    st.lists(st.sampled_from(["AND", "OR", "NOT", "NEAR(", '"', "*", "text:", "rank", "{a b}:", "^", "''", "word", "中"]), max_size=12)
    .map(" ".join),
    st.text(alphabet=st.characters(codec=None), max_size=30),
)  # fmt: skip


@given(wanted=QUERIES)
@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_whatever_is_typed_is_a_question_that_can_be_answered(database: Database, wanted: str) -> None:
    if not database.row("SELECT 1 FROM message"):
        say(database, "a word, 中文, AND OR NOT NEAR(text) é ﷺ")

    search.find(databases=[database], text=wanted, filters=SearchFilters())


@given(text=st.text(min_size=1, max_size=40))
@settings(max_examples=100, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_a_text_is_found_by_itself(database: Database, text: str) -> None:
    """Whatever words a text has, all of them are in the index as they are looked up."""
    stored = storable(text)
    exchange = say(database, stored)

    hits = [hit.message_id for hit in search.find_messages(database, stored, n_messages=1000)]

    assert (exchange.question_id in hits) == bool(words.expression(stored))
