"""What a screen reader finds: every control has a name, on the window, on every page and in every dialog."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from types import SimpleNamespace
from typing import Any, cast

import pytest
from PySide6.QtCore import QObject, Signal
from PySide6.QtWidgets import QComboBox, QLineEdit, QPushButton, QVBoxLayout, QWidget
from pytestqt.qtbot import QtBot

from desktop_app.services.backups import Backups
from desktop_app.services.conversations import Conversations
from desktop_app.services.model_library import ModelLibrary
from desktop_app.services.online import make_online
from desktop_app.ui.chosen_keys import ChosenKeys
from desktop_app.ui.diagnostics.diagnostics_dialog import DiagnosticsDialog
from desktop_app.ui.dialogs.about import AboutDialog
from desktop_app.ui.dialogs.backups import BackupsDialog
from desktop_app.ui.dialogs.dialog import Dialog
from desktop_app.ui.dialogs.for_ever import ForEverDialog
from desktop_app.ui.dialogs.shortcuts import ShortcutsDialog
from desktop_app.ui.dialogs.unsaved import UnsavedDialog
from desktop_app.ui.dialogs.upgrade import UpgradeDialog
from desktop_app.ui.library.network_page import NetworkPage
from desktop_app.ui.main_window import MainWindow
from tests.fakes.services import fake_services
from tests.reliability.test_d4_plain_text import Planted
from tests.ui.accessible import unnamed


class _Upgrade(QObject):
    """A copy that is half done."""

    finished = Signal()
    copied, checked = 0.5, 0.0


@pytest.fixture
def planted(tmp_path: Path, make_window: Callable[[Any], MainWindow]) -> Iterator[Planted]:
    services = fake_services(tmp_path)
    services.conversations = Conversations(tmp_path / "hearth.sqlite3")
    words: Any = SimpleNamespace(plant=lambda place: f"the {place}")
    planted = Planted(make_window(services), services, words)
    planted.window.show_context()
    planted.window.show_model_talk()
    planted.window.show_prompts()
    yield planted
    planted.window.close()
    services.conversations.close()


@pytest.mark.posix("Windows has no signals")
def test_every_control_has_a_name_on_the_window_and_its_pages(planted: Planted, qtbot: QtBot) -> None:
    window = planted.window
    found = [name for page in planted.pages() for name in unnamed(page)]
    planted.conversations.ask(planted.id, "One more?", "model")
    planted.settle()
    window.open_conversation(planted.id)
    found += unnamed(window)
    window.actions_.show_commands.trigger()
    found += unnamed(window)
    window.actions_.show_prompts.trigger()
    window.prompts.page.editor.copy.click()
    window.prompts.page.editor.text.setPlainText("{{one}} and {{two}}")
    found += unnamed(window)
    window.prompts.page.closed.emit()
    window.composer.set_text("")
    window.prompts.open_palette()
    found += unnamed(window)

    assert sorted(set(found)) == []


@pytest.mark.posix("Windows has no signals")
def test_every_control_has_a_name_on_the_pages_about_models_and_the_network(planted: Planted, tmp_path: Path) -> None:
    planted.services.library = ModelLibrary(tmp_path / "models", planted.services.preferences, find_starter=lambda: None)
    online = make_online(planted.services, planted.window)
    planted.window.show_models(online)
    found = list[str]()
    for part in ("local", "hub", "downloads", "network"):
        planted.window.models.show(part)
        found += unnamed(planted.window)
    pages = planted.window.findChildren(NetworkPage)
    online.close()
    planted.services.library.close()

    assert len(pages) == 1
    assert sorted(set(found)) == []


@pytest.mark.posix("Windows has no signals")
def test_every_control_has_a_name_in_every_dialog(planted: Planted, tmp_path: Path) -> None:
    window, theme = planted.window, planted.window._appearance.theme
    window.open_conversation(planted.id)
    backups = Backups(planted.conversations, tmp_path / "hearth.sqlite3", tmp_path / "backups")
    others = (
        AboutDialog({"Hearth": "1"}, theme, window),
        BackupsDialog(backups, theme, window),
        DiagnosticsDialog(planted.services, theme, window),
        ForEverDialog([planted.id], True, theme, window),
        ShortcutsDialog(ChosenKeys(window.actions_, window._services.preferences, window), theme, window),
        UnsavedDialog(theme, window),
        UpgradeDialog(cast(Any, _Upgrade(window)), theme),
    )
    found = list[str]()
    for dialog in (*others, *planted.dialogs()):
        dialog.show()
        found += unnamed(dialog)
    backups.close()
    for one in planted.window.findChildren(Dialog):
        one.close()

    assert sorted(set(found)) == []


@pytest.mark.posix("Windows has no signals")
def test_every_entry_of_every_menu_has_a_name(planted: Planted) -> None:
    found = list[str]()
    for menu in planted.menus():
        found += unnamed(menu)
        menu.close()

    assert found == []


def test_planted_a_control_without_a_name_is_found(qtbot: QtBot) -> None:
    box = QWidget()
    qtbot.addWidget(box)
    column = QVBoxLayout(box)
    choice = QComboBox()
    choice.addItem("Chosen")
    for widget in (QPushButton(), QPushButton("Named"), QLineEdit(), choice):
        column.addWidget(widget)
    box.show()

    assert unnamed(box) == ["/QWidget/QPushButton", "/QWidget/QLineEdit", "/QWidget/QComboBox"]
