"""D4: markup in names, titles, errors and everything else that is not ours is shown letter by letter, and opens no file."""

from __future__ import annotations

import importlib
import pkgutil
import tempfile
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any, get_type_hints

import pytest
from PySide6.QtCore import QCoreApplication, QObject, QPoint, QUrl, Signal
from PySide6.QtWidgets import (
    QApplication,
    QLabel,
    QWidget,
)
from pytestqt.qtbot import QtBot

from desktop_app import errors
from desktop_app.chat.attachment import Attachment
from desktop_app.chat.message import MessageState, Role, new_id
from desktop_app.chat.search import MessageHit, TitleHit
from desktop_app.engine.parameters import LoadParameters
from desktop_app.engine.protocol import ModelInfo
from desktop_app.errors import AppError
from desktop_app.library.fit import CardMemory, MachineMemory
from desktop_app.library.model_file import ModelFile
from desktop_app.services.conversations import Conversations
from desktop_app.services.engine import EngineState
from desktop_app.services.exchange import ImportReport, Outcome
from desktop_app.templates.template import KINDS, Field, PromptTemplate, TemplateVersion
from desktop_app.ui import dialogs, library
from desktop_app.ui.dialogs.attachment import AttachmentDialog
from desktop_app.ui.dialogs.chat_template import ChatTemplateDialog
from desktop_app.ui.dialogs.compare import CompareDialog
from desktop_app.ui.dialogs.details import DetailsDialog
from desktop_app.ui.dialogs.dialog import Dialog
from desktop_app.ui.dialogs.exporting import ExportDialog
from desktop_app.ui.dialogs.importing import ImportDialog
from desktop_app.ui.dialogs.links import LinkDialog
from desktop_app.ui.dialogs.load_choices import LoadChoicesDialog
from desktop_app.ui.dialogs.prompt_form import PromptForm
from desktop_app.ui.dialogs.question import QuestionDialog
from desktop_app.ui.dialogs.tags import TagsDialog
from desktop_app.ui.dialogs.template_versions import TemplateVersionsDialog
from desktop_app.ui.main_window import MainWindow
from tests.fakes.services import fake_services
from tests.reliability.plain_text_walk import Canary, Walk
from tests.reliability.planted_data import DATA_PLACES, data_dialogs
from tests.reliability.planted_models import MODEL_PLACES, downloads_page, local_page, model_dialogs
from tests.reliability.planted_parameters import PARAMETER_PLACES, parameter_dialogs, parameter_panel
from tests.reliability.planted_personas import PERSONA_PLACES, persona_dialogs, persona_pages

OURS_ALONE = {"AboutDialog", "BackupsDialog", "ForEverDialog", "UnsavedDialog", "ShortcutsDialog", "UpgradeDialog", "Dialog"}
"""Dialogs that show nothing but words and numbers of ours."""


@pytest.fixture
def canary() -> Iterator[Canary]:
    with tempfile.TemporaryDirectory() as folder:  # a short path: in some places a name is cut after 100 characters
        canary = Canary(Path(folder))
        yield canary
        canary.was_opened()


def problems(text: str) -> list[AppError]:
    """Give an error of every class, with `text` wherever there is one."""
    found: list[AppError] = []
    for kind in _kinds(AppError):
        hints = {name: hint for name, hint in get_type_hints(kind).items() if not name.startswith("_")}
        values = {name: text if hint is str else 7 for name, hint in hints.items() if hint in (str, int)}
        values |= {"mistake": "no_name"} if kind is errors.TemplateSyntaxError else {}
        values |= {"names": (text,)} if kind is errors.MissingVariables else {}
        values |= {"reason": "not_gguf"} if kind is errors.NotAModelFile else {}
        values |= {"reason": "inside"} if kind is errors.DataPlaceUnsuitable else {}
        found.append(kind(**values))
    return found


def _kinds(kind: type[AppError]) -> list[type[AppError]]:
    below = [one for child in kind.__subclasses__() if child.__module__ == errors.__name__ for one in _kinds(child)]
    return below or [kind]


class FakeImports(QObject):
    """An import that has ended."""

    progressed = Signal(int, object, object)
    finished = Signal(object)
    is_running = False

    def start(self, _path: Path, _words: object) -> None:
        """Do nothing."""


