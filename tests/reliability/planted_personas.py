"""Personas and prompt templates with markup in everything that is not ours, wherever they are shown."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from PySide6.QtWidgets import QWidget

from desktop_app.chat.persona import Persona
from desktop_app.chat.removed import Removed
from desktop_app.engine.parameters import SamplingParameters
from desktop_app.services.sampling_levels import Level, taken_together
from desktop_app.templates.template import Field, PromptTemplate
from desktop_app.ui.dialogs.parameters import ParametersDialog
from desktop_app.ui.dialogs.removed import RemovedDialog
from desktop_app.ui.main_window import MainWindow
from desktop_app.ui.palette.palette import Palette
from desktop_app.ui.theme import Theme

PERSONA_PLACES = {
    "persona", "about persona", "persona's instructions", "suggestion", "persona's stop", "persona's parameters",
    "a template", "its folder", "its text", "its instructions", "its label", "its help", "its choice", "its default",
    "removed one", "text of removed one",
}  # fmt: skip


def persona_pages(plant: Callable[[str], str], window: MainWindow, conversation_id: str) -> Iterator[QWidget]:
    """Give a new chat with a persona, a conversation that gets it, both lists to choose from, and both pages."""
    window.show_prompts()
    personas, templates = window.personas.personas, window.prompts.templates
    persona = personas.new(hostile_persona(plant))
    templates.new(hostile_template(plant))
    window.open_conversation(None)
    window.personas.choose(persona.id)
    yield window
    window.personas.open_palette()
    yield _palette(window)
    window.open_conversation(conversation_id)
    window.personas.choose(persona.id)
    window.talk.toggle()
    yield window
    yield window.notices
    window.talk.toggle()
    window.prompts.open_palette()
    yield _palette(window)
    # Of a file that is not on this computer only the end of its path is shown.
    personas.save(persona.replaced(model=plant("persona's model")))
    window.personas.toggle_page()
    window.personas.page.show_one(persona)
    yield window
    window.personas.page._on_remove_requested(persona)
    yield window.notices
    window.prompts.toggle_page()
    yield window


def hostile_persona(plant: Callable[[str], str]) -> Persona:
    """Give a persona of which every text is markup."""
    return Persona(
        id="",
        name=plant("persona"),
        description=plant("about persona"),
        instructions=plant("persona's instructions"),
        parameters=SamplingParameters(stop=(plant("persona's stop"),)),
        suggestions=(plant("suggestion"),),
    )


def hostile_template(plant: Callable[[str], str]) -> PromptTemplate:
    """Give a template of which every text is markup."""
    field = Field("v", "choice", plant("its label"), plant("its help"), plant("its default"), choices=(plant("its choice"),))
    text, instructions = plant("its text") + "{{v}}", plant("its instructions")
    return PromptTemplate("", plant("a template"), text, (field,), plant("its folder"), system_prompt=instructions)


def persona_dialogs(plant: Callable[[str], str], theme: Theme, window: QWidget) -> Iterator[QWidget]:
    """Give the parameters of a persona, and what was removed."""
    values = taken_together([(Level.PERSONA, SamplingParameters())])
    yield ParametersDialog(values, "", theme, window, persona=plant("persona's parameters"))
    yield RemovedDialog("Removed", [Removed("r", plant("removed one"), plant("text of removed one"), 1)], theme, window)


def _palette(window: MainWindow) -> Palette:
    return next(one for one in window.findChildren(Palette) if one.isVisible())
