"""Two versions of a message side by side, with what differs marked."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import partial
from itertools import islice

from PySide6 import QtWidgets
from PySide6.QtCore import QEvent, Signal, Slot
from PySide6.QtGui import QColor, QTextBlockFormat, QTextCharFormat, QTextCursor
from PySide6.QtWidgets import QHBoxLayout, QPlainTextEdit, QPushButton, QVBoxLayout, QWidget

from desktop_app.chat.changes import Changes, Line, changes
from desktop_app.chat.message import Message
from desktop_app.chat.reasoning import split
from desktop_app.markdown.lines import FenceStart, ends_fence, fence_start
from desktop_app.services.background import Background
from desktop_app.ui.dialogs.dialog import Dialog
from desktop_app.ui.theme import Theme
from desktop_app.ui.widgets.choice_box import ChoiceBox

N_MARKS_MAX = 4_000
"""More marks in one text are left out: Qt goes through all of them for every line that it paints."""


def fences(lines: Sequence[str]) -> Iterator[tuple[int, int]]:
    """Give the first and the last line of every block of fenced code; one that nobody closed goes to the end."""
    fence: FenceStart | None = None
    first = 0
    for number, line in enumerate(lines):
        text = line.lstrip(" \t>")
        if fence is None:
            fence, first = fence_start(text, 0) if text else None, number
        elif ends_fence(text, fence):
            fence = None
            yield first, number
    if fence is not None:
        yield first, len(lines) - 1


class Column(QPlainTextEdit):
    """One of the texts.

    Signals:
        line_reached(number): the first line that is seen now, of the document, not of the screen.
    """

    line_reached = Signal(int)

    def __init__(self) -> None:
        super().__init__()
        self._lines: Sequence[Line] = ()
        self._is_led = False
        """True while it follows the other column."""
        self.setReadOnly(True)
        self.setUndoRedoEnabled(False)
        self.setTabChangesFocus(True)
        self.verticalScrollBar().valueChanged.connect(self._on_scrolled)

    def show_text(self, text: str, theme: Theme) -> None:
        """Show another text, its code in the font of code: there the columns have to line up."""
        lines = text.splitlines()
        # Qt writes a new text in the format that the cursor stood in.
        self.setCurrentCharFormat(QTextCharFormat())
        self.setPlainText("\n".join(lines))
        look = QTextCharFormat()
        look.setFont(theme.mono_font())
        cursor = QTextCursor(self.document())
        cursor.beginEditBlock()
        for first, last in islice(fences(lines), N_MARKS_MAX):
            cursor.setPosition(self.document().findBlockByNumber(first).position())
            end = self.document().findBlockByNumber(last)
            cursor.setPosition(end.position() + end.length() - 1, QTextCursor.MoveMode.KeepAnchor)
            cursor.setCharFormat(look)
        cursor.endEditBlock()

    def mark(self, lines: Sequence[Line], theme: Theme) -> None:
        """Mark what the other text does not have: whole lines softly, words in them more strongly."""
        self._lines = lines
        self._mark_lines(lines, theme)
        look = QTextCharFormat()
        look.setBackground(QColor(theme.selection))
        look.setUnderlineStyle(QTextCharFormat.UnderlineStyle.SingleUnderline)
        look.setUnderlineColor(QColor(theme.accent))
        found: list[QtWidgets.QTextEdit.ExtraSelection] = []
        for number, line in enumerate(lines):
            if line.marks and len(found) < N_MARKS_MAX:
                start = self.document().findBlockByNumber(number).position()
                found += [self._selection(start + first, start + end, look) for first, end in line.marks]
        self.setExtraSelections(found)

    def _mark_lines(self, lines: Sequence[Line], theme: Theme) -> None:
        changed = [number for number, line in enumerate(lines) if line.is_changed]
        look = QTextBlockFormat()
        look.setBackground(QColor(theme.accent_soft))
        cursor = QTextCursor(self.document())
        cursor.beginEditBlock()
        cursor.select(QTextCursor.SelectionType.Document)
        cursor.setBlockFormat(QTextBlockFormat())
        for number in changed[:N_MARKS_MAX]:
            cursor.setPosition(self.document().findBlockByNumber(number).position())
            cursor.setBlockFormat(look)
        cursor.endEditBlock()

    def _selection(self, start: int, end: int, look: QTextCharFormat) -> QtWidgets.QTextEdit.ExtraSelection:
        selection = QtWidgets.QTextEdit.ExtraSelection()
        cursor = QTextCursor(self.document())
        cursor.setPosition(start)
        cursor.setPosition(end, QTextCursor.MoveMode.KeepAnchor)
        selection.cursor, selection.format = cursor, look
        return selection

    @Slot()
    def _on_scrolled(self) -> None:
        number = self.firstVisibleBlock().blockNumber()
        if number < len(self._lines) and not self._is_led:
            self.line_reached.emit(self._lines[number].number)

    @Slot(int)
    def go_to(self, number: int) -> None:
        """Scroll to a line, without telling of it."""
        block = self.document().findBlockByNumber(number)
        if block.isValid():
            self._is_led = True
            self.verticalScrollBar().setValue(block.firstLineNumber())
            self._is_led = False


class CompareDialog(Dialog):
    """Compares versions of one message; `shown_id` is the one on show, with which the comparison begins.

    Signals:
        version_chosen(message_id)
    """

    version_chosen = Signal(str)

    def __init__(self, versions: Sequence[Message], shown_id: str, theme: Theme, window: QWidget) -> None:
        super().__init__("", theme, window)
        self.ask_for(960, 640)
        self._theme = theme
        self._versions = versions
        self._shown_id = shown_id
        # What is still compared is not waited for: up to half a second.
        self._work = Background(self, waits_s=0.0)
        self._n_asked = 0
        """Comparisons that were begun: the result of an older one is dropped."""
        self.choices = (ChoiceBox(theme), ChoiceBox(theme))
        self.columns = (Column(), Column())
        self.buttons = (QPushButton(), QPushButton())
        self._build()
        self.verdict = self.add_text("", "secondary")
        self.verdict.hide()
        self._close = self.add_button("", is_primary=True)
        self._close.clicked.connect(self.accept)
        self.finish_layout()
        self._choose_first()
        self._retranslate()
        self._connect()
        self._compare()

    def _build(self) -> None:
        row = QHBoxLayout()
        row.setSpacing(16)
        for choice, column, button in zip(self.choices, self.columns, self.buttons, strict=True):
            button.setProperty("kind", "small")
            button.setAutoDefault(False)
            head = QHBoxLayout()
            head.setSpacing(8)
            head.addWidget(choice, 1)
            head.addWidget(button)
            side = QVBoxLayout()
            side.setSpacing(8)
            side.addLayout(head)
            side.addWidget(column, 1)
            row.addLayout(side, 1)
        self.content.addLayout(row, 1)

    def _choose_first(self) -> None:
        """Begin with the version on show at the right, and the one before it (or after the first) at the left."""
        for choice in self.choices:
            choice.addItems(["" for _ in self._versions])
        ids = [version.id for version in self._versions]
        shown = ids.index(self._shown_id) if self._shown_id in ids else len(ids) - 1
        other = shown - 1 if shown else min(1, len(ids) - 1)
        self.choices[0].setCurrentIndex(min(shown, other))
        self.choices[1].setCurrentIndex(max(shown, other))

    def _connect(self) -> None:
        for choice, button, side in zip(self.choices, self.buttons, (0, 1), strict=True):
            choice.currentIndexChanged.connect(self._compare)
            button.clicked.connect(partial(self._on_button_clicked, side))
        self.columns[0].line_reached.connect(self.columns[1].go_to)
        self.columns[1].line_reached.connect(self.columns[0].go_to)
        self.finished.connect(self._work.close)

    def _retranslate(self) -> None:
        self.set_heading(self.tr("Compare versions"))
        self._close.setText(self.tr("Close"))
        self.verdict.setText(self.tr("Both versions have the same text."))
        for choice, column, name in zip(self.choices, self.columns, (self.tr("Left"), self.tr("Right")), strict=True):
            choice.setAccessibleName(name)
            column.setAccessibleName(name)
            for number, version in enumerate(self._versions):
                choice.setItemText(number, self._name(number, version))
        self._name_buttons()

    def _name(self, number: int, version: Message) -> str:
        if version.model:
            return self.tr("Version {number} · {model}").format(number=number + 1, model=version.model)
        return self.tr("Version {number}").format(number=number + 1)

    def _name_buttons(self) -> None:
        for choice, button in zip(self.choices, self.buttons, strict=True):
            is_shown = self._versions[choice.currentIndex()].id == self._shown_id
            button.setText(self.tr("Shown now") if is_shown else self.tr("Show this one"))
            button.setEnabled(not is_shown)

    def changeEvent(self, event: QEvent) -> None:
        """Speak the new language."""
        super().changeEvent(event)
        if event.type() is QEvent.Type.LanguageChange:
            self._retranslate()

    @Slot()
    def _compare(self) -> None:
        """Show the two texts at once; what differs is marked when it is known."""
        left, right = (split(self._versions[choice.currentIndex()].text).answer.lstrip() for choice in self.choices)
        for column, text in zip(self.columns, (left, right), strict=True):
            column.mark((), self._theme)
            column.show_text(text, self._theme)
        self.verdict.hide()
        self._name_buttons()
        self._n_asked += 1
        self._work.run(partial(changes, left, right), partial(self._on_compared, self._n_asked))

    def _on_compared(self, number: int, found: Changes) -> None:
        if number != self._n_asked:
            return
        self.columns[0].mark(found.left, self._theme)
        self.columns[1].mark(found.right, self._theme)
        self.verdict.setVisible(found.are_equal)

    @Slot()
    def _on_button_clicked(self, side: int) -> None:
        self.version_chosen.emit(self._versions[self.choices[side].currentIndex()].id)
        self.accept()
