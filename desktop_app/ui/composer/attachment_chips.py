"""The files that go with the message being written: a chip each, with its size and a cross to take it out."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

from PySide6.QtCore import QEvent, QPoint, QRectF, QSize, Qt, Signal, Slot
from PySide6.QtGui import QColor, QFontMetrics, QPainter, QPen
from PySide6.QtWidgets import QHBoxLayout, QWidget

from desktop_app.chat.attachment import Attachment
from desktop_app.ui.icons import pixmap
from desktop_app.ui.sizes import size_text
from desktop_app.ui.theme import Theme
from desktop_app.ui.widgets.buttons import IconButton, ThemedButton
from desktop_app.ui.widgets.flow import FlowLayout
from desktop_app.ui.widgets.sides import corner, mirrored

if TYPE_CHECKING:
    from PySide6.QtGui import QPaintEvent

_NAME_WIDTH_MAX = 200
_ICON = 16
_RADIUS = 10


class AttachmentButton(ThemedButton):
    """A file: an icon, its name and a quiet text. Pressed, it is to be shown."""

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(theme, parent)
        self._quiet = ""
        self._is_warning = False

    def set_attachment(self, name: str, quiet: str, *, is_warning: bool = False) -> None:
        """Show `name`, and `quiet` behind it; `is_warning`: in the colour of a warning."""
        self._quiet, self._is_warning = quiet, is_warning
        self.set_words(name, quiet)
        self.updateGeometry()
        self.update()

    def sizeHint(self) -> QSize:
        """Ask for the name up to 200 px, and the quiet text."""
        metrics = QFontMetrics(self._theme.font(self._theme.secondary_px))
        quiet = QFontMetrics(self._theme.font(self._theme.caption_px)).horizontalAdvance(self._quiet)
        width = min(metrics.horizontalAdvance(self.text()), _NAME_WIDTH_MAX)
        # One pixel more: the width of letters is no whole number, and a name that lacks a part of one is shortened.
        return QSize(12 + _ICON + 8 + width + 1 + 8 + quiet + 8, self._theme.row(32))

    def paintEvent(self, event: QPaintEvent) -> None:
        """Paint icon and words; the chip around it is the chip's."""
        painter = self._painter()
        theme = self._theme
        if background := self._background():
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(QColor(background))
            painter.drawRoundedRect(QRectF(self.rect()).adjusted(1, 1, -1, -1), _RADIUS - 1, _RADIUS - 1)
        area, direction = self.rect(), self.layoutDirection()
        at = corner(QPoint(12, (self.height() - _ICON) // 2), _ICON, area, direction)
        painter.drawPixmap(at, pixmap("file", theme.muted, _ICON))
        place = area.adjusted(12 + _ICON + 8, 0, -8, 0)
        middle = Qt.AlignmentFlag.AlignVCenter | Qt.TextFlag.TextSingleLine
        painter.setFont(theme.font(theme.caption_px))
        painter.setPen(QColor(theme.warning if self._is_warning else theme.muted))
        quiet = painter.fontMetrics().horizontalAdvance(self._quiet)
        painter.drawText(mirrored(place, area, direction), Qt.AlignmentFlag.AlignRight | middle, self._quiet)
        painter.setFont(theme.font(theme.secondary_px))
        painter.setPen(QColor(theme.text))
        width = place.width() - quiet - 8
        name = painter.fontMetrics().elidedText(self.text(), Qt.TextElideMode.ElideMiddle, width)
        place = mirrored(place.adjusted(0, 0, -quiet - 8, 0), area, direction)
        painter.drawText(place, Qt.AlignmentFlag.AlignLeft | middle, name)
        painter.end()


class AttachmentChip(QWidget):
    """One file and its cross."""

    def __init__(self, attachment: Attachment, theme: Theme) -> None:
        super().__init__()
        self.attachment = attachment
        self._theme = theme
        self.button = AttachmentButton(theme)
        self.cross = IconButton("close", theme)
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(0)
        row.addWidget(self.button)
        row.addWidget(self.cross)

    def set_theme(self, theme: Theme) -> None:
        """Take other colours."""
        self._theme = theme
        self.button.set_theme(theme)
        self.cross.set_theme(theme)

    def paintEvent(self, event: QPaintEvent) -> None:
        """Paint the chip."""
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(QPen(QColor(self._theme.line), 1))
        painter.setBrush(QColor(self._theme.code))
        painter.drawRoundedRect(QRectF(self.rect()).adjusted(0.5, 0.5, -0.5, -0.5), _RADIUS, _RADIUS)
        painter.end()


class AttachmentChips(QWidget):
    """All of them, in lines.

    Signals:
        drop_requested(attachment_id), show_requested(attachment_id)
    """

    drop_requested = Signal(str)
    show_requested = Signal(str)

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._theme = theme
        self._n_tokens: Mapping[str, int] = {}
        self._n_room: int | None = None
        self.chips: list[AttachmentChip] = []
        self._layout = FlowLayout(8, self)
        self._layout.setContentsMargins(0, 0, 0, 0)
        self.setVisible(False)

    def set_attachments(self, attachments: Sequence[Attachment]) -> None:
        """Show these."""
        wanted = [one.id for one in attachments]
        if wanted != [chip.attachment.id for chip in self.chips]:
            for chip in self.chips:
                self._layout.removeWidget(chip)
                chip.hide()
                chip.deleteLater()
            self.chips = [self._made(one) for one in attachments]
        self.setVisible(bool(self.chips))
        self._retranslate()

    def set_tokens(self, n_tokens: Mapping[str, int], n_room: int | None) -> None:
        """Say how many tokens each has, as far as that is known, and how many the model reads at once."""
        self._n_tokens, self._n_room = n_tokens, n_room
        self._retranslate()

    def set_theme(self, theme: Theme) -> None:
        """Take other colours."""
        self._theme = theme
        for chip in self.chips:
            chip.set_theme(theme)

    def _made(self, attachment: Attachment) -> AttachmentChip:
        chip = AttachmentChip(attachment, self._theme)
        chip.cross.clicked.connect(self._on_cross_clicked)
        chip.button.clicked.connect(self._on_chip_clicked)
        self._layout.addWidget(chip)
        chip.show()
        return chip

    def _retranslate(self) -> None:
        for chip in self.chips:
            attachment = chip.attachment
            n_tokens = self._n_tokens.get(attachment.id)
            quiet = size_text(attachment.n_bytes)
            is_warning = False
            if n_tokens is not None:
                quiet = self.tr("%n token(s)", "", n_tokens)
                is_warning = self._n_room is not None and n_tokens >= self._n_room
            chip.button.set_attachment(attachment.name, quiet, is_warning=is_warning)
            chip.cross.set_words(self.tr("Remove {name}").format(name=attachment.name))
        self._layout.invalidate()
        self.updateGeometry()  # other words may need a line more

    def changeEvent(self, event: QEvent) -> None:
        """Speak the new language."""
        super().changeEvent(event)
        if event.type() is QEvent.Type.LanguageChange:
            self._retranslate()

    @Slot()
    def _on_cross_clicked(self) -> None:
        self._tell(self.drop_requested)

    @Slot()
    def _on_chip_clicked(self) -> None:
        self._tell(self.show_requested)

    def _tell(self, signal: object) -> None:
        sender = self.sender()
        for chip in self.chips:
            if sender in (chip.cross, chip.button):
                signal.emit(chip.attachment.id)  # type: ignore[attr-defined]
                return
