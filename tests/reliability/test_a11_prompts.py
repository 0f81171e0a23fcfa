"""A11: no single key takes a prompt template or a persona away; what is removed can be brought back, for a month at least."""

from __future__ import annotations

import gc
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QDesktopServices
from PySide6.QtWidgets import QPushButton, QWidget
from pytestqt.qtbot import QtBot

from desktop_app.chat.persona import Persona
from desktop_app.services.conversations import Conversations
from desktop_app.services.engine import EngineState
from desktop_app.storage import personas as persona_store
from desktop_app.storage import templates as template_store
from desktop_app.templates.template import PromptTemplate
from desktop_app.ui.main_window import MainWindow
from tests.fakes.services import fake_services, model_info
from tests.reliability import test_a11_keys
from tests.reliability.test_a11_keys import KEYS as EVERY_KEY
from tests.reliability.test_a11_keys import Desk, _close_others, _name, press_all, targets

ENDING = {"Remove"}
"""The button that is there to take something away; a notice brings it back."""
KEYS = [
    Qt.Key.Key_Delete, Qt.Key.Key_Backspace, Qt.Key.Key_Clear, Qt.Key.Key_Cut, Qt.Key.Key_Escape, Qt.Key.Key_Minus, Qt.Key.Key_D,
    Qt.Key.Key_Return,
]  # fmt: skip
"""What may take something away. The list gets every key that writes nothing, too; a letter only looks for a title there."""
LIST_KEYS = [key for key in EVERY_KEY if key.value >= Qt.Key.Key_Escape.value or key in KEYS]


class PromptDesk(Desk):
    """A desk with templates and personas of the person's own."""

    def _fill(self) -> None:
        super()._fill()
        self.services.engine.become(EngineState.READY, model_info())
        self.window.show_prompts()
        self.template = self.window.prompts.templates.new(PromptTemplate("", "", "Say {{word}}"), "A template of mine")
        self.window.prompts.templates.save(self.template.replaced(text="Tell {{word}}"), keeps_version=True)
        self.persona = self.window.personas.personas.new(Persona("", "A persona of mine", suggestions=("Hello",)))
        self.window.personas.personas.choose(self.ids[0], self.persona.id)
        self.settle()

    def kept(self) -> dict[Any, Any]:
        """Give everything on disk that no key may take away."""
        found = super().kept()
        database = self.conversations.databases()[-1]
        found |= {("template", one.id): True for one in template_store.templates(database)}
        found |= {("version", one.id): one.template.text for one in template_store.versions(database, self.template.id)}
        found |= {("persona", one.id): True for one in persona_store.personas(database)}
        found |= {("persona of", id_): self.conversations.get(id_).persona_id for id_ in self.ids}
        return found


def prompts_page(desk: PromptDesk) -> QWidget:
    if desk.window.centre.page is not desk.window.prompts.page:
        desk.window.prompts.toggle_page()
    page = desk.window.prompts.page
    page.show_one(desk.template)
    assert page.editor.value.id == desk.template.id
    return page


def personas_page(desk: PromptDesk) -> QWidget:
    if desk.window.centre.page is not desk.window.personas.page:
        desk.window.personas.toggle_page()
    page = desk.window.personas.page
    page.show_one(desk.persona)
    assert page.editor.value.id == desk.persona.id
    return page


@pytest.fixture
def desk(
    tmp_path: Path, make_window: Callable[[Any], MainWindow], monkeypatch: pytest.MonkeyPatch, qtbot: QtBot
) -> Iterator[PromptDesk]:
    monkeypatch.setattr(QDesktopServices, "openUrl", lambda _url: True)
    monkeypatch.setattr(test_a11_keys, "ENDING", test_a11_keys.ENDING | ENDING)
    services = fake_services(tmp_path)
    services.conversations = Conversations(tmp_path / "hearth.sqlite3")
    desk = PromptDesk(make_window(services), services, qtbot)
    yield desk
    _close_others(desk.window)
    desk.window.leaving.ask_nothing()
    desk.window.close()
    services.conversations.close()
    gc.unfreeze()


@pytest.mark.parametrize("place", [prompts_page, personas_page], ids=lambda place: place.__name__)
def test_no_single_key_takes_anything_away(
    desk: PromptDesk, place: Callable[[Any], QWidget], monkeypatch: pytest.MonkeyPatch
) -> None:
    names = list(dict.fromkeys(_name(one) for one in targets(desk.at(place))))
    before = desk.kept()
    for name in names:
        monkeypatch.setattr(test_a11_keys, "KEYS", LIST_KEYS if name[0] == "QListView" else KEYS)
        press_all(desk, place, name)
        after = desk.kept()
        assert {key: (value, after.get(key)) for key, value in before.items() if after.get(key) != value} == {}, name
        before = after
    assert {kind for kind, _ in names} >= {"QListView", "QPlainTextEdit", "QLineEdit", "QPushButton"} and len(names) >= 10


@pytest.mark.parametrize("place", [prompts_page, personas_page], ids=lambda place: place.__name__)
def test_what_is_removed_can_be_brought_back(desk: PromptDesk, place: Callable[[Any], QWidget]) -> None:
    before = desk.kept()
    page = desk.at(place)
    next(one for one in page.findChildren(QPushButton) if one.text() == "Remove").click()
    assert desk.kept() != before

    [one for one in desk.window.notices.findChildren(QPushButton) if one.text() == "Undo"][-1].click()

    assert desk.kept() == before