class Planted:
    """A window with markup in everything that is not ours."""

    def __init__(self, window: MainWindow, services: Any, canary: Canary) -> None:
        self.window, self.services, self.plant = window, services, canary.plant
        self.conversations: Conversations = services.conversations
        plant = self.plant
        services.library.files = [ModelFile(Path("/models/x.gguf"), plant("file"), 9, False, plant("quantization"))]
        model = ModelInfo("/models/x.gguf", plant("model"), plant("kind"), 1, 9, 512, 512, 1, 1, plant("card"), 1, True, "")
        services.engine.become(EngineState.READY, model)
        self.id = self._talk()
        self.trashed = self._talk()
        self.conversations.trash(self.trashed)
        self.conversations.queue(self.id, plant("queued"))
        for place in (None, self.id):
            self.conversations.save_draft_attachment(place, Attachment(new_id(), plant("chip"), plant("file text"), 9))
        self.settle()

    def settle(self) -> None:
        assert self.conversations.flush()
        QCoreApplication.processEvents()

    def _talk(self) -> str:
        plant, conversations = self.plant, self.conversations
        conversations.save_draft_attachment(None, file := Attachment(new_id(), plant("attached"), plant("file text"), 9))
        id = conversations.ask(None, plant("question"), plant("answering model"), attachments=[file.id])
        self.settle()
        answer = conversations.branch(id)[-1]
        text = f"{plant('answer')}\n\n```{plant('language')}\nx\n```\n\n```python\n{plant('code')}\n```"
        conversations.finish(answer.id, MessageState.DONE, None, rest=text)
        self.settle()
        failed = conversations.ask(id, "Again?", plant("answering model"))
        self.settle()
        error = errors.FileUnreadable(plant("error path"), plant("error detail"))
        conversations.finish(conversations.branch(failed)[-1].id, MessageState.FAILED, None, error)
        conversations.rename(id, plant("title"))
        folder = conversations.add_folder(plant("folder"))
        conversations.move([id], folder)
        conversations.tag([id], add=(plant("tag"),))
        self.settle()
        return id

    # What there is to see, one after another

    def pages(self) -> Iterator[QWidget]:
        window, plant = self.window, self.plant
        window.composer.set_text(plant("draft"))
        yield window
        unknown = self.services.engine.model.replaced(path="/elsewhere/x.gguf")
        self.services.engine.become(EngineState.READY, unknown)
        window.open_conversation(self.id)
        window.transcript.view.verticalScrollBar().setValue(0)
        yield window
        window.actions_.show_source.trigger()
        yield window
        window.message_actions.do("edit", self.conversations.branch(self.id)[0].id)
        yield window
        window.editing.leave()
        window.actions_.rename.trigger()
        yield window
        window.actions_.find.trigger()
        window.transcript._find_bar.field.setText(plant("found words"))  # type: ignore[union-attr]
        yield window
        window.actions_.show_trash.trigger()
        window.open_conversation(self.trashed)
        yield window
        window.open_conversation(self.id)
        window.actions_.search.trigger()
        window.searching.field.edit.setText(plant("searched"))
        QCoreApplication.processEvents()
        title = TitleHit(self.id, plant("title hit"), ((0, 4),), 0)
        message = self.conversations.branch(self.id)[0]
        hit = MessageHit(self.id, message.id, plant("hit title"), plant("snippet"), ((0, 4),), Role.USER, 0)
        self.services.search.answer([title], [hit])
        yield window
        window.searching.field.edit.clear()
        yield from local_page(self.services, plant, window._appearance.theme, window)
        yield from downloads_page(plant, window._appearance.theme, window)
        yield parameter_panel(plant, window._appearance.theme, window)
        yield from persona_pages(plant, window, self.id)

    def notices(self) -> Iterator[QWidget]:
        for error in problems(self.plant("error")):
            self.window.show_error(error)
            yield self.window.notices
        self.window.show_bug(self.plant("bug"))
        yield self.window.notices

    def menus(self) -> Iterator[QWidget]:
        window, listed = self.window, self.window.sidebar.list
        window.top_bar.models_requested.emit()
        yield self._menu()
        listed.menu_requested.emit([self.id], "", QPoint(4, 4))
        yield self._menu()
        listed.menu_requested.emit([], self.conversations.folders()[0].id, QPoint(4, 4))
        yield self._menu()
        listed.menu_requested.emit([], "", QPoint(4, 4))
        yield self._menu()
        answer = self.conversations.branch(self.id)[1]
        window.transcript.view.menu_requested.emit(answer.id, self.plant("href"), QPoint(4, 4))
        yield self._menu()

    @staticmethod
    def _menu() -> QWidget:
        menu = QApplication.activePopupWidget()
        assert menu is not None
        return menu

    def dialogs(self) -> Iterator[QWidget]:
        plant, window, theme = self.plant, self.window, self.window._appearance.theme
        message = self.conversations.branch(self.id)[1]
        other = replace(message, id="other", text=plant("compared"), model=plant("compared model"))
        model = self.services.engine.model.replaced(name=plant("template"), template="chatml")
        machine = MachineMemory(9, 9, 2 * (CardMemory(plant("device"), 9, 9),))
        yield ChatTemplateDialog(model, "", theme, window)
        yield LoadChoicesDialog(model, LoadParameters(), machine, None, theme, window)
        yield AttachmentDialog(Attachment("a", plant("shown file"), plant("shown text"), 9), theme, window)
        yield CompareDialog([message, other], "other", theme, window)
        yield DetailsDialog(plant("details"), theme, window)
        yield LinkDialog(QUrl("https://example.org/" + plant("link")), theme, window)
        yield QuestionDialog(plant("asked"), plant("explained"), plant("yes"), plant("no"), None, theme, window)
        fields = tuple(
            Field(f"v{kind}", kind, plant(f"label {kind}"), plant("help"), choices=(plant("choice"),)) for kind in KINDS
        )
        text = "".join("{{" + field.name + "}}" for field in fields)
        offered = {"clipboard": plant("clipboard"), "selection": plant("selection")}
        template = PromptTemplate("t", plant("template"), plant("said") + text, fields, plant("folder"))
        yield PromptForm(template, offered, theme, window)
        yield TemplateVersionsDialog(template, [TemplateVersion("v", template.replaced(text=plant("before")), 1)], theme, window)
        yield TagsDialog([plant("tag in dialog")], {plant("tag in dialog"): True}, 1, theme, window)
        imports: Any = FakeImports(window)
        importing = ImportDialog(imports, theme, window)
        importing.start(Path("/tmp") / plant("import"))
        yield importing
        imports.finished.emit(ImportReport(plant("import"), (Outcome(plant("imported title")),), n_imported=1))
        yield importing
        window.actions_.export.trigger()
        yield next(iter(window.findChildren(ExportDialog)))
        yield from model_dialogs(plant, theme, window)
        yield from parameter_dialogs(plant, theme, window)
        yield from persona_dialogs(plant, theme, window)
        yield from data_dialogs(plant, theme, window)


