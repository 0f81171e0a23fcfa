"""Keys on messages: from one to the next, to their buttons, through their versions; and what a screen reader is told."""

from __future__ import annotations

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtGui import QAccessible, QContextMenuEvent, QGuiApplication
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QLineEdit, QVBoxLayout, QWidget

from desktop_app.ui.theme import load_theme
from desktop_app.ui.transcript.shown import Button, Part
from desktop_app.ui.transcript.transcript_view import TranscriptView
from tests.bench import corpus
from tests.ui.transcript.views import answer, idle, picture, shown_view, user

ALT = Qt.KeyboardModifier.AltModifier
CODE = "Text\n\n```python\nx = 1\n```\n\nmore\n\n```\ny = 2\n```"


@pytest.fixture
def view(qtbot):
    view = shown_view(qtbot, [user(0, "One"), answer(1, CODE), user(2, "Two"), answer(3, "Second")])
    return reached_by_tab(view, qtbot)


def reached_by_tab(view, qtbot):
    view.activateWindow()
    qtbot.waitUntil(view.isActiveWindow)
    view.clearFocus()
    view.setFocus(Qt.FocusReason.TabFocusReason)
    qtbot.waitUntil(view.hasFocus)
    return view


def pressed(view, qtbot, key, modifiers=Qt.KeyboardModifier.NoModifier) -> list[str]:
    with qtbot.waitSignal(view.button_pressed) as signal:
        QTest.keyClick(view, key, modifiers)
    return signal.args[:2]


def test_tab_comes_to_the_last_message_on_screen(view):
    assert (view.shown.focused_message, view.shown.focused) == (3, None)


def test_alt_and_arrows_go_from_message_to_message(view):
    for key, number in ((Qt.Key.Key_Up, 2), (Qt.Key.Key_Up, 1), (Qt.Key.Key_Down, 2)):
        QTest.keyClick(view, key, ALT)
        assert view.shown.focused_message == number


def test_a_message_far_away_comes_on_screen(qtbot):
    view = reached_by_tab(shown_view(qtbot, corpus.conversation(40)), qtbot)
    for _ in range(25):
        QTest.keyClick(view, Qt.Key.Key_Up, ALT)
    number = view.shown.focused_message
    top = view.conversation.tops[number] - view.places.value
    assert number == 14 and -20 <= top < view.viewport().height()


def test_plain_arrows_scroll_and_focus_stays(qtbot):
    view = reached_by_tab(shown_view(qtbot, corpus.conversation(10)), qtbot)
    number, value = view.shown.focused_message, view.verticalScrollBar().value()
    QTest.keyClick(view, Qt.Key.Key_Up)
    assert view.verticalScrollBar().value() < value
    assert view.shown.focused_message == number


def test_tab_left_and_right_reach_every_button_and_enter_presses_it(view, qtbot):
    QTest.keyClick(view, Qt.Key.Key_Up, ALT)
    QTest.keyClick(view, Qt.Key.Key_Up, ALT)
    QTest.keyClick(view, Qt.Key.Key_Tab)
    assert view.shown.focused == Part(1)
    QTest.keyClick(view, Qt.Key.Key_Right)
    assert pressed(view, qtbot, Qt.Key.Key_Return) == ["regenerate", "m1"]
    assert pressed(view, qtbot, Qt.Key.Key_Space) == ["regenerate", "m1"]
    QTest.keyClick(view, Qt.Key.Key_Left)
    QTest.keyClick(view, Qt.Key.Key_Left)
    assert view.shown.focused is not None and view.shown.focused.box > 0
    QTest.keyClick(view, Qt.Key.Key_Return)
    assert QGuiApplication.clipboard().text() == "y = 2"
    QTest.keyClick(view, Qt.Key.Key_Left)
    with qtbot.waitSignal(view.save_requested) as saved:
        QTest.keyClick(view, Qt.Key.Key_Return)
    assert saved.args[1] == "y = 2\n"
    QTest.keyClick(view, Qt.Key.Key_Left)
    QTest.keyClick(view, Qt.Key.Key_Return)
    assert QGuiApplication.clipboard().text() == "x = 1"
    QTest.keyClick(view, Qt.Key.Key_Escape)
    assert (view.shown.focused_message, view.shown.focused) == (1, None)


def test_the_third_tab_leaves_the_transcript(qtbot):
    window = QWidget()
    qtbot.addWidget(window)
    view, field = TranscriptView(load_theme("light", 1.0)), QLineEdit()
    view.set_messages([user(0, "One"), answer(1, "First")])
    column = QVBoxLayout(window)
    column.addWidget(view)
    column.addWidget(field)
    window.resize(900, 700)
    window.show()
    reached_by_tab(view, qtbot)
    QTest.keyClick(view, Qt.Key.Key_Tab)
    assert view.hasFocus() and view.shown.focused == Part(1)
    QTest.keyClick(view, Qt.Key.Key_Tab)
    assert field.hasFocus() and view.shown.focused_message == -1
    QTest.keyClick(field, Qt.Key.Key_Backtab)
    assert view.hasFocus() and view.shown.focused is None


