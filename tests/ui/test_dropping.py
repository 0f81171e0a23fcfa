"""What is dropped on the window from elsewhere, and on the small one."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from PySide6.QtCore import QMimeData, QPoint, Qt, QUrl
from PySide6.QtGui import QDragEnterEvent, QDropEvent
from PySide6.QtWidgets import QWidget

from desktop_app.ui.composer.quick_window import QuickWindow
from desktop_app.ui.main_window import MainWindow

COPY_OR_MOVE = Qt.DropAction.CopyAction | Qt.DropAction.MoveAction
LEFT, NO_KEYS = Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier


def files(*paths: str) -> QMimeData:
    data = QMimeData()
    data.setUrls([QUrl.fromLocalFile(path) for path in paths])
    return data


def words(text: str) -> QMimeData:
    data = QMimeData()
    data.setText(text)
    return data


def drop(window: MainWindow, data: QMimeData) -> bool:
    """Drag it in and let go; give whether the window wanted it."""
    enter = QDragEnterEvent(QPoint(9, 9), COPY_OR_MOVE, data, LEFT, NO_KEYS)
    enter.setAccepted(False)
    window.dragEnterEvent(enter)
    event = QDropEvent(QPoint(9, 9), COPY_OR_MOVE, data, LEFT, NO_KEYS)
    event.setAccepted(False)
    window.dropEvent(event)
    assert enter.isAccepted() == event.isAccepted()
    # The other program must not delete what it has given.
    assert not event.isAccepted() or event.dropAction() is Qt.DropAction.CopyAction
    return event.isAccepted()


@pytest.fixture
def attached(window: MainWindow, monkeypatch: pytest.MonkeyPatch) -> list[Path]:
    attached: list[Path] = []
    monkeypatch.setattr(window.attaching, "attach", attached.extend)
    return attached


def test_files_go_with_the_message(window: MainWindow, attached: list[Path]) -> None:
    assert drop(window, files("/a/notes.txt", "/a/b.py"))

    assert attached == [Path("/a/notes.txt"), Path("/a/b.py")] and window.composer.edit.hasFocus()


def test_text_goes_where_the_cursor_is(window: MainWindow, attached: list[Path]) -> None:
    window.composer.set_text("Explain: ")
    assert drop(window, words("a leaf <b>"))

    assert window.composer.text() == "Explain: a leaf <b>" and attached == []


def test_an_address_goes_into_the_message_as_text(window: MainWindow) -> None:
    data = QMimeData()
    data.setUrls([QUrl("https://example.org/a")])
    assert drop(window, data)

    assert window.composer.text() == "https://example.org/a"


def test_a_page_gives_way_to_the_message(window: MainWindow) -> None:
    page = QWidget()
    window.centre.show_page(page)
    drop(window, words("x"))

    assert window.centre.page is None and window.composer.text() == "x"


def test_in_the_trash_nothing_is_written(window: MainWindow, attached: list[Path]) -> None:
    window.composer.set_in_trash(True)

    assert not drop(window, words("x")) and not drop(window, files("/a/notes.txt"))
    assert window.composer.text() == "" and attached == []


def test_what_could_only_be_taken_away_stays_where_it_is(window: MainWindow) -> None:
    data = words("x")
    event = QDropEvent(QPoint(9, 9), Qt.DropAction.MoveAction, data, LEFT, NO_KEYS)
    event.setAccepted(False)
    window.dropEvent(event)

    assert not event.isAccepted() and window.composer.text() == ""


def test_what_holds_nothing_is_not_wanted(window: MainWindow) -> None:
    assert not drop(window, QMimeData())


def test_what_is_dragged_within_the_window_is_not_taken(window: MainWindow, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(QDragEnterEvent, "source", lambda _: window.sidebar.list)
    data = words("a row")
    enter = QDragEnterEvent(QPoint(9, 9), Qt.DropAction.CopyAction, data, LEFT, NO_KEYS)
    enter.setAccepted(False)
    window.dragEnterEvent(enter)

    assert not enter.isAccepted()


def test_files_on_the_small_window_are_for_the_large_one(window: MainWindow, theme: Any) -> None:
    small = QuickWindow(theme)
    dropped: list[list[Path]] = []
    small.files_dropped.connect(dropped.append)
    small.edit.insertFromMimeData(files("/a/notes.txt"))
    small.deleteLater()

    assert dropped == [[Path("/a/notes.txt")]]
