"""Tab goes through every window as it is read, and leaves nothing out."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import QSize, Qt
from PySide6.QtWidgets import QApplication, QComboBox, QGridLayout, QLineEdit, QPushButton, QSplitter, QVBoxLayout, QWidget
from pytestqt.qtbot import QtBot

from desktop_app.ui.widgets.tab_order import stops
from tests.ui.stage import Stage, stage

SCREENS = ("parameters", "shortcuts", "prompts", "personas", "network-mirrors", "talk-panel-form", "local", "local-loading",
           "export", "folders", "all-settings", "form", "form-day", "form-calendar",
           "presets", "downloads", "notice", "queue", "attachments")  # fmt: skip


@pytest.fixture(scope="module")
def shown(qapp: QApplication, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Stage]:
    with stage(qapp, tmp_path_factory.mktemp("tabs"), QSize(1240, 820), theme="light", language="en") as one:
        yield one


def go_round(window: QWidget) -> list[QWidget]:
    """Go on as Tab does until it comes to where it began; give what it came to."""
    window.activateWindow()
    at = next(stops(window))
    at.setFocus()
    found = [at]
    while len(found) < 300:
        # Not the key itself: in some fields it writes.
        window.focusNextPrevChild(True)
        now = window.focusWidget()
        assert now is not None
        if now is at:
            break
        found.append(now)
    return found


@pytest.mark.parametrize("name", SCREENS)
def test_tab_comes_to_everything_in_the_order_in_which_it_is_read(shown: Stage, name: str) -> None:
    window = shown.show(name)[0]
    try:
        found = go_round(window)
        assert [describe(one) for one in found] == [describe(one) for one in stops(window)]
        assert len(found) > 3
    finally:
        shown.clear()


def describe(widget: QWidget) -> str:
    return f"{type(widget).__name__} {widget.accessibleName()!r} at {widget.mapTo(widget.window(), widget.rect().topLeft())}"


def test_what_is_in_an_opened_group_comes_behind_its_heading(shown: Stage) -> None:
    dialog = shown.show("parameters")[0]
    try:
        names = [one.accessibleName() for one in go_round(dialog)]
        heading = names.index("Randomness, open")
        assert names[heading + 1] == "Temperature"
        assert names.index("Seed") < names.index("Choice of tokens, open")
    finally:
        shown.clear()


@pytest.fixture
def box(qtbot: QtBot) -> QWidget:
    window = QWidget()
    qtbot.addWidget(window)
    return window


def names(widget: QWidget) -> list[str]:
    return [one.objectName() for one in stops(widget)]


def button(name: str, parent: QWidget | None = None) -> QPushButton:
    made = QPushButton(name, parent)
    made.setObjectName(name)
    return made


def test_rows_of_a_grid_are_read_one_after_another(box: QWidget) -> None:
    grid = QGridLayout(box)
    for name, row, column in (("d", 1, 1), ("a", 0, 0), ("c", 1, 0), ("b", 0, 1)):
        grid.addWidget(button(name), row, column)
    box.show()
    assert names(box) == ["a", "b", "c", "d"]


def test_what_is_placed_by_hand_is_read_from_above(box: QWidget) -> None:
    for name, y in (("low", 200), ("high", 100)):
        button(name, box).move(0, y)
    box.show()
    assert names(box) == ["high", "low"]


def test_a_column_beside_a_tall_part_and_a_line_from_right_to_left(box: QWidget) -> None:
    for name, x, y, height in (("right below", 200, 60, 20), ("right", 200, 0, 20), ("tall", 0, 0, 100), ("foot", 0, 110, 20)):
        button(name, box).setGeometry(x, y, 90, height)
    box.show()
    assert names(box) == ["tall", "right", "right below", "foot"]
    box.setLayoutDirection(Qt.LayoutDirection.RightToLeft)
    assert names(box) == ["right", "right below", "tall", "foot"]


def test_parts_of_a_splitter_nested_layouts_and_hidden_things(box: QWidget) -> None:
    column = QVBoxLayout(box)
    splitter = QSplitter()
    right, left = button("right"), QWidget()
    inside = QVBoxLayout(left)
    inside.addLayout(nested := QVBoxLayout())
    inside.addWidget(button("second"))
    nested.addWidget(button("first"))
    splitter.addWidget(left)
    splitter.addWidget(right)
    column.addWidget(splitter)
    column.addWidget(hidden := button("hidden"))
    hidden.hide()
    box.show()
    assert names(box) == ["first", "second", "right"]


def test_what_hands_the_keyboard_on_is_no_stop_of_its_own(box: QWidget) -> None:
    column = QVBoxLayout(box)
    for name in ("before", "card", "after"):
        column.addWidget(button(name))
    card = column.parentWidget().findChild(QPushButton, "card")
    card.setFocusProxy(button("inside", card))
    box.show()
    assert names(box) == ["before", "inside", "after"]


def test_what_a_field_is_made_of_is_one_stop(box: QWidget) -> None:
    column = QVBoxLayout(box)
    choice, field = QComboBox(), QLineEdit()
    choice.setEditable(True)
    choice.setObjectName("choice")
    field.setObjectName("field")
    field.setClearButtonEnabled(True)
    column.addWidget(choice)
    column.addWidget(field)
    box.show()
    assert names(box) == ["choice", "field"]


def test_nobody_asks_a_layout_for_its_items() -> None:
    """Whoever does leaves something behind that PySide takes for the next thing at that address."""
    own = Path(__file__).parents[2] / "desktop_app"
    assert [path.name for path in own.rglob("*.py") if ".itemAt(" in path.read_text("utf-8")] == []
