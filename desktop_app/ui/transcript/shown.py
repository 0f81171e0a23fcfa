"""What can be pressed in the transcript, and what changes its picture besides the layout. Values only."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum


class Button(StrEnum):
    """What a button of a message does."""

    COPY = "copy"
    SAVE = "save"
    """In the head of a code block: into a file."""
    REGENERATE = "regenerate"
    REGENERATE_WITH = "regenerate_with"
    """The small arrow beside it: with another model."""
    CONTINUE = "continue"
    EDIT = "edit"
    BRANCH = "branch"
    DELETE = "delete"
    MORE = "more"
    PREVIOUS = "previous"
    """The version before."""
    NEXT = "next"
    REASONING = "reasoning"
    """Above the answer: unfolds what the model thought."""
    UNDO_SUMMARY = "undo_summary"
    """Below a summary: the model reads the messages again that it stands for."""
    ATTACHMENT = "attachment"
    """A file of a question: shows it."""


@dataclass(frozen=True, slots=True)
class Part:
    """Something that can be pressed: in the row of message `message`, or in the head of the card at `box` (-1: no card).

    A file of a question has a `box` below -1, see `attached`.
    """

    message: int
    box: int = -1
    button: Button = Button.COPY


@dataclass(slots=True)
class Shown:
    """What changes the picture besides the layout."""

    hovered_message: int = -1
    hovered: Part | None = None
    lit_bar: tuple[int, int] | None = None
    """The bar under the mouse, or held by it, that moves code to the side: its message and box."""
    copied: Part | None = None
    focused_message: int = -1
    """The message that keys act on, while the view has the keyboard."""
    focused: Part | None = None
    """The button in it that Enter presses."""
    last_answer: int = -1
    last_message: int = -1
    is_answering: bool = False
    """An answer of this conversation is in progress."""
    is_read_only: bool = False
    """Only to be read and copied: the conversation is in the trash."""
    is_dot_bright: bool = True
    unseen: frozenset[str] = frozenset()
    """The ids of messages that the model does not read."""
    selected: Callable[[int, int], tuple[int, int] | None] = lambda _message, _box: None
    """Selected characters of a box, from and to; to may lie beyond its end."""
    marked: Callable[[int, int], list[tuple[int, int, bool]]] = lambda _message, _box: []
    """What was found in a box: from, to, and whether it is the present one."""
