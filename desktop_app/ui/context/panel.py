"""What is in the context, and what is to happen when it is full: a card above the gauge."""

from __future__ import annotations

from PySide6.QtCore import QLocale, QPoint, QRectF, Qt, Signal, Slot
from PySide6.QtGui import QCloseEvent, QColor, QFontMetrics, QKeyEvent, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QGridLayout, QPushButton, QVBoxLayout, QWidget

from desktop_app.services.context_meter import Fill
from desktop_app.ui.context.choice import Choice
from desktop_app.ui.theme import Theme
from desktop_app.ui.widgets.focus_ring import FocusRing
from desktop_app.ui.widgets.labels import PlainLabel

WIDTH = 344
_RADIUS = 14
_INSET = 8
_BAR = 8
_DOT = 8
_FROM_EDGE = 4
"""Between the card and the edge of the screen."""


class _Bar(QWidget):
    """The context as a bar, a stretch for each part."""

    def __init__(self, parts: list[tuple[int, str]], n_ctx: int, theme: Theme) -> None:
        super().__init__()
        self._parts, self._n_ctx, self._theme = parts, max(1, n_ctx), theme
        self.setFixedHeight(theme.scaled(_BAR))

    def paintEvent(self, event: QPaintEvent) -> None:
        """Paint the parts beside each other, what is free in the colour of lines."""
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(QColor(self._theme.line))
        painter.drawRoundedRect(QRectF(self.rect()), self.height() / 2, self.height() / 2)
        scale = self.width() / max(self._n_ctx, sum(n for n, _ in self._parts))
        x = 0.0
        for n_tokens, colour in self._parts:
            width = n_tokens * scale
            painter.setBrush(QColor(colour))
            if width >= 1:
                painter.drawRoundedRect(QRectF(x, 0, max(0.0, width - 1), self.height()), 2, 2)
            x += width
        painter.end()


class _Dot(QWidget):
    """Says which stretch of the bar a row is about."""

    def __init__(self, colour: str, theme: Theme) -> None:
        super().__init__()
        self._colour = colour
        self.setFixedSize(theme.scaled(_DOT), theme.scaled(_DOT))

    def paintEvent(self, event: QPaintEvent) -> None:
        """Paint it."""
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(QColor(self._colour))
        painter.drawEllipse(QRectF(self.rect()))
        painter.end()


