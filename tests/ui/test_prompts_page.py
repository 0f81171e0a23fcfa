"""Prompt templates are written, copied, brought back, removed, imported and exported; nothing typed is lost."""

from __future__ import annotations

import difflib
import json
import threading
from collections.abc import Callable, Iterator
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from PySide6.QtCore import QLocale, Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from desktop_app.errors import TemplateSyntaxError
from desktop_app.services import collection_files, prompt_templates, text_files
from desktop_app.services.engine import EngineState
from desktop_app.services.prompt_templates import PromptTemplates
from desktop_app.storage import templates as template_store
from desktop_app.templates.files import as_json
from desktop_app.templates.template import Field, PromptTemplate
from desktop_app.ui.dialogs.prompt_form import PromptForm
from desktop_app.ui.dialogs.removed import RemovedDialog
from desktop_app.ui.dialogs.template_versions import TemplateVersionsDialog, difference
from desktop_app.ui.error_text import ErrorText
from desktop_app.ui.field_words import FieldWords, choices_in, choices_text
from desktop_app.ui.prompts.field_editor import FieldEditor
from desktop_app.ui.prompts.prompts_page import PromptsPage
from desktop_app.ui.prompts.template_editor import N_FIELDS_MAX
from desktop_app.ui.theme import load_theme
from desktop_app.ui.typed_number import number_in, number_text
from desktop_app.ui.widgets import collection_editor
from tests.fakes.services import model_info
from tests.ui.talks import Talk


@pytest.fixture
def talk(services: Any, make_window: Callable[[Any], Any], tmp_path: Path, qtbot: QtBot) -> Iterator[Talk]:
    talk = Talk(services, make_window, tmp_path, qtbot)
    services.engine.become(EngineState.READY, model_info())
    talk.window.show_prompts()
    yield talk
    talk.close()


@pytest.fixture
def page(talk: Talk) -> PromptsPage:
    talk.window.actions_.show_prompts.trigger()
    page: PromptsPage = talk.window.prompts.page
    return page


def _stored(talk: Talk) -> list[Any]:
    """Give what is on disk, to nobody's memory."""
    assert talk.conversations.flush()
    return PromptTemplates(talk.conversations).own()


def _titles(page: PromptsPage) -> list[str]:
    return [str(page.model.index(row).data()) for row in range(page.model.rowCount())]


def test_the_page_stands_in_place_of_the_conversation_and_escape_goes_back(talk: Talk, page: PromptsPage, qtbot: QtBot) -> None:
    assert talk.window.centre.page is page
    assert not talk.window.composer.isVisible()
    qtbot.keyClick(page.list, Qt.Key.Key_Escape)

    assert talk.window.centre.page is None
    assert talk.window.composer.isVisible()


def test_what_comes_with_the_application_is_read_and_not_written(talk: Talk, page: PromptsPage) -> None:
    assert len(_titles(page)) >= 30
    assert page.editor.title.isReadOnly()
    assert page.editor.text.isReadOnly()
    page.editor.copy.click()

    assert [one.title for one in _stored(talk)] == ["Summarise a text (copy)"]
    assert not page.editor.text.isReadOnly()
    assert _stored(talk)[0].fields == page.editor.value.fields


def test_what_is_typed_is_stored_by_itself_and_when_the_page_goes(talk: Talk, page: PromptsPage, qtbot: QtBot) -> None:
    page.new_button.click()
    page.editor.title.setText("Greet")
    page.editor.text.setPlainText("Hello {{name}}, it is {{day}}.")
    assert list(page.editor._fields) == ["name", "day"]
    page.editor._fields["day"]._kind.setCurrentIndex(4)
    with qtbot.waitSignal(page.editor.changed):
        pass
    (stored,) = _stored(talk)
    assert (stored.title, stored.text, stored.fields) == ("Greet", "Hello {{name}}, it is {{day}}.", (Field("day", "date"),))
    page.editor.folder.setText("Mine")
    talk.window.open_conversation(None)

    assert _stored(talk)[0].folder == "Mine"


