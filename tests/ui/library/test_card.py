"""A card keeps everything on it in sight at any width, and its words say what is meant."""

from __future__ import annotations

from typing import Any

import pytest
from PySide6.QtCore import QLocale
from PySide6.QtWidgets import QApplication, QPushButton, QWidget
from pytestqt.qtbot import QtBot

from desktop_app.library.fit import Fit
from desktop_app.ui.library.card import Card, Tag
from desktop_app.ui.library.level_words import LevelWords
from desktop_app.ui.theme import Theme, load_theme
from desktop_app.ui.translation import Translation
from desktop_app.ui.widgets.ends import EndsLayout
from desktop_app.ui.widgets.labels import ElidedLabel, PlainLabel

GB = 1_000_000_000


def fit(grade: Any, place: Any, speed: float | None = None) -> Fit:
    return Fit(grade, place, 5 * GB, 3 * GB, 28, 22, speed, n_ctx=8192)


@pytest.fixture
def card(qtbot: QtBot, theme: Theme) -> Card:
    card = Card(theme)
    qtbot.addWidget(card)
    card.set_title("Qwen3 4B Instruct")
    card.set_tags([Tag("Balanced", "accent"), Tag("Q4_K_M")])
    return card


def shown(card: Card, width: int) -> Card:
    card.resize(width, card.heightForWidth(width))
    card.show()
    QApplication.processEvents()
    return card


@pytest.mark.parametrize("width", [280, 400, 560, 896])
def test_nothing_overlaps_or_leaves_the_card(card: Card, width: int) -> None:
    card.set_quiet("2.5 GB · context 32,768 · used today")
    card.set_description("Multilingual, good for everyday chat and writing. " * 3)
    card.set_verdict("Runs fully on your graphics card, about 41 tokens/s", "good")
    card.set_progress(0.5)
    buttons = [card.add_button("Start chat", is_primary=True), card.add_button("How it is loaded…"), card.add_button("More")]
    shown(card, width)
    labels = [
        label
        for label in card.findChildren(PlainLabel)
        if label.property(
            "kind",
        )
        in ("tag", "tagAccent")
    ]
    parts = [card.title, card.quiet, card.progress, card.description, card.verdict.parentWidget(), *labels, *buttons]
    places = [part.geometry() for part in parts]
    for index, place in enumerate(places):
        assert card.rect().adjusted(12, 12, -12, -12).contains(place), parts[index]
        assert not [other for other in places[index + 1 :] if other.intersects(place)], parts[index]
    assert len(labels) == 2


def test_what_is_empty_takes_no_room(card: Card) -> None:
    height = card.heightForWidth(600)
    card.set_description("A sentence.")
    assert card.heightForWidth(600) > height
    card.set_description("")
    card.set_quiet("")
    card.set_progress(None)
    card.set_verdict("")
    assert card.heightForWidth(600) == height


def test_tags_take_the_place_of_those_before(card: Card) -> None:
    card.set_tags([Tag("Small", "accent")])
    shown(card, 600)
    visible = [label.text() for label in card.findChildren(PlainLabel) if label.isVisible() and label is not card.title]
    assert [text for text in visible if text] == ["Small"]


def test_a_warning_has_an_icon_beside_its_words(card: Card) -> None:
    card.set_verdict("Too large", "warning")
    shown(card, 600)
    assert card._verdict_icon.isVisible() and not card._verdict_icon.pixmap().isNull()
    card.set_theme(load_theme("dark", 1.0))
    card.set_verdict("Runs here", "good")
    assert not card._verdict_icon.isVisible()


def test_ends_go_on_to_a_second_line_where_they_do_not_fit(qtbot: QtBot) -> None:
    host = QWidget()
    qtbot.addWidget(host)
    line = EndsLayout(8, 4, host)
    title, right = ElidedLabel(), QPushButton("Right")
    title.setText("A title that is quite long, longer than the line")
    line.addWidget(title)
    line.set_right(right)
    for width, is_beside in ((900, True), (320, False)):
        host.resize(width, line.heightForWidth(width))
        host.show()
        line.setGeometry(host.rect())
        assert (right.geometry().top() < title.geometry().bottom()) == is_beside
        assert host.rect().contains(right.geometry())
    assert line.itemAt(5) is None and line.takeAt(5) is None
    assert line.takeAt(0).widget() is title


@pytest.mark.parametrize(
    ("verdict", "words", "kind", "short"),
    [
        (fit("fast", "card", 41.2), "Runs fully on your graphics card, about 41 tokens/s", "good", "runs fully on your graphics card"),
        (fit("fast", "card"), "Runs fully on your graphics card", "good", "runs fully on your graphics card"),
        (fit("fine", "partly", 9.64), "Partly on your graphics card: 22 of 28 layers, about 9.6 tokens/s", "", "runs partly on your graphics card"),
        (fit("slow", "partly"), "Partly on your graphics card: 22 of 28 layers", "", "runs partly on your graphics card"),
        (fit("fine", "partly").replaced(n_layers_on_card=28), "Partly on your graphics card, the rest in main memory", "", "runs partly on your graphics card"),
        (fit("fine", "processor", 12), "Runs on the processor, about 12 tokens/s", "", "runs on the processor"),
        (fit("fine", "processor"), "Runs on the processor", "", "runs on the processor"),
        (fit("slow", "processor", 2.5), "Runs on the processor, slowly: about 2.5 tokens/s", "", "runs on the processor, slowly"),
        (fit("slow", "processor"), "Runs on the processor, slowly", "", "runs on the processor, slowly"),
        (fit("too_big", "nowhere"), "Too large: needs 5.0 GB, and 3.0 GB is free", "warning", "too large for this computer"),
    ],
)  # fmt: skip
def test_verdicts_in_words(qapp: QApplication, verdict: Fit, words: str, kind: str, short: str) -> None:
    said = LevelWords(qapp)
    assert (said.verdict(verdict), said.verdict_kind(verdict), said.short_verdict(verdict)) == (words, kind, short)
    assert said.number(8192) in said.verdict_reason(verdict)
    said.deleteLater()


def test_counts_times_and_licences_in_words(qapp: QApplication) -> None:
    words = LevelWords(qapp)
    assert [words.count(n) for n in (950, 8_840, 12_400, 1_234_567, 4_022_000_000)] == ["950", "8.8K", "12K", "1.2M", "4.0B"]
    assert [words.license(name) for name in ("apache-2.0", "llama3.1", "other", "", "made-up")] == [
        "Apache-2.0", "Llama 3.1", "Licence of its own", "", "made-up",
    ]  # fmt: skip
    assert [words.parameters(0), words.context(0)] == ["", ""]
    assert words.size(2_500_000_000, is_exact=False) == "about 2.5 GB"
    translation = Translation(qapp)
    translation.choose("en")
    assert [words.duration(n) for n in (1, 60, 240, 5400, 9000)] == [
        "about 1 second", "about 60 seconds", "about 4 minutes", "about 2 hours", "about 2 hours",
    ]  # fmt: skip
    translation.choose("zh_CN")
    assert QLocale().name() == "zh_CN"
    assert [words.count(n) for n in (950, 12_400, 123_456_789)] == ["950", "1.2 万", "1.2 亿"]
    assert words.parameter_count(4_022_000_000) == "4.0B"
    assert words.level("balanced") == "均衡"
    translation.close()
    words.deleteLater()
