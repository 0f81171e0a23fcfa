"""A conversation on paper: everything is there and can be found, nothing is loaded, no link leads out of the web."""

from __future__ import annotations

import threading
from collections.abc import Callable, Collection, Iterator, Mapping
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PySide6.QtCore import QLocale
from PySide6.QtGui import QPageLayout, QPdfWriter
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from desktop_app.chat.attachment import Attachment
from desktop_app.chat.conversation import Conversation
from desktop_app.chat.message import Message, MessageState, Role
from desktop_app.errors import PrinterFailed
from desktop_app.exchange.exported import Exported, ExportWords
from desktop_app.formulas.protocol import Drawing
from desktop_app.services.formula_supply import FormulaSupply
from desktop_app.ui.transcript.leaf_document import LeafDocument
from desktop_app.ui.transcript.paper import flow
from desktop_app.ui.transcript.paper.letters import findable
from desktop_app.ui.transcript.paper.look import paper_theme
from desktop_app.ui.transcript.paper.sheets import page_layout
from desktop_app.ui.transcript.paper.writing import Paper
from tests.fakes.formulas import FakeFormulas, box
from tests.pdf_reading import Pdf
from tests.ui.transcript.views import coloured

WORDS = ExportWords(when=lambda ms: f"at {ms}")


def conversation(*texts: str | Message, title: str = "Title", **values: Any) -> Exported:
    """Give one; questions and answers take turns."""
    messages = [
        one
        if isinstance(one, Message)
        else Message(f"m{number}", "c", None, (Role.USER, Role.ASSISTANT)[number % 2], one, number)
        for number, one in enumerate(texts)
    ]
    return Exported(Conversation("c", title, True, 7, 8, **values), messages)


def printed(exported: Exported, fetch: Any = None) -> Pdf:
    """Give the file, made in a thread of its own as always."""
    paper = Paper(paper_theme(), fetch)
    made: list[bytes] = []
    thread = threading.Thread(target=lambda: made.append(paper.pdf(exported, WORDS, lambda _done, _all: None)))
    thread.start()
    thread.join()
    return Pdf(made[0])


def squeezed(text: str) -> str:
    """Give text without white space: where lines break does not matter."""
    return "".join(text.split())


# What is there


@pytest.mark.parametrize("n_columns", [12, 22, 24, 40])
def test_a_table_wider_than_the_page_is_all_there(qapp: QApplication, n_columns: int) -> None:
    rows = ["".join(f"| {letter}{number:02} " for number in range(n_columns)) + "|" for letter in "hv"]
    text = squeezed(printed(conversation("Question", f"{rows[0]}\n{'|---' * n_columns}|\n{rows[1]}\n")).text)
    assert [word for letter in "hv" for number in range(n_columns) if (word := f"{letter}{number:02}") not in text] == []


def test_a_long_cell_is_all_there(qapp: QApplication) -> None:
    words = " ".join(f"word{number:04}" for number in range(300))
    text = squeezed(printed(conversation("Question", f"| a | b |\n|---|---|\n| {words} | c |\n")).text)
    assert [number for number in range(300) if f"word{number:04}" not in text] == []


def test_colours_of_code_stay_on_their_words_behind_an_emoji(qapp: QApplication, monkeypatch: pytest.MonkeyPatch) -> None:
    seen: list[str] = []

    def note(_flow: flow.Flow, layout: flow.PaperMessage, index: int) -> None:
        doc = layout.boxes[index].doc
        assert doc is not None
        seen.extend(coloured(doc))

    monkeypatch.setattr(flow.Flow, "_paint", note)
    printed(conversation("Question", '```python\nx = "😀😀"  # 😀 and on\n```'))
    assert seen == ["=", '"😀😀"', "# 😀 and on"]


