"""The row below a message: what can be done with it, which version it is, and quiet numbers.

Says where each button is and paints them; what they do is known elsewhere. Nothing here moves with the mouse: a row that
is not shown has the same places.
"""

from __future__ import annotations

from PySide6.QtCore import QPoint, QRect, QRectF, Qt
from PySide6.QtGui import QColor, QPainter, QPen

from desktop_app.chat.message import MessageState, Role
from desktop_app.chat.note import NoteMessage
from desktop_app.ui.icons import pixmap
from desktop_app.ui.transcript.formats import CARD_RADIUS, Formats
from desktop_app.ui.transcript.message_layout import MessageLayout
from desktop_app.ui.transcript.shown import Button, Part, Shown
from desktop_app.ui.transcript.words import TranscriptWords
from desktop_app.ui.widgets.sides import corner, facing, mirrored

_PITCH = 36
_ICON = 16
_ARROW = 16
_STEP = 20
_LABEL_PAD = 8
_LABEL_GAP = 6
_NUMBERS_GAP = 16
_ICONS = {
    Button.COPY: "copy", Button.REGENERATE: "refresh", Button.REGENERATE_WITH: "chevron-down", Button.CONTINUE: "continue",
    Button.EDIT: "pencil", Button.BRANCH: "branch", Button.DELETE: "trash", Button.MORE: "more",
    Button.PREVIOUS: "chevron-left", Button.NEXT: "chevron-right", Button.UNDO_SUMMARY: "restore",
}  # fmt: skip
_LEAST_NEEDED = (Button.DELETE, Button.BRANCH, Button.EDIT, Button.REGENERATE_WITH, Button.CONTINUE, Button.REGENERATE)
"""What goes into the menu first when the column is narrow."""


