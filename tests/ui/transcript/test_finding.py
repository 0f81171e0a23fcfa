"""Finding words in the conversation: what counts as a match, in which order, and that the reader is brought there."""

from __future__ import annotations

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from pytestqt.qtbot import QtBot

from desktop_app.chat.message import Message, MessageState, Role
from desktop_app.ui.theme import load_theme
from desktop_app.ui.transcript.find_bar import FindBar
from desktop_app.ui.transcript.transcript_view import TranscriptView
from desktop_app.ui.transcript_place import TranscriptPlace
from tests.bench import corpus


def said(number: int, text: str, role: Role = Role.ASSISTANT) -> Message:
    return Message(f"m{number}", "c", None, role, text, 0)


@pytest.fixture
def place(qtbot: QtBot) -> TranscriptPlace:
    place = TranscriptPlace(load_theme("light", 1.0))
    qtbot.addWidget(place)
    place.resize(800, 500)
    place.show()
    return place


@pytest.fixture
def view(place: TranscriptPlace) -> TranscriptView:
    return place.view


class Heard:
    """The last numbers that were told."""

    def __init__(self, view: TranscriptView) -> None:
        self.numbers = (0, 0)
        view.finding.changed.connect(self._note)

    def _note(self, n_current: int, n_total: int) -> None:
        self.numbers = (n_current, n_total)


def current(view: TranscriptView) -> str:
    """Give the words that are marked as the present match, wherever they are."""
    found = []
    for number, layout in enumerate(view.conversation.messages):
        for index, box in enumerate(layout.boxes):
            if box.doc is not None:
                text = box.doc.toPlainText().encode("utf-16-le")
                marks = [mark for mark in view.finding.marks_of(number, index) if mark[2]]
                found += [f"{number}:{text[2 * start : 2 * end].decode('utf-16-le')}" for start, end, _ in marks]
    assert len(found) <= 1
    return found[0] if found else ""


def is_in_sight(view: TranscriptView) -> bool:
    """Tell whether the present match stands inside of the viewport."""
    place = view.finding._place
    assert place is not None
    number, index, _ = place
    layout = view.conversation.messages[number]
    top = view.conversation.tops[number] + layout.ys[index] - view.verticalScrollBar().value()
    return top < view.viewport().height() and top + layout.boxes[index].height > 0


def is_counting(view: TranscriptView) -> bool:
    return view.finding._timer.isActive() or view.finding._going.is_busy


def test_matches_come_in_reading_order_and_go_around(view: TranscriptView, qtbot: QtBot) -> None:
    view.set_messages([said(0, "A fox", Role.USER), said(1, "The **fox** and\n\n- another fox"), said(2, "No such animal.")])
    heard = Heard(view)
    view.finding.find("fox")
    qtbot.waitUntil(lambda: heard.numbers[1] == 3)
    seen = []
    for _ in range(4):
        seen.append((heard.numbers[0], current(view)))
        view.finding.step(1)
    assert seen[0] == seen[3]
    assert sorted(seen[:3]) == [(1, "0:fox"), (2, "1:fox"), (3, "1:fox")]
    view.finding.step(-1)
    assert (heard.numbers[0], current(view)) == seen[0]


