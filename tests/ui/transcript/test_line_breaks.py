"""A line ends where the model ended it: on screen, in every copy, on paper and for what is looked for."""

from __future__ import annotations

from PySide6.QtGui import QGuiApplication

from desktop_app.ui.transcript.plain_form import links
from desktop_app.ui.transcript.selection import SelectedText
from tests.ui.transcript.test_paper import conversation, printed
from tests.ui.transcript.views import answer, document, idle, shown_view

POEM = "床前明月光，\n疑是地上霜。\n举头望明月，\n低头思故乡。"
ADDRESS = "**Jane Doe**\n1 Main Street\nSalem"


def test_lines_stand_below_each_other(qtbot):
    view = shown_view(qtbot, [answer(0, f"{POEM}\n\n- {ADDRESS}")])
    for box, text in enumerate((POEM, ADDRESS.replace("*", ""))):
        assert document(view, 0, box).toPlainText() == text
        assert document(view, 0, box).begin().layout().lineCount() == text.count("\n") + 1


def test_lines_are_copied_as_lines(qtbot):
    view = shown_view(qtbot, [answer(0, POEM)])
    view.copying.copy_message(0, True)
    idle(view)
    assert QGuiApplication.clipboard().text() == POEM
    view.selection.set((0, 0, 2), (0, 0, 10))
    assert SelectedText(view.conversation, view.selection).plain() == POEM[2:10]


def test_a_long_poem_is_cut_between_its_lines_and_copied_whole(qtbot):
    poem = "\n".join(f"line {number} of a long poem" for number in range(200))
    view = shown_view(qtbot, [answer(0, poem)])
    boxes = view.conversation.messages[0].boxes
    assert len(boxes) > 2 and not any(box.leaf.starts_mid_line for box in boxes)
    view.copying.copy_message(0, True)
    idle(view)
    assert QGuiApplication.clipboard().text() == poem


def test_lines_stand_below_each_other_on_paper(qapp):
    assert ADDRESS.replace("*", "") in printed(conversation("Where?", ADDRESS)).text


def test_words_are_found_across_the_end_of_a_line(qtbot):
    view = shown_view(qtbot, [answer(0, "The quick\nbrown fox")])
    view.finding.find("quick brown")
    idle(view)
    assert view.finding.marks_of(0, 0) == [(4, 15, True)]


def test_a_link_over_two_lines_is_one(qtbot):
    view = shown_view(qtbot, [answer(0, "[two\nlines](https://example.org)")])
    assert links(view.conversation.messages[0]) == [("two lines", "https://example.org")]
