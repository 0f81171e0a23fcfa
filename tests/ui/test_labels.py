"""A label that breaks its lines gives them room, and asks for as much as it takes."""

from __future__ import annotations

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QFontMetrics
from pytestqt.qtbot import QtBot

from desktop_app.ui.theme import Theme
from desktop_app.ui.widgets.labels import N_WIDTHS_KEPT, PITCH, ElidedLabel, PlainLabel, shortened

PARAGRAPH = "The starter model below can answer right away, but it is tiny and meant for trying out.\nSecond paragraph."


def rows_with_ink(label: PlainLabel) -> list[int]:
    """Give the rows of pixels on which something stands."""
    image = label.grab().toImage()
    ground = image.pixelColor(image.width() - 1, image.height() - 1)
    return [y for y in range(image.height()) if any(image.pixelColor(x, y) != ground for x in range(image.width()))]


@pytest.fixture
def label(qtbot: QtBot, theme: Theme) -> PlainLabel:
    label = PlainLabel(PARAGRAPH)
    qtbot.addWidget(label)
    label.setFont(theme.font(14))
    label.setWordWrap(True)
    return label


@pytest.mark.parametrize("width", [120, 240, 480])
def test_it_asks_for_the_height_that_its_lines_take(label: PlainLabel, width: int) -> None:
    label.resize(width, label.heightForWidth(width))
    label.show()
    rows = rows_with_ink(label)
    assert rows[0] < QFontMetrics(label.font()).height()
    assert label.height() - 8 < rows[-1] < label.height(), "the last line is whole, and nothing is empty below it"


def test_lines_stand_apart_and_one_line_is_as_high_as_ever(label: PlainLabel) -> None:
    label.setText("one")
    one = label.heightForWidth(400)
    assert 0 <= one - QFontMetrics(label.font()).height() <= 1, "but for a rounding"
    label.setText("one\ntwo\nthree")
    assert label.heightForWidth(400) == one + 2 * round(14 * PITCH)


def test_margins_are_added(label: PlainLabel) -> None:
    inside = label.heightForWidth(200)
    label.setContentsMargins(10, 4, 10, 6)
    assert label.heightForWidth(220) == inside + 10


def test_what_was_measured_is_forgotten_with_what_it_was_measured_of(label: PlainLabel, theme: Theme) -> None:
    before = label.heightForWidth(240)
    label.setFont(theme.font(28))
    larger = label.heightForWidth(240)
    label.setText("Short.")
    short = label.heightForWidth(240)
    label.setContentsMargins(0, 10, 0, 10)

    assert short < before < larger
    assert label.heightForWidth(240) == short + 20
    for width in range(100, 600):
        label.heightForWidth(width)
    assert len(label._heights) <= N_WIDTHS_KEPT + 1


def test_a_word_that_is_too_long_is_broken(label: PlainLabel) -> None:
    label.setText("a" * 200)
    label.resize(100, label.heightForWidth(100))
    assert label.height() > 5 * 14


@pytest.mark.parametrize(("alignment", "is_at_top"), [(Qt.AlignmentFlag.AlignTop, True), (Qt.AlignmentFlag.AlignBottom, False)])
def test_it_stands_where_it_is_asked_to(label: PlainLabel, alignment: Qt.AlignmentFlag, is_at_top: bool) -> None:
    label.setText("one")
    label.setAlignment(alignment)
    label.resize(100, 100)
    label.show()
    assert (rows_with_ink(label)[0] < 50) is is_at_top


def test_a_sentence_runs_as_its_own_script_does(qtbot: QtBot) -> None:
    def first_ink(text: str) -> int:
        label = PlainLabel(text)
        qtbot.addWidget(label)
        label.setWordWrap(True)
        label.resize(200, 40)
        image = label.grab().toImage()
        columns = (x for x in range(image.width()) for y in range(20) if image.pixel(x, y) != image.pixel(199, 39))
        return next(columns)

    # The stop and the word, and only the stop stands low: nothing is drawn where it is, in the upper half.
    assert first_ink("\u05e9\u05dc\u05d5\u05dd\u05dd.") > first_ink("\u05e9\u05dc\u05d5\u05dd\u05dd")


def test_words_that_are_read_whole_or_not_at_all(qtbot: QtBot) -> None:
    label = ElidedLabel("caption", is_whole=True)
    qtbot.addWidget(label)
    label.setText("Shift + Enter begins a new line")
    label.resize(label.sizeHint())
    label.show()
    assert label.text() == "Shift + Enter begins a new line"
    label.resize(label.width() // 2, label.height())
    assert label.text() == "" and label.accessibleName() == "Shift + Enter begins a new line"


def test_what_is_shortened_ends_with_a_whole_word_where_there_are_words(qtbot: QtBot, theme: Theme) -> None:
    metrics = QFontMetrics(theme.font(14))
    title = "Plan the garden with mapping date ranges"
    for width in range(metrics.horizontalAdvance("Plan the garden wi…"), metrics.horizontalAdvance(title)):
        shown = shortened(title, metrics, width)
        assert title.startswith(shown[:-1] + " ") and shown.endswith("…")
        assert metrics.horizontalAdvance(shown) <= width
    assert shortened(title, metrics, metrics.horizontalAdvance(title) + 1) == title
    chinese = "请帮我计划一次去海边的旅行并写出清单"
    assert len(shortened(chinese, metrics, metrics.horizontalAdvance(chinese[:10]))) in (9, 10)
    long = "Incomprehensibilities of the world"
    assert shortened(long, metrics, metrics.horizontalAdvance("Incompre…")).startswith("Incompr")


def test_what_warns_has_its_sign_beside_the_first_line(qtbot: QtBot, theme: Theme) -> None:
    label = PlainLabel(PARAGRAPH)
    qtbot.addWidget(label)
    label.setFont(theme.font(14))
    label.setWordWrap(True)
    label.resize(240, 200)
    height, picture = label.heightForWidth(240), label.grab().toImage()

    label.set_kind("warning")

    assert label.heightForWidth(240) >= height, "the words have less room"
    assert label.grab().toImage() != picture
    label.set_kind("secondary")
    assert label.heightForWidth(240) <= height