def test_no_key_alone_removes_anything(view, qtbot):
    with qtbot.assertNotEmitted(view.button_pressed):
        for key in (Qt.Key.Key_Delete, Qt.Key.Key_Backspace, Qt.Key.Key_D, Qt.Key.Key_X):
            QTest.keyClick(view, key)


def test_alt_left_and_right_leaf_through_versions(view, qtbot):
    with qtbot.assertNotEmitted(view.button_pressed):
        QTest.keyClick(view, Qt.Key.Key_Left, ALT)
    view.set_versions({"m3": ("a", "m3", "b")})
    assert pressed(view, qtbot, Qt.Key.Key_Left, ALT) == ["previous", "m3"]
    assert pressed(view, qtbot, Qt.Key.Key_Right, ALT) == ["next", "m3"]


def test_a_press_of_the_mouse_ends_it(view):
    QTest.mouseClick(view.viewport(), Qt.MouseButton.LeftButton, pos=QPoint(5, 5))
    assert view.shown.focused_message == -1


def test_the_ring_is_drawn_around_what_has_the_keyboard(view):
    on_message = picture(view)
    QTest.keyClick(view, Qt.Key.Key_Tab)
    on_button = picture(view)
    view.clearFocus()
    idle(view)
    assert len({bytes(one.constBits()) for one in (on_message, on_button, picture(view))}) == 3


def test_the_menu_key_asks_for_the_menu_of_the_message(view, qtbot):
    QTest.keyClick(view, Qt.Key.Key_Up, ALT)
    event = QContextMenuEvent(QContextMenuEvent.Reason.Keyboard, QPoint(1, 1), QPoint(1, 1))
    with qtbot.waitSignal(view.menu_requested) as signal:
        QApplication.sendEvent(view, event)
    assert signal.args[:2] == ["m2", ""]
    assert view.viewport().rect().contains(view.viewport().mapFromGlobal(signal.args[2]))


def test_the_right_button_asks_for_the_menu_of_what_is_below_it(qtbot):
    view = shown_view(qtbot, [user(0, "One"), answer(1, "[here](https://example.org/)")])
    point = QPoint(view.places.x + 10, view.conversation.tops[1] - view.places.value + 32)
    for at, expected in ((point, ["m1", "https://example.org/"]), (QPoint(3, 690), ["", ""])):
        event = QContextMenuEvent(QContextMenuEvent.Reason.Mouse, at, view.viewport().mapToGlobal(at))
        with qtbot.waitSignal(view.menu_requested) as signal:
            QApplication.sendEvent(view.viewport(), event)
        assert signal.args[:2] == expected


def test_a_screen_reader_finds_the_buttons_below_their_message(view):
    message = QAccessible.queryAccessibleInterface(view).child(1)
    assert message.childCount() == len(view.places.parts_of(1))
    names = [message.child(index).text(QAccessible.Text.Name) for index in range(message.childCount())]
    copying = [name for name in names if name.startswith(("Copy", "Regenerate"))]
    assert copying[:4] == ["Copy code: Python", "Copy code: Code", "Copy", "Regenerate"]
    place = names.index("Regenerate")
    button = message.child(place)
    assert button.role() is QAccessible.Role.Button
    assert button.rect().size() == view.places.part_rect(Part(1, -1, Button.REGENERATE)).size()
    assert message.indexOfChild(button) == place and message.child(99) is None
    QTest.keyClick(view, Qt.Key.Key_Tab)
    found = QAccessible.queryAccessibleInterface(view).child(3)
    assert found.child(0).state().focused and not found.state().focused


def test_a_screen_reader_presses_a_button_and_brings_the_keyboard_to_it(view, qtbot):
    message = QAccessible.queryAccessibleInterface(view).child(1)
    regenerate = message.button(Part(1, -1, Button.REGENERATE))
    view.verticalScrollBar().setValue(view.verticalScrollBar().maximum())
    with qtbot.waitSignal(view.button_pressed) as pressed:
        regenerate.doAction(regenerate.pressAction())
    assert pressed.args[:2] == ["regenerate", view.conversation.messages[1].message.id]
    view.clearFocus()
    regenerate.doAction(regenerate.setFocusAction())
    qtbot.waitUntil(lambda: regenerate.state().focused)
    assert view.hasFocus() and view.message_focus.part == regenerate.part
    assert regenerate.actionNames() == [regenerate.pressAction(), regenerate.setFocusAction()]
    with qtbot.assertNotEmitted(view.button_pressed):
        message.button(Part(1, -1, Button.CONTINUE)).doAction(regenerate.pressAction())
        QApplication.processEvents()
