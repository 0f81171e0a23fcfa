"""D2: addresses in personas and prompt templates lead nowhere, wherever their texts stand and wherever they are pressed."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from PySide6.QtCore import QCoreApplication, QObject, QPoint, Qt, QUrl, Slot
from PySide6.QtGui import QDesktopServices
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QLabel, QPlainTextEdit, QTextEdit, QWidget

from desktop_app.services.conversations import Conversations
from desktop_app.services.engine import EngineState
from desktop_app.ui.dialogs.links import LinkDialog
from desktop_app.ui.dialogs.prompt_form import PromptForm
from desktop_app.ui.main_window import MainWindow
from desktop_app.ui.personas.greeting import Greeting
from tests.fakes.services import fake_services, model_info
from tests.reliability.planted_personas import hostile_template, persona_pages

ADDRESSES = ("file:///etc/passwd", "javascript:alert(1)", "smb://host/x", "https://evil.example/")
SCHEMES = ("https", "file", "smb", "javascript")
STEP_X, STEP_Y = 40, 14
Shown = QLabel | QPlainTextEdit | QTextEdit


class Opened(QObject):
    """Takes what would be opened."""

    def __init__(self) -> None:
        super().__init__()
        self.addresses: list[str] = []

    @Slot(QUrl, result=bool)
    def take(self, url: QUrl) -> bool:
        """Remember it."""
        self.addresses.append(url.toString())
        return True


def plant(_place: str) -> str:
    """Give addresses as links in all the forms that somebody may read as one; short, since a description is."""
    return " ".join(f'<a href="{one}">{one}</a> [x]({one})' for one in ADDRESSES)


def press_all(root: QWidget) -> int:
    """Press everything that shows text and is no button, all over; gives how often. What it shows stays what it is."""
    QCoreApplication.processEvents()
    n_pressed = 0
    widgets: list[Shown] = [*root.findChildren(QLabel), *root.findChildren(QPlainTextEdit), *root.findChildren(QTextEdit)]
    for widget in widgets:
        target = widget if isinstance(widget, QLabel) else widget.viewport()
        if not target.isVisible():
            continue
        before = _text(widget)
        for y in range(STEP_Y // 2, min(target.height(), 120), STEP_Y):
            for x in range(4, min(target.width(), 600), STEP_X):
                for modifier in (Qt.KeyboardModifier.NoModifier, Qt.KeyboardModifier.ControlModifier):
                    QTest.mouseClick(target, Qt.MouseButton.LeftButton, modifier, QPoint(x, y))
                    n_pressed += 1
        assert _text(widget) == before, "it shows something else now"
    QCoreApplication.processEvents()
    return n_pressed


def _text(widget: Shown) -> str:
    return widget.text() if isinstance(widget, QLabel) else widget.toPlainText()


@pytest.fixture
def window(tmp_path: Path, make_window: Callable[[Any], MainWindow]) -> Iterator[MainWindow]:
    services = fake_services(tmp_path)
    services.conversations = Conversations(tmp_path / "hearth.sqlite3")
    window = make_window(services)
    services.engine.become(EngineState.READY, model_info())
    yield window
    window.close()
    services.conversations.close()


def test_addresses_lead_nowhere(window: MainWindow, monkeypatch: pytest.MonkeyPatch) -> None:
    opened = Opened()
    monkeypatch.setattr(QDesktopServices, "openUrl", opened.take)
    # A label that follows links does so without Python.
    for scheme in SCHEMES:
        QDesktopServices.setUrlHandler(scheme, opened, "take")  # type: ignore[arg-type]  # bytes, as declared, are not taken
    conversation_id = window._services.conversations.ask(None, "hello", "m")
    assert window._services.conversations.flush()

    n_pressed = [press_all(page) for page in persona_pages(plant, window, conversation_id)]
    form = PromptForm(hostile_template(plant), {}, window._appearance.theme, window)
    form.show()
    n_pressed.append(press_all(form))
    form.close()

    assert sum(n_pressed) > 500 and n_pressed[0] > 10
    assert opened.addresses == [] and window.findChildren(LinkDialog) == []
    greeting = window.findChild(Greeting)
    assert greeting is not None and plant("")[:200] in greeting.description.text()
    for scheme in SCHEMES:
        QDesktopServices.unsetUrlHandler(scheme)
