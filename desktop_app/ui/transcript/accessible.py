"""The transcript for screen readers: a list with one child for each message, its text as the name, its buttons below it.

No QAccessibleTextInterface: one made in Python works inside the process and crashes it as soon as a screen reader asks
through AT-SPI (PySide6 6.11 and 6.12).
"""

from __future__ import annotations

import atexit
from functools import partial
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QObject, QPoint, QRect, QTimer
from PySide6.QtGui import QAccessible, QAccessibleInterface, QColor, QWindow
from PySide6.QtWidgets import QAccessibleWidget

from desktop_app.ui.transcript.attached import index_of
from desktop_app.ui.transcript.shown import Button, Part

if TYPE_CHECKING:
    from desktop_app.ui.transcript.transcript_view import TranscriptView

_CLASS = "TranscriptView"


class _Kept:
    """Interfaces that Qt holds by a bare pointer: Python must not let go of them before their view is gone."""

    def __init__(self) -> None:
        self.is_installed = False
        self.has_ended = False
        self.lists: dict[int, AccessibleTranscript] = {}


_kept = _Kept()


def install() -> None:
    """Tell Qt how the transcript is read; more than once does no harm."""
    if not _kept.is_installed:
        _kept.is_installed = True
        QAccessible.installFactory(_made)
        # PySide cannot take a factory out again; at the very end it must not make anything any more.
        atexit.register(_end)


def part_of(view: TranscriptView, number: int, part: Part | None) -> QAccessibleInterface | None:
    """Give what stands for a message, or for a button in it; None when nobody has asked for the view yet."""
    found = _kept.lists.get(id(view))
    message = found.child(number) if found is not None else None
    return message.button(part) if message is not None and part is not None else message


def _end() -> None:
    _kept.has_ended = True


def _made(name: str, thing: QObject) -> QAccessibleInterface | None:
    if name != _CLASS or _kept.has_ended:
        return None
    # Qt asks once for each view and keeps the answer; an address that was used before belongs to a view that is gone.
    made = _kept.lists[id(thing)] = AccessibleTranscript(thing)  # type: ignore[arg-type]
    return made


class AccessibleTranscript(QAccessibleWidget):
    """The list."""

    def __init__(self, view: TranscriptView) -> None:
        super().__init__(view, QAccessible.Role.List, view.accessibleName())
        self._view = view
        self._children: dict[int, AccessibleMessage] = {}

    @property
    def view(self) -> TranscriptView:
        """The view it speaks for."""
        return self._view

    def childCount(self) -> int:
        """Give the number of messages."""
        # Asked for while the view is still being made.
        conversation = getattr(self._view, "conversation", None)
        return len(conversation.messages) if conversation is not None else 0

    def child(self, index: int) -> Any:
        """Give message `index`."""
        if not 0 <= index < self.childCount():
            return None
        if index not in self._children:
            self._children[index] = AccessibleMessage(self, index)
        return self._children[index]

    def indexOfChild(self, child: QAccessibleInterface) -> int:
        """Give the place of a message."""
        return child.number if isinstance(child, AccessibleMessage) else -1

    def childAt(self, x: int, y: int) -> Any:
        """Give the message at a point of the screen."""
        number = self._view.places.message_at(self._view.viewport().mapFromGlobal(QPoint(x, y)))
        return self.child(number) if number >= 0 else None


class AccessibleMessage(QAccessibleInterface):
    """One message."""

    def __init__(self, parent: AccessibleTranscript, number: int) -> None:
        super().__init__()
        self._parent = parent
        self.number = number
        self._buttons: dict[Part, AccessibleButton] = {}

    @property
    def view(self) -> TranscriptView:
        """The view it stands in."""
        return self._parent.view

    def isValid(self) -> bool:
        """Say whether the message is still there."""
        return self.number < self._parent.childCount()

    def object(self) -> Any:
        """Nothing in Qt stands for a message."""
        return None

    def window(self) -> QWindow | None:  # type: ignore[override]  # the stub forgets that there may be none
        """Give the window of the view."""
        return self._parent.view.window().windowHandle()

    def parent(self) -> QAccessibleInterface:
        """Give the list."""
        return self._parent

    def role(self) -> QAccessible.Role:
        """A message is an item of the list."""
        return QAccessible.Role.ListItem

    def state(self) -> QAccessible.State:
        """Give what can be done with it: read, and reached with keys."""
        state = QAccessible.State()
        state.readOnly = state.focusable = True
        shown = self.view.shown
        state.focused = shown.focused_message == self.number and shown.focused is None
        return state

    def rect(self) -> QRect:
        """Give where it is on the screen."""
        view = self._parent.view
        if not self.isValid():
            return QRect()
        rect = view.places.message_rect(self.number)
        return QRect(view.viewport().mapToGlobal(rect.topLeft()), rect.size())

    def text(self, kind: QAccessible.Text) -> str:
        """Give who speaks and what."""
        if kind is not QAccessible.Text.Name or not self.isValid():
            return ""
        view = self._parent.view
        layout = view.conversation.messages[self.number]
        return view.words.spoken(layout, is_unseen=layout.message.id in view.shown.unseen)

    def setText(self, _kind: QAccessible.Text, _text: str) -> None:
        """A message is not edited here."""

    def _parts(self) -> list[Part]:
        return self.view.places.parts_of(self.number) if self.isValid() else []

    def button(self, part: Part) -> AccessibleButton:
        """Give what stands for a button."""
        if part not in self._buttons:
            self._buttons[part] = AccessibleButton(self, part)
        return self._buttons[part]

    def childCount(self) -> int:
        """Give the number of buttons."""
        return len(self._parts())

    def child(self, index: int) -> Any:
        """Give button `index`, from top to bottom."""
        parts = self._parts()
        return self.button(parts[index]) if 0 <= index < len(parts) else None

    def indexOfChild(self, child: QAccessibleInterface) -> int:
        """Give the place of a button."""
        parts = self._parts()
        return parts.index(child.part) if isinstance(child, AccessibleButton) and child.part in parts else -1

    def childAt(self, x: int, y: int) -> Any:
        """Give the button at a point of the screen."""
        part = self.view.places.part_at(self.view.viewport().mapFromGlobal(QPoint(x, y))) if self.isValid() else None
        return self.button(part) if part is not None and part.message == self.number else None

    def foregroundColor(self) -> QColor:
        """Give the colour of text."""
        return self._parent.view.palette().text().color()

    def backgroundColor(self) -> QColor:
        """Give the colour behind it."""
        return self._parent.view.palette().window().color()


