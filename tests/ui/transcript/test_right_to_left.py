"""Two directions that have nothing to do with each other: that of the interface, and that of each text by its letters."""

from __future__ import annotations

import itertools
from collections.abc import Iterator
from dataclasses import replace

import pytest
from PySide6.QtCore import QPoint, QRect, Qt
from PySide6.QtGui import QColor, QGuiApplication
from PySide6.QtTest import QTest

from desktop_app.chat.attachment import Attachment
from desktop_app.chat.message import MessageState, Role
from desktop_app.chat.note import NoteKind, NoteMessage
from desktop_app.ui.transcript import accessible
from desktop_app.ui.transcript.attached import part_of
from desktop_app.ui.transcript.reading_direction import END as ISOLATE_END
from desktop_app.ui.transcript.reading_direction import reads_from_right
from desktop_app.ui.transcript.selection import END
from desktop_app.ui.transcript.shown import Button, Part
from desktop_app.ui.widgets.sides import RIGHT_TO_LEFT
from tests.bench import corpus
from tests.ui.transcript.test_selection import point_of
from tests.ui.transcript.views import answer, document, idle, picture, shown_view, user

ENGLISH = "<think>\nLet me see.\n</think>\n\nWords.\n\n```python\nprint(1)\n```"
ARABIC = """هذه فقرة عربية مع `foo("x")` وكلمات أخرى.

- بند
- **Python**: لغة برمجة معروفة
  ```
  شيفرة = 1
  ```

> اقتباس

| الاسم | القيمة |
|---|---|
| GPT | 12 |

Latin words."""


def told(qtbot):
    """A view of everything that is painted around text, read from left to right."""
    file = Attachment(id="a", name="a.txt", text="x", n_bytes=1)
    messages = [
        replace(user(0, "A question"), attachments=(file,), is_pinned=True),
        replace(answer(1, ENGLISH), stats=corpus.STATS, is_pinned=True),
        user(2, "Another"),
        replace(answer(3, "Cut", MessageState.INTERRUPTED), stats=corpus.STATS),
    ]
    view = shown_view(qtbot, messages)
    view.set_versions({"m0": ("m0", "x"), "m1": ("x", "m1", "y"), "m3": ("m3", "x")})
    view.press(Part(1, -1, Button.REASONING))
    view.resize(900, 900)
    idle(view)
    return view


def turned(view):
    view.setLayoutDirection(RIGHT_TO_LEFT)
    idle(view)
    return view


def mirror(view, rect: QRect) -> QRect:
    """Give where something stands that stood at `rect`, both counted from the left of the column."""
    return QRect(view.conversation.column - 1 - rect.right(), rect.top(), rect.width(), rect.height())


def in_column(view, rect: QRect) -> QRect:
    return rect.translated(-view.places.x, 0)


def places(view) -> dict[object, QRect]:
    """Give every button, bubble and card, from the left of the column."""
    found: dict[object, QRect] = {}
    for number, layout in enumerate(view.conversation.messages):
        found[number] = in_column(view, view.places.message_rect(number))
        top = view.conversation.tops[number] - view.places.value
        for part in view.places.parts_of(number):
            if part.box >= 0:
                card = view.places.painter.card_rect(layout, part.box, view.places.x, top)
                found[part] = in_column(view, view.places.painter.header.button_rect(card, part.button))
            else:
                found[part] = in_column(view, view.places.part_rect(part))
    return found


def test_everything_around_the_text_is_mirrored(qtbot):
    view = told(qtbot)
    before = places(view)
    after = places(turned(view))
    assert len(before) > 25 and {part_of(0, 0), Part(1, -1, Button.REASONING), Part(1, 2, Button.SAVE)} <= before.keys()
    wrong = {key: (rect, after[key]) for key, rect in before.items() if after[key] != mirror(view, rect)}
    assert wrong == {}
    assert before[0] != after[0] and before[Part(1)] != after[Part(1)]


def bands(view) -> Iterator[tuple[str, QRect]]:
    """Give rows in which something is painted: what, and where."""
    x, column = view.places.x - 20, view.conversation.column + 40
    for number, layout in enumerate(view.conversation.messages):
        top = view.conversation.tops[number] - view.places.value
        if layout.is_user:
            yield f"bubble {number}", QRect(x, top + 14, column, 14)
        else:
            yield f"name {number}", QRect(x, top, column, 20)
            yield f"footer {number}", QRect(x, top + layout.footer_y, column, layout.footer_height)
        if layout.has_reasoning:
            yield f"pill {number}", QRect(x, top + layout.pill_y, column, 28)
            yield f"bar {number}", QRect(x, top + layout.ys[0] + 2, column, 2)
        if layout.notice_height:
            yield f"notice {number}", QRect(x, top + layout.notice_y, column, layout.notice_height)