def test_everything_is_on_paper_and_found_as_it_was_written(qapp: QApplication) -> None:
    file = Attachment("f", "data.csv", "a,b\n1,2\n", 8)
    question = Message("q", "c", None, Role.USER, "Why is the sky\n  blue?", 1, attachments=(file,))
    text = "<think>Let me *think*.</think>**Because** of `Rayleigh`: 散射，行程。\n\n- one\n- [x] two\n\n| a | b |\n|---|---|\n| 1 | 2 |\n"
    answer = Message("a", "c", "q", Role.ASSISTANT, text, 2, MessageState.INTERRUPTED, "Starter")
    pdf = printed(conversation(question, answer, title="Sky & <b>行</b>", system_prompt="Be kind."))
    found = squeezed(pdf.text)
    for words in (
        "Sky & <b>行</b>", "at 7", "System prompt", "Be kind.", "You", "at 1", "Attachment: data.csv", "a,b", "1,2", "Why is the sky",
        "blue?", "Starter", "at 2", "Reasoning", "Let me think.", "Because of Rayleigh: 散射，行程。", "one", "two", "ab12",
        "This answer was interrupted.",
    ):  # fmt: skip
        assert squeezed(words) in found, words
    assert "**" not in found and "<think>" not in found
    assert "Why is the sky" in pdf.text, "spaces are spaces"


@pytest.mark.parametrize("name", ["C", "zh_CN", "zh_TW", "ja_JP"])
def test_chinese_is_found_whatever_language_is_on(qapp: QApplication, name: str) -> None:
    text = "散射直接骨角过这画海令，见风飞马。"
    before = QLocale()
    QLocale.setDefault(QLocale(name))
    pdf = printed(conversation(text, f"**{text}** `{text}` i"))
    QLocale.setDefault(before)
    assert squeezed(pdf.text).count(text) == 3


def test_pages_are_numbered_and_named(qapp: QApplication) -> None:
    pdf = printed(conversation(*[f"Question {number}\n\n{'word ' * 300}" for number in range(12)], title="The title"))
    assert len(pdf.pages) > 3
    for number, page in enumerate(pdf.pages, 1):
        assert page.splitlines()[0] == str(number)
        assert page.splitlines().count("The title") == 1, "a heading on the first page, small at the edge of the others"


def test_every_line_of_long_code_is_there_once_and_long_lines_break(qapp: QApplication) -> None:
    lines = [f"row{number:03}" + ("x" * 300 if number % 50 == 0 else "") + "end" for number in range(200)]
    pdf = printed(conversation("Go", "```python\n" + "\n".join(lines) + "\n```"))
    assert len(pdf.pages) > 3
    found = squeezed(pdf.text)
    assert [found.count(f"row{number:03}") for number in range(200)] == [1] * 200
    assert found.count("x" * 100) >= 4 and found.count("xend") == 4, "nothing of a long line is cut off"


@pytest.mark.parametrize(
    "text",
    [
        "word " * 4_000,
        "| a | b |\n|---|---|\n" + "".join(f"| cell{n:04} {'long ' * (n % 30)}| x |\n" for n in range(300)),
        "\n".join(f"- cell{n:04}" for n in range(300)),
        "> " + "quoted " * 3_000,
    ],
    ids=["paragraph", "table", "list", "quote"],
)
def test_what_is_longer_than_a_page_is_all_there(text: str, qapp: QApplication) -> None:
    pdf = printed(conversation("Go", text))
    assert len(pdf.pages) > 3
    found = squeezed(pdf.text)
    for words in ("word", "quoted"):
        if words in text:
            assert found.count(words) == text.count(words)
    if "cell" in text:
        assert [found.count(f"cell{n:04}") for n in range(300)] == [1] * 300


@settings(deadline=None)
@given(
    st.lists(st.tuples(st.floats(0, 20), st.floats(1, 300)), min_size=1, max_size=30),
    st.lists(st.floats(1, 700), min_size=1, max_size=40),
)
def test_a_page_ends_between_lines_and_nothing_is_lost(gaps_and_heights: list[tuple[float, float]], rooms: list[float]) -> None:
    bands: list[tuple[float, float]] = []
    y = 0.0
    for gap, height in gaps_and_heights:
        bands.append((y + gap, y + gap + height))
        y += gap + height
    start = 0.0
    for room in rooms:
        end = flow._cut(bands, start, room, y)
        assert start <= end <= start + room or end == y <= start + room
        assert not any(first + 1e-6 < end < last - 1e-6 for first, last in bands)
        start = end
    assert flow._cut(bands, start, 100_000, y) == y


