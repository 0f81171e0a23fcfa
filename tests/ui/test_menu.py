"""Popup menus: what has a submenu says so in our own hand."""

from __future__ import annotations

from PySide6.QtCore import QPoint, QRect
from PySide6.QtGui import QImage
from PySide6.QtWidgets import QApplication, QWidget
from pytestqt.qtbot import QtBot

from desktop_app.ui.theme import load_theme, palette, style_sheet
from desktop_app.ui.widgets.menu import make_menu


def inked(picture: QImage, place: QRect) -> set[tuple[int, int]]:
    """Give the pixels of `place` that are not as its corner."""
    part = picture.copy(place)
    ground = part.pixel(QPoint(0, 0))
    return {(x, y) for x in range(part.width()) for y in range(part.height()) if part.pixel(QPoint(x, y)) != ground}


def test_a_submenu_is_shown_by_a_chevron_at_its_end(qtbot: QtBot, qapp: QApplication) -> None:
    theme = load_theme("dark", 1.0)
    qapp.setPalette(palette(theme))
    qapp.setStyleSheet(style_sheet(theme))
    parent = QWidget()
    qtbot.addWidget(parent)
    menu = make_menu(parent, ends_itself=False)
    plain = menu.addAction("Rename")
    folder = make_menu(menu, ends_itself=False)
    folder.setTitle("Move to folder")
    folder.addAction("Work")
    menu.addMenu(folder)
    menu.setMinimumWidth(220)
    menu.resize(menu.sizeHint())
    menu.show()
    picture = menu.grab().toImage()

    def at_the_end(row: QRect) -> QRect:
        return QRect(row.right() - 24, row.top() + 2, 18, row.height() - 4)

    assert not inked(picture, at_the_end(menu.actionGeometry(plain)))
    drawn = inked(picture, at_the_end(menu.actionGeometry(folder.menuAction())))
    qapp.setStyleSheet("")
    # Strokes of the icon, not the filled triangle of the style.
    assert 8 <= len(drawn) <= 40
