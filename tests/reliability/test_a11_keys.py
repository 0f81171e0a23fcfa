"""A11: no single key, with Shift or without, takes anything away: every widget that can have the keyboard gets every key.

The window and the file are the real ones. What is on disk before has to be there afterwards; more may have come.
"""

from __future__ import annotations

import gc
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from PySide6.QtCore import QCoreApplication, QPoint, Qt
from PySide6.QtGui import QDesktopServices
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QAbstractButton, QApplication, QDialog, QLineEdit, QPushButton, QWidget
from pytestqt.qtbot import QtBot
from shiboken6 import isValid

from desktop_app.chat.attachment import Attachment
from desktop_app.chat.message import MessageState, Role, new_id
from desktop_app.chat.search import MessageHit, TitleHit
from desktop_app.services.conversations import Conversations
from desktop_app.storage.branches import all_messages
from desktop_app.ui.main_window import MainWindow
from tests.fakes.services import fake_services

PLAIN, SHIFT = Qt.KeyboardModifier.NoModifier, Qt.KeyboardModifier.ShiftModifier
PRESSING = {Qt.Key.Key_Space, Qt.Key.Key_Return, Qt.Key.Key_Enter, Qt.Key.Key_Select}
ENDING = {"Delete for ever", "Do not send", "Remove notes.txt"}
"""Buttons that are there to take something away: the keys that press them are not tried on them, all others are."""
MODIFIERS = {"Shift", "Control", "Alt", "Meta", "AltGr", "CapsLock", "NumLock", "ScrollLock", "unknown", "Any", "mu", "micro"}
WRITES = {
    Qt.Key.Key_Return: "\r", Qt.Key.Key_Enter: "\r", Qt.Key.Key_Tab: "\t", Qt.Key.Key_Backspace: "\b", Qt.Key.Key_Escape: "\x1b",
    Qt.Key.Key_Delete: "\x7f",
}  # fmt: skip
KEYS = sorted((key for key in Qt.Key if key.name.removeprefix("Key_") not in MODIFIERS), key=lambda key: key in PRESSING)
"""Every key that Qt knows; those that press a button come last, because what they press may go away."""


class Desk:
    """A window over a file with something of everything in it, and what is in the file."""

    def __init__(self, window: MainWindow, services: Any, qtbot: QtBot) -> None:
        self.window, self.services, self.qtbot = window, services, qtbot
        self.conversations: Conversations = services.conversations
        self.ids: list[str] = []
        self._fill()

    def settle(self) -> None:
        assert self.conversations.flush()
        QCoreApplication.processEvents()

    def _fill(self) -> None:
        conversations = self.conversations
        for number in range(4):
            id = conversations.ask(None, f"Question {number}", "Starter")
            self.settle()
            answer = conversations.branch(id)[-1]
            conversations.finish(answer.id, MessageState.DONE, None, rest="An answer.\n\n```python\nx = 1\n```")
            self.settle()
            self.ids.append(id)
        conversations.regenerate(conversations.branch(self.ids[0])[-1].id, "Starter")
        self.settle()
        conversations.finish(conversations.branch(self.ids[0])[-1].id, MessageState.DONE, None, rest="Another.")
        folder = conversations.add_folder("Folder")
        conversations.move(self.ids[:2], folder)
        conversations.tag(self.ids[:1], add=("work",))
        conversations.pin(self.ids[2:3], True)
        conversations.save_draft_attachment(self.ids[0], Attachment(new_id(), "notes.txt", "text", 4))
        conversations.save_draft_attachment(None, Attachment(new_id(), "notes.txt", "text", 4))
        conversations.trash(self.ids[3])
        self.settle()

    def at(self, place: Callable[[Desk], QWidget]) -> QWidget:
        """Bring the window to a place; gives where the keys go."""
        where = place(self)
        QCoreApplication.processEvents()
        return where

    def have_something_in_the_trash(self) -> None:
        """Put a conversation there, and have the notice that offers to undo it."""
        buttons = self.window.notices.findChildren(QPushButton)
        can_undo = any(one.isVisible() and one.text() == "Undo" for one in buttons)
        if not can_undo or not self.conversations.trashed():
            self.conversations.restore(self.ids[3])
            self.conversations.trash(self.ids[3])
            self.settle()

    def kept(self) -> dict[Any, Any]:
        """Give everything on disk that no key may take away, by what it is."""
        self.settle()
        conversations = self.conversations
        found: dict[Any, Any] = {("folder", one.id): one.name for one in conversations.folders()}
        for one in conversations.all():
            found["not in the trash", one.id] = one.id != self.ids[3] or None
        for one in (*conversations.all(), *conversations.trashed()):
            found["conversation", one.id] = (one.title, one.folder_id, one.tags)
            for message in all_messages(conversations.databases()[-1], one.id):
                found["message", message.id] = (message.text, message.removed_ms)
                found |= {("file", file.id): file.text for file in message.attachments}
        for id in self.ids:
            for waiting in conversations.queued(id):
                found["queued", waiting.id] = waiting.text
        for id in (None, *self.ids):
            for file in conversations.draft_attachments(id):
                found["file", file.id] = file.text
        return found


