"""From the field under New chat to the message that has the words."""

from __future__ import annotations

import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QFontMetrics
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from desktop_app.chat.folder import Folder
from desktop_app.chat.message import Role
from desktop_app.chat.search import FIRST, MessageHit, SearchFilters, Section, TitleHit
from desktop_app.errors import DatabaseUnreadable
from desktop_app.services.search import Search
from desktop_app.ui.sidebar.on_demand.search_delegate import with_its_mark
from tests.fakes.services import FakeSearch
from tests.ui.talks import Talk

DAY_MS = 24 * 3600 * 1000


def title_hit(conversation_id: str, title: str = "Garden plans", **values: Any) -> TitleHit:
    return TitleHit(**{"conversation_id": conversation_id, "title": title, "marks": ((0, 6),), "updated_ms": 0} | values)


def message_hit(conversation_id: str, message_id: str, **values: Any) -> MessageHit:
    usual = {
        "conversation_id": conversation_id, "message_id": message_id, "title": "Garden plans", "marks": ((4, 10),),
        "snippet": "The garden needs 水 and 🌱 light", "role": Role.ASSISTANT, "created_ms": 0,
    }  # fmt: skip
    return MessageHit(**usual | values)


@pytest.fixture
def found(services: Any) -> FakeSearch:
    search: FakeSearch = services.search
    return search


def type_(window: Any, text: str) -> None:
    window.actions_.search.trigger()
    QTest.keyClicks(window.searching.field.edit, text)
    QApplication.processEvents()


def panel(window: Any) -> Any:
    return window.sidebar.in_place_of_list


def rows(window: Any) -> list[str]:
    model = panel(window).model
    return [model.index(row).data() for row in range(model.rowCount())]


def test_the_key_leads_into_the_field_even_when_the_sidebar_is_hidden(window: Any) -> None:
    window.actions_.toggle_sidebar.trigger()
    assert window.actions_.search.shortcut().toString() == "Ctrl+Shift+F"

    window.actions_.search.trigger()

    assert window.searching.field.edit.isVisible()
    assert window.focusWidget() is window.searching.field.edit


def test_every_key_asks_and_what_is_found_takes_the_place_of_the_list(window: Any, found: FakeSearch, services: Any) -> None:
    conversation_id = services.conversations.put("Garden plans")
    type_(window, "gar")
    assert [text for text, _ in found.asked] == ["g", "ga", "gar"]
    assert window.sidebar.list.isHidden()

    found.answer([title_hit(conversation_id)], [message_hit(conversation_id, "m1")])

    assert rows(window) == ["Titles", "Garden plans", "Messages", "Garden plans"]


def test_while_old_messages_cannot_be_found_it_says_so_and_then_looks_again(window: Any, found: FakeSearch) -> None:
    type_(window, "g")
    found.answer([], [], is_complete=False)
    assert panel(window).note.text().endswith("Older messages are still being prepared for the search.")
    found.answer([title_hit("c1")], [], is_complete=False)
    assert panel(window).note.text() == "Older messages are still being prepared for the search."

    n_asked = len(found.asked)
    found.completed.emit()
    assert len(found.asked) == n_asked + 1
    found.answer([title_hit("c1")])
    assert panel(window).note.isHidden()


def test_without_text_there_is_the_list_again(window: Any, found: FakeSearch) -> None:
    type_(window, "g")
    found.answer([title_hit("c1")])

    window.searching.field.clear.click()

    assert panel(window) is None
    assert window.sidebar.list.isVisible()
    assert found.n_forgotten == 1
    found.answer([title_hit("c1")])
    assert panel(window) is None


def test_escape_clears_first_and_then_leaves_the_field(window: Any, found: FakeSearch) -> None:
    type_(window, "g")
    field = window.searching.field.edit

    QTest.keyClick(field, Qt.Key.Key_Escape)
    assert (field.text(), panel(window)) == ("", None)
    QTest.keyClick(field, Qt.Key.Key_Escape)

    assert window.focusWidget() is window.composer.edit


def test_escape_in_the_field_does_not_stop_an_answer(window: Any, found: FakeSearch, services: Any) -> None:
    conversation_id = services.conversations.put("Garden plans")
    window.open_conversation(conversation_id)
    services.generation.begin(conversation_id)
    type_(window, "g")

    QTest.keyClick(window.searching.field.edit, Qt.Key.Key_Escape)

    assert services.generation.stopped == []


