"""What an answer looks like around its text, links, waiting, errors, and how a screen reader meets it (C7)."""

from __future__ import annotations

import gc
import subprocess
import sys
from dataclasses import replace

import pytest
from PySide6.QtCore import QEvent, QLocale, QPoint, Qt
from PySide6.QtGui import QAccessible, QHelpEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QToolTip

from desktop_app.chat.message import GenerationStats, Message, MessageState, Role
from desktop_app.ui.theme import load_theme
from desktop_app.ui.transcript.shown import Part
from desktop_app.ui.transcript.transcript_view import TranscriptView
from tests.bench import corpus
from tests.ui.transcript.test_selection import point_of
from tests.ui.transcript.views import answer, coloured, document, idle, picture, shown_view, user

LINK = "Before [here](https://example.org/?a=<b>&c=1) after"


def test_a_click_on_a_link_says_where_it_goes(qtbot):
    view = shown_view(qtbot, [answer(1, LINK)])
    point = point_of(view, 0, 0, 9)
    with qtbot.waitSignal(view.link_clicked) as signal:
        QTest.mouseClick(view.viewport(), Qt.MouseButton.LeftButton, pos=point)
    assert signal.args == ["https://example.org/?a=<b>&c=1"]
    with qtbot.assertNotEmitted(view.link_clicked):
        QTest.mouseClick(view.viewport(), Qt.MouseButton.LeftButton, pos=point_of(view, 0, 0, 2))


def test_selecting_the_text_of_a_link_does_not_follow_it(qtbot):
    view = shown_view(qtbot, [answer(1, LINK)])
    with qtbot.assertNotEmitted(view.link_clicked):
        QTest.mousePress(view.viewport(), Qt.MouseButton.LeftButton, pos=point_of(view, 0, 0, 8))
        QTest.mouseMove(view.viewport(), point_of(view, 0, 0, 10))
        QTest.mouseRelease(view.viewport(), Qt.MouseButton.LeftButton, pos=point_of(view, 0, 0, 10))


def test_a_link_shows_its_target_as_plain_text(qtbot):
    view = shown_view(qtbot, [answer(1, "[x](<https://example.org/<b>bold</b><img src=file:///etc/passwd>>)" + LINK)])
    point = point_of(view, 0, 0, 0) + QPoint(3, 0)
    QTest.mouseMove(view.viewport(), point)
    at = view.viewport().mapToGlobal(point)
    QApplication.sendEvent(view.viewport(), QHelpEvent(QEvent.Type.ToolTip, point, at))
    href = view.places.link_at(point)
    if href:
        assert view.viewport().cursor().shape() is Qt.CursorShape.PointingHandCursor
        assert QToolTip.text().startswith("<qt>")
        assert "<b>" not in QToolTip.text()
    QToolTip.hideText()
    link = point_of(view, 0, 0, len(document(view, 0).toPlainText()) - 8)
    assert "example.org" in view.places.link_at(link)
    QApplication.sendEvent(view.viewport(), QHelpEvent(QEvent.Type.ToolTip, link, view.viewport().mapToGlobal(link)))
    assert QToolTip.text() == "<qt>https://example.org/?a=&lt;b&gt;&amp;c=1</qt>"
    QToolTip.hideText()


def test_the_numbers_are_the_persons_own(qtbot):
    view = shown_view(qtbot)
    stats = GenerationStats("eos", 100, 0, 1214, 100.0, 29_370.0, 200.0)
    QLocale.setDefault(QLocale("de_DE"))
    try:
        assert view.words.numbers(stats) == "1.214 tokens · 41,3 tokens/s · 0,2 s to first token"
    finally:
        QLocale.setDefault(QLocale.system())


def test_an_end_that_is_not_normal_is_named(qtbot):
    words = shown_view(qtbot).words
    names = {"cancelled": "Stopped", "limit": "Length limit", "context": "Context full", "repetition": "Repeated itself"}
    for stop, name in names.items():
        assert words.numbers(replace(corpus.STATS, stop=stop)).startswith(name + " · ")
    for stop in ("eos", "word"):
        assert words.numbers(replace(corpus.STATS, stop=stop)).startswith("214 tokens")


def blinks(view) -> bool:
    return bool(view.dot.is_blinking)


def footer_picture(view, number):
    rect = view.places.part_rect(Part(number)).adjusted(0, 0, 700, 0)
    return picture(view).copy(rect)


def is_empty(image) -> bool:
    return len({image.pixel(x, y) for x in range(image.width()) for y in range(image.height())}) == 1


def test_actions_and_numbers_show_on_hover_and_always_for_the_last_answer(qtbot):
    view = shown_view(qtbot, [user(0, "One"), answer(1, "First"), user(2, "Two"), answer(3, "Second")])
    assert is_empty(footer_picture(view, 1))
    assert not is_empty(footer_picture(view, 3))
    QTest.mouseMove(view.viewport(), point_of(view, 1, 0, 1))
    assert not is_empty(footer_picture(view, 1))
    QApplication.sendEvent(view.viewport(), QEvent(QEvent.Type.Leave))
    assert is_empty(footer_picture(view, 1))


def test_an_error_is_described_by_whoever_knows(qtbot):
    view = TranscriptView(load_theme("light", 1.0), describe=lambda name, fields: f"{name} with {fields}")
    qtbot.addWidget(view)
    failed = Message("m1", "c", None, Role.ASSISTANT, "", 0, state=MessageState.FAILED, model="S", error=("ContextFull", "{}"))
    view.resize(900, 700)
    view.show()
    view.set_messages([failed])
    assert view.words.notice(failed) == ("error", "ContextFull with {}")
    assert view.conversation.messages[0].notice_height > 0
    assert shown_view(qtbot).words.notice(failed)[1] == "ContextFull"