# Where the person can be. Each function brings the window there, whatever it was before, and gives where the keys go.


def new_chat(desk: Desk) -> QWidget:
    desk.window.open_conversation(None)
    return desk.window


def on_show(desk: Desk) -> QWidget:
    desk.window.open_conversation(desk.ids[0])
    return desk.window


def answering(desk: Desk) -> QWidget:
    """An answer comes, and a message waits for it."""
    id = desk.ids[1]
    if not desk.services.generation.is_answering(id):
        desk.conversations.ask(id, "More?", "Starter")
        desk.settle()
        desk.services.generation.begin(id)
        desk.conversations.queue(id, "And more?")
        desk.settle()
    desk.window.open_conversation(id)
    for card in desk.window.queued.cards:
        card._end_edit()
    return desk.window


def in_trash(desk: Desk) -> QWidget:
    from desktop_app.ui.sidebar.on_demand.trash_panel import TrashPanel

    desk.window.open_conversation(desk.ids[3])
    if not isinstance(desk.window.sidebar.in_place_of_list, TrashPanel):
        desk.window.actions_.show_trash.trigger()
    panel: Any = desk.window.sidebar.in_place_of_list
    panel.select(desk.ids[3])
    return desk.window


def searching(desk: Desk) -> QWidget:
    """Words have been found in titles and messages, here and in the conversation."""
    window, search = desk.window, desk.services.search
    window.open_conversation(desk.ids[0])
    window.actions_.find.trigger()
    field: QLineEdit = window.searching.field.edit
    if field.text() != "ques" or not search.asked:
        window.actions_.search.trigger()
        n_asked = len(search.asked)
        field.clear()
        QTest.keyClicks(field, "ques")
        desk.qtbot.waitUntil(lambda: len(search.asked) > n_asked)
        message = desk.conversations.branch(desk.ids[0])[0]
        title = TitleHit(desk.ids[0], "Question 0", ((0, 4),), 0)
        hit = MessageHit(desk.ids[0], message.id, "Question 0", "Question 0", ((0, 4),), Role.USER, 0)
        search.answer([title], [hit])
    return window


def editing(desk: Desk) -> QWidget:
    desk.window.open_conversation(desk.ids[2])
    desk.window.message_actions.do("edit", desk.conversations.branch(desk.ids[2])[0].id)
    return desk.window


def _dialog(desk: Desk) -> QWidget:
    return next(one for one in desk.window.findChildren(QDialog) if one.isVisible())


def asked_for_ever(desk: Desk) -> QWidget:
    in_trash(desk)
    panel: Any = desk.window.sidebar.in_place_of_list
    panel.purge_requested.emit([desk.ids[3]])
    return _dialog(desk)


def tagging(desk: Desk) -> QWidget:
    on_show(desk)
    desk.window.actions_.tags.trigger()
    return _dialog(desk)


def comparing(desk: Desk) -> QWidget:
    on_show(desk)
    desk.window.message_actions.do("compare", desk.conversations.branch(desk.ids[0])[-1].id)
    return _dialog(desk)


def message_menu(desk: Desk) -> QWidget:
    on_show(desk)
    view = desk.window.transcript.view
    view.menu_requested.emit(desk.conversations.branch(desk.ids[0])[-1].id, "", QPoint(10, 10))
    return QApplication.activePopupWidget()


def list_menu(desk: Desk) -> QWidget:
    on_show(desk)
    desk.window.sidebar.list.menu_requested.emit([desk.ids[0]], "", QPoint(10, 10))
    return QApplication.activePopupWidget()


def folder_menu(desk: Desk) -> QWidget:
    on_show(desk)
    desk.window.sidebar.list.menu_requested.emit([], desk.conversations.folders()[0].id, QPoint(10, 10))
    return QApplication.activePopupWidget()


