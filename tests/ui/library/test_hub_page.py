"""Looking for models: nothing is asked before somebody wants it, and everything that comes back can be read and used."""

from __future__ import annotations

import contextlib
import tempfile
from collections.abc import Iterator
from functools import partial
from pathlib import Path
from typing import Any

import pytest
from PySide6.QtCore import QEvent, QPoint, Qt
from PySide6.QtGui import QAccessible, QHelpEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QAbstractItemView, QApplication, QLabel, QToolTip, QWidget
from pytestqt.qtbot import QtBot

from desktop_app import errors
from desktop_app.engine.protocol import Device
from desktop_app.errors import AppError
from desktop_app.hub.repository import RepositoryFile
from desktop_app.library.model_file import ModelFile
from desktop_app.ui.dialogs.links import LinkDialog
from desktop_app.ui.library.hub_page import DEBOUNCE_MS, HubPage
from desktop_app.ui.library.offer_cards import OfferCard
from desktop_app.ui.theme import Theme, load_theme
from desktop_app.ui.translation import Translation
from desktop_app.ui.widgets.labels import plain_tooltip
from tests.fakes.online import FakeOnline, listed, repository, shape
from tests.reliability.plain_text_walk import Canary, Walk
from tests.ui.fitting import painted

WORDS_ONLY = "It was made to look at pictures, too; Hearth talks to it in words only."


@pytest.fixture
def online(qapp: QApplication) -> FakeOnline:
    return FakeOnline()


@pytest.fixture
def page(qtbot: QtBot, services: Any, online: FakeOnline, theme: Theme) -> Iterator[HubPage]:
    window = QWidget()
    qtbot.addWidget(window)
    window.resize(976, 760)
    page = HubPage(services, online, theme, window)  # type: ignore[arg-type]  # a fake
    page.resize(window.size())
    window.show()
    yield page
    window.close()


def search(page: HubPage, online: FakeOnline, text: str = "tiny", n_found: int = 3, has_more: bool = False) -> None:
    """Search, and find so many."""
    page.field.edit.setText(text)
    press(page.field.edit, Qt.Key.Key_Return)
    found = tuple(listed(repository(f"acme/Tiny-{number}B-GGUF")) for number in range(1, n_found + 1))
    online.hub.found.emit(online.hub.number_of("search"), found, has_more)


def open_first(page: HubPage, online: FakeOnline, **changes: Any) -> list[OfferCard]:
    """Open what was found first, and have the hub tell all about it; gives the cards of its sizes."""
    page.results.begin()
    press(page.results, Qt.Key.Key_Return)
    online.hub.information.emit(online.hub.number_of("info"), repository("acme/Tiny-1B-GGUF", **changes))
    return cards(page, "sizes")


def cards(page: HubPage, part: str) -> list[OfferCard]:
    made = getattr(page.repository_view.lists, part).cards()
    return [card for card in made if isinstance(card, OfferCard)]


def has_room(label: QLabel) -> bool:
    return label.height() >= label.heightForWidth(label.width())


def press(widget: QWidget, key: Qt.Key) -> None:
    QTest.keyClick(widget, key)


# Asking


def test_opening_the_page_and_looking_at_all_of_it_asks_for_nothing(page: HubPage, online: FakeOnline) -> None:
    page.grab()
    page.set_theme(load_theme("dark", 1.0))
    for box in (page.filters.sort, page.filters.task, page.filters.language, page.filters.license):
        box.setCurrentIndex(1)
        box.activated.emit(1)
    page.filters.fits.click()
    page.field.edit.setText("   ")
    assert not page._timer.isActive()
    assert online.hub.calls == []


def test_typing_searches_once_when_it_has_ended(page: HubPage, online: FakeOnline, qtbot: QtBot) -> None:
    QTest.keyClicks(page.field.edit, "qwen3")
    assert online.hub.calls == []
    assert page._timer.interval() == DEBOUNCE_MS
    page._timer.setInterval(0)
    QTest.keyClicks(page.field.edit, " 4b")
    qtbot.waitUntil(lambda: bool(online.hub.calls))
    assert [call[1].text for call in online.hub.calls] == ["qwen3 4b"]


