"""A page that scrolls stands where one that does not scroll stands."""

from __future__ import annotations

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QWidget
from pytestqt.qtbot import QtBot

from desktop_app.ui.widgets.column import in_column
from desktop_app.ui.widgets.page_area import PageArea


@pytest.mark.parametrize("direction", [Qt.LayoutDirection.LeftToRight, Qt.LayoutDirection.RightToLeft])
def test_the_scroll_bar_moves_nothing(direction: Qt.LayoutDirection, qtbot: QtBot) -> None:
    area, page, card = PageArea(), QWidget(), QWidget()
    qtbot.addWidget(area)
    row = in_column(card, 1000)
    row.setContentsMargins(40, 0, 40, 0)
    page.setLayout(row)
    area.set_page(page, 40)
    area.setLayoutDirection(direction)
    area.resize(400, 200)
    area.show()
    card.setMinimumHeight(50)
    qtbot.waitUntil(lambda: card.width() == 320)
    place = card.mapTo(area, card.rect().topLeft()).x()

    card.setMinimumHeight(1000)

    qtbot.waitUntil(area.verticalScrollBar().isVisible)
    qtbot.waitUntil(lambda: card.height() == 1000)
    assert (card.mapTo(area, card.rect().topLeft()).x(), card.width()) == (place, 320) == (40, 320)