def ink(view, band: QRect) -> tuple[int, int]:
    """Give how far from both ends of a row its first and last painted pixels are."""
    image = picture(view)
    paper = QColor(view._formats.theme.background)
    rows = range(band.top(), band.bottom() + 1)
    painted = [x for x in range(band.left(), band.right() + 1) if any(image.pixelColor(x, y) != paper for y in rows)]
    return painted[0] - band.left(), band.right() - painted[-1]


def test_everything_around_the_text_is_painted_at_the_other_side(qtbot):
    view = told(qtbot)
    before = {name: ink(view, band) for name, band in bands(view)}
    turned(view)
    after = {name: ink(view, band) for name, band in bands(view)}
    assert len(before) == 9
    for name, (left, right) in before.items():
        # Letters end a few pixels before or behind their advance.
        assert after[name] == pytest.approx((right, left), abs=3), name


def test_what_waits_and_what_stands_between_messages_is_painted_at_the_other_side(qtbot):
    note = NoteMessage("n", "c", None, Role.SYSTEM, "A summary", 0, model="Starter", kind=NoteKind.SUMMARY, n_messages=1)
    view = shown_view(qtbot, [user(0, "One"), note, user(1, "Two"), answer(2, "", MessageState.GENERATING)])
    view.set_reading("m2", 30, 300)
    tops = [top - view.places.value for top in view.conversation.tops]
    x, column = view.places.x - 20, view.conversation.column + 40
    dot = view.places.dot_rect()
    found = {"waiting": QRect(x, dot.top() - 6, column, 20), "note": QRect(x, tops[1], column, 20)}
    found["bar beside a note"] = QRect(x, tops[1] + view.conversation.messages[1].body_top, 18, 10)
    before = {name: ink(view, band) for name, band in found.items()}
    turned(view)
    found["bar beside a note"].translate(column - 18, 0)
    for name, (left, right) in before.items():
        assert ink(view, found[name]) == pytest.approx((right, left), abs=3), name
    assert view.places.dot_rect() == mirror(view, dot.translated(-view.places.x, 0)).translated(view.places.x, 0)


def test_buttons_are_pressed_where_they_stand_now(qtbot):
    view = turned(told(qtbot))
    part = Part(3, -1, Button.EDIT)
    with qtbot.waitSignal(view.button_pressed) as signal:
        QTest.mouseClick(view.viewport(), Qt.MouseButton.LeftButton, pos=view.places.part_rect(part).center())
    assert signal.args[:2] == ["edit", "m3"]
    for part, rect in places(view).items():
        if isinstance(part, Part):
            assert view.places.part_at(rect.translated(view.places.x, 0).center()) == part
    numbers = QPoint(view.places.x + 20, view.places.part_rect(Part(3)).center().y())
    assert view.places.numbers_at(numbers) == 3
    assert view.places.numbers_at(QPoint(view.places.x + view.conversation.column - 20, numbers.y())) == -1


def test_left_goes_on_to_the_next_button(qtbot):
    view = turned(told(qtbot))
    view.setFocus(Qt.FocusReason.TabFocusReason)
    qtbot.waitUntil(view.hasFocus)
    view.message_focus.go_to(3)
    assert view.focusNextPrevChild(True)
    first = view.message_focus.part
    QTest.keyClick(view, Qt.Key.Key_Left)
    second = view.message_focus.part
    assert view.places.part_rect(second).right() <= view.places.part_rect(first).left()
    QTest.keyClick(view, Qt.Key.Key_Right)
    assert view.message_focus.part == first


def test_screen_readers_are_told_the_places(qtbot):
    view = turned(told(qtbot))
    found = accessible.AccessibleTranscript(view)
    for number in (0, 1):
        rect = view.places.message_rect(number)
        spoken = found.child(number)
        assert spoken.rect() == QRect(view.viewport().mapToGlobal(rect.topLeft()), rect.size())
        assert spoken.childAt(*view.viewport().mapToGlobal(view.places.part_rect(Part(1)).center()).toTuple()) is (
            spoken.button(Part(1)) if number else None
        )
    assert found.child(0).rect().left() == view.viewport().mapToGlobal(QPoint(view.places.x, 0)).x()


