"""Shapes made to be slow: nothing that a model or a person can write holds the window up."""

from __future__ import annotations

import builtins
import gc
import random
import time
from collections.abc import Iterator

import pytest
from PySide6.QtCore import QCoreApplication, QRectF, QTimer

from desktop_app.chat.message import MessageState
from desktop_app.ui.theme import USUAL
from desktop_app.ui.transcript.leaf_document import LeafDocument
from desktop_app.ui.transcript.leaf_renderer import calmed
from tests.fakes.formulas import FakeFormulas
from tests.ui.transcript.views import answer, document, idle, shown_view, user

STALL_S = 0.2
"""CPU time between two beats of the event loop: measured in CPU time, because the machine may be shared."""

SHAPES = {
    "one line of 1 MB": "word " * 200_000,
    "one word of 1 MB": "a" * 1_000_000,
    "one line of code of 1 MB": "```python\n" + "x = 1; " * 140_000,
    "table of 20,000 rows": "| a | b | c |\n|---|---|---|\n" + "| one | **two** | `three` |\n" * 20_000,
    "list 2,000 deep": "\n".join(" " * (2 * depth) + "- item" for depth in range(2_000)),
    "quotes 2,000 deep": "> " * 2_000 + "text",
    "100,000 combining marks": "a" + "\u0301" * 100_000,
    "combining marks in code": "```\n" + "a" + "\u0301" * 100_000 + "\n```",
    "unclosed brackets": "[" * 50_000,
    "unclosed emphasis": "*a _b " * 20_000,
    "backticks": "".join("`" * n + " " for n in range(1, 400)),
    "20,000 lines of code": "```js\n" + "const a = { b: [1, 'two', /three/] };\n" * 20_000,
    "many link definitions": "".join(f"[label{n}]: https://example.org/{n}\n" for n in range(5_000)) + "\n[label7]",
    "wide table": "|" + "a|" * 99 + "\n|" + "-|" * 99 + "\n" + ("|" + "b|" * 99 + "\n") * 100,
    "right-to-left overrides": "\u202e\u2067" * 20_000 + "text",
    "entities": "&amp;" * 40_000,
    "20,000 formulas in lines": "The $x_1$ and \\(y^2\\) of it. " * 10_000,
    "5,000 formulas": "$$\nx + 1\n$$\n\n" * 5_000,
    "one formula of 1 MB": "$$\n" + "x + " * 250_000 + "\n$$",
    "unclosed formulas": "$x \\(y $$z " * 8_000,
    "5,000 footnotes": "".join(f"text[^{n}]\n\n[^{n}]: note\n\n" for n in range(5_000)),
    "1 MB of reasoning": "<think>" + "word " * 200_000 + "</think>The answer.",
    "10,000 items from right to left": "- \u0645\u0631\u062d\u0628\u0627\n" * 10_000,
}


class Heartbeat:
    """Beats as often as the event loop lets it; `longest_s` is the most CPU time between two beats."""

    def __init__(self, parent) -> None:
        self._last_s = time.process_time()
        self.longest_s = 0.0
        self._timer = QTimer(parent, interval=0)
        self._timer.timeout.connect(self.beat)
        self._timer.start()

    def beat(self) -> None:
        now_s = time.process_time()
        self.longest_s = max(self.longest_s, now_s - self._last_s)
        self._last_s = now_s


@pytest.fixture(autouse=True)
def collected() -> Iterator[None]:
    """Undo what `freeze_memory` does. Without it a pass over what 2,000 tests have left counts as a stall."""
    yield
    gc.unfreeze()


@pytest.mark.parametrize("name", SHAPES)
def test_opening_scrolling_and_ending_do_not_stall(qtbot, name):
    text = SHAPES[name]
    warm = "```python\nwarm = 1\n```\n\n| a |\n|---|\n| *b* $c$ |"
    view = shown_view(qtbot, [user(0, "Question"), answer(1, warm)], formulas=FakeFormulas(is_instant=True))
    view.freeze_memory()
    beat = Heartbeat(view)
    view.set_messages([user(0, "Question"), answer(1, text)])
    beat.beat()
    bar = view.verticalScrollBar()
    for share in (0.5, 0.0, 1.0, 0.3):
        bar.setValue(int(bar.maximum() * share))
        beat.beat()
        QCoreApplication.processEvents()
    for _ in range(10):
        bar.setValue(bar.value() - 200)
        QCoreApplication.processEvents()
    assert beat.longest_s < STALL_S


