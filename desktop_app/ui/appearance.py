"""Which theme is on: the person's choice, or what the system asks for, now and whenever it changes."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Qt, Signal, Slot
from PySide6.QtWidgets import QApplication

from desktop_app.settings import ZOOMS
from desktop_app.ui.theme import THEMES, Taste, Theme, font_scale, load_theme, palette, style_sheet, system_theme_name
from desktop_app.ui.translation import Translation

if TYPE_CHECKING:
    from desktop_app.services.preferences import Preferences

_SCHEMES = {
    "light": Qt.ColorScheme.Light,
    "dark": Qt.ColorScheme.Dark,
    "high-contrast": Qt.ColorScheme.Dark,
    "high-contrast-light": Qt.ColorScheme.Light,
    "system": Qt.ColorScheme.Unknown,
}
_TASTE = ("accent", "font_family", "mono_family", "column_px", "density")
"""Settings that come to be seen through `Taste`."""


class Appearance(QObject):
    """Theme, size and language of the whole application; follows the settings of the look.

    Signals:
        theme_changed(Theme): palette, font and style sheet are already in place.
    """

    theme_changed = Signal(object)

    def __init__(self, application: QApplication, preferences: Preferences) -> None:
        super().__init__(application)
        self._application = application
        self._preferences = preferences
        self._translation = Translation(application)
        self._translation.choose(str(preferences.get("language")))
        application.styleHints().setColorScheme(_SCHEMES[self._choice()])
        # Read once: from here on the application's font is ours.
        self._font_scale = font_scale()
        self._wanted = self._wishes()
        self._theme = load_theme(*self._wanted)
        self._apply()
        hints = application.styleHints()
        hints.colorSchemeChanged.connect(self._on_system_changed)
        hints.accessibility().contrastPreferenceChanged.connect(self._on_system_changed)
        preferences.setting_changed.connect(self._on_setting_changed)

    @property
    def theme(self) -> Theme:
        """The theme that is on."""
        return self._theme

    @property
    def language(self) -> str:
        """The language on screen: "en" or "zh_CN"."""
        return self._translation.language

    def close(self) -> None:
        """Let go of the application, for those that outlive a window (tests)."""
        self._translation.close()
        self._application.setStyleSheet("")

    @contextmanager
    def put_off(self) -> Iterator[None]:
        """Let a whole window be made first, and dressed then.

        With a style sheet on, a widget is given its style anew each time something around it gets a parent: for the
        window that is a twentieth of the time to its first paint.
        """
        sheet = self._application.styleSheet()
        self._application.setStyleSheet("")
        try:
            yield
        finally:
            self._application.setStyleSheet(sheet)

    def _choice(self) -> str:
        choice = str(self._preferences.get("theme"))
        return choice if choice in _SCHEMES else "system"

    def _wishes(self) -> tuple[str, float, Taste]:
        """Give what decides the look: the name of the theme, the scale of the text, and the person's taste."""
        choice = self._choice()
        values = {key: self._preferences.get(key) for key in _TASTE}
        is_compact = values.pop("density") == "compact"
        name = choice if choice in THEMES else system_theme_name()
        return name, self._font_scale * int(self._preferences.get("zoom")) / 100, Taste(**values, is_compact=is_compact)

    @Slot()
    def zoom_in(self) -> None:
        """Make everything one step larger."""
        self._zoom(next((zoom for zoom in ZOOMS if zoom > self._preferences.get("zoom")), ZOOMS[-1]))

    @Slot()
    def zoom_out(self) -> None:
        """Make everything one step smaller."""
        self._zoom(next((zoom for zoom in reversed(ZOOMS) if zoom < self._preferences.get("zoom")), ZOOMS[0]))

    @Slot()
    def zoom_reset(self) -> None:
        """Go back to the usual size."""
        self._zoom(100)

    def _zoom(self, zoom: int) -> None:
        self._preferences.set("zoom", zoom)

    def _apply(self) -> None:
        self._application.setPalette(palette(self._theme))
        self._application.setFont(self._theme.font(self._theme.control_px))
        self._application.setStyleSheet(style_sheet(self._theme))

    def _refresh(self) -> None:
        wanted = self._wishes()
        if wanted != self._wanted:
            self._wanted = wanted
            self._theme = load_theme(*wanted)
            self._apply()
            self.theme_changed.emit(self._theme)

    @Slot()
    def _on_system_changed(self) -> None:
        self._refresh()

    @Slot(str)
    def _on_setting_changed(self, key: str) -> None:
        if key == "theme":
            self._application.styleHints().setColorScheme(_SCHEMES[self._choice()])
            self._refresh()
        elif key in (*_TASTE, "zoom"):
            self._refresh()
        elif key == "language":
            self._translation.choose(str(self._preferences.get("language")))
            # The letters of Chinese are drawn in the forms of the language on screen.
            self._apply()
            self.theme_changed.emit(self._theme)
