"""What a model thought: folded on a button above the answer, unfolded with a click or a key, left out when copying."""

from __future__ import annotations

import random
from dataclasses import replace

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QAccessible, QGuiApplication
from PySide6.QtTest import QTest

from desktop_app.chat.message import MessageState
from desktop_app.ui.transcript import answer_text
from desktop_app.ui.transcript.answer_text import AnswerText
from desktop_app.ui.transcript.conversation_layout import ConversationLayout
from desktop_app.ui.transcript.formats import REASONING_INDENT
from desktop_app.ui.transcript.selection import END
from desktop_app.ui.transcript.shown import Button, Part
from tests.bench import corpus
from tests.markdown.samples import random_chunks, random_document, values
from tests.ui.transcript.test_selection import point_of
from tests.ui.transcript.views import answer, document, idle, picture, shown_view, user

THOUGHT = "First **this**.\n\n```python\ndef f():\n\treturn 1\n```\n\n| a |\n|---|\n| b |"
SAID = "The answer.\n\n1. one\n2. two"
TEXT = f"<think>\n{THOUGHT}\n</think>\n\n{SAID}"
STATS = replace(corpus.STATS, reasoning_ms=6_200.0)
PILL = Part(1, -1, Button.REASONING)


def thoughtful(number: int, text: str = TEXT, **changes):
    return replace(answer(number, text), **({"stats": STATS} | changes))


@pytest.fixture
def view(qtbot):
    return shown_view(qtbot, [user(0, "Question"), thoughtful(1), user(2, "Next")])


def lines(view, number: int = 1) -> list[str]:
    return [line for box in view.conversation.messages[number].boxes for line in box.leaf.lines]


def click(view, part: Part = PILL) -> None:
    QTest.mouseClick(view.viewport(), Qt.MouseButton.LeftButton, pos=view.places.part_rect(part).center())
    idle(view)


def test_it_is_folded_and_says_how_long_it_took(view):
    assert lines(view) == ["The answer.", "one", "two"]
    assert view.words.thought(view.conversation.messages[1]) == "Thought for %n second(s)".replace("%n", "6")


@pytest.mark.parametrize(
    ("reasoning_ms", "words"), [(0.0, "Reasoning"), (300.0, "1 second"), (59_600.0, "1 min 0 s"), (125_000.0, "2 min 5 s")]
)
def test_the_time_is_said_as_people_do(qtbot, reasoning_ms, words):
    view = shown_view(qtbot, [thoughtful(1, stats=replace(STATS, reasoning_ms=reasoning_ms))])
    assert words in view.words.thought(view.conversation.messages[0])


def test_a_click_unfolds_and_folds_it_and_the_button_stays_where_it_is(view):
    folded, before = picture(view), view.places.part_rect(PILL)
    click(view)
    assert lines(view)[:2] == ["First **this**.", "def f():"]
    assert lines(view)[-3:] == ["The answer.", "one", "two"]
    layout = view.conversation.messages[1]
    assert {box.inset for box in layout.boxes[: layout.n_reasoning]} == {REASONING_INDENT}
    assert view.places.part_rect(PILL).topLeft() == before.topLeft()
    click(view)
    view.pointer._light_up(-1, None)
    assert picture(view) == folded


def test_keys_reach_it(view):
    view.setFocus(Qt.FocusReason.OtherFocusReason)
    view.message_focus.go_to(1)
    parts = view.places.parts_of(1)
    assert parts[0] == PILL
    view.message_focus._take_part(PILL)
    QTest.keyClick(view, Qt.Key.Key_Return)
    assert view.conversation.messages[1].is_open
    found = QAccessible.queryAccessibleInterface(view).child(1)
    names = [found.child(index).text(QAccessible.Text.Name) for index in range(found.childCount())]
    assert names[0] == "Show or hide the reasoning"


def test_what_is_folded_is_never_laid_out(qtbot, monkeypatch):
    shown = []
    original = ConversationLayout.show

    def show(self, layout, index):
        shown.extend(layout.boxes[index].leaf.lines)
        return original(self, layout, index)

    monkeypatch.setattr(ConversationLayout, "show", show)
    view = shown_view(qtbot, [user(0, "Question"), answer(1, "", MessageState.GENERATING)])
    shown.clear()
    for at in range(0, len(TEXT), 7):
        view.append_text("m1", TEXT[at : at + 7])
    idle(view)
    assert "First **this**." not in shown
    assert "The answer." in shown


def test_while_it_thinks_the_seconds_are_counted(qtbot, monkeypatch):
    now = 100.0
    monkeypatch.setattr(answer_text.time, "monotonic", lambda: now)
    view = shown_view(qtbot, [user(0, "Question"), answer(1, "", MessageState.GENERATING)])
    layout = view.conversation.messages[1]
    view.append_text("m1", "<think>\n")
    assert layout.is_waiting
    view.append_text("m1", "Hm")
    assert not layout.is_waiting
    assert view.words.thought(layout) == "Thinking…"
    assert view.unfolding.is_counting
    now = 104.4
    assert view.words.thought(layout) == "Thinking… 4 s"
    view.append_text("m1", ".</think>\n\n")
    now = 110.0
    assert "4 second" in view.words.thought(layout)
    assert not view.unfolding.is_counting
    view.append_text("m1", "Answer")
    assert lines(view) == ["Answer"]
    view.update_message(thoughtful(1, "<think>\nHm.</think>\n\nAnswer"))
    assert "6 second" in view.words.thought(layout)


