"""Colours in the editor of a text with variables: these, and under every mistake a wavy line."""

from __future__ import annotations

from collections.abc import Collection
from itertools import islice

from PySide6.QtGui import QColor, QSyntaxHighlighter, QTextCharFormat, QTextDocument

from desktop_app.templates.syntax import Variable, places
from desktop_app.ui.theme import Theme

N_MARKS_MAX = 200
"""In one paragraph, which is marked anew at every key: where nothing but braces was pasted, the first ones say it."""


class VariableMarks(QSyntaxHighlighter):
    """Marks one paragraph at a time: a variable never goes over the end of its line.

    `known`: the only names that there are; None: any name is one.
    """

    def __init__(self, document: QTextDocument, theme: Theme, known: Collection[str] | None = None) -> None:
        super().__init__(document)
        self._known = known
        self.set_theme(theme)

    def set_theme(self, theme: Theme) -> None:
        """Take other colours."""
        self._variable = QTextCharFormat()
        self._variable.setForeground(QColor(theme.accent))
        self._mistake = QTextCharFormat()
        self._mistake.setUnderlineStyle(QTextCharFormat.UnderlineStyle.WaveUnderline)
        self._mistake.setUnderlineColor(QColor(theme.error))
        self.rehighlight()

    def highlightBlock(self, text: str) -> None:
        """Mark one paragraph."""
        if "{{" not in text:
            return
        end = n_units = 0
        for place in islice(places(text), N_MARKS_MAX):
            is_right = isinstance(place, Variable) and (self._known is None or place.name in self._known)
            # Qt counts UTF-16 units.
            n_units += _n_units(text[end : place.start])
            n_own, end = _n_units(text[place.start : place.end]), place.end
            self.setFormat(n_units, n_own, self._variable if is_right else self._mistake)
            n_units += n_own


def _n_units(text: str) -> int:
    return len(text.encode("utf-16-le", "surrogatepass")) // 2