PLACES = {
    "file", "queued", "chip", "attached", "question", "answering model", "answer", "title", "folder", "tag", "draft",
    "found words", "searched", "title hit", "snippet", "error", "shown file", "shown text", "compared", "compared model",
    "details", "asked", "explained", "yes", "no", "tag in dialog", "imported title", "template", "device",
}  # fmt: skip


@pytest.fixture
def planted(tmp_path: Path, make_window: Callable[[Any], MainWindow], canary: Canary) -> Iterator[Planted]:
    services = fake_services(tmp_path)
    services.conversations = Conversations(tmp_path / "hearth.sqlite3")
    planted = Planted(make_window(services), services, canary)
    yield planted
    planted.window.close()
    services.conversations.close()


@pytest.mark.posix("Windows has no signals")
def test_everything_is_shown_letter_by_letter_and_no_file_is_opened(planted: Planted, canary: Canary) -> None:
    walk = Walk(canary)
    for page in planted.pages():
        walk.over(page)
    for notice in planted.notices():
        walk.over(notice)
    for menu in planted.menus():
        walk.over(menu)
        menu.close()
    shown = set()
    for dialog in planted.dialogs():
        dialog.show()
        walk.over(dialog)
        shown.add(type(dialog).__name__)
    for one in planted.window.findChildren(Dialog):
        one.close()
    assert walk.wrong == []
    assert {
        place for place in PLACES | MODEL_PLACES | PARAMETER_PLACES | PERSONA_PLACES | DATA_PLACES if not walk.has_seen(place)
    } == set()
    assert shown | OURS_ALONE == _all_dialogs()
    assert not canary.was_opened()


def _all_dialogs() -> set[str]:
    packages = (dialogs, library)
    for package in packages:
        for module in pkgutil.iter_modules(package.__path__, package.__name__ + "."):
            importlib.import_module(module.name)
    kinds: list[type[Dialog]] = [Dialog, *Dialog.__subclasses__()]
    return {kind.__name__ for kind in kinds if kind.__module__.startswith(tuple(package.__name__ for package in packages))}


@pytest.mark.posix("Windows has no signals")
@pytest.mark.qt_log_ignore("QFile::at: Cannot set file position", extend=True)
def test_the_walk_and_the_canary_see_a_careless_widget(canary: Canary, qtbot: QtBot) -> None:
    box = QWidget()
    qtbot.addWidget(box)
    label = QLabel(canary.plant("label"), box)
    label.setToolTip(canary.plant("tooltip"))
    box.show()
    walk = Walk(canary)
    walk.over(box)
    assert len(walk.wrong) == 2
    assert canary.was_opened()
