"""Where the transcript stands: an empty place until there is something to read, or until the window has been painted.

The view and the Markdown room behind it are a fifth of what a start imports (measured: 33 of 170 ms), and a start
shows the empty state. So they are imported late.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import TYPE_CHECKING

from PySide6.QtCore import QEvent, QPoint, Signal, Slot
from PySide6.QtWidgets import QVBoxLayout, QWidget

from desktop_app.chat.message import Message
from desktop_app.ui.error_text import ErrorText
from desktop_app.ui.theme import Theme

if TYPE_CHECKING:
    from PySide6.QtGui import QResizeEvent

    from desktop_app.services import Formulas
    from desktop_app.ui.transcript.find_bar import FindBar
    from desktop_app.ui.transcript.message_layout import MessageLayout
    from desktop_app.ui.transcript.transcript_view import TranscriptView


_FIND_MARGIN = 24
_N_FOUND_CHARACTERS_MAX = 100


class TranscriptPlace(QWidget):
    """Passes on to a `TranscriptView` that it makes when it is first needed.

    Signals:
        link_clicked(href), attachment_pressed(Attachment), button_pressed(button, message_id, where),
            menu_requested(message_id, href, where), save_requested(info, code): as in `TranscriptView`.
    """

    link_clicked = Signal(str)
    attachment_pressed = Signal(object)
    button_pressed = Signal(str, str, QPoint)
    menu_requested = Signal(str, str, QPoint)
    save_requested = Signal(str, str)

    def __init__(self, theme: Theme, parent: QWidget | None = None, *, formulas: Formulas | None = None) -> None:
        super().__init__(parent)
        self._theme = theme
        self._formulas = formulas
        self._error_text = ErrorText(self)
        self._view: TranscriptView | None = None
        self._find_bar: FindBar | None = None
        self.keys_of: Callable[[str], str] = lambda _name: ""
        """Gives the keys of an action of the window by its name, as they are written on this system."""
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)

    @property
    def view(self) -> TranscriptView:
        """The view, made now if need be."""
        if self._view is None:
            from desktop_app.ui.transcript.transcript_view import TranscriptView

            self._view = TranscriptView(self._theme, self, describe=self._error_text.stored_sentence, formulas=self._formulas)
            self._view.link_clicked.connect(self.link_clicked)
            self._view.attachment_pressed.connect(self.attachment_pressed)
            self._view.button_pressed.connect(self.button_pressed)
            self._view.menu_requested.connect(self.menu_requested)
            self._view.save_requested.connect(self.save_requested)
            self._view.addActions(self.actions())
            self._view.words.keys_of = self._keys_shown
            layout = self.layout()
            assert layout is not None
            layout.addWidget(self._view)
            self.setFocusProxy(self._view)
        return self._view

    def name_keys_by(self, keys_of: Callable[[str], str]) -> None:
        """Have the keys of the window's actions given by their names: the person may have chosen others."""
        self.keys_of = keys_of

    def _keys_shown(self, name: str) -> str:
        return self.keys_of(name).replace("+", " ")

    @Slot()
    def warm(self) -> None:
        """Make the view and what the first answer needs, in idle time after the first paint."""
        self.view.warm()
        self.view.freeze_memory()

    @Slot(object)
    def set_theme(self, theme: Theme) -> None:
        """Take other colours."""
        self._theme = theme
        if self._view is not None:
            self._view.set_theme(theme)
        if self._find_bar is not None:
            self._find_bar.set_theme(theme)
            self._place_find_bar()

    def set_messages(self, messages: Sequence[Message]) -> None:
        """Open a conversation, at its end."""
        self.view.set_messages(messages)

    def replace_messages(self, messages: Sequence[Message], versions: Mapping[str, tuple[str, ...]], *, is_at_end: bool) -> None:
        """Show another branch of the same conversation."""
        self.view.replace_messages(messages, versions, is_at_end=is_at_end)

    def set_versions(self, versions: Mapping[str, tuple[str, ...]]) -> None:
        """Say which messages have several versions: the ids of all, the oldest first."""
        self.view.set_versions(versions)

    def set_mode(self, *, is_answering: bool, is_read_only: bool) -> None:
        """Say what can be done with the messages now."""
        if self._view is not None:
            self._view.set_mode(is_answering=is_answering, is_read_only=is_read_only)

    def set_unseen(self, ids: frozenset[str]) -> None:
        """Show which messages the model does not read."""
        if self._view is not None:
            self._view.set_unseen(ids)

    def clear(self) -> None:
        """Show nothing."""
        if self._view is not None:
            self._view.clear()

    def add_message(self, message: Message) -> None:
        """Put a message at the end."""
        self.view.add_message(message)

    def append_text(self, message_id: str, text: str) -> None:
        """Take more text of an answer that is coming."""
        self.view.append_text(message_id, text)

    def update_message(self, message: Message) -> None:
        """Take the state, numbers or error of a message."""
        self.view.update_message(message)

    def set_reading(self, message_id: str, n_processed: int, n_prompt: int) -> None:
        """Say how much of the prompt was read, in tokens."""
        self.view.set_reading(message_id, n_processed, n_prompt)

    def layout_of(self, message_id: str) -> MessageLayout | None:
        """Give the message as it is laid out; None when it is not on show."""
        index = self.view.conversation.index_of(message_id)
        return self.view.conversation.messages[index] if index is not None else None

    def is_note(self, message_id: str) -> bool:
        """Say whether this is no message but stands between them."""
        return self.view.is_note(message_id)

    def messages(self) -> list[Message]:
        """Give what is on show, with what stands between the messages."""
        return [layout.message for layout in self._view.conversation.messages] if self._view is not None else []

    def last_layout(self) -> MessageLayout | None:
        """Give the last message; None when there is none."""
        last = self._view.shown.last_message if self._view is not None else -1
        return self.view.conversation.messages[last] if last >= 0 else None

    def message_at_keys(self) -> Message | None:
        """Give the message that keys act on; None when there is none."""
        if self._view is None or (number := self._view.message_focus.current()) < 0:
            return None
        message = self._view.conversation.messages[number].message
        return None if self._view.is_note(message.id) else message

    def row_buttons(self, message_id: str) -> tuple[str, ...]:
        """Give the buttons that stand below a message."""
        index = self.view.conversation.index_of(message_id)
        return self.view.places.buttons_of(index) if index is not None else ()

    def code_blocks(self, message_id: str) -> list[tuple[str, str]]:
        """Give the code blocks of a message: what stands after the opening fence, and the code."""
        index = self.view.conversation.index_of(message_id)
        return self.view.copying.code_blocks(index) if index is not None else []

    def links(self, message_id: str) -> list[tuple[str, str]]:
        """Give the words and the address of the first links of a message."""
        index = self.view.conversation.index_of(message_id)
        return self.view.copying.links(index) if index is not None else []

    def selected_messages(self) -> list[Message]:
        """Give the messages that the selection touches, with what is selected of them for their text."""
        return self.view.copying.selected_messages()

    def copy_message(self, message_id: str, *, is_plain: bool) -> None:
        """Put a message on the clipboard, as Markdown or as plain text."""
        index = self.view.conversation.index_of(message_id)
        if index is not None:
            self.view.copying.copy_message(index, is_plain)

    def show_message(self, message_id: str, words: str) -> bool:
        """Bring a message into view, the first of `words` selected; False when it is not on show."""
        from desktop_app.ui.transcript.arriving import show_message

        return show_message(self.view, message_id, words)

    @Slot()
    def find_words(self) -> None:
        """Look for words in the conversation; what is selected on one line is looked for at once."""
        if self._find_bar is None:
            from desktop_app.ui.transcript.find_bar import FindBar

            self._find_bar = FindBar(self.view.finding, self._theme, self, self._keys_shown)
            self._find_bar.closed.connect(self._on_find_bar_closed)
        selected = self.view.copying.selected_words()
        self._place_find_bar()
        self._free_above(self._find_bar.height())
        self._find_bar.begin(selected if "\n" not in selected and len(selected) <= _N_FOUND_CHARACTERS_MAX else "")

    @Slot()
    def _on_find_bar_closed(self) -> None:
        self._free_above(0)
        self.view.setFocus()

    def _free_above(self, height: int) -> None:
        """Let the reader scroll the first lines from under the bar; what is on screen stays where it is."""
        self.view.conversation.set_free_above(height)
        self.view.settle()
        self.view.viewport().update()

    @Slot()
    def find_next(self) -> None:
        """Go to the next place that was found."""
        self._step(1)

    @Slot()
    def find_previous(self) -> None:
        """Go to the place that was found before."""
        self._step(-1)

    def _step(self, step: int) -> None:
        if self._find_bar is None or not self._find_bar.isVisible():
            self.find_words()
        else:
            self._find_bar.step(step)

    def _place_find_bar(self) -> None:
        if self._find_bar is not None:
            width = min(self._find_bar.WIDTH, self.width() - 2 * _FIND_MARGIN)
            left = _FIND_MARGIN if self.isRightToLeft() else self.width() - width - _FIND_MARGIN
            self._find_bar.setGeometry(left, 12, width, self._theme.row(44))

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Keep the bar in its corner."""
        super().resizeEvent(event)
        self._place_find_bar()

    def changeEvent(self, event: QEvent) -> None:
        """Keep it in the corner where lines end."""
        super().changeEvent(event)
        if event.type() is QEvent.Type.LayoutDirectionChange:
            self._place_find_bar()

    @Slot()
    def toggle_source(self) -> None:
        """Show the conversation as it is stored, markup and all, or as it is read."""
        if self._view is not None:
            self._view.source_view.toggle()

    def selected_text(self) -> str:
        """Give the words that are selected; "" when none are, or more than some messages."""
        return self._view.copying.selected_text() if self._view is not None else ""

    @Slot()
    def copy(self) -> None:
        """Put what is selected on the clipboard."""
        if self._view is not None:
            self._view.copy()
