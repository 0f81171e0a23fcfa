"""What the buttons and the menu of a message do, with conversations in a real file."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QApplication, QMenu

from desktop_app.chat.message import MessageState
from desktop_app.library.facts import ModelFacts
from desktop_app.library.model_file import ModelFile
from desktop_app.services.engine import EngineState
from desktop_app.ui.dialogs.compare import CompareDialog
from desktop_app.ui.model_choice import N_ROWS
from desktop_app.ui.transcript.shown import Button, Part
from tests.fakes.services import model_info
from tests.ui.talks import STATS, Talk

CODE = "Text with **weight**\n\n```python\nx = 1\n```\n\n```\ny = 2\n```"
OTHER = Path("/models/other.gguf")


@pytest.fixture
def talk(services: Any, make_window: Callable[[Any], Any], tmp_path: Path, qtbot: Any) -> Iterator[Talk]:
    talk = Talk(services, make_window, tmp_path, qtbot)
    services.engine.become(EngineState.READY, model_info())
    talk.open(talk.say("Why?", "Because."))
    yield talk
    talk.close()


def rows(menu: QMenu) -> list[str]:
    """Give what a menu offers, the rows of another feature left out."""
    found = [action.text().partition("\t")[0] for action in menu.actions() if not action.isSeparator()]
    return [row for row in found if not row.startswith("Export")]


def menu_of(talk: Talk, number: int) -> QMenu:
    talk.view.menu_requested.emit(talk.branch[number].id, "", QPoint(10, 10))
    menu = QApplication.activePopupWidget()
    assert isinstance(menu, QMenu)
    return menu


def test_regenerate_puts_an_empty_answer_beside_the_old_one(talk: Talk) -> None:
    old = talk.branch[1]
    talk.do("regenerate", 1)
    new = talk.branch[1]
    assert new.id != old.id and new.state is MessageState.GENERATING and new.model == "Starter model (tiny)"
    assert talk.shown() == ["Why?", ""]
    talk.end("Therefore.")
    assert talk.shown() == ["Why?", "Therefore."]
    layout = talk.view.conversation.messages[1]
    assert (layout.n_version, layout.n_versions) == (2, 2)


def test_versions_are_leafed_through_with_the_row_and_with_keys(talk: Talk) -> None:
    talk.do("regenerate", 1)
    talk.end("Therefore.")
    point = talk.view.places.part_rect(Part(1, -1, Button.PREVIOUS)).center()
    talk.qtbot.mouseClick(talk.view.viewport(), Qt.MouseButton.LeftButton, pos=point)
    talk.settle()
    assert talk.shown() == ["Why?", "Because."]
    talk.qtbot.keyClick(talk.view, Qt.Key.Key_Right, Qt.KeyboardModifier.AltModifier)
    talk.settle()
    assert talk.shown() == ["Why?", "Therefore."]
    talk.qtbot.keyClick(talk.view, Qt.Key.Key_Right, Qt.KeyboardModifier.AltModifier)
    talk.settle()
    assert talk.shown() == ["Why?", "Therefore."]


def test_ctrl_r_answers_the_last_question_again(talk: Talk) -> None:
    talk.window.activateWindow()
    talk.qtbot.keyClick(talk.window.composer.edit, Qt.Key.Key_R, Qt.KeyboardModifier.ControlModifier)
    talk.settle()
    assert talk.shown() == ["Why?", ""]


def test_regenerate_with_another_model_loads_it_first(talk: Talk) -> None:
    talk.services.library.files.append(ModelFile(OTHER, "Other", 1_000_000, False, ""))
    talk.do("regenerate_with", 1, str(OTHER))
    assert talk.services.engine.calls == [("load", OTHER)]
    assert talk.branch[1].model == "Other" and talk.branch[1].state is MessageState.GENERATING


def test_the_loaded_model_is_not_loaded_again(talk: Talk) -> None:
    talk.do("regenerate_with", 1, "/models/starter.gguf")
    assert talk.services.engine.calls == []
    assert talk.branch[1].state is MessageState.GENERATING


def test_a_cut_answer_goes_on_where_it_ended(talk: Talk) -> None:
    talk.do("regenerate", 1)
    talk.end("Therefo", replace(STATS, stop="cancelled"))
    assert "continue" in talk.window.transcript.row_buttons(talk.branch[1].id)
    talk.do("continue", 1)
    assert talk.branch[1].state is MessageState.GENERATING
    talk.services.generation.text_appended.emit(talk.id, talk.branch[1].id, "re.")
    assert talk.shown() == ["Why?", "Therefore."]


def test_a_branch_becomes_a_conversation_that_is_opened(talk: Talk) -> None:
    talk.say("And then?", "Nothing.")
    talk.do("branch", 1)
    opened = talk.window.conversation.conversation_id
    assert opened not in (None, talk.id)
    assert [message.text for message in talk.conversations.branch(opened)] == talk.shown() == ["Why?", "Because."]


def test_a_removed_message_comes_back_with_undo(talk: Talk) -> None:
    talk.say("And then?", "Nothing.")
    talk.do("delete", 1)
    assert talk.shown() == ["Why?", "And then?", "Nothing."]
    assert talk.window.notices.sentences() == ["Message removed."]
    talk.press_notice("Undo")
    assert talk.shown() == ["Why?", "Because.", "And then?", "Nothing."]
    assert talk.window.notices.sentences() == []


def test_undo_brings_back_every_message_that_its_notice_tells_of(talk: Talk) -> None:
    talk.say("And then?", "Nothing.")
    talk.do("delete", 1)
    talk.do("delete", 0)
    assert talk.shown() == ["And then?", "Nothing."]
    assert talk.window.notices.sentences() == ["2 messages removed."]
    talk.press_notice("Undo")
    assert talk.shown() == ["Why?", "Because.", "And then?", "Nothing."]
    assert talk.window.notices.sentences() == []

    talk.do("delete", 3)
    assert talk.window.notices.sentences() == ["Message removed."]
    talk.window.notices.close_key("removed")
    talk.do("delete", 2)
    assert talk.window.notices.sentences() == ["Message removed."]


def test_what_was_removed_comes_back_from_the_menu_when_its_notice_has_gone(talk: Talk) -> None:
    talk.say("And then?", "Nothing.")
    for number in (3, 1):
        talk.do("delete", number)
    talk.window.notices.close_key("removed")
    menu = menu_of(talk, 0)
    assert rows(menu)[-2:] == ["Remove message", "Restore 2 removed messages"]
    menu.actions()[-1].trigger()
    menu.close()
    talk.settle()
    assert talk.shown() == ["Why?", "Because.", "And then?", "Nothing."]
    menu = menu_of(talk, 0)
    assert rows(menu)[-1] == "Remove message"
    menu.close()


def test_beside_all_messages_the_menu_brings_back_what_was_removed_and_the_notice_goes(talk: Talk) -> None:
    talk.do("delete", 1)
    talk.view.menu_requested.emit("", "", QPoint(10, 10))
    menu = QApplication.activePopupWidget()
    assert isinstance(menu, QMenu)
    assert rows(menu) == ["Select all", "Show source", "Restore 1 removed message"]
    menu.actions()[-1].trigger()
    menu.close()
    talk.settle()
    assert talk.shown() == ["Why?", "Because."]
    assert talk.window.notices.sentences() == []


def test_what_is_in_the_trash_offers_no_removed_messages(talk: Talk) -> None:
    talk.do("delete", 1)
    talk.conversations.trash(talk.id)
    talk.settle()
    talk.open(talk.id)
    menu = menu_of(talk, 0)
    assert not any(row.startswith("Restore") for row in rows(menu))
    menu.close()


def test_a_question_whose_answer_was_removed_can_be_answered_again(talk: Talk) -> None:
    talk.do("delete", 1)
    assert "regenerate" in talk.window.transcript.row_buttons(talk.branch[0].id)
    talk.actions.regenerate_last()
    talk.settle()
    assert talk.shown() == ["Why?", ""]


def test_the_menu_has_everything_that_fits_the_message(talk: Talk) -> None:
    talk.say("Code?", CODE)
    menu = menu_of(talk, 3)
    assert rows(menu) == [
        "Copy as Markdown", "Copy as plain text", "Copy code block", "Show source", "Regenerate", "Regenerate with", "Edit",
        "Pin to the context", "Branch into a new conversation", "Remove message",
    ]  # fmt: skip
    menu.close()
    question = menu_of(talk, 0)
    assert rows(question) == [
        "Copy as Markdown",
        "Copy as plain text",
        "Show source",
        "Edit",
        "Pin to the context",
        "Branch into a new conversation",
        "Remove message",
    ]
    question.close()


def test_the_three_dots_have_what_is_not_in_the_row(talk: Talk) -> None:
    talk.do("regenerate", 1)
    talk.end("Therefore.")
    talk.view.button_pressed.emit("more", talk.branch[1].id, QPoint(10, 10))
    menu = QApplication.activePopupWidget()
    assert isinstance(menu, QMenu)
    assert rows(menu) == ["Copy as Markdown", "Copy as plain text", "Show source", "Pin to the context", "Compare versions…"]
    menu.close()


def test_each_code_block_is_copied_from_the_menu(talk: Talk) -> None:
    talk.say("Code?", CODE)
    menu = menu_of(talk, 3)
    submenu = next(action.menu() for action in menu.actions() if action.text() == "Copy code block")
    assert [action.text() for action in submenu.actions()] == ["1. Python\t1 line", "2. Code\t1 line"]
    submenu.actions()[1].trigger()
    assert QGuiApplication.clipboard().text() == "y = 2"
    menu.close()
    talk.do("copy_plain", 3)
    assert QGuiApplication.clipboard().text() == "Text with weight\n\nx = 1\n\ny = 2"
    talk.do("copy_markdown", 3)
    assert QGuiApplication.clipboard().text() == CODE


def test_models_with_strange_names_stand_in_the_menu_as_they_are(talk: Talk) -> None:
    talk.services.library.files.append(ModelFile(OTHER, "A&B <b>x</b>", 1_000_000, False, "Q4_1"))
    talk.view.button_pressed.emit("regenerate_with", talk.branch[1].id, QPoint(10, 10))
    menu = QApplication.activePopupWidget()
    assert isinstance(menu, QMenu)
    assert [action.text() for action in menu.actions()][-1] == "A&&B <b>x</b>\tQ4_1 · 1.0 MB"
    menu.actions()[-1].trigger()
    talk.settle()
    assert talk.branch[1].model == "A&B <b>x</b>"
    menu.close()


def test_only_models_that_can_answer_are_offered_to_answer_again_and_no_more_than_in_the_picker(talk: Talk) -> None:
    embedding = ModelFacts("embedding", "bert")
    broken = ModelFile(Path("/models/broken.gguf"), "Broken", 1_000_000, problem="not_gguf")
    talk.services.library.files += [broken, ModelFile(OTHER, "Numbers", 1_000_000, facts=embedding)]

    assert offered_again(talk) == ["Starter model (tiny)"]

    many = [ModelFile(Path(f"/models/{number}.gguf"), f"Model {number}", 1_000_000) for number in range(20)]
    talk.services.library.files += many
    assert len(offered_again(talk)) == N_ROWS
    menu = menu_of(talk, 1)
    submenu = next(action.menu() for action in menu.actions() if action.text() == "Regenerate with")
    assert len(submenu.actions()) == N_ROWS
    menu.close()


def offered_again(talk: Talk) -> list[str]:
    """Give the models that the button below the answer offers, and close its menu."""
    talk.view.button_pressed.emit("regenerate_with", talk.branch[1].id, QPoint(10, 10))
    menu = QApplication.activePopupWidget()
    assert isinstance(menu, QMenu)
    found = rows(menu)
    menu.close()
    return found


def test_two_versions_are_compared_and_one_is_chosen(talk: Talk) -> None:
    talk.do("regenerate", 1)
    talk.end("Therefore.")
    talk.do("compare", 1)
    dialog = talk.window.findChild(CompareDialog)
    assert [column.toPlainText() for column in dialog.columns] == ["Because.", "Therefore."]
    assert [button.isEnabled() for button in dialog.buttons] == [True, False]
    dialog.buttons[0].click()
    talk.settle()
    assert talk.shown() == ["Why?", "Because."]


def test_beside_all_messages_the_menu_is_about_the_selection(talk: Talk) -> None:
    talk.view.select_all()
    talk.view.menu_requested.emit("", "", QPoint(10, 10))
    menu = QApplication.activePopupWidget()
    assert isinstance(menu, QMenu)
    assert rows(menu) == ["Copy selection", "Select all", "Show source"]
    menu.actions()[0].trigger()
    assert "Because." in QGuiApplication.clipboard().text()
    menu.close()


def test_links_are_opened_from_the_menu_by_who_has_no_mouse(talk: Talk) -> None:
    note = "\n\n[^1]: A note.\n"
    talk.say("Where?", "A [**good** place](https://a.example/x), <https://b.example>, [^1] and `https://c.example`." + note)
    menu = menu_of(talk, 3)
    submenu = next(action.menu() for action in menu.actions() if action.text() == "Open link")
    assert [action.text() for action in submenu.actions()] == ["good place", "https://b.example"]
    with talk.qtbot.waitSignal(talk.window.transcript.link_clicked) as clicked:
        submenu.actions()[0].trigger()
    assert clicked.args == ["https://a.example/x"]
    menu.close()
    menu = menu_of(talk, 1)
    assert "Open link" not in rows(menu)
    menu.close()
