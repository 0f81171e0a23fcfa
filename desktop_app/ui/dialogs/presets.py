"""Named sets of parameters: to be used, saved, renamed and removed."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial

from PySide6.QtCore import QPoint, Qt, Signal, Slot
from PySide6.QtWidgets import (
    QFrame,
    QHBoxLayout,
    QLineEdit,
    QPushButton,
    QScrollArea,
    QSizePolicy,
    QStackedLayout,
    QVBoxLayout,
    QWidget,
)

from desktop_app.chat.preset import NAME_CHARACTERS_MAX, Preset
from desktop_app.ui.dialogs.dialog import Dialog
from desktop_app.ui.parameters.words import ParameterWords
from desktop_app.ui.theme import Theme
from desktop_app.ui.widgets.buttons import IconButton
from desktop_app.ui.widgets.labels import ElidedLabel, PlainLabel
from desktop_app.ui.widgets.menu import make_menu, menu_text

HERE, EVERYWHERE, PERSONA = "here", "everywhere", "persona"
"""Where a preset can be used."""


class PresetsDialog(Dialog):
    """Shows `presets`. `can_save`: whether anything is chosen in the conversation that could be saved.

    `persona`: the name of the conversation's persona, "" for none.

    Signals:
        use_requested(Preset, where): `HERE`, `EVERYWHERE` or `PERSONA`.
        save_requested(name): what is chosen in the conversation.
        changed(Preset): another name. remove_requested(Preset)
    """

    use_requested = Signal(object, str)
    save_requested = Signal(str)
    changed = Signal(object)
    remove_requested = Signal(object)

    def __init__(self, presets: Sequence[Preset], theme: Theme, parent: QWidget, *, can_save: bool, persona: str = "") -> None:
        super().__init__("", theme, parent)
        self.set_heading(self.tr("Presets"))
        self._theme, self._can_save, self._persona = theme, can_save, persona
        self._words = ParameterWords(self)
        self._deed: Callable[[], object] | None = None
        self.rows: dict[str, PresetRow] = {}
        self._make_field()
        self._nothing = self.add_text(
            self.tr("A preset keeps parameters under a name, to use them again elsewhere."), "secondary"
        )
        self._make_area()
        self._make_offer()
        self.add_button(self.tr("Done")).clicked.connect(self.accept)
        self.finish_layout()
        self.ask_for(520, 460)
        self.show_presets(presets)

    def _make_field(self) -> None:
        self.name = QLineEdit()
        self.name.setMaxLength(NAME_CHARACTERS_MAX)
        self.name.setMinimumHeight(self._theme.row(36))
        self.name.setEnabled(self._can_save)
        self.name.setAccessibleName(self.tr("Name of a new preset"))
        hint = self.tr("Name of a new preset") if self._can_save else self.tr("Nothing is chosen in this conversation")
        self.name.setPlaceholderText(hint)
        self.name.textChanged.connect(self._on_name_changed)
        self.save = QPushButton(self.tr("Save what is chosen"))
        self.save.setAutoDefault(False)
        self.save.setDefault(True)
        self.save.setEnabled(False)
        self.save.clicked.connect(self._on_save_clicked)
        row = QHBoxLayout()
        row.setSpacing(8)
        row.addWidget(self.name, 1)
        row.addWidget(self.save)
        self.content.addLayout(row)

    def _make_offer(self) -> None:
        self._happened = PlainLabel("", "secondary")
        self._happened.setWordWrap(True)
        self._undo = QPushButton(self.tr("Undo"))
        self._undo.setProperty("kind", "small")
        self._undo.setAutoDefault(False)
        self._undo.clicked.connect(self._on_undo_clicked)
        self._offered = QWidget()
        row = QHBoxLayout(self._offered)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(8)
        row.addWidget(self._happened, 1)
        row.addWidget(self._undo, 0, Qt.AlignmentFlag.AlignTop)
        self._offered.hide()
        self.content.addWidget(self._offered)

    def _make_area(self) -> None:
        inside = QWidget()
        self._column = QVBoxLayout(inside)
        self._column.setContentsMargins(0, 4, 12, 4)
        self._column.setSpacing(8)
        self._column.setAlignment(Qt.AlignmentFlag.AlignTop)
        area = QScrollArea()
        area.setFrameShape(QFrame.Shape.NoFrame)
        area.setWidgetResizable(True)
        area.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        area.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        area.setWidget(inside)
        self.content.addWidget(area, 1)

    def show_presets(self, presets: Sequence[Preset]) -> None:
        """Show another list."""
        for row in self.rows.values():
            row.hide()
            row.deleteLater()
        self.rows = {}
        for preset in presets:
            row = self.rows[preset.id] = PresetRow(
                preset, self._words.summary(preset.parameters.chosen), self._persona, self._theme
            )
            row.use_requested.connect(self.use_requested)
            row.renamed.connect(self.changed)
            row.remove_requested.connect(self.remove_requested)
            self._column.addWidget(row)
        self._nothing.setVisible(not presets)

    @Slot(str)
    def _on_name_changed(self, text: str) -> None:
        self.save.setEnabled(bool(text.strip()))

    @Slot()
    def _on_save_clicked(self) -> None:
        self.save_requested.emit(self.name.text())
        self.name.clear()

    def offer_undo_of_use(self, preset: Preset, deed: Callable[[], object]) -> None:
        """Say that a preset is in use now; a button does `deed`, which takes that back."""
        self._offer(self.tr("“{name}” is in use.").format(name=preset.name), deed)

    def offer_undo_of_change(self, preset: Preset, deed: Callable[[], object]) -> None:
        """Say that a preset has other parameters now; a button does `deed`, which gives it those that it had."""
        self._offer(self.tr("“{name}” has other parameters now.").format(name=preset.name), deed)

    def offer_undo_of_removal(self, preset: Preset, deed: Callable[[], object]) -> None:
        """Say that a preset was removed; a button does `deed`, which brings it back."""
        self._offer(self.tr("“{name}” is removed.").format(name=preset.name), deed)

    def _offer(self, words: str, deed: Callable[[], object]) -> None:
        self._deed = deed
        self._happened.setText(words)
        self._undo.setAccessibleDescription(words)
        self._offered.show()
        self._undo.setFocus(Qt.FocusReason.OtherFocusReason)

    @Slot()
    def _on_undo_clicked(self) -> None:
        self._offered.hide()
        if self._deed is not None:
            self._deed()


class PresetRow(QWidget):
    """One preset.

    Signals:
        use_requested(Preset, where), renamed(Preset), remove_requested(Preset)
    """

    use_requested = Signal(object, str)
    renamed = Signal(object)
    remove_requested = Signal(object)

    def __init__(self, preset: Preset, summary: str, persona: str, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Maximum)
        self._preset, self._persona = preset, persona
        name, about = ElidedLabel("strong"), ElidedLabel("caption")
        name.setText(preset.name)
        about.setText(summary)
        texts = QWidget()
        column = QVBoxLayout(texts)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(2)
        column.addWidget(name)
        column.addWidget(about)
        self.edit = QLineEdit(preset.name)
        self.edit.setMaxLength(NAME_CHARACTERS_MAX)
        self.edit.setAccessibleName(self.tr("Name of the preset"))
        self.edit.editingFinished.connect(self._on_edited)
        self._stack = QStackedLayout()
        self._stack.addWidget(texts)
        self._stack.addWidget(self.edit)
        self.use = QPushButton(self.tr("Use here"))
        self.use.setProperty("kind", "small")
        self.use.setAutoDefault(False)
        self.use.setAccessibleName(self.tr("Use “{name}” in this conversation").format(name=preset.name))
        self.use.clicked.connect(partial(self.use_requested.emit, preset, HERE))
        self.more = IconButton("more", theme)
        self.more.set_words(self.tr("More for “{name}”").format(name=preset.name))
        self.more.clicked.connect(self._on_more_clicked)
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(8)
        row.addLayout(self._stack, 1)
        row.addWidget(self.use)
        row.addWidget(self.more)

    @Slot()
    def begin_rename(self) -> None:
        """Let the name be written."""
        self._stack.setCurrentWidget(self.edit)
        self.edit.selectAll()
        self.edit.setFocus(Qt.FocusReason.OtherFocusReason)

    @Slot()
    def _on_more_clicked(self) -> None:
        menu = make_menu(self.window())
        menu.addAction(menu_text(self.tr("Use in all chats"))).triggered.connect(self._on_everywhere)
        if self._persona:
            text = self.tr("Use for the persona “{name}”").format(name=self._persona)
            menu.addAction(menu_text(text)).triggered.connect(self._on_persona)
        menu.addSeparator()
        menu.addAction(menu_text(self.tr("Rename"))).triggered.connect(self.begin_rename)
        menu.addAction(menu_text(self.tr("Remove"))).triggered.connect(self._on_remove)
        menu.popup(self.more.mapToGlobal(QPoint(0, self.more.height() + 4)))

    @Slot()
    def _on_everywhere(self) -> None:
        self.use_requested.emit(self._preset, EVERYWHERE)

    @Slot()
    def _on_persona(self) -> None:
        self.use_requested.emit(self._preset, PERSONA)

    @Slot()
    def _on_remove(self) -> None:
        self.remove_requested.emit(self._preset)

    @Slot()
    def _on_edited(self) -> None:
        self._stack.setCurrentIndex(0)
        name = " ".join(self.edit.text().split())
        if name and name != self._preset.name:
            self.renamed.emit(self._preset.replaced(name=name))
