"""The page of downloads says what is going on, and every button does what it says."""

from __future__ import annotations

from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtWidgets import QApplication, QLabel, QMenu, QPushButton, QWidget
from pytestqt.qtbot import QtBot

from desktop_app.errors import (
    AccessRequired,
    AppError,
    DownloadProcessEnded,
    ModelFolderGone,
    ModelInUse,
    NoInternet,
    NotEnoughDiskSpace,
    OfflineSwitchOn,
)
from desktop_app.library.fit import Fit
from desktop_app.ui.dialogs.links import LinkDialog
from desktop_app.ui.dialogs.question import QuestionDialog
from desktop_app.ui.library.download_card import DownloadCard
from desktop_app.ui.library.download_words import DownloadWords, share_text
from desktop_app.ui.library.downloads_page import DownloadsPage
from desktop_app.ui.theme import Theme, load_theme
from desktop_app.ui.translation import Translation
from tests.fakes.downloads import FakeDownloads
from tests.fakes.network import FakeNetwork

GB = 1_000_000_000


@pytest.fixture
def downloads(qapp: QApplication) -> FakeDownloads:
    return FakeDownloads()


@pytest.fixture
def network(qapp: QApplication) -> FakeNetwork:
    return FakeNetwork({})


@pytest.fixture
def page(qtbot: QtBot, downloads: FakeDownloads, network: FakeNetwork, theme: Theme) -> DownloadsPage:
    window = QWidget()
    qtbot.addWidget(window)
    online: Any = SimpleNamespace(downloads=downloads, network=network)
    page = DownloadsPage(SimpleNamespace(), online, theme, window)  # type: ignore[arg-type]
    window.resize(900, 700)
    page.resize(900, 700)
    window.show()
    page.show()
    return page


def card(page: DownloadsPage, id_: str) -> DownloadCard:
    found = page.list.card(id_)
    assert isinstance(found, DownloadCard)
    return found


def buttons(page: DownloadsPage, id_: str) -> list[str]:
    return [button.text() for button in card(page, id_).buttons if not button.isHidden()]


def press(page: DownloadsPage, id_: str, text: str) -> None:
    next(button for button in card(page, id_).buttons if button.text() == text and not button.isHidden()).click()


def test_an_empty_page_says_what_to_do_next(page: DownloadsPage, downloads: FakeDownloads) -> None:
    asked: list[str] = []
    page.segment_requested.connect(asked.append)
    assert page.empty.isVisible()
    page.empty.button.click()
    downloads.put("a")

    assert asked == ["hub"] and not page.empty.isVisible() and page.list.isVisible()


def test_numbers_of_what_is_coming_in(page: DownloadsPage, downloads: FakeDownloads) -> None:
    downloads.put("a", title="Qwen3 8B", state="checking", total_bytes=5 * GB)
    downloads.put("a", state="downloading", done_bytes=3_190_000_000, bytes_per_s=11_200_000.0, left_s=168)
    shown = card(page, "a")

    assert shown.title.full_text() == "Qwen3 8B"
    assert shown.quiet.full_text() == "3.1 / 5.0 GB · 11 MB/s · 2 min 50 s left"
    assert shown.progress.isVisible() and shown.progress.value() == 6380
    assert buttons(page, "a") == ["Pause", "Cancel"]
    assert not shown.verdict.isVisible()
    downloads.put("a", fit=Fit("fast", "card", 1, 2, 3, 3, 24.0, "A card", 8192))
    assert shown.verdict.full_text() == "Runs fully on your graphics card, about 24 tokens/s"
    assert "Qwen3 8B" in shown.hold.accessibleName() and "3.1 / 5.0 GB" in shown.accessibleName()


@pytest.mark.parametrize(
    ("seconds", "text"),
    [(0, "1 s left"), (59, "59 s left"), (60, "1 min 0 s left"), (299, "5 min 0 s left"), (601, "10 min left"), (7260, "2 h 1 min left")],
)  # fmt: skip
def test_time_left_is_said_the_less_exactly_the_longer_it_is(qapp: QApplication, seconds: int, text: str) -> None:
    assert DownloadWords(qapp).left(seconds) == text


@pytest.mark.parametrize(
    ("done", "total", "text"),
    [
        (0, 5 * GB, "5.0 GB"),
        (4_999_999_999, 5 * GB, "4.9 / 5.0 GB"),
        (5 * GB, 5 * GB, "5.0 / 5.0 GB"),
        (12_000_000, 98_000_000, "12 / 98 MB"),
        (500, 1000, "0.5 / 1.0 kB"),
        (3_000_000, 5 * GB, "5.0 GB"),
    ],
)
def test_what_is_there_is_never_rounded_up(qapp: QApplication, done: int, total: int, text: str) -> None:
    assert share_text(done, total) == text


