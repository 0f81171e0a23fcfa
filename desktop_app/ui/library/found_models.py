"""Models of other applications on this computer: whose they are and how many, to be used where they lie."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

from PySide6.QtCore import Qt, Signal, Slot
from PySide6.QtWidgets import QFrame, QScrollArea, QVBoxLayout, QWidget

from desktop_app.library.model_file import ModelFile
from desktop_app.ui.dialogs.dialog import Dialog
from desktop_app.ui.library.local_words import store_name
from desktop_app.ui.sizes import size_text
from desktop_app.ui.theme import Theme
from desktop_app.ui.widgets.check_box import CheckBox
from desktop_app.ui.widgets.labels import ElidedLabel, PlainLabel

N_NAMES = 4
"""Models that are named for each application; of the others it is said how many there are."""


class FoundModelsDialog(Dialog):
    """Says that it looks, then shows what there is. `used`: applications whose models are in the library already.

    Signals:
        stores_chosen(list[str]): the applications whose models are to be used, in the order in which they are shown.
    """

    stores_chosen = Signal(object)

    def __init__(self, used: Iterable[str], theme: Theme, parent: QWidget) -> None:
        super().__init__("", theme, parent)
        self.set_heading(self.tr("Models on this computer"))
        self._used = frozenset(used)
        self._theme = theme
        self.boxes: dict[str, CheckBox] = {}
        self.sentence = self.add_text(self.tr("Looking where other applications keep their models…"), "secondary")
        self._add_area()
        self._cancel = self.add_button(self.tr("Cancel"))
        self._cancel.clicked.connect(self.reject)
        self.use = self.add_button(self.tr("Use them"), is_primary=True)
        self.use.setEnabled(False)
        self.use.clicked.connect(self._on_use_clicked)
        self.finish_layout()
        self.ask_for(560, 400)

    def _add_area(self) -> None:
        inside = QWidget()
        self._rows = QVBoxLayout(inside)
        self._rows.setContentsMargins(0, 4, 0, 4)
        self._rows.setSpacing(4)
        self._rows.setAlignment(Qt.AlignmentFlag.AlignTop)
        area = QScrollArea()
        area.setFrameShape(QFrame.Shape.NoFrame)
        area.setWidgetResizable(True)
        area.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        area.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        area.setWidget(inside)
        self.content.addWidget(area, 1)

    def show_found(self, found: Mapping[str, Sequence[ModelFile]]) -> None:
        """Show the models of each application; those that are used already are checked, and so are new ones."""
        if not any(found.values()):
            self.sentence.setText(
                self.tr("No models of LM Studio, Ollama, GPT4All, Jan, llama.cpp or the Hugging Face cache were found here.")
            )
            self._cancel.setText(self.tr("Close"))
            self.use.hide()
            return
        self.sentence.setText(self.tr("Hearth uses them where they are: it never copies, changes or deletes them."))
        for store, files in found.items():
            if files:
                self._add_store(store, files)
        self._refresh()
        next(iter(self.boxes.values())).setFocus()

    def _add_store(self, store: str, files: Sequence[ModelFile]) -> None:
        size = size_text(sum(file.size_bytes for file in files))
        words = self.tr("{application}: %n model(s), {size}", "", len(files)).format(application=store_name(store), size=size)
        box = self.boxes[store] = CheckBox(words, self._theme)
        box.setChecked(True)
        box.toggled.connect(self._refresh)
        self._rows.addWidget(box)
        names = [" ".join(part for part in (file.name, file.quantization) if part) for file in files]
        for name in names[:N_NAMES]:
            self._add_name(name)
        if len(names) > N_NAMES:
            self._add_name(self.tr("and {n} more").format(n=self.locale().toString(len(names) - N_NAMES)))
        self._rows.addSpacing(8)

    def _add_name(self, text: str) -> PlainLabel:
        label = ElidedLabel("secondary")
        label.setText(text)
        # Below the words of the check box.
        label.setContentsMargins(30, 0, 0, 0)
        self._rows.addWidget(label)
        return label

    def chosen(self) -> list[str]:
        """Give the applications that are checked."""
        return [store for store, box in self.boxes.items() if box.isChecked()]

    @Slot()
    def _refresh(self) -> None:
        self.use.setEnabled(set(self.chosen()) != self._used & set(self.boxes))

    @Slot()
    def _on_use_clicked(self) -> None:
        self.stores_chosen.emit(self.chosen())
        self.accept()
