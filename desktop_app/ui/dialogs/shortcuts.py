"""The sheet of keys: what can be done without a mouse, in two columns."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QFrame, QGridLayout, QScrollArea, QWidget

from desktop_app.ui.dialogs.dialog import Dialog
from desktop_app.ui.theme import Theme
from desktop_app.ui.widgets.labels import PlainLabel

N_COLUMNS = 2


class ShortcutsDialog(Dialog):
    """Shows `rows`: what it does, and its keys."""

    def __init__(self, rows: Sequence[tuple[str, str]], theme: Theme, parent: QWidget) -> None:
        super().__init__("", theme, parent)
        self.set_heading(self.tr("Keys"))
        inside = QWidget()
        grid = QGridLayout(inside)
        grid.setContentsMargins(0, 0, 12, 0)
        grid.setHorizontalSpacing(16)
        grid.setVerticalSpacing(8)
        n_rows = -(-len(rows) // N_COLUMNS)
        for number, (words, keys) in enumerate(rows):
            column, row = divmod(number, n_rows)
            label = PlainLabel(words)
            label.setAccessibleName(f"{words}: {keys}")
            shown = PlainLabel(keys, "secondary")
            shown.setAlignment(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
            grid.addWidget(label, row, 3 * column)
            grid.addWidget(shown, row, 3 * column + 1)
        grid.setColumnMinimumWidth(2, 24)
        for column in (0, 3):
            grid.setColumnStretch(column, 1)
        area = QScrollArea()
        area.setFrameShape(QFrame.Shape.NoFrame)
        area.setWidgetResizable(True)
        area.setAccessibleName(self.tr("Keys"))
        area.setWidget(inside)
        self.content.addWidget(area, 1)
        close = self.add_button(self.tr("Close"), is_primary=True)
        close.clicked.connect(self.accept)
        self.finish_layout()
        self.resize(theme.scaled(760), min(theme.scaled(620), parent.height() - 40))
        close.setFocus()