def test_paper_is_upright_with_margins(qapp: QApplication) -> None:
    layout = page_layout()
    assert layout.orientation() is QPageLayout.Orientation.Portrait
    assert layout.margins(QPageLayout.Unit.Millimeter).left() >= 15


def test_printing_leaves_out_what_is_folded_on_screen(qapp: QApplication, tmp_path: Any) -> None:
    file = Attachment("f", "data.csv", "a,b\n", 4)
    question = Message("q", "c", None, Role.USER, "Why?", 1, attachments=(file,))
    writer = QPdfWriter(str(tmp_path / "x.pdf"))
    exported = conversation(question, "<think>Hm.</think>So.", system_prompt="Be kind.")
    Paper(paper_theme()).paint(writer, "", exported, WORDS, lambda _done, _all: None, is_brief=True)
    del writer
    found = squeezed(Pdf((tmp_path / "x.pdf").read_bytes()).text)
    assert "So." in found and "data.csv" in found
    assert "Hm." not in found and "a,b" not in found and "Be kind." not in found


@pytest.mark.qt_log_ignore("QPainter::begin")
def test_a_device_that_takes_nothing_is_told_of(qapp: QApplication) -> None:
    with pytest.raises(PrinterFailed) as caught:
        Paper(paper_theme()).paint(QPdfWriter("/nowhere/x.pdf"), "LP1", conversation("One"), WORDS, lambda _done, _all: None)
    assert caught.value.printer == "LP1"


@pytest.mark.parametrize("info", ["&nbsp;", "&#10;", "&emsp;&ensp;", "\u3000", "&#x1f;", " py&nbsp;x", "&#8203;"])
def test_code_whose_language_is_white_space_is_on_paper(qapp: QApplication, info: str) -> None:
    assert "x=1" in squeezed(printed(conversation("Go", f"```{info}\nx = 1\n```")).text)


# What must not happen


def test_no_link_leads_anywhere_but_to_the_web_and_to_mail(qapp: QApplication) -> None:
    text = (
        "[a](https://example.org/a?b=c) [b](file:///etc/passwd) [c](javascript:alert(1)) <mailto:a@example.org> [d](smb://h/s) "
        "![e](http://127.0.0.1:9/x.png) [f](/etc/passwd) [g](//h/s) http://example.com [h](data:text/html,x) note[^1] "
        "[i](https://example.org/)%29/S/JavaScript)\n\n[^1]: Text\n"
    )
    pdf = printed(conversation(text, text))
    assert set(pdf.links) == {
        "https://example.org/a?b=c", "mailto:a@example.org", "http://127.0.0.1:9/x.png", "http://example.com", "https://example.org/",
    }  # fmt: skip
    assert pdf.actions == {b"URI"}