def test_enter_searches_at_once_and_not_again_for_the_same(page: HubPage, online: FakeOnline) -> None:
    search(page, online, "tiny")
    press(page.field.edit, Qt.Key.Key_Return)
    assert online.hub.kinds() == ["search"]
    assert not page._timer.isActive()


def test_filters_are_part_of_the_search(page: HubPage, online: FakeOnline) -> None:
    search(page, online)
    page.filters.task.setCurrentIndex(page.filters.task.findData("vision"))
    page.filters.task.activated.emit(0)
    page.filters.language.setCurrentIndex(page.filters.language.findData("zh"))
    page.filters.license.setCurrentIndex(page.filters.license.findData("apache-2.0"))
    page.filters.sort.setCurrentIndex(page.filters.sort.findData("likes"))
    page.filters.fits.click()
    first, second, last = (call[1] for call in online.hub.calls)
    assert (first.task, first.sort, first.max_parameters) == ("", "trending", 0)
    assert (second.task, second.language) == ("vision", "")
    assert (last.text, last.task, last.language, last.license, last.sort) == ("tiny", "vision", "zh", "apache-2.0", "likes")
    assert last.max_parameters > 10_000_000


def test_an_answer_to_an_older_search_is_dropped(page: HubPage, online: FakeOnline) -> None:
    page.field.edit.setText("one")
    press(page.field.edit, Qt.Key.Key_Return)
    page.field.edit.setText("two")
    press(page.field.edit, Qt.Key.Key_Return)
    assert online.hub.cancelled == [1]
    online.hub.found.emit(1, (repository(),), False)
    online.hub.failed.emit(1, errors.NoInternet())
    assert page.results.found.n_found == 0
    assert page.message.sentence.text() == "Searching…"
    online.hub.found.emit(2, (repository(),), False)
    assert page.results.found.n_found == 1


def test_clearing_the_field_ends_the_search(page: HubPage, online: FakeOnline) -> None:
    search(page, online)
    press(page.field.edit, Qt.Key.Key_Escape)
    assert page.field.text == ""
    assert page.results.found.n_found == 0
    assert page.start.isVisible() and page.start.button.text() == "Show what is popular"


def test_what_is_popular_is_shown_when_it_is_asked_for(page: HubPage, online: FakeOnline) -> None:
    page.start.button.click()
    assert [(call[0], call[1].text, call[1].sort) for call in online.hub.calls] == [("search", "", "trending")]


# What was found


def test_results_say_what_they_are(page: HubPage, online: FakeOnline) -> None:
    page.field.edit.setText("x")
    press(page.field.edit, Qt.Key.Key_Return)
    one = repository("acme/Tiny_Vision-4B-Base-GGUF", gated="auto", has_chat_template=False, task="image-text-to-text")
    online.hub.found.emit(1, (listed(one),), False)
    index = page.results.found.index(0)
    spoken = index.data(Qt.ItemDataRole.AccessibleTextRole)
    assert index.data() == "Tiny Vision 4B Base"
    for part in ("4.0B", "Vision model", "Base model", "Agreement needed", one.id, "1.2M download", "340 like", "Apache-2.0"):
        assert part in spoken
    assert page.status.text().startswith("1 model")


def test_a_result_that_can_see_says_under_the_pointer_and_aloud_what_that_is_good_for(page: HubPage, online: FakeOnline) -> None:
    page.field.edit.setText("x")
    press(page.field.edit, Qt.Key.Key_Return)
    online.hub.found.emit(1, (listed(repository("acme/Tiny-4B-GGUF", task="image-text-to-text")),), False)
    view, index = page.results, page.results.found.index(0)
    assert WORDS_ONLY in index.data(Qt.ItemDataRole.AccessibleDescriptionRole)
    hints = {_hint_at(view, QPoint(x, view.visualRect(index).top() + 24)) for x in range(0, view.viewport().width(), 8)}
    assert hints == {"", plain_tooltip("4.0B parameters"), plain_tooltip(WORDS_ONLY)}