def test_keys_go_through_the_hits_and_back(window: Any, found: FakeSearch, services: Any) -> None:
    first, second = services.conversations.put("Garden plans"), services.conversations.put("Garden party")
    type_(window, "garden")
    found.answer([title_hit(first), title_hit(second, "Garden party")])
    field, hits = window.searching.field.edit, panel(window).list

    QTest.keyClick(field, Qt.Key.Key_Down)
    assert window.focusWidget() is hits
    QTest.keyClick(hits, Qt.Key.Key_Down)
    QTest.keyClick(hits, Qt.Key.Key_Return)
    assert window.conversation.conversation_id == second

    QTest.keyClick(hits, Qt.Key.Key_Up)
    QTest.keyClick(hits, Qt.Key.Key_Up)
    assert window.focusWidget() is field
    QTest.keyClick(hits, Qt.Key.Key_Escape)
    assert panel(window) is None


def test_enter_in_the_field_opens_the_first_hit(window: Any, found: FakeSearch, services: Any) -> None:
    first = services.conversations.put("Garden plans")
    type_(window, "garden")
    found.answer([title_hit(first)])

    QTest.keyClick(window.searching.field.edit, Qt.Key.Key_Return)

    assert window.conversation.conversation_id == first


def test_a_click_opens_a_hit_and_a_heading_is_none(window: Any, found: FakeSearch, services: Any) -> None:
    first = services.conversations.put("Garden plans")
    type_(window, "garden")
    found.answer([title_hit(first)])
    hits = panel(window).list

    for row, wanted in ((0, None), (1, first)):
        place = hits.visualRect(hits.model().index(row)).center()
        QTest.mouseClick(hits.viewport(), Qt.MouseButton.LeftButton, pos=place)
        assert window.conversation.conversation_id == wanted


def test_nothing_found_is_said(window: Any, found: FakeSearch) -> None:
    type_(window, "xyz")
    assert not panel(window).note.isVisible()

    found.answer()

    assert panel(window).note.text() == "Nothing found in any conversation."


