"""Messages become lines on pages: every leaf is laid out by itself, painted, and let go."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QAbstractTextDocumentLayout, QColor, QPainter, QTextDocument, QTextTable

from desktop_app.chat.message import Message
from desktop_app.markdown.leaf import Leaf, LeafKind
from desktop_app.ui.transcript.code_highlight import ranges
from desktop_app.ui.transcript.formats import CARD_PADDING_X, CARD_RADIUS
from desktop_app.ui.transcript.leaf_box import LeafBox
from desktop_app.ui.transcript.leaf_document import LeafDocument
from desktop_app.ui.transcript.leaf_renderer import Definitions, LeafRenderer, Renderers, calmed
from desktop_app.ui.transcript.message_layout import MessageLayout
from desktop_app.ui.transcript.paper.look import PaperFormats, PaperMarkers
from desktop_app.ui.transcript.paper.pictures import PaperPictures
from desktop_app.ui.transcript.paper.sheets import Sheets

_BAR = 2
_PAD_X = 14
_PAD_Y = 9
_QUESTION_RADIUS = 10
Stripe = tuple[float, float]
"""Top and bottom of something in a document."""
_AFTER_HEADING = 48
"""Room for two lines that a heading must have below it on its page."""
_SLICE = 200_000
_SCALES = (1.0, 0.8, 0.6)
"""Of type in a table, the largest that it fits with: 10.5 to 6 points."""


class PaperMessage(MessageLayout):
    """A message as boxes; a question is as wide as an answer here."""

    @property
    def body_width(self) -> int:
        """Width for text."""
        return self.column - 2 * _PAD_X if self.is_user else self.column

    @property
    def left(self) -> int:
        """Where its text begins."""
        return _PAD_X if self.is_user else 0


class Flow:
    """Puts messages on sheets. `check` is called between leaves and may raise."""

    def __init__(
        self, sheets: Sheets, formats: PaperFormats, pictures: PaperPictures | None, check: Callable[[], object]
    ) -> None:
        self._sheets = sheets
        self._formats = formats
        self._pictures = pictures
        self._renderers = Renderers(formats, pictures)
        self._markers = PaperMarkers(formats)
        self._check = check
        self._widths: dict[Leaf, Sequence[float]] = {}
        """Of the columns of each table, by its first leaf."""

    def message(self, message: Message) -> PaperMessage:
        """Give `message`, scanned to its end."""
        layout = PaperMessage(message, self._formats, self._sheets.width)
        layout.scan()
        while layout.is_behind:
            self._check()
            layout.scan_more(_SLICE)
        return layout

    def put(self, layout: PaperMessage, first: int = 0, end: int | None = None) -> None:
        """Put the boxes of a message from `first` up to, not including, `end`, where the sheets stand now."""
        end = len(layout.boxes) if end is None else end
        if self._pictures is not None:
            for index in range(first, end):
                self._renderer(layout, index).ask_ahead(layout.boxes[index].leaf, _definitions(layout, index))
            self._pictures.load()
        for index in range(first, end):
            self._check()
            box = layout.boxes[index]
            self._lay_out(layout, index)
            if index > first:
                self._sheets.skip(box.gap)
            self._keep_together(layout, index)
            self._paint(layout, index)
            box.doc = None

    # -- laying out -------------------------------------------------------------------------------------------------------

    def _renderer(self, layout: PaperMessage, index: int) -> LeafRenderer:
        box = layout.boxes[index]
        return self._renderers.of(box.leaf, is_thought=bool(box.inset))

    def _lay_out(self, layout: PaperMessage, index: int) -> None:
        box, renderer = layout.boxes[index], self._renderer(layout, index)
        picture = renderer.formula(box.leaf, box.width + 2 * CARD_PADDING_X) if box.leaf.kind is LeafKind.MATH else None
        if picture is not None:
            box.is_drawn = True
            layout.place_again(index)
            box.doc = renderer.render_formula(box.leaf, picture, box.width)
        else:
            box.doc = self._rendered(layout, index)
            # Formulas in the cells of a table are first met now.
            if box.doc.waiting and self._pictures is not None and self._pictures.load():
                box.doc = self._rendered(layout, index)
        if box.leaf.kind is not LeafKind.TABLE:
            box.doc.setTextWidth(box.width)
        if box.leaf.kind is LeafKind.FENCE:
            if box.leaf.info:
                self._colour(layout, index)
            elif box.above:
                box.above -= self._formats.card_header  # nothing would stand there
        box.take_measure()
        if not box.is_code:
            box.below = 0  # nothing is moved to the side here

    def _rendered(self, layout: PaperMessage, index: int) -> LeafDocument:
        box, renderer = layout.boxes[index], self._renderer(layout, index)
        widths = self._column_widths(layout, index, renderer) if box.leaf.alignments else ()
        definitions = _definitions(layout, index)
        return renderer.render(box.leaf, definitions, box.width, widths, None, is_rtl=box.is_rtl, has_task=box.task is not None)

    def _column_widths(self, layout: PaperMessage, index: int, renderer: LeafRenderer) -> Sequence[float]:
        """Give the widths of the columns of a table, as wide as smaller type allows; none: it is written as it was."""
        first, width = layout.boxes[layout.first_chunk(index)].leaf, layout.boxes[index].width
        if first not in self._widths:
            found = ((renderer.column_widths(first, width / scale), width / scale) for scale in _SCALES)
            self._widths[first] = next((widths for widths, room in found if sum(widths) <= room), ())
        return self._widths[first]

    def _colour(self, layout: PaperMessage, index: int) -> None:
        # As on screen: the lexers are imported with the first code.
        from desktop_app.markdown.highlight import Highlighter

        box, first = layout.boxes[index], layout.boxes[layout.first_chunk(index)]
        if first.highlighter is None:
            first.highlighter = Highlighter(first.leaf.info)
        state = first.highlighter.start_state if box is first else layout.boxes[index - 1].end_state
        assert box.doc is not None
        block = box.doc.begin()
        for line in map(calmed, box.doc.rendered_lines):
            spans, state = first.highlighter.line(line, state)
            block.layout().setFormats(ranges(line, spans, self._formats))
            block = block.next()
        box.end_state = state

    def _keep_together(self, layout: PaperMessage, index: int) -> None:
        """Begin another page where a heading would stand alone, or a picture or a short code block would be cut."""
        box = layout.boxes[index]
        if box.leaf.kind is LeafKind.HEADING:
            self._sheets.need(box.height + _AFTER_HEADING)
        elif box.is_drawn or box.leaf.kind is LeafKind.RULE:
            self._sheets.need(box.height)
        elif box.is_code and not box.leaf.is_continuation:
            self._sheets.need(min(box.height, box.above + 4 * self._formats.code_pitch))

    # -- painting ---------------------------------------------------------------------------------------------------------

    def _paint(self, layout: PaperMessage, index: int) -> None:
        """Paint a box, cut between its lines where a page ends."""
        box, sheets = layout.boxes[index], self._sheets
        assert box.doc is not None
        previous = layout.previous_box(index)
        leading = self._formats.code_leading if box.is_code else self._formats.text_leading
        lift = 0 if box.leaf.kind is LeafKind.TABLE else leading // 2
        scale = _scale(box)
        stripes, doc_height = _scaled(_stripes(box.doc), scale), box.doc_height * scale
        start, is_first = 0.0, True
        while True:
            above = box.above if is_first else 0
            end = _cut(stripes, start, sheets.room - above - lift, doc_height)
            if end <= start and not sheets.is_empty:
                sheets.next_page()
                continue
            if end <= start:
                # A row higher than a page is cut between its lines, a line higher than a page anywhere.
                room = sheets.room - above - lift
                end = _cut(_scaled(_lines(box.doc), scale), start, room, doc_height)
                end = end if end > start else min(doc_height, start + room)
            is_last = end >= doc_height
            height = above + (end - start) + (box.below if is_last else 0)
            self._ground(layout, index, height, is_first, is_last)
            if is_first:
                self._markers.paint(sheets.painter, box, previous, layout.left, round(sheets.y))
            self._draw(box, layout.left + box.x, sheets.y + above + lift, start, end)
            sheets.y += height
            if is_last:
                return
            start, is_first = end, False
            sheets.next_page()

    def _ground(self, layout: PaperMessage, index: int, height: float, is_first: bool, is_last: bool) -> None:
        """Paint what lies behind a part of a box: a card, a bar, the ground of a question."""
        box, sheets, theme = layout.boxes[index], self._sheets, self._formats.theme
        painter = sheets.painter
        if layout.is_user:
            self._bubble(height, is_first and not index, is_last and index == len(layout.boxes) - 1)
        if box.inset:
            # Without a gap between one leaf and the next.
            above = min(box.gap, sheets.y) if index and is_first else 0
            painter.fillRect(QRectF(0, sheets.y - above, _BAR, height + above), QColor(theme.line))
        if box.leaf.kind is LeafKind.RULE:
            painter.fillRect(QRectF(box.x, sheets.y, box.width, 1), QColor(theme.line))
        if not box.is_code:
            return
        card = QRectF(layout.left + box.x - CARD_PADDING_X, sheets.y, box.width + 2 * CARD_PADDING_X, height)
        begins = is_first and bool(box.above)
        ends = is_last and bool(box.below)
        radius = CARD_RADIUS - 2
        self._card(card, theme.code, theme.line, radius, 0 if begins else 2 * radius, 0 if ends else 2 * radius)
        if begins and box.leaf.kind is LeafKind.FENCE and box.leaf.info:
            painter.setFont(self._formats.theme.font(theme.caption_px))
            painter.setPen(QColor(theme.muted))
            name = QRectF(card.left() + CARD_PADDING_X, card.top() + 3, box.width, self._formats.card_header)
            painter.drawText(name, _MIDDLE_LEFT, (box.leaf.info.split() or [""])[0][:40])

    def _bubble(self, height: float, begins: bool, ends: bool) -> None:
        above, below = (_PAD_Y if begins else 0), (_PAD_Y if ends else 0)
        rect = QRectF(0, self._sheets.y - above, self._sheets.width, height + above + below)
        radius = _QUESTION_RADIUS
        self._card(rect, self._formats.theme.bubble, "", radius, 0 if begins else 2 * radius, 0 if ends else 2 * radius)

    def _card(self, rect: QRectF, colour: str, line: str, radius: float, above: float, below: float) -> None:
        painter = self._sheets.painter
        painter.save()
        painter.setClipRect(rect, Qt.ClipOperation.IntersectClip)
        painter.setPen(QColor(line) if line else Qt.PenStyle.NoPen)
        painter.setBrush(QColor(colour))
        painter.drawRoundedRect(rect.adjusted(0.5, 0.5 - above, -0.5, below - 0.5), radius, radius)
        painter.restore()

    def _draw(self, box: LeafBox, x: float, y: float, start: float, end: float) -> None:
        """Draw what of the text lies between `start` and `end`."""
        assert box.doc is not None
        painter = self._sheets.painter
        painter.save()
        painter.translate(QPointF(x, y - start))
        if _table_of(box.doc) is not None:
            scale = _scale(box)
            painter.setClipRect(QRectF(-2, start, box.width + 4, end - start), Qt.ClipOperation.IntersectClip)
            painter.scale(scale, scale)
            context = QAbstractTextDocumentLayout.PaintContext()
            # A little less: a row that only touches belongs to the other page.
            height = max(1.0, (end - start) / scale - 1)
            context.clip = QRectF(-1, start / scale + 0.5, box.width / scale + 2, height)
            box.doc.documentLayout().draw(painter, context)
        else:
            _draw_lines(painter, box.doc, start, end)
        painter.restore()


def _draw_lines(painter: QPainter, doc: QTextDocument, start: float, end: float) -> None:
    """Draw the lines between `start` and `end`: a whole layout draws one more above, which would be found and copied twice."""
    block = doc.begin()
    while block.isValid():
        place = doc.documentLayout().blockBoundingRect(block)
        if place.top() >= end:
            break
        layout = block.layout()
        for line in map(layout.lineAt, range(layout.lineCount() if place.bottom() > start else 0)):
            middle = place.top() + line.y() + line.height() / 2
            if start <= middle < end:
                line.draw(painter, place.topLeft())
        block = block.next()


def _definitions(layout: PaperMessage, index: int) -> Definitions:
    scanner = layout.scanner_of(index)
    return scanner.definitions if scanner is not None else {}


def _table_of(doc: QTextDocument) -> QTextTable | None:
    return next((frame for frame in doc.rootFrame().childFrames() if isinstance(frame, QTextTable)), None)


def _scale(box: LeafBox) -> float:
    """Give how large a box is painted: a table that is wider than the page in smaller type, everything else as it is."""
    is_wide = box.leaf.kind is LeafKind.TABLE and box.content_width > box.width
    return box.width / box.content_width if is_wide else 1.0


def _scaled(stripes: list[Stripe], scale: float) -> list[Stripe]:
    return [(first * scale, last * scale) for first, last in stripes] if scale < 1 else stripes


def _stripes(doc: QTextDocument) -> list[Stripe]:
    """Give what no page may cut, from top to bottom: lines of text, or the rows of a table."""
    table = _table_of(doc)
    if table is None:
        return _lines(doc)
    found = []
    for row in range(table.rows()):
        cells = [table.cellAt(row, column) for column in range(table.columns())]
        lines = [line for cell in cells for line in _lines_between(doc, cell.firstPosition(), cell.lastPosition())]
        found.append((min(first for first, _ in lines), max(last for _, last in lines)))
    return found


def _lines(doc: QTextDocument) -> list[Stripe]:
    """Give the lines of a document; those beside each other in cells are one."""
    merged: list[Stripe] = []
    for first, last in sorted(_lines_between(doc, 0, doc.characterCount() - 1)):
        if merged and first < merged[-1][1] - 0.5:
            merged[-1] = (merged[-1][0], max(merged[-1][1], last))
        else:
            merged.append((first, last))
    return merged


def _lines_between(doc: QTextDocument, start: int, end: int) -> list[Stripe]:
    found: list[Stripe] = []
    block = doc.findBlock(start)
    while block.isValid() and block.position() <= end:
        top = doc.documentLayout().blockBoundingRect(block).top()
        layout = block.layout()
        lines = map(layout.lineAt, range(layout.lineCount()))
        found += [(top + line.y(), top + line.y() + line.height()) for line in lines]
        block = block.next()
    return found


def _cut(stripes: list[Stripe], start: float, room: float, height: float) -> float:
    """Give where a page ends that has `room` for text from `start` on: before a stripe, or at the end; `start` for nowhere."""
    if height - start <= room:
        return height
    for first, last in stripes:
        if last > start and last - start > room:
            return min(first, start + room) if first > start else start
    return height


_MIDDLE_LEFT = Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter | Qt.TextFlag.TextSingleLine
