"""What is declared about a variable of a prompt template, in words."""

from __future__ import annotations

import re
from collections.abc import Iterable

from PySide6.QtCore import QLocale, QObject

from desktop_app.templates.template import Field, Kind
from desktop_app.ui.typed_number import number_text

_CHOICE = re.compile(r"""\s*(?:"(?P<quoted>(?:[^"]|"")*)"|(?P<bare>[^;；]*))\s*(?:[;；]|$)""")


class FieldWords(QObject):
    """Names the kinds of variables and what else is declared about one."""

    def kinds(self) -> dict[Kind, str]:
        """Give what each kind is called."""
        return {
            "text": self.tr("One line"), "long": self.tr("Several lines"), "choice": self.tr("Choice"),
            "number": self.tr("Number"), "date": self.tr("Date"), "check": self.tr("Yes or no"),
            "clipboard": self.tr("From the clipboard"), "selection": self.tr("From the selection"),
            "file": self.tr("From a file"),
        }  # fmt: skip

    def parts(self) -> dict[str, str]:
        """Give what each of the other declarations is called, by its name in a file."""
        return {
            "label": self.tr("Label"),
            "help": self.tr("Help"),
            "default": self.tr("Default"),
            "choices": self.tr("Choices, separated by semicolons"),
            "minimum": self.tr("At least"),
            "maximum": self.tr("At most"),
            "checked": self.tr("Inserted when yes"),
            "unchecked": self.tr("Inserted when no"),
        }

    def instructions(self) -> str:
        """Say that the instructions for a new chat follow."""
        return self.tr("Instructions for a new chat:")

    def described(self, field: Field) -> str:
        """Give all that is declared about a variable beside what holds without a declaration, in one line."""
        usual, declared = Field(field.name).as_dict(), field.as_dict()
        shown = [field.name]
        if field.kind != "text":
            shown.append(self.kinds()[field.kind])
        if not field.is_required:
            shown.append(self.tr("may be empty"))
        for name, words in self.parts().items():
            if declared[name] != usual[name]:
                shown.append(self.tr("{what}: {value}").format(what=words, value=_value(declared[name])))
        return " · ".join(shown)


def choices_text(choices: Iterable[str]) -> str:
    """Give choices in one line; those that hold a semicolon, or could not be told apart otherwise, in quotes."""
    return "; ".join(map(_choice_text, choices))


def _choice_text(choice: str) -> str:
    is_plain = choice == choice.strip() != "" and not choice.startswith('"') and not re.search("[;；]", choice)
    return choice if is_plain else '"{}"'.format(choice.replace('"', '""'))


def choices_in(text: str) -> tuple[str, ...]:
    """Give the choices of a line."""
    found = (match for match in _CHOICE.finditer(text))
    choices = (one["quoted"].replace('""', '"') if one["quoted"] is not None else one["bare"].strip() or None for one in found)
    return tuple(one for one in choices if one is not None)


def _value(value: object) -> str:
    if isinstance(value, tuple):
        return choices_text(value)
    return number_text(value, QLocale()) if isinstance(value, int | float) else str(value)