def _hint_at(view: QAbstractItemView, at: QPoint) -> str:
    QToolTip.hideText()
    where = view.viewport().mapToGlobal(at)
    QApplication.sendEvent(view.viewport(), QHelpEvent(QEvent.Type.ToolTip, at, where))
    shown = QToolTip.text() if QToolTip.isVisible() else ""
    QToolTip.hideText()
    return shown


def test_the_filter_for_models_that_see_says_what_that_is_good_for(page: HubPage) -> None:
    task = page.filters.task
    seeing = task.findData("vision")
    assert task.itemData(seeing, Qt.ItemDataRole.ToolTipRole) == plain_tooltip(WORDS_ONLY)
    assert task.itemData(seeing, Qt.ItemDataRole.AccessibleDescriptionRole) == WORDS_ONLY
    assert (task.toolTip(), task.accessibleDescription()) == ("", "")
    task.setCurrentIndex(seeing)
    assert (task.toolTip(), task.accessibleDescription()) == (plain_tooltip(WORDS_ONLY), WORDS_ONLY)


WORDS_OF_A_ROW = ("4.0B", "Vision model", "Base model", "Agreement needed")


def test_what_one_should_know_is_the_last_to_go_where_there_is_little_room(page: HubPage, online: FakeOnline) -> None:
    page.field.edit.setText("x")
    press(page.field.edit, Qt.Key.Key_Return)
    one = repository("acme/Tiny_Vision-4B-Base-GGUF", gated="auto", has_chat_template=False, task="image-text-to-text")
    online.hub.found.emit(1, (listed(one),), False)
    seen, facts = list[tuple[str, ...]](), list[str]()
    for width in range(976, 560, -8):
        page.resize(width, 760)
        texts = [stroke.text for stroke in painted(page.results)]
        seen.append(tuple(text for text in texts if text in WORDS_OF_A_ROW))
        facts += [text for text in texts if text.startswith(one.id)]

    # The number of parameters goes first, and both warnings stay: a window of 900 leaves this page 636.
    assert list(dict.fromkeys(seen)) == [WORDS_OF_A_ROW, WORDS_OF_A_ROW[1:], WORDS_OF_A_ROW[2:]]
    assert all("Apache-2.0" in text and not text.endswith("…") for text in facts)
    assert any("340 like" in text for text in facts) and not all("340 like" in text for text in facts)


def test_more_comes_with_the_last_row_and_nothing_twice(page: HubPage, online: FakeOnline, qtbot: QtBot) -> None:
    search(page, online, n_found=3, has_more=True)
    model = page.results.found
    assert (model.rowCount(), model.index(3).data()) == (4, "Show more")
    for _ in range(2):
        page.results.setCurrentIndex(model.index(3))
        press(page.results, Qt.Key.Key_Return)
    assert online.hub.calls[1:] == [("more", 1)]
    assert model.index(3).data() == "Loading…"
    more = tuple(listed(repository(f"acme/Tiny-{number}B-GGUF")) for number in (3, 4))
    online.hub.found.emit(2, more, False)
    assert [model.index(row).data() for row in range(model.rowCount())] == ["Tiny 1B", "Tiny 2B", "Tiny 3B", "Tiny 4B"]


def test_the_list_keeps_the_rules_of_its_kind(page: HubPage, online: FakeOnline, qtmodeltester: Any) -> None:
    search(page, online, n_found=2, has_more=True)
    qtmodeltester.check(page.results.found)
    page.results.found.add_found((repository("acme/Other-GGUF"),), True)
    page.results.found.add_found((), False)
    assert page.results.found.rowCount() == 3


def test_results_are_reached_and_left_by_keys(page: HubPage, online: FakeOnline, qtbot: QtBot) -> None:
    page.activateWindow()
    qtbot.waitUntil(page.isActiveWindow)
    page.setFocus()
    assert page.field.edit.hasFocus()
    search(page, online)
    press(page.field.edit, Qt.Key.Key_Down)
    assert page.results.hasFocus()
    press(page.results, Qt.Key.Key_Down)
    assert page.results.currentIndex().row() == 1
    press(page.results, Qt.Key.Key_Up)
    press(page.results, Qt.Key.Key_Up)
    assert page.field.edit.hasFocus()
    press(page.field.edit, Qt.Key.Key_Down)
    press(page.results, Qt.Key.Key_Return)
    online.hub.information.emit(2, repository("acme/Tiny-1B-GGUF"))
    press(page.repository_view.head.back, Qt.Key.Key_Escape)
    assert page.results.isVisible() and page.results.hasFocus()


