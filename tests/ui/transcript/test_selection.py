"""Gate C5: what is selected with mouse and keys, and what of it lands on the clipboard, compared literally."""

from __future__ import annotations

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtTest import QTest

from desktop_app.ui.transcript.selection import END
from desktop_app.ui.transcript.shown import Part
from tests.ui.transcript.views import answer, idle, picture, shown_view, user

ANSWER = """Intro with **bold** text.

3. three
4. four
   - inner

```python
def f():
\treturn 1
```

| Name | Count |
|:--|--:|
| a **b** | 1 |
| c | 22 |

مرحبا بالعالم

End."""


@pytest.fixture
def view(qtbot):
    return shown_view(qtbot, [user(0, "First question\nwith two lines"), answer(1, ANSWER), user(2, "Last")])


def copied(view, first, last) -> tuple[str, str]:
    view.selection.set(first, last)
    view.copy()
    data = QGuiApplication.clipboard().mimeData()
    return data.text(), bytes(data.data("text/markdown").data()).decode()


def box_with(view, line: str) -> int:
    boxes = view.conversation.messages[1].boxes
    return next(index for index, box in enumerate(boxes) if line in box.leaf.lines)


def point_of(view, message: int, box: int, at: int) -> QPoint:
    """Give where a character is on the viewport."""
    layout = view.conversation.messages[message]
    doc = layout.boxes[box].doc
    block = doc.findBlock(at)
    line = block.layout().lineForTextPosition(at - block.position())
    x = (
        line.cursorToX(at - block.position())[0]
        if isinstance(line.cursorToX(0), tuple)
        else line.cursorToX(at - block.position())
    )
    corner = doc.documentLayout().blockBoundingRect(block).topLeft()
    left = view.places.x + layout.body_x + layout.boxes[box].x
    top = view.conversation.tops[message] - view.places.value + layout.ys[box] + layout.boxes[box].above
    return QPoint(round(left + corner.x() + x), round(top + corner.y() + line.y() + line.height() / 2 + 3))


def test_everything_is_the_source_with_tables_as_tabs(view):
    view.select_all()
    view.copy()
    data = QGuiApplication.clipboard().mimeData()
    table = "| Name | Count |\n|:--|--:|\n| a **b** | 1 |\n| c | 22 |"
    assert bytes(data.data("text/markdown").data()).decode() == f"First question\nwith two lines\n\n{ANSWER}\n\nLast"
    tabbed = ANSWER.replace(table, "Name\tCount\na b\t1\nc\t22")
    assert data.text() == f"First question\nwith two lines\n\n{tabbed}\n\nLast"


def test_from_one_message_into_another(view):
    plain, markdown = copied(view, (0, 0, 6), (1, 0, 10))
    assert plain == markdown == "question\nwith two lines\n\nIntro with"


def test_a_whole_leaf_is_its_source_and_a_part_is_what_is_read(view):
    assert copied(view, (1, 0, 0), (1, 0, END))[0] == "Intro with **bold** text."
    assert copied(view, (1, 0, 0), (1, 0, 15))[0] == "Intro with bold"
    assert copied(view, (1, 0, 11), (1, 0, END))[0] == "bold text."


def test_a_selection_that_ends_at_the_last_character_is_a_whole_leaf(view):
    n = len("Intro with bold text.")
    assert copied(view, (1, 0, 0), (1, 0, n))[0] == "Intro with **bold** text."
    assert copied(view, (1, 0, 0), (1, 0, n - 1))[0] == "Intro with bold text"


def test_list_numbers_come_along(view):
    three = box_with(view, "three")
    assert copied(view, (1, three, 0), (1, three + 1, 2))[0] == "3. three\n4. fo"
    assert copied(view, (1, three, 2), (1, three + 1, END))[0] == "ree\n4. four"
    assert copied(view, (1, three, 0), (1, three + 2, END))[0] == "3. three\n4. four\n   - inner"


def test_tabs_of_code_stay(view):
    code = box_with(view, "\treturn 1")
    assert copied(view, (1, code, 4), (1, code, END))[0] == "f():\n\treturn 1"
    assert copied(view, (1, code, 0), (1, code, END))[0] == "```python\ndef f():\n\treturn 1\n```"


