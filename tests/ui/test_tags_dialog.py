"""The dialog for tags: what is checked is added, what is unchecked goes, what some have stays as it is."""

from __future__ import annotations

from typing import Any

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtWidgets import QPushButton, QWidget

from desktop_app.ui.dialogs.tags import TagsDialog
from desktop_app.ui.theme import Theme


@pytest.fixture
def ask(theme: Theme, qtbot: Any) -> Any:
    """Give a function that opens the dialog; its answers come into `dialog.answers`."""
    parent = QWidget()
    qtbot.addWidget(parent)

    def make(tags: list[str], present: dict[str, bool], n_conversations: int = 1) -> Any:
        dialog: Any = TagsDialog(tags, present, n_conversations, theme, parent)
        dialog.answers = []
        dialog.tags_chosen.connect(lambda added, removed: dialog.answers.append((added, removed)))
        dialog.show()
        return dialog

    return make


def save(dialog: Any) -> Any:
    next(one for one in dialog.findChildren(QPushButton) if one.text() == "Save").click()
    return dialog.answers


def test_what_scrolls_begins_below_the_title(ask: Any) -> None:
    dialog = ask(["a"], {})
    left = dialog._heading.mapTo(dialog, QPoint()).x()
    assert dialog._boxes["a"].mapTo(dialog, QPoint()).x() == dialog._field.mapTo(dialog, QPoint()).x() == left


def test_what_is_checked_is_added_and_what_is_unchecked_goes(ask: Any) -> None:
    dialog = ask(["a", "b", "c"], {"b": True})
    dialog._boxes["a"].click()
    dialog._boxes["b"].click()
    assert save(dialog) == [(["a"], ["b"])]


def test_what_some_have_stays_as_it_is_unless_it_is_clicked(ask: Any) -> None:
    assert save(ask(["a"], {"a": False}, 3)) == [([], [])]
    dialog = ask(["a"], {"a": False}, 3)
    dialog._boxes["a"].click()
    assert save(dialog) == [(["a"], [])]


def test_a_new_tag_is_added_by_enter_and_saved_by_the_next(ask: Any, qtbot: Any) -> None:
    dialog = ask(["Work"], {})
    qtbot.keyClicks(dialog._field, "  a &  b ")
    qtbot.keyClick(dialog._field, Qt.Key.Key_Return)
    assert dialog.answers == [] and dialog._field.text() == "" and dialog._boxes["a & b"].isChecked()
    qtbot.keyClick(dialog._field, Qt.Key.Key_Return)
    assert dialog.answers == [(["a & b"], [])]


def test_a_tag_that_is_written_counts_without_add(ask: Any, qtbot: Any) -> None:
    dialog = ask([], {})
    qtbot.keyClicks(dialog._field, "x")
    assert save(dialog) == [(["x"], [])]


def test_a_tag_that_is_there_is_checked_and_not_made_again(ask: Any, qtbot: Any) -> None:
    dialog = ask(["Work"], {})
    qtbot.keyClicks(dialog._field, "work")
    assert save(dialog) == [(["Work"], [])]


def test_many_tags_scroll(ask: Any) -> None:
    few, many = ask(["a", "b"], {}), ask([f"tag {n}" for n in range(40)], {})
    assert few.sizeHint().height() < many.sizeHint().height() < 560


def test_the_boxes_show_their_three_states(ask: Any) -> None:
    dialog = ask(["a", "b", "c"], {"a": True, "b": False})
    pictures = [dialog._boxes[name].grab().toImage().copy(0, 0, 24, 32) for name in "abc"]
    assert pictures[0] != pictures[1] != pictures[2] != pictures[0]
