"""The user guide: whole in both languages, with the keys that are set, with its pictures, and read by keyboard."""

from __future__ import annotations

import re
from functools import partial
from pathlib import Path
from typing import Any

import pytest
from PySide6.QtCore import QSize, Qt, QUrl
from PySide6.QtGui import QFont, QKeySequence, QTextBlock, QTextDocument
from pytestqt.qtbot import QtBot

from desktop_app.guide import guide, pictures
from desktop_app.ui.guide.guide_page import GuidePage
from desktop_app.ui.guide.guide_text import COLUMN
from desktop_app.ui.guide_place import GuidePlace
from desktop_app.ui.main_window import MainWindow

LANGUAGES = ("en", "zh_CN")


@pytest.fixture
def page(window: MainWindow, qtbot: QtBot) -> GuidePage:
    place = GuidePlace(window.actions_, window.centre, window._appearance, window)
    window.actions_.show_guide.trigger()
    qtbot.waitUntil(place.page.isVisible)
    qtbot.waitUntil(lambda: place.page.text.is_whole)
    return place.page


def source(language: str) -> str:
    return (pictures().parent / f"{language}.md").read_text(encoding="utf-8")


def test_both_languages_say_the_same() -> None:
    english, chinese = (source(language) for language in LANGUAGES)
    for pattern in (r"^# ", r"^!\[[^\]]+\]\((\w+)\)$", r"^- ", r"`[^`]+`"):
        first, second = (re.findall(pattern, text, re.MULTILINE) for text in (english, chinese))
        assert len(first) == len(second), pattern
    keys = [sorted(re.findall(r"`\{(\w+)\}`", text)) for text in (english, chinese)]
    assert keys[0] == keys[1]


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_key_is_that_of_an_action_and_every_picture_is_there(window: MainWindow, language: str) -> None:
    actions = window.actions_.all()
    assert set(re.findall(r"`\{(\w+)\}`", source(language))) <= set(actions)
    text = guide(language, {name: action.shortcut().toString() for name, action in actions.items()})
    assert "–`" not in text and not re.findall(r"`\{\w+\}`", text), "each of them has a key at first"
    shown = re.findall(r"\(([a-zA-Z_-]+\.png)\)", text)
    assert len(shown) >= 4 and all(0 < (pictures() / name).stat().st_size < 200_000 for name in shown)


def test_an_unknown_language_reads_english() -> None:
    assert guide("xx", {}) == guide("en", {})


def test_chapters_are_chosen_by_keyboard_and_follow_the_reader(page: GuidePage, qtbot: QtBot) -> None:
    names = page.text.chapters
    assert names == [line[2:] for line in source("en").splitlines() if line.startswith("# ")]
    page.chapters.setFocus()
    qtbot.keyClick(page.chapters, Qt.Key.Key_Down)
    qtbot.keyClick(page.chapters, Qt.Key.Key_Down)
    assert page.chapters.currentRow() == 2
    assert page.text.cursorForPosition(page.text.viewport().rect().topLeft()).block().text() == names[2]
    page.text.verticalScrollBar().setValue(page.text.verticalScrollBar().maximum())
    assert page.chapters.currentRow() > 5
    qtbot.keyClick(page, Qt.Key.Key_Escape)
    qtbot.waitUntil(lambda: not page.isVisible())


def test_keys_are_told_as_they_are_set_now(page: GuidePage, window: MainWindow, qtbot: QtBot) -> None:
    assert "Ctrl+K" in page.text.toPlainText()
    page.text.go_to(5)
    place = page.text.verticalScrollBar().value()
    window.actions_.show_commands.setShortcuts([QKeySequence("Ctrl+Alt+Y")])
    page.refresh()
    qtbot.waitUntil(lambda: page.text.is_whole)
    assert page.text.verticalScrollBar().value() == place > 0, "the reader stays where they are"
    assert "Ctrl+Alt+Y" in page.text.toPlainText() and "Ctrl+K" not in page.text.toPlainText()


