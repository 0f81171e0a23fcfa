"""What stands at the left in English stands at the right for people who write from right to left."""

from __future__ import annotations

from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget
from pytestqt.qtbot import QtBot

from desktop_app.ui.widgets.sides import swap_margins


def test_margins_change_places_in_layouts_within_layouts(qtbot: QtBot) -> None:
    box = QWidget()
    qtbot.addWidget(box)
    outer, inner, innermost = QVBoxLayout(box), QHBoxLayout(), QVBoxLayout()
    outer.addWidget(QWidget())
    outer.addLayout(inner)
    inner.addLayout(innermost)
    for number, layout in enumerate((outer, inner, innermost)):
        layout.setContentsMargins(10 + number, 1, 20 + number, 2)
    swap_margins(outer)
    found = [layout.contentsMargins() for layout in (outer, inner, innermost)]
    assert [(one.left(), one.top(), one.right(), one.bottom()) for one in found] == [
        (20, 1, 10, 2),
        (21, 1, 11, 2),
        (22, 1, 12, 2),
    ]