def test_empty_tags_leave_no_trace(qtbot):
    view = shown_view(qtbot, [user(0, "Question"), thoughtful(1, f"<think>\n\n</think>\n\n{SAID}")])
    assert not view.conversation.messages[1].has_reasoning
    assert picture(view) == picture(shown_view(qtbot, [user(0, "Question"), thoughtful(1, SAID)]))


def test_reasoning_that_was_cut_can_be_read(qtbot):
    view = shown_view(qtbot, [user(0, "Question"), replace(answer(1, "<think>Hm", MessageState.INTERRUPTED))])
    assert lines(view) == []
    view.unfolding.toggle(1)
    assert lines(view) == ["Hm"]


@pytest.mark.parametrize("is_open", [False, True])
def test_streamed_and_opened_look_alike(qtbot, is_open):
    streamed = shown_view(qtbot, [user(0, "Question"), answer(1, "", MessageState.GENERATING)])
    for at in range(0, len(TEXT), 11):
        streamed.append_text("m1", TEXT[at : at + 11])
        if is_open and streamed.conversation.messages[1].has_reasoning and not streamed.conversation.messages[1].is_open:
            streamed.unfolding.toggle(1)
    streamed.update_message(thoughtful(1))
    opened = shown_view(qtbot, [user(0, "Question"), thoughtful(1)])
    if is_open:
        opened.unfolding.toggle(1)
    assert picture(streamed) == picture(opened)


def copied(view) -> str:
    view.copy()
    return QGuiApplication.clipboard().text()


def test_copying_leaves_it_out_unless_it_is_unfolded_and_selected(view):
    view.select_all()
    assert copied(view) == f"Question\n\n{SAID}\n\nNext"
    click(view)
    tabbed = THOUGHT.replace("| a |\n|---|\n| b |", "a\nb")
    view.select_all()
    assert copied(view) == f"Question\n\n{tabbed}\n\n{SAID}\n\nNext"
    view.press(Part(1))
    assert QGuiApplication.clipboard().text() == SAID
    n = view.conversation.messages[1].n_reasoning
    view.selection.set((1, n - 2, 4), (1, n, 3))
    assert copied(view) == "f():\n\treturn 1\n\na\nb\n\nThe"


def test_what_is_selected_stays_selected_or_is_let_go(view):
    view.selection.set((1, 0, 4), (1, 2, END))
    assert copied(view) == "answer.\n\n1. one\n2. two"
    click(view)
    assert not view.selection.is_empty
    assert copied(view) == "answer.\n\n1. one\n2. two"
    click(view)
    assert copied(view) == "answer.\n\n1. one\n2. two"
    click(view)
    view.selection.set((1, 0, 0), (1, 5, END))
    click(view)
    assert view.selection.is_empty


def test_code_in_it_has_its_colours_and_its_own_copy_button(view):
    click(view)
    code = next(index for index, box in enumerate(view.conversation.messages[1].boxes) if box.is_code)
    assert document(view, 1, code).firstBlock().layout().formats()
    view.press(Part(1, code))
    assert QGuiApplication.clipboard().text() == "def f():\n\treturn 1"


def test_the_mouse_selects_in_both_parts(view):
    click(view)
    n = view.conversation.messages[1].n_reasoning
    start, end = point_of(view, 1, 0, 6), point_of(view, 1, n, 3)
    QTest.mousePress(view.viewport(), Qt.MouseButton.LeftButton, pos=start)
    QTest.mouseMove(view.viewport(), end)
    QTest.mouseRelease(view.viewport(), Qt.MouseButton.LeftButton, pos=end)
    assert view.selection.bounds() == ((1, 0, 6), (1, n, 3))


def test_the_same_numbers_of_tables_and_quotes_in_both_parts_do_not_meet(qtbot):
    rows = "\n".join(f"| {n} | " + "word " * 20 + "|" for n in range(40))
    long = f"> quote\n\n| A | B |\n|---|---|\n{rows}"
    short = "> quote\n\n| A | B |\n|---|---|\n" + "\n".join(f"| {n} | x |" for n in range(40))
    view = shown_view(qtbot, [thoughtful(1, f"<think>{long}</think>{short}")])
    view.unfolding.toggle(0)
    idle(view)
    layout = view.conversation.messages[0]
    assert layout.previous_box(layout.n_reasoning) is None
    renderer = view.conversation._renderers.of(layout.boxes[-1].leaf, False)
    assert layout.column_widths(1, renderer) != layout.column_widths(layout.n_reasoning + 1, renderer)


def test_a_screen_reader_hears_the_answer_and_how_long_it_took(view):
    assert view.words.spoken(view.conversation.messages[1]).endswith(f"6 second(s)\n{SAID}")


def test_any_chunks_give_the_leaves_of_the_whole(qtbot):
    rng = random.Random(77)
    for _ in range(60):
        tag = rng.choice(("think", "thinking"))
        text = f"<{tag}>{random_document(rng, 8)}</{tag}>{random_document(rng, 8)}"
        whole, streamed = AnswerText(), AnswerText()
        whole.feed(text)
        for chunk in random_chunks(rng, text):
            streamed.feed(chunk)
        for one in (whole, streamed):
            one.finish()
        assert values(streamed.answer.leaves) == values(whole.answer.leaves)
        assert (streamed.reasoning is None) == (whole.reasoning is None)
        if whole.reasoning is not None:
            assert values(streamed.reasoning.leaves) == values(whole.reasoning.leaves)
