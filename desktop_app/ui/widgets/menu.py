"""Popup menus with round corners; their texts are literal: & and tabs in a name mean nothing."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from PySide6.QtCore import Qt

if TYPE_CHECKING:
    from PySide6.QtWidgets import QMenu, QWidget

_KEYS_GAP = 16


def make_menu(parent: QWidget, *, ends_itself: bool = True) -> QMenu:
    """Give an empty menu that ends itself when it closes; a submenu must not, it opens and closes with the mouse."""
    from desktop_app.ui.widgets.popup import Popup

    menu = Popup(parent)
    menu.setWindowFlags(menu.windowFlags() | Qt.WindowType.FramelessWindowHint | Qt.WindowType.NoDropShadowWindowHint)
    # The corners outside the rounded border of the style sheet.
    menu.setAttribute(Qt.WidgetAttribute.WA_TranslucentBackground)
    menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose, ends_itself)
    menu.aboutToShow.connect(partial(_part_keys, menu))
    return menu


def _part_keys(menu: QMenu) -> None:
    """Keep the keys apart from the words, between which Qt leaves 12 pixels: they stand at the right end."""
    if any("\t" in action.text() or not action.shortcut().isEmpty() for action in menu.actions()):
        menu.setMinimumWidth(menu.sizeHint().width() + _KEYS_GAP)


def menu_text(text: str, trailing: str = "") -> str:
    """Give `text` for an action, with `trailing` at the right end of its row."""
    literal = " ".join(text.split()).replace("&", "&&")
    return f"{literal}\t{trailing}" if trailing else literal