def test_a_long_title_is_shown_from_a_word_before_what_was_found(window: Any) -> None:
    metrics = QFontMetrics(window.font())
    title = "A question about overlapping date ranges in a calendar of the whole year"
    start = title.index("calendar")
    shown, marks = with_its_mark(title, [(start, start + 8)], metrics, metrics.horizontalAdvance(title) // 2)
    assert shown == "…date ranges in a calendar of the whole year"
    assert [shown[first:end] for first, end in marks] == ["calendar"]
    chinese = "为什么天空是蓝色的而夕阳却是红色的呢请用简单的话告诉我"
    shown, marks = with_its_mark(chinese, [(22, 24)], metrics, metrics.horizontalAdvance(chinese) // 2)
    assert [shown[first:end] for first, end in marks] == [chinese[22:24]] and len(shown) < len(chinese)


def test_a_damaged_file_is_said_in_place_of_the_hits(window: Any, found: FakeSearch) -> None:
    type_(window, "xyz")

    found.failed.emit(DatabaseUnreadable("/data/hearth.sqlite3", "SQLITE_CORRUPT"))

    assert panel(window).note.isVisible()
    assert "hearth.sqlite3" in panel(window).note.text()


def test_the_trash_ends_the_search(window: Any, found: FakeSearch) -> None:
    type_(window, "garden")

    window.actions_.show_trash.trigger()

    assert window.searching.field.text == ""
    assert panel(window) is not None
    assert window.sidebar.list.isHidden()


def test_what_has_changed_is_looked_for_again(window: Any, found: FakeSearch, services: Any, qtbot: QtBot) -> None:
    first = services.conversations.put("Garden plans")
    type_(window, "garden")
    found.answer([title_hit(first)])
    n_asked = len(found.asked)

    services.conversations.trash(first)

    qtbot.waitUntil(lambda: len(found.asked) == n_asked + 1)
    assert found.asked[-1][0] == "garden"


def test_the_marked_hit_stays_marked_when_it_is_found_again(window: Any, found: FakeSearch) -> None:
    type_(window, "garden")
    found.answer([title_hit("c1"), title_hit("c2")])
    hits = panel(window).list
    hits.setCurrentIndex(hits.model().index(2))

    found.answer([title_hit("c0"), title_hit("c2")])

    assert panel(window).first_hit().conversation_id == "c2"


# Older ones


def messages(n: int) -> list[MessageHit]:
    return [message_hit("c1", f"m{number}", snippet=f"garden number {number}") for number in range(n)]


def test_more_is_said_and_reached_with_the_keyboard(window: Any, found: FakeSearch) -> None:
    type_(window, "garden")
    found.answer([title_hit("c1")], messages(50), more=[Section.MESSAGES])
    hits = panel(window).list
    assert rows(window)[-1] == "Show older matches"
    QTest.keyClick(window.searching.field.edit, Qt.Key.Key_Down)
    for _ in range(50):
        QTest.keyClick(hits, Qt.Key.Key_Down)
    assert hits.currentIndex().data() == "Garden plans"
    QTest.keyClick(hits, Qt.Key.Key_Down)
    assert hits.currentIndex().data() == "Show older matches"
    place = hits.visualRect(hits.currentIndex()).top()
    n_asked = len(found.asked)

    QTest.keyClick(hits, Qt.Key.Key_Return)

    assert len(found.asked) == n_asked + 1 and found.asked[-1] == found.asked[-2]
    assert found.limits == FIRST.raised(Section.MESSAGES)
    found.answer([title_hit("c1")], messages(100), more=[Section.MESSAGES])
    QApplication.processEvents()
    assert panel(window).first_hit().message_id == "m50"
    assert hits.visualRect(hits.currentIndex()).top() <= place
    assert hits.hasFocus() and len(rows(window)) == 104

    found.answer([title_hit("c1")], messages(101))
    assert panel(window).first_hit().message_id == "m50"
    assert rows(window)[-1] == "Garden plans"


def test_more_titles_come_before_the_messages_and_what_is_seen_stays(window: Any, found: FakeSearch) -> None:
    type_(window, "garden")
    titles = [title_hit(f"c{number}", f"Garden {number}") for number in range(40)]
    found.answer(titles[:20], messages(50), more=[*Section])
    hits = panel(window).list
    at = rows(window).index("Show more titles")
    assert rows(window)[at + 1] == "Messages"
    hits.scrollTo(hits.model().index(at))
    QApplication.processEvents()

    QTest.mouseClick(hits.viewport(), Qt.MouseButton.LeftButton, pos=hits.visualRect(hits.model().index(at)).center())
    scrolled = hits.verticalScrollBar().value()
    assert (found.limits.n_titles, found.limits.n_messages) == (40, 50)
    found.answer(titles, messages(50), more=[Section.MESSAGES])
    QApplication.processEvents()

    assert rows(window)[1:41] == [f"Garden {number}" for number in range(40)]
    assert rows(window)[-1] == "Show older matches"
    assert hits.currentIndex().row() == at and hits.verticalScrollBar().value() == scrolled


def test_another_word_or_another_place_begins_with_the_newest_again(window: Any, found: FakeSearch) -> None:
    type_(window, "garden")
    found.answer([], messages(50), more=[Section.MESSAGES])
    hits = panel(window).list
    for again in (lambda: QTest.keyClicks(window.searching.field.edit, "s"), lambda: choose(window, "Written by", "Me")):
        hits.older_chosen.emit(hits.model().rowCount() - 1)
        assert found.limits == FIRST.raised(Section.MESSAGES)

        again()

        assert found.limits == FIRST


def test_what_has_changed_is_looked_for_among_all_that_is_on_show(
    window: Any, found: FakeSearch, services: Any, qtbot: QtBot
) -> None:
    first = services.conversations.put("Garden plans")
    type_(window, "garden")
    found.answer([], messages(50), more=[Section.MESSAGES])
    hits = panel(window).list
    hits.older_chosen.emit(51)
    found.answer([], messages(100))
    hits.clearSelection()
    hits.setCurrentIndex(hits.model().index(-1))
    hits.scrollToBottom()
    QApplication.processEvents()
    place, n_asked = hits.verticalScrollBar().value(), len(found.asked)

    services.conversations.trash(first)
    qtbot.waitUntil(lambda: len(found.asked) == n_asked + 1)
    found.answer([], messages(100))
    QApplication.processEvents()

    assert found.limits == FIRST.raised(Section.MESSAGES)
    assert place and hits.verticalScrollBar().value() == place


def test_enter_in_the_field_opens_the_first_hit_when_the_way_to_more_is_marked(
    window: Any, found: FakeSearch, services: Any
) -> None:
    first = services.conversations.put("Garden plans")
    type_(window, "garden")
    found.answer([title_hit(first)], messages(50), more=[Section.MESSAGES])
    hits = panel(window).list
    hits.setCurrentIndex(hits.model().index(hits.model().rowCount() - 1))

    QTest.keyClick(window.searching.field.edit, Qt.Key.Key_Return)

    assert window.conversation.conversation_id == first


# Filters


def menu_of(window: Any) -> Any:
    window.searching.field.filter.click()
    menu = QApplication.activePopupWidget()
    assert menu is not None
    return menu


def part(menu: Any, title: str) -> Any:
    return next(action.menu() for action in menu.actions() if action.text() == title)


def choose(window: Any, title: str, words: str) -> None:
    """Choose an entry of a part of the menu, as with the mouse."""
    menu = menu_of(window)
    next(action for action in part(menu, title).actions() if action.text() == words).trigger()
    menu.close()


def test_a_search_is_narrowed_by_folder_tag_model_role_and_date(window: Any, found: FakeSearch, services: Any) -> None:
    conversation_id = services.conversations.put("Garden plans")
    services.conversations.say(conversation_id, Role.ASSISTANT, "x", model="Qwen & Co")
    services.conversations.folders = lambda: [Folder("f1", "Flowers", 0)]
    services.conversations.tags = lambda: ["spring"]
    type_(window, "garden")

    for title, words in (("Folder", "Flowers"), ("Tag", "spring"), ("Model", "Qwen && Co"), ("Written by", "A model")):
        choose(window, title, words)
    choose(window, "When", "Last 7 days")

    filters = found.asked[-1][1]
    assert (filters.folder_id, filters.tag, filters.model, filters.role) == ("f1", "spring", "Qwen & Co", Role.ASSISTANT)
    assert 6 * DAY_MS <= time.time() * 1000 - filters.from_ms <= 7 * DAY_MS + 3_600_000
    assert filters.until_ms is None
    assert panel(window).everywhere.text() == "Flowers · spring · Qwen & Co · A model · Last 7 days"

    panel(window).everywhere.click()

    assert found.asked[-1] == ("garden", SearchFilters())
    assert not panel(window).everywhere.isVisible()


def test_nothing_found_here_is_said_differently(window: Any, found: FakeSearch) -> None:
    type_(window, "garden")
    choose(window, "Written by", "Me")

    found.answer()

    assert panel(window).note.text() == "Nothing found here."


# How it looks and is spoken


def test_rows_are_painted_in_both_themes_and_at_any_width(window: Any, found: FakeSearch, services: Any) -> None:
    type_(window, "garden")
    long = "word " * 60
    found.answer(
        [title_hit("c1", "Garden " + long), title_hit("c2", "")],
        [
            message_hit("c1", "m1"),
            message_hit("c1", "m2", snippet="🌱" * 80, marks=((70, 75),), created_ms=int(time.time() * 1000)),
        ],
    )

    pictures = set()
    for theme in ("light", "dark"):
        services.preferences.set("theme", theme)
        for width in (200, 400):
            window.sidebar.setFixedWidth(width)
            QApplication.processEvents()
            image = panel(window).grab().toImage()
            pictures.add(bytes(image.constBits())[:200_000])
    assert len(pictures) == 4


def test_hits_are_spoken_with_what_is_seen(window: Any, found: FakeSearch) -> None:
    type_(window, "garden")
    found.answer([title_hit("c1")], [message_hit("c1", "m1"), message_hit("c1", "m2", role=Role.USER)])
    model = panel(window).model

    spoken = [model.index(row).data(Qt.ItemDataRole.AccessibleTextRole) for row in range(model.rowCount())]

    assert spoken[1].startswith("Garden plans, ")
    assert spoken[3].startswith("Answer in Garden plans, ")
    assert spoken[3].endswith(": The garden needs 水 and 🌱 light")
    assert spoken[4].startswith("You in Garden plans, ")


def test_the_results_are_a_proper_model(window: Any, found: FakeSearch, qtmodeltester: Any) -> None:
    type_(window, "garden")
    found.answer([title_hit("c1")], [message_hit("c1", "m1")], more=[*Section])

    qtmodeltester.check(panel(window).model, force_py=True)


# With real conversations


@pytest.fixture
def talk(services: Any, make_window: Any, tmp_path: Path, qtbot: QtBot) -> Iterator[Talk]:
    """A window that searches conversations in a real file."""
    stand_in = services.search
    talk = Talk(services, make_window, tmp_path, qtbot)
    search = Search(talk.conversations)
    search.found.connect(stand_in.found)
    stand_in.find, stand_in.forget = search.find, search.forget
    yield talk
    search.close()
    talk.close()


def open_hit(talk: Talk, words: str, row: int) -> None:
    found: list[str] = []
    # With every key there is an answer.
    talk.services.search.found.connect(lambda result: found.append(result.text))
    type_(talk.window, words)
    talk.qtbot.waitUntil(lambda: words in found)
    hits = panel(talk.window).list
    hits.setCurrentIndex(hits.model().index(row))
    QTest.keyClick(hits, Qt.Key.Key_Return)
    talk.settle()


def selected(talk: Talk) -> str:
    return str(talk.window.transcript.view.copying.selected_words())


def test_a_hit_is_scrolled_to_and_its_first_word_selected(talk: Talk) -> None:
    talk.id = talk.say("Tell me a lot", "\n\n".join(f"Paragraph {number} of many." for number in range(200)))
    talk.say(
        "And the needle?", "\n\n".join(["Before it."] * 60 + ["The **Needle** is here, and another needle."] + ["After."] * 60)
    )
    talk.say("Other", "Unrelated")
    talk.open(talk.id)
    view = talk.window.transcript.view

    open_hit(talk, "needle is", 1)

    assert selected(talk) == "Needle"
    assert not view.is_stuck
    assert 0 < view.places.value < view.verticalScrollBar().maximum()


def test_a_sentence_behind_many_newer_ones_is_gone_on_to(talk: Talk) -> None:
    first = talk.say("The sentence about the walrus", "Fish")
    talk.id = ""
    for number in range(120):
        talk.conversations.ask(None, f"A walrus, number {number}", "Starter")
    talk.settle()
    type_(talk.window, "walrus")
    hits = panel(talk.window).list
    model = hits.model()

    for n_shown in (50, 100, 121):
        talk.qtbot.waitUntil(lambda n_shown=n_shown: n_messages(model) == n_shown)
        QTest.keyClick(talk.window.searching.field.edit, Qt.Key.Key_Down)
        QTest.keyClick(hits, Qt.Key.Key_End)
        QTest.keyClick(hits, Qt.Key.Key_Return)
    talk.settle()

    assert talk.window.conversation.conversation_id == first


def n_messages(model: Any) -> int:
    return sum(isinstance(model.hit(row), MessageHit) for row in range(model.rowCount()))


def test_a_hit_on_another_branch_brings_that_branch_on_show(talk: Talk) -> None:
    talk.open(talk.say("First wording with a walrus", "Answer one"))
    question = talk.branch[0]
    talk.conversations.edit(question.id, "Second wording", "Starter")
    talk.settle()
    talk.end("Answer two")
    assert [one.text for one in talk.branch] == ["Second wording", "Answer two"]

    open_hit(talk, "walrus", 3)

    talk.qtbot.waitUntil(lambda: [one.text for one in talk.branch] == ["First wording with a walrus", "Answer one"])
    talk.settle()
    assert selected(talk) == "walrus"


def test_a_hit_in_what_the_model_thought_is_unfolded(talk: Talk) -> None:
    talk.id = talk.say("Why?", "<think>\nMaybe a walrus did it.\n</think>\n\nNobody knows.")

    open_hit(talk, "walrus", 1)

    assert selected(talk) == "walrus"


def test_a_hit_in_another_conversation_opens_it(talk: Talk) -> None:
    first = talk.say("Walrus question", "Fish")
    talk.id = ""
    second = talk.say("Other question", "Fish")
    talk.open(second)

    open_hit(talk, "fish", 2)

    assert talk.window.conversation.conversation_id == first
    assert selected(talk) == "Fish"
