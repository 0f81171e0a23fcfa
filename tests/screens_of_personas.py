"""The screens about personas."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from tests.screens import Scene


def greeting(scene: Scene) -> None:
    """A new chat with a persona."""
    scene.window.open_conversation(None)
    scene.window.personas.choose("shipped:editor")
    scene.studio.settle(0.2)


def without(scene: Scene) -> None:
    """A new chat without one."""
    scene.window.open_conversation(None)
    scene.studio.settle(0.2)


def choosing(scene: Scene) -> None:
    """The list to choose one from, over a conversation that has one."""
    switched(scene)
    scene.window.composer.edit.setFocus()
    scene.window.personas.open_palette()


def switched(scene: Scene) -> None:
    """A conversation in which another one answers from now on."""
    scene.window.personas.choose("shipped:programmer")
    scene.flush()


def page(scene: Scene) -> None:
    """The page, with a persona of the person's own, in whose instructions is a mistake."""
    personas = scene.window.personas.personas
    own = personas.new(name="Garden adviser")
    text = "You know gardens on the north side of a house. Today is {{date}}; it is {{season}}.\n\nAnswer {{user_name}} briefly."
    suggestions = ("What can I plant now?", "Which roses stand shade?")
    description = "What grows where there is little sun."
    personas.save(own.replaced(instructions=text, suggestions=suggestions, colour="teal", description=description))
    scene.window.actions_.show_personas.trigger()
    scene.studio.settle(0.3)


def shipped_one(scene: Scene) -> None:
    """The page, with one that comes with the application."""
    page(scene)
    shown = scene.window.personas.page
    shown.list.setCurrentIndex(shown.model.index(shown.model.row("shipped:planner")))
    scene.studio.settle(0.2)


PERSONA_SCREENS: dict[str, Callable[[Scene], None]] = {
    "persona-chat": greeting, "persona-none": without, "persona-choice": choosing, "persona-switched": switched,
    "personas": page, "persona-shipped": shipped_one,
}  # fmt: skip
