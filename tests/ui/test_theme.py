"""The colours are those of the design, and every text can be read on every surface it stands on."""

from __future__ import annotations

import itertools
import re
from pathlib import Path
from typing import Any

import pytest
from PySide6.QtGui import QColor, QPalette
from PySide6.QtWidgets import QApplication

from desktop_app import ui
from desktop_app.settings import ACCENTS, LOOKS
from desktop_app.ui.theme import THEMES, Taste, Theme, load_theme, palette, style_sheet

LOOKED_AT = tuple(itertools.product(THEMES, ACCENTS))
"""Every theme in every accent."""
SURFACES = ("background", "side", "surface", "accent_soft", "bubble", "code", "hover")
TEXTS = ("text", "muted", "accent", "good", "warning", "error")
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


OWN_COLOURS = {
    "icons.py": "the application's own icon has its colours in its picture",
    "transcript/paper/look.py": "paper is white",
    "composer/composer.py": "a shadow is black with hardly anything of it",
}
"""Where a colour stands in the code, and why."""


def colours_in(source: str) -> list[str]:
    """Give the colours that are written down in some code."""
    return re.findall(r'"#[0-9A-Fa-f]{6}"|GlobalColor\.(?!transparent)\w+|QColor\(\d', source)


def luminance(colour: str) -> float:
    """Give the relative luminance of "#RRGGBB". Source: WCAG 2.2."""
    channels = [int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5)]
    linear = [c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in channels]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def contrast(one: str, other: str) -> float:
    """Give the contrast of two colours, 1 to 21."""
    dark, light = sorted((luminance(one), luminance(other)))
    return (light + 0.05) / (dark + 0.05)


@pytest.mark.parametrize("name", DESIGN)
def test_colours_are_those_of_the_design(name: str) -> None:
    theme = load_theme(name, 1.0)
    assert {key: getattr(theme, key) for key in DESIGN[name]} == DESIGN[name]


def faint(theme: Theme, least: float) -> dict[str, float]:
    """Give what has too little contrast, as "text on surface"."""
    pairs = [(text, surface) for surface in SURFACES for text in TEXTS]
    pairs += [(text, surface) for surface in ("selection", "pressed") for text in ("text", "muted")]
    pairs += [("on_accent", "accent")]
    ratios = {f"{text} on {surface}": contrast(getattr(theme, text), getattr(theme, surface)) for text, surface in pairs}
    ratios |= {f"{role} on code": contrast(colour, theme.code) for role, colour in theme.syntax.items()}
    return {pair: ratio for pair, ratio in ratios.items() if ratio < least}


@pytest.mark.parametrize(("name", "accent"), LOOKED_AT)
def test_every_text_can_be_read_on_everything_it_stands_on(name: str, accent: str) -> None:
    theme = load_theme(name, 1.0, Taste(accent=accent))
    assert theme.accent == theme.accents[accent]["accent"]
    assert faint(theme, 7.0 if theme.is_high_contrast else 4.5) == {}


@pytest.mark.parametrize("surface", ["accent_soft", "selection", "hover", "muted"])
def test_a_colour_that_is_too_faint_is_found(surface: str) -> None:
    theme = load_theme("light", 1.0)
    planted: dict[str, Any] = {surface: "#9A948B"}
    assert faint(theme.replaced(**planted), 4.5) != {}


@pytest.mark.parametrize("name", [name for name in THEMES if name.startswith("high-contrast")])
def test_in_high_contrast_borders_and_colours_stand_out(name: str) -> None:
    theme = load_theme(name, 1.0)
    assert theme.is_high_contrast
    edges = [contrast(theme.line, getattr(theme, surface)) for surface in (*SURFACES, "pressed")]
    edges += [contrast(theme.accent, getattr(theme, surface)) for surface in SURFACES]
    assert min(edges) >= 3.0


def test_what_can_be_chosen_is_there_in_every_theme() -> None:
    assert set(LOOKS) == {"system", *THEMES}
    for name in THEMES:
        assert tuple(load_theme(name, 1.0).accents) == ACCENTS


@pytest.mark.parametrize("name", THEMES)
def test_accents_can_be_told_apart(name: str) -> None:
    colours = [QColor(one["accent"]) for one in load_theme(name, 1.0).accents.values()]
    parts = [(colour.red(), colour.green(), colour.blue()) for colour in colours]
    apart = [sum(abs(a - b) for a, b in zip(*pair, strict=True)) for pair in itertools.combinations(parts, 2)]
    assert min(apart) >= 40


def test_an_accent_of_a_newer_version_leaves_the_usual_one() -> None:
    assert load_theme("dark", 1.0, Taste(accent="chartreuse")).accent == DESIGN["dark"]["accent"]


def test_all_themes_colour_the_same_roles() -> None:
    assert len({frozenset(load_theme(name, 1.0).syntax) for name in THEMES}) == 1


@pytest.mark.parametrize("name", THEMES)
def test_the_style_sheet_has_every_name_filled_in(name: str) -> None:
    sheet = style_sheet(load_theme(name, 1.0))
    assert "$" not in sheet
    assert re.search(r"#[0-9A-F]{6}", sheet)


def test_all_sizes_grow_with_the_font_of_the_person() -> None:
    theme = load_theme("light", 1.5)
    assert (theme.text_px, theme.caption_px, theme.scaled(36), theme.row(36)) == (22, 18, 56, 56)


def test_a_compact_look_has_less_room_and_the_same_text() -> None:
    usual, compact = load_theme("light", 1.0), load_theme("light", 1.0, Taste(is_compact=True))
    assert (compact.row(56), compact.row(36), compact.row(28)) == (48, 28, 24)
    assert [compact.gap(px) for px in (24, 20, 16, 12, 8, 4)] == [16, 12, 12, 8, 4, 4]
    assert (compact.text_px, compact.scaled(36), compact.caption_px) == (usual.text_px, 36, usual.caption_px)
    assert (usual.row(36), usual.gap(24)) == (36, 24)


def test_the_palette_speaks_for_dialogs_and_selections(qapp: QApplication) -> None:
    theme = load_theme("dark", 1.0)
    colours = palette(theme)
    assert colours.color(QPalette.ColorRole.Window).name().upper() == theme.background
    assert colours.color(QPalette.ColorRole.Highlight).name().upper() == theme.selection


def test_colours_stand_in_the_themes_and_nowhere_else() -> None:
    folder = Path(ui.__file__).parent
    found = {str(path.relative_to(folder)): colours_in(path.read_text("utf-8")) for path in folder.rglob("*.py")}
    assert {Path(name).as_posix() for name, colours in found.items() if colours} == set(OWN_COLOURS)
    assert colours_in('QColor("#B5480F") QColor(0, 0, 0) Qt.GlobalColor.red Qt.GlobalColor.transparent') != []