class AccessibleButton(QAccessibleWidget):
    """One button of a message, which a screen reader can press.

    There is no widget for it, but of all classes only this one passes actions on to Python: a class with
    QAccessibleActionInterface and an `interface_cast` of ours ends the process (PySide6 6.11).
    """

    def __init__(self, message: AccessibleMessage, part: Part) -> None:
        super().__init__(message.view, QAccessible.Role.Button, "")
        self._message = message
        self.part = part

    def actionNames(self) -> list[str]:
        """Give what can be done: press it, and bring the keyboard to it."""
        return [self.pressAction(), self.setFocusAction()]

    def keyBindingsForAction(self, _name: str) -> list[str]:
        """There are none that work from everywhere."""
        return []

    def doAction(self, name: str) -> None:
        """Do one of `actionNames`, once the screen reader has its answer: what is pressed may take this button away."""
        QTimer.singleShot(0, self._message.view, partial(self._do, name))

    def _do(self, name: str) -> None:
        if not self.isValid():
            return
        view = self._message.view
        if name == self.setFocusAction():
            view.setFocus()
            view.message_focus.go_to_part(self.part)
        elif name == self.pressAction():
            view.message_focus.reveal(self.part.message)
            view.press(self.part)

    def isValid(self) -> bool:
        """Say whether the button is still there."""
        return self._message.indexOfChild(self) >= 0

    def object(self) -> Any:
        """Nothing in Qt stands for it."""
        return None

    def window(self) -> QWindow | None:  # type: ignore[override]  # as above
        """Give the window of the view."""
        return self._message.window()

    def parent(self) -> QAccessibleInterface:
        """Give the message."""
        return self._message

    def role(self) -> QAccessible.Role:
        """It is a button."""
        return QAccessible.Role.Button

    def state(self) -> QAccessible.State:
        """Say whether the keyboard is on it."""
        state = QAccessible.State()
        state.focusable = True
        state.focused = self._message.view.shown.focused == self.part
        return state

    def rect(self) -> QRect:
        """Give where it is on the screen."""
        view = self._message.view
        if not self.isValid():
            return QRect()
        rect = view.places.part_rect(self.part)
        return QRect(view.viewport().mapToGlobal(rect.topLeft()), rect.size())

    def text(self, kind: QAccessible.Text) -> str:
        """Give what it is called."""
        if kind is not QAccessible.Text.Name or not self.isValid():
            return ""
        view = self._message.view
        if self.part.button is Button.ATTACHMENT:
            return view.conversation.messages[self.part.message].message.attachments[index_of(self.part)].name
        if self.part.box < 0:
            return view.words.button(self.part.button)
        return view.words.code_button(
            self.part.button, view.conversation.messages[self.part.message].boxes[self.part.box].leaf.info
        )

    def setText(self, _kind: QAccessible.Text, _text: str) -> None:
        """Its name is not edited."""

    def focusChild(self) -> Any:
        """There is none."""
        return None

    def relations(self, _match: Any = None) -> Any:
        """There are none."""
        return []

    def childCount(self) -> int:
        """A button has no parts."""
        return 0

    def child(self, _index: int) -> Any:
        """There is none."""
        return None

    def indexOfChild(self, _child: QAccessibleInterface) -> int:
        """There is none."""
        return -1

    def childAt(self, _x: int, _y: int) -> Any:
        """There is none."""
        return None

    def foregroundColor(self) -> QColor:
        """Give the colour of its sign."""
        return self._message.foregroundColor()

    def backgroundColor(self) -> QColor:
        """Give the colour behind it."""
        return self._message.backgroundColor()
