"""A12: conversations made to be slow. The window starts, lists, opens, searches and streams into them without a stall.

The window and the file are the real ones; text comes as the service of generation would tell it. A stall is CPU time
of the window's thread between two turns of its event loop: the machine may be shared, and the disk has its own thread.
"""

from __future__ import annotations

import gc
import shutil
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from PySide6.QtCore import QCoreApplication, QObject, Qt, QTimer
from PySide6.QtGui import QGuiApplication
from PySide6.QtTest import QTest
from pytestqt.qtbot import QtBot

from desktop_app.chat.conversation import Conversation
from desktop_app.chat.message import GenerationStats, Message, MessageState, Role, new_id
from desktop_app.services.conversations import Conversations
from desktop_app.ui.main_window import MainWindow
from desktop_app.ui.transcript.find_bar import FindBar
from tests.bench import corpus
from tests.fakes.services import fake_services
from tests.services.stored import put_conversation

STALL_S = 0.2
NEEDLE = "needle42"

SHAPES = {
    "a line of 1 MB": "word " * 200_000,
    "a table of 20,000 rows": "| a | b | c |\n|---|---|---|\n" + "| one | **two** | `three` |\n" * 20_000,
    "100,000 combining marks": "a" + "\u0301" * 100_000,
    "a list 2,000 deep": "\n".join(" " * (2 * depth) + "- item" for depth in range(2_000)),
    "500,000 tokens": corpus.stream(2_000_000),
}
TITLES = {
    "marks": "Z" + "\u0301\u0489\u036f" * 30_000,
    "one word": "x" * 200_000,
    "lines": "first\nsecond\r\n\u2028third\u2029" * 2_000,
    "overrides": "\u202e\u2067\u200f\u061c" * 10_000 + "txt.exe",
    "unseen": "\u200b\ufeff\u00ad\x07\x1b[31m\ud7ff\uffff\ufffe",
    "emoji": "👩‍👩‍👧‍👦🏳️‍🌈" * 5_000,
    "markup": "<b>&lt;</b><img src='x'>" * 1_000 + "%1 %n {title} &File",
    "empty": "",
}


class Heartbeat(QObject):
    """Beats as often as the event loop lets it; `longest_s` is the most CPU time between two beats."""

    def __init__(self, parent: QObject) -> None:
        super().__init__(parent)
        self._last_s = time.thread_time()
        self.longest_s = 0.0
        self.where = ""
        self._timer = QTimer(self, interval=0)
        self._timer.timeout.connect(self.beat)
        self._timer.start()

    def beat(self, where: str = "in the event loop") -> None:
        """Note the time since the last one; `where` names what was done meanwhile."""
        now_s = time.thread_time()
        if now_s - self._last_s > self.longest_s:
            self.longest_s, self.where = now_s - self._last_s, where
        self._last_s = now_s

    def turn(self, where: str) -> None:
        """Note what was just done as one stall, and what the event loop makes of it as another."""
        self.beat(where)
        QCoreApplication.processEvents()
        self.beat(f"after {where}")


@dataclass(frozen=True)
class Poisoned:
    """A file with one conversation of every shape and of every title, and their ids by the names above."""

    path: Path
    ids: dict[str, str]


@pytest.fixture(scope="module")
def poisoned(tmp_path_factory: pytest.TempPathFactory) -> Poisoned:
    """Give the file."""
    path = tmp_path_factory.mktemp("poison") / "hearth.sqlite3"
    conversations = Conversations(path)
    ids = {shape: put(conversations, shape, f"{text}\n\n{NEEDLE}\n") for shape, text in SHAPES.items()}
    ids |= {name: put(conversations, title, "Harmless.") for name, title in TITLES.items()}
    assert conversations.flush(60_000)
    conversations.close()
    return Poisoned(path, ids)


def put(conversations: Conversations, title: str, answer: str) -> str:
    id, question_id, answer_id, last_id = (new_id() for _ in range(4))
    stats = GenerationStats("eos", 10, 0, 20, 10.0, 500.0, 200.0)
    messages = [
        Message(question_id, id, None, Role.USER, "Go on.", 0),
        Message(answer_id, id, question_id, Role.ASSISTANT, answer, 0, model="Starter", stats=stats),
        Message(last_id, id, answer_id, Role.USER, answer[:20_000], 0),
    ]
    return put_conversation(conversations, Conversation(id, title, True, 0, 0, leaf_id=last_id), messages)