@pytest.mark.parametrize(
    ("waits_for", "reason", "said", "button", "call"),
    [
        ("network", NoInternet(), "Waits for the network", "Try now", "try_now"),
        ("folder", ModelFolderGone("/media/models"), "Waits for the disk", "Try now", "try_now"),
        ("restart", DownloadProcessEnded("died"), "Starts again in a moment", "Try now", "try_now"),
        ("model", ModelInUse("/models/a.gguf"), "Waits until the model is not used", "Try now", "try_now"),
        ("rate", None, "Waits, as Hugging Face has asked", "Try now", "try_now"),
    ],
)
def test_what_is_waited_for_is_said_with_one_button_that_helps(
    page: DownloadsPage, downloads: FakeDownloads, waits_for: str, reason: AppError | None, said: str, button: str, call: str
) -> None:
    downloads.put("a", state="waiting", waits_for=waits_for, reason=reason)

    shown = card(page, "a")
    assert shown.verdict.full_text() == said
    assert shown.description.isVisible() == (reason is not None)
    assert buttons(page, "a") == [button, "Pause", "Cancel"]
    press(page, "a", button)
    assert downloads.calls == [(call, "a")]


def test_no_room_on_the_disk_leads_to_what_can_be_removed(page: DownloadsPage, downloads: FakeDownloads) -> None:
    asked: list[str] = []
    page.segment_requested.connect(asked.append)
    downloads.put("a", state="waiting", waits_for="space", reason=NotEnoughDiskSpace(9 * GB, 4 * GB))

    assert "9.0 GB" in card(page, "a").description.text() and "4.0 GB" in card(page, "a").description.text()
    press(page, "a", "Remove models…")
    assert asked == ["local"]


def test_offline_is_ended_by_one_press_unless_it_was_asked_for_at_the_start(
    page: DownloadsPage, downloads: FakeDownloads, network: FakeNetwork
) -> None:
    network.is_offline = True
    downloads.put("a", state="waiting", waits_for="online", reason=OfflineSwitchOn())
    press(page, "a", "Go online")
    assert not network.is_offline
    network.is_offline_for_this_run = True
    downloads.put("b", state="waiting", waits_for="online", reason=OfflineSwitchOn())

    assert buttons(page, "b") == ["Pause", "Cancel"]


def test_a_failed_download_keeps_its_sentence_and_can_be_tried_again(page: DownloadsPage, downloads: FakeDownloads) -> None:
    downloads.put("a", title="Tiny", state="failed", reason=DownloadProcessEnded("died"))

    shown = card(page, "a")
    assert "stopped unexpectedly" in shown.description.text() and shown.progress.isHidden()
    assert buttons(page, "a") == ["Try again", "Remove from the list"]
    press(page, "a", "Try again")
    assert downloads.calls == [("resume", "a")] and shown.description.isHidden()


def test_a_gated_repository_leads_to_its_page_after_a_question(page: DownloadsPage, downloads: FakeDownloads) -> None:
    downloads.put("a", state="failed", reason=AccessRequired("acme/a", "https://huggingface.co/acme/a"))
    assert buttons(page, "a") == ["Open its page…", "Try again", "Remove from the list"]
    press(page, "a", "Open its page…")

    (dialog,) = page.window().findChildren(LinkDialog)
    assert dialog.isVisible()
    dialog.reject()


def test_what_is_done_can_be_talked_to_and_removed_from_the_list(page: DownloadsPage, downloads: FakeDownloads) -> None:
    chats: list[object] = []
    page.chat_requested.connect(chats.append)
    downloads.put("a", state="done", done_bytes=5 * GB, first_path="/models/a.gguf", finished_ms=1_790_000_000_000)
    downloads.put("b", state="done", done_bytes=5 * GB, first_path="/models/b.gguf", finished_ms=1_780_000_000_000)

    assert [card(page, id_).help.property("kind") for id_ in "ab"] == ["primary", ""]
    press(page, "a", "Start chat")
    assert chats == [Path("/models/a.gguf")]
    press(page, "b", "Remove from the list")
    assert downloads.calls == [("cancel", "b")] and not page.window().findChildren(QuestionDialog)


