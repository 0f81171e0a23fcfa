"""Wherever Tab leads, one sees where the keyboard is: a ring around the control, or a row that paints its own."""

from __future__ import annotations

from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QPushButton, QVBoxLayout, QWidget
from pytestqt.qtbot import QtBot

from desktop_app.ui.theme import Theme
from desktop_app.ui.widgets.focus_ring import FocusRing
from tests.ui.every_look import SMALLEST
from tests.ui.stage import stage

SCREENS = ("empty", "chat", "local", "network", "prompts", "personas", "all-settings", "talk-panel-all", "export", "shortcuts")
PAINT_THEIR_OWN = {
    "ConversationList", "TranscriptView", "ResultList", "TrashList", "SearchList", "QListView", "QPlainTextEdit", "MessageEdit",
}  # fmt: skip
"""Their current row or message has the ring, or a cursor blinks in them."""
N_TABS_MAX = 60


def unseen(window: QWidget) -> list[str]:
    """Press Tab until the round is complete, and give the controls at which nothing shows that they have the keyboard."""
    found, visited = list[str](), set[int]()
    for _ in range(N_TABS_MAX):
        at = QApplication.focusWidget() or window
        QTest.keyClick(at, Qt.Key.Key_Tab)
        at = QApplication.focusWidget()
        if at is None or id(at) in visited:
            break
        visited.add(id(at))
        rings = [one for one in at.window().findChildren(FocusRing) if one.isVisible()]
        target = getattr(at, "ring_target", at)
        is_around = any(target is not None and _is_around(one, target) for one in rings)
        if not is_around and not (target is None and type(at).__name__ in PAINT_THEIR_OWN):
            found.append(f"{type(at).__name__} {at.accessibleName()!r}")
    assert len(visited) > 1
    return found


def _is_around(ring: FocusRing, target: QWidget) -> bool:
    at = target.mapTo(ring.window(), target.rect().center())
    return ring.geometry().contains(at) and ring.width() > target.width()


def test_focus_is_seen_wherever_tab_leads(tmp_path: Path, qapp: QApplication, qtbot: QtBot) -> None:
    found = []
    with stage(qapp, tmp_path, SMALLEST, theme="light", language="en") as shown:
        for name in SCREENS:
            screen = shown.show(name)[0]
            screen.activateWindow()
            qtbot.waitUntil(screen.isActiveWindow)
            found += [f"{name}: {one}" for one in unseen(screen)]
            shown.clear()

    assert "\n".join(found) == ""


@pytest.mark.parametrize("has_ring", [True, False])
def test_planted_a_window_without_a_ring_is_found(has_ring: bool, qtbot: QtBot, theme: Theme) -> None:
    window = QWidget()
    qtbot.addWidget(window)
    column = QVBoxLayout(window)
    for words in ("One", "Two", "Three"):
        column.addWidget(QPushButton(words))
    if has_ring:
        FocusRing(theme, window)
    window.show()
    window.activateWindow()
    qtbot.waitUntil(window.isActiveWindow)

    assert (unseen(window) == []) is has_ring
