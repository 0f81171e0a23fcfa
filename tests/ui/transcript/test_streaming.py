"""Gates C3 and C4: what streams in looks like what is opened at once, and moves nobody who has scrolled up."""

from __future__ import annotations

import random

import pytest
from PySide6.QtGui import QImage

from desktop_app.chat.message import MessageState
from desktop_app.ui.theme import load_theme
from desktop_app.ui.transcript.conversation_layout import ConversationLayout
from tests.bench import corpus
from tests.ui.transcript.test_selection import point_of
from tests.ui.transcript.views import answer, document, idle, picture, shown_view, user, visit

SEEDS = range(24)


def mixed_text(seed: int) -> str:
    """Give some 5,000 characters of blocks in random order, with a long fence or a long table for some seeds."""
    rng = random.Random(seed)
    blocks = [block for block in corpus.unit(seed + 100).split("\n\n") if block]
    rng.shuffle(blocks)
    if seed % 3 == 0:
        code = "\n".join(corpus.code_line(rng, number) for number in range(150))
        blocks.insert(rng.randrange(len(blocks)), f"```python\n{code}\n```")
    if seed % 3 == 1:
        rows = "\n".join(f"| {corpus.sentence(rng, 3)} | {number} |" for number in range(30))
        blocks.insert(rng.randrange(len(blocks)), f"| Text | Number |\n|---|--:|\n{rows}")
    if seed % 4 == 2:
        blocks.append("```c\n/* never\nclosed */\nint x;")
    return "\n\n".join(blocks)


def stream_into(view, text: str, seed: int) -> None:
    rng = random.Random(seed)
    at = 0
    while at < len(text):
        n = rng.choice((1, 7, 40, 40, 90, 400))
        view.append_text("m1", text[at : at + n])
        at += n
        if rng.random() < 0.1:
            idle(view)


