"""The source of a conversation in place of what is read: whole, as it streams, and back to the very same picture."""

from __future__ import annotations

import random
from dataclasses import replace

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtGui import QGuiApplication

from desktop_app.chat.message import MessageState, Role
from desktop_app.ui.theme import load_theme
from desktop_app.ui.transcript.finding import reveal
from desktop_app.ui.transcript.plain_text import PlainScanner, plain_leaves, text_of
from desktop_app.ui.transcript.shown import Button, Part
from tests.bench import corpus
from tests.ui.transcript.views import answer, document, idle, move, picture, shown_view, user

THOUGHT = "<think>\nFirst **this**.\n\n```python\nx = 1\n```\n\nThen *that*.\n</think>\n\n"
WIDE = "```python\n" + "\n".join(f"value_{n} = {'some_name + ' * 20}{n}" for n in range(40)) + "\n```\n"


def talk() -> list:
    """Give questions and answers of every kind of block, one with reasoning and one with wide code."""
    return [
        user(0, "What *is* this?\n\n    indented\ttext"),
        answer(1, corpus.unit(3)),
        user(2, "# Not a heading\n" * 30),
        answer(3, THOUGHT + corpus.unit(4) + WIDE),
        user(4, "And then?"),
        answer(5, corpus.unit(5)),
    ]


def toggle(view) -> None:
    view.source_view.toggle()
    view.pointer._light_up(-1, None)
    idle(view)


def shown_text(view, number: int) -> str:
    """Give what stands in a message, leaf for leaf."""
    return text_of(view.conversation.messages[number].leaves())


# The scanner


@pytest.mark.parametrize("seed", range(40))
def test_the_leaves_do_not_depend_on_how_the_text_comes(seed):
    rng = random.Random(seed)
    parts = ["\n", "\r\n", "\r", "word ", "x" * 700, "y" * 4_000, " ", "line\n" * 70, "漢字" * 900, "a b c " * 400]
    text = "".join(rng.choice(parts) for _ in range(rng.randrange(1, 40)))
    scanner, at = PlainScanner(), 0
    while at < len(text):
        n = rng.choice((1, 2, 7, 90, 1_599, 1_601, 5_000))
        before = len(scanner.leaves)
        first = scanner.feed(text[at : at + n])
        assert first >= before - 1, "only the last leaf grows"
        at += n
    scanner.finish()
    pairs = [
        [(leaf.lines, leaf.first_line, leaf.last_line, leaf.starts_mid_line, leaf.is_continuation) for leaf in leaves]
        for leaves in (scanner.leaves, plain_leaves(text))
    ]
    assert pairs[0] == pairs[1]
    assert text_of(scanner.leaves) == text.replace("\r\n", "\n").replace("\r", "\n")
    assert all(sum(map(len, leaf.lines)) <= 1_600 and 0 < len(leaf.lines) <= 64 for leaf in scanner.leaves)
    assert scanner.source_of(scanner.leaves[0], scanner.leaves[-1]) == text_of(scanner.leaves)


# What is shown


def test_every_message_is_shown_as_it_is_stored_in_the_font_of_code(qtbot):
    messages = talk()
    view = shown_view(qtbot, messages)
    toggle(view)
    bar = view.verticalScrollBar()
    for value in range(0, bar.maximum(), 300):
        bar.setValue(value)
        idle(view)
    assert [shown_text(view, number) for number in range(6)] == [message.text for message in messages]
    bar.setValue(0)
    idle(view)
    for number in (0, 1):
        char = document(view, number).firstBlock().begin().fragment().charFormat()
        assert char.font().families() == load_theme("light", 1.0).mono_font().families()
    assert document(view, 0).toPlainText() == messages[0].text


@pytest.mark.parametrize("share", [0.0, 0.2, 0.5, 0.77, 1.0])
def test_going_there_and_back_changes_no_pixel(qtbot, share):
    view = shown_view(qtbot, talk())
    view.press(Part(3, -1, Button.REASONING))
    layout = view.conversation.messages[3]
    first = next(index for index, box in enumerate(layout.boxes) if box.leaf.info == "python" and not box.inset)
    reveal(view, 3, first + 1, 0)
    layout.code_offsets[layout.first_chunk(first)] = 120.0
    bar = view.verticalScrollBar()
    bar.setValue(1)
    bar.setValue(round(bar.maximum() * share))
    idle(view)
    before, value, maximum = picture(view), bar.value(), bar.maximum()
    toggle(view)
    assert picture(view) != before
    toggle(view)
    assert (bar.value(), bar.maximum()) == (value, maximum)
    assert picture(view) == before


def test_another_theme_and_width_meanwhile_are_taken_too(qtbot):
    view, fresh = shown_view(qtbot, talk()), shown_view(qtbot, talk(), "dark")
    for one in (view, fresh):
        one.verticalScrollBar().setValue(0)
        idle(one)
    toggle(view)
    view.set_theme(load_theme("dark", 1.0))
    view.resize(600, 700)
    fresh.resize(600, 700)
    idle(view)
    toggle(view)
    toggle(fresh)
    toggle(fresh)
    assert picture(view) == picture(fresh)


