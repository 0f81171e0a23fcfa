"""*Copy as plain text* and *Copy code block*: what lands on the clipboard, compared literally."""

from __future__ import annotations

import pytest
from PySide6.QtGui import QGuiApplication

from desktop_app.ui.transcript.selection import SelectedText
from tests.ui.transcript.views import answer, document, idle, shown_view, user

ANSWER = """# Title

Some **bold** and *thin* text with `code`
in two lines, and a [link](https://example.org/).

1. one
2. two
   - inner *item*
     goes on

> quoted

| Name | Count |
|:--|--:|
| a **b** | 1 |

```python
def f():
\treturn 1
```

---

End."""
PLAIN = """Title

Some bold and thin text with code
in two lines, and a link.

1. one
2. two
  • inner item
    goes on

quoted

Name\tCount
a b\t1

def f():
\treturn 1

---

End."""


@pytest.fixture
def view(qtbot):
    return shown_view(qtbot, [user(0, "A *question*\nas typed"), answer(1, ANSWER)])


def copied(view, number: int, is_plain: bool) -> str:
    view.copying.copy_message(number, is_plain)
    idle(view)
    return QGuiApplication.clipboard().text()


def test_plain_text_is_what_is_read(view):
    assert copied(view, 1, is_plain=True) == PLAIN
    assert not QGuiApplication.clipboard().mimeData().hasFormat("text/markdown")


def test_markdown_is_the_source(view):
    assert copied(view, 1, is_plain=False) == ANSWER


def test_a_question_stays_as_typed(view):
    assert copied(view, 0, is_plain=True) == copied(view, 0, is_plain=False) == "A *question*\nas typed"


def test_a_message_that_was_never_on_screen_is_copied_whole(qtbot):
    text = "\n\n".join(f"Paragraph {n} with **weight**." for n in range(400))
    view = shown_view(qtbot, [answer(0, text), answer(1, "Text.\n\n" * 200)])
    assert not view.conversation.messages[0].is_scanned
    assert copied(view, 0, is_plain=True) == text.replace("**", "")


def test_a_very_long_paragraph_loses_no_space(qtbot):
    text = " ".join(f"word{n}" for n in range(2_000))
    view = shown_view(qtbot, [answer(0, text)])
    assert len(view.conversation.messages[0].boxes) > 2
    assert copied(view, 0, is_plain=True) == text


def test_a_line_break_in_a_cell_breaks_no_row(qtbot):
    view = shown_view(qtbot, [answer(0, "| A | B |\n|---|---|\n| one<br>two | 3 |\n\nfour<br>five")])
    assert document(view, 0).toPlainText().split("\n") == ["", "A", "B", "one", "two", "3", ""]
    assert copied(view, 0, is_plain=True) == "A\tB\none two\t3\n\nfour\nfive"
    view.selection.set((0, 0, 0), (0, 0, document(view, 0).characterCount() - 2))
    assert SelectedText(view.conversation, view.selection).plain() == "A\tB\none two\t3"
    view.selection.set((0, 0, 0), (0, 1, 2))
    assert SelectedText(view.conversation, view.selection).plain() == "A\tB\none two\t3\n\nfo"


def test_footnotes_keep_their_labels(qtbot):
    view = shown_view(
        qtbot, [answer(0, "One[^1] and two[^b].\n\n[^1]: First\n    line\n\n    more\n[^b]: - item\n\n- [^2]: inside")]
    )
    assert copied(view, 0, is_plain=True) == ("One[1] and two[b].\n\n[1] First\nline\n\nmore\n[b] • item\n\n• [2] inside")


def test_numbers_are_copied_as_they_are_drawn(qtbot):
    view = shown_view(qtbot, [answer(0, "1. a\n1. b\n   1. c\n   1. d\n1. e")])
    assert copied(view, 0, is_plain=True) == "1. a\n2. b\n  1. c\n  2. d\n3. e"


def test_code_blocks_come_one_by_one_and_byte_for_byte(qtbot):
    long = "\n".join(f"\tline {n}" for n in range(200))
    view = shown_view(qtbot, [answer(0, f"```python\n{long}\n```\n\nText\n\n    indented\n\n```\nlast  \n```")])
    assert view.copying.code_blocks(0) == [("python", long), ("", "indented"), ("", "last  ")]
    view.copying.put_code(long)
    assert QGuiApplication.clipboard().text() == long
