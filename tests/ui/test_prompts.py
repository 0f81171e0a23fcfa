"""Prompt templates with the keyboard: a slash, some letters, a form, a message."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import datetime
from pathlib import Path
from threading import Event
from types import SimpleNamespace
from typing import Any

import pytest
from PySide6.QtCore import QLocale, Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QApplication, QLineEdit, QPlainTextEdit
from pytestqt.qtbot import QtBot

from desktop_app.chat.attachment import Attachment
from desktop_app.chat.message import MessageState
from desktop_app.errors import DiskFull
from desktop_app.services.engine import EngineState
from desktop_app.storage import conversations as store
from desktop_app.storage import queued
from desktop_app.templates.render import unfit
from desktop_app.templates.template import Field, PromptTemplate
from desktop_app.ui import prompts_place
from desktop_app.ui.dialogs.prompt_fields import FieldRow
from desktop_app.ui.dialogs.prompt_form import PromptForm
from desktop_app.ui.main_window import MainWindow
from desktop_app.ui.palette.fuzzy import folded, score
from desktop_app.ui.palette.palette import Palette, PaletteItem
from desktop_app.ui.theme import load_theme
from desktop_app.ui.widgets.choice_box import ChoiceBox
from tests.fakes.services import model_info
from tests.ui.talks import STATS, Talk, refused_once

THEME = load_theme("light", 1.0)


@pytest.fixture
def prompting(services: Any, make_window: Callable[[Any], Any], tmp_path: Path, qtbot: QtBot) -> Iterator[MainWindow]:
    talk = Talk(services, make_window, tmp_path, qtbot)
    services.engine.become(EngineState.READY, model_info())
    talk.window.show_prompts()
    talk.window.activateWindow()
    yield talk.window
    talk.close()


def _palette(window: MainWindow) -> Palette:
    return next(one for one in window.findChildren(Palette) if one.isVisible())


def _titles(palette: Palette) -> list[str]:
    return [str(palette.model.index(row).data()) for row in range(palette.model.rowCount())]


def _form(window: MainWindow) -> PromptForm:
    return next(one for one in window.findChildren(PromptForm) if one.isVisible())


def test_a_slash_in_the_empty_field_opens_the_palette(prompting: MainWindow, qtbot: QtBot) -> None:
    qtbot.keyClicks(prompting.composer.edit, "/")

    palette = _palette(prompting)
    assert len(_titles(palette)) >= 30
    assert palette.field.hasFocus()


def test_a_slash_within_a_text_is_a_slash(prompting: MainWindow, qtbot: QtBot) -> None:
    qtbot.keyClicks(prompting.composer.edit, "and/or")

    assert not [one for one in prompting.findChildren(Palette) if one.isVisible()]
    assert prompting.composer.text() == "and/or"


def test_escape_closes_it_and_leaves_the_slash(prompting: MainWindow, qtbot: QtBot) -> None:
    qtbot.keyClicks(prompting.composer.edit, "/")
    qtbot.keyClick(_palette(prompting).field, Qt.Key.Key_Escape)

    assert prompting.composer.text() == "/"
    assert prompting.composer.edit.hasFocus()


def test_a_template_is_found_filled_and_sent_with_keys_alone(prompting: MainWindow, qtbot: QtBot) -> None:
    qtbot.keyClicks(prompting.composer.edit, "/")
    palette = _palette(prompting)
    qtbot.keyClicks(palette.field, "transl")
    assert _titles(palette)[0] == "Translate"
    qtbot.keyClick(palette.field, Qt.Key.Key_Return)
    form = _form(prompting)
    # The keyboard is in the first field, a choice; Tab goes to the text.
    qtbot.waitUntil(lambda: form.isAncestorOf(QApplication.focusWidget()))
    qtbot.keyClick(QApplication.focusWidget(), Qt.Key.Key_Tab)
    qtbot.keyClicks(QApplication.focusWidget(), "Good {{morning}}")
    assert "Good {{morning}}" in form._preview.toPlainText()
    with qtbot.waitSignal(prompting._services.conversations.message_added):
        qtbot.keyClick(QApplication.focusWidget(), Qt.Key.Key_Return, Qt.KeyboardModifier.ControlModifier)

    (sent, *_) = prompting._services.conversations.branch(prompting.conversation.conversation_id or "")
    assert sent.text.startswith("Translate the text below into Chinese (Simplified).")
    assert sent.text.endswith("Good {{morning}}")
    assert prompting.composer.text() == ""


def test_insert_leaves_it_to_be_edited_and_undo_brings_the_slash_back(prompting: MainWindow, qtbot: QtBot) -> None:
    qtbot.keyClicks(prompting.composer.edit, "/")
    palette = _palette(prompting)
    qtbot.keyClicks(palette.field, "keywords")
    qtbot.keyClick(palette.field, Qt.Key.Key_Return)
    form = _form(prompting)
    form._rows["text"].set_value("a text")
    form._on_insert_clicked()

    assert prompting.composer.text().startswith("List the 10 most important keywords")
    prompting.composer.edit.undo()
    assert prompting.composer.text() == "/"


def test_what_is_missing_is_said_at_its_field_and_nothing_is_sent(prompting: MainWindow, qtbot: QtBot) -> None:
    template = PromptTemplate("x", "X", "{{n}} {{t}}", (Field("n", "number", default="5", maximum=9), Field("t")))
    form = PromptForm(template, {}, THEME, prompting)
    sent: list[tuple[str, ...]] = []
    form.send_requested.connect(lambda *filled: sent.append(filled))
    form.open()
    form._rows["n"].set_value("10")
    form._on_send_clicked()

    assert sent == []
    assert [row._problem.text() for row in form._rows.values()] == ["At most 9.", "This is needed."]
    form._rows["n"].set_value("9")
    form._rows["t"].set_value("x")
    form._on_send_clicked()
    assert sent == [("9 x", "")]


@pytest.mark.parametrize(
    ("name", "typed", "problem"),
    [
        ("de_DE", "2,5", ""),
        ("de_DE", "2.5", ""),
        ("de_DE", "1,4", "At least 1,5."),
        ("de_DE", "1.234.568", "At most 1.234.567."),
        ("en_US", "2.5", ""),
        ("en_US", "-1", "At least 1.5."),
        ("en_US", "2,5", "Write a number."),
        ("en_US", "inf", "Write a number."),
        ("zh_CN", "２．５", ""),
    ],
)
def test_a_number_is_read_as_the_language_writes_it_and_put_in_as_typed(
    prompting: MainWindow, name: str, typed: str, problem: str
) -> None:
    form = PromptForm(
        PromptTemplate("x", "X", "{{n}}", (Field("n", "number", minimum=1.5, maximum=1234567),)), {}, THEME, prompting
    )
    form.setLocale(QLocale(name))
    sent: list[tuple[str, ...]] = []
    form.send_requested.connect(lambda *filled: sent.append(filled))
    form.open()
    form._rows["n"].set_value(typed)
    form._on_send_clicked()

    assert form._rows["n"]._problem.text() == problem
    assert sent == ([] if problem else [(typed, "")])


PLEA = PromptTemplate("x", "X", "Summarise {{what}}", (Field("what"),))


def _send(window: MainWindow, text: str) -> None:
    """Fill the form of a template, and send."""
    window.prompts._use(PLEA)
    form = _form(window)
    form._rows["what"].set_value(text)
    form._on_send_clicked()


def _settle(window: MainWindow) -> None:
    assert window._services.conversations.flush()
    QApplication.processEvents()


def _begin_answer(window: MainWindow) -> None:
    _send(window, "FOO")
    _settle(window)
    window._services.generation.begin(window.conversation.conversation_id or "")


def _fill_disk(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let the disk refuse questions and what waits."""

    def refuse(*_: object, **__: object) -> None:
        raise DiskFull("/x/hearth.sqlite3")

    monkeypatch.setattr(store, "ask", refuse)
    monkeypatch.setattr(queued, "queue", refuse)


