"""The field that a message is written in: plain text, grows line by line, Enter sends."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from PySide6 import QtGui
from PySide6.QtCore import QEvent, QSize, Qt, Signal, Slot
from PySide6.QtGui import QFontMetrics, QTextOption
from PySide6.QtWidgets import QFrame, QPlainTextEdit, QSizePolicy, QWidget

if TYPE_CHECKING:
    from PySide6.QtCore import QMimeData
    from PySide6.QtGui import QInputMethodEvent, QKeyEvent, QResizeEvent, QShowEvent

N_LINES_MAX = 10
N_WORD_WRAP_CHARACTERS = 20_000
"""A longer paragraph is wrapped anywhere: to look for its words took Qt 3.5 s at each key when 400,000 characters
had no space (encoded data), and takes 0.04 s without looking."""
N_LONG_CHARACTERS = 4000
"""A paste from here on is offered as a file: about 1,000 tokens, two screens."""
N_FILE_CHARACTERS = 50_000
"""A paste from here on becomes a file at once, where there can be one: some twenty pages. A megabyte without a line break
took 1.2 s to lay out (tests on two cores), and 0.7 s again at every key; as a file it takes none of it."""
WRAP_AT_WORDS = QTextOption.WrapMode.WrapAtWordBoundaryOrAnywhere


class MessageEdit(QPlainTextEdit):
    """The field. `does_enter_send`: without it Enter begins a line, and Ctrl and Enter send.

    Signals:
        send_requested(): Enter was pressed, and no input method was composing.
        files_dropped(list of Path): by drop or paste; model files are left to the window.
        long_text_pasted(text): it stands in the field, and might better be a file.
        text_attached(text): it was pasted, is too long for the field, and stands nowhere; see `attaches_text`.
        slash_typed(): into the empty field, where it stands now.
    """

    send_requested = Signal()
    files_dropped = Signal(list)
    long_text_pasted = Signal(str)
    text_attached = Signal(str)
    slash_typed = Signal()

    def __init__(self, parent: QWidget | None = None, *, does_enter_send: bool = True) -> None:
        super().__init__(parent)
        self._composed = ""
        """What an input method is in the middle of: it is drawn in its place, and no part of the text yet."""
        self.attaches_text = False
        """Whether somebody makes a file of a paste of `N_FILE_CHARACTERS`."""
        self._hints: tuple[str, ...] = ()
        self._does_enter_send = does_enter_send
        self._n_lines_max = N_LINES_MAX
        self.setProperty("kind", "composer")
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setTabChangesFocus(True)
        self.setWordWrapMode(WRAP_AT_WORDS)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.document().setDocumentMargin(0)
        self.document().contentsChange.connect(self._on_contents_change)
        self.document().documentLayout().documentSizeChanged.connect(self._on_size_changed)
        self._on_size_changed()

    def set_hints(self, *hints: str) -> None:
        """Show the first of these that fits into one line while the field is empty: Qt would wrap it, and cut it off."""
        self._hints = hints
        self.setPlaceholderText(hints[0])
        self._fit_hint()

    def _fit_hint(self) -> None:
        # What nobody sees is not measured: a start has many sizes before the one that is shown.
        if not self._hints or not self.isVisible():
            return
        metrics, room = self.fontMetrics(), self.width()
        fitting = (hint for hint in self._hints if metrics.horizontalAdvance(hint) <= room)
        shown = next(fitting, None) or metrics.elidedText(self._hints[-1], Qt.TextElideMode.ElideRight, room)
        if shown != self.placeholderText():
            self.setPlaceholderText(shown)

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Fit what is shown while the field is empty."""
        super().resizeEvent(event)
        self._fit_hint()

    def showEvent(self, event: QShowEvent) -> None:
        """Fit what is shown while the field is empty."""
        super().showEvent(event)
        self._fit_hint()

    def changeEvent(self, event: QEvent) -> None:
        """Fit it with the new font, too."""
        super().changeEvent(event)
        if event.type() is QEvent.Type.FontChange:
            self._fit_hint()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Send with Enter, or with Ctrl and Enter; begin a line with Shift and Enter."""
        if event.key() not in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            is_first = event.text() == "/" and self.document().isEmpty() and not self._composed
            super().keyPressEvent(event)
            if is_first:
                self.slash_typed.emit()
        elif self._composed:
            # It confirms what the input method offers; some systems show us the key all the same.
            event.accept()
        elif event.modifiers() & Qt.KeyboardModifier.ShiftModifier or not self._sends(event):
            self.textCursor().insertBlock()
            self.ensureCursorVisible()
        elif not event.isAutoRepeat():
            self.send_requested.emit()

    def _sends(self, event: QKeyEvent) -> bool:
        return self._does_enter_send or bool(event.modifiers() & Qt.KeyboardModifier.ControlModifier)

    def inputMethodEvent(self, event: QInputMethodEvent) -> None:
        """Know whether an input method is in the middle of a word."""
        self._composed = event.preeditString()
        super().inputMethodEvent(event)

    def finish_composing(self) -> None:
        """Take what an input method is in the middle of as it stands, before the text is read for good or replaced."""
        if self._composed:
            QtGui.QGuiApplication.inputMethod().commit()
        if self._composed:  # the system has none that listens
            taken = QtGui.QInputMethodEvent()
            taken.setCommitString(self._composed)
            self.inputMethodEvent(taken)

    def canInsertFromMimeData(self, source: QMimeData) -> bool:
        """Take text and files; leave a model to the window."""
        return bool(_files(source)) or (source.hasText() and not source.hasUrls())

    def insertFromMimeData(self, source: QMimeData) -> None:
        """Paste, or take what is dropped."""
        files = _files(source)
        if files:
            self.files_dropped.emit(files)
            return
        given = source.text()
        # As the field gives it back.
        text = given.replace("\r\n", "\n").replace("\r", "\n")
        if self.attaches_text and len(text) >= N_FILE_CHARACTERS:
            self.text_attached.emit(text)
            return
        self._prepare_for(given)
        super().insertFromMimeData(source)
        if len(text) >= N_LONG_CHARACTERS and text in self.toPlainText():
            self.long_text_pasted.emit(text)

    def remove_last(self, text: str) -> bool:
        """Take the last occurrence of `text` out, in one step of undo; False when it is not there."""
        at = self.toPlainText().rfind(text)
        if at < 0:
            return False
        cursor = self.textCursor()
        # Positions count UTF-16 units.
        start = len(self.toPlainText()[:at].encode("utf-16-le")) // 2
        cursor.setPosition(start)
        cursor.setPosition(start + len(text.encode("utf-16-le")) // 2, cursor.MoveMode.KeepAnchor)
        cursor.removeSelectedText()
        return True

    def insert(self, text: str) -> None:
        """Put `text` where the cursor is, in place of what is selected; it can be undone."""
        self._prepare_for(text)
        self.textCursor().insertText(text)
        self.ensureCursorVisible()

    def setPlainText(self, text: str) -> None:
        """Replace everything."""
        super().clear()
        self.setWordWrapMode(WRAP_AT_WORDS)
        self._prepare_for(text)
        super().setPlainText(text)

    def _prepare_for(self, text: str) -> None:
        # Before the text comes: text of several paragraphs is laid out before `contentsChange` tells of it.
        if any(len(line) > N_WORD_WRAP_CHARACTERS for line in text.splitlines()):
            self._wrap_anywhere()

    def _wrap_anywhere(self) -> None:
        self.setWordWrapMode(QTextOption.WrapMode.WrapAnywhere)

    def sizeHint(self) -> QSize:
        """Ask for the lines that there are, from 1 to 10 or `set_n_lines_max`."""
        # The document of a QPlainTextEdit measures its height in lines.
        n_lines = round(self.document().documentLayout().documentSize().height())
        line_px = QFontMetrics(self.font()).lineSpacing()
        return QSize(super().sizeHint().width(), min(max(n_lines, 1), self._n_lines_max) * line_px + 4)

    @Slot(int, int, int)
    def _on_contents_change(self, position: int, _n_removed: int, n_added: int) -> None:
        if self.document().characterCount() <= N_WORD_WRAP_CHARACTERS:
            return  # before the first paint, too, where the classes of what follows take PySide 4 ms
        block, end = self.document().findBlock(position), position + n_added
        is_long = False
        while block.isValid() and block.position() <= end and not is_long:
            is_long = block.length() > N_WORD_WRAP_CHARACTERS
            block = block.next()
        if is_long:
            self._wrap_anywhere()

    @Slot()
    def _on_size_changed(self) -> None:
        height = self.sizeHint().height()
        if height != self.maximumHeight():
            self.setFixedHeight(height)
        has_more = round(self.document().documentLayout().documentSize().height()) > self._n_lines_max
        policy = Qt.ScrollBarPolicy.ScrollBarAsNeeded if has_more else Qt.ScrollBarPolicy.ScrollBarAlwaysOff
        self.setVerticalScrollBarPolicy(policy)

    def set_n_lines_max(self, n_lines: int) -> None:
        """Grow to so many lines before scrolling."""
        if n_lines != self._n_lines_max:
            self._n_lines_max = n_lines
            self._on_size_changed()

    def refit(self) -> None:
        """Measure again after the font has changed."""
        self._on_size_changed()


def _files(source: QMimeData) -> list[Path]:
    """Give the files in what is pasted or dropped; none when there is a model or an address among them."""
    urls = source.urls()
    paths = [Path(url.toLocalFile()) for url in urls if url.isLocalFile()]
    is_all = len(paths) == len(urls)
    return paths if is_all and not any(path.suffix.lower() == ".gguf" for path in paths) else []