def test_an_interrupted_answer_says_so_in_colour_and_words(qtbot):
    view = shown_view(qtbot, [answer(1, "Part", MessageState.INTERRUPTED)])
    assert view.words.notice(view.conversation.messages[0].message) == ("warning", "This answer was interrupted.")
    image, colour = picture(view), view._formats.theme.warning.lower()
    assert any(image.pixelColor(x, y).name() == colour for x in range(80, 400) for y in range(60, 140))


def test_waiting_rests_as_soon_as_text_comes(qtbot):
    view = shown_view(qtbot, [user(0, "Hi"), answer(1, "", MessageState.GENERATING)])
    assert blinks(view)
    view.set_reading("m1", 320, 1024)
    QLocale.setDefault(QLocale("en_US"))
    try:
        assert view.words.reading(view.conversation.messages[1]) == "Reading 320 of 1,024 tokens"
    finally:
        QLocale.setDefault(QLocale.system())
    view.append_text("m1", "Text")
    assert not blinks(view)


def test_waiting_rests_when_it_is_hidden_and_when_it_ends_without_text(qtbot):
    view = shown_view(qtbot, [user(0, "Hi"), answer(1, "", MessageState.GENERATING)])
    view.hide()
    assert not blinks(view)
    view.show()
    assert blinks(view)
    view.update_message(answer(1, "", MessageState.INTERRUPTED))
    assert not blinks(view)


def test_the_column_is_centred_and_never_wider_than_736(qtbot):
    view = shown_view(qtbot, corpus.conversation(10))
    view.resize(1800, 700)
    assert view.conversation.column == 736
    assert view.places.x == (1800 - 736) // 2
    view.resize(400, 700)
    assert view.conversation.column == 352


def test_every_message_is_a_child_of_the_list_with_its_text_as_name(qtbot):
    view = shown_view(qtbot, [user(0, "Question"), answer(1, "Answer **one**"), user(2, "Next")])
    found = QAccessible.queryAccessibleInterface(view)
    assert found.role() is QAccessible.Role.List
    assert found.text(QAccessible.Text.Name) == "Conversation"
    assert found.childCount() == 3
    names = [found.child(index).text(QAccessible.Text.Name) for index in range(3)]
    assert names == ["You: Question", "Starter: Answer **one**", "You: Next"]
    assert [found.indexOfChild(found.child(index)) for index in range(3)] == [0, 1, 2]
    assert found.child(1).rect().height() > 0
    assert found.child(7) is None
    view.add_message(answer(3, "More"))
    assert found.childCount() == 4


def test_screen_readers_survive_views_and_the_end_of_the_process():
    code = """
import gc, sys
from PySide6.QtGui import QAccessible
from PySide6.QtWidgets import QApplication
application = QApplication(sys.argv)
QAccessible.setActive(True)

from desktop_app.ui.theme import load_theme
from desktop_app.ui.transcript.transcript_view import TranscriptView
from tests.bench import corpus
for number in range(5):
    view = TranscriptView(load_theme("light", 1.0))
    view.show()
    view.set_messages(corpus.conversation(4))
    found = QAccessible.queryAccessibleInterface(view)
    assert [found.child(i).role() for i in range(4)]
    view.close()
    view.deleteLater()
    del view, found
    gc.collect()
    application.sendPostedEvents(None, 52)
    application.processEvents()
view = TranscriptView(load_theme("light", 1.0))
view.show()
assert QAccessible.queryAccessibleInterface(view).childCount() == 0
print("ended")
"""
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, timeout=60)
    assert (done.returncode, done.stdout, done.stderr) == (0, "ended\n", "")


def test_importing_the_view_imports_no_parser():
    code = (
        "import sys; import desktop_app.ui.transcript.transcript_view; "
        "print([name for name in ('markdown_it', 'pygments') if name in sys.modules])"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, timeout=60, check=True)
    assert done.stdout == "[]\n"


def test_colours_of_code_follow_the_theme(qtbot):
    text = "```python\ndef f():\n    return 1\n```"
    view = shown_view(qtbot, [answer(1, text)])
    view.set_theme(load_theme("dark", 1.0))
    assert picture(view) == picture(shown_view(qtbot, [answer(1, text)], "dark"))
    layout = document(view, 0).firstBlock().layout()
    colours = {one.format.foreground().color().name() for one in layout.formats()}
    assert load_theme("dark").syntax["keyword"].lower() in colours


def test_colours_of_code_stay_on_their_words_behind_characters_that_qt_counts_otherwise(qtbot):
    marks = "e" + "\u0301" * 12
    view = shown_view(qtbot, [answer(1, f'```python\nx = "😀😀 {marks}"  # 😀 and on\n```')])
    assert coloured(document(view, 0)) == ["=", '"😀😀 e' + "\u0301" * 8 + '"', "# 😀 and on"]


def test_memory_can_be_frozen(qtbot):
    view = shown_view(qtbot, corpus.conversation(6))
    try:
        view.freeze_memory()
        assert gc.get_freeze_count() > 1_000
    finally:
        gc.unfreeze()
    view.warm()
    assert view._highlighter._warm_timer.isActive()
    view._highlighter._warm_timer.stop()
    idle(view)


def test_a_mistake_while_painting_does_not_end_the_application(qtbot, monkeypatch):
    view = shown_view(qtbot, [user(0, "One"), answer(1, "Two")])
    monkeypatch.setattr(view._painter, "_paint_name", lambda *_: 1 / 0)
    for _ in range(2):
        with pytest.raises(ZeroDivisionError):
            view.viewport().repaint()
    monkeypatch.undo()
    assert not view.viewport().grab().isNull()
