"""Which theme is on: the person's choice, or what the system asks for, now and whenever it changes."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Qt, Signal, Slot
from PySide6.QtWidgets import QApplication

from desktop_app.settings import ZOOMS
from desktop_app.ui.theme import Theme, font_scale, load_theme, palette, style_sheet, system_theme_name
from desktop_app.ui.translation import Translation

if TYPE_CHECKING:
    from desktop_app.services.preferences import Preferences

_SCHEMES = {"light": Qt.ColorScheme.Light, "dark": Qt.ColorScheme.Dark, "system": Qt.ColorScheme.Unknown}


class Appearance(QObject):
    """Theme, size and language of the whole application; follows the settings `theme`, `zoom` and `language`.

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
        self._theme = load_theme(self._theme_name(), self._scale())
        self._apply()
        application.styleHints().colorSchemeChanged.connect(self._on_color_scheme_changed)
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

    def _choice(self) -> str:
        choice = str(self._preferences.get("theme"))
        return choice if choice in _SCHEMES else "system"

    def _theme_name(self) -> str:
        choice = self._choice()
        return system_theme_name() if choice == "system" else choice

    def _scale(self) -> float:
        return self._font_scale * int(self._preferences.get("zoom")) / 100

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
        name, scale = self._theme_name(), self._scale()
        if (name, scale) != (self._theme.name, self._theme.scale):
            self._theme = load_theme(name, scale)
            self._apply()
            self.theme_changed.emit(self._theme)

    @Slot()
    def _on_color_scheme_changed(self) -> None:
        self._refresh()

    @Slot(str)
    def _on_setting_changed(self, key: str) -> None:
        if key == "theme":
            self._application.styleHints().setColorScheme(_SCHEMES[self._choice()])
            self._refresh()
        elif key == "zoom":
            self._refresh()
        elif key == "language":
            self._translation.choose(str(self._preferences.get("language")))
            # The letters of Chinese are drawn in the forms of the language on screen.
            self._apply()
            self.theme_changed.emit(self._theme)
