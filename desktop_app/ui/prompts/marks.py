"""Colours in the editor of a template: variables, and under every mistake a wavy line."""

from __future__ import annotations

from PySide6.QtGui import QColor, QSyntaxHighlighter, QTextCharFormat, QTextDocument

from desktop_app.templates.syntax import mistakes, parse_loosely
from desktop_app.ui.theme import Theme


class TemplateMarks(QSyntaxHighlighter):
    """Marks one paragraph at a time: a variable never goes over the end of its line."""

    def __init__(self, document: QTextDocument, theme: Theme) -> None:
        super().__init__(document)
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
        for variable in parse_loosely(text):
            self._mark(text, variable.start, variable.end, self._variable)
        for mistake in mistakes(text):
            self._mark(text, mistake.start, mistake.end, self._mistake)

    def _mark(self, text: str, start: int, end: int, form: QTextCharFormat) -> None:
        # Qt counts UTF-16 units.
        first = len(text[:start].encode("utf-16-le")) // 2
        self.setFormat(first, len(text[start:end].encode("utf-16-le")) // 2, form)
