"""Which keys an action has: those that the person has chosen, and the usual ones of all others.

The setting `shortcuts` holds what was chosen and nothing else, so that an action gets new usual keys with a new version.
No key belongs to two: what was chosen comes first, and a usual key that is taken is left out.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

from PySide6.QtCore import QEvent, QKeyCombination, QObject, Qt, Signal, Slot
from PySide6.QtGui import QAction, QKeySequence
from PySide6.QtWidgets import QApplication, QWidget

from desktop_app.services.preferences import Preferences
from desktop_app.ui.actions import Actions

FIXED = ("stop", "copy")
"""Esc and the system's own key for copying: sentences name the one, every field of text knows the other."""
_MODIFIERS = Qt.KeyboardModifier.ControlModifier | Qt.KeyboardModifier.AltModifier | Qt.KeyboardModifier.MetaModifier
_EDITING = (
    QKeySequence.StandardKey.Cut,
    QKeySequence.StandardKey.Copy,
    QKeySequence.StandardKey.Paste,
    QKeySequence.StandardKey.Undo,
    QKeySequence.StandardKey.Redo,
    QKeySequence.StandardKey.SelectAll,
)


class ChosenKeys(QObject):
    """The keys of `actions`, as the person has them.

    Signals:
        changed(): some action has other keys.
    """

    changed = Signal()

    def __init__(self, actions: Actions, preferences: Preferences, window: QWidget) -> None:
        super().__init__(window)
        self._actions, self._preferences, self._window = actions, preferences, window
        self._explain: dict[str, Callable[[], str]] = {}
        if preferences.get("shortcuts"):
            self._apply()
        preferences.setting_changed.connect(self._on_setting_changed)

    def names(self) -> list[str]:
        """Give all actions, in the order of the window."""
        return list(self._actions.all())

    def can_change(self, name: str) -> bool:
        """Say whether its keys can be chosen."""
        return name not in FIXED

    def action(self, name: str) -> QAction:
        """Give the action of this name."""
        action: QAction = getattr(self._actions, name)
        return action

    def is_changed(self, name: str) -> bool:
        """Say whether it has other keys than the usual ones."""
        action = self.action(name)
        return action.shortcuts() != self._actions.usual_keys[action]

    def owner(self, key: QKeySequence) -> str:
        """Give the action that has `key`; "" when none has."""
        return next((name for name, action in self._actions.all().items() if key in action.shortcuts()), "")

    def explain(self, name: str, trouble: Callable[[], str]) -> None:
        """Have `trouble` say what is wrong with the keys of an action; "" for nothing."""
        self._explain[name] = trouble

    def trouble_with(self, name: str) -> str:
        """Give a sentence about why the keys of an action do not do all that they are to do; "" when they do."""
        return self._explain[name]() if name in self._explain else ""

    def choose(self, name: str, keys: Sequence[QKeySequence]) -> None:
        """Give an action these keys and no others; whoever has one of them loses it."""
        self._store({**self._chosen_without(keys), name: list(keys)})

    def reset(self, name: str) -> None:
        """Give an action its usual keys again; whoever has one of them loses it."""
        chosen = self._chosen_without(self._actions.usual_keys[self.action(name)])
        chosen.pop(name, None)
        self._store(chosen)

    def reset_all(self) -> None:
        """Give every action its usual keys."""
        self._store({})

    def _chosen(self) -> dict[str, list[QKeySequence]]:
        """Read the setting, which may have been edited by hand: names that are none and keys that are none are left out."""
        known = set(self.names()) - set(FIXED)
        rows = [(name, [QKeySequence(text) for text in texts]) for name, *texts in self._preferences.get("shortcuts")]
        return {name: [key for key in keys if key.toString()] for name, keys in rows if name in known}

    def _chosen_without(self, keys: Sequence[QKeySequence]) -> dict[str, list[QKeySequence]]:
        """Give what was chosen, without `keys`; who has none left because of it has the usual ones."""
        rest = {name: (had, [key for key in had if key not in keys]) for name, had in self._chosen().items()}
        return {name: left for name, (had, left) in rest.items() if left or not had}

    def _store(self, chosen: dict[str, list[QKeySequence]]) -> None:
        usual = {name: self._actions.usual_keys[self.action(name)] for name in chosen}
        kept = {name: keys for name, keys in chosen.items() if keys != usual[name]}
        self._preferences.set("shortcuts", [[name, *(key.toString() for key in keys)] for name, keys in kept.items()])

    @Slot(str)
    def _on_setting_changed(self, key: str) -> None:
        if key == "shortcuts":
            self._apply()

    def _apply(self) -> None:
        chosen = self._chosen()
        taken = list[QKeySequence]()
        for name in dict.fromkeys((*FIXED, *chosen, *self.names())):
            action = self.action(name)
            wanted = chosen.get(name, self._actions.usual_keys[action])
            action.setShortcuts([key for key in wanted if key not in taken])
            taken += action.shortcuts()
        # Keys stand beside words, in buttons and tooltips: all are written anew, as for another language.
        QApplication.sendEvent(self._window, QEvent(QEvent.Type.LanguageChange))
        self.changed.emit()


def combination(key: QKeySequence) -> QKeyCombination:
    """Give the one key with its modifiers that a sequence of ours is."""
    return key[0]  # type: ignore[index, no-any-return]  # the stubs do not know it


def is_for_writing(key: QKeyCombination) -> bool:
    """Tell whether a key would be missed while one writes: a letter by itself, Enter, an arrow."""
    is_function_key = Qt.Key.Key_F1 <= key.key() <= Qt.Key.Key_F35
    return not (key.keyboardModifiers() & _MODIFIERS or is_function_key)


def is_for_editing(key: QKeySequence) -> bool:
    """Tell whether every field of text knows this key: Copy, Undo and the like."""
    return any(key in QKeySequence.keyBindings(one) for one in _EDITING)