@pytest.mark.parametrize("name", SHAPES)
def test_streaming_does_not_stall(qtbot, name):
    text = SHAPES[name][:120_000]
    messages = [user(0, "Question"), answer(1, "", MessageState.GENERATING)]
    view = shown_view(qtbot, messages, formulas=FakeFormulas(is_instant=True))
    view.freeze_memory()
    beat = Heartbeat(view)
    for at in range(0, len(text), 2_000):
        view.append_text("m1", text[at : at + 2_000])
        QCoreApplication.processEvents()
    view.update_message(answer(1, text))
    QCoreApplication.processEvents()
    assert beat.longest_s < STALL_S


@pytest.mark.parametrize("text", ["x" * 1_000_000, "line\n" * 100_000, "a" + "\u0301" * 100_000], ids=["word", "lines", "marks"])
def test_a_hostile_question_does_not_stall(qtbot, text):
    view = shown_view(qtbot, [user(0, "Question")])
    view.freeze_memory()
    beat = Heartbeat(view)
    view.set_messages([user(0, text)])
    QCoreApplication.processEvents()
    view.verticalScrollBar().setValue(0)
    QCoreApplication.processEvents()
    assert beat.longest_s < STALL_S
    assert view.conversation.messages[0].source == text


def test_opening_lays_out_only_what_is_visible(qtbot):
    messages = [answer(number, SHAPES["table of 20,000 rows"]) for number in range(5)]
    view = shown_view(qtbot, messages)
    assert [layout.is_scanned for layout in view.conversation.messages] == [False] * 4 + [True]
    assert sum(box.doc is not None for box in view.conversation.messages[4].boxes) < 10


def test_documents_are_bounded(qtbot):
    rng = random.Random(1)
    view = shown_view(qtbot, [answer(1, "\n\n".join(f"Paragraph {n}" for n in range(3_000)))])
    bar = view.verticalScrollBar()
    for _ in range(150):
        bar.setValue(rng.randrange(bar.maximum()))
        QCoreApplication.processEvents()
    boxes = view.conversation.messages[0].boxes
    assert sum(box.is_measured for box in boxes) > 800
    assert sum(box.doc is not None for box in boxes) <= 400


def test_text_never_leaves_the_column(qtbot):
    view = shown_view(qtbot, [answer(1, SHAPES["list 2,000 deep"])])
    view.resize(2_000, 700)
    idle(view)
    box = view.conversation.messages[0].boxes[-1]
    assert 80 <= box.width <= USUAL.column_px
    assert box.x < USUAL.column_px / 2


def test_no_image_is_loaded(qtbot, monkeypatch, tmp_path):
    asked = []
    monkeypatch.setattr(LeafDocument, "loadResource", lambda self, kind, name: asked.append(name))
    secret = tmp_path / "picture.png"
    secret.write_bytes(b"not read")
    opened = []
    original = builtins.open

    def open_(*arguments, **options):
        opened.append(arguments[0])
        return original(*arguments, **options)

    monkeypatch.setattr(builtins, "open", open_)
    text = f"![alt](file://{secret}) ![](https://example.org/x.png) <img src='{secret}'> ![r][r]\n\n[r]: {secret}"
    view = shown_view(qtbot, [user(0, text), answer(1, text)])
    assert asked == []
    assert not [path for path in opened if "picture" in str(path)]
    shown = document(view, 1).toPlainText()
    assert "alt" in shown
    assert "<img" in shown


def test_marks_beyond_a_few_are_left_out_of_the_picture_only():
    assert calmed("e\u0301 is fine") == "e\u0301 is fine"
    assert len(calmed("a" + "\u0301" * 100)) == 9


def test_only_what_is_exposed_of_a_document_is_drawn(qtbot, monkeypatch):
    """Without a clip in the paint context Qt draws the whole document: 35 ms instead of 3 on a long one."""
    view = shown_view(qtbot, [answer(1, "```\n" + "line\n" * 60 + "```\n\nText")])
    clips = []

    class Recorder:
        def __init__(self, layout) -> None:
            self._layout = layout

        def draw(self, painter, context) -> None:
            clips.append(QRectF(context.clip))
            self._layout.draw(painter, context)

    original = LeafDocument.documentLayout
    monkeypatch.setattr(LeafDocument, "documentLayout", lambda self: Recorder(original(self)))
    view.viewport().repaint(0, 300, 900, 20)
    assert clips
    assert all(0 < clip.height() < 40 for clip in clips)
