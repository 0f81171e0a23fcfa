"""Everything of the theme that a leaf is set with: fonts, leading, text formats, distances in pixels.

Made once per theme. Knows nothing of Markdown, documents or scrolling.
"""

from __future__ import annotations

from PySide6.QtCore import QMarginsF, Qt
from PySide6.QtGui import QColor, QFont, QFontMetricsF, QTextBlockFormat, QTextCharFormat, QTextOption

from desktop_app.ui.theme import Theme
from desktop_app.ui.widgets.sides import RIGHT_TO_LEFT

_BUBBLE = 560 / 736
"""Widest bubble, as a part of the column."""
_MESSAGE_GAP = 24
_TOP = 28
_BOTTOM = 24
LEAF_GAP = 12
TIGHT_GAP = 4
LOOSE_GAP = 10
ITEM_INDENT = 24
QUOTE_INDENT = 16
BUBBLE_PADDING = QMarginsF(16, 10, 16, 10)
BUBBLE_RADIUS = 14
CARD_RADIUS = 10
CARD_PADDING_X = 14
CARD_PADDING_Y = 12
SECTION_GAP = 16
"""Between what a model thought and what it answered."""
REASONING_INDENT = 16
SIDE_BAR_ROOM = 12
"""Below a table or formula that is wider than its place; code has it anyway."""
CELL_PADDING_Y = 2.5
COLUMN_GAP = 20
_BUTTON = 32

N_CELL_CHARS_MAX = 2_000
"""Of one cell of a table, on screen."""
_TEXT_PITCH = 1.55
_COMPACT_TEXT_PITCH = 1.45
_CODE_PITCH = 1.6
_TAB_COLUMNS = 4
_LEFT_TO_RIGHT = Qt.LayoutDirection.LeftToRight
LEFT = Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignAbsolute
RIGHT = Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignAbsolute
"""Sides that stay what they are whatever the letters of a text are."""


