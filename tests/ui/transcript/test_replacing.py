"""Another branch of the same conversation: what stays is not laid out again, and the reader stays where they are."""

from __future__ import annotations

from dataclasses import replace

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest

from desktop_app.chat.message import MessageState
from desktop_app.ui.transcript.shown import Button, Part
from tests.bench import corpus
from tests.ui.transcript.views import answer, idle, move, picture, shown_view, user


@pytest.fixture
def messages():
    return corpus.conversation(20)


def test_what_stays_keeps_its_layout(qtbot, messages):
    view = shown_view(qtbot, messages)
    layouts = list(view.conversation.messages)
    other = answer(99, "Another answer")
    view.replace_messages([*messages[:-1], other], {"m99": ("m19", "m99")})
    assert view.conversation.messages[:-1] == layouts[:-1]
    assert view.conversation.messages[-1] is not layouts[-1]
    assert (view.conversation.messages[-1].n_version, view.conversation.messages[-1].n_versions) == (2, 2)
    assert view.conversation.index_of("m19") is None and view.conversation.index_of("m99") == 19


def test_it_looks_like_the_branch_opened_at_once(qtbot, messages):
    view = shown_view(qtbot, messages)
    branch = [*messages[:9], answer(99, "Another answer"), user(100, "And then?")]
    view.replace_messages(branch, {})
    view.pointer._light_up(-1, None)
    assert picture(view) == picture(shown_view(qtbot, branch))


def test_a_reader_above_the_change_sees_the_same(qtbot, messages):
    view = shown_view(qtbot, messages)
    move(view, 200)
    before = picture(view)
    view.replace_messages([*messages[:-1], answer(99, "Another answer")], {})
    assert picture(view) == before


def test_a_reader_in_the_middle_of_what_changes_sees_what_stands_in_its_place_from_the_beginning(qtbot):
    view = shown_view(qtbot, [user(0, "One"), answer(1, "Text.\n\n" * 100), user(2, "Two"), answer(3, "Text.\n\n" * 50)])
    move(view, 900)
    view.replace_messages([user(0, "One"), answer(9, "Other.\n\n" * 100)], {})
    assert view.conversation.tops[1] == view.places.value


def test_leafing_through_versions_leaves_the_row_under_the_mouse(qtbot):
    long, short = answer(1, "Text.\n\n" * 60), answer(9, "Short.\n\n" * 12)
    rest = [user(2, "Two"), answer(3, "Text.\n\n" * 60)]
    view = shown_view(qtbot, [user(0, "One\n" * 40), long, *rest])
    view.set_versions({"m1": ("m1", "m9")})
    move(view, view.conversation.tops[2] - 500)
    part = Part(1, -1, Button.NEXT)
    rect = view.places.part_rect(part)
    QTest.mouseClick(view.viewport(), Qt.MouseButton.LeftButton, pos=rect.center())
    view.replace_messages([user(0, "One\n" * 40), short, *rest], {"m9": ("m1", "m9")})
    idle(view)
    assert view.places.part_rect(part).top() == rect.top()


def test_a_new_answer_brings_the_reader_to_the_end(qtbot, messages):
    view = shown_view(qtbot, messages)
    move(view, 0)
    view.replace_messages([*messages, answer(99, "", MessageState.GENERATING)], {}, is_at_end=True)
    assert view.verticalScrollBar().value() == view.verticalScrollBar().maximum()


def test_a_selection_stays_where_nothing_changed_and_goes_where_something_did(qtbot, messages):
    view = shown_view(qtbot, messages)
    view.selection.set((0, 0, 0), (1, 0, 3))
    view.replace_messages([*messages[:-1], answer(99, "Another answer")], {})
    assert view.selection.bounds() == ((0, 0, 0), (1, 0, 3))
    view.selection.set((0, 0, 0), (19, 0, 3))
    view.replace_messages(messages, {})
    assert view.selection.is_empty


def test_an_answer_that_streams_on_keeps_its_layout(qtbot):
    view = shown_view(qtbot, [user(0, "One"), answer(1, "", MessageState.GENERATING)])
    view.append_text("m1", "Hello **wor")
    layout = view.conversation.messages[1]
    so_far = replace(answer(1, "", MessageState.GENERATING), text="Hello **wor")
    view.replace_messages([user(0, "One"), so_far], {})
    assert view.conversation.messages[1] is layout
    view.append_text("m1", "ld**")
    assert layout.source == "Hello **world**"


def test_an_answer_that_is_continued_looks_like_one_that_came_at_once(qtbot):
    first, rest = "One paragraph.\n\n- item\n\n```python\nx = 1\n", "y = 2\n```\n\nEnd."
    view = shown_view(qtbot, [user(0, "One"), replace(answer(1, first), stats=None)])
    view.update_message(replace(answer(1, first, MessageState.GENERATING)))
    view.append_text("m1", rest)
    view.update_message(answer(1, first + rest))
    view.pointer._light_up(-1, None)
    assert picture(view) == picture(shown_view(qtbot, [user(0, "One"), answer(1, first + rest)]))


def test_nothing_left_is_shown_as_nothing(qtbot, messages):
    view = shown_view(qtbot, messages)
    view.replace_messages([], {})
    assert view.conversation.messages == [] and view.shown.last_answer == -1