def test_rows_are_painted_and_opened_by_a_click(page: HubPage, online: FakeOnline) -> None:
    search(page, online, has_more=True)
    page.grab()
    place = page.results.visualRect(page.results.found.index(1)).center()
    QTest.mouseClick(page.results.viewport(), Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier, place)
    assert online.hub.calls[-1] == ("info", "acme/Tiny-2B-GGUF")


def test_nothing_found_offers_to_clear_the_filters(page: HubPage, online: FakeOnline) -> None:
    page.filters.fits.click()
    search(page, online, n_found=0)
    assert page.message.sentence.text() == "Nothing was found with these filters."
    page.message.button.click()
    assert not page.filters.fits.isChecked()
    assert [call[1].max_parameters > 0 for call in online.hub.calls] == [True, False]
    online.hub.found.emit(2, (), False)
    assert page.message.sentence.text() == "Nothing was found; try fewer or other words."
    assert page.message.button.isHidden()


# What stands in the way


@pytest.mark.parametrize(
    ("error", "button", "asked"),
    [
        (errors.NoInternet(), "Try again", "search"),
        (errors.TooManyRequests(90), "Try again", "search"),
        (errors.HubUnreachable("https://x.org"), "Network settings", "network"),
        (errors.NotAHub("https://x.org"), "Network settings", "network"),
        (errors.AccessTokenRefused("https://x.org"), "Network settings", "network"),
    ],
)
def test_a_failed_search_is_one_sentence_and_one_button(
    page: HubPage, online: FakeOnline, error: AppError, button: str, asked: str
) -> None:
    requested: list[str] = []
    page.segment_requested.connect(requested.append)
    page.field.edit.setText("x")
    press(page.field.edit, Qt.Key.Key_Return)
    online.hub.failed.emit(1, error)
    assert page.message.sentence.text() and page.message.button.text() == button
    page.message.button.click()
    assert [*requested, *online.hub.kinds()[1:]] == [asked]


def test_a_hub_that_fails_to_give_more_is_told_of_and_can_be_asked_again(page: HubPage, online: FakeOnline) -> None:
    failed: list[AppError] = []
    page.failed.connect(failed.append)
    search(page, online, has_more=True)
    page.results.more_requested.emit()
    online.hub.failed.emit(2, errors.NoInternet())
    assert failed == [errors.NoInternet()]
    assert page.results.found.n_found == 3
    page.results.more_requested.emit()
    assert online.hub.kinds() == ["search", "more", "more"]


def test_offline_is_said_and_ended_by_one_button(page: HubPage, online: FakeOnline) -> None:
    online.network.set_offline(True)
    assert "offline" in page.start.sentence.text()
    assert page.start.button.text() == "Go online"
    page.start.button.click()
    assert not online.network.is_offline
    assert page.start.button.text() == "Show what is popular"
    assert online.hub.calls == []


def test_going_offline_ends_a_search(page: HubPage, online: FakeOnline) -> None:
    search(page, online)
    online.network.set_offline(True)
    assert page.message.button.text() == "Go online"
    page.message.button.click()
    assert [call[1].text for call in online.hub.calls] == ["tiny", "tiny"]