@pytest.mark.parametrize("seed", SEEDS)
def test_a_streamed_answer_looks_like_an_opened_one(qtbot, seed):
    text = mixed_text(seed)
    streamed = shown_view(qtbot, [user(0, "Question"), answer(1, "", MessageState.GENERATING)])
    stream_into(streamed, text, seed)
    streamed.update_message(answer(1, text))
    opened = shown_view(qtbot, [user(0, "Question"), answer(1, text)])
    assert picture(streamed) == picture(opened)
    visit(streamed)
    visit(opened)
    for view in (streamed, opened):
        view.pointer._light_up(-1, None)
    assert streamed.verticalScrollBar().maximum() == opened.verticalScrollBar().maximum()
    maximum = opened.verticalScrollBar().maximum()
    for position in (0, maximum // 2, maximum):
        for view in (streamed, opened):
            view.verticalScrollBar().setValue(position)
        assert picture(streamed) == picture(opened), f"at {position} of {maximum}"


def are_alike(kept: QImage, anew: QImage) -> bool:
    """Say whether two pictures are the same.

    The smooth edge of a round corner that the first row cuts may differ by a few steps of 255: Qt counts what it covers
    from the clip on.
    """
    if kept == anew:
        return True
    rest = kept.rect().adjusted(0, 1, 0, 0)
    row = [(kept.pixelColor(x, 0).getRgb(), anew.pixelColor(x, 0).getRgb()) for x in range(kept.width())]
    steps = max(abs(one - other) for pair in row for one, other in zip(*pair, strict=True))
    return kept.copy(rest) == anew.copy(rest) and steps <= 3


def test_the_picture_on_screen_is_the_picture_painted_anew(qtbot):
    """What `viewport().scroll` moved is right: the window's buffer against a full repaint, at every flush."""
    text = mixed_text(3)
    view = shown_view(qtbot, [user(0, "Question"), answer(1, "", MessageState.GENERATING)])
    for at in range(0, len(text), 90):
        view.append_text("m1", text[at : at + 90])
        kept = picture(view)
        view.viewport().update()
        assert are_alike(kept, picture(view)), f"after {at} characters"


def test_scrolled_up_nothing_moves_while_text_comes(qtbot):
    view = shown_view(qtbot, [*corpus.conversation(20), user(20, "More"), answer(21, "", MessageState.GENERATING)])
    view.append_text("m21", corpus.stream(4_000))
    bar = view.verticalScrollBar()
    for up in (300, 1_500):
        bar.setValue(bar.value() - up)
        value, before = bar.value(), picture(view)
        for at in range(0, 11_000, 40):
            view.append_text("m21", corpus.stream(11_000)[at : at + 40])
        idle(view)
        if up == 300:
            continue  # the end of what was there is still in view and grows
        assert bar.value() == value
        assert picture(view) == before


def test_scrolled_up_the_live_leaf_is_not_rendered(qtbot, monkeypatch):
    view = shown_view(qtbot, [*corpus.conversation(20), user(20, "More"), answer(21, "", MessageState.GENERATING)])
    view.verticalScrollBar().setValue(0)
    shown = []
    original = ConversationLayout.show

    def show(self, layout, index):
        shown.append(layout)
        return original(self, layout, index)

    monkeypatch.setattr(ConversationLayout, "show", show)
    view.append_text("m21", corpus.stream(4_000))
    idle(view)
    assert view.conversation.messages[21] not in shown


def test_at_the_bottom_it_stays_at_the_bottom(qtbot):
    view = shown_view(qtbot, [user(0, "Question"), answer(1, "", MessageState.GENERATING)])
    bar = view.verticalScrollBar()
    for at in range(0, 8_000, 40):
        view.append_text("m1", corpus.stream(8_000)[at : at + 40])
        assert bar.value() == bar.maximum()
    assert bar.maximum() > 500
    view.update_message(answer(1, corpus.stream(8_000)))
    assert bar.value() == bar.maximum()


def test_one_step_up_is_enough_to_stay(qtbot):
    view = shown_view(qtbot, [user(0, "Question"), answer(1, "", MessageState.GENERATING)])
    view.append_text("m1", corpus.stream(6_000))
    bar = view.verticalScrollBar()
    bar.setValue(bar.value() - 20)
    value = bar.value()
    view.append_text("m1", corpus.stream(6_000))
    assert bar.value() == value
    bar.setValue(bar.maximum())
    view.append_text("m1", corpus.stream(6_000))
    assert bar.value() == bar.maximum()


def test_an_end_that_is_held_back_is_shown_when_the_answer_ends(qtbot):
    text = "Some text\n\n| A | B |\n|---|---|\n| 1 | 2 |\n\n- last\n-"
    view = shown_view(qtbot, [answer(1, "", MessageState.GENERATING)])
    view.append_text("m1", text)
    view.update_message(answer(1, text))
    opened = shown_view(qtbot, [answer(1, text)])
    assert len(view.conversation.messages[0].boxes) == len(opened.conversation.messages[0].boxes)
    assert picture(view) == picture(opened)


def test_an_update_with_the_same_text_keeps_every_leaf(qtbot):
    text = corpus.unit()
    view = shown_view(qtbot, [answer(1, "", MessageState.GENERATING)])
    view.append_text("m1", text)
    idle(view)
    layout = view.conversation.messages[0]
    before = [(box, box.doc) for box in layout.boxes]
    view.update_message(answer(1, text))
    idle(view)
    assert [(box, box.doc) for box in layout.boxes] == before


def test_an_update_with_more_text_shows_the_rest(qtbot):
    view = shown_view(qtbot, [answer(1, "", MessageState.GENERATING)])
    view.append_text("m1", "First paragraph.\n\nSecond")
    view.update_message(answer(1, "First paragraph.\n\nSecond paragraph."))
    assert view.conversation.messages[0].boxes[-1].leaf.lines == ["Second paragraph."]


def test_an_update_with_another_text_shows_that(qtbot):
    view = shown_view(qtbot, [answer(1, "Old text")])
    view.update_message(answer(1, "New"))
    assert picture(view) == picture(shown_view(qtbot, [answer(1, "New")]))


def test_a_change_of_theme_keeps_the_place(qtbot):
    view = shown_view(qtbot, corpus.conversation(20))
    view.verticalScrollBar().setValue(view.verticalScrollBar().maximum() // 2)
    idle(view)
    value, anchor = view.verticalScrollBar().value(), view.anchor
    view.set_theme(load_theme("dark", 1.0))
    idle(view)
    assert view.verticalScrollBar().value() == value
    assert view.anchor == anchor
    assert picture(view).pixelColor(2, 2).name().upper() == load_theme("dark").background


def test_another_width_keeps_the_place(qtbot):
    view = shown_view(qtbot, corpus.conversation(20))
    view.verticalScrollBar().setValue(view.verticalScrollBar().maximum() // 2)
    anchor = view.anchor
    assert anchor is not None
    view.resize(500, 700)
    idle(view)
    assert view.anchor is not None
    assert (view.anchor.message, view.anchor.leaf) == (anchor.message, anchor.leaf)


def test_marks_of_what_is_being_written_do_not_flash(qtbot):
    text = "Some **bold**, *slanted* and `code` with a [link](https://example.org/page) in it\n\n## A **title**\n\n- **item**"
    view = shown_view(qtbot, [answer(1, "", MessageState.GENERATING)])
    for char in text:
        view.append_text("m1", char)
        shown = "".join(box.doc.toPlainText() for box in view.conversation.messages[0].boxes if box.doc is not None)
        assert not set(shown) & set("*`#"), shown
        assert "](" not in shown, shown
    assert view.conversation.messages[0].source == text


def test_marks_and_pipes_of_a_table_that_is_being_written_do_not_flash(qtbot):
    text = "Text:\n\n| **Name** | `Value` |\n|:--|--:|\n| *one*<br>two | **[2](https://example.org)** |\n| `a` | **b** c |"
    view = shown_view(qtbot, [answer(1, "", MessageState.GENERATING)])
    for char in text:
        view.append_text("m1", char)
        shown = "".join(box.doc.toPlainText() for box in view.conversation.messages[0].boxes if box.doc is not None)
        assert not set(shown) & set("*`|<"), shown
        assert "](" not in shown, shown
    view.update_message(answer(1, text))
    assert picture(view) == picture(shown_view(qtbot, [answer(1, text)]))


def test_a_row_is_shown_as_it_is_when_another_follows(qtbot):
    view = shown_view(qtbot, [answer(1, "", MessageState.GENERATING)])
    text = "| A |\n|---|\n| **one |\n"
    view.append_text("m1", text)
    assert "one" in document(view, 0).toPlainText() and "**" not in document(view, 0).toPlainText()
    view.append_text("m1", "\ntext")
    assert "**one" in document(view, 0).toPlainText()


def test_what_waits_for_the_next_line_is_there_when_an_answer_is_stopped(qtbot):
    text = "Text\n\n| A | B |\n"
    view = shown_view(qtbot, [answer(1, "", MessageState.GENERATING)])
    view.append_text("m1", text)
    assert len(view.conversation.messages[0].boxes) == 1
    view.update_message(answer(1, text, MessageState.INTERRUPTED))
    assert view.conversation.messages[0].boxes[-1].leaf.lines == ["| A | B |"]


def test_a_link_that_is_being_written_leads_nowhere(qtbot):
    view = shown_view(qtbot, [answer(1, "", MessageState.GENERATING)])
    view.append_text("m1", "A [link](https://example.org/pa")
    point = point_of(view, 0, 0, 4)
    assert view.places.link_at(point) == ""
    view.append_text("m1", "ge) more")
    assert view.places.link_at(point) == "https://example.org/page"
