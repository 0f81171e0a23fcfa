"""What the tests of the transcript share: a view of a fixed size, messages, pictures of it."""

from __future__ import annotations

import time
from collections.abc import Sequence
from typing import Any

from PySide6.QtCore import QCoreApplication
from PySide6.QtGui import QImage
from PySide6.QtTest import QTest

from desktop_app.chat.message import Message, MessageState, Role
from desktop_app.ui.theme import load_theme
from desktop_app.ui.transcript.leaf_document import LeafDocument
from desktop_app.ui.transcript.transcript_view import TranscriptView
from tests.bench import corpus

SIZE = (900, 700)


def user(number: int, text: str) -> Message:
    return corpus.message(number, Role.USER, text)


def answer(number: int, text: str, state: MessageState = MessageState.DONE) -> Message:
    message = corpus.message(number, Role.ASSISTANT, text)
    if state is MessageState.DONE:
        return message
    return Message(message.id, "c", None, Role.ASSISTANT, text, 0, state=state, model="Starter")


def shown_view(qtbot, messages: Sequence[Message] = (), theme: str = "light", formulas: Any = None) -> TranscriptView:
    view = TranscriptView(load_theme(theme, 1.0), formulas=formulas)
    qtbot.addWidget(view)
    view.resize(*SIZE)
    view.show()
    view.set_messages(messages)
    idle(view)
    return view


def idle(view: TranscriptView) -> None:
    """Let everything queued happen: paint, scanning, colours."""
    QCoreApplication.processEvents()
    deadline = time.monotonic() + 20
    while view.is_busy and time.monotonic() < deadline:
        QCoreApplication.processEvents()
    QCoreApplication.processEvents()


def document(view: TranscriptView, message: int, box: int = 0) -> LeafDocument:
    """Give the document of a box that is on screen."""
    found = view.conversation.messages[message].boxes[box].doc
    assert found is not None
    return found


def coloured(doc: LeafDocument) -> list[str]:
    """Give the pieces of code that have a colour of their own, in order."""
    found = []
    block = doc.begin()
    while block.isValid():
        units = block.text().encode("utf-16-le")
        ranges = block.layout().formats()
        found += [units[2 * one.start : 2 * (one.start + one.length)].decode("utf-16-le") for one in ranges]
        block = block.next()
    return found


def picture(view: TranscriptView) -> QImage:
    """Give the text area as it is on screen, without the bar, from the window's own buffer: also what was scrolled and not painted again."""
    idle(view)
    # What is to be painted again is painted 5 ms later: Qt's windows without a screen wait so long for more of it.
    QTest.qWait(20)
    idle(view)
    return view.screen().grabWindow(view.winId()).toImage().copy(view.viewport().geometry())


def visit(view: TranscriptView) -> None:
    """Show every page once, as a reader who pages up and down, and come back to the end."""
    bar = view.verticalScrollBar()
    half = view.viewport().height() // 2
    bar.setValue(bar.maximum())
    idle(view)
    while bar.value() > 0:
        move(view, max(0, bar.value() - half))
    while bar.value() < bar.maximum():
        move(view, min(bar.maximum(), bar.value() + half))


def move(view: TranscriptView, value: int) -> None:
    """Scroll as a reader does; the view must follow."""
    before = view.verticalScrollBar().value()
    view.verticalScrollBar().setValue(value)
    idle(view)
    assert view.verticalScrollBar().value() != before, "the view does not let itself be scrolled"