def test_a_variable_that_goes_and_comes_back_keeps_its_declaration(talk: Talk, page: PromptsPage) -> None:
    page.new_button.click()
    page.editor.text.setPlainText("{{tone}}")
    page.editor._fields["tone"]._lines["help"][1].setText("warm or cool")
    page.editor.text.setPlainText("{{ton")
    assert not page.editor._fields
    page.editor.text.setPlainText("{{tone}}")

    assert page.editor._fields["tone"].field().help == "warm or cool"


def test_a_change_of_the_title_leaves_what_is_declared_about_variables_alone(talk: Talk, page: PromptsPage) -> None:
    fields = (
        Field("tone", "choice", " Tone ", choices=("Warm; friendly", " Cool", "", "a；b")),
        Field("n", "number", minimum=0.123456789, maximum=1234567),
    )
    template = PromptTemplate("mine", "Mine", "{{tone}} {{n}}", fields)
    talk.window.prompts.templates.save(template, keeps_version=False)
    page.show_one(template)
    page.editor.title.setText("Other")
    page.editor._fields["n"]._lines["help"][1].setText("How many")
    page.editor.store()

    (stored,) = _stored(talk)
    assert stored.title == "Other"
    assert stored.fields == (fields[0], fields[1].replaced(help="How many"))


@pytest.mark.parametrize("name", ["en_US", "de_DE", "fr_FR"])
def test_choices_and_bounds_are_read_as_they_are_shown(qtbot: QtBot, name: str) -> None:
    choices = ("Warm; friendly", "Cool", " x ", 'say "hi"', '"quoted"', "全角；分号", "")
    field = Field("v", "choice", choices=choices, minimum=0.123456789, maximum=1234567)
    locale = QLocale(name)
    assert choices_in(choices_text(choices)) == choices
    assert choices_text(("Warm", "Cool")) == "Warm; Cool"
    assert choices_in("Warm;friendly ；Cool;") == ("Warm", "friendly", "Cool")
    assert choices_in('"half; open') == ('"half', "open")
    editor = FieldEditor(field, load_theme("light", 1.0))
    qtbot.addWidget(editor)
    for _, edit in editor._lines.values():
        edit.textChanged.emit(edit.text())
    assert editor.field() == field
    for number in (0.0, -2.5, 0.123456789, 1234567.0, 100000.0, 1e300, 1e-9):
        assert number_in(number_text(number, locale), locale) == number


def test_a_mistake_is_said_with_its_place_and_the_text_is_kept(talk: Talk, page: PromptsPage) -> None:
    page.new_button.click()
    page.editor.text.setPlainText("one\ntwo {{")
    page.editor.store()

    sentence = ErrorText().describe(TemplateSyntaxError(2, 5, "not_closed", 8, 10, "{{")).sentence
    assert page.editor.problem.text() == sentence
    assert _stored(talk)[0].text == "one\ntwo {{"
    page.editor.try_it.click()
    assert sentence in talk.window.notices.sentences()
    assert not talk.window.findChildren(PromptForm)


def test_a_version_is_kept_for_each_sitting_and_can_be_brought_back(talk: Talk, page: PromptsPage) -> None:
    page.new_button.click()
    template = page.editor.value
    assert template is not None
    for text in ("first", "second", "third"):
        page.editor.text.setPlainText(text)
        page.editor.store()
    page.list.setCurrentIndex(page.model.index(3))
    page.list.setCurrentIndex(page.model.index(page.model.row(template.id)))
    page.editor.text.setPlainText("fourth")
    page.editor.store()
    assert talk.conversations.flush()

    versions = talk.window.prompts.templates.versions(template.id)
    assert [one.template.text for one in versions] == ["third", ""]
    page._on_versions_requested(page.editor.value)
    talk.settle()
    (dialog,) = talk.window.findChildren(TemplateVersionsDialog)
    assert "− third" in dialog._difference.toPlainText()
    assert "+ fourth" in dialog._difference.toPlainText()
    dialog._back.click()
    assert page.editor.text.toPlainText() == "third"
    assert _stored(talk)[0].text == "third"
    assert [one.template.text for one in talk.window.prompts.templates.versions(template.id)] == ["fourth", "third", ""]