def test_a_key_that_means_code_in_markdown_is_told_like_any_other(page: GuidePage, window: MainWindow, qtbot: QtBot) -> None:
    window.actions_.stop.setShortcuts([QKeySequence("Ctrl+`")])
    page.refresh()
    qtbot.waitUntil(lambda: page.text.is_whole)
    assert "Ctrl+` stops an answer." in page.text.toPlainText()


def blocks(document: QTextDocument) -> list[QTextBlock]:
    found, block = [], document.begin()
    while block.isValid():
        found.append(block)
        block = block.next()
    return found


def test_the_text_is_what_it_would_be_in_one_piece(page: GuidePage, window: MainWindow) -> None:
    whole = QTextDocument()
    keys = {name: action.shortcut().toString() for name, action in window.actions_.all().items()}
    whole.setMarkdown(guide("en", keys), QTextDocument.MarkdownFeature.MarkdownDialectGitHub)
    shown = blocks(page.text.document())
    assert [block.text() for block in shown] == [block.text() for block in blocks(whole)]
    assert [block.textList() is None for block in shown] == [block.textList() is None for block in blocks(whole)]
    headings = [block for block in shown if block.blockFormat().headingLevel()]
    assert [block.text() for block in headings] == page.text.chapters
    assert {block.begin().fragment().charFormat().fontWeight() for block in headings} == {QFont.Weight.DemiBold}
    assert [block.blockFormat().topMargin() > 0 for block in headings] == [False] + [True] * (len(headings) - 1)


def test_the_text_comes_in_pieces_and_a_chapter_that_is_not_there_yet_can_be_gone_to(page: GuidePage) -> None:
    page.text.show_markdown("# One\n\na\n\n# Two\n\nb\n\n# Three\n\n" + "c\n\n" * 60)
    assert page.text.toPlainText() == "" and page.text.chapters == ["One", "Two", "Three"]
    page.text.go_to(1)
    assert page.text.toPlainText() == "One\na\nTwo\nb"
    page.text.go_to(2)
    assert page.text.is_whole and page.text.verticalScrollBar().value() > 0


def resource(page: GuidePage, name: str) -> Any:
    return page.text.document().resource(QTextDocument.ResourceType.ImageResource.value, QUrl(name))


def is_wide(page: GuidePage, width: int) -> bool:
    return bool(resource(page, "chat-en.png").width() == width)


def test_pictures_are_made_as_large_as_they_are_shown(page: GuidePage, window: MainWindow, qtbot: QtBot) -> None:
    for width in (1400, 760):
        window.resize(width, 700)
        room = page.text.viewport().width() - 2 * page.text._margin()
        qtbot.waitUntil(partial(is_wide, page, room))
    assert resource(page, "chat-en.png").height() == pytest.approx(room * 640 / 960, abs=1)


def test_nothing_but_its_own_pictures_is_loaded(page: GuidePage, tmp_path: Path, qtbot: QtBot) -> None:
    other = tmp_path / "other.png"
    other.write_bytes((pictures() / "chat-en.png").read_bytes())
    page.text.show_markdown(f"<b>bold</b> [out](https://example.org) ![a]({other}) ![b](chat-en.png)")
    qtbot.waitUntil(lambda: resource(page, "chat-en.png").width() > 1)
    page.text.grab()
    for name in (str(other), other.as_uri(), "../icons/x.png", "https://example.org/x.png"):
        assert resource(page, name).size() == QSize(1, 1), name
    assert "<b>bold</b>" in page.text.toPlainText(), "tags are text"


@pytest.mark.parametrize("width", [700, 1600])
def test_lines_are_no_longer_than_the_column(page: GuidePage, window: MainWindow, qtbot: QtBot, width: int) -> None:
    window.resize(width, 700)
    qtbot.waitUntil(lambda: window.width() == width)
    form = page.text.document().rootFrame().frameFormat()
    shown = page.text.viewport().width() - form.leftMargin() - form.rightMargin()
    assert 0 < shown <= page.text._theme.scaled(COLUMN) + 1
    assert page.text.horizontalScrollBar().maximum() == 0, "nothing is wider than the page"
