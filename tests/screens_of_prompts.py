"""The screens about prompt templates, settings and commands."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from PySide6.QtGui import QKeySequence

from desktop_app.templates.template import Field, PromptTemplate
from desktop_app.ui.dialogs.prompt_form import PromptForm
from desktop_app.ui.dialogs.shortcuts import ShortcutsDialog

if TYPE_CHECKING:
    from tests.screens import Scene


def palette(scene: Scene) -> None:
    """The palette, with some letters typed."""
    scene.window.composer.edit.setFocus()
    scene.window.prompts.open_palette()


def form(scene: Scene) -> None:
    """The form of a template, half filled."""
    palette(scene)
    prompts = scene.window.prompts
    prompts._palette.close_it()
    prompts._on_chosen("shipped:step-by-step")


def form_wrong(scene: Scene) -> None:
    """The form, with something missing."""
    form(scene)
    shown = scene.window.findChildren(PromptForm)[0]
    next(iter(shown._rows.values())).set_value("")
    shown._on_send_clicked()


def form_day(scene: Scene) -> None:
    """The form of a template with a day and a choice that may be left out, and the calendar of the day."""
    fields = (Field("when", "date", "Party on", default="2026-11-22"), Field("tone", "choice", "Tone", choices=("warm", "brief"),
              is_required=False), Field("until", "date", "Until", is_required=False))  # fmt: skip
    template = PromptTemplate("day", "Invitation", "Invite them for {{when}}, {{tone}}, until {{until}}.", fields)
    shown = PromptForm(template, {}, scene.theme, scene.window)
    shown.open()
    scene.studio.settle(0.3)


def form_calendar(scene: Scene) -> None:
    """The calendar."""
    form_day(scene)
    (shown,) = [one for one in scene.window.findChildren(PromptForm) if one.isVisible()]
    # Offscreen a dialog lies at the corner of the screen, and is painted in the middle of the window.
    shown.move(scene.window.mapToGlobal(scene.window.rect().center() - shown.rect().center()))
    next(iter(shown._rows.values()))._edit._open()
    scene.studio.settle(0.3)


def page(scene: Scene) -> None:
    """The page, with a template of the person's own, in whose text is a mistake."""
    prompts = scene.window.prompts
    template = prompts.templates.new(title="Answer a reader")
    fields = (Field("tone", "choice", choices=("warm", "brief"), default="warm"), Field("letter", "long"))
    text = "Answer the letter below in a {{tone}} tone.\n\n{{letter}}\n\nSign as {{ }}."
    prompts.templates.save(template.replaced(text=text, folder="Work", fields=fields), keeps_version=True)
    scene.window.actions_.show_prompts.trigger()
    scene.studio.settle(0.3)


def versions(scene: Scene) -> None:
    """What a template was before."""
    page(scene)
    prompts = scene.window.prompts
    template = prompts.page.editor.value
    prompts.templates.save(template.replaced(text="Answer the letter.\n\n{{letter}}"), keeps_version=True)
    scene.flush()
    scene.studio.settle(0.3)
    prompts.page._on_versions_requested(prompts.templates.own()[0])
    scene.flush()
    scene.studio.settle(0.3)


def removed(scene: Scene) -> None:
    """What was removed, over the page."""
    page(scene)
    prompts = scene.window.prompts
    for title, text in (("Weekly report", "Sum up what was done this week:\n\n{{notes}}"), ("Thank somebody", "Thank {{name}}.")):
        template = prompts.templates.new(title=title)
        prompts.templates.save(template.replaced(text=text), keeps_version=False)
        prompts.page._on_remove_requested(template)
    prompts.page.removed.click()
    scene.flush()
    scene.studio.settle(0.3)


def settings(scene: Scene) -> None:
    """The page of settings, one of them changed."""
    scene.window.actions_.show_settings.trigger()
    scene.services.preferences.set("idle_unload_minutes", 15)
    assert scene.window.settings.page.foot is not None  # all of it is made now
    scene.studio.settle(0.3)


def commands(scene: Scene) -> None:
    """Everything that can be done, in one list."""
    scene.window.actions_.show_commands.trigger()


def shortcuts(scene: Scene) -> None:
    """The keys."""
    scene.window.actions_.show_shortcuts.trigger()
    (sheet,) = scene.window.findChildren(ShortcutsDialog)
    assert sheet.rows  # all of them are made now
    for name, key in (("rename", "F7"), ("pin", "Ctrl+Alt+P")):
        scene.window.actions_.all()[name].setShortcut(key)
    sheet._refresh()
    sheet._on_recorded("tags", QKeySequence("Ctrl+N"))


def guide(scene: Scene) -> None:
    """The user guide."""
    scene.window.actions_.show_guide.trigger()
    scene.studio.settle(0.3)


PROMPT_SCREENS: dict[str, Callable[[Scene], None]] = {
    "palette": palette, "form": form, "form-wrong": form_wrong, "form-day": form_day, "form-calendar": form_calendar,
    "prompts": page, "prompt-versions": versions,
    "all-settings": settings, "commands": commands, "shortcuts": shortcuts,
    "guide": guide,
}  # fmt: skip
