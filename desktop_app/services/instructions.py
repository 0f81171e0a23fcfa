"""What stands before every prompt of a conversation: its persona's instructions, then its own, with variables filled in."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from PySide6.QtCore import QDateTime, QLocale

from desktop_app.chat.instructions import filled, has_variables, joined
from desktop_app.languages import LANGUAGES
from desktop_app.services.personas import Personas
from desktop_app.services.preferences import Preferences

if TYPE_CHECKING:
    from desktop_app.chat.conversation import Conversation

_NAMELESS = {"en": "User", "zh_CN": "用户"}


class Instructions:
    """Puts them together when they are asked for."""

    def __init__(
        self, personas: Personas, preferences: Preferences, language: Callable[[], str], model_name: Callable[[], str]
    ) -> None:
        self._personas, self._preferences = personas, preferences
        self._language, self._model_name = language, model_name

    def of(self, conversation: Conversation) -> str:
        """Give them as they are to be read now."""
        persona = self._personas.of(conversation.id)
        text = joined(persona.instructions if persona is not None else "", conversation.system_prompt)
        return filled(text, self.values()) if has_variables(text) else text

    def values(self) -> dict[str, str]:
        """Give what the variables stand for at this moment, as the person writes it."""
        now, locale, form = QDateTime.currentDateTime(), QLocale(), QLocale.FormatType
        return {
            "date": locale.toString(now.date(), form.LongFormat),
            "time": locale.toString(now.time(), form.ShortFormat),
            "weekday": locale.standaloneDayName(now.date().dayOfWeek()),
            "user_name": str(self._preferences.get("user_name")) or _NAMELESS[self._language()],
            "language": LANGUAGES[self._language()],
            "model": self._model_name(),
        }
