"""Files with a question, as a person attaches them: by drop, by paste, by button, and what becomes of them."""

from __future__ import annotations

import threading
from pathlib import Path
from typing import Any

import pytest
from PySide6.QtCore import QLocale, QMimeData, QPoint, Qt, QUrl
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from desktop_app.chat.attachment import Attachment
from desktop_app.chat.message import Message, Role
from desktop_app.services import text_files
from desktop_app.services.engine import EngineState
from desktop_app.ui.attaching import Attaching
from desktop_app.ui.composer.composer import Composer, ComposerState
from desktop_app.ui.composer.message_edit import N_FILE_CHARACTERS, N_LONG_CHARACTERS, MessageEdit
from desktop_app.ui.notices import NoticeArea
from desktop_app.ui.theme import load_theme
from desktop_app.ui.transcript_place import TranscriptPlace
from desktop_app.ui.translation import Translation
from tests.fakes.services import fake_services, model_info

THEME = load_theme("light", 1.0)


class Desk:
    """A composer with what attaches to it."""

    def __init__(self, qtbot: QtBot, folder: Path) -> None:
        self.services: Any = fake_services(folder)
        self.composer = Composer(THEME)
        self.notices = NoticeArea(THEME)
        qtbot.addWidget(self.composer)
        qtbot.addWidget(self.notices)
        self.composer.resize(900, 200)
        self.composer.show()
        self.attaching = Attaching(self.services, self.composer, self.notices, THEME, self.composer)

    def names(self) -> list[str]:
        """Give what stands above the field."""
        return [chip.attachment.name for chip in self.composer.attachments.chips]

    def paste(self, *, text: str = "", files: tuple[Path, ...] = ()) -> None:
        """Paste text or files into the field."""
        data = QMimeData()
        if text:
            data.setText(text)
        if files:
            data.setUrls([QUrl.fromLocalFile(str(file)) for file in files])
        assert self.composer.edit.canInsertFromMimeData(data)
        self.composer.edit.insertFromMimeData(data)


@pytest.fixture
def desk(qtbot: QtBot, qapp: QApplication, tmp_path: Path) -> Any:
    translation = Translation(qapp)
    translation.choose("en")
    desk = Desk(qtbot, tmp_path)
    yield desk
    desk.attaching.close()
    translation.close()


def test_files_that_are_pasted_become_chips_and_are_stored(desk: Desk, qtbot: QtBot, tmp_path: Path) -> None:
    (tmp_path / "one.py").write_text("print(1)\n")
    desk.paste(files=(tmp_path / "one.py",))
    qtbot.waitUntil(lambda: desk.names() == ["one.py"])
    assert desk.services.conversations.draft_attachments(None)[0].text == "print(1)\n"
    assert desk.attaching.ids() == (desk.services.conversations.draft_attachments(None)[0].id,)
    assert desk.composer.text() == ""


def test_a_cross_takes_a_file_out(desk: Desk, qtbot: QtBot, tmp_path: Path) -> None:
    (tmp_path / "one.txt").write_text("one")
    desk.attaching.attach([tmp_path / "one.txt"])
    qtbot.waitUntil(lambda: desk.names() == ["one.txt"])
    desk.composer.attachments.chips[0].cross.click()
    assert desk.names() == []
    assert not desk.composer.attachments.isVisible()


def test_what_is_no_text_is_told_in_one_sentence(desk: Desk, qtbot: QtBot, tmp_path: Path) -> None:
    (tmp_path / "photo.png").write_bytes(b"\x89PNG\0\0\0")
    desk.attaching.attach([tmp_path / "photo.png"])
    qtbot.waitUntil(lambda: len(desk.notices._bars) == 1)
    assert "“photo.png” is not a text file" in desk.notices._bars[0].notice.sentence
    assert desk.names() == []


def test_a_model_file_is_left_to_the_window(desk: Desk, tmp_path: Path) -> None:
    data = QMimeData()
    data.setUrls([QUrl.fromLocalFile(str(tmp_path / "a.gguf"))])
    assert not desk.composer.edit.canInsertFromMimeData(data)


