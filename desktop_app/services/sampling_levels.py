"""How answers are sampled: what was chosen on five levels, from llama.cpp's own defaults up to the conversation.

What the engine is sent comes from here and from nowhere else.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from enum import StrEnum
from typing import Any

from PySide6.QtCore import QObject, Signal, SignalInstance, Slot

from desktop_app.engine.idle_parameters import idle
from desktop_app.engine.parameters import SamplingParameters, sound
from desktop_app.record import Record
from desktop_app.services.conversation_reading import ConversationReading
from desktop_app.services.engine import Engine
from desktop_app.services.preferences import Preferences

_KEY = "sampling"


class Level(StrEnum):
    """Where a value comes from; each goes before those above it here."""

    ENGINE = "engine"
    """llama.cpp's default."""
    APPLICATION = "application"
    """The person's choice for all chats."""
    MODEL = "model"
    """The recommendation of the model's author."""
    PERSONA = "persona"
    CONVERSATION = "conversation"


Chosen = tuple[Level, SamplingParameters]


class LevelValue(Record):
    """One parameter with all levels taken together."""

    name: str
    value: Any
    level: Level
    """The one that the value comes from."""
    below: Any
    """What it would be without that level."""
    below_level: Level
    because: str = ""
    """The name of the parameter that takes its effect away; "" when it has one."""


def taken_together(levels: Sequence[Chosen]) -> tuple[LevelValue, ...]:
    """Give every parameter, from `levels` in rising order over llama.cpp's defaults."""
    chosen: dict[str, list[tuple[Level, Any]]] = {
        name: [(Level.ENGINE, value)] for name, value in SamplingParameters().as_dict().items()
    }
    for level, parameters in levels:
        for name, value in parameters.chosen.items():
            chosen[name].append((level, value))
    without_effect = idle(SamplingParameters(**{name: found[-1][1] for name, found in chosen.items()}))
    values = []
    for name, found in chosen.items():
        (level, value), (below_level, below) = found[-1], found[-2] if len(found) > 1 else found[-1]
        values.append(LevelValue(name, value, level, below, below_level, without_effect.get(name, "")))
    return tuple(values)


class SamplingLevels(QObject):
    """The levels of this computer's person.

    Signals:
        changed(): what is below the conversations is another than before, for any of them.
    """

    changed = Signal()

    def __init__(
        self, conversations: ConversationReading, engine: Engine, preferences: Preferences, parent: QObject | None = None
    ) -> None:
        super().__init__(parent)
        self._conversations, self._engine, self._preferences = conversations, engine, preferences
        self._persona: Callable[[str | None], Mapping[str, Any]] = lambda _: {}
        preferences.setting_changed.connect(self._on_setting_changed)
        engine.model_loaded.connect(self._on_changed)
        engine.model_unloaded.connect(self._on_changed)

    def choose_persona_by(self, parameters_of: Callable[[str | None], Mapping[str, Any]], *changes: SignalInstance) -> None:
        """Take the parameters of a conversation's persona from here; `changes`: what says that they are others now."""
        self._persona = parameters_of
        for change in changes:
            change.connect(self._on_changed)
        self.changed.emit()

    # Reading

    @property
    def for_all(self) -> SamplingParameters:
        """What the person has chosen for all chats."""
        return sound(self._preferences.get(_KEY))

    @property
    def recommended(self) -> SamplingParameters:
        """What the author of the model in memory recommends; nothing chosen when there is none."""
        model = self._engine.model
        return model.recommended if model is not None else SamplingParameters()

    def sampling(self, conversation_id: str) -> SamplingParameters:
        """Give how the answers of a conversation are sampled: what any level has chosen and makes sense. Raises: LookupError."""
        return _merged(self._levels(conversation_id, self._conversations.sampling(conversation_id)))

    def effective(self, conversation_id: str | None, own: SamplingParameters | None = None) -> tuple[LevelValue, ...]:
        """Give every parameter of a conversation; None: of the new chat. Raises: LookupError.

        `own`: what is chosen in it, where that is known better than on the disk.
        """
        if own is None:
            own = self._conversations.new_chat()[1] if conversation_id is None else self._conversations.sampling(conversation_id)
        return taken_together(self._levels(conversation_id, own))

    def of_all(self, chosen: SamplingParameters | None = None) -> tuple[LevelValue, ...]:
        """Give every parameter on the level of all chats; `chosen`: when another choice were made there."""
        return taken_together([(Level.APPLICATION, self.for_all if chosen is None else chosen)])

    def of_persona(self, chosen: SamplingParameters) -> tuple[LevelValue, ...]:
        """Give every parameter on the level of a persona that has chosen this."""
        return taken_together([*self._below_persona(), (Level.PERSONA, chosen)])

    def _below_persona(self) -> list[Chosen]:
        return [(Level.APPLICATION, self.for_all), (Level.MODEL, self.recommended)]

    def _levels(self, conversation_id: str | None, own: SamplingParameters) -> list[Chosen]:
        persona = sound(self._persona(conversation_id))
        return [*self._below_persona(), (Level.PERSONA, persona), (Level.CONVERSATION, own)]

    # Choosing

    def choose_for_all(self, parameters: SamplingParameters) -> None:
        """Keep what is chosen for all chats."""
        plain = {name: list(value) if isinstance(value, tuple) else value for name, value in parameters.chosen.items()}
        self._preferences.set(_KEY, plain)

    @Slot(str)
    def _on_setting_changed(self, key: str) -> None:
        if key == _KEY:
            self.changed.emit()

    @Slot()
    def _on_changed(self) -> None:
        self.changed.emit()


def _merged(levels: Sequence[Chosen]) -> SamplingParameters:
    chosen = {name: value for _, parameters in levels for name, value in parameters.leaving("unfinished").chosen.items()}
    return SamplingParameters(**chosen)