def test_each_sitting_keeps_one_version_also_when_it_ends_before_what_is_typed_is_stored(talk: Talk, page: PromptsPage) -> None:
    template = talk.window.prompts.templates.new(PromptTemplate("", "", "before"), "Mine")
    for text in ("first", "second"):
        page.show_one(template)
        page.editor.text.setPlainText(f"half of the {text}")
        page.editor.store()
        page.editor.text.setPlainText(text)
        page.list.setCurrentIndex(page.model.index(3))
    assert talk.conversations.flush()

    assert [one.template.text for one in talk.window.prompts.templates.versions(template.id)] == ["first", "before"]


def _texts_before(talk: Talk, template_id: str) -> list[str]:
    assert talk.conversations.flush()
    return [one.template.text for one in talk.window.prompts.templates.versions(template_id)]


def _write(page: PromptsPage, text: str) -> None:
    """Type a text, the first letters of which are stored before the rest."""
    for part in (text[:3], text):
        page.editor.text.setPlainText(part)
        page.editor.store()


def test_a_sitting_ends_when_the_page_goes(talk: Talk, page: PromptsPage) -> None:
    template = talk.window.prompts.templates.new(PromptTemplate("", "", "before"), "Mine")
    page.show_one(template)
    for text in ("Monday", "Tuesday", "Wednesday"):
        _write(page, text)
        page.closed.emit()
        assert talk.window.centre.page is None
        talk.window.actions_.show_prompts.trigger()

    assert _texts_before(talk, template.id) == ["Tuesday", "Monday", "before"]


def test_a_page_that_stays_open_keeps_what_was_written_long_before(
    talk: Talk, page: PromptsPage, monkeypatch: pytest.MonkeyPatch
) -> None:
    template = talk.window.prompts.templates.new(PromptTemplate("", "", "before"), "Mine")
    page.show_one(template)
    now_s = 1_000_000.0
    monkeypatch.setattr(collection_editor, "time", SimpleNamespace(time=lambda: now_s))
    for text in ("Monday", "Tuesday", "Wednesday"):
        _write(page, text)
        now_s += 86_400

    assert _texts_before(talk, template.id) == ["Tuesday", "Monday", "before"]


def test_what_was_changed_just_now_is_among_the_earlier_versions(talk: Talk, page: PromptsPage) -> None:
    template = talk.window.prompts.templates.new(PromptTemplate("", "", "before"), "Mine")
    talk.settle()
    page.show_one(template)
    page.editor.text.setPlainText("after")
    page.editor.versions.click()
    page.editor.versions.click()
    talk.settle()

    (dialog,) = talk.window.findChildren(TemplateVersionsDialog)
    assert [one.template.text for one in dialog._versions] == ["before"]


def test_versions_that_come_late_are_not_shown_over_something_else(talk: Talk, page: PromptsPage) -> None:
    page.new_button.click()
    page.editor.versions.click()
    page.list.setCurrentIndex(page.model.index(3))
    talk.settle()

    assert not talk.window.findChildren(TemplateVersionsDialog)


def test_a_template_that_is_only_looked_at_stays_as_it_is(talk: Talk, page: PromptsPage) -> None:
    # A field has other spaces and line ends than a file.
    template = PromptTemplate("mine", "Mine", "a\u00a0b\u2028{{c}}\r\nd", (Field("c", help=" of it "),))
    talk.window.prompts.templates.save(template, keeps_version=False)
    page.show_one(template)
    talk.window.actions_.show_personas.trigger()

    assert _stored(talk) == [template]


def test_removing_can_be_undone(talk: Talk, page: PromptsPage) -> None:
    page.new_button.click()
    page.editor.title.setText("Once")
    page.editor.store()
    page.editor.remove.click()
    assert _stored(talk) == []
    assert "Once" not in _titles(page)
    talk.press_notice("Undo")

    assert [one.title for one in _stored(talk)] == ["Once"]
    assert "Once" in _titles(page)


def test_undo_brings_back_everything_that_its_notice_is_about(talk: Talk, page: PromptsPage) -> None:
    for title in ("A", "B", "C"):
        page.new_button.click()
        page.editor.title.setText(title)
        page.editor.remove.click()
    assert _stored(talk) == []
    assert talk.window.notices.sentences() == ["3 templates removed."]
    talk.press_notice("Undo")
    assert [one.title for one in _stored(talk)] == ["A", "B", "C"]

    page.show_one(_stored(talk)[0])
    page.editor.remove.click()
    assert talk.window.notices.sentences() == ["“A” was removed."]


