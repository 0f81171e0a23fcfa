"""Lines of widgets take the height that they need now, not the one that was worked out before."""

from __future__ import annotations

from PySide6.QtWidgets import QLabel, QWidget
from pytestqt.qtbot import QtBot

from desktop_app.ui.widgets.flow import FlowLayout


def test_the_height_follows_what_is_in_the_lines(qtbot: QtBot) -> None:
    widget = QWidget()
    qtbot.addWidget(widget)
    flow = FlowLayout(8, widget)
    labels = [QLabel("words") for _ in range(3)]
    flow.addWidget(labels[0])
    flow.addWidget(labels[1])
    widget.show()
    width = 2 * labels[0].sizeHint().width() + 8
    line = flow.heightForWidth(width)
    flow.addWidget(labels[2])
    labels[2].show()
    assert flow.heightForWidth(width) == 2 * line + 8

    labels[1].setText("many more words")
    assert flow.heightForWidth(width) == 3 * line + 2 * 8
    flow.removeWidget(labels[1])
    assert flow.heightForWidth(width) == line
