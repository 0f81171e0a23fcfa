"""A number by slider or field: what can be chosen, what is left open, keys, pointer and what a screen reader hears."""

from __future__ import annotations

from typing import Any

import pytest
from PySide6.QtCore import QPoint, QPointF, Qt
from PySide6.QtGui import QAccessible, QWheelEvent
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from desktop_app.ui.theme import Theme
from desktop_app.ui.widgets.number_slider import NumberSlider

CONTEXTS = range(256, 40_961, 256)
Key = Qt.Key


@pytest.fixture
def made(theme: Theme, qtbot: QtBot) -> Any:
    """Give one for a context that may be left open, of which 8,192 is made then; what it tells comes into `told`."""
    number: Any = NumberSlider("Context", CONTEXTS, theme, left_open=0)
    qtbot.addWidget(number)
    number.set_value(0)
    number.show_automatic(8192)
    number.told = []
    number.changed.connect(lambda: number.told.append(number.value()))
    number.resize(500, 40)
    number.show()
    return number


def shown(number: Any) -> tuple[int, str, bool]:
    return number.slider.value(), number.field.text(), number.automatic.isChecked()


def write(number: Any, text: str, qtbot: QtBot) -> None:
    number.field.setFocus()
    number.field.selectAll()
    qtbot.keyClicks(number.field, text)


def test_what_is_left_open_shows_what_is_made_of_it(made: Any) -> None:
    assert shown(made) == (8192, "8,192", True) and made.value() == 0
    made.show_automatic(4096)
    assert shown(made) == (4096, "4,096", True)
    made.show_automatic(None)
    assert shown(made)[1:] == ("", True)
    assert made.told == []


def test_the_slider_chooses_and_is_left_open_again_by_the_box(made: Any) -> None:
    made.slider.setValue(20_480)
    assert shown(made) == (20_480, "20,480", False) and made.value() == 20_480
    made.automatic.click()
    assert shown(made) == (8192, "8,192", True)
    made.automatic.click()
    assert shown(made) == (8192, "8,192", False)
    assert made.told == [20_480, 0, 8192]


def test_only_whole_steps_are_chosen_the_next_above(made: Any, qtbot: QtBot) -> None:
    made.slider.setValue(5001)
    assert shown(made) == (5120, "5,120", False)
    write(made, "4097", qtbot)
    assert made.value() == 4352 and made.field.text() == "4097"  # while it is being written
    qtbot.keyClick(made.field, Key.Key_Return)
    assert shown(made) == (4352, "4,352", False)
    write(made, "99999", qtbot)
    qtbot.keyClick(made.field, Key.Key_Return)
    assert made.value() <= 40_960


def test_what_is_written_is_chosen_before_the_field_is_left(made: Any, qtbot: QtBot) -> None:
    write(made, "8192", qtbot)
    assert made.value() == 8192 and not made.automatic.isChecked()
    made.field.selectAll()
    qtbot.keyClick(made.field, Key.Key_Delete)
    assert made.value() == 0 and made.automatic.isChecked()
    made.slider.setFocus()
    assert shown(made) == (8192, "8,192", True)


def test_an_empty_field_can_be_written_and_stepped_in(made: Any, qtbot: QtBot) -> None:
    made.show_automatic(None)
    write(made, "256", qtbot)
    assert made.value() == 256
    made.automatic.click()
    made.field.setFocus()
    qtbot.keyClick(made.field, Key.Key_Up)
    assert shown(made) == (512, "512", False)


def test_keys_go_by_steps_and_pages_to_both_ends(made: Any, qtbot: QtBot) -> None:
    made.slider.setFocus()
    told = []
    for key in (Key.Key_Right, Key.Key_Left, Key.Key_PageUp, Key.Key_End, Key.Key_Home):
        qtbot.keyClick(made.slider, key)
        told.append(made.value())
    assert told == [8448, 8192, 10_752, 40_960, 256]
    made.field.setFocus()
    qtbot.keyClick(made.field, Key.Key_Up)
    assert made.value() == 512
    write(made, "1024", qtbot)
    qtbot.keyClick(made.field, Key.Key_Down)
    assert shown(made) == (768, "768", False)


def test_another_number_that_is_set_stays_until_one_is_chosen(made: Any) -> None:
    for value, text in ((5000, "5,000"), (50_000, "50,000")):
        made.set_value(value)
        assert shown(made) == (value, text, False) and made.value() == value
    made.slider.setValue(3000)
    assert made.value() == 3072 and made.slider.maximum() == 40_960


def test_a_press_beside_the_handle_takes_it_there(made: Any, qtbot: QtBot) -> None:
    slider = made.slider
    at = QPoint(slider.width() * 3 // 4, slider.height() // 2)
    for direction, expected in ((Qt.LayoutDirection.LeftToRight, 0.75), (Qt.LayoutDirection.RightToLeft, 0.25)):
        made.setLayoutDirection(direction)
        qtbot.mouseClick(slider, Qt.MouseButton.LeftButton, pos=at)
        assert made.value() / 40_960 == pytest.approx(expected, abs=0.05)


def test_the_wheel_is_left_to_the_page(made: Any) -> None:
    none, plain, phase = Qt.MouseButton.NoButton, Qt.KeyboardModifier.NoModifier, Qt.ScrollPhase.NoScrollPhase
    for part in (made.slider, made.field):
        part.setFocus()
        at = QPointF(part.rect().center())
        wheel = QWheelEvent(at, part.mapToGlobal(at), QPoint(), QPoint(0, -120), none, plain, phase, False)
        QApplication.sendEvent(part, wheel)
        assert not wheel.isAccepted()
    assert made.value() == 0


def test_a_screen_reader_hears_what_it_is_and_the_number_itself(made: Any) -> None:
    made.describe("Tokens that the model sees at once.")
    made.slider.setValue(20_480)
    for part, role in ((made.slider, QAccessible.Role.Slider), (made.field, QAccessible.Role.SpinBox)):
        heard = QAccessible.queryAccessibleInterface(part)
        assert heard.role() is role
        assert heard.text(QAccessible.Text.Name) == "Context"
        assert heard.text(QAccessible.Text.Description) == "Tokens that the model sees at once."
        assert heard.valueInterface().currentValue() == 20_480
    assert made.automatic.accessibleName() == "Context: automatic"


def test_a_number_that_cannot_be_left_open_has_no_box(theme: Theme, qtbot: QtBot) -> None:
    number = NumberSlider("Experts", range(49), theme)
    qtbot.addWidget(number)
    number.show()
    assert number.automatic.isHidden() and number.value() == 0
    number.slider.setValue(12)
    assert number.value() == 12
