"""What a prompt template was before: the versions, what has changed since, and the way back."""

from __future__ import annotations

import difflib
from collections.abc import Sequence

from PySide6.QtCore import QDateTime, QLocale, QStringListModel, Qt, Signal, Slot
from PySide6.QtWidgets import QHBoxLayout, QListView, QVBoxLayout, QWidget

from desktop_app.templates.template import PromptTemplate, TemplateVersion
from desktop_app.ui.dialogs.dialog import Dialog
from desktop_app.ui.field_words import FieldWords
from desktop_app.ui.theme import Theme
from desktop_app.ui.widgets.labels import PlainLabel


class TemplateVersionsDialog(Dialog):
    """Shows `versions`, the newest first, each compared with `template` as it is now.

    Signals:
        version_chosen(PromptTemplate): it shall be so again.
    """

    version_chosen = Signal(object)

    def __init__(self, template: PromptTemplate, versions: Sequence[TemplateVersion], theme: Theme, parent: QWidget) -> None:
        super().__init__("", theme, parent)
        self.set_heading(self.tr("Earlier versions of “{title}”").format(title=template.title))
        self._template, self._versions = template, list(versions)
        self._field_words = FieldWords(self)
        self._list = QListView()
        self._list.setProperty("kind", "rows")
        self._list.setModel(QStringListModel([self._when(one) for one in self._versions], self._list))
        self._list.setEditTriggers(QListView.EditTrigger.NoEditTriggers)
        self._list.setAccessibleName(self.tr("Versions"))
        self._list.setFixedWidth(theme.scaled(220))
        self._build()
        self.add_button(self.tr("Close")).clicked.connect(self.reject)
        self._back = self.add_button(self.tr("Bring back"), is_primary=True)
        self._back.clicked.connect(self._on_back_clicked)
        self.finish_layout()
        self.ask_for(820, 520)
        self._list.selectionModel().currentChanged.connect(self._show_current)
        self._list.setCurrentIndex(self._list.model().index(0, 0))
        self._show_current()
        self._list.setFocus(Qt.FocusReason.OtherFocusReason)

    def _build(self) -> None:
        shown = QVBoxLayout()
        shown.setSpacing(4)
        self._words = PlainLabel("", "secondary")
        self._words.setWordWrap(True)
        shown.addWidget(self._words)
        self._difference = self.add_readable("")
        self.content.removeWidget(self._difference)
        self._difference.setAccessibleName(self.tr("Differences"))
        shown.addWidget(self._difference, 1)
        columns = QHBoxLayout()
        columns.setSpacing(12)
        columns.addWidget(self._list)
        columns.addLayout(shown, 1)
        self.content.addLayout(columns, 1)

    def _when(self, version: TemplateVersion) -> str:
        moment = QDateTime.fromMSecsSinceEpoch(version.saved_ms)
        return self.tr("until {moment}").format(moment=QLocale().toString(moment, QLocale.FormatType.ShortFormat))

    def _current(self) -> TemplateVersion | None:
        row = self._list.currentIndex().row()
        return self._versions[row] if 0 <= row < len(self._versions) else None

    @Slot()
    def _show_current(self) -> None:
        version = self._current()
        self._back.setEnabled(version is not None)
        if version is None:
            self._words.setText(self.tr("This template has not been changed yet."))
            return
        self._words.setText(self.tr("Lines with − were there then, lines with + are there now."))
        self._difference.setPlainText(difference(version.template, self._template, self._field_words))

    @Slot()
    def _on_back_clicked(self) -> None:
        version = self._current()
        if version is not None:
            self.accept()
            self.version_chosen.emit(version.template)


def difference(before: PromptTemplate, now: PromptTemplate, words: FieldWords) -> str:
    """Give what has changed, line by line, with the lines around it as they are."""
    old, new = _lines(before, words), _lines(now, words)
    shown: list[str] = []
    # Not ndiff, which compares every line with every other letter by letter: minutes for a text of 2,000 lines.
    for tag, start, end, new_start, new_end in difflib.SequenceMatcher(None, old, new).get_opcodes():
        if tag == "equal":
            shown += [f"  {line}" for line in old[start:end]]
        else:
            shown += [f"− {line}" for line in old[start:end]] + [f"+ {line}" for line in new[new_start:new_end]]
    return "\n".join(shown)


def _lines(template: PromptTemplate, words: FieldWords) -> list[str]:
    head = [template.title] + ([template.folder] if template.folder else [])
    fields = [words.described(field) for field in template.fields]
    instructions = ["", words.instructions(), *template.system_prompt.splitlines()] if template.system_prompt.strip() else []
    return [*head, "", *template.text.splitlines(), *instructions, *([""] if fields else []), *fields]
