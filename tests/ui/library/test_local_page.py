"""The models on this computer on screen: in which order, what is said of each, and what the person can do with them."""

from __future__ import annotations

import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from PySide6.QtCore import QEvent, QPoint, Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QLabel, QPushButton, QVBoxLayout, QWidget
from pytestqt.qtbot import QtBot

from desktop_app.engine.parameters import LoadParameters
from desktop_app.engine.protocol import Device
from desktop_app.errors import ModelFileNotFound, ModelFolderGone, TrashFailed
from desktop_app.library.facts import ModelFacts
from desktop_app.library.fit import Fit
from desktop_app.library.folder import LibraryFolder
from desktop_app.library.model_file import ModelFile
from desktop_app.services.load_choices import LoadChoices
from desktop_app.ui.dialogs.load_choices import LoadChoicesDialog
from desktop_app.ui.dialogs.question import QuestionDialog
from desktop_app.ui.library.found_models import FoundModelsDialog
from desktop_app.ui.library.local_card import LocalCard
from desktop_app.ui.library.local_page import LocalPage
from desktop_app.ui.library.model_details import ModelDetailsDialog
from desktop_app.ui.library.model_folders import ModelFoldersDialog
from desktop_app.ui.theme import Theme, load_theme
from desktop_app.ui.translation import Translation
from desktop_app.ui.widgets.focus_ring import FocusRing
from desktop_app.ui.widgets.tab_order import next_stop
from tests.fakes.online import FakeOnline
from tests.fakes.services import model_info

GB = 1_000_000_000
NOW_MS = int(time.time() * 1000)


def model(name: str, size_bytes: int = GB, n_vocab: int = 32_000, **values: Any) -> ModelFile:
    facts = ModelFacts("model", "llama", name, "Q4_K_M", "3B", "apache-2.0", 28, 2048, n_vocab, 32_768)
    given: dict[str, Any] = {"quantization": "Q4_K_M", "facts": facts} | values
    return ModelFile(Path(f"/models/{name}.gguf"), name, size_bytes, **given)


ALPHA, BETA = model("Alpha", 2 * GB), model("Beta", 5 * GB)
GUEST = model("Guest", 3 * GB, store="lm_studio", projector=Path("/models/mmproj.gguf"))
BROKEN = model("Broken", facts=None, problem="truncated")


@pytest.fixture
def page(services: Any, theme: Theme, qapp: QApplication, qtbot: QtBot) -> Iterator[Any]:
    """Give the page in a window of its own, in English."""
    translation = Translation(qapp)
    translation.choose("en")
    host = QWidget()
    qtbot.addWidget(host)
    made: Any = LocalPage(services, FakeOnline(), theme, host)  # type: ignore[arg-type]
    made._fits._background.run = lambda *_: None  # nothing lies on a disk
    QVBoxLayout(host).addWidget(made)
    host.resize(976, 764)
    host.show()
    yield made
    made._fits.close()
    translation.close()


def names(page: Any) -> list[str]:
    return [card.title.full_text() for card in page.list.cards()]


def card(page: Any, file: ModelFile) -> LocalCard:
    found = page.list.card(file.path)
    assert isinstance(found, LocalCard)
    return found


def tags(shown: LocalCard) -> list[str]:
    return [tag.text for tag in shown._tags]


def choose(page: Any, file: ModelFile, text: str) -> None:
    menu = page._deeds.menu(file)
    next(action for action in menu.actions() if action.text() == text).trigger()
    menu.close()


def dialog(page: Any, kind: type) -> Any:
    (found,) = [one for one in page.window().findChildren(kind) if one.isVisible()]
    return found


def focus() -> Any:
    return QApplication.focusWidget()


def press(dialog: Any, text: str) -> None:
    next(one for one in dialog.findChildren(QPushButton) if one.text() == text).click()


# What is shown


