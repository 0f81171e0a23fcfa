"""The transcript: scrolls, anchors and paints a conversation of any length at the cost of one viewport.

No widget stands for a message. `settle` lays out what is visible and puts the scroll bar where the reader was; it runs
after every change and never while painting. Text below moves the view only if the reader had left the bar at the bottom.
Knows no Markdown, no services, no files.
"""

from __future__ import annotations

import gc
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING

from PySide6.QtCore import QEvent, QPoint, QRect, Qt, QTimer, Signal, Slot
from PySide6.QtGui import (
    QColor,
    QContextMenuEvent,
    QFocusEvent,
    QHideEvent,
    QKeyEvent,
    QPainter,
    QPaintEvent,
    QResizeEvent,
    QShowEvent,
)
from PySide6.QtWidgets import QAbstractScrollArea, QFrame, QWidget

from desktop_app.chat.message import Message, Role
from desktop_app.chat.note import NoteMessage
from desktop_app.ui.theme import Theme
from desktop_app.ui.transcript import accessible
from desktop_app.ui.transcript.code_highlight import CodeHighlighter
from desktop_app.ui.transcript.conversation_layout import Anchor, ConversationLayout
from desktop_app.ui.transcript.copying import Copying
from desktop_app.ui.transcript.cover import Cover
from desktop_app.ui.transcript.drawn_formulas import DrawnFormulas
from desktop_app.ui.transcript.finding import Finding
from desktop_app.ui.transcript.formats import Formats
from desktop_app.ui.transcript.growth import Growth
from desktop_app.ui.transcript.keys import Keys
from desktop_app.ui.transcript.leaf_box import LeafBox
from desktop_app.ui.transcript.leaf_renderer import warm_parser
from desktop_app.ui.transcript.message_focus import MessageFocus
from desktop_app.ui.transcript.message_layout import MessageLayout
from desktop_app.ui.transcript.painter import MessagePainter
from desktop_app.ui.transcript.places import Places
from desktop_app.ui.transcript.pointer import Pointer
from desktop_app.ui.transcript.replacing import Replacing, Versions
from desktop_app.ui.transcript.requests import Requests
from desktop_app.ui.transcript.scrolling import Scrolling
from desktop_app.ui.transcript.selection import END, Selection
from desktop_app.ui.transcript.shown import Part, Shown
from desktop_app.ui.transcript.slices import Slices
from desktop_app.ui.transcript.source_view import SourceView
from desktop_app.ui.transcript.unfolding import Unfolding
from desktop_app.ui.transcript.waiting import WaitingDot
from desktop_app.ui.transcript.words import TranscriptWords, class_name_only

if TYPE_CHECKING:
    from desktop_app.services.formulas import Formulas