@pytest.mark.parametrize("line", [0, 1, 12, 20])
def test_the_reader_keeps_their_place(qtbot, line):
    paragraphs = "\n\n".join(f"Paragraph {n}. " + "word " * 30 for n in range(30))
    view = shown_view(
        qtbot, [user(0, "Long\n" * 20), answer(1, "<think>\nWell.\n</think>\n\n" + paragraphs), user(2, "End\n" * 30)]
    )
    reveal(view, 1, 0, 0)
    layout = view.conversation.messages[1]
    for _ in range(3):
        view.verticalScrollBar().setValue(view.conversation.tops[1] + layout.ys[line])
        idle(view)

    def top_line() -> str:
        number, index, at = view.places.position_at(QPoint(450, 3))
        assert number == 1
        return document(view, 1, index).findBlock(at).text()[:13]

    assert top_line() == f"Paragraph {line}. "[:13]
    toggle(view)
    assert top_line() == f"Paragraph {line}. "[:13]
    move(view, view.verticalScrollBar().value() + 2)
    toggle(view)
    assert top_line() == f"Paragraph {line}. "[:13]


def test_what_is_selected_is_let_go_and_another_conversation_is_shown_as_it_is_read(qtbot):
    view = shown_view(qtbot, talk())
    view.select_all()
    toggle(view)
    assert view.selection.is_empty and view.conversation.is_source
    view.set_messages([user(0, "New"), answer(1, "**Bold**")])
    idle(view)
    assert not view.conversation.is_source
    assert document(view, 1).toPlainText() == "Bold"


def test_another_branch_stays_source(qtbot):
    view = shown_view(qtbot, talk())
    toggle(view)
    view.replace_messages([*talk()[:-1], answer(9, "*Other*")], {}, is_at_end=True)
    idle(view)
    assert document(view, 5).toPlainText() == "*Other*"


# While text comes


@pytest.mark.parametrize("seed", range(4))
def test_a_streamed_answer_looks_like_an_opened_one_in_both_forms(qtbot, seed):
    rng = random.Random(seed)
    text = (THOUGHT if seed % 2 else "") + corpus.unit(seed)
    streamed = shown_view(qtbot, [user(0, "Question"), answer(1, "", MessageState.GENERATING)])
    at, n_toggles = 0, 0
    while at < len(text):
        n = rng.choice((1, 9, 40, 400))
        streamed.append_text("m1", text[at : at + n])
        at += n
        if rng.random() < 0.1:
            toggle(streamed)
            n_toggles += 1
    assert n_toggles
    if not streamed.conversation.is_source:
        toggle(streamed)
    done = replace(answer(1, text), stats=replace(corpus.STATS, reasoning_ms=6_000.0 * (seed % 2)))
    streamed.update_message(done)
    opened = shown_view(qtbot, [user(0, "Question"), done])
    toggle(opened)
    assert shown_text(streamed, 1) == text
    assert picture(streamed) == picture(opened)
    for view in (streamed, opened):
        toggle(view)
    assert picture(streamed) == picture(opened)
    for view in (streamed, opened):
        view.verticalScrollBar().setValue(0)
    assert picture(streamed) == picture(opened)


def test_only_the_last_leaf_is_made_again_when_text_comes(qtbot):
    view = shown_view(qtbot, [user(0, "Question"), answer(1, "", MessageState.GENERATING)])
    toggle(view)
    view.append_text("m1", "word " * 10_000)
    idle(view)
    docs = [box.doc for box in view.conversation.messages[1].boxes]
    view.append_text("m1", "more " * 10)
    now = [box.doc for box in view.conversation.messages[1].boxes]
    assert now[: len(docs)] == docs and len(now) <= len(docs) + 1


# Copying and finding


def test_copying_gives_the_source(qtbot):
    messages = talk()
    view = shown_view(qtbot, messages)
    toggle(view)
    view.select_all()
    view.copy()
    assert QGuiApplication.clipboard().text() == "\n\n".join(message.text for message in messages)
    view.copying.copy_message(3, True)
    assert QGuiApplication.clipboard().text() == messages[3].text
    view.press(Part(3, -1, Button.COPY))
    assert QGuiApplication.clipboard().text() == messages[3].text
    number, index = 1, 0
    view.selection.set((number, index, 3), (number, index, 9))
    view.copy()
    assert QGuiApplication.clipboard().text() == messages[1].text[3:9]


def test_what_is_looked_for_is_found_in_what_is_shown(qtbot):
    view = shown_view(qtbot, [user(0, "Question"), answer(1, "**bold** and <think> again **bold**")])
    heard = []
    view.finding.changed.connect(lambda *numbers: heard.append(numbers))
    view.finding.find("**")
    idle(view)
    assert view.finding.marks_of(1, 0) == []
    toggle(view)
    qtbot.waitUntil(lambda: heard[-1] == (1, 4))
    assert len(view.finding.marks_of(1, 0)) == 4
    toggle(view)
    assert view.finding.marks_of(1, 0) == []


# In the window


def test_the_key_works_while_writing(services, window, qtbot):
    id = services.conversations.put("One")
    services.conversations.say(id, Role.ASSISTANT, "**Because.**")
    window.open_conversation(id)
    window.composer.set_text("A draft")
    qtbot.keyClick(window.composer.edit, Qt.Key.Key_U, Qt.KeyboardModifier.ControlModifier)
    view = window.transcript.view
    assert view.conversation.is_source and window.composer.text() == "A draft"
    qtbot.keyClick(window.composer.edit, Qt.Key.Key_U, Qt.KeyboardModifier.ControlModifier)
    assert not view.conversation.is_source
