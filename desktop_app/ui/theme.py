"""The look as values, and how Qt is told about it.

A theme is one JSON file of colours; sizes are the same in all themes, grow with the person's own font size
and shrink with the density. The style sheet is `themes/hearth.qss`, in which `$name` stands for a field of `Theme`.
Must not know: windows, services, settings.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Mapping
from string import Template
from types import MappingProxyType
from typing import Any

from PySide6 import QtGui
from PySide6.QtCore import QLocale, Qt
from PySide6.QtGui import QColor, QFont, QFontInfo, QGuiApplication, QPalette

from desktop_app.record import Record
from desktop_app.resources import resource

THEMES = ("light", "dark", "high-contrast", "high-contrast-light")


class Taste(Record):
    """What a person may have differently in every theme."""

    accent: str = "ember"
    """One of `Theme.accents`."""
    font_family: str = ""
    """"": the system's interface font."""
    mono_family: str = ""
    """"": the system's fixed font."""
    column_px: int = 736
    """Width of the text that is read, at most."""
    is_compact: bool = False
    """Rows, controls and the room between things are smaller; text is not."""


USUAL = Taste()


class Theme(Record):
    """Colours as "#RRGGBB", families and sizes of type in device-independent pixels."""

    name: str
    is_dark: bool
    background: str
    """Transcript and pages."""
    side: str
    """Sidebar."""
    surface: str
    """Cards, composer, menus, fields."""
    line: str
    """Borders and separators, 1 px."""
    text: str
    muted: str
    """Secondary text and icons; at least 4.5:1 on every surface."""
    accent: str
    on_accent: str
    accent_soft: str
    """Selected row, tag."""
    bubble: str
    """Messages of the person."""
    code: str
    good: str
    warning: str
    error: str
    selection: str
    """Behind selected text, which keeps its own colour."""
    hover: str
    """One step away from every background."""
    pressed: str
    """Two steps."""
    syntax: Mapping[str, str]
    """Role of a `highlight.Span` to its colour on `code`; a role that is missing is drawn in `text`."""
    accents: Mapping[str, Mapping[str, str]]
    """Every accent there is in this theme, by name: its `accent`, `on_accent`, `accent_soft` and `selection`."""
    is_high_contrast: bool = False
    """Every text has at least 7:1, and what is told apart by its ground alone elsewhere has a border."""
    font_family: str = ""
    mono_family: str = ""
    column_px: int = USUAL.column_px
    is_compact: bool = False
    text_px: int = 15
    control_px: int = 14
    secondary_px: int = 13
    caption_px: int = 12
    h1_px: int = 24
    h2_px: int = 17
    code_px: int = 13
    scale: float = 1.0
    """Size of text as a multiple of the usual: the person's font size in the system, times the zoom; 0.7 to 4.0."""

    def scaled(self, px: int) -> int:
        """Give a height that was drawn as `px` at the person's font size, on the 4 px grid."""
        return px if self.scale == 1.0 else round(px * self.scale / 4) * 4

    def row(self, px: int) -> int:
        """Give the height of a row or a control that was drawn as `px`, at the person's font size and density."""
        return self.scaled(px - (8 if px > 32 else 4) if self.is_compact else px)

    def gap(self, px: int) -> int:
        """Give the room between things that was drawn as `px`, at the person's density, on the 4 px grid."""
        return round(px / 6) * 4 if self.is_compact else px

    def accent_step(self, n_steps: int) -> str:
        """Give the accent under the pointer (1) or pressed (2): further away from what is written on it."""
        colour = QColor(self.accent)
        percent = 100 + 8 * n_steps
        return (colour.lighter(percent) if self.is_dark else colour.darker(percent)).name()

    def font(self, px: int, weight: QFont.Weight = QFont.Weight.Normal) -> QFont:
        """Give the interface font at `px`, one of the sizes of this theme."""
        font = QFont(self.font_family) if self.font_family else QFont(QGuiApplication.font())
        font.setPixelSize(px)
        font.setWeight(weight)
        return written_here(font)

    def mono_font(self) -> QFont:
        """Give the font of code."""
        family = self.mono_family
        fonts = QtGui.QFontDatabase
        font = QFont(family) if family else fonts.systemFont(fonts.SystemFont.FixedFont)
        font.setStyleHint(QFont.StyleHint.Monospace)
        font.setPixelSize(self.code_px)
        return written_here(font)


_SIMPLIFIED = ("Noto Sans CJK SC", "Source Han Sans SC", "Microsoft YaHei", "PingFang SC")
_TRADITIONAL = ("Noto Sans CJK TC", "Source Han Sans TC", "Microsoft JhengHei", "PingFang TC")

_SIZES = ("text_px", "control_px", "secondary_px", "caption_px", "h1_px", "h2_px", "code_px")

