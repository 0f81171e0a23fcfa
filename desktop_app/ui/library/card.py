"""The card that a model stands on: what it is, how large, what can be done with it, and whether it will run here."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QRectF, Qt
from PySide6.QtGui import QColor, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QHBoxLayout, QLabel, QProgressBar, QPushButton, QSizePolicy, QVBoxLayout, QWidget

from desktop_app.record import Record
from desktop_app.ui.icons import pixmap
from desktop_app.ui.theme import Theme
from desktop_app.ui.widgets.ends import EndsLayout
from desktop_app.ui.widgets.labels import ElidedLabel, PlainLabel, plain_tooltip

COLUMN = 896
"""Widest that a column of cards becomes."""
PAGE_MARGIN = 40
GAP = 12
"""Between cards."""
RADIUS = 14
PADDING = 20
_N_STEPS = 10_000


class Tag(Record):
    """A word or two beside the title. `kind`: "accent", "good", "warning", or "" for a quiet one."""

    text: str
    kind: str = ""
    hint: str = ""
    """In its tooltip, and what a screen reader says of it."""


def show_tags(line: EndsLayout, old: Sequence[PlainLabel], tags: Sequence[Tag], parent: QWidget) -> list[PlainLabel]:
    """Put labels with `tags` into a line in the place of the `old` ones, and give them."""
    for label in old:
        line.removeWidget(label)
        label.hide()
        label.deleteLater()
    labels = [PlainLabel(tag.text, f"tag{tag.kind.capitalize()}", parent) for tag in tags]
    for label, tag in zip(labels, tags, strict=True):
        label.setToolTip(plain_tooltip(tag.hint))
        label.setAccessibleDescription(tag.hint)
        line.addWidget(label)
        label.show()
    return labels


class Card(QWidget):
    """A rounded surface. What is left empty takes no room.

    ::

        title  tag tag                            quiet words
        progress
        description
        button button                                 verdict
    """

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._theme = theme
        self._verdict_kind = ""
        self._tags: tuple[Tag, ...] = ()
        self._tag_labels: list[PlainLabel] = []
        self.buttons: list[QPushButton] = []
        self.title = ElidedLabel("heading2")
        self.quiet = ElidedLabel("muted")
        self.progress = QProgressBar()
        self.description = PlainLabel("", "muted")
        self.verdict = ElidedLabel("verdict")
        self._build()

    def _build(self) -> None:
        self.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Preferred)
        self.progress.setTextVisible(False)
        self.progress.setRange(0, _N_STEPS)
        self.description.setWordWrap(True)
        for label in (self.quiet, self.verdict):
            label.setAlignment(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
        self._head = EndsLayout(10, 4)
        self._head.addWidget(self.title)
        self._head.set_right(self.quiet)
        self._verdict_icon = QLabel()
        self._foot = EndsLayout(8, 8)
        self._foot.set_right(self._verdict_line())
        self.content = QVBoxLayout(self)
        """For more between the description and the buttons: insert it with `add_content`."""
        self._take_density()
        self.content.addLayout(self._head)
        self.content.addWidget(self.progress)
        self.content.addWidget(self.description)
        self.content.addLayout(self._foot)
        for part in (self.quiet, self.progress, self.description, self._line):
            part.hide()

    def _take_density(self) -> None:
        padding = self._theme.gap(PADDING)
        self.content.setContentsMargins(padding + 2, padding, padding + 2, padding)
        self.content.setSpacing(self._theme.gap(12))

    def _verdict_line(self) -> QWidget:
        self._line = QWidget()
        row = QHBoxLayout(self._line)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(6)
        row.addWidget(self._verdict_icon)
        row.addWidget(self.verdict)
        return self._line

    def set_title(self, text: str) -> None:
        """Show what the card is about; for a screen reader it is the card's name."""
        self.title.setText(text)
        self.setAccessibleName(text)
        self.progress.setAccessibleName(text)

    def set_tags(self, tags: Sequence[Tag]) -> None:
        """Show these beside the title, in the place of those before."""
        if tuple(tags) == self._tags:
            return
        self._tags = tuple(tags)
        self._tag_labels = show_tags(self._head, self._tag_labels, tags, self)

    def set_quiet(self, text: str) -> None:
        """Show numbers at the right of the title."""
        self.quiet.setText(text)
        self.quiet.setVisible(bool(text))
        self._head.invalidate()

    def set_progress(self, fraction: float | None) -> None:
        """Show how much is done, 0.0 to 1.0; None: nothing is going on."""
        self.progress.setVisible(fraction is not None)
        self.progress.setValue(round(_N_STEPS * (fraction or 0.0)))

    def set_description(self, text: str) -> None:
        """Show a sentence or two."""
        self.description.setText(text)
        self.description.setVisible(bool(text))

    def set_verdict(self, text: str, kind: str = "") -> None:
        """Say at the right of the buttons whether it will run; `kind`: "good", "warning", "error" or ""."""
        self.verdict.setText(text)
        if kind != self._verdict_kind:
            self._verdict_kind = kind
            self.verdict.setProperty("kind", f"verdict{kind.capitalize()}")
            self.verdict.style().unpolish(self.verdict)
            self.verdict.style().polish(self.verdict)
        self._line.setVisible(bool(text))
        self._show_verdict_icon()
        self._foot.invalidate()

    def _show_verdict_icon(self) -> None:
        colours = {"warning": self._theme.warning, "error": self._theme.error}
        colour = colours.get(self._verdict_kind)
        self._verdict_icon.setVisible(colour is not None)
        if colour is not None:
            self._verdict_icon.setPixmap(pixmap("warning", colour, self._theme.scaled(16)))

    def add_button(self, text: str = "", *, is_primary: bool = False) -> QPushButton:
        """Add a button behind those that are there; the caller connects it.

        "Get" says too little when a screen reader comes to the third of them: give it an accessible name.
        """
        button = QPushButton(text, self)
        button.setAutoDefault(False)
        if is_primary:
            button.setProperty("kind", "primary")
        self.buttons.append(button)
        self._foot.addWidget(button)
        return button

    def add_content(self, widget: QWidget) -> None:
        """Add something between the description and the buttons."""
        self.content.insertWidget(self.content.count() - 1, widget)

    def set_theme(self, theme: Theme) -> None:
        """Take other colours."""
        self._theme = theme
        self._take_density()
        self._show_verdict_icon()
        self.update()

    def paintEvent(self, event: QPaintEvent) -> None:
        """Paint the surface."""
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(QPen(QColor(self._theme.line), 1))
        painter.setBrush(QColor(self._theme.surface))
        painter.drawRoundedRect(QRectF(self.rect()).adjusted(0.5, 0.5, -0.5, -0.5), RADIUS, RADIUS)
        painter.end()