def test_a_view_that_is_turned_looks_like_one_that_always_was(qtbot):
    view = turned(shown_view(qtbot, [user(0, "سؤال"), answer(1, ARABIC)]))
    other = turned(shown_view(qtbot))
    other.set_messages([user(0, "سؤال"), answer(1, ARABIC)])
    assert picture(view) == picture(other)
    view.setLayoutDirection(Qt.LayoutDirection.LeftToRight)
    assert picture(view) != picture(other)


def test_text_that_comes_looks_like_text_that_was_there(qtbot):
    view = turned(shown_view(qtbot, [user(0, "سؤال"), answer(1, "", MessageState.GENERATING)]))
    for start in range(0, len(ARABIC), 7):
        view.append_text("m1", ARABIC[start : start + 7])
    view.update_message(answer(1, ARABIC))
    assert picture(view) == picture(turned(shown_view(qtbot, [user(0, "سؤال"), answer(1, ARABIC)])))


# -- direction by letters -------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "is_rtl"),
    [
        ("مرحبا hello", True),
        ("שלום", True),
        ("Hello مرحبا", False),
        ("你好 مرحبا", False),
        ("**Python**: لغة برمجة معروفة", True),
        ("`foo()` تعيد قيمة", True),
        ("$x_1$ هو الحل", True),
        ("3. البند", True),
        ("She said مرحبا and left the room", False),
        ("12 / 3", None),
        ("`code`", False),
        ("`שלום` 12", None),
    ],
)
def test_the_letters_say_which_way_a_text_is_read(text, is_rtl):
    assert reads_from_right(text) is is_rtl
    assert is_rtl is None or reads_from_right(text + " 12" * 2_000 + " word") is is_rtl, "only the beginning counts"


@pytest.mark.parametrize("is_mirrored", [False, True])
def test_a_paragraph_stands_at_its_own_side_in_any_interface(qtbot, is_mirrored):
    view = shown_view(qtbot, [answer(0, "مرحبا بالعالم.\n\nLatin words.\n\n# عنوان\n\n2026")])
    if is_mirrored:
        turned(view)
    layout = view.conversation.messages[0]
    for index, is_rtl in enumerate((True, False, True, is_mirrored)):
        top = view.conversation.tops[0] - view.places.value + layout.ys[index]
        left, right = ink(view, QRect(view.places.x, top, view.conversation.column, layout.boxes[index].height))
        assert (left > right) is is_rtl, index
        assert min(left, right) <= 3


@pytest.mark.parametrize("is_mirrored", [False, True])
@pytest.mark.parametrize("text", ["שלום", "سؤال\nSecond line in Latin\nשורה שלישית", "كلمة " * 60])
def test_a_question_stands_in_its_bubble(qtbot, text, is_mirrored):
    view = shown_view(qtbot, [user(0, text)])
    if is_mirrored:
        turned(view)
    bubble = view.places.message_rect(0)
    image, ground = picture(view), QColor(view._formats.theme.bubble)
    middle = range(bubble.top() + 12, bubble.bottom() - 12)
    painted = [x for x in range(bubble.left() + 4, bubble.right() - 3) if any(image.pixelColor(x, y) != ground for y in middle)]
    assert painted[0] >= bubble.left() + 14 and painted[-1] <= bubble.right() - 14
    assert painted[0] <= bubble.left() + 30 and painted[-1] >= bubble.right() - 20, "the bubble is as wide as the text"
    assert view.places.position_at(QPoint(bubble.right() - 12, bubble.top() + 20)) == (0, 0, 0)


def test_code_is_read_from_left_to_right(qtbot):
    view = turned(shown_view(qtbot, [answer(0, "```\n# שלום\nשלום = 1\n```\n\nاكتب `foo(1)` هنا")]))
    code, text = document(view, 0, 0), document(view, 0, 1)
    assert all(code.findBlockByNumber(number).textDirection() == Qt.LayoutDirection.LeftToRight for number in range(2))
    assert code.begin().layout().lineAt(0).naturalTextRect().left() == 0
    start = text.toPlainText().index("foo")
    xs = [point_of(view, 0, 1, start + at).x() for at in range(1, 6)]
    assert all(one < other for one, other in itertools.pairwise(xs))


