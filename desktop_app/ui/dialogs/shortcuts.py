"""The sheet of keys: what can be done without a mouse, and a way to have other keys."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QKeyCombination, QObject, Qt, QTimer, Signal, Slot
from PySide6.QtGui import QFocusEvent, QKeyEvent, QKeySequence
from PySide6.QtWidgets import QFrame, QGridLayout, QHBoxLayout, QLineEdit, QPushButton, QScrollArea, QWidget

from desktop_app.ui.chosen_keys import ChosenKeys, combination, is_for_editing, is_for_writing
from desktop_app.ui.dialogs.dialog import Dialog
from desktop_app.ui.theme import Theme
from desktop_app.ui.widgets.buttons import IconButton
from desktop_app.ui.widgets.labels import PlainLabel

KEY_WIDTH = 216
N_AT_FIRST, N_AT_ONCE = 12, 4
"""Rows that are made with the dialog, and in each turn of the event loop after it, below those: one takes half a ms."""
_NO_KEYS = (Qt.Key.Key_Control, Qt.Key.Key_Shift, Qt.Key.Key_Alt, Qt.Key.Key_Meta, Qt.Key.Key_AltGr, Qt.Key.Key_unknown)
"""What only goes with another key."""


class ShortcutsDialog(Dialog):
    """Shows what can be done, and its keys; they change when they are pressed."""

    def __init__(self, keys: ChosenKeys, theme: Theme, parent: QWidget) -> None:
        super().__init__("", theme, parent)
        self._keys, self._theme = keys, theme
        self._rows: dict[str, KeyRow] = {}
        self._wanted = ("", QKeySequence())
        self.set_heading(self.tr("Keyboard shortcuts"))
        self.add_text(self.tr("To change a shortcut, click its keys here, then press the new ones."), "secondary")
        self.content.addWidget(self._field())
        self.content.addWidget(self._sheet(), 1)
        self.content.addLayout(self._news())
        self.reset_all = self.add_button(self.tr("Restore all default keys"))
        self.reset_all.clicked.connect(keys.reset_all)
        self.close_button = self.add_button(self.tr("Close"), is_primary=True)
        self.close_button.clicked.connect(self.accept)
        self.finish_layout()
        keys.changed.connect(self._refresh)
        self._make_rows(N_AT_FIRST)
        self._refresh()
        self.ask_for(600, 640)
        self.filter.setFocus()
        self._ahead = QTimer(self, interval=0)
        self._ahead.timeout.connect(self._on_turn)
        self._ahead.start()

    @property
    def rows(self) -> dict[str, KeyRow]:
        """All rows by the name of what they are for, made now if need be."""
        self._make_rows(len(self._keys.names()))
        return self._rows

    @Slot()
    def _on_turn(self) -> None:
        self._make_rows(N_AT_ONCE)
        if len(self._rows) == len(self._keys.names()):
            self._ahead.stop()

    def _make_rows(self, n_rows: int) -> None:
        missing = self._keys.names()[len(self._rows) :]
        for number, name in enumerate(missing[:n_rows], len(self._rows)):
            self._rows[name] = row = KeyRow(name, self._words(name), self._theme, self._grid, number)
            row.button.setEnabled(self._keys.can_change(name))
            row.button.recorded.connect(self._on_recorded)
            row.reset_requested.connect(self._on_reset_requested)
            self._show_row(name)
            if len(self._rows) == len(self._keys.names()):
                self._grid.setRowStretch(len(self._rows), 1)

    def _show_row(self, name: str) -> None:
        self._rows[name].show_keys(self._keys.action(name).shortcuts(), is_changed=self._keys.is_changed(name))

    def _field(self) -> QLineEdit:
        self.filter = QLineEdit()
        self.filter.setMinimumHeight(self._theme.row(36))
        self.filter.setPlaceholderText(self.tr("Find what it does, or a key"))
        self.filter.setAccessibleName(self.tr("Find what it does, or a key"))
        self.filter.textChanged.connect(self._on_filter_changed)
        return self.filter

    def _sheet(self) -> QScrollArea:
        area = QScrollArea()
        area.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        inside = QWidget()
        grid = self._grid = QGridLayout(inside)
        grid.setContentsMargins(0, 4, 12, 4)
        grid.setHorizontalSpacing(8)
        grid.setVerticalSpacing(0)
        grid.setColumnStretch(0, 1)
        # The way back keeps its place, so that nothing moves when it comes.
        grid.setColumnMinimumWidth(2, self._theme.row(32))
        area.setFrameShape(QFrame.Shape.NoFrame)
        area.setWidgetResizable(True)
        area.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        area.setAccessibleName(self.tr("Keyboard shortcuts"))
        area.setWidget(inside)
        return area

    def _news(self) -> QHBoxLayout:
        """Make the line where a clash is told. It keeps its place, so that nothing moves when there is one."""
        self.news = PlainLabel("", "secondary")
        self.news.setWordWrap(True)
        self.use = QPushButton(self.tr("Use it here"))
        self.use.setProperty("kind", "small")
        self.use.setAutoDefault(False)
        self.use.clicked.connect(self._on_use_clicked)
        policy = self.use.sizePolicy()
        policy.setRetainSizeWhenHidden(True)
        self.use.setSizePolicy(policy)
        self.use.hide()
        line = QHBoxLayout()
        line.setSpacing(8)
        line.addWidget(self.news, 1)
        line.addWidget(self.use)
        return line

    @Slot()
    def _refresh(self) -> None:
        for name in self._rows:
            self._show_row(name)
        self.reset_all.setEnabled(any(self._keys.is_changed(name) for name in self._keys.names()))

    @Slot(str)
    def _on_filter_changed(self, text: str) -> None:
        wanted = text.casefold().split()
        for row in self.rows.values():
            words = f"{row.label.text()} {row.button.text()}".casefold()
            row.set_visible(all(word in words for word in wanted))

    def _tell(self, sentence: str, name: str = "", key: QKeySequence | None = None) -> None:
        """Show a sentence, with a button where `key` can be had for `name` all the same."""
        self.news.setText(sentence)
        self.news.setAccessibleName(sentence)
        self._wanted = (name, key or QKeySequence())
        self.use.setVisible(bool(name))

    @Slot(str, QKeySequence)
    def _on_recorded(self, name: str, key: QKeySequence) -> None:
        text = key.toString(QKeySequence.SequenceFormat.NativeText)
        owner = self._keys.owner(key)
        self._tell("")
        if key.isEmpty():
            self._keys.choose(name, [])
        elif is_for_editing(key):
            self._tell(self.tr("“{keys}” is for editing text; choose another one.").format(keys=text))
        elif is_for_writing(combination(key)):
            self._tell(self.tr("“{keys}” is for writing; choose one with Ctrl or Alt.").format(keys=text))
        elif owner and owner != name:
            sentence = self.tr("“{keys}” belongs to “{action}”.")
            can_have = self._keys.can_change(owner)
            self._tell(sentence.format(keys=text, action=self._words(owner)), name if can_have else "", key)
        else:
            self._keys.choose(name, [key])
            self._tell(self._keys.trouble_with(name))

    def _words(self, name: str) -> str:
        return self._keys.action(name).text().rstrip("…")

    @Slot()
    def _on_use_clicked(self) -> None:
        name, key = self._wanted
        self._tell("")
        self._keys.choose(name, [key])
        self._tell(self._keys.trouble_with(name))
        self.rows[name].button.setFocus(Qt.FocusReason.OtherFocusReason)

    @Slot(str)
    def _on_reset_requested(self, name: str) -> None:
        self._tell("")
        self._keys.reset(name)
        self.rows[name].button.setFocus(Qt.FocusReason.OtherFocusReason)


class KeyRow(QObject):
    """The three parts of one row of a grid: words, keys, and the way back to the usual keys, made when it is first needed.

    Signals:
        reset_requested(name)
    """

    reset_requested = Signal(str)

    def __init__(self, name: str, words: str, theme: Theme, grid: QGridLayout, number: int) -> None:
        super().__init__(grid)
        self._name, self._words, self._theme, self._grid, self._number = name, words, theme, grid, number
        self.label = PlainLabel(words)
        self.label.setWordWrap(True)
        self.label.setMinimumHeight(theme.row(32))
        self.button = KeyButton(name, words)
        self.button.setMinimumWidth(theme.scaled(KEY_WIDTH))
        grid.addWidget(self.label, number, 0)
        grid.addWidget(self.button, number, 1)
        self._reset: IconButton | None = None
        self._is_changed = False

    @property
    def reset(self) -> IconButton:
        """The way back, made now if need be."""
        if self._reset is None:
            self._reset = IconButton("restore", self._theme, self.button.parentWidget())
            self._reset.set_words(self.tr("Restore its default keys"))
            self._reset.setAccessibleDescription(self._words)
            self._reset.clicked.connect(self._on_reset_clicked)
            self._grid.addWidget(self._reset, self._number, 2)
        return self._reset

    def set_visible(self, is_visible: bool) -> None:
        """Show or hide the row."""
        self.label.setVisible(is_visible)
        self.button.setVisible(is_visible)
        if self._reset is not None:
            self._reset.setVisible(is_visible and self._is_changed)

    def show_keys(self, keys: list[QKeySequence], *, is_changed: bool) -> None:
        """Show these keys, and the way back when they are not the usual ones."""
        self.button.show_keys(", ".join(key.toString(QKeySequence.SequenceFormat.NativeText) for key in keys))
        self._is_changed = is_changed
        if is_changed or self._reset is not None:
            self.reset.setVisible(is_changed and not self.label.isHidden())

    @Slot()
    def _on_reset_clicked(self) -> None:
        self.reset_requested.emit(self._name)


class KeyButton(QPushButton):
    """Shows keys; when it has been pressed, it takes the next ones. Esc leaves it as it was, Backspace means none.

    Signals:
        recorded(name, QKeySequence): an empty one for none.
    """

    recorded = Signal(str, QKeySequence)

    def __init__(self, name: str, words: str) -> None:
        super().__init__()
        self._name, self._words = name, words
        self._keys = ""
        self._is_recording = False
        self.setProperty("kind", "small")
        self.setAutoDefault(False)
        self.clicked.connect(self._on_clicked)

    def show_keys(self, keys: str) -> None:
        """Show keys, or that there are none."""
        self._keys = keys
        self._stop()

    @Slot()
    def _on_clicked(self) -> None:
        self._is_recording = True
        self.setFocus(Qt.FocusReason.OtherFocusReason)
        self._name_it(self.tr("Press the keys"))

    def _stop(self) -> None:
        self._is_recording = False
        self._name_it(self._keys or self.tr("None"))

    def _name_it(self, text: str) -> None:
        self.setText(text)
        self.setAccessibleName(f"{self._words}: {text}")

    def focusOutEvent(self, event: QFocusEvent) -> None:
        """Leave it as it was."""
        super().focusOutEvent(event)
        self._stop()

    def event(self, event: QEvent) -> bool:
        """Take keys before the window does what they are for, and Tab before it goes on."""
        if self._is_recording and isinstance(event, QKeyEvent):
            if event.type() is QEvent.Type.ShortcutOverride:
                event.accept()
                return True
            if event.type() is QEvent.Type.KeyPress:
                self._record(event)
                return True
        return super().event(event)

    def _record(self, event: QKeyEvent) -> None:
        key = Qt.Key(event.key())
        modifiers = event.modifiers() & ~Qt.KeyboardModifier.KeypadModifier
        if key in _NO_KEYS:
            return
        self._stop()
        if key == Qt.Key.Key_Escape and not modifiers:
            return
        is_none = key in (Qt.Key.Key_Backspace, Qt.Key.Key_Delete) and not modifiers
        combination = QKeyCombination(modifiers, key)
        self.recorded.emit(self._name, QKeySequence() if is_none else QKeySequence(combination))
