"""Formulas in the text: TeX until there is a picture, on the baseline, copied as TeX, and nothing moves but them."""

from __future__ import annotations

import random
from dataclasses import replace

import pytest
from PySide6.QtCore import QPoint, QPointF, Qt
from PySide6.QtGui import QGuiApplication, QImage, QWheelEvent
from PySide6.QtWidgets import QApplication

from desktop_app.chat.message import MessageState
from desktop_app.ui.theme import load_theme
from desktop_app.ui.transcript import formula_pictures
from desktop_app.ui.transcript.pictures_in_text import text_between
from desktop_app.ui.transcript.selection import END
from desktop_app.ui.transcript.transcript_view import TranscriptView
from tests.bench import corpus
from tests.fakes.formulas import FakeFormulas
from tests.ui.transcript.test_streaming import mixed_text, stream_into
from tests.ui.transcript.views import answer, document, idle, picture, shown_view, user, visit

OBJECT = "\ufffc"


@pytest.fixture
def formulas() -> FakeFormulas:
    return FakeFormulas()


def view_with(qtbot, formulas, messages, theme: str = "light") -> TranscriptView:
    return shown_view(qtbot, messages, theme, formulas)


def shown(view, box: int = 0, message: int = 0) -> str:
    return document(view, message, box).toRawText()


def deliver(view, formulas, *which: str) -> None:
    formulas.deliver(*which)
    idle(view)


def copied(view, first, last) -> str:
    view.selection.set(first, last)
    view.copy()
    return QGuiApplication.clipboard().text()


def test_a_formula_is_tex_until_there_is_a_picture(qtbot, formulas):
    view = view_with(qtbot, formulas, [answer(0, "Before $x^2$ and \\(y\\), $5 and $6, $$z$$ `$c$`")])
    assert shown(view) == "Before $x^2$ and \\(y\\), $5 and $6, $$z$$ $c$"
    assert formulas.asked == [("x^2", False), ("y", False), ("z", True)]
    deliver(view, formulas, "y")
    assert shown(view) == f"Before $x^2$ and {OBJECT}, $5 and $6, $$z$$ $c$"
    deliver(view, formulas)
    assert shown(view) == f"Before {OBJECT} and {OBJECT}, $5 and $6, {OBJECT} $c$"


def test_a_formula_that_cannot_be_drawn_stays_tex(qtbot, formulas):
    view = view_with(qtbot, formulas, [answer(0, "A $bad$ one\n\n$$\nbad \\\\\none\n$$")])
    deliver(view, formulas)
    assert shown(view) == "A $bad$ one"
    assert shown(view, 1) == "bad \\\\\u2029one"
    assert view.conversation.messages[0].boxes[1].is_code


def test_a_formula_in_lines_of_its_own_loses_its_card(qtbot, formulas):
    text = "Before\n\n$$\na + b\n$$\n\nAfter"
    view = view_with(qtbot, formulas, [answer(0, text)])
    box = view.conversation.messages[0].boxes[1]
    assert box.is_code and shown(view, 1) == "a + b"
    before = view.conversation.messages[0].height
    deliver(view, formulas)
    assert not box.is_code and shown(view, 1) == OBJECT
    assert view.conversation.messages[0].height != before
    opened = view_with(qtbot, formulas, [answer(0, text)])
    assert picture(view) == picture(opened)


@pytest.mark.parametrize("tex", ["x", "deep", "high", "deep high"])
@pytest.mark.parametrize("dpr", [1.0, 1.5, 2.0])
def test_the_picture_stands_on_the_baseline(qtbot, formulas, tex, dpr, monkeypatch):
    formulas.is_instant = True
    monkeypatch.setattr(TranscriptView, "devicePixelRatioF", lambda self: dpr)
    view = view_with(qtbot, formulas, [answer(0, f"mm ${tex}$ mm")])
    doc = document(view, 0)
    line = doc.firstBlock().layout().lineAt(0)
    baseline = round((line.y() + line.ascent()) * dpr)
    image = QImage(round(900 * dpr), round(100 * dpr), QImage.Format.Format_RGB32)
    image.setDevicePixelRatio(dpr)
    image.fill(Qt.GlobalColor.white)
    painter = formula_pictures.QPainter(image)
    doc.drawContents(painter)
    painter.end()
    x = round((line.cursorToX(3)[0] + 3) * dpr)
    rows = [y for y in range(image.height()) if image.pixelColor(x, y).lightness() < 128]
    assert abs(max(rows) + 1 - baseline) <= 1
    assert len(rows) <= 3 * dpr