def _removed_dialog(talk: Talk, page: PromptsPage) -> RemovedDialog:
    page.removed.click()
    page.removed.click()
    talk.settle()
    (dialog,) = [one for one in talk.window.findChildren(RemovedDialog) if one.isVisible()]
    return dialog


def test_what_was_removed_is_read_and_brought_back_later(talk: Talk, page: PromptsPage) -> None:
    for title in ("A", "B"):
        page.new_button.click()
        page.editor.title.setText(title)
        page.editor.text.setPlainText(f"text of {title}")
        page.editor.remove.click()
    dialog = _removed_dialog(talk, page)
    assert [str(dialog._list.model().index(row, 0).data()) for row in range(2)] == ["B", "A"]
    assert dialog._text.toPlainText() == "text of B" and "30 days" in dialog._words.text()
    dialog._list.selectAll()
    dialog._back.click()
    talk.settle()

    assert [one.title for one in _stored(talk)] == ["A", "B"] == _titles(page)[:2]
    assert talk.window.notices.sentences() == []
    dialog = _removed_dialog(talk, page)
    assert not dialog._back.isEnabled() and dialog._words.text() == "Nothing was removed within the last 30 days."


def test_what_a_backup_brought_back_is_in_the_list(talk: Talk, page: PromptsPage) -> None:
    page.new_button.click()
    template = page.editor.value
    page.editor.remove.click()
    talk.settle()
    template_store.restore(talk.conversations._writer._database, [template.id], 1)
    page._refresh()

    assert template.title in _titles(page)


def test_files_come_in_with_a_word_about_what_was_skipped(talk: Talk, page: PromptsPage, tmp_path: Path, qtbot: QtBot) -> None:
    file = tmp_path / "prompts.json"
    file.write_text(json.dumps([{"title": "A", "content": "Say {{x}}"}, {"title": "B"}]), encoding="utf-8")
    with qtbot.waitSignal(talk.window.prompts.templates.imported):
        page._on_files_selected([str(file)])

    assert [one.title for one in _stored(talk)] == ["A"]
    assert "1 template imported. 1 was skipped; the details say why." in talk.window.notices.sentences()
    bars = talk.window.notices._bars
    assert bars[-1].notice.details == "B: it has no text"


def test_a_file_that_cannot_be_read_is_one_sentence(talk: Talk, page: PromptsPage, tmp_path: Path, qtbot: QtBot) -> None:
    with qtbot.waitSignal(talk.window.prompts.templates.failed):
        page._on_files_selected([str(tmp_path / "gone.json")])

    assert any("gone.json" in sentence for sentence in talk.window.notices.sentences())


def test_what_came_of_several_files_is_told_together(talk: Talk, page: PromptsPage, tmp_path: Path, qtbot: QtBot) -> None:
    (tmp_path / "a.json").write_text(json.dumps([{"title": "A", "content": "a"}, {"title": "empty"}]), encoding="utf-8")
    (tmp_path / "b.txt").write_text("b", encoding="utf-8")
    (tmp_path / "c.png").write_bytes(b"\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR")
    names = ("a.json", "b.txt", "c.png", "gone.json", "away.json")
    with qtbot.waitSignal(talk.window.prompts.templates.files_failed):
        page._on_files_selected([str(tmp_path / name) for name in names])

    assert [one.title for one in _stored(talk)] == ["A", "b"]
    notices = [bar.notice for bar in talk.window.notices._bars]
    assert [one.sentence for one in notices] == [
        "2 templates imported. 2 were skipped; the details say why.",
        "Several files could not be imported; the details say why.",
    ]
    assert notices[0].details.splitlines() == ["empty: it has no text", "c.png: it cannot be read as a template"]
    assert [name in notices[1].details for name in names] == [False, False, False, True, True]


