"""What the settings are called, what they are for, and what their values are called."""

from __future__ import annotations

from typing import Any

from PySide6.QtCore import QLocale, QObject

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
            "look": self.tr("Look"),
            "answers": self.tr("Answers"),
            "models": self.tr("Models"),
            "network": self.tr("Network"),
            "data": self.tr("Your data"),
        }
        return headings[section]

    def of(self, key: str) -> SettingWords:
        """Give the words of a setting."""
        words = {
            "theme": (self.tr("Colours"), self.tr("Light, dark, or as the system has it at the moment.")),
            "language": (self.tr("Language"), self.tr("Of the menus and messages; you can write to models in any language.")),
            "zoom": (self.tr("Size of the text"), self.tr("Everything else grows with it.")),
            "context_policy": (
                self.tr("When a conversation gets too long"),
                self.tr("What happens when a model cannot read all of it any more; each conversation can have its own choice."),
            ),
            "thinking": (self.tr("Thinking"), self.tr("For models that can think before they answer.")),
            "thinking_budget": (self.tr("Longest thought"), self.tr("After that the model begins its answer.")),
            "idle_unload_minutes": (
                self.tr("Unused models leave the memory"),
                self.tr("The next question brings the model back."),
            ),
            "kv_states_gib": (
                self.tr("Remember what models have read"),
                self.tr("So long conversations go on at once. It lies on this disk, and nothing is lost when it is deleted."),
            ),
            "offline": (self.tr("Stay offline"), self.tr("Connect to no other computer, whatever is pressed.")),
        }
        return SettingWords(*words[key])

    def value(self, key: str, value: Any) -> str:
        """Give what a value is called."""
        locale = QLocale()
        match key:
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
            # A language is called by its own name, in every language.
            "en": "English", "zh_CN": "简体中文",
            "stop": self.tr("Stop and say so"), "drop": self.tr("Leave out the oldest messages"),
            "summarise": self.tr("Sum up the oldest messages"),
            "auto": self.tr("As the model was made"), "on": self.tr("Think first"), "off": self.tr("Answer at once"),
        }  # fmt: skip
        return names[value]