class Footer:
    """The rows, in the formats of one theme."""

    def __init__(self, formats: Formats, words: TranscriptWords) -> None:
        self._formats = formats
        self._words = words

    # -- what and where -----------------------------------------------------------------------------------------------

    def buttons(self, layout: MessageLayout, number: int, shown: Shown) -> tuple[Button, ...]:
        """Give the buttons of message `number` that fit into its column, versions left out; none while it is written."""
        wanted = self._wanted(layout, number, shown)
        room = layout.column - self._versions_width(layout)
        width = sum(self._width(one) for one in wanted)
        for one in _LEAST_NEEDED:
            if width <= room:
                break
            if one in wanted:
                wanted.remove(one)
                width -= self._width(one)
                if Button.MORE not in wanted:
                    wanted.append(Button.MORE)
                    width += self._scaled(_PITCH)
        return tuple(wanted)

    def _wanted(self, layout: MessageLayout, number: int, shown: Shown) -> list[Button]:
        message = layout.message
        if message.state is MessageState.GENERATING or layout.covered_height:
            return []
        copy = [Button.COPY] if message.text else []
        if shown.is_read_only:
            return copy
        if layout.is_user:
            more = [Button.MORE] if layout.n_versions > 1 else []
            # The answer to it was removed, or has never come.
            again = [Button.REGENERATE] if number == shown.last_message and not shown.is_answering else []
            return [*copy, *again, Button.EDIT, Button.BRANCH, Button.DELETE, *more]
        if isinstance(message, NoteMessage):
            return [*copy, Button.UNDO_SUMMARY]
        if message.role is not Role.ASSISTANT:
            return copy
        wanted = [*copy, Button.REGENERATE, Button.REGENERATE_WITH, Button.EDIT, Button.BRANCH, Button.DELETE, Button.MORE]
        if message.is_cut and number == shown.last_message and not shown.is_answering:
            wanted.append(Button.CONTINUE)
        return wanted

    def rects(self, layout: MessageLayout, number: int, x: int, y: int, shown: Shown) -> list[tuple[Button, QRect]]:
        """Give every button with its area, in order, for a message whose column begins at `x`, `y`."""
        top, height, button = y + layout.footer_y, layout.footer_height, self._formats.button
        buttons = list(self.buttons(layout, number, shown))
        left = x - self._overhang
        if layout.is_user:
            width = sum(self._width(one) for one in buttons) + self._versions_width(layout)
            beside = self._scaled(_PITCH) - button
            left = x + layout.column + self._overhang - width + (beside if layout.n_versions < 2 else -beside)
        found = []
        for one in buttons:
            width = self._width(one)
            found.append((one, QRect(left, top, width if one in (_NARROW, Button.CONTINUE) else button, height)))
            left += width
        if layout.n_versions > 1 and not layout.covered_height:
            text_width, step = self._version_width(layout), self._scaled(_STEP)
            found.append((Button.PREVIOUS, QRect(left, top, step, height)))
            found.append((Button.NEXT, QRect(left + step + text_width, top, step, height)))
        return [(button, layout.turned(rect, x)) for button, rect in found]

    def _scaled(self, px: int) -> int:
        return self._formats.theme.scaled(px)

    @property
    def _overhang(self) -> int:
        """How far the row reaches out of the column, so that the icon at its end lines up with the text."""
        return (self._formats.button - self._scaled(_ICON)) // 2

    def _width(self, button: Button) -> int:
        if button is _NARROW:
            return self._scaled(_ARROW)
        if button is Button.CONTINUE:
            words = self._formats.name_metrics.horizontalAdvance(self._words.button(Button.CONTINUE))
            return round(words) + self._scaled(_ICON) + _LABEL_GAP + 2 * _LABEL_PAD
        # The arrow of *Regenerate* stands right beside it.
        return self._formats.button if button is Button.REGENERATE else self._scaled(_PITCH)

    def _version_width(self, layout: MessageLayout) -> int:
        return round(self._formats.name_metrics.horizontalAdvance(self._words.version(layout.n_version, layout.n_versions)))

    def _versions_width(self, layout: MessageLayout) -> int:
        return 2 * self._scaled(_STEP) + self._version_width(layout) if layout.n_versions > 1 else 0

    def part_at(self, layout: MessageLayout, number: int, x: int, y: int, point: QPoint, shown: Shown) -> Part | None:
        """Give the button under `point`."""
        if not layout.has_footer:
            return None
        for button, rect in self.rects(layout, number, x, y, shown):
            if rect.contains(point):
                return Part(number, -1, button)
        return None

    def row_rect(self, layout: MessageLayout, x: int, y: int) -> QRect:
        """Give the whole row, as wide as the column."""
        out = self._overhang
        return QRect(x - out, y + layout.footer_y, layout.column + 2 * out, layout.footer_height)

    def has_numbers_at(self, layout: MessageLayout, number: int, x: int, y: int, point: QPoint, shown: Shown) -> bool:
        """Say whether the numbers of a message are under `point`."""
        if layout.message.stats is None or not layout.has_footer:
            return False
        place = self._numbers_place(layout, x, y, self.rects(layout, number, x, y, shown))
        width = round(self._formats.name_metrics.horizontalAdvance(self.fitting(layout, place.width())))
        numbers = QRect(place.right() - width, place.top(), width, place.height())
        return mirrored(numbers, place, self._formats.direction).contains(point)

    # -- painting -------------------------------------------------------------------------------------------------------

    def is_shown(self, layout: MessageLayout, number: int, shown: Shown) -> bool:
        """Say whether the row of message `number` can be seen."""
        if not layout.has_footer or layout.covered_height or layout.message.state is MessageState.GENERATING:
            return False
        if isinstance(layout.message, NoteMessage):
            return True
        return number in (shown.last_answer, shown.hovered_message, shown.focused_message)

    def paint(self, painter: QPainter, layout: MessageLayout, number: int, x: int, y: int, shown: Shown) -> None:
        """Paint the row of message `number`, if it is shown; the versions, if there are several, in any case."""
        is_whole = self.is_shown(layout, number, shown)
        if not is_whole and (layout.n_versions < 2 or not layout.has_footer or layout.covered_height):
            return
        rects = self.rects(layout, number, x, y, shown)
        if is_whole:
            for button, rect in rects:
                if button not in (Button.PREVIOUS, Button.NEXT):
                    self._paint_button(painter, Part(number, -1, button), rect, shown)
        if layout.n_versions > 1:
            self._paint_versions(painter, layout, number, rects[-2:], shown)
        if is_whole and layout.message.stats is not None:
            place = self._numbers_place(layout, x, y, rects)
            painter.setFont(self._formats.name_font)
            painter.setPen(QColor(self._formats.theme.muted))
            painter.drawText(place, self._formats.at_end, self.fitting(layout, place.width()))

    def _paint_button(self, painter: QPainter, part: Part, rect: QRect, shown: Shown, is_enabled: bool = True) -> None:
        theme = self._formats.theme
        self._paint_ground(painter, part, rect, shown, is_enabled)
        is_copied = part.button is Button.COPY and shown.copied == part
        name, colour = ("check", theme.good) if is_copied else (_ICONS[part.button], theme.muted)
        side = self._scaled(12 if part.button in (_NARROW, Button.PREVIOUS, Button.NEXT) else _ICON)
        direction = self._formats.direction
        left = rect.left() + (_LABEL_PAD if part.button is Button.CONTINUE else (rect.width() - side) // 2)
        at = corner(QPoint(left, rect.top() + (rect.height() - side) // 2), side, rect, direction)
        if not is_enabled:
            painter.setOpacity(0.45)
        painter.drawPixmap(at, facing(name, pixmap(name, colour, side), direction))
        painter.setOpacity(1.0)
        if part.button is Button.CONTINUE:
            painter.setFont(self._formats.name_font)
            painter.setPen(QColor(theme.muted))
            words = mirrored(rect.adjusted(_LABEL_PAD + side + _LABEL_GAP, 0, 0, 0), rect, direction)
            painter.drawText(words, self._formats.at_start, self._words.button(Button.CONTINUE))

    def _paint_ground(self, painter: QPainter, part: Part, rect: QRect, shown: Shown, is_enabled: bool) -> None:
        theme = self._formats.theme
        if shown.hovered == part and is_enabled:
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(QColor(theme.hover))
            painter.drawRoundedRect(QRectF(rect), CARD_RADIUS, CARD_RADIUS)
        if shown.focused == part:
            painter.setPen(QPen(QColor(theme.accent), 2))
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.drawRoundedRect(QRectF(rect).adjusted(1, 1, -1, -1), CARD_RADIUS, CARD_RADIUS)

    def _paint_versions(
        self, painter: QPainter, layout: MessageLayout, number: int, rects: list[tuple[Button, QRect]], shown: Shown
    ) -> None:
        (_, previous), (_, next_) = rects
        self._paint_button(painter, Part(number, -1, Button.PREVIOUS), previous, shown, layout.n_version > 1)
        self._paint_button(painter, Part(number, -1, Button.NEXT), next_, shown, layout.n_version < layout.n_versions)
        painter.setFont(self._formats.name_font)
        painter.setPen(QColor(self._formats.theme.muted))
        place = previous.united(next_).adjusted(previous.width(), 0, -next_.width(), 0)
        # Two numbers have no letters that would tell which of them is read first.
        first = Qt.TextFlag.TextForceRightToLeft if self._formats.is_mirrored else Qt.TextFlag.TextForceLeftToRight
        words = self._words.version(layout.n_version, layout.n_versions)
        painter.drawText(place, Qt.AlignmentFlag.AlignCenter | first, words)

    def _numbers_place(self, layout: MessageLayout, x: int, y: int, rects: list[tuple[Button, QRect]]) -> QRect:
        left = layout.turned(rects[-1][1], x).right() + _NUMBERS_GAP if rects else x
        return layout.turned(QRect(left, y + layout.footer_y, max(0, x + layout.column - left), layout.footer_height), x)

    def fitting(self, layout: MessageLayout, width: int) -> str:
        """Give as many of the numbers as there is room for, the most telling first."""
        assert layout.message.stats is not None
        parts = self._words.number_parts(layout.message.stats)
        while parts:
            text = self._words.joined(parts)
            if self._formats.name_metrics.horizontalAdvance(text) <= width:
                return text
            parts.pop()
        return ""


_NARROW = Button.REGENERATE_WITH