def _draft_on_disk(window: MainWindow) -> str:
    window.conversation.save_draft()
    _settle(window)
    return str(window._services.conversations.draft(window.conversation.conversation_id))


def test_send_sends_what_the_form_says_and_leaves_what_is_half_written(prompting: MainWindow) -> None:
    conversations = prompting._services.conversations
    draft = "Dear boss, I quit because"
    prompting.composer.set_text(draft)
    conversations.save_draft_attachment(None, Attachment("a", "a.txt", "one", 3))
    _settle(prompting)
    for number, text in enumerate(("FOO", "BAR")):
        prompting.composer.edit.selectAll()
        _send(prompting, text)
        _settle(prompting)
        branch = conversations.branch(prompting.conversation.conversation_id or "")
        assert branch[2 * number].text == f"Summarise {text}" and not branch[2 * number].attachments
        conversations.finish(branch[-1].id, MessageState.DONE, STATS)
        _settle(prompting)
        assert prompting.composer.text() == draft == _draft_on_disk(prompting)
        assert [one.name for one in conversations.draft_attachments(prompting.conversation.conversation_id)] == ["a.txt"]

    assert conversations.draft(None) == "" and not conversations.draft_attachments(None)


def test_what_is_half_written_is_on_disk_when_the_process_ends_right_after_send(prompting: MainWindow) -> None:
    prompting.composer.set_text("half")
    _send(prompting, "FOO")
    assert prompting._services.conversations.flush()  # nothing that comes after the commit has happened

    (asked,) = prompting._services.conversations.all()
    assert asked.draft == "half"


