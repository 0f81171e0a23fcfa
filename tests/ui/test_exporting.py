"""From a menu, a key or a button to a file or a printer: the dialog, what it remembers, what is said afterwards."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from PySide6 import QtGui
from PySide6.QtCore import QObject, QPoint, Qt
from PySide6.QtPrintSupport import QPrintDialog, QPrinter
from PySide6.QtWidgets import QApplication, QFileDialog, QPushButton, QRadioButton

from desktop_app.errors import DiskFull, PrinterFailed, WriteFailed
from desktop_app.services import export_work
from desktop_app.services.export_work import ExportOrder, FileFormat, Form
from desktop_app.services.exporting import ExportRun
from desktop_app.ui.dialogs.exporting import ExportDialog
from desktop_app.ui.qt_types import QtTypes
from desktop_app.ui.transcript.paper.printing import Printing
from desktop_app.ui.transcript.paper.writing import Paper
from desktop_app.ui.transcript.shown import Button, Part
from tests.pdf_reading import Pdf
from tests.ui.talks import Talk

CTRL_SHIFT = Qt.KeyboardModifier.ControlModifier | Qt.KeyboardModifier.ShiftModifier
CODE = 'def f():\n\treturn "<b>"  \n'
ANSWER = f"Like this:\n\n```python\n{CODE}```\n\nAnd that is *all*."


@pytest.fixture
def talk(services: Any, make_window: Callable[[Any], Any], tmp_path: Path, qtbot: Any) -> Iterator[Talk]:
    (tmp_path / "out").mkdir()
    services.preferences.set("export_folder", str(tmp_path / "out"))
    talk = Talk(services, make_window, tmp_path, qtbot)
    talk.open(talk.say("How is the sky blue?", ANSWER))
    talk.window.activateWindow()
    yield talk
    talk.close()


class FakeExports(QObject):
    """Runs that go as far as the test says."""

    def __init__(self) -> None:
        super().__init__()
        self.orders: list[ExportOrder] = []
        self.runs: list[ExportRun] = []

    def export(self, order: ExportOrder) -> ExportRun:
        self.orders.append(order)
        self.runs.append(ExportRun(self))
        return self.runs[-1]


@pytest.fixture
def exports(talk: Talk) -> FakeExports:
    talk.window.exporting._exports = FakeExports()
    found: FakeExports = talk.window.exporting._exports
    return found


def dialog(talk: Talk) -> ExportDialog:
    [found] = [one for one in talk.window.findChildren(ExportDialog) if one.isVisible()]
    assert isinstance(found, ExportDialog)
    return found


def has_dialog(talk: Talk) -> bool:
    return any(one.isVisible() for one in talk.window.findChildren(ExportDialog))


def press(parent: QObject, words: str) -> None:
    next(one for one in parent.findChildren(QPushButton) if one.isVisible() and one.text() == words).click()


def choose(shown: ExportDialog, words: str) -> None:
    next(one for one in shown.findChildren(QRadioButton) if one.text() == words).click()


def files(folder: Path) -> list[str]:
    return sorted(path.name for path in (folder / "out").rglob("*"))


def export(talk: Talk, format: str) -> None:
    """Export what the dialog is about, and wait until it is gone."""
    choose(dialog(talk), format)
    press(dialog(talk), "Export")
    talk.qtbot.waitUntil(lambda: not has_dialog(talk))


# To the end


def test_the_key_exports_the_conversation_on_show(talk: Talk, tmp_path: Path) -> None:
    talk.qtbot.keyClick(talk.window, Qt.Key.Key_E, CTRL_SHIFT)
    assert dialog(talk).windowTitle() == "Export this conversation"
    assert not dialog(talk).isModal(), "the person can go on working"
    export(talk, "Markdown")
    [path] = (tmp_path / "out").iterdir()
    assert path.name == "How is the sky blue.md"
    assert CODE in path.read_text("utf-8")
    assert talk.window.notices.sentences() == ["Exported to “How is the sky blue.md”."]
    assert talk.services.preferences.get("export_format") == "md"


@pytest.mark.parametrize("format", ["PDF", "HTML", "Plain text", "JSON"])
def test_every_format_becomes_a_file(talk: Talk, tmp_path: Path, format: str) -> None:
    talk.window.actions_.export.trigger()
    export(talk, format)
    [path] = (tmp_path / "out").iterdir()
    data = path.read_bytes()
    if format == "PDF":
        found = "".join(Pdf(data).text.split())
        assert "Andthatisall." in found and "".join(CODE.split()) in found
    elif format == "HTML":
        assert b"<em>all</em>" in data and b"&lt;b&gt;" in data
    elif format == "JSON":
        assert [one["text"] for one in json.loads(data)["conversations"][0]["messages"]] == ["How is the sky blue?", ANSWER]
    else:
        assert CODE.encode() in data


def test_types_to_paint_with_are_made_before_another_thread_paints(talk: Talk, monkeypatch: pytest.MonkeyPatch) -> None:
    order: list[str] = []
    finish, pdf = QtTypes.finish, Paper.pdf
    monkeypatch.setattr(QtTypes, "finish", lambda types: (order.append("types"), finish(types)))
    monkeypatch.setattr(Paper, "pdf", lambda *values: (order.append("paper"), pdf(*values))[1])

    talk.window.actions_.export.trigger()
    export(talk, "PDF")

    assert order == ["types", "paper"]


def test_the_notice_opens_the_folder(talk: Talk, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    opened: list[str] = []
    monkeypatch.setattr(QtGui.QDesktopServices, "openUrl", lambda url: opened.append(url.toLocalFile()))
    talk.window.exporting._on_export_all()
    export(talk, "Plain text")
    talk.press_notice("Open folder")
    [folder] = (tmp_path / "out").iterdir()
    assert [Path(one) for one in opened] == [folder]
    assert folder.name.startswith("Hearth 20") and [one.name for one in folder.iterdir()] == ["How is the sky blue.txt"]


def test_nothing_is_overwritten_without_a_question(talk: Talk, tmp_path: Path) -> None:
    for _ in range(2):
        talk.window.actions_.export.trigger()
        export(talk, "Plain text")
    assert files(tmp_path) == ["How is the sky blue (2).txt", "How is the sky blue.txt"]


def test_a_full_disk_is_told_of_where_another_place_can_be_chosen(
    talk: Talk, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(*_: Any) -> None:
        raise DiskFull("/x/The file.txt")

    talk.window.actions_.export.trigger()
    choose(dialog(talk), "Plain text")
    with monkeypatch.context() as patch:
        patch.setattr(export_work, "_write", full)
        press(dialog(talk), "Export")
        talk.qtbot.waitUntil(lambda: dialog(talk)._problem.isVisible())
    assert (
        dialog(talk)._problem.text() == "The disk is full, so “The file.txt” could not be saved; free some space and try again."
    )
    export(talk, "Plain text")
    assert files(tmp_path) == ["How is the sky blue.txt"]


# What goes out


def test_marked_conversations_and_folders_go_out_together(talk: Talk, exports: FakeExports) -> None:
    first, second = talk.id, talk.say("Second", "Two", conversation_id=talk.conversations.start_private())
    folder_id = talk.conversations.add_folder("R&D")
    talk.conversations.move([first], folder_id)
    talk.settle()
    exporting, sidebar = talk.window.exporting, talk.window.sidebar.list
    exporting.ask([first, second])
    assert dialog(talk).windowTitle() == "Export 2 conversations"
    press(dialog(talk), "Export")
    assert exports.orders[-1].ids == (first, second) and exports.orders[-1].form is Form.FOLDER
    exports.runs[-1].cancelled.emit()
    talk.conversations.move([second], folder_id)
    talk.settle()
    sidebar.menu_folder_id = folder_id
    talk.window.actions_.export_folder.trigger()
    press(dialog(talk), "Export")
    assert set(exports.orders[-1].ids or ()) == {first, second} and exports.orders[-1].path.name == "R&D"


def test_a_message_goes_out_from_its_menu(talk: Talk, exports: FakeExports) -> None:
    talk.view.menu_requested.emit(talk.branch[1].id, "", QPoint(5, 5))
    menu = QApplication.activePopupWidget()
    next(one for one in menu.actions() if one.text() == "Export message…").trigger()
    menu.close()
    assert dialog(talk).windowTitle() == "Export this message"
    press(dialog(talk), "Export")
    part = exports.orders[-1].part
    assert part is not None and [one.id for one in part.messages] == [talk.branch[1].id] and not part.is_whole
    assert exports.orders[-1].form is None


def test_what_is_selected_goes_out(talk: Talk, exports: FakeExports) -> None:
    talk.view.selection.set((0, 0, 7), (1, 0, 10**9))
    talk.do("export_selection", 0)
    press(dialog(talk), "Export")
    part = exports.orders[-1].part
    assert part is not None and [one.text for one in part.messages] == ["the sky blue?", "Like this:"]


def test_without_a_conversation_there_is_nothing_to_export_or_print(talk: Talk) -> None:
    talk.window.open_conversation(None)
    for action in (talk.window.actions_.export, talk.window.actions_.print):
        action.trigger()
    talk.view.selection.clear()
    talk.window.exporting.ask_message("")
    assert not has_dialog(talk) and not talk.window.findChildren(QPrintDialog)


def test_everything_is_in_the_settings_menu(talk: Talk) -> None:
    menu = talk.window.sidebar.settings_menu()
    next(one for one in menu.actions() if one.text() == "Export everything…").trigger()
    menu.close()
    assert dialog(talk).windowTitle() == "Export everything"


# The dialog


def test_it_says_where_it_goes_and_what_it_is_called(talk: Talk, tmp_path: Path) -> None:
    talk.window.exporting._on_export_all()
    shown = dialog(talk)
    stem = shown.path().name
    for format, form, name in (
        ("PDF", "New folder", stem),
        ("PDF", "One file", f"{stem}.zip"),
        ("JSON", "One file", f"{stem}.json"),
        ("JSON", "New folder", stem),
    ):
        choose(shown, format)
        choose(shown, form)
        assert shown.path() == tmp_path / "out" / name
        assert shown._place.full_text().endswith(f"out/{name}")


def test_a_file_that_the_person_chooses_may_be_replaced_until_they_choose_another_format(
    talk: Talk, tmp_path: Path, exports: FakeExports
) -> None:
    talk.window.actions_.export.trigger()
    shown = dialog(talk)
    choose(shown, "Markdown")
    press(shown, "Change…")
    chooser = shown.findChild(QFileDialog)
    assert chooser.acceptMode() is QFileDialog.AcceptMode.AcceptSave and chooser.defaultSuffix() == "md"
    chooser.fileSelected.emit(str(tmp_path / "mine.md"))
    chooser.close()
    press(shown, "Export")
    assert (exports.orders[-1].path, exports.orders[-1].may_replace) == (tmp_path / "mine.md", True)
    assert talk.services.preferences.get("export_folder") == str(tmp_path)
    exports.runs[-1].failed.emit(WriteFailed("/x/mine.md", ""))
    choose(shown, "HTML")
    press(shown, "Export")
    assert (exports.orders[-1].path.name, exports.orders[-1].may_replace) == ("How is the sky blue.html", False)


def test_a_folder_is_chosen_for_many_files(talk: Talk, tmp_path: Path, exports: FakeExports) -> None:
    talk.window.exporting._on_export_all()
    shown = dialog(talk)
    press(shown, "Change…")
    chooser = shown.findChild(QFileDialog)
    assert chooser.fileMode() is QFileDialog.FileMode.Directory
    chooser.fileSelected.emit(str(tmp_path))
    chooser.close()
    assert shown.path().parent == tmp_path and shown.path().name.startswith("Hearth 20")


def test_how_far_it_is_is_shown_and_it_can_be_cancelled(talk: Talk, exports: FakeExports) -> None:
    talk.window.exporting._on_export_all()
    shown = dialog(talk)
    press(shown, "Export")
    exports.runs[-1].progressed.emit(1233, 3000)
    assert (shown._bar.value(), shown._bar.maximum(), shown._counts.text()) == (1233, 3000, "Conversation 1,234 of 3,000")
    assert shown.is_running
    talk.window.exporting.ask([talk.id])
    assert dialog(talk) is shown, "one at a time"
    press(shown, "Cancel")
    assert exports.runs[-1].track.is_stopped and has_dialog(talk)
    exports.runs[-1].cancelled.emit()
    assert not has_dialog(talk) and talk.window.notices.sentences() == []


def test_another_wish_takes_the_place_of_the_first(talk: Talk, exports: FakeExports) -> None:
    talk.window.exporting.ask([talk.id])
    talk.window.exporting._on_export_all()
    assert dialog(talk).windowTitle() == "Export everything"


def test_what_was_chosen_last_is_chosen_again(talk: Talk, exports: FakeExports) -> None:
    talk.services.preferences.set("export_format", "html")
    talk.window.exporting.ask([talk.id])
    assert dialog(talk).format is FileFormat.HTML
    assert dialog(talk).focusWidget() is dialog(talk)._formats[FileFormat.HTML]


# Code


def test_code_is_saved_from_its_head_by_mouse(talk: Talk, tmp_path: Path) -> None:
    places, header = talk.view.places, talk.view.places.painter.header
    [part] = [one for one in places.parts_of(1) if one.button is Button.SAVE]
    card = places.painter.card_rect(
        talk.view.conversation.messages[1], part.box, places.x, talk.view.conversation.tops[1] - places.value
    )
    talk.qtbot.mouseClick(talk.view.viewport(), Qt.MouseButton.LeftButton, pos=header.button_rect(card, Button.SAVE).center())
    chooser = talk.window.findChild(QFileDialog)
    assert chooser.selectedFiles()[0].endswith("/script.py")
    chooser.fileSelected.emit(str(tmp_path / "out" / "mine.py"))
    chooser.close()
    talk.qtbot.waitUntil(lambda: talk.window.notices.sentences() == ["Saved as “mine.py”."])
    assert (tmp_path / "out" / "mine.py").read_bytes() == CODE.encode()


def test_copying_from_the_head_still_copies(talk: Talk) -> None:
    [part] = [one for one in talk.view.places.parts_of(1) if one == Part(1, one.box, Button.COPY) and one.box >= 0]
    talk.view.press(part)
    assert QApplication.clipboard().text() == CODE.rstrip("\n")


def test_code_that_could_not_be_saved_can_be_saved_elsewhere(talk: Talk, tmp_path: Path) -> None:
    talk.window.exporting.save_code("python", CODE)
    chooser = talk.window.findChild(QFileDialog)
    chooser.fileSelected.emit(str(tmp_path / "gone" / "mine.py"))
    chooser.close()
    chooser.deleteLater()
    talk.qtbot.waitUntil(lambda: bool(talk.window.notices.sentences()))
    assert talk.window.notices.sentences()[0].startswith("“mine.py” could not be saved")
    talk.press_notice("Save as…")
    again = talk.window.findChildren(QFileDialog)[-1]
    assert again.selectedFiles()[0].endswith("mine.py")
    again.close()


# Paper


def accept(chooser: QPrintDialog, printer: QPrinter) -> None:
    """Agree, without what the dialog itself would set: there is no printer here."""
    assert chooser.isVisible()
    chooser.hide()
    chooser.accepted.emit(printer)
    chooser.deleteLater()


@pytest.mark.linux("elsewhere the dialog is the system's own, which waits for a person and takes no file for a printer")
def test_the_key_prints_what_is_on_show(talk: Talk, tmp_path: Path) -> None:
    talk.window.actions_.print.trigger()
    [printing] = talk.window.findChildren(Printing)
    printing.printer.setOutputFormat(QPrinter.OutputFormat.PdfFormat)
    printing.printer.setOutputFileName(str(tmp_path / "paper.pdf"))
    accept(talk.window.findChild(QPrintDialog), printing.printer)
    talk.qtbot.waitUntil(lambda: talk.window.notices.sentences() == ["The conversation is with the printer."])
    assert "Andthatisall." in "".join(Pdf((tmp_path / "paper.pdf").read_bytes()).text.split())


@pytest.mark.linux("elsewhere the dialog is the system's own, which waits for a person and takes no file for a printer")
@pytest.mark.parametrize("is_file", [True, False])
def test_what_takes_nothing_is_told_of(talk: Talk, monkeypatch: pytest.MonkeyPatch, is_file: bool) -> None:
    class Broken(QPrinter):
        def outputFormat(self) -> QPrinter.OutputFormat:
            return QPrinter.OutputFormat.PdfFormat if is_file else QPrinter.OutputFormat.NativeFormat

    def refuse(_self: Paper, _device: object, name: str, *_: object, **__: object) -> None:
        raise PrinterFailed(name or "LP1")

    monkeypatch.setattr(Paper, "paint", refuse)
    talk.window.actions_.print.trigger()
    [printing] = talk.window.findChildren(Printing)
    printing.printer = Broken()
    printing.printer.setOutputFileName("/x/paper.pdf" if is_file else "")
    accept(talk.window.findChild(QPrintDialog), printing.printer)
    talk.qtbot.waitUntil(lambda: bool(talk.window.notices.sentences()))
    said = "“paper.pdf” could not be saved" if is_file else "“LP1” does not take what is to be printed"
    assert talk.window.notices.sentences()[0].startswith(said)
    if is_file:
        talk.open(talk.say("Something else?", "Yes."))
        press(talk.window.notices, "Try again")
        talk.qtbot.waitUntil(lambda: any(one.isVisible() for one in talk.window.findChildren(QPrintDialog)))
        assert talk.window.findChildren(Printing)[-1].printer.docName() == "How is the sky blue?", "not what is on show now"
        next(one for one in talk.window.findChildren(QPrintDialog) if one.isVisible()).reject()