def test_good_models_are_listed_without_asking_anybody(page: HubPage, online: FakeOnline, services: Any, qtbot: QtBot) -> None:
    qtbot.waitUntil(lambda: len(page.start.list.cards()) > 2)
    services.engine.devices = (Device("Vulkan0", "A card", "gpu", 12_000_000_000, 11_000_000_000),)
    services.engine.state_changed.emit(services.engine.state)
    qtbot.waitUntil(lambda: page.start.list.cards()[0].verdict.full_text() == "Runs fully on your graphics card")
    first, second = page.start.list.cards()[:2]
    assert first.buttons[0].property("kind") == "primary" and second.buttons[0].property("kind") != "primary"
    assert "Apache-2.0" in first.description.text() and first.quiet.full_text().startswith("about ")
    assert online.hub.calls == []
    for card in page.start.list.cards():
        is_seeing = "Vision model" in card.description.text()
        assert card.description.toolTip() == (plain_tooltip(WORDS_ONLY) if is_seeing else "")
        assert (WORDS_ONLY in card.buttons[0].accessibleDescription()) == is_seeing
    assert "Vision model" in first.description.text()
    first.buttons[0].click()
    ((kind, repository_id),) = online.hub.calls
    assert kind == "info" and "/" in repository_id
    assert page.repository_view.isVisible()


def test_going_online_searches_for_what_was_wanted(page: HubPage, online: FakeOnline) -> None:
    page.field.edit.setText("tiny")
    press(page.field.edit, Qt.Key.Key_Return)
    online.hub.failed.emit(1, errors.OfflineSwitchOn())
    online.network.is_offline = True
    page.message.button.click()
    assert [call[1].text for call in online.hub.calls] == ["tiny", "tiny"]


# One repository


def test_sizes_are_offered_with_what_they_mean_here(page: HubPage, online: FakeOnline, qtbot: QtBot) -> None:
    search(page, online)
    small, balanced, large = open_first(page, online)
    assert [card.title.full_text() for card in (small, balanced, large)] == ["Small", "Balanced", "Large"]
    assert [card.quiet.full_text() for card in (small, balanced, large)] == ["2.1 GB", "2.5 GB", "4.3 GB"]
    assert balanced.button.property("kind") == "primary"
    assert small.button.property("kind") != "primary"
    assert online.hub.calls[-1] == ("header", "acme/Tiny-1B-GGUF", repository().revision, "Tiny-1B-Q4_K_M.gguf")
    assert small.verdict.full_text() == ""
    online.hub.header_read.emit(online.hub.number_of("header"), shape(size_bytes=10**15))
    qtbot.waitUntil(lambda: small.verdict.full_text() != "")
    assert all("processor" in card.verdict.full_text() or "Too large" in card.verdict.full_text() for card in (small, large))


def test_an_offer_that_can_see_says_before_it_is_had_that_hearth_talks_in_words_only(page: HubPage, online: FakeOnline) -> None:
    search(page, online)
    files = (RepositoryFile("Tiny-1B-Q4_K_M.gguf", 2_500_000_000), RepositoryFile("mmproj-F16.gguf", 800_000_000))
    (card,) = open_first(page, online, files=files, task="image-text-to-text")
    assert card.description.text().endswith(WORDS_ONLY) and card.description.isVisible()
    assert WORDS_ONLY in card.button.accessibleDescription()
    for tags in (card._tag_labels, page.repository_view.head._tags):
        (tag,) = [tag for tag in tags if tag.text() == "Vision model"]
        assert (tag.toolTip(), tag.accessibleDescription()) == (plain_tooltip(WORDS_ONLY), WORDS_ONLY)


def test_without_the_header_the_files_can_be_had_all_the_same(page: HubPage, online: FakeOnline) -> None:
    search(page, online)
    balanced = open_first(page, online)[1]
    online.hub.failed.emit(online.hub.number_of("header"), errors.NoInternet())
    assert balanced.isVisible()
    balanced.button.click()
    assert [call[1].quantization for call in online.downloads.calls] == ["Q4_K_M"]


def test_all_files_stand_under_their_exact_names(page: HubPage, online: FakeOnline) -> None:
    search(page, online)
    files = (
        *(RepositoryFile(f"big/Tiny-1B-Q8_0-0000{number}-of-00002.gguf", 3_000_000_000) for number in (1, 2)),
        RepositoryFile("Tiny-1B-Q4_K_M.gguf", 2_500_000_000),
        RepositoryFile("mmproj-F16.gguf", 800_000_000),
    )
    open_first(page, online, files=files)
    page.repository_view.segments.button("files").click()
    split, single = cards(page, "files")
    assert split.title.full_text() == "Tiny-1B-Q8_0-00001-of-00002.gguf"
    assert "Tiny-1B-Q8_0-00002-of-00002.gguf" in split.description.text()
    assert "mmproj-F16.gguf (800 MB)" in single.description.text()
    assert single.button.accessibleName() == "Get Tiny 1B Q4_K_M, 3.3 GB"


