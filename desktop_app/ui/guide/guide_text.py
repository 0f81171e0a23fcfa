"""The text of the guide: set like an answer, with the pictures that come with it, and nothing loaded from elsewhere.

It comes in pieces, a chapter in each turn of the event loop, and its pictures are read and made smaller on another
thread: nothing here keeps the window waiting.
"""

from __future__ import annotations

import re
from functools import partial
from typing import Any

from PySide6.QtCore import QSize, Qt, QTimer, QUrl, Signal, Slot
from PySide6.QtGui import (
    QColor,
    QFont,
    QImage,
    QImageReader,
    QPalette,
    QResizeEvent,
    QTextBlock,
    QTextBlockFormat,
    QTextCharFormat,
    QTextCursor,
    QTextDocument,
    QTextDocumentFragment,
    QTextImageFormat,
)
from PySide6.QtWidgets import QFrame, QTextBrowser

from desktop_app.guide import pictures
from desktop_app.services.background import Background
from desktop_app.ui.theme import Theme

COLUMN = 680
LINE_HEIGHT = 1.55
_LEAST_MARGIN = 24
_DIALECT = QTextDocument.MarkdownFeature.MarkdownDialectGitHub | QTextDocument.MarkdownFeature.MarkdownNoHTML
_CHAPTER = re.compile(r"^(?=# )", re.MULTILINE)
_IMAGE = QTextDocument.ResourceType.ImageResource


