"""What the settings are called, what they are for, and what their values are called."""

from __future__ import annotations

from typing import Any

from PySide6.QtCore import QLocale, QObject

from desktop_app.languages import LANGUAGES
from desktop_app.record import Record


class SettingWords(Record):
    """The words of one setting."""

    label: str
    help: str = ""


class SettingTexts(QObject):
    """Finds words in the language on screen."""

    def section(self, section: str) -> str:
        """Give the heading of a section."""
        headings = {
            "look": self.tr("Appearance"),
            "window": self.tr("Window and desktop"),
            "answers": self.tr("Answers"),
            "models": self.tr("Models"),
            "network": self.tr("Network"),
            "data": self.tr("Your data"),
        }
        return headings[section]

    def of(self, key: str) -> SettingWords:
        """Give the words of a setting."""
        return SettingWords(*{**self._of_the_window(), **self._of_answers()}[key])

    def _of_the_window(self) -> dict[str, tuple[str, str]]:
        return {
            "theme": (self.tr("Theme"), self.tr("Light, dark, or as the system has it at the moment.")),
            "accent": (self.tr("Accent"), self.tr("The colour of what comes next, and of where you are.")),
            "density": (self.tr("Density"), self.tr("How much room there is between things.")),
            "column_px": (self.tr("Width of the text"), self.tr("How long a line of a conversation gets at most.")),
            "font_family": (self.tr("Font"), self.tr("Of everything but code.")),
            "mono_family": (self.tr("Font of code"), ""),
            "motion": (self.tr("Motion"), self.tr("Panels and notices come and go in a tenth of a second.")),
            "language": (self.tr("Language"), self.tr("Of the menus and messages; you can write to models in any language.")),
            "zoom": (self.tr("Size of the text"), self.tr("Everything else grows with it.")),
            "notifications": (
                self.tr("Tell me when something is ready"),
                self.tr("A long answer or a download, while you are in another program. Nothing of a conversation is shown."),
            ),
            "tray": (self.tr("Icon beside the clock"), self.tr("Where the system has a place for it.")),
            "close_to_tray": (
                self.tr("Keep running when the window is closed"),
                self.tr("With the icon beside the clock, which brings the window back."),
            ),
        }

    def _of_answers(self) -> dict[str, tuple[str, str]]:
        return {
            "context_policy": (
                self.tr("When a conversation gets too long"),
                self.tr("What happens when a model cannot read all of it any more; each conversation can have its own choice."),
            ),
            "user_name": (
                self.tr("Your name"),
                self.tr("Personas put it where their instructions say {variable}.").format(variable="{{user_name}}"),
            ),
            "thinking": (self.tr("Thinking"), self.tr("For models that can think before they answer.")),
            "thinking_budget": (self.tr("Longest thought"), self.tr("After that the model begins its answer.")),
            "idle_unload_minutes": (
                self.tr("Eject unused models"),
                self.tr("The next question brings the model back."),
            ),
            "kv_states_gib": (
                self.tr("Remember what models have read"),
                self.tr(
                    "Long conversations then continue at once. What is kept is on this disk, and nothing is lost when "
                    "it is deleted."
                ),
            ),
            "looks_for_updates": (
                self.tr("Look for newer versions"),
                self.tr("Once a day, when Hearth starts. It asks which version is the latest, and sends nothing about you."),
            ),
            "offline": (self.tr("Stay offline"), self.tr("Connect to no other computer, whatever is pressed.")),
        }

    def value(self, key: str, value: Any) -> str:
        """Give what a value is called."""
        locale = QLocale()
        match key:
            case "font_family" | "mono_family":
                return str(value) if value else self.tr("As the system")
            case "column_px":
                widths = {520: self.tr("Narrow"), 608: self.tr("Medium"), 736: self.tr("Usual")}
                return widths.get(value) or self.tr("{n} pixels").format(n=locale.toString(value))
            case "motion":
                return {"system": self.tr("As the system"), "on": self.tr("On"), "off": self.tr("Off")}[value]
            case "zoom":
                return self.tr("{percent} %").format(percent=locale.toString(value))
            case "idle_unload_minutes":
                return self.tr("After %n minute(s)", "", value) if value else self.tr("Never")
            case "kv_states_gib":
                return self.tr("Up to {n} GiB").format(n=locale.toString(value)) if value else self.tr("No")
            case "thinking_budget":
                return self.tr("At most %n token(s)", "", value) if value >= 0 else self.tr("No limit")
        names = {
            "system": self.tr("As the system"), "light": self.tr("Light"), "dark": self.tr("Dark"),
            "high-contrast": self.tr("High contrast, dark"), "high-contrast-light": self.tr("High contrast, light"),
            "ember": self.tr("Ember"), "rose": self.tr("Rose"), "violet": self.tr("Violet"), "blue": self.tr("Blue"),
            "teal": self.tr("Teal"), "graphite": self.tr("Graphite"),
            "comfortable": self.tr("Comfortable"), "compact": self.tr("Compact"),
            **LANGUAGES,
            "stop": self.tr("Stop and tell me"), "drop": self.tr("Leave out the oldest messages"),
            "summarise": self.tr("Summarise the oldest messages"),
            "auto": self.tr("The model’s default"), "on": self.tr("Think first"), "off": self.tr("Answer at once"),
        }  # fmt: skip
        return names[value]
