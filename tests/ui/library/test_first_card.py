"""The card of a first start says what fits this computer, and then how far it is."""

from __future__ import annotations

from typing import Any

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from desktop_app.errors import NotEnoughDiskSpace
from desktop_app.library.fit import Fit
from desktop_app.services.download_item import DownloadItem
from desktop_app.services.recommending import Recommendation
from desktop_app.ui.library.first_card import FirstCard
from desktop_app.ui.theme import Theme, load_theme
from desktop_app.ui.translation import Translation

GOOD = Fit("fast", "card", 3_000_000_000, 8_000_000_000, 37, 37)
OFFERED = Recommendation(
    "Qwen3 4B", "Qwen/Qwen3-4B-GGUF", "Q4_K_M", "balanced", 2_500_000_000, False, "apache-2.0", ("en",), GOOD, 240, 7
)
ITEM = DownloadItem(
    "d", "Qwen3 4B", "Q4_K_M", "balanced", OFFERED.repository, "c", "downloading", 500_000_000, 2_500_000_000, 1e7, 200
)


@pytest.fixture
def card(qtbot: QtBot, theme: Theme) -> FirstCard:
    card = FirstCard(theme)
    qtbot.addWidget(card)
    card.set_recommendation(OFFERED)
    card.resize(736, 200)
    card.show()
    return card


def test_it_says_everything_before_the_decision(card: FirstCard) -> None:
    text = card.description.text()
    for part in ("Qwen3 4B", "about 2.5 GB", "about 4 minute", "download", "runs fully on your graphics card", "starter model"):
        assert part in text
    assert "7 found" in card.local.text()
    assert card.get.accessibleName() == "Get Qwen3 4B"
    assert "2.5 GB" in card.get.accessibleDescription()


def test_what_is_not_known_is_left_out(card: FirstCard) -> None:
    card.set_recommendation(OFFERED.replaced(seconds_left=None, n_found_elsewhere=0, is_size_exact=True))
    assert card.description.text().startswith("Qwen3 4B · 2.5 GB · runs fully")
    assert card.local.text() == "I already have models"


def test_without_a_starter_model_none_is_promised(card: FirstCard) -> None:
    card.set_recommendation(OFFERED, has_starter=False)
    assert "starter" not in card.description.text()
    card.set_download(ITEM)
    assert "starter" not in card.description.text()


def test_each_button_asks_for_its_own(card: FirstCard) -> None:
    asked: list[str] = []
    for name in ("get", "local", "other", "downloads"):
        getattr(card, f"{name}_requested").connect(lambda name=name: asked.append(name))
    card.closed.connect(lambda: asked.append("closed"))
    for button in (card.get, card.local, card.other, card.close_button):
        button.setFocus()
        QTest.keyClick(button, Qt.Key.Key_Space)
    card.set_download(ITEM)
    QTest.keyClick(card.downloads, Qt.Key.Key_Space)
    assert asked == ["get", "local", "other", "closed", "downloads"]


def test_while_the_hub_is_asked_it_is_not_asked_again(card: FirstCard) -> None:
    card.set_busy(True)
    assert not card.get.isEnabled()
    assert card.description.text() == "Asking for the files of Qwen3 4B…"
    card.set_busy(False)
    assert card.get.isEnabled()


@pytest.mark.parametrize(
    ("changes", "title", "said"),
    [
        ({}, "Qwen3 4B is on its way", "You can write meanwhile"),
        ({"state": "paused"}, "Qwen3 4B is on its way", "paused"),
        ({"state": "stalled"}, "Qwen3 4B is on its way", "Nothing has come"),
        ({"state": "waiting"}, "Qwen3 4B is on its way", "goes on by itself"),
        ({"state": "waiting", "reason": NotEnoughDiskSpace(3, 1)}, "Qwen3 4B is on its way", "not enough room"),
        ({"state": "verifying"}, "Qwen3 4B is on its way", "checked"),
        ({"state": "failed"}, "Qwen3 4B could not be downloaded", "failed"),
        ({"state": "done"}, "Qwen3 4B is there", "loaded"),
    ],
)
def test_the_download_is_told_of(card: FirstCard, changes: dict[str, Any], title: str, said: str) -> None:
    card.set_busy(True)
    card.set_download(ITEM.replaced(**changes))
    assert card.title.full_text() == title
    assert said in card.description.text()
    assert "500 MB of 2.5 GB" in card.quiet.full_text()
    assert ("left" in card.quiet.full_text()) == (not changes)
    assert [button.isVisible() for button in (card.get, card.local, card.other, card.downloads)] == [False, False, False, True]
    card.set_download(None)
    assert card.get.isVisible() and card.get.isEnabled() and not card.progress.isVisible()


def test_it_speaks_another_language_and_takes_other_colours(card: FirstCard, qapp: QApplication) -> None:
    translation = Translation(qapp)
    translation.choose("zh_CN")
    qapp.processEvents()
    card.set_theme(load_theme("dark", 1.5))
    assert card.title.full_text() == "适合这台电脑的模型"
    assert card.close_button.geometry().right() < card.width()
    translation.choose("en")
    qapp.processEvents()
    assert card.title.full_text() == "A good fit for this computer"
    assert card.local.text() == "I already have models: 7 found"
    translation.close()