class Reader:
    """Somebody at a window over the poisoned file."""

    def __init__(self, window: MainWindow, services: Any, qtbot: QtBot) -> None:
        self.window, self.services, self.qtbot = window, services, qtbot
        self.conversations: Conversations = services.conversations
        self.view = window.transcript.view
        self.view.freeze_memory()
        self.heart = Heartbeat(window)

    def rest(self, where: str) -> None:
        """Let everything queued happen, scanning, colours, counting and copying too."""
        finding = self.view.finding
        self.qtbot.waitUntil(
            lambda: not self.view.is_busy and not finding._going.is_busy and not finding._timer.isActive(), timeout=20_000
        )
        self.heart.beat(where)

    def open(self, id: str) -> None:
        self.window.open_conversation(id)
        self.heart.turn("opening")
        self.rest("scanning")

    def scroll(self) -> None:
        bar = self.view.verticalScrollBar()
        for share in (0.5, 0.0, 1.0, 0.3):
            bar.setValue(int(bar.maximum() * share))
            self.heart.turn(f"jumping to {share}")
        for _ in range(10):
            bar.setValue(bar.value() - 200)
            self.heart.turn("scrolling")
        self.rest("scrolling")

    def find(self, words: str) -> None:
        QTest.keyClick(self.window, Qt.Key.Key_F, Qt.KeyboardModifier.ControlModifier)
        bar = self.window.transcript.findChild(FindBar)
        assert bar is not None
        bar.field.setText(words)
        bar._timer.stop()
        bar._on_typed()
        self.heart.turn(f"looking for {words}")
        self.rest("searching")
        for key in (Qt.Key.Key_F3, Qt.Key.Key_F3):
            QTest.keyClick(self.window, key)
            self.heart.turn("the next match")
            self.rest("the next match")

    def copy_all(self, text: str) -> None:
        """Put the whole conversation on the clipboard."""
        for key in (Qt.Key.Key_A, Qt.Key.Key_C):
            QTest.keyClick(self.view, key, Qt.KeyboardModifier.ControlModifier)
            self.heart.turn("copying")
        self.rest("copying")
        markdown = bytes(QGuiApplication.clipboard().mimeData().data("text/markdown").data()).decode()
        assert text.strip() in markdown

    def stream(self, id: str, text: str) -> None:
        """Ask again, and have `text` for an answer."""
        self.conversations.ask(id, "Again?", "Starter")
        assert self.conversations.flush(20_000)
        QCoreApplication.processEvents()
        answer = self.conversations.branch(id)[-1]
        self.services.generation.begin(id)
        for at in range(0, len(text), 2_000):
            self.conversations.append_text(answer.id, text[at : at + 2_000])
            self.services.generation.text_appended.emit(id, answer.id, text[at : at + 2_000])
            self.heart.turn("streaming")
        self.services.generation.answering.discard(id)
        self.conversations.finish(answer.id, MessageState.DONE, None)
        assert self.conversations.flush(20_000)
        self.heart.turn("the end of an answer")
        self.services.generation.finish(id, answer.id)
        self.rest("the end of an answer")
        assert self.conversations.message(answer.id).text == text


@pytest.fixture
def reader(poisoned: Poisoned, tmp_path: Path, make_window: Callable[[Any], MainWindow], qtbot: QtBot) -> Iterator[Reader]:
    """Give somebody at a window over a copy of the file."""
    services = fake_services(tmp_path)
    services.conversations = Conversations(shutil.copy(poisoned.path, tmp_path / "hearth.sqlite3"))
    reader = Reader(make_window(services), services, qtbot)
    yield reader
    reader.window.close()
    services.conversations.close()
    gc.unfreeze()


def start(make_window: Callable[[Any], MainWindow], folder: Path, file: Path | None) -> float:
    """Give the CPU time until a window over `file` has painted."""
    folder.mkdir()
    services = fake_services(folder)
    path = folder / "hearth.sqlite3"
    if file is not None:
        shutil.copy(file, path)
    gc.collect()
    start_s = time.thread_time()
    services.conversations = Conversations(path)
    window = make_window(services)
    window.grab()
    QCoreApplication.processEvents()
    took_s = time.thread_time() - start_s
    assert len(services.conversations.all()) == (len(SHAPES) + len(TITLES) if file is not None else 0)
    window.close()
    services.conversations.close()
    return took_s


def test_a_start_does_not_wait_for_what_is_in_the_file(
    poisoned: Poisoned, tmp_path: Path, make_window: Callable[[Any], MainWindow]
) -> None:
    start(make_window, tmp_path / "warm", None)
    empty_s = start(make_window, tmp_path / "empty", None)
    assert start(make_window, tmp_path / "poisoned", poisoned.path) - empty_s < STALL_S


def test_the_list_and_every_title_are_shown_without_a_stall(reader: Reader, poisoned: Poisoned) -> None:
    for name in TITLES:
        reader.open(poisoned.ids[name])
        assert reader.view.conversation.messages[1].source.startswith("Harmless.")
        reader.window.actions_.rename.trigger()
        reader.heart.turn("renaming")
        QTest.keyClick(reader.window.sidebar.list, Qt.Key.Key_Escape)
        reader.heart.turn("not renaming")
    reader.window.sidebar.list.grab()
    reader.heart.turn("painting the list")
    assert reader.heart.longest_s < STALL_S, reader.heart.where


@pytest.mark.parametrize("shape", SHAPES)
def test_a_conversation_of_any_shape_is_opened_searched_and_continued_without_a_stall(
    reader: Reader, poisoned: Poisoned, shape: str
) -> None:
    id = poisoned.ids[shape]
    reader.open(id)
    reader.scroll()
    found = []
    for words in (NEEDLE, "e", "nowhere to be found"):
        reader.find(words)
        found.append(reader.view.finding._place is not None)
    assert found == [True, True, False]
    QTest.keyClick(reader.window.transcript.findChild(FindBar).field, Qt.Key.Key_Escape)
    reader.copy_all(SHAPES[shape])
    reader.window.actions_.show_source.trigger()
    reader.heart.turn("showing the source")
    reader.scroll()
    reader.window.actions_.show_source.trigger()
    reader.heart.turn("hiding the source")
    reader.rest("hiding the source")
    reader.stream(id, SHAPES[shape][:60_000])
    reader.window.open_conversation(None)
    reader.heart.turn("leaving")
    assert reader.heart.longest_s < STALL_S, f"{reader.heart.longest_s:.3f} s {reader.heart.where}"
