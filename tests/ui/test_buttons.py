"""Buttons that paint themselves: what they say in how much room, and that they keep their form."""

from __future__ import annotations

import pytest
from PySide6.QtWidgets import QHBoxLayout, QWidget
from pytestqt.qtbot import QtBot

from desktop_app.ui.theme import load_theme
from desktop_app.ui.widgets.buttons import IconButton, RoundButton, RowButton
from tests.ui.fitting import painted


@pytest.mark.parametrize("scale", [1.0, 1.1, 1.25, 1.5, 1.75, 2.0])
def test_keys_are_left_out_before_the_words_are_shortened(qtbot: QtBot, scale: float) -> None:
    button = RowButton("plus", load_theme("light", scale), is_framed=True)
    qtbot.addWidget(button)
    button.set_words("New chat")
    button.set_trailing("Ctrl N")
    seen = set[tuple[str, ...]]()
    for width in range(60, 400):
        button.resize(width, button.sizeHint().height())
        seen.add(tuple(sorted(one.text for one in painted(button) if one.text)))

    assert {("New chat",), ("Ctrl N", "New chat")} < seen
    assert [one for one in seen if len(one) > 1] == [("Ctrl N", "New chat")]


def test_a_layout_without_room_squeezes_no_button_flat(qtbot: QtBot) -> None:
    box = QWidget()
    qtbot.addWidget(box)
    row = QHBoxLayout(box)
    buttons = [IconButton("close", load_theme("light", 2.0)), RoundButton("stop", load_theme("light", 2.0))]
    for button in buttons:
        row.addWidget(button)
    box.resize(60, 100)
    box.show()

    assert [button.width() for button in buttons] == [64, 68]