def test_a_long_paste_stays_and_is_offered_as_a_file(desk: Desk) -> None:
    QTest.keyClicks(desk.composer.edit, "before ")
    long = "line 😀\n" * (N_LONG_CHARACTERS // 5)
    desk.paste(text=long)
    assert long in desk.composer.text()
    offer = desk.composer._paste_offer
    assert offer.isVisible()
    offer.click()
    assert desk.composer.text() == "before "
    assert desk.names() == ["Pasted text.txt"]
    assert desk.services.conversations.draft_attachments(None)[0].text == long
    assert not offer.isVisible()
    desk.composer.edit.undo()
    assert long in desk.composer.text()


def test_a_very_long_paste_is_a_file_at_once(desk: Desk) -> None:
    QTest.keyClicks(desk.composer.edit, "before ")
    long = "word 😀\r\n" * (N_FILE_CHARACTERS // 7 + 1)
    desk.paste(text=long)
    assert desk.composer.text() == "before "
    assert desk.names() == ["Pasted text.txt"]
    assert desk.services.conversations.draft_attachments(None)[0].text == long.replace("\r\n", "\n")
    desk.paste(text="x" * (N_FILE_CHARACTERS - 1))
    assert desk.composer.text() == "before " + "x" * (N_FILE_CHARACTERS - 1)


def test_a_very_long_paste_stays_where_there_can_be_no_file(qtbot: QtBot) -> None:
    edit = MessageEdit()
    qtbot.addWidget(edit)
    data = QMimeData()
    data.setText("word\n" * (N_FILE_CHARACTERS // 5 + 1))
    edit.insertFromMimeData(data)
    assert edit.toPlainText() == data.text()


def test_a_short_paste_is_not_offered(desk: Desk) -> None:
    desk.paste(text="short")
    assert not desk.composer._paste_offer.isVisible()


def test_tokens_are_shown_and_too_many_are_told(desk: Desk, qtbot: QtBot, tmp_path: Path) -> None:
    (tmp_path / "book.txt").write_text("word " * 100)
    desk.services.engine.become(EngineState.READY, model_info(n_ctx=8192))
    desk.attaching.attach([tmp_path / "book.txt"])
    qtbot.waitUntil(lambda: desk.services.engine.counted == ["word " * 100])
    desk.services.engine.tokens_counted.emit(1, 12_345)
    button = desk.composer.attachments.chips[0].button
    assert QLocale().toString(12_345) in button.toolTip()
    n_tokens, n_ctx = QLocale().toString(12_345), QLocale().toString(8192)
    expected = f"“book.txt” has {n_tokens} tokens, and this model reads {n_ctx} at once; attach a part of it."
    assert desk.notices._bars[0].notice.sentence == expected


def test_each_conversation_has_its_own_files(desk: Desk, qtbot: QtBot, tmp_path: Path) -> None:
    other = desk.services.conversations.put("Other")
    (tmp_path / "one.txt").write_text("one")
    desk.attaching.attach([tmp_path / "one.txt"])
    qtbot.waitUntil(lambda: desk.names() == ["one.txt"])
    desk.attaching.open(other)
    assert desk.names() == []
    desk.attaching.open("")
    assert desk.names() == ["one.txt"]


def test_a_file_read_after_a_change_of_conversation_goes_where_it_was_meant_for(desk: Desk, qtbot: QtBot, tmp_path: Path) -> None:
    other = desk.services.conversations.put("Other")
    (tmp_path / "one.txt").write_text("one")
    desk.attaching.attach([tmp_path / "one.txt"])
    desk.attaching.open(other)
    qtbot.waitUntil(lambda: len(desk.services.conversations.draft_attachments(None)) == 1)
    assert desk.names() == []


class Gate:
    """Files that are read only when the test lets them."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self._open = threading.Event()
        read = text_files.read_text_file

        def when_open(path: Path) -> Attachment:
            assert self._open.wait(20)
            return read(path)

        monkeypatch.setattr(text_files, "read_text_file", when_open)

    def open(self) -> None:
        """Let them be read."""
        self._open.set()


@pytest.fixture
def gate(monkeypatch: pytest.MonkeyPatch) -> Any:
    gate = Gate(monkeypatch)
    yield gate
    gate.open()


def _sent(desk: Desk) -> list[tuple[str, str, int]]:
    """Record what leaves the composer: whether at once or to wait, the text, and how many files go with it."""
    sent: list[tuple[str, str, int]] = []
    desk.composer.submit_requested.connect(lambda text: sent.append(("ask", text, len(desk.attaching.ids()))))
    desk.composer.queue_requested.connect(lambda text: sent.append(("wait", text, len(desk.attaching.ids()))))
    return sent


@pytest.mark.parametrize(("state", "way"), [(ComposerState.READY, "ask"), (ComposerState.ANSWERING, "wait")])
def test_what_is_sent_waits_for_its_files(
    desk: Desk, gate: Gate, qtbot: QtBot, tmp_path: Path, state: ComposerState, way: str
) -> None:
    for name in ("one.txt", "two.txt"):
        (tmp_path / name).write_text(name)
    sent = _sent(desk)
    desk.composer.set_state(state)
    desk.attaching.attach([tmp_path / "one.txt", tmp_path / "two.txt"])
    QTest.keyClicks(desk.composer.edit, "What are these?")
    QTest.keyClick(desk.composer.edit, Qt.Key.Key_Return)
    assert "as soon as its files are read" in desk.composer._hint.text()
    QTest.keyClick(desk.composer.edit, Qt.Key.Key_Return)
    assert sent == []
    gate.open()
    qtbot.waitUntil(lambda: bool(sent))
    assert sent == [(way, "What are these?", 2)]
    assert "files" not in desk.composer._hint.text()


def test_escape_leaves_out_what_is_still_being_read(desk: Desk, gate: Gate, qtbot: QtBot, tmp_path: Path) -> None:
    (tmp_path / "one.txt").write_text("one")
    sent = _sent(desk)
    desk.attaching.attach([tmp_path / "one.txt"])
    QTest.keyClicks(desk.composer.edit, "What is this?")
    QTest.keyClick(desk.composer.edit, Qt.Key.Key_Return)
    QTest.keyClick(desk.composer.edit, Qt.Key.Key_Escape)
    assert (sent, desk.composer.text()) == ([], "What is this?")
    QTest.keyClick(desk.composer.edit, Qt.Key.Key_Return)
    assert sent == [("ask", "What is this?", 0)]
    gate.open()
    qtbot.wait(50)
    assert desk.names() == []


def test_what_waits_for_a_file_that_cannot_be_read_is_not_sent_without_it(
    desk: Desk, gate: Gate, qtbot: QtBot, tmp_path: Path
) -> None:
    (tmp_path / "photo.png").write_bytes(b"\x89PNG\0\0\0")
    sent = _sent(desk)
    desk.attaching.attach([tmp_path / "photo.png"])
    QTest.keyClicks(desk.composer.edit, "What is this?")
    QTest.keyClick(desk.composer.edit, Qt.Key.Key_Return)
    gate.open()
    qtbot.waitUntil(lambda: len(desk.notices._bars) == 1)
    assert (sent, desk.composer.text()) == ([], "What is this?")
    assert "files" not in desk.composer._hint.text()


@pytest.mark.parametrize("how", ["another conversation", "other words"])
def test_what_waits_for_its_files_goes_only_as_it_was_sent(
    desk: Desk, gate: Gate, qtbot: QtBot, tmp_path: Path, how: str
) -> None:
    (tmp_path / "one.txt").write_text("one")
    sent = _sent(desk)
    desk.attaching.attach([tmp_path / "one.txt"])
    QTest.keyClicks(desk.composer.edit, "What is this?")
    QTest.keyClick(desk.composer.edit, Qt.Key.Key_Return)
    if how == "other words":
        QTest.keyClick(desk.composer.edit, Qt.Key.Key_Backspace)
    else:
        desk.attaching.open(desk.services.conversations.put("Other"))
    gate.open()
    qtbot.waitUntil(lambda: len(desk.services.conversations.draft_attachments(None)) == 1)
    assert sent == []
    assert "files" not in desk.composer._hint.text()


def test_a_question_shows_its_files_and_a_click_opens_one(qtbot: QtBot) -> None:
    place = TranscriptPlace(THEME)
    qtbot.addWidget(place)
    place.resize(800, 400)
    place.show()
    files = (Attachment(id="a", name="one.py", text="1", n_bytes=1), Attachment(id="b", name="two.csv", text="2", n_bytes=2048))
    plain = Message("m1", "c", None, Role.USER, "What is this?", 0)
    place.set_messages([plain])
    without = place.view.conversation.messages[0].height
    place.set_messages([Message("m2", "c", None, Role.USER, "What is this?", 0, attachments=files)])
    view = place.view
    assert view.conversation.messages[0].height > without + 60
    rects = view.places.painter.attached.rects(
        view.conversation.messages[0], view.places.x, view.conversation.tops[0] - view.places.value
    )
    shown: list[Attachment] = []
    place.attachment_pressed.connect(shown.append)
    for rect in rects:
        QTest.mouseClick(view.viewport(), Qt.MouseButton.LeftButton, pos=rect.center() + QPoint(4, 0))
    assert [one.name for one in shown] == ["one.py", "two.csv"]
    assert "one.py" in view.words.spoken(view.conversation.messages[0])