def test_while_the_starter_model_is_alone_the_page_says_where_better_ones_are(page: Any, qtbot: QtBot) -> None:
    assert names(page) == ["Starter model (tiny)", "There are better models than this one"]
    with qtbot.waitSignal(page.segment_requested) as asked:
        page.list.cards()[1].buttons[0].click()
    assert asked.args == ["hub"]
    page.list.cards()[1].buttons[1].click()
    assert page._library.calls == [("find_elsewhere",)]
    page._library.have(ALPHA)
    assert names(page) == ["Alpha", "Starter model (tiny)"]


def test_favourites_come_first_then_the_chosen_order_and_what_is_broken_last(page: Any, services: Any) -> None:
    page._library.have(ALPHA, BETA, GUEST, BROKEN)
    assert names(page) == ["Alpha", "Beta", "Guest", "Starter model (tiny)", "Broken"]
    page._library.notes.put(GUEST.path, used_ms=NOW_MS)
    assert names(page)[0] == "Guest"
    page._library.notes.put(BETA.path, is_favourite=True)
    assert names(page)[:3] == ["Beta", "Guest", "Alpha"]
    for sort, expected in (("size", ["Beta", "Guest", "Alpha"]), ("name", ["Beta", "Alpha", "Guest"])):
        page.bar.sort.setCurrentIndex(page.bar.sort.findData(sort))
        page.bar.sort.activated.emit(page.bar.sort.currentIndex())
        assert names(page)[:3] == expected
        assert services.preferences.get("model_sort") == sort


def test_the_filter_looks_at_names_notes_and_applications(page: Any) -> None:
    page._library.have(ALPHA, BETA, GUEST)
    page._library.notes.put(BETA.path, text="Good at German letters")
    for words, expected in (("ALPH", ["Alpha"]), ("german beta", ["Beta"]), ("lm studio", ["Guest"]), ("german alpha", [])):
        page.bar.filter.edit.setText(words)
        assert names(page) == expected
    assert page._stack.currentWidget() is page.empty
    assert "“german alpha”" in page.empty.sentence.text()
    page.empty.button.click()
    assert len(names(page)) == 4
    assert page.bar.count.full_text() == "4 models, 10.1 GB"


def test_a_card_says_what_the_model_is_and_whether_it_runs(page: Any, services: Any) -> None:
    page._library.have(ALPHA, GUEST, BROKEN)
    page._library.notes.put(ALPHA.path, used_ms=NOW_MS, tokens_per_s=41.2)
    page._fits._fits[ALPHA.path] = Fit("fast", "card", GB, GB, 36, 36, None, "A card", 8192)
    page._fits.found.emit([ALPHA.path])
    alpha, guest, broken = (card(page, one) for one in (ALPHA, GUEST, BROKEN))
    assert alpha.quiet.full_text() == "2.0 GB · context 32,768 · used today"
    assert alpha.verdict.full_text() == "Runs fully on your graphics card, about 41 tokens/s"
    assert tags(alpha) == ["Balanced", "Q4_K_M"]
    assert tags(guest) == ["Balanced", "Q4_K_M", "From LM Studio", "Vision model"]
    (seeing,) = [label for label in guest._tag_labels if label.text() == "Vision model"]
    for said in (seeing.toolTip(), seeing.accessibleDescription(), guest.chat.accessibleDescription()):
        assert "Hearth talks to it in words only." in said
    assert "mmproj.gguf" in seeing.toolTip() and alpha.chat.accessibleDescription() == ""
    assert guest.description.text() == "Used where LM Studio keeps it: neither copied nor changed."
    assert "its end is missing" in broken.description.text()
    assert broken.chat.isHidden()
    assert (alpha.chat.property("kind"), guest.chat.property("kind")) == ("primary", "")
    page._library.notes.put(ALPHA.path, text="Good at\nGerman", revision="a", newest_revision="b")
    assert (alpha.description.text(), tags(alpha)[-1]) == ("Good at German", "Newer version")


def test_the_model_in_memory_is_marked_and_can_be_ejected(page: Any, services: Any) -> None:
    page._library.have(ALPHA)
    services.engine.become("ready", model_info(str(ALPHA.path)))
    assert tags(card(page, ALPHA))[0] == "In memory"
    assert card(page, ALPHA).accessibleName().endswith(", in memory")
    choose(page, ALPHA, "Eject")
    assert services.engine.calls[-1] == ("unload",)
    services.engine.model = None
    services.engine.model_unloaded.emit()
    assert "In memory" not in tags(card(page, ALPHA))