def test_the_card_of_a_size_follows_its_download(page: HubPage, online: FakeOnline, services: Any, tmp_path: Path) -> None:
    search(page, online)
    balanced = open_first(page, online)[1]
    values = {"title": "Tiny 1B", "repository": "acme/Tiny-1B-GGUF", "revision": repository().revision}
    online.downloads.put("d", **values, total_bytes=2_500_000_000, state="downloading", done_bytes=500_000_000)
    assert balanced.progress.isVisible()
    assert balanced.quiet.full_text() == "500 MB of 2.5 GB"
    wanted: list[object] = []
    page.segment_requested.connect(wanted.append)
    page.chat_requested.connect(wanted.append)
    balanced.button.click()
    online.downloads.put("d", state="done", first_path=str(tmp_path / "x.gguf"))
    assert balanced.button.text() == "Get"
    services.library.add(tmp_path / "x.gguf")
    assert not balanced.progress.isVisible()
    assert balanced.button.text() == "Start chat"
    balanced.button.click()
    assert wanted == ["downloads", tmp_path / "x.gguf"]


def test_a_download_that_cannot_be_queued_is_told_of(page: HubPage, online: FakeOnline, monkeypatch: Any) -> None:
    def refuse(offer: object, **_: object) -> str:
        raise errors.NotEnoughDiskSpace(3, 1)

    monkeypatch.setattr(online.downloads, "add", refuse)
    failed: list[AppError] = []
    page.failed.connect(failed.append)
    search(page, online)
    open_first(page, online)[1].button.click()
    assert failed == [errors.NotEnoughDiskSpace(3, 1)]


@pytest.mark.parametrize(
    ("changes", "said"),
    [({"gated": "auto"}, "agree"), ({"gated": "manual"}, "decide"), ({"has_chat_template": False}, "base model"), ({}, "")],
)
def test_what_should_be_known_before_is_said(page: HubPage, online: FakeOnline, changes: dict[str, Any], said: str) -> None:
    search(page, online)
    open_first(page, online, **changes)
    notice = page.repository_view.head.notice
    assert said in notice.text()
    assert notice.isVisible() == bool(said)


def test_a_repository_without_a_model_says_so(page: HubPage, online: FakeOnline) -> None:
    search(page, online)
    assert open_first(page, online, files=(RepositoryFile("model.safetensors", 10),)) == []
    assert "GGUF" in page.repository_view.message.sentence.text()
    assert "header" not in online.hub.kinds()


def test_the_makers_words_are_asked_for_when_somebody_wants_to_read_them(page: HubPage, online: FakeOnline) -> None:
    search(page, online)
    open_first(page, online)
    view = page.repository_view
    assert "card" not in online.hub.kinds()
    view.segments.button("about").click()
    assert online.hub.calls[-1] == ("card", "acme/Tiny-1B-GGUF", repository().revision)
    online.hub.card_read.emit(online.hub.number_of("card"), "# Tiny\n\nA **small** one.")
    assert view.about is not None and view.about.isVisible()
    interface = QAccessible.queryAccessibleInterface(view.about.view)
    assert "small" in interface.child(0).text(QAccessible.Text.Name)
    view.segments.button("sizes").click()
    view.segments.button("about").click()
    assert online.hub.kinds().count("card") == 1


