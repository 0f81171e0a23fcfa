"""Rows under headings of time, and one change is one change."""

from __future__ import annotations

import random
from datetime import date, datetime
from typing import Any

from PySide6.QtCore import Qt

from desktop_app.chat.conversation import Conversation
from desktop_app.ui.sidebar.conversation_list_model import ConversationListModel, ConversationRole

TODAY = date(2026, 3, 15)
DAY_MS = 86_400_000
NOON_MS = int(datetime(2026, 3, 15, 12).astimezone().timestamp() * 1000)


def conversation(id: str, days_ago: float = 0, title: str = "") -> Conversation:
    updated_ms = int(NOON_MS - days_ago * DAY_MS)
    return Conversation(id, title or id, False, updated_ms, updated_ms)


def model_of(*conversations: Conversation, today: Any = lambda: TODAY) -> ConversationListModel:
    model = ConversationListModel(today)
    model.set_conversations(conversations)
    return model


def rows(model: ConversationListModel) -> list[str]:
    return [model.index(row).data() for row in range(model.rowCount())]


def signals(model: ConversationListModel) -> list[str]:
    """Write down how the model changes from now on."""
    seen: list[str] = []
    for name in ("rowsInserted", "rowsRemoved", "rowsMoved", "modelReset", "dataChanged"):
        getattr(model, name).connect(lambda *_, name=name: seen.append(name))
    return seen


def test_conversations_stand_under_headings_of_time(qapp: Any) -> None:
    model = model_of(*(conversation(f"c{days}", days) for days in (0, 1, 3, 20, 90)))
    assert rows(model) == ["Today", "c0", "Yesterday", "c1", "Previous 7 days", "c3", "Previous 30 days", "c20", "Older", "c90"]


def test_the_model_keeps_the_rules_of_qt_while_it_changes(qtmodeltester: Any) -> None:
    model = model_of(*(conversation(f"c{n}", n) for n in range(12)))
    qtmodeltester.check(model)
    dice = random.Random(7)
    for step in range(300):
        id = f"c{dice.randrange(15)}"
        if dice.random() < 0.2:
            model.remove(id)
        else:
            model.put(conversation(id, dice.choice((0, 0, 1, 5, 20, 60)) + dice.random() / 4, f"t{step}"))
    shown = {model.index(row).data(ConversationRole.ID) for row in range(model.rowCount())} - {""}
    stored = [c for row in model._rows if (c := row.conversation)]
    fresh = model_of(*stored)
    assert rows(model) == rows(fresh) and len(shown) == len(stored)
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
    model = model_of(conversation("a"), conversation("b", 1), today=lambda: day[0])
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
    assert model.index(1).data(Qt.ItemDataRole.AccessibleTextRole) == "a, answering"
    model.set_answering("a", False)
    assert model.index(1).data(ConversationRole.IS_ANSWERING) is False
