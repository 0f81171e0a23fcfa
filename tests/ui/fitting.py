"""Whether every text of a screen is there in full: none cut off, none over another.

What Qt draws is measured by comparing size hints with geometry; what we paint ourselves is heard when it is painted.
A text that is shortened with … was shortened on purpose: that is allowed for names that are not ours.
"""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from itertools import combinations
from typing import Any

from PySide6.QtCore import QCoreApplication, QPoint, QPointF, QRect, QRectF, Qt
from PySide6.QtGui import QPainter, QPixmap
from PySide6.QtWidgets import (
    QAbstractButton,
    QAbstractScrollArea,
    QAbstractSpinBox,
    QComboBox,
    QLabel,
    QLineEdit,
    QMenu,
    QPlainTextEdit,
    QPushButton,
    QScrollArea,
    QStyle,
    QStyleOptionComboBox,
    QWidget,
)

from desktop_app.ui.widgets.choice_box import ChoiceBox
from desktop_app.ui.widgets.labels import ElidedLabel
from desktop_app.ui.widgets.segments import _Segment

SLACK = 1
"""Pixels: a width is rounded once when it is asked for and once when it is measured."""
ROWS_SLACK, ROWS_SHARE = 4, 1.25
"""Lines of a script with high letters are higher than those of the usual font: the space around the letters, not they."""
_AT_END = Qt.TextElideMode.ElideRight
HINTS = {"Composer", "EditCard", "TopBar"}
"""Whose quiet words go first when there is little room: about keys, and how the model runs, which a tooltip says too."""
OVERLAYS = {"FocusRing", "QTipLabel", "Palette", "FindBar"}
"""Widgets that lie over others by design."""


def misfits(root: QWidget, *, is_cut: Callable[[str], bool]) -> list[str]:
    """Give a line for each text below `root` that is not there in full; `is_cut` knows words of ours that were shortened."""
    QCoreApplication.processEvents()
    found = [*_painted_misfits(root, is_cut)]
    shown = [one for one in (root, *root.findChildren(QWidget)) if _is_shown(one, root)]
    for widget in shown:
        found += [f"{_where(widget)}: {one}" for one in _misfits_of(widget, is_cut)]
    for parent in shown:
        found += _overlaps(parent)
    return found


def _is_shown(widget: QWidget, root: QWidget) -> bool:
    return widget is root or (widget.isVisibleTo(root) and widget.window() is root.window())


def _where(widget: QWidget) -> str:
    names = [type(widget).__name__]
    while (parent := widget.parentWidget()) is not None and not widget.isWindow():
        widget = parent
        if type(widget).__name__ not in ("QWidget", "QFrame", "QScrollArea", "QStackedWidget", "QSplitter"):
            names.append(type(widget).__name__)
    return "/".join(reversed(names[:4]))


# What Qt draws


def _misfits_of(widget: QWidget, is_cut: Callable[[str], bool]) -> Iterator[str]:
    if isinstance(widget, QLabel):
        yield from _label(widget, is_cut)
    elif isinstance(widget, _Segment):
        yield from (f"shortened: {widget.text()!r}" for _ in range(is_cut(widget.shown_text())))
    elif isinstance(widget, QPushButton):
        yield from _hint(widget, widget.text())
    elif isinstance(widget, QComboBox):
        yield from _combo(widget, is_cut)
    elif isinstance(widget, QLineEdit) and not widget.text() and not isinstance(widget.parent(), QAbstractSpinBox):
        shown = widget.fontMetrics().elidedText(widget.placeholderText(), _AT_END, widget.contentsRect().width() - 4)
        if is_cut(shown):
            yield f"shortened: {widget.placeholderText()!r}"
    elif isinstance(widget, QPlainTextEdit) and not widget.toPlainText():
        yield from _placeholder(widget)
    if isinstance(widget, QScrollArea) and (hidden := widget.horizontalScrollBar().maximum()):
        yield f"has to be scrolled sideways by {hidden}"
    if _has_text(widget):
        yield from _cut_by_parent(widget)


