"""Two versions side by side."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from PySide6.QtGui import QTextCursor, QTextFormat
from PySide6.QtWidgets import QWidget

from desktop_app.chat.message import Message, Role
from desktop_app.ui.dialogs.compare import CompareDialog, fences
from desktop_app.ui.theme import Theme

TEXTS = ("The quick fox.\nSame.\nEnd", "The slow fox.\nSame.\nEnd", "Something else.\n\nSame.\nEnd")


@pytest.fixture
def dialog(qtbot: Any, theme: Theme) -> Iterator[CompareDialog]:
    window = QWidget()
    window.resize(1000, 700)
    qtbot.addWidget(window)
    versions = [Message(f"v{n}", "c", None, Role.ASSISTANT, text, 0, model=f"M{n}") for n, text in enumerate(TEXTS)]
    dialog = CompareDialog(versions, "v1", theme, window)
    dialog.open()
    qtbot.waitUntil(lambda: bool(dialog.columns[0].extraSelections()))
    yield dialog
    window.close()


def marked(dialog: CompareDialog, side: int) -> list[str]:
    return [one.cursor.selectedText() for one in dialog.columns[side].extraSelections()]


def changed(dialog: CompareDialog, side: int) -> list[str]:
    document = dialog.columns[side].document()
    blocks = [document.findBlockByNumber(number) for number in range(document.blockCount())]
    return [block.text() for block in blocks if block.blockFormat().hasProperty(QTextFormat.Property.BackgroundBrush)]


def test_it_begins_with_the_version_on_show_and_the_one_before(dialog: CompareDialog) -> None:
    assert [choice.currentText() for choice in dialog.choices] == ["Version 1 · M0", "Version 2 · M1"]
    assert [button.text() for button in dialog.buttons] == ["Show this one", "Shown now"]
    assert (marked(dialog, 0), marked(dialog, 1)) == (["quick"], ["slow"])
    assert (changed(dialog, 0), changed(dialog, 1)) == (["The quick fox."], ["The slow fox."])


def test_other_versions_are_chosen(dialog: CompareDialog, qtbot: Any) -> None:
    dialog.choices[1].setCurrentIndex(2)
    assert dialog.columns[1].toPlainText() == TEXTS[2]
    qtbot.waitUntil(lambda: changed(dialog, 1) == ["Something else.", ""])
    with qtbot.waitSignal(dialog.version_chosen) as signal:
        dialog.buttons[1].click()
    assert signal.args == ["v2"]


def test_the_same_version_twice_says_so(dialog: CompareDialog, qtbot: Any) -> None:
    dialog.choices[0].setCurrentIndex(1)
    qtbot.waitUntil(dialog.verdict.isVisible)
    assert marked(dialog, 0) == changed(dialog, 0) == []


def test_both_columns_scroll_together_by_lines(qtbot: Any, theme: Theme) -> None:
    window = QWidget()
    window.resize(1000, 500)
    qtbot.addWidget(window)
    lines = [f"line {n}" for n in range(300)]
    texts = ("\n".join(lines), "\n".join([*(f"new {n}" for n in range(50)), *lines]))
    versions = [Message(f"v{n}", "c", None, Role.USER, text, 0) for n, text in enumerate(texts)]
    dialog = CompareDialog(versions, "v1", theme, window)
    dialog.open()
    left, right = dialog.columns
    qtbot.waitUntil(lambda: bool(changed(dialog, 1)) and min(one.verticalScrollBar().maximum() for one in dialog.columns) > 200)
    left.verticalScrollBar().setValue(100)
    assert right.firstVisibleBlock().text() == left.firstVisibleBlock().text() == "line 100"
    right.verticalScrollBar().setValue(120)
    assert left.firstVisibleBlock().text() == "line 70"


CODE = "Text\n```python\nif x:\n    y\n```\nMore ```not code``` text\n> ~~~\n> in a quote\n> ~~~\n- item\n  ```\n  never closed"


def test_blocks_of_code_are_found_also_in_quotes_and_lists_and_when_nobody_closed_them() -> None:
    assert list(fences(CODE.split("\n"))) == [(1, 4), (6, 8), (10, 11)]
    assert list(fences(["````", "```", "still code", "````", "text"])) == [(0, 3)]
    assert list(fences([])) == list(fences(["", "text", "`code`"])) == []


def test_code_is_written_in_the_font_of_code_and_the_next_text_is_not(qtbot: Any, theme: Theme) -> None:
    window = QWidget()
    window.resize(1000, 700)
    qtbot.addWidget(window)
    texts = (CODE, "```\nall of it\n```", "No code at all")
    versions = [Message(f"v{n}", "c", None, Role.ASSISTANT, text, 0) for n, text in enumerate(texts)]
    dialog = CompareDialog(versions, "v1", theme, window)
    dialog.open()
    left, right = dialog.columns
    mono = theme.mono_font()

    def in_mono(column: Any) -> list[bool]:
        cursor, found = QTextCursor(column.document()), []
        for number in range(column.document().blockCount()):
            cursor.setPosition(column.document().findBlockByNumber(number).position() + 1)
            found.append(cursor.charFormat().font() == mono)
        return found

    assert in_mono(left) == [False, *[True] * 4, False, *[True] * 3, False, True, True]
    assert in_mono(right) == [True] * 3
    right.moveCursor(QTextCursor.MoveOperation.End)
    dialog.choices[1].setCurrentIndex(2)
    assert in_mono(right) == [False]
    qtbot.waitUntil(lambda: bool(changed(dialog, 1)))
    assert in_mono(left).count(True) == 9