def test_nothing_is_asked_for(qapp: QApplication, monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[object] = []
    monkeypatch.setattr(LeafDocument, "loadResource", lambda _self, _kind, name: asked.append(name))
    text = "![a](file:///x.png) <img src='/x.png'> ![b][r]\n\n[r]: //h/x.png\n\n| ![c](/x.png) |\n|---|\n"
    printed(conversation(text, text))
    assert asked == []


@pytest.mark.parametrize(
    "title", ["beginbfrange [<2F8F> <0009> ] endbfrange", ") /OpenAction << /S /JavaScript >>", "\u202ex\0y"]
)
def test_a_title_stays_a_title(title: str, qapp: QApplication) -> None:
    pdf = printed(conversation("Hello", "Hi", title=title))
    assert b"OpenAction" not in pdf.data, "not even where nobody looks for it"
    assert "Hello" in pdf.text


def test_the_work_can_be_stopped_anywhere(qapp: QApplication) -> None:
    class Stop(Exception):
        pass

    exported = conversation(*["text\n\n```\ncode\n```\n" * 3] * 6)
    n_steps = 0

    def count(_done: int, _all: int) -> None:
        nonlocal n_steps
        n_steps += 1

    Paper(paper_theme()).pdf(exported, WORDS, count)
    for stop_at in range(0, n_steps, 7):
        left = iter(range(stop_at))

        def step(_done: int, _all: int, left: Iterator[int] = left) -> None:
            if next(left, None) is None:
                raise Stop

        with pytest.raises(Stop):
            Paper(paper_theme()).pdf(exported, WORDS, step)


# Letters


def test_letters_are_the_usual_ones_and_no_offset_changes() -> None:
    table = "3 beginbfrange\n<0009> <2F8F> [<%s> ]\n<2EC5> <2EC5> <%s>\n<0001> <0002> <2F00>\nendbfrange"
    qt, usual = table % ("0009> <2F8F> <0041", "2EC5"), table % ("0020> <884C> <0041", "89C1")
    assert findable(b"%PDF <2F8F> " + qt.encode()) == b"%PDF <2F8F> " + usual.encode()


# Formulas


def test_formulas_are_fetched_for_each_message_and_drawn(qapp: QApplication) -> None:
    asked: list[set[tuple[str, bool]]] = []

    def fetch(formulas: Collection[tuple[str, bool]], _check: Callable[[], object]) -> Mapping[tuple[str, bool], Drawing]:
        asked.append(set(formulas))
        return {one: box(*one) for one in formulas if "bad" not in one[0]}

    text = "In $x^2$ and $bad$:\n\n$$\ny\n$$\n\n| $z$ |\n|---|\n| a |\n"
    pdf = printed(conversation("One", text, "Two", "none"), fetch)
    assert asked == [{("x^2", False), ("bad", False), ("y", True)}, {("z", False)}]
    assert pdf.data.count(b"/Subtype /Image") >= 3
    assert "$bad$" in pdf.text and "x^2" not in pdf.text and "$z$" not in pdf.text


class Supplied:
    """Work in another thread that asks for formulas."""

    def __init__(self, supply: FormulaSupply, formulas: Collection[tuple[str, bool]], check: Callable[[], object]) -> None:
        self.found: Mapping[tuple[str, bool], Drawing] | None = None
        self.error: Exception | None = None
        self.thread = threading.Thread(target=self._run, args=(supply, formulas, check))
        self.thread.start()

    def _run(self, supply: FormulaSupply, formulas: Collection[tuple[str, bool]], check: Callable[[], object]) -> None:
        try:
            self.found = supply.fetch(formulas, check)
        except KeyError as error:
            self.error = error


@pytest.fixture
def service(qapp: QApplication) -> FakeFormulas:
    return FakeFormulas()


def test_the_supply_waits_for_what_is_drawn_and_not_for_what_never_will_be(service: FakeFormulas, qtbot: QtBot) -> None:
    supply = FormulaSupply(service)  # type: ignore[arg-type]  # it looks the same
    work = Supplied(supply, [(f"x{n}", False) for n in range(100)] + [("bad", True)], lambda: None)
    qtbot.waitUntil(lambda: len(service.asked) == 64)
    service.deliver()
    qtbot.waitUntil(lambda: len(service.asked) == 101)
    service.deliver()
    qtbot.waitUntil(lambda: not work.thread.is_alive())
    assert work.found is not None and len(work.found) == 100


def test_the_supply_stops_when_nobody_wants_it_any_more(service: FakeFormulas, qtbot: QtBot) -> None:
    supply = FormulaSupply(service)  # type: ignore[arg-type]  # as above
    wanted = threading.Event()

    def check() -> None:
        if wanted.is_set():
            raise KeyError

    work = Supplied(supply, [("x", False)], check)
    qtbot.waitUntil(lambda: bool(service.asked))
    wanted.set()
    qtbot.waitUntil(lambda: not work.thread.is_alive())
    assert isinstance(work.error, KeyError)