class ContextPanel(QWidget):
    """The card; it ends itself when it closes.

    Signals:
        policy_chosen(policy), default_requested(policy)
        closed()
    """

    policy_chosen = Signal(str)
    default_requested = Signal(str)
    closed = Signal()

    def __init__(self, fill: Fill | None, policy: str, default: str, theme: Theme, parent: QWidget) -> None:
        super().__init__(parent, Qt.WindowType.Popup | Qt.WindowType.FramelessWindowHint | Qt.WindowType.NoDropShadowWindowHint)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setAttribute(Qt.WidgetAttribute.WA_TranslucentBackground)
        self.setAccessibleName(self.tr("Context"))
        self._theme = theme
        self._policy, self._default = policy, default
        self._choices: dict[str, Choice] = {}
        self._column = QVBoxLayout(self)
        self._column.setContentsMargins(8, 16, 8, 12)
        self._column.setSpacing(8)
        if fill is not None:
            about = QVBoxLayout()
            # What lights up around a choice reaches out of the column that all words stand in.
            about.setContentsMargins(_INSET, 0, _INSET, 8)
            about.setSpacing(8)
            self._add_fill(fill, about)
            self._column.addLayout(about)
        self._add_choices()
        self._ring = FocusRing(theme, self)
        # As wide as its words at the person's text size, and never wider than the screen.
        self.setFixedWidth(min(theme.scaled(WIDTH), parent.screen().availableGeometry().width() - 2 * _FROM_EDGE))

    def _add_fill(self, fill: Fill, column: QVBoxLayout) -> None:
        locale = QLocale()
        used = self.tr("{used} of {n_ctx} tokens").format(used=locale.toString(fill.n_used), n_ctx=locale.toString(fill.n_ctx))
        head = QGridLayout()
        head.addWidget(PlainLabel(self.tr("Context"), "strong"), 0, 0)
        head.addWidget(PlainLabel(used, "secondary"), 0, 1, Qt.AlignmentFlag.AlignRight)
        column.addLayout(head)
        theme = self._theme
        parts = [
            (self.tr("Instructions and summary") if fill.n_summed_up else self.tr("Instructions"), fill.n_system, theme.good),
            (self.tr("Pinned messages"), fill.n_pinned, theme.warning),
            (self.tr("Messages"), fill.n_messages, theme.accent),
            (self.tr("Answer in progress"), fill.n_answer, theme.accent),
            (self.tr("Not sent yet"), fill.n_draft, theme.text),
            (self.tr("Written by the chat template"), fill.n_other, theme.muted),
        ]
        shown = [part for part in parts if part[1]]
        column.addWidget(_Bar([(n, colour) for _, n, colour in shown], fill.n_ctx, theme))
        rows = QGridLayout()
        rows.setHorizontalSpacing(8)
        rows.setVerticalSpacing(4)
        rows.setColumnStretch(1, 1)
        for row, (words, n_tokens, colour) in enumerate([*shown, (self.tr("Free"), fill.n_free, theme.line)]):
            label = PlainLabel(words, "secondary")
            label.setWordWrap(True)
            rows.addWidget(_Dot(colour, theme), row, 0, Qt.AlignmentFlag.AlignVCenter)
            rows.addWidget(label, row, 1)
            rows.addWidget(self._number(locale.toString(n_tokens)), row, 2)
        column.addLayout(rows)
        if fill.n_unseen:
            words = self.tr("%n message(s), shown pale, are not read by the model.", "", fill.n_unseen)
            label = PlainLabel(words, "caption")
            label.setWordWrap(True)
            column.addWidget(label)

    def _number(self, text: str) -> PlainLabel:
        label = PlainLabel(text, "secondary")
        label.setAlignment(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
        # Never broken; only so does it set its line as the words beside it do, on the same baseline.
        label.setWordWrap(True)
        label.setMinimumWidth(QFontMetrics(self._theme.font(self._theme.secondary_px)).horizontalAdvance(text) + 4)
        return label

    def _add_choices(self) -> None:
        heading = PlainLabel(self.tr("When it is full"), "strong")
        heading.setContentsMargins(_INSET, 0, _INSET, 0)
        self._column.addWidget(heading)
        column = QVBoxLayout()
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        for policy, text, meaning in self._words():
            choice = self._choices[policy] = Choice(text, meaning, self._theme)
            choice.setChecked(policy == self._policy)
            column.addWidget(choice)
            choice.clicked.connect(self._on_choice_clicked)
        self._column.addLayout(column)
        self._default_button = QPushButton(self.tr("Do this in all chats"))
        self._default_button.setProperty("kind", "small")
        self._default_button.setVisible(self._policy != self._default)
        self._default_button.clicked.connect(self._on_default_clicked)
        row = QVBoxLayout()
        row.setContentsMargins(_INSET, 0, _INSET, 4)
        row.addWidget(self._default_button, 0, Qt.AlignmentFlag.AlignLeft)
        self._column.addLayout(row)

    def _words(self) -> list[tuple[str, str, str]]:
        return [
            (
                "stop",
                self.tr("Stop and tell me"),
                self.tr("Nothing is left out. You decide when there is no room for an answer."),
            ),
            (
                "drop",
                self.tr("Leave out the oldest messages"),
                self.tr("They stay here, shown pale, and the model no longer reads them. Pinned messages stay."),
            ),
            (
                "summarise",
                self.tr("Summarise the oldest messages"),
                self.tr("The model writes a summary and reads it in their place. You see it and can take it back."),
            ),
        ]

    def _fit(self) -> None:
        """Be as high as what is in it."""
        self._column.activate()
        self.setFixedHeight(self._column.totalHeightForWidth(self.width()))

    def pop_up(self, above: QWidget) -> None:
        """Show it, its right edge on that of `above`."""
        self._fit()
        corner = above.mapToGlobal(QPoint(above.width(), 0))
        place = QPoint(corner.x() - self.width(), corner.y() - self.height() - 8)
        screen = above.screen().availableGeometry()
        self.move(max(screen.left() + _FROM_EDGE, place.x()), max(screen.top() + _FROM_EDGE, place.y()))
        self.show()
        self._choices[self._policy if self._policy in self._choices else "stop"].setFocus(Qt.FocusReason.PopupFocusReason)

    def focusNextPrevChild(self, next: bool) -> bool:
        """Go on as the window is read, and show where the keyboard is, from the first Tab on."""
        return self._ring.tab(next) or super().focusNextPrevChild(next)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Close with Escape."""
        if event.key() == Qt.Key.Key_Escape:
            self.close()
        else:
            super().keyPressEvent(event)

    def closeEvent(self, event: QCloseEvent) -> None:
        """Tell that what was chosen holds."""
        super().closeEvent(event)
        self.closed.emit()

    def paintEvent(self, event: QPaintEvent) -> None:
        """Paint the card."""
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(QPen(QColor(self._theme.line), 1))
        painter.setBrush(QColor(self._theme.surface))
        painter.drawRoundedRect(QRectF(self.rect()).adjusted(0.5, 0.5, -0.5, -0.5), _RADIUS, _RADIUS)
        painter.end()

    @Slot()
    def _on_choice_clicked(self) -> None:
        self._policy = next((policy for policy, choice in self._choices.items() if choice.isChecked()), self._policy)
        self._default_button.setVisible(self._policy != self._default)
        self._fit()
        self.policy_chosen.emit(self._policy)

    @Slot()
    def _on_default_clicked(self) -> None:
        self._default = self._policy
        self._default_button.setVisible(False)
        self._fit()
        self.default_requested.emit(self._policy)