def _label(label: QLabel, is_cut: Callable[[str], bool]) -> Iterator[str]:
    text = label.text()
    if not text:
        return
    room = label.contentsRect().width() - 2 * label.margin()
    if isinstance(label, ElidedLabel):
        if is_cut(text) and type(label.parent()).__name__ not in HINTS:
            yield f"shortened: {label.full_text()!r}"
    elif label.wordWrap():
        high = label.heightForWidth(label.width())
        if high > label.height() + ROWS_SLACK:
            yield f"{high} high, has {label.height()}: {text!r}"
        words = [word for word in text.split() if not any(ord(letter) > 0x2E80 for letter in word)]
        yield from _width(max(words, key=label.fontMetrics().horizontalAdvance, default=""), label, room)
    else:
        for line in text.split("\n"):
            yield from _width(line, label, room)
        if label.sizeHint().height() > label.height() + SLACK:
            yield f"{label.sizeHint().height()} high, has {label.height()}: {text!r}"


def _width(text: str, widget: QWidget, room: int) -> Iterator[str]:
    needed = widget.fontMetrics().horizontalAdvance(text)
    if needed > room + SLACK:
        yield f"{needed} wide, has {room}: {text!r}"


def _hint(widget: QWidget, text: str) -> Iterator[str]:
    hint, size = widget.sizeHint(), widget.size()
    if text and (hint.width() > size.width() + SLACK or hint.height() > size.height() + SLACK):
        yield f"needs {hint.width()} x {hint.height()}, has {size.width()} x {size.height()}: {text!r}"


def _combo(box: QComboBox, is_cut: Callable[[str], bool]) -> Iterator[str]:
    if isinstance(box, ChoiceBox):
        if is_cut(box.shown_text()):
            yield f"shortened: {box.currentText()!r}"
        return
    option = QStyleOptionComboBox()
    box.initStyleOption(option)
    part = QStyle.SubControl.SC_ComboBoxEditField
    room = box.style().subControlRect(QStyle.ComplexControl.CC_ComboBox, option, part, box).width()
    yield from _width(box.currentText(), box, room)


def _placeholder(edit: QPlainTextEdit) -> Iterator[str]:
    text, room = edit.placeholderText(), edit.viewport().rect()
    margin = round(edit.document().documentMargin())
    room = room.adjusted(margin, margin, -margin, -margin)
    needed = edit.fontMetrics().boundingRect(room, Qt.TextFlag.TextWordWrap, text)
    if text and needed.height() > ROWS_SHARE * room.height() + margin:
        yield f"{needed.height()} high, has {room.height()}: {text!r}"


def _has_text(widget: QWidget) -> bool:
    if isinstance(widget, QLabel | QAbstractButton):
        return bool(widget.text() or widget.accessibleName())
    return isinstance(widget, QComboBox | QLineEdit | QPlainTextEdit)


def _cut_by_parent(widget: QWidget) -> Iterator[str]:
    """What its parents leave of it; an area that scrolls shows the rest of its height when it is scrolled."""
    rect, one = widget.rect(), widget
    scrolls_sideways = scrolls_down = False
    while (parent := one.parentWidget()) is not None and not one.isWindow():
        rect = rect.translated(one.pos())
        area = parent.parentWidget()
        if isinstance(area, QAbstractScrollArea) and parent is area.viewport():
            scrolls_down = True
            scrolls_sideways = isinstance(area, QScrollArea) and area.horizontalScrollBar().maximum() > 0
        wide, high = parent.rect().adjusted(-SLACK, 0, SLACK, 0), parent.rect().adjusted(0, -SLACK, 0, SLACK)
        if not scrolls_sideways and (rect.left() < wide.left() or rect.right() > wide.right()):
            yield f"{_name(widget)} from {rect.left()} to {rect.right()} in a {type(parent).__name__} of {parent.width()}"
            return
        if not scrolls_down and (rect.top() < high.top() or rect.bottom() > high.bottom()):
            yield f"{_name(widget)} from {rect.top()} down to {rect.bottom()} in a {type(parent).__name__} of {parent.height()}"
            return
        one = parent


def _name(widget: QWidget) -> str:
    text = getattr(widget, "text", str)()
    return repr(text or widget.accessibleName())