def test_a_link_of_the_makers_is_shown_before_it_opens(page: HubPage, online: FakeOnline) -> None:
    search(page, online)
    open_first(page, online)
    view = page.repository_view
    view.segments.button("about").click()
    online.hub.card_read.emit(online.hub.number_of("card"), "Text")
    assert view.about is not None
    view.about.view.link_clicked.emit("file:///etc/passwd")
    assert page.window().findChildren(LinkDialog) == []
    view.about.view.link_clicked.emit("https://example.org/x")
    (dialog,) = page.window().findChildren(LinkDialog)
    dialog.reject()
    view.head.page_button.click()
    dialog = next(one for one in page.window().findChildren(LinkDialog) if one.isVisible())
    assert dialog._address == "https://huggingface.co/acme/Tiny-1B-GGUF"
    dialog.reject()


def test_a_failed_question_about_a_repository_can_be_asked_again(page: HubPage, online: FakeOnline) -> None:
    search(page, online)
    page.results.begin()
    press(page.results, Qt.Key.Key_Return)
    online.hub.failed.emit(2, errors.NoInternet())
    view = page.repository_view
    assert view.segments.isHidden() and view.message.button.text() == "Try again"
    view.message.button.click()
    assert online.hub.kinds() == ["search", "info", "info"]
    online.hub.failed.emit(3, errors.RepositoryMissing("acme/x"))
    assert view.message.button.isHidden()


def test_what_is_left_is_no_longer_waited_for(page: HubPage, online: FakeOnline) -> None:
    search(page, online)
    open_first(page, online)
    header = online.hub.number_of("header")
    page.repository_view.head.back.click()
    assert header in online.hub.cancelled
    assert page.repository_view._asked == {}
    page.show_repository("acme/Other-GGUF")
    online.hub.information.emit(header, repository("acme/Late-GGUF"))
    assert page.repository_view.repository.id == "acme/Other-GGUF"
    assert online.hub.calls[-1] == ("info", "acme/Other-GGUF")


# Everywhere


@pytest.mark.parametrize("width", [560, 636, 976, 2296])
def test_nothing_is_cut_at_any_width(page: HubPage, online: FakeOnline, width: int, qtbot: QtBot) -> None:
    page.window().resize(width, 500)
    page.resize(width, 500)
    search(page, online)
    for card in open_first(page, online, gated="auto"):
        qtbot.waitUntil(partial(has_room, card.description))
        inside = card.rect().adjusted(0, 0, 1, 1)
        for part in (*card.buttons, card.title, card.quiet, card.description):
            assert part.isHidden() or inside.contains(part.geometry())
        assert card.button.mapTo(page, QPoint()).x() >= 0


def test_everything_that_takes_the_keyboard_has_a_name(page: HubPage, online: FakeOnline) -> None:
    search(page, online)
    open_first(page, online)
    for widget in page.findChildren(QWidget):
        if widget.focusPolicy() & Qt.FocusPolicy.TabFocus and widget.isVisibleTo(page):
            interface = QAccessible.queryAccessibleInterface(widget)
            assert interface.text(QAccessible.Text.Name), widget


def test_the_page_speaks_another_language_at_once(page: HubPage, online: FakeOnline, qapp: QApplication) -> None:
    search(page, online, has_more=True)
    balanced = open_first(page, online, gated="auto")[1]
    translation = Translation(qapp)
    translation.choose("zh_CN")
    qapp.processEvents()
    assert balanced.title.full_text() == "均衡"
    assert page.filters.fits.accessibleName() == "适合这台电脑"
    assert page.status.text() == "3 个模型，还有更多"
    assert "同意" in page.repository_view.head.notice.text()
    translation.choose("en")
    qapp.processEvents()
    assert balanced.title.full_text() == "Balanced"
    translation.close()


def test_what_fits_this_computer_best_is_offered_beside_the_three_sizes(
    page: HubPage, online: FakeOnline, services: Any, qtbot: QtBot
) -> None:
    services.engine.devices = (Device("Vulkan0", "Large card", "gpu", 60_000_000_000, 64_000_000_000),)
    search(page, online)
    sizes = (("Q3_K_M", 4), ("Q4_K_M", 5), ("Q5_K_M", 6), ("Q8_0", 9), ("F16", 16))
    files = tuple(RepositoryFile(f"Tiny-8B-{name}.gguf", size * 1_000_000_000) for name, size in sizes)
    open_first(page, online, files=files, n_parameters=8_000_000_000)
    online.hub.header_read.emit(online.hub.number_of("header"), shape(size_bytes=5_000_000_000))
    qtbot.waitUntil(lambda: len(cards(page, "sizes")) == 4)
    assert [card.title.full_text() for card in cards(page, "sizes")] == ["Small", "Balanced", "Best fit", "Large"]
    assert [card.button.property("kind") == "primary" for card in cards(page, "sizes")] == [False, False, True, False]
    assert cards(page, "sizes")[2].verdict.full_text() == "Runs fully on your graphics card"
    assert cards(page, "sizes")[2].verdict.property("kind") == "verdictGood"


