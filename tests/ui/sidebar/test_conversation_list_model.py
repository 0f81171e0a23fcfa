"""Rows under headings of time, and one change is one change."""

from __future__ import annotations

import random
import time
from datetime import date, datetime, timedelta
from typing import Any

import pytest
from PySide6.QtCore import Qt

from desktop_app.chat.conversation import Conversation
from desktop_app.chat.folder import Folder
from desktop_app.ui.sidebar.conversation_list_model import CONVERSATIONS_TYPE, ConversationListModel, ConversationRole
from desktop_app.ui.sidebar.sections import Day, Sections, local_day

TODAY = date(2026, 3, 15)


def day_of(day: date) -> Day:
    return day.year, day.month, day.day


DAY_MS = 86_400_000
NOON_MS = int(datetime(2026, 3, 15, 12).astimezone().timestamp() * 1000)


def conversation(id: str, days_ago: float = 0, title: str = "", **values: Any) -> Conversation:
    updated_ms = int(NOON_MS - days_ago * DAY_MS)
    return Conversation(id, title or id, False, updated_ms, updated_ms, **values)


def folder(name: str) -> Folder:
    return Folder(name.lower(), name, 0)


def model_of(
    *conversations: Conversation, today: Any = lambda: day_of(TODAY), folders: Any = (), collapsed: Any = ()
) -> ConversationListModel:
    model = ConversationListModel(today)
    model.set_conversations(conversations, folders, collapsed)
    return model


def rows(model: ConversationListModel) -> list[str]:
    return [model.index(row).data() for row in range(model.rowCount())]


def spoken(model: ConversationListModel, row: int) -> str:
    return model.index(row).data(Qt.ItemDataRole.AccessibleTextRole)


def signals(model: ConversationListModel) -> list[str]:
    """Write down how the model changes from now on, and look each time whether it is whole."""
    seen: list[str] = []
    for name in ("rowsInserted", "rowsRemoved", "rowsMoved", "modelReset", "dataChanged"):
        getattr(model, name).connect(lambda *_, name=name: (rows(model), seen.append(name)))
    return seen


def test_conversations_stand_under_headings_of_time(qapp: Any) -> None:
    model = model_of(*(conversation(f"c{days}", days) for days in (0, 1, 3, 20, 90)))
    assert rows(model) == ["Today", "c0", "Yesterday", "c1", "Previous 7 days", "c3", "Previous 30 days", "c20", "Older", "c90"]


def test_the_model_keeps_the_rules_of_qt_while_it_changes(qtmodeltester: Any) -> None:
    folders = [folder("A"), folder("B")]
    model = model_of(*(conversation(f"c{n}", n) for n in range(12)), folders=folders)
    qtmodeltester.check(model)
    signals(model)
    dice = random.Random(7)
    stored = {f"c{n}": conversation(f"c{n}", n) for n in range(12)}
    for step in range(400):
        id = f"c{dice.randrange(15)}"
        if dice.random() < 0.15:
            model.remove(id)
            stored.pop(id, None)
        elif dice.random() < 0.15:
            model.set_collapsed(dice.choice("ab"), dice.random() < 0.5)
        else:
            age = dice.choice((0, 0, 1, 5, 20, 60)) + dice.random() / 4
            place = {"folder_id": dice.choice((None, None, "a", "b")), "pinned_ms": dice.choice((None, None, None, step))}
            stored[id] = conversation(id, age, f"t{step}", tags=dice.choice(((), ("x",))), **place)
            model.put(stored[id])
        if step % 100 == 50:
            model.set_tag("x" if model.tag is None else None)
        fresh = model_of(*stored.values(), folders=folders, collapsed=model.collapsed)
        fresh.set_tag(model.tag)
        assert rows(model) == rows(fresh)
        assert all(model.row_of(id) == fresh.row_of(id) for id in stored)
    qtmodeltester.check(model)


def test_a_heading_cannot_be_chosen(qapp: Any) -> None:
    model = model_of(conversation("a"))
    assert model.flags(model.index(0)) == Qt.ItemFlag.NoItemFlags


def test_a_new_conversation_is_one_inserted_row(qapp: Any) -> None:
    model = model_of(conversation("a"))
    seen = signals(model)
    model.put(conversation("b", -0.1))
    assert rows(model) == ["Today", "b", "a"] and seen == ["rowsInserted"]


def test_a_conversation_that_is_used_moves_to_the_top(qapp: Any) -> None:
    model = model_of(conversation("a"), conversation("b", 0.1), conversation("old", 3))
    seen = signals(model)
    model.put(conversation("b", -0.1))
    assert rows(model) == ["Today", "b", "a", "Previous 7 days", "old"] and seen == ["rowsMoved", "dataChanged"]
    model.put(conversation("old", -0.2))
    assert rows(model) == ["Today", "old", "b", "a"] and "modelReset" not in seen


