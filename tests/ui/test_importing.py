"""The dialog of an import: what it asks, how far it is, what became of each conversation; and the ways that lead to it."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from PySide6.QtCore import QMimeData, QObject, QPoint, Qt, QUrl, Signal
from PySide6.QtGui import QDropEvent, QGuiApplication
from PySide6.QtWidgets import QApplication, QFileDialog, QPushButton, QWidget
from pytestqt.qtbot import QtBot

from desktop_app.errors import DiskFull, FileUnreadable
from desktop_app.exchange.found import SkipReason, Source
from desktop_app.services.exchange import ImportReport, Outcome
from desktop_app.ui.conversation_import import dropped_export
from desktop_app.ui.dialogs.importing import N_LINES_SHOWN, ImportDialog, ReportText
from desktop_app.ui.dialogs.question import QuestionDialog
from desktop_app.ui.theme import Theme
from desktop_app.ui.translation import Translation


class FakeImports(QObject):
    """An import that goes as far as the test says."""

    progressed = Signal(int, object, object)
    finished = Signal(object)

    def __init__(self) -> None:
        super().__init__()
        self.is_running = False
        self.started: list[tuple[Path, Any]] = []
        self.n_cancelled = 0

    def start(self, path: Path, words: Any) -> None:
        """Begin."""
        self.is_running = True
        self.started.append((path, words))

    def cancel(self) -> None:
        """Write down that it is to stop."""
        self.n_cancelled += 1

    def end(self, report: ImportReport) -> None:
        """Finish."""
        self.is_running = False
        self.finished.emit(report)


@pytest.fixture
def imports() -> FakeImports:
    return FakeImports()


@pytest.fixture
def english(qapp: QApplication) -> Iterator[None]:
    translation = Translation(qapp)
    translation.choose("en")
    yield
    translation.close()


@pytest.fixture
def dialog(qtbot: QtBot, theme: Theme, english: None, imports: FakeImports) -> Iterator[ImportDialog]:
    parent = QWidget()
    qtbot.addWidget(parent)
    made = ImportDialog(imports, theme, parent)  # type: ignore[arg-type]
    made.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose, False)
    made.show()
    yield made
    made.close()


def buttons(dialog: QWidget) -> dict[str, QPushButton]:
    return {one.text(): one for one in dialog.findChildren(QPushButton) if one.isVisible()}


REPORT = ImportReport(
    "export.zip",
    (
        Outcome("Sky", None, Source.CHATGPT, True, 4),
        Outcome("Sea\nand land", SkipReason.ALREADY_HERE, Source.CHATGPT),
        Outcome("", SkipReason.DAMAGED),
    ),
    n_imported=1, n_messages=4, n_placeholders=2, n_other_files=3, skipped=((SkipReason.ALREADY_HERE, 1), (SkipReason.DAMAGED, 1)),
)  # fmt: skip


def test_it_asks_for_a_file_or_a_folder(dialog: ImportDialog, imports: FakeImports) -> None:
    assert list(buttons(dialog)) == ["Choose a folder…", "Cancel", "Choose a file…"]
    for words, mode in (
        ("Choose a file…", QFileDialog.FileMode.ExistingFile),
        ("Choose a folder…", QFileDialog.FileMode.Directory),
    ):
        buttons(dialog)[words].click()
        chooser = dialog.findChildren(QFileDialog)[-1]
        assert chooser.fileMode() is mode
        chooser.fileSelected.emit("/exports/x")
        chooser.close()
        imports.end(REPORT)
        dialog._show_choice()
    assert [path for path, _ in imports.started] == [Path("/exports/x")] * 2
    assert imports.started[0][1].file == "[A file was here: {name}]"


def test_it_shows_how_far_it_is_and_lets_the_window_be_used(dialog: ImportDialog, imports: FakeImports) -> None:
    dialog.start(Path("/exports/x.zip"))
    assert not dialog.isModal()
    assert (dialog._counts.text(), dialog._bar.maximum()) == ("Making a backup first…", 0)
    imports.progressed.emit(1, 3 * 10**9, 6 * 10**9)
    assert (dialog._counts.text(), dialog._bar.value(), dialog._bar.maximum()) == ("1 conversation so far", 500, 1000)
    assert list(buttons(dialog)) == ["Cancel"]


def test_escape_stops_it_first_and_closes_afterwards(qtbot: QtBot, dialog: ImportDialog, imports: FakeImports) -> None:
    dialog.start(Path("/exports/x.zip"))
    qtbot.keyClick(dialog, Qt.Key.Key_Escape)
    assert imports.n_cancelled == 1 and dialog.isVisible()
    imports.end(REPORT.replaced(is_cancelled=True))
    assert dialog._text.text().endswith("You stopped the import; what had come in stays.")
    qtbot.keyClick(dialog, Qt.Key.Key_Escape)
    assert not dialog.isVisible()


def test_the_report_names_each_with_its_reason_and_can_be_copied(dialog: ImportDialog, imports: FakeImports) -> None:
    dialog.start(Path("/exports/x.zip"))
    imports.end(REPORT)
    summary = [
        "1 conversation imported.", "2 items skipped.", "2 pictures or files left a note in their place.",
        "3 other files hold no conversations.",
    ]  # fmt: skip
    lines = ["“Sea and land” is here already.", "“Untitled” is damaged.", "“Sky” from ChatGPT: 4 messages"]
    assert dialog._text.text().splitlines() == summary
    assert dialog._field.toPlainText().splitlines() == lines
    assert list(buttons(dialog)) == ["Copy", "Close"]
    buttons(dialog)["Copy"].click()
    assert QGuiApplication.clipboard().text().splitlines() == [*summary, "", *lines]


def test_why_it_ended_early_is_said(dialog: ImportDialog, imports: FakeImports) -> None:
    dialog.start(Path("/exports/x.zip"))
    imports.end(
        ImportReport("x.zip", error=DiskFull("/data/hearth.sqlite3"), is_cut_short=True, skipped=((SkipReason.EMPTY, 1),))
    )
    assert dialog.windowTitle() == "Nothing was imported"
    assert "The disk is full" in dialog._text.text()
    assert "Reading stopped unexpectedly" in dialog._text.text()


@pytest.mark.parametrize(
    ("report", "said"),
    [
        (ImportReport("x.zip", error=FileUnreadable("/exports/x.zip", "EACCES")), "“x.zip” could not be read"),
        (ImportReport("x.zip", error=DiskFull("/data/hearth-backups/hearth.sqlite3")), "The disk is full"),
        (ImportReport("photos", n_other_files=12), "No conversations were found in “photos”.\n12 other files hold"),
        (ImportReport("empty"), "No conversations were found in “empty”."),
        (ImportReport("x.zip", is_cancelled=True), "You stopped the import"),
        (ImportReport("x.zip", is_cut_short=True), "Reading stopped unexpectedly"),
    ],
)
def test_where_nothing_was_taken_the_heading_says_so_and_a_sentence_why(
    dialog: ImportDialog, imports: FakeImports, report: ImportReport, said: str
) -> None:
    dialog.start(Path("/exports/x"))
    imports.end(report)

    assert dialog.windowTitle() == "Nothing was imported" and dialog._text.text().startswith(said)


def test_what_added_messages_only_is_an_import_too(dialog: ImportDialog, imports: FakeImports) -> None:
    dialog.start(Path("/exports/x.zip"))
    imports.end(ImportReport("x.zip", n_completed=1, n_messages=2))

    assert dialog.windowTitle() == "Import finished" and "No conversations" not in dialog._text.text()


def test_a_long_report_is_shown_in_part_and_copied_whole(qapp: object) -> None:
    outcomes = tuple(Outcome(f"Chat {number}", None, Source.CLAUDE, True, 1) for number in range(1000))
    report = ImportReport("x", outcomes, n_imported=1200)
    words = ReportText()
    assert len(words.lines(report, N_LINES_SHOWN)) == N_LINES_SHOWN + 1
    assert words.lines(report, N_LINES_SHOWN)[-1] == "… and 800 more"
    assert len(words.lines(report, 1000)) == 1001


def test_every_reason_has_a_sentence_of_its_own(qapp: object) -> None:
    reasons = ReportText()._reasons()
    assert set(reasons) == set(SkipReason)
    assert len(set(reasons.values())) == len(reasons)


# The ways to it


def dropped(*paths: str) -> QMimeData:
    data = QMimeData()
    data.setUrls([QUrl.fromLocalFile(path) for path in paths])
    return data


@pytest.mark.parametrize(
    ("paths", "is_taken"),
    [
        (["/a/x.zip"], True),
        (["/a/X.JSON"], True),
        (["/a/x.chat"], True),
        (["/a/x.txt"], False),
        (["/a/x.zip", "/a/y.zip"], False),
    ],
)
def test_one_file_that_may_hold_conversations_is_taken(paths: list[str], is_taken: bool) -> None:
    assert (dropped_export(dropped(*paths)) is not None) == is_taken


def test_the_menu_opens_it_once(window: Any) -> None:
    menu = window.sidebar.settings_menu()
    action = next(one for one in menu.actions() if one.text() == "Import conversations…")
    action.trigger()
    action.trigger()
    assert len(window.findChildren(ImportDialog)) == 1
    menu.close()


def test_a_dropped_export_is_asked_about_and_then_imported(window: Any, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch) -> None:
    started: list[Path] = []
    monkeypatch.setattr(ImportDialog, "start", lambda _, path: started.append(path))
    data = dropped("/a/x.zip")  # the event does not keep it alive
    event = QDropEvent(
        QPoint(5, 5), Qt.DropAction.CopyAction, data, Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier
    )  # fmt: skip
    window.dropEvent(event)
    question = window.findChild(QuestionDialog)
    assert question.windowTitle() == "Import the conversations in “x.zip”?"
    assert started == []
    buttons(question)["Import"].click()
    assert started == [Path("/a/x.zip")]