@pytest.mark.posix("Windows has no signals")
def test_what_strangers_wrote_is_shown_letter_by_letter_and_opens_no_file(page: HubPage, online: FakeOnline) -> None:
    with tempfile.TemporaryDirectory() as folder, contextlib.ExitStack() as at_last:  # a short path: long names are cut
        canary = Canary(Path(folder))
        at_last.callback(canary.was_opened)
        plant = canary.plant
        found = repository(f"acme/{plant('id')}", license=plant("license"), gated="auto")
        files = (RepositoryFile(f"{plant('file')}-Q4_K_M.gguf", 9), RepositoryFile(f"mmproj-{plant('projector')}.gguf", 9))
        page.field.edit.setText(plant("typed"))
        press(page.field.edit, Qt.Key.Key_Return)
        online.hub.found.emit(1, (listed(found),), False)
        walk = Walk(canary)
        walk.over(page)
        page.results.repository_chosen.emit(found)
        online.hub.information.emit(2, found.replaced(files=files))
        walk.over(page)
        page.repository_view.segments.button("files").click()
        walk.over(page)
        page.repository_view.segments.button("about").click()
        online.hub.card_read.emit(
            online.hub.number_of("card"), f"# {plant('heading')}\n\n![x](file://{canary.path})\n\n{plant('card')}"
        )
        walk.over(page)
        page.field.edit.setText("another")
        press(page.field.edit, Qt.Key.Key_Return)
        online.hub.failed.emit(online.hub.number_of("search"), errors.HubUnreachable(plant("endpoint")))
        walk.over(page)
        places = ("id", "license", "typed", "heading", "card", "endpoint")
        # Of a file's name the folders are left out, which end at the last slash.
        assert all(any(f'alt="{place}"' in text for text in walk.seen) for place in ("file", "projector"))
        assert walk.wrong == []
        assert [place for place in places if not walk.has_seen(place)] == []
        assert not canary.was_opened()


def test_code_in_the_makers_words_can_be_saved(page: HubPage, online: FakeOnline) -> None:
    wanted: list[tuple[str, str]] = []
    page.save_requested.connect(lambda info, code: wanted.append((info, code)))
    search(page, online)
    open_first(page, online)
    view = page.repository_view
    view.segments.button("about").click()
    online.hub.card_read.emit(online.hub.number_of("card"), "```python\nprint(1)\n```")
    assert view.about is not None
    view.about.view.save_requested.emit("python", "print(1)\n")
    assert wanted == [("python", "print(1)\n")]


def test_what_is_on_this_computer_already_is_not_offered_again(page: HubPage, online: FakeOnline, services: Any) -> None:
    search(page, online)
    small, balanced, large = open_first(page, online)
    hashed, named, older = Path("/models/a.gguf"), Path("/models/Tiny-1B-Q8_0.gguf"), Path("/models/Tiny-1B-Q3_K_M.gguf")
    services.library.notes.put(hashed, sha256=balanced.offer.files[0].sha256)
    services.library.notes.put(named, repository="acme/Tiny-1B-GGUF")
    services.library.notes.put(older, repository="acme/Tiny-1B-GGUF", sha256="cd" * 32)
    services.library.have(*(ModelFile(path, "Tiny", 9) for path in (hashed, named, older)))
    assert [card.button.text() for card in (small, balanced, large)] == ["Get", "Start chat", "Start chat"]
    wanted: list[Path] = []
    page.chat_requested.connect(wanted.append)
    large.button.click()
    assert wanted == [named]