def test_what_keeps_code_apart_is_neither_copied_nor_in_the_way_of_finding(qtbot):
    view = shown_view(qtbot, [answer(0, "😀 اكتب `foo(1)` هنا الآن")])
    doc = document(view, 0)
    assert ISOLATE_END in doc.toPlainText()
    view.selection.set((0, 0, 3), (0, 0, doc.characterCount() - 4))
    view.copy()
    assert QGuiApplication.clipboard().text() == "اكتب foo(1) هنا ا"
    view.finding.find("foo(1) هنا")
    idle(view)
    (start, end, _), *others = view.shown.marked(0, 0)
    assert not others
    view.finding.clear()
    view.selection.set((0, 0, start), (0, 0, end))
    view.copy()
    assert QGuiApplication.clipboard().text() == "foo(1) هنا"


@pytest.mark.parametrize("is_mirrored", [False, True])
def test_lists_quotes_and_tables_go_with_their_text(qtbot, is_mirrored):
    view = shown_view(qtbot, [answer(0, ARABIC)])
    if is_mirrored:
        turned(view)
    boxes = view.conversation.messages[0].boxes
    assert [box.is_rtl for box in boxes] == [True, True, True, True, True, True, False]
    card = view.places.painter.card_rect(view.conversation.messages[0], 3, 0, 0)
    assert (card.left(), card.right()) == (0, view.conversation.column - 25), "code stands below the text of its item"
    name, value = (document(view, 0, 5).toPlainText().index(word) for word in ("الاسم", "القيمة"))
    assert point_of(view, 0, 5, name).x() > point_of(view, 0, 5, value).x()
    assert point_of(view, 0, 5, name).x() == pytest.approx(view.places.x + view.conversation.column, abs=3)


def test_an_english_list_and_table_stay_as_they_are_written(qtbot):
    text = "- One\n- Two\n\n> Quote\n\n| A | B |\n|---|---|\n| 1 | 2 |"
    view = turned(shown_view(qtbot, [answer(0, text)]))
    assert not any(box.is_rtl for box in view.conversation.messages[0].boxes)
    table = document(view, 0, 3).toPlainText()
    assert point_of(view, 0, 3, table.index("A")).x() < point_of(view, 0, 3, table.index("B")).x()
    assert view.conversation.messages[0].boxes[0].x == 24


# -- selection ------------------------------------------------------------------------------------------------------------


def test_a_selection_is_drawn_and_copied_across_mirrored_parts(qtbot):
    view = turned(shown_view(qtbot, [user(0, "سؤال قصير"), answer(1, ARABIC), user(2, "Latin")]))
    table = document(view, 1, 5)
    first, last = point_of(view, 0, 0, 5), point_of(view, 1, 5, table.toPlainText().index("GPT") + 1)
    assert view.places.position_at(first) == (0, 0, 5)
    QTest.mousePress(view.viewport(), Qt.MouseButton.LeftButton, pos=first)
    QTest.mouseMove(view.viewport(), last)
    QTest.mouseRelease(view.viewport(), Qt.MouseButton.LeftButton, pos=last)
    view.copy()
    copied = QGuiApplication.clipboard().text()
    assert copied.startswith("قصير\n\nهذه فقرة عربية مع `foo")
    assert copied.endswith("اقتباس\n\nالاسم\tالقيمة\nG\t12")


def test_the_cells_of_a_row_are_copied_in_the_order_of_reading(qtbot):
    view = shown_view(qtbot, [answer(0, "| א | ב | ג |\n|---|---|---|\n| 1 | 2 | 3 |")])
    text = document(view, 0).toPlainText()
    view.selection.set((0, 0, 1), (0, 0, text.index("1")))
    view.copy()
    assert QGuiApplication.clipboard().text() == "א\tב\tג\n\t2\t3"


def test_shift_and_left_goes_on_through_text_that_is_read_that_way(qtbot):
    view = shown_view(qtbot, [answer(0, "שלום\n\nעולם")])
    view.selection.set((0, 0, 3), (0, 0, 3))
    for expected in ((0, 0, 4), (0, 1, 0), (0, 1, 1)):
        QTest.keyClick(view, Qt.Key.Key_Left, Qt.KeyboardModifier.ShiftModifier)
        assert view.selection.cursor == expected
    for expected in ((0, 1, 0), (0, 0, 4)):
        QTest.keyClick(view, Qt.Key.Key_Right, Qt.KeyboardModifier.ShiftModifier)
        assert view.selection.cursor == expected
    assert view.selection.cursor < (0, 0, END)