def test_a_line_that_ends_in_a_formula_is_as_high_as_with_nothing_below(qtbot, formulas):
    formulas.is_instant = True
    view = view_with(qtbot, formulas, [answer(0, "so we get $deep$\nplain"), answer(1, "so we get $deep$")])
    below, alone = (document(view, number).firstBlock().layout().lineAt(0) for number in (0, 1))
    assert below.height() == alone.height()


def test_only_what_is_finished_is_asked_for(qtbot, formulas):
    view = view_with(qtbot, formulas, [answer(0, "", MessageState.GENERATING)])
    view.append_text("m0", "A paragraph with $a$ and $b")
    view.append_text("m0", "$ and more\n")
    idle(view)
    assert formulas.asked == []
    view.append_text("m0", "\n$$\nc\n$$")
    idle(view)
    assert formulas.asked == [("a", False), ("b", False)]
    view.append_text("m0", "\n\nEnd $d$")
    idle(view)
    assert formulas.asked[2:] == [("c", True)]
    deliver(view, formulas)
    assert shown(view) == f"A paragraph with {OBJECT} and {OBJECT} and more"
    view.update_message(answer(0, "A paragraph with $a$ and $b$ and more\n\n$$\nc\n$$\n\nEnd $d$"))
    idle(view)
    assert formulas.asked[3:] == [("d", False)]