class GuideText(QTextBrowser):
    """Shows Markdown of our own. Its chapters are the headings of the first level.

    Signals:
        chapter_changed(int): another one stands at the top.
    """

    chapter_changed = Signal(int)

    def __init__(self, theme: Theme) -> None:
        super().__init__()
        self._theme, self._markdown = theme, ""
        self._coming: list[str] = []
        """Pieces that are not there yet."""
        self._place = 0
        """Where the reader was in the text that this one stands in for."""
        self._headings: list[QTextBlock] = []
        self._fitted = 0
        """Width that the column was made for."""
        self._pictures: list[tuple[int, str, QSize]] = []
        """Where they stand in the text, their names, and how large they are."""
        self._background = Background(self, waits_s=0.0)
        self._timer = QTimer(self, interval=0)
        self._timer.timeout.connect(self._on_piece_due)
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setOpenLinks(False)
        self.setTabChangesFocus(True)
        self.setVerticalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOn)
        self.verticalScrollBar().valueChanged.connect(self._on_scrolled)
        # Of the document that is there from the beginning Qt would be asked for the parent, which takes 60 ms.
        self._document = QTextDocument(self)

    def show_markdown(self, text: str) -> None:
        """Show `text`; the reader stays where they are. It comes in the next turns of the event loop."""
        if text != self._markdown:
            self._markdown = text
            self._begin()

    def set_theme(self, theme: Theme) -> None:
        """Take other colours and sizes."""
        self._theme = theme
        self._begin()

    @property
    def is_whole(self) -> bool:
        """Say whether all of the text is there."""
        return not self._coming

    @property
    def chapters(self) -> list[str]:
        """The headings, in order, of what is there and of what comes."""
        return [line[2:] for line in self._markdown.splitlines() if line.startswith("# ")]

    def go_to(self, number: int) -> None:
        """Bring a chapter to the top."""
        self._fit_column()
        while self._coming and number >= len(self._headings):
            self._add_piece()
        self._place = 0
        self.verticalScrollBar().setValue(self._top(self._headings[number]))

    def loadResource(self, kind: int, name: QUrl | str) -> Any:
        """Give one empty pixel: nothing is loaded because a text names it, pictures come by `_show_picture`.

        For nothing at all Qt would go and open the file itself.
        """
        return QImage(1, 1, QImage.Format.Format_ARGB32)

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Keep the text in a column that can be read."""
        super().resizeEvent(event)
        self._fit_column()

    # -- the text -----------------------------------------------------------------------------------------------------

    def _begin(self) -> None:
        theme = self._theme
        palette = self.palette()
        palette.setColor(QPalette.ColorRole.Base, QColor(theme.background))
        palette.setColor(QPalette.ColorRole.Text, QColor(theme.text))
        palette.setColor(QPalette.ColorRole.Link, QColor(theme.accent))
        self.setPalette(palette)
        self._place = self._place or self.verticalScrollBar().value()
        before, self._document = self._document, QTextDocument(self)
        self._document.setUndoRedoEnabled(False)
        self._document.setDefaultFont(theme.font(theme.text_px))
        self._document.setDocumentMargin(_LEAST_MARGIN)
        self._headings, self._pictures, self._fitted = [], [], 0
        self._coming = [piece for piece in _CHAPTER.split(self._markdown) if piece]
        self.setDocument(self._document)
        before.deleteLater()
        self._timer.start()

    @Slot()
    def _on_piece_due(self) -> None:
        if self._fitted != self._room():
            self._fit_column()
        elif self._coming:
            self._add_piece()
            self._return_to_place()
        else:
            self._timer.stop()

    def _add_piece(self) -> None:
        """Put the next chapter at the end, dressed before it gets there: each change in a text that is shown is a layout."""
        piece = QTextDocument()
        piece.setDefaultFont(self._document.defaultFont())
        piece.setMarkdown(self._coming.pop(0), _DIALECT)
        block = piece.begin()
        while block.isValid():
            self._dress(block)
            block = block.next()
        cursor = QTextCursor(self._document)
        cursor.movePosition(QTextCursor.MoveOperation.End)
        cursor.beginEditBlock()
        if not self._document.isEmpty():
            cursor.insertBlock(QTextBlockFormat(), QTextCharFormat())
        start = cursor.position()
        cursor.insertFragment(QTextDocumentFragment(piece))
        # Into an empty paragraph the first one comes without its own look.
        cursor.setPosition(start)
        cursor.setBlockFormat(piece.begin().blockFormat())
        cursor.setBlockCharFormat(piece.begin().charFormat())
        cursor.endEditBlock()
        self._take_in(self._document.findBlock(start))

    def _dress(self, block: QTextBlock) -> None:
        theme, cursor = self._theme, QTextCursor(block)
        form = block.blockFormat()
        if "\ufffc" not in block.text():  # a picture stands there
            # Of the size of the letters: a proportion would be one of what the font takes, and Chinese ones take more.
            form.setLineHeight(round(theme.text_px * LINE_HEIGHT), QTextBlockFormat.LineHeightTypes.MinimumHeight.value)
        form.setBottomMargin(theme.scaled(4 if block.textList() is not None else 12))
        if form.headingLevel():
            form.setTopMargin(theme.scaled(28 if self._headings else 0))
            cursor.movePosition(QTextCursor.MoveOperation.EndOfBlock, QTextCursor.MoveMode.KeepAnchor)
            letters = QTextCharFormat()
            letters.setFont(theme.font(theme.h1_px, QFont.Weight.DemiBold))
            cursor.setCharFormat(letters)
            cursor.movePosition(QTextCursor.MoveOperation.StartOfBlock)
        cursor.setBlockFormat(form)
        self._dress_keys(block)

    def _dress_keys(self, block: QTextBlock) -> None:
        """Set keys apart by their ground, as code in an answer is."""
        parts = block.begin()
        while not parts.atEnd():
            fragment = parts.fragment()
            if fragment.charFormat().fontFixedPitch():
                cursor = QTextCursor(block)
                cursor.setPosition(fragment.position())
                cursor.setPosition(fragment.position() + fragment.length(), QTextCursor.MoveMode.KeepAnchor)
                letters = fragment.charFormat()
                letters.setFont(self._theme.font(self._theme.text_px - 1))
                letters.setBackground(QColor(self._theme.code))
                cursor.setCharFormat(letters)
            parts += 1

    def _take_in(self, block: QTextBlock) -> None:
        """Note the headings and pictures from `block` on."""
        n_pictures = len(self._pictures)
        while block.isValid():
            if block.blockFormat().headingLevel():
                self._headings.append(block)
            parts = block.begin()
            while not parts.atEnd():
                name = parts.fragment().charFormat().toImageFormat().name()
                if name and "/" not in name:
                    self._pictures.append((parts.fragment().position(), name, QImageReader(_path(name)).size()))
                parts += 1
            block = block.next()
        self._show_pictures(n_pictures)

    def _return_to_place(self) -> None:
        """Go where the reader was as soon as the text is long enough."""
        bar = self.verticalScrollBar()
        if self._place and (bar.maximum() >= self._place or self.is_whole):
            place, self._place = self._place, 0
            bar.setValue(place)

    # -- pictures and the column --------------------------------------------------------------------------------------

    def _fit_column(self) -> None:
        """Let lines be no longer than the column, and no picture wider."""
        if self._room() == self._fitted:
            return
        self._fitted = self._room()
        frame = self._document.rootFrame()
        form = frame.frameFormat()
        form.setLeftMargin(self._margin())
        form.setRightMargin(self._margin())
        frame.setFrameFormat(form)
        self._show_pictures(0)

    def _room(self) -> int:
        # Not by the viewport: it was made by Qt, and finding out what it is takes PySide 9 ms (62 enumerations are made).
        return self.maximumViewportSize().width()

    def _margin(self) -> int:
        return max(_LEAST_MARGIN, (self._room() - self._theme.scaled(COLUMN)) // 2)

    def _show_pictures(self, first: int) -> None:
        """Make room for the pictures from number `first` on, and have them read for it."""
        ratio = self.devicePixelRatioF()
        for position, name, size in self._pictures[first:]:
            cursor = QTextCursor(self._document)
            cursor.setPosition(position)
            cursor.setPosition(position + 1, QTextCursor.MoveMode.KeepAnchor)
            image = QTextImageFormat(cursor.charFormat().toImageFormat())
            shown = size.scaled(min(self._fitted - 2 * self._margin(), size.width()), 10_000, Qt.AspectRatioMode.KeepAspectRatio)
            image.setWidth(shown.width())
            image.setHeight(shown.height())
            cursor.setCharFormat(image)
            show = partial(self._show_picture, self._document, position, name)
            self._background.run(partial(_read, name, shown * ratio), show)

    def _show_picture(self, document: QTextDocument, position: int, name: str, image: QImage) -> None:
        if document is self._document:
            document.addResource(_IMAGE.value, QUrl(name), image)
            document.markContentsDirty(position, 1)

    # -- chapters -----------------------------------------------------------------------------------------------------

    def _top(self, block: QTextBlock) -> int:
        return round(self._document.documentLayout().blockBoundingRect(block).top())

    @Slot()
    def _on_scrolled(self) -> None:
        top = self.verticalScrollBar().value() + self._theme.scaled(40)
        number = sum(self._top(block) <= top for block in self._headings) - 1
        self.chapter_changed.emit(max(0, number))


def _path(name: str) -> str:
    """Give the file of a picture of the guide."""
    return str(pictures() / name)


def _read(name: str, size: QSize) -> QImage:
    """Give a picture in `size` pixels; off the window's thread."""
    return QImage(_path(name)).scaled(size, Qt.AspectRatioMode.IgnoreAspectRatio, Qt.TransformationMode.SmoothTransformation)