def test_a_title_is_one_changed_row(qapp: Any) -> None:
    model = model_of(conversation("a"), conversation("b", 0.1))
    seen = signals(model)
    model.put(conversation("b", 0.1, "Better"))
    assert rows(model) == ["Today", "a", "Better"] and seen == ["dataChanged"]


def test_thousands_of_rows_and_no_reset(qapp: Any) -> None:
    model = model_of(*(conversation(f"c{n}", n / 50) for n in range(5000)))
    seen = signals(model)
    model.put(conversation("c4900", -0.1))
    assert model.index(1).data(ConversationRole.ID) == "c4900" and seen == ["rowsMoved", "dataChanged"]


def test_the_last_of_a_day_takes_its_heading_along(qapp: Any) -> None:
    model = model_of(conversation("a"), conversation("b", 1))
    model.remove("b")
    model.remove("unknown")
    assert rows(model) == ["Today", "a"]


def test_midnight_moves_the_headings(qapp: Any) -> None:
    day = [TODAY]
    model = model_of(conversation("a"), conversation("b", 1), today=lambda: day_of(day[0]))
    day[0] = date(2026, 3, 16)
    model.refresh_headings_if_another_day()
    assert rows(model) == ["Yesterday", "a", "Previous 7 days", "b"]


def test_an_edit_asks_and_shows_nothing_of_its_own(qtbot: Any) -> None:
    model = model_of(conversation("a"))
    with qtbot.waitSignal(model.rename_requested) as asked:
        model.setData(model.index(1), "  New \n title ")
    assert asked.args == ["a", "New title"] and rows(model) == ["Today", "a"]


def test_a_blank_title_is_no_title(qtbot: Any) -> None:
    model = model_of(conversation("a"))
    with qtbot.assertNotEmitted(model.rename_requested):
        assert not model.setData(model.index(1), "   ")


def test_an_answering_conversation_says_so_in_words(qapp: Any) -> None:
    model = model_of(conversation("a"))
    model.set_answering("a", True)
    assert model.index(1).data(ConversationRole.IS_ANSWERING) is True
    assert spoken(model, 1) == "a, answering"
    model.set_answering("a", False)
    assert model.index(1).data(ConversationRole.IS_ANSWERING) is False


# Folders, pins, tags


def test_pins_stand_first_then_folders_by_name_then_time(qapp: Any) -> None:
    model = model_of(
        conversation("today"),
        conversation("first", 3, pinned_ms=1),
        conversation("later", 9, folder_id="work", pinned_ms=2),
        conversation("job", 40, folder_id="work"),
        folders=[folder("Home"), folder("Work")],
    )
    assert rows(model) == ["Pinned", "later", "first", "Folders", "Home", "Work", "job", "Today", "today"]


def test_a_folder_can_be_reached_and_renamed_but_not_chosen(qtbot: Any) -> None:
    model = model_of(conversation("a", folder_id="work"), folders=[folder("Work")])
    flags = model.flags(model.index(1))
    assert flags & Qt.ItemFlag.ItemIsEnabled and not flags & Qt.ItemFlag.ItemIsSelectable
    assert model.flags(model.index(0)) == Qt.ItemFlag.NoItemFlags
    with qtbot.waitSignal(model.folder_rename_requested) as asked:
        model.setData(model.index(1), " Paid \n work ")
    assert asked.args == ["work", "Paid work"] and rows(model) == ["Folders", "Work", "a"]


def test_a_closed_folder_hides_what_is_in_it_and_says_so(qtbot: Any) -> None:
    model = model_of(conversation("a", folder_id="work"), conversation("b"), folders=[folder("Work")])
    seen = signals(model)
    with qtbot.waitSignal(model.folder_toggled):
        model.set_collapsed("work", True)
    assert rows(model) == ["Folders", "Work", "Today", "b"] and model.row_of("a") is None and model.collapsed == ["work"]
    assert spoken(model, 1) == "Folder Work, closed, 1 conversation(s)" and "modelReset" not in seen
    model.put(conversation("c", folder_id="work"))
    assert rows(model) == ["Folders", "Work", "Today", "b"] and "2" in spoken(model, 1)
    model.set_collapsed("work", False)
    assert rows(model) == ["Folders", "Work", "a", "c", "Today", "b"]


def test_folders_that_were_closed_are_closed_at_the_next_start(qapp: Any) -> None:
    model = model_of(conversation("a", folder_id="work"), folders=[folder("Work")], collapsed=["work", "gone"])
    assert rows(model) == ["Folders", "Work"] and model.collapsed == ["work"]