@pytest.mark.parametrize(
    ("text", "words", "found"),
    [
        ("Der Fußgänger wartet.", "FUSSGANGER", "Fußgänger"),
        ("un café noir", "cafe", "café"),
        ("我们去炉边聊天。", "炉", "炉"),
        ("emoji 😀 before the word", "word", "word"),
        ("inside of whole words", "hol", "hol"),
        ("what **is bold** here", "is bold", "is bold"),
        ("a (b.c*) d", "(b.c*)", "(b.c*)"),
        ("| a | b |\n|---|---|\n| one | cell |", "cell", "cell"),
        ("```python\nprint('x')\n```", "print", "print"),
        ("The **quick** fox", "quick fox", "quick fox"),
        ("in**side** of words", "inside", "inside"),
        ("这是**重点**内容", "重点内容", "重点内容"),
        ("run `pip install` now", "pip install now", "pip install now"),
        ("use snake\\_case here", "snake_case", "snake_case"),
        ("> foo\n> bar", "foo bar", "foo bar"),
        ("first line  \nsecond line", "line second", "line second"),
        ("上面一行  \n下面一行", "一行下面", "一行 下面"),
        ("他说：你好，**世界**。", "：你好，世界。", "：你好，世界。"),
        ("你好，  \n世界", "你好，世界", "你好， 世界"),
        ("等等…… ① und ½", "等…… ① UND ½", "等…… ① und ½"),
        ("用中文和  \nPython 写", "和python", "和 Python"),
        ("see [the *docs*](https://example.org/a(b)c) first", "docs first", "docs first"),
        ("see [docs][1] first\n\n[1]: https://example.org", "docs first", "docs first"),
        ("an &eacute;clair &amp; more", "éclair & more", "éclair & more"),
        ("- [x] done **now**", "done now", "done now"),
        ("| a \\| **b** | c |\n|---|---|\n| d | e |", "a | b", "a | b"),
        ("a 😀 before the **second** 😀 word", "second 😀 word", "second 😀 word"),
    ],
)
def test_what_is_read_is_found(view: TranscriptView, qtbot: QtBot, text: str, words: str, found: str) -> None:
    """On show, and in a message far away that was never laid out."""
    heard = Heard(view)
    view.set_messages([said(0, text)])
    view.finding.find(words)
    assert " ".join(current(view).split()) == f"0:{found}"
    qtbot.waitUntil(lambda: heard.numbers == (1, 1))
    view.finding.clear()
    view.set_messages([said(0, text), *(said(number, "zzz yyy\n\n" * 20) for number in range(1, 9))])
    view.finding.find(words)
    qtbot.waitUntil(lambda: heard.numbers == (1, 1))
    assert " ".join(current(view).split()) == f"0:{found}"


@pytest.mark.parametrize(
    ("text", "words", "n_found"),
    [
        ("[docs](https://python.org) python", "python", 1),
        ("**a** [x](https://a.org) ![a](a.png) a", "a", 3),
        ("no `a` &amp; b", "amp", 0),
        ("| one | two |\n|---|---|\n| three | four |", "one two", 0),
        ("```python\nx = 1\n```", "python", 0),
        ("$\\alpha$ and $$\n\\alpha\n$$", "alpha", 2),
    ],
)
def test_only_what_is_read_is_counted(view: TranscriptView, qtbot: QtBot, text: str, words: str, n_found: int) -> None:
    view.set_messages([said(0, text), *(said(number, text) for number in range(1, 9))])
    heard = Heard(view)
    view.finding.find(words)
    qtbot.waitUntil(lambda: heard.numbers == (min(1, 9 * n_found) and heard.numbers[0], 9 * n_found) and not is_counting(view))
    seen = set()
    for _ in range(heard.numbers[1]):
        seen.add(heard.numbers[0])
        view.finding.step(1)
    assert seen == set(range(1, 9 * n_found + 1))


def test_as_many_are_counted_as_are_marked(view: TranscriptView) -> None:
    view.set_messages([said(0, corpus.unit(3)), said(1, "<think>an *e*</think>\n\n" + corpus.unit(4))])
    for words in ("e", "the", "n_", "的"):
        view.finding.find(words)
        for number, layout in enumerate(view.conversation.messages):
            layout.scan()
            for index in range(len(layout.boxes)):
                n_marked = len(view.finding._spans_in(number, index))
                assert view.finding._n_in(number, index) == n_marked, layout.boxes[index].leaf.lines


def test_a_match_far_away_is_brought_into_sight_and_nothing_moves_for_one_that_is_there(view: TranscriptView) -> None:
    messages = [said(number, f"Paragraph {number}\n\n" + "words and words. " * 60) for number in range(200)]
    view.set_messages([*messages[:20], said(300, "here is the needle"), *messages[20:]])
    view.finding.find("needle")
    assert current(view) == "20:needle"
    assert is_in_sight(view)
    before = view.verticalScrollBar().value()
    view.finding.step(1)
    assert view.verticalScrollBar().value() == before


