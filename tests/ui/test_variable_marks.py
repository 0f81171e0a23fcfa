"""Variables and mistakes are marked where they stand, in any script, and never so many that typing becomes slow."""

from __future__ import annotations

import pytest
from PySide6.QtGui import QTextCharFormat
from PySide6.QtWidgets import QApplication, QPlainTextEdit
from pytestqt.qtbot import QtBot

from desktop_app.ui.theme import load_theme
from desktop_app.ui.widgets.variable_marks import N_MARKS_MAX, VariableMarks

THEME = load_theme("light", 1.0)


@pytest.fixture
def edit(qtbot: QtBot) -> QPlainTextEdit:
    """Give a field: a document without one tells of no change."""
    edit = QPlainTextEdit()
    qtbot.addWidget(edit)
    return edit


def _marked(edit: QPlainTextEdit) -> list[tuple[str, bool]]:
    """Give each marked piece of the first paragraph, and whether it is a mistake."""
    block = edit.document().firstBlock()
    units = block.text().encode("utf-16-le")
    wave = QTextCharFormat.UnderlineStyle.WaveUnderline
    return [
        (units[2 * one.start : 2 * (one.start + one.length)].decode("utf-16-le"), one.format.underlineStyle() == wave)
        for one in block.layout().formats()
    ]


def test_variables_and_mistakes_are_marked_where_they_stand(edit: QPlainTextEdit) -> None:
    edit.setPlainText(r"🙂 {{a}} 🙂🙂 {{ }} \{{no}} {{日期}} {{b")
    _ = VariableMarks(edit.document(), THEME, ("a", "日期"))
    QApplication.processEvents()
    assert _marked(edit) == [("{{a}}", False), ("{{ }}", True), ("{{日期}}", False), ("{{b", True)]

    edit.setPlainText("{{c}}")
    assert _marked(edit) == [("{{c}}", True)]


def test_a_paragraph_of_nothing_but_variables_has_so_many_marks(edit: QPlainTextEdit) -> None:
    _ = VariableMarks(edit.document(), THEME)
    QApplication.processEvents()
    edit.setPlainText("{{a}} " * (N_MARKS_MAX + 9))
    assert len(_marked(edit)) == N_MARKS_MAX