def test_send_in_the_middle_of_an_answer_lets_it_wait_and_leaves_the_draft(prompting: MainWindow) -> None:
    conversations = prompting._services.conversations
    _begin_answer(prompting)
    prompting.composer.set_text("half")
    _send(prompting, "BAR")
    _settle(prompting)
    conversation_id = prompting.conversation.conversation_id or ""

    assert [one.text for one in conversations.queued(conversation_id)] == ["Summarise BAR"]
    assert prompting.composer.text() == "half" == _draft_on_disk(prompting)


@pytest.mark.parametrize("is_answering", [False, True])
def test_what_the_disk_refuses_stands_in_the_composer(
    prompting: MainWindow, monkeypatch: pytest.MonkeyPatch, is_answering: bool
) -> None:
    if is_answering:
        _begin_answer(prompting)
    _fill_disk(monkeypatch)
    prompting.composer.set_text("half")
    _send(prompting, "BAR")
    _settle(prompting)

    assert prompting.composer.text() == "half\n\nSummarise BAR" == _draft_on_disk(prompting)


def test_what_waits_stays_out_of_the_composer_though_the_disk_refused_the_draft_at_first(
    prompting: MainWindow, monkeypatch: pytest.MonkeyPatch
) -> None:
    _begin_answer(prompting)
    monkeypatch.setattr(store, "save_draft", refused_once(store.save_draft))
    prompting.composer.set_text("half")
    _send(prompting, "BAR")
    _settle(prompting)
    waiting = prompting._services.conversations.queued(prompting.conversation.conversation_id or "")

    assert [one.text for one in waiting] == ["Summarise BAR"] and prompting.composer.text() == "half"


def test_what_waits_can_be_copied_until_it_is_on_disk(prompting: MainWindow, monkeypatch: pytest.MonkeyPatch) -> None:
    _begin_answer(prompting)
    goes_on, queue = Event(), queued.queue

    def hang(*arguments: Any, **named: Any) -> None:
        goes_on.wait(10)
        queue(*arguments, **named)

    monkeypatch.setattr(queued, "queue", hang)
    _send(prompting, "BAR")
    texts = prompting.conversation.unsaved_texts()
    goes_on.set()
    _settle(prompting)

    assert texts == ["Summarise BAR"] and prompting.conversation.unsaved_texts() == []


@pytest.mark.parametrize("is_answering", [False, True])
def test_what_the_disk_refuses_goes_with_a_conversation_purged_meanwhile(
    prompting: MainWindow, monkeypatch: pytest.MonkeyPatch, is_answering: bool
) -> None:
    _begin_answer(prompting)
    conversation_id = prompting.conversation.conversation_id or ""
    if not is_answering:
        prompting._services.generation.finish(conversation_id, "")
    _fill_disk(monkeypatch)
    _send(prompting, "BAR")
    prompting.open_conversation(None)
    prompting._services.conversations.purge(conversation_id)
    _settle(prompting)

    assert prompting.composer.text() == "" and prompting.conversation.unsaved_texts() == []


def test_what_was_to_wait_in_a_purged_conversation_is_not_on_its_way_any_more(prompting: MainWindow) -> None:
    _begin_answer(prompting)
    prompting._services.conversations.purge(prompting.conversation.conversation_id or "")
    _send(prompting, "BAR")
    _settle(prompting)

    assert prompting.conversation.unsaved_texts() == []


