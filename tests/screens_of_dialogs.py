"""The screens of dialogs that stand for themselves: about the application, and questions before something is lost."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from desktop_app.errors import DatabaseTooNew
from desktop_app.ui.dialogs.chat_template import ChatTemplateDialog
from desktop_app.ui.dialogs.for_ever import ForEverDialog
from desktop_app.ui.dialogs.unsaved import UnsavedDialog
from desktop_app.ui.start_problem import StartProblemDialog

if TYPE_CHECKING:
    from tests.screens import Scene

_WRITTEN = """{%- for message in messages -%}
  {%- if message.role == "system" -%}
    {{ "<|im_start|>system\\nAnswer in rhymes. " ~ message.content ~ "<|im_end|>\\n" }}
  {%- els -%}
    {{ "<|im_start|>" ~ message.role ~ "\\n" ~ message.content ~ "<|im_end|>\\n" }}
  {%- endif -%}
{%- endfor -%}
{{ "<|im_start|>assistant\\n" }}
"""


def about(scene: Scene) -> None:
    """Name and versions."""
    scene.window.actions_.about.trigger()


def for_ever(scene: Scene) -> None:
    """The question before conversations are deleted."""
    ForEverDialog(["a", "b"], False, scene.theme, scene.window).open()


def empty_trash(scene: Scene) -> None:
    """The question before all of them are."""
    ForEverDialog(["a"], True, scene.theme, scene.window).open()


def unsaved(scene: Scene) -> None:
    """The question before a window closes whose texts the disk does not take."""
    UnsavedDialog(scene.theme, scene.window).open()


def chat_template(scene: Scene) -> None:
    """How messages become a prompt."""
    model = scene.services.engine.model.replaced(template="chatml")
    ChatTemplateDialog(model, "", scene.theme, scene.window).open()


def chat_template_edited(scene: Scene) -> None:
    """A template that somebody has written, and what is wrong with it."""
    problem = "line 4: Encountered unknown tag 'els'. You probably made a nesting mistake."
    model = scene.services.engine.model.replaced(template="chatml", template_fault="edited", template_problem=problem)
    ChatTemplateDialog(model, "edited", scene.theme, scene.window, _WRITTEN).open()


def start_problem(scene: Scene) -> None:
    """What stands there instead of the window when the conversations are those of a newer version."""
    dialog = StartProblemDialog(DatabaseTooNew("/home/anna/hearth.sqlite3", 99, 6), scene.services.paths, scene.theme)
    dialog.setParent(scene.window, dialog.windowFlags())
    dialog.open()


DIALOG_SCREENS: dict[str, Callable[[Scene], None]] = {
    "about": about, "for-ever": for_ever, "empty-trash": empty_trash, "unsaved": unsaved,
    "chat-template": chat_template, "start-problem": start_problem,
}  # fmt: skip
