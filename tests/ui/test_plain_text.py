"""Rich text opens local files without a click: the windows hold no widget that guesses what a text is."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

from desktop_app import ui

FOLDER = Path(ui.__file__).parent
GUESSING = {"QMessageBox", "QTextBrowser", "QTextEdit", "QErrorMessage", "QWhatsThis"}
OUR_OWN_TEXT = {"guide_text.py": ["QTextBrowser"]}
"""The guide comes with the program; what it can load is tested in test_guide.py."""


def problems(source: str) -> Iterator[str]:
    """Give what in `source` could show a foreign text as rich text."""
    for part in ast.walk(ast.parse(source)):
        if isinstance(part, ast.alias) and part.name in GUESSING:
            yield part.name
        if not isinstance(part, ast.Call):
            continue
        name = part.func.attr if isinstance(part.func, ast.Attribute) else getattr(part.func, "id", "")
        if name == "QLabel" and part.args:
            yield f"line {part.lineno}: QLabel with a text, not PlainLabel"
        is_escaped = "plain_tooltip" in ast.dump(part) or "'escape'" in ast.dump(part)
        if name in ("setToolTip", "showText") and not is_escaped and not _is_our_own(part.args[0]):
            yield f"line {part.lineno}: a tooltip that is not escaped"


def _is_our_own(argument: ast.expr) -> bool:
    """Tell whether it is nothing, or the name of the application: beside the clock Windows would show the tags themselves."""
    is_empty = isinstance(argument, ast.Constant) and argument.value == ""
    return is_empty or (isinstance(argument, ast.Name) and argument.id == "APP_NAME")


def test_no_widget_guesses_what_a_text_is() -> None:
    found = {path.name: list(problems(path.read_text("utf-8"))) for path in FOLDER.rglob("*.py")}
    assert {name: some for name, some in found.items() if some} == OUR_OWN_TEXT


def test_the_walk_sees_what_it_looks_for() -> None:
    source = "from PySide6.QtWidgets import QMessageBox\nQLabel(title)\nself.setToolTip(title)\nQToolTip.showText(at, title)"
    assert len(list(problems(source))) == 4