class Formats:
    """Formats of one theme, for an interface that is read in `direction`; which way a text is read its own letters say."""

    def __init__(self, theme: Theme, text_font: QFont | None = None, direction: Qt.LayoutDirection = _LEFT_TO_RIGHT) -> None:
        self.theme = theme
        self.direction = direction
        self.is_mirrored = direction == RIGHT_TO_LEFT
        self.at_start = (RIGHT if self.is_mirrored else LEFT) | Qt.AlignmentFlag.AlignVCenter
        """For words of the interface in their place: where reading begins."""
        self.at_end = (LEFT if self.is_mirrored else RIGHT) | Qt.AlignmentFlag.AlignVCenter
        self.text_font = text_font or theme.font(theme.text_px)
        self.mono_font = theme.mono_font()
        self.name_font = theme.font(theme.secondary_px)
        self.text_metrics = QFontMetricsF(self.text_font)
        self.mono_metrics = QFontMetricsF(self.mono_font)
        self.name_metrics = QFontMetricsF(self.name_font)
        pitch = _COMPACT_TEXT_PITCH if theme.is_compact else _TEXT_PITCH
        self.text_leading = _leading(self.text_metrics, theme.text_px, pitch)
        self.code_leading = _leading(self.mono_metrics, theme.code_px, _CODE_PITCH)
        self.text_pitch = round(self.text_metrics.height()) + self.text_leading
        self.code_pitch = round(self.mono_metrics.height()) + self.code_leading
        self.column = theme.column_px
        self.bubble_max = round(theme.column_px * _BUBBLE)
        # The row of actions stands in the gap, so that grows with the icons.
        self.message_gap = max(theme.gap(_MESSAGE_GAP), theme.scaled(theme.gap(_MESSAGE_GAP)))
        self.top, self.bottom, self.button = theme.gap(_TOP), theme.gap(_BOTTOM), theme.scaled(_BUTTON)
        self.name_height = theme.scaled(20)
        self.card_header = theme.row(34)
        self.pill_height = theme.row(28)
        self.average_width = self.text_metrics.averageCharWidth()
        self.n_cell_chars_max = N_CELL_CHARS_MAX
        self._chars: dict[tuple[int, bool, bool, bool, bool, bool], QTextCharFormat] = {}
        self._syntax: dict[str, QTextCharFormat] = {}
        self._quiet: Formats | None = None
        self._small: Formats | None = None
        self._source: Formats | None = None

    def quiet(self) -> Formats:
        """Give the formats of text that stands back: what a model thought."""
        if self._quiet is None:
            self._quiet = Formats(self.theme.replaced(text=self.theme.muted), direction=self.direction)
        return self._quiet

    def small(self) -> Formats:
        """Give the formats of footnotes."""
        if self._small is None:
            code_px = round(self.theme.code_px * self.theme.secondary_px / self.theme.text_px)
            theme = self.theme.replaced(text=self.theme.muted, text_px=self.theme.secondary_px, code_px=code_px)
            self._small = Formats(theme, direction=self.direction)
        return self._small

    def source(self) -> Formats:
        """Give the formats of text as it is stored: in the font of code, its lines broken like those of text."""
        if self._source is None:
            theme = self.theme.replaced(text_px=self.theme.code_px)
            self._source = Formats(theme, self.theme.mono_font(), self.direction)
        return self._source

    def heading_px(self, level: int) -> int:
        """Give the size of a heading of `level` 1 to 6; 0 is text."""
        theme = self.theme
        sizes = {0: theme.text_px, 1: theme.h1_px, 2: round((theme.h1_px + theme.h2_px) / 2), 3: theme.h2_px}
        return sizes.get(level, theme.text_px)

    def char(
        self,
        level: int = 0,
        *,
        bold: bool = False,
        italic: bool = False,
        code: bool = False,
        strike: bool = False,
        href: str = "",
    ) -> QTextCharFormat:
        """Give the format of a run; one with an address is the caller's own copy."""
        key = (level, bold, italic, code, strike, bool(href))
        found = self._chars.get(key)
        if found is None:
            found = self._chars[key] = self._make_char(*key)
        if href:
            found = QTextCharFormat(found)
            found.setAnchor(True)
            found.setAnchorHref(href)
        return found

    def _make_char(self, level: int, bold: bool, italic: bool, code: bool, strike: bool, is_link: bool) -> QTextCharFormat:
        px = self.heading_px(level)
        font = QFont(self.mono_font if code else self.text_font)
        font.setPixelSize(round(px * self.theme.code_px / self.theme.text_px) if code else px)
        if bold or level:
            font.setWeight(QFont.Weight.DemiBold)
        font.setItalic(italic)
        font.setStrikeOut(strike)
        font.setUnderline(is_link)
        result = QTextCharFormat()
        result.setFont(font)
        result.setForeground(QColor(self.theme.accent if is_link else self.theme.text))
        if is_link:
            result.setUnderlineColor(QColor(self.theme.accent))
        if code:
            result.setBackground(QColor(self.theme.bubble))
        return result

    def note_char(self, href: str) -> QTextCharFormat:
        """Give the format of a reference to a footnote."""
        result = QTextCharFormat()
        result.setFont(self.text_font)
        result.setForeground(QColor(self.theme.accent))
        result.setVerticalAlignment(QTextCharFormat.VerticalAlignment.AlignSuperScript)
        result.setAnchor(True)
        result.setAnchorHref(href)
        return result

    def code_char(self) -> QTextCharFormat:
        """Give the format of code that no colours are known for."""
        result = QTextCharFormat()
        result.setFont(self.mono_font)
        result.setForeground(QColor(self.theme.text))
        return result

    def syntax(self, role: str) -> QTextCharFormat | None:
        """Give the colour of a role of `highlight.Span`; None when it is drawn like text."""
        colour = self.theme.syntax.get(role)
        if colour is None:
            return None
        if role not in self._syntax:
            self._syntax[role] = QTextCharFormat()
            self._syntax[role].setForeground(QColor(colour))
        return self._syntax[role]

    def block(self, leading: float, is_rtl: bool | None = None) -> QTextBlockFormat:
        """Give a paragraph format with `leading` pixels under each line; `is_rtl` None leaves its direction to its letters.

        Additive: a proportional height would stretch lines with tall characters of another script.
        """
        result = QTextBlockFormat()
        result.setLineHeight(leading, QTextBlockFormat.LineHeightTypes.LineDistanceHeight.value)
        if is_rtl is not None:
            result.setLayoutDirection(RIGHT_TO_LEFT if is_rtl else _LEFT_TO_RIGHT)
        return result

    def text_option(self, is_code: bool) -> QTextOption:
        """Give how lines break: text anywhere if it must, code never. Tabs are four columns (Qt's own: 80 px).

        Code is read from left to right, whatever language its comments are in.
        """
        option = QTextOption()
        if is_code:
            option.setTextDirection(_LEFT_TO_RIGHT)
        option.setWrapMode(QTextOption.WrapMode.NoWrap if is_code else QTextOption.WrapMode.WrapAtWordBoundaryOrAnywhere)
        metrics = self.mono_metrics if is_code else self.text_metrics
        option.setTabStopDistance(_TAB_COLUMNS * metrics.horizontalAdvance(" "))
        return option


def _leading(metrics: QFontMetricsF, px: int, pitch: float) -> int:
    return max(0, round(px * pitch) - round(metrics.height()))
