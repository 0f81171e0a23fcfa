"""Pictures that stand in a line of text like letters, and the text that they stand for.

A picture is one character of the document; when text is copied, or a place in it has to be found again, it counts as
its source.
"""

from __future__ import annotations

from PySide6.QtCore import QUrl
from PySide6.QtGui import (
    QFont,
    QFontMetrics,
    QTextCharFormat,
    QTextCursor,
    QTextDocument,
    QTextFormat,
    QTextImageFormat,
)

from desktop_app.ui.transcript.formula_pictures import Picture
from desktop_app.ui.transcript.reading_direction import END, ISOLATE, without_isolates

_SOURCE = QTextFormat.Property.UserProperty.value + 1
OBJECT = "\ufffc"
"""What a document has for a picture."""
_DEPTH_MAX = 400


class Baselines:
    """Formats that let a picture reach below the baseline of its line.

    Qt takes the descent of the format's font for that (`QTextDocumentLayout::resizeInlineObject`): so the font gets
    the size at which its descent is the picture's depth. It draws nothing.
    """

    def __init__(self, font: QFont) -> None:
        self._font = QFont(font)
        self._sizes: dict[int, int] = {}

    def apply(self, format_: QTextImageFormat, depth: int) -> None:
        """Let a picture of `format_` reach `depth` pixels below the baseline."""
        if depth <= 0:
            format_.setVerticalAlignment(QTextCharFormat.VerticalAlignment.AlignBottom)
            return
        font = QFont(self._font)
        font.setPixelSize(self._size(min(depth, _DEPTH_MAX)))
        format_.setFont(font)
        format_.setVerticalAlignment(QTextCharFormat.VerticalAlignment.AlignBaseline)

    def _size(self, depth: int) -> int:
        if depth not in self._sizes:
            font = QFont(self._font)
            size = max(1, depth * 2)
            font.setPixelSize(size)
            while QFontMetrics(font).descent() < depth:
                size += 1
                font.setPixelSize(size)
            self._sizes[depth] = size
        return self._sizes[depth]


def insert_picture(cursor: QTextCursor, picture: Picture, source: str, baselines: Baselines, base: QTextCharFormat) -> None:
    """Put a picture where `cursor` is; `base` says what is a link or struck out."""
    doc = cursor.document()
    name = f"formula:{cursor.position()}"
    doc.addResource(QTextDocument.ResourceType.ImageResource.value, QUrl(name), picture.pixmap)
    format_ = QTextImageFormat()
    format_.setName(name)
    format_.setWidth(picture.width)
    format_.setHeight(picture.height)
    format_.setProperty(_SOURCE, source)
    if base.isAnchor():
        format_.setAnchor(True)
        format_.setAnchorHref(base.anchorHref())
    baselines.apply(format_, picture.depth)
    cursor.insertImage(format_)


def text_between(doc: QTextDocument, start: int, end: int) -> str:
    """Give what is read between two characters of a document without tables: its source for a picture, nothing for an isolate."""
    last = doc.characterCount() - 1
    cursor = QTextCursor(doc)
    start = min(start, last)
    cursor.setPosition(start)
    cursor.setPosition(min(end, last), QTextCursor.MoveMode.KeepAnchor)
    text = cursor.selectedText().replace("\u2029", "\n").replace("\u2028", "\n")
    if OBJECT not in text:
        return without_isolates(text)
    parts, at = [], 0
    for number, part in enumerate(text.split(OBJECT)):
        if number:
            parts.append(source_at(doc, start + at) or OBJECT)
            at += 1
        parts.append(without_isolates(part))
        at += _n_units(part)
    return "".join(parts)


def to_source(doc: QTextDocument, at: int) -> int:
    """Give a place in a document as one in the text that it stands for."""
    return _n_units(text_between(doc, 0, at))


def from_source(doc: QTextDocument, place: int) -> int:
    """Give a place in that text as one in the document: the nearest before it."""
    units = doc.toRawText().encode("utf-16-le", "surrogatepass")
    for at in range(len(units) // 2):
        unit = units[2 * at : 2 * at + 2].decode("utf-16-le", "surrogatepass")
        n_units = _n_units(source_at(doc, at) or OBJECT) if unit == OBJECT else int(unit not in (ISOLATE, END))
        if place < n_units:
            return at
        place -= n_units
    return max(0, len(units) // 2)


def source_at(doc: QTextDocument, at: int) -> str:
    """Give what the picture at a place of a document stands for; "" when it is none of ours."""
    cursor = QTextCursor(doc)
    cursor.setPosition(at + 1)
    source = cursor.charFormat().property(_SOURCE)
    return source if isinstance(source, str) else ""


def _n_units(text: str) -> int:
    """Give the length as Qt counts it: a character beyond U+FFFF is two."""
    return len(text) + sum(char > "\uffff" for char in text)