def test_the_readers_place_stays_when_pictures_come_above_and_below(qtbot, formulas):
    text = "\n\n".join(f"Paragraph {n} with $high_{n}$ and more\n\n$$\nhigh {n}\n$$" for n in range(60))
    view = view_with(qtbot, formulas, [user(0, "Question"), answer(1, text)])
    bar = view.verticalScrollBar()
    bar.setValue(bar.maximum() // 2)
    idle(view)
    anchor = (view.anchor.message, view.anchor.leaf, view.anchor.offset)
    deliver(view, formulas)
    assert (view.anchor.message, view.anchor.leaf, view.anchor.offset) == anchor
    assert OBJECT in shown(view, view.anchor.leaf + 2, 1)


def test_at_the_bottom_it_stays_at_the_bottom(qtbot, formulas):
    view = view_with(qtbot, formulas, [answer(0, "$$\nhigh\n$$\n\n" * 40)])
    before = view.verticalScrollBar().maximum()
    deliver(view, formulas)
    assert view.verticalScrollBar().maximum() != before
    assert view.verticalScrollBar().value() == view.verticalScrollBar().maximum()


def test_copying_gives_the_tex(qtbot, formulas):
    text = "Before **$x^2$** and \\(y\\) after\n\n$$\na \\\\\nb\n$$\n\n| A | B |\n|---|---|\n| $t$ | c |"
    formulas.is_instant = True
    view = view_with(qtbot, formulas, [answer(0, text)])
    assert copied(view, (0, 0, 7), (0, 0, 8)) == "$x^2$"
    assert copied(view, (0, 0, 3), (0, 0, 16)) == "ore $x^2$ and \\(y\\) a"
    assert copied(view, (0, 0, 0), (0, 1, END)) == "Before **$x^2$** and \\(y\\) after\n\n$$\na \\\\\nb\n$$"
    doc = document(view, 0, 2)
    cell = doc.rootFrame().childFrames()[0].cellAt(1, 0)
    assert copied(view, (0, 2, cell.firstPosition()), (0, 2, cell.lastPosition() + 2)) == "$t$\tc"


def test_everything_together_is_copied_literally(qtbot, formulas):
    """C5: numbers of lists, tabs of code, a table, text from right to left, and TeX."""
    table = "| A | B |\n|---|---|\n| $t$ | **c** |"
    text = f"3. three $x$\n4. \u0645\u0631\u062d\u0628\u0627 $y$\n\n```py\n\tcode $z$\n```\n\n{table}\n\n\\[\n\\frac{{a}}{{b}}\n\\]\n\nEnd[^1].\n\n[^1]: Note $n$"
    formulas.is_instant = True
    view = view_with(qtbot, formulas, [user(0, "Question $q$"), answer(1, text)])
    view.select_all()
    view.copy()
    data = QGuiApplication.clipboard().mimeData()
    assert bytes(data.data("text/markdown").data()).decode() == f"Question $q$\n\n{text}"
    assert data.text() == f"Question $q$\n\n{text.replace(table, chr(10).join(('A' + chr(9) + 'B', '$t$' + chr(9) + 'c')))}"
    assert copied(view, (1, 0, 2), (1, 1, END)) == "ree $x$\n4. \u0645\u0631\u062d\u0628\u0627 $y$"


def test_what_is_selected_stays_selected_when_a_picture_takes_its_place(qtbot, formulas):
    view = view_with(qtbot, formulas, [answer(0, "One $x^2$ two 😀 $y$ three")])
    whole = shown(view)
    start, end = whole.index("two"), whole.index("three") + 5  # a place counts 😀 as two
    before = copied(view, (0, 0, start), (0, 0, end))
    deliver(view, formulas)
    view.copy()
    assert QGuiApplication.clipboard().text() == before == "two 😀 $y$ thre"


def test_what_is_found_is_the_same_when_a_formula_is_drawn_before_it(qtbot, formulas):
    view = view_with(qtbot, formulas, [answer(0, "Let $alpha + beta$ be given, then the target of $target$ it is.")])
    numbers = []
    view.finding.changed.connect(lambda *heard: numbers.append(heard))
    view.finding.find("target")
    idle(view)
    assert [text_between(document(view, 0), *mark[:2]) for mark in view.finding.marks_of(0, 0)] == ["target", "target"]
    deliver(view, formulas)
    assert shown(view).count(OBJECT) == 2
    marks = view.finding.marks_of(0, 0)
    assert [(text_between(document(view, 0), *mark[:2]), mark[2]) for mark in marks] == [("target", True), ("$target$", False)]
    assert numbers[-1] == (1, 2)
    view.finding.clear()
    assert view.copying.selected_words() == "target"


def test_another_theme_has_pictures_of_its_colour(qtbot, formulas):
    text = "A $x^2$ b\n\n$$\na\n$$"
    formulas.is_instant = True
    view = view_with(qtbot, formulas, [answer(0, text)])
    view.set_theme(load_theme("dark", 1.0))
    assert picture(view) == picture(view_with(qtbot, formulas, [answer(0, text)], "dark"))


def test_a_screen_of_another_sharpness_has_pictures_of_its_own(qtbot, formulas, monkeypatch):
    formulas.is_instant = True
    view = view_with(qtbot, formulas, [answer(0, "A $x^2$ b")])
    monkeypatch.setattr(TranscriptView, "devicePixelRatioF", lambda self: 2.0)
    view.settle()
    doc = document(view, 0)
    sizes = [picture.pixmap.devicePixelRatio() for picture in view.formulas.pictures._kept.values()]
    assert sizes == [2.0]
    assert doc.toRawText() == f"A {OBJECT} b"


def test_a_formula_wider_than_the_text_is_made_smaller_or_moved_or_left_as_tex(qtbot, formulas):
    formulas.is_instant = True
    room = 736 / 15 / 1.2 / 0.5
    fits, too_wide = "x" * round(1.1 * room), "x" * round(2.5 * room)
    view = view_with(qtbot, formulas, [answer(0, f"${fits}$\n\n${too_wide}$\n\n$$\n{fits}\n$$\n\n$$\n{too_wide}\n$$")])
    layout = view.conversation.messages[0]
    assert shown(view, 0) == OBJECT
    assert document(view, 0, 0).idealWidth() <= 736
    assert shown(view, 1) == f"${too_wide}$"
    assert layout.boxes[2].content_width <= 737
    assert layout.boxes[3].content_width > 1_000
    point = QPoint(450, view.conversation.tops[0] + layout.ys[3] + 5 - view.places.value)
    no = QPoint()
    wheel = QWheelEvent(
        QPointF(point), QPointF(view.viewport().mapToGlobal(point)), no, QPoint(0, -240), Qt.MouseButton.NoButton,
        Qt.KeyboardModifier.ShiftModifier, Qt.ScrollPhase.NoScrollPhase, False,
    )  # fmt: skip
    QApplication.sendEvent(view.viewport(), wheel)
    assert layout.code_offsets[3] > 0


def test_the_next_screen_is_asked_for_ahead(qtbot, formulas):
    filler = "\n\n".join(f"Paragraph {n}" for n in range(20))
    text = f"$a$\n\n$$\nb\n$$\n\n{filler}\n\n" + "\n\n".join(f"Far ${n}$" for n in range(100, 200))
    view = view_with(qtbot, formulas, [answer(0, text)])
    view.verticalScrollBar().setValue(250)
    idle(view)
    qtbot.waitUntil(lambda: {("a", False), ("b", True)} <= set(formulas.asked))
    asked = {int(tex) for tex, _ in formulas.asked if tex.isdigit()}
    assert any(n < 130 for n in asked)
    assert not any(130 < n < 145 for n in asked)


def test_pictures_are_bounded(qtbot, formulas, monkeypatch):
    formulas.is_instant = True
    monkeypatch.setattr(formula_pictures, "N_KEPT", 10)
    view = view_with(qtbot, formulas, [answer(0, "\n\n".join(f"${n}$" for n in range(30)))])
    assert len(view.formulas.pictures._kept) == 10
    monkeypatch.setattr(formula_pictures, "N_KEPT_PIXELS", 1)
    view.set_theme(load_theme("dark", 1.0))
    assert len(view.formulas.pictures._kept) == 1


def with_formulas(seed: int) -> str:
    rng = random.Random(seed)
    blocks = mixed_text(seed).split("\n\n")
    for n in range(12):
        at = rng.randrange(len(blocks))
        more = rng.choice(
            (f"Text with $x_{n}$ and \\(deep {n}\\) in it.", f"$$\nhigh {n}\n$$", f"- item ${n}$", f"## Title ${n}$")
        )
        blocks.insert(at, more + f"[^{n % 3}]")
    return "\n\n".join([*blocks, "[^0]: A note with $note$.", "[^1]: Another."])


@pytest.mark.parametrize("seed", range(100, 106))
def test_a_streamed_answer_with_formulas_and_notes_looks_like_an_opened_one(qtbot, formulas, seed):
    text = "<think>First $think$ of this.\n\n- item</think>\n\n" * (seed % 2) + with_formulas(seed)
    streamed = view_with(qtbot, formulas, [user(0, "Question"), answer(1, "", MessageState.GENERATING)])
    third = len(text) // 3
    for part in (text[:third], text[third : 2 * third], text[2 * third :]):
        stream_into(streamed, part, seed)
        deliver(streamed, formulas)
    ended = replace(answer(1, text), stats=replace(corpus.STATS, reasoning_ms=6_000.0))
    streamed.update_message(ended)
    idle(streamed)
    opened = view_with(qtbot, formulas, [user(0, "Question"), ended])
    for view in (opened, streamed):
        if seed % 2:
            view.unfolding.toggle(1)
        for _ in range(2):
            visit(view)
            deliver(view, formulas)
        view.pointer._light_up(-1, None)
    maximum = opened.verticalScrollBar().maximum()
    assert streamed.verticalScrollBar().maximum() == maximum
    for position in (0, maximum // 2, maximum):
        for view in (streamed, opened):
            view.verticalScrollBar().setValue(position)
        assert picture(streamed) == picture(opened), f"at {position} of {maximum}"