@pytest.mark.parametrize(
    ("first", "last", "expected"),
    [
        ((0, 0, 0), (0, 1, 2), "line 0\n{lines}\nli"),
        ((0, 0, 1), (0, 2, 5), "{after_first}{lines}\nline 64\n{rest}\n\nAfter"),
        ((0, 0, 0), (0, 2, 2), "```python\nline 0\n{lines}\nline 64\n{rest}\n```\n\nAf"),
    ],
)
def test_a_part_of_long_code_has_no_fence_without_its_partner(qtbot, first, last, expected):
    lines = [f"line {number}" for number in range(100)]
    view = shown_view(qtbot, [answer(0, "```python\n" + "\n".join(lines) + "\n```\n\nAfter")])
    parts = {"after_first": "ine 0\n", "lines": "\n".join(lines[1:64]), "rest": "\n".join(lines[65:])}
    plain, markdown = copied(view, first, last)
    assert plain == markdown == expected.format(**parts)


def test_part_of_a_table_has_tabs(view):
    table = box_with(view, "| Name | Count |")
    doc = view.conversation.messages[1].boxes[table].doc
    frame = doc.rootFrame().childFrames()[0]
    start, end = frame.cellAt(1, 0).firstPosition(), frame.cellAt(2, 1).lastPosition()
    assert copied(view, (1, table, start), (1, table, end))[0] == "a b\t1\nc\t22"


def test_right_to_left_text_is_copied_in_reading_order(view):
    arabic = box_with(view, "مرحبا بالعالم")
    assert copied(view, (1, arabic, 0), (1, arabic, 5))[0] == "مرحبا"
    assert copied(view, (1, arabic, 0), (1, arabic + 1, END))[0] == "مرحبا بالعالم\n\nEnd."


def test_right_to_left_text_stands_at_the_right(view):
    arabic = box_with(view, "مرحبا بالعالم")
    doc = view.conversation.messages[1].boxes[arabic].doc
    line = doc.firstBlock().layout().lineAt(0)
    assert line.naturalTextRect().left() > doc.textWidth() / 2


def test_dragging_selects_across_messages(view):
    start, end = point_of(view, 1, 0, 6), point_of(view, 2, 0, 2)
    QTest.mousePress(view.viewport(), Qt.MouseButton.LeftButton, pos=start)
    QTest.mouseMove(view.viewport(), end)
    QTest.mouseRelease(view.viewport(), Qt.MouseButton.LeftButton, pos=end)
    assert view.selection.bounds() == ((1, 0, 6), (2, 0, 2))
    view.copy()
    text = QGuiApplication.clipboard().text()
    assert text.startswith("with bold text.\n\n3. three\n")
    assert text.endswith("End.\n\nLa")


def test_the_selection_is_visible(view):
    before = picture(view)
    view.selection.set((1, 0, 0), (1, 0, 5))
    view.viewport().update()
    colour = view._formats.theme.selection.lower()
    after = picture(view)
    at = point_of(view, 1, 0, 2)
    around = range(at.y() - 12, at.y() + 12)
    assert before != after
    assert any(after.pixelColor(at.x(), y).name() == colour for y in around)


def test_a_double_click_selects_a_word_and_a_third_the_block(view):
    point = point_of(view, 1, 0, 7)
    QTest.mouseClick(view.viewport(), Qt.MouseButton.LeftButton, pos=point)
    QTest.mouseDClick(view.viewport(), Qt.MouseButton.LeftButton, pos=point)
    assert view.selection.bounds() == ((1, 0, 6), (1, 0, 10))
    QTest.mouseClick(view.viewport(), Qt.MouseButton.LeftButton, pos=point)
    assert view.selection.bounds() == ((1, 0, 0), (1, 0, END))


def test_shift_click_extends(view):
    QTest.mouseClick(view.viewport(), Qt.MouseButton.LeftButton, pos=point_of(view, 1, 0, 2))
    shift = Qt.KeyboardModifier.ShiftModifier
    QTest.mouseClick(view.viewport(), Qt.MouseButton.LeftButton, shift, point_of(view, 1, 0, 9))
    assert view.selection.bounds() == ((1, 0, 2), (1, 0, 9))