def test_moving_into_a_folder_is_one_moved_row(qapp: Any) -> None:
    model = model_of(conversation("a"), conversation("b", 0.1), folders=[folder("Work")])
    seen = signals(model)
    model.put(conversation("b", 0.1, folder_id="work"))
    assert rows(model) == ["Folders", "Work", "b", "Today", "a"] and seen[0] == "rowsMoved" and "modelReset" not in seen


def test_what_was_in_a_removed_folder_stays(qapp: Any) -> None:
    model = model_of(conversation("a", folder_id="work"), conversation("b", 1), folders=[folder("Work")])
    model.set_folders([])
    assert rows(model) == ["Today", "a", "Yesterday", "b"] and model.in_folder("work") == []


def test_a_new_name_of_a_folder_is_one_changed_row_unless_the_order_changes(qapp: Any) -> None:
    model = model_of(conversation("a", folder_id="work"), folders=[folder("Home"), folder("Work")])
    seen = signals(model)
    model.set_folders([folder("Home"), Folder("work", "Zoo", 0)])
    assert rows(model) == ["Folders", "Home", "Zoo", "a"] and seen == ["dataChanged"]
    model.set_folders([Folder("work", "Ants", 0), folder("Home")])
    assert rows(model) == ["Folders", "Ants", "a", "Home"]


def test_a_filter_shows_one_tag_and_opens_every_folder(qapp: Any) -> None:
    model = model_of(
        conversation("a", tags=("x", "y"), folder_id="work"),
        conversation("b"),
        folders=[folder("Home"), folder("Work")],
        collapsed=["work"],
    )
    model.set_tag("x")
    assert rows(model) == ["Folders", "Work", "a"]
    model.put(conversation("b", tags=("x",)))
    assert rows(model) == ["Folders", "Work", "a", "Today", "b"]
    model.put(conversation("a", folder_id="work"))
    assert rows(model) == ["Today", "b"]
    model.put(conversation("a", tags=("x",), folder_id="work"))
    assert rows(model) == ["Folders", "Work", "a", "Today", "b"]
    model.remove("a")
    assert rows(model) == ["Today", "b"]
    model.set_tag(None)
    assert rows(model) == ["Folders", "Home", "Work", "Today", "b"]


def test_every_sign_is_said_in_words(qapp: Any) -> None:
    model = model_of(
        conversation("a", tags=("x", "y"), pinned_ms=1),
        conversation("b", is_unread=True),
        conversation("c", is_private=True),
        Conversation("d", "", False, 0, 0, is_private=True),
    )
    assert [spoken(model, model.row_of(id) or 0) for id in "abcd"] == [
        "a, pinned, tagged x, y", "b, unread", "c, private", "New private chat",
    ]  # fmt: skip


def test_the_next_conversation_is_found_across_headings(qapp: Any) -> None:
    folders = [folder("Home"), folder("Work")]
    model = model_of(conversation("a"), conversation("b", 1), conversation("p", pinned_ms=1), folders=folders)
    assert [model.neighbour(id, 1) for id in (None, "p", "a", "b")] == ["p", "a", "b", None]
    assert [model.neighbour(id, -1) for id in (None, "p", "a", "b")] == [None, None, "p", "a"]


def test_what_is_dragged_are_ids(qapp: Any) -> None:
    model = model_of(conversation("a"), conversation("b", 0.1))
    data = model.mimeData([model.index(1), model.index(2)])
    assert bytes(data.data(CONVERSATIONS_TYPE).data()) == b"a\nb"


@pytest.mark.posix("Windows has no such zones")
@pytest.mark.parametrize("zone", ["UTC", "Europe/Berlin", "America/Havana", "Asia/Kathmandu", "Pacific/Apia"])
def test_days_begin_at_local_midnight(monkeypatch: pytest.MonkeyPatch, zone: str) -> None:
    """Havana puts its clocks on at midnight, Berlin at two; January the 3rd looks back into another year."""
    monkeypatch.setenv("TZ", zone)
    time.tzset()
    try:
        for day in (
            date(2026, 1, 3),
            date(2026, 3, 1),
            date(2026, 3, 9),
            date(2026, 3, 30),
            date(2026, 10, 26),
            date(2026, 11, 2),
        ):
            starts = Sections(lambda day=day: day_of(day), {}, (), set(), None)._period_starts()
            days = [day - timedelta(days=n) for n in (0, 1, 7, 30)]
            assert [time.localtime(start / 1000)[:3] for start in starts] == [day_of(one) for one in days]
            assert [time.localtime(start / 1000 - 1)[:3] for start in starts] == [day_of(one - timedelta(days=1)) for one in days]
        assert local_day() == day_of(datetime.now().astimezone().date())
    finally:
        monkeypatch.undo()
        time.tzset()