def test_the_verdicts_wait_for_what_the_engine_finds(page: Any, services: Any) -> None:
    asked: list[Any] = []
    page._fits.ask = asked.append
    services.engine.become("idle")
    assert asked == []
    services.engine.devices = (Device("CUDA0", "A card", "gpu", GB, GB),)
    services.engine.become("idle")
    services.engine.become("ready", model_info())
    assert len(asked) == 1
    services.engine.devices = (Device("CUDA0", "A card", "gpu", GB, GB // 2),)
    services.engine.devices_changed.emit()
    assert len(asked) == 2


def test_the_memory_is_looked_at_anew_when_the_page_is_opened(page: Any, services: Any) -> None:
    n_before = services.engine.n_looks
    page.hide()
    page.show()
    assert services.engine.n_looks == n_before + 1


def test_a_model_that_only_reads_offers_no_chat(page: Any) -> None:
    reader = model("Reader", facts=ModelFacts("embedding", "bert"))
    page._library.have(reader)
    assert card(page, reader).chat.isHidden()
    assert "For search only" in tags(card(page, reader))


def test_every_language_and_theme_reaches_every_card(page: Any, services: Any, qapp: QApplication) -> None:
    page._library.have(ALPHA)
    translation = Translation(qapp)
    translation.choose("zh_CN")
    QApplication.sendEvent(page, QEvent(QEvent.Type.LanguageChange))
    QApplication.sendEvent(page.bar, QEvent(QEvent.Type.LanguageChange))
    assert card(page, ALPHA).chat.text() == "开始对话"
    assert "Used" not in page.bar.sort.currentText()
    translation.close()
    dark = load_theme("dark", 1.0)
    page.set_theme(dark)
    assert card(page, ALPHA)._theme is dark


# What can be done


def test_start_chat_asks_for_the_model(page: Any, qtbot: QtBot) -> None:
    page._library.have(ALPHA)
    with qtbot.waitSignal(page.chat_requested) as asked:
        card(page, ALPHA).chat.click()
    assert asked.args == [ALPHA.path]


def test_the_star_makes_a_favourite_and_takes_it_back(page: Any) -> None:
    page._library.have(ALPHA, BETA)
    card(page, BETA).star.click()
    assert page._library.notes.of(BETA.path).is_favourite
    assert names(page)[0] == "Beta"
    assert card(page, BETA).star.accessibleName() == "No longer a favourite: Beta"
    card(page, BETA).star.click()
    assert names(page)[0] == "Alpha"


def test_a_note_is_written_in_the_details(page: Any) -> None:
    page._library.have(ALPHA)
    choose(page, ALPHA, "Write a note…")
    details = dialog(page, ModelDetailsDialog)
    details.note.setPlainText("  Good at German \n")
    press(details, "Save")
    assert page._library.notes.of(ALPHA.path).text == "Good at German"
    assert "Change the note…" in [action.text() for action in page._deeds.menu(ALPHA).actions()]


def test_the_details_say_where_everything_lies(page: Any, services: Any) -> None:
    split = model("Split", shards=(Path("/models/2.gguf"), Path("/models/3.gguf")), copies=(Path("/copy.gguf"),))
    page._library.have(split, GUEST)
    small, copy, projector = (str(Path(name)) for name in ("/models/small.gguf", "/copy.gguf", "/models/mmproj.gguf"))
    LoadChoices(services.preferences).choose_draft(split.path, small)
    for file, expected in (
        (split, {str(split.path), "1.0 GB in 3 files", copy, small, "32,000 tokens", "Apache-2.0"}),
        (GUEST, {"LM Studio", projector, "28"}),
    ):
        page._deeds.show_details(file)
        details = dialog(page, ModelDetailsDialog)
        assert expected <= {label.accessibleName() for label in details.findChildren(QWidget)}
        details.close()


def test_the_path_is_copied(page: Any) -> None:
    page._library.have(ALPHA)
    choose(page, ALPHA, "Copy the path")
    assert QGuiApplication.clipboard().text() == str(ALPHA.path)


def test_a_model_goes_into_the_trash_after_a_question(page: Any) -> None:
    split = model("Split", shards=(Path("/models/2.gguf"),))
    page._library.have(ALPHA, split)
    choose(page, split, "Move to the system’s trash…")
    question = dialog(page, QuestionDialog)
    press(question, "Cancel")
    assert page._library.calls == []
    choose(page, split, "Move to the system’s trash…")
    press(dialog(page, QuestionDialog), "Move to the system’s trash")
    assert page._library.calls == [("remove", split.path)]
    assert names(page) == ["Alpha", "Starter model (tiny)"]
    assert page.notices.sentences() == ["“Split” is in your system’s trash; 1.0 GB becomes free when you empty it."]


def test_what_is_not_the_persons_is_never_offered_to_the_trash(page: Any) -> None:
    page._library.have(GUEST)
    for file in (GUEST, page._library.files[0]):
        assert "Move to the system’s trash…" not in [action.text() for action in page._deeds.menu(file).actions()]
        page._deeds.ask_removal(file)
    assert page.window().findChildren(QuestionDialog) == []
    choose(page, GUEST, "No longer use models of LM Studio")
    assert page._library.calls == [("drop_store", "lm_studio")]
    assert "Guest" not in names(page)


def test_a_link_frees_nothing_and_that_is_not_said(page: Any) -> None:
    page._library.have(model("Link", 0))
    page._deeds.ask_removal(page._library.files[-1])
    words = " ".join(label.text() for label in dialog(page, QuestionDialog).findChildren(QLabel))
    assert "It can be brought back from your system’s trash until that is emptied." in words
    press(dialog(page, QuestionDialog), "Move to the system’s trash")
    assert page.notices.sentences() == ["“Link” is in your system’s trash."]


def test_a_file_that_was_opened_is_taken_out_of_the_list_and_stays_on_disk(page: Any) -> None:
    page._library.have(ALPHA)
    opened = page._library.add(Path("/downloads/opened.gguf"))
    assert "Remove from the list" not in [action.text() for action in page._deeds.menu(ALPHA).actions()]
    choose(page, opened, "Remove from the list")
    assert page._library.calls == [("drop_file", opened.path)]
    assert names(page) == ["Alpha", "Starter model (tiny)"]


def test_a_removal_that_failed_is_told(page: Any, qtbot: QtBot) -> None:
    error = TrashFailed("/models/kept.gguf")
    with qtbot.waitSignal(page.failed) as told:
        page._library.removal_failed.emit(error)
    assert told.args == [error]


def test_a_model_that_is_not_in_memory_has_its_loading_chosen(page: Any, services: Any) -> None:
    small = model("Small", GB // 2)
    page._library.have(ALPHA, small, model("Other", GB // 2, n_vocab=50_000))
    card(page, ALPHA).settings.click()
    settings = dialog(page, LoadChoicesDialog)
    drafts = [settings.boxes["draft"].itemData(row) for row in range(settings.boxes["draft"].count())]
    assert drafts == ["", str(small.path)]
    settings.numbers["n_ctx"].slider.setValue(4096)
    settings.boxes["draft"].setCurrentIndex(1)
    press(settings, "Use")
    choices = LoadChoices(services.preferences)
    assert choices.of(ALPHA.path) == LoadParameters(n_ctx=4096)
    assert choices.draft_of(ALPHA.path) == str(small.path)
    assert services.engine.calls == []


def test_models_of_other_applications_are_shown_by_application_and_used_when_chosen(page: Any) -> None:
    page._library.elsewhere = [GUEST, model("Ollie", store="ollama"), model("Olga", store="ollama")]
    page.bar.elsewhere.click()
    found = dialog(page, FoundModelsDialog)
    assert not found.use.isEnabled()
    page._library.end_search()
    assert [box.accessibleName() for box in found.boxes.values()] == ["LM Studio: 1 model, 3.0 GB", "Ollama: 2 models, 2.0 GB"]
    found.boxes["ollama"].setChecked(False)
    press(found, "Use them")
    assert page._library.calls == [("find_elsewhere",), ("drop_store", "ollama")]
    assert "Guest" in names(page)


@pytest.mark.parametrize("has_ended", [True, False])
def test_leaving_that_question_leaves_everything_as_it_was(page: Any, services: Any, has_ended: bool) -> None:
    page._library.have(GUEST)
    services.preferences.set("model_stores", ["lm_studio"])
    page._library.elsewhere = [model("Ollie", store="ollama")]
    page.bar.elsewhere.click()
    services.preferences.set("model_stores", ["lm_studio", "ollama"])
    if has_ended:
        page._library.end_search()
    press(dialog(page, FoundModelsDialog), "Cancel")
    assert page._library.calls == [("find_elsewhere",), ("drop_store", "ollama")]
    assert "Guest" in names(page)


def test_nothing_found_is_said(page: Any) -> None:
    page.bar.elsewhere.click()
    page._library.end_search()
    found = dialog(page, FoundModelsDialog)
    assert found.sentence.text().startswith("No models of LM Studio")
    assert found.use.isHidden()
    press(found, "Close")


def test_folders_are_added_taken_out_and_explained(page: Any, qtbot: QtBot) -> None:
    own, added = LibraryFolder(Path("/models"), "own", 2, GB), LibraryFolder(Path("/more"), "added", 1, GB)
    gone, foreign = LibraryFolder(Path("/disk"), "added", is_there=False), LibraryFolder(Path("/lm"), "lm_studio", 1, GB)
    page._library.places = (own, added, gone, foreign)
    page._deeds.show_folders()
    folders = dialog(page, ModelFoldersDialog)
    seen = []
    for row in range(4):
        folders.list.setCurrentRow(row)
        seen.append((folders.remove.isEnabled(), folders.show_button.isEnabled(), folders.sentence.text()))
    assert [one[:2] for one in seen] == [(False, True), (True, True), (True, False), (True, True)]
    assert "not connected" in seen[2][2]
    assert "LM Studio" in seen[3][2]
    press(folders, "Remove from the list")
    folders.list.setCurrentRow(1)
    press(folders, "Remove from the list")
    assert page._library.calls == [("drop_store", "lm_studio"), ("drop_folder", Path("/more"))]
    page._library.problem = ModelFolderGone("/nowhere")
    with qtbot.waitSignal(page.failed) as told:
        folders._on_folder_selected("/nowhere")
    assert page._library.calls[-1] == ("add_folder", Path("/nowhere"))
    assert told.args == [ModelFolderGone("/nowhere")]
    page._library.places = (own,)
    page._library.models_changed.emit()
    assert folders.list.count() == 1
    folders.close()


def test_an_opened_file_is_added_and_shown(page: Any, qtbot: QtBot) -> None:
    page._deeds._on_file_selected("/elsewhere/New.gguf")
    assert "New" in names(page)
    page._library.problem = ModelFileNotFound("/gone.gguf")
    with qtbot.waitSignal(page.failed) as told:
        page._deeds._on_file_selected("/gone.gguf")
    assert told.args == [ModelFileNotFound("/gone.gguf")]


# Keys


def test_everything_is_reached_and_done_with_keys(page: Any, qtbot: QtBot) -> None:
    page._library.have(ALPHA, BETA)
    page.window().activateWindow()
    qtbot.waitUntil(card(page, BETA).isVisible)
    page.setFocus()
    qtbot.waitUntil(lambda: focus() is page.bar.filter.edit)
    QTest.keyClick(focus(), Qt.Key.Key_Down)
    assert focus() is card(page, ALPHA).chat
    QTest.keyClick(focus(), Qt.Key.Key_Tab)
    QTest.keyClick(focus(), Qt.Key.Key_Down)
    assert focus() is card(page, BETA).settings
    QTest.keyClick(focus(), Qt.Key.Key_Up)
    assert focus() is card(page, ALPHA).settings
    QTest.keyClick(focus(), Qt.Key.Key_Delete)
    assert "“Alpha”" in dialog(page, QuestionDialog).windowTitle()
    dialog(page, QuestionDialog).close()
    QTest.keyClick(page, Qt.Key.Key_F, Qt.KeyboardModifier.ControlModifier)
    assert focus() is page.bar.filter.edit
    QTest.keyClicks(focus(), "bet")
    assert names(page) == ["Beta"]
    QTest.keyClick(focus(), Qt.Key.Key_Escape)
    assert len(names(page)) == 3


def test_tab_follows_the_order_on_screen(page: Any, qtbot: QtBot) -> None:
    page._library.have(ALPHA, BETA)
    page._library.notes.put(BETA.path, is_favourite=True)
    page.window().activateWindow()
    qtbot.waitUntil(card(page, ALPHA).isVisible)
    card(page, BETA).more.setFocus()
    qtbot.waitUntil(lambda: QApplication.focusWidget() is card(page, BETA).more)
    assert next_stop(page.window(), is_forward=True) is card(page, ALPHA).chat
    card(page, ALPHA).chat.setFocus()
    assert next_stop(page.window(), is_forward=False) is card(page, BETA).more


def test_the_keyboard_stays_where_it_is_when_the_list_changes(page: Any, qtbot: QtBot) -> None:
    page._library.have(ALPHA, BETA, GUEST)
    page.window().activateWindow()
    card(page, BETA).star.setFocus()
    qtbot.waitUntil(lambda: QApplication.focusWidget() is card(page, BETA).star)
    page._library.notes.put(BETA.path, is_favourite=True)
    assert QApplication.focusWidget() is card(page, BETA).star
    page._library.files.remove(BETA)
    page._library.models_changed.emit()
    assert page.list.focused_card() is card(page, ALPHA)


def test_everything_that_can_be_pressed_has_a_name(page: Any, qtbot: QtBot) -> None:
    page._library.have(ALPHA, GUEST)
    qtbot.waitUntil(card(page, GUEST).isVisible)
    buttons = [one for one in page.findChildren(QPushButton) if one.isVisible()]
    assert len(buttons) >= 5
    assert all(one.accessibleName() or one.text() for one in buttons)
    assert card(page, ALPHA).more.accessibleName() == "More about Alpha"


def test_the_ring_goes_with_what_it_is_around_and_out_of_sight_with_it(page: Any, theme: Theme, qtbot: QtBot) -> None:
    page._library.have(*(model(f"Model {number}") for number in range(12)))
    page.window().activateWindow()
    ring = FocusRing(theme, page.window())
    qtbot.waitUntil(lambda: page.list.verticalScrollBar().maximum() > 400)
    page.list.focus_first()
    qtbot.waitUntil(ring.isVisible)
    button, at = QApplication.focusWidget(), ring.y()
    page.list.verticalScrollBar().setValue(20)
    assert (ring.isVisible(), ring.y()) == (True, at - 20)
    page.list.verticalScrollBar().setValue(400)
    assert not ring.isVisible()
    page.list.verticalScrollBar().setValue(0)
    assert (ring.isVisible(), ring.y()) == (True, at)
    assert QApplication.focusWidget() is button


# Many


def test_of_three_hundred_models_only_those_in_sight_become_cards(page: Any, qtbot: QtBot) -> None:
    page._library.have(*(model(f"Model {number:03}") for number in range(300)))
    qtbot.waitUntil(lambda: page.list.verticalScrollBar().maximum() > page.list.viewport().height())
    n_first = len(page.list.cards())
    assert n_first < 24
    bar = page.list.verticalScrollBar()
    bar.setValue(bar.maximum())
    qtbot.waitUntil(lambda: len(page.list.cards()) > n_first)
    last = model("Model 299")
    page.list.reveal(last.path)
    qtbot.waitUntil(lambda: card(page, last).mapTo(page.list, QPoint(0, 0)).y() < page.list.height())
    page.bar.filter.edit.setText("Model 123")
    assert names(page) == ["Model 123"]