def test_a_second_one_before_the_first_is_on_disk_is_not_lost(prompting: MainWindow) -> None:
    _send(prompting, "FOO")
    _send(prompting, "BAR")

    assert prompting.composer.text() == "Summarise BAR"


def test_it_waits_in_the_new_chat_for_files_that_are_being_read(prompting: MainWindow) -> None:
    prompting.composer.set_text("About this file:")
    prompting.composer.set_reading(True)
    _send(prompting, "FOO")

    assert prompting._services.conversations.all() == []
    assert prompting.composer.text() == "About this file:\n\nSummarise FOO"
    prompting.composer.set_reading(False)


def test_what_was_used_last_comes_first(prompting: MainWindow, qtbot: QtBot) -> None:
    prompting.prompts.templates.note_use("shipped:sql")

    assert prompting.prompts.templates.by_use("en")[0].id == "shipped:sql"
    prompting._services.conversations.flush()
    prompting.prompts.templates._fresh_uses.clear()
    assert prompting.prompts.templates.by_use("zh_CN")[0].id == "shipped:sql"


def test_clipboard_and_selection_are_offered_where_they_are_seen(prompting: MainWindow) -> None:
    QGuiApplication.clipboard().setText("from elsewhere")
    template = PromptTemplate("x", "X", "{{c}}{{t}}", (Field("c", "clipboard"), Field("t")))
    assert prompting.prompts._offered(template) == {"clipboard": "from elsewhere"}
    form = PromptForm(template, prompting.prompts._offered(template), THEME, prompting)

    assert form.values() == {"c": "from elsewhere", "t": ""}
    form.close()


def test_a_file_fills_a_field_and_one_that_is_no_text_says_so(prompting: MainWindow, tmp_path: Path, qtbot: QtBot) -> None:
    (tmp_path / "a.txt").write_text("line one\nline two", encoding="utf-8")
    (tmp_path / "b.bin").write_bytes(bytes(range(256)) * 10)
    form = PromptForm(PromptTemplate("x", "X", "{{f}}", (Field("f", "file"),)), {}, THEME, prompting)
    form.open()
    with qtbot.waitSignal(form._files.file_read):
        form._files.read("f", tmp_path / "a.txt")
    assert form.values() == {"f": "line one\nline two"}
    with qtbot.waitSignal(form._files.failed):
        form._files.read("f", tmp_path / "b.bin")
    assert "b.bin" in form._rows["f"]._problem.text()
    form.close()


@pytest.mark.parametrize(
    ("kind", "widget"), [("text", QLineEdit), ("long", QPlainTextEdit), ("number", QLineEdit), ("date", QLineEdit)]
)
def test_each_kind_has_its_field(kind: str, widget: type, qtbot: QtBot) -> None:
    row = FieldRow(Field("a", kind, default="7"), "", THEME)  # type: ignore[arg-type]
    qtbot.addWidget(row)

    assert row.value() == "7"
    assert row.findChildren(widget)


def test_a_choice_that_may_be_left_out_begins_with_none_and_can_go_back_to_it(qtbot: QtBot) -> None:
    field = Field("a", "choice", choices=("warm", "brief"), is_required=False)
    row = FieldRow(field, "", THEME)
    qtbot.addWidget(row)
    (box,) = row.findChildren(ChoiceBox)
    assert row.value() == "" and unfit(field, row.value()) is None
    row.set_value("brief")
    assert row.value() == "brief"
    box.setCurrentIndex(0)
    assert row.value() == "" and box.currentText() == "None"
    assert FieldRow(field.replaced(default="brief"), "", THEME).value() == "brief"
    assert FieldRow(field.replaced(choices=("None",), default="None"), "", THEME).value() == "None"
    needed = FieldRow(field.replaced(is_required=True), "", THEME)
    assert needed.value() == "warm" and needed.findChildren(ChoiceBox)[0].count() == 2


