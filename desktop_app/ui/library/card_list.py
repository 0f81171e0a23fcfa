"""Cards below each other, of which only those are made that somebody comes near."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Sequence

from PySide6.QtCore import QEvent, QObject, QRect, Qt, QTimer, Slot
from PySide6.QtGui import QKeyEvent, QMoveEvent, QResizeEvent
from PySide6.QtWidgets import QAbstractButton, QApplication, QFrame, QScrollArea, QWidget

from desktop_app.ui.library.card import COLUMN, GAP, PAGE_MARGIN, Card
from desktop_app.ui.theme import Theme

N_FIRST = 5
"""Cards that are made at once, 2 ms each: what a window of the usual height shows."""
N_MORE = 1
RING = 4
"""Room for the focus ring above the first card."""


class CardList(QScrollArea):
    """Shows one card for each key: as many as the window is high, the same again below, and more as one scrolls.

    Up and Down go from card to card, to the button at the same place. The cards are placed here and not by a layout:
    that asks each of them again for every one that is added, 100 ms for the last of 250.
    """

    def __init__(self, make: Callable[[Hashable], Card], theme: Theme, parent: QWidget | None = None) -> None:
        """Take the function that makes the card of a key; it is asked once while the key stays in the list."""
        super().__init__(parent)
        self._make = make
        self._keys: tuple[Hashable, ...] = ()
        self._cards: dict[Hashable, Card] = {}
        self._heights: dict[Card, tuple[int, int]] = {}
        """By card: the width that it was asked for, and how high it is then."""
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.viewport().setAutoFillBackground(False)
        self._page = QWidget()
        self._page.setAutoFillBackground(False)
        self.setWidget(self._page)
        self.verticalScrollBar().setSingleStep(theme.scaled(24))
        self.verticalScrollBar().valueChanged.connect(self._on_scrolled)
        self._timer = QTimer(self, singleShot=True, interval=0)
        self._timer.timeout.connect(self._on_time_to_arrange)
        QApplication.instance().focusChanged.connect(self._on_focus_changed)  # type: ignore[union-attr]

    def set_keys(self, keys: Sequence[Hashable]) -> None:
        """Show these, in this order; a card that stays keeps the keyboard, and the list where it is scrolled to."""
        self._keys = tuple(keys)
        wanted = self._made_at_once()
        for key in [key for key in self._cards if key not in wanted]:
            self._drop(key)
        self._cards = {key: self._cards.get(key) or self._made(key) for key in wanted}
        self._arrange()
        self._timer.start()

    def _made_at_once(self) -> tuple[Hashable, ...]:
        """Give the first keys: those that have cards as far as they go, and so many more that nobody waits for them."""
        n_new = 0
        for place, key in enumerate(self._keys):
            n_new += key not in self._cards
            if n_new > N_FIRST or place >= max(N_FIRST, len(self._cards)):
                return self._keys[:place]
        return self._keys

    def card(self, key: Hashable) -> Card | None:
        """Give the card of a key; None when it was not made."""
        return self._cards.get(key)

    def cards(self) -> list[Card]:
        """Give the cards that were made, in order."""
        return list(self._cards.values())

    def set_theme(self, theme: Theme) -> None:
        """Take other colours."""
        self.verticalScrollBar().setSingleStep(theme.scaled(24))
        for card in self._cards.values():
            card.set_theme(theme)

    def reveal(self, key: Hashable) -> None:
        """Scroll to a card, made now if need be, and give it the keyboard."""
        if key in self._keys:
            self._extend(self._keys.index(key) + 1)
            self._focus(self._cards[key], 0)

    def focus_first(self) -> None:
        """Give the first card the keyboard."""
        if self._keys:
            self.reveal(self._keys[0])

    def focused_card(self) -> Card | None:
        """Give the card that the keyboard is in."""
        return self._card_of(QApplication.focusWidget())

    # Making and placing

    def _made(self, key: Hashable) -> Card:
        card = self._make(key)
        card.setParent(self._page)
        for widget in (card, *card.findChildren(QAbstractButton)):
            widget.installEventFilter(self)
        card.show()
        return card

    def _drop(self, key: Hashable) -> None:
        place, card = list(self._cards).index(key), self._cards.pop(key)
        focused = QApplication.focusWidget()
        had_focus = focused is not None and card.isAncestorOf(focused)
        self._heights.pop(card, None)
        card.removeEventFilter(self)
        card.hide()
        card.deleteLater()
        cards = self.cards()
        if had_focus and cards:  # the keyboard must not fall out of the list
            self._focus(cards[min(place, len(cards) - 1)], 0)

    def _extend(self, n_cards: int) -> None:
        """Have the first `n_cards`."""
        n_made = len(self._cards)
        if n_made < n_cards:
            self._cards |= {key: self._made(key) for key in self._keys[n_made:n_cards]}
            self._arrange()

    def _arrange(self) -> None:
        """Place the cards in the middle of the whole list: the scroll bar takes its width from the margin."""
        width = max(1, min(COLUMN, self.width() - 2 * PAGE_MARGIN))
        # From right to left the scroll bar stands at the left, and the page begins behind it.
        left, top = (self.width() - width) // 2 - self.viewport().x(), RING
        for card in self._cards.values():
            height = self._height(card, width)
            card.setGeometry(QRect(left, top, width, height))
            top += height + GAP
        self._page.resize(self.viewport().width(), top - GAP + PAGE_MARGIN)

    def _height(self, card: Card, width: int) -> int:
        asked, height = self._heights.get(card, (0, 0))
        if asked != width:
            height = card.heightForWidth(width) if card.hasHeightForWidth() else card.sizeHint().height()
            self._heights[card] = (width, height)
        return height

    @Slot()
    def _on_time_to_arrange(self) -> None:
        """Place anew, and make more while less than a window's height of them is below what is on show."""
        self._arrange()
        n_made = len(self._cards)
        bottom = self.verticalScrollBar().value() + 2 * self.viewport().height()
        if n_made < len(self._keys) and self._page.height() < bottom:
            self._extend(n_made + N_MORE)
            self._timer.start()

    @Slot()
    def _on_scrolled(self) -> None:
        self._timer.start()
        focused = QApplication.focusWidget()
        if focused is not None and self.isAncestorOf(focused):
            # It moves with what it lies on, of which Qt does not tell it, nor the ring around it.
            QApplication.sendEvent(focused, QMoveEvent(focused.pos(), focused.pos()))

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Place the cards for the new width, and make more where there is room for more."""
        super().resizeEvent(event)
        self._arrange()
        self._timer.start()

    # The keyboard

    @Slot(QWidget, QWidget)
    def _on_focus_changed(self, _old: QWidget | None, now: QWidget | None) -> None:
        card = self._card_of(now)
        if card is not None:
            self.ensureWidgetVisible(card, 0, GAP)

    def _card_of(self, widget: QWidget | None) -> Card | None:
        while widget is not None and not isinstance(widget, Card):
            widget = widget.parentWidget()
        return widget if widget in self._heights else None

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Hear of cards that have become higher or lower; go from card to card, where Qt would go to the next button."""
        kind = event.type()
        if kind is QEvent.Type.LayoutRequest and isinstance(watched, Card):
            self._heights[watched] = (0, 0)
            self._timer.start()
        elif kind is QEvent.Type.KeyPress and isinstance(event, QKeyEvent) and isinstance(watched, QAbstractButton):
            return self._takes(watched, event)
        return super().eventFilter(watched, event)

    def _takes(self, button: QAbstractButton, event: QKeyEvent) -> bool:
        card, bar, key = self._card_of(button), self.verticalScrollBar(), Qt.Key(event.key())
        if card is None or event.modifiers():
            return False
        steps = {Qt.Key.Key_Down: 1, Qt.Key.Key_Up: -1}
        pages = {Qt.Key.Key_PageDown: bar.pageStep(), Qt.Key.Key_PageUp: -bar.pageStep()}
        if key in steps:
            cards = self.cards()
            place = cards.index(card) + steps[key]
            if 0 <= place < len(cards):
                self._focus(cards[place], _buttons(card).index(button) if button in _buttons(card) else 0)
        elif key in pages:
            bar.setValue(bar.value() + pages[key])
        return key in steps or key in pages

    @staticmethod
    def _focus(card: Card, column: int) -> None:
        buttons = _buttons(card)
        if buttons:
            # The reason for which Qt knows that keys are used: the ring is shown then.
            buttons[min(column, len(buttons) - 1)].setFocus(Qt.FocusReason.ShortcutFocusReason)


def _buttons(card: Card) -> list[QAbstractButton]:
    """Give what can be pressed on a card, from the left."""
    return [button for button in card.findChildren(QAbstractButton) if button.isEnabled() and not button.isHidden()]
