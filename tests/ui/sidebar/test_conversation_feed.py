"""What is done to many conversations at once: one new list, in which everything is where it was."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace
from typing import Any

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication

from desktop_app.ui.sidebar.conversation_feed import N_ONE_BY_ONE
from tests.fakes.services import NOW_MS
from tests.ui.sidebar.conftest import Desk

MANY = [f"n{number:03}" for number in range(N_ONE_BY_ONE * 3)]
CTRL = Qt.KeyboardModifier.ControlModifier


@pytest.fixture
def full_desk(desk: Desk) -> Desk:
    """Give a desk with many more conversations, and all of these marked with Shift."""
    for place, id_ in enumerate(MANY):
        desk.conversations.put(f"Title {id_}", NOW_MS - 10_000 - place, id_)
        desk.conversations.conversation_added.emit(id_)
    desk.click("a")
    desk.click("c", CTRL)
    flags = desk.list.selectionModel().SelectionFlag
    for id_ in MANY:
        desk.list.selectionModel().select(desk.model.index(desk.model.row_of(id_)), flags.Select)
    return desk


def announce(desk: Desk, signal: Any, ids: list[str], **values: Any) -> dict[str, int]:
    """Change conversations and say so, as the disk does; give how often the model has told what."""
    told: Counter[str] = Counter()
    for name in ("modelReset", "rowsMoved", "rowsInserted", "rowsRemoved", "dataChanged"):
        getattr(desk.model, name).connect(lambda *_, name=name: told.update([name]))
    for id_ in ids:
        desk.conversations.stored[id_] = replace(desk.conversations.stored[id_], **values)
    desk.conversations.several_announced.emit(ids)
    for id_ in ids:
        signal.emit(id_)
    return dict(told)


def test_many_that_are_pinned_are_one_new_list(full_desk: Desk) -> None:
    told = announce(full_desk, full_desk.conversations.conversation_changed, MANY, pinned_ms=1)

    assert told == {"modelReset": 1}
    assert full_desk.rows()[: len(MANY) + 1] == ["Pinned", *(f"Title {id_}" for id_ in MANY)]


def test_a_few_are_moved_one_by_one(full_desk: Desk) -> None:
    told = announce(full_desk, full_desk.conversations.conversation_changed, MANY[:N_ONE_BY_ONE], folder_id="work")

    assert "modelReset" not in told and told["rowsMoved"] == N_ONE_BY_ONE


def test_marks_place_and_keyboard_stay_where_they_were(full_desk: Desk) -> None:
    marked = set(full_desk.marked())
    full_desk.list.verticalScrollBar().setValue(300)
    announce(full_desk, full_desk.conversations.conversation_changed, MANY, folder_id="work")
    QApplication.processEvents()

    assert marked == {"a", "c", *MANY} == set(full_desk.marked()) and full_desk.list.has_marks
    assert full_desk.list.selected_id() == "c" and full_desk.list.hasFocus() and full_desk.on_show() == "a"
    assert full_desk.list.verticalScrollBar().value() == 300


def test_the_list_is_not_scrolled_to_the_row_that_the_keyboard_is_at(full_desk: Desk) -> None:
    full_desk.click(MANY[0], CTRL)
    full_desk.list.verticalScrollBar().setValue(0)
    announce(full_desk, full_desk.conversations.conversation_changed, MANY[1:], pinned_ms=1)
    QApplication.processEvents()

    assert full_desk.list.selected_id() == MANY[0] and full_desk.list.verticalScrollBar().value() == 0


def test_the_keyboard_stays_at_a_folder(full_desk: Desk) -> None:
    full_desk.list._mark(full_desk.model.index(full_desk.model.row_of_folder("work")))
    announce(full_desk, full_desk.conversations.conversation_changed, MANY, folder_id="home")

    assert full_desk.list.currentIndex().data() == "Work" and full_desk.marked() == []


def test_many_go_into_the_trash_and_come_back(full_desk: Desk) -> None:
    told = announce(full_desk, full_desk.conversations.conversation_trashed, MANY, trashed_ms=NOW_MS)
    assert told == {"modelReset": 1} and full_desk.model.row_of(MANY[0]) is None and set(full_desk.marked()) == {"a", "c"}

    announce(full_desk, full_desk.conversations.conversation_restored, MANY, trashed_ms=None)
    assert full_desk.model.row_of(MANY[0]) is not None


def test_what_becomes_of_one_of_them_later_is_heard(full_desk: Desk) -> None:
    announce(full_desk, full_desk.conversations.conversation_changed, MANY, pinned_ms=1)
    full_desk.change(MANY[7], title="Better")
    full_desk.conversations.trash(MANY[8])

    assert "Better" in full_desk.rows() and full_desk.model.row_of(MANY[8]) is None


def test_the_pencil_of_one_of_many_is_there(full_desk: Desk) -> None:
    full_desk.conversations.drafts[MANY[3]] = "half a thought"
    announce(full_desk, full_desk.conversations.conversation_changed, MANY, pinned_ms=1)

    assert [id_ for id_ in MANY if full_desk.model.is_unsent(id_)] == [MANY[3]]
