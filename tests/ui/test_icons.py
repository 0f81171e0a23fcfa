"""The icons are one family: the same grid, the same stroke, rounded ends, and the colour that is asked for."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from PySide6.QtCore import QSize
from PySide6.QtGui import QColor, QImage
from pytestqt.qtbot import QtBot

from desktop_app.resources import resource
from desktop_app.ui.icons import APPLICATION_SIZES, application_icon, pixmap

FOLDER = resource("icons", "check.svg").parent
NAMES = sorted(path.stem for path in FOLDER.glob("*.svg") if path.stem != "hearth")
SHARED = {"width": "24", "height": "24", "viewBox": "0 0 24 24", "stroke": "currentColor", "stroke-width": "1.6",
          "stroke-linecap": "round", "stroke-linejoin": "round"}  # fmt: skip
COLOUR = "#B5480F"
SIDE = 48
MARGIN = SIDE * 2 // 24
"""Two units of the grid are left free around every drawing, but for half a stroke."""


def head_of(svg: str) -> dict[str, str]:
    """Give the attributes of the picture itself."""
    (head,) = re.findall(r"<svg ([^>]*)>", svg)
    return dict(re.findall(r'([\w-]+)="([^"]*)"', head))


def is_of_the_family(svg: str) -> bool:
    """Tell whether an icon shares grid, stroke and ends with the others."""
    head = head_of(svg)
    colours = set(re.findall(r'(?:fill|stroke)="([^"]*)"', svg))
    return head.items() >= SHARED.items() and colours <= {"none", "currentColor"} and head["fill"] in ("none", "currentColor")


def ink_of(image: QImage) -> tuple[int, int, int, int]:
    """Give the left, top, right and bottom of what is drawn."""
    places = [(x, y) for y in range(image.height()) for x in range(image.width()) if image.pixelColor(x, y).alpha() > 40]
    xs, ys = [x for x, _ in places], [y for _, y in places]
    return min(xs), min(ys), max(xs), max(ys)


@pytest.mark.parametrize("name", NAMES)
def test_an_icon_is_of_the_family(name: str) -> None:
    assert is_of_the_family((FOLDER / f"{name}.svg").read_text("utf-8"))


@pytest.mark.parametrize("name", NAMES)
def test_an_icon_keeps_to_the_grid_and_takes_the_colour(name: str, qtbot: QtBot) -> None:
    image = pixmap(name, COLOUR, SIDE).toImage()
    left, top, right, bottom = ink_of(image)
    assert min(left, top) >= MARGIN - 2
    assert max(right, bottom) < SIDE - MARGIN + 2
    inked = [image.pixelColor(x, y) for x in range(left, right + 1) for y in range(top, bottom + 1)]
    wanted, whole = QColor(COLOUR), [one for one in inked if one.alpha() == 255]
    for part in (QColor.red, QColor.green, QColor.blue):
        assert max(abs(part(one) - part(wanted)) for one in whole) <= 2, "but for a rounding"


@pytest.mark.parametrize(
    ("right", "wrong"),
    [
        ('stroke-width="1.6"', 'stroke-width="2"'),
        ("round", "butt"),
        ("0 0 24 24", "0 0 20 20"),
        ('="currentColor"', '="#000000"'),
    ],
)
def test_a_stranger_is_found(right: str, wrong: str) -> None:
    svg = Path(FOLDER / "folder.svg").read_text("utf-8")
    assert is_of_the_family(svg)
    assert not is_of_the_family(svg.replace(right, wrong, 1))


def test_the_application_has_an_icon_in_every_size(qtbot: QtBot) -> None:
    icon = application_icon()
    for size in APPLICATION_SIZES:
        image = icon.pixmap(QSize(size, size)).toImage()
        assert (image.width(), image.height()) == (size, size)
        assert image.pixelColor(size // 2, size * 3 // 4).alpha() == 255
        assert QColor(image.pixelColor(0, 0)).alpha() == 0
