"""The window as a whole: what is stored, what is shown, what keys do."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from PySide6.QtCore import QMimeData, QObject, QPoint, Qt, QUrl
from PySide6.QtGui import QAction, QDragEnterEvent, QDropEvent, QKeySequence
from PySide6.QtWidgets import QApplication, QFileDialog, QLabel, QLineEdit, QPushButton, QWidget

from desktop_app import __version__
from desktop_app.chat.message import MessageState, Role
from desktop_app.engine.protocol import ModelInfo
from desktop_app.errors import (
    ChatTemplateFailed,
    DatabaseTooNew,
    DatabaseUnreadable,
    DiskFull,
    EngineCrashed,
    FileUnreadable,
    ModelFileNotFound,
    ModelLoadFailed,
    NotAModelFile,
    SettingsHeld,
)
from desktop_app.library.model_file import ModelFile
from desktop_app.services.engine import EngineState
from desktop_app.ui import appearance
from desktop_app.ui.composer.composer import ComposerState
from desktop_app.ui.composer.drafts import SAVE_DELAY_MS
from desktop_app.ui.dialogs.links import LinkDialog
from desktop_app.ui.dialogs.question import QuestionDialog
from desktop_app.ui.notices import NoticeBar
from desktop_app.ui.start_problem import StartProblemDialog
from desktop_app.ui.theme import Theme
from tests.fakes.services import model_info

CANARY = "<img src=canary.png>"


def type_and_send(window: Any, qtbot: Any, text: str) -> None:
    window.composer.set_text(text)
    qtbot.keyClick(window.composer.edit, Qt.Key.Key_Return)
    QApplication.processEvents()


def calls(services: Any, name: str) -> list[tuple[Any, ...]]:
    return [call for call in services.conversations.calls if call[0] == name]


def test_the_window_says_once_that_it_was_painted(services: Any, make_window: Callable[[Any], Any], qtbot: Any) -> None:
    window = make_window(services)
    seen: list[int] = []
    window.first_painted.connect(lambda: seen.append(1))
    window.centre.update()
    qtbot.waitUntil(lambda: bool(seen), timeout=2000) if not window.centre._is_painted else None
    window.centre.repaint()
    QApplication.processEvents()
    assert len(seen) <= 1 and window.centre._is_painted


def test_the_text_leaves_the_composer_when_it_is_stored_and_not_before(services: Any, window: Any, qtbot: Any) -> None:
    services.conversations.is_instant = False
    window.composer.set_text("What is a leaf?")
    window.conversation.save_draft()
    type_and_send(window, qtbot, "What is a leaf?")
    assert window.composer.text() == "What is a leaf?" and window.composer.state is ComposerState.SENDING
    services.conversations.commit()
    assert window.composer.text() == "" and window.conversation.conversation_id is not None
    assert window.sidebar.list.selected_id() == window.conversation.conversation_id
    assert services.conversations.drafts.get(None, "") == ""


def test_a_question_that_cannot_be_stored_stays_and_can_be_sent_again(services: Any, window: Any, qtbot: Any) -> None:
    services.conversations.is_instant = False
    type_and_send(window, qtbot, "Keep me")
    services.conversations.refuse(DiskFull("/x/hearth.sqlite3"))
    assert window.composer.text() == "Keep me" and window.composer.state is ComposerState.READY
    window.notices.action_requested.emit("try_again", None)
    assert len(calls(services, "ask")) == 2


def test_what_is_typed_while_the_disk_is_slow_is_kept(services: Any, window: Any, qtbot: Any) -> None:
    services.conversations.is_instant = False
    type_and_send(window, qtbot, "First")
    window.composer.set_text("First and more")
    services.conversations.commit()
    assert window.composer.text() == "and more"


def test_leaving_before_the_commit_leaves_no_draft_behind(services: Any, window: Any, qtbot: Any) -> None:
    other = services.conversations.put("Other")
    window.list_model.put(services.conversations.get(other))
    services.conversations.is_instant = False
    type_and_send(window, qtbot, "Asked")
    window.open_conversation(other)
    services.conversations.commit()
    assert services.conversations.drafts.get(None) == "" and window.conversation.conversation_id == other


def test_a_draft_is_stored_soon_and_comes_back(services: Any, window: Any, qtbot: Any) -> None:
    other = services.conversations.put("Other")
    window.composer.set_text("half a thou")
    qtbot.waitUntil(lambda: services.conversations.drafts.get(None) == "half a thou", timeout=SAVE_DELAY_MS + 2000)
    window.open_conversation(other)
    assert window.composer.text() == ""
    window.open_conversation(None)
    assert window.composer.text() == "half a thou"


def test_an_answer_turns_send_into_stop_and_esc_stops_it(services: Any, window: Any, qtbot: Any) -> None:
    services.engine.become(EngineState.READY, model_info())
    type_and_send(window, qtbot, "Go")
    id = window.conversation.conversation_id
    services.generation.begin(id)
    assert window.composer.state is ComposerState.ANSWERING
    window.activateWindow()
    window.composer.edit.setFocus()
    qtbot.keyClick(window.composer.edit, Qt.Key.Key_Escape)
    assert services.generation.stopped == [id]
    services.generation.finish(id, "m2")
    assert window.composer.state is ComposerState.READY and not window.actions_.stop.isEnabled()


def test_an_answer_that_waited_for_the_model_can_be_stopped(services: Any, window: Any, qtbot: Any) -> None:
    services.engine.load(Path("/models/starter.gguf"))
    type_and_send(window, qtbot, "Early")
    id = window.conversation.conversation_id
    services.generation.begin(id)
    services.generation.answering.discard(id)
    services.engine.become(EngineState.ANSWERING, model_info())
    services.generation.answering.add(id)
    QApplication.processEvents()
    assert window.composer.state is ComposerState.ANSWERING


def test_a_question_can_be_sent_while_the_model_loads(services: Any, window: Any, qtbot: Any) -> None:
    services.engine.load(Path("/models/starter.gguf"))
    type_and_send(window, qtbot, "Early")
    assert calls(services, "ask") == [("ask", None, "Early", "Starter model (tiny)")]
    services.generation.begin(window.conversation.conversation_id)
    assert window.composer.state is ComposerState.WAITING


def test_opening_a_conversation_in_the_middle_of_its_answer_shows_all_of_it(services: Any, window: Any) -> None:
    id = services.conversations.put("Busy")
    services.conversations.say(id, Role.USER, "Q")
    answer = services.conversations.say(id, Role.ASSISTANT, "stored", state=MessageState.GENERATING)
    services.generation.texts[answer.id] = "stored and streamed"
    shown: list[Any] = []
    window.transcript.set_messages = shown.extend
    window.open_conversation(id)
    assert shown[-1].text == "stored and streamed"


def test_trash_has_a_way_back(services: Any, window: Any) -> None:
    id = services.conversations.put("Precious")
    window.list_model.put(services.conversations.get(id))
    window.open_conversation(id)
    window.actions_.trash.trigger()
    assert window.conversation.conversation_id is None and window.list_model.row_of(id) is None
    assert window.notices.sentences() == ["Moved to trash."]
    undo = next(one for one in window.notices.findChildren(QPushButton) if one.text() == "Undo")
    undo.click()
    assert window.conversation.conversation_id == id and window.list_model.row_of(id) is not None


def test_rename_in_place(services: Any, window: Any, qtbot: Any) -> None:
    id = services.conversations.put("Old")
    window.list_model.put(services.conversations.get(id))
    window.open_conversation(id)
    window.actions_.rename.trigger()
    editor = window.sidebar.list.findChild(QLineEdit)
    editor.setText("New")
    qtbot.keyClick(editor, Qt.Key.Key_Return)
    QApplication.processEvents()
    assert calls(services, "rename") == [("rename", id, "New")]


def test_a_crash_is_one_sentence_and_goes_when_the_model_is_back(services: Any, window: Any) -> None:
    error = EngineCrashed("signal 11", "tail")
    services.generation.answer_failed.emit("c", "m", error)
    services.engine.crashed.emit(error)
    assert len(window.notices.sentences()) == 1
    services.engine.become(EngineState.READY, model_info())
    assert window.notices.sentences() == []


@pytest.mark.parametrize("error", [ModelFileNotFound("/x/gone.gguf"), ChatTemplateFailed("loop")])
def test_trouble_with_a_model_is_forgotten_when_another_is_loaded(error: Any, services: Any, window: Any) -> None:
    window.show_error(error)
    services.engine.become(EngineState.READY, model_info())
    assert window.notices.sentences() == []


def test_settings_that_were_set_aside_are_said(services: Any, make_window: Callable[[Any], Any], qtbot: Any) -> None:
    services.preferences.problem = FileUnreadable("/x/settings.json", "not JSON; it was kept as settings.json.broken-1")
    window = make_window(services)
    qtbot.waitUntil(lambda: any("settings" in text for text in window.notices.sentences()))
    assert "settings.json.broken-1" in window.notices.findChild(NoticeBar).notice.details


def test_settings_that_stay_where_they_are_are_said_once(services: Any, make_window: Callable[[Any], Any], qtbot: Any) -> None:
    problem = SettingsHeld("/x/settings.json", "Permission denied; it could not be set aside: Permission denied")
    services.preferences.problem = problem
    window = make_window(services)
    qtbot.waitUntil(lambda: any("settings" in text for text in window.notices.sentences()))
    services.preferences.write_failed.emit(problem)

    (sentence,) = window.notices.sentences()
    assert "“settings.json” cannot be read for now" in sentence and "deleted" not in sentence


def test_a_foreign_file_is_named(services: Any, window: Any) -> None:
    services.engine.load_failed.emit(NotAModelFile("/x/photo.gguf", "not_gguf"))
    assert "photo.gguf" in window.notices.sentences()[0]


def test_a_dropped_model_asks_first(services: Any, window: Any) -> None:
    data = QMimeData()
    data.setUrls([QUrl.fromLocalFile("/x/some.gguf")])
    arguments = (Qt.DropAction.CopyAction, data, Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier)
    enter = QDragEnterEvent(QPoint(10, 10), *arguments)
    window.dragEnterEvent(enter)
    assert enter.isAccepted()
    window.dropEvent(QDropEvent(QPoint(10, 10), *arguments))
    dialog = window.findChild(QuestionDialog)
    assert dialog.windowTitle() == "Use “some.gguf” as a model?" and services.engine.calls == []
    next(one for one in dialog.findChildren(QPushButton) if one.text() == "Use").click()
    assert services.engine.calls == [("load", Path("/x/some.gguf"))]


def test_a_file_that_is_no_model_is_named_and_nothing_is_asked(services: Any, window: Any) -> None:
    services.library.problem = NotAModelFile("/x/notes.txt", "not_gguf")
    window.on_later_start("/x/notes.txt")
    assert window.notices.sentences() == ["“notes.txt” is not a model that Hearth can use; choose another file."]
    assert window.findChild(QuestionDialog) is None


def test_a_link_is_shown_before_it_opens(window: Any) -> None:
    window.transcript.link_clicked.emit("https://example.org/")
    dialog = window.findChild(LinkDialog)
    assert dialog is not None
    dialog.close()
    window.transcript.link_clicked.emit("file:///etc/passwd")
    assert window.notices.sentences() == ["This link cannot be opened from here."]


def test_the_sidebar_hides_and_its_width_is_kept(services: Any, window: Any) -> None:
    window.actions_.toggle_sidebar.trigger()
    assert not window.sidebar.isVisible() and services.preferences.get("sidebar_visible") is False
    assert window.top_bar.sidebar_button.isVisible()
    window.actions_.toggle_sidebar.trigger()
    assert window.sidebar.isVisible() and window.sidebar.width() == 263


def test_the_theme_changes_without_a_restart(services: Any, window: Any, qapp: QApplication) -> None:
    window.sidebar.setting_requested.emit("theme", "dark")
    assert qapp.palette().window().color().name() == "#1b1a18"
    assert window._appearance.theme.is_dark


def test_the_window_follows_the_system(services: Any, window: Any, qapp: QApplication, monkeypatch: pytest.MonkeyPatch) -> None:
    services.preferences.set("theme", "system")
    monkeypatch.setattr(appearance, "system_theme_name", lambda: "dark")
    qapp.styleHints().colorSchemeChanged.emit(Qt.ColorScheme.Dark)
    assert window._appearance.theme.is_dark


def test_a_start_without_conversations_says_why(services: Any, qtbot: Any, theme: Theme) -> None:
    dialog = StartProblemDialog(DatabaseTooNew("/x/hearth.sqlite3", 9, 1), services.paths, theme)
    qtbot.addWidget(dialog)
    texts = [one.text() for one in walk(dialog)]
    assert any("newer version" in text for text in texts)
    assert f"They have format 9; Hearth {__version__} reads formats up to 1." in texts
    assert "hearth --data-dir FOLDER" in texts


def test_a_damaged_file_is_not_said_to_have_a_format(services: Any, qtbot: Any, theme: Theme) -> None:
    dialog = StartProblemDialog(DatabaseUnreadable("/x/hearth.sqlite3", "damaged"), services.paths, theme)
    qtbot.addWidget(dialog)
    assert not any("format" in one.text() for one in walk(dialog))


def test_every_action_has_words_and_no_two_share_a_key(window: Any) -> None:
    actions = [one for one in vars(window.actions_).values() if isinstance(one, QAction)]
    keys = [key.toString() for action in actions for key in action.shortcuts()]
    assert all(action.text() for action in actions) and len(keys) == len(set(keys))
    assert not set(keys) & {"Del", "Backspace"}, "a single key must not delete"


def test_the_keyboard_reaches_everything_in_order(window: Any, qtbot: Any, services: Any) -> None:
    id = services.conversations.put("One")
    services.conversations.say(id, Role.USER, "Why?")
    window.list_model.put(services.conversations.get(id))
    window.open_conversation(id)
    window.activateWindow()
    QApplication.processEvents()
    window.sidebar.new_chat.setFocus()
    seen: dict[QWidget, None] = {}
    for _ in range(18):
        focused = QApplication.focusWidget()
        seen.setdefault(focused)
        qtbot.keyClick(focused, Qt.Key.Key_Tab)
    order = [
        window.sidebar.new_chat,
        window.sidebar.more,
        window.searching.field.edit,
        window.sidebar.list,
        window.sidebar.models,
        window.sidebar.prompts,
        window.sidebar.trash,
        window.sidebar.settings,
        window.sidebar.settings_more,
        window.top_bar.model_button,
        window.transcript.view,
        window.composer.edit,
        window.composer.attach_button,
    ]
    assert [one for one in seen if one in order] == order
    assert window._ring.isVisible()


def walk(root: QObject) -> list[QLabel]:
    return [one for one in root.findChildren(QLabel) if one.text()]


def test_no_label_reads_a_foreign_text_as_rich_text(services: Any, window: Any) -> None:
    services.library.files.append(ModelFile(Path(f"/m/{CANARY}.gguf"), CANARY, 1, False, ""))
    info: ModelInfo = model_info(f"/m/{CANARY}.gguf", name=CANARY)
    services.engine.become(EngineState.READY, info)
    id = services.conversations.put(CANARY)
    window.list_model.put(services.conversations.get(id))
    window.open_conversation(id)
    services.engine.load_failed.emit(ModelLoadFailed(f"/m/{CANARY}.gguf", CANARY))
    window.show_bug(CANARY)
    window.open_file(Path(f"/m/{CANARY}.gguf"))
    window.transcript.link_clicked.emit(f"https://{CANARY}")
    window.sidebar.new_chat.set_words(CANARY)
    QApplication.processEvents()
    labels = walk(window)
    assert sum("<img" in one.text() for one in labels) >= 2
    assert [one.text() for one in labels if one.textFormat() is not Qt.TextFormat.PlainText] == []
    tips = [one.toolTip() for one in window.findChildren(QWidget) if one.toolTip()]
    assert not [tip for tip in tips if "<img" in tip]
    window.findChild(QuestionDialog).close()


def test_quit_keeps_what_is_typed(services: Any, window: Any) -> None:
    window.composer.set_text("unsent")
    window.close()
    assert services.conversations.drafts[None] == "unsent"
    assert services.preferences.get("window_geometry")


@pytest.mark.parametrize("size", [(640, 480), (900, 600), (2560, 1440)])
def test_nothing_lies_over_anything_else(size: tuple[int, int], window: Any, services: Any) -> None:
    services.engine.become(EngineState.READY, model_info(device="card", n_gpu_layers=36))
    window.resize(*size)
    window.composer.set_text("\n" * 30)
    window.show_error(EngineCrashed("x"))
    QApplication.processEvents()
    bottom = window.composer.mapTo(window, window.composer.rect().bottomLeft()).y()
    top = window.notices.mapTo(window, window.notices.rect().topLeft()).y()
    assert top >= window.top_bar.height() and bottom < window.height()
    assert window.composer.card_rect().width() <= 768
    assert QKeySequence("Ctrl+N") in window.actions_.new_chat.shortcuts()


def test_files_are_attached_with_keys_from_any_page(window: Any, qtbot: Any) -> None:
    window.centre.show_page(QWidget())
    with qtbot.waitSignal(window.composer.attach_requested):
        window.actions_.attach.trigger()

    assert window.composer.isVisible()
    (dialog,) = window.findChildren(QFileDialog)
    dialog.close()