class TranscriptView(QAbstractScrollArea):
    """Shows messages, and text as it comes.

    `describe(class name, fields as JSON)` gives the sentence for `Message.error`. Without `formulas` TeX stays TeX.
    Signals:
        link_clicked(href): as written in the text; whoever listens decides what may be opened.
        copied(text): what went to the clipboard as text/plain.
        attachment_pressed(Attachment): a file of a question is to be shown.
        button_pressed(button, message_id, where): one of `shown.Button` but Copy; the place on the screen is for a menu.
        menu_requested(message_id, href, where): by the right button or a key; "" where there is no message or link.
        save_requested(info, code): of a code block, what stands behind its fence and the code byte for byte.
    """

    link_clicked = Signal(str)
    copied = Signal(str)
    attachment_pressed = Signal(object)
    button_pressed = Signal(str, str, QPoint)
    menu_requested = Signal(str, str, QPoint)
    save_requested = Signal(str, str)
    ring_target: QWidget | None = None
    """It paints its own focus ring, around the message that keys act on."""

    def __init__(
        self,
        theme: Theme,
        parent: QWidget | None = None,
        *,
        describe: Callable[[str, str], str] = class_name_only,
        formulas: Formulas | None = None,
    ) -> None:
        # First of all: a running screen reader asks for the view while it is being made, and Qt keeps the answer.
        accessible.install()
        super().__init__(parent)
        self._formats = Formats(theme, direction=self.layoutDirection())
        self.words = TranscriptWords(describe, self)
        self._painter = MessagePainter(self._formats, self.words)
        self.formulas = DrawnFormulas(self, formulas)
        self.conversation = ConversationLayout(self._formats, self._notice_height, self.formulas.pictures)
        self.selection = Selection()
        self.shown = Shown(selected=self.selection.range_of)
        self.places = Places(self.conversation, self._painter, self._formats, self.shown)
        self._highlighter = CodeHighlighter(self._formats, self._on_coloured, self)
        self.anchor: Anchor | None = None
        """What the reader has at the top of the view."""
        self.is_stuck = True
        """True while the reader has left the bar at the bottom."""
        self._scrolling = Scrolling(self)
        self.dot = WaitingDot(self)
        self.copying = Copying(self)
        self.finding = Finding(self)
        self.message_focus = MessageFocus(self)
        self.cover = Cover(self)
        self.replacing = Replacing(self)
        self.source_view = SourceView(self)
        self.arriving = Slices(self)
        """What looks for words in a message that was gone to."""
        self.unfolding = Unfolding(self)
        self._growth = Growth(self)
        self._requests = Requests(self)
        self._keys = Keys(self)
        self.pointer = Pointer(self)
        self._prepare()

    def _prepare(self) -> None:
        self.shown.marked = self.finding.marks_of
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.viewport().setAttribute(Qt.WidgetAttribute.WA_OpaquePaintEvent)
        self.viewport().setMouseTracking(True)
        self.setAccessibleName(self.words.conversation())

    # -- messages ---------------------------------------------------------------------------------------------------------

    def set_messages(self, messages: Sequence[Message]) -> None:
        """Open a conversation, at its end."""
        self.message_focus.clear()
        self.forget_marks()
        self.source_view.leave()
        self.conversation.set_messages(messages)
        self.anchor, self.is_stuck = None, True
        self.messages_changed()

    def forget_marks(self) -> None:
        """Let go of what is selected, under the mouse and waits for its colours: other text comes in its place."""
        self.selection.clear()
        self.copying.stop()
        self.arriving.stop()
        self._highlighter.clear()
        self.shown.hovered_message, self.shown.hovered, self.shown.copied = -1, None, None
        self.message_focus.leave_part()

    def replace_messages(self, messages: Sequence[Message], versions: Versions, *, is_at_end: bool = False) -> None:
        """Show another branch of the same conversation; the reader keeps their place, or is brought to the end."""
        self.replacing.replace(messages, versions, is_at_end)

    def set_versions(self, versions: Versions) -> None:
        """Say which messages have several versions."""
        self.conversation.set_versions(versions)
        self.viewport().update()

    def set_mode(self, *, is_answering: bool, is_read_only: bool) -> None:
        """Say what can be done with the messages now."""
        if (self.shown.is_answering, self.shown.is_read_only) != (is_answering, is_read_only):
            self.shown.is_answering, self.shown.is_read_only = is_answering, is_read_only
            self.viewport().update()

    def is_note(self, message_id: str) -> bool:
        """Say whether this is no message but stands between them."""
        index = self.conversation.index_of(message_id)
        return index is not None and isinstance(self.conversation.messages[index].message, NoteMessage)

    def set_unseen(self, ids: frozenset[str]) -> None:
        """Show which messages the model does not read."""
        if ids != self.shown.unseen:
            self.shown.unseen = ids
            self.viewport().update()

    def clear(self) -> None:
        """Show nothing."""
        self.set_messages(())

    def add_message(self, message: Message) -> None:
        """Put a message at the end. The reader's own brings them there."""
        if message.role is Role.USER:
            self.is_stuck = True
        self.conversation.add(message)
        self.messages_changed()

    def messages_changed(self) -> None:
        """Find out what follows from other messages, and lay them out."""
        said = [index for index, one in enumerate(self.conversation.messages) if not isinstance(one.message, NoteMessage)]
        answers = [index for index in said if not self.conversation.messages[index].is_user]
        self.shown.last_answer = answers[-1] if answers else -1
        self.shown.last_message = said[-1] if said else -1
        self.finding.messages_changed()
        self.dot.refresh()
        self.settle()
        self.viewport().update()

    def append_text(self, message_id: str, text: str) -> None:
        """Take more text of an answer that is coming."""
        self._growth.append_text(message_id, text)

    def update_message(self, message: Message) -> None:
        """Take the state, numbers or error of a message. Text equal to what was streamed keeps its leaves."""
        self._growth.update_message(message)

    def set_reading(self, message_id: str, n_processed: int, n_prompt: int) -> None:
        """Say how much of the prompt was read, in tokens, while there is no text yet."""
        self._growth.set_reading(message_id, n_processed, n_prompt)

    def set_theme(self, theme: Theme) -> None:
        """Take another theme, or another direction; what is being read stays where it is."""
        self._formats = Formats(theme, direction=self.layoutDirection())
        self._painter = MessagePainter(self._formats, self.words)
        self.places.painter, self.places.formats = self._painter, self._formats
        self._highlighter.set_formats(self._formats)
        self.formulas.pictures.forget()
        self.conversation.set_formats(self._formats)
        self.settle()
        self.viewport().update()

    def warm(self) -> None:
        """Prepare the parser and lexers in idle time; to be called once the window has painted."""
        QTimer.singleShot(0, self, warm_parser)
        self._highlighter.warm()

    def freeze_memory(self) -> None:
        """Take what is alive out of Python's garbage collection: a pass over it would cost 20 to 30 ms in an answer.

        To be called after the start and after opening a conversation, when a pause is not seen.
        """
        gc.collect()
        gc.freeze()

    # -- layout and scrolling ---------------------------------------------------------------------------------------------

    def settle(self) -> None:
        """Lay out what is visible, keep the reader's place, set the scroll bar."""
        self._scrolling.settle()
        self._highlighter.add(self.conversation.fresh_code)
        self.conversation.fresh_code.clear()

    @property
    def is_busy(self) -> bool:
        """Say whether scanning, colouring or copying goes on in idle time."""
        parts = (self._scrolling, self.copying, self._highlighter, self.formulas.pictures)
        return any(one.is_busy for one in parts)

    def scrollContentsBy(self, _dx: int, _dy: int) -> None:
        """The bar was moved."""
        self._scrolling.bar_moved()

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Lay out for another width or height."""
        super().resizeEvent(event)
        self.settle()
        self.viewport().update()

    # -- painting ---------------------------------------------------------------------------------------------------------

    def paintEvent(self, event: QPaintEvent) -> None:
        """Paint the messages in the exposed area from what is laid out."""
        painter = QPainter(self.viewport())
        try:
            painter.setRenderHint(QPainter.RenderHint.Antialiasing)
            # Which side a text stands at is worked out; which way it is written its own letters say.
            painter.setLayoutDirection(Qt.LayoutDirection.LayoutDirectionAuto)
            painter.fillRect(event.rect(), QColor(self._formats.theme.background))
            self._painter.paint_all(painter, self.conversation, self.places.x, self.places.value, event.rect(), self.shown)
        finally:
            # The traceback of a mistake keeps a painter alive, and one that is not ended takes the application with it.
            painter.end()

    def _notice_height(self, layout: MessageLayout, column: int) -> int:
        return self._painter.notice_height(layout, column)

    def _on_coloured(self, layout: MessageLayout, box: LeafBox) -> None:
        index = self.conversation.index_of(layout.message.id)
        if index is None or box not in layout.boxes:
            return
        top = self.conversation.tops[index] - self.places.value + layout.ys[layout.boxes.index(box)]
        self.viewport().update(QRect(0, top, self.viewport().width(), box.height))

    # -- events -------------------------------------------------------------------------------------------------------------

    def showEvent(self, event: QShowEvent) -> None:
        """Lay out what could not be laid out without a size."""
        super().showEvent(event)
        self.settle()
        self.dot.refresh()

    def hideEvent(self, event: QHideEvent) -> None:
        """Rest."""
        super().hideEvent(event)
        self.dot.refresh()

    # -- selection and copying ------------------------------------------------------------------------------------------

    @Slot()
    def select_all(self) -> None:
        """Select the whole conversation."""
        if self.conversation.messages:
            self.selection.set((0, 0, 0), (len(self.conversation.messages) - 1, END, END))
            self.viewport().update()

    @Slot()
    def copy(self) -> None:
        """Put what is selected on the clipboard; nothing selected leaves the clipboard alone."""
        self.copying.copy_selected()

    def press(self, part: Part) -> None:
        """Copy what the button `part` stands for, and say so for a moment; tell of every other button."""
        self._requests.press(part)

    def contextMenuEvent(self, event: QContextMenuEvent) -> None:
        """Ask for the menu of a message."""
        self._requests.menu(event)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Scroll, select and copy with keys; go from message to message and press their buttons."""
        if not self.message_focus.press(event) and not self._keys.press(event):
            super().keyPressEvent(event)

    def focusNextPrevChild(self, next: bool) -> bool:
        """Go to the buttons of the message first."""
        return self.message_focus.tab(next) or super().focusNextPrevChild(next)

    def focusInEvent(self, event: QFocusEvent) -> None:
        """Show which message keys act on."""
        super().focusInEvent(event)
        self.message_focus.arrive(event.reason())

    def focusOutEvent(self, event: QFocusEvent) -> None:
        """Stop selecting when another takes the keys."""
        super().focusOutEvent(event)
        self.message_focus.leave(event.reason())
        self.pointer.stop()

    def changeEvent(self, event: QEvent) -> None:
        """Speak the new language."""
        super().changeEvent(event)
        if event.type() is QEvent.Type.LanguageChange:
            self.setAccessibleName(self.words.conversation())
            self.viewport().update()
        elif event.type() is QEvent.Type.LayoutDirectionChange:
            self.set_theme(self._formats.theme)