def test_a_match_far_to_the_right_in_code_is_moved_into_sight(view: TranscriptView) -> None:
    view.set_messages([said(0, "```\n" + "x" * 400 + " needle\n```")])
    view.finding.find("needle")
    layout = view.conversation.messages[0]
    assert layout.code_offsets[0] > 1000


def test_text_that_comes_is_counted_too(view: TranscriptView, qtbot: QtBot) -> None:
    view.set_messages([said(0, "one fox")])
    heard = Heard(view)
    view.finding.find("fox")
    coming = Message("m1", "c", None, Role.ASSISTANT, "a second fox", 0, state=MessageState.GENERATING)
    view.add_message(coming)
    qtbot.waitUntil(lambda: heard.numbers == (1, 2))
    view.append_text("m1", " and a third fox")
    qtbot.waitUntil(lambda: heard.numbers == (1, 3))


def test_another_conversation_forgets_the_place(view: TranscriptView, qtbot: QtBot) -> None:
    view.set_messages([said(0, "one fox")])
    heard = Heard(view)
    view.finding.find("fox")
    view.set_messages([said(5, "nothing here")])
    qtbot.waitUntil(lambda: heard.numbers == (0, 0))
    assert current(view) == ""


def test_the_bar_finds_while_typing_and_leaves_what_it_found_selected(
    place: TranscriptPlace, view: TranscriptView, qtbot: QtBot
) -> None:
    view.set_messages([said(0, "a fox and a fox")])
    place.find_words()
    bar = place.findChild(FindBar)
    assert bar is not None
    QTest.keyClicks(bar.field, "fox")
    qtbot.waitUntil(lambda: bar.count.text() == "1 of 2")
    QTest.keyClick(bar.field, Qt.Key.Key_Return)
    qtbot.waitUntil(lambda: bar.count.text() == "2 of 2")
    QTest.keyClick(bar.field, Qt.Key.Key_Return, Qt.KeyboardModifier.ShiftModifier)
    assert bar.count.text() == "1 of 2"
    QTest.keyClick(bar.field, Qt.Key.Key_Escape)
    assert not bar.isVisible()
    assert view.copying.selected_words() == "fox"
    assert view.finding.marks_of(0, 0) == []


@pytest.mark.parametrize("n_lines", [1, 400])
def test_the_bar_covers_no_match_in_the_first_lines(
    place: TranscriptPlace, view: TranscriptView, qtbot: QtBot, n_lines: int
) -> None:
    view.set_messages([said(0, "a fox is at the very beginning of it\n\n" + "and so on\n\n" * n_lines)])
    before = view.conversation.tops[0]
    place.find_words()
    bar = place.findChild(FindBar)
    assert bar is not None
    QTest.keyClicks(bar.field, "fox")
    qtbot.waitUntil(lambda: bar.count.text() == "1 of 1")
    first = view.conversation.tops[0] + view.conversation.messages[0].ys[0] - view.verticalScrollBar().value()
    assert view.mapTo(place, view.viewport().pos()).y() + first > bar.geometry().bottom()
    bar.leave()
    assert view.conversation.tops[0] == before


def test_the_bar_says_that_there_is_no_match(place: TranscriptPlace, view: TranscriptView, qtbot: QtBot) -> None:
    view.set_messages([said(0, "a fox")])
    place.find_words()
    bar = place.findChild(FindBar)
    assert bar is not None
    QTest.keyClicks(bar.field, "wolf")
    qtbot.waitUntil(lambda: bar.count.text() == "No match")
    assert not bar.next.isEnabled()


def test_the_bar_stands_where_lines_end(place: TranscriptPlace, view: TranscriptView) -> None:
    place.find_words()
    bar = place.findChild(FindBar)
    assert bar is not None
    right = place.width() - bar.geometry().right() - 1
    assert bar.x() > right
    place.setLayoutDirection(Qt.LayoutDirection.RightToLeft)
    assert bar.x() == right


def test_what_is_selected_is_looked_for_at_once(place: TranscriptPlace, view: TranscriptView) -> None:
    view.set_messages([said(0, "a fox and a wolf")])
    view.selection.set((0, 0, 2), (0, 0, 5))
    place.find_words()
    bar = place.findChild(FindBar)
    assert bar is not None
    assert bar.field.text() == "fox"
    assert current(view) == "0:fox"