PLACES = (
    new_chat, on_show, answering, in_trash, searching, editing, asked_for_ever, tagging, comparing, message_menu, list_menu,
    folder_menu,
)  # fmt: skip


@pytest.fixture
def desk(
    tmp_path: Path, make_window: Callable[[Any], MainWindow], monkeypatch: pytest.MonkeyPatch, qtbot: QtBot
) -> Iterator[Desk]:
    monkeypatch.setattr(QDesktopServices, "openUrl", lambda _url: True)
    services = fake_services(tmp_path)
    services.conversations = Conversations(tmp_path / "hearth.sqlite3")
    desk = Desk(make_window(services), services, qtbot)
    yield desk
    _close_others(desk.window)
    desk.window.leaving.ask_nothing()
    desk.window.close()
    services.conversations.close()
    gc.unfreeze()


def _close_others(keep: QWidget) -> None:
    """Close what a key has opened."""
    for one in QApplication.topLevelWidgets():
        if one.isVisible() and one is not keep and one is not keep.window():
            one.close()


def targets(where: QWidget) -> list[QWidget]:
    """Give what can have the keyboard; of a menu the menu itself."""
    if where.windowType() is Qt.WindowType.Popup:
        return [where]
    found = [where, *where.findChildren(QWidget)]
    return [one for one in found if one.focusPolicy() != Qt.FocusPolicy.NoFocus and one.isVisible() and one.isEnabled()]


def _name(widget: QWidget) -> tuple[str, str]:
    text = widget.text() if isinstance(widget, QAbstractButton) else ""
    return type(widget).__name__, widget.accessibleName() or text


def press_all(desk: Desk, place: Callable[[Desk], QWidget], name: tuple[str, str]) -> int:
    """Give every key to the widget of this name, each from the same start; gives how many there were."""
    n_keys = 0
    target: QWidget | None = None
    on_show: str | None = None
    for key, modifier in ((key, modifier) for key in KEYS for modifier in (PLAIN, SHIFT)):
        if key in PRESSING and name[1] in ENDING:
            continue
        is_elsewhere = desk.window.conversation.conversation_id != on_show
        if target is None or key in PRESSING or is_elsewhere or not _has_the_keys(target):
            _close_others(desk.window)
            desk.have_something_in_the_trash()
            target = next((one for one in targets(desk.at(place)) if _name(one) == name), None)
            on_show = desk.window.conversation.conversation_id
        if target is None:
            break
        give_the_keys(target)
        click(target, key, modifier)
        n_keys += 1
    _close_others(desk.window)
    return n_keys


def give_the_keys(target: QWidget) -> None:
    if target.windowType() is Qt.WindowType.Popup:
        return
    target.setFocus()
    if QApplication.focusWidget() is not target:
        target.activateWindow()
        QCoreApplication.processEvents()
        target.setFocus()
    assert QApplication.focusWidget() is target


def click(target: QWidget, key: Qt.Key, modifier: Qt.KeyboardModifier) -> None:
    """Press a key and let it go, with the text that it writes; shortcuts come first, as ever."""
    text = WRITES.get(key, "")
    if 0x20 <= key.value <= 0x7E:
        text = chr(key.value) if modifier is SHIFT else chr(key.value).lower()
    QTest.sendKeyEvent(QTest.KeyAction.Click, target, key, text, modifier)


def _has_the_keys(target: QWidget) -> bool:
    """Say whether it is still there, and nothing stands before it that would take the keys."""
    if not isValid(target) or not target.isVisible() or not target.isEnabled():
        return False
    popup, modal = QApplication.activePopupWidget(), QApplication.activeModalWidget()
    return popup in (None, target.window()) and modal in (None, target.window())


@pytest.mark.parametrize("place", PLACES, ids=lambda place: place.__name__)
def test_no_single_key_takes_anything_away(desk: Desk, place: Callable[[Desk], QWidget]) -> None:
    all_names = list(dict.fromkeys(_name(one) for one in targets(desk.at(place))))
    before = desk.kept()
    tried = set()
    for name in all_names:
        if press_all(desk, place, name) >= len(KEYS):
            tried.add(name)
        after = desk.kept()
        assert {key: (value, after.get(key)) for key, value in before.items() if after.get(key) != value} == {}, name
        before = after
    assert tried == set(all_names)
    assert ("TranscriptView", "Conversation") in tried or place not in (on_show, answering, in_trash, searching, editing)