_USUAL_FONT_PX = {"win32": 12.0, "darwin": 13.0}
_USUAL_FONT_PX_ELSEWHERE = 15.0
"""Size of the interface font when nobody changed it. GNOME: 11 pt; without a desktop Qt takes 9 pt, hence no scale below 1."""


def written_here(font: QFont) -> QFont:
    """Give `font` with the Chinese letters of the language on screen, where it has none of its own.

    The system would take those of its own language: Japanese forms under an English or Japanese one.
    """
    families = [family for family in font.families() if family not in _SIMPLIFIED + _TRADITIONAL]
    # By its name: asking for the script makes PySide initialise the enums of all languages and countries.
    language = QLocale().name()
    if language.startswith("zh_"):
        font.setFamilies(families)
        # The one that is really there: with a name such as "Sans Serif" Qt would take the first of ours for everything.
        families = [QFontInfo(font).family()]
        families += _TRADITIONAL if language in ("zh_TW", "zh_HK", "zh_MO") else _SIMPLIFIED
    if families != font.families():
        font.setFamilies(families)
    return font


def font_scale() -> float:
    """Give the person's interface font size as a multiple of the usual one, 1.0 to 2.0."""
    if not isinstance(QGuiApplication.instance(), QGuiApplication):
        return 1.0
    usual_px = _USUAL_FONT_PX.get(sys.platform, _USUAL_FONT_PX_ELSEWHERE)
    return min(2.0, max(1.0, QFontInfo(QGuiApplication.font()).pixelSize() / usual_px))


def load_theme(name: str, scale: float | None = None, taste: Taste = USUAL) -> Theme:
    """Give the theme `name`, one of `THEMES`, at `scale`; None: at the person's own font size."""
    values: dict[str, Any] = json.loads(resource("themes", f"{name}.json").read_text("utf-8"))
    accents: dict[str, dict[str, str]] = values.pop("accents")
    values |= accents.get(taste.accent, accents[USUAL.accent])
    values |= {key: value for key, value in taste.as_dict().items() if key != "accent"}
    values |= {"name": name, "syntax": MappingProxyType(values["syntax"]), "accents": MappingProxyType(accents)}
    scale = font_scale() if scale is None else scale
    if scale != 1.0:
        values |= {size: round(getattr(Theme, size) * scale) for size in _SIZES} | {"scale": scale}
    return Theme(**values)


def system_theme_name() -> str:
    """Give the theme that the system asks for: dark or light, in high contrast or not."""
    hints = QGuiApplication.styleHints()
    is_dark = hints.colorScheme() == Qt.ColorScheme.Dark
    if hints.accessibility().contrastPreference() == Qt.ContrastPreference.HighContrast:
        return "high-contrast" if is_dark else "high-contrast-light"
    return "dark" if is_dark else "light"


def style_sheet(theme: Theme) -> str:
    """Give the one style sheet of the application."""
    sizes = {f"h{px}": theme.row(px + 2) - 2 for px in (26, 30, 34)} | {"h36": theme.row(36), "menu_y": theme.gap(8)}
    sizes["tag"] = theme.scaled(24) - 6
    states = {"accent_hover": theme.accent_step(1), "accent_pressed": theme.accent_step(2)}
    text = QColor(theme.text)
    states |= {"faded": f"rgba({text.red()}, {text.green()}, {text.blue()}, 45%)"}
    states |= {"outline": f"1px solid {theme.line}" if theme.is_high_contrast else "none"}
    return Template(resource("themes", "hearth.qss").read_text("utf-8")).substitute(theme.as_dict() | sizes | states)


def palette(theme: Theme) -> QPalette:
    """Give the palette: what the style sheet does not reach (menus' check marks, text selection, dialogs)."""
    role = QPalette.ColorRole
    colours = {
        role.Window: theme.background, role.Base: theme.surface, role.AlternateBase: theme.code,
        role.Button: theme.surface, role.ToolTipBase: theme.surface, role.Light: theme.surface,
        role.Midlight: theme.hover, role.Mid: theme.line, role.Dark: theme.muted, role.Shadow: theme.line,
        role.WindowText: theme.text, role.Text: theme.text, role.ButtonText: theme.text,
        role.ToolTipText: theme.text, role.BrightText: theme.error, role.PlaceholderText: theme.muted,
        role.Highlight: theme.selection, role.HighlightedText: theme.text, role.Accent: theme.accent,
        role.Link: theme.accent, role.LinkVisited: theme.accent,
    }  # fmt: skip
    result = QPalette()
    for key, colour in colours.items():
        result.setColor(key, QColor(colour))
    for key in (role.WindowText, role.Text, role.ButtonText):
        faded = QColor(theme.text)
        faded.setAlphaF(0.45)
        result.setColor(QPalette.ColorGroup.Disabled, key, faded)
    return result
