"""News in bars: one place for one kind, a button, details."""

from __future__ import annotations

from typing import Any

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication, QPlainTextEdit, QPushButton

from desktop_app.errors import EngineCrashed, NotAModelFile
from desktop_app.ui import notices as module
from desktop_app.ui.dialogs.details import DetailsDialog
from desktop_app.ui.notices import N_NOTICES_MAX, Notice, NoticeArea, NoticeBar
from desktop_app.ui.theme import Theme


@pytest.fixture
def area(qtbot: Any, theme: Theme) -> NoticeArea:
    area = NoticeArea(theme)
    qtbot.addWidget(area)
    return area


def button(area: NoticeArea, text: str) -> QPushButton:
    return next(one for one in area.findChildren(QPushButton) if one.text() == text and one.isVisibleTo(area))


def test_an_error_is_one_sentence_with_its_button(area: NoticeArea, qtbot: Any) -> None:
    error = NotAModelFile("/x/letter.gguf", "not_gguf")
    area.show_error(error)
    assert area.sentences() == ["“letter.gguf” is not a model that Hearth can use; choose another file."]
    with qtbot.waitSignal(area.action_requested) as pressed:
        qtbot.mouseClick(button(area, "Choose another model"), Qt.MouseButton.LeftButton)
    assert pressed.args == ["choose_model", error] and area.sentences() == []


def test_the_same_trouble_is_told_once(area: NoticeArea) -> None:
    area.show_error(EngineCrashed("signal 11"))
    area.show_error(EngineCrashed("signal 11", "tail"))
    assert len(area.sentences()) == 1


def test_the_oldest_gives_way(area: NoticeArea) -> None:
    for n in range(5):
        area.show_notice(Notice(f"n{n}"))
    assert area.sentences() == ["n2", "n3", "n4"]


def test_the_only_way_back_gives_way_to_nothing(area: NoticeArea) -> None:
    area.show_notice(Notice("not sent", is_only_way_back=True))
    for n in range(5):
        area.show_notice(Notice(f"n{n}"))
    assert area.sentences() == ["not sent", "n3", "n4"]


def test_one_more_is_shown_when_each_is_the_only_way_back(area: NoticeArea) -> None:
    for n in range(N_NOTICES_MAX):
        area.show_notice(Notice(f"gone {n}", is_only_way_back=True))
    for sentence in ("news", "later news"):
        area.show_notice(Notice(sentence))
    assert area.sentences() == ["gone 0", "gone 1", "gone 2", "later news"]


def test_details_show_the_log_as_plain_text(area: NoticeArea, qtbot: Any, theme: Theme) -> None:
    area.show_error(EngineCrashed("signal 6", "<b>last line</b>"))
    qtbot.mouseClick(button(area, "Details"), Qt.MouseButton.LeftButton)
    dialog = area.window().findChild(DetailsDialog)
    assert "<b>last line</b>" in dialog.findChild(QPlainTextEdit).toPlainText()
    dialog.close()


def test_a_quiet_notice_leaves_by_itself(area: NoticeArea, qtbot: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "QUIET_MS", 10)
    monkeypatch.setattr(NoticeBar, "underMouse", lambda _: False)
    monkeypatch.setattr(QApplication, "focusWidget", lambda: None)
    area.show_notice(Notice("Moved to trash.", is_quiet=True))
    qtbot.waitUntil(lambda: area.sentences() == [], timeout=2000)
