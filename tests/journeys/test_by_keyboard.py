"""With the keyboard alone and the real engine: from the first start to an answer; and find, edit, branch, export."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication, QRadioButton
from pytestqt.qtbot import QtBot

from desktop_app.chat.message import MessageState
from desktop_app.ui.dialogs.exporting import ExportDialog
from desktop_app.ui.edit_card import EditCard
from desktop_app.ui.transcript.shown import Button, Part
from desktop_app.ui.transcript.transcript_view import TranscriptView
from tests.journeys.test_first_answer import ANSWER_MS, Hearth
from tests.journeys.test_personas import CONTROL, SHIFT, Keys

pytestmark = pytest.mark.timeout(120)

ALT = Qt.KeyboardModifier.AltModifier


@pytest.fixture
def hearth(qtbot: QtBot, tmp_path: Path, starter_model: Path) -> Iterator[Hearth]:
    opened = Hearth(tmp_path, starter_model, qtbot)
    opened.preferences.set("sampling", {"n_predict": 8, "temperature": 0.0})
    opened.preferences.set("export_folder", str(tmp_path / "exported"))
    (tmp_path / "exported").mkdir()
    opened.window.show_prompts()
    yield opened
    opened.close()


def test_from_the_first_start_to_an_answer(hearth: Hearth, qtbot: QtBot) -> None:
    keys = Keys(hearth, qtbot)
    assert keys.at() is hearth.window.composer.edit  # nobody has gone there

    keys.write("Name a colour.")
    answer = keys.answer_after(Qt.Key.Key_Return)

    assert answer.state is MessageState.DONE and answer.text
    assert keys.at() is hearth.window.composer.edit


def test_find_edit_branch_and_export(hearth: Hearth, qtbot: QtBot, tmp_path: Path) -> None:
    keys, window, conversations = Keys(hearth, qtbot), hearth.window, hearth.services.conversations
    view = window.transcript.view
    keys.write("Tell me about the walrus.")
    first = keys.answer_after(Qt.Key.Key_Return).conversation_id
    keys.press(Qt.Key.Key_N, CONTROL)
    keys.write("Name a colour.")
    second = keys.answer_after(Qt.Key.Key_Return).conversation_id
    assert window.conversation.conversation_id == second != first

    # Find it among all, then the word in it.
    keys.press(Qt.Key.Key_F, CONTROL | SHIFT)
    keys.write("walrus")
    qtbot.waitUntil(lambda: (panel := window.sidebar.in_place_of_list) is not None and panel.first_hit() is not None)  # type: ignore[attr-defined]
    keys.press(Qt.Key.Key_Down)
    keys.press(Qt.Key.Key_Return)
    qtbot.waitUntil(lambda: window.conversation.conversation_id == first)
    keys.press(Qt.Key.Key_F, CONTROL)
    with qtbot.waitSignal(view.finding.changed, check_params_cb=lambda _number, n_found: n_found > 0):
        keys.write("walrus")
    keys.press(Qt.Key.Key_Escape)
    assert keys.at() is view

    # Change the question: it is asked again, as a second version.
    press_button(keys, view, 0, Button.EDIT)
    qtbot.waitUntil(lambda: any(one.isAncestorOf(keys.at()) for one in window.findChildren(EditCard)))
    keys.press(Qt.Key.Key_A, CONTROL)
    keys.write("Tell me about the seal.")
    keys.answer_after(Qt.Key.Key_Return, CONTROL)
    branch = hearth.stored(first)
    assert branch[0].text == "Tell me about the seal."
    assert len(conversations.versions(branch[0].id)) == 2

    # Go on from the answer in another conversation.
    qtbot.waitUntil(lambda: keys.at() is view)
    press_button(keys, view, 1, Button.BRANCH)
    qtbot.waitUntil(lambda: window.conversation.conversation_id not in (first, second))
    branched = window.conversation.conversation_id
    assert branched is not None
    assert [one.text for one in hearth.stored(branched)] == [one.text for one in branch]

    # Take it out, as JSON.
    keys.press(Qt.Key.Key_E, CONTROL | SHIFT)
    qtbot.waitUntil(lambda: isinstance(QApplication.focusWidget(), QRadioButton))
    while keys.at().text() != "JSON":  # type: ignore[attr-defined]  # one of the formats
        keys.press(Qt.Key.Key_Down)
    keys.press(Qt.Key.Key_Return)
    qtbot.waitUntil(lambda: bool(list((tmp_path / "exported").iterdir())), timeout=ANSWER_MS)
    qtbot.waitUntil(lambda: not window.findChildren(ExportDialog))
    (file,) = (tmp_path / "exported").iterdir()
    assert "Tell me about the seal." in json.dumps(json.loads(file.read_text("utf-8")))


def press_button(keys: Keys, view: TranscriptView, number: int, button: Button) -> None:
    """Go to a message with Alt and arrows, to its buttons with Tab, along them with arrows, and press one."""
    shown = view.shown
    keys.press(Qt.Key.Key_Up, ALT)
    while shown.focused_message != number:
        keys.press(Qt.Key.Key_Up if shown.focused_message > number else Qt.Key.Key_Down, ALT)
    keys.qtbot.waitUntil(lambda: bool(view.places.parts_of(number)))  # they come when the answer is on disk
    keys.press(Qt.Key.Key_Tab)
    for _ in range(len(Button)):
        if shown.focused == Part(number, -1, button):
            break
        keys.press(Qt.Key.Key_Right)
    assert shown.focused == Part(number, -1, button)
    keys.press(Qt.Key.Key_Return)
