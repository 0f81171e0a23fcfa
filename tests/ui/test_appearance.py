"""The look follows its settings and the system; the size of everything follows the zoom, step by step."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QFontInfo, QGuiApplication
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from desktop_app.services.preferences import Preferences
from desktop_app.settings import SETTINGS, ZOOMS
from desktop_app.ui import theme as theme_module
from desktop_app.ui.appearance import Appearance
from desktop_app.ui.theme import Theme


@pytest.fixture
def preferences(qtbot: QtBot, tmp_path: Path) -> Iterator[Preferences]:
    preferences = Preferences(tmp_path / "settings.json")
    yield preferences
    preferences.close()


@pytest.fixture
def appearance(preferences: Preferences, qapp: QApplication) -> Iterator[Appearance]:
    palette, font = qapp.palette(), qapp.font()
    appearance = Appearance(qapp, preferences)
    yield appearance
    appearance.close()
    qapp.setPalette(palette)
    qapp.setFont(font)


def test_zoom_makes_text_larger_and_smaller(appearance: Appearance) -> None:
    heard: list[Theme] = []
    appearance.theme_changed.connect(heard.append)
    usual = appearance.theme.text_px
    appearance.zoom_in()
    assert heard[-1].text_px > usual
    appearance.zoom_out()
    appearance.zoom_out()
    assert heard[-1].text_px < usual
    appearance.zoom_reset()
    assert appearance.theme.text_px == usual
    assert len(heard) == 4


def test_zoom_ends_at_its_limits(appearance: Appearance, preferences: Preferences) -> None:
    for _ in range(2 * len(ZOOMS)):
        appearance.zoom_in()
    assert preferences.get("zoom") == ZOOMS[-1]
    for _ in range(2 * len(ZOOMS)):
        appearance.zoom_out()
    assert preferences.get("zoom") == ZOOMS[0]


def test_zoom_stays_when_the_theme_changes(appearance: Appearance, preferences: Preferences) -> None:
    appearance.zoom_in()
    larger = appearance.theme.text_px
    preferences.set("theme", "dark" if appearance.theme.name == "light" else "light")
    assert appearance.theme.text_px == larger


def test_chinese_is_drawn_in_the_forms_of_the_language_on_screen(appearance: Appearance, preferences: Preferences) -> None:
    heard: list[Theme] = []
    appearance.theme_changed.connect(heard.append)
    preferences.set("language", "en")
    appearance_font, mono_font = appearance.theme.font(14), appearance.theme.mono_font()
    preferences.set("language", "zh_CN")
    for font, before in ((heard[-1].font(14), appearance_font), (heard[-1].mono_font(), mono_font)):
        assert "Noto Sans CJK SC" in font.families()[1:]
        assert QFontInfo(font).family() == QFontInfo(before).family(), "other letters stay as they are"
    preferences.set("language", "en")
    assert "Noto Sans CJK SC" not in heard[-1].font(14).families()


@pytest.mark.parametrize(
    ("key", "value", "field", "seen"),
    [
        ("theme", "high-contrast", "text", "#FFFFFF"),
        ("accent", "blue", "accent", "#2169C1"),
        ("density", "compact", "is_compact", True),
        ("column_px", 608, "column_px", 608),
        ("font_family", "DejaVu Serif", "font_family", "DejaVu Serif"),
        ("mono_family", "Nimbus Mono PS", "mono_family", "Nimbus Mono PS"),
    ],
)
def test_the_look_follows_its_settings_at_once(
    appearance: Appearance, preferences: Preferences, key: str, value: object, field: str, seen: object
) -> None:
    heard: list[Theme] = []
    appearance.theme_changed.connect(heard.append)
    preferences.set(key, value)
    assert [getattr(theme, field) for theme in heard] == [seen]
    preferences.set(key, SETTINGS[key].default)
    assert getattr(heard[-1], field) != seen


def test_high_contrast_comes_when_the_system_asks_for_it(
    appearance: Appearance, preferences: Preferences, monkeypatch: pytest.MonkeyPatch
) -> None:
    heard: list[Theme] = []
    appearance.theme_changed.connect(heard.append)
    monkeypatch.setattr(theme_module, "QGuiApplication", SystemThatAsks)
    QGuiApplication.styleHints().accessibility().contrastPreferenceChanged.emit(Qt.ContrastPreference.HighContrast)
    assert [theme.name for theme in heard] == ["high-contrast"]
    preferences.set("theme", "light")
    assert heard[-1].name == "light", "what the person chose comes first"


class SystemThatAsks(QGuiApplication):
    """A system in dark colours and high contrast."""

    @staticmethod
    def styleHints() -> Any:
        """Give what it asks for."""
        contrast = SimpleNamespace(contrastPreference=lambda: Qt.ContrastPreference.HighContrast)
        return SimpleNamespace(colorScheme=lambda: Qt.ColorScheme.Dark, accessibility=lambda: contrast)
