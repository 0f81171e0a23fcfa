"""Everything is in one list, and on one sheet with its keys."""

from __future__ import annotations

from PySide6.QtCore import QCoreApplication, QEvent, Qt
from PySide6.QtWidgets import QLineEdit
from pytestqt.qtbot import QtBot

from desktop_app.ui.commands import Commands
from desktop_app.ui.dialogs.shortcuts import ShortcutsDialog
from desktop_app.ui.main_window import MainWindow
from desktop_app.ui.palette.palette import Palette


def _opened(window: MainWindow) -> Palette:
    Commands(window.actions_, window._services.preferences, window._appearance, window)
    window.actions_.show_commands.trigger()
    return next(one for one in window.findChildren(Palette) if one.isVisible())


def test_every_action_is_in_the_list_with_words(window: MainWindow) -> None:
    palette = _opened(window)
    titles = [str(palette.model.index(row).data()) for row in range(palette.model.rowCount())]

    assert len(titles) == len(window.actions_.all()) - 1
    assert all(titles)
    assert "New chat" in titles


def test_a_command_is_found_and_done(window: MainWindow, qtbot: QtBot) -> None:
    palette = _opened(window)
    qtbot.keyClicks(palette.field, "larger")
    with qtbot.waitSignal(window.actions_.zoom_in.triggered):
        qtbot.keyClick(palette.field, Qt.Key.Key_Return)

    assert not [one for one in window.findChildren(Palette) if one.isVisible()]
    assert window.composer.edit.hasFocus()


def test_what_cannot_be_done_now_is_not_done(window: MainWindow, qtbot: QtBot) -> None:
    window.actions_.stop.setEnabled(False)
    palette = _opened(window)
    done: list[bool] = []
    window.actions_.stop.triggered.connect(done.append)
    qtbot.keyClicks(palette.field, "stop")
    assert palette.model.index(0).data() == "Stop"
    assert not palette.model.index(0).flags() & Qt.ItemFlag.ItemIsEnabled
    palette._on_clicked(palette.model.index(0))

    assert done == []


def test_the_sheet_has_all_keys(window: MainWindow) -> None:
    Commands(window.actions_, window._services.preferences, window._appearance, window)
    window.actions_.show_shortcuts.trigger()
    (sheet,) = window.findChildren(ShortcutsDialog)
    shown = {row.label.text(): row.button.text() for row in sheet.rows.values()}

    assert len(shown) == len(window.actions_.all())
    assert shown["New chat"] == "Ctrl+N" and shown["Next match"] == "F3, Ctrl+G" and shown["Stop"] == "Esc"
    sheet.close()


def test_no_two_actions_have_the_same_key(window: MainWindow) -> None:
    keys = [key.toString() for action in window.actions_.all().values() for key in action.shortcuts()]

    assert len(keys) == len(set(keys))


def test_the_keyboard_was_at_something_that_has_gone_meanwhile(window: MainWindow, qtbot: QtBot) -> None:
    field = QLineEdit(window)
    field.show()
    field.setFocus()
    palette = _opened(window)
    field.deleteLater()
    QCoreApplication.sendPostedEvents(field, QEvent.Type.DeferredDelete.value)
    with qtbot.captureExceptions() as raised:
        qtbot.keyClick(palette.field, Qt.Key.Key_Escape)

    assert raised == []
    assert not [one for one in window.findChildren(Palette) if one.isVisible()]
