"""The tags of one conversation or several: those there are, to be checked, and a field for a new one."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from PySide6.QtCore import Qt, Signal, Slot
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLineEdit, QPushButton, QScrollArea, QVBoxLayout, QWidget

from desktop_app.ui.dialogs.dialog import Dialog
from desktop_app.ui.theme import Theme
from desktop_app.ui.widgets.check_box import HEIGHT, CheckBox

N_CHARACTERS_MAX = 100
N_ROWS_SHOWN = 7


class TagsDialog(Dialog):
    """Asks which tags `n_conversations` are to have.

    `tags`: all there are; `present`: those that one of the conversations has, True where all have it.

    Signals:
        tags_chosen(added, removed): lists of tags.
    """

    tags_chosen = Signal(object, object)

    def __init__(
        self, tags: Sequence[str], present: Mapping[str, bool], n_conversations: int, theme: Theme, parent: QWidget
    ) -> None:
        super().__init__("", theme, parent)
        self._theme = theme
        self._present = dict(present)
        self._boxes: dict[str, CheckBox] = {}
        if n_conversations == 1:
            self.set_heading(self.tr("Tags of this conversation"))
        else:
            self.set_heading(self.tr("Tags of %n conversation(s)", "", n_conversations))
        self._make_field()
        self._make_area()
        for name in sorted({*tags, *present}, key=str.casefold):
            self._add_box(name)
        self.add_button(self.tr("Cancel")).clicked.connect(self.reject)
        self._save = self.add_button(self.tr("Save"), is_primary=True)
        self._save.clicked.connect(self._on_save_clicked)
        self.finish_layout()
        self._fit()
        self._field.setFocus()

    def _make_field(self) -> None:
        self._field = QLineEdit()
        self._field.setMaxLength(N_CHARACTERS_MAX)
        self._field.setPlaceholderText(self.tr("New tag"))
        self._field.setAccessibleName(self.tr("New tag"))
        self._field.setMinimumHeight(self._theme.row(36))
        self._field.textChanged.connect(self._on_text_changed)
        self._add = QPushButton(self.tr("Add"))
        self._add.setAutoDefault(False)
        self._add.setEnabled(False)
        self._add.clicked.connect(self._on_add_clicked)
        row = QHBoxLayout()
        row.setSpacing(8)
        row.addWidget(self._field, 1)
        row.addWidget(self._add)
        self.content.addLayout(row)

    def _make_area(self) -> None:
        inside = QWidget()
        self._rows = QVBoxLayout(inside)
        self._rows.setContentsMargins(0, 4, 0, 4)
        self._rows.setSpacing(0)
        self._rows.setAlignment(Qt.AlignmentFlag.AlignTop)
        self._area = QScrollArea()
        self._area.setFrameShape(QFrame.Shape.NoFrame)
        self._area.setWidgetResizable(True)
        self._area.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self._area.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self._area.setWidget(inside)
        self.content.addWidget(self._area)

    def _add_box(self, name: str) -> None:
        box = CheckBox(name, self._theme)
        state = Qt.CheckState
        if name in self._present:
            # Some have it and some not: that can be left as it is.
            box.setTristate(not self._present[name])
            box.setCheckState(state.Checked if self._present[name] else state.PartiallyChecked)
        self._boxes[name] = box
        self._rows.addWidget(box)

    def _fit(self) -> None:
        """As high as the tags, up to a height from where on they scroll."""
        n_rows = min(len(self._boxes), N_ROWS_SHOWN)
        self._area.setVisible(n_rows > 0)
        self._area.setFixedHeight(n_rows * self._theme.row(HEIGHT) + 8)

    @Slot(str)
    def _on_text_changed(self, text: str) -> None:
        has_text = bool(text.strip())
        self._add.setEnabled(has_text)
        # Enter adds what is written; when nothing is, it saves.
        self._add.setDefault(has_text)
        self._save.setDefault(not has_text)

    @Slot()
    def _on_add_clicked(self) -> None:
        name = " ".join(self._field.text().split())
        known = next((one for one in self._boxes if one.casefold() == name.casefold()), name)
        if known not in self._boxes:
            self._add_box(known)
            self._fit()
        self._boxes[known].setCheckState(Qt.CheckState.Checked)
        self._field.clear()
        self._field.setFocus()

    @Slot()
    def _on_save_clicked(self) -> None:
        if self._add.isEnabled():
            self._on_add_clicked()
        states = {name: box.checkState() for name, box in self._boxes.items()}
        added = [name for name, state in states.items() if state is Qt.CheckState.Checked and not self._present.get(name)]
        removed = [name for name, state in states.items() if state is Qt.CheckState.Unchecked and name in self._present]
        self.tags_chosen.emit(added, removed)
        self.accept()