def test_keys_extend_an_existing_selection_over_the_edge_of_a_leaf(view):
    shift = Qt.KeyboardModifier.ShiftModifier
    view.selection.set((1, 0, 18), (1, 0, 20))
    QTest.keyClick(view, Qt.Key.Key_Right, shift)
    assert view.selection.cursor == (1, 0, 21)
    QTest.keyClick(view, Qt.Key.Key_Right, shift)
    assert view.selection.cursor == (1, 1, 0)
    QTest.keyClick(view, Qt.Key.Key_Left, shift)
    assert view.selection.cursor == (1, 0, 21)
    QTest.keyClick(view, Qt.Key.Key_Down, shift)
    assert view.selection.cursor == (1, 1, 0)
    QTest.keyClick(view, Qt.Key.Key_Up, shift)
    assert view.selection.cursor is not None
    assert view.selection.cursor[:2] == (1, 0)


def test_keys_copy_everything(view):
    QTest.keyClick(view, Qt.Key.Key_A, Qt.KeyboardModifier.ControlModifier)
    QTest.keyClick(view, Qt.Key.Key_C, Qt.KeyboardModifier.ControlModifier)
    assert QGuiApplication.clipboard().text().startswith("First question\nwith two lines\n\nIntro")


def test_nothing_selected_leaves_the_clipboard_alone(view):
    QGuiApplication.clipboard().setText("mine")
    view.copy()
    assert QGuiApplication.clipboard().text() == "mine"


def test_dragging_below_the_edge_scrolls(qtbot):
    view = shown_view(qtbot, [user(0, "Question"), answer(1, "\n\n".join(f"Paragraph {n}" for n in range(200)))])
    bar = view.verticalScrollBar()
    bar.setValue(0)
    idle(view)
    QTest.mousePress(view.viewport(), Qt.MouseButton.LeftButton, pos=QPoint(200, 200))
    QTest.mouseMove(view.viewport(), QPoint(200, view.viewport().height() + 60))
    qtbot.waitUntil(lambda: bar.value() > 300)
    QTest.mouseRelease(view.viewport(), Qt.MouseButton.LeftButton, pos=QPoint(200, 690))
    value = bar.value()
    idle(view)
    assert bar.value() == value
    assert view.selection.bounds()[1][1] > 20


def test_keys_scroll(qtbot):
    view = shown_view(qtbot, [user(0, "Question"), answer(1, "\n\n".join(f"Paragraph {n}" for n in range(200)))])
    bar = view.verticalScrollBar()
    QTest.keyClick(view, Qt.Key.Key_Home)
    assert bar.value() == 0
    QTest.keyClick(view, Qt.Key.Key_PageDown)
    assert 400 < bar.value() < 700
    QTest.keyClick(view, Qt.Key.Key_End)
    assert bar.value() == bar.maximum()


def test_code_is_copied_byte_for_byte_across_chunks(qtbot):
    code = "\n".join(f"\tline {n}  é \u3000" + ("x" * 4_000 if n == 70 else "") for n in range(200)) + "\n\n  end"
    view = shown_view(qtbot, [answer(1, f"Text\n\n```\n{code}\n```\n\nAfter")])
    layout = view.conversation.messages[0]
    assert sum(box.is_code for box in layout.boxes) > 3
    with qtbot.waitSignal(view.copied) as signal:
        view.press(Part(0, 1))
    assert QGuiApplication.clipboard().text() == code
    assert signal.args == [code]


def test_the_copy_button_of_a_code_block_is_where_it_is_drawn(view, qtbot):
    code = box_with(view, "\treturn 1")
    rect = view.places.part_rect(Part(1, code))
    point = QPoint(rect.right() - 40, rect.center().y())
    QTest.mouseClick(view.viewport(), Qt.MouseButton.LeftButton, pos=point)
    assert QGuiApplication.clipboard().text() == "def f():\n\treturn 1"
    assert view.shown.copied == Part(1, code)
    qtbot.waitUntil(lambda: view.shown.copied is None, timeout=3_000)


def test_the_copy_button_below_an_answer_copies_its_source(view):
    rect = view.places.part_rect(Part(1))
    QTest.mouseClick(view.viewport(), Qt.MouseButton.LeftButton, pos=rect.center())
    assert QGuiApplication.clipboard().text() == ANSWER
