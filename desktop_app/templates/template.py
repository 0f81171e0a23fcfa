"""A prompt template as a value: its text, and what is declared about its variables. Knows nothing of storage."""

from __future__ import annotations

from typing import Any, Literal, get_args

from desktop_app.record import Record
from desktop_app.templates.syntax import variable_names

Kind = Literal["text", "long", "choice", "number", "date", "check", "clipboard", "selection", "file"]
"""What is typed into the form: a line, several lines, one of several, a number, a day, yes or no; what lies on the
clipboard or is selected in the conversation, offered as a first value; a file of text, by its content."""
KINDS: tuple[Kind, ...] = get_args(Kind)

N_TEXT_MAX = 100_000
"""Characters of a template: some 30 pages."""
N_TITLE_MAX = 120


class Field(Record):
    """What is declared about one variable. Without a declaration it is a required line of text."""

    name: str
    kind: Kind = "text"
    label: str = ""
    """What stands before it in the form; "": its name."""
    help: str = ""
    default: str = ""
    """For a date "today" or a day as YYYY-MM-DD; for a check box "yes" or ""."""
    is_required: bool = True
    choices: tuple[str, ...] = ()
    """What can be chosen, for "choice"."""
    minimum: float | None = None
    maximum: float | None = None
    """Bounds of a number, both included; None: none."""
    checked: str = ""
    unchecked: str = ""
    """For "check": what is inserted when it is checked, and when not."""


class PromptTemplate(Record):
    """One template. `id` is its identity; of two versions of one template only the rest differs."""

    id: str
    title: str
    text: str
    fields: tuple[Field, ...] = ()
    """Declarations, in any order; the form has the order of the text."""
    folder: str = ""
    icon: str = ""
    """The name of an icon of ours; "": the usual one."""
    system_prompt: str = ""
    """What becomes the system prompt of the conversation, if there is none; "" for most."""
    language: str = ""
    """"en", "zh_CN" for those that come with the application; "" for the person's own."""
    is_shipped: bool = False

    def form(self) -> tuple[Field, ...]:
        """Give a field for each variable of text and system prompt, in the order of their first use."""
        declared = {field.name: field for field in self.fields}
        names = dict.fromkeys((*variable_names(self.text), *variable_names(self.system_prompt)))
        return tuple(declared.get(name, Field(name)) for name in names)


class TemplateVersion(Record):
    """What a template was until `saved_ms` (milliseconds since 1970, UTC)."""

    id: str
    template: PromptTemplate
    saved_ms: int


def field_from(record: dict[str, Any]) -> Field:
    """Give the declaration of what `as_dict` gave, as JSON or TOML have it; what a newer version added is left out.

    Raises: ValueError when there is no name, or a kind that does not exist.
    """
    known = {name: value for name, value in record.items() if name in Field("")._names}
    known["choices"] = tuple(str(choice) for choice in known.get("choices", ()))
    if not str(known.get("name", "")) or known.get("kind", "text") not in KINDS:
        raise ValueError("a variable needs a name, and a kind that there is")
    return Field(**known)
