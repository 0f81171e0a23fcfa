"""The bar over the conversation: which model, where it runs, how it is."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QPoint, QRect, QRectF, QSize, Qt, Signal, Slot
from PySide6.QtGui import QColor, QFont, QFontMetrics, QPainter, QPaintEvent
from PySide6.QtWidgets import QFrame, QHBoxLayout, QPushButton, QSizePolicy, QWidget

from desktop_app.ui.actions import Actions, keys
from desktop_app.ui.icons import pixmap
from desktop_app.ui.model_status import ModelStatus
from desktop_app.ui.theme import Theme
from desktop_app.ui.widgets.buttons import RADIUS, IconButton, ThemedButton
from desktop_app.ui.widgets.labels import ElidedLabel, plain_tooltip
from desktop_app.ui.widgets.sides import corner, mirrored

HEIGHT = 56
DOT = 8
PADDING = 12
CHEVRON = 18


class ModelButton(ThemedButton):
    """Dot, name of the model, chevron: opens the model picker."""

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(theme, parent)
        self._dot = "muted"
        self.setSizePolicy(QSizePolicy.Policy.Maximum, QSizePolicy.Policy.Fixed)

    def set_model(self, name: str, dot: str) -> None:
        """Show `name`; `dot` is the field of the theme that colours the dot."""
        self._dot = dot
        self.setText(" ".join(name.split()))
        self.updateGeometry()
        self.update()

    def _font(self) -> QFont:
        return self._theme.font(self._theme.text_px, QFont.Weight.DemiBold)

    def sizeHint(self) -> QSize:
        """Ask for the whole name."""
        # At other scales than 1 the painter's text is up to a few pixels wider than these whole numbers.
        width = QFontMetrics(self._font()).horizontalAdvance(self.text()) + 4
        return QSize(PADDING + DOT + 8 + width + 7 + CHEVRON + 8, self._theme.row(36))

    def minimumSizeHint(self) -> QSize:
        """Shrink down to some letters, the words behind it before the name."""
        return QSize(min(self.sizeHint().width(), 110), self._theme.row(36))

    def paintEvent(self, event: QPaintEvent) -> None:
        """Paint the button."""
        painter = self._painter()
        painter.setPen(Qt.PenStyle.NoPen)
        if background := self._background():
            painter.setBrush(QColor(background))
            painter.drawRoundedRect(QRectF(self.rect()), RADIUS, RADIUS)
        painter.setBrush(QColor(getattr(self._theme, self._dot)))
        area, direction = self.rect(), self.layoutDirection()
        painter.drawEllipse(mirrored(QRect(PADDING, (self.height() - DOT) // 2, DOT, DOT), area, direction))
        left = PADDING + DOT + 8
        place = QRect(left, 0, self.width() - left - 7 - CHEVRON - 8, self.height())
        at = QPoint(place.right() + 8, (self.height() - CHEVRON) // 2 + 1)
        self._paint_name(painter, mirrored(place, area, direction))
        painter.drawPixmap(corner(at, CHEVRON, area, direction), pixmap("chevron-down", self._theme.text, CHEVRON))
        painter.end()

    def _paint_name(self, painter: QPainter, place: QRect) -> None:
        painter.setFont(self._font())
        painter.setPen(QColor(self._theme.text))
        name = painter.fontMetrics().elidedText(self.text(), Qt.TextElideMode.ElideRight, place.width())
        painter.drawText(place, Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignLeft, name)


class TopBar(QFrame):
    """The bar.

    Signals:
        models_requested(), cancel_requested(), reload_requested(), card_requested()
    """

    models_requested = Signal()
    cancel_requested = Signal()
    reload_requested = Signal()
    card_requested = Signal()

    def __init__(self, actions: Actions, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("topBar")
        self._actions = actions
        self._status = ModelStatus("", "muted", "")
        self.sidebar_button = IconButton("sidebar", theme)
        self.sidebar_button.clicked.connect(actions.toggle_sidebar.trigger)
        self.new_chat_button = IconButton("plus", theme)
        self.new_chat_button.clicked.connect(actions.new_chat.trigger)
        self.model_button = ModelButton(theme)
        self.model_button.clicked.connect(self.models_requested)
        self.words = ElidedLabel("secondary")
        self.words.setSizePolicy(QSizePolicy.Policy.Maximum, QSizePolicy.Policy.Preferred)
        # Beside a panel in a small window there is no room for more: what can be pressed is not cut.
        self.words.setMinimumWidth(24)
        self.button = QPushButton()
        self.button.setProperty("kind", "small")
        self.button.clicked.connect(self._on_button_clicked)
        self._build()
        self.set_theme(theme)
        self.set_sidebar_visible(True)
        self._retranslate()

    def _build(self) -> None:
        row = QHBoxLayout(self)
        row.setContentsMargins(20, 0, 20, 0)
        row.setSpacing(4)
        row.addWidget(self.sidebar_button)
        row.addWidget(self.new_chat_button)
        row.addWidget(self.model_button)
        row.addSpacing(4)
        row.addWidget(self.words)
        row.addSpacing(8)
        row.addWidget(self.button)
        row.addStretch(1)

    def add_at_end(self, button: QWidget, n_after: int = 0) -> None:
        """Put a button at the right end, with so many of those that are there after it."""
        layout = self.layout()
        assert isinstance(layout, QHBoxLayout)
        layout.insertWidget(layout.count() - n_after, button)

    def set_theme(self, theme: Theme) -> None:
        """Take other colours."""
        self.setFixedHeight(theme.row(HEIGHT))
        for button in (self.sidebar_button, self.new_chat_button, self.model_button):
            button.set_theme(theme)

    def set_sidebar_visible(self, is_visible: bool) -> None:
        """Offer what the sidebar offers, while it is hidden."""
        self.sidebar_button.setVisible(not is_visible)
        self.new_chat_button.setVisible(not is_visible)

    def set_status(self, status: ModelStatus) -> None:
        """Show name, dot and words."""
        self._status = status
        self.model_button.set_model(status.name, status.dot)
        self.words.setText(status.words)
        self._retranslate()

    def changeEvent(self, event: QEvent) -> None:
        """Speak the new language."""
        super().changeEvent(event)
        if event.type() is QEvent.Type.LanguageChange:
            self._retranslate()

    def _retranslate(self) -> None:
        self.sidebar_button.set_words(self.tr("Show the sidebar"), keys(self._actions.toggle_sidebar))
        self.new_chat_button.set_words(self.tr("New chat"), keys(self._actions.new_chat))
        spoken = self.tr("Model: {name}. {words}").format(name=self._status.name, words=self._status.words)
        self.model_button.setAccessibleName(spoken)
        texts = {"cancel": self.tr("Cancel"), "try_card": self.tr("Try again")}
        self.button.setText(texts.get(self._status.button, self.tr("Reload")))
        # Beside the words that say what failed; in full it would leave no room for them.
        spoken = self.tr("Try the graphics card again") if self._status.button == "try_card" else ""
        self.button.setToolTip(plain_tooltip(spoken))
        self.button.setAccessibleName(spoken)
        self.button.setVisible(bool(self._status.button))

    @Slot()
    def _on_button_clicked(self) -> None:
        match self._status.button:
            case "cancel":
                self.cancel_requested.emit()
            case "try_card":
                self.card_requested.emit()
            case _:
                self.reload_requested.emit()
