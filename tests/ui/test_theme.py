"""The colours are those of the design, and every text can be read on every surface it stands on."""

from __future__ import annotations

import re

import pytest
from PySide6.QtGui import QPalette
from PySide6.QtWidgets import QApplication

from desktop_app.ui.theme import THEMES, load_theme, palette, style_sheet

SURFACES = ("background", "side", "surface", "accent_soft", "bubble", "code", "hover")
DESIGN = {
    "light": {
        "background": "#FBFAF8", "side": "#F3F1ED", "surface": "#FFFFFF", "line": "#E4E0D9", "text": "#1F1D1A",
        "muted": "#6B655C", "accent": "#B5480F", "on_accent": "#FFFFFF", "accent_soft": "#FBE9DF", "bubble": "#F0ECE5",
        "code": "#F6F3EE", "good": "#27704A",
    },
    "dark": {
        "background": "#1B1A18", "side": "#151412", "surface": "#242220", "line": "#36322D", "text": "#ECE8E1",
        "muted": "#A39C91", "accent": "#F08A4B", "on_accent": "#1B1A18", "accent_soft": "#3A2619", "bubble": "#2C2926",
        "code": "#211F1C", "good": "#6CC08B",
    },
}  # fmt: skip


def luminance(colour: str) -> float:
    """Give the relative luminance of "#RRGGBB". Source: WCAG 2.2."""
    channels = [int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5)]
    linear = [c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in channels]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def contrast(one: str, other: str) -> float:
    """Give the contrast of two colours, 1 to 21."""
    dark, light = sorted((luminance(one), luminance(other)))
    return (light + 0.05) / (dark + 0.05)


@pytest.mark.parametrize("name", THEMES)
def test_colours_are_those_of_the_design(name: str) -> None:
    theme = load_theme(name, 1.0)
    assert {key: getattr(theme, key) for key in DESIGN[name]} == DESIGN[name]


@pytest.mark.parametrize("surface", SURFACES)
@pytest.mark.parametrize("name", THEMES)
def test_every_text_colour_can_be_read_on_every_surface(name: str, surface: str) -> None:
    theme = load_theme(name, 1.0)
    colours = {key: getattr(theme, key) for key in ("text", "muted", "accent", "good", "warning", "error")}
    faint = {key: contrast(colour, getattr(theme, surface)) for key, colour in colours.items()}
    assert {key: ratio for key, ratio in faint.items() if ratio < 4.5} == {}


@pytest.mark.parametrize("name", THEMES)
def test_text_can_be_read_while_pressed_selected_and_on_the_accent(name: str) -> None:
    theme = load_theme(name, 1.0)
    pairs = [(theme.on_accent, theme.accent), (theme.text, theme.selection), (theme.muted, theme.selection)]
    pairs += [(theme.text, theme.pressed), (theme.muted, theme.pressed)]
    assert min(contrast(*pair) for pair in pairs) >= 4.5


@pytest.mark.parametrize("name", THEMES)
def test_every_colour_of_code_can_be_read(name: str) -> None:
    theme = load_theme(name, 1.0)
    faint = {role: contrast(colour, theme.code) for role, colour in theme.syntax.items()}
    assert {role: ratio for role, ratio in faint.items() if ratio < 4.5} == {}


def test_both_themes_colour_the_same_roles() -> None:
    assert set(load_theme("light", 1.0).syntax) == set(load_theme("dark", 1.0).syntax)


@pytest.mark.parametrize("name", THEMES)
def test_the_style_sheet_has_every_name_filled_in(name: str) -> None:
    sheet = style_sheet(load_theme(name, 1.0))
    assert "$" not in sheet
    assert re.search(r"#[0-9A-F]{6}", sheet)


def test_all_sizes_grow_with_the_font_of_the_person() -> None:
    theme = load_theme("light", 1.5)
    assert (theme.text_px, theme.caption_px, theme.scaled(36)) == (22, 18, 56)


def test_the_palette_speaks_for_dialogs_and_selections(qapp: QApplication) -> None:
    theme = load_theme("dark", 1.0)
    colours = palette(theme)
    assert colours.color(QPalette.ColorRole.Window).name().upper() == theme.background
    assert colours.color(QPalette.ColorRole.Highlight).name().upper() == theme.selection
