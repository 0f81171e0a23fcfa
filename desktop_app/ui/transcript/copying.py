"""What goes to the clipboard: a selection, a whole message, the code of one block."""

from __future__ import annotations

import atexit
from collections.abc import Iterator
from dataclasses import replace
from typing import TYPE_CHECKING

from PySide6.QtCore import QMimeData, QObject, QTimer, Slot
from PySide6.QtGui import QGuiApplication

from desktop_app.chat.message import Message, MessageState
from desktop_app.markdown.exact_code import exact_code
from desktop_app.markdown.scanner import BlockScanner, code_of
from desktop_app.ui.transcript.plain_form import code_blocks, links, plain_parts, scan_all
from desktop_app.ui.transcript.selection import SelectedText
from desktop_app.ui.transcript.shown import Part
from desktop_app.ui.transcript.slices import Slices

if TYPE_CHECKING:
    from desktop_app.ui.transcript.transcript_view import TranscriptView

_MARKDOWN = "text/markdown"
_OURS = "application/x-hearth-text"
"""Tells at the end whether what is on the clipboard came from here; not every platform knows its owner."""
_COPIED_MS = 1_500
N_MESSAGES_AT_ONCE = 20
"""So many are put together in one go, without slices."""


def _hand_over() -> None:
    """Let the clipboard keep text of its own at the very end.

    WORKAROUND: data made in Python dies with Qt's static objects, when Python is gone already, and crashes the
    process at its exit (PySide6 6.11, offscreen platform).
    """
    if QGuiApplication.instance() is not None:
        clipboard = QGuiApplication.clipboard()
        if clipboard.mimeData().hasFormat(_OURS):
            clipboard.setText(clipboard.text())


class Copying(QObject):
    """Copies for one view, and lets the pressed button say so for a moment."""

    def __init__(self, view: TranscriptView) -> None:
        super().__init__(view)
        self._view = view
        self._slices = Slices(self)
        self._timer = QTimer(self, interval=_COPIED_MS, singleShot=True)
        self._timer.timeout.connect(self._on_timeout)

    @property
    def is_busy(self) -> bool:
        """Say whether anything is still being put together."""
        return self._slices.is_busy

    def copy_selected(self) -> None:
        """Copy the selection as text/plain and text/markdown; nothing when there is none."""
        if not self._view.selection.is_empty:
            self._slices.begin(self._copy(SelectedText(self._view.conversation, self._view.selection.copy())))

    def _copy(self, text: SelectedText) -> Iterator[None]:
        messages = self._view.conversation.messages
        forms: tuple[list[str], list[str]] = ([], [])
        for form, has_tabbed_tables in zip(forms, (True, False), strict=True):
            for part in text.parts(has_tabbed_tables):
                form.append(part)
                yield
                if self._view.conversation.messages is not messages:
                    return  # another conversation came in between
        self._put("".join(forms[0]), "".join(forms[1]))

    def _copy_plain(self, number: int) -> Iterator[None]:
        messages = self._view.conversation.messages
        layout = messages[number]
        is_new = layout.scan()
        while layout.is_behind:
            layout.scan_more()
            is_new = True
            yield
        parts = []
        for part in plain_parts(layout):
            parts.append(part)
            yield
        if self._view.conversation.messages is messages:
            if is_new:
                self._view.conversation.refresh_tops(number)
                self._view.settle()
            self._put("".join(parts), "")

    def stop(self) -> None:
        """Leave undone what is still being put together."""
        self._slices.stop()

    def selected_words(self) -> str:
        """Give what is selected inside of one leaf; "" for nothing and for more."""
        selection = self._view.selection
        if selection.is_empty or selection.bounds()[0][:2] != selection.bounds()[1][:2]:
            return ""
        return SelectedText(self._view.conversation, selection).plain()

    def selected_text(self) -> str:
        """Give what is selected as plain text; "" for nothing and for more than `N_MESSAGES_AT_ONCE` messages."""
        selection = self._view.selection
        if selection.is_empty or selection.bounds()[1][0] - selection.bounds()[0][0] >= N_MESSAGES_AT_ONCE:
            return ""
        return SelectedText(self._view.conversation, selection).plain()

    def selected_messages(self) -> list[Message]:
        """Give the messages that the selection touches, with what is selected of them for their text."""
        messages = self._view.conversation.messages
        found = SelectedText(self._view.conversation, self._view.selection).by_message()
        done = MessageState.DONE
        return [replace(messages[number].message, text=text, attachments=(), state=done) for number, text in found]

    def copy_part(self, part: Part) -> None:
        """Copy the source of a message, or the code of a block from all its chunks, not from what is drawn."""
        layout = self._view.conversation.messages[part.message]
        if part.box < 0:
            self._put(layout.answer_source, layout.answer_source)
        else:
            boxes = layout.boxes[part.box : layout.last_chunk(part.box) + 1]
            self._put(code_of(box.leaf for box in boxes), "")
        self._view.shown.copied = part
        self._timer.start()
        self._view.viewport().update(self._view.places.part_rect(part))

    def code_at(self, part: Part) -> tuple[str, str]:
        """Give what stands after the opening fence of the block that `part` is in the head of, and its code, byte for byte."""
        self._scan(part.message)
        layout = self._view.conversation.messages[part.message]
        leaves = [box.leaf for box in layout.boxes[part.box : layout.last_chunk(part.box) + 1]]
        scanner = layout.scanner_of(part.box)
        return leaves[0].info, exact_code(scanner, leaves) if isinstance(scanner, BlockScanner) else code_of(leaves)

    def copy_message(self, number: int, is_plain: bool) -> None:
        """Copy a message without what was thought before it: its source, or what is read."""
        layout = self._view.conversation.messages[number]
        if is_plain:
            self._slices.begin(self._copy_plain(number))
        else:
            self._put(layout.answer_source, layout.answer_source)

    def code_blocks(self, number: int) -> list[tuple[str, str]]:
        """Give the code blocks of a message: what stands after the opening fence, and the code; none of a part of it."""
        layout = self._view.conversation.messages[number]
        if layout.scan():
            self._view.conversation.refresh_tops(number)
            self._view.settle()
        # The menu must not wait until a message of millions of characters is scanned.
        return code_blocks(layout) if not layout.is_behind else []

    def links(self, number: int) -> list[tuple[str, str]]:
        """Give the words and the address of the first links of a message, as far as it is scanned."""
        return links(self._view.conversation.messages[number])

    def _scan(self, number: int) -> None:
        if scan_all(self._view.conversation.messages[number]):
            self._view.conversation.refresh_tops(number)
            self._view.settle()

    def put_code(self, code: str) -> None:
        """Copy code byte for byte."""
        self._put(code, "")

    def _put(self, plain: str, markdown: str) -> None:
        data = QMimeData()
        data.setText(plain)
        data.setData(_OURS, b"1")
        if markdown:
            data.setData(_MARKDOWN, markdown.encode("utf-8", "surrogatepass"))
        QGuiApplication.clipboard().setMimeData(data)
        atexit.register(_hand_over)
        self._view.copied.emit(plain)

    @Slot()
    def _on_timeout(self) -> None:
        self._view.shown.copied = None
        self._view.viewport().update()