def test_a_day_is_shown_as_the_language_does_and_put_in_as_ever(prompting: MainWindow) -> None:
    fields = (
        Field("d", "date", default="2026-11-22"),
        Field("e", "date", is_required=False),
        Field("t", "date", default="today"),
    )
    form = PromptForm(PromptTemplate("x", "X", "On {{d}}, {{e}}, {{t}}", fields), {}, THEME, prompting)
    form.open()
    row, optional, today = form._rows.values()
    assert row.findChildren(QLineEdit)[0].text() == "11/22/2026"
    assert "On 2026-11-22, , " in form._preview.toPlainText()
    assert today.value() == datetime.now().astimezone().date().isoformat()
    sent: list[tuple[str, ...]] = []
    form.send_requested.connect(lambda *filled: sent.append(filled))
    optional.set_value("someday")
    form._on_send_clicked()
    assert sent == [] and optional._problem.text() == "Write a day as in 11/22/2026."
    assert optional.findChildren(QLineEdit)[0].accessibleDescription() == "Write a day as in 11/22/2026."
    optional.set_value("")
    form._on_send_clicked()
    assert [text for text, _ in sent] == [f"On 2026-11-22, , {today.value()}"]


def test_the_preview_shows_what_will_be_put_in_and_the_place_of_what_is_needed(prompting: MainWindow) -> None:
    fields = (Field("t", "check", checked="tags"), Field("o", label="Other", is_required=False), Field("n", label="Name"))
    form = PromptForm(PromptTemplate("x", "X", "[{{t}}] [{{o}}] [{{n}}]", fields), {}, THEME, prompting)
    assert form._preview.toPlainText() == "[] [] [‹Name›]"
    for name, value in (("t", "yes"), ("o", "other"), ("n", "Ada")):
        form._rows[name].set_value(value)

    assert form._preview.toPlainText() == "[tags] [other] [Ada]"
    form.close()


def test_arrow_keys_go_round_and_a_disabled_row_is_not_taken(window: MainWindow, qtbot: QtBot) -> None:
    items = [PaletteItem("a", "Alpha"), PaletteItem("b", "Beta", is_enabled=False), PaletteItem("c", "Gamma")]
    palette = Palette(items, "Choose", THEME, window)
    chosen: list[str] = []
    palette.chosen.connect(chosen.append)
    palette.open()
    for _ in range(3):
        qtbot.keyClick(palette.field, Qt.Key.Key_Down)
    qtbot.keyClick(palette.field, Qt.Key.Key_Return)

    assert chosen == ["c"]


def test_words_behind_a_title_are_found_as_one_piece_only(window: MainWindow, qtbot: QtBot) -> None:
    items = [PaletteItem("a", "Alpha", words="needle in hay"), PaletteItem("b", "Beta", words="n e e d l e")]
    palette = Palette(items, "Choose", THEME, window)
    palette.open()
    qtbot.keyClicks(palette.field, "needle")
    assert _titles(palette) == ["Alpha"]
    qtbot.keyClicks(palette.field, "xx")
    assert _titles(palette) == []
    assert palette._nothing.isVisible()


def test_words_that_begin_with_the_letters_come_first() -> None:
    texts = ["Explain code", "Review code", "Correct", "中文翻译", "Écrire"]
    ranked = sorted(texts, key=lambda text: -score(folded("co"), folded(text)))

    assert ranked[0] == "Correct"
    assert score(folded("rc"), folded("Review code")) > score(folded("rc"), folded("Correct"))
    assert score(folded("zz"), folded("Review code")) == 0
    assert score(folded("翻"), folded("中文翻译"))
    assert score(folded("ecr"), folded("Écrire"))


def test_what_open_webui_would_have_filled_in_stands_in_the_form(prompting: MainWindow) -> None:
    prompting._services.preferences.set("user_name", "Ada")
    text = "{{USER_NAME}} speaks {{USER_LANGUAGE}}, not {{language}}"
    prompting.prompts._use(PromptTemplate("x", "X", text, (Field("USER_NAME", is_required=False),)))

    assert _form(prompting).values() == {"USER_NAME": "Ada", "USER_LANGUAGE": "English", "language": ""}


def test_the_clipboard_is_asked_only_for_a_template_that_wants_it(prompting: MainWindow, monkeypatch: Any) -> None:
    asked: list[str] = []
    clipboard = SimpleNamespace(text=lambda: asked.append("") or "copied")
    monkeypatch.setattr(prompts_place, "QGuiApplication", SimpleNamespace(clipboard=lambda: clipboard))

    assert prompting.prompts._offered(PromptTemplate("a", "A", "{{x}}")) == {} and not asked
    wants = PromptTemplate("b", "B", "{{x}}", (Field("x", "clipboard"),))
    assert prompting.prompts._offered(wants) == {"clipboard": "copied"}