def test_a_large_export_comes_back(talk: Talk, page: PromptsPage, tmp_path: Path, qtbot: QtBot) -> None:
    templates, file = talk.window.prompts.templates, tmp_path / "large.json"
    file.write_text(as_json([PromptTemplate(f"{n}", f"{n:02}", "x" * 99_000) for n in range(45)]), encoding="utf-8")
    assert file.stat().st_size > text_files.MAX_BYTES
    with qtbot.waitSignal(templates.imported):
        templates.import_files([file])

    assert len(_stored(talk)) == 45


def test_a_file_that_is_too_large_to_import_is_not_said_to_be_attached(
    talk: Talk, page: PromptsPage, tmp_path: Path, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(collection_files, "IMPORT_BYTES_MAX", 1000)
    (tmp_path / "large.json").write_text("x" * 1001)
    with qtbot.waitSignal(talk.window.prompts.templates.failed):
        page._on_files_selected([str(tmp_path / "large.json")])

    assert talk.window.notices.sentences() == [
        "“large.json” is 1.0 kB; files of up to 1.0 kB can be imported, so import it in parts."
    ]


@pytest.mark.parametrize("name", ["out.json", "out.md"])
def test_what_goes_out_comes_back(talk: Talk, page: PromptsPage, tmp_path: Path, qtbot: QtBot, name: str) -> None:
    page.new_button.click()
    page.editor.title.setText("Goes out")
    page.editor.text.setPlainText("Hello {{name}}")
    page.editor._fields["name"]._lines["help"][1].setText("Whose")
    page.editor.store()
    with qtbot.waitSignal(talk.window.prompts.templates.exported):
        page._export_to(tmp_path / name, "")
    with qtbot.waitSignal(talk.window.prompts.templates.imported):
        page._on_files_selected([str(tmp_path / name)])

    assert f"Saved as “{name}”." in talk.window.notices.sentences()
    first, second = _stored(talk)
    assert first.replaced(id="") == second.replaced(id="")


def test_try_it_opens_the_form_over_the_conversation(talk: Talk, page: PromptsPage) -> None:
    page.editor.try_it.click()

    assert talk.window.centre.page is None
    assert [one.windowTitle() for one in talk.window.findChildren(PromptForm)] == ["Summarise a text"]


def test_the_filter_finds_titles_and_folders(page: PromptsPage) -> None:
    page.filter.edit.setText("CODE")
    titles = _titles(page)

    assert "SQL from a question" in titles
    assert "Translate" not in titles


def test_a_difference_names_what_changed(qapp: QApplication) -> None:
    before = PromptTemplate("x", "T", "a\nb", (Field("v", "choice", choices=("1", "2")),))
    now = before.replaced(text="a\nc", fields=())

    shown = difference(before, now, FieldWords()).splitlines()
    assert shown == ["  T", "  ", "  a", "− b", "− ", "− v · Choice · Choices, separated by semicolons: 1; 2", "+ c"]


def test_a_difference_shows_the_instructions(qapp: QApplication) -> None:
    before = PromptTemplate("x", "T", "a", system_prompt="Be brief.\nBe kind.")
    now = before.replaced(system_prompt="Be brief.\nBe strict.")

    shown = difference(before, now, FieldWords()).splitlines()
    assert shown[-3:] == ["  Be brief.", "− Be kind.", "+ Be strict."]
    assert "− Be kind." in difference(before, now.replaced(system_prompt=""), FieldWords())


def test_a_difference_compares_lines_and_not_every_letter(monkeypatch: pytest.MonkeyPatch) -> None:
    compared: list[int] = []
    monkeypatch.setattr(difflib.SequenceMatcher, "ratio", lambda _self: compared.append(1) or 0.0)
    before = PromptTemplate("x", "T", "\n".join(f"line {n} before" for n in range(60)))
    now = before.replaced(text="\n".join(f"line {n} after" for n in range(60)))

    assert len(difference(before, now, FieldWords()).splitlines()) == 2 + 2 * 60
    assert not compared


# What must not be lost, and what must not take long


def test_who_types_without_a_pause_is_stored_all_the_same(page: PromptsPage) -> None:
    page.new_button.click()
    page.editor.text.insertPlainText("a")
    running = page.editor._timer.timerId()
    page.editor.text.insertPlainText("b")

    assert page.editor._timer.isActive() and page.editor._timer.timerId() == running


def test_what_is_typed_stays_when_the_language_changes(talk: Talk, page: PromptsPage, qtbot: QtBot) -> None:
    page.new_button.click()
    page.editor.text.setPlainText("Half a {{template}} {{")
    page.editor._fields["template"]._lines["help"][1].setText("half a word")
    talk.services.preferences.set("language", "zh_CN")
    qtbot.waitUntil(lambda: page.editor.copy.text() == "创建副本")

    assert page.editor.text.toPlainText() == "Half a {{template}} {{"
    talk.window.actions_.show_personas.trigger()
    (stored,) = _stored(talk)
    assert (stored.text, stored.fields) == ("Half a {{template}} {{", (Field("template", help="half a word"),))


def test_the_fields_grow_with_the_text(talk: Talk, page: PromptsPage) -> None:
    page.new_button.click()
    page.editor.text.setPlainText("{{name}}")

    def heights() -> list[int]:
        line = page.editor._fields["name"]._lines["help"][1]
        return [page.editor.text.minimumHeight(), page.editor.title.minimumHeight(), line.minimumHeight()]

    before = heights()
    talk.services.preferences.set("zoom", 200)
    assert heights() == [2 * one for one in before]


def test_a_file_that_is_being_written_is_finished_when_the_application_leaves(
    talk: Talk, page: PromptsPage, monkeypatch: pytest.MonkeyPatch, qapp: QApplication, tmp_path: Path
) -> None:
    begun, may_go = threading.Event(), threading.Event()
    write_whole = prompt_templates.write_whole

    def write_slowly(*arguments: Any, **options: Any) -> Path:
        begun.set()
        assert may_go.wait(10)
        return write_whole(*arguments, **options)

    monkeypatch.setattr(prompt_templates, "write_whole", write_slowly)
    page._export_to(tmp_path / "out.md", "")
    assert begun.wait(10)
    soon = threading.Timer(0.2, may_go.set)
    soon.start()
    qapp.aboutToQuit.emit()

    assert "Summarise" in (tmp_path / "out.md").read_text("utf-8")
    soon.join()


def test_what_is_typed_is_stored_when_the_window_closes(talk: Talk, page: PromptsPage) -> None:
    page.new_button.click()
    page.editor.text.setPlainText("half a template")
    talk.window.close()

    stored = PromptTemplates(talk.conversations).own()
    assert [one.text for one in stored] == ["half a template"]


def test_what_the_disk_does_not_take_can_be_copied(talk: Talk, page: PromptsPage) -> None:
    page.new_button.click()
    page.editor.text.setPlainText("precious")
    page.editor.store()
    talk.window.leaving._on_copy_requested()

    assert "precious" in QGuiApplication.clipboard().text()
    talk.settle()
    assert talk.window.prompts.templates.unsaved_texts() == []


def test_many_templates_come_in_as_one_change(talk: Talk, page: PromptsPage, tmp_path: Path, qtbot: QtBot) -> None:
    templates = talk.window.prompts.templates
    file = tmp_path / "many.json"
    file.write_text(as_json([PromptTemplate(f"{n}", f"No. {n}", "text") for n in range(500)]))
    changes: list[None] = []
    templates.templates_changed.connect(lambda: changes.append(None))
    with qtbot.waitSignal(templates.imported):
        templates.import_files([file])
    talk.settle()

    assert len(changes) == 1
    assert len(PromptTemplates(talk.conversations).own()) == 500


def test_a_text_full_of_variables_has_so_many_rows_and_keeps_what_is_declared(page: PromptsPage, qtbot: QtBot) -> None:
    page.new_button.click()
    page.editor.text.setPlainText(" ".join(f"{{{{v{n}}}}}" for n in range(300)))
    assert not page.editor._fields  # it comes when nothing is typed for a moment
    qtbot.waitUntil(lambda: len(page.editor._fields) > 0)
    page.editor._fields["v1"]._lines["help"][1].setText("kept")

    assert len(page.editor._fields) == N_FIELDS_MAX and not page.editor._more.isHidden()
    template = page.editor.value
    assert template is not None and len(template.form()) == 300 and template.form()[1].help == "kept"
    page.editor.text.setPlainText("{{v1}}")
    assert list(page.editor._fields) == ["v1"] and page.editor._more.isHidden()