def test_much_that_has_come_is_thrown_away_only_after_a_question(
    qtbot: QtBot, page: DownloadsPage, downloads: FakeDownloads
) -> None:
    downloads.put("a", state="downloading", done_bytes=3 * GB)
    downloads.put("b", state="downloading", done_bytes=1000)
    press(page, "b", "Cancel")
    assert downloads.calls == [("cancel", "b")]
    press(page, "a", "Cancel")
    assert downloads.calls == [("cancel", "b")]

    (dialog,) = page.window().findChildren(QuestionDialog)
    qtbot.keyClick(dialog, Qt.Key.Key_Return)
    assert not dialog.isVisible() and downloads.calls == [("cancel", "b")]
    press(page, "a", "Cancel")
    dialog = page.window().findChildren(QuestionDialog)[-1]
    next(button for button in dialog.findChildren(QPushButton) if button.text() == "Cancel and delete").click()
    assert downloads.calls[-1] == ("cancel", "a") and page.empty.isVisible()


def test_the_order_is_changed_from_the_menu_of_a_card(qtbot: QtBot, page: DownloadsPage, downloads: FakeDownloads) -> None:
    for id_ in "abc":
        downloads.put(id_)
    assert not card(page, "b").more.isHidden()
    card(page, "b").menu_requested.emit("b", QPoint(0, 0))
    menu = page.findChild(QMenu)
    assert menu is not None
    actions = {action.text(): action for action in menu.actions()}
    assert [action.isEnabled() for action in menu.actions()] == [True, True, True, True]
    actions["Move down"].trigger()
    actions["Download first"].trigger()
    menu.close()

    assert downloads.calls == [("move", "b", 2), ("move", "b", 0)]


def test_all_are_held_and_go_on_together(page: DownloadsPage, downloads: FakeDownloads) -> None:
    downloads.put("a", state="downloading", done_bytes=GB)
    assert page.hold_all.isHidden()
    downloads.put("b")
    assert page._summary.full_text().endswith("9.0 GB to go")
    page.hold_all.click()
    assert downloads.calls == [("pause", "a"), ("pause", "b")] and page.hold_all.text() == "Resume all"
    page.hold_all.click()

    assert downloads.calls[2:] == [("resume", "a"), ("resume", "b")] and page.hold_all.text() == "Pause all"


def test_finished_ones_are_cleared_and_failed_ones_stay(page: DownloadsPage, downloads: FakeDownloads) -> None:
    for id_, state in (("a", "done"), ("b", "failed"), ("c", "done")):
        downloads.put(id_, state=state, reason=DownloadProcessEnded("") if state == "failed" else None)
    page.clear.click()

    assert list(downloads.stored) == ["b"]


def test_everything_is_reached_by_keys(qtbot: QtBot, page: DownloadsPage, downloads: FakeDownloads) -> None:
    downloads.put("a", state="downloading", done_bytes=GB)
    downloads.put("b")
    qtbot.waitUntil(card(page, "b").drop.isVisible)
    page.setFocus()
    assert card(page, "a").hold.hasFocus()
    qtbot.keyClick(page.window().focusWidget(), Qt.Key.Key_Down)
    assert card(page, "b").hold.hasFocus()
    reached = set()
    for _ in range(12):
        reached.add(page.window().focusWidget())
        page.window().focusNextPrevChild(True)

    assert {card(page, id_).drop for id_ in "ab"} | {card(page, id_).more for id_ in "ab"} | {page.hold_all} <= reached


def test_a_name_from_outside_is_shown_as_it_is(page: DownloadsPage, downloads: FakeDownloads) -> None:
    downloads.put(
        "a", title="<img src=file:///canary>", quantization="<b>Q4</b>", state="failed", reason=ModelFolderGone("/<i>x")
    )

    shown = card(page, "a")
    assert shown.title.full_text() == "<img src=file:///canary>"
    texts = [label for label in shown.findChildren(QLabel) if label.text()]
    assert len(texts) >= 6 and {label.textFormat() for label in texts} == {Qt.TextFormat.PlainText}


def test_the_page_speaks_chinese_and_takes_other_colours(
    page: DownloadsPage, downloads: FakeDownloads, qapp: QApplication
) -> None:
    downloads.put("a", state="paused", done_bytes=GB, total_bytes=2 * GB)
    translation = Translation(qapp)
    translation.choose("zh_CN")
    qapp.processEvents()
    page.set_theme(load_theme("dark", 1.0))
    said = [card(page, "a").hold.text(), card(page, "a").verdict.full_text(), page.accessibleName()]
    translation.close()
    qapp.processEvents()

    assert said == ["继续", "已暂停", "下载"]
