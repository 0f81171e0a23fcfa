"""Everything the window can do, in one list to type into (Ctrl+K), and in one sheet with its keys (Ctrl+/)."""

from __future__ import annotations

from collections.abc import Callable, Collection

from PySide6.QtCore import QObject, Slot
from PySide6.QtWidgets import QWidget
from shiboken6 import isValid

from desktop_app.services.preferences import Preferences
from desktop_app.ui.actions import Actions, native
from desktop_app.ui.appearance import Appearance
from desktop_app.ui.chosen_keys import ChosenKeys
from desktop_app.ui.dialogs.shortcuts import ShortcutsDialog
from desktop_app.ui.palette.palette import Palette, PaletteItem


class Commands(QObject):
    """Follows two actions of the window."""

    def __init__(
        self,
        actions: Actions,
        preferences: Preferences,
        appearance: Appearance,
        window: QWidget,
        impossible: Callable[[], Collection[str]] = tuple,
    ) -> None:
        """`impossible` gives the names of actions that can do nothing now, though their keys are heard."""
        super().__init__(window)
        self._impossible = impossible
        self.keys = ChosenKeys(actions, preferences, window)
        self._actions, self._appearance, self._window = actions, appearance, window
        self._palette: Palette | None = None
        self._focused: QWidget | None = None
        actions.show_commands.triggered.connect(self.open_palette)
        actions.show_shortcuts.triggered.connect(self._on_shortcuts_wanted)

    @Slot()
    def open_palette(self) -> None:
        """Let one be chosen; it is done as if its key had been pressed."""
        if self._palette is not None:
            return
        self._focused = self._window.focusWidget()
        impossible = self._impossible()
        items = [
            PaletteItem(
                name,
                action.text().rstrip("…"),
                native(action.shortcut()),
                is_enabled=action.isEnabled() and name not in impossible,
            )
            for name, action in self._actions.all().items()
            if action is not self._actions.show_commands
        ]
        self._palette = Palette(items, self.tr("What do you want to do?"), self._appearance.theme, self._window)
        self._palette.chosen.connect(self._on_chosen)
        self._palette.closed.connect(self._on_closed)
        self._palette.open()

    @Slot()
    def _on_closed(self) -> None:
        self._palette = None
        # What is done may be about what the keyboard is at.
        if self._focused is not None and isValid(self._focused):
            self._focused.setFocus()

    @Slot(str)
    def _on_chosen(self, name: str) -> None:
        self._actions.all()[name].trigger()

    @Slot()
    def _on_shortcuts_wanted(self) -> None:
        ShortcutsDialog(self.keys, self._appearance.theme, self._window).open()