def _overlaps(parent: QWidget) -> Iterator[str]:
    """Controls and texts side by side in one parent that lie over one another."""
    children = [
        one
        for one in parent.findChildren(QWidget, options=Qt.FindChildOption.FindDirectChildrenOnly)
        if one.isVisibleTo(parent) and not one.isWindow() and type(one).__name__ not in OVERLAYS and _bears_text(one)
    ]
    for one, other in combinations(children, 2):
        both = one.geometry() & other.geometry()
        if both.width() > SLACK and both.height() > SLACK:
            yield f"{_where(one)} {_name(one)} lies over {_where(other)} {_name(other)}"


def _bears_text(widget: QWidget) -> bool:
    return _has_text(widget) or any(_has_text(one) and one.isVisibleTo(widget) for one in widget.findChildren(QWidget))


# What we paint


@dataclass(frozen=True)
class Stroke:
    """One text or picture that was painted by hand: by whom, what, the room it was given, and what it covers."""

    by: str
    painter: int
    """Tells which widget it was painted on."""
    text: str
    room: QRectF
    covers: QRectF


def _painted_misfits(root: QWidget, is_cut: Callable[[str], bool]) -> Iterator[str]:
    strokes = painted(root)
    for one in (one for one in strokes if one.text):
        needed, room = one.covers, one.room
        if is_cut(one.text):
            yield f"{one.by} paints shortened: {one.text!r}"
        elif needed.width() > room.width() + 2 * SLACK or needed.height() > ROWS_SHARE * room.height() + ROWS_SLACK:
            size = f"{needed.width():.0f} x {needed.height():.0f}, has {room.width():.0f} x {room.height():.0f}"
            yield f"{one.by} paints {size}: {one.text!r}"
    for one, other in combinations(strokes, 2):
        both = one.covers & other.covers
        if one.painter == other.painter and (one.text or other.text) and both.width() > 2 and both.height() > ROWS_SLACK:
            yield f"{one.by} paints {one.text!r} over {other.text!r}"


def painted(root: QWidget) -> list[Stroke]:
    """Give what is painted by hand when `root` is."""
    heard: list[Stroke] = []
    painters: list[QPainter] = []
    """Kept, so that no two have the same id."""
    text_usual: Any = QPainter.drawText
    pixmap_usual: Any = QPainter.drawPixmap

    def note(painter: QPainter, text: str, room: QRectF, covers: QRectF) -> None:
        painters.append(painter)
        name = type(sys._getframe(2).f_locals.get("self")).__name__
        heard.append(Stroke(name, id(painter), text, room, covers))

    def draw_text(painter: QPainter, *given: Any) -> Any:
        if len(given) == 3 and isinstance(given[0], QRect | QRectF) and given[2].strip():
            room, flags, text = QRectF(given[0]), int(given[1]), given[2]
            if painter.layoutDirection() == Qt.LayoutDirection.RightToLeft:
                flags = int(QStyle.visualAlignment(painter.layoutDirection(), Qt.AlignmentFlag(flags & 0xFF))) | flags & ~0xFF
            note(painter, text, room, QRectF(painter.fontMetrics().boundingRect(room.toRect(), flags, text)))
        return text_usual(painter, *given)

    def draw_pixmap(painter: QPainter, *given: Any) -> Any:
        pixmap = given[-1]
        if isinstance(pixmap, QPixmap):
            corner = QPointF(given[0]) if isinstance(given[0], QPoint | QPointF) else QPointF(*given[:2])
            place = QRectF(corner, pixmap.deviceIndependentSize())
            note(painter, "", place, place)
        return pixmap_usual(painter, *given)

    QPainter.drawText, QPainter.drawPixmap = draw_text, draw_pixmap  # type: ignore[method-assign,assignment]
    try:
        root.grab()
    finally:
        QPainter.drawText, QPainter.drawPixmap = text_usual, pixmap_usual  # type: ignore[method-assign]
    return heard


def menu_misfits(menu: QMenu, screen: QRect) -> list[str]:
    """Give what of a menu does not fit on the screen."""
    size = menu.sizeHint()
    at = menu.mapToGlobal(QPoint(0, 0))
    fits = size.width() <= screen.width() and at.x() >= screen.left() and at.x() + size.width() <= screen.right() + 1 + SLACK
    return [] if fits else [f"{_where(menu)} is {size.width()} wide at {at.x()}"]
